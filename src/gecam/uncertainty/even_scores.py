"""Normal scores that go evenly with the order of draws: points of a scrambled Sobol' sequence."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import ndtri

from gecam._typing import FloatArray
from gecam.uncertainty.streams import Streams

BITS = 32
# Degree, coefficients and first direction numbers of dimensions 2 and 3: Joe & Kuo (2008),
# new-joe-kuo-6; dimension 1 is the van der Corput sequence.
DIRECTIONS = ((1, 0, (1,)), (2, 1, (1, 3)))


@lru_cache(maxsize=4)
def even_scores(seed: int, name: str, n: int, dimensions: int) -> FloatArray:
    """Return normal scores that are evenly spread together with their position.

    Where draws are put in some order, these scores go evenly with it: a sum of both has a smaller
    error than with random scores.

    Parameters
    ----------
    seed
        Whole number >= 0.
    name
        What the scores are for: other names have independent scores.
    n, dimensions
        Number of scores, >= 1, and of dimensions, at most 3.

    Returns
    -------
    FloatArray
        Shape ``(dimension, n)``: the first `n` points of a scrambled Sobol' sequence, in its order.

    References
    ----------
    .. [1] Joe & Kuo (2008). Constructing Sobol sequences with better two-dimensional projections.
       *SIAM J. Sci. Comput.* 30, 2635-2654.
    .. [2] Matoušek (1998). On the L2-discrepancy for anchored boxes. *J. Complexity* 14, 527-556.

    Examples
    --------
    >>> from gecam.uncertainty import even_scores
    >>> z = even_scores(1, "rows", 1000, 2)
    >>> bool(abs(z[:, :500].mean(axis=1)).max() < 0.01)
    True
    """
    size = 1 << (n - 1).bit_length()
    streams, of = Streams(seed), f"{name}/0"
    points = [
        _scrambled(streams, of, f"dimension {d}", _directions(d), size)[:n]
        for d in range(dimensions)
    ]
    scores = ndtri(np.stack(points))
    scores.flags.writeable = False
    return np.asarray(scores)


def _directions(dimension: int) -> list[int]:
    """Return the direction numbers of a dimension as integers of `BITS` bits."""
    if dimension == 0:
        return [1 << (BITS - 1 - k) for k in range(BITS)]
    degree, coefficients, first = DIRECTIONS[dimension - 1]
    m = list(first)
    for k in range(degree, BITS):
        new = m[k - degree] ^ (m[k - degree] << degree)
        for i in range(1, degree):
            if coefficients >> (degree - 1 - i) & 1:
                new ^= m[k - i] << i
        m.append(new)
    return [m[k] << (BITS - 1 - k) for k in range(BITS)]


def _scrambled(
    streams: Streams, input_id: str, component: str, directions: list[int], size: int
) -> FloatArray:
    """Return `size` points of one dimension under a random matrix scramble and digital shift."""
    words = (streams.uniform(input_id, component, 0, BITS + 1) * 2.0**BITS).astype(np.uint64)
    # row i of the matrix keeps the bits above its own: lower triangular with a unit diagonal
    own = np.uint64(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint64)
    rows = (words[:BITS] | own) & ~(own - np.uint64(1))
    used = np.array(directions[: size.bit_length() - 1], dtype=np.uint64)
    odd = np.bitwise_count(rows[:, None] & used) & np.uint8(1)
    mixed = (odd * own[:, None]).sum(axis=0, dtype=np.uint64)
    points = words[BITS:]
    for direction in mixed:
        points = np.concatenate([points, points ^ direction])
    return np.asarray((points.astype(np.float64) + 0.5) * 2.0**-BITS)
