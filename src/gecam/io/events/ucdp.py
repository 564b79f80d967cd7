"""UCDP's georeferenced events of organised violence."""

from __future__ import annotations

import pandas as pd

from gecam.io.door import Field, File, read_tagged, reader
from gecam.io.events.catalogue import EventCatalogue
from gecam.model import Note

_FIELDS = {
    "id": Field(("conflict_new_id", "conflict_id")),
    "event": Field(("id",), is_required=False),
    "name": Field(("conflict_name",)),
    "violence": Field(("type_of_violence",)),
    "iso3": Field(("iso3",), "#country+code"),
    "started_on": Field(("date_start",), "#date+start"),
    "ended_on": Field(("date_end",), "#date+end"),
    "deaths": Field(("best",), "#affected+killed"),
}
_VIOLENCE = {"1": "state-based", "2": "non-state", "3": "one-sided"}


@reader("events", "UCDP", ["type_of_violence", "conflict_name"])
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
        If columns are missing, cells cannot be read, or the id of an event stands twice; all of them
        are listed. Rows of totals are left out, with a note.

    Notes
    -----
    The onset of a conflict is the first event in the file: a file of one country or of recent years
    starts too late.
    """
    sheet = read_tagged(path, _FIELDS).without_totals("id", "name", "iso3")
    if "event" in sheet:
        sheet.refuse_repeats(sheet.text("event"), "event")
    rows = pd.DataFrame(
        {
            "id": "ucdp-" + sheet.text("id"), "name": sheet.text("name"),
            "hazard": sheet.text("violence").map(lambda code: _VIOLENCE.get(code, code)),
            "iso3": sheet.countries_or_blank("iso3"),
            "started_on": sheet.days("started_on"), "ended_on": sheet.days("ended_on"),
            "people": sheet.people("deaths", missing=()), "line": sheet.rows,
        }
    )  # fmt: skip
    source = sheet.data_set("ucdp-ged")
    grouped = rows.groupby(["id", "iso3"], sort=False, as_index=False)
    events = grouped.agg(
        name=("name", "first"), hazard=("hazard", "first"), started_on=("started_on", "min"),
        ended_on=("ended_on", "max"), people=("people", "sum"), line=("line", "min"),
    ).assign(kind="conflict", counted="deaths", glide="")  # fmt: skip
    notes = sheet.told(
        Note("EVENTS_GROUPED", f"events of {len(events)} conflicts and countries", len(rows)),
        Note("CODE_OF_NO_COUNTRY", "events without an ISO3 code", int(rows["iso3"].eq("").sum())),
    )
    return EventCatalogue(events, source, notes)
