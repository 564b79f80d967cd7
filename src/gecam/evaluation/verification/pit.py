"""Probability integral transforms of what came true under its forecast distribution."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, WholeNumber
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.uncertainty import Streams


@checked
def pit_from_draws(
    observed: ArrayLike, draws: ArrayLike, *, seed: WholeNumber, cases: Sequence[str] | None = None
) -> FloatArray:
    r"""Return the probability integral transform under forecasts held as draws.

    Parameters
    ----------
    observed
        What came true. Shape ``(case,)``.
    draws
        Draws of the forecasts, counts or continuous. Shape ``(draw, case)``.
    seed
        Seed of the randomisation, which depends on the case's name (or position) alone.
    cases
        Names of the cases, shape ``(case,)``; by default their positions.

    Returns
    -------
    ndarray
        Values in (0, 1), exactly uniform if the truth is one more draw. Shape ``(case,)``.

    Raises
    ------
    InputError
        If a value is not finite or shapes differ.

    Notes
    -----
    With b draws below the truth and e equal to it, :math:`u = (b + v(e+1))/(n+1)`, v uniform: the
    rank of the truth among n + 1 exchangeable values, ties and the gap of the rank broken at
    random [1]_.

    References
    ----------
    .. [1] Czado, Gneiting & Held (2009). Predictive model assessment for count data. *Biometrics*
       65: 1254-1261.

    Examples
    --------
    >>> from gecam.evaluation import pit_from_draws
    >>> u = pit_from_draws([2.5], [[1.0], [2.0], [3.0]], seed=1)
    >>> bool(0.5 < u[0] < 0.75)
    True
    """
    y, x = finite(observed, "observed"), finite(draws, "draws")
    if y.ndim != 1 or x.shape[1:] != y.shape:
        raise InputError(f"draws must have shape (draw, case): got {x.shape} for {y.shape} cases")
    below, equal = np.sum(x < y, axis=0), np.sum(x == y, axis=0)
    rank = below + _uniforms(y.size, seed, cases) * (equal + 1)
    return np.asarray(rank / (x.shape[0] + 1))


def _uniforms(n: int, seed: int, cases: Sequence[str] | None) -> FloatArray:
    streams = Streams(seed)
    if cases is None:
        return streams.uniform("pit", "position", 0, n)
    if len(cases) != n or len(set(cases)) != n:
        raise InputError(f"cases must be {n} different names: got {len(cases)}")
    return np.array([streams.uniform(f"pit:{case}", "case", 0, 1)[0] for case in cases])
