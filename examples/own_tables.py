"""Estimate from your own tables: stock, residents, people in need.

Run: python examples/own_tables.py
"""

import pandas as pd

import gecam as gc

stock = pd.DataFrame(
    [
        ("SDN", "SSD", "2020-07-01", "total", 800_000),
        ("SDN", "ERI", "2020-07-01", "total", 120_000),
        ("SDN", "OOO", "2020-07-01", "total", 30_000),  # OOO: other origins, not told apart
    ],
    columns=["destination", "origin", "as_of", "sex", "people"],
)
population = pd.DataFrame([("SDN", "2022-07-01", 46_900_000)], columns=["place", "as_of", "people"])
needs = pd.DataFrame(
    [("Sudan plan", "SDN", "2022-07-01", 14_300_000, "all", "2003-01-01")],
    columns=["crisis", "destination", "as_of", "people", "pin_scope", "onset"],
)

case = gc.Case.from_tables(stock=stock, population=population, needs=needs, name="my survey")
est = gc.estimate(case, draws=4_000, seed=1)
print(est.by("origin").summary()[["origin", "mean", "lower", "upper", "odds_ratio_1"]].round(-2))
for finding in gc.check(est):
    print(finding)
