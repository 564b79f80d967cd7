"""Multiple imputation: estimates from imputed versions of the data, pooled by Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, Probability
from gecam.errors import InputError
from gecam.uncertainty import DEFAULT_LEVEL


@dataclass(frozen=True, slots=True, eq=False)
class RubinResult:
    """Estimates pooled over imputations; arrays have the shape of one estimate.

    Parameters
    ----------
    estimate
        Mean over imputations.
    variance
        Total variance.
    within, between
        Mean variance of an imputed version, and variance of the estimates between versions.
    df
        Degrees of freedom of the t distribution of the estimate (Barnard and Rubin).
    relative_increase
        Relative increase in variance due to the missing values.
    missing_information
        Fraction of information that is missing, in [0, 1].
    n_imputations
        Number of imputed versions.
    """

    estimate: FloatArray
    variance: FloatArray
    within: FloatArray
    between: FloatArray
    df: FloatArray
    relative_increase: FloatArray
    missing_information: FloatArray
    n_imputations: int

    @checked
    def conf_int(self, level: Probability = DEFAULT_LEVEL) -> FloatArray:
        """Return equal-tailed intervals by the t distribution; the last axis is (lower, upper).

        Parameters
        ----------
        level
            Probability that an interval holds, in (0, 1).
        """
        tail = (1 + level) / 2
        half = stdtrit(self.df, tail) * np.sqrt(self.variance)
        return np.stack([self.estimate - half, self.estimate + half], axis=-1)


@checked
def rubin(
    estimates: ArrayLike, variances: ArrayLike, df_complete: Positive | None = None
) -> RubinResult:
    r"""Pool estimates from m imputed versions of the data by Rubin's rules.

    Inside the library missing inputs are drawn anew in every draw; this is for imputations that
    were made elsewhere.

    Parameters
    ----------
    estimates
        One estimate from each imputed version. Shape ``(m, ...)``, m >= 2.
    variances
        Their squared standard errors, >= 0. Same shape.
    df_complete
        Degrees of freedom had nothing been missing (areas less coefficients), > 0; by default
        infinite.

    Returns
    -------
    RubinResult
        Pooled estimate, its variance and degrees of freedom, shape ``(...)``.

    Raises
    ------
    InputError
        If shapes differ, there are fewer than two versions, a value is missing or negative where
        it must not be, or no variance is above zero.

    Notes
    -----
    With :math:`\bar U` the mean of the variances and B the variance of the estimates (divisor
    m - 1),

    .. math::

       T = \bar U + (1 + \tfrac1m) B,\quad \lambda = (1 + \tfrac1m) B/T,\quad
       \frac1\nu = \frac{\lambda^2}{m-1}
                   + \Bigl[\frac{\nu_c + 1}{\nu_c + 3}\,\nu_c (1-\lambda)\Bigr]^{-1},

    the last term missing where :math:`\nu_c` is infinite, and the fraction of missing information
    is :math:`(r + 2/(\nu + 3))/(r + 1)` with :math:`r = \lambda/(1-\lambda)`.

    References
    ----------
    .. [1] Rubin, D. (1987). Multiple Imputation for Nonresponse in Surveys. Wiley.
    .. [2] Barnard, J., Rubin, D. (1999). Small-sample degrees of freedom with multiple imputation.
       Biometrika 86, 948-955.

    Examples
    --------
    >>> from gecam.estimation.methods.imputation import rubin
    >>> pooled = rubin([10.2, 9.1, 11.0, 10.4, 9.8], [0.6, 0.7, 0.6, 0.8, 0.7], df_complete=59)
    >>> pooled.estimate.round(2), pooled.variance.round(3), pooled.df.round(1)
    (np.float64(10.1), np.float64(1.28), np.float64(11.4))
    >>> pooled.conf_int(0.9).round(2)
    array([ 8.07, 12.13])
    """
    values, errors = _checked(estimates, variances)
    m = len(values)
    within, between = errors.mean(axis=0), values.var(axis=0, ddof=1)
    total = within + (1 + 1 / m) * between
    if not np.all(total > 0):
        raise InputError("an estimate has no variance within or between imputations")
    lam = (1 + 1 / m) * between / total
    with np.errstate(divide="ignore"):
        increase = lam / (1 - lam)
        inverse_df = lam**2 / (m - 1)
        if df_complete is not None:
            observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - lam)
            inverse_df = inverse_df + 1 / observed
        df = 1 / inverse_df
    return RubinResult(
        estimate=values.mean(axis=0),
        variance=total,
        within=within,
        between=between,
        df=df,
        relative_increase=increase,
        missing_information=lam + (1 - lam) * 2 / (df + 3),  # (r + 2 / (df + 3)) / (r + 1)
        n_imputations=m,
    )


def _checked(estimates: ArrayLike, variances: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return estimates and variances as arrays, refused where Rubin's rules do not hold."""
    values, errors = (np.asarray(part, dtype=np.float64) for part in (estimates, variances))
    if values.shape != errors.shape or values.ndim == 0:
        raise InputError(
            f"estimates and variances must have one shape: got {values.shape} and {errors.shape}"
        )
    if len(values) < 2:
        raise InputError(
            f"Rubin's rules need at least two imputed versions: got {len(values)}. One version says "
            "nothing about the error of imputing."
        )
    if not (np.all(np.isfinite(values)) and np.all(errors >= 0) and np.all(errors < np.inf)):
        raise InputError("estimates must be finite, and variances finite and >= 0")
    return values, errors
