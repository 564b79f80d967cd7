"""Combining sources: closed forms, defaults, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError, PrecisionWarning
from gecam.estimation.methods.between_variance import estimate_between_variance
from gecam.estimation.methods.pooling import combine_sources

Z90 = 1.6448536269514722


def test_one_published_figure_is_its_own_mean_whatever_its_error():
    for log_sd in (0.05, 0.4, 1.0):
        pooled = combine_sources([1_379_000], log_sd, tau2_prior=0.0)
        assert pooled.mean == pytest.approx(1_379_000)
        assert np.exp(pooled.location + pooled.se**2 / 2) == pytest.approx(1_379_000)


def test_one_figure_has_the_error_of_its_class_and_nothing_else():
    pooled = combine_sources([100.0], [0.3], bias_sd=0.4, tau2_prior=0.11)
    assert pooled.se == pytest.approx(0.6)  # 0.3^2 + 0.4^2 + 0.11 = 0.36
    low, high = np.exp(np.log(100) - 0.18 + np.array([-1, 1]) * Z90 * 0.6)
    assert pooled.interval == pytest.approx((low, high))
    assert pooled.prediction_interval is None


def test_posterior_of_the_measurement_model():
    """V^-1 = sum 1/(sigma_b^2 + s^2), m = V sum (log y - beta)/(sigma_b^2 + s^2)."""
    y, se, bias, noise = np.array([9e5, 1.2e6, 1e6]), np.array([0.05, 0.2, 0.1]), -0.1, 0.07
    pooled = combine_sources(y, se, bias=bias, bias_sd=noise, method="fixed")
    precision = 1 / (noise**2 + se**2)
    assert pooled.estimate == pytest.approx(np.sum(precision * (np.log(y) + 0.1)) / precision.sum())
    assert pooled.se == pytest.approx(1 / np.sqrt(precision.sum()))
    assert pooled.ci == "z"


def test_known_undercount_raises_the_figure():
    plain = combine_sources([1000.0], [0.1], bias_sd=0.1)
    corrected = combine_sources([1000.0], [0.1], bias=-0.25, bias_sd=0.1)
    assert corrected.mean == pytest.approx(1000 * np.exp(0.25))
    assert plain.mean == pytest.approx(1000)


def test_two_sources_never_estimate_the_variance_between_them():
    with pytest.raises(InputError, match=r"2 source\(s\) carry no usable information"):
        combine_sources([1.0, 9.0], 0.1)
    pooled = combine_sources([1.0, 9.0], 0.1, tau2_prior=0.04)
    assert (pooled.method, pooled.tau2, pooled.ci) == ("class", 0.04, "z")
    assert pooled.se == pytest.approx(np.sqrt(0.05 / 2))
    assert "class" in pooled.notes[0]
    assert combine_sources([1.0, 9.0], 0.1, bias_sd=0.2).tau2 == 0
    assert combine_sources([1.0, 9.0], 0.1, method="fixed").method == "fixed"


def test_hartung_knapp_with_two_sources_is_replaced_and_says_so():
    pooled = combine_sources([1.0, 9.0], 0.1, tau2_prior=0.04, ci="HK")
    assert pooled.ci == "z"
    assert "HK needs three sources" in pooled.notes[1]


def test_default_for_three_sources_is_reml_with_the_wider_of_two_intervals():
    y = [1.00, 1.01, 1.02, 1.00]  # agree better than their errors say: HK alone is too narrow
    default = combine_sources(y, 0.3, scale="identity")
    hk, z = (combine_sources(y, 0.3, scale="identity", ci=ci) for ci in ("HK", "z"))
    assert (default.method, default.ci) == ("REML", "HK-max")
    assert default.se == pytest.approx(z.se)
    assert hk.se < z.se / 10
    assert default.interval[1] - default.interval[0] > z.interval[1] - z.interval[0]


def test_equal_errors_have_closed_forms():
    """With equal v: mean, REML tau2 = s^2 - v, and the HK error is s / sqrt(k)."""
    y, v = np.array([1.0, 4.0, 2.0, 7.0, 6.0]), 0.5
    pooled = combine_sources(y, np.sqrt(v), scale="identity", ci="HK")
    assert pooled.estimate == pytest.approx(4)
    assert pooled.tau2 == pytest.approx(np.var(y, ddof=1) - v)
    assert pooled.se == pytest.approx(np.std(y, ddof=1) / np.sqrt(5))
    ml = combine_sources(y, np.sqrt(v), scale="identity", method="ML")
    assert ml.tau2 == pytest.approx(np.var(y) - v)
    shrink = pooled.tau2 / (pooled.tau2 + v)
    np.testing.assert_allclose(pooled.blups, 4 + shrink * (y - 4))
    np.testing.assert_allclose(pooled.I2, shrink)


def test_the_share_beyond_stated_errors_is_said_without_a_variance_between_sources():
    """Two figures 4 apart with variance 1 each: Q = 4^2 / 2 = 8 with one degree of freedom."""
    figures = {"y": [10.0, 14.0], "scale": "identity"}
    assert pytest.approx(7 / 8) == combine_sources(**figures, se=1, method="fixed").I2
    noise = combine_sources(**figures, se=0.6, bias_sd=0.8)  # the class without tau2
    assert (noise.method, noise.I2) == ("class", pytest.approx(7 / 8))
    given = combine_sources(**figures, se=1, tau2_prior=3.0)
    assert pytest.approx(3 / (3 + 1)) == given.I2
    assert combine_sources([10.0, 10.0], 1, scale="identity", method="fixed").I2 == 0
    assert np.isnan(
        combine_sources([10.0], 0.1, tau2_prior=3.0).I2
    )  # one source: nothing to compare


def test_prediction_interval_uses_t_with_k_minus_2():
    y, v = np.array([1.0, 4.0, 2.0, 7.0, 6.0]), 0.5
    pooled = combine_sources(y, np.sqrt(v), scale="identity", ci="z")
    sd = np.sqrt(pooled.tau2 + pooled.se**2)
    t3 = 2.353363434801823  # 0.95 quantile of t with 3 degrees of freedom
    assert pooled.prediction_interval == pytest.approx((4 - t3 * sd, 4 + t3 * sd))
    assert pooled.prediction_interval_z == pytest.approx((4 - Z90 * sd, 4 + Z90 * sd))


def test_every_maximum_of_the_likelihood_is_looked_at():
    """Two precise sources agree, three vague ones do not: REML has a maximum near 0 and at 5.4."""
    y = np.array([-0.150, 0.248, 6.758, 1.690, 0.021])
    D = np.array([0.00356, 0.02686, 2.80181, 4.67970, 0.00615])
    X = np.ones((5, 1))
    found = estimate_between_variance(y, X, D, method="REML")
    assert found.n_maxima == 2

    def reml(A):
        w = 1 / (A + D)
        mean = np.sum(w * y) / w.sum()
        return 0.5 * (np.log(w).sum() - np.log(w.sum()) - np.sum(w * (y - mean) ** 2))

    grid = np.linspace(0, 40, 40_001)
    values = np.array([reml(A) for A in grid])
    peaks = grid[1:-1][(values[1:-1] > values[:-2]) & (values[1:-1] > values[2:])]
    assert len(peaks) == 2
    assert found.value == pytest.approx(grid[values.argmax()], abs=6e-4)
    pooled = combine_sources(y, np.sqrt(D), scale="identity")
    assert "2 maxima" in pooled.notes[0]


def test_correlated_sources_follow_generalised_least_squares():
    se, rho = np.array([0.1, 0.3]), 0.2
    pooled = combine_sources(
        [10.0, 20.0], se, scale="identity", corr=[[1, rho], [rho, 1]], method="fixed"
    )
    s1, s2 = se
    expected = (s2**2 - rho * s1 * s2) / (s1**2 + s2**2 - 2 * rho * s1 * s2)
    assert pooled.weights == pytest.approx([expected, 1 - expected])
    variance = s1**2 * s2**2 * (1 - rho**2) / (s1**2 + s2**2 - 2 * rho * s1 * s2)
    assert pooled.se == pytest.approx(np.sqrt(variance))


def test_a_correlation_above_the_ratio_of_errors_gives_a_negative_weight_and_a_warning():
    arguments = {"scale": "identity", "corr": [[1, 0.8], [0.8, 1]], "method": "fixed"}
    with pytest.warns(PrecisionWarning, match=r"source 2 of 2 gets weight -0\.27"):
        pooled = combine_sources([10.0, 20.0], [0.1, 0.3], **arguments)
    assert pooled.estimate < 10
    kept = combine_sources([10.0, 20.0], [0.1, 0.3], nonneg=True, **arguments)
    assert kept.weights == pytest.approx([1, 0])
    assert kept.se == pytest.approx(0.1)
    assert "negative" in kept.notes[0]


def test_nonnegative_weights_are_the_best_ones():
    se = np.array([0.1, 0.2, 0.5, 0.4])
    corr = np.full((4, 4), 0.7) + 0.3 * np.eye(4)
    kept = combine_sources(
        [1.0, 2, 3, 4], se, scale="identity", corr=corr, method="fixed", nonneg=True
    )
    sigma = se[:, None] * corr * se
    gradient = sigma @ kept.weights  # Karush-Kuhn-Tucker: equal where used, not below elsewhere
    assert kept.weights.min() >= 0
    used = kept.weights > 0
    np.testing.assert_allclose(gradient[used], kept.se**2)
    assert np.all(gradient >= kept.se**2 - 1e-12)


def test_the_variance_between_correlated_sources_matches_a_dense_likelihood():
    rng = np.random.Generator(np.random.PCG64(3))
    se = np.array([0.2, 0.3, 0.25, 0.4, 0.35, 0.3])
    corr = np.full((6, 6), 0.4) + 0.6 * np.eye(6)
    y = rng.normal(size=6)
    pooled = combine_sources(y, se, scale="identity", corr=corr)
    sigma, ones = se[:, None] * corr * se, np.ones(6)

    def reml(tau2):
        V = sigma + tau2 * np.eye(6)
        information = ones @ np.linalg.solve(V, ones)
        residual = y - ones @ np.linalg.solve(V, y) / information
        quadratic = residual @ np.linalg.solve(V, residual)
        return -0.5 * (np.linalg.slogdet(V)[1] + np.log(information) + quadratic)

    step = 1e-4
    assert reml(pooled.tau2) > max(reml(pooled.tau2 - step), reml(pooled.tau2 + step))
    V = sigma + pooled.tau2 * np.eye(6)
    np.testing.assert_allclose(
        pooled.blups,
        pooled.estimate + pooled.tau2 * np.linalg.solve(V, y - pooled.estimate),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"y": [1.0, -5], "se": 0.1}, r"must be positive on the log scale: got -5"),
        ({"y": [1.0, np.nan, 2], "se": 0.1, "scale": "identity"}, "missing is not zero"),
        ({"y": [1.0, 2, 3], "se": [0.1, 0.0, 0.1]}, "error above zero"),
        ({"y": [1.0, 2, 3], "se": [0.1, 0.2]}, "must fit the 3 figures"),
        ({"y": [], "se": 0.1}, "one row of figures"),
        ({"y": [1.0, 2, 3], "se": 0.1, "level": 90}, r"level must lie in \(0, 1\): got 90"),
        ({"y": [1.0, 2, 3], "se": 0.1, "method": "SJ"}, "method must be one of .*'SJ'"),
        ({"y": [1.0, 2, 3], "se": 0.1, "scale": "logit"}, "scale must be"),
        ({"y": [1.0], "se": 0.1, "tau2_prior": -1}, "tau2_prior must be a number >= 0"),
        ({"y": [1.0, 2], "se": 0.1, "corr": [[1, 1], [1, 1]]}, "drop it"),
        ({"y": [1.0, 2], "se": 0.1, "corr": [[1, 0.2], [0.1, 1]]}, "symmetric"),
        ({"y": [1.0, 2], "se": 0.1, "corr": np.eye(3)}, "2 by 2"),
    ],
)
def test_bad_input_says_what_is_wrong(options, message):
    with pytest.raises(InputError, match=message):
        combine_sources(**options)


def test_the_answer_fits_one_line():
    assert repr(combine_sources([1000.0], 0.1, method="fixed")) == (
        "PooledEstimate(1,000, 90% 844.099 to 1,172.91, k = 1, fixed, z)"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("errors", "hk_max", "z"),
    [
        ([0.2] * 5, (0.90, 0.94), (0.82, 0.86)),
        ([0.05, 0.1, 0.2, 0.3, 0.4], (0.85, 0.89), (0.75, 0.81)),
    ],
)
def test_coverage_of_five_sources_is_what_the_page_on_pooling_says(errors, hk_max, z):
    """3,000 sets with spread 0.3: 90 % intervals; 0.011 is two Monte Carlo errors."""
    rng = np.random.Generator(np.random.PCG64(8))
    hits = {"z": 0, "HK-max": 0}
    for _ in range(3000):
        y = rng.normal(size=5) * np.hypot(errors, 0.3)
        for ci in hits:
            low, high = combine_sources(y, errors, scale="identity", ci=ci).interval
            hits[ci] += low <= 0 <= high
    assert hk_max[0] < hits["HK-max"] / 3000 < hk_max[1]
    assert z[0] < hits["z"] / 3000 < z[1]
