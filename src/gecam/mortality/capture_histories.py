"""Capture histories: which lists recorded which units, the input of multiple systems estimation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, BoolArray, IntArray
from gecam.errors import InputError
from gecam.mortality._levels_and_counts import checked_counts

MAX_LISTS = 12  # 2^12 cells; more lists than that are never all distinct sources


@dataclass(frozen=True, eq=False)
class CaptureHistories:
    """Units counted by the combination of lists they are on.

    Parameters
    ----------
    lists
        Names of the k lists, at least two.
    histories
        All :math:`2^k - 1` combinations with at least one list. Shape ``(cell, list)``.
    counts
        Units with each combination; 0 where none was seen. Shape ``(cell,)``.

    Examples
    --------
    >>> from gecam.mortality import CaptureHistories
    >>> table = CaptureHistories.from_table(
    ...     [[1, 1], [1, 0], [0, 1]], [167, 781, 254], lists=["press", "coast guard"])
    >>> table.observed, table.list_totals()
    (1202, {'press': 948, 'coast guard': 421})
    """

    lists: tuple[str, ...]
    histories: BoolArray
    counts: IntArray

    @classmethod
    @checked
    def from_table(
        cls, histories: ArrayLike, counts: ArrayLike, *, lists: Sequence[str] = ()
    ) -> CaptureHistories:
        """Build the table from the combinations that were seen; the others count as 0.

        Parameters
        ----------
        histories
            One row per combination, 1 where the unit is on the list. Shape ``(row, list)``.
        counts
            Units with that combination. Shape ``(row,)``. Equal combinations are added.
        lists
            Names of the lists; ``A, B, ...`` if not given.

        Raises
        ------
        InputError
            If shapes disagree, a cell is neither 0 nor 1, or a row is on no list.
        """
        rows = np.asarray(histories, dtype=np.float64)
        values = checked_counts(counts, "counts")
        if rows.ndim != 2 or rows.shape[0] != values.size or not np.isin(rows, (0, 1)).all():
            raise InputError(
                "histories must hold one row of 0 and 1 per count: got "
                f"shape {rows.shape} for {values.size} counts."
            )
        k = rows.shape[1]
        if not 2 <= k <= MAX_LISTS:
            raise InputError(f"histories need 2 to {MAX_LISTS} lists: got {k}.")
        if (rows.sum(axis=1) == 0).any():
            raise InputError(
                "a row is on no list: units that nobody saw cannot be counted; leave the row out."
            )
        names = tuple(lists) if lists else tuple("ABCDEFGHIJKL"[:k])
        if len(names) != k or len(set(names)) != k:
            raise InputError(f"lists must name each of the {k} lists once: got {list(names)}.")
        cells = np.array([cell for cell in product((True, False), repeat=k) if any(cell)])
        # A combination read as a binary number counts down from the first cell (all lists).
        position = 2**k - 1 - (rows @ 2 ** np.arange(k)[::-1]).astype(int)
        table = np.bincount(position, weights=values, minlength=len(cells)).astype(np.int64)
        return cls(names, cells, table)

    @classmethod
    @checked
    def from_reports(cls, reports: pd.DataFrame, *, list_of: Mapping[str, str]) -> CaptureHistories:
        """Build the table from single reports, counting a copied report for its origin only.

        Parameters
        ----------
        reports
            One row per report, in any order: ``unit`` (the incident), ``source`` (who reported),
            and ``copied_from`` (the source it was taken from; empty for an own observation). Chains
            of copies are followed to their origin, which counts as having reported. A source may
            report a unit several times: each of its reports counts for the origin of that report.
        list_of
            Name of an originating source -> the list to which it belongs, such as
            ``{"ANSA": "media", "Guardia Costiera": "authorities"}``.

        Raises
        ------
        InputError
            If a column is missing, a unit or source is not named, copies go round in a circle that
            nobody observed, or an origin has no list.

        Examples
        --------
        >>> from gecam.mortality import CaptureHistories
        >>> reports = pd.DataFrame({
        ...     "unit": ["a", "a", "b"], "source": ["daily", "agency", "coast guard"],
        ...     "copied_from": ["agency", "", ""]})
        >>> table = CaptureHistories.from_reports(
        ...     reports, list_of={"agency": "press", "coast guard": "authorities"})
        >>> table.list_totals()   # the daily adds nothing to the agency
        {'authorities': 1, 'press': 1}
        """
        for column in ("unit", "source", "copied_from"):
            if column not in reports.columns:
                raise InputError(f"reports must have the column {column!r}: got {list(reports)}.")
        lists = sorted(set(list_of.values()))
        texts = reports[["unit", "source", "copied_from"]].fillna("").astype(str)
        unnamed = np.flatnonzero(texts[["unit", "source"]].eq("").any(axis=1))
        if unnamed.size:
            raise InputError(
                f"every report must name its unit and its source: row {unnamed[0]} (counted from 0) "
                "does not. Reports of one unnamed unit would be taken for reports of one incident."
            )
        seen: dict[str, set[str]] = {}
        for unit, group in texts.groupby("unit", sort=True):
            for origin in sorted(_origins(group, str(unit))):
                if origin not in list_of:
                    raise InputError(
                        f"source {origin!r} (of unit {unit!r}) belongs to no list. "
                        "Add it to list_of, or drop its reports and say so."
                    )
                seen.setdefault(str(unit), set()).add(list_of[origin])
        rows = [[name in on for name in lists] for on in seen.values()]
        return cls.from_table(rows, np.ones(len(rows)), lists=lists)

    @property
    def observed(self) -> int:
        """Units on at least one list."""
        return int(self.counts.sum())

    def list_totals(self) -> dict[str, int]:
        """Return the units on each list."""
        totals = self.histories.T.astype(np.int64) @ self.counts
        return dict(zip(self.lists, (int(n) for n in totals), strict=True))

    def frequencies(self) -> IntArray:
        """Return units seen by exactly 1, 2, ..., k lists. Shape ``(list,)``."""
        times = self.histories.sum(axis=1)
        return np.bincount(times, weights=self.counts, minlength=len(self.lists) + 1)[1:].astype(
            np.int64
        )

    def pair(self, first: str, second: str) -> tuple[int, int, int]:
        """Return units on the first list, on the second, and on both (for `chapman`).

        Parameters
        ----------
        first, second
            Names of two of the `lists`.

        Returns
        -------
        tuple of int
            Numbers of units, >= 0.

        Raises
        ------
        InputError
            If there is no list of that name.
        """
        i, j = (self.index_of(name) for name in (first, second))
        on = self.histories[:, [i, j]]
        return tuple(  # type: ignore[return-value]
            int(self.counts[mask].sum()) for mask in (on[:, 0], on[:, 1], on.all(axis=1))
        )

    def combine(self, groups: Mapping[str, Iterable[str]]) -> CaptureHistories:
        """Return the table with some lists merged into one, such as two that copy each other.

        Parameters
        ----------
        groups
            New name and the lists that it replaces; lists in no group are kept.
        """
        members = {name: [self.index_of(old) for old in group] for name, group in groups.items()}
        used = {i for group in members.values() for i in group}
        alone = {name: [i] for i, name in enumerate(self.lists) if i not in used}
        columns = alone | members
        rows = np.column_stack([self.histories[:, group].any(axis=1) for group in columns.values()])
        return CaptureHistories.from_table(rows, self.counts, lists=list(columns))

    def index_of(self, name: str) -> int:
        """Return the position of a list."""
        if name not in self.lists:
            raise InputError(f"there is no list {name!r}; the lists are {list(self.lists)}.")
        return self.lists.index(name)


def _origins(reports: pd.DataFrame, unit: str) -> set[str]:
    """Return the sources that saw a unit themselves, or that others copied without their report.

    From each report the copies are followed until no new source turns up; of the sources passed,
    those with a report of their own, and those without any report, are origins.
    """
    copied_from: dict[str, set[str]] = {}
    for source, origin in zip(reports["source"], reports["copied_from"], strict=True):
        copied_from.setdefault(source, set()).add(origin)
    origins: set[str] = set()
    for source in sorted(copied_from):
        passed: set[str] = set()
        ahead = {source}
        while ahead:
            passed |= ahead
            ahead = {one for last in ahead for one in copied_from.get(last, ())} - passed - {""}
        own = {one for one in passed if "" in copied_from.get(one, {""})}
        if not own:
            raise InputError(
                f"reports of unit {unit!r} copy each other in a circle: {sorted(passed)}."
            )
        origins |= own
    return origins
