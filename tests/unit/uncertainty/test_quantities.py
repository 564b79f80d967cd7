"""Quantities: the mean is the published figure; quantiles, draws and moments agree."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr, ndtri

from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty import (
    Beta,
    Fixed,
    LogitNormal,
    LogNormal,
    Mixture,
    Quantity,
    Streams,
)

GRADES = [0.1, 0.2, 0.35, 0.5, 1.4]  # logit sd of grades A to D, and the cap
STRATA = (np.arange(200_000) + 0.5) / 200_000

QUANTITIES: list[Quantity] = [
    Fixed(12.0),
    LogNormal(1_379_000.0, 0.05),
    LogNormal(1_379_000.0, 0.6),
    *(LogitNormal.from_mean(mean, grade) for mean in (0.004, 0.3, 0.81) for grade in GRADES),
    Beta(8, 2),
    Beta(0.5, 4),
    Mixture(LogitNormal.from_mean(0.3, 0.2), LogitNormal.from_mean(0.6, 0.5), 0.5),
    Mixture(Fixed(0.2), LogitNormal.from_mean(0.4, 0.3), 0.25),
]


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_mean_of_draws_is_the_mean_within_three_monte_carlo_errors(quantity):
    draws = quantity.draws(Streams(2022), "x", "value", 0, 10_000)
    assert abs(draws.mean() - quantity.mean) <= 3 * draws.std() / 100 + 1e-12 * abs(quantity.mean)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_moments_of_the_quantile_function_are_mean_and_sd(quantity):
    values = quantity.quantile(STRATA)
    # the midpoint rule on 200,000 strata loses part of the tails, most for heavy ones
    assert values.mean() == pytest.approx(quantity.mean, rel=5e-5)
    assert values.std() == pytest.approx(quantity.sd, rel=1e-3, abs=1e-12)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_a_quantity_times_a_factor_has_the_mean_times_it_and_is_as_uncertain(quantity):
    part = quantity.times(0.9)
    assert type(part) is type(quantity)
    assert part.mean == pytest.approx(0.9 * quantity.mean, rel=1e-9)
    assert (part.sd > 0) == (quantity.sd > 0)


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_quantiles_rise_and_invert_the_distribution_function(quantity):
    u = np.array([1e-6, 0.01, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999])
    values = quantity.quantile(u)
    assert (np.diff(values) >= 0).all()
    if quantity.sd > 0 and not isinstance(quantity, Mixture):
        assert quantity.cdf(values) == pytest.approx(u, rel=1e-9)
    above = np.nextafter(values, np.inf) + 1e-12 * np.abs(values)
    assert (quantity.cdf(above) >= u * (1 - 1e-9)).all()


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_draws_are_the_quantiles_of_the_stream_and_blocks_are_parts_of_the_whole(quantity):
    streams = Streams(7)
    draws = quantity.draws(streams, "x", "value", 0, 40)
    assert np.allclose(
        draws, quantity.quantile(streams.uniform("x", "value", 0, 40)), rtol=1e-9, atol=0
    )
    assert np.array_equal(draws[13:29], quantity.draws(streams, "x", "value", 13, 29))


@pytest.mark.parametrize("quantity", QUANTITIES, ids=repr)
def test_the_value_at_a_score_is_the_quantile_there(quantity):
    u = np.array([[0.05, 0.5], [0.9, 0.99]])
    at_score = quantity.at_score(ndtri(u))
    assert at_score.shape == (2, 2)
    assert np.allclose(at_score, quantity.quantile(u), rtol=1e-9, atol=0)


@pytest.mark.parametrize(
    ("make", "published"),
    [
        (lambda noise: LogNormal(1000.0, noise), 1000.0),
        (lambda noise: LogitNormal.from_mean(0.3, noise), 0.3),
    ],
)
def test_without_noise_every_draw_is_the_published_figure(make, published):
    for noise in (0.0, 1e-9):
        values = make(noise).quantile([0.001, 0.5, 0.999])
        assert values == pytest.approx(published, rel=2e-8)  # 3.1 sd of 1e-9
    assert make(0.0).cdf([published * 0.999, published * 1.001]).tolist() == [0, 1]


def test_lognormal_is_scipys():
    reference = stats.lognorm(s=0.3, scale=500 * np.exp(-(0.3**2) / 2))
    ours = LogNormal(500.0, 0.3)
    assert ours.sd == pytest.approx(reference.std(), rel=1e-12)
    assert ours.quantile([0.05, 0.95]) == pytest.approx(reference.ppf([0.05, 0.95]), rel=1e-12)
    assert ours.cdf([-1.0, 0.0, 400.0]) == pytest.approx(reference.cdf([-1, 0, 400.0]), rel=1e-12)


def test_a_stock_of_nobody_stays_nobody():
    assert LogNormal(0.0, 0.4).quantile([0.1, 0.9]).tolist() == [0, 0]
    assert LogNormal(0.0, 0.4).cdf([-1, 0, 1]).tolist() == [0, 1, 1]


def test_beta_is_scipys():
    ours = Beta.from_mean_sd(0.8, 0.1)
    reference = stats.beta(ours.a, ours.b)
    assert (ours.mean, ours.sd) == pytest.approx((0.8, 0.1), rel=1e-10)
    assert ours.quantile([0.05, 0.95]) == pytest.approx(reference.ppf([0.05, 0.95]), rel=1e-9)
    assert ours.cdf([0.5, 0.9, 2.0]) == pytest.approx(reference.cdf([0.5, 0.9, 2.0]), rel=1e-12)


def test_logit_normal_matches_mean_and_sd_exactly():
    share = LogitNormal.from_mean_sd(0.3, 0.06)
    assert (share.mean, share.sd) == pytest.approx((0.3, 0.06), rel=1e-11)


def test_logit_normal_caps_an_sd_that_would_pile_up_at_the_ends():
    with pytest.warns(PrecisionWarning, match="1.4 is used"):
        share = LogitNormal.from_mean_sd(0.9, 0.29)
    assert share.logit_sd == 1.4
    assert share.mean == pytest.approx(0.9, rel=1e-12)


def test_logit_normal_distribution_function_reaches_its_ends():
    assert LogitNormal(0.0, 1.0).cdf([-0.5, 0.0, 0.5, 1.0, 2.0]).tolist() == [0, 0, 0.5, 1, 1]


def test_mixture_of_certain_values_jumps_at_its_weight():
    mixture = Mixture(Fixed(0.2), Fixed(0.4), 0.25)
    assert mixture.quantile([0.1, 0.25, 0.2500001, 0.9]).tolist() == [0.2, 0.2, 0.4, 0.4]
    assert mixture.sd == pytest.approx(0.2 * np.sqrt(0.25 * 0.75))


@pytest.mark.parametrize("ratio", [0.05, 0.18, 0.97, 3.0])  # from one mode to two far apart
@pytest.mark.parametrize("weight", [1e-4, 0.4])
@pytest.mark.parametrize("log_sd", [0.14, 0.6])
def test_quantiles_of_a_mixture_lie_where_its_distribution_function_reaches_them(
    ratio, weight, log_sd
):
    mixture = Mixture(LogNormal(ratio, log_sd), LogNormal(1.0, 0.14), weight)
    z = np.concatenate([np.linspace(-8, 8, 2001), [-9.0, 9.0, -np.inf, np.inf]])
    x, u = mixture.at_score(z), ndtr(z)
    assert (mixture.cdf(x * (1 - 2e-12)) <= u + 2 * np.spacing(u)).all()
    assert (mixture.cdf(x * (1 + 2e-12)) >= u - np.spacing(u)).all()
    assert np.array_equal(x[5:9], mixture.at_score(z[5:9]))
    assert np.isnan(mixture.at_score([np.nan, 0.0])).tolist() == [True, False]


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_mixture_of_full_weight_is_that_part(weight):
    parts = Beta(2, 3), LogNormal(0.5, 0.2)
    mixture = Mixture(*parts, weight)
    expected = parts[0] if weight == 1 else parts[1]
    assert np.array_equal(mixture.quantile([0.1, 0.7]), expected.quantile([0.1, 0.7]))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Fixed(np.nan), "value must be finite"),
        (lambda: LogNormal(-5.0, 0.1), "mean must be finite, >= 0: got -5"),
        (lambda: LogNormal(5.0, -0.1), "log_sd must be finite and >= 0: got -0.1"),
        (lambda: LogitNormal(np.inf, 0.1), "location must be finite"),
        (lambda: LogitNormal(0.0, np.nan), "logit_sd must be finite"),
        (lambda: LogitNormal.from_mean(1.0, 0.1), "Use Fixed for a share of 0 or 1"),
        (lambda: LogitNormal.from_mean_sd(1.0, 0.1), r"mean must lie in \(0, 1\)"),
        (lambda: Beta(0, 1), "a must be finite and > 0"),
        (lambda: Beta(1, np.inf), "b must be finite and > 0"),
        (lambda: Beta.from_mean_sd(0.9, 0.315), r"in \(0, 0.3\): got 0.315. Use LogitNormal"),
        (lambda: Mixture(Fixed(1.0), Fixed(2.0), 1.5), "weight must lie in"),
    ],
)
def test_impossible_parameters_are_refused(make, message):
    with pytest.raises(InputError, match=message):
        make()
