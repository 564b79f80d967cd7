"""IOM's Displacement Tracking Matrix: the workbook of a baseline, and the table of the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import country_code, is_iso3
from gecam.errors import InputError
from gecam.io.door import Field, File, Top, locate, read_table, read_tagged, reader, untag
from gecam.model import Note, PlaceCounts

_BASELINE = {
    "pcode": Field(("Muhalla_pcode",), "#adm4+code"),
    "place": Field(("ADM4_Muhalla_EN",), "#adm4+name"),
    "region": Field(("ADM1_Region_EN",), "#adm1+name", is_required=False),
    "round": Field(("AssessmentRound",), "#meta+round"),
    "idps": Field(("IDP Indiv",), "#affected+idps+ind", is_required=False),
    "returnees": Field(("Returnee Indiv",), "#affected+returnees+ind", is_required=False),
    "as_of": Field(("Date Reported",), "#date+reported", is_required=False),
    "iso3": Field(("Country Code",), "#country+code", is_required=False),
}


def _has_baseline_sheet(top: Top) -> bool:
    return any(name.startswith("IDPs_Returnees") for name in top.sheets)


@reader("places", "IOM", _has_baseline_sheet)
@checked
def read_dtm_baseline(
    path: File, *, sheet: str = "IDPs_Returnees", iso3: str = "", as_of: date | None = None
) -> PlaceCounts:
    """Read a sheet of the workbook of a DTM baseline assessment (layout of Libya).

    Parameters
    ----------
    path
        The workbook: its path, bytes, or a file open for reading bytes.
    sheet
        ``IDPs_Returnees`` (header in the first row, HXL tags in the second), or a sheet of details
        (``IDPs - Details``, ``Returnees - Details``: titles of groups of columns above the header).
    iso3, as_of
        Country and date, for a sheet that does not say them.

    Returns
    -------
    PlaceCounts
        IDPs and returnees by place of the fourth level. They are not migrants.

    Raises
    ------
    LayoutError
        If there is no such sheet, or a column is missing.
    InputError
        If cells cannot be read, or country and date are not known.
    """
    iso3 = country_code(iso3) if iso3 else ""
    table, tags = untag(read_table(path, sheet=sheet, header_row=_is_header))
    table = locate(table, _BASELINE, tags=tags.tags).without_totals("pcode", "place", "region")
    if "as_of" not in table and as_of is None:
        raise InputError(f"sheet {sheet!r} of {table.file} has no date: give as_of=.")
    if "iso3" not in table and not is_iso3(iso3):
        raise InputError(
            f"sheet {sheet!r} of {table.file} has no country: give its ISO3 code, iso3=."
        )
    n = len(table)
    days = table.days("as_of") if "as_of" in table else pd.Series([pd.Timestamp(as_of)] * n)
    codes = table.countries("iso3") if "iso3" in table else pd.Series([iso3] * n)
    pcode, rounds = table.text("pcode"), table.text("round")
    table.refuse_repeats(pd.DataFrame({"pcode": pcode, "round": rounds}), "pcode")
    common = {
        "iso3": codes,
        "level": "admin4",
        "pcode": pcode,
        "place": table.text("place"),
        "as_of": days,
        "round": rounds,
        "operation": "",
        "assessment": "BA",
        "cause": "",
        "origin_pcode": "",
        "line": table.rows,
    }
    parts = [
        pd.DataFrame({**common, "group": group, "people": table.people(group)})
        for group in ("idps", "returnees")
        if group in table
    ]
    if not parts:
        raise InputError(f"sheet {sheet!r} of {table.file} has neither IDPs nor returnees.")
    rows = pd.concat(parts).sort_values(["line", "group"], ignore_index=True)
    blank = int(rows["people"].isna().sum())
    told = ", ".join(sorted(set(rounds)))
    source = table.data_set("iom-dtm-baseline", f"round {told}")
    notes = table.told(Note("PEOPLE_BLANK", "blank counts of people: not zero", blank))
    return PlaceCounts(rows, source, notes)


def _is_header(cells: Sequence[str]) -> bool:
    """Tell the row of labels, below a row of titles in the sheets of details."""
    return "AssessmentRound" in cells


_API = {
    "iso3": Field(("admin0Pcode",), "#country+code"),
    "operation": Field(("operation",), "#operation+name"),
    "level": Field(("adminLevel",), "#adm+level"),
    "pcode1": Field(("admin1Pcode",), "#adm1+code"),
    "name1": Field(("admin1Name",), "#adm1+name"),
    "pcode2": Field(("admin2Pcode",), "#adm2+code"),
    "name2": Field(("admin2Name",), "#adm2+name"),
    "people": Field(("numPresentIdpInd",), "#affected+idps"),
    "as_of": Field(("reportingDate",), "#date+reported"),
    "round": Field(("roundNumber",), "#round+code"),
    "cause": Field(("displacementReason",), "#cause+type"),
    "assessment": Field(("assessmentType",), "#assessment+type"),
    "origin_pcode": Field(("idpOriginAdmin1Pcode",), "#adm1+code+origin", is_required=False),
}


@reader("places", "IOM", ["numPresentIdpInd"])
def read_dtm_api(path: File) -> PlaceCounts:
    """Read the table of IDPs from DTM's API, as on HDX: all rounds and levels.

    Parameters
    ----------
    path
        The CSV file, plain or compressed by gzip, with or without the row of HXL tags.

    Returns
    -------
    PlaceCounts
        Every row of the file. `PlaceCounts.latest` gives the last count of each place.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read; all of them are listed.

    Notes
    -----
    The file holds levels 0, 1 and 2, which repeat each other; many rounds, each a count of the
    people present then; and for some rounds both a baseline (``BA``) and a site assessment
    (``SA``) of the same people (Chad, September 2017: 147,032 in each).
    """
    sheet = read_tagged(path, _API).without_totals("iso3", "operation", "name1", "name2")
    days, level = sheet.days("as_of"), sheet.text("level")
    sheet.refuse(
        ~level.isin(["0", "1", "2"]),
        "level",
        lambda at: f"no level: {level[at]!r}",
        code="UNKNOWN_WORD",
    )
    words = set(_API) - {"people", "as_of", "level", "iso3"}
    text = {name: sheet.text(name).replace("Not available", "") for name in words}
    keys = ("operation", "pcode1", "pcode2", "round", "cause", "assessment", "origin_pcode")
    key = {name: text[name] for name in keys}
    code = sheet.countries("iso3")
    sheet.refuse_repeats(
        pd.DataFrame({"iso3": code, "level": level, "as_of": days, **key}), "people"
    )
    rows = pd.DataFrame(
        {
            "iso3": code,
            "level": "admin" + level,
            "pcode": _by_level(level, text["pcode1"], text["pcode2"]),
            "place": _by_level(level, text["name1"], text["name2"]),
            "as_of": days,
            "round": text["round"],
            "operation": text["operation"],
            "assessment": text["assessment"],
            "group": "idps",
            "cause": text["cause"].map(lambda words: words[:1].upper() + words[1:]),
            "origin_pcode": text["origin_pcode"],
            "people": sheet.people("people"),
            "line": sheet.rows,
        }
    )
    sheet.check()
    levels = ", ".join(sorted(set(rows["level"])))
    rounds = rows.groupby(["iso3", "operation"])["round"].nunique()
    kinds = rows[rows["level"].eq("admin0")].groupby(["iso3", "operation", "as_of"])["assessment"]
    notes = sheet.told(
        Note("LEVELS", f"levels repeat each other: {levels}", int(rows["level"].nunique())),
        Note("ROUNDS", "rounds of counts of the people present; not added", int(rounds.sum())),
        Note("TWO_ASSESSMENTS", "rounds with a baseline and a site assessment of the same people",
             int(kinds.nunique().gt(1).sum())),
    )  # fmt: skip
    source = sheet.data_set("iom-dtm-api", _until(days))
    return PlaceCounts(rows, source, notes)


_LEVELS = ("4", "3", "2", "1")  # the lowest first
_MIGRANTS = {
    **{
        f"{what}{level}": Field(names, f"#adm{level}+{what}", is_required=False)
        for level, area in zip(_LEVELS, ("Muhalla", "Baladiya", "Mantika", "Region"), strict=True)
        for what, names in (
            ("code", (f"{area}_pcode", f"admin{level}Pcode", f"ADM{level}_PCODE")),
            ("name", (f"ADM{level}_{area}_EN", f"admin{level}Name", f"ADM{level}_EN")),
        )
    },
    "people": Field(("Migrant Indiv", "Migrants Indiv", "Migrants"), "#affected+migrants"),
    "as_of": Field(("Date Reported", "reportingDate"), "#date+reported"),
    "iso3": Field(("Country Code", "admin0Pcode"), "#country+code"),
    "round": Field(("AssessmentRound", "Round", "roundNumber"), "#meta+round", is_required=False),
}


def _counts_migrants(top: Top) -> bool:
    labels = {word.casefold() for word in top.words}
    has_people = labels & {"migrant indiv", "migrants indiv", "#affected+migrants+ind"}
    return bool(has_people) and bool(labels & {"date reported", "reportingdate", "#date+reported"})


@reader("places", "IOM", _counts_migrants)
def read_dtm_migrants(path: File) -> PlaceCounts:
    r"""Read migrants counted by area, such as the baladiyas of Libya: one row per area and round.

    Parameters
    ----------
    path
        CSV or workbook with columns for the country's ISO3 code, code or name of the area, date, and
        persons: by DTM's labels (``Baladiya_pcode``, ``Migrant Indiv``, ``Date Reported``, ``Country
        Code``) or HXL tags (``#adm3+code``, ``#affected+migrants+ind``).

    Returns
    -------
    PlaceCounts
        Group ``migrants``, of the lowest level that has a column. A blank count is missing, not zero.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read, a row names no area, or an area of one round stands twice.

    Examples
    --------
    >>> from gecam.io import read_dtm_migrants
    >>> table = read_dtm_migrants(
    ...     b"Country Code,Baladiya_pcode,Migrant Indiv,Date Reported\n"
    ...     b"LBY,LY010101,2500,2024-05-31\n")
    >>> table.rows.loc[0, "level"], table.rows["people"].sum()
    ('admin3', np.float64(2500.0))
    """
    sheet = read_tagged(path, _MIGRANTS)
    level = next((n for n in _LEVELS if f"code{n}" in sheet or f"name{n}" in sheet), None)
    if level is None:
        raise InputError(
            f"{sheet.file} has no column of areas: add their p-codes, such as ADM1_PCODE."
        )
    sheet = sheet.without_totals(*(name for name in _names_of_areas() if name in sheet))
    blank = pd.Series("", index=range(len(sheet)), dtype=object)
    code, name, rounds = (
        sheet.text(column) if column in sheet else blank
        for column in (f"code{level}", f"name{level}", "round")
    )
    days = sheet.days("as_of")
    nowhere = code.eq("") & name.eq("")
    column = f"code{level}" if f"code{level}" in sheet else f"name{level}"
    sheet.refuse(nowhere, column, "the row names no area", code="EMPTY")
    sheet.refuse_repeats(pd.DataFrame({"c": code, "n": name, "r": rounds, "d": days}), column)
    rows = pd.DataFrame(
        {
            "iso3": sheet.countries("iso3"), "level": f"admin{level}", "pcode": code, "place": name,
            "as_of": days, "round": rounds, "operation": "", "assessment": "", "group": "migrants",
            "cause": "", "origin_pcode": "", "people": sheet.people("people"), "line": sheet.rows,
        }
    )  # fmt: skip
    source = sheet.data_set("iom-dtm-migrants", _until(days))
    n_blank = int(rows["people"].isna().sum())
    notes = sheet.told(Note("PEOPLE_BLANK", "blank counts of people: not zero", n_blank))
    return PlaceCounts(rows, source, notes)


def _until(days: pd.Series) -> str:
    """Return to which day figures go; empty where no day is there or can be read."""
    last = days.max()
    return "" if pd.isna(last) else f"to {last:%Y-%m-%d}"


def _names_of_areas() -> list[str]:
    return [f"{what}{level}" for level in _LEVELS for what in ("code", "name")]


def _by_level(level: pd.Series, first: pd.Series, second: pd.Series) -> pd.Series:
    return pd.Series(np.select([level.eq("1"), level.eq("2")], [first, second], ""), dtype=object)
