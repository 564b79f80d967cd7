"""Checks of arguments that many functions take: whole numbers, texts, columns, memory."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Iterable
from typing import Final

from gecam.errors import InputError

MEMORY_BUDGET: Final = 2e9  # bytes


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
