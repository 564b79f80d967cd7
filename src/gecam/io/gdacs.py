"""GDACS: alerts of the Global Disaster Alert and Coordination System."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import numpy as np
import pandas as pd

from gecam.codes import is_iso3
from gecam.errors import InputError
from gecam.io.events import EventCatalogue, glide_of
from gecam.io.hxl import Field, locate, read_tagged
from gecam.io.intake import Source as File
from gecam.io.tables import raise_problems
from gecam.model import Note, Source

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
    sheet, tags = read_tagged(path)
    columns = locate(sheet, _FIELDS, tags=tags.tags)
    days, problems = {}, []
    for name in ("started_on", "ended_on"):
        told, faults = sheet.codes(columns[name], _iso_day, remedy="As in RFC 822: 10 Dec 2024.")
        days[name] = pd.to_datetime(told, format="%Y-%m-%d")
        problems += faults
    raise_problems(sheet, problems)
    code = sheet.text(columns["iso3"])
    is_code = code.map(is_iso3)
    events = pd.DataFrame(
        {
            "id": sheet.text(columns["id"]), "name": sheet.text(columns["name"]),
            "kind": "disaster", "hazard": sheet.text(columns["hazard"]),
            "iso3": code.where(is_code, ""), **days, "people": np.nan, "counted": "",
            "glide": sheet.text(columns["name"]).map(glide_of), "line": sheet.rows,
        }
    )  # fmt: skip
    notes = (
        *tags.notes(),
        Note("PEOPLE_IN_WORDS", "alerts say who is affected in words only", len(sheet)),
        Note("CODE_OF_NO_COUNTRY", "alerts without one ISO3 code", int((~is_code).sum())),
    )
    source = Source(
        "gdacs", "European Commission, JRC, and UN OCHA", "GDACS alerts", licence="GDACS terms of use",
        url="https://www.gdacs.org", sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    return EventCatalogue(events, source, notes)


def _iso_day(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (TypeError, ValueError):
        raise InputError(f"not a date: {text!r}") from None
