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
# # 09 A brief for a planner
#
# You write the response plan for Yemen. The plan counts 23 million people in need. How many of them are migrants, whom do you forget
# if nobody asks, what does it cost to include them, and in which languages do you speak to them?
#
# All figures are packaged; nothing is downloaded.

# %%
from datetime import date

import numpy as np
import pandas as pd

import gecam as gc
from gecam.estimation import CopyCrisis, WithoutCrises
from gecam.preparedness import (
    EventSet,
    Plan,
    annual_distribution,
    average_annual,
    chance_within,
    exceedance,
    expected_shortfall,
    hazard_footprint,
    inclusion,
    language_reach,
    nationals_abroad,
    shortfall_contributions,
)
from gecam.report import country_brief, write

pd.set_option("display.float_format", "{:,.2f}".format)
pd.set_option("display.width", 120)
case = gc.load_edition("2022")
today = gc.estimate(case, draws=4000, seed=2022)

# %% [markdown]
# ## Who
#
# The same draws by group, sex and origin: each block adds up to the total.

# %%
plan = Plan("YEM", "Yemen HRP 2022", targeted=17_900_000, requirements=4_271_938_417)
found = inclusion(today, "YEM", case=case, plan=plan)
table = found.to_frame()
table[table["part"].ne("origin")].drop(columns="flags").round(2)

# %%
table[table["part"].eq("origin")].head(5)[["label", "mean", "lower", "upper", "share"]]

# %% [markdown]
# The interval is wide: the size of the stock, which nobody has measured since 2020, makes most of the variance
# ([notebook 02](02_where_does_this_number_come_from.ipynb)). One question a reading of the plan would settle: does its count include migrants?

# %%
found.share_note

# %% [markdown]
# ## How large a plan
#
# Planning for the mean falls short about four times in ten. How much is a person left out worth against an empty place? State it, and the best
# size follows.

# %%
found.budget.to_frame().round(2)

# %%
for under in (1, 3, 9):
    best = inclusion(today, "YEM", case=case, plan=plan, cost_under=under).budget.best
    print(
        f"{under} : 1   plan for {best.people:>9,.0f} people, {best.cost / 1e6:>5.0f} million USD, too little with {best.shortfall_probability:.0%}"
    )

# %% [markdown]
# A reserve for three countries: the 90 % quantiles do not add, the shortfalls divide.

# %%
names = ["YEM", "SDN", "SOM"]
draws = np.stack([today.by("destination").row(destination=d).draws[0] for d in names])
q90 = np.quantile(draws, 0.9, axis=1)
print(
    f"sum of the quantiles {q90.sum():,.0f}, quantile of the sum {np.quantile(draws.sum(axis=0), 0.9):,.0f}"
)
contributions = shortfall_contributions(draws, 0.9)
pd.DataFrame(
    {"country": names, "reserve": contributions, "share": contributions / contributions.sum()}
)

# %%
assert np.isclose(contributions.sum(), expected_shortfall(draws.sum(axis=0), 0.9))

# %% [markdown]
# ## In which languages

# %%
language_reach(today, "YEM").to_frame([1, 2, 5])

# %% [markdown]
# With the languages of the countries of origin. Somalis in Yemen have lived with Arabic for decades: a survey of your own replaces these shares.

# %%
own = {"SOM": {"so": 0.95, "ar": 0.7}}
language_reach(today, "YEM", shares=own).to_frame([1, 2])

# %% [markdown]
# ## What if
#
# A copy of a crisis, on the random numbers of today: the difference has an interval of its own, much narrower than the two estimates'.

# %%
worse = gc.scenario(case, CopyCrisis("2022-YEM", "YEM", scale=1.2), draws=4000, seed=2022)
change = gc.compare(today, worse)
row = change.rows.set_index("destination").loc["YEM"]
row[["before", "after", "difference", "lower", "upper", "share_higher"]]

# %%
apart = worse.by("destination").row(destination="YEM").draws[0] - np.random.default_rng(
    1
).permutation(today.by("destination").row(destination="YEM").draws[0])
paired = change.additional[change.rows["destination"].eq("YEM").to_numpy()][0]
print(f"spread of the difference: paired {paired.std():,.0f}, not paired {apart.std():,.0f}")

# %% [markdown]
# A hazard over areas. The residents and intensities are invented for this page. People exposed are not people in need, so that this scenario
# stands alone.

# %%
areas = pd.DataFrame(
    {
        "area": ["coast", "hills", "plain"],
        "residents": [4e6, 9e6, 20e6],
        "intensity": [8.1, 6.2, 4.0],
    }
)
quake = hazard_footprint(areas, 6.0, crisis="quake", destination="YEM", as_of=date(2022, 7, 1))
exposed = gc.scenario(case, [WithoutCrises(), quake], draws=4000, seed=2022)
exposed.by("destination").summary()[["destination", "mean", "lower", "upper", "odds_ratio_1"]]

# %% [markdown]
# And a scenario of nothing is zero, with its reason.

# %%
nothing = hazard_footprint(areas, 9.0, crisis="quake", destination="YEM", as_of=date(2022, 7, 1))
zero = gc.scenario(case, [WithoutCrises(), nothing], draws=100, seed=2022)
zero.total().summary()[["total", "mean"]], zero.cell("quake/YEM/other").reason

# %% [markdown]
# ## How often
#
# An invented event set: sizes and yearly rates. With a record of your own, use `recorded_events` (IDMC, EM-DAT).

# %%
events = EventSet([2e3, 1e4, 5e4, 4e5], [0.8, 0.25, 0.06, 0.01])
exceedance(events).to_frame()[
    ["people", "probability", "probability_at_least", "return_period_at_least"]
]

# %%
year = annual_distribution(events)
print(
    f"average year {float(events.average_annual):,.0f} (mean of its distribution {year.mean:,.0f})"
)
print(f"one year in ten has more than {year.quantile(0.9):,.0f}")
print(f"a hundred-year event within thirty years: {chance_within(100, 30):.0%}")

# %% [markdown]
# Nine events on record are no curve. The refusal is part of the answer.

# %%
short = EventSet(np.full(9, 1e4), np.full(9, 1 / 20), "people", 2003 + np.arange(9), (2003, 2022))
average = average_annual(short)
average.is_estimated, average.reason

# %% [markdown]
# ## For a country of origin

# %%
nationals_abroad(today, "ETH").to_frame().head(5)[
    ["rank", "country", "mean", "lower", "upper", "rank_lower", "rank_upper", "counted_as"]
]

# %% [markdown]
# ## The page
#
# The same as `gecam prepare --country YEM --plan plan.toml --out yemen.html`.

# %%
brief = country_brief(
    today,
    found,
    language_reach(today, "YEM"),
    trace="gecam prepare --country YEM --plan plan.toml",
    explain="gecam explain YEM --edition 2022",
)
print(write(brief, "markdown")[:1500])

# %% [markdown]
# ## What could be wrong
#
# - The odds ratio of migrants against their neighbours is estimated from figures of other countries. At odds ratio 1 the number is the one below.
# - People without papers are missing from the stock, and the stock of 2020 was carried on over years of war.
# - The languages are those of the countries of origin, not of the people who left them.
# - The weights of a person left out and an empty place are yours. There is no right one.

# %%
today.by("destination").row(destination="YEM").summary()[["odds_ratio_1", "mean", "grade", "flags"]]

# %% [markdown]
# ## What to try next
#
# - Ask the plan's authors whether their count includes migrants, and set `pin_scope`: which answer changes the number?
# - Move a crisis to a country that has none: `CopyCrisis("2022-MOZ-flash", "MOZ", to="SDN")`.
# - `docs/explanation/preparedness.md` lists what no number can do.
