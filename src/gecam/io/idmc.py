"""IDMC's Global Internal Displacement Database: conflict by country and year, disaster events."""

from __future__ import annotations

import pandas as pd

from gecam.codes import is_iso3
from gecam.io.hxl import Field, locate, read_tagged
from gecam.io.intake import Source as File
from gecam.io.ipc import dates
from gecam.io.tables import raise_problems
from gecam.model import Note, Source
from gecam.model.displacement import DisplacementTable

_FIELDS = {
    "code_published": Field(("iso3",), "#country+code"),
    "year": Field(("year",), "#date+year"),
    "movements": Field(("new_displacement",), "#affected+idps+ind+newdisp"),
    "people": Field(("total_displacement",), "#affected+idps+ind+stock"),
    "event": Field(("event_name",), is_required=False),
    "hazard": Field(("hazard_type_name",), is_required=False),
    "started_on": Field(("start_date",), is_required=False),
    "ended_on": Field(("end_date",), is_required=False),
}


def read_gidd(path: File) -> DisplacementTable:
    r"""Read IDMC's table of conflict displacement by country and year, or of disaster events.

    Parameters
    ----------
    path
        The file, CSV (plain or compressed by gzip) or workbook. A table with names of events is of
        disasters.

    Returns
    -------
    DisplacementTable
        Two rows per row of the file: ``movements`` (``new_displacement``) and ``people``
        (``total_displacement``, at the end of the year). The unrounded figures are used.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read; all of them are listed.

    Notes
    -----
    A blank is not zero: the country was not assessed. Events of one name in one country and year
    (218 in the edition of 2025) are parts of an event or several events; IDMC's totals hold them
    all, so none is dropped. ``AB9`` (Abyei) is of no one country: its `iso3` is empty.

    Examples
    --------
    >>> from gecam.io.idmc import read_gidd
    >>> table = read_gidd(b"iso3,year,new_displacement,total_displacement\nAFG,2009,0,297000\n")
    >>> table.total("movements", 2009), table.total("people", 2009)
    (0.0, 297000.0)
    """
    sheet, tags = read_tagged(path)
    columns = locate(sheet, _FIELDS, tags=tags.tags)
    values, problems = {}, []
    for name in ("year", "movements", "people"):
        values[name], faults = sheet.numbers(columns[name], missing=("",) if name != "year" else ())
        problems += faults
    days = {}
    for name in ("started_on", "ended_on"):
        if name in columns:
            days[name], faults = dates(sheet, columns[name], is_missing_allowed=True)
            problems += faults
        else:
            days[name] = pd.Series(pd.NaT, index=range(len(sheet)))
    raise_problems(sheet, problems)
    code = sheet.text(columns["code_published"])
    is_code = code.map(is_iso3)
    texts = {
        name: sheet.text(columns[name]) if name in columns else "" for name in ("event", "hazard")
    }
    rows = pd.DataFrame(
        {
            "iso3": code.where(is_code, ""),
            "code_published": code,
            "year": values["year"],
            "cause": "disaster" if "event" in columns else "conflict",
            **texts,
            **days,
            "line": sheet.rows,
        }
    )
    rows["repeats"] = rows.groupby(["code_published", "year", "event"])["line"].transform("size")
    both = [rows.assign(measure=name, value=values[name]) for name in ("movements", "people")]
    table = pd.concat(both).sort_values("line", kind="stable", ignore_index=True)
    unknown = sorted(set(code[~is_code]))
    keys = ["code_published", "year", "event"]
    notes = [
        *tags.notes(),
        Note("CODE_OF_NO_COUNTRY", f"rows under codes of no one country: {', '.join(unknown)}",
             int((~is_code).sum())),
        Note("MOVEMENTS_BLANK", "blank new displacements: not assessed, not zero",
             int(pd.isna(values["movements"]).sum())),
        Note("PEOPLE_BLANK", "blank numbers of people displaced: not assessed, not zero",
             int(pd.isna(values["people"]).sum())),
        Note("REPEATED", "rows that repeat a country, year and event; kept, as in IDMC's totals",
             int(rows.duplicated(keys).sum())),
        Note("IDENTICAL_ROWS", "rows equal to another to the letter; kept, as in IDMC's totals",
             int(sheet.cells.duplicated().sum())),
    ]  # fmt: skip
    source = Source(
        "idmc-gidd", "Internal Displacement Monitoring Centre",
        "Global Internal Displacement Database",
        f"to {rows['year'].max():.0f}" if len(rows) else "",
        licence="IDMC terms of use (CC BY-IGO on HDX)", url="https://www.internal-displacement.org/database",
        sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    return DisplacementTable(table, source, tuple(note for note in notes if note.count))
