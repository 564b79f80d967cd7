"""EM-DAT: a user's own copy. Its licence forbids to pass it on, so that none is packaged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam.io.door import Field, File, read_tagged, reader
from gecam.io.events.catalogue import EventCatalogue, glide_of, kind_of
from gecam.model import Note

_FIELDS = {
    "id": Field(("DisNo.", "Dis No")),
    "hazard": Field(("Disaster Type",)),
    "name": Field(("Event Name",)),
    "iso3": Field(("ISO",)),
    "country": Field(("Country",)),
    "year": Field(("Start Year",)),
    "month": Field(("Start Month",)),
    "day": Field(("Start Day",)),
    "end_year": Field(("End Year",)),
    "end_month": Field(("End Month",)),
    "end_day": Field(("End Day",)),
    "people": Field(("Total Affected", "No. Affected")),
    "external": Field(("External IDs", "Glide"), is_required=False),
}


@reader("events", "CRED", ["DisNo.", "Disaster Type"])
def read_emdat(path: File) -> EventCatalogue:
    """Read your own copy of EM-DAT's public table.

    Parameters
    ----------
    path
        Workbook as downloaded, or CSV.

    Returns
    -------
    EventCatalogue
        People are the "total affected" (injured, affected and homeless), cumulative over the event.
        Blank means not reported, never nobody. A missing month or day is taken as the first of the
        year or month, with a note. Figures of this source are not public: disclosure rules apply.

    Raises
    ------
    LayoutError, InputError
        If columns are missing, or cells cannot be read; all of them are listed.

    Notes
    -----
    Reporting grew over the decades: before 2000 many events are absent.
    """
    sheet = read_tagged(path, _FIELDS).without_totals("id", "country", "iso3", "name")
    number = pd.DataFrame(
        {
            "year": sheet.years("year"),
            "end_year": sheet.years("end_year", missing=("",)),
            **{name: sheet.amounts(name, least=1, most=12) for name in ("month", "end_month")},
            **{name: sheet.amounts(name, least=1, most=31) for name in ("day", "end_day")},
        }
    )
    people = sheet.people("people")
    first = _days(number, "year", "month", "day")
    last = _days(number, "end_year", "end_month", "end_day")
    sheet.refuse(first.isna(), "year", "year, month and day are no date", code="NOT_A_DATE")
    code, hazard, name = sheet.countries_or_blank("iso3"), sheet.text("hazard"), sheet.text("name")
    named = name.mask(name.eq(""), hazard + ", " + sheet.text("country"))
    events = pd.DataFrame(
        {
            "id": sheet.text("id"), "name": named, "kind": hazard.map(kind_of),
            "hazard": hazard, "iso3": code, "started_on": first,
            "ended_on": last, "people": people, "counted": "affected",
            "glide": sheet.text("external").map(glide_of), "line": sheet.rows,
        }
    )  # fmt: skip
    rough = int(number[["month", "day"]].isna().any(axis=1).sum())
    notes = sheet.told(
        Note("DATE_ROUGH", "events without month or day: the first is taken", rough),
        Note("PEOPLE_BLANK", "events without people affected: not reported, not zero",
             int(np.isnan(people).sum())),
        Note("CODE_OF_NO_COUNTRY", "events of codes that are not ISO3", int(code.eq("").sum())),
    )  # fmt: skip
    source = sheet.data_set("emdat", is_public=False)
    return EventCatalogue(events, source, notes)


def _days(number: pd.DataFrame, year: str, month: str, day: str) -> pd.Series:
    parts = {"year": number[year], "month": number[month].fillna(1), "day": number[day].fillna(1)}
    return pd.to_datetime(pd.DataFrame(parts), errors="coerce")
