"""A table and its margins as plain arrays, checked: what raking and least squares start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import xarray as xr

from gecam._typing import FloatArray
from gecam.errors import InputError

DRAW = "draw"
AGREEMENT = 1e-9  # relative difference up to which two margins say the same

SAME_LOG_ODDS = 1e-6  # largest change of a log odds ratio that counts as kept

Margins = Mapping[tuple[str, ...], xr.DataArray]


@dataclass(frozen=True, eq=False)
class MarginTable:
    """Cells with the draw axis last, and margins as ``(axes kept, values)`` in that order of axes.

    Parameters
    ----------
    cells
        Seed. Shape ``(*dims, draw)``; draw has length 1 where nothing is drawn.
    dims
        Names of the axes of `cells` before the draw axis.
    margins
        Axes of `cells` that the margin keeps, and its values ``(*axes, draw)``.
    template
        Labels of the cells, without a draw axis.
    has_draws
        Whether an input had a draw axis.
    """

    cells: FloatArray
    dims: tuple[str, ...]
    margins: tuple[tuple[tuple[int, ...], FloatArray], ...]
    template: xr.DataArray
    has_draws: bool

    def sums(self, cells: FloatArray, axes: tuple[int, ...]) -> FloatArray:
        """Return the margin that keeps `axes`, in the shape of `cells` with ones elsewhere."""
        others = tuple(axis for axis in range(len(self.dims)) if axis not in axes)
        return np.asarray(cells.sum(axis=others, keepdims=True))

    def totals(self) -> FloatArray:
        """Return the grand total that the margins ask for, by draw."""
        axes, values = self.margins[0]
        return np.asarray(values.sum(axis=tuple(range(len(axes)))))

    def spread(self, axes: tuple[int, ...], values: FloatArray) -> FloatArray:
        """Return a margin's values with ones for the axes that it sums over."""
        others = tuple(axis for axis in range(len(self.dims)) if axis not in axes)
        return np.expand_dims(values, others)

    def errors(self, cells: FloatArray) -> FloatArray:
        """Return the largest absolute difference to any margin, by draw."""
        worst = np.zeros(cells.shape[-1])
        for axes, values in self.margins:
            gap = np.abs(self.sums(cells, axes) - self.spread(axes, values))
            worst = np.maximum(worst, gap.reshape(-1, gap.shape[-1]).max(axis=0))
        return worst

    def labelled(self, cells: FloatArray) -> xr.DataArray:
        """Return cells with their labels, and a draw axis where an input had one."""
        if not self.has_draws:
            return self.template.copy(data=cells[..., 0])
        return xr.DataArray(cells, dims=(*self.dims, DRAW), coords=self.template.coords)

    def label(self, axes: tuple[int, ...], position: tuple[int, ...]) -> str:
        """Name one cell of a margin for a message: ``sex 'female', age '0-4'``."""
        parts = []
        for axis, index in zip(axes, position, strict=True):
            dim = self.dims[axis]
            coords = self.template.coords
            parts.append(f"{dim} {coords[dim].values[index].item() if dim in coords else index!r}")
        return ", ".join(parts) or "the total"


@dataclass(frozen=True, eq=False)
class RakeResult:
    """A table that was fitted to margins.

    Parameters
    ----------
    fitted
        The table, with the labels of the seed (and a draw axis where an input had one).
    odds_ratios_kept
        Whether every odds ratio of the seed that no margin fixes is unchanged (measured).
    max_abs_error
        Largest difference between a margin of `fitted` and the one asked for, in the unit of the
        seed, over all draws.
    n_iter
        Rounds through all margins.
    method
        ``raking`` or ``least squares``.
    notes
        What was changed on the way: margins rescaled, zeros filled, cells that can only be zero.
    variance, covariance
        Of the fitted cells, after least squares with variances (`reconcile_least_squares`), else None:
        variances with the labels of the table, and the covariance in the order of
        ``fitted.values.ravel()`` (of one draw), shape ``(cell, cell)``. A last axis of draws where
        variances have one.
    """

    fitted: xr.DataArray
    odds_ratios_kept: bool
    max_abs_error: float
    n_iter: int
    method: Literal["raking", "least squares"]
    notes: tuple[str, ...] = ()
    variance: xr.DataArray | None = None
    covariance: FloatArray | None = None

    def __repr__(self) -> str:
        """Return one line."""
        return (
            f"RakeResult({dict(self.fitted.sizes)} by {self.method}, {self.n_iter} rounds, "
            f"error {self.max_abs_error:.2g})"
        )


def margin_table(
    seed: xr.DataArray,
    margins: Margins,
    *,
    on_inconsistent: Literal["raise", "rescale", "keep"],
    notes: list[str],
) -> MarginTable:
    """Check seed and margins, and bring them to plain arrays with draws last.

    Raises
    ------
    InputError
        If a margin names an axis the seed does not have, labels differ, a value is missing or
        negative, or margins contradict each other (``on_inconsistent="raise"``).
    """
    dims = tuple(str(dim) for dim in seed.dims if dim != DRAW)
    if not margins:
        raise InputError("give at least one margin")
    cells = _plain(seed, dims, "seed")
    plain = [aligned(seed, key, margin, dims, f"margin {key}") for key, margin in margins.items()]
    sizes = {cells.shape[-1]} | {values.shape[-1] for _, values in plain}
    size = max(sizes)
    if len(sizes - {1}) > 1:
        raise InputError(f"seed and margins must have the same number of draws: got {sizes}")
    table = MarginTable(
        cells=np.array(np.broadcast_to(cells, (*cells.shape[:-1], size))),
        dims=dims,
        margins=tuple(
            (axes, np.array(np.broadcast_to(values, (*values.shape[:-1], size))))
            for axes, values in plain
        ),
        template=seed.isel({DRAW: 0}, drop=True) if DRAW in seed.dims else seed,
        has_draws=any(DRAW in array.dims for array in (seed, *margins.values())),
    )
    return table if on_inconsistent == "keep" else _agreed(table, on_inconsistent, notes)


def aligned(
    seed: xr.DataArray, key: tuple[str, ...], margin: xr.DataArray, dims: tuple[str, ...], name: str
) -> tuple[tuple[int, ...], FloatArray]:
    """Return the axes a margin keeps, and its values in the seed's order of axes and labels."""
    if not set(key) <= set(dims) or len(set(key)) < len(key):
        raise InputError(f"{name} must name axes of the seed, each once: it has {dims}")
    if set(margin.dims) - {DRAW} != set(key):
        raise InputError(f"{name} has the axes {margin.dims}")
    for dim in key:
        if margin.sizes[dim] != seed.sizes[dim]:
            raise InputError(
                f"{name} has {margin.sizes[dim]} values of {dim!r}, the seed {seed.sizes[dim]}"
            )
        if dim in seed.coords and dim in margin.coords:
            different = set(seed[dim].values.tolist()) ^ set(margin[dim].values.tolist())
            if different:
                raise InputError(
                    f"labels of {dim!r} differ between seed and {name}: "
                    f"{sorted(map(str, different))[:5]}"
                )
            margin = margin.sel({dim: seed[dim].values})
    order = tuple(dim for dim in dims if dim in key)
    return tuple(map(dims.index, order)), _plain(margin, order, name)


def _plain(array: xr.DataArray, order: tuple[str, ...], name: str) -> FloatArray:
    """Return values in an order of axes, draws last (one draw where there is no such axis)."""
    values = array.transpose(*order, ...).values.astype(np.float64)
    if not np.all(np.isfinite(values)):
        raise InputError(f"{name} has missing values. Missing is not zero: impute them by name.")
    if np.any(values < 0):
        raise InputError(f"{name} has negative values: got {values.min():,.15g}")
    return values if DRAW in array.dims else values[..., None]


def _agreed(
    table: MarginTable, on_inconsistent: Literal["raise", "rescale"], notes: list[str]
) -> MarginTable:
    """Check that margins agree on what they share, or bring later ones to the earlier ones."""
    done: list[tuple[tuple[int, ...], FloatArray]] = []
    for axes, values in table.margins:
        targets = []
        for earlier, fixed in done:
            common = tuple(axis for axis in axes if axis in earlier)
            ours, theirs = _collapse(axes, values, common), _collapse(earlier, fixed, common)
            gap = np.abs(ours - theirs)
            is_off = gap.max() > AGREEMENT * max(theirs.max(), np.finfo(np.float64).tiny)
            if is_off and on_inconsistent == "raise":
                where = np.unravel_index(np.argmax(gap), gap.shape)
                raise InputError(
                    f"margins over {_names(table, earlier)} and {_names(table, axes)} disagree on "
                    f"{table.label(common, tuple(map(int, where[:-1])))}: {theirs[where]:,.15g} "
                    f"against {ours[where]:,.15g}. Correct one, or use on_inconsistent='rescale' "
                    "with the better margin first."
                )
            targets.append((common, theirs))
        adjusted = _fitted(axes, values, targets)
        change = float(np.abs(adjusted - values).max())
        if change > AGREEMENT * float(values.max()):
            notes.append(
                f"margin over {_names(table, axes)} was rescaled to the margins before it, by up "
                f"to {change:,.6g}"
            )
        done.append((axes, adjusted))
    return MarginTable(table.cells, table.dims, tuple(done), table.template, table.has_draws)


def _names(table: MarginTable, axes: tuple[int, ...]) -> str:
    return "(" + ", ".join(table.dims[axis] for axis in axes) + ")"


def _collapse(axes: tuple[int, ...], values: FloatArray, remaining: tuple[int, ...]) -> FloatArray:
    summed = tuple(i for i, axis in enumerate(axes) if axis not in remaining)
    return np.asarray(values.sum(axis=summed))


def _fitted(
    axes: tuple[int, ...],
    values: FloatArray,
    targets: list[tuple[tuple[int, ...], FloatArray]],
) -> FloatArray:
    """Rake one margin to the sums that the margins before it imply."""
    adjusted = values
    for _ in range(1000):
        before = adjusted
        for common, target in targets:
            current = _collapse(axes, adjusted, common)
            if np.any((current == 0) & (target > 0)):
                raise InputError("a margin is zero where a better margin is not: correct it")
            ratio = np.divide(target, current, out=np.zeros_like(current), where=current > 0)
            missing = tuple(i for i, axis in enumerate(axes) if axis not in common)
            adjusted = adjusted * np.expand_dims(ratio, missing)
        if np.allclose(adjusted, before, rtol=1e-14, atol=0):
            break
    return adjusted


def keeps_odds_ratios(table: MarginTable, start: FloatArray, cells: FloatArray) -> bool:
    """Measure whether log(fitted / seed) has any interaction that no margin fixes."""
    is_positive = (cells > 0) & (start > 0)  # a zero has no odds ratio
    change = np.full(cells.shape, np.nan)
    change[is_positive] = np.log(cells[is_positive] / start[is_positive])
    for axes in _uncovered(table):
        interaction = change
        for axis in axes:
            interaction = np.diff(interaction, axis=axis)
        if np.any(np.abs(interaction) > SAME_LOG_ODDS):  # comparisons with missing are false
            return False
    return True


def _uncovered(table: MarginTable) -> list[tuple[int, ...]]:
    """Return the smallest sets of axes that no margin fixes: raking keeps their odds ratios."""
    uncovered: list[tuple[int, ...]] = []
    for size in range(2, len(table.dims) + 1):
        for axes in combinations(range(len(table.dims)), size):
            is_fixed = any(set(axes) <= set(margin) for margin, _ in table.margins)
            if not is_fixed and not any(set(smaller) <= set(axes) for smaller in uncovered):
                uncovered.append(axes)
    return uncovered
