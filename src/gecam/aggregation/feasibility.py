"""Which cells of a table can be positive when its margins are given (linear programming)."""

from __future__ import annotations

from typing import Any

import numpy as np

from gecam._typing import BoolArray, FloatArray
from gecam.aggregation.margin_table import MarginTable
from gecam.errors import InputError

SMALLEST = 1e-6  # solver's feasibility tolerance with a margin, cells being of order 1
LARGEST_SCALE = 1e6


def incidence(table: MarginTable, support: BoolArray) -> Any:
    """Return the sparse matrix that sums the cells of `support` into all cells of all margins."""
    from scipy.sparse import csr_array

    shape = support.shape
    index = np.stack(np.unravel_index(np.flatnonzero(support), shape), axis=1)
    rows, offset = [], 0
    for axes, values in table.margins:
        sizes = values.shape[:-1]
        rows.append(
            offset + np.ravel_multi_index(tuple(index[:, list(axes)].T), sizes)
            if axes
            else np.full(len(index), offset)
        )
        offset += int(np.prod(sizes))
    columns = np.tile(np.arange(len(index)), len(rows))
    return csr_array(
        (np.ones(columns.size), (np.concatenate(rows), columns)), shape=(offset, len(index))
    )


def margin_vector(table: MarginTable, draw: int) -> FloatArray:
    """Return all cells of all margins of one draw, in the order of `incidence`."""
    return np.concatenate([values[..., draw].ravel() for _, values in table.margins])


def reachable_cells(table: MarginTable, support: BoolArray, draw: int) -> BoolArray:
    r"""Return the cells of `support` that are positive in some table with the margins.

    Raises
    ------
    InputError
        If no table that is positive in `support` only has the margins; the message names the cell
        of a margin that is farthest off in the closest table.

    Notes
    -----
    Impossible or not: minimise :math:`\sum(s^+ + s^-)` over :math:`Ax + s^+ - s^- = b`, all >= 0.
    Reachable cells: the average of tables that reach one cell each reaches all of them, so that
    :math:`\max \sum t` over :math:`Ax = \lambda b`, :math:`0 \le t \le \min(x, 1)`,
    :math:`\lambda \ge 1` has t = 1 in exactly the reachable cells.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, eye_array, hstack, vstack

    A, b = incidence(table, support), margin_vector(table, draw)
    rows, n = A.shape
    b = b * (n / max(float(table.margins[0][1][..., draw].sum()), 1e-300))  # cells of order 1
    slack = eye_array(rows)
    closest = linprog(
        np.r_[np.zeros(n), np.ones(2 * rows)], A_eq=hstack([A, slack, -slack]), b_eq=b
    )
    if closest.fun > SMALLEST * n:
        off = A @ closest.x[:n] - b
        raise InputError(_message(table, off, draw))
    reach = linprog(
        np.r_[np.zeros(n), -np.ones(n), 0.0],
        A_eq=hstack([A, csr_array((rows, n)), csr_array(-b[:, None])]),
        b_eq=np.zeros(rows),
        A_ub=vstack([hstack([-eye_array(n), eye_array(n), csr_array((n, 1))])]),
        b_ub=np.zeros(n),
        bounds=[(0, None)] * n + [(0, 1)] * n + [(1, LARGEST_SCALE)],
    )
    result = np.zeros_like(support)
    result.ravel()[np.flatnonzero(support)] = reach.x[n : 2 * n] > SMALLEST
    return result


def _message(table: MarginTable, off: FloatArray, draw: int) -> str:
    position, worst = int(np.argmax(np.abs(off))), 0
    for axes, values in table.margins:
        size = values[..., draw].size
        if position < worst + size:
            cell = tuple(map(int, np.unravel_index(position - worst, values.shape[:-1])))
            label, wanted = table.label(axes, cell), values[(*cell, draw)]
            break
        worst += size
    return (
        f"zeros of the seed make the margins impossible: {label} asks for {wanted:,.15g}, which "
        "cells that may be positive cannot give together with the other margins. Use fill_zeros "
        "if these zeros are only not observed, correct the margin, or use on_infeasible='lsq'."
    )
