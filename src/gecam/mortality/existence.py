"""Existence of the maximum likelihood estimate of a log-linear model of sparse lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray
from gecam.mortality.capture_histories import CaptureHistories
from gecam.results import message

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Existence:
    """Whether a model has one finite maximum-likelihood estimate of the number unseen.

    Parameters
    ----------
    is_finite
        The maximum exists once interactions of lists without overlap are set to minus infinity.
    is_identifiable
        Only one set of coefficients reaches it.
    infinite_pairs
        Interactions in the model whose lists share no unit: estimated as minus infinity, and the
        cells that contain both lists leave the fit.
    """

    is_finite: bool
    is_identifiable: bool
    infinite_pairs: tuple[Pair, ...] = ()

    @property
    def exists(self) -> bool:
        """Whether the number of unseen units can be estimated."""
        return self.is_finite and self.is_identifiable

    @property
    def reason(self) -> str:
        """Why it cannot, or an empty text."""
        reasons = []
        if not self.is_finite:
            reasons.append(message("NOT_FINITE"))
        if not self.is_identifiable:
            reasons.append(message("NOT_UNIQUE"))
        return "; ".join(map(str, reasons))


@checked
def check_existence(histories: CaptureHistories, pairs: Sequence[Pair] = ()) -> Existence:
    r"""Check whether a log-linear model with these interactions can be fitted.

    Parameters
    ----------
    histories
        Units by combination of lists.
    pairs
        Interactions of two lists in the model, as pairs of names, beside the main effects; none by
        default.

    Returns
    -------
    Existence

    Raises
    ------
    InputError
        If a pair names an unknown list.

    Notes
    -----
    Sparse tables make likelihoods that have no finite maximum, and programs that report one all the
    same. Following [1]_ and [2]_: (1) where a pair in the model has no unit in common, its
    interaction is minus infinity and the cells with both lists are dropped; (2) with design matrix
    :math:`A` and counts :math:`y` on the remaining cells, the maximum exists if and only if some
    :math:`x > 0` has :math:`A^\top x = A^\top y`, which a linear programme decides (maximise the
    smallest :math:`x`); (3) it is unique if and only if :math:`A` has full column rank.

    References
    ----------
    .. [1] Fienberg, S. E. and Rinaldo, A. (2012). Maximum likelihood estimation in log-linear
       models. *Ann. Statist.* 40, 996-1023.
    .. [2] Chan, L., Silverman, B. W. and Vincent, K. (2021). Multiple systems estimation for sparse
       capture data. *J. Am. Stat. Assoc.* 116, 1297-1306.

    Examples
    --------
    >>> from gecam.mortality import CaptureHistories, check_existence
    >>> table = CaptureHistories.from_table(
    ...     [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], [27, 37, 19, 4])
    >>> check_existence(table, [("A", "B")]).reason
    'the estimate is not finite: observed margins lie on a boundary'
    >>> check_existence(table, [("A", "C"), ("B", "C")]).exists
    True
    """
    design, counts, infinite = model_cells(histories, pairs)
    rank = np.linalg.matrix_rank(design)
    return Existence(_maximum_exists(design, counts), bool(rank == design.shape[1]), infinite)


def model_cells(
    histories: CaptureHistories, pairs: Sequence[Pair]
) -> tuple[FloatArray, FloatArray, tuple[Pair, ...]]:
    """Return design matrix and counts of the cells of a model, and its infinite pairs.

    The columns are the intercept (the log of the number unseen), the lists, and the pairs with
    overlap, in the order given. Shapes ``(cell, coefficient)`` and ``(cell,)``.
    """
    on = histories.histories
    is_in_model: BoolArray = np.ones(len(on), dtype=bool)
    columns, infinite = [], []
    for pair in pairs:
        both = on[:, histories.index_of(pair[0])] & on[:, histories.index_of(pair[1])]
        if histories.counts[both].sum() == 0:
            infinite.append(pair)
            is_in_model &= ~both
        else:
            columns.append(both)
    design = np.column_stack([np.ones(len(on)), on, *columns]).astype(np.float64)
    return design[is_in_model], histories.counts[is_in_model].astype(np.float64), tuple(infinite)


def _maximum_exists(design: FloatArray, counts: FloatArray) -> bool:
    if (counts > 0).all():
        return True
    from scipy.optimize import linprog

    cells, _ = design.shape
    scale = max(float(counts.max()), 1.0)
    # Unknowns: x (one per cell) and s = min x. Maximise s subject to A'x = A'y, x >= s, s >= 0.
    answer = linprog(
        np.append(np.zeros(cells), -1.0),
        A_ub=np.column_stack([-np.eye(cells), np.ones(cells)]),
        b_ub=np.zeros(cells),
        A_eq=np.column_stack([design.T, np.zeros(design.shape[1])]),
        b_eq=design.T @ counts / scale,
        bounds=[(0, None)] * (cells + 1),
        method="highs",
    )
    return bool(answer.status == 0 and -answer.fun * scale > 1e-7)
