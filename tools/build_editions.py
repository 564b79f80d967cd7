"""Build the packaged editions from the publishers' files: `python tools/build_editions.py`.

Reads $GECAM_RAW (default: ../shared/data beside the repository) through the readers of gecam.io,
checks each file against tools/manifest.csv, applies what is decided by hand in tools/curated, and
writes src/gecam/datasets/editions. Equal files give equal bytes.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from gecam.datasets import write_edition
from gecam.datasets.edition_writing import write_stock
from gecam.io.ocha.hno import read_hno
from gecam.io.ocha.plan_crises import crises_of_plans
from gecam.io.ocha.plan_facts import read_plan_facts
from gecam.io.ocha.plans import read_gho_plans
from gecam.io.population.unhcr import read_unhcr
from gecam.io.population.worldbank import read_worldbank
from gecam.io.undesa.migrant_stock import read_undesa
from gecam.io.undesa.wpp import read_wpp
from gecam.model import (
    Case,
    Crisis,
    Footprint,
    GroupCount,
    PlanFacts,
    Population,
    ProtectedPopulation,
    Relation,
    Source,
    Stock,
)
from raw_files import CURATED, GHO_2022, OVERVIEWS, ROOT, checked, corrected, rows, source_of

OUT = ROOT / "src" / "gecam" / "datasets" / "editions"

UNHCR = "stock/unhcr_population_1951_2025.csv.gz"
WORLD_BANK = "stock/worldbank_population.csv"
WPP_2024 = "stock/wpp2024_population_31dec_2024_2030.csv"
REVISIONS = {
    "2020": "stock/ims2020_bilateral_by_sex_iso3.csv.gz",
    "2024": "stock/ims2024_bilateral_by_sex_iso3.csv.gz",
}
STOCK_YEARS = {"2020": (2010, 2015, 2020), "2024": (2015, 2020, 2024)}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Which figures an edition takes beside its plans: revisions of stocks and years.

    The first of `revisions` is the edition's own; the other is a second reading of it. Residents of
    earlier years, by the World Bank, are those among whom crises began.
    """

    revisions: tuple[str, ...]
    unhcr_years: tuple[int, ...]
    population: str
    population_years: tuple[int, ...]
    earlier_years: tuple[int, ...] = tuple(range(2014, 2025))


RECENT = (2014, 2015, 2019, 2020)  # year-ends around the stocks of the 2024 revision
INPUTS = {
    "2022": Inputs(
        ("2020", "2024"),
        (2009, 2010, *RECENT, 2021, 2022),
        WORLD_BANK,
        (2020, 2021, 2022, 2023),
        tuple(range(2014, 2022)),
    ),
    "2023": Inputs(
        ("2024", "2020"), (*RECENT, 2021, 2022, 2023, 2024), WORLD_BANK, (2022, 2023, 2024)
    ),
    "2024": Inputs(("2024", "2020"), (*RECENT, 2022, 2023, 2024), WORLD_BANK, (2020, 2023, 2024)),
    "2025": Inputs(("2024",), (*RECENT, 2023, 2024, 2025), WPP_2024, (2024, 2025)),
    "2026": Inputs(("2024",), (*RECENT, 2023, 2024, 2025), WPP_2024, (2025, 2026)),
}


@dataclass(frozen=True, slots=True)
class Plans:
    """The plans of a year, as published and as the facts on them say; by the key of the decisions.

    A plan that states no people in need has a crisis and no footprint.
    """

    crises: Mapping[str, Crisis]
    footprints: Mapping[str, Footprint]


def main() -> None:
    """Build all editions."""
    cases = {name: case(name, plans_of(name), inputs) for name, inputs in INPUTS.items()}
    counted = refugees_counted(cases)
    for name, inputs in INPUTS.items():
        folder = OUT / name
        own, *others = inputs.revisions
        made = with_refugees_counted(cases[name], counted)
        write_edition(made, folder)
        for revision in others:
            write_stock(stock_of(revision, made.destinations), folder / f"revision-{revision}")
        write_other_figures(name, folder)
        size = sum(f.stat().st_size for f in folder.rglob("*.csv"))
        print(f"{name}: {len(made.crises)} crises, stocks of {own}, {size / 1e3:,.0f} kB")


def refugees_counted(cases: Mapping[str, Case]) -> dict[str, tuple[str, ...]]:
    """Return by country the years in which its plans counted refugees; none where one left them out.

    A plan says it by its scope, or by a share of refugees in need that it publishes.
    """
    told: dict[str, dict[str, bool]] = {}
    for name, made in cases.items():
        for f in country_plans(made):
            is_published = f.count("protection", "share") is not None
            if f.pin_scope != "unknown" or is_published:
                year = str(f.pin_scope_year or name)
                told.setdefault(f.destination, {})[year] = f.pin_scope == "all" or is_published
    return {code: tuple(sorted(years)) for code, years in told.items() if all(years.values())}


def with_refugees_counted(made: Case, counted: Mapping[str, tuple[str, ...]]) -> Case:
    """Return a case whose country plans of unknown scope say what the country's others counted."""
    plans = set(map(id, country_plans(made)))
    return replace(
        made,
        footprints=tuple(
            replace(f, refugees_counted_in=counted.get(f.destination, ()))
            if id(f) in plans and f.pin_scope == "unknown"
            else f
            for f in made.footprints
        ),
    )


def country_plans(made: Case) -> list[Footprint]:
    """Return the footprints of country plans."""
    kinds = {c.id: c.plan_type for c in made.crises}
    return [f for f in made.footprints if kinds[f.crisis] == "country_plan"]


def plans_of(name: str) -> Plans:
    """Return the plans of one year."""
    if name == "2022":
        return plans_2022()
    return plans_2024() if name == "2024" else compiled_plans(name)


def plans_2022() -> Plans:
    """Return the plans of the Global Humanitarian Overview 2022."""
    plans = read_gho_plans(corrected(GHO_2022))
    facts = read_plan_facts(checked("crisis/plan_facts_2022.csv"))
    crises, footprints = crises_of_plans(plans, facts, as_of=date(2022, 7, 1))
    source = source_of(GHO_2022)
    return Plans(
        {c.id: replace(c, relations=()) for c in crises},
        {f.crisis: replace(f, source=source) for f in footprints},
    )


def plans_2024() -> Plans:
    """Return the plans of the Humanitarian Needs Overviews 2024."""
    file = OVERVIEWS["2024"]
    facts = read_plan_facts(checked("crisis/plan_facts_2024.csv")).facts
    national = read_hno(corrected(file)).national()
    when, source = date(2024, 7, 1), source_of(file)
    footprints = {
        fact.iso3: replace(
            footprint_of(fact, float(national.loc[fact.iso3, "in_need"]), when),
            crisis=fact.iso3,
            denominator=float(national.loc[fact.iso3, "population"]),
            source=source,
            pin_scope_year=None,
        )
        for fact in facts
    }
    return Plans({f.iso3: replace(crisis_of(f, when), id=f.iso3) for f in facts}, footprints)


def compiled_plans(name: str) -> Plans:
    """Return the plans of a year from the compiled list of plans and the facts on them.

    Of 2025 and 2026 the needs overviews give the residents, and of 2026 the figures of the plans that
    were made final after the launch.
    """
    listed, known = f"crisis/gho_plans_{name}.csv", f"crisis/plan_facts_{name}.csv"
    added = CURATED / f"plans_added_{name}.csv"
    published = rows(checked(listed)) + (rows(added) if added.exists() else [])
    files = [checked(known), *([added] if added.exists() else [])]
    facts = {fact.plan: fact for file in files for fact in read_plan_facts(file).facts}
    overview = needs_overview(name)
    when = date(int(name), 7, 1)
    footprints = {}
    for row in published:
        fact = facts[row["plan"]]
        if row["people_in_need"]:
            footprint = replace(
                footprint_of(fact, float(row["people_in_need"]), when),
                source=figure_source(row, listed, added),
            )
            if fact.plan_type == "country_plan" and fact.iso3 in overview.index:
                figure = overview.loc[fact.iso3].to_dict()
                footprints[fact.plan] = of_overview(footprint, row, figure, name)
            else:
                footprints[fact.plan] = noted(footprint, row)
    crises = {row["plan"]: crisis_of(facts[row["plan"]], when) for row in published}
    for plan in crises.keys() - footprints.keys():  # no footprint tells where it is
        located_in = crises[plan].located_in or (facts[plan].iso3,)
        crises[plan] = replace(crises[plan], located_in=located_in)
    return Plans(crises, footprints)


def needs_overview(name: str) -> pd.DataFrame:
    """Return the national rows of the needs overviews of a year; none of 2023."""
    file = OVERVIEWS.get(name)
    if file is None:
        return pd.DataFrame()
    table = read_hno(corrected(file))
    national = table.national()
    words = table.rows.set_index("line")["description"]
    return national.assign(description=words[national["line"]].astype(str).to_numpy())


def of_overview(
    footprint: Footprint,
    row: Mapping[str, str],
    figure: Mapping[str, float],
    name: str,
) -> Footprint:
    """Return a figure with the residents of its needs overview, and its final number in need.

    Estimates made for the launch stand in the overview of 2026 too, and stay what they are.
    """
    footprint = replace(footprint, denominator=float(figure["population"]))
    in_need = float(figure["in_need"])
    if figure["description"] == "GHO Estimates" or in_need == footprint.people:
        if in_need != footprint.people:
            raise SystemExit(
                f"{name}: {row['plan']}: {in_need:,.0f} against {footprint.people:,.0f}"
            )
        return noted(footprint, row)
    if name != "2026":
        raise SystemExit(f"{name}: {row['plan']} has two figures, and which is used is not decided")
    note = f"Final figure of April 2026; {footprint.people:,.0f} at the launch. {footprint.note}"
    source = source_of(OVERVIEWS[name])
    return replace(footprint, people=in_need, note=note.strip(), source=source)


def figure_source(row: Mapping[str, str], listed: str, added: Path) -> Source:
    """Return the source of a plan's figure: the file that its row names, else the compiled list."""
    named = re.search(r"\(([\w.]+) in this folder\)", row["source"])
    if named:
        return source_of(f"crisis/{named[1]}")
    source = source_of(listed)
    if "as_of" in row:
        return source
    digest = hashlib.sha256(added.read_bytes()).hexdigest()
    return replace(source, id=added.stem.replace("_", "-"), sha256=digest, file=added.name)


def noted(footprint: Footprint, row: Mapping[str, str]) -> Footprint:
    """Return a figure with the remarks on it, and where it was read if in no publisher's file."""
    read_in = "" if "in this folder" in row["source"] else f"Figure: {row['source']}."
    note = " ".join(
        filter(None, (row.get("note", "") if "as_of" in row else "", read_in, footprint.note))
    )
    return replace(footprint, note=note)


def crisis_of(fact: PlanFacts, when: date) -> Crisis:
    """Return the crisis of a plan; its id is the plan's name."""
    return Crisis(
        fact.plan, fact.plan, fact.kind, when, fact.plan_type,
        onset=fact.onset.first if fact.onset else None,
        onset_precision=fact.onset.precision if fact.onset else "day",
        onset_source=worded(fact.onset_source),
        relations=tuple(
            Relation(r.kind, r.other, worded(fact.relation_source), r.is_certain)
            for r in fact.relations
        ),
        located_in=fact.located_in,
        people_from=fact.people_from,
    )  # fmt: skip


def footprint_of(fact: PlanFacts, people: float, when: date) -> Footprint:
    """Return the footprint of a plan, with the year in which its scope was read."""
    carried = re.search(r"carried over from (\d{4})", fact.pin_scope_evidence, re.IGNORECASE)
    return Footprint(
        fact.plan, "" if fact.located_in else fact.iso3, people, when,
        pin_scope=fact.pin_scope,
        pin_scope_source=fact.pin_scope_evidence or fact.pin_scope_source,
        area=fact.area.units or ((fact.area.text,) if fact.area.kind == "described" else ()),
        note=fact.note,
        pin_scope_year=int(carried[1]) if carried else None,
    )  # fmt: skip


def worded(source: str) -> str:
    """Return a source in words that hold outside the folder of the raw files."""
    text = re.sub(r"plan_facts_(\d{4})\.csv in this folder", r"facts on the plans of \1", source)
    return text.replace("the scopes of this file", "the scopes of the facts on them")


def case(name: str, plans: Plans, inputs: Inputs) -> Case:
    """Apply what is decided by hand; add stock, population and refugees of the destinations."""
    counts = counts_of(CURATED / f"counts_{name}.csv")
    relations = relations_of(CURATED / f"relations_{name}.csv")
    decided = {row.get("plan") or row["iso3"]: row for row in rows(CURATED / f"plans_{name}.csv")}
    if set(decided) != set(plans.crises):
        raise SystemExit(f"{name}: not decided or not a plan: {set(decided) ^ set(plans.crises)}")
    crises, footprints = [], []
    for key, crisis in plans.crises.items():
        row = decided[key]
        when = date.fromisoformat(row.get("reference_date") or str(crisis.reference_date))
        stated = tuple(replace(r, other=decided[r.other]["id"]) for r in crisis.relations)
        crises.append(
            replace(
                crisis, id=row["id"], reference_date=when,
                relations=(*relations.get(row["id"], ()), *stated),
            )
        )  # fmt: skip
        if key in plans.footprints:
            footprints.append(as_decided(plans.footprints[key], row, when, counts))
    ids = {c.id for c in crises}
    if unknown := (set(counts) | set(relations)) - ids:
        raise SystemExit(f"decided by hand about unknown crises: {sorted(unknown)}")
    places = sorted({f.destination for f in footprints if f.destination})
    types = {row["destination"]: row["country_type"] for row in rows(CURATED / "country_types.csv")}
    return Case(
        stock_of(inputs.revisions[0], places),
        population_of(inputs, places),
        tuple(crises),
        tuple(footprints),
        protected_of(inputs.unhcr_years, places),
        country_types={place: types[place] for place in places},
        left_out_of_totals={
            row["id"]: row["left_out"] for row in decided.values() if row.get("left_out")
        },
        name=name,
    )


def as_decided(
    footprint: Footprint,
    row: Mapping[str, str],
    when: date,
    counts: Mapping[str, tuple[GroupCount, ...]],
) -> Footprint:
    """Return a footprint with what is decided by hand: id, date, grade, scope, area, note."""
    areas = {"": footprint.area, "national": ()}
    return replace(
        footprint,
        crisis=row["id"],
        as_of=when,
        grade=row["grade"],
        area=areas.get(row["area"], (row["area"],)),
        pin_scope=row["pin_scope"] or footprint.pin_scope,
        counts=counts.get(row["id"], ()),
        note=" ".join(filter(None, (row["note"], footprint.note))),
    )


def stock_of(revision: str, places: Sequence[str]) -> Stock:
    """Return UN DESA's stocks of some destinations, of one revision."""
    file = REVISIONS[revision]
    stock = read_undesa(checked(file), years=STOCK_YEARS[revision]).restrict(places)
    return Stock(stock.people, stock.basis, source_of(file))


def population_of(inputs: Inputs, places: Iterable[str]) -> Population:
    """Return the residents of some countries in the years of an edition."""
    read = {WORLD_BANK: read_worldbank, WPP_2024: read_wpp}[inputs.population]
    population = read(checked(inputs.population), years=inputs.population_years)
    people = population.people
    if inputs.earlier_years:
        earlier = read_worldbank(checked(WORLD_BANK), years=inputs.earlier_years).people
        people = pd.concat([people, earlier]).drop_duplicates(["place", "as_of"])
    return Population(
        people[people["place"].isin(set(places))],
        population.log_sd,
        source_of(inputs.population),
    )


def protected_of(years: Sequence[int], places: Iterable[str]) -> ProtectedPopulation:
    """Return UNHCR's register in some countries of asylum at some year-ends."""
    people = read_unhcr(checked(UNHCR), years=years).restrict(places).people
    reported = people[["refugees", "asylum_seekers", "oip"]].fillna(0).sum(axis=1) > 0
    return ProtectedPopulation(people[reported], source_of(UNHCR))


def write_other_figures(name: str, folder: Path) -> None:
    """Write the other published figures of an edition's plans, where there are any."""
    found = [row for row in rows(CURATED / "other_figures.csv") if row.pop("edition") == name]
    if found:
        with (folder / "other_figures.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)


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


if __name__ == "__main__":
    main()
