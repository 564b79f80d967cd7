"""Correlations: from one scale to another, and from wished to possible."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt
from gecam.errors import InputError, PrecisionWarning, caller_level

ROUNDING = 1e-12


def pearson_from_spearman(rho: ArrayLike) -> FloatArray:
    r"""Return the correlation of normal scores with a given rank correlation, 2 sin(pi rho / 6).

    Parameters
    ----------
    rho
        Spearman's rank correlation, in [-1, 1].

    Returns
    -------
    FloatArray
        Pearson correlation of the normal scores (the parameter of a Gaussian copula).

    Examples
    --------
    >>> from gecam.uncertainty import pearson_from_spearman
    >>> pearson_from_spearman([0, 0.5, 1]).round(4)
    array([0.    , 0.5176, 1.    ])
    """
    return np.asarray(2 * np.sin(np.pi / 6 * _checked_correlation("rho", rho)))


def pearson_from_kendall(tau: ArrayLike) -> FloatArray:
    r"""Return the correlation of normal scores with a given Kendall's tau, sin(pi tau / 2).

    Parameters
    ----------
    tau
        Kendall's rank correlation, in [-1, 1].

    Returns
    -------
    FloatArray
        Pearson correlation of the normal scores.

    Examples
    --------
    >>> from gecam.uncertainty import pearson_from_kendall
    >>> pearson_from_kendall([0, 1 / 3, 1]).round(4)
    array([0. , 0.5, 1. ])
    """
    return np.asarray(np.sin(np.pi / 2 * _checked_correlation("tau", tau)))


def lognormal_correlation(r: ArrayLike, log_sd: ArrayLike, other_log_sd: ArrayLike) -> FloatArray:
    r"""Return the correlation of two lognormal counts whose logarithms correlate by `r`.

    Parameters
    ----------
    r
        Correlation of the logarithms, in [-1, 1].
    log_sd, other_log_sd
        Standard deviations of the two logarithms, > 0.

    Returns
    -------
    FloatArray
        Correlation on the scale of people; nearer to 0 than `r`.

    Notes
    -----
    :math:`(e^{r s t} - 1) / \sqrt{(e^{s^2} - 1)(e^{t^2} - 1)}`.

    Examples
    --------
    With coefficients of variation of 0.3:

    >>> from gecam.uncertainty import lognormal_correlation
    >>> log_sd = np.sqrt(np.log1p(0.3**2))
    >>> lognormal_correlation(0.5, log_sd, log_sd).round(3)
    np.float64(0.489)
    """
    r = _checked_correlation("r", r)
    s, t = np.asarray(log_sd, dtype=np.float64), np.asarray(other_log_sd, dtype=np.float64)
    if not ((s > 0).all() and (t > 0).all()):
        raise InputError("log_sd must be > 0: a figure without error correlates with nothing.")
    return np.asarray(np.expm1(r * s * t) / np.sqrt(np.expm1(s * s) * np.expm1(t * t)))[()]


class NearestCorrelation(NamedTuple):
    """A correlation matrix, and how far it is from the one that was asked for.

    ``matrix`` has shape ``(k, k)``; ``change`` is the largest absolute change of an entry.
    """

    matrix: FloatArray
    change: float


@checked
def nearest_correlation(
    matrix: ArrayLike, *, max_rounds: PositiveInt = 10_000
) -> NearestCorrelation:
    """Return the correlation matrix nearest to a table of pairwise correlations.

    Correlations that were judged or measured pair by pair need not be possible together.

    Parameters
    ----------
    matrix
        Symmetric, entries in [-1, 1], ones on the diagonal; shape ``(k, k)``.
    max_rounds
        Limit of projections.

    Returns
    -------
    NearestCorrelation
        The nearest matrix in the Frobenius norm without a negative eigenvalue, and the change;
        the matrix itself and 0 where it has none.

    Raises
    ------
    InputError
        If the matrix is not square, symmetric, within [-1, 1], with ones on the diagonal.

    Warns
    -----
    PrecisionWarning
        If an entry changes by more than 0.001, or the projections do not settle.

    Notes
    -----
    Alternating projections with Dykstra's correction [1]_.

    References
    ----------
    .. [1] Higham, N. J. (2002). Computing the nearest correlation matrix, a problem from finance.
       *IMA Journal of Numerical Analysis* 22, 329-343.

    Examples
    --------
    >>> import warnings
    >>> from gecam.uncertainty import nearest_correlation
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     nearest_correlation([[1, 1, 0], [1, 1, 1], [0, 1, 1]]).matrix.round(4)
    array([[1.    , 0.7607, 0.1573],
           [0.7607, 1.    , 0.7607],
           [0.1573, 0.7607, 1.    ]])
    """
    asked = np.asarray(matrix, dtype=np.float64)
    is_square = asked.ndim == 2 and asked.shape[0] == asked.shape[1]
    if not (
        is_square and np.allclose(asked, asked.T, atol=ROUNDING) and (asked.diagonal() == 1).all()
    ):
        raise InputError(
            "a table of correlations must be square and symmetric with ones on the diagonal: "
            f"got shape {asked.shape}."
        )
    _checked_correlation("matrix", asked)
    if np.linalg.eigvalsh(asked).min() >= -ROUNDING:
        return NearestCorrelation(asked.copy(), 0.0)

    nearest, correction = asked.copy(), np.zeros_like(asked)
    for _ in range(max_rounds):
        before = nearest
        shifted = nearest - correction
        values, vectors = np.linalg.eigh(shifted)
        semidefinite = (vectors * np.maximum(values, 0)) @ vectors.T
        correction = semidefinite - shifted
        nearest = (semidefinite + semidefinite.T) / 2
        np.fill_diagonal(nearest, 1.0)
        step = float(np.abs(nearest - before).max())
        if step < ROUNDING:
            break
    change = float(np.abs(nearest - asked).max())
    if change > 1e-3 or step >= ROUNDING:
        warnings.warn(
            f"These correlations are not possible together; the nearest that are differ by up to "
            f"{change:.3g} (last step {step:.1g}).",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
    return NearestCorrelation(nearest, change)


def _checked_correlation(name: str, value: ArrayLike) -> FloatArray:
    array = np.asarray(value, dtype=np.float64)
    if not (np.abs(array) <= 1).all():
        raise InputError(
            f"{name} must lie in [-1, 1]: got {array[~(np.abs(array) <= 1)].flat[0]:g}."
        )
    return array
