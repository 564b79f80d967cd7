"""The non-negative table closest to margins that no table of a seed's zeros has."""

from __future__ import annotations

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation.feasibility import incidence, margin_vector
from gecam.aggregation.margin_table import MarginTable, RakeResult, keeps_odds_ratios


def nonnegative_least_squares(
    table: MarginTable, start: FloatArray, notes: list[str]
) -> RakeResult:
    r"""Return the non-negative table closest to impossible margins.

    Notes
    -----
    Minimises :math:`\sum_c (\hat x_c - x_c)^2/x_c + \sum_r ((A\hat x)_r - b_r)^2/b_r` over
    :math:`\hat x \ge 0`: cells and margins both weigh like counts. The seed is scaled to the total
    of the first margin; zeros stay zero. Dense: meant for tables of up to a few thousand cells.
    """
    from scipy.optimize import nnls

    cells = np.zeros_like(start)
    for draw in range(start.shape[-1]):
        support = start[..., draw] > 0
        x = start[..., draw][support]
        x = x * (table.totals()[draw] / x.sum())
        b = margin_vector(table, draw)
        scale = np.sqrt(np.maximum(b, x.min()))
        A = incidence(table, support).toarray() / scale[:, None]
        solved = nnls(
            np.vstack([np.diag(1 / np.sqrt(x)), A]), np.concatenate([np.sqrt(x), b / scale])
        )
        cells[support, draw] = solved[0]
    return RakeResult(
        fitted=table.labelled(cells),
        odds_ratios_kept=keeps_odds_ratios(table, table.cells, cells),
        max_abs_error=float(table.errors(cells).max()),
        n_iter=1,
        method="least squares",
        notes=tuple(notes),
    )
