"""Rubin's rules against a published worked example, statsmodels, and their limits."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.imputation import rubin


def with_moments(mean, within, between, m):
    """Return m estimates with this mean and variance, and m variances with this mean."""
    spread = np.linspace(-1, 1, m)
    spread *= np.sqrt(between / spread.var(ddof=1))
    return mean + spread, np.full(m, within)


@pytest.mark.parametrize(
    ("mean", "within", "between", "published"),
    [
        # pool(with(mice(mammalsleep, maxit = 10), lm(sws ~ log10(bw) + odi))) with m = 5 and
        # dfcom = 59; van Buuren & Vink, vignette "Convergence and pooling" of the R package mice:
        # t, df, riv, lambda, fmi as printed
        (10.0739157, 0.71206627, 0.83964136, (1.7196359, 7.805051, 1.4149942, 0.6625659)),
        (-1.4513424, 0.10052200, 0.30175131, (0.4626236, 4.277824, 3.6022121, 0.8424252)),
        (-0.5504494, 0.08902854, 0.01146902, (0.1027914, 40.480414, 0.1545889, 0.1737299)),
    ],
)
def test_the_worked_example_of_mice(mean, within, between, published):
    pooled = rubin(*with_moments(mean, within, between, 5), df_complete=59)
    found = [pooled.variance, pooled.df, pooled.relative_increase, pooled.missing_information]
    assert pooled.estimate == pytest.approx(mean)
    np.testing.assert_allclose(found, published, rtol=1e-6)  # printed to seven digits


def test_statsmodels_pools_the_same():
    import statsmodels.api as sm
    from statsmodels.imputation.mice import MICE

    rng = np.random.Generator(np.random.PCG64(2))
    design = sm.add_constant(rng.normal(size=40))
    fits = [sm.OLS(design @ [1, 2] + rng.normal(size=40), design).fit() for _ in range(4)]
    pooled = rubin([fit.params for fit in fits], [fit.bse**2 for fit in fits])
    oracle = MICE.__new__(MICE)  # only what `combine` reads
    oracle.results_list, oracle.model_class = fits, sm.OLS
    oracle.exog_names, oracle.endog_names = ["const", "x"], "y"
    combined = oracle.combine()
    np.testing.assert_allclose(pooled.estimate, combined.params)
    np.testing.assert_allclose(np.sqrt(pooled.variance), combined.bse)
    np.testing.assert_allclose(1.25 * pooled.between / pooled.variance, combined.frac_miss_info)


def test_without_a_sample_limit_the_degrees_are_those_of_rubin_1987():
    estimates, variances = with_moments(3.0, 0.5, 0.2, 10)
    pooled = rubin(estimates, variances)
    r = 1.1 * 0.2 / 0.5
    assert pooled.df == pytest.approx(9 * (1 + 1 / r) ** 2)


def test_imputations_that_agree_lose_nothing():
    pooled = rubin([2.0, 2.0, 2.0], [0.25, 0.25, 0.25], df_complete=20)
    assert pooled.variance == 0.25
    assert pooled.df == pytest.approx(21 / 23 * 20)
    assert np.isinf(rubin([2.0, 2.0], [0.25, 0.25]).df)
    assert rubin([2.0, 2.0], [0.25, 0.25]).missing_information == 0


def test_estimates_without_within_variance_have_m_minus_1_degrees():
    pooled = rubin([1.0, 2.0, 4.0], [0.0, 0.0, 0.0])
    assert pooled.df == pytest.approx(2)
    assert pooled.missing_information == pytest.approx(1)


def test_degrees_never_exceed_those_of_complete_data():
    for between in (0.0, 0.01, 1.0, 100.0):
        assert rubin(*with_moments(0.0, 1.0, between, 20), df_complete=15).df < 15


def test_interval_is_the_t_interval():
    pooled = rubin(*with_moments(10.0, 4.0, 0.0, 5))
    np.testing.assert_allclose(
        pooled.conf_int(0.95), 10 + np.array([-1, 1]) * 1.959964 * 2, rtol=1e-6
    )
    assert rubin(np.ones((3, 2)), np.ones((3, 2))).conf_int().shape == (2, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0], [1.0]), "at least two imputed versions: got 1"),
        (([1.0, 2.0], [1.0]), "one shape"),
        (([1.0, np.nan], [1.0, 1.0]), "must be finite"),
        (([1.0, 2.0], [-1.0, 1.0]), ">= 0"),
        (([1.0, 1.0], [0.0, 0.0]), "no variance"),
        (([1.0, 2.0], [1.0, 1.0], 0), "df_complete must be a number > 0"),
    ],
)
def test_bad_input_says_what_is_wrong(arguments, message):
    with pytest.raises(InputError, match=message):
        rubin(*arguments)
    with pytest.raises(InputError, match="level"):
        rubin([1.0, 2.0], [1.0, 1.0]).conf_int(95)
