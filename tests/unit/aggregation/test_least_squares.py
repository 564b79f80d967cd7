"""Least squares between cells and margins: closed forms and the normal equations."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from gecam.aggregation.least_squares import reconcile_least_squares
from gecam.errors import InputError, PrecisionWarning

AREAS = xr.DataArray([50.0, 30, 20], dims="area")
SPREAD = xr.DataArray([9.0, 16, 4], dims="area")


def total(people):
    return {(): xr.DataArray(float(people))}


def test_one_total_has_the_closed_form():
    """x + V 1 (T - 1'x) / (1'V1 + t^2)."""
    for t2 in (0.0, 6.0):
        result = reconcile_least_squares(
            AREAS, total(110), variance=SPREAD, margin_variance={(): t2}
        )
        np.testing.assert_allclose(result.fitted, AREAS + SPREAD * 10 / (29 + t2))
        assert result.max_abs_error == pytest.approx(10 * t2 / (29 + t2), abs=1e-10)


def test_counts_weigh_like_counts_by_default():
    np.testing.assert_allclose(reconcile_least_squares(AREAS, total(110)).fitted, AREAS * 1.1)


def test_overlapping_margins_satisfy_the_normal_equations():
    rng = np.random.Generator(np.random.PCG64(5))
    x = xr.DataArray(rng.uniform(5, 9, (3, 4)), dims=("a", "b"))
    v = xr.DataArray(rng.uniform(0.5, 2, (3, 4)), dims=("a", "b"))
    truth = x + rng.normal(size=(3, 4))
    margins = {("a",): truth.sum("b"), ("b",): truth.sum("a")}
    exact = reconcile_least_squares(x, margins, variance=v)
    assert exact.max_abs_error < 1e-10
    # (x_hat - x) / v is a sum of a row effect and a column effect
    ratio = (exact.fitted - x) / v
    np.testing.assert_allclose(ratio.diff("a").diff("b"), 0, atol=1e-10)
    loose = reconcile_least_squares(x, margins, variance=v, margin_variance=2.0)
    gradient = (loose.fitted - x) / v
    gradient = gradient + (loose.fitted.sum("b") - margins["a",]) / 2
    gradient = gradient + (loose.fitted.sum("a") - margins["b",]) / 2
    np.testing.assert_allclose(gradient, 0, atol=1e-10)


def test_margins_with_variances_may_contradict_each_other():
    margins = {
        ("a",): xr.DataArray([10.0, 10], dims="a"),
        ("b",): xr.DataArray([12.0, 12], dims="b"),
    }
    x = xr.DataArray(np.full((2, 2), 5.0), dims=("a", "b"))
    result = reconcile_least_squares(x, margins, margin_variance=1.0)
    assert 20 < result.fitted.sum() < 24
    with pytest.raises(InputError, match="disagree on the total"):
        reconcile_least_squares(x, margins)


def test_a_cell_without_variance_keeps_its_value():
    result = reconcile_least_squares(
        AREAS, total(110), variance=xr.DataArray([0.0, 16, 4], dims="area")
    )
    np.testing.assert_allclose(result.fitted, [50, 38, 22])


def test_each_draw_is_adjusted_for_itself():
    totals = {(): xr.DataArray([100.0, 110], dims="draw")}
    result = reconcile_least_squares(AREAS, totals, variance=SPREAD)
    np.testing.assert_allclose(result.fitted[:, 0], AREAS)
    np.testing.assert_allclose(result.fitted[:, 1], AREAS + SPREAD * 10 / 29)


def test_negative_cells_are_said():
    with pytest.warns(PrecisionWarning, match="1 of 3 cells are negative"):
        reconcile_least_squares(AREAS, total(60), variance=xr.DataArray([0.0, 16, 36], dims="area"))


def test_a_variance_must_belong_to_a_margin():
    with pytest.raises(InputError, match="no margin to go with"):
        reconcile_least_squares(AREAS, total(110), margin_variance={("area",): 1.0})
