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
# # 02 Where does this number come from?
#
# A number that cannot be questioned should not be believed. This notebook takes one country, Yemen, from the published
# stock to the interval, asks what makes it uncertain, and what should be collected next. All figures come with the
# package; nothing is downloaded.

# %%
import pandas as pd

import gecam as gc

pd.set_option("display.float_format", "{:,.3f}".format)
pd.set_option("display.width", 120)
pd.set_option("display.max_colwidth", 90)
est = gc.estimate(gc.load_edition("2022"), seed=2022)
found = gc.explain(est, "YEM")
print(gc.render(found, width=110))

# %% [markdown]
# ## The decomposition, step by step
#
# Means add, medians do not: so the decomposition is in means, and its changes add up to the result to the last bit.

# %%
import math

steps = pd.DataFrame([(s.words, s.change, s.value) for s in found.decomposition],
                     columns=["step", "change", "people"])
assert math.fsum(steps["change"]) == found.mean
steps

# %% mystnb={"image": {"alt": "Steps from the published stock of Yemen to migrants affected, as a waterfall."}}
gc.plot.explanation(found)

# %% [markdown]
# The largest step brings the stock of 2020 to the date of the plan: UNHCR counted 96,387 refugees where it had counted
# 228,386. The step to migrants *in need* takes odds ratio 1: other migrants like residents, refugees as plans count them.
# What the odds ratio adds is estimated from figures of other countries, not measured in Yemen. The last step is about
# skewness, not about people.
#
# ## What makes it uncertain?
#
# Shapley effects divide the variance among groups of inputs; they sum to 1.

# %%
spread = gc.sensitivity(est, "YEM")
print("converged:", spread.is_converged, "; inputs in interaction:", round(spread.interaction, 3))
spread.to_frame()[["words", "shapley", "shapley_lower", "shapley_upper", "first", "total"]]

# %% mystnb={"image": {"alt": "Share of each group of inputs in the variance of the estimate for Yemen, largest first."}}
gc.plot.sensitivity_bars(spread)

# %% [markdown]
# ## What should be collected next?
#
# Not always what makes the number widest: what counts is whether a plan would change. The loss is stated: here a person
# left out costs three times as much as a place planned in vain.

# %%
gc.sensitivity(est, "YEM", cost_under=3, n=4096).figures.to_frame()

# %% [markdown]
# For the world, surveys of the odds ratio rank high in any large country, since they also tell of the part that
# countries share.

# %%
world = gc.sensitivity(est, "world", n=4096)
world.figures.to_frame()

# %% [markdown]
# ## A row that was not estimated
#
# Colombia's plan leaves Venezuelans to the regional plan. The row says so, shows what was published, and what would allow an
# estimate.

# %%
print(gc.render(gc.explain(est, "COL"), width=110)[:1400])

# %% [markdown]
# ## What could be wrong?
#
# - The shares of the variance speak of errors that are modelled. Nobody modelled a plan that miscounts the displaced.
# - The stock's error was calibrated on revisions of UN DESA's tables: an error that no revision found is not in it.
# - That the plan counts migrants is not known (`SCOPE_UNKNOWN`): both readings are drawn, half and half. One sentence
#   in a plan would settle it.
#
# **Try next:** explain `UKR` and see which sentence of the explanation you would put first. Then go to notebook 03.
