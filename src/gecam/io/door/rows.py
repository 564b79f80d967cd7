"""Rows and labels told apart: rows of totals, copies of rows, labels that stand twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from gecam._typing import BoolArray
from gecam.io.door.cells import BLANKS

# A whole cell that names a row of totals: "Total", "Grand total", "Total 2014-2020", "Sudan total"
_TOTAL = re.compile(
    r"(?:(?:grand|overall|sub|sous)[ -]?)?totals?(?:[\s:(].*)?|.{1,60}\stotals?:?|totaux(?:\s.*)?"
    r"|suma?|overall",
    re.IGNORECASE,
)


def total_rows(named: pd.DataFrame) -> BoolArray:
    """Return which rows of names, codes or ids are totals of others: a cell of them says so.

    Examples
    --------
    >>> from gecam.io.door.rows import total_rows
    >>> names = ["Sudan", "Grand total", "Totalán", "TOTAL (HRP)", "Sudan total", "subtotal", "Sum"]
    >>> total_rows(pd.DataFrame({"place": names})).tolist()
    [False, True, False, True, True, True, True]
    """
    is_total = np.zeros(len(named), dtype=bool)
    for name in named:
        words = [word for word in pd.unique(named[name]) if _TOTAL.fullmatch(word.strip(BLANKS))]
        is_total |= named[name].isin(words).to_numpy(dtype=bool)
    return is_total


def is_doubled(cells: pd.DataFrame) -> bool:
    """Return whether every row of a table stands in it twice: two copies of one file, most likely."""
    if len(cells) < 2 or not (cells.iloc[1:] == cells.iloc[0]).all(axis=1).any():
        return False  # the first row stands once
    return bool(cells.duplicated(keep=False).all())


def distinct(labels: Sequence[str]) -> list[str]:
    """Return labels without blanks around them, numbered where repeated, lettered where empty."""
    seen: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for position, label in enumerate(labels):
        name = base = " ".join(label.split()) or f"[{_letter(position)}]"
        while name in seen:
            repeats[base] += 1
            name = f"{base}.{repeats[base]}"
        seen[name] = None
    return list(seen)


def _letter(position: int) -> str:
    letters = ""
    position += 1
    while position:
        position, digit = divmod(position - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
