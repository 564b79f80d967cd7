"""Least squares between a table and its margins, both uncertain."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, NonNegative
from gecam.aggregation.feasibility import incidence, margin_vector
from gecam.aggregation.margin_table import (
    DRAW,
    Margins,
    MarginTable,
    RakeResult,
    aligned,
    keeps_odds_ratios,
    margin_table,
)
from gecam.errors import InputError, PrecisionWarning, caller_level

ROUNDING = 1e-9  # of a covariance matrix, relative to its largest element


@checked
def reconcile_least_squares(
    table: xr.DataArray,
    margins: Margins,
    *,
    variance: xr.DataArray | None = None,
    covariance: ArrayLike | None = None,
    margin_variance: Mapping[tuple[str, ...], xr.DataArray | float] | NonNegative = 0.0,
    margin_covariance: Mapping[tuple[str, ...], ArrayLike] | None = None,
) -> RakeResult:
    r"""Adjust a table and its margins to each other by their variances and covariances.

    Parameters
    ----------
    table
        Figures by cell, >= 0.
    margins
        Sums by the axes they keep, as in `rake`.
    variance
        Variances of the cells, >= 0, in the unit of the table squared; errors are then independent,
        and a cell with variance 0 keeps its value. By default the cells themselves, as for counts.
    covariance
        Covariance of the cells in place of `variance`, in the order of ``table.values.ravel()`` (of
        one draw); shape ``(cell, cell)``, unit: that of the table, squared. Sums that one source
        states with a shared error have positive covariances.
    margin_variance
        Variances of the margins, >= 0, in the unit of the table squared; 0 holds them exactly.
    margin_covariance
        Covariance of the values of a margin in place of its variances, in the order of their axes in
        the table; shape ``(value, value)``. Errors of different margins are independent.

    Returns
    -------
    RakeResult
        ``fitted``; ``variance`` and ``covariance`` of the fitted cells; ``max_abs_error`` is what the
        margins had to give way.

    Raises
    ------
    InputError
        As `rake`; also if a variance is negative, a covariance is no covariance matrix of as many
        cells, or both are given for the same figures.

    Warns
    -----
    PrecisionWarning
        If a cell gets negative, which least squares does not prevent: use `rake` then.

    Notes
    -----
    With cells x of covariance V, margins b of covariance T, and the matrix A that sums cells,

    .. math::

        \hat x = x + VA'(AVA' + T)^{+}(b - Ax), \qquad
        \hat V = V - VA'(AVA' + T)^{+}AV ,

    the minimum of :math:`(\hat x - x)'V^{-1}(\hat x - x) + (A\hat x - b)'T^{-1}(A\hat x - b)` and its
    covariance [1]_: of all linear unbiased combinations of the figures the one with the smallest
    variances, where V and T are the covariances of their errors. No adjusted variance exceeds the
    one before. Margins that overlap make the matrix singular; the pseudo-inverse takes care of it.

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
    >>> result.fitted.values, result.variance.values.round(9)
    (array([50., 38., 22.]), array([0. , 3.2, 3.2]))
    """
    if variance is not None and covariance is not None:
        raise InputError("give the variance or the covariance of the cells, not both")
    own = table if variance is None else variance
    of_cells = _errors(
        table, tuple(str(d) for d in table.dims if d != DRAW), own, covariance, "cells"
    )
    of_margins = list(_margin_errors(table, margins, margin_variance, margin_covariance or {}))
    is_exact = not any(errors.variances.any() for errors in of_margins)
    notes: list[str] = []
    parts = margin_table(
        table, margins, on_inconsistent="raise" if is_exact else "keep", notes=notes
    )
    cells, adjusted = _reconciled(parts, of_cells, _joined(of_margins))
    negative = int(np.sum(cells < 0))
    if negative:
        warnings.warn(
            f"{negative} of {cells.size} cells are negative (lowest {cells.min():,.6g}): their "
            "variances are too wide for their size. Use rake, which keeps cells positive.",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
    is_drawn = adjusted.shape[-1] > 1
    variances = np.maximum(np.einsum("iid->id", adjusted), 0.0)  # below 0 is rounding
    variances = variances.reshape(*cells.shape[:-1], -1)
    return replace(
        _result(parts, cells, notes),
        variance=replace(parts, has_draws=is_drawn).labelled(variances),
        covariance=adjusted if is_drawn else adjusted[..., 0],
    )


@dataclass(frozen=True, eq=False)
class _Errors:
    """Variances of figures ``(figure, draw or 1)``, and their covariances ``(figure, figure)``."""

    variances: FloatArray
    between: FloatArray

    def matrix(self, draw: int) -> FloatArray:
        """Return the covariance matrix of one draw."""
        column = self.variances[:, min(draw, self.variances.shape[1] - 1)]
        return self.between + np.diag(column)


def _errors(
    table: xr.DataArray,
    key: tuple[str, ...],
    variance: xr.DataArray,
    covariance: ArrayLike | None,
    name: str,
) -> _Errors:
    """Return the errors of figures that keep the axes `key`, in the table's order."""
    dims = tuple(str(dim) for dim in table.dims if dim != DRAW)
    size = int(np.prod([table.sizes[dim] for dim in key]))
    if covariance is not None:
        matrix = _covariance(covariance, size, name)
        own = np.diag(matrix)
        return _Errors(np.maximum(own, 0.0)[:, None], matrix - np.diag(own))
    _, values = aligned(table, key, variance, dims, f"variance of the {name}")
    return _Errors(values.reshape(size, -1), np.zeros((size, size)))


def _margin_errors(
    table: xr.DataArray,
    margins: Margins,
    variance: Mapping[tuple[str, ...], xr.DataArray | float] | float,
    covariance: Mapping[tuple[str, ...], ArrayLike],
) -> Iterator[_Errors]:
    """Yield the errors of each margin."""
    by_margin = variance if isinstance(variance, Mapping) else {}
    for name, given in (("margin_variance", by_margin), ("margin_covariance", covariance)):
        if unknown := set(given) - set(margins):
            raise InputError(f"{name} has no margin to go with: {sorted(unknown)}")
    if both := set(by_margin) & set(covariance):
        raise InputError(f"give the variance or the covariance of a margin, not both: {both}")
    for key, margin in margins.items():
        value = by_margin.get(key, 0.0) if isinstance(variance, Mapping) else variance
        plain = margin.isel({DRAW: 0}, drop=True) if DRAW in margin.dims else margin
        own = xr.zeros_like(plain) + value
        yield _errors(table, key, own, covariance.get(key), f"margin {key}")


def _joined(errors: Sequence[_Errors]) -> _Errors:
    """Return the errors of independent figures one below the other."""
    from scipy.linalg import block_diag

    n_draws = max(e.variances.shape[1] for e in errors)
    variances = [np.broadcast_to(e.variances, (len(e.variances), n_draws)) for e in errors]
    return _Errors(np.concatenate(variances), block_diag(*(e.between for e in errors)))


def _covariance(given: ArrayLike, size: int, of: str) -> FloatArray:
    """Check a covariance matrix of `size` figures."""
    matrix = np.asarray(given, dtype=np.float64)
    if matrix.shape != (size, size) or not np.isfinite(matrix).all():
        raise InputError(
            f"the covariance of the {of} must have shape ({size}, {size}) and no missing value: got "
            f"shape {matrix.shape}"
        )
    scale = float(np.abs(matrix).max(initial=0.0))
    is_symmetric = np.allclose(matrix, matrix.T, rtol=0, atol=ROUNDING * scale)
    if not is_symmetric or np.linalg.eigvalsh(matrix)[0] < -ROUNDING * size * scale:
        raise InputError(
            f"the covariance of the {of} must be symmetric, with no eigenvalue below 0. "
            "statsmodels.stats.correlation_tools.cov_nearest finds the nearest such matrix."
        )
    return matrix


def _reconciled(
    table: MarginTable, of_cells: _Errors, of_margins: _Errors
) -> tuple[FloatArray, FloatArray]:
    """Return adjusted cells ``(*dims, draw)`` and their covariances ``(cell, cell, draw or 1)``."""
    shape, n_draws = table.cells.shape[:-1], table.cells.shape[-1]
    A = incidence(table, np.ones(shape, dtype=bool))
    x = table.cells.reshape(-1, n_draws)
    gaps = np.stack([margin_vector(table, draw) for draw in range(n_draws)], axis=1) - A @ x
    is_drawn = max(e.variances.shape[1] for e in (of_cells, of_margins)) > 1
    cells, adjusted = np.empty_like(x), []
    for draw in range(n_draws if is_drawn else 1):
        chosen = slice(draw, draw + 1) if is_drawn else slice(None)
        V = of_cells.matrix(draw)
        AV = A @ V
        gap = gaps[:, chosen]
        solved = np.linalg.lstsq(
            AV @ A.T + of_margins.matrix(draw), np.hstack([gap, AV]), rcond=None
        )[0]
        cells[:, chosen] = x[:, chosen] + AV.T @ solved[:, : gap.shape[1]]
        after = V - AV.T @ solved[:, gap.shape[1] :]
        adjusted.append((after + after.T) / 2)
    return cells.reshape(*shape, n_draws), np.stack(adjusted, axis=-1)


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
