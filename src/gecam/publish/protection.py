"""Cells that must not be found out: which others to hide with them, and the proof that it is enough.

A hidden cell can be computed from its totals if it stands alone in them. The cells that a reader
cannot tell apart are those x' >= 0 that agree with everything shown and with every relation between
cells; linear programming finds the narrowest interval that a reader can put around a hidden cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from gecam._typing import ArrayLike, BoolArray, FloatArray, IntArray
from gecam.errors import InputError

SLACK = 1e-6  # of the threshold: more than the solver's rounding
STEP = 0.1  # weight of a cell's size against the number of cells hidden


@dataclass(frozen=True, eq=False)
class Relations:
    """What everybody knows of the cells of a table, whatever their values.

    Parameters
    ----------
    sums
        Pairs of a total and its parts, as positions of cells: the parts add up to the total.
    at_most
        Pairs of a cell and others, as positions: the cell is at most their sum.
    n
        Number of cells.
    """

    sums: Sequence[tuple[int, Sequence[int]]]
    n: int
    at_most: Sequence[tuple[int, Sequence[int]]] = ()

    def matrices(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Return the matrices of ``sums @ x = 0`` and ``at_most @ x <= 0``."""
        return _matrix(self.sums, self.n), _matrix(self.at_most, self.n)


def recoverable(
    values: ArrayLike, hidden: ArrayLike, relations: Relations
) -> tuple[FloatArray, FloatArray]:
    """Return the narrowest interval that a reader can put around each cell.

    Parameters
    ----------
    values
        True values, >= 0. Shape ``(cell,)``.
    hidden
        Which cells are not shown. Shape ``(cell,)``.
    relations
        What the reader knows beside the shown cells.

    Returns
    -------
    lower, upper : FloatArray
        Shape ``(cell,)``; equal to the value where it is shown, infinite where nothing limits it.

    Examples
    --------
    >>> from gecam.publish import Relations, recoverable
    >>> total_of_three = Relations(sums=[(3, [0, 1, 2])], n=4)
    >>> lower, upper = recoverable([40, 60, 500, 600], [True, True, False, False], total_of_three)
    >>> lower[0], upper[0]
    (np.float64(0.0), np.float64(100.0))
    """
    values, hidden = np.asarray(values, dtype=np.float64), np.asarray(hidden, dtype=bool)
    lower, upper = values.copy(), values.copy()
    problem = _Problem(values, relations)
    for cell in np.flatnonzero(hidden):
        for sign, ends in ((1.0, lower), (-1.0, upper)):
            ends[cell] = problem.end(int(cell), sign, hidden)
    return lower, upper


def hide(
    values: ArrayLike,
    sensitive: ArrayLike,
    relations: Relations,
    *,
    threshold: float,
    fixed: ArrayLike = False,
) -> BoolArray:
    r"""Choose the cells to hide, so that no hidden cell can be found more narrowly than a threshold.

    Parameters
    ----------
    values
        True values, >= 0. Shape ``(cell,)``.
    sensitive
        Cells that must be hidden. Shape ``(cell,)``.
    relations
        Which cells add up to which.
    threshold
        Least width of the interval that a reader can put around a hidden cell, > 0.
    fixed
        Cells that everybody can know, such as a margin from public figures: they cannot be hidden.

    Returns
    -------
    BoolArray
        Cells to hide, those that are sensitive among them. Shape ``(cell,)``.

    Raises
    ------
    InputError
        If fixed cells give a sensitive one away whatever is hidden.

    Notes
    -----
    For one cell after the other, a linear programme raises it by the threshold at the least cost of
    changing shown cells, with all relations kept; the cells that move are hidden too (Kelly, Golden
    & Assad 1992 [1]_). Then all hidden cells, the added ones too, are audited with `recoverable`,
    and what is too narrow goes through it again.

    References
    ----------
    .. [1] Kelly, Golden & Assad (1992). Cell suppression: disclosure protection for sensitive tabular
       data. *Networks* 22: 397-417.

    Examples
    --------
    >>> from gecam.publish import Relations, hide
    >>> hide([40, 200, 500, 740], [True, False, False, False],
    ...      Relations(sums=[(3, [0, 1, 2])], n=4), threshold=100)
    array([ True,  True, False, False])
    """
    values = np.asarray(values, dtype=np.float64)
    hidden = np.asarray(sensitive, dtype=bool).copy()
    if not threshold > 0 or (values < 0).any() or not np.isfinite(values).all():
        raise InputError("hide needs finite values >= 0 and a threshold > 0")
    fixed = np.broadcast_to(np.asarray(fixed, dtype=bool), hidden.shape)
    if (hidden & fixed).any():
        raise InputError("a cell cannot be both sensitive and known to everybody")
    problem = _Problem(values, relations)
    pending = [int(cell) for cell in np.flatnonzero(hidden)]
    while pending:
        for cell in pending:
            hidden |= problem.moved(cell, threshold * (1 + SLACK), hidden, fixed)
        lower, upper = recoverable(values, hidden, relations)
        narrow = hidden & (upper - lower < threshold)
        pending = [int(cell) for cell in np.flatnonzero(narrow)]
    return hidden


class _Problem:
    """The linear programmes of one table."""

    def __init__(self, values: FloatArray, relations: Relations) -> None:
        self.values = values
        self.sums, self.at_most = relations.matrices()
        self.room = -(self.at_most @ values)

    def end(self, cell: int, sign: float, hidden: BoolArray) -> float:
        """Return the least (sign 1) or greatest (sign -1) value that a reader must allow for."""
        kept = np.flatnonzero(hidden)
        cost = np.where(kept == cell, sign, 0.0)
        bounds = np.column_stack([-self.values[kept], np.full(len(kept), np.inf)])
        found = linprog(cost, *self._constraints(kept), bounds=bounds)
        if found.status in {3, 4}:  # unbounded: no change at all is always feasible
            return -sign * np.inf
        if found.status != 0:
            raise InputError(f"the audit of cell {cell} found no answer: {found.message}")
        return float(self.values[cell] + sign * found.fun)

    def moved(self, cell: int, rise: float, hidden: BoolArray, fixed: BoolArray) -> BoolArray:
        """Return the cells that move when one rises, at the least cost of shown cells."""
        kept = np.flatnonzero(~fixed)
        weight = np.where(hidden, 0.0, 1 + STEP * np.log1p(self.values))[kept]
        is_cell = kept == cell
        down = np.where(is_cell, 0.0, self.values[kept])
        up = np.column_stack([np.where(is_cell, rise, 0.0), np.where(is_cell, rise, np.inf)])
        # A change is what a cell goes up less what it goes down: twice the columns, none negative.
        below, room, equal, zeros = self._constraints(kept)
        found = linprog(
            np.tile(weight, 2),
            None if below is None else sparse.hstack([below, -below]),
            room,
            None if equal is None else sparse.hstack([equal, -equal]),
            zeros,
            bounds=np.concatenate([up, np.column_stack([np.zeros(len(kept)), down])]),
        )
        if found.status != 0:
            raise InputError(
                f"cell {cell} cannot be protected: figures that everybody knows give it away. Leave "
                "the table out, or merge the cell with others."
            )
        change = found.x[: len(kept)] - found.x[len(kept) :]
        moved = np.zeros(len(self.values), dtype=bool)
        moved[kept] = np.abs(change) > SLACK * rise
        return moved

    def _constraints(self, kept: IntArray) -> tuple[Any, Any, Any, Any]:
        """Return A_ub, b_ub, A_eq, b_eq of changes of some cells, the others unchanged."""
        below, equal = self.at_most[:, kept], self.sums[:, kept]
        return (
            *((below, self.room) if below.shape[0] else (None, None)),
            *((equal, np.zeros(equal.shape[0])) if equal.shape[0] else (None, None)),
        )


def _matrix(relations: Sequence[tuple[int, Sequence[int]]], n: int) -> sparse.csr_array:
    matrix = sparse.lil_array((len(relations), n))
    for row, (total, parts) in enumerate(relations):
        for part in parts:
            matrix[row, part] -= 1.0
        matrix[row, total] += 1.0
    return matrix.tocsr()
