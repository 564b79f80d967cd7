"""Factors that scores share."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from gecam.errors import InputError
from gecam.uncertainty import Streams, factor_normals, factor_normals_of

N = 40_000


def test_a_score_with_shared_parts_is_standard_normal():
    z = factor_normals(Streams(1), {"a": 0.3, "b": 0.2}, "own", 0, N)
    assert stats.kstest(z, "norm").pvalue > 0.01  # one fixed seed


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"revision:2020": 0.15}, {"revision:2020": 0.15}, 0.15),
        ({"pin:OCHA:2022": 0.3}, {"pin:OCHA:2023": 0.3}, 0.0),
        ({"shared": 0.25, "type:x": 0.25}, {"shared": 0.25, "type:x": 0.25}, 0.5),
        ({"shared": 0.25, "type:x": 0.25}, {"shared": 0.25, "type:y": 0.25}, 0.25),
        ({"shared": 1.0}, {"shared": 0.36}, 0.6),
    ],
)
def test_scores_correlate_by_what_they_share(first, second, expected):
    z = factor_normals_of(Streams(5), [first, second], ["one", "two"], 0, N)
    # 4 standard errors of a correlation
    assert np.corrcoef(z)[0, 1] == pytest.approx(expected, abs=4 / np.sqrt(N))


def test_many_scores_have_the_bits_of_each_alone():
    factors = [{"b": 0.2, "a": 0.3}, {"a": 0.1}, {}]
    together = factor_normals_of(Streams(9), factors, ["x", "y", "z"], 10, 50)
    for row, shares, name in zip(together, factors, "xyz", strict=True):
        assert np.array_equal(row, factor_normals(Streams(9), shares, name, 10, 50))
    backwards = factor_normals(Streams(9), {"a": 0.3, "b": 0.2}, "x", 10, 50)
    assert np.array_equal(together[0], backwards)


def test_without_factors_a_score_is_its_own_stream():
    own = factor_normals(Streams(9), {}, "x", 0, 5, own="share")
    assert np.array_equal(own, Streams(9).normal("x", "share", 0, 5))


def test_a_fully_shared_score_is_the_factor():
    first, second = factor_normals_of(Streams(9), [{"f": 1.0}] * 2, ["x", "y"], 0, 5)
    assert np.array_equal(first, second)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({"a": 0.7, "b": 0.4}, r"add to at most 1: got .* for 'stock:SDN'"),
        ({"a": -0.1}, r"add to at most 1: got .* for 'stock:SDN'"),
        ({"a": np.nan}, r"factors must .* each be a number: got \{'a': nan\}"),
    ],
)
def test_parts_of_variance_that_do_not_fit_are_refused(shares, message):
    with pytest.raises(InputError, match=message):
        factor_normals(Streams(1), shares, "stock:SDN", 0, 5)
