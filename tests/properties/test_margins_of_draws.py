"""No draw exceeds the margins that it was drawn with, whatever the odds ratio and the rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gecam.datasets import load_edition
from gecam.estimation import destination_plan
from gecam.estimation.draw.destination_draws import draw_cells
from gecam.model import OddsRatioPrior
from gecam.uncertainty import Streams

N = 400
SLACK = 1 + 1e-9
WIDE = OddsRatioPrior.from_logs(0.0, 5.0)  # 90 % from 1/3,700 to 3,700


@pytest.fixture(scope="module", params=["2022", "2024", "2026"])
def edition(request):
    return load_edition(request.param)


def drawn(case, **assumptions):
    """Draws of every destination, with the assumptions given."""
    changed = replace(case, assumptions=replace(case.assumptions, **assumptions))
    for place in changed.destinations:
        yield draw_cells(destination_plan(changed, place, "all"), Streams(3), N)


def facts(drawing):
    for crisis in drawing.plan.crises:
        for cell in crisis.cells:
            if cell.id in drawing.draws:
                yield crisis, cell


@pytest.mark.parametrize("rule", ["published", "planned", "measured"])
def test_nobody_is_affected_who_is_not_there(edition, rule):
    rows = 0
    for drawing in drawn(edition, protection_in_need=rule, odds_ratio=WIDE):
        for _, cell in facts(drawing):
            people = drawing.people[cell.crisis, cell.group]
            assert np.all(drawing.draws[cell.id] <= people * SLACK), cell.id
            rows += 1
        for group in ("other", "protection"):
            if chosen := drawing.counted(group):
                there = np.max([drawing.people[x.crisis, group] for _, x in chosen], axis=0)
                assert np.all(drawing.union(chosen).draws <= there * SLACK)
    assert rows > 20


def test_other_migrants_keep_to_the_people_in_need_of_their_draw(edition):
    """At odds ratio 1 a draw has S p: that gives its people in need P = p N, and both its bounds."""
    single = [p for p in edition.destinations if len(edition.by_place[p]) == 1]
    pairs = zip(
        drawn(edition.restrict(single), odds_ratio=OddsRatioPrior.exactly(1.0)),
        drawn(edition.restrict(single), odds_ratio=WIDE),
        strict=True,
    )
    tables = 0
    for at_one, wide in pairs:
        for crisis, cell in facts(wide):
            shares = crisis.shares
            is_table = shares.residents is not None and shares.residents.table_weight == 1
            if cell.group != "other" or not shares.rests_on_odds_ratio or not is_table:
                continue
            migrants = wide.people[cell.crisis, "other"]
            residents = shares.residents.table_residents - crisis.split.other + migrants
            in_need = at_one.draws[cell.id] / migrants * residents
            upper = np.minimum(migrants, in_need)
            lower = np.maximum(0.0, migrants + in_need - residents)
            affected = wide.draws[cell.id]
            assert np.all(affected <= upper * SLACK), cell.id
            assert np.all(affected >= lower / SLACK - 1e-6), cell.id
            tables += 1
    assert tables >= 5


def test_where_a_count_exceeds_those_present_these_rise_with_it():
    """Lebanon's published count of migrants exceeds the stock in some draws; the plan's rule too."""
    case = load_edition("2022").restrict(["LBN", "AFG"])
    for place, group, rule in (("LBN", "other", "published"), ("AFG", "protection", "planned")):
        a = replace(case.assumptions, protection_in_need=rule)
        plan = destination_plan(replace(case, assumptions=a), place, "all")
        drawing = draw_cells(plan, Streams(1), 2_000)
        (cell,) = (cell for _, cell in facts(drawing) if cell.group == group)
        people, affected = drawing.people[cell.crisis, group], drawing.draws[cell.id]
        risen = people == affected
        assert 0 < risen.sum() < risen.size
        assert np.all(people[~risen] > affected[~risen])
