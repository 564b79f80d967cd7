"""Text that no spreadsheet program runs as a formula."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

# Signs that make a spreadsheet read a cell as a formula, with their wide, small and minus forms.
TRIGGERS = "=+@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212\\-"
# What programs skip before they look: blanks, quotes, and marks that have no width.
SKIPPED = (
    r"\s\"\u201c\u201d\u201e\u00ab\u00bb\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
FORMULA = re.compile(f"(^|[,;|])([{SKIPPED}]*)(?=[{TRIGGERS}])")


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, however it splits the line.

    Control characters and line breaks become blanks. An apostrophe, which spreadsheet programs read
    as "this is text", goes before a sign that would begin a formula: at the beginning, and after
    a separator, where a program with another separator would begin a cell.

    Examples
    --------
    >>> from gecam.results import safe_cell
    >>> safe_cell("=1+1"), safe_cell("Sudan;=1+1"), safe_cell("Guinea-Bissau")
    ("'=1+1", "Sudan;'=1+1", 'Guinea-Bissau')
    """
    plain = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return FORMULA.sub(r"\1\2'", plain)


def safe_header(names: Iterable[object]) -> list[str]:
    """Return column names as safe cells."""
    return [safe_cell(str(name)) for name in names]


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and headers are safe; numbers, dates and flags are as they were.

    Numbers are cells of their own type: a negative number is no formula.
    """
    safe = frame.copy()
    for name in safe.columns:
        if safe[name].dtype == object or pd.api.types.is_string_dtype(safe[name]):
            safe[name] = [safe_cell(v) if isinstance(v, str) else v for v in safe[name]]
    return safe.set_axis(safe_header(safe.columns), axis=1)
