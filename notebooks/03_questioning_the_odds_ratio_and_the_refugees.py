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
# # 03 Questioning the odds ratio and the refugees
#
# Two choices move the estimate of 2022 more than all data do: how much worse off other migrants are than their
# neighbours, and what is said of refugees. What if they were made differently?

# %%
import pandas as pd

import gecam as gc
from gecam.evaluation import Choice, Level, default_choices

pd.set_option("display.float_format", "{:,.3f}".format)
pd.set_option("display.width", 120)
pd.set_option("display.max_colwidth", 60)
case = gc.load_edition("2022")
est = gc.estimate(case, seed=2022)
est.total().summary()[["total", "odds_ratio_1", "mean", "lower", "upper"]]

# %% [markdown]
# ## What if the odds ratio were 2?
#
# The same random numbers, so that the difference is taken draw by draw and has an interval of its own.

# %%
double = gc.scenario(est, odds_ratio=2)
difference = gc.compare(est, double)
difference

# %%
columns = ["before", "after", "difference", "lower", "upper", "relative"]
rows = difference.rows.set_index("destination").sort_values("difference", ascending=False)
rows[columns].head(8)

# %% [markdown]
# Sudan moves by 6 %, Chad (not among these eight) by 4 %: most of their migrants in need are refugees, to whom the odds
# ratio does not apply. Of the plans that count migrants by themselves, only two give all four counts:

# %%
gc.load_calibration("both_groups")[["country", "migrants_in_need", "migrants", "residents_in_need", "residents"]]

# %%
for country, a, s, b, n in [("Libya 2021", 304_000, 585_000, 902_662, 6_504_175),
                            ("Lebanon 2022", 86_200, 135_420, 2_206_000, 3_900_069)]:
    ratio = (a / (s - a)) / (b / (n - b))
    print(f"{country}: odds ratio {ratio:.1f}")

# %% [markdown]
# Two countries whose plans looked at migrants because they were badly off are no calibration. The prior of people in need
# rests on need, hunger and poverty in ten countries (`gc.load_calibration("group_pairs")`), and odds ratio 1 stands beside
# it everywhere.
#
# ## What if refugees fared like residents?

# %%
like_residents = gc.compare(est, gc.scenario(est, protection_in_need="national"))
all_of_them = gc.compare(est, gc.scenario(est, protection_in_need="one"))
pd.concat({"like residents": like_residents.totals, "all in need": all_of_them.totals})[["total", *columns]]

# %%
rows = like_residents.rows.set_index("destination").sort_values("difference")
rows[columns].head(6)

# %% [markdown]
# ## All defensible choices at once
#
# A statistical interval has a probability; a range over methods has none. They stand side by side and are never mixed.
# (A few choices here, so that the notebook takes seconds; `gc.multiverse(case)` runs all 1,800.)

# %%
named = ("refugees in need", "refugees outside the stock", "odds ratio", "unknown scopes")
chosen = [c for c in default_choices(case) if c.name in named]
found = gc.multiverse(case, choices=chosen, draws=400)
found

# %%
found.shares.to_frame()

# %% mystnb={"image": {"alt": "Means under all combinations of choices in order of size, with the level of each choice below."}}
gc.plot.specification_curve(found)

# %% [markdown]
# ## Your own choice
#
# A choice is data: a name, levels, and why more than one of them can be defended.

# %%
mine = Choice(
    "refugees inside the stock",
    (Level("as judged"),
     Level("nearly all", {"inside_stock": {"added": (98.0, 2.0), "unknown": (98.0, 2.0)}}),
     Level("few", {"inside_stock": {"added": (2.0, 8.0), "unknown": (2.0, 8.0)}})),
    "nobody publishes how many of UNHCR's refugees a stock contains",
)
gc.multiverse(case, "TCD", choices=[mine], draws=1000).table

# %% [markdown]
# ## What could be wrong?
#
# - The list of choices is ours. A choice with more extreme levels explains more of the range: that is arithmetic, not
#   importance.
# - "In need" means a rule for refugees and an analysis for residents. No choice of a number repairs that.
# - Defensible is a judgement too. Readings that a source contradicts are left out, such as giving residents' share to people
#   whom a plan leaves to another plan.
#
# **Try next:** add `alternatives=gc.load_alternatives("2022")` and see whether the edition of the stocks or the table of
# people in need matters more.
