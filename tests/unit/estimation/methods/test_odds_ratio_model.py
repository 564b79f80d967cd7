"""The model of the odds ratio: anchors, an independent program, and what it must never do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from gecam.datasets import load_calibration
from gecam.errors import InputError
from gecam.estimation import combine_sources
from gecam.estimation.methods.odds_ratio_distribution import OddsRatioDistribution
from gecam.estimation.methods.odds_ratio_model import INTERCEPT_SD, fit_odds_ratio
from gecam.estimation.methods.odds_ratio_pairs import OFFSETS, calibration_pairs


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    return load_calibration("group_pairs")


@pytest.fixture(scope="module")
def model(pairs):
    return fit_odds_ratio(pairs)


def pooled(pairs: pd.DataFrame, *, conflict: bool = True, outcomes: set[str] | None = None):
    """Pool one value per country, error 0.3, by REML."""
    used = calibration_pairs(pairs)
    used = used[used["left_out"].eq("")]
    if not conflict:
        used = used[used["crisis_class"].ne("conflict")]
    if outcomes is not None:
        used = used[used["outcome"].isin(outcomes)]
    y = np.log(used["odds_ratio"]).groupby(used["country"]).median()
    fit = combine_sources(y.to_numpy(), np.full(len(y), 0.3), scale="identity", method="REML")
    return len(y), float(np.exp(fit.estimate)), fit


def test_the_pools_are_those_that_the_compiler_of_the_table_computed(pairs):
    # PROVENANCE of the table: REML in plain numpy, within-country error 0.3; k, odds ratio
    poor = pairs[pairs["income_group"].ne("HIC")]
    k, ratio, fit = pooled(pairs)
    assert (k, round(ratio, 1)) == (10, 2.3)
    assert np.sqrt(fit.tau2) == pytest.approx(0.44, abs=0.005)
    k, ratio, fit = pooled(poor)
    assert (k, round(ratio, 2)) == (5, 1.80)
    assert np.sqrt(fit.tau2) == pytest.approx(0.35, abs=0.005)
    assert fit.interval[0] == pytest.approx(np.log(1.15), abs=0.02)
    assert fit.interval[1] == pytest.approx(np.log(2.8), abs=0.02)
    assert np.exp(fit.prediction_interval) == pytest.approx([0.7, 4.7], abs=0.05)
    assert pooled(poor, conflict=False)[:2] == (4, pytest.approx(1.56, abs=0.005))
    k, ratio, fit = pooled(poor, outcomes={"need_plan", "food_insecurity"})
    assert (k, round(ratio, 1)) == (3, 2.2)
    assert np.exp(fit.prediction_interval) == pytest.approx([0.14, 35], rel=0.05)


def test_the_posterior_at_a_node_is_that_of_generalised_least_squares_with_prior_rows(model):
    # statsmodels: each prior is one more observation of its coefficient
    X = np.column_stack([np.ones(len(model.countries)), model.countries[list(OFFSETS)]])
    y = model.countries["log_odds_ratio"].to_numpy()
    prior_mean = [0.0, *(mean for mean, _, _ in OFFSETS.values())]
    prior_variance = [INTERCEPT_SD**2, *(sd**2 for _, sd, _ in OFFSETS.values())]
    for node in (10, 60, 150):
        variance = np.full(len(y), model.between[node] ** 2 + model.within_sd**2)
        fit = sm.GLS(
            np.r_[y, prior_mean],
            np.vstack([X, np.eye(len(prior_mean))]),
            sigma=np.diag(np.r_[variance, prior_variance]),
        ).fit(cov_type="fixed scale")
        assert model.coefficients[node] == pytest.approx(fit.params, rel=1e-9)
        assert model.covariance[node] == pytest.approx(
            fit.normalized_cov_params, rel=1e-9, abs=1e-15
        )


def test_the_posterior_of_a_country_is_that_of_its_joint_normal_distribution(model):
    # beta, u_1 ... u_k and y are jointly normal at a node: conditioned on y by the textbook formula
    countries, node = model.countries, 80
    X = np.column_stack([np.ones(len(countries)), countries[list(OFFSETS)]])
    y, k = countries["log_odds_ratio"].to_numpy(), len(countries)
    tau2 = model.between[node] ** 2
    prior = np.diag([INTERCEPT_SD**2, *(sd**2 for _, sd, _ in OFFSETS.values())])
    prior_mean = np.array([0.0, *(mean for mean, _, _ in OFFSETS.values())])
    i = list(countries.index).index("LBY")
    cov_ty = X[i] @ prior @ X.T + tau2 * np.eye(k)[i]
    V = X @ prior @ X.T + (tau2 + model.within_sd**2) * np.eye(k)
    mean = X[i] @ prior_mean + cov_ty @ np.linalg.solve(V, y - X @ prior_mean)
    variance = X[i] @ prior @ X[i] + tau2 - cov_ty @ np.linalg.solve(V, cov_ty)
    held = model.of_country("LBY")
    at = slice(5 * node, 5 * node + 5)  # five nodes of the selection
    shift = np.average(np.log1p(-0.1 * (1 + np.polynomial.legendre.leggauss(5)[0])),
                       weights=np.polynomial.legendre.leggauss(5)[1])  # fmt: skip
    assert np.average(held.mean[at], weights=held.weight[at]) - shift == pytest.approx(
        mean, rel=1e-9
    )
    assert held.sd[5 * node] ** 2 == pytest.approx(variance, rel=1e-9)


def test_tails_are_heavier_than_those_of_a_plug_in_normal(model):
    new = model.predict()
    low, high = new.interval(0.9)
    sd = np.log(high / low) / (2 * norm.ppf(0.95))
    far_low, far_high = new.interval(0.998)
    assert np.log(far_high / far_low) > 2 * norm.ppf(0.999) * sd


def test_selection_only_lowers_and_by_no_more_than_stated(pairs, model):
    without = fit_odds_ratio(pairs, largest_selection=0.0)
    assert 0.8 * without.predict().median < model.predict().median < without.predict().median


def test_a_pair_less_moves_the_result_and_the_country_goes_back_to_the_others(pairs, model):
    less = fit_odds_ratio(pairs[pairs["country"].ne("LBY")])
    assert less.predict().median < model.predict().median
    assert "LBY" not in less.countries.index
    with pytest.raises(InputError, match=r"no usable pair of 'LBY'.*CHL"):
        less.of_country("LBY")


def test_a_country_lies_between_its_own_value_and_the_others(model):
    shrunk = model.of_country("PER").median  # published 1.03, lowest of all
    assert 1.03 < shrunk < model.predict(outcome="poverty_income").median


def test_every_row_left_out_has_its_reason(pairs):
    ruled = calibration_pairs(pairs)
    counts = ruled["left_out"].str.partition(":")[0].value_counts()
    assert counts[""] == 24
    assert counts.sum() == 120
    two_thresholds = ruled[ruled["odds_ratio"].gt(50) & ruled["country"].eq("COL")]
    assert two_thresholds["left_out"].str.startswith("not fit for calibration: ").all()
    assert (two_thresholds["left_out"].str.len() > 40).all()


def test_a_figure_of_exposure_or_death_never_enters(pairs):
    ruled = calibration_pairs(pairs)
    other = ruled["outcome"].isin(["displacement_exposure", "death", "health", "other"])
    assert other.any()
    assert ruled.loc[other, "left_out"].ne("").all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"within_sd": 0}, "within_sd must be a number > 0"),
        ({"between_scale": -1}, "between_scale must be a number > 0"),
        ({"largest_selection": 1}, r"largest_selection must lie in \[0, 1\)"),
    ],
)
def test_options_out_of_range_are_refused(pairs, options, message):
    with pytest.raises(InputError, match=message):
        fit_odds_ratio(pairs, **options)


def test_two_countries_are_too_few(pairs):
    with pytest.raises(InputError, match="at least 3 countries with usable pairs"):
        fit_odds_ratio(pairs[pairs["country"].isin(["LBY", "LBN"])])


@pytest.mark.parametrize("option", ["crisis_class", "outcome", "basis", "comparison"])
def test_words_that_the_model_does_not_have_are_refused(model, option):
    with pytest.raises(InputError, match=f"{option} must be one of"):
        model.predict(**{option: "banana"})


def test_quantiles_invert_the_distribution():
    one = OddsRatioDistribution(np.array([0.25, 0.75]), np.array([0.0, 1.0]), np.array([0.5, 0.2]))
    for q in (0.001, 0.05, 0.5, 0.95, 0.999):
        assert one.cdf(one.quantile(q)) == pytest.approx(q, abs=1e-9)
    # the density integrates to the distribution (trapezoid on the log scale)
    x = np.linspace(-6, 6, 4001)
    density = np.exp([one.log_density(float(np.exp(v))) for v in x])
    assert np.trapezoid(density, x) == pytest.approx(1.0, abs=1e-9)
