"""What raking must do whatever the table."""

from __future__ import annotations

import numpy as np
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gecam.aggregation.raking import rake

CELLS = st.floats(0.1, 1e5)


@st.composite
def tables(draw):
    shape = draw(hnp.array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=4))
    dims = ("a", "b", "c")[: len(shape)]
    return tuple(
        xr.DataArray(draw(hnp.arrays(np.float64, shape, elements=CELLS)), dims=dims)
        for _ in range(2)
    )


def one_way(table):
    return {
        (dim,): table.sum([other for other in table.dims if other != dim]) for dim in table.dims
    }


@given(tables())
def test_margins_are_met_and_nothing_is_negative(pair):
    seed, truth = pair
    result = rake(seed, one_way(truth))
    assert result.max_abs_error <= 1e-10 * float(truth.sum())
    assert float(result.fitted.min()) > 0


@given(tables())
def test_odds_ratios_of_the_seed_are_kept(pair):
    seed, truth = pair
    result = rake(seed, one_way(truth))
    assert result.odds_ratios_kept
    change = np.log(result.fitted) - np.log(seed)
    np.testing.assert_allclose(change.diff("a").diff("b"), 0, atol=1e-7)


@given(tables())
def test_a_table_that_has_the_margins_is_left_alone(pair):
    seed, truth = pair
    fitted = rake(seed, one_way(truth)).fitted
    again = rake(fitted, one_way(fitted))
    assert again.n_iter == 0
    np.testing.assert_allclose(again.fitted, fitted, rtol=1e-9)


@given(tables(), st.floats(1e-3, 1e3))
def test_the_size_of_the_seed_does_not_matter_and_that_of_margins_does(pair, factor):
    seed, truth = pair
    plain = rake(seed, one_way(truth), tol=1e-12).fitted
    np.testing.assert_allclose(
        rake(seed * factor, one_way(truth), tol=1e-12).fitted, plain, rtol=1e-6
    )
    scaled = rake(seed, one_way(truth * factor), tol=1e-12).fitted
    np.testing.assert_allclose(scaled, plain * factor, rtol=1e-6)


@given(tables(), st.integers(0, 2**32 - 1))
def test_reordered_labels_change_nothing(pair, seed_of_order):
    seed, truth = pair
    order = np.random.Generator(np.random.PCG64(seed_of_order)).permutation(seed.sizes["a"])
    moved = rake(seed[order], one_way(truth[order])).fitted
    np.testing.assert_allclose(moved, rake(seed, one_way(truth)).fitted[order], rtol=1e-6)


@given(tables(), st.data())
def test_zeros_of_a_feasible_table_stay_zero_and_are_feasible(pair, data):
    seed, truth = pair
    mask = data.draw(hnp.arrays(np.bool_, seed.shape))
    seed, truth = seed.where(mask, 0.0), truth.where(mask, 0.0)
    result = rake(seed, one_way(truth), tol=1e-8)
    assert float(result.fitted.where(~mask, 0.0).max()) == 0
    assert result.max_abs_error <= 1e-8 * max(float(truth.sum()), 1e-300)
