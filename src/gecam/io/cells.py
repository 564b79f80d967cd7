"""Single cells: numbers as publishers spell them, values of spreadsheets as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np
import pandas as pd

_NO_BREAK = "\u00a0\u202f\u2009\u2007"
BLANKS: Final = _NO_BREAK + "\t "
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:[ ,]\d{3})+)(?:\.\d*)?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_POINT_OF_THOUSANDS = re.compile(r"[+-]?\d{1,3}\.\d{3}", re.ASCII)  # 1.234 or 120.000
_TOO_MANY = 1e15  # no count of people, and above 2**53 no exact number


def number(cell: str, missing: frozenset[str], *, is_count: bool, is_whole: bool) -> float | str:
    """Return the number in a cell, NaN for a missing mark, or what is wrong with it."""
    text = cell.strip(BLANKS)
    if text in missing:
        return float("nan")
    for blank in _NO_BREAK:
        text = text.replace(blank, " ")
    if not _NUMBER.fullmatch(text):
        return "not a number"
    if ("," in text or " " in text) and len({mark for mark in text if mark in ", "}) > 1:
        return "not a number: two kinds of thousands separator"
    value = float(text.replace(",", "").replace(" ", ""))
    if not np.isfinite(value) or abs(value) > _TOO_MANY:
        return "too large to be a count"
    if is_count and value < 0:
        return "negative"
    if is_whole:
        if _POINT_OF_THOUSANDS.fullmatch(text):
            return "not clear: is the point a thousands separator?"
        if abs(value - round(value)) > 1e-6 + 1e-15 * abs(value):
            return "a fraction of a person"
        return float(round(value))
    return value


def text(cell: object) -> str:
    """Return a cell's value as text: whole numbers without a decimal point, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int | timedelta) else ""


def mapped(column: pd.Series, change: Callable[[str], str]) -> pd.Series:
    """Return a column changed cell by cell, each distinct cell once."""
    once = {cell: change(cell) for cell in pd.unique(column)}
    return column.map(once).astype(object)
