"""What small-area, imputation, undercount, elicitation and learning must do whatever the data."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gecam.estimation.methods.elicitation import fit_elicited
from gecam.estimation.methods.elicited import FAMILIES, ElicitedDistribution
from gecam.estimation.methods.imputation import rubin
from gecam.estimation.methods.learning import learn_odds_ratio
from gecam.estimation.methods.phases import phase_shares
from gecam.estimation.methods.small_area import fay_herriot
from gecam.estimation.methods.undercount import Undercount

METHODS = st.sampled_from(["REML", "ML", "FH", "AMRL"])


@st.composite
def areas(draw):
    m = draw(st.integers(6, 12))
    rng = np.random.Generator(np.random.PCG64(draw(st.integers(0, 2**32 - 1))))
    X = np.column_stack([np.ones(m), rng.normal(size=m)])
    D = rng.uniform(0.01, 0.5, m)
    return X @ [0.2, 0.6] + rng.normal(size=m) * np.sqrt(D + 0.2), X, D


@given(areas(), METHODS, st.floats(-5, 5), st.floats(-5, 5))
def test_what_covariates_explain_moves_predictors_and_nothing_else(data, method, a, b):
    y, X, D = data
    one, other = (
        fay_herriot(y, X, D, method=method),
        fay_herriot(y + X @ [a, b], X, D, method=method),
    )
    np.testing.assert_allclose(other.eblup, one.eblup + X @ [a, b], atol=1e-7)
    np.testing.assert_allclose(other.mse, one.mse, rtol=1e-6)


@given(areas(), METHODS, st.floats(0.01, 100))
def test_another_unit_of_y_scales_predictors_and_errors(data, method, factor):
    y, X, D = data
    one = fay_herriot(y, X, D, method=method)
    other = fay_herriot(y * factor, X, D * factor**2, method=method)
    np.testing.assert_allclose(other.eblup, one.eblup * factor, rtol=1e-6, atol=1e-9 * factor)
    np.testing.assert_allclose(other.mse, one.mse * factor**2, rtol=1e-6)


@given(areas(), METHODS)
def test_order_and_coding_of_areas_do_not_matter(data, method):
    y, X, D = data
    one = fay_herriot(y, X, D, method=method)
    other = fay_herriot(y[::-1], X[::-1] @ [[1, 2], [0, 3]], D[::-1], method=method)
    np.testing.assert_allclose(other.eblup[::-1], one.eblup, atol=1e-7)
    np.testing.assert_allclose(other.mse[::-1], one.mse, rtol=1e-6)


@given(areas(), METHODS)
def test_a_predictor_lies_between_the_figure_and_the_regression(data, method):
    y, X, D = data
    model = fay_herriot(y, X, D, method=method)
    ends = np.sort([y, X @ model.beta], axis=0)
    assert np.all((model.eblup >= ends[0] - 1e-9) & (model.eblup <= ends[1] + 1e-9))
    assert np.all((model.gamma >= 0) & (model.gamma < 1))
    assert np.all(model.mse > 0)


@given(
    st.lists(st.floats(-100, 100), min_size=2, max_size=20),
    st.floats(0.1, 10),
    st.floats(-5, 5),
    st.floats(0.1, 9),
)
def test_pooled_imputations_follow_a_change_of_unit(estimates, variance, shift, factor):
    values, errors = np.array(estimates), np.full(len(estimates), variance)
    one = rubin(values, errors, df_complete=30)
    other = rubin(values * factor + shift, errors * factor**2, df_complete=30)
    np.testing.assert_allclose(other.estimate, one.estimate * factor + shift, atol=1e-9)
    np.testing.assert_allclose(other.variance, one.variance * factor**2)
    np.testing.assert_allclose(other.df, one.df)
    assert one.variance >= one.within
    assert 0 < one.df < 30


@given(st.floats(0.1, 50), st.floats(2.1, 200), st.floats(0.01, 0.98))
def test_undercount_adds_people_and_its_quantiles_increase(a, b, u):
    factor = Undercount(a, b)
    assert factor.mean > (a + b) / b  # above the plug-in
    low, high = factor.quantile([u, u + 0.01])
    assert 1 <= low <= high  # equal where the undercount is below rounding


@given(
    st.sampled_from(FAMILIES),
    st.floats(0.05, 0.95),
    st.floats(0.05, 0.8),
    st.sampled_from([(0.05, 0.95), (0.25, 0.5, 0.75), (0.1, 0.4, 0.6, 0.9)]),
)
def test_quantiles_of_a_family_are_met_by_that_family(family, middle, spread, probs):
    if family == "beta":
        parameters = middle / spread**2, (1 - middle) / spread**2
    elif family == "gamma":
        parameters = 1 / spread**2, 1 / (middle * spread**2)
    else:
        parameters = middle, spread
    values = ElicitedDistribution(family, *parameters).quantile(probs)
    fit = fit_elicited(
        probs,
        values,
        families=[family],
        upper=1.0,
        lower=0.0 if family not in {"normal", "t4"} else None,
    )
    assert fit.best.ssq < 1e-12


@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.01, 100))
@pytest.mark.slow
def test_judgements_in_another_unit_are_the_same_judgement(low, gap, factor):
    values = np.array([low, low + gap / 3, low + gap])
    one, other = (
        fit_elicited([0.1, 0.5, 0.9], values * k, families=["lognormal", "gamma"])
        for k in (1, factor)
    )
    for a, b in zip(one.fits, other.fits, strict=True):
        assert a.family == b.family
        np.testing.assert_allclose(b.mean, a.mean * factor, rtol=1e-5)


@given(st.lists(st.floats(0, 1e4), min_size=5, max_size=5).filter(lambda x: sum(x) > 0))
def test_worse_phases_are_a_part_of_milder_ones(people):
    shares = phase_shares(people)
    means = [shares.at_or_above(phase).mean for phase in (2, 3, 4, 5)]
    assert all(milder > worse for milder, worse in pairwise(means))
    assert abs(shares.mean.sum() - 1) < 1e-12


@given(st.lists(st.tuples(*[st.integers(1, 99)] * 2), min_size=5, max_size=8))
def test_swapped_groups_turn_the_odds_ratio_around(cells):
    found = np.array(cells, dtype=float)
    frame = pd.DataFrame(
        {
            "country": [f"C{i}" for i in range(len(found))],
            "migrants_in_need": found[:, 0],
            "migrants": 100.0,
            "residents_in_need": found[:, 1],
            "residents": 100.0,
            "log_or_sd": np.nan,
        }
    )
    swapped = frame.rename(
        columns={
            "migrants_in_need": "residents_in_need",
            "migrants": "residents",
            "residents_in_need": "migrants_in_need",
            "residents": "migrants",
        }
    )
    one, other = learn_odds_ratio(frame), learn_odds_ratio(swapped)
    np.testing.assert_allclose(other.prior.log_median, -one.prior.log_median, atol=1e-8)
    np.testing.assert_allclose(other.prior.log_scale, one.prior.log_scale, rtol=1e-6)
