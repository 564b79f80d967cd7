"""Variance between areas or sources beyond their sampling errors (DL, PM, ML, REML)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gecam._typing import FloatArray
from gecam.errors import InputError

VarianceMethod = Literal["DL", "PM", "ML", "REML", "AMRL"]

GRID = 400  # points at which the whole range is searched for maxima of the likelihood


@dataclass(frozen=True, slots=True)
class BetweenVariance:
    """An estimate of the variance between areas.

    Parameters
    ----------
    value
        The estimate, in the square of the unit of y, >= 0.
    method
        How it was estimated.
    n_maxima
        Local maxima of the likelihood that were found (1 for the moment methods).
    """

    value: float
    method: VarianceMethod
    n_maxima: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class WeightedFit:
    """Generalised least squares at one or many values of the between variance.

    The leading axis runs over the values of A: ``weights`` (value, area), ``beta``
    (value, column), ``beta_cov`` (value, column, column), ``residuals`` (value, area).
    """

    weights: FloatArray
    beta: FloatArray
    beta_cov: FloatArray
    residuals: FloatArray


def weighted_fit(A: FloatArray, y: FloatArray, X: FloatArray, D: FloatArray) -> WeightedFit:
    """Fit y = X beta + error with variances A + D, for each value in A."""
    weights = 1 / (A[:, None] + D)
    beta_cov = np.linalg.inv(np.einsum("gm,mp,mq->gpq", weights, X, X))
    beta = np.einsum("gpq,gm,mq,m->gp", beta_cov, weights, X, y)
    return WeightedFit(weights, beta, beta_cov, y - beta @ X.T)


def estimate_between_variance(
    y: FloatArray, X: FloatArray, D: FloatArray, *, method: VarianceMethod
) -> BetweenVariance:
    r"""Estimate A in :math:`y = X\beta + u + e`, :math:`u \sim N(0, A)`, :math:`e \sim N(0, D)`.

    Parameters
    ----------
    y
        Observations. Shape ``(m,)``.
    X
        Design with full column rank. Shape ``(m, p)``, m > p.
    D
        Known error variances, > 0. Shape ``(m,)``.
    method
        ``DL``: DerSimonian and Laird's moments [1]_, generalised to a design; ``PM``: Paule and
        Mandel [2]_, which is Fay and Herriot's moment equation; ``ML``; ``REML`` [3]_; ``AMRL``:
        REML adjusted by the factor A [4]_, which is always positive.

    Returns
    -------
    BetweenVariance
        A, >= 0, in the unit of y squared.

    Raises
    ------
    InputError
        If AMRL is asked for with m - p < 3, where its likelihood has no maximum.

    Notes
    -----
    With :math:`w_i = 1/(A + D_i)`, GLS residuals :math:`r`, and
    :math:`P = W - WX(X'WX)^{-1}X'W`, the scores in A are

    .. math:: s_{ML} = \tfrac12(\textstyle\sum w^2 r^2 - \sum w),\quad
              s_{REML} = \tfrac12(\textstyle\sum w^2 r^2 - \mathrm{tr} P),\quad
              s_{AMRL} = s_{REML} + 1/A .

    The likelihood can have several maxima, and a Newton or scoring iteration finds only the one
    near its start. All sign changes of the score are therefore sought between 0 and a bound beyond
    which it is negative (see the page on pooling), and the best maximum is taken, A = 0 included.

    References
    ----------
    .. [1] DerSimonian, R., Laird, N. (1986). Meta-analysis in clinical trials. Controlled Clinical
       Trials 7, 177-188.
    .. [2] Paule, R., Mandel, J. (1982). Consensus values and weighting factors. Journal of Research
       of the National Bureau of Standards 87, 377-385.
    .. [3] Patterson, H., Thompson, R. (1971). Recovery of inter-block information when block sizes
       are unequal. Biometrika 58, 545-554.
    .. [4] Li, H., Lahiri, P. (2010). An adjusted maximum likelihood method for solving small area
       estimation problems. Journal of Multivariate Analysis 101, 882-892.
    """
    if method == "DL":
        return BetweenVariance(_moments(y, X, D), method)
    if method == "PM":
        return BetweenVariance(_paule_mandel(y, X, D), method)
    return _likelihood(y, X, D, method)


def _moments(y: FloatArray, X: FloatArray, D: FloatArray) -> float:
    fit = weighted_fit(np.zeros(1), y, X, D)
    Q = float(np.sum(fit.weights * fit.residuals**2))
    return float(max(0.0, (Q - (len(y) - X.shape[1])) / _trace(fit, X)[0]))


def _paule_mandel(y: FloatArray, X: FloatArray, D: FloatArray) -> float:
    degrees: int = len(y) - X.shape[1]

    def excess(A: float) -> float:
        fit = weighted_fit(np.array([A]), y, X, D)
        return float(np.sum(fit.weights * fit.residuals**2)) - degrees

    if excess(0.0) <= 0:
        return 0.0
    return _root(excess, 0.0, _residual_ss(y, X) / degrees)


def _likelihood(
    y: FloatArray, X: FloatArray, D: FloatArray, method: VarianceMethod
) -> BetweenVariance:
    def score(A: FloatArray) -> FloatArray:
        fit = weighted_fit(A, y, X, D)
        penalty = fit.weights.sum(axis=1) if method == "ML" else _trace(fit, X)
        value = 0.5 * (np.sum((fit.weights * fit.residuals) ** 2, axis=1) - penalty)
        return np.asarray(value + 1 / A if method == "AMRL" else value)

    def log_likelihood(A: FloatArray) -> FloatArray:
        fit = weighted_fit(A, y, X, D)
        value = 0.5 * np.sum(np.log(fit.weights) - fit.weights * fit.residuals**2, axis=1)
        if method != "ML":
            value = value + 0.5 * np.linalg.slogdet(fit.beta_cov)[1]
        return np.asarray(value + np.log(A) if method == "AMRL" else value)

    lowest = 1 / float(np.sum(1 / D)) if method == "AMRL" else 0.0  # AMRL's score is > 0 there
    smallest = float(D.min())
    grid = np.geomspace(smallest + lowest, smallest + _bound(y, X, D, method), GRID) - smallest
    grid[0] = lowest  # exact, whatever the rounding of geomspace
    signs = score(grid) > 0
    maxima = [0.0] if method != "AMRL" and not signs[0] else []
    maxima += [
        _root(lambda A: float(score(np.array([A]))[0]), grid[j], grid[j + 1])
        for j in np.flatnonzero(signs[:-1] & ~signs[1:])
    ]
    values = log_likelihood(np.array(maxima))
    return BetweenVariance(maxima[int(np.argmax(values))], method, len(maxima))


def _bound(y: FloatArray, X: FloatArray, D: FloatArray, method: VarianceMethod) -> float:
    """Return a value of A beyond which the score is negative; the derivation is in the docs."""
    degrees = len(y) - (0 if method == "ML" else X.shape[1])
    rss, low, high = _residual_ss(y, X), float(D.min()), float(D.max())
    bound = (rss + np.sqrt(rss**2 + 4 * degrees * rss * (high - low))) / (2 * degrees) + high
    if method == "AMRL":
        if degrees < 3:
            raise InputError(
                f"AMRL needs at least 3 more areas than columns: got {len(y)} areas and "
                f"{X.shape[1]} columns. Drop covariates, or use REML without a fallback."
            )
        while degrees / (bound + high) <= 2 / bound + rss / (bound + low) ** 2:
            bound *= 2
    return float(bound)


def _residual_ss(y: FloatArray, X: FloatArray) -> float:
    beta = np.linalg.lstsq(X, y, rcond=None)[0]
    return float(np.sum((y - X @ beta) ** 2))


def _trace(fit: WeightedFit, X: FloatArray) -> FloatArray:
    """Return tr P for each value of A."""
    twice = np.einsum("gm,mp,mq->gpq", fit.weights**2, X, X)
    return np.asarray(fit.weights.sum(axis=1) - np.einsum("gpq,gqp->g", fit.beta_cov, twice))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=high * 1e-16, rtol=4e-15))
