"""Variance and range over specifications, divided among the choices of method."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, IntArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.alternatives.shapley_difference import (
    MAX_EXACT,
    shapley_difference,
    shapley_of_subsets,
)


@dataclass(frozen=True, slots=True, eq=False)
class ChoiceShares:
    """Parts of the variance and of the range over specifications that each choice explains.

    Parameters
    ----------
    choices
        Names of the choices.
    first, total, shapley
        Shares of the variance: of the choice alone; of the choice with all its interactions; and
        divided fairly, which with `rest` sums to 1. Shape ``(choice,)``. NaN if all
        specifications agree.
    rest
        Share of the variance that the model of effects does not see; 0 for a full factorial.
    range_parts
        Part of the range from the lowest to the highest specification. Shape ``(choice,)``; in the
        unit of the value. With `range_rest` they sum to `high` - `low`.
    range_rest
        Part of the range that the model of effects does not see; 0 for a full factorial.
    low, high
        The lowest and the highest value.
    lowest, highest
        The specifications that have them.
    is_full
        Whether the table is a full factorial: every combination of levels, once.
    is_identified
        Whether the table tells all effects apart; always for a full factorial.
    levels
        One row per choice and level: its weighted mean value and number of specifications.
    n
        Specifications.
    """

    choices: tuple[str, ...]
    first: FloatArray
    total: FloatArray
    shapley: FloatArray
    rest: float
    range_parts: FloatArray
    range_rest: float
    low: float
    high: float
    lowest: Mapping[str, object]
    highest: Mapping[str, object]
    is_full: bool
    is_identified: bool
    levels: pd.DataFrame
    n: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per choice, the most important first; the columns are always the same."""
        frame = pd.DataFrame(
            {"choice": self.choices, "first": self.first, "total": self.total,
             "shapley": self.shapley, "range_part": self.range_parts,
             "lowest": [self.lowest[choice] for choice in self.choices],
             "highest": [self.highest[choice] for choice in self.choices]}
        )  # fmt: skip
        return frame.sort_values("shapley", ascending=False, kind="stable", ignore_index=True)


@checked
def choice_shares(
    table: pd.DataFrame, *, choices: Sequence[str], value: str, weights: ArrayLike | None = None
) -> ChoiceShares:
    r"""Divide the variance and the range over specifications among the choices that make them.

    Parameters
    ----------
    table
        One row per specification: a column per choice with its level, and the value. No
        specification twice.
    choices
        Columns of the choices, at most 12.
    value
        Column of the value, such as people affected in the world; all finite. Give its logarithm to
        divide a ratio instead of a difference.
    weights
        Weight of each specification in variance and means, >= 0; None: all equal. The range
        has no weights.

    Returns
    -------
    ChoiceShares
        Shares of the variance, parts of the range, and means by level.

    Raises
    ------
    InputError
        If a column is absent, a specification repeats, a value is not finite, or there are more
        than 12 choices.

    Notes
    -----
    In a full factorial a set S of choices explains :math:`V(S) = \operatorname{Var}(E[Y|S])`, the
    variance of its cell means: the exact analysis of variance, with all interactions. Shares are
    :math:`V(i)/V`, :math:`1 - V(\sim i)/V`, and Shapley values of :math:`V(S)/V`. The range is
    divided by `shapley_difference` over the choices in which the lowest and the highest
    specification differ; where several are lowest or highest, the first in the table counts.

    In a table with gaps, cell means would explain anything. There V(S) comes from least squares on
    the main effects of S, averaged over orders in the same way [1]_, and what main effects do not
    see is `rest`. Where levels always go together the table cannot tell them apart:
    `is_identified` is False, and parts of the range are then one of many possible divisions.

    These are shares of a *listed* set of choices: a choice with more, or more extreme, levels
    explains more. They are no probabilities.

    References
    ----------
    .. [1] Grömping (2007). Estimators of relative importance in linear regression based on variance
       decomposition. *The American Statistician* 61: 139-147 (the method "LMG").

    Examples
    --------
    >>> from gecam.evaluation import choice_shares
    >>> table = pd.DataFrame({
    ...     "refugees": ["national", "national", "all", "all"],
    ...     "odds_ratio": [1.0, 1.2, 1.0, 1.2],
    ...     "people": [4.5, 5.0, 7.8, 8.3]})
    >>> shares = choice_shares(table, choices=["refugees", "odds_ratio"], value="people")
    >>> shares.shapley.round(3), shares.range_parts.round(3)
    (array([0.978, 0.022]), array([3.3, 0.5]))
    """
    grid = _Grid.of(table, tuple(choices))
    y, w = _values(table, value, weights)
    if np.unique(grid.cells()).size < y.size:
        raise InputError("a specification stands in the table twice: each combination once")
    is_full = y.size == math.prod(grid.sizes)
    effects = _CellMeans(grid, y, w) if is_full else _MainEffects(grid, y, w)
    values = np.full(1 << len(grid.names), np.nan)
    if effects.variance > (1e-12 * np.abs(y).max()) ** 2:  # more than rounding
        values[:] = [effects.explained(subset) for subset in range(values.size)]
    bits = 1 << np.arange(len(grid.names))
    low, high = int(np.argmin(y)), int(np.argmax(y))
    parts = effects.difference(low, high)
    return ChoiceShares(
        choices=grid.names,
        first=values[bits],
        total=values[-1] - values[values.size - 1 - bits],
        shapley=shapley_of_subsets(values),
        rest=float(np.maximum(0, 1 - values[-1])),
        range_parts=parts,
        range_rest=0.0 if is_full else float(y[high] - y[low] - parts.sum()),
        low=float(y[low]),
        high=float(y[high]),
        lowest=grid.levels_of(low),
        highest=grid.levels_of(high),
        is_full=is_full,
        is_identified=effects.is_identified,
        levels=grid.level_means(y, w),
        n=y.size,
    )


def _values(
    table: pd.DataFrame, value: str, weights: ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """Return the values of the specifications, and weights that sum to 1."""
    if value not in table:
        raise InputError(f"the table has no column {value!r}")
    y = finite(table[value].to_numpy(dtype=np.float64), f"value {value!r}")
    w = finite(np.ones_like(y) if weights is None else weights, "weights", at_least=0)
    if y.size < 2 or w.shape != y.shape or not w.sum() > 0:
        raise InputError(
            f"needs at least 2 specifications and as many weights: got {y.size}, {w.size}"
        )
    return y, w / w.sum()


@dataclass(frozen=True, eq=False)
class _Grid:
    """Choices and the level of each in every specification.

    Parameters
    ----------
    names
        Of the choices.
    codes
        Position of the level, shape ``(choice, specification)``.
    levels
        Of each choice.
    """

    names: tuple[str, ...]
    codes: IntArray
    levels: tuple[pd.Index, ...]

    @classmethod
    def of(cls, table: pd.DataFrame, names: tuple[str, ...]) -> _Grid:
        absent = [name for name in names if name not in table.columns]
        if absent or not 1 <= len(names) <= MAX_EXACT or len(set(names)) < len(names):
            raise InputError(
                f"needs 1 to {MAX_EXACT} different choices that are columns: got {list(names)}, "
                f"absent {absent}"
            )
        factors = [pd.factorize(table[name], use_na_sentinel=False) for name in names]
        codes = np.stack([np.asarray(code, dtype=np.int64) for code, _ in factors])
        return cls(names, codes, tuple(levels for _, levels in factors))

    @property
    def sizes(self) -> list[int]:
        """Number of levels of each choice."""
        return [len(levels) for levels in self.levels]

    def cells(self, subset: int = -1) -> IntArray:
        """Return the cell of each specification in the table of some choices (bits); all by default."""
        cells = np.zeros(self.codes.shape[1], dtype=np.int64)
        for i, size in enumerate(self.sizes):
            if subset >> i & 1:
                cells = cells * size + self.codes[i]
        return cells

    def levels_of(self, specification: int) -> dict[str, object]:
        """Return the level of each choice in a specification."""
        codes = self.codes[:, specification]
        return {
            name: levels[code]
            for name, levels, code in zip(self.names, self.levels, codes, strict=True)
        }

    def level_means(self, y: FloatArray, w: FloatArray) -> pd.DataFrame:
        """Return the weighted mean and the number of specifications of each level."""
        rows = []
        for name, code, levels in zip(self.names, self.codes, self.levels, strict=True):
            for i, level in enumerate(levels):
                is_at = code == i
                weight = w[is_at].sum()
                mean = float(w[is_at] @ y[is_at] / weight) if weight > 0 else float("nan")
                rows.append((name, level, mean, int(is_at.sum())))
        return pd.DataFrame(rows, columns=["choice", "level", "mean", "specifications"])


class _CellMeans:
    """Effects in a full factorial: means of cells."""

    is_identified = True

    def __init__(self, grid: _Grid, y: FloatArray, w: FloatArray) -> None:
        self.grid, self.y, self.w = grid, y, w
        self.centred = y - w @ y
        self.variance = float(w @ self.centred**2)
        self.row = {tuple(code): i for i, code in enumerate(grid.codes.T.tolist())}

    def explained(self, subset: int) -> float:
        """Return the share of the variance that the cell means of some choices (bits) have."""
        cells = self.grid.cells(subset)
        weight = np.bincount(cells, self.w)
        total = np.bincount(cells, self.w * self.centred)
        used = weight > 0
        return float(np.sum(total[used] ** 2 / weight[used])) / self.variance

    def difference(self, low: int, high: int) -> FloatArray:
        """Return the parts of the difference between two specifications by choice."""
        ends = self.grid.codes[:, low], self.grid.codes[:, high]
        switches = [str(i) for i in np.flatnonzero(ends[0] != ends[1])]
        parts = np.zeros(len(self.grid.names))
        if not switches:
            return parts

        def at(on: frozenset[str]) -> float:
            code = tuple(int(ends[str(i) in on][i]) for i in range(parts.size))
            return float(self.y[self.row[code]])

        parts[[int(i) for i in switches]] = shapley_difference(at, switches).parts
        return parts


class _MainEffects:
    """Effects in a table with gaps: weighted least squares on main effects."""

    def __init__(self, grid: _Grid, y: FloatArray, w: FloatArray) -> None:
        root, sizes = np.sqrt(w), grid.sizes
        blocks = [np.eye(size)[code] for code, size in zip(grid.codes, sizes, strict=True)]
        self.owner = np.repeat(np.arange(len(sizes)), sizes)
        self.design = np.column_stack(blocks)
        # Dummies centred by weight: the constant drops out, and each choice keeps all its levels.
        self.x = (self.design - w @ self.design) * root[:, None]
        self.z = (y - w @ y) * root
        self.variance = float(self.z @ self.z)
        self.coefficients, _, rank, _ = np.linalg.lstsq(self.x, self.z)
        self.is_identified = bool(rank == sum(size - 1 for size in sizes))

    def explained(self, subset: int) -> float:
        """Return the share of the variance that main effects of some choices (bits) explain."""
        columns = (subset >> self.owner & 1) == 1
        x = self.x[:, columns]
        fitted = x @ np.linalg.lstsq(x, self.z)[0]
        return float(fitted @ fitted) / self.variance

    def difference(self, low: int, high: int) -> FloatArray:
        """Return the parts of the difference between two specifications by choice."""
        step = (self.design[high] - self.design[low]) * self.coefficients
        return np.bincount(self.owner, step).astype(np.float64)
