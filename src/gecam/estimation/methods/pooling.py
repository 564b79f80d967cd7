"""Combination of several figures of one quantity into one (meta-analysis), and their disagreement."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import ndtri, stdtrit

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, NonNegative, Probability
from gecam.errors import InputError, PrecisionWarning, caller_level
from gecam.estimation.methods.between_variance import estimate_between_variance

PoolingMethod = Literal["fixed", "DL", "PM", "ML", "REML"]
IntervalMethod = Literal["z", "HK", "HK-max"]


@dataclass(frozen=True, slots=True, eq=False)
class PooledEstimate:
    """One figure pooled from k sources.

    Parameters
    ----------
    mean
        Central value in the unit of y (people on the log scale).
    interval
        Interval of the pooled quantity, in the unit of y.
    prediction_interval
        Interval of the true value of one more source or country (Higgins et al. 2009: t with k - 2
        degrees of freedom), in the unit of y; None for k < 3.
    prediction_interval_z
        The same with normal quantiles, which is metafor's default.
    estimate, se
        Weighted mean and its standard error on the working scale (log or identity).
    location
        Centre of the distribution on the working scale: `estimate`, less se²/2 on the log scale, so
        that a log-normal at `location` with log sd `se` has mean `mean`.
    tau2
        Variance between sources beyond their stated errors (working scale).
    Q, I2
        Cochran's Q at tau2 = 0, and the share of the variance of the figures that their stated errors
        do not explain, in [0, 1] (see `combine_sources`); missing (nan) for one source.
    weights
        Weights of the sources; they sum to 1. Shape ``(k,)``.
    blups, blup_se
        Values of the sources shrunk to the mean, and their standard errors (working scale).
        Shape ``(k,)``.
    method, ci, level
        What was used; `notes` says where this differs from what was asked, and why.
    """

    mean: float
    interval: tuple[float, float]
    prediction_interval: tuple[float, float] | None
    prediction_interval_z: tuple[float, float]
    estimate: float
    se: float
    location: float
    tau2: float
    Q: float
    I2: float
    weights: FloatArray
    blups: FloatArray
    blup_se: FloatArray
    method: str
    ci: IntervalMethod
    level: float
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return one line."""
        low, high = self.interval
        return (
            f"PooledEstimate({self.mean:,.6g}, {self.level:.0%} {low:,.6g} to {high:,.6g}, "
            f"k = {len(self.weights)}, {self.method}, {self.ci})"
        )


@checked
def combine_sources(
    y: ArrayLike,
    se: ArrayLike,
    *,
    bias: ArrayLike = 0.0,
    bias_sd: ArrayLike = 0.0,
    corr: ArrayLike | None = None,
    scale: Literal["log", "identity"] = "log",
    method: PoolingMethod = "REML",
    ci: IntervalMethod | None = None,
    tau2_prior: NonNegative | None = None,
    nonneg: bool = False,
    level: Probability = 0.90,
) -> PooledEstimate:
    r"""Combine k figures of one quantity, or of comparable quantities, into one.

    Parameters
    ----------
    y
        Published figures: people (``scale="log"``, > 0), or any unit (``scale="identity"``).
        Shape ``(k,)``.
    se
        Standard errors on the working scale (log sds for ``scale="log"``). Shape ``(k,)`` or
        scalar.
    bias
        Expected error of each source on the working scale, subtracted; undercount is negative.
    bias_sd
        Standard deviation of that error: the noise of the source's class. Added to `se` in squares.
    corr
        Correlation matrix of the errors of the sources. Shape ``(k, k)``; None: independent.
    scale
        ``log`` pools logarithms of counts; ``identity`` pools y itself.
    method
        ``fixed``: no variance between sources beyond their stated errors; ``DL``, ``PM``, ``ML``,
        ``REML``: that variance is estimated, though never from fewer than three sources.
    ci
        ``z``; ``HK`` (Hartung-Knapp-Sidik-Jonkman, t with k - 1 degrees of freedom); ``HK-max``:
        the same, but never with a smaller standard error than z. Default: ``z`` for ``fixed`` and
        for k < 3, else ``HK-max``.
    tau2_prior
        Variance between sources of this class, used for k < 3. Without it a `bias_sd` above zero
        stands for the class.
    nonneg
        Where correlated sources would get negative weights: the best weights that are not negative.
    level
        Of the intervals, in (0, 1).

    Returns
    -------
    PooledEstimate

    Raises
    ------
    InputError
        If shapes differ, a value is missing, a count or a total error is not positive, `corr` is
        not a correlation matrix, or fewer than three sources come without a class variance.

    Warns
    -----
    PrecisionWarning
        If correlated errors give a source a negative weight.

    Notes
    -----
    Source s reports :math:`y_s = \mu + b_s + u_s + e_s` on the working scale with
    :math:`b_s \sim N(\beta_s, \sigma_{b,s}^2)`, :math:`u_s \sim N(0, \tau^2)`,
    :math:`e_s \sim N(0, s_s^2)`. With :math:`V = \tau^2 I + \Sigma`,

    .. math:: \hat\mu = \frac{1'V^{-1}(y - \beta)}{1'V^{-1}1},\quad
              se^2 = \frac{1}{1'V^{-1}1},\quad
              se_{HK}^2 = se^2\, \frac{(y-\beta-\hat\mu)'V^{-1}(y-\beta-\hat\mu)}{k-1}.

    :math:`I^2 = \tau^2/(\tau^2 + \tilde v)` with the typical error variance :math:`\tilde v =
    (k-1)/(\sum w - \sum w^2/\sum w)`, :math:`w_s = 1/(\sigma_{b,s}^2 + s_s^2)` [4]_. Where no variance
    between sources is estimated or given, as with ``fixed``, it is :math:`\max(0, (Q - (k-1))/Q)`:
    the same with the moment estimate of :math:`\tau^2`, so that sources that contradict each other
    show it under every method.

    On the log scale the central value is :math:`\exp\hat\mu`: the published figure for one source,
    the weighted geometric mean for several. It is the mean of N under the prior
    :math:`p(N) \propto N^{-3/2}`, the one under which a published figure is the mean of its
    distribution whatever its error (see the page on pooling).

    References
    ----------
    .. [1] Viechtbauer, W. (2005). Bias and efficiency of meta-analytic variance estimators in the
       random-effects model. JEBS 30, 261-293.
    .. [2] Higgins, J., Thompson, S., Spiegelhalter, D. (2009). A re-evaluation of random-effects
       meta-analysis. JRSS A 172, 137-159.
    .. [3] Jackson, D., Law, M., Rücker, G., Schwarzer, G. (2017). The Hartung-Knapp modification
       for random-effects meta-analysis. Statistics in Medicine 36, 3923-3934.
    .. [4] Higgins, J., Thompson, S. (2002). Quantifying heterogeneity in a meta-analysis. Statistics
       in Medicine 21, 1539-1558.

    Examples
    --------
    A census (log sd 0.05) and a survey (0.20) of one stock; their class is known to be off by 0.1:

    >>> from gecam.estimation.methods.pooling import combine_sources
    >>> pooled = combine_sources([920_000, 1_100_000], [0.05, 0.20], bias_sd=0.1)
    >>> round(pooled.mean), [round(end) for end in pooled.interval]
    (953474, [804826, 1118336])
    >>> pooled.weights.round(2)
    array([0.8, 0.2])
    """
    values, sd = _checked(y, se, bias=bias, bias_sd=bias_sd, scale=scale)
    k = len(values)
    sigma = np.diag(sd**2) if corr is None else _covariance(corr, sd)
    notes: list[str] = []
    tau2, used = _between(
        values, sigma, method, prior=tau2_prior, has_class=bool(np.any(bias_sd)), notes=notes
    )
    total = sigma + tau2 * np.eye(k)
    weights = _weights(total, nonneg, notes)
    estimate = float(weights @ values)
    se_z = float(np.sqrt(weights @ total @ weights))
    residual = values - estimate
    spread = float(residual @ np.linalg.solve(total, residual)) / max(k - 1, 1)
    ci = _interval_method(ci, method, k, notes)
    factor = {"z": 1.0, "HK": spread, "HK-max": max(1.0, spread)}[ci]
    pooled_se = se_z * float(np.sqrt(factor))

    location = estimate - pooled_se**2 / 2 if scale == "log" else estimate
    tail = (1 + level) / 2
    z = float(ndtri(tail))
    sd_new = float(np.hypot(pooled_se, np.sqrt(tau2)))

    def ends(half: float) -> tuple[float, float]:
        low, high = location - half, location + half
        return (float(np.exp(low)), float(np.exp(high))) if scale == "log" else (low, high)

    blups, blup_se = _shrunk(values, estimate, total, tau2, pooled_se)
    is_without = used == "fixed" or (used == "class" and tau2_prior is None)
    Q, I2 = _heterogeneity(values, sigma, None if is_without else tau2)
    return PooledEstimate(
        mean=float(np.exp(estimate)) if scale == "log" else estimate,
        interval=ends((z if ci == "z" else float(stdtrit(k - 1, tail))) * pooled_se),
        prediction_interval=ends(float(stdtrit(k - 2, tail)) * sd_new) if k > 2 else None,
        prediction_interval_z=ends(z * sd_new),
        estimate=estimate,
        se=pooled_se,
        location=location,
        tau2=tau2,
        Q=Q,
        I2=I2,
        weights=weights,
        blups=blups,
        blup_se=blup_se,
        method=used,
        ci=ci,
        level=level,
        notes=tuple(notes),
    )


def _interval_method(
    asked: IntervalMethod | None, method: PoolingMethod, k: int, notes: list[str]
) -> IntervalMethod:
    """Return how the interval is made: as asked, but for fewer than three sources."""
    if asked is None:
        return "z" if method == "fixed" or k < 3 else "HK-max"
    if k < 3 and asked != "z":
        notes.append(f"{asked} needs three sources: z is used for {k}")
        return "z"
    return asked


def _checked(
    y: ArrayLike, se: ArrayLike, *, bias: ArrayLike, bias_sd: ArrayLike, scale: str
) -> tuple[FloatArray, FloatArray]:
    """Return values on the working scale less their bias, and their total standard deviations."""
    values = np.atleast_1d(np.asarray(y, dtype=np.float64))
    if values.ndim != 1 or values.size == 0:
        raise InputError(f"y must be one row of figures: got shape {values.shape}")
    if scale == "log":
        values = _logs(values)
    errors, shifts, noise = _fitting([se, bias, bias_sd], values.size)
    sd = np.hypot(errors, noise)
    if not np.all(np.isfinite(values)) or not np.all(np.isfinite(shifts)):
        raise InputError("a figure or its bias is missing. Drop the source; missing is not zero.")
    if not (np.all(errors >= 0) and np.all(noise >= 0) and np.all(sd > 0) and np.all(sd < np.inf)):
        raise InputError(f"every source needs an error above zero: got {sd.tolist()}")
    return values - shifts, sd


def _logs(values: FloatArray) -> FloatArray:
    if not np.all(values > 0):
        raise InputError(
            f"figures must be positive on the log scale: got {values.min():,.15g}. For a zero "
            "add one half and flag it, or treat it as structural."
        )
    return np.asarray(np.log(values))


def _fitting(parts: Sequence[ArrayLike], k: int) -> list[FloatArray]:
    """Return errors and biases as one number for each of `k` figures."""
    try:
        return [np.broadcast_to(np.asarray(part, dtype=np.float64), (k,)) for part in parts]
    except ValueError as error:
        raise InputError(f"se, bias and bias_sd must fit the {k} figures") from error


def _covariance(corr: ArrayLike, sd: FloatArray) -> FloatArray:
    matrix = np.asarray(corr, dtype=np.float64)
    if matrix.shape != (len(sd), len(sd)):
        raise InputError(f"corr must be {len(sd)} by {len(sd)}: got shape {matrix.shape}")
    if not (np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)):
        raise InputError("corr must be symmetric with ones on the diagonal")
    smallest = float(np.linalg.eigvalsh(matrix)[0])
    if smallest <= 1e-10:
        raise InputError(
            f"corr must be positive definite: its smallest eigenvalue is {smallest:.2g}. "
            "A source that repeats another adds nothing: drop it."
        )
    return sd[:, None] * matrix * sd


def _between(
    values: FloatArray,
    sigma: FloatArray,
    method: PoolingMethod,
    *,
    prior: float | None,
    has_class: bool,
    notes: list[str],
) -> tuple[float, str]:
    """Return tau2 and how it came about."""
    k = len(values)
    if method == "fixed":
        return 0.0, "fixed"
    if k < 3:
        if prior is None and not has_class:
            raise InputError(
                f"{k} source(s) carry no usable information on the variance between sources. "
                "Give tau2_prior or bias_sd of their class, or method='fixed'."
            )
        notes.append(f"variance between sources taken from their class, not from {k} figure(s)")
        return prior or 0.0, "class"
    # A rotation makes correlated errors independent: A I + sigma = U (A I + D) U'.
    D, U = np.linalg.eigh(sigma)
    result = estimate_between_variance(U.T @ values, U.T @ np.ones((k, 1)), D, method=method)
    if result.n_maxima > 1:
        notes.append(f"the likelihood has {result.n_maxima} maxima; the highest is used")
    return result.value, method


def _weights(total: FloatArray, nonneg: bool, notes: list[str]) -> FloatArray:
    solved = np.linalg.solve(total, np.ones(len(total)))
    weights: FloatArray = solved / solved.sum()
    if weights.min() >= 0:
        return weights
    if not nonneg:
        worst = int(np.argmin(weights))
        warnings.warn(
            f"source {worst + 1} of {len(weights)} gets weight {weights[worst]:.2f}: with errors "
            "so correlated the pooled figure can lie outside the figures. Check corr, or use "
            "nonneg=True.",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
        return weights
    notes.append("weights were kept from being negative")
    # min w'Sw with w >= 0 and sum 1 is min |L'x - inv(L)1| with x >= 0, scaled (S = LL').
    from scipy.optimize import nnls

    L = np.linalg.cholesky(total)
    positive = nnls(L.T, np.linalg.solve(L, np.ones(len(total))))[0]
    return np.asarray(positive / positive.sum())


def _shrunk(
    values: FloatArray, estimate: float, total: FloatArray, tau2: float, se: float
) -> tuple[FloatArray, FloatArray]:
    inverse = np.linalg.inv(total)
    pull = np.eye(len(values)) - tau2 * inverse  # how much each value is drawn to the mean
    blups = values - pull @ (values - estimate)
    variance = tau2 - tau2**2 * np.diag(inverse) + (pull.sum(axis=1) * se) ** 2
    return blups, np.sqrt(np.maximum(variance, 0.0))


def _heterogeneity(
    values: FloatArray, sigma: FloatArray, tau2: float | None
) -> tuple[float, float]:
    """Return Cochran's Q, and I2 from tau2, or from Q where there is no tau2."""
    inverse = np.linalg.inv(sigma)
    mean = inverse.sum(axis=0) @ values / inverse.sum()
    Q = float((values - mean) @ inverse @ (values - mean))
    df = len(values) - 1
    if df == 0:
        return Q, np.nan
    if tau2 is None:
        return Q, max(0.0, (Q - df) / Q) if Q > 0 else 0.0
    trace = np.trace(inverse) - np.sum(inverse.sum(axis=0) ** 2) / inverse.sum()
    return Q, float(tau2 / (tau2 + df / trace))
