"""Build the dated figures of people in need, and INFORM's beside them: `python tools/build_months.py`.

Writes src/gecam/datasets/months: every published figure of the editions' plans with the month in which
it became public (`figures.csv`), sudden onsets (`onsets.csv`), and INFORM Severity's people in need of
the countries that have country plans, in the months in which they changed (`inform.csv`). Which months
are stated, recalled or assumed is decided by hand in tools/curated/dated_figures.csv.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping

import numpy as np
import pandas as pd

from gecam.datasets import EDITIONS, load_edition, load_other_figures
from gecam.model import Case
from raw_files import CURATED, ROOT, checked, rows

OUT = ROOT / "src" / "gecam" / "datasets" / "months"
SEVERITY = "crisis/inform_severity_indicators_long.csv"
LEVELS = ["pin_level_3", "pin_level_4", "pin_level_5"]
FIXED = {"NGA": "NGA004"}  # the crisis of the plan's three states, not of the whole country
FINAL_2026 = "2026-04"  # of the overview of 2026, which was taken from its address about April 2026
COLUMNS = ["crisis", "published", "people", "dating", "source", "note"]


def main() -> None:
    """Write the three tables."""
    figures = dated_figures()
    tables = {
        "figures": figures,
        "onsets": pd.DataFrame(rows(CURATED / "sudden_onsets.csv")),
        "inform": changes_of(inform(first_figures(figures))),
        "outside_plans": outside_plans(),
    }
    OUT.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        path = OUT / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
        print(f"{name}: {len(table):,} rows, {path.stat().st_size / 1e3:,.0f} kB")


def dated_figures() -> pd.DataFrame:
    """Return every figure of every plan of the editions, in the order of its publication."""
    decided: dict[str, list[dict[str, str]]] = {}
    for row in rows(CURATED / "dated_figures.csv"):
        decided.setdefault(row["crisis"], []).append(row)
    table = [row for name in EDITIONS for row in _of_edition(load_edition(name), decided)]
    return pd.DataFrame(table, columns=COLUMNS)


def _of_edition(case: Case, decided: Mapping[str, list[dict[str, str]]]) -> list[dict[str, object]]:
    """Return the dated figures of one edition's plans."""
    launch = f"{int(case.name) - 1}-12"
    launched = load_other_figures(case.name).set_index("crisis")
    table: list[dict[str, object]] = []
    for footprint in case.footprints:
        people, key = int(footprint.people), footprint.crisis
        own = {"crisis": key, "people": people, "source": footprint.source.id, "note": ""}
        if key in decided:
            table += [row | {"people": int(row["people"] or people)} for row in decided[key]]
        elif case.name == "2026" and key in launched.index:
            first = {"people": int(launched.loc[key, "people"]), "source": "ocha-gho-2026"}
            table.append(own | first | {"published": launch, "dating": "launch"})
            table.append(own | {"published": FINAL_2026, "dating": "assumed"})
        else:
            table.append(own | {"published": launch, "dating": "launch"})
    return table


def first_figures(figures: pd.DataFrame) -> dict[str, float]:
    """Return the first figure of each country that has country plans, persons."""
    first: dict[str, float] = {}
    by_crisis = figures.drop_duplicates("crisis").set_index("crisis")["people"]
    for name in EDITIONS:
        case = load_edition(name)
        for f in case.footprints:
            if case.crisis(f.crisis).plan_type == "country_plan":
                first.setdefault(f.destination, float(by_crisis[f.crisis]))
    return first


def inform(first: Mapping[str, float]) -> pd.DataFrame:
    """Return INFORM's people in need by country and month, of one crisis for each country.

    The crisis is chosen once, the closest to the country's first figure, and then stays; when its id
    ends, the one closest to its last value follows. To choose it anew in every month by closeness to
    the plan would build the plan in.
    """
    raw = pd.read_csv(checked(SEVERITY))
    raw["people"] = raw[LEVELS].sum(axis=1, min_count=1)
    raw = raw[raw["people"].gt(0)].drop_duplicates(["CRISIS ID", "snapshot"], keep="last")
    series = {}
    for iso3, of_country in raw[raw["ISO3"].isin(first)].groupby("ISO3"):
        series[iso3] = _one_crisis(of_country, first[str(iso3)], FIXED.get(str(iso3), ""))
    return pd.DataFrame(series).sort_index()


def _one_crisis(table: pd.DataFrame, first: float, fixed: str) -> dict[str, float]:
    """Return one crisis' people in need by month."""
    by_crisis = table.pivot_table(index="snapshot", columns="CRISIS ID", values="people")
    people: dict[str, float] = {}
    current, last = fixed if fixed in by_crisis else "", first
    for month, row in by_crisis.iterrows():
        there = row.dropna()
        if current not in there.index:
            if not people or by_crisis.loc[month:, current].isna().all():
                current = str((np.log(there / last)).abs().idxmin())
            else:
                continue
        last = people[str(month)] = float(there[current])
    return people


def outside_plans() -> pd.DataFrame:
    """Return the countries whose crises INFORM lists and that no plan with a figure covers, by year.

    As listed in July of the year, or in the last month of the file; with the largest of its crises.
    """
    raw = pd.read_csv(checked(SEVERITY))
    raw["people"] = raw[LEVELS].sum(axis=1, min_count=1)
    raw = raw[raw["people"].gt(0) & raw["ISO3"].str.fullmatch("[A-Z]{3}")]
    parts = []
    for name in EDITIONS:
        month = min(f"{name}-07", raw["snapshot"].max())
        of_month = raw[raw["snapshot"].eq(month)].sort_values("people")
        listed = of_month.drop_duplicates("ISO3", keep="last")
        listed = listed[~listed["ISO3"].isin(load_edition(name).destinations)].sort_values("ISO3")
        parts.append(
            pd.DataFrame(
                {
                    "year": name, "iso3": listed["ISO3"], "crisis": listed["CRISIS ID"],
                    "people": listed["people"].astype("int64"), "month": month,
                }
            )
        )  # fmt: skip
    return pd.concat(parts)


def changes_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in which a country's value differs from that of the month before."""
    long = table.rename_axis("month").reset_index().melt("month", var_name="iso3").dropna()
    long = long.sort_values(["iso3", "month"])
    is_new = long.groupby("iso3")["value"].diff().ne(0)
    return pd.DataFrame(
        {
            "iso3": long.loc[is_new, "iso3"], "month": long.loc[is_new, "month"],
            "people": long.loc[is_new, "value"].astype("int64"),
        }
    )  # fmt: skip


if __name__ == "__main__":
    main()
