"""UCDP's georeferenced events of organised violence."""

from __future__ import annotations

import pandas as pd

from gecam.codes import is_iso3
from gecam.io.events import EventCatalogue
from gecam.io.hxl import Field, locate, read_tagged
from gecam.io.intake import Source as File
from gecam.io.ipc import dates
from gecam.io.tables import raise_problems
from gecam.model import Note, Source

_FIELDS = {
    "id": Field(("conflict_new_id", "conflict_id")),
    "name": Field(("conflict_name",)),
    "violence": Field(("type_of_violence",)),
    "iso3": Field(("iso3",), "#country+code"),
    "started_on": Field(("date_start",), "#date+start"),
    "ended_on": Field(("date_end",), "#date+end"),
    "deaths": Field(("best",), "#affected+killed"),
}
_VIOLENCE = {"1": "state-based", "2": "non-state", "3": "one-sided"}


def read_ucdp(path: File) -> EventCatalogue:
    """Read UCDP GED and return its conflicts by country.

    Parameters
    ----------
    path
        CSV or workbook, one row per event.

    Returns
    -------
    EventCatalogue
        One row per conflict and country: first and last day of its events **in this file**, and the
        deaths of their best estimates. They are deaths, not people affected.

    Raises
    ------
    LayoutError, InputError
        If columns are missing, or cells cannot be read; all of them are listed.

    Notes
    -----
    The onset of a conflict is the first event in the file: a file of one country or of recent years
    starts too late.
    """
    sheet, tags = read_tagged(path)
    columns = locate(sheet, _FIELDS, tags=tags.tags)
    deaths, problems = sheet.numbers(columns["deaths"], missing=())
    first, faults = dates(sheet, columns["started_on"])
    last, more = dates(sheet, columns["ended_on"])
    raise_problems(sheet, problems + faults + more)
    rows = pd.DataFrame(
        {
            "id": "ucdp-" + sheet.text(columns["id"]), "name": sheet.text(columns["name"]),
            "hazard": sheet.text(columns["violence"]).map(lambda code: _VIOLENCE.get(code, code)),
            "iso3": sheet.text(columns["iso3"]).map(lambda code: code if is_iso3(code) else ""),
            "started_on": first, "ended_on": last, "people": deaths, "line": sheet.rows,
        }
    )  # fmt: skip
    grouped = rows.groupby(["id", "iso3"], sort=False, as_index=False)
    events = grouped.agg(
        name=("name", "first"), hazard=("hazard", "first"), started_on=("started_on", "min"),
        ended_on=("ended_on", "max"), people=("people", "sum"), line=("line", "min"),
    ).assign(kind="conflict", counted="deaths", glide="")  # fmt: skip
    notes = (
        *tags.notes(),
        Note("EVENTS_GROUPED", f"events of {len(events)} conflicts and countries", len(rows)),
        Note("CODE_OF_NO_COUNTRY", "events without an ISO3 code", int(rows["iso3"].eq("").sum())),
    )
    source = Source(
        "ucdp-ged", "Uppsala Conflict Data Program", "UCDP Georeferenced Event Dataset",
        licence="CC BY 4.0", url="https://ucdp.uu.se", sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    return EventCatalogue(events, source, notes)
