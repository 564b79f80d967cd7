"""IFRC GO: emergency appeals and DREF operations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam.io.door import Field, File, read_tagged, reader
from gecam.io.events.catalogue import EventCatalogue, kind_of
from gecam.model import Note

_FIELDS = {
    "id": Field(("code",)),
    "name": Field(("name",)),
    "hazard": Field(("dtype.name",)),
    "iso3": Field(("country.iso3",)),
    "started_on": Field(("start_date",)),
    "ended_on": Field(("end_date",)),
    "people": Field(("initial_num_beneficiaries", "num_beneficiaries")),
}


@reader("events", "IFRC", ["initial_num_beneficiaries"])
def read_ifrc(path: File) -> EventCatalogue:
    """Read appeals of IFRC GO (``appeal`` of its API, flattened to a table).

    Parameters
    ----------
    path
        CSV or workbook.

    Returns
    -------
    EventCatalogue
        People are those **targeted** at the start of the operation: a plan's choice, no count of
        people affected. 0 stands for not stated.

    Raises
    ------
    LayoutError, InputError
        If columns are missing, or cells cannot be read; all of them are listed.
    """
    sheet = read_tagged(path, _FIELDS).without_totals("id", "name", "iso3")
    people = sheet.people("people")
    first, last = sheet.days("started_on"), sheet.days("ended_on", missing=("",))
    code, hazard = sheet.countries_or_blank("iso3"), sheet.text("hazard")
    events = pd.DataFrame(
        {
            "id": sheet.text("id"), "name": sheet.text("name"),
            "kind": hazard.map(kind_of), "hazard": hazard, "iso3": code,
            "started_on": first, "ended_on": last, "people": np.where(people > 0, people, np.nan),
            "counted": "targeted", "glide": "", "line": sheet.rows,
        }
    )  # fmt: skip
    source = sheet.data_set("ifrc-go")
    notes = sheet.told(
        Note("TARGETED", "people are those targeted at the start, not those affected", len(sheet)),
        Note("PEOPLE_ZERO", "operations with 0 people: not stated", int((people == 0).sum())),
        Note("CODE_OF_NO_COUNTRY", "operations without an ISO3 code", int(code.eq("").sum())),
    )
    return EventCatalogue(events, source, notes)
