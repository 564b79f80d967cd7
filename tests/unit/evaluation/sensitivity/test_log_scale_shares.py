"""Closed forms for products: Goodman's formula, sums over leaves, and errors."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.evaluation import log_scale_shares, product_shares


def test_one_product_has_the_indices_of_the_closed_form():
    cv = {"stock": 0.1, "share": 0.35, "odds ratio": 0.6}
    c2 = np.array(list(cv.values())) ** 2
    whole = np.prod(1 + c2) - 1
    result = product_shares(cv)
    np.testing.assert_allclose(result.first, c2 / whole, rtol=1e-13)
    np.testing.assert_allclose(result.total, c2 * np.prod(1 + c2) / (1 + c2) / whole, rtol=1e-12)
    assert result.cv == pytest.approx(np.sqrt(whole), rel=1e-14)
    assert result.shapley.sum() == pytest.approx(1, abs=1e-14)
    assert np.all((result.first < result.shapley) & (result.shapley < result.total))


def test_two_factors_split_their_interaction_equally():
    result = product_shares({"a": 0.5, "b": 1.0})
    interaction = 0.25 / (1.25 * 2 - 1)
    np.testing.assert_allclose(result.shapley, result.first + interaction / 2, rtol=1e-13)


def test_the_sum_of_leaves_is_that_of_discrete_factors_enumerated():
    # Three leaves; each factor at two equally likely points 1 - c and 1 + c: mean 1, cv c.
    means, stock = np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.2, 0.3])
    kind, world = np.array([0.1, 0.4, 0.2]), 0.3
    signs = np.array(np.meshgrid(*[[-1, 1]] * 6, indexing="ij")).reshape(6, -1)
    # Signs 0 to 2: a stock for each leaf; 3 and 4: types, leaves 0 and 2 are of one; 5: the world.
    leaves = (1 + stock[:, None] * signs[:3]) * (1 + kind[:, None] * signs[[3, 4, 3]])
    total = (1 + world * signs[5]) * (means[:, None] * leaves).sum(axis=0)

    def explained(rows):
        keys = [tuple(signs[list(rows), j]) for j in range(signs.shape[1])]
        cells = {key: total[[k == key for k in keys]].mean() for key in set(keys)}
        return np.var([cells[key] for key in keys])

    result = product_shares(
        {"stock": stock, "type": kind, "world": world},
        means=means,
        labels={"type": ["transit", "settled", "transit"], "world": "all"},
    )
    groups = {"stock": (0, 1, 2), "type": (3, 4), "world": (5,)}
    v = np.var(total)
    first = [explained(groups[name]) / v for name in result.names]
    last = [
        1 - explained([i for other in result.names if other != name for i in groups[other]]) / v
        for name in result.names
    ]
    np.testing.assert_allclose(result.first, first, rtol=1e-12)
    np.testing.assert_allclose(result.total, last, rtol=1e-12)
    assert result.shapley.sum() == pytest.approx(1, abs=1e-14)
    assert result.cv == pytest.approx(np.sqrt(v) / total.mean(), rel=1e-13)


def test_own_errors_average_out_and_shared_ones_do_not():
    few, many = (
        product_shares({"own": 0.3, "shared": 0.3}, means=np.ones(n), labels={"shared": "world"})
        for n in (1, 100)
    )
    assert few.shapley[0] == pytest.approx(few.shapley[1])
    assert many.shapley[0] < 0.02


def test_tiny_coefficients_keep_their_digits():
    result = product_shares({"a": 1e-9, "b": 2e-9})
    np.testing.assert_allclose(result.first, [0.2, 0.8], rtol=1e-12)
    assert result.cv == pytest.approx(np.sqrt(5) * 1e-9, rel=1e-12)


def test_nothing_uncertain_has_no_shares():
    result = product_shares({"a": 0.0})
    assert np.isnan(result.shapley[0])
    assert result.cv == 0


def test_log_scale_shares_are_shares_of_log_variances_and_close_to_shapley():
    cv = {"stock": 0.1, "share": 0.35, "odds ratio": 0.6}
    shares = log_scale_shares(cv)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-14)
    assert shares["stock"] / shares["share"] == pytest.approx(np.log(1.01) / np.log(1.1225))
    shapley = product_shares(cv).shapley
    np.testing.assert_allclose(list(shares.values()), shapley, atol=0.02)


def test_wrong_input_is_named():
    with pytest.raises(InputError, match=r"cv of 'a' must be finite and at least 0: got -0\.1"):
        product_shares({"a": -0.1})
    with pytest.raises(InputError, match=r"unknown labels \['b'\]"):
        product_shares({"a": 0.1}, labels={"b": "world"})
    with pytest.raises(InputError, match=r"cv of 'a' must be one value or one per leaf, \(2,\)"):
        product_shares({"a": [0.1, 0.2, 0.3]}, means=[1.0, 2.0])
    with pytest.raises(InputError, match=r"labels 'a' must be one value .* got \(3,\)"):
        product_shares({"a": 0.1}, means=[1.0, 2.0], labels={"a": ["x", "y", "z"]})
    with pytest.raises(InputError, match="means that sum to 0"):
        product_shares({"a": 0.1}, means=[0.0])
    with pytest.raises(InputError, match="all coefficients of variation are 0"):
        log_scale_shares({"a": 0.0})
