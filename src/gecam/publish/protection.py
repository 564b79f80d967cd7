"""Secondary (complementary) suppression: cells to hide besides small ones, and the audit of it.

A hidden cell can be computed from its totals if it stands alone in them. The cells that a reader
cannot tell apart are those x' >= 0 that agree with everything shown and with every relation between
cells; linear programming finds the narrowest interval that a reader can put around a hidden cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from gecam._signature import checked
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
    weighted
        Pairs of a cell and what it is a sum of, with weights by position: an origin is the sum over
        places of its share times the people there.
    """

    sums: Sequence[tuple[int, Sequence[int]]]
    n: int
    at_most: Sequence[tuple[int, Sequence[int]]] = ()
    weighted: Sequence[tuple[int, Mapping[int, float]]] = ()

    def matrices(self) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Return the matrices of what is 0 (sums), and of what is at most 0."""
        sums = [(total, dict.fromkeys(parts, 1.0)) for total, parts in self.sums]
        bounds = [(cell, dict.fromkeys(others, 1.0)) for cell, others in self.at_most]
        return _matrix([*sums, *self.weighted], self.n), _matrix(bounds, self.n)


class UnprotectedError(InputError):
    """A cell that figures which cannot be hidden give away, by its position."""

    def __init__(self, cell: int) -> None:
        super().__init__(
            f"cell {cell} cannot be protected: figures that everybody knows give it away. Leave "
            "the table out, or merge the cell with others."
        )
        self.cell = cell


@checked
def recoverable(
    values: ArrayLike, hidden: ArrayLike, relations: Relations, *, within: ArrayLike = 0.0
) -> tuple[FloatArray, FloatArray]:
    """Return the narrowest interval that a reader can put around each cell.

    Parameters
    ----------
    values
        True values, >= 0. Shape ``(cell,)``.
    hidden
        Which cells are not shown. Shape ``(cell,)``.
    relations
        Which cells add up to which, by position from 0: what the reader knows beside shown cells.
    within
        How far from its true value a reader must allow a shown cell to be, >= 0: rounded figures
        are not known exactly. One number, one per cell, or of shape ``(2, cell)``: how far below, and
        how far above.

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
    problem = _Problem(values, relations, within)
    for cell in np.flatnonzero(hidden):
        for sign, ends in ((1.0, lower), (-1.0, upper)):
            ends[cell] = problem.end(int(cell), sign, hidden)
    return lower, upper


@checked
def hide(
    values: ArrayLike,
    sensitive: ArrayLike,
    relations: Relations,
    *,
    threshold: ArrayLike,
    fixed: ArrayLike = False,
    within: ArrayLike = 0.0,
) -> BoolArray:
    r"""Choose the cells to hide, so that no hidden cell can be found more narrowly than a threshold.

    Parameters
    ----------
    values
        True values, >= 0. Shape ``(cell,)``.
    sensitive
        Cells that must be hidden. Shape ``(cell,)``.
    relations
        Which cells add up to which, by position from 0.
    threshold
        Least width of the interval that a reader can put around a hidden cell, > 0; one number, or
        one per cell, where 0 means that the cell is not shown, and that is all.
    fixed
        True for cells that everybody can know, such as a margin from public figures, or a figure that
        was published before: they cannot be hidden.
    within
        As in `recoverable`.

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
    Hidden cells are audited with `recoverable`. For each that is too narrow, a linear programme
    raises it by the threshold (or lowers it, where it cannot rise) at the least cost of changing
    shown cells, with all relations kept; the cells that move further than `within` are hidden too
    (Kelly, Golden & Assad 1992 [1]_). This is repeated until all hidden cells, the added ones too,
    are wide enough.

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
    threshold = np.broadcast_to(np.asarray(threshold, dtype=np.float64), hidden.shape)
    is_right = (threshold >= 0).all() and threshold.max(initial=0) > 0
    if not is_right or (values < 0).any() or not np.isfinite(values).all():
        raise InputError("hide needs finite values >= 0 and a threshold > 0")
    fixed = np.broadcast_to(np.asarray(fixed, dtype=bool), hidden.shape)
    if (hidden & fixed).any():
        raise InputError("a cell cannot be both sensitive and known to everybody")
    problem = _Problem(values, relations, within)
    while True:
        lower, upper = recoverable(values, hidden, relations, within=within)
        narrow = np.flatnonzero(hidden & (upper - lower < threshold))
        if not narrow.size:
            return hidden
        before = hidden.copy()
        for cell in narrow.tolist():
            hidden |= problem.moved(cell, threshold[cell] * (1 + SLACK), hidden, fixed)
        if (hidden == before).all():
            raise UnprotectedError(int(narrow[0]))  # by less than the solver tells from nothing


class _Problem:
    """The linear programmes of one table."""

    def __init__(self, values: FloatArray, relations: Relations, within: ArrayLike) -> None:
        self.values = values
        both = np.broadcast_to(np.asarray(within, dtype=np.float64), (2, len(values)))
        if not (both >= 0).all():
            raise InputError("within must be >= 0: how far a shown cell may be from its true value")
        self.under, self.over = np.minimum(both[0], values), both[1]
        self.is_rounded = both.any(axis=0)
        self.sums, self.at_most = relations.matrices()
        self.room = -(self.at_most @ values)

    def end(self, cell: int, sign: float, hidden: BoolArray) -> float:
        """Return the least (sign 1) or greatest (sign -1) value that a reader must allow for."""
        movable = np.flatnonzero(hidden | self.is_rounded)
        cost = np.where(movable == cell, sign, 0.0)
        under = np.where(hidden, self.values, self.under)
        bounds = np.column_stack([-under, np.where(hidden, np.inf, self.over)])[movable]
        solution = linprog(cost, *self._constraints(movable), bounds=bounds)
        if solution.status in {3, 4}:  # unbounded: no change at all is always feasible
            return -sign * np.inf
        if solution.status != 0:
            raise InputError(f"the audit of cell {cell} found no answer: {solution.message}")
        return float(self.values[cell] + sign * solution.fun)

    def moved(self, cell: int, by: float, hidden: BoolArray, fixed: BoolArray) -> BoolArray:
        """Return the cells that move when one rises or falls, at the least cost of shown cells."""
        change = self._cheapest_change(cell, by, hidden, fixed)
        if change is None and self.values[cell] >= by:
            change = self._cheapest_change(cell, -by, hidden, fixed)
        if change is None:
            raise UnprotectedError(cell)
        return np.asarray(np.abs(change) > SLACK * by)

    def _cheapest_change(
        self, cell: int, by: float, hidden: BoolArray, fixed: BoolArray
    ) -> FloatArray | None:
        """Return the change of each cell beyond what its rounding allows; None if there is none."""
        movable = np.flatnonzero(~fixed | self.is_rounded)
        n, is_fixed, values = len(movable), fixed[movable], self.values[movable]
        under, over = np.where(hidden, 0.0, (self.under, self.over))[:, movable]
        weight = np.where(hidden, 0.0, 1 + STEP * np.log1p(self.values))[movable]
        # A change is what a cell goes up less what it goes down, each as far as its rounding allows
        # without a cost, and further at a cost: four columns per cell, none negative.
        zero = np.zeros(n)
        up = np.where(is_fixed, 0.0, np.inf)
        down = np.where(is_fixed, 0.0, values - under)
        least = np.concatenate([zero, zero, zero, zero])
        most = np.concatenate([up, down, over, under])
        at = int(np.searchsorted(movable, cell))
        least[at], most[at] = max(by, 0.0), max(by, 0.0)
        least[n + at], most[n + at] = max(-by, 0.0), max(-by, 0.0)
        below, room, equal, zeros = self._constraints(movable)
        solution = linprog(
            np.concatenate([weight, weight, zero, zero]),
            None if below is None else sparse.hstack([below, -below, below, -below]),
            room,
            None if equal is None else sparse.hstack([equal, -equal, equal, -equal]),
            zeros,
            bounds=np.column_stack([least, most]),
        )
        if solution.status != 0:
            return None
        change = np.zeros(len(self.values))
        change[movable] = solution.x[:n] - solution.x[n : 2 * n]
        return change

    def _constraints(self, movable: IntArray) -> tuple[Any, Any, Any, Any]:
        """Return A_ub, b_ub, A_eq, b_eq of changes of some cells, the others unchanged."""
        below, equal = self.at_most[:, movable], self.sums[:, movable]
        return (
            *((below, self.room) if below.shape[0] else (None, None)),
            *((equal, np.zeros(equal.shape[0])) if equal.shape[0] else (None, None)),
        )


def _matrix(relations: Sequence[tuple[int, Mapping[int, float]]], n: int) -> sparse.csr_array:
    """Return one row per relation: a cell less the weighted sum of others."""
    matrix = sparse.lil_array((len(relations), n))
    for row, (total, parts) in enumerate(relations):
        for part, weight in parts.items():
            matrix[row, part] -= weight
        matrix[row, total] += 1.0
    return matrix.tocsr()
