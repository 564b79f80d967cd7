"""Build the packaged ages: `python tools/build_ages.py`.

UN DESA's migrants by age and sex of 2019 in the countries of the editions, refugees by age that were
published (tools/curated/refugee_ages.csv), and people in need by age of OCHA's needs overviews. Equal
files give equal bytes.
"""

from __future__ import annotations

import csv

import pandas as pd

from gecam.datasets import EDITIONS, load_edition, load_regional_plans
from gecam.errors import InputError
from gecam.io import read_hno, read_undesa_age
from gecam.model import AGES, AgeTable
from raw_files import CURATED, OVERVIEWS, ROOT, checked, corrected

OUT = ROOT / "src" / "gecam" / "datasets" / "ages"
STOCK = "stock/ims2019_age_sex_destination.csv.gz"
WORDS = {"children": AGES[0], "adults": AGES[1], "elderly": AGES[2]}


def main() -> None:
    """Write the three tables."""
    OUT.mkdir(exist_ok=True)
    places = {d for name in EDITIONS for d in load_edition(name).destinations}
    places |= {h for name in EDITIONS for h in load_regional_plans(name).chapters["host"] if h}
    stock = read_undesa_age(checked(STOCK), years=[2019]).children_adults_older()
    stock = stock[stock["destination"].isin(places)]
    write("stock.csv", stock[["destination", "sex", "age", "people"]].round())
    write("refugees.csv", pd.read_csv(CURATED / "refugee_ages.csv", keep_default_na=False))
    write("needs.csv", pd.concat([needs(n) for n in ("2024", "2025")]))


def needs(edition: str) -> pd.DataFrame:
    """Return people in need and residents by age of the countries whose figures are plausible."""
    table = read_hno(corrected(OVERVIEWS[edition])).rows
    of_all = table[
        table["level"].eq("admin0") & table["sector"].eq("intersectoral")
        & table["population_group"].eq("all") & table["qualifier"].eq("")
        & table["age"].isin(WORDS)
    ]  # fmt: skip
    tables = []
    for place, group in of_all.groupby("iso3", sort=True):
        both = group[group["sex"].eq("total")]
        part = both if set(both["age"]) == {*WORDS} else group[group["sex"].ne("total")]
        counts = part.groupby("age")[["in_need", "population"]].sum(min_count=1).dropna()
        counts = counts.reset_index()
        if counts.empty:  # no residents by age
            continue
        frame = pd.DataFrame(
            {
                "edition": edition, "destination": place, "age": counts["age"].map(WORDS),
                "in_need": counts["in_need"].round(), "residents": counts["population"].round(),
            }
        )  # fmt: skip
        try:
            AgeTable(people=stock_of_nobody(), needs=frame.drop(columns="edition"))
        except InputError as error:
            print(f"{edition} {place}: left out. {error}")
        else:
            tables.append(frame.sort_values("age"))
    return pd.concat(tables)


def stock_of_nobody() -> pd.DataFrame:
    """Return a table of migrants by age without rows."""
    return pd.DataFrame(columns=["destination", "group", "sex", "age", "as_of", "people"])


def write(name: str, table: pd.DataFrame) -> None:
    """Write whole numbers of people."""
    counts = [c for c in ("people", "in_need", "residents") if c in table]
    table = table.astype(dict.fromkeys(counts, "int64"))
    table.to_csv(OUT / name, index=False, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)


if __name__ == "__main__":
    main()
