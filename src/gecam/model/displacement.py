"""Displacement as published: movements of people within a country, and people displaced."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from gecam.model.frames import Column
from gecam.model.published_rows import PublishedRows

DisplacementMeasure = Literal["movements", "people"]
DISPLACEMENT_COLUMNS = {
    "iso3": Column("iso3", is_missing_allowed=True),
    "code_published": Column("text"),
    "year": Column("count", is_whole=True),
    "cause": Column("text", values=frozenset({"conflict", "disaster"})),
    "measure": Column("text", values=frozenset({"movements", "people"})),
    "value": Column("count", is_missing_allowed=True),
    "event": Column("text", is_missing_allowed=True),
    "hazard": Column("text", is_missing_allowed=True),
    "started_on": Column("date", is_missing_allowed=True),
    "ended_on": Column("date", is_missing_allowed=True),
    "repeats": Column("count", is_whole=True),
    "line": Column("count", is_whole=True),
}


class DisplacementTable(PublishedRows, columns=DISPLACEMENT_COLUMNS, table="displacement"):
    """Internal displacement by country and year, or by event.

    Parameters
    ----------
    rows
        Two rows per published row, one for each ``measure``: ``movements`` (new displacements in
        the year; a person who fled twice counts twice) and ``people`` (in displacement at the end
        of the year). ``iso3`` (empty where the publisher's code, kept in ``code_published``, is of
        no one country), ``year``, ``cause``, ``value`` (NaN where blank: not zero), ``event``,
        ``hazard``, ``started_on``, ``ended_on``, ``repeats`` (rows that share country, year, event
        and measure), ``line``.
    source, notes
        As in `Stock`.
    """

    def total(self, measure: DisplacementMeasure, year: int) -> float:
        """Return the published total of a year over all places; blanks count nothing.

        Parameters
        ----------
        measure
            ``"movements"``, or ``"people"`` in displacement at the end of the year.
        year
            Calendar year.

        Returns
        -------
        float
            Movements, or persons; 0 where the table has no row of the year.
        """
        is_asked = self.rows["measure"].eq(measure) & self.rows["year"].eq(year)
        return float(self.rows.loc[is_asked, "value"].sum())


PLACE_COUNT_COLUMNS = {
    "iso3": Column("iso3"),
    "level": Column("text", values=frozenset(f"admin{level}" for level in range(5))),
    "pcode": Column("text", is_missing_allowed=True),
    "place": Column("text", is_missing_allowed=True),
    "as_of": Column("date"),
    "round": Column("text", is_missing_allowed=True),
    "operation": Column("text", is_missing_allowed=True),
    "assessment": Column("text", is_missing_allowed=True),
    "group": Column("text", values=frozenset({"idps", "returnees", "migrants"})),
    "cause": Column("text", is_missing_allowed=True),
    "origin_pcode": Column("text", is_missing_allowed=True),
    "people": Column("count", is_missing_allowed=True),
    "line": Column("count", is_whole=True),
}


class PlaceCounts(PublishedRows, columns=PLACE_COUNT_COLUMNS, table="place counts"):
    """People counted in places, round by round (IOM's Displacement Tracking Matrix).

    Parameters
    ----------
    rows
        ``iso3``, ``level`` (``admin0`` to ``admin4``), ``pcode``, ``place``, ``as_of``, ``round``,
        ``operation``, ``assessment`` (``BA`` baseline, ``SA`` sites), ``group`` (``idps``,
        ``returnees``, neither of whom are international migrants; ``migrants``), ``cause``,
        ``origin_pcode``, ``people`` (NaN where blank), ``line``. Rounds are stocks of the same people,
        levels repeat each other, and two assessments of one round count the same people: none of
        these add.
    source, notes
        As in `Stock`.
    """

    def latest(self, level: str) -> pd.DataFrame:
        """Return the latest count of each place of one level.

        Returns
        -------
        DataFrame
            One row per ``iso3``, ``pcode`` and ``group``: ``place``, ``as_of``, ``operation``,
            ``assessment``, ``people`` (summed over causes and origins), ``assessments`` (how many
            operations or kinds of assessment the date has; of several, the largest count is taken,
            since they may be of the same people). Places keep their own dates: some were last
            counted years ago.
        """
        place = ["iso3", "pcode", "group"]
        rows = self.rows[self.rows["level"].eq(level)]
        rows = rows[rows["as_of"].eq(rows.groupby(place)["as_of"].transform("max"))]
        by = [*place, "as_of", "operation", "assessment", "round"]
        counts = rows.groupby(by, as_index=False).agg(
            place=("place", "first"), people=("people", lambda people: people.sum(min_count=1))
        )
        counts["assessments"] = counts.groupby(place)["people"].transform("size")
        largest = counts.sort_values("people", ascending=False, kind="stable").drop_duplicates(
            place
        )
        return largest.sort_values(place, ignore_index=True)
