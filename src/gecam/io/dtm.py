"""IOM's Displacement Tracking Matrix: the workbook of a baseline, and the table of the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from gecam.codes import country_code, is_iso3
from gecam.errors import InputError, Problem
from gecam.io.hxl import Field, locate, positions, read_tagged, untag
from gecam.io.intake import Source as File
from gecam.io.ipc import dates
from gecam.io.tables import Sheet, raise_problems, read_workbook
from gecam.model import Note, Source
from gecam.model.displacement import PlaceCounts

_PUBLISHER, _URL = "International Organization for Migration (IOM)", "https://dtm.iom.int"
_LICENCE = "IOM terms of use (CC BY-IGO on HDX)"
_BASELINE = {
    "pcode": Field(("Muhalla_pcode",), "#adm4+code"),
    "place": Field(("ADM4_Muhalla_EN",), "#adm4+name"),
    "round": Field(("AssessmentRound",), "#meta+round"),
    "idps": Field(("IDP Indiv",), "#affected+idps+ind", is_required=False),
    "returnees": Field(("Returnee Indiv",), "#affected+returnees+ind", is_required=False),
    "as_of": Field(("Date Reported",), "#date+reported", is_required=False),
    "iso3": Field(("Country Code",), "#country+code", is_required=False),
}


def read_dtm_baseline(
    path: File, *, sheet: str = "IDPs_Returnees", iso3: str = "", as_of: date | None = None
) -> PlaceCounts:
    """Read a sheet of the workbook of a DTM baseline assessment (layout of Libya).

    Parameters
    ----------
    path
        The workbook.
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
    table, tags = untag(read_workbook(path, sheet=sheet, header_row=_is_header))
    columns = locate(table, _BASELINE, tags=tags.tags)
    problems: list[Problem] = []
    if "as_of" in columns:
        days, problems = dates(table, columns["as_of"])
    else:
        days = pd.Series(pd.Timestamp(as_of) if as_of else pd.NaT, index=range(len(table)))
    country = country_code(iso3) if iso3 else ""
    codes = table.text(columns["iso3"]) if "iso3" in columns else pd.Series([country] * len(table))
    problems += _bad_codes(table, columns.get("iso3", ""), codes)
    if "as_of" not in columns and as_of is None:
        raise InputError(f"sheet {sheet!r} of {table.file} has no date: give as_of=.")
    common = {
        "iso3": codes,
        "level": "admin4",
        "pcode": table.text(columns["pcode"]),
        "place": table.text(columns["place"]),
        "as_of": days,
        "round": table.text(columns["round"]),
        "operation": "",
        "assessment": "BA",
        "cause": "",
        "origin_pcode": "",
        "line": table.rows,
    }
    parts = []
    for group in ("idps", "returnees"):
        if group in columns:
            people, faults = table.numbers(columns[group])
            problems += faults
            parts.append(pd.DataFrame({**common, "group": group, "people": people}))
    raise_problems(table, problems)
    if not parts:
        raise InputError(f"sheet {sheet!r} of {table.file} has neither IDPs nor returnees.")
    rows = pd.concat(parts).sort_values(["line", "group"], ignore_index=True)
    blank = int(rows["people"].isna().sum())
    notes = (*tags.notes(), Note("PEOPLE_BLANK", "blank counts of people: not zero", blank))
    rounds = ", ".join(sorted(set(rows["round"])))
    source = Source(
        "iom-dtm-baseline", _PUBLISHER, "DTM baseline assessment", f"round {rounds}",
        licence=_LICENCE, url=_URL, sha256=table.sha256, file=table.file,
    )  # fmt: skip
    return PlaceCounts(rows, source, tuple(note for note in notes if note.count))


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
    sheet, tags = read_tagged(path)
    columns = locate(sheet, _API, tags=tags.tags)
    people, problems = sheet.numbers(columns["people"])
    days, faults = dates(sheet, columns["as_of"])
    problems += faults
    codes, level = sheet.text(columns["iso3"]), sheet.text(columns["level"])
    problems += _bad_codes(sheet, columns["iso3"], codes)
    problems += [
        sheet.problem(at, columns["level"], f"no level: {level.iloc[at]!r}", code="UNKNOWN_WORD")
        for at in positions(~level.isin(["0", "1", "2"]))
    ]
    raise_problems(sheet, problems)
    text = {name: sheet.text(columns[name]).replace("Not available", "") for name in columns}
    rows = pd.DataFrame(
        {
            "iso3": codes,
            "level": "admin" + level,
            "pcode": _by_level(level, text["pcode1"], text["pcode2"]),
            "place": _by_level(level, text["name1"], text["name2"]),
            "as_of": days,
            "round": text["round"],
            "operation": text["operation"],
            "assessment": text["assessment"],
            "group": "idps",
            "cause": text["cause"].map(lambda words: words[:1].upper() + words[1:]),
            "origin_pcode": text.get("origin_pcode", ""),
            "people": people,
            "line": sheet.rows,
        }
    )
    levels = ", ".join(sorted(set(rows["level"])))
    rounds = rows.groupby(["iso3", "operation"])["round"].nunique()
    kinds = rows[rows["level"].eq("admin0")].groupby(["iso3", "operation", "as_of"])["assessment"]
    notes = (
        *tags.notes(),
        Note("LEVELS", f"levels repeat each other: {levels}", int(rows["level"].nunique())),
        Note("ROUNDS", "rounds of counts of the people present; not added", int(rounds.sum())),
        Note("TWO_ASSESSMENTS", "rounds with a baseline and a site assessment of the same people",
             int(kinds.nunique().gt(1).sum())),
    )  # fmt: skip
    source = Source(
        "iom-dtm-api", _PUBLISHER, "DTM, internally displaced people by round",
        f"to {days.max():%Y-%m-%d}" if len(rows) else "",
        licence=_LICENCE, url=_URL, sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    return PlaceCounts(rows, source, tuple(note for note in notes if note.count))


def _by_level(level: pd.Series, first: pd.Series, second: pd.Series) -> pd.Series:
    return pd.Series(np.select([level.eq("1"), level.eq("2")], [first, second], ""), dtype=object)


def _bad_codes(sheet: Sheet, label: str, codes: pd.Series) -> list[Problem]:
    return [
        sheet.problem(at, label, f"{codes.iloc[at]!r} is not an ISO3 code", code="CODE")
        for at in positions(~codes.map(is_iso3))
    ]
