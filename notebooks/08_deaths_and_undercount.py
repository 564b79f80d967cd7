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
# # 08 Deaths during migration: what the records can say, and what they cannot
#
# At least 75,068 people are on record as dead or missing during migration between January 2014 and April 2025.
# *At least*: some incidents nobody recorded, and in most recorded ones either the dead or the missing were not counted.
#
# Three questions, each with the part that the records answer:
#
# 1. How many, where, and how sure is the *recorded* number?
# 2. How deadly is a route, and does that change?
# 3. What was not recorded?
#
# The figures are packaged (IOM Missing Migrants Project, CC BY 4.0); nothing is downloaded.

# %%
import numpy as np
import pandas as pd

from gecam.datasets.deaths import incident_sizes, load_deaths
from gecam.mortality import (
    CaptureHistories,
    AttemptedCrossings,
    bootstrap_totals,
    chao,
    compound_interval,
    crisis_country_deaths,
    death_rate,
    deaths_with_intervals,
    garwood,
    loglinear_models,
    size_dependent_detection,
    trend,
)
from gecam.report.deaths import plot_monthly_deaths, plot_route_comparison

ROUTE = "Central Mediterranean Route"

# %% [markdown]
# ## 1. Recorded deaths
#
# The same incidents in files of different days: late reports change past years, so a total belongs to a download.

# %%
layouts = load_deaths("layouts").pivot_table("at_least", "year", "source", aggfunc="sum")
layouts.astype("Int64")

# %% [markdown]
# By route. The interval is about chance: how far such a total would vary if incidents of such sizes happened at the
# same rate. One wreck can kill hundreds, so the interval must know about wrecks. Remains that a record sums over weeks are
# in the total, and in the interval as if they came from one incident: nobody knows from how many they came.

# %%
sizes = load_deaths("sizes")
routes = deaths_with_intervals(sizes, by="route_group")
routes.sort_values("deaths", ascending=False).round(2)

# %% mystnb={"image": {"alt": "Recorded dead and missing by route, with intervals, on a logarithmic scale."}}
drawn = plot_route_comparison(routes, label="route_group")
drawn.ax.set_title("Recorded to different degrees: not an order of danger", loc="left")
drawn

# %% [markdown]
# What happens if deaths are treated as if each person had died alone? For the Central Mediterranean in 2016:

# %%
wrecks = incident_sizes(route_group=ROUTE, first="2016-01", last="2016-12")
pd.DataFrame(
    [garwood(int(wrecks.sum())), compound_interval(wrecks),
     tuple(np.quantile(bootstrap_totals(wrecks, seed=8), [0.05, 0.95]))],
    index=["Poisson of deaths (wrong)", "compound Poisson", "bootstrap of incidents"],
    columns=["lower", "upper"],
).round()

# %% [markdown]
# The first interval is many times too narrow. In simulations from these very sizes it holds the truth in about one case
# of ten, where it promises nine.

# %% mystnb={"image": {"alt": "Recorded dead and missing by month on the Central Mediterranean route."}}
drawn = plot_monthly_deaths(sizes[sizes["route_group"].eq(ROUTE)])
drawn.ax.set_title("Central Mediterranean", loc="left")
drawn

# %% [markdown]
# ### In or from countries with a response plan
#
# With the countries that had a humanitarian response plan in 2022. Origins are unknown for half of the dead.

# %%
PLANS_2022 = (
    "AFG BDI BFA CAF CMR COD COL ETH GTM HND HTI IRQ LBY MLI MMR MOZ NER NGA PSE SDN SLV SOM SSD "
    "SYR TCD UKR VEN YEM"
).split()
plans = crisis_country_deaths(load_deaths("places"), PLANS_2022)
print(f"in them {plans.within:,} ({plans.share_within:.0%}), in or from them up to "
      f"{plans.within_or_from:,} ({plans.share_within_or_from:.0%}) of {plans.recorded:,}")

# %% [markdown]
# ## 2. Rates and trends
#
# A rate needs everyone who set out: arrivals, interceptions, returns, and the dead. The numbers of crossings below are
# **invented round numbers** that show the form; put your own in their place.

# %%
in_2016 = sizes[sizes["route_group"].eq(ROUTE) & sizes["month"].dt.year.eq(2016)]
remains = np.repeat(in_2016["dead_and_missing"], in_2016["cumulative_records"])
deaths = wrecks.sum() + remains.sum()
attempts = {
    "all parts counted": AttemptedCrossings(180_000, interceptions=20_000, returns=0, deaths=deaths),
    "interceptions unknown": AttemptedCrossings(180_000, returns=0, deaths=deaths),
    "a poor count": AttemptedCrossings(180_000, interceptions=20_000, returns=0, deaths=deaths, log_sd=0.3),
}
rates = {
    name: death_rate(wrecks, exposure, cumulative=remains) for name, exposure in attempts.items()
}
pd.DataFrame(
    {name: [1000 * rate.rate, 1000 * rate.lower, 1000 * rate.upper, ", ".join(rate.flags)]
     for name, rate in rates.items()},
    index=["per 1,000 attempts", "lower", "upper", "flags"],
).T

# %% [markdown]
# A trend in recorded incidents is a trend in deaths only if those who record stay the same. On intra-African routes a
# programme of interviews supplied most incidents of 2015-2019 and then stopped. Months without an incident have no row in the
# table; `period` says that they were observed, so that they count as 0.

# %%
monthly = load_deaths("monthly")
african = monthly[
    monthly["source"].eq("iom-mmp-reduced-2025-04")
    & monthly["route_group"].eq("Intra-African routes")
].set_index("month")["incidents"][:"2024-12"]
period = ("2014-01", "2024-12")
naive = trend(african, period=period)
named = trend(african, period=period,
              breaks={"interviews begin": "2015-03", "interviews end": "2020-03"})
for name, answer in {"no breaks": naive, "with breaks": named}.items():
    print(f"{name}: x {answer.annual_ratio:.2f} a year ({answer.lower:.2f}-{answer.upper:.2f}), "
          f"{', '.join(answer.flags)}")
named.breaks.round(2)

# %% [markdown]
# Read as deaths, the first line says that the desert became safer by 12 % every year. With the two dates named the
# sign turns: what other sources record has grown. Neither is a trend of risk, and both are flagged: bad months follow
# bad months, and nobody counted the crossings.

# %% [markdown]
# ## 3. What was not recorded
#
# One publisher's list cannot tell. It can be *made* to say something, by treating the kinds of source that each record
# names as if they were independent lists. They are not: a record names the sources that were used, and outlets copy each
# other. Look at the spread rather than at any line.

# %%
table = load_deaths("histories")
kinds = ["authorities", "IOM and UN", "civil society", "media"]
histories = CaptureHistories.from_table(table[kinds], table["incidents"], lists=kinds)
models = loglinear_models(histories, level=0.95)
print(models.average)
print("range of all models:", [round(end) for end in models.range])
print("lower bound (Chao):", chao(histories.frequencies(), level=0.95))
models.to_frame().head(5).round(2)

# %% [markdown]
# Detection rises with size, so deaths are undercounted less than incidents. The ratio of incidents must never be applied
# to deaths:

# %%
reports = load_deaths("reports").query("sources > 0 and dead_and_missing > 0")
dead = np.repeat(reports["dead_and_missing"], reports["incidents"])
named_sources = np.repeat(reports["sources"], reports["incidents"])
detection = size_dependent_detection(dead, named_sources, level=0.95)
ratio = detection.incidents.estimate / detection.incidents.observed
print(detection.incidents)
print(detection.deaths)
print(f"recorded deaths x ratio of incidents: {detection.deaths.observed * ratio:,.0f}  (wrong)")
print(", ".join(detection.deaths.flags))

# %% [markdown]
# Zens and Sigman (2026), who recoded the sources of these records by hand and fitted a latent-class model by period,
# publish 30,426-39,172 deaths and 2,200-2,591 incidents for 2014-2025, against 25,712 deaths on record. That the figure
# above falls into their interval is a comparison of ranges, not a confirmation: both rest on the same project's sources. And it
# is flagged `HETEROGENEOUS`: incidents of one size are not equally visible, which makes such a figure too low.
#
# ## What could be wrong
#
# * Boats that leave neither body nor survivor are in no list and in none of these numbers.
# * Kinds of source were told by rules over names; incidents were not matched between independent lists.
# * The interval of chance covers less than it says where the largest wreck has not happened yet.
#
# ## What to try next
#
# `gecam missing FILE --by country,year --rates attempts.csv` with a file of your own, and the checklist in the how-to
# *Compare deaths between countries or routes*.
