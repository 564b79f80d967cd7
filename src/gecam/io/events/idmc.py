"""IDMC's Global Internal Displacement Database: conflict by country and year, disaster events."""

from __future__ import annotations

import pandas as pd

from gecam.io.door import Field, File, read_tagged, reader
from gecam.model import DisplacementTable, Note

_FIELDS = {
    "code_published": Field(("iso3",), "#country+code"),
    "country": Field(("country_name",), "#country+name", is_required=False),
    "year": Field(("year",), "#date+year"),
    "movements": Field(("new_displacement",), "#affected+idps+ind+newdisp"),
    "people": Field(("total_displacement",), "#affected+idps+ind+stock"),
    "event": Field(("event_name",), is_required=False),
    "hazard": Field(("hazard_type_name",), is_required=False),
    "started_on": Field(("start_date",), is_required=False),
    "ended_on": Field(("end_date",), is_required=False),
}

# Of the 22,119 events of the edition of 2025, 12 equal another to the letter; a file of which more
# than this part does, and more than two rows, holds events twice.
_MOST_IDENTICAL = 0.01


@reader("displacement", "IDMC", ["iso3", "new_displacement"])
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
        If cells cannot be read, a country and year of conflict stand twice, or more than a hundredth
        of the events equal another to the letter; all of them are listed.

    Notes
    -----
    Rows of totals are left out, with a note. A blank is not zero: the country was not assessed.
    Events of one name in one country and year (218 in the edition of 2025) are parts of an event or
    several events; IDMC's totals hold them all, so none is dropped. ``AB9`` (Abyei) is of no one
    country: its `iso3` is empty.

    Examples
    --------
    >>> from gecam.io.events.idmc import read_gidd
    >>> table = read_gidd(b"iso3,year,new_displacement,total_displacement\nAFG,2009,0,297000\n")
    >>> table.total("movements", 2009), table.total("people", 2009)
    (0.0, 297000.0)
    """
    sheet = read_tagged(path, _FIELDS).without_totals("code_published", "country", "event")
    values = {name: sheet.people(name) for name in ("movements", "people")}
    published, code = sheet.text("code_published"), sheet.countries_or_blank("code_published")
    rows = pd.DataFrame(
        {
            "iso3": code,
            "code_published": published,
            "year": sheet.years("year").astype(float),
            "cause": "disaster" if "event" in sheet else "conflict",
            **{name: sheet.text(name) for name in ("event", "hazard")},
            **{name: sheet.days(name, missing=("",)) for name in ("started_on", "ended_on")},
            "line": sheet.rows,
        }
    )
    identical = int(sheet.cells.duplicated().sum())
    if "event" not in sheet:
        sheet.refuse_repeats(rows[["code_published", "year"]], "code_published")
    elif identical > _MOST_IDENTICAL * len(sheet) and identical > 2:
        sheet.refuse_repeats(sheet.cells, "event")
    rows["repeats"] = rows.groupby(["code_published", "year", "event"])["line"].transform("size")
    both = [rows.assign(measure=name, value=values[name]) for name in ("movements", "people")]
    table = pd.concat(both).sort_values("line", kind="stable", ignore_index=True)
    unknown = sorted(set(published[code.eq("")]))
    keys = ["code_published", "year", "event"]
    notes = sheet.told(
        Note("CODE_OF_NO_COUNTRY", f"rows under codes of no one country: {', '.join(unknown)}",
             int(code.eq("").sum())),
        Note("MOVEMENTS_BLANK", "blank new displacements: not assessed, not zero",
             int(pd.isna(values["movements"]).sum())),
        Note("PEOPLE_BLANK", "blank numbers of people displaced: not assessed, not zero",
             int(pd.isna(values["people"]).sum())),
        Note("REPEATED", "rows that repeat a country, year and event; kept, as in IDMC's totals",
             int(rows.duplicated(keys).sum())),
        Note("IDENTICAL_ROWS", "rows equal to another to the letter; kept, as in IDMC's totals",
             identical),
    )  # fmt: skip
    source = sheet.data_set("idmc-gidd", f"to {rows['year'].max():.0f}" if len(rows) else "")
    return DisplacementTable(table, source, notes)
