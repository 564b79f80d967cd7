"""Shapley effects of a function of independent inputs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from gecam.errors import InputError
from gecam.evaluation import shapley_effects
from gecam.uncertainty import LogNormal

FOUR = dict.fromkeys("abcd", ndtri)


def model(x):
    return 2 * x["a"] + x["b"] * x["c"] + 0 * x["d"]


EXPECTED = np.array([4, 0.5, 0.5, 0]) / 5


@pytest.mark.parametrize("method", ["exact", "permutation"])
def test_effects_sum_to_one_and_split_interactions(method):
    result = shapley_effects(model, FOUR, n=4096, method=method, seed=1)
    assert result.effect.value.sum() == pytest.approx(1, abs=1e-13)
    assert np.all(np.abs(result.effect.value - EXPECTED) <= 3.5 * result.effect.se + 1e-12)
    assert result.effect.value[3] == 0
    assert result.variance == pytest.approx(5, rel=0.1)
    assert result.method == method
    assert result.runs == 4096 * (16 if method == "exact" else 5)


def test_the_method_follows_the_number_of_groups():
    many = dict.fromkeys("abcdefg", ndtri)
    assert shapley_effects(model, FOUR, n=16, seed=1).method == "exact"
    assert shapley_effects(model, many, n=16, seed=1).method == "permutation"
    groups = {"rest": list("defg")}
    assert shapley_effects(model, many, n=16, groups=groups, seed=1).method == "exact"


def test_a_group_has_the_effect_of_its_inputs_together():
    result = shapley_effects(model, FOUR, n=4096, groups={"bc": ["b", "c"]}, seed=1)
    assert result.names == ("bc", "a", "d")
    np.testing.assert_allclose(result.effect.value, [0.2, 0.8, 0], atol=0.03)


def test_a_product_has_the_effects_of_the_closed_form(shares_of_product):
    inputs = {"stock": LogNormal(1e6, 0.2), "share": LogNormal(0.3, 0.4), "odds": LogNormal(1, 0.3)}
    result = shapley_effects(lambda x: x["stock"] * x["share"] * x["odds"], inputs, n=8192, seed=1)
    _, _, exact = shares_of_product([source.sd / source.mean for source in inputs.values()])
    assert np.all(np.abs(result.effect.value - exact) <= 3 * result.effect.se)


def test_the_frame_is_sorted_and_options_change_the_intervals():
    base = shapley_effects(model, FOUR, n=256, seed=1)
    frame = base.to_frame()
    assert frame["input"].tolist()[0] == "a"
    assert frame["effect"].is_monotonic_decreasing
    for options in ({"level": 0.5}, {"replicates": 30}):
        other = shapley_effects(model, FOUR, n=256, seed=1, **options)
        np.testing.assert_array_equal(other.effect.value, base.effect.value)
        assert np.any(other.effect.lower != base.effect.lower)
    assert np.any(shapley_effects(model, FOUR, n=256, seed=2).effect.value != base.effect.value)


def test_a_constant_has_no_effects():
    result = shapley_effects(lambda x: 0 * x["a"] + 3, FOUR, n=32, seed=1)
    assert np.all(np.isnan(result.effect.value))
    assert result.variance == 0


def test_wrong_input_is_named():
    with pytest.raises(InputError, match=r"'exact' takes at most 12 groups: got 13"):
        shapley_effects(
            lambda x: x["a"], dict.fromkeys("abcdefghijklm", ndtri), n=16, method="exact", seed=1
        )
    with pytest.raises(InputError, match="'permutation' or None: got 'x'"):
        shapley_effects(model, FOUR, n=16, method="x", seed=1)
    with pytest.raises(InputError, match=r"a model with one output, shape \(16,\)"):
        shapley_effects(lambda x: np.ones((16, 2)), FOUR, n=16, seed=1)
