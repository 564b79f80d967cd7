"""Direction numbers of Sobol' sequences, from which their points are made."""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np

from gecam._signature import checked
from gecam._typing import Array, PositiveInt
from gecam.errors import InputError

BITS = 32
SOBOL_DIMENSIONS = 600  # of the table, of 21,201 that were published


@checked
def sobol_directions(dimensions: PositiveInt) -> Array:
    """Return the direction numbers of the first dimensions.

    Parameters
    ----------
    dimensions
        Number of dimensions, from 1 to 600.

    Returns
    -------
    ndarray
        What each bit of a point's number, the lowest first, adds to the point, in units of 2^-32; shape
        ``(dimension, 32)``.

    Raises
    ------
    InputError
        If the table has fewer dimensions.

    References
    ----------
    .. [1] Joe & Kuo (2008). Constructing Sobol sequences with better two-dimensional projections.
       *SIAM J. Sci. Comput.* 30, 2635-2654; the table is new-joe-kuo-6.

    Examples
    --------
    >>> from gecam.uncertainty import sobol_directions
    >>> sobol_directions(2)[1, :4] / 2**32
    array([0.5   , 0.75  , 0.625 , 0.9375])
    """
    if dimensions > SOBOL_DIMENSIONS:
        raise InputError(f"dimensions must be at most {SOBOL_DIMENSIONS}: got {dimensions}")
    return _directions()[:dimensions]


@cache
def _directions() -> Array:
    """Return the direction numbers of all dimensions; the first is the van der Corput sequence."""
    table = (resources.files("gecam.uncertainty") / "sobol_directions.csv").read_text("utf-8")
    rows = (line.split(",") for line in table.splitlines()[1:])
    numbers = [[1] * BITS]
    numbers += [_continued([*map(int, first.split())], int(bits)) for _, _, bits, first in rows]
    return np.array(numbers, dtype=np.uint64) << np.arange(BITS - 1, -1, -1, dtype=np.uint64)


def _continued(first: list[int], coefficients: int) -> list[int]:
    """Return `BITS` numbers from the first ones, by the coefficients of a primitive polynomial."""
    degree, m = len(first), list(first)
    used = [i for i in range(1, degree) if coefficients >> (degree - 1 - i) & 1]
    for k in range(degree, BITS):
        new = m[k - degree] ^ (m[k - degree] << degree)
        for i in used:
            new ^= m[k - i] << i
        m.append(new)
    return m
