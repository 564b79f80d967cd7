"""Build the packaged figures of all countries, for modelled shares: `python tools/build_world.py`.

Stock totals (origins added up), population and refugees by country, and the components of INFORM
Risk that gecam.estimation.COVARIATES names. Equal files give equal bytes.
"""

from __future__ import annotations

import csv
from datetime import date

from build_editions import RAW, ROOT, checked, rows, source_of
from gecam.datasets import write_edition
from gecam.estimation import COVARIATES
from gecam.io import read_risk, read_undesa, read_unhcr, read_worldbank
from gecam.model import Case, Population, ProtectedPopulation, Stock

OUT = ROOT / "src" / "gecam" / "datasets" / "world"
EDITIONS = {
    "2022": ("stock/ims2020_bilateral_by_sex_iso3.csv.gz", (2010, 2015, 2020), (2022,)),
    "2024": ("stock/ims2024_bilateral_by_sex_iso3.csv.gz", (2015, 2020, 2024), (2024,)),
}


def main() -> None:
    """Build both editions and the covariates."""
    manifest = {row["file"]: row for row in rows(ROOT / "tools" / "manifest.csv")}
    for name, (file, years, population_years) in EDITIONS.items():
        stock = read_undesa(checked(file, manifest), years=years)
        totals = stock.people.groupby(["destination", "as_of"], as_index=False)["people"].sum()
        reference = date(int(name), 7, 1)
        ends = sorted({y + k for y in (*years, reference.year) for k in (-1, 0)} - {2025})
        protected = read_unhcr(
            checked("stock/unhcr_population_1951_2025.csv.gz", manifest), years=ends
        ).people
        foreign = protected[protected["origin"].ne(protected["destination"])]
        counts = foreign.groupby(["destination", "as_of"], as_index=False)[
            ["refugees", "asylum_seekers", "oip"]
        ].sum()
        counts = counts[
            counts["destination"].isin(stock.destinations)
            & counts[["refugees", "asylum_seekers", "oip"]].sum(axis=1).gt(0)
        ]
        population = read_worldbank(
            checked("stock/worldbank_population.csv", manifest), years=population_years
        )
        people = population.people[population.people["place"].isin(stock.destinations)]
        case = Case(
            Stock(totals.assign(origin="OOO", sex="total"), stock.basis, source_of(file, manifest)),
            Population(
                people, population.log_sd, source_of("stock/worldbank_population.csv", manifest)
            ),
            (),
            (),
            ProtectedPopulation(
                counts.assign(origin="UNK"),
                source_of("stock/unhcr_population_1951_2025.csv.gz", manifest),
            ),
            name=f"{name} world",
        )
        write_edition(case, OUT / name)
    risk = read_risk(checked("crisis/inform_risk_2026_v072.csv", manifest))
    table = {name: risk.component(name) for name in COVARIATES}
    places = sorted(set.intersection(*(set(series.index) for series in table.values())))
    with (OUT / "risk.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["iso3", *COVARIATES])
        writer.writerows([p, *(float(table[name][p]) for name in COVARIATES)] for p in places)
    print(f"{RAW.name}: {sum(f.stat().st_size for f in OUT.rglob('*.csv')) / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
