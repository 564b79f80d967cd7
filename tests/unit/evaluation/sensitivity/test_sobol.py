"""Sobol' indices: structure, groups, several outputs, options, and errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.evaluation import sobol
from gecam.evaluation.sensitivity.sampling import PickFreeze, sobol_points
from gecam.uncertainty import Fixed, LogNormal


def normal(u):
    from scipy.special import ndtri

    return ndtri(u)


THREE = {"a": normal, "b": normal, "c": normal}


def linear(x):
    return 3 * x["a"] + 2 * x["b"] + x["c"]


def wiggly(x):
    return x["a"] * x["b"] + x["c"]


def test_a_linear_model_divides_by_squared_slopes():
    result = sobol(linear, THREE, n=2048, seed=1)
    expected = np.array([9, 4, 1]) / 14
    np.testing.assert_allclose(result.first.value, expected, atol=0.01)  # 3 se of Sobol' points
    np.testing.assert_allclose(result.total.value, expected, atol=0.01)
    assert result.interaction == pytest.approx(0, abs=0.02)
    assert result.variance == pytest.approx(14, rel=0.01)
    assert result.mean == pytest.approx(0, abs=0.01)
    assert result.runs == 2048 * 5


def test_pure_interaction_has_total_order_only():
    result = sobol(wiggly, THREE, n=4096, seed=1)
    np.testing.assert_allclose(result.first.value, [0, 0, 0.5], atol=0.03)
    np.testing.assert_allclose(result.total.value, [0.5, 0.5, 0.5], atol=0.03)
    assert result.interaction == pytest.approx(0.5, abs=0.05)


def test_a_group_has_one_index_with_the_interactions_inside_it():
    result = sobol(wiggly, THREE, n=4096, groups={"ab": ["a", "b"]}, seed=1)
    assert result.names == ("ab", "c")
    np.testing.assert_allclose(result.first.value, [0.5, 0.5], atol=0.03)
    np.testing.assert_allclose(result.total.value, [0.5, 0.5], atol=0.03)


def test_quantities_agree_with_the_closed_form_of_a_product(shares_of_product):
    inputs = {"stock": LogNormal(1e6, 0.2), "share": LogNormal(0.3, 0.5), "fixed": Fixed(2.0)}
    result = sobol(lambda x: x["stock"] * x["share"] * x["fixed"], inputs, n=8192, seed=1)
    first, total, _ = shares_of_product([source.sd / source.mean for source in inputs.values()])
    for index, expected in ((result.first, first), (result.total, total)):
        assert np.all(np.abs(index.value - expected) <= 3 * index.se + 1e-12)
    assert result.total.value[2] == 0


def test_several_outputs_are_those_of_one_at_a_time_and_a_constant_has_none():
    def both(x):
        return np.column_stack([linear(x), np.full(256, 7.3), wiggly(x)])

    result = sobol(both, THREE, n=256, outputs=["linear", "constant", "wiggly"], seed=1)
    for j, model in ((0, linear), (2, wiggly)):
        alone = sobol(model, THREE, n=256, seed=1)
        for order in ("first", "total"):
            for together, single in zip(
                getattr(result, order).parts, getattr(alone, order).parts, strict=True
            ):
                np.testing.assert_allclose(together[:, j], single, rtol=1e-10)
    assert np.all(np.isnan(result.first.value[:, 1]))
    assert not result.is_converged[1]
    frame = result.to_frame()
    assert frame["output"].tolist() == ["linear"] * 3 + ["constant"] * 3 + ["wiggly"] * 3
    pd.testing.assert_index_equal(
        frame.columns, sobol(linear, THREE, n=32, seed=1).to_frame().columns
    )
    chosen = frame.query("output == 'wiggly' and input == 'c'")["total"].item()
    assert chosen == result.total.value[2, 2]


def test_shifting_the_output_changes_nothing():
    base = sobol(linear, THREE, n=256, seed=1)
    moved = sobol(lambda x: 1e6 + linear(x), THREE, n=256, seed=1)
    # 1e6 costs six of sixteen digits.
    np.testing.assert_allclose(moved.first.value, base.first.value, atol=1e-7)


def test_small_indices_are_not_clipped():
    values = [
        sobol(lambda x: x["a"] * x["b"], THREE, n=64, seed=seed).first.value.min()
        for seed in range(5)
    ]
    assert min(values) < 0


def test_the_flag_of_convergence_follows_the_widest_interval():
    rough, fine = (sobol(wiggly, THREE, n=n, seed=1) for n in (64, 16384))
    assert not rough.is_converged
    assert fine.is_converged
    assert sobol(wiggly, THREE, n=64, seed=1, tolerance=2.0).is_converged
    assert max(fine.first.half_width.max(), fine.total.half_width.max()) <= 0.05


def test_each_option_changes_the_answer_where_it_should():
    base = sobol(wiggly, THREE, n=256, seed=1)
    janon = sobol(wiggly, THREE, n=256, seed=1, first_order="janon")
    assert np.any(janon.first.value != base.first.value)
    np.testing.assert_array_equal(janon.total.value, base.total.value)
    for options in ({"level": 0.5}, {"replicates": 30}):
        other = sobol(wiggly, THREE, n=256, seed=1, **options)
        np.testing.assert_array_equal(other.first.value, base.first.value)
        assert np.any(other.first.lower != base.first.lower)
    assert np.any(sobol(wiggly, THREE, n=256, seed=2).first.value != base.first.value)
    again = sobol(wiggly, THREE, n=256, seed=1)
    np.testing.assert_array_equal(again.first.lower, base.first.lower)


def test_points_are_balanced_and_strictly_inside():
    points = sobol_points(64, 3, seed=1)
    assert points.min() > 0
    assert points.max() < 1
    assert np.all((points * 2.0**31) % 2 == 1)  # middles of cells of width 2^-30: never an edge
    for column in points.T:  # one point in each of 64 equal cells
        np.testing.assert_array_equal(np.sort((column * 64).astype(int)), np.arange(64))


def test_the_bootstrap_error_is_that_of_independent_points():
    # The error of a ratio of means of independent points, by linearisation.
    result = sobol(lambda x: x["a"] + x["b"], {"a": normal, "b": normal}, n=4096, seed=3)
    design = PickFreeze(lambda x: x["a"] + x["b"], {"a": normal, "b": normal}, None, n=4096, seed=3)
    a, b, ab = design.run(()), design.run(("a", "b")), design.run(("a",))
    square = ((a - ab) ** 2 / 2)[:, 0]
    half = ((a**2 + b**2) / 2)[:, 0]
    ratio = square.mean() / half.mean()
    by_linearisation = np.std(square - ratio * half) / half.mean() / np.sqrt(4096)
    assert result.total.se[0] == pytest.approx(by_linearisation, rel=0.2)  # 200 replicates: 5 %


@pytest.mark.slow
def test_intervals_hold_the_truth_at_least_as_often_as_they_promise():
    hits = np.zeros(3)
    for seed in range(100):
        result = sobol(wiggly, THREE, n=512, seed=seed)
        hits += (result.total.lower <= 0.5) & (result.total.upper >= 0.5)
    assert np.all(hits >= 88)  # P(fewer of 100 at 95 %) < 0.001; more is what Sobol' points give


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 1000}, r"power of 2: got 1000.* use 1024"),
        ({"groups": {"g": ["a", "x"]}}, r"got unknown \['x'\], 0 repeated"),
        ({"groups": {"g": ["a"], "h": ["a"]}}, r"got unknown \[\], 1 repeated"),
        ({"groups": {"b": ["a"]}}, r"share the name 'b'"),
        ({"groups": {"g": []}}, "none may be empty"),
        ({"first_order": "x"}, "'saltelli', 'janon': got 'x'"),
        ({"level": 95}, r"level must lie in \(0, 1\): got 95"),
        ({"replicates": 2}, "at least 20 replicates: got 2"),
        ({"model": lambda x: 1.0}, r"must return shape \(64,\) or \(64, outputs\): got \(\)"),
        ({"model": lambda x: np.log(x["a"] - x["a"] - 1)}, "output of the model must be finite"),
        ({"model": lambda x: np.ones((64, 2))}, "the model returns 2 outputs: got 0 names"),
        ({"inputs": {"a": lambda u: u * np.inf}}, "input 'a' must be finite"),
    ],
)
def test_wrong_input_is_named(options, message):
    options = {"model": linear, "inputs": THREE, "n": 64, "seed": 1} | options
    with np.errstate(all="ignore"), pytest.raises(InputError, match=message):
        sobol(**options)
