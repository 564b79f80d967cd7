"""INFORM Severity Index (European Commission JRC, ACAPS): crises, and people by level."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import is_iso3
from gecam.errors import CodeError, InputError, LayoutError
from gecam.io.door import Field, File, Sheet, locate, read_table, reader, refuse_empty
from gecam.model import SEVERITY_LEVELS, Note, SeverityTable

MISSING = ("", "x")
LEVELS_IN_NEED = SEVERITY_LEVELS[2:]
_GRADES = {"very high": "A", "high": "B", "medium": "C", "low": "D", "very low": "D"}
_LEVEL_WORDS = ("minimal", "stressed", "moderate", "severe", "extreme")
MOST_CRISES = 100  # in one country and month; the index of 2020 to 2026 has up to five
_ID = re.compile(r"[A-Z]{3}\d{3}")


def _optional(*names: str) -> Field:
    return Field(names, is_required=False)


_FIELDS = {
    "crisis": Field(("CRISIS ID",)),
    "countries": Field(("ISO3",)),
    "crisis_name": _optional("CRISIS"),
    "drivers": _optional("DRIVERS"),
    "year": _optional("year"),
    "month": _optional("month"),
    "severity": _optional("INFORM Severity Index"),
    "reliability": _optional("Reliability"),
    "affected": _optional("affected", "Total # of people affected by the crisis"),
    "displaced": _optional("displaced", "Total # of crisis related displaced people"),
    "injured": _optional("injured", "Total # of crisis related Injuries"),
    "fatalities": _optional("fatalities", "Total # of crisis related fatalities"),
}


@reader("severity", "European Commission, JRC", ["CRISIS ID", "COUNTRY"], ["CRISIS ID", "CRISIS"])
@checked
def read_severity(path: File, *, as_of: str = "") -> SeverityTable:
    r"""Read a table of the INFORM Severity Index, in any of its layouts.

    Takes the sheets of the monthly workbook, as sheets or saved as CSV: ``country`` and
    ``all crises`` (the index; a title above the header, weights and scales below it) and
    ``crisis indicator data`` (people by level; units in the first row); and the long tables of
    many months made from them (index, or indicators with ``pin_level_1`` to ``pin_level_5``).

    Parameters
    ----------
    path
        The CSV file, or a workbook whose sheet of crisis indicator data is then read.
    as_of
        Month of the release, ``YYYY-MM``, for a table that has no date of its own.

    Returns
    -------
    SeverityTable
        Rows that are no crises (weights, scales, units) are left out, with a note. ``x`` is
        missing, not zero.

    Raises
    ------
    LayoutError
        If the table has no ids of crises and no ISO3 codes.
    InputError
        If cells cannot be read, or the month is not known.

    Examples
    --------
    >>> from gecam.io.severity.inform import read_severity
    >>> table = read_severity(
    ...     b"CRISIS ID,ISO3,affected,pin_level_3,pin_level_4,pin_level_5,year,month\n"
    ...     b"ETH001,ETH,9000000,500000,200000,,2026,3\n")
    >>> table.rows.loc[0, "in_need"], table.rows.loc[0, "is_partial"]
    (np.float64(700000.0), np.True_)
    """
    sheet = locate(read_table(path, sheet=_is_indicator_sheet, header_row=_is_header), _FIELDS)
    columns = {**sheet.columns, **_level_columns(sheet), **_class_column(sheet)}
    absent = sheet.absent.union(SEVERITY_LEVELS, ["severity_class"]).difference(columns)
    sheet = replace(sheet, columns=columns, absent=absent)
    ids = sheet.text("crisis")
    is_crisis = ids.str.fullmatch(_ID.pattern).to_numpy(dtype=bool)
    dropped = int((~is_crisis).sum())
    sheet = sheet.take(is_crisis)
    refuse_empty(sheet)
    ids = sheet.text("crisis")
    countries = sheet.converted("countries", _codes)
    when = _months(sheet, as_of)
    numbers = {
        name: sheet.people(name, missing=MISSING)
        for name in ("affected", "displaced", "injured", "fatalities", *SEVERITY_LEVELS)
    }
    severity = sheet.amounts("severity", missing=MISSING, least=0, most=10)
    texts = {
        name: sheet.text(name).replace("x", "")
        for name in ("crisis_name", "drivers", "severity_class", "reliability")
    }
    sheet.check()
    source = sheet.data_set("inform-severity", _edition(when))
    needs = pd.DataFrame({name: numbers[name] for name in LEVELS_IN_NEED})
    rows = pd.DataFrame(
        {
            "crisis": ids,
            "crisis_name": texts["crisis_name"],
            "iso3": countries.where(countries.str.len().eq(3), ""),
            "countries": countries,
            "drivers": texts["drivers"],
            "as_of": when,
            "scale": _scale(severity, when),
            "severity_class": texts["severity_class"],
            "reliability": texts["reliability"],
            "grade": texts["reliability"].str.casefold().map(_GRADES).fillna(""),
            "severity": severity,
            **numbers,
            "in_need": needs.sum(axis=1, min_count=1),
            "is_partial": needs.isna().any(axis=1) & needs.notna().any(axis=1),
            "line": sheet.rows,
        }
    )
    rows, identical = _without_identical_rows(rows)
    rows["overlaps"] = _overlaps(sheet, rows)
    rows["flags"] = _flags(rows)
    notes = sheet.told(
        Note("NOT_A_CRISIS", "rows of weights, scales, units or blanks left out", dropped),
        Note("IDENTICAL_ROWS", "rows that repeat another to the letter, left out", identical),
        Note("REPEATED", "rows that repeat a crisis and month with other figures (two releases of "
             "one month)", int(rows["flags"].str.contains("REPEATED").sum())),
        Note("OVERLAPPING", "rows of crises that share a country with another: never add them",
             int(rows["overlaps"].ne("").sum())),
        Note("PARTIAL", "people in need without one of the levels 3 to 5: at least that many",
             int(rows["is_partial"].sum())),
        Note("SCALE_CHANGED", "the index runs to 5 in some months and to 10 in others",
             int(rows["scale"].eq(10).sum()) * int(rows["scale"].eq(5).any())),
        Note("IN_NEED_GT_AFFECTED", "more people in need than affected",
             int(rows["flags"].str.contains("IN_NEED_GT_AFFECTED").sum())),
    )  # fmt: skip
    return SeverityTable(rows, source, notes)


def _is_header(cells: Sequence[str]) -> bool:
    return "CRISIS ID" in cells


def _codes(cell: str) -> str:
    """Return the ISO3 codes in a cell, one blank between them."""
    codes = " ".join(re.split(r"[\s,;/|]+", cell))
    if not all(map(is_iso3, codes.split(" "))):
        raise CodeError(f"not ISO3: {codes!r}")
    return codes


def _is_indicator_sheet(name: str) -> bool:
    return "crisis indicator data" in name.casefold()


def _level_columns(sheet: Sheet) -> dict[str, str]:
    """Return the labels of people by level: ``pin_level_3``, or words ending ``(level 3)``."""
    columns: dict[str, str] = {}
    for number, word in enumerate(_LEVEL_WORDS, start=1):
        fitting = [label for label in sheet.cells.columns if _is_of_level(label, number, word)]
        if len(fitting) > 1:
            raise LayoutError(f"{sheet.file} has several columns for level {number}: {fitting}.")
        columns |= {f"level_{number}": label for label in fitting}
    return columns


def _is_of_level(label: str, number: int, word: str) -> bool:
    if label == f"pin_level_{number}":
        return True
    has_ends = label.startswith("# of people ") and label.endswith(f"(level {number})")
    return has_ends and word in re.findall(r"\w+", label)


def _months(sheet: Sheet, as_of: str) -> pd.Series:
    """Return the last day of the month that each row speaks of."""
    if "year" in sheet and "month" in sheet:
        month = sheet.converted("month", _month, code="NOT_A_DATE")
        text = sheet.years("year").astype(str) + "-" + month
        days = pd.to_datetime(text, format="%Y-%m", errors="coerce")
        return days + pd.offsets.MonthEnd(0)
    stated = re.search(r"Release:\s*([A-Z][a-z]+ \d{4})", sheet.title)
    in_name = re.search(r"(20\d\d)(\d\d)", sheet.file)
    text = as_of or (stated[1] if stated else "") or ("-".join(in_name.groups()) if in_name else "")
    form = "%B %Y" if text[:1].isalpha() else "%Y-%m"
    day = pd.to_datetime(text, format=form, errors="coerce")
    if pd.isna(day):
        raise InputError(f"{sheet.file} does not say its month: {text!r}. Give as_of='YYYY-MM'.")
    return pd.Series([day] * len(sheet)) + pd.offsets.MonthEnd(0)


def _month(cell: str) -> str:
    if not (cell.isascii() and cell.isdecimal() and 1 <= int(cell[:3]) <= 12):
        raise InputError(f"no month: {cell!r}")
    return cell


def _class_column(sheet: Sheet) -> dict[str, str]:
    """Return the label of the class in words: of two columns of this name the second."""
    label = "INFORM Severity category"
    labels = [one for one in (f"{label}.1", label) if one in sheet.cells]
    return {"severity_class": labels[0]} if labels else {}


def _scale(severity: FloatArray, when: pd.Series) -> FloatArray:
    """Return the highest value that the index can have in each month: 5, or 10 since 2026."""
    highest = pd.Series(severity).groupby(when.to_numpy()).transform("max").to_numpy()
    return np.where(np.isnan(highest), np.nan, np.where(highest > 5, 10.0, 5.0))


def _without_identical_rows(rows: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    again = rows.duplicated([name for name in rows.columns if name != "line"])
    return rows[~again].reset_index(drop=True), int(again.sum())


def _overlaps(sheet: Sheet, rows: pd.DataFrame) -> pd.Series:
    """Return the other crises that share a country with each row at its date."""
    shared = rows.assign(country=rows["countries"].str.split(" ")).explode("country")
    sizes = shared.groupby(["country", "as_of"])["crisis"].nunique()
    if sizes.max() > MOST_CRISES:
        country, day = sizes.idxmax()
        raise InputError(
            f"{sheet.file} has {sizes.max():,} crises in {country} in {day:%Y-%m}: "
            "the column of ids does not hold those of crises."
        )
    ids = shared.groupby(["country", "as_of"])["crisis"].agg(lambda crises: sorted(set(crises)))
    return pd.Series(
        [
            " ".join(
                sorted({other for code in codes.split(" ") for other in ids[code, day]} - {crisis})
            )
            for crisis, codes, day in zip(
                rows["crisis"], rows["countries"], rows["as_of"], strict=True
            )
        ],
        dtype=object,
    )


def _flags(rows: pd.DataFrame) -> pd.Series:
    repeated = rows.duplicated(["crisis", "as_of"], keep=False)
    above = rows["in_need"] > rows["affected"]
    return pd.Series(
        [
            " ".join(flag for flag, on in (("REPEATED", r), ("IN_NEED_GT_AFFECTED", a)) if on)
            for r, a in zip(repeated, above, strict=True)
        ],
        dtype=object,
    )


def _edition(when: pd.Series) -> str:
    months = sorted({f"{day:%Y-%m}" for day in when})
    return months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}" if months else ""
