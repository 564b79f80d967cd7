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
# # 01 How many migrants did the crises of 2022 affect?
#
# Humanitarian plans count people in need; migration statistics count migrants. This notebook puts the two together
# for the 42 plans of 2022, from figures that come with the package.

# %%
import pandas as pd

import gecam as gc

pd.set_option("display.float_format", "{:,.0f}".format)
pd.set_option("display.width", 120)
case = gc.load_edition("2022")
pd.DataFrame([(s.publisher, s.title, s.edition, s.licence) for s in case.sources],
             columns=["publisher", "title", "edition", "licence"])

# %% [markdown]
# ## The estimate
#
# One call. Same figures, same seed: same numbers to the last bit.

# %%
est = gc.estimate(case, seed=2022)
est

# %% [markdown]
# Two totals, since two questions are asked: what the 28 country plans say, and what all country-level plans say once a
# flash appeal replaces an older plan and overlaps count once. `odds_ratio_1` takes migrants to be in need like their
# neighbours; `mean` uses a prior by kind of row, in part estimated, in part expert judgement.

# %%
est.total().summary()[["total", "odds_ratio_1", "mean", "lower", "upper", "grade"]]

# %% [markdown]
# ## By country, and by origin
#
# Rows by country add up to the total, draw by draw; medians or interval ends would not.

# %%
by_country = est.by("destination").summary().sort_values("mean", ascending=False)
by_country[["destination", "mean", "lower", "upper", "odds_ratio_1", "grade", "evidence_level"]].head(10)

# %%
by_origin = est.by("origin").summary().sort_values("mean", ascending=False)
by_origin[["origin", "mean", "lower", "upper"]].head(10)

# %% [markdown]
# Origins differ only through where people live and how many of them are refugees. They are not risks by nationality.

# %% mystnb={"image": {"alt": "Migrants affected in the 20 countries with the most, largest first, with means, intervals and figures at odds ratio 1."}}
gc.plot.intervals(est)

# %% [markdown]
# ## What is missing stays in the table
#
# A row that cannot be estimated has a reason, and no number: missing is not zero.

# %%
rows = est.by("crisis").summary()
rows.loc[rows["status"].ne("estimated"), ["crisis", "status", "published", "reason"]]

# %% [markdown]
# ## What could be wrong?
#
# `gc.check` lists every flag, with the number of people it concerns at odds ratio 1. `gc.defaults()` lists every
# assumption, and whether it is calibrated or expert judgement.

# %%
for finding in gc.check(est)[:8]:
    print(finding)

# %%
gc.defaults()[["name", "value", "status"]].head(12)

# %% [markdown]
# Try next: `case.restrict(["SDN", "TCD"])`, another scope (`gc.estimate(case, scope="excluding_refugees")`), or the
# edition of 2024.
