"""Migrants after an onset that lies behind the last figure: of one date with the residents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from gecam.database.storage.codec import decode, encode
from gecam.datasets import load_edition
from gecam.estimation import destination_plan, residents_of
from gecam.estimation.provenance import canonical
from gecam.model import Assumptions, Population, residents_before

ONSET = date(2021, 7, 1)  # of Kenya's crisis in the small case; its last stock is of mid-2020
EVE, NOW = 48e6, 36e6  # residents: a quarter left


@pytest.fixture(scope="module")
def left(small_case):
    """Kenya, from which a quarter of the residents went when the crisis began; nobody registered."""
    rows = [
        ("KEN", "2020-06-30", EVE),
        ("KEN", "2021-06-30", EVE),
        ("KEN", "2021-12-31", NOW),
        ("KEN", "2022-12-31", NOW),
    ]
    people = pd.DataFrame(rows, columns=["place", "as_of", "people"])
    case = small_case.restrict(["KEN"])
    needs = tuple(replace(f, pin_scope="all") for f in case.footprints)
    return replace(case, population=Population(people), protected=None, footprints=needs)


def crisis(case, **assumptions):
    changed = replace(case, assumptions=replace(case.assumptions, **assumptions))
    return destination_plan(changed, "KEN", "all").crises[0]


def test_migrants_keep_their_share_of_the_residents(left):
    now, held = crisis(left), crisis(left, stock_after_onset="held")
    assert now.split.other / NOW == pytest.approx(held.split.other / EVE, rel=1e-12)
    assert now.split.dated.log_sd == held.split.dated.log_sd >= Assumptions().frozen_log_sd
    assert "36,000,000" in now.split.dated.text
    assert "48,000,000" in now.split.dated.text


def test_both_of_the_onset_give_the_same_people_at_odds_ratio_1(left):
    """S D/N x P/D = S x P/N: only the odds ratio tells them apart; stock alone held gives N/D more."""
    moved, both, held = (
        crisis(left, stock_after_onset=how).cells[0].odds_ratio_1
        for how in ("with_residents", "both_held", "held")
    )
    assert both == pytest.approx(moved, rel=1e-12)
    assert held == pytest.approx(moved * EVE / NOW, rel=1e-12)


def test_without_residents_of_before_the_stock_stays_and_says_so(left):
    after = left.population.people["as_of"] > pd.Timestamp(ONSET)
    case = replace(left, population=Population(left.population.people[after]))
    split = crisis(case).split
    assert split.dated.residents is None
    assert "held there because the crisis began then" in split.dated.text


def test_residents_of_before_an_onset_are_no_denominator_after_it(left):
    september = date(2021, 9, 1)
    crises = tuple(replace(c, reference_date=september) for c in left.crises)
    needs = tuple(replace(f, as_of=september) for f in left.footprints)
    case = replace(left, crises=crises, footprints=needs)
    assert residents_of(case, case.footprints[0]) == NOW


def test_ukraine_2024_is_of_one_date():
    """The plan's 14.6 of 33.3 million in need, among whom there were 44.1 million before the war."""
    case = load_edition("2024")
    footprint = case.by_place["UKR"][0]
    eve = residents_before(case.population, "UKR", date(2022, 2, 24))
    assert (footprint.denominator, round(eve, -4)) == (33_279_979, 44_050_000)
    split = destination_plan(case, "UKR", "all").crises[0].split
    held = replace(case, assumptions=Assumptions(stock_after_onset="held"))
    before = destination_plan(held, "UKR", "all").crises[0].split
    assert split.other / before.other == pytest.approx(33_279_979 / eve, rel=1e-12)


def test_assumptions_of_before_are_read_as_they_were():
    """A stored case without the new fields has what held then; it keeps its hash, too."""
    before = {
        "stock_after_onset": "held", "change_correlation": 0.0, "border_changes": "by_country",
    }  # fmt: skip
    stored = encode(Assumptions(**before))
    for name in before:
        del stored[name]
    again = decode(stored)
    assert {name: getattr(again, name) for name in before} == before
    assert not set(before) & set(canonical(again))
    assert set(before) <= set(canonical(Assumptions()))


def test_presence_relative_to_the_residents_is_of_classes(left):
    """Kenya hosts refugees, so that its other migrants are no settled ones; no border moved there."""
    sixth = {"settled": 1.0, "border_change": 1.0, "other": 0.6}
    now, fewer = crisis(left), crisis(left, relative_presence=sixth)
    assert fewer.split.other == pytest.approx(0.6 * now.split.other, rel=1e-12)
    assert "60% as present" in fewer.split.dated.text
    settled = replace(left, country_types={"KEN": "settled"})
    assert crisis(settled, relative_presence=sixth).split.other == now.split.other
    held = crisis(left, relative_presence=sixth, stock_after_onset="held")
    assert held.split.other == crisis(left, stock_after_onset="held").split.other


def test_people_past_whom_a_border_moved_stay(left):
    case = load_edition("2024").restrict(["SDN"])
    sixth = {"settled": 1.0, "border_change": 1.0, "other": 0.6}
    fewer = replace(case, assumptions=replace(case.assumptions, relative_presence=sixth))
    a, b = (destination_plan(c, "SDN", "all").crises[0].split.other for c in (case, fewer))
    assert b / a == pytest.approx(1 - 0.4 * (1 - 0.419), abs=1e-3)  # 41.9 % born in South Sudan
