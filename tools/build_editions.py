"""Build the packaged editions from the publishers' files: `python tools/build_editions.py`.

Reads $GECAM_RAW (default: ../shared/data beside the repository) through the readers of gecam.io,
checks each file against tools/manifest.csv, applies what is decided by hand in tools/curated, and
writes src/gecam/datasets/editions. Equal files give equal bytes.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from gecam.datasets import write_edition
from gecam.io.ocha.hno import read_hno
from gecam.io.ocha.plan_crises import crises_of_plans
from gecam.io.ocha.plan_facts import read_plan_facts
from gecam.io.ocha.plans import read_gho_plans
from gecam.io.population.unhcr import read_unhcr
from gecam.io.population.worldbank import read_worldbank
from gecam.io.undesa.migrant_stock import read_undesa
from gecam.model import (
    Case,
    Crisis,
    Footprint,
    GroupCount,
    Population,
    ProtectedPopulation,
    Relation,
    Source,
    Stock,
)

ROOT = Path(__file__).resolve().parent.parent
RAW = Path(os.environ.get("GECAM_RAW", ROOT.parent / "shared" / "data"))
CURATED = ROOT / "tools" / "curated"
OUT = ROOT / "src" / "gecam" / "datasets" / "editions"
Rows = list[dict[str, str]]


def main() -> None:
    """Build both editions."""
    manifest = {row["file"]: row for row in rows(ROOT / "tools" / "manifest.csv")}
    for case in (edition_2022(manifest), edition_2024(manifest)):
        write_edition(case, OUT / case.name)
        size = sum(f.stat().st_size for f in (OUT / case.name).iterdir())
        print(f"{case.name}: {len(case.crises)} crises, {size / 1e3:,.0f} kB")


def edition_2022(manifest: Mapping[str, dict[str, str]]) -> Case:
    """Build the edition of the Global Humanitarian Overview 2022."""
    plans = read_gho_plans(checked("crisis/gho2022_national_pin_response_plans.csv", manifest))
    facts = read_plan_facts(checked("crisis/plan_facts_2022.csv", manifest))
    crises, footprints = crises_of_plans(plans, facts, as_of=date(2022, 7, 1))
    source = source_of("crisis/gho2022_national_pin_response_plans.csv", manifest)
    decided = {row["plan"]: row for row in rows(CURATED / "plans_2022.csv")}
    return case(
        "2022",
        crises,
        [replace(f, source=source) for f in footprints],
        decided,
        stock_file="stock/ims2020_bilateral_by_sex_iso3.csv.gz",
        stock_years=(2010, 2015, 2020),
        unhcr_years=(2009, 2010, 2014, 2015, 2019, 2020, 2021, 2022),
        population_years=(2020, 2021, 2022, 2023),
        manifest=manifest,
    )


def edition_2024(manifest: Mapping[str, dict[str, str]]) -> Case:
    """Build the edition of the Humanitarian Needs Overviews 2024."""
    facts = read_plan_facts(checked("crisis/plan_facts_2024.csv", manifest))
    needs = read_hno(checked("crisis/hpc_hno_2024.csv.gz", manifest)).national()
    national = {row.Index: row for row in needs.itertuples()}
    source = source_of("crisis/hpc_hno_2024.csv.gz", manifest)
    when = date(2024, 7, 1)
    crises, footprints = [], []
    for fact in facts.facts:
        row = national[fact.iso3]
        crises.append(
            Crisis(
                fact.iso3, fact.plan, fact.kind, when, "country_plan",
                onset=fact.onset.first if fact.onset else None,
                onset_precision=fact.onset.precision if fact.onset else "day",
                onset_source=fact.onset_source,
            )
        )  # fmt: skip
        footprints.append(
            Footprint(
                fact.iso3, fact.iso3, float(row.in_need), when,
                pin_scope=fact.pin_scope,
                pin_scope_source=fact.pin_scope_evidence or fact.pin_scope_source,
                area=fact.area.units, denominator=float(row.population),
                source=source,
                note=fact.note,
            )
        )  # fmt: skip
    decided = {row["iso3"]: row for row in rows(CURATED / "plans_2024.csv")}
    return case(
        "2024",
        crises,
        footprints,
        decided,
        stock_file="stock/ims2024_bilateral_by_sex_iso3.csv.gz",
        stock_years=(2015, 2020, 2024),
        unhcr_years=(2014, 2015, 2019, 2020, 2023, 2024),
        population_years=(2020, 2023, 2024),
        manifest=manifest,
    )


def case(
    name: str,
    crises: Sequence[Crisis],
    footprints: Sequence[Footprint],
    decided: Mapping[str, dict[str, str]],
    *,
    stock_file: str,
    stock_years: Sequence[int],
    unhcr_years: Sequence[int],
    population_years: Sequence[int],
    manifest: Mapping[str, dict[str, str]],
) -> Case:
    """Apply what is decided by hand; add stock, population and refugees of the destinations."""
    counts = counts_of(CURATED / f"counts_{name}.csv")
    relations = relations_of(CURATED / f"relations_{name}.csv")
    decided_crises = []
    decided_footprints = []
    left_out = {}
    for crisis, footprint in zip(crises, footprints, strict=True):
        row = decided[crisis.id]
        when = date.fromisoformat(row.get("reference_date") or str(crisis.reference_date))
        decided_crises.append(
            replace(
                crisis, id=row["id"], reference_date=when, relations=relations.get(row["id"], ())
            )
        )
        area = () if row["area"] == "national" else footprint.area
        decided_footprints.append(
            replace(
                footprint,
                crisis=row["id"],
                as_of=when,
                grade=row["grade"],
                area=area,
                pin_scope=row["pin_scope"] or footprint.pin_scope,
                counts=counts.get(row["id"], ()),
                note=" ".join(filter(None, (row["note"], footprint.note))),
            )
        )
        if row.get("left_out"):
            left_out[row["id"]] = row["left_out"]
    ids = {c.id for c in decided_crises}
    if unknown := (set(counts) | set(relations)) - ids:
        raise SystemExit(f"decided by hand about unknown crises: {sorted(unknown)}")
    places = sorted({f.destination for f in decided_footprints if f.destination})
    stock = read_undesa(checked(stock_file, manifest), years=stock_years).restrict(places)
    protected = read_unhcr(
        checked("stock/unhcr_population_1951_2025.csv.gz", manifest), years=unhcr_years
    ).restrict(places)
    reported = protected.people[["refugees", "asylum_seekers", "oip"]].fillna(0).sum(axis=1) > 0
    population = read_worldbank(checked("stock/worldbank_population.csv", manifest))
    kept = population.people["place"].isin(places) & population.people["as_of"].dt.year.isin(
        population_years
    )
    types = {row["destination"]: row["country_type"] for row in rows(CURATED / "country_types.csv")}
    return Case(
        Stock(stock.people, stock.basis, source_of(stock_file, manifest)),
        Population(
            population.people[kept],
            population.log_sd,
            source_of("stock/worldbank_population.csv", manifest),
        ),
        tuple(decided_crises),
        tuple(decided_footprints),
        ProtectedPopulation(
            protected.people[reported],
            source_of("stock/unhcr_population_1951_2025.csv.gz", manifest),
        ),
        country_types={place: types[place] for place in places},
        left_out_of_totals=left_out,
        name=name,
    )


def counts_of(path: Path) -> dict[str, tuple[GroupCount, ...]]:
    """Read published counts of groups by crisis."""
    found: dict[str, tuple[GroupCount, ...]] = {}
    for row in rows(path):
        count = GroupCount(
            row["group"], float(row["in_need"]), row["use"],
            float(row["present"]) if row["present"] else None,
            row["is_by_rule"] == "true", row["source"], row["note"], row.get("grade") or "A",
        )  # fmt: skip
        found[row["crisis"]] = (*found.get(row["crisis"], ()), count)
    return found


def relations_of(path: Path) -> dict[str, tuple[Relation, ...]]:
    """Read relations by crisis; none where the edition has no such table."""
    found: dict[str, tuple[Relation, ...]] = {}
    for row in rows(path) if path.exists() else ():
        relation = Relation(row["kind"], row["other"], row["source"], row["is_certain"] == "true")
        found[row["crisis"]] = (*found.get(row["crisis"], ()), relation)
    return found


def checked(file: str, manifest: Mapping[str, dict[str, str]]) -> Path:
    """Return the path of a raw file whose bytes are those of the manifest."""
    path = RAW / file
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != manifest[file]["sha256"]:
        raise SystemExit(
            f"{file} is not the file that the editions were built from (SHA-256 {digest}). "
            "Check what changed, then update tools/manifest.csv."
        )
    return path


def source_of(file: str, manifest: Mapping[str, dict[str, str]]) -> Source:
    """Return the source of a raw file."""
    row = manifest[file]
    return Source(
        row["id"], row["publisher"], row["title"], row["edition"],
        date.fromisoformat(row["released_on"]) if row["released_on"] else None,
        row["licence"], row["url"], row["sha256"], Path(file).name,
    )  # fmt: skip


def rows(path: Path) -> Rows:
    """Read a table of text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


if __name__ == "__main__":
    main()
