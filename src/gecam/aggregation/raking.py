"""Raking: the table closest to a seed that has given margins."""

from __future__ import annotations

import warnings
from typing import Literal

import numpy as np
import xarray as xr

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, IntArray, Positive, PositiveInt
from gecam.aggregation.feasibility import reachable_cells
from gecam.aggregation.least_squares import nonnegative_least_squares
from gecam.aggregation.margin_table import (
    Margins,
    MarginTable,
    RakeResult,
    keeps_odds_ratios,
    margin_table,
)
from gecam.aggregation.raking_newton import newton_raked
from gecam.errors import InputError, PrecisionWarning, caller_level

PATIENCE = 200  # rounds after which slow convergence is looked into


@checked
def rake(
    seed: xr.DataArray,
    margins: Margins,
    *,
    tol: Positive = 1e-10,
    max_iter: PositiveInt = 10_000,
    on_infeasible: Literal["raise", "lsq"] = "raise",
    on_inconsistent: Literal["raise", "rescale"] = "raise",
    fill_zeros: bool | xr.DataArray = False,
) -> RakeResult:
    r"""Fit a table to margins and keep the odds ratios of the seed.

    Parameters
    ----------
    seed
        A table of people (or any weights, >= 0) that carries the structure. An axis named ``draw``
        holds draws; each draw is raked for itself.
    margins
        Wanted sums by the axes they keep: ``{("sex",): ..., ("age", "origin"): ...}``; ``()`` is
        the grand total. Each may have a ``draw`` axis, which reconciles uncertain margins.
    tol
        Largest difference to a margin, relative to the grand total, > 0.
    max_iter
        Most rounds through all margins, at least 1.
    on_infeasible
        What to do where zeros of the seed make the margins impossible: ``raise``, or ``lsq``: the
        closest non-negative table by least squares, which misses the margins and says by how much.
    on_inconsistent
        What to do where margins contradict each other: ``raise``, or ``rescale`` later ones to the
        ones before them (best first), which is recorded.
    fill_zeros
        Whether zeros of the seed are sampling zeros (all of them, or those that are true in a
        mask): half the mean positive cell divided by the number of cells is put there, and
        recorded. By default a zero is structural: it stays zero.

    Returns
    -------
    RakeResult
        The fitted table in the unit of the seed, its largest error, and notes of what was changed.

    Raises
    ------
    InputError
        If axes, labels or values are wrong, margins contradict each other, or zeros of the seed
        make them impossible; the message names the cell of the margin.

    Warns
    -----
    PrecisionWarning
        If `tol` is not reached in `max_iter` rounds.

    Notes
    -----
    Of all tables x with the margins, raking finds the one with the least cross-entropy
    :math:`\sum_c x_c \log(x_c / s_c)` to the seed s: :math:`x_c = s_c \prod_k f_{k,c}` with one
    factor for each cell of each margin. All odds ratios within cells that no margin fixes are
    therefore those of the seed. Where zeros slow convergence down, linear programming decides
    between "impossible" and "some cells can only be zero": these are set to zero. What is left is
    finished by Newton's method.

    References
    ----------
    .. [1] Deming, W., Stephan, F. (1940). On a least squares adjustment of a sampled frequency
       table when the expected marginal totals are known. Ann. Math. Stat. 11, 427-444.
    .. [2] Csiszár, I. (1975). I-divergence geometry of probability distributions and minimization
       problems. Ann. Probab. 3, 146-158.

    Examples
    --------
    >>> import xarray as xr
    >>> from gecam.aggregation.raking import rake
    >>> seed = xr.DataArray([[4.0, 1], [2, 3]], coords={"sex": ["f", "m"], "age": ["0-17", "18+"]})
    >>> result = rake(seed, {
    ...     ("sex",): xr.DataArray([60.0, 40], coords={"sex": ["f", "m"]}),
    ...     ("age",): xr.DataArray([30.0, 70], coords={"age": ["0-17", "18+"]})})
    >>> result.fitted.values.round(2)
    array([[25.59, 34.41],
           [ 4.41, 35.59]])
    >>> result.odds_ratios_kept  # 4 * 3 / (1 * 2) is still 6
    True
    """
    notes: list[str] = []
    table = margin_table(seed, margins, on_inconsistent=on_inconsistent, notes=notes)
    start = _filled(table, fill_zeros, notes)
    limits = tol * np.maximum(table.totals(), np.finfo(np.float64).tiny)
    cells, done, is_possible = _rounds(table, start, limits, min(PATIENCE, max_iter))
    failing = np.flatnonzero(table.errors(cells) > limits)
    if not is_possible or (failing.size and done < max_iter):
        support = _support(table, start, failing, on_infeasible=on_infeasible, notes=notes)
        if support is None:
            return nonnegative_least_squares(table, start, notes)
        start = np.where(support, start, 0.0)
        cells = newton_raked(table, np.where(support, cells, 0.0), limits)
        cells, more, _ = _rounds(table, cells, limits, max(max_iter - done, 1))
        done += more
    errors = table.errors(cells)
    if np.any(errors > limits):
        warnings.warn(
            f"raking stopped after {done} rounds with an error of {errors.max():.3g} where "
            f"{limits.max():.3g} was asked for. Raise max_iter or tol.",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
    return RakeResult(
        fitted=table.labelled(cells),
        odds_ratios_kept=keeps_odds_ratios(table, start, cells),
        max_abs_error=float(errors.max()),
        n_iter=done,
        method="raking",
        notes=tuple(notes),
    )


def _rounds(
    table: MarginTable, cells: FloatArray, limits: FloatArray, rounds: int
) -> tuple[FloatArray, int, bool]:
    """Return cells after up to `rounds` rounds, how many, and whether all margins can be scaled."""
    if np.all(table.errors(cells) <= limits):
        return cells, 0, True
    for done in range(1, rounds + 1):
        for axes, values in table.margins:
            current, wanted = table.sums(cells, axes), table.spread(axes, values)
            if np.any((current == 0) & (wanted > 0)):
                return cells, done, False
            cells = cells * np.divide(wanted, current, out=np.zeros_like(wanted), where=current > 0)
        if np.all(table.errors(cells) <= limits):
            return cells, done, True
    return cells, rounds, True


def _support(
    table: MarginTable,
    start: FloatArray,
    draws: IntArray,
    *,
    on_infeasible: Literal["raise", "lsq"],
    notes: list[str],
) -> BoolArray | None:
    """Return the cells that can be positive; None where no table has the margins (lsq)."""
    support = start > 0
    for draw in draws:
        try:
            support[..., draw] = reachable_cells(table, support[..., draw], int(draw))
        except InputError as error:
            if on_infeasible == "raise":
                raise
            notes.append(str(error))
            return None
    lost = int(np.sum((start > 0) & ~support))
    if lost:
        notes.append(f"{lost} positive cells of the seed can only be zero under these margins")
    return support


def _filled(table: MarginTable, fill_zeros: bool | xr.DataArray, notes: list[str]) -> FloatArray:
    cells = table.cells
    if isinstance(fill_zeros, xr.DataArray):
        mask = fill_zeros.transpose(*table.dims).values.astype(bool)[..., None]
    else:
        mask = np.full(cells.shape[:-1], fill_zeros)[..., None]
    mask = mask & (cells == 0)
    if not mask.any():
        return cells
    epsilon = 0.5 * cells[cells > 0].mean() / cells[..., 0].size
    notes.append(f"{int(mask.sum())} sampling zeros of the seed were set to {epsilon:.6g}")
    return np.where(mask, epsilon, cells)
