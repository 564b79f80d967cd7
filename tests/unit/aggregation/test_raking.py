"""Raking: closed forms, another implementation, zeros, contradictions, uncertain margins."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from gecam.aggregation.raking import rake
from gecam.errors import InputError, PrecisionWarning

SEX, AGE = ["f", "m"], ["0-17", "18-59", "60+"]
SEED = xr.DataArray([[4.0, 6, 2], [3, 9, 1]], coords={"sex": SEX, "age": AGE})
BY_SEX = xr.DataArray([55.0, 45], coords={"sex": SEX})
BY_AGE = xr.DataArray([30.0, 60, 10], coords={"age": AGE})
BOTH = {("sex",): BY_SEX, ("age",): BY_AGE}


def test_two_by_two_has_a_closed_form():
    """The cell solves a quadratic: odds ratio 6, rows 60 and 40, columns 30 and 70."""
    seed = xr.DataArray([[4.0, 1], [2, 3]], dims=("r", "c"))
    fitted = rake(
        seed,
        {("r",): xr.DataArray([60.0, 40], dims="r"), ("c",): xr.DataArray([30.0, 70], dims="c")},
    ).fitted
    # x (10 + x) = 6 (60 - x) (30 - x)
    roots = np.roots([5, -550, 10_800])
    x = roots[(roots > 0) & (roots < 30)][0]
    np.testing.assert_allclose(fitted, [[x, 60 - x], [30 - x, 10 + x]], rtol=1e-9)


def test_a_seed_without_structure_gives_the_product_of_margins():
    fitted = rake(xr.ones_like(SEED), BOTH).fitted
    np.testing.assert_allclose(fitted, np.outer(BY_SEX, BY_AGE) / 100)


def test_another_implementation_gives_the_same_table():
    from ipfn.ipfn import ipfn

    rng = np.random.Generator(np.random.PCG64(4))
    seed, truth = rng.uniform(1, 5, (2, 3, 4)), rng.uniform(1, 9, (2, 3, 4))
    kept = [(0, 1), (2,), (1, 2)]
    names = ("sex", "age", "area")
    targets = [truth.sum(axis=tuple(set(range(3)) - set(axes))) for axes in kept]
    oracle = ipfn(
        seed.copy(),
        targets,
        [list(axes) for axes in kept],
        convergence_rate=1e-13,
        max_iteration=2000,
    ).iteration()
    margins = {
        tuple(names[i] for i in axes): xr.DataArray(target, dims=[names[i] for i in axes])
        for axes, target in zip(kept, targets, strict=True)
    }
    result = rake(xr.DataArray(seed, dims=names), margins, tol=1e-13)
    np.testing.assert_allclose(result.fitted, oracle, rtol=1e-9)


def test_a_loglinear_model_gives_the_same_table():
    """Raking a table of ones to observed margins is the Poisson fit without interaction."""
    import statsmodels.api as sm

    counts = np.array([[12.0, 30, 8], [9, 33, 14]])
    row, column = np.indices(counts.shape)
    design = np.column_stack(
        [np.ones(6), row.ravel() == 1, column.ravel() == 1, column.ravel() == 2]
    ).astype(float)
    oracle = sm.GLM(counts.ravel(), design, family=sm.families.Poisson()).fit(tol=1e-13)
    table = xr.DataArray(counts, dims=("a", "b"))
    fitted = rake(xr.ones_like(table), {("a",): table.sum("b"), ("b",): table.sum("a")}).fitted
    np.testing.assert_allclose(fitted.values.ravel(), oracle.fittedvalues, rtol=1e-8)


def test_result_says_what_was_reached():
    result = rake(SEED, BOTH)
    assert result.max_abs_error <= 1e-10 * 100
    assert result.odds_ratios_kept
    assert result.notes == ()
    assert repr(result).startswith("RakeResult({'sex': 2, 'age': 3} by raking, ")


def test_an_interaction_that_a_margin_fixes_may_change_and_others_may_not():
    rng = np.random.Generator(np.random.PCG64(1))
    seed = xr.DataArray(rng.uniform(1, 5, (2, 3, 4)), dims=("a", "b", "c"))
    truth = xr.DataArray(rng.uniform(1, 5, (2, 3, 4)), dims=("a", "b", "c"))
    result = rake(seed, {("a", "b"): truth.sum("c"), ("c",): truth.sum(["a", "b"])})
    assert result.odds_ratios_kept
    change = np.log(result.fitted / seed)
    assert np.abs(change.diff("a").diff("c")).max() < 1e-8
    assert np.abs(change.diff("a").diff("b")).max() > 0.1


def test_labels_decide_not_positions():
    shuffled = {("sex",): BY_SEX[::-1], ("age",): BY_AGE[[2, 0, 1]]}
    xr.testing.assert_allclose(rake(SEED, shuffled).fitted, rake(SEED, BOTH).fitted)


def test_a_structural_zero_stays_zero():
    seed = SEED.copy()
    seed[0, 2] = 0
    fitted = rake(seed, BOTH).fitted
    assert fitted[0, 2] == 0
    np.testing.assert_allclose(fitted.sum("sex"), BY_AGE)


def test_sampling_zeros_are_filled_and_recorded():
    seed = SEED.copy()
    seed[0, 2] = seed[1, 0] = 0
    result = rake(seed, BOTH, fill_zeros=True)
    assert (result.fitted > 0).all()
    epsilon = 0.5 * np.mean([4, 6, 9, 1]) / 6
    assert result.notes == (f"2 sampling zeros of the seed were set to {epsilon:.6g}",)
    one = rake(seed, BOTH, fill_zeros=(SEED == 2))
    assert one.fitted[0, 2] > 0
    assert one.fitted[1, 0] == 0


def test_zeros_that_make_margins_impossible_raise_and_name_the_cell():
    seed = xr.DataArray([[0.0, 1], [1, 1]], coords={"sex": SEX, "age": ["0-17", "18+"]})
    margins = {
        ("sex",): xr.DataArray([60.0, 40], coords={"sex": SEX}),
        ("age",): xr.DataArray([70.0, 30], coords={"age": ["0-17", "18+"]}),
    }  # all 70 children would have to be among 40 men
    with pytest.raises(
        InputError, match=r"zeros of the seed make the margins impossible: (sex|age)"
    ):
        rake(seed, margins)


def test_an_empty_row_that_should_have_people_raises():
    seed = xr.DataArray([[0.0, 0], [1, 1]], dims=("r", "c"))
    margins = {("r",): xr.DataArray([1.0, 9], dims="r"), ("c",): xr.DataArray([5.0, 5], dims="c")}
    with pytest.raises(InputError, match="r 0 asks for 1"):
        rake(seed, margins)


def test_margins_of_a_cube_can_be_impossible_without_any_zero():
    """Two-way margins that agree with each other, but belong to no non-negative table."""
    ab = xr.DataArray([[1.0, 0], [0, 1]], dims=("a", "b"))
    bc = xr.DataArray([[1.0, 0], [0, 1]], dims=("b", "c"))
    ac = xr.DataArray([[0.0, 1], [1, 0]], dims=("a", "c"))
    seed = xr.DataArray(np.ones((2, 2, 2)), dims=("a", "b", "c"))
    with pytest.raises(InputError, match="impossible"):
        rake(seed, {("a", "b"): ab, ("b", "c"): bc, ("a", "c"): ac})


def test_least_squares_stands_in_for_impossible_margins_and_says_by_how_much():
    seed = xr.DataArray([[0.0, 1], [1, 1]], dims=("r", "c"))
    margins = {
        ("r",): xr.DataArray([60.0, 40], dims="r"),
        ("c",): xr.DataArray([70.0, 30], dims="c"),
    }
    result = rake(seed, margins, on_infeasible="lsq")
    assert result.method == "least squares"
    assert not result.odds_ratios_kept or result.fitted[0, 0] == 0
    assert (result.fitted >= 0).all()
    assert result.fitted[0, 0] == 0
    assert 1 < result.max_abs_error < 40
    assert "impossible" in result.notes[0]


def test_cells_that_can_only_be_zero_are_found_and_the_rest_converges():
    """Row 1 fills column 1 alone: the cell (2, 1) must be zero, which plain raking nears slowly."""
    seed = xr.DataArray([[1.0, 0], [1, 1]], dims=("r", "c"))
    margins = {("r",): xr.DataArray([5.0, 5], dims="r"), ("c",): xr.DataArray([5.0, 5], dims="c")}
    result = rake(seed, margins)
    np.testing.assert_allclose(result.fitted, [[5, 0], [0, 5]], atol=1e-9)
    assert result.notes == ("1 positive cells of the seed can only be zero under these margins",)
    assert result.n_iter < 300


def test_a_seed_far_from_its_margins_is_finished_by_newtons_method(monkeypatch):
    """Odds ratio 1e8: scaling alone nears the table by one part in 10,000 a round."""
    from gecam.aggregation import raking

    seed = xr.DataArray([[1.0, 1e-8], [1, 1]], dims=("r", "c"))
    margins = {("r",): xr.DataArray([5.0, 5], dims="r"), ("c",): xr.DataArray([5.0, 5], dims="c")}
    result = rake(seed, margins)
    assert result.odds_ratios_kept
    assert result.n_iter == 200
    x = 5e4 / 10_001  # x^2 = 1e8 (5 - x)^2
    np.testing.assert_allclose(result.fitted, [[x, 5 - x], [5 - x, x]], rtol=1e-6)
    monkeypatch.setattr(raking, "newton_raked", lambda table, cells, limits: cells)
    with pytest.warns(PrecisionWarning, match="stopped after 2000 rounds"):
        rake(seed, margins, max_iter=2000)


def test_contradicting_margins_raise_and_name_the_difference():
    more = {("sex",): BY_SEX * 1.1, ("age",): BY_AGE}
    with pytest.raises(
        InputError, match=r"\(sex\) and \(age\) disagree on the total: 110.* against 100"
    ):
        rake(SEED, more)


def test_the_worse_margin_is_rescaled_on_request_and_recorded():
    result = rake(SEED, {("age",): BY_AGE, ("sex",): BY_SEX * 1.1}, on_inconsistent="rescale")
    xr.testing.assert_allclose(result.fitted, rake(SEED, BOTH).fitted)
    assert result.notes == (
        "margin over (sex) was rescaled to the margins before it, by up to 5.5",
    )


def test_margins_that_share_an_axis_are_rescaled_where_they_meet():
    truth = xr.DataArray(np.arange(1.0, 13).reshape(2, 3, 2), dims=("a", "b", "c"))
    ab, bc = truth.sum("c"), truth.sum("a") * xr.DataArray([1.0, 1.2, 0.9], dims="b")
    result = rake(xr.ones_like(truth), {("a", "b"): ab, ("b", "c"): bc}, on_inconsistent="rescale")
    np.testing.assert_allclose(result.fitted.sum("c"), ab)
    np.testing.assert_allclose(
        result.fitted.sum("a"), bc * (truth.sum(["a", "c"]) / bc.sum("c")), rtol=1e-9
    )
    with pytest.raises(InputError, match=r"disagree on b 1: 26 against 31\.2"):
        rake(xr.ones_like(truth), {("a", "b"): ab, ("b", "c"): bc})


def test_each_draw_of_uncertain_margins_is_raked_for_itself():
    factor = xr.DataArray([0.8, 1.0, 1.5], dims="draw")
    drawn = {("sex",): BY_SEX * factor, ("age",): BY_AGE * factor}
    result = rake(SEED, drawn)
    assert result.fitted.dims == ("sex", "age", "draw")
    for i, times in enumerate(factor.values):
        np.testing.assert_allclose(
            result.fitted[..., i], rake(SEED, BOTH).fitted * times, rtol=1e-9
        )
    seeds = SEED * xr.DataArray([1.0, 2.0], dims="draw")
    assert rake(seeds, BOTH).fitted.sizes["draw"] == 2


def test_a_grand_total_alone_scales_the_seed():
    fitted = rake(SEED, {(): xr.DataArray(50.0)}).fitted
    np.testing.assert_allclose(fitted, SEED * 2)


def test_people_nobody_asks_for_are_zero():
    margins = {("sex",): BY_SEX * 0, ("age",): BY_AGE * 0}
    assert (rake(SEED, margins).fitted == 0).all()


def test_unfinished_work_warns_with_its_error():
    with pytest.warns(PrecisionWarning, match="raking stopped after 1 rounds with an error of"):
        rake(SEED, BOTH, max_iter=1)


@pytest.mark.parametrize(
    ("seed", "margins", "message"),
    [
        (SEED, {}, "at least one margin"),
        (SEED, {("origin",): BY_SEX}, "must name axes of the seed"),
        (SEED, {("sex",): BY_AGE}, "has the axes"),
        (SEED, {("age",): BY_AGE[:2]}, "2 values of 'age', the seed 3"),
        (SEED, {("sex",): BY_SEX.assign_coords(sex=["f", "x"])}, "labels of 'sex' differ"),
        (SEED, {("sex",): BY_SEX.where(BY_SEX > 50)}, "Missing is not zero"),
        (SEED, {("sex",): BY_SEX - 50}, "negative values: got -5"),
        (-SEED, BOTH, "seed has negative values"),
        (
            SEED * xr.DataArray([1.0, 1, 1], dims="draw"),
            {("sex",): BY_SEX * xr.DataArray([1.0, 1], dims="draw")},
            "same number of draws",
        ),
    ],
)
def test_bad_input_says_what_is_wrong(seed, margins, message):
    with pytest.raises(InputError, match=message):
        rake(seed, margins)
