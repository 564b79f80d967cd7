"""The correlation matrix nearest to a table of pairwise correlations."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt
from gecam.errors import InputError, PrecisionWarning, caller_level

ROUNDING = 1e-12


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
        Most rounds of projections, at least 1.

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
