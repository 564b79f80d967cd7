"""What the editions know of plans, applied to figures of any file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from gecam.datasets import EDITIONS, load_edition, load_plan_registry, with_plan_facts
from gecam.model import Crisis, Footprint, Relation


def bare(code: str, year: int) -> tuple[Crisis, Footprint]:
    """Return a country plan of which a file tells people in need alone."""
    when = date(year, 7, 1)
    crisis = Crisis(f"{year}-{code}", f"{code} {year}", "complex", when, "country_plan")
    return crisis, Footprint(crisis.id, code, 1e6, when)


def filled(code: str, year: int) -> tuple[Crisis, Footprint]:
    crisis, footprint = bare(code, year)
    (crisis,), (footprint,) = with_plan_facts([crisis], [footprint])
    return crisis, footprint


def test_the_registry_holds_every_country_plan_of_every_edition() -> None:
    table = load_plan_registry()
    for name in EDITIONS:
        case = load_edition(name)
        plans = {c.id for c in case.crises if c.plan_type == "country_plan"}
        plans &= {f.crisis for f in case.footprints}
        assert set(table.loc[table["year"].eq(int(name)), "crisis"]) == plans


@pytest.mark.parametrize("name", EDITIONS)
def test_a_file_of_an_editions_year_gets_what_the_edition_says(name: str) -> None:
    edition = load_edition(name)
    crises = {c.id: c for c in edition.crises if c.plan_type == "country_plan"}
    of_country = {f.destination: f for f in edition.footprints if f.crisis in crises}
    pairs = [bare(code, int(name)) for code in of_country]
    made, footprints = with_plan_facts([c for c, _ in pairs], [f for _, f in pairs])
    for crisis, footprint in zip(made, footprints, strict=True):
        own, stated = (
            of_country[footprint.destination],
            crises[of_country[footprint.destination].crisis],
        )
        assert (crisis.kind, crisis.onset, crisis.onset_precision) == (
            stated.kind, stated.onset, stated.onset_precision,
        )  # fmt: skip
        fields = ("pin_scope", "pin_scope_source", "pin_scope_year", "area")
        assert [getattr(footprint, f) for f in fields] == [getattr(own, f) for f in fields]


def test_scope_and_onset_of_another_year_say_so() -> None:
    # Sudan: war since 15 April 2023; its scope was last read in the plan of 2025
    crisis, footprint = filled("SDN", 2027)
    assert (crisis.onset, footprint.pin_scope, footprint.pin_scope_year) == (
        date(2023, 4, 15), "all", 2025,
    )  # fmt: skip
    assert crisis.onset_source.startswith("carried over from the plan of 2026: ")


def test_an_onset_after_the_date_of_the_plan_is_not_its_onset() -> None:
    # No edition of 2021; that of 2022 says 2003 for Sudan, later ones 2023
    assert filled("SDN", 2021)[0].onset == date(2003, 1, 1)
    assert filled("UKR", 2021)[0].onset == date(2014, 1, 1)
    assert filled("AFG", 2020)[0].onset is None  # all of them: August 2021


def test_what_a_file_states_stays() -> None:
    crisis, footprint = bare("SDN", 2025)
    own = replace(crisis, onset=date(2024, 1, 1)), replace(footprint, pin_scope="nationals")
    (crisis,), (footprint,) = with_plan_facts([own[0]], [own[1]])
    assert (crisis.onset, footprint.pin_scope, footprint.pin_scope_year) == (
        date(2024, 1, 1), "nationals", None,
    )  # fmt: skip


def test_areas_of_a_plan_for_a_part_of_the_country_are_those_of_its_own_year() -> None:
    assert filled("NGA", 2025)[1].area == ("Adamawa", "Borno", "Yobe")
    assert filled("NGA", 2027)[1].area == ()


def test_relations_are_taken_where_both_plans_are_there() -> None:
    pairs = [bare("SDN", 2025), bare("TCD", 2025)]
    refugees = Crisis("2025-SDN-RRP", "Sudan", "displacement", date(2025, 7, 1), "regional_plan")
    plans = [crisis for crisis, _ in pairs]
    crises, _ = with_plan_facts([*plans, refugees], [f for _, f in pairs])
    assert [(r.kind, r.other) for r in crises[1].relations] == [("overlaps", "2025-SDN-RRP")]
    crises, _ = with_plan_facts(plans, [f for _, f in pairs])
    assert crises[1].relations == ()
    own = replace(plans[1], relations=(Relation("disjoint", "2025-SDN"),))
    crises, _ = with_plan_facts([plans[0], own], [f for _, f in pairs])
    assert crises[1].relations == own.relations


def test_other_crises_and_other_countries_are_left_as_they_are() -> None:
    crisis, footprint = bare("SDN", 2025)
    flood = replace(crisis, plan_type="none")
    assert with_plan_facts([flood], [footprint]) == ((flood,), (footprint,))
    crisis, footprint = bare("CHE", 2025)
    assert with_plan_facts([crisis], [footprint]) == ((crisis,), (footprint,))
