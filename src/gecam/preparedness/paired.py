"""A scenario against today, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.results import Estimates, Leaf


@dataclass(frozen=True, eq=False)
class PairedDifference:
    """A scenario minus today, draw by draw.

    Parameters
    ----------
    labels
        One row per answer.
    today, scenario
        Persons, shape ``(row, draw)``; NaN rows where not estimated.
    reasons
        Per row, what a reader must know of it; empty where nothing.
    level
        Of the intervals.
    """

    labels: pd.DataFrame
    today: FloatArray
    scenario: FloatArray
    reasons: tuple[str, ...]
    level: float

    @property
    def difference(self) -> FloatArray:
        """Additional people, shape ``(row, draw)``; all of the scenario's where today has no plan."""
        return np.asarray(self.scenario - np.nan_to_num(self.today))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per answer.

        Columns: the labels, ``today``, ``scenario``, ``difference`` (means, persons), ``lower`` and
        ``upper`` (interval of the difference), ``probability_more``, ``reason``.
        """
        change = self.difference
        tails = [(1 - self.level) / 2, (1 + self.level) / 2]
        known = ~np.isnan(change[:, 0]) if len(change) else np.zeros(0, dtype=bool)
        ends = np.full((2, len(change)), np.nan)
        if known.any():
            ends[:, known] = np.quantile(change[known], tails, axis=1)
        return self.labels.assign(
            today=self.today.mean(axis=1),
            scenario=self.scenario.mean(axis=1),
            difference=change.mean(axis=1),
            lower=ends[0],
            upper=ends[1],
            probability_more=np.where(known, (change > 0).mean(axis=1), np.nan),
            reason=list(self.reasons),
        )


@checked
def paired_difference(
    scenario: Estimates,
    today: Estimates,
    *dimensions: Literal["destination", "region", "subregion"],
) -> PairedDifference:
    """Compare a scenario with today on common random numbers.

    Parameters
    ----------
    scenario, today
        Estimates of the same seed, number of draws, scope and measure.
    *dimensions
        Rows; ``destination`` by default. For the world see `PairedDifference.difference` summed
        over rows.

    Raises
    ------
    InputError
        If the two were not drawn together, so that their difference would be noise.

    Notes
    -----
    The interval of a difference is that of paired draws: what both share (stock, odds ratio, noise of
    unchanged figures) cancels. A country without a plan today is not zero today; its row says so.
    """
    for name in ("scope", "measure"):
        ours, theirs = getattr(scenario, name), getattr(today, name)
        if ours != theirs and scenario.leaves and today.leaves:
            raise InputError(
                f"{name} differs: {ours!r} against {theirs!r}. Compare like with like."
            )
    a, b = scenario.provenance, today.provenance
    if (a.seed, a.draws, a.versions) != (b.seed, b.draws, b.versions):
        raise InputError(
            f"not drawn together: seed {a.seed} with {a.draws} draws against seed {b.seed} with "
            f"{b.draws}. Estimate both with the same seed, draws and versions."
        )
    by = dimensions or ("destination",)
    after, before = scenario.by(*by), today.by(*by)
    table = after.labels.merge(before.labels, how="outer").sort_values(list(by), ignore_index=True)
    keys = list(map(tuple, table.to_numpy()))
    sides, n = [], a.draws
    for side in (before, after):
        rows = dict(zip(map(tuple, side.labels.to_numpy()), side.draws, strict=True))
        sides.append(
            np.stack([rows.get(key, np.full(n, np.nan)) for key in keys])
            if keys
            else np.empty((0, n))
        )
    reasons = [
        _why(scenario, key[0], np.isnan(old[0]), np.isnan(new[0])) if by == ("destination",) else ""
        for key, old, new in zip(keys, *sides, strict=True)
    ]
    return PairedDifference(table, sides[0], sides[1], tuple(reasons), scenario.level)


def _why(scenario: Estimates, place: str, is_new: bool, is_gone: bool) -> str:
    zeros = [x.reason for x in scenario.leaves if x.destination == place and _is_zero(x)]
    if zeros:
        return zeros[0]
    if is_gone:
        return "Not estimated." if is_new else "Not estimated in the scenario."
    if is_new:
        return (
            "Today's figures have no estimate here: all people of the scenario count as additional."
        )
    return ""


def _is_zero(leaf: Leaf) -> bool:
    return leaf.status == "estimated" and leaf.odds_ratio_1 == 0 and bool(leaf.reason)
