"""Trends in monthly counts, with breaks in source effort kept apart from change in deaths."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, Probability
from gecam.errors import InputError, NotEstimatedError
from gecam.model import checked_month
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality.population_size import normal_quantile
from gecam.uncertainty import DEFAULT_LEVEL

MONTHS_PER_EFFECT = 4  # fewer months than this per coefficient cannot carry the model


@dataclass(frozen=True, slots=True, eq=False)
class Trend:
    """The yearly change of a monthly count.

    Parameters
    ----------
    annual_ratio, lower, upper
        Factor by which the expected count changes in a year, breaks and season held fixed.
    level
        Probability content of the interval, in (0, 1).
    breaks
        Factor of each break in source effort: name, ratio, lower, upper.
    alpha
        Overdispersion of the negative binomial: variance = mean + alpha mean².
    quasi_lower, quasi_upper
        The same interval of `annual_ratio` from a quasi-Poisson fit, as a check.
    residual_correlation
        Correlation of each month's Pearson residual with the next.
    fitted
        Expected counts, by month.
    months
        Number of months used, those without an incident among them.
    flags
        ``SERIAL_CORRELATION``: the interval is too narrow, since bad months follow bad months.
        ``NO_BREAKS_GIVEN``: a change of source effort would be read as a trend.
        ``NO_EXPOSURE``: the trend is of counts, not of risk.
        ``MONTHS_UNOBSERVED``: months of the period were left out because nobody observed them.
    """

    annual_ratio: float
    lower: float
    upper: float
    level: float
    breaks: pd.DataFrame
    alpha: float
    quasi_lower: float
    quasi_upper: float
    residual_correlation: float
    fitted: pd.Series
    months: int
    flags: tuple[str, ...]


@checked
def trend(
    counts: pd.Series,
    *,
    period: tuple[str, str] | None = None,
    unobserved: Iterable[str] = (),
    breaks: Mapping[str, str] | None = None,
    exposure: pd.Series | None = None,
    season: bool = True,
    level: Probability = DEFAULT_LEVEL,
) -> Trend:
    r"""Fit a negative binomial trend to monthly counts.

    Parameters
    ----------
    counts
        Incidents, or dead and missing, by month: whole numbers, index of dates.
    period
        First and last month that somebody observed, such as ``("2014-01", "2024-12")``. Months of
        the period that `counts` lack, as tables of recorded incidents lack months without any, had
        0. Without a period, counts must hold every month between their first and their last.
    unobserved
        Names of months in which nobody looked, such as ``["2020-04"]``: left out, not 0.
    breaks
        Changes in source effort: name and the date from which the change holds, such as
        ``{"survey begins": "2016-01-01", "survey ends": "2019-07-01"}``. Each gets its own level,
        so that a new source is not read as more deaths.
    exposure
        Attempted crossings by month, > 0, same index: the trend is then one of risk.
    season
        Include a yearly wave (sine and cosine of the month), the default.
    level
        Probability content of the intervals, in (0, 1).

    Returns
    -------
    Trend

    Raises
    ------
    InputError
        If counts are not whole numbers >= 0, or all 0; months are not stated, repeat, are absent
        although no period is given, lie outside it, or are counted and called unobserved; exposure
        does not match, a break lies outside the series, or breaks cannot be told from the trend.
    NotEstimatedError
        If there are fewer than four months for each coefficient, or the fit does not converge.

    Notes
    -----
    :math:`\log E(D_t) = \beta_0 + \beta_1 t + \sum_k \delta_k 1(t \ge b_k) + \text{season} +
    \log E_t`, :math:`\mathrm{Var}(D_t) = \mu_t + \alpha\mu_t^2` (NB2), by maximum likelihood. A
    break absorbs the jump at its date whatever its cause; a trend and many breaks compete, and
    a trend "net of breaks" is only as good as the list of breaks. Months without incidents are data:
    leaving them out pulls the trend towards 1, most where they are many.

    References
    ----------
    .. [1] Cameron, A. C. and Trivedi, P. K. (2013). *Regression Analysis of Count Data*, 2nd ed.,
       chapter 3.

    Examples
    --------
    >>> from gecam.mortality import trend
    >>> months = pd.date_range("2015-01-01", periods=60, freq="MS")
    >>> counts = pd.Series([20 + (7 * i) % 11 + 10 * (i >= 30) for i in range(60)], index=months)
    >>> answer = trend(counts, breaks={"new source": "2017-07-01"})
    >>> answer.lower < 1 < answer.upper, answer.breaks["ratio"].round(1).to_dict()
    (True, {'new source': 1.4})
    """
    skipped = {checked_month(month, "unobserved") for month in unobserved}
    series = _whole_series(_checked_series(counts), period, skipped)
    design, names = _design(series.index, breaks or {}, season=season)
    offset = np.zeros(len(series)) if exposure is None else _log_exposure(exposure, series.index)
    y = series.to_numpy()
    if len(y) < MONTHS_PER_EFFECT * design.shape[1]:
        raise NotEstimatedError(
            f"{len(y)} months cannot carry {design.shape[1]} coefficients: give at least "
            f"{MONTHS_PER_EFFECT * design.shape[1]} months, or fewer breaks."
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise InputError(
            "the breaks cannot be told apart from each other or from the start of the series: "
            f"{list(names[2:])}. Give each break months before and after it."
        )
    beta, covariance, alpha, mean, residual, quasi_scale, quasi_se = _fit(y, design, offset)
    z = normal_quantile(level)
    se = np.sqrt(np.diag(covariance))
    ratios = pd.DataFrame(
        {"ratio": np.exp(beta), "lower": np.exp(beta - z * se), "upper": np.exp(beta + z * se)},
        index=names,
    )
    is_next = np.diff(series.index.asi8) == 1  # months follow each other
    correlation = float(np.corrcoef(residual[:-1][is_next], residual[1:][is_next])[0, 1])
    flags = {
        "SERIAL_CORRELATION": abs(correlation) > 2 / np.sqrt(len(y)),
        "NO_BREAKS_GIVEN": not breaks,
        "NO_EXPOSURE": exposure is None,
        "MONTHS_UNOBSERVED": bool(skipped),
    }
    change = ratios.loc["year"]
    half = z * quasi_se[1] * np.sqrt(quasi_scale)
    return Trend(
        float(change["ratio"]),
        float(change["lower"]),
        float(change["upper"]),
        level,
        ratios.loc[list(breaks or {})],
        alpha,
        float(np.exp(quasi_se[0] - half)),
        float(np.exp(quasi_se[0] + half)),
        correlation,
        pd.Series(mean, index=series.index, name="fitted"),
        len(y),
        tuple(flag for flag, is_raised in flags.items() if is_raised),
    )


def _checked_series(counts: pd.Series) -> pd.Series:
    months = pd.DatetimeIndex(pd.to_datetime(counts.index)).to_period("M")
    if months.hasnans:
        raise InputError(
            f"counts hold {counts[months.isna()].sum():,.0f} without a month: leave that row out, and "
            "say so."
        )
    if not counts.any():
        raise InputError("counts hold no month with more than 0: there is no trend to fit.")
    if months.has_duplicates:
        raise InputError(f"month {months[months.duplicated()][0]} occurs more than once in counts.")
    values = checked_counts(counts.to_numpy(), "counts")
    return pd.Series(values, index=months).sort_index()


def _whole_series(
    series: pd.Series, period: tuple[str, str] | None, skipped: set[pd.Period]
) -> pd.Series:
    """Return the counts of all observed months of the period, 0 where nothing was recorded."""
    both = sorted(skipped & set(series.index))
    if both:
        raise InputError(f"{both[0]} is called unobserved, and counts hold it: leave out one.")
    if period is None:
        first, last = series.index[0], series.index[-1]
    else:
        first, last = (checked_month(month, "period") for month in period)
        outside = series.index[(series.index < first) | (series.index > last)]
        if len(outside):
            raise InputError(
                f"counts hold {len(outside)} months outside the period {first} to {last}, such as "
                f"{outside[0]}: cut counts to the period, or correct it."
            )
    months = pd.period_range(first, last, freq="M")
    observed = months[~months.isin(list(skipped))]
    absent = observed.difference(series.index)
    if len(absent) and period is None:
        raise InputError(
            f"counts lack {len(absent)} of the {len(months)} months from {first} to {last}, such as "
            f"{absent[0]}. If nothing happened in them, say which months were observed: "
            f"period=('{first}', '{last}'), or earlier and later ones. If nobody looked, name them: "
            f"unobserved=['{absent[0]}', ...]."
        )
    return series.reindex(observed, fill_value=0.0)


def _design(
    months: pd.PeriodIndex, breaks: Mapping[str, str], *, season: bool
) -> tuple[FloatArray, list[str]]:
    ordinal = np.asarray(months.asi8, dtype=np.float64)
    years = (ordinal - ordinal.mean()) / 12
    columns, names = [np.ones(len(months)), years], ["level", "year"]
    for name, since in breaks.items():
        after: BoolArray = np.asarray(months >= checked_month(since, f"break {name!r}"))
        if after.all() or not after.any():
            raise InputError(
                f"break {name!r} ({since}) lies outside the series {months[0]} to {months[-1]}."
            )
        columns.append(after.astype(np.float64))
        names.append(name)
    if season:
        angle = 2 * np.pi * np.asarray(months.month) / 12
        columns += [np.sin(angle), np.cos(angle)]
        names += ["sine", "cosine"]
    return np.column_stack(columns), names


def _log_exposure(exposure: pd.Series, months: pd.PeriodIndex) -> FloatArray:
    series = exposure.copy()
    series.index = pd.DatetimeIndex(pd.to_datetime(exposure.index)).to_period("M")
    missing = months.difference(series.index)
    if len(missing):
        raise InputError(f"exposure lacks {len(missing)} months of counts, such as {missing[0]}.")
    values = series.reindex(months).to_numpy(dtype=np.float64)
    if not (np.isfinite(values) & (values > 0)).all():
        raise InputError("exposure must be finite and > 0 in every month.")
    return np.asarray(np.log(values))


def _fit(
    y: FloatArray, design: FloatArray, offset: FloatArray
) -> tuple[FloatArray, FloatArray, float, FloatArray, FloatArray, float, tuple[float, float]]:
    import statsmodels.api as sm

    poisson = sm.GLM(y, design, family=sm.families.Poisson(), offset=offset).fit()
    scale = float(poisson.pearson_chi2 / poisson.df_resid)
    quasi = float(poisson.params[1]), float(poisson.bse[1])
    start = max((scale - 1) / float(y.mean()), 1e-3)
    model = sm.NegativeBinomial(y, design, loglike_method="nb2", offset=offset)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is asked for below, not warned about
        fit = model.fit(
            start_params=np.append(poisson.params, start), method="bfgs", maxiter=500, disp=0
        )
        is_dispersed = bool(np.isfinite(fit.params).all() and fit.params[-1] > 1e-6)
        if is_dispersed:  # from elsewhere, Newton's method runs into negative alphas
            fit = model.fit(start_params=fit.params, method="newton", maxiter=100, disp=0)
            beta, alpha = np.asarray(fit.params[:-1]), float(fit.params[-1])
            inverse = fit.normalized_cov_params  # None where the Hessian has no inverse
            is_dispersed = alpha > 1e-6 and fit.mle_retvals["converged"] and inverse is not None
    if is_dispersed:
        covariance = np.asarray(fit.cov_params())[:-1, :-1]
    else:
        if scale > 1.2:
            raise NotEstimatedError(
                "the negative binomial fit did not converge; look for one month that dominates."
            )
        # No overdispersion beyond Poisson: alpha sits on its boundary 0.
        beta, alpha = np.asarray(poisson.params), 0.0
        covariance = np.asarray(poisson.cov_params())
    mean = np.exp(design @ beta + offset)
    residual = (y - mean) / np.sqrt(mean + alpha * mean**2)
    return beta, covariance, alpha, mean, residual, scale, quasi
