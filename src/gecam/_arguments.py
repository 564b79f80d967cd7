"""Checks of arguments that many functions take: whole numbers, days, texts, columns, memory."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Final

import numpy as np

from gecam.errors import InputError

MEMORY_BUDGET: Final = 2e9  # bytes
FIRST_YEAR, LAST_YEAR = 1900, 2100
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ][0-9:.]*(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)


def whole_number(value: object, name: str, *, least: int, example: int) -> int:
    """Return a whole number of any integer type, such as numpy's, as Python's own.

    Raises
    ------
    InputError
        If it is not an integer, is a truth value, or is below `least`.
    """
    try:
        whole = least - 1 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        whole = least - 1
    if whole < least:
        raise InputError(
            f"{name} must be a whole number >= {least}: got {value!r}. "
            f"Pass for example {name}={example}."
        )
    return whole


def iso_day(cell: str) -> str:
    """Return the day of a date in ISO form, with or without a time, from 1900 to 2100."""
    match = _DAY.fullmatch(cell)
    try:
        day = date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise InputError(f"not a date: {cell!r}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InputError(f"the year of {cell!r} is not of {FIRST_YEAR} to {LAST_YEAR}")
    return day.isoformat()


def day_alone(value: object) -> str:
    """Return a day without a time, in ISO form: ``YYYY-MM-DD`` as text, or a date of any library.

    A year or a month alone is none: mid-year and year-end differ.

    Raises
    ------
    InputError
        If it is no day, has a time of the day, or is not of 1900 to 2100.

    Examples
    --------
    >>> from gecam._arguments import day_alone
    >>> day_alone("2022-07-01"), day_alone(pd.Timestamp(2022, 7, 1))
    ('2022-07-01', '2022-07-01')
    """
    text = value if isinstance(value, str) else ""
    if isinstance(value, np.datetime64):
        text = str(value.astype("datetime64[s]")).removesuffix("T00:00:00")
    elif isinstance(value, date):  # a moment of pandas too
        text = value.isoformat().removesuffix("T00:00:00")
    if len(text) != len("2022-07-01"):
        raise InputError(f"not a date: {value!r}. Write YYYY-MM-DD, such as 2022-07-01")
    return iso_day(text)


def half_character(text: str) -> str:
    """Return the first surrogate without its other half, such as ``U+D800``; empty for none.

    Such a text is no Unicode: it can be neither written nor hashed.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"U+{ord(text[error.start]):04X}"
    return ""


def repeated(labels: Iterable[object]) -> list[str]:
    """Return the labels that stand above more than one column."""
    return [str(label) for label, times in Counter(labels).items() if times > 1]


def refuse_large(
    number: int, rows: int, *, name: str = "draws", budget: float = MEMORY_BUDGET, remedy: str = ""
) -> None:
    """Raise `InputError` if so many numbers in each of some rows, of 8 bytes, need too much memory."""
    needed = 8.0 * number * rows
    if needed > budget:
        raise InputError(
            f"{name}={number:,} needs {needed / 1e9:,.1f} GB of memory ({rows:,} rows, what is copied "
            f"included); at most {budget / 1e9:,.1f} GB are used. Take at most "
            f"{int(budget / 8 / rows):,}{remedy}."
        )
