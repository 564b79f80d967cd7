"""Newton's method for raking, where scaling to one margin after the other converges slowly."""

from __future__ import annotations

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation.feasibility import incidence, margin_vector
from gecam.aggregation.margin_table import MarginTable

MOST_MARGINS = 3000  # cells of margins; beyond it the dense Newton step costs more than it saves
LARGEST_STEP = 5.0  # of the logarithm of a cell, in one step
STEPS = 200


def newton_raked(table: MarginTable, cells: FloatArray, limits: FloatArray) -> FloatArray:
    r"""Return cells closer to their margins, with the same odds ratios.

    Parameters
    ----------
    table, cells
        The problem, and cells of the form seed times factors. Shape ``(*dims, draw)``.
    limits
        Error at which a draw is finished. Shape ``(draw,)``.

    Notes
    -----
    Raked cells are :math:`x_c e^{(A'\lambda)_c}` with :math:`\lambda` the minimum of the convex
    function :math:`\sum_c x_c e^{(A'\lambda)_c} - b'\lambda`, whose gradient is the error of the
    margins and whose Hessian is :math:`A\,\mathrm{diag}(x)\,A'`. It is singular, as margins share
    their totals: the shortest step is taken, halved until the function falls. A seed far from its
    margins (an odds ratio of 1e8) takes a dozen steps, or some 100,000 rounds of scaling.
    """
    result = cells.copy()
    if sum(values[..., 0].size for _, values in table.margins) > MOST_MARGINS:
        return result
    for draw in np.flatnonzero(table.errors(cells) > limits):
        support = cells[..., draw] > 0
        if support.any():
            A, b = incidence(table, support), margin_vector(table, int(draw))
            used = A @ np.ones(A.shape[1]) > 0
            result[support, draw] = _solved(
                A.toarray()[used], b[used], result[support, draw], float(limits[draw])
            )
    return result


def _solved(A: FloatArray, b: FloatArray, x: FloatArray, limit: float) -> FloatArray:
    for _ in range(STEPS):
        sums = A @ x
        gap = b - sums
        if np.abs(gap).max() <= limit:
            break
        scale = 1 / np.sqrt(sums)
        hessian = (A * x) @ A.T * scale * scale[:, None]
        step = scale * np.linalg.lstsq(hessian, scale * gap, rcond=None)[0]
        change = A.T @ step
        size = min(1.0, LARGEST_STEP / max(float(np.abs(change).max()), 1e-300))
        promised = float(gap @ step)  # slope of the function along the step, > 0
        while size > 1e-12 and (
            float(x @ np.expm1(size * change)) - size * float(b @ step) > -1e-4 * size * promised
        ):
            size /= 2
        x = x * np.exp(size * change)
    return x
