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
# # 05 Calibration: how wrong are published figures?
#
# An interval is worth what its assumptions are worth. Nobody publishes the error of a migrant stock, but the same figure
# is published twice: the stock of mid-2020 in UN DESA's revision of 2020, and again in that of 2024. What do such pairs
# say, for which assumptions, and where do they say nothing?
#
# All figures are packaged (UN DESA CC BY 3.0 IGO, OCHA CC BY-IGO, INFORM CC BY 4.0); nothing is downloaded.

# %%
import matplotlib.pyplot as plt
import numpy as np

import gecam as gc
from gecam.datasets import crisis_onsets
from gecam.evaluation import (
    calibrate_stocks,
    composition_noise,
    ecological_table,
    group_shares_published,
    needs_noise,
    published_odds_ratios,
)

# %% [markdown]
# ## 1. Stocks: what was measured again
#
# Three quarters of the destinations have the very same figure of 2020 in both revisions. That is no sign of accuracy:
# nobody looked. Only the others count.

# %%
stocks = calibrate_stocks(
    gc.load_calibration("stock_totals"), gc.load_calibration("stock_basis"), crisis=crisis_onsets()
)
stocks.revisions.groupby("pair")["is_revised"].agg(["sum", "size"])

# %%
for noise in stocks.level:
    print(noise)
print(f"two dates of one series: correlation {stocks.end_correlation:.2f}")

# %% [markdown]
# The differences have heavy tails. The median one is small; a few countries decide the root mean square, which is what
# adds up in a total.

# %%
revised = stocks.revisions.query("is_revised").sort_values("log_ratio")
revised.iloc[np.r_[0:5, -5:0]][["destination", "pair", "stock_class", "people", "log_ratio"]]

# %% mystnb={"image": {"alt": "Histogram of log ratios of later to earlier stocks, with a normal curve that is too wide in the middle."}}
fig, ax = plt.subplots(figsize=(7, 3))
ax.hist(revised["log_ratio"], bins=40, color="0.6", density=True)
grid = np.linspace(-1, 1, 400)
spread = stocks.level[-1].rms
ax.plot(grid, np.exp(-(grid**2) / (2 * spread**2)) / (spread * np.sqrt(2 * np.pi)), color="black")
ax.set_xlabel("log of later over earlier figure, revised destinations")
ax.set_ylabel("density")
ax.set_title(
    "A normal with the right mean square is too wide in the middle", loc="left", fontsize=10
)
fig.tight_layout()

# %% [markdown]
# In crisis countries, the drift rests on eleven cases in nine countries: it stays expert judgement.

# %%
for noise in (*stocks.growth, *stocks.growth_capped):
    print(noise)

# %% [markdown]
# ## 2. Composition: does a large origin err less?
#
# One would think so. Revised corridors say otherwise: the noise is flat in size.

# %%
corridors = composition_noise(gc.load_calibration("corridors"))
for noise in corridors.sizes:
    print(noise)
print(f"exponent {corridors.exponent:.2f}, 90 % {corridors.exponent_interval}")

# %% [markdown]
# ## 3. People in need: two readings, neither right
#
# Two tables of OCHA mix error with change over the year (upper). INFORM mostly copies the plan's figure (lower).

# %%
for noise in needs_noise(gc.load_calibration("needs_pairs")):
    print(noise)

# %% [markdown]
# ## 4. Refugees, and other migrants
#
# Two groups with two shares. Refugees' is close to 1, often because the plan's own rule makes it so.

# %%
for share in group_shares_published(gc.load_calibration("published_shares")):
    print(share)

# %% [markdown]
# What the few rows for other migrants imply for the odds ratio: two usable countries, far apart, both from plans that
# looked at migrants because they fared badly. They are no calibration: the prior of people in need rests on pairs of ten
# countries (`gc.load_calibration("group_pairs")`).

# %%
learned = published_odds_ratios(gc.load_calibration("both_groups"))
print(learned)
learned.countries.assign(odds_ratio=np.exp(learned.countries["log_or"]))[
    ["country", "odds_ratio", "note"]
]

# %% [markdown]
# ## 5. Where migrants live
#
# No country publishes its migrants by area together with its needs. Bounds, an sd under ignorance, and where refugees
# are:

# %%
ecological_table(gc.load_calibration("areas")).round(2)

# %% [markdown]
# ## What could be wrong
#
# - Countries with new censuses and registers are not the countries with crises. The noise there is unknown.
# - The later figure errs, too, and some revisions change the definition.
# - A tenth of a percent decides what was "measured again". Try `REVISED` in `gecam.evaluation.calibration.stock_errors`.
# - The odds ratio of other migrants, on which totals depend most, rests on ten countries, and on expert judgement where a
#   border moved or a crisis began suddenly, whatever is calibrated around it.

# %%
gc.defaults().query("status != 'rule'")[["name", "value", "status"]]

# %% [markdown]
# **Try next**: give `calibrate_stocks` only one pair of revisions (`pairs=`), and see how much the noise of citizenship
# figures moves: [notebook 06](06_back_test.ipynb) does that in earnest.
