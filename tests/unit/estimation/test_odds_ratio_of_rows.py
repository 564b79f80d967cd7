"""Each row of an estimate takes the prior of its kind, and rows of one country share its scores."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from gecam.database.storage.codec import decode, encode
from gecam.estimation import destination_plan, estimate, odds_ratio_draws
from gecam.evaluation import explain, scenario
from gecam.model import Assumptions, OddsRatioPrior, OddsRatioPriors, prior_at
from gecam.uncertainty import Streams

PRIORS = OddsRatioPriors.estimated()


@pytest.fixture
def case(small_case):
    """Six in ten of Sudan's migrants are from South Sudan, and no refugees among them are known."""
    return replace(small_case, assumptions=Assumptions(odds_ratio=PRIORS), protected=None)


def test_one_prior_for_all_rows_gives_the_same_answer_as_before(small_case):
    """A table whose rows all hold one prior is that prior, to the bit."""
    judged = OddsRatioPrior.judged_2024()
    rows = {name: replace(held, prior=judged) for name, held in PRIORS.rows.items()}
    even = OddsRatioPriors(rows, dict.fromkeys(PRIORS.factors, 1.0))
    assumed = Assumptions(odds_ratio=judged)
    one = estimate(replace(small_case, assumptions=assumed), draws=200, seed=1)
    same = estimate(
        replace(small_case, assumptions=Assumptions(odds_ratio=even)), draws=200, seed=1
    )
    np.testing.assert_allclose(same.draws, one.draws, rtol=1e-12)


def test_the_prior_follows_from_what_the_row_is(case):
    for place in case.destinations:
        plan = destination_plan(case, place, "all")
        for crisis in plan.crises:
            assert crisis.use.destination == place
            assert crisis.use.basis == case.stock.by_place[place].basis
            assert crisis.use.is_border_change == (place == "SDN")
            cell = next(x for x in crisis.cells if x.group == "other")
            if steps := [x for x in cell.steps if x.name == "odds_ratio_median"]:
                evidence = prior_at(PRIORS, crisis.use)
                assert dict(steps[0].message.values)["odds_ratio"] == evidence.prior.median
                assert evidence.text in steps[0].text
                flag = "ODDS_RATIO_" + evidence.status.upper()
                assert flag in cell.flags


def test_a_disaster_is_of_sudden_onset_and_shares_the_scores_of_its_country(case):
    first = next(iter(case.crises))
    sudden = replace(case, crises=tuple(replace(c, kind="disaster") for c in case.crises))
    place = next(f.destination for f in case.footprints if f.crisis == first.id)
    plans = [destination_plan(c, place, "all") for c in (case, sudden)]
    uses = [p.crises[0].use for p in plans]
    assert [u.is_sudden for u in uses] == [first.kind == "disaster", True]
    slow = replace(uses[0], is_sudden=False, is_border_change=False)
    a, b = (
        odds_ratio_draws(p, u, Streams(3), 500) for p, u in ((plans[0], slow), (plans[1], uses[1]))
    )
    assert np.array_equal(np.argsort(a), np.argsort(b))


def test_pairs_can_be_removed_and_refitted_in_one_call(case):
    import gecam as gc

    pairs = gc.load_calibration("group_pairs")
    before = estimate(case, draws=200, seed=1)
    after = scenario(before, odds_ratio=gc.odds_ratio_priors(pairs[pairs["country"].ne("LBY")]))
    mean = [e.total().summary()["mean"].iloc[0] for e in (before, after)]
    assert mean[1] < mean[0]


def test_explanations_show_the_prior_of_the_row(case):
    e = explain(estimate(case, draws=200, seed=1), "SDN", points=64)
    said = [j for j in e.judgements if j.name == "odds_ratio"]
    assert [j.status for j in said] == ["judged, k = 0"]
    assert said[0].value.startswith("median 1.00, 90 % 0.53 to 1.88")
    tipping_point = next(x for x in e.tipping_points if "odds ratio" in x.what)
    assert tipping_point.now == pytest.approx(1.0)


def test_an_answer_with_priors_by_row_is_stored(case):
    assert decode(encode(case.assumptions)) == case.assumptions


def test_a_country_with_a_pair_says_so(case, case_factory):
    held = replace(PRIORS.countries["COL"], year=date(2022, 7, 1).year)
    priors = replace(PRIORS, countries={"PER": held})
    changed = replace(case, assumptions=Assumptions(odds_ratio=priors))
    cells = [x for x in estimate(changed, draws=50, seed=1).cells if x.destination == "PER"]
    assert any("ODDS_RATIO_OWN_PAIR" in x.flags for x in cells if x.group == "other")
