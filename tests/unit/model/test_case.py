"""One error lists every problem of all inputs, each with its place."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.model import Case, Crisis, Footprint, GroupCount, Population, Relation, residents_at

T = date(2022, 7, 1)
STOCK = [
    ("SDN", "ERI", "2020-07-01", "total", 1000.0),
    ("YEM", "SOM", "2020-07-01", "total", 500.0),
]
STOCK_COLUMNS = ["destination", "origin", "as_of", "sex", "people"]
PEOPLE = [("SDN", "2022-07-01", 40e6), ("YEM", "2022-07-01", 30e6)]
NEEDS = [("plan", "SDN", "2022-07-01", 14e6), ("plan y", "YEM", "2022-07-01", 20e6)]


def tables(stock=STOCK, people=PEOPLE, needs=NEEDS, **more):
    return {
        "stock": pd.DataFrame(stock, columns=STOCK_COLUMNS),
        "population": pd.DataFrame(people, columns=["place", "as_of", "people"]),
        "needs": pd.DataFrame(needs, columns=["crisis", "destination", "as_of", "people"]),
    } | more


def codes(error: pytest.ExceptionInfo) -> set[str]:
    return {problem.code for problem in error.value.problems}


def test_plain_tables_make_a_case():
    case = Case.from_tables(**tables())
    assert case.destinations == ["SDN", "YEM"]
    assert case.footprints[0].pin_scope == "unknown"


def test_all_faults_of_all_tables_come_in_one_message():
    faulty = tables(
        stock=[
            ("Sudan", "ERI", "2020-07-01", "total", 1000.0),  # a name, not a code
            ("YEM", "SOM", "2020-07-01", "total", -5.0),  # negative
            ("YEM", "ETH", "2020-07-01", "total", float("nan")),  # missing
            ("YEM", "ERI", "2020-07-01", "total", 7.0),
            ("YEM", "ERI", "2020-07-01", "total", 8.0),  # twice
        ],
        people=[("SDN", "2022-07-01", 10e6)],  # Yemen has no denominator
        needs=[
            ("plan", "SDN", "2022-07-01", 14e6),  # more than 10 % above the population
            ("plan y", "YEM", "2019-07-01", 20e6),  # another year
            ("plan z", "YEM", "2022-07-01", 2e6),
        ],
    )
    with pytest.raises(InputError) as error:
        Case.from_tables(**faulty)
    assert codes(error) >= {
        "CODE", "NEGATIVE", "EMPTY", "DUPLICATE", "NO_DENOMINATOR", "PIN_GT_POP", "MIXED_DATES",
    }  # fmt: skip
    problems = {p.code: p for p in error.value.problems}
    assert problems["CODE"].sheet == "stock"
    assert problems["CODE"].column == "destination"
    assert "'Sudan'" in problems["CODE"].what
    assert problems["NEGATIVE"].row == "YEM x SOM x 2020-07-01 x total"
    assert "14,000,000 people in a population of 10,000,000" in problems["PIN_GT_POP"].what
    assert all(problem.what in str(error.value) for problem in error.value.problems)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"stock": [("SDN", "ERI", "2020-07-01", "total", 1.0)]}, "NO_STOCK"),
        ({"needs": [*NEEDS, NEEDS[0]]}, "DUPLICATE"),
        ({"needs": [("plan", "SDN", "1 July", 14e6)]}, "NOT_A_DATE"),
        ({"needs": [("plan", "SDN", "2022-07-01", "many")]}, "NOT_A_NUMBER"),
        ({"people": [("SDN", "2015-07-01", 40e6), ("YEM", "2022-07-01", 3e7)]}, "NO_DENOMINATOR"),
    ],
)
def test_each_fault_has_its_code(change, code):
    with pytest.raises(InputError) as error:
        Case.from_tables(**tables(**change))
    assert code in codes(error)


def test_unknown_columns_are_not_ignored():
    needs = tables()["needs"].assign(pin_scpoe="all")
    with pytest.raises(InputError, match=r"pin_scpoe"):
        Case.from_tables(**tables() | {"needs": needs})


def test_footprints_and_relations_name_crises_of_the_case(small_case):
    crisis = Crisis("a", "A", "complex", T, relations=(Relation("within", "b"),))
    footprint = Footprint("c", "SDN", 1.0, T)
    with pytest.raises(InputError, match=r"within the unknown crisis 'b'[\s\S]*unknown crisis 'c'"):
        replace(small_case, crises=(crisis,), footprints=(footprint,))


def test_measures_are_never_mixed(small_case):
    first = replace(small_case.footprints[0], measure="affected")
    with pytest.raises(InputError, match="measures are mixed"):
        replace(small_case, footprints=(first, *small_case.footprints[1:]))


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Footprint("c", "XXX", 1.0, T),
        lambda: Footprint("c", "SDN", 0.0, T),
        lambda: Footprint("c", "SDN", float("nan"), T),
        lambda: Footprint("c", "SDN", 1.0, T, pin_scope="some"),
        lambda: Footprint("c", "SDN", 1.0, T, denominator=-1.0),
        lambda: Crisis("c", "C", "plague", T),
        lambda: Crisis("c", "C", "complex", T, located_in=("Sudan",)),
        lambda: Relation("near", "d"),
        lambda: GroupCount("protection", 5, "share"),
        lambda: GroupCount("protection", 5, "share", 2),  # hosts or planned arrivals in it
        lambda: GroupCount("protection", -5, "related"),
        lambda: GroupCount("friends", 5, "related"),
    ],
)
def test_each_type_checks_at_its_door(broken):
    with pytest.raises(InputError):
        broken()


def test_a_share_of_two_dates_is_clipped_at_one():
    assert GroupCount("protection", 104, "share", 100).share == 1


def test_residents_are_interpolated_and_never_taken_from_afar():
    population = Population(
        pd.DataFrame(
            [("SDN", "2020-07-01", 40e6), ("SDN", "2022-07-01", 44e6)],
            columns=["place", "as_of", "people"],
        )
    )
    assert residents_at(population, "SDN", date(2022, 7, 1)) == 44e6
    middle = residents_at(population, "SDN", date(2021, 7, 1))
    assert middle == pytest.approx((40e6 * 44e6) ** 0.5, rel=1e-4)
    assert residents_at(population, "SDN", date(2023, 6, 30)) == 44e6
    assert residents_at(population, "SDN", date(2024, 7, 1)) is None
    assert residents_at(population, "TCD", date(2022, 7, 1)) is None


def test_a_case_survives_a_process_pool(small_case):
    copy = pickle.loads(pickle.dumps(small_case))
    assert copy.assumptions == small_case.assumptions
    assert copy.stock.people.equals(small_case.stock.people)
