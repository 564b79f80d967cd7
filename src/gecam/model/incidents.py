"""Incidents in which migrants died or went missing, as a publisher recorded them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import pandas as pd

from gecam._signature import check_fields
from gecam.codes import is_iso3
from gecam.errors import InputError, Problem
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

INCIDENT_KINDS = frozenset({"incident", "split", "cumulative", "unstated"})

INCIDENT_COLUMNS = {
    "incident": Column("text"),
    "record": Column("text"),
    "kind": Column("text", values=INCIDENT_KINDS),
    "date": Column("date", is_missing_allowed=True),
    "month": Column("date", is_missing_allowed=True),
    "year": Column("number"),
    "route": Column("text", is_missing_allowed=True),
    "route_group": Column("text", is_missing_allowed=True),
    "region": Column("text", is_missing_allowed=True),
    "country": Column("text", is_missing_allowed=True),
    "region_of_origin": Column("text", is_missing_allowed=True),
    "is_presumed_origin": Column("flag"),
    "country_of_origin": Column("text", is_missing_allowed=True),
    "dead": Column("count", is_missing_allowed=True),
    "missing": Column("number", is_missing_allowed=True),
    "dead_and_missing": Column("count", is_missing_allowed=True),
    "survivors": Column("number", is_missing_allowed=True),
    "females": Column("count", is_missing_allowed=True),
    "males": Column("count", is_missing_allowed=True),
    "children": Column("count", is_missing_allowed=True),
    "cause": Column("text", is_missing_allowed=True),
    "cause_group": Column("text", is_missing_allowed=True),
    "source_quality": Column("number", is_missing_allowed=True),
    "information_source": Column("text", is_missing_allowed=True),
}

IdScheme = Literal["main", "web", "none"]


@dataclass(frozen=True, eq=False)
class Incidents:
    """Records of deaths and disappearances, one row per record.

    Parameters
    ----------
    records
        One row per record:

        - ``incident``, ``record``: id of the incident and of the record. An incident that the
          publisher split (by country of origin, say) has several records, which add up; where one
          id was given to incidents of several regions, `main_ids` tells them apart.
        - ``kind``: ``incident``, ``split`` (part of one), ``cumulative`` (remains of many incidents
          summed over weeks or months), ``unstated`` (the file does not tell).
        - ``date``, ``month`` (its first day), ``year``: what is known of them.
        - ``route`` as published, spelled as in the newest files; ``route_group``, the coarser
          routes in which all files can be compared; ``region`` and ``country`` (ISO3) of the
          incident.
        - ``region_of_origin``, ``is_presumed_origin`` (the publisher inferred it),
          ``country_of_origin`` (ISO3 codes apart by ``;``, ``UNK`` for unknown).
        - ``dead``, ``missing`` (minimum estimate), ``dead_and_missing``, ``survivors``,
          ``females``, ``males``, ``children``: people; empty where not recorded, which is not
          zero. ``missing`` and ``survivors`` can be negative in a part of a split incident: people
          who were found dead, or died, later.
        - ``cause`` as published, ``cause_group``: one of seven groups.
        - ``source_quality``: 1 (one media report) to 5 (official, or several sources agree).
        - ``information_source``: who reported, as published.
    id_scheme
        Whose ids ``incident`` holds: ``main`` (Main ID: ``2014.MMP00001``), ``web`` (the older
        numbers), ``none`` (the file has none and rows were numbered). Only equal schemes merge.
    layout
        Name of the layout that was read.
    source, notes
        As in `Stock`.

    Raises
    ------
    InputError
        If a cell breaks its rule, a record repeats, a month is not a first day, or dead and missing
        do not add up to their total.
    """

    records: pd.DataFrame
    id_scheme: IdScheme = "none"
    layout: str = ""
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        records = check_frame(self.records, INCIDENT_COLUMNS, table="incidents", key=["record"])
        parts = records[["dead", "missing"]].fillna(0).sum(axis=1)
        has_parts = records[["dead", "missing"]].notna().any(axis=1)
        total = records["dead_and_missing"]
        is_code = {code: not code or is_iso3(code) for code in set(records["country"])}
        rules = {
            ("dead_and_missing", "dead and missing do not add up to the total"): (
                has_parts & total.notna() & (parts != total)
            ),
            ("month", "not the first day of a month"): records["month"].dt.day.gt(1),
            ("country", "not an ISO3 code; look a name up with gecam.codes.iso3(name)"): (
                ~records["country"].map(is_code).astype(bool)
            ),
        }
        problems = [
            Problem(
                f"{what}: {value}", sheet="incidents", row=record, column=column, code="INCIDENT"
            )
            for (column, what), broken in rules.items()
            for record, value in zip(
                records["record"][broken], records[column][broken].astype(str), strict=True
            )
        ]
        if problems:
            raise InputError(f"incidents have {len(problems)} problem(s)", problems)
        records["dead_and_missing"] = total.where(total.notna(), parts.where(has_parts))
        order = ["year", "month", "date", "incident", "record"]
        object.__setattr__(self, "records", records.sort_values(order, ignore_index=True))

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.records)

    @property
    def dead_and_missing(self) -> int:
        """Recorded dead and missing: at least so many people."""
        return int(self.records["dead_and_missing"].sum())

    @property
    def last_date(self) -> pd.Timestamp:
        """Latest date of a record, else month: the file is not complete up to it."""
        dates = self.records["date"].fillna(self.records["month"])
        return pd.Timestamp(dates.max())

    def restrict(self, where: pd.Series) -> Incidents:
        """Return the records where a boolean series, aligned with `records`, is true."""
        return Incidents(self.records[where], self.id_scheme, self.layout, self.source, self.notes)

    def main_ids(self) -> pd.Series:
        """Return the id of the incident that each record is part of.

        Returns
        -------
        Series
            Aligned with `records`. The publisher's id, except where it was given by mistake to
            incidents of several regions: then the region is added, such as ``"2020.MMP00507
            (Mediterranean)"``. Records of two regions on one stated route are parts of one incident
            across a border.
        """
        ids, regions, routes = (self.records[name] for name in ("incident", "region", "route"))
        has_parts = ids.duplicated(keep=False)
        if not has_parts.any():
            return ids
        routes_of = routes[has_parts].groupby(ids)
        is_on_one_route = routes_of.nunique().eq(1) & routes_of.min().ne("")
        regions_of = regions[has_parts & regions.ne("")].groupby(ids).nunique()
        several = regions_of.index[regions_of.gt(1) & ~is_on_one_route.reindex(regions_of.index)]
        is_ambiguous = ids.isin(several) & regions.ne("")
        return ids.mask(is_ambiguous, ids + " (" + regions + ")")

    def between(self, first: str, last: str) -> Incidents:
        """Return the incidents of the months from `first` to `last`, both included.

        Parameters
        ----------
        first, last
            First and last month, by month or by one of its days: ``"2024-12"``, ``"2024-12-31"``.

        Returns
        -------
        Incidents
            Whole incidents: one that has records of several months belongs to the first of them, as
            in `gecam.mortality.totals`. An incident of which only the year is stated is among them
            if the whole year is; if a part of its year is, it is left out, and a note says how many
            incidents and people that were (``WITHOUT_MONTH``).

        Raises
        ------
        InputError
            If `first` or `last` is no month, or `first` is later than `last`.
        """
        start, end = checked_month(first, "first"), checked_month(last, "last")
        if start > end:
            raise InputError(f"first must not be later than last: got {start} and {end}.")
        main = self.records.groupby(self.main_ids())
        month = main["month"].transform("first").dt.to_period("M")
        year = main["year"].transform("first")
        january, december = year * 12 + 1, year * 12 + 12  # counted like the months of the span
        opening, closing = (p.year * 12 + p.month for p in (start, end))
        is_within = month.ge(start) & month.le(end)
        is_within |= month.isna() & january.ge(opening) & december.le(closing)
        is_unclear = month.isna() & ~is_within & january.le(closing) & december.ge(opening)
        chosen = self.restrict(is_within)
        if not is_unclear.any():
            return chosen
        left_out = self.records[is_unclear]
        note = Note(
            "WITHOUT_MONTH",
            f"incidents without a month left out, since only a part of their year lies in {start} "
            f"to {end}; they have {left_out['dead_and_missing'].sum():,.0f} dead and missing",
            self.main_ids()[is_unclear].nunique(),
        )
        return replace(chosen, notes=(*self.notes, note))


def checked_month(value: str | date | pd.Period, name: str) -> pd.Period:
    """Return the month that `value` lies in; a year alone is not taken for its January.

    Parameters
    ----------
    value
        Month or day: ``"2024-12"``, ``"2024-12-31"``, a date or a period.
    name
        Name of the argument, for the message.

    Raises
    ------
    InputError
        If it is no month of the calendar.

    Examples
    --------
    >>> from gecam.model import checked_month
    >>> str(checked_month("2024-12-31", "first"))
    '2024-12'
    """
    is_month = isinstance(value, date | pd.Period) and not pd.isna(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value, re.ASCII):
        is_month = not pd.isna(pd.to_datetime(value, errors="coerce"))
    if isinstance(value, pd.Period) and not value.freqstr.startswith(("M", "D")):
        is_month = False
    if not is_month:
        raise InputError(f"{name} must be a month such as '2024-12': got {value!r}.")
    return pd.Period(str(value)[:7], "M")
