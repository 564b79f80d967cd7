"""Properties of preparedness: more footprint, more people; coherent tails, targets and records."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gecam.estimation import CopyCrisis, WithoutCrises, apply_edits, nobody_touched
from gecam.evaluation import scenario
from gecam.model import Footprint, OddsRatioPrior
from gecam.preparedness import (
    EventSet,
    annual_distribution,
    exceedance,
    expected_shortfall,
    hazard_footprint,
    newsvendor,
    plan_budget,
)

SLOW = settings(max_examples=settings().max_examples // 3)
PEOPLE = st.lists(st.floats(0, 1e6), min_size=2, max_size=40)
WHEN = date(2022, 7, 1)


@SLOW
@given(st.floats(0.05, 1.9), st.floats(0.05, 1.9))
def test_a_larger_crisis_touches_no_fewer_migrants(small_case, a, b):
    small, large = sorted((a, b))
    ends = [
        scenario(small_case, CopyCrisis("sdn", "SDN", scale=s), draws=400, seed=3)
        for s in (small, large)
    ]
    low, high = (e.by("destination").row(destination="SDN").summary().iloc[0] for e in ends)
    assert low["odds_ratio_1"] <= high["odds_ratio_1"] * (1 + 1e-12)
    # the spread of a share depends on the share: draws may cross, means only by Monte Carlo noise
    assert low["mean"] <= high["mean"] + 4 * low["mcse"]


@SLOW
@given(st.lists(st.floats(0, 10), min_size=4, max_size=4), st.floats(0, 10), st.floats(0, 10))
def test_a_lower_threshold_touches_no_fewer_people(small_case, intensity, a, b):
    low, high = sorted((a, b))
    areas = pd.DataFrame({"area": list("ABCD"), "residents": [1e7] * 4, "intensity": intensity})
    means = []
    for threshold in (low, high):
        change = hazard_footprint(areas, threshold, crisis="q", destination="SDN", as_of=WHEN)
        est = scenario(small_case, [WithoutCrises(), change], draws=200, seed=1)
        means.append(est.by("destination").row(destination="SDN").summary()["odds_ratio_1"].item())
    assert means[0] >= means[1] * (1 - 1e-12)


@SLOW
@given(st.floats(1e3, 2e7))
def test_an_added_crisis_takes_nobody_away(small_case, people):
    """Of crises with one prior in every draw; of two priors on average.

    The odds ratio of a country is that of its crises by their parts: a sudden onset beside a
    protracted crisis lowers it in the draws where that of sudden onsets is the lower one.
    """
    new = Footprint("new", "PER", people, WHEN, pin_scope="all")
    for prior in ({"odds_ratio": OddsRatioPrior.judged_2024()}, {}):
        est = scenario(small_case, new, draws=300, seed=2, **prior)
        today = scenario(small_case, draws=300, seed=2, **prior)
        for group in ("other", "protection"):
            rows = [e.by("destination", "group") for e in (est, today)]
            after, before = (r.row(destination="PER", group=group).draws[0] for r in rows)
            if np.isnan(before).any():
                continue
            if prior or group == "protection":
                assert (after >= before * (1 - 1e-9)).all()
            assert after.mean() >= before.mean() * (1 - 1e-9)


@given(st.just(0.0) | st.floats(1e-3, 1.4), st.floats(0.1, 1.4))  # at least 600 of 6 million people
def test_copies_scale_their_people(small_case, scale, further):
    edits = [CopyCrisis("per", "PER", scale=scale * further)]
    if scale * further == 0:
        assert nobody_touched(small_case, edits)
    else:
        made = apply_edits(small_case, edits)
        (footprint,) = (f for f in made.footprints if f.crisis == "per")
        assert footprint.people == pytest.approx(6e6 * scale * further)


@given(st.integers(2, 30), st.integers(0, 2**32), st.floats(0, 0.99))
def test_shortfall_is_coherent(size, seed, alpha):
    rng = np.random.default_rng(seed)
    a, b = rng.lognormal(0, 1, (2, size))
    of = [float(expected_shortfall(x, alpha)) for x in (a, b, a + b, 3 * a, a + 7)]
    assert of[2] <= of[0] + of[1] + 1e-9  # sub-additive
    assert of[3] == pytest.approx(3 * of[0])  # scales
    assert of[4] == pytest.approx(of[0] + 7)  # moves along
    assert a.mean() - 1e-9 <= of[0] <= a.max() + 1e-9


@given(PEOPLE, st.floats(0.01, 100), st.floats(0.01, 100), st.floats(0.1, 10))
def test_the_target_rises_with_the_cost_of_leaving_people_out(people, under, over, more):
    low = newsvendor(people, under, over)
    high = newsvendor(people, under * (1 + more), over)
    assert low <= high
    assert min(people) <= low <= max(people)


@given(PEOPLE, st.floats(0, 2e6), st.floats(0, 2e6))
def test_a_larger_plan_leaves_fewer_out(people, a, b):
    small, large = sorted((a, b))
    budget = plan_budget(people, 3.0)
    low, high = budget.target(small), budget.target(large)
    assert low.expected_unmet >= high.expected_unmet
    assert low.shortfall_probability >= high.shortfall_probability
    assert low.expected_idle <= high.expected_idle


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.floats(1e-3, 3)), min_size=1, max_size=20),
    st.sampled_from((0.25, 0.5, 2.0, 4.0)),  # exact in binary: no two events become equal
)
def test_curves_fall_and_scale_with_their_events(events, factor):
    people, rate = map(np.array, zip(*events, strict=True))
    plain = exceedance(EventSet(people, rate))
    larger = exceedance(EventSet(people * factor, rate))
    assert (np.diff(plain.probability) <= 0).all()
    assert ((plain.probability >= 0) & (plain.probability <= 1)).all()
    assert larger.probability == pytest.approx(plain.probability)
    assert larger.people == pytest.approx(plain.people * factor)


SOME_EVENTS = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 10**6).map(float), st.floats(1e-2, 1e6)), st.floats(1e-3, 1)
    ),
    min_size=1,
    max_size=8,
)


@example([(1.0, 1.0), (0.5, 1.0)], [])  # two of the smaller are one of the larger
@given(SOME_EVENTS, st.lists(st.floats(0, 3e6), max_size=4))
def test_a_year_exceeds_what_one_event_exceeds(events, others):
    people, rate = map(np.array, zip(*events, strict=True))
    year = annual_distribution(EventSet(people, rate))
    at = np.unique([0.0, *people, *np.nextafter(people, 0), *np.nextafter(people, np.inf), *others])
    more, least = year.probabilities(at, "more than"), year.probabilities(at, "at least")
    one_more = np.array([-np.expm1(-rate[people > x].sum()) for x in at])
    one_least = np.array([-np.expm1(-rate[people >= x].sum()) for x in at])
    assert (more >= one_more - 1e-15).all()
    assert (least[1:] >= one_least[1:] - 1e-15).all()
    assert (least >= more - 1e-13).all()
    assert (np.diff(more) <= 1e-9).all()
    # Sums of several events that agree in 12 digits count as equal, unless all are whole numbers.
    is_apart = (at[1:] > at[:-1] * (1 + 3e-12)) | (people == np.floor(people)).all()
    assert (least[1:] <= more[:-1] + 1e-9)[is_apart].all()
    assert year.mean == pytest.approx(float(rate @ people))


@given(
    st.lists(st.tuples(st.integers(1, 12), st.floats(0.01, 1.5)), min_size=1, max_size=6),
    st.integers(0, 40),
)
def test_yearly_sums_of_whole_numbers_follow_panjers_recursion(events, x):
    size, rate = (np.array(column) for column in zip(*events, strict=True))
    g = [float(np.exp(-rate.sum()))]
    for k in range(1, x + 1):
        fits = size <= k
        g.append(float((rate * size)[fits] @ [g[k - j] for j in size[fits]]) / k)
    year = annual_distribution(EventSet(size.astype(float), rate))
    assert year.exceedance(float(x)) == pytest.approx(1 - sum(g), abs=1e-12)
    assert year.at_least(float(x)) == pytest.approx(1 - sum(g[:-1]), abs=1e-12)
    assert year.exceedance(x + 0.5) == pytest.approx(1 - sum(g), abs=1e-12)
