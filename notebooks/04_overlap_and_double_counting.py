# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 One person, two crises: what may be added?
#
# A person can be in a country plan and in a flash appeal at once. Adding the two counts the person twice. This notebook
# shows what is known of such pairs and what is assumed where nothing is known.

# %%
from dataclasses import replace

import pandas as pd

import gecam as gc

pd.set_option("display.float_format", "{:,.3f}".format)
case = gc.load_edition("2022")
pd.DataFrame(
    [(c.id, r.kind, r.other, r.is_certain) for c in case.crises for r in c.relations],
    columns=["crisis", "relation", "other", "certain"],
).head(8)

# %% [markdown]
# ## Ukraine: a plan that was replaced
#
# The country plan was written before 24 February 2022. The flash appeal counts the same people and more.

# %%
est = gc.estimate(case, draws=5_000)
ukraine = est.by("crisis", "destination").row(destination="UKR").summary()
ukraine[["crisis", "mean", "status", "reason"]]

# %% [markdown]
# ## Mozambique: two plans that share a province
#
# How many people are in both is not known. The union lies between the larger of the two and their sum.

# %%
for overlap in est.overlaps:
    if overlap.destination == "MOZ":
        print(overlap.relations[0])
        print(f"sum of crises {overlap.sum_of_crises:,.0f}, people in at least one {overlap.union:,.0f}")

# %% [markdown]
# ## What the dependence does to a union
#
# Two crises that affect 30 % and 20 % of the same people:

# %%
import numpy as np

from gecam.aggregation import Comonotone, Disjoint, GaussianCopula, Independent

shares = np.array([0.3, 0.2])
pd.Series({
    "one inside the other": float(gc.union_share(shares, dependence=Comonotone()).central),
    "correlation 0.5": float(gc.union_share(shares, dependence=GaussianCopula(0.5)).central),
    "independent": float(gc.union_share(shares, dependence=Independent()).central),
    "other provinces": float(gc.union_share(shares, dependence=Disjoint()).central),
})

# %% [markdown]
# ## How much the assumption moves the total
#
# Little in 2022, as only one country has two plans that overlap; the relations themselves matter more.

# %%
rows = {}
for name, changes in {
    "default": {}, "independent": {"overlap": "independent"},
    "one inside the other": {"overlap": "comonotone"}, "no relations": {"apply_relations": False},
}.items():
    changed = replace(case, assumptions=replace(case.assumptions, **changes))
    rows[name] = gc.estimate(changed, draws=2_000).total().summary().loc[1, "mean"]
pd.Series(rows).map("{:,.0f}".format)

# %% [markdown]
# ## What could be wrong?
#
# A relation that is marked as not certain was inferred from the scope of two plans. Where footprints by area exist, overlay
# them instead of assuming a correlation. Adding crises warns, and the factor `double_count` says by how much it would exceed.
