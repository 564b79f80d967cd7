"""Checks that several readers share: known words, repeated rows, years and their dates."""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from gecam.errors import CodeError, InputError, Problem
from gecam.io.tables import Sheet


def known(is_known: Callable[[str], bool], what: str) -> Callable[[str], str]:
    """Return a function that passes known words and refuses others, for `Sheet.codes`."""

    def check(word: str) -> str:
        if not is_known(word):
            raise CodeError(f"{word!r} is not {what}")
        return word

    return check


def repeated(sheet: Sheet, key: pd.Series, column: str) -> list[Problem]:
    """Return a problem for each row whose key stands in a row above."""
    return [
        sheet.problem(int(at), column, "the row repeats one above", "Keep one.", "DUPLICATE")
        for at in np.flatnonzero(key.duplicated().to_numpy())
    ]


def years_of(sheet: Sheet, label: str) -> tuple[pd.Series, list[Problem]]:
    """Return a column of years as integers (0 where it cannot be read), and what is wrong."""

    def year(cell: str) -> str:
        text = cell.removesuffix(".0")
        if not (len(text) == 4 and text.isascii() and text.isdecimal() and text >= "1900"):
            raise CodeError(f"{cell!r} is not a year")
        return text

    text, problems = sheet.codes(label, year)
    return text.replace("", "0").astype(int), problems


def dated(
    sheet: Sheet, people: pd.DataFrame, years: Collection[int] | None, *, day: str
) -> pd.DataFrame:
    """Return the rows of some years (None for all), with ``as_of`` on a day such as ``"07-01"``.

    Raises
    ------
    InputError
        If a year that is asked for has no row, or none is left.
    """
    if years is not None:
        absent = sorted(set(years) - set(people["year"]))
        if absent:
            raise InputError(f"{sheet.file} holds no figures for the years {absent}.")
        people = people[people["year"].isin(list(years))]
    if people.empty:
        raise InputError(f"{sheet.file} holds no figure for any country.")
    return people.assign(as_of=people["year"].astype(str) + f"-{day}")
