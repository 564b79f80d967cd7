"""Reader of IOM's Missing Migrants Project, in every layout that it has been published in."""

from __future__ import annotations

import html
from dataclasses import replace

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray
from gecam.codes import iso3
from gecam.errors import CodeError
from gecam.io.door import File, Sheet, read_table, reader
from gecam.io.iom.missing_migrants_layouts import ROUTE_LABELS, located
from gecam.io.iom.missing_migrants_rows import identical_rows, without_totals
from gecam.io.iom.missing_migrants_words import cause_group, is_known_route, route_group, route_now
from gecam.model import INCIDENT_COLUMNS, IdScheme, Incidents, Note

_COUNTS = ("dead", "missing", "dead_and_missing", "survivors", "females", "males", "children")
_MONTHS = {
    month: number
    for number, names in enumerate(
        ("January Jan", "February Feb", "March Mar", "April Apr", "May", "June Jun", "July Jul",
         "August Aug", "September Sep", "October Oct", "November Nov", "December Dec"), start=1
    )
    for month in names.split()
}  # fmt: skip


@reader(
    "incidents", "IOM", ["Number Dead"], ["Number of Dead"], ["number_dead"], ["dead_and_missing"]
)
def read_missing_migrants(file: File) -> Incidents:
    r"""Read a file of the Missing Migrants Project, whichever of its layouts it has.

    Parameters
    ----------
    file
        Path, bytes, or a file open for reading bytes: comma-separated text, plain or compressed by
        gzip. The layout is told by the columns.

    Returns
    -------
    Incidents
        Coordinates, places in words, and links are not read; the notes say so, and what else was
        converted.

    Raises
    ------
    LayoutError
        If the columns are of no layout that the reader knows.
    InputError
        If cells cannot be read, with all of them listed; or if the file holds records twice.

    Notes
    -----
    Counts are minimum counts, and late reports revise past years, so totals differ between dates of
    download. Quirks that are mended: thousands separators (``1,022``), counts written ``1.0``, ids
    that repeat for the parts of a split incident, identical parts (which add up), rows of totals
    (left out, with a note), cells filled with
    0 where nothing was recorded (year-and-month layout: read as missing, except totals), rows
    without a date (year, and month where there is one, are kept), route names of earlier years.

    Examples
    --------
    >>> from gecam.io.iom.missing_migrants import read_missing_migrants
    >>> incidents = read_missing_migrants(
    ...     b"incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    ...     b"country_of_origin_iso3\n"
    ...     b"2014-10-27,Split Incident,Eastern Mediterranean Route,TUR,3.0,Drowning,20,AFG\n")
    >>> incidents.dead_and_missing, incidents.layout
    (3, 'reduced, ISO3')
    """
    sheet, layout = located(read_table(file, delimiter=","))
    sheet, notes = without_totals(sheet)
    is_repeat = identical_rows(sheet, layout)
    records = pd.DataFrame(
        {
            name: sheet.prose(name) if name == "information_source" else sheet.text(name)
            for name in INCIDENT_COLUMNS
            if name not in _COUNTS
        }
    )
    counts = _counts(sheet)
    if layout.zeros_are_unstated:
        notes += _unstate_zeros(counts)
    incidents = records.assign(**counts)
    notes += _times(sheet, incidents, layout.date_format)
    notes += _ids(sheet, incidents, layout.id_scheme)
    notes += _note_identical_rows(is_repeat, incidents, layout.id_scheme)
    incidents["kind"] = _kinds(sheet, incidents)
    notes += _places(sheet, incidents)
    sheet.check()
    notes += _words(incidents)
    read = {*sheet.columns.values(), *(label for label in ROUTE_LABELS if label in sheet.cells)}
    unread = [label for label in sheet.cells.columns if label not in read]
    notes.append(Note("COLUMNS_NOT_READ", f"not read: {', '.join(unread)}", len(unread)))
    source = sheet.data_set("iom-mmp", layout.name)
    told = sheet.told(*notes)
    result = Incidents(incidents, layout.id_scheme, layout.name, source, told)
    return replace(result, notes=(*told, *_ids_of_two_regions(result)))


def _ids_of_two_regions(incidents: Incidents) -> list[Note]:
    """Return a note on ids that the publisher gave to incidents of several regions."""
    ids = incidents.records["incident"]
    several = sorted(set(ids[incidents.main_ids() != ids]))
    text = f"ids given to incidents of several regions, which are told apart: {several}"
    return [Note("ID_OF_TWO_REGIONS", text, len(several))] if several else []


def _counts(sheet: Sheet) -> dict[str, FloatArray]:
    """Return the counts of people, and the quality of the source; NaN where not recorded."""
    return {
        name: sheet.people(name, is_as_published=name in {"missing", "survivors"})
        for name in (*_COUNTS, "source_quality")
    }


def _unstate_zeros(counts: dict[str, FloatArray]) -> list[Note]:
    """Read 0 as missing in columns whose gaps somebody filled with 0."""
    changed = 0
    for name in ("missing", "survivors", "females", "males", "children"):
        changed += int((counts[name] == 0).sum())
        counts[name] = np.where(counts[name] == 0, np.nan, counts[name])
    text = (
        "zeros of missing, survivors, females, males and children read as not recorded: in "
        "this layout gaps were filled with 0"
    )
    return [Note("ZEROS_UNSTATED", text, changed)]


def _times(sheet: Sheet, records: pd.DataFrame, date_format: str) -> list[Note]:
    """Fill in date, month and year."""
    written, named = records["date"], records["month"]
    dates = pd.to_datetime(written.where(written != ""), format=date_format, errors="coerce")
    sheet.refuse(
        (written != "") & dates.isna(),
        "date",
        lambda at: f"not a date: {written[at]!r}",
        code="NOT_A_DATE",
    )
    years, stated = dates.dt.year.astype(float), sheet.years("year", missing=("",))
    sheet.refuse(
        years.notna() & stated.notna() & (years != stated),
        "year",
        lambda at: f"{stated[at]:.0f} is not the year of the date {written[at]}",
        code="YEAR_DIFFERS",
    )
    years = years.fillna(stated)
    number = named.map(_MONTHS)
    sheet.refuse(
        number.isna() & (named != ""), "month", lambda at: f"no month: {named[at]!r}", code="MONTH"
    )
    months = dates.dt.to_period("M").dt.to_timestamp()
    is_named = months.isna() & number.notna() & years.notna()
    text = years[is_named].astype(int).astype(str) + "-" + number[is_named].astype(int).astype(str)
    months = months.where(~is_named, pd.to_datetime(text, format="%Y-%m").reindex(months.index))
    records["date"] = dates.dt.normalize()  # the publisher writes noon for every incident
    records["month"], records["year"] = months, years
    without = int(dates.isna().sum()) if "date" in sheet else 0
    return [Note("NO_DATE", "records without a date; year or month are kept", without)]


def _ids(sheet: Sheet, records: pd.DataFrame, scheme: IdScheme) -> list[Note]:
    """Fill in the ids of incident and record; rows without one are numbered."""
    numbered = pd.Series([f"row {row}" for row in sheet.rows], dtype=object)
    if scheme == "none":
        records["incident"] = records["record"] = numbered
        return []
    incident = records["incident"]
    is_id = incident.str.fullmatch(r"\d{4}\.MMP\d+|\d+").fillna(False).astype(bool)
    examples = sorted(set(incident[~is_id]))[:3]
    records["incident"] = incident = incident.where(is_id, numbered)
    if "record" not in sheet:
        part = incident.groupby(incident).cumcount() + 1
        is_split = incident.duplicated(keep=False)
        records["record"] = incident.where(~is_split, incident + "/" + part.astype(str))
    return [Note("NOT_AN_ID", f"ids replaced by the row number: {examples}", int((~is_id).sum()))]


def _note_identical_rows(
    is_repeat: BoolArray, records: pd.DataFrame, scheme: IdScheme
) -> list[Note]:
    people = np.nansum(records["dead_and_missing"].to_numpy()[is_repeat])
    reason = (
        "without ids a repeat cannot be told from a second incident"
        if scheme == "none"
        else "they have its id, and are taken for parts of one incident"
    )
    text = f"rows equal to an earlier one are kept, with {people:,.0f} dead and missing: {reason}"
    return [Note("IDENTICAL_ROWS", text, int(is_repeat.sum()))]


def _kinds(sheet: Sheet, records: pd.DataFrame) -> pd.Series:
    """Return whether a record is an incident, a part of one, or many incidents together."""
    if "kind" not in sheet:
        is_split = records["incident"].duplicated(keep=False)
        return is_split.map({True: "split", False: "unstated"})
    words = {"Incident": "incident", "Cumulative Incident": "cumulative"}
    return records["kind"].map(
        lambda word: "split" if "Split" in word else words.get(word, "unstated")
    )


def _code(name: str) -> str:
    """Return a country's code; several or none are UNK."""
    if not name or name.startswith(("Mixed", "Unknown")):
        return "UNK"
    return iso3(name)


def _origins(cell: str) -> str:
    """Return the codes of the countries that a cell names, semicolons between them."""
    if not cell:
        return ""
    whole = html.unescape(cell)
    try:
        return _code(whole)  # names hold commas, too
    except CodeError:
        return ";".join(sorted({_code(part.strip()) for part in whole.split(",")}))


def _places(sheet: Sheet, records: pd.DataFrame) -> list[Note]:
    """Replace names of countries by codes; an incident without one country has none."""
    names, remedy = records["country"], "Add the name to gecam.codes, or correct it."
    codes = sheet.converted(
        "country", lambda cell: _code(html.unescape(cell)) if cell else "", remedy=remedy
    )
    unclear = names[codes.eq("UNK")]
    records["country"] = codes.replace("UNK", "")
    records["country_of_origin"] = sheet.converted("country_of_origin", _origins, remedy=remedy)
    text = f"no one country of incident: {sorted(set(unclear))}"
    return [Note("COUNTRY_UNCLEAR", text, len(unclear))]


def _words(records: pd.DataFrame) -> list[Note]:
    """Fill in the groups of routes and causes, and what is said of the region of origin."""
    routes = records["route"]
    unknown = sorted({route for route in set(routes) if not is_known_route(route)})
    records["route"], records["route_group"] = routes.map(route_now), routes.map(route_group)
    records["cause_group"] = records["cause"].map(cause_group)
    region = records["region_of_origin"]
    records["is_presumed_origin"] = region.str.endswith("(P)")
    records["region_of_origin"] = region.str.removesuffix("(P)").str.strip()
    text = f"routes without a group: {unknown}"
    return [Note("ROUTE_UNKNOWN", text, int(routes.isin(unknown).sum()))]
