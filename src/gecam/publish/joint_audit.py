"""Choice of the rows to suppress, given this release, its shares of origins, and earlier exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gecam._typing import Array, BoolArray, FloatArray, IntArray
from gecam.errors import InputError
from gecam.publish.protection import Relations, UnprotectedError, hide
from gecam.publish.relations import Sum, WeightedSum, origin_relations, row_relations
from gecam.results import rounded_rows

# Part of its unit to which a reader is taken to know the rounded mean of an origin: the mean and the
# two ends of its interval are rounded to that unit each, and tell more together than one of them.
KNOWN_TO = 1 / 4


@dataclass(frozen=True, eq=False)
class Exported:
    """What an earlier export showed and suppressed.

    Parameters
    ----------
    name
        The release.
    rows
        All its rows, with their true means, as `gecam.Database.estimates` returns them.
    shares
        Composition of its places, as in `disclose`.
    suppressed
        Ids of the rows that were suppressed.
    threshold
        Threshold that was used, persons.
    ratios
        By id: the mean in the present release over the mean in this one, where a reader can know
        it because both rest on the same inputs that are not public.
    ratios_before
        The same for each export that stands before this one, in their order: the mean there over the
        mean in this one.
    """

    name: str
    rows: pd.DataFrame
    shares: pd.DataFrame
    suppressed: frozenset[str]
    threshold: float
    ratios: Mapping[str, float]
    ratios_before: Sequence[Mapping[str, float]] = ()


@dataclass(frozen=True, eq=False)
class AuditedTable:
    """The rows of one release, and what is to be kept from readers.

    Parameters
    ----------
    rows
        Its rows, with true means.
    shares
        Composition of its places, as in `disclose`; None where it is not at hand.
    secret
        Rows that must be hidden, or that were. Shape ``(row,)``.
    is_known
        Rows that cannot be hidden: anyone can compute them, or they were shown. Shape ``(row,)``.
    threshold
        Least width of the interval that a reader can put around a hidden mean, persons.
    is_rounded
        Whether means that rest on an input that is not public are shown rounded.
    """

    rows: pd.DataFrame
    shares: pd.DataFrame | None
    secret: BoolArray
    is_known: BoolArray
    threshold: float
    is_rounded: bool = True


def rows_to_hide(table: AuditedTable, earlier: Sequence[Exported]) -> BoolArray:
    """Return the rows of a release to hide, given those that must be. Shape ``(row,)``.

    Raises
    ------
    InputError
        If public figures, or what earlier exports showed, give one away.
    """
    rows, has_number = table.rows, table.rows["mean"].notna().to_numpy()
    cells = _Cells()
    at = cells.add(table)
    cells_of = [dict(zip(rows["id"], at.tolist(), strict=True))]
    for export in earlier:
        cells_of.append(cells.add_exported(export, cells_of))
    try:
        hidden_cells = cells.hide()
    except UnprotectedError as error:
        names = ", ".join(export.name for export in earlier)
        raise InputError(
            f"{cells.ids[error.cell]} cannot be protected: public figures"
            + (f", or what was exported of {names}," if names else "")
            + " give it away, whatever else is hidden. Do not export this release; make one in which "
            "that figure is merged with others."
        ) from error
    hidden = np.zeros(len(rows), dtype=bool)
    hidden[has_number] = hidden_cells[at[has_number]]
    # The total of country plans is a part of the other total that no row describes: it goes too.
    partial = rows["id"].eq("total/country plans").to_numpy() & has_number & ~table.is_known
    if hidden.any() and not set(at[partial].tolist()) & cells.in_sums:
        hidden |= partial
    return hidden


def _known_within(rows: pd.DataFrame) -> FloatArray:
    """Return how far from its true mean a reader must allow a row to be: rounded origins only.

    No further than the mean can be that was rounded to what is shown, and not beyond the ends of the
    interval that is shown. Shape ``(2, row)``: below, and above.
    """
    is_rounded = rows["breakdown"].eq("origin") & ~rows["is_public"].astype(bool)
    mean, shown = rows["mean"].to_numpy(dtype=np.float64), rounded_rows(rows)
    half = shown.step / 2
    under = [KNOWN_TO * half, mean - (shown.value - half), _unless_beyond(mean - shown.lower)]
    over = [KNOWN_TO * half, (shown.value + half) - mean, _unless_beyond(shown.upper - mean)]
    within = np.maximum([np.min(under, axis=0), np.min(over, axis=0)], 0.0)
    return np.where(is_rounded.to_numpy(), np.nan_to_num(within), 0.0)


def _unless_beyond(distance: FloatArray) -> FloatArray:
    """Return distances of means to an end of their interval; of means beyond it, no limit."""
    return np.where(distance >= 0, distance, np.inf)


@dataclass(eq=False)
class _Cells:
    """All rows with a number, of this release and of earlier exports, as the cells of one table."""

    ids: list[str] = field(default_factory=list)
    columns: list[tuple[Array, ...]] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    at_most: list[Sum] = field(default_factory=list)
    weighted: list[WeightedSum] = field(default_factory=list)

    @property
    def in_sums(self) -> set[int]:
        """Cells that are a total or a part."""
        return {cell for total, parts in self.sums for cell in (total, *parts)}

    def add(self, table: AuditedTable) -> IntArray:
        """Add a table and its relations; return the cell of each row, -1 where it has no number."""
        rows, has_number = table.rows, table.rows["mean"].notna().to_numpy()
        is_origin = rows["breakdown"].eq("origin").to_numpy()
        at = np.where(has_number, len(self.ids) + np.cumsum(has_number) - 1, -1)
        sums, at_most = row_relations(rows)
        for new, own in ((sums, self.sums), (at_most, self.at_most)):
            own += [(int(at[cell]), at[others].tolist()) for cell, others in new]
        secret = table.secret
        if table.shares is None:  # what rows of origins tell about places is not published
            secret = secret | (has_number & is_origin & ~table.is_known)
        else:
            self.weighted += [
                (int(at[origin]), {int(at[place]): share for place, share in weights.items()})
                for origin, weights in origin_relations(rows, table.shares)
            ]
        self.ids += rows["id"][has_number].tolist()
        values = rows["mean"].to_numpy(dtype=np.float64)
        # What an origin's row tells is what it tells about places: those are protected.
        limit = np.where(is_origin, 0.0, table.threshold)
        within = _known_within(rows) if table.is_rounded else np.zeros((2, len(rows)))
        columns = (values, secret, table.is_known, limit, *within)
        self.columns.append(tuple(column[has_number] for column in columns))
        return at

    def add_exported(
        self, export: Exported, cells_of: Sequence[Mapping[str, int]]
    ) -> dict[str, int]:
        """Add an earlier export: what it showed is known, what it suppressed stays protected.

        Its figures are tied to those of the present release and of exports before it, whose cells by
        id are given; its own are returned.
        """
        rows = export.rows.reset_index(drop=True)
        hid = rows["id"].isin(export.suppressed).to_numpy()
        is_rounded = bool(export.suppressed)
        at = self.add(AuditedTable(rows, export.shares, hid, ~hid, export.threshold, is_rounded))
        own = dict(zip(rows["id"], at.tolist(), strict=True))
        ratios_to = [export.ratios, *export.ratios_before]
        self.weighted += [
            (cell_of[key], {own[key]: ratio})
            for cell_of, ratios in zip(cells_of, ratios_to, strict=False)
            for key, ratio in ratios.items()
            if cell_of.get(key, -1) >= 0 and own.get(key, -1) >= 0
        ]
        return own

    def hide(self) -> BoolArray:
        """Return the cells to hide."""
        values, secret, fixed, threshold, under, over = (
            np.concatenate(column) for column in zip(*self.columns, strict=True)
        )
        relations = Relations(self.sums, len(values), self.at_most, self.weighted)
        within = np.stack([under, over])
        return hide(values, secret, relations, threshold=threshold, fixed=fixed, within=within)
