"""Stocks and counts that are wider than draws can carry are refused or warned of, with the figure."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest

from gecam.errors import InputError, PrecisionWarning
from gecam.estimation import estimate
from gecam.model import Assumptions, GroupCount


def assumed(case, **changes):
    return replace(case, assumptions=replace(case.assumptions, **changes))


def test_a_drift_that_draws_cannot_carry_is_refused_with_its_log_sd(small_case):
    """Peru after two years beyond a five-year interval: 4.9 sqrt(2 + 4 / 5), and its own error."""
    with pytest.raises(
        InputError, match=r"wider than 8,000 draws can carry \(log sd up to 2.44\)"
    ) as e:
        estimate(assumed(small_case, drift_log_sd=4.9), seed=1)
    peru = next(p for p in e.value.problems if p.row == "per x PER")
    assert peru.code == "TOO_WIDE"
    assert "log sd of 8.21: 100% of its mean lies beyond the largest of 8,000 draws" in peru.what
    assert "lower stock_log_sd, drift_log_sd" in peru.remedy


def test_a_drift_whose_error_is_understated_is_warned_of_with_the_draws_it_needs(small_case):
    case = assumed(small_case.restrict(["PER"]), drift_log_sd=1.0)
    with pytest.warns(
        PrecisionWarning, match=r"log sd of 1.73, above 1.37, and needs 230,458 draws"
    ):
        estimate(case, draws=10_000, seed=1)


@pytest.mark.parametrize("draws", [20, 10_000])
def test_what_is_usual_is_carried_by_any_number_of_draws(small_case, draws):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate(small_case, draws=draws, seed=1).total().summary()


def test_a_published_count_is_checked_in_place_of_the_stock_it_replaces(small_case):
    counts = (GroupCount("other", 50_000, "count"),)
    footprints = tuple(
        replace(f, counts=counts, grade="E") if f.destination == "SDN" else f
        for f in small_case.footprints
    )
    case = replace(small_case, footprints=footprints).restrict(["SDN"])
    wide = {**Assumptions().grade_logit_sd, "E": 4.0}
    with pytest.raises(
        InputError, match=r"published count of other migrants has a log sd of 4\.00"
    ):
        estimate(assumed(case, grade_logit_sd=wide), draws=50)
    estimate(assumed(case, stock_log_sd=dict.fromkeys(Assumptions().stock_log_sd, 4.0)), draws=50)


def test_an_undercount_without_variance_has_no_monte_carlo_error(small_case):
    with pytest.warns(PrecisionWarning, match="b <= 2 the people present have no variance"):
        estimate(assumed(small_case, undercount=(1.0, 2.0)), draws=50)
    estimate(assumed(small_case, undercount=(1.0, 9.0)), draws=50)
