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


def test_one_total_takes_from_each_variance_what_it_tells():
    """V - V 1 1'V / (1'V1 + t^2): the information of the total, shared out by covariance with it."""
    V = np.diag(SPREAD.values)
    for t2 in (0.0, 6.0):
        result = reconcile_least_squares(
            AREAS, total(110), variance=SPREAD, margin_variance={(): t2}
        )
        expected = V - np.outer(SPREAD, SPREAD) / (29 + t2)
        np.testing.assert_allclose(result.covariance, expected, atol=1e-12)
        np.testing.assert_allclose(result.variance, np.diag(expected), atol=1e-12)
        assert result.variance.dims == ("area",)
        total_variance = result.covariance.sum()  # 29 t^2 / (29 + t^2): two figures of one total
        assert total_variance == pytest.approx(29 * t2 / (29 + t2), abs=1e-12)


def spread_figures():
    rng = np.random.Generator(np.random.PCG64(8))
    table = xr.DataArray(
        rng.uniform(20, 40, (2, 3)), dims=("sex", "origin"),
        coords={"sex": ["f", "m"], "origin": ["ERI", "SSD", "TCD"]},
    )  # fmt: skip
    shape = rng.normal(size=(6, 6))
    within = rng.normal(size=(3, 3))
    return table, shape @ shape.T, within @ within.T


def test_covariances_give_what_generalised_least_squares_gives():
    """statsmodels' GLS of all figures on the true cells, with the covariance of their errors."""
    from scipy.linalg import block_diag
    from statsmodels.regression.linear_model import GLS

    table, V, T = spread_figures()
    by_origin, by_sex = table.sum("sex") + 4, table.sum("origin") - 3
    result = reconcile_least_squares(
        table, {("origin",): by_origin, ("sex",): by_sex}, covariance=V,
        margin_covariance={("origin",): T}, margin_variance={("sex",): 2.5},
    )  # fmt: skip
    cells = np.eye(6).reshape(2, 3, 6)
    design = np.vstack([np.eye(6), cells.sum(axis=0), cells.sum(axis=1)])
    figures = np.concatenate([table.values.ravel(), by_origin, by_sex])
    fit = GLS(figures, design, sigma=block_diag(V, T, 2.5 * np.eye(2))).fit(cov_type="nonrobust")
    np.testing.assert_allclose(result.fitted.values.ravel(), fit.params, rtol=1e-9)
    np.testing.assert_allclose(result.covariance, fit.normalized_cov_params, atol=1e-9)
    assert (result.variance.values.ravel() <= np.diag(V) + 1e-12).all()


def test_the_adjusted_variance_is_the_one_that_repeated_figures_have():
    """2,000 sets of figures with these errors: variances err by sqrt(2 / 2000), 3 %."""
    table, V, _ = spread_figures()
    table = table * 10  # far from zero
    rng = np.random.Generator(np.random.PCG64(9))
    errors = np.linalg.cholesky(V) @ rng.normal(size=(6, 2000))
    drawn = xr.DataArray(
        table.values[..., None] + errors.reshape(2, 3, -1), dims=("sex", "origin", "draw")
    )
    totals = xr.DataArray(float(table.sum()) + 3 * rng.normal(size=2000), dims="draw")
    result = reconcile_least_squares(drawn, {(): totals}, covariance=V, margin_variance=9.0)
    assert result.variance.dims == ("sex", "origin")
    sample = result.fitted.values.reshape(6, -1)
    np.testing.assert_allclose(sample.mean(axis=1), table.values.ravel(), rtol=0.01)
    np.testing.assert_allclose(
        sample.var(axis=1), result.variance.values.ravel(), rtol=4 * np.sqrt(2 / 2000)
    )


def test_a_shared_error_moves_all_cells_together():
    """Errors that are one and the same, with sds 3, 2 and 1: the gap of 10 is shared out 3 : 2 : 1."""
    sds = np.array([3.0, 2.0, 1.0])
    result = reconcile_least_squares(AREAS, total(110), covariance=np.outer(sds, sds))
    np.testing.assert_allclose(result.fitted, AREAS + 10 * sds / 6)
    np.testing.assert_allclose(result.covariance, 0, atol=1e-9)  # one figure settles one error


def test_variances_belong_to_their_labels_whatever_their_order():
    table, _, _ = spread_figures()
    variance = table / 10
    margins = {("sex",): table.sum("origin") + 5}
    plain = reconcile_least_squares(table, margins, variance=variance)
    turned = variance.transpose("origin", "sex").sel(origin=["TCD", "ERI", "SSD"])
    again = reconcile_least_squares(table, margins, variance=turned)
    xr.testing.assert_allclose(again.fitted, plain.fitted)
    by_cell = reconcile_least_squares(table, margins, covariance=np.diag(variance.values.ravel()))
    xr.testing.assert_allclose(by_cell.fitted, plain.fitted)


def test_draws_of_variances_give_draws_of_adjusted_variances():
    variance = xr.concat([SPREAD, 2 * SPREAD], dim="draw")
    totals = {(): xr.DataArray([110.0, 110.0], dims="draw")}
    result = reconcile_least_squares(AREAS, totals, variance=variance)
    assert result.variance.dims == ("area", "draw")
    assert result.covariance.shape == (3, 3, 2)
    np.testing.assert_allclose(result.variance[:, 1], 2 * result.variance[:, 0])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variance": SPREAD, "covariance": np.eye(3)}, "variance or the covariance of the cells"),
        ({"covariance": np.eye(2)}, r"shape \(3, 3\) and no missing value: got shape \(2, 2\)"),
        ({"covariance": np.diag([1.0, np.nan, 1.0])}, "no missing value"),
        ({"covariance": np.array([[1.0, 2, 0], [2, 1, 0], [0, 0, 1]])}, "no eigenvalue below 0"),
        ({"covariance": np.triu(np.ones((3, 3)))}, "must be symmetric"),
        ({"margin_covariance": {("area",): np.eye(3)}}, "margin_covariance has no margin"),
        (
            {"margin_covariance": {(): np.eye(1)}, "margin_variance": {(): 1.0}},
            "variance or the covariance of a margin",
        ),
        ({"variance": -SPREAD}, "variance of the cells has negative values"),
        ({"variance": SPREAD.rename(area="place")}, r"variance of the cells has the axes"),
    ],
)
def test_what_is_no_covariance_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        reconcile_least_squares(AREAS, total(110), **options)
