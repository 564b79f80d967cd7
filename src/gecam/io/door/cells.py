"""Single cells: numbers as publishers spell them, values of spreadsheets as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from numbers import Integral, Rational
from typing import Any, Final

import numpy as np
import pandas as pd

from gecam._arguments import FIRST_YEAR, LAST_YEAR, half_character
from gecam.errors import InputError

_NO_BREAK = "\u00a0\u202f\u2009\u2007"
BLANKS: Final = _NO_BREAK + "\t "
_AS_BLANKS = dict.fromkeys(map(ord, _NO_BREAK), " ")
_NUMBER = re.compile(
    r"[+-]?(?:\d+|\d{1,3}(?:[ ,]\d{3})+)(?:\.(\d*))?(?:([eE][+-]?)(\d{1,2}))?", re.ASCII
)
_POINT_OF_THOUSANDS = re.compile(r"[+-]?\d{1,3}\.\d{3}", re.ASCII)  # 1.234 or 120.000
_TOO_MANY = 1e15  # above 2**53 no exact number
_UNREADABLE = "\0"  # begins a cell that holds something that is no text; no accepted file has it
_ERROR_OF_SPREADSHEET = re.compile(r"#\S*[!?]|#N/?[ADV]|#{3,}|Err:\d{3}")  # in any language


def unreadable(what: str) -> str:
    """Return a cell that stands for something that cannot be read: `fault_of` says `what` of it."""
    return _UNREADABLE + what


def fault_of(cell: str) -> str:
    """Return why a cell has no value to read, empty where it has one (or is empty).

    Examples
    --------
    >>> from gecam.io.door.cells import fault_of
    >>> fault_of("#REF!"), fault_of("=SUM(A1:A9)"), fault_of("12")
    ("an error of a spreadsheet: '#REF!'", "a formula, not its value: '=SUM(A1:A9)'", '')
    """
    if cell.startswith(_UNREADABLE):
        return cell[1:]
    if _ERROR_OF_SPREADSHEET.fullmatch(cell.strip()):
        return f"an error of a spreadsheet: {cell.strip()!r}"
    if "\n" in cell or "\r" in cell:
        return f"a line break inside the cell: {cell[:40]!r}. Is a quotation mark missing?"
    return f"a formula, not its value: {cell[:40]!r}" if cell.startswith("=") else ""


def shown(cell: str) -> str:
    """Return a cell for a message or a description: what cannot be read in brackets."""
    return f"[{cell[1:]}]" if cell.startswith(_UNREADABLE) else cell


def number(cell: str, missing: frozenset[str], *, is_whole: bool) -> float:
    """Return the number in a cell, NaN for a missing mark; the reason of a refusal is raised."""
    if cell in missing:
        return float("nan")
    cell = cell.translate(_AS_BLANKS)
    match = _NUMBER.fullmatch(cell)
    if not match:
        raise InputError("not a number")
    if "," in cell and " " in cell:
        raise InputError("not a number: two kinds of thousands separator")
    if match[2] == "E+" and len(match[1] or "") < int(match[3]):
        raise InputError("as a spreadsheet shows it, without its last digits (format as a number)")
    value = float(cell.replace(",", "").replace(" ", ""))
    if not abs(value) <= _TOO_MANY:
        raise InputError("too large to be a count")
    return _whole(cell, value) if is_whole else value


def _whole(cell: str, value: float) -> float:
    """Return a number of persons, without the rounding error of a spreadsheet."""
    if _POINT_OF_THOUSANDS.fullmatch(cell):
        raise InputError("not clear: is the point a thousands separator?")
    if abs(value - round(value)) > 1e-6 + 1e-15 * abs(value):
        raise InputError("a fraction of a person")
    return float(round(value))


def year_of(cell: str) -> int:
    """Return the year in a cell: four digits, from 1900 to 2100."""
    year = cell.removesuffix(".0")
    if not (len(year) == 4 and year.isascii() and year.isdecimal()):
        raise InputError(f"{cell!r} is not a year")
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        raise InputError(f"the year {year} is not of {FIRST_YEAR} to {LAST_YEAR}")
    return int(year)


def text(cell: object) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates in ISO form.

    Numbers of numpy, `decimal` and `fractions` are numbers. What is neither text, number, truth
    value, date nor missing becomes an `unreadable` cell.
    """
    if isinstance(cell, str):
        half = half_character(cell)
        return unreadable(f"half a character, {half}: {cell!a:.40}") if half else cell
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    for kinds, written in _WRITTEN:
        if isinstance(cell, kinds):
            return written(cell)
    return unreadable(f"{type(cell).__name__} is neither text, number nor date: {cell!r:.40}")


def _number_as_text(cell: Integral | Rational | Decimal | float | np.floating) -> str:
    if isinstance(cell, Integral):
        return str(int(cell))
    if isinstance(cell, Decimal):
        if cell.is_nan():
            return ""
        is_whole = cell.is_finite() and cell == cell.to_integral_value()
        return str(int(cell)) if is_whole else f"{cell:f}"
    value = float(cell)
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


# How values other than text are written, by their type; the first that fits counts.
_WRITTEN: Final[tuple[tuple[Any, Callable[[Any], str]], ...]] = (
    ((bool, np.bool_), lambda cell: "TRUE" if cell else "FALSE"),
    ((float, Integral, Rational, Decimal, np.floating), _number_as_text),
    (np.datetime64, lambda cell: text(pd.Timestamp(cell))),
    (datetime, lambda cell: (cell.date() if cell.time() == time(0) else cell).isoformat()),
    ((date, time), lambda cell: cell.isoformat()),
    (timedelta, str),
)


def mapped(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Return a column changed cell by cell, each distinct cell once."""
    once = {cell: change(cell) for cell in pd.unique(column)}
    return column.map(once).astype(object)
