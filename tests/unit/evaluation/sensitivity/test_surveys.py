"""What a survey of migrants and residents is expected to take from an answer's spread."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from gecam.datasets import load_edition
from gecam.errors import InputError
from gecam.evaluation import find_target, sensitivity
from gecam.evaluation.sensitivity.random_inputs import RandomInputs
from gecam.evaluation.sensitivity.surveys import expected_reduction, values_of_surveys
from gecam.model import Assumptions, GroupCount, OddsRatioPrior, OddsRatioPriors
from gecam.uncertainty import Streams

REDUCTIONS = ["variance_reduction", "interval_reduction"]


def model_of(case, target="world"):
    return RandomInputs.of(case, find_target(case, target), "all")


def surveys_of(case, target="world", *, n=4096, survey_log_sd=0.3):
    model = model_of(case, target)
    found = values_of_surveys(model, model.sample(n, seed=1), survey_log_sd=survey_log_sd)
    return found.set_index("destination")


@pytest.mark.parametrize("shared", [0.0, 0.3, 0.8])
def test_two_countries_with_a_linear_answer_follow_the_closed_form(shared):
    """Normal conditioning: the variance falls by Cov(A, theta_1)^2 / (tau^2 + s^2), for every result.

    A = a theta_1 + b theta_2, Var theta = tau^2, correlation w: Cov(A, theta_1) = tau^2 (a + b w).
    """
    tau, s, a, b, n = 0.5, 0.32, 100.0, 200.0, 20_000
    z = [Streams(5).normal("z", part, 0, n) for part in ("both", "one", "two")]
    one, two = (tau * (shared**0.5 * z[0] + (1 - shared) ** 0.5 * own) for own in z[1:])
    variance = tau**2 * (a**2 + b**2 + 2 * a * b * shared)
    share = (tau**2 * (a + b * shared)) ** 2 / (tau**2 + s**2) / variance
    width = 2 * special.ndtri(0.95) * variance**0.5 * (1 - (1 - share) ** 0.5)
    assert expected_reduction(a * one + b * two, one, s) == pytest.approx(
        [share, width], rel=0.06, abs=0.005
    )


def test_many_simulated_surveys_agree(small_case):
    """Brute force: results are drawn with their error, and the answer's variance is that among draws
    whose surveys gave nearly the same result (200 classes of 200 draws).
    """
    model = model_of(small_case)
    n = 40_000
    uniform = {
        name: Streams(9).uniform("inputs", f"{i}", 0, n) for i, name in enumerate(model.names)
    }
    people = model(uniform)
    found = surveys_of(small_case, n=8192)
    sd = math.hypot(0.3, OddsRatioPriors.estimated().log_sd_per_root_year)
    for plan in model.plans:
        if found["uses_odds_ratio"][plan.destination]:
            error = Streams(9).normal("survey", plan.destination, 0, n)
            order = np.argsort(model.log_odds(uniform, plan) + sd * error)
            within = people[order].reshape(200, 200).var(axis=1, ddof=1).mean()
            row = found.loc[plan.destination]
            assert row["variance_reduction"] == pytest.approx(
                1 - within / people.var(), abs=0.01 + 3 * row["variance_reduction_se"]
            )


def counted_in_sudan(case_factory, odds_ratio):
    """A count of Sudan's other migrants is published, so that its rows use no odds ratio."""
    case = case_factory()
    count = GroupCount("other", 50_000, "count", 80_000)
    footprints = tuple(
        replace(f, counts=(count,)) if f.crisis == "sdn" else f for f in case.footprints
    )
    assumptions = replace(case.assumptions, odds_ratio=odds_ratio)
    return replace(case, footprints=footprints, assumptions=assumptions)


@pytest.mark.parametrize("weights", [(0.0, 0.0, 1.0), (0.3, 0.2, 0.5)])
def test_without_the_odds_ratio_in_its_rows_a_country_has_nothing_to_update(case_factory, weights):
    """With or without parts that it shares with Kenya and Peru."""
    prior = OddsRatioPrior(median=1.5, lower=0.5, upper=5.0, weights=weights)
    found = surveys_of(counted_in_sudan(case_factory, prior))
    assert found["uses_odds_ratio"].to_dict() == {"KEN": True, "PER": True, "SDN": False}
    assert (found.loc["SDN", REDUCTIONS] == 0).all()
    assert (found.loc[["KEN", "PER"], "variance_reduction"] > 0).all()


def test_a_countrys_rows_use_the_odds_ratio_where_the_total_moves_with_its_own_part():
    case = load_edition("2022").restrict(["COL", "HTI", "NGA", "SDN", "SYR", "UKR", "YEM"])
    model = model_of(case)
    middle = {name: np.full(5, 0.5) for name in model.names}
    used = surveys_of(case, n=64)["uses_odds_ratio"]
    assert set(used) == {True, False}
    for plan in model.plans:
        own = {f"odds_ratio|country:{plan.destination}": np.linspace(0.1, 0.9, 5)}
        moves = np.ptp(model(middle | own)) > 1e-6
        assert moves == used[plan.destination], plan.destination


def test_what_countries_share_makes_a_survey_worth_more(case_factory):
    """Kenya's survey tells of Sudan's and Peru's odds ratios too, where they are alike."""
    own, alike = (
        surveys_of(case_factory(assumptions=Assumptions(odds_ratio=prior)))["variance_reduction"][
            "KEN"
        ]
        for prior in (
            OddsRatioPrior(median=1.5, lower=0.5, upper=5.0, weights=weights)
            for weights in ((0.0, 0.0, 1.0), (0.8, 0.0, 0.2))
        )
    )
    assert alike > 1.5 * own > 0


def test_a_certain_odds_ratio_leaves_nothing_to_learn(case_factory):
    found = surveys_of(
        case_factory(assumptions=Assumptions(odds_ratio=OddsRatioPrior.exactly(2.0)))
    )
    assert (found[REDUCTIONS] == 0).all(axis=None)


def test_a_better_survey_narrows_more_and_the_answer_holds_the_table(small_case):
    good, poor = (
        sensitivity(small_case, n=256, figures=1, survey_log_sd=sd, seed=1).surveys
        for sd in (0.15, 0.5)
    )
    assert (good["variance_reduction"].to_numpy() > poor["variance_reduction"].to_numpy()).all()
    widths = (good["interval_after"] + good["interval_reduction"]).to_numpy()
    assert widths == pytest.approx(np.full(3, widths[0]))
    assert sensitivity(small_case, n=64, figures=0).surveys is None
    with pytest.raises(InputError, match=r"at least 0\.05: got 0\.01"):
        sensitivity(small_case, n=64, survey_log_sd=0.01)
