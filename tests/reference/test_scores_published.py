"""Scores and coverage against published figures."""

from __future__ import annotations

import math

import pytest

from gecam.evaluation import (
    clopper_pearson,
    coverage_interval,
    crps_lognormal,
    crps_normal,
    interval_score,
    weighted_interval_score,
)


@pytest.mark.parametrize(
    ("hits", "n", "lower", "upper"),
    [
        # Newcombe (1998). Two-sided confidence intervals for the single proportion. Statistics in
        # Medicine 17: 857-872, table I, method 5 (Clopper-Pearson "exact"), 95 %.
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0000, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_clopper_pearson_gives_newcombes_table(hits, n, lower, upper):
    assert [round(end, 4) for end in clopper_pearson(hits, n)] == [lower, upper]


def test_the_crps_of_a_standard_normal_at_its_mean():
    # Gneiting & Raftery (2007), JASA 102, section 4.2, at y = mu: sigma (sqrt 2 - 1) / sqrt pi.
    assert crps_normal(0.0, 0.0, 1.0) == pytest.approx(
        (math.sqrt(2) - 1) / math.sqrt(math.pi), 1e-15
    )


def test_the_crps_of_a_lognormal_at_its_median():
    # Baran & Lerch (2015), QJRMS 141, at z = 0: -2 exp(1/2) [Phi(-1) - Phi(-1/sqrt 2)].
    def phi(z):
        return math.erfc(-z / math.sqrt(2)) / 2

    expected = -2 * math.exp(0.5) * (phi(-1) - phi(-1 / math.sqrt(2)))
    assert crps_lognormal(1.0, 0.0, 1.0) == pytest.approx(expected, rel=1e-13)


def test_the_weighted_interval_score_of_one_interval_follows_the_definition():
    # Bracher et al. (2021), PLoS Comput Biol 17: e1008618: K = 1, weights 1/2 and alpha/2.
    score = weighted_interval_score(12.0, 8.0, [5.0], [10.0], levels=[0.8])
    by_hand = (0.5 * 4 + 0.1 * (5 + 2 / 0.2 * 2)) / 1.5
    assert score == pytest.approx(by_hand, rel=1e-14)
    assert interval_score(12.0, 5.0, 10.0, level=0.8) == pytest.approx(25.0)


def test_a_thousand_correct_intervals_of_90_percent():
    # Binomial(1000, 0.9): the normal approximation is 0.9 -+ 1.96 sqrt(0.09 / 1000), 0.8814 to
    # 0.9186; in whole hits, with at most 2.5 % beyond either end, 881 to 918.
    assert coverage_interval(1000, level=0.9) == (0.881, 0.918)
