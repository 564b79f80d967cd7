"""GDACS: alerts of the Global Disaster Alert and Coordination System."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

import numpy as np
import pandas as pd

from gecam.errors import InputError
from gecam.io.door import Field, File, iso_day, read_tagged, reader
from gecam.io.events.catalogue import EventCatalogue, glide_of
from gecam.model import Note

_FIELDS = {
    "id": Field(("id",)),
    "name": Field(("title",)),
    "hazard": Field(("event_type",)),
    "iso3": Field(("iso3",)),
    "started_on": Field(("from_date",)),
    "ended_on": Field(("to_date",)),
    "severity": Field(("severity_value",)),
    "longitude": Field(("geo_long",)),
    "latitude": Field(("geo_lat",)),
}

_FULL_YEAR = re.compile(r" \d{4} ", re.ASCII)


@reader("events", "GDACS", ["event_type", "gdacs_bbox"])
def read_gdacs(path: File) -> EventCatalogue:
    """Read the table of GDACS alerts (its RSS feed as rows).

    Parameters
    ----------
    path
        CSV or workbook.

    Returns
    -------
    EventCatalogue
        Without people: the feed gives a class in words ("Few people affected in 100km").

    Raises
    ------
    LayoutError, InputError
        If columns are missing, or cells cannot be read; all of them are listed.
    """
    sheet = read_tagged(path, _FIELDS).without_totals("id", "name")
    days = {
        name: pd.to_datetime(
            sheet.converted(
                name, _iso_day, remedy="As in RFC 822: 10 Dec 2024.", code="NOT_A_DATE"
            ),
            format="%Y-%m-%d",
            errors="coerce",
        )
        for name in ("started_on", "ended_on")
    }
    code, name = sheet.countries_or_blank("iso3"), sheet.text("name")
    events = pd.DataFrame(
        {
            "id": sheet.text("id"), "name": name,
            "kind": "disaster", "hazard": sheet.text("hazard"),
            "iso3": code, **days, "people": np.nan, "counted": "",
            "glide": name.map(glide_of), "line": sheet.rows,
        }
    )  # fmt: skip
    source = sheet.data_set("gdacs")
    notes = sheet.told(
        Note("PEOPLE_IN_WORDS", "alerts say who is affected in words only", len(sheet)),
        Note("CODE_OF_NO_COUNTRY", "alerts without one ISO3 code", int(code.eq("").sum())),
    )
    return EventCatalogue(events, source, notes)


def _iso_day(text: str) -> str:
    if not _FULL_YEAR.search(text):  # of two digits, the century would be guessed
        raise InputError(f"not a date: {text!r} (the year needs four digits)")
    try:
        return iso_day(parsedate_to_datetime(text).date().isoformat())
    except (TypeError, ValueError):
        raise InputError(f"not a date: {text!r}") from None
