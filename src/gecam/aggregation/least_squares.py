"""Least squares between a table and its margins, both uncertain."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

import numpy as np
import xarray as xr

from gecam._typing import FloatArray
from gecam.aggregation.feasibility import incidence, margin_vector
from gecam.aggregation.margin_table import (
    Margins,
    MarginTable,
    RakeResult,
    keeps_odds_ratios,
    margin_table,
)
from gecam.errors import InputError, PrecisionWarning


def reconcile_least_squares(
    table: xr.DataArray,
    margins: Margins,
    *,
    variance: xr.DataArray | None = None,
    margin_variance: Mapping[tuple[str, ...], xr.DataArray | float] | float = 0.0,
) -> RakeResult:
    r"""Adjust a table and its margins to each other by their variances.

    Parameters
    ----------
    table
        Figures by cell, >= 0.
    margins
        Sums by the axes they keep, as in `rake`.
    variance
        Variances of the cells; a cell with variance 0 keeps its value. Default: the cells
        themselves, as for counts.
    margin_variance
        Variances of the margins; 0 holds them exactly.

    Returns
    -------
    RakeResult
        ``max_abs_error`` is what the margins had to give way.

    Raises
    ------
    InputError
        As `rake`; also if a variance is negative.

    Warns
    -----
    PrecisionWarning
        If a cell gets negative, which least squares does not prevent: use `rake` then.

    Notes
    -----
    With cells x of covariance V, margins b of covariance T, and the matrix A that sums cells,

    .. math:: \hat x = x + VA'(AVA' + T)^{+}(b - Ax),

    the minimum of :math:`(\hat x - x)'V^{-1}(\hat x - x) + (A\hat x - b)'T^{-1}(A\hat x - b)`.
    Margins that overlap make the matrix singular; the pseudo-inverse takes care of it.

    References
    ----------
    .. [1] Stone, R., Champernowne, D., Meade, J. (1942). The precision of national income
       estimates. Review of Economic Studies 9, 111-125.

    Examples
    --------
    Three areas sum to 100 and the total is 110; the first area was counted well, the others badly:

    >>> import xarray as xr
    >>> from gecam.aggregation.least_squares import reconcile_least_squares
    >>> areas = xr.DataArray([50.0, 30, 20], dims="area")
    >>> result = reconcile_least_squares(areas, {(): xr.DataArray(110.0)},
    ...     variance=xr.DataArray([0.0, 16, 4], dims="area"))
    >>> result.fitted.values
    array([50., 38., 22.])
    """
    errors = _margin_errors(margins, margin_variance)
    is_exact = not any(bool((error > 0).any()) for error in errors.values())
    notes: list[str] = []
    parts = margin_table(
        table, margins, on_inconsistent="raise" if is_exact else "keep", notes=notes
    )
    spread = margin_table(
        table if variance is None else variance, errors, on_inconsistent="keep", notes=[]
    )
    n_draws = parts.cells.shape[-1]
    cells = np.empty_like(parts.cells)
    for draw in range(n_draws):
        V = spread.cells[..., min(draw, spread.cells.shape[-1] - 1)]
        T = margin_vector(spread, min(draw, spread.cells.shape[-1] - 1))
        cells[..., draw] = _adjusted(parts, V, T, draw)
    negative = int(np.sum(cells < 0))
    if negative:
        warnings.warn(
            f"{negative} of {cells.size} cells are negative (lowest {cells.min():,.6g}): their "
            "variances are too wide for their size. Use rake, which keeps cells positive.",
            PrecisionWarning,
            stacklevel=2,
        )
    return _result(parts, cells, notes)


def _margin_errors(
    margins: Margins, given: Mapping[tuple[str, ...], xr.DataArray | float] | float
) -> dict[tuple[str, ...], xr.DataArray]:
    """Return a variance for each cell of each margin."""
    if isinstance(given, Mapping):
        unknown = set(given) - set(margins)
        if unknown:
            raise InputError(f"margin_variance has no margin to go with: {sorted(unknown)}")
        return {key: xr.zeros_like(margin) + given.get(key, 0.0) for key, margin in margins.items()}
    return {key: xr.zeros_like(margin) + given for key, margin in margins.items()}


def _adjusted(table: MarginTable, V: FloatArray, T: FloatArray, draw: int) -> FloatArray:
    A = incidence(table, np.ones(V.shape, dtype=bool))
    x, v = table.cells[..., draw].ravel(), V.ravel()
    covariance = (A * v) @ A.T  # A V A'
    gain = np.linalg.lstsq(
        covariance.toarray() + np.diag(T), margin_vector(table, draw) - A @ x, rcond=None
    )[0]
    return np.asarray((x + v * (A.T @ gain)).reshape(V.shape))


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
    return _result(table, cells, notes)


def _result(table: MarginTable, cells: FloatArray, notes: list[str]) -> RakeResult:
    return RakeResult(
        fitted=table.labelled(cells),
        odds_ratios_kept=keeps_odds_ratios(table, table.cells, cells),
        max_abs_error=float(table.errors(cells).max()),
        n_iter=1,
        method="least squares",
        notes=tuple(notes),
    )
