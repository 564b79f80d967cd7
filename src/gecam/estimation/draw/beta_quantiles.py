"""Quantiles of beta distributions, fast for many draws: a table with exact derivatives at its nodes."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, betaln, ndtr, ndtri

from gecam._typing import FloatArray

PER_SCORE = 32  # nodes of the table for one unit of the normal score
REACH = 8.5  # no uniform draw of 52 bits lies farther out
FEWEST = 200  # draws for which the table pays
SMALLEST = 0.3  # shape; below, log odds bend too much between nodes


def beta_quantiles(a: float, b: float, u: FloatArray) -> FloatArray:
    r"""Return the quantiles of a beta distribution; equal to `scipy.special.betaincinv` to 1e-12.

    Parameters
    ----------
    a, b
        Shape parameters, > 0.
    u
        Probabilities, in (0, 1), shape ``(draw,)``.

    Notes
    -----
    The log odds :math:`y` of the quantile are smooth in the normal score :math:`z` of the
    probability, far out too. Between nodes :math:`1/32` apart they are interpolated by the
    polynomial of degree five that has value and first two derivatives at both ends: with the
    density :math:`q = x^a (1-x)^b / B(a, b)` of y, :math:`y' = \varphi(z)/q` and :math:`y'' = -y'(z
    + (a - (a+b)x)\,y')`. Each draw's value depends on that draw alone.

    Examples
    --------
    >>> u = np.linspace(0.001, 0.999, 1000)
    >>> bool(np.allclose(beta_quantiles(8.0, 2.0, u), betaincinv(8.0, 2.0, u), rtol=1e-12, atol=0))
    True
    """
    return beta_at_scores(a, b, ndtri(u))


def beta_at_scores(a: float, b: float, z: FloatArray) -> FloatArray:
    """Return `beta_quantiles` at the normal probabilities of scores, shape ``(draw,)``."""
    is_smooth = z.size >= FEWEST and min(a, b) >= SMALLEST
    table = _table(float(a), float(b)) if is_smooth else None
    if table is None:
        return np.asarray(betaincinv(a, b, ndtr(z)))
    t = z + REACH
    t *= PER_SCORE
    np.clip(t, 0.0, 2 * REACH * PER_SCORE - 1e-9, out=t)
    cell = t.astype(np.int64)
    t -= cell
    rows = table.take(cell, axis=1)
    odds = rows[5]
    for row in rows[4::-1]:
        odds *= t
        odds += row
    np.negative(odds, out=odds)
    np.exp(odds, out=odds)
    odds += 1.0
    return np.asarray(np.reciprocal(odds, out=odds))


@lru_cache(maxsize=128)
def _table(a: float, b: float) -> FloatArray | None:
    """Return the coefficients of each cell, lowest power first; None where log odds overflow."""
    z = np.arange(-REACH * PER_SCORE, REACH * PER_SCORE + 1) / PER_SCORE
    tail = ndtr(-np.abs(z))
    small = np.where(z < 0, betaincinv(a, b, tail), betaincinv(b, a, tail))
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        near, far = np.log(small), np.log1p(-small)
        log_x, log_rest = np.where(z < 0, near, far), np.where(z < 0, far, near)
        log_density = a * log_x + b * log_rest - betaln(a, b)
        step = np.exp(-(z**2) / 2 - np.log(2 * np.pi) / 2 - log_density)
        bend = -step * (z + (a - (a + b) * np.exp(log_x)) * step)
    value, first, second = log_x - log_rest, step / PER_SCORE, bend / PER_SCORE**2 / 2
    if not np.isfinite([value, first, second]).all():
        return None
    # powers three to five follow from what must hold at the other end of the cell
    c0, c1, c2 = value[:-1], first[:-1], second[:-1]
    rest = value[1:] - c0 - c1 - c2
    slope = first[1:] - c1 - 2 * c2
    curve = second[1:] - c2
    return np.stack([
        c0, c1, c2,
        10 * rest - 4 * slope + curve, -15 * rest + 7 * slope - 2 * curve, 6 * rest - 3 * slope + curve,
    ])  # fmt: skip
