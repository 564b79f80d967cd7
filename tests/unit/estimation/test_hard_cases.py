"""Cases in which a plausible number would be wrong: each was wrong once, or nearly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate, stock_at
from gecam.model import (
    Assumptions,
    Case,
    GroupCount,
    OddsRatioPrior,
    ProtectedPopulation,
    Relation,
)

D15, D20, D24 = date(2015, 7, 1), date(2020, 7, 1), date(2024, 7, 1)
NEIGHBOURS = Assumptions(odds_ratio=OddsRatioPrior.exactly(1.0), protection_in_need="published")


def with_sudan(case, **changes):
    footprints = tuple(
        replace(f, **changes) if f.destination == "SDN" else f for f in case.footprints
    )
    return replace(case, footprints=footprints)


def cell_of(est, group, place="SDN"):
    i = next(i for i, x in enumerate(est.cells) if x.destination == place and x.group == group)
    return est.cells[i], est.draws[i]


def test_a_figure_of_soon_after_the_onset_is_a_projection():
    # as for Sudan 2024: war of April 2023, a figure of mid-2024, no census between
    figures = {D15: 100.0, D20: 120.0, D24: 300.0}
    stock = stock_at(figures, D24, log_sd=0.1, onset=date(2023, 4, 15))
    assert 120 < stock.people < 150
    assert set(stock.flags) == {"FIGURE_AFTER_ONSET", "STOCK_FROZEN"}
    old = stock_at(figures, D24, log_sd=0.1, onset=date(2021, 1, 1))
    assert old.people == 300  # three and a half years later somebody may have counted


def test_the_rules_hold_before_the_date_of_the_last_figure_too():
    last = 110 * 1.1 ** ((D24 - D20).days / (D20 - D15).days)
    figures = {D15: 100.0, D20: 110.0, D24: last}
    onset = date(2022, 2, 24)
    before = stock_at(figures, date(2024, 6, 30), log_sd=0.1, onset=onset)
    on = stock_at(figures, D24, log_sd=0.1, onset=onset)
    assert before.people == pytest.approx(on.people)
    assert set(before.flags) == set(on.flags) == {"PUBLISHED_EXTRAPOLATION", "STOCK_FROZEN"}


def test_a_count_of_a_part_says_what_is_missing_and_knows_no_origins(small_case):
    counted = with_sudan(small_case, counts=(GroupCount("other", 50_000, "count", 80_000),))
    est = estimate(counted, draws=2_000, seed=3)
    cell, draws = cell_of(est, "other")
    assert "COUNT_OF_PART" in cell.flags
    assert "not estimated" in cell.reason
    assert draws.mean() == pytest.approx(50_000, rel=0.02)
    rows = est.by("destination", "origin").summary()
    sudan = rows[rows["destination"].eq("SDN")].set_index("origin")["mean"]
    refugees = est.by("destination", "group").row(destination="SDN", group="protection")
    assert sudan["OOO"] == pytest.approx(50_000, rel=0.02)
    assert sudan.sum() == pytest.approx(50_000 + refugees.draws.mean(), rel=0.02)
    assert "not estimated" in est.by("destination").row(destination="SDN").summary()["reason"][0]


def test_a_published_count_is_not_cut_at_the_stock(small_case):
    others = cell_of(estimate(small_case, draws=50, seed=3), "other")[0].stock
    people = 1.05 * others  # counts of two dates differ by a little
    counted = with_sudan(small_case, counts=(GroupCount("other", people, "count", people),))
    cell, draws = cell_of(estimate(counted, draws=20_000, seed=3), "other")
    assert "COUNT_EXCEEDS_STOCK" in cell.flags
    assert draws.mean() == pytest.approx(people, abs=4 * draws.std() / 20_000**0.5)
    assert cell.odds_ratio_1 <= cell.upper_bound


def test_refugees_near_all_people_in_need_leave_no_cliff(small_case):
    def others(people):
        case = with_sudan(replace(small_case, assumptions=NEIGHBOURS), people=people)
        est = estimate(case, draws=50, seed=3)
        parts = [cell_of(est, group)[0] for group in ("other", "protection")]
        return parts[0].odds_ratio_1, sum(p.odds_ratio_1 for p in parts), parts[0].flags

    needed = 510_000 * 0.969 / 0.9  # where the limit begins to bind
    below, above = others(needed * 0.999), others(needed * 1.001)
    assert "REFUGEES_EXCEED_PIN" in below[2]
    assert "REFUGEES_EXCEED_PIN" not in above[2]
    assert below[0] == pytest.approx(above[0], rel=0.05)
    for people in (20_000.0, 100_000.0, 400_000.0):
        assert others(people)[1] <= people  # never more affected than the plan counts


def test_a_missing_year_end_is_not_zero_refugees(small_case):
    people = small_case.protected.people
    only_then = ProtectedPopulation(people[people["as_of"].dt.year.isin([2019, 2020])])
    with pytest.raises(InputError, match="a missing year is not zero refugees"):
        replace(small_case, protected=only_then)
    late = replace(
        small_case, protected=ProtectedPopulation(people[people["as_of"].dt.year.ge(2021)])
    )
    full, part = (cell_of(estimate(c, draws=50, seed=1), "other")[0] for c in (small_case, late))
    assert "REFUGEES_OF_ANOTHER_YEAR" in part.flags
    # the same refugees in every year: only the growth of others is not known any more
    assert part.stock == pytest.approx(full.stock, rel=0.2)


def test_a_published_share_settles_for_refugees_what_the_scope_leaves_open(small_case):
    counts = (GroupCount("protection", 90, "share", 100),)
    unknown = with_sudan(small_case, pin_scope="unknown", counts=counts)
    cell, draws = cell_of(estimate(unknown, draws=20_000, seed=3), "protection")
    assert cell.evidence_level == 1
    assert cell.odds_ratio_1 == pytest.approx(0.9 * cell.stock)
    assert draws.mean() == pytest.approx(cell.odds_ratio_1, rel=0.01)


@pytest.mark.parametrize("mode", ["national", "one"])
def test_counterfactual_shares_estimate_no_row_that_the_plan_leaves_out(case_factory, mode):
    plain = estimate(case_factory(), draws=50, seed=1)
    other = estimate(
        case_factory(assumptions=Assumptions(protection_in_need=mode)), draws=50, seed=1
    )
    for a, b in zip(plain.cells, other.cells, strict=True):
        assert (a.status == "not_estimated") == (b.status == "not_estimated")


def test_the_deterministic_union_does_not_depend_on_draws_or_seed(small_case):
    values = {
        float(estimate(small_case, draws=n, seed=s).total().summary()["odds_ratio_1"].iloc[1])
        for n, s in ((50, 1), (50, 2), (400, 3))
    }
    assert max(values) - min(values) < 1e-6 * max(values)


def test_overlap_that_is_assumed_is_flagged(small_estimates):
    assert "OVERLAP_ASSUMED" in cell_of(small_estimates, "other", "KEN")[0].flags
    assert "OVERLAP_ASSUMED" not in cell_of(small_estimates, "other", "SDN")[0].flags


def test_a_plan_that_is_left_out_replaces_nothing(small_case):
    crises = tuple(
        replace(c, relations=(Relation("supersedes", "ken"),)) if c.id == "ken-flood" else c
        for c in small_case.crises
    )
    case = replace(small_case, crises=crises, left_out_of_totals={"ken-flood": "not ours"})
    status = {x.crisis: x.status for x in estimate(case, draws=20, seed=1).cells}
    assert status["ken"] == "estimated"


def test_the_hash_of_a_run_does_not_depend_on_the_order_of_plans(small_case):
    turned = replace(
        small_case, crises=small_case.crises[::-1], footprints=small_case.footprints[::-1]
    )
    hashes = {estimate(c, draws=20, seed=1).provenance.config_sha256 for c in (small_case, turned)}
    assert len(hashes) == 1


def test_intervals_keep_the_level_that_was_asked_for(small_case):
    total = estimate(small_case, draws=500, seed=1, level=0.5).total()
    assert np.allclose(total.conf_int()["lower"], total.summary()["lower"])


def test_one_crisis_has_one_date(small_case):
    needs = pd.DataFrame(
        [("x", "KEN", "2022-07-01", 1e6, "2022-01-01"), ("x", "SDN", "2022-01-01", 1e6, "2005-01-01")],
        columns=["crisis", "destination", "as_of", "people", "onset"],
    )  # fmt: skip
    with pytest.raises(InputError, match="one reference date and one onset"):
        Case.from_tables(stock=small_case.stock, population=small_case.population, needs=needs)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda case: replace(case, country_types={"KEN": "nonsense"}),
        lambda case: replace(case, left_out_of_totals={"nope": "why"}),
        lambda case: case.restrict(["ZMB"]),
        lambda case: Assumptions(growth_cap=-0.1),
        lambda case: Assumptions(grade_logit_sd={"A": 0.1}),
        lambda case: OddsRatioPrior.exactly(1e300),
        lambda case: OddsRatioPrior.exactly(float("nan")),
        lambda case: stock_at({D20: float("nan")}, D24, log_sd=0.1),
        lambda case: stock_at({}, D24, log_sd=0.1),
        lambda case: estimate(case, draws=1000.0),
        lambda case: estimate(case, draws=10, level="0.9"),
    ],
)
def test_wrong_input_is_an_input_error(small_case, wrong):
    with pytest.raises(InputError):
        wrong(small_case)
