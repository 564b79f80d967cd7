"""Expected shortfall: closed form, definition at atoms, and how it divides among parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from gecam.errors import InputError
from gecam.preparedness import expected_shortfall, shortfall_contributions


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("log_sd", [0.1, 0.5, 1.0])
def test_draws_agree_with_the_closed_form_of_a_lognormal(log_sd, alpha):
    draws = np.exp(7 + log_sd * ndtri((np.arange(200_000) + 0.5) / 200_000))
    closed = np.exp(7 + log_sd**2 / 2) * ndtr(log_sd - ndtri(alpha)) / (1 - alpha)
    # the midpoint rule misses a little of the unbounded last cell
    assert float(expected_shortfall(draws, alpha)) == pytest.approx(closed, rel=2e-3)


def test_the_draw_at_the_edge_counts_with_its_part():
    # worst 30 % of five draws: the largest, and half of the second (Acerbi & Tasche, definition)
    assert float(expected_shortfall([1.0, 2.0, 3.0, 4.0, 10.0], 0.7)) == pytest.approx(
        (10 + 0.5 * 4) / 1.5
    )


def test_zero_is_the_mean():
    draws = np.array([3.0, 9.0, 1.0])
    assert float(expected_shortfall(draws, 0.0)) == pytest.approx(draws.mean())


def test_contributions_add_up_to_the_shortfall_of_the_sum():
    parts = np.exp(ndtri(np.random.default_rng(1).random((3, 500))))
    contributions = shortfall_contributions(parts, 0.9)
    assert contributions.sum() == pytest.approx(float(expected_shortfall(parts.sum(axis=0), 0.9)))


def test_quantiles_are_not_sub_additive_where_shortfalls_are():
    # two rare disasters that never coincide: each 90 % quantile is 0, that of the sum is not
    a = np.repeat([100.0, 0.0], [8, 92])
    b = np.repeat([0.0, 100.0], [92, 8])
    assert np.quantile(a, 0.9) + np.quantile(b, 0.9) < np.quantile(a + b, 0.9)
    assert expected_shortfall(a + b, 0.9) <= expected_shortfall(a, 0.9) + expected_shortfall(b, 0.9)


@pytest.mark.parametrize(("draws", "alpha"), [([1.0], 1.0), ([], 0.5), ([np.nan, 1.0], 0.5)])
def test_bad_input_is_refused(draws, alpha):
    with pytest.raises(InputError):
        expected_shortfall(draws, alpha)
