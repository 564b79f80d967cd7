"""Dependence: shared factors behind normal scores, and conversions between correlations."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError, PrecisionWarning
from gecam.uncertainty.streams import Streams

FACTOR = "factor"  # component name of the streams of shared factors
OWN = "own"  # component name of what is a quantity's alone
ROUNDING = 1e-12


def factor_normals(
    streams: Streams,
    factors: Mapping[str, float],
    own_id: str,
    start: int,
    stop: int,
    *,
    own: str = OWN,
) -> FloatArray:
    r"""Draw a standard normal score that shares part of its variance with others.

    Parameters
    ----------
    streams
        The keyed streams of the run.
    factors
        Name of each shared factor and the part of the variance that it explains, in [0, 1];
        together at most 1. The rest is the quantity's own.
    own_id
        Name of the quantity: ``"stock:SDN"``.
    start, stop
        Draw numbers, ``0 <= start <= stop``.
    own
        Component of the stream of the quantity's own part.

    Returns
    -------
    FloatArray
        Standard normal; shape ``(stop - start,)``.

    Raises
    ------
    InputError
        If a part is negative or missing, or the parts add to more than 1.

    Notes
    -----
    :math:`z = \sum_k \sqrt{w_k}\, f_k + \sqrt{1 - \sum_k w_k}\; o`. Two quantities correlate by
    :math:`\sum_k \sqrt{w_k w'_k}` over the factors that both name (`factor_correlation`). As a
    factor is drawn by its name, a quantity that is added or left out changes no other.

    Examples
    --------
    Log odds ratios of three countries, two of one type: a quarter of the variance is shared by all,
    a quarter by type, half is the country's own.

    >>> from gecam.uncertainty import Streams, factor_normals
    >>> near = {"theta:shared": 0.25, "theta:type:settled": 0.25}
    >>> far = {"theta:shared": 0.25, "theta:type:transit": 0.25}
    >>> z = [
    ...     factor_normals(Streams(1), factors, f"theta:{iso3}", 0, 100_000)
    ...     for iso3, factors in (("SDN", near), ("TCD", near), ("LBY", far))
    ... ]
    >>> np.corrcoef(z).round(2)
    array([[1.  , 0.5 , 0.25],
           [0.5 , 1.  , 0.25],
           [0.25, 0.25, 1.  ]])
    """
    scores = factor_normals_of(streams, [factors], [own_id], start, stop, own=own)
    return scores.reshape(-1)


def factor_normals_of(
    streams: Streams,
    factors: Sequence[Mapping[str, float]],
    own_ids: Sequence[str],
    start: int,
    stop: int,
    *,
    own: str = OWN,
) -> FloatArray:
    """Draw the scores of many quantities, each shared factor once.

    Parameters
    ----------
    streams, start, stop, own
        As in `factor_normals`.
    factors
        The shared factors of each quantity; shape ``(quantity,)``.
    own_ids
        The name of each quantity; shape ``(quantity,)``.

    Returns
    -------
    FloatArray
        Shape ``(quantity, stop - start)``; each row has the bits that `factor_normals` gives alone.

    Raises
    ------
    InputError
        As `factor_normals`.
    """
    drawn: dict[str, FloatArray] = {}
    scores = np.empty((len(own_ids), stop - start))
    for row, (shares, own_id) in enumerate(zip(factors, own_ids, strict=True)):
        rest = max(0.0, 1 - _checked_total(shares, own_id))
        scores[row] = np.sqrt(rest) * streams.normal(own_id, own, start, stop)
        for name in sorted(shares):
            if name not in drawn:
                drawn[name] = streams.normal(name, FACTOR, start, stop)
            scores[row] += np.sqrt(shares[name]) * drawn[name]
    return scores


def factor_correlation(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Return the correlation of the scores of two quantities with these shared factors.

    Examples
    --------
    >>> from gecam.uncertainty import factor_correlation
    >>> factor_correlation({"revision:2020": 0.15}, {"revision:2020": 0.15})
    0.15
    """
    _checked_total(first, "first")
    _checked_total(second, "second")
    return float(sum(np.sqrt(first[name] * second[name]) for name in first.keys() & second.keys()))


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


def nearest_correlation(matrix: ArrayLike, *, max_rounds: int = 10_000) -> NearestCorrelation:
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
            stacklevel=2,
        )
    return NearestCorrelation(nearest, change)


def _checked_total(shares: Mapping[str, float], name: str) -> float:
    """Return the part of the variance that is shared, after checking it."""
    total = float(sum(shares[factor] for factor in sorted(shares)))
    if not (all(share >= 0 for share in shares.values()) and total <= 1 + ROUNDING):
        raise InputError(
            f"shared parts of the variance must be >= 0 and add to at most 1: got {dict(shares)} "
            f"for {name!r}."
        )
    return total


def _checked_correlation(name: str, value: ArrayLike) -> FloatArray:
    array = np.asarray(value, dtype=np.float64)
    if not (np.abs(array) <= 1).all():
        raise InputError(
            f"{name} must lie in [-1, 1]: got {array[~(np.abs(array) <= 1)].flat[0]:g}."
        )
    return array
