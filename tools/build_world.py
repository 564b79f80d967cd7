"""Build the packaged figures of all countries, for modelled shares: `python tools/build_world.py`.

Stock totals (origins added up), population and refugees by country, and the components of INFORM
Risk that gecam.estimation.COVARIATES names. Equal files give equal bytes.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

from build_editions import INPUTS, REVISIONS, STOCK_YEARS, UNHCR, WORLD_BANK, population_of
from gecam.datasets import write_edition
from gecam.estimation import COVARIATES
from gecam.io import read_risk, read_undesa, read_unhcr
from gecam.model import Case, ProtectedPopulation, Stock
from raw_files import RAW, ROOT, checked, source_of

OUT = ROOT / "src" / "gecam" / "datasets" / "world"
LAST_YEAR_END = 2025  # of the register


def main() -> None:
    """Build all editions and the covariates."""
    for name, inputs in INPUTS.items():
        revision = inputs.revisions[0]
        file, years = REVISIONS[revision], STOCK_YEARS[revision]
        stock = read_undesa(checked(file), years=years)
        totals = stock.people.groupby(["destination", "as_of"], as_index=False)["people"].sum()
        reference = date(int(name), 7, 1)
        ends = sorted({y + k for y in (*years, reference.year) for k in (-1, 0)})
        ends = [year for year in ends if year <= LAST_YEAR_END]
        protected = read_unhcr(checked(UNHCR), years=ends).people
        foreign = protected[protected["origin"].ne(protected["destination"])]
        counts = foreign.groupby(["destination", "as_of"], as_index=False)[
            ["refugees", "asylum_seekers", "oip"]
        ].sum()
        counts = counts[
            counts["destination"].isin(stock.destinations)
            & counts[["refugees", "asylum_seekers", "oip"]].sum(axis=1).gt(0)
        ]
        is_yearly = inputs.population == WORLD_BANK  # mid-years; the other file holds year-ends
        population_years = (reference.year,) if is_yearly else inputs.population_years
        case = Case(
            Stock(totals.assign(origin="OOO", sex="total"), stock.basis, source_of(file)),
            population_of(
                replace(inputs, population_years=population_years, earlier_years=()),
                stock.destinations,
            ),
            (),
            (),
            ProtectedPopulation(
                counts.assign(origin="UNK"),
                source_of(UNHCR),
            ),
            name=f"{name} world",
        )
        write_edition(case, OUT / name)
    risk = read_risk(checked("crisis/inform_risk_2026_v072.csv"))
    table = {name: risk.component(name) for name in COVARIATES}
    places = sorted(set.intersection(*(set(series.index) for series in table.values())))
    with (OUT / "risk.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["iso3", *COVARIATES])
        writer.writerows([p, *(float(table[name][p]) for name in COVARIATES)] for p in places)
    print(f"{RAW.name}: {sum(f.stat().st_size for f in OUT.rglob('*.csv')) / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
