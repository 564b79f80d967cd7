"""Reader of IOM's Missing Migrants Project, in every layout that it has been published in."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from gecam._typing import BoolArray
from gecam.codes import iso3
from gecam.errors import CodeError, Problem
from gecam.io.door import File, Sheet, read_table
from gecam.io.iom.missing_migrants_layouts import ROUTE_LABELS, Layout, labels_of, layout_of
from gecam.io.iom.missing_migrants_rows import identical_rows, without_totals
from gecam.io.iom.missing_migrants_words import cause_group, is_known_route, route_group, route_now
from gecam.model import INCIDENT_COLUMNS, Incidents, Note

PUBLISHER: Final = "International Organization for Migration (IOM), Missing Migrants Project"
_COUNTS = ("dead", "missing", "dead_and_missing", "survivors", "females", "males", "children")
_MONTHS = {
    month: number
    for number, names in enumerate(
        ("January Jan", "February Feb", "March Mar", "April Apr", "May", "June Jun", "July Jul",
         "August Aug", "September Sep", "October Oct", "November Nov", "December Dec"), start=1
    )
    for month in names.split()
}  # fmt: skip


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
    sheet = read_table(file, delimiter=",")
    layout = layout_of(sheet)
    labels = labels_of(sheet, layout)
    sheet, notes = without_totals(sheet, labels)
    is_repeat = identical_rows(sheet, labels, layout)
    problems: list[Problem] = []
    texts = {
        ours: sheet.prose(label) if ours == "information_source" else sheet.text(label)
        for ours, label in labels.items()
        if ours not in _COUNTS
    }
    empty = pd.Series([""] * len(sheet), dtype=object)
    columns: dict[str, object] = {name: texts.get(name, empty) for name in INCIDENT_COLUMNS}
    for name in (*_COUNTS, "source_quality"):
        columns[name] = np.full(len(sheet), np.nan)
        if name in labels:
            is_as_published = name in {"missing", "survivors"}
            columns[name] = sheet.people(labels[name], is_as_published=is_as_published)
    if layout.zeros_are_unstated:
        _unstate_zeros(columns, notes)
    problems += _times(sheet, labels, texts, columns, date_format=layout.date_format, notes=notes)
    _ids(sheet, texts, columns, layout, notes)
    _note_identical_rows(is_repeat, columns, layout, notes)
    _kinds(texts, columns)
    problems += _places(sheet, labels, texts, columns, notes)
    sheet.problems.extend(problems)
    sheet.check()
    _words(texts, columns, notes)
    read = {*labels.values(), *(label for label in ROUTE_LABELS if label in sheet.cells)}
    unread = [label for label in sheet.cells.columns if label not in read]
    notes.append(Note("COLUMNS_NOT_READ", f"not read: {', '.join(unread)}", len(unread)))
    source = sheet.source(
        "iom-mmp", PUBLISHER, "Missing Migrants Project, incidents", edition=layout.name,
        licence="CC BY 4.0", url="https://missingmigrants.iom.int/downloads",
    )  # fmt: skip
    told = sheet.told(*notes)
    incidents = Incidents(pd.DataFrame(columns), layout.id_scheme, layout.name, source, told)
    return replace(incidents, notes=(*told, *_ids_of_two_regions(incidents)))


def _ids_of_two_regions(incidents: Incidents) -> list[Note]:
    """Return a note on ids that the publisher gave to incidents of several regions."""
    ids = incidents.records["incident"]
    several = sorted(set(ids[incidents.main_ids() != ids]))
    text = f"ids given to incidents of several regions, which are told apart: {several}"
    return [Note("ID_OF_TWO_REGIONS", text, len(several))] if several else []


def _unstate_zeros(columns: dict[str, object], notes: list[Note]) -> None:
    """Read 0 as missing in columns whose gaps somebody filled with 0."""
    changed = 0
    for name in ("missing", "survivors", "females", "males", "children"):
        values = np.asarray(columns[name], dtype=np.float64)
        changed += int((values == 0).sum())
        columns[name] = np.where(values == 0, np.nan, values)
    notes.append(
        Note(
            "ZEROS_UNSTATED",
            "zeros of missing, survivors, females, males and children read as not recorded: in "
            "this layout gaps were filled with 0",
            changed,
        )
    )


def _times(
    sheet: Sheet,
    labels: Mapping[str, str],
    texts: Mapping[str, pd.Series],
    columns: dict[str, object],
    *,
    date_format: str,
    notes: list[Note],
) -> list[Problem]:
    """Fill in date, month and year."""
    written = texts.get("date", pd.Series([""] * len(sheet), dtype=object))
    dates = pd.to_datetime(written.where(written != ""), format=date_format, errors="coerce")
    problems = [
        sheet.problem(int(at), labels["date"], f"not a date: {written[at]!r}", code="NOT_A_DATE")
        for at in np.flatnonzero((written != "") & dates.isna())
    ]
    years = dates.dt.year.astype(float)
    months = dates.dt.to_period("M").dt.to_timestamp()
    if "year" in labels:
        stated = sheet.years(labels["year"], missing=("",)).to_numpy()
        problems += [
            sheet.problem(
                int(at),
                labels["year"],
                f"{stated[at]:.0f} is not the year of the date {written[at]}",
                code="YEAR_DIFFERS",
            )
            for at in np.flatnonzero(years.notna() & ~np.isnan(stated) & (years != stated))
        ]  # fmt: skip
        years = years.fillna(pd.Series(stated))
    if "month" in labels:
        number = texts["month"].map(_MONTHS)
        problems += [
            sheet.problem(
                int(at), labels["month"], f"no month: {texts['month'][at]!r}", code="MONTH"
            )
            for at in np.flatnonzero(number.isna() & (texts["month"] != ""))
        ]
        known = months.isna() & number.notna() & years.notna()
        text = years[known].astype(int).astype(str) + "-" + number[known].astype(int).astype(str)
        months = months.where(~known, pd.to_datetime(text, format="%Y-%m").reindex(months.index))
    without = int(dates.isna().sum())
    if without and "date" in labels:
        notes.append(Note("NO_DATE", "records without a date; year or month are kept", without))
    days = dates.dt.normalize()  # the publisher writes noon for every incident
    columns |= {"date": days, "month": months, "year": years}
    return problems


def _ids(
    sheet: Sheet,
    texts: Mapping[str, pd.Series],
    columns: dict[str, object],
    layout: Layout,
    notes: list[Note],
) -> None:
    """Fill in the ids of incident and record; rows without one are numbered."""
    numbered = pd.Series([f"row {row}" for row in sheet.rows], dtype=object)
    if layout.id_scheme == "none":
        columns |= {"incident": numbered, "record": numbered}
        return
    incident = texts["incident"]
    is_id = incident.str.fullmatch(r"\d{4}\.MMP\d+|\d+").fillna(False).astype(bool)
    if not is_id.all():
        examples = sorted(set(incident[~is_id]))[:3]
        notes.append(
            Note("NOT_AN_ID", f"ids replaced by the row number: {examples}", int((~is_id).sum()))
        )
    incident = incident.where(is_id, numbered)
    columns["incident"] = incident
    if "record" not in texts:
        part = incident.groupby(incident).cumcount() + 1
        is_split = incident.duplicated(keep=False)
        columns["record"] = incident.where(~is_split, incident + "/" + part.astype(str))


def _note_identical_rows(
    is_repeat: BoolArray, columns: Mapping[str, object], layout: Layout, notes: list[Note]
) -> None:
    if not is_repeat.any():
        return
    people = np.nansum(np.asarray(columns["dead_and_missing"], dtype=np.float64)[is_repeat])
    reason = (
        "without ids a repeat cannot be told from a second incident"
        if layout.id_scheme == "none"
        else "they have its id, and are taken for parts of one incident"
    )
    text = f"rows equal to an earlier one are kept, with {people:,.0f} dead and missing: {reason}"
    notes.append(Note("IDENTICAL_ROWS", text, int(is_repeat.sum())))


def _kinds(texts: Mapping[str, pd.Series], columns: dict[str, object]) -> None:
    incident = pd.Series(columns["incident"])
    if "kind" in texts:
        words = {"Incident": "incident", "Cumulative Incident": "cumulative"}
        columns["kind"] = texts["kind"].map(
            lambda word: "split" if "Split" in word else words.get(word, "unstated")
        )
    else:
        split = incident.duplicated(keep=False)
        columns["kind"] = np.where(split, "split", "unstated")


def _places(
    sheet: Sheet,
    labels: Mapping[str, str],
    texts: Mapping[str, pd.Series],
    columns: dict[str, object],
    notes: list[Note],
) -> list[Problem]:
    problems: list[Problem] = []
    unclear: set[str] = set()

    def code(name: str) -> str:
        """Return a country's code; several or none are UNK."""
        if not name or name.startswith(("Mixed", "Unknown")):
            return "UNK"
        return iso3(name)

    def incident_country(cell: str) -> str:
        found = code(html.unescape(cell))
        if found == "UNK" and cell:
            unclear.add(cell)
        return "" if found == "UNK" else found

    def origins(cell: str) -> str:
        if not cell:
            return ""
        whole = html.unescape(cell)
        try:
            return code(whole)  # names hold commas, too
        except CodeError:
            return ";".join(sorted({code(part.strip()) for part in whole.split(",")}))

    remedy = "Add the name to gecam.codes, or correct it."
    if "country" in labels:
        columns["country"] = sheet.converted(labels["country"], incident_country, remedy=remedy)
    if "country_of_origin" in labels:
        columns["country_of_origin"] = sheet.converted(
            labels["country_of_origin"], origins, remedy=remedy
        )
    if unclear:
        number = int(texts["country"].isin(unclear).sum())
        notes.append(
            Note("COUNTRY_UNCLEAR", f"no one country of incident: {sorted(unclear)}", number)
        )
    return problems


def _words(texts: Mapping[str, pd.Series], columns: dict[str, object], notes: list[Note]) -> None:
    routes = texts["route"]
    unknown = sorted({route for route in set(routes) if not is_known_route(route)})
    if unknown:
        notes.append(
            Note(
                "ROUTE_UNKNOWN",
                f"routes without a group: {unknown}",
                int(routes.isin(unknown).sum()),
            )
        )
    columns["route"] = routes.map(route_now)
    columns["route_group"] = routes.map(route_group)
    columns["cause_group"] = texts["cause"].map(cause_group)
    region = texts.get("region_of_origin", pd.Series([""] * len(routes), dtype=object))
    columns["is_presumed_origin"] = region.str.endswith("(P)")
    columns["region_of_origin"] = region.str.removesuffix("(P)").str.strip()
