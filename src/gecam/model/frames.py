"""Checked tables: the one place where the columns of an input table are validated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from numbers import Real
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from gecam._arguments import day_alone, half_character, repeated
from gecam._signature import checked
from gecam._typing import Array, BoolArray, FloatArray
from gecam.codes import is_iso3, is_origin_code
from gecam.errors import InputError, Problem

Kind = Literal["iso3", "origin", "text", "date", "count", "number", "share", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of an input table holds.

    Parameters
    ----------
    kind
        ``"iso3"`` (a destination), ``"origin"`` (ISO3 or one of the codes for unknown origins),
        ``"text"``, ``"date"``, ``"count"`` (people, >= 0, finite), ``"number"`` (finite),
        ``"share"`` (0 to 1), ``"flag"`` (true or false).
    is_missing_allowed
        Whether a cell may be empty; so is a text of no letters. Missing is never read as zero.
    values
        The words allowed, for a closed vocabulary.
    is_whole
        Whether the numbers are whole by what they are, such as years and numbers of rows, and are
        held as integers.
    unset
        What stands in every cell where the column is not given; None: it must be given. A column of
        nothing else leaves the hash of inputs that do not have it as it was.
    """

    kind: Kind
    is_missing_allowed: bool = False
    values: frozenset[str] = field(default_factory=frozenset)
    is_whole: bool = False
    unset: str | float | None = None


@checked
def check_frame(
    frame: pd.DataFrame, columns: Mapping[str, Column], *, table: str, key: Sequence[str] = ()
) -> pd.DataFrame:
    """Return a typed copy of `frame` with `columns` in order, or raise one error listing all faults.

    Parameters
    ----------
    frame
        The table; other columns than `columns` are an error, so that nothing is lost silently.
    columns
        What each column holds.
    table
        Name of the table for messages, such as ``"stock"``.
    key
        Names of columns whose combination must not repeat; none by default.

    Raises
    ------
    InputError
        If a column is absent or unknown, a cell breaks its rule, or a key repeats. Rows are named
        by the key where there is one, else by the position, counted from 1.
    """
    frame = _with_unset(frame, columns)
    problems = list(_column_problems(frame, columns, table))
    if problems:
        raise InputError(f"{table} does not have the columns it needs", problems)
    checked = {}
    faults: list[tuple[str, Bad]] = []
    for name, column in columns.items():
        checked[name], bad = _converted(frame[name], column)
        faults += [(name, fault) for fault in bad]
    result = pd.DataFrame(checked).reset_index(drop=True)
    if key:
        repeated = result.duplicated(list(key), keep=False).to_numpy()
        what, remedy = "the row occurs more than once", "Keep one, or add them up before reading."
        faults += [("", (int(i), what, remedy, "DUPLICATE")) for i in np.flatnonzero(repeated)]
    if faults:
        labels = _row_labels(frame, key)
        problems = [
            Problem(what, remedy, sheet=table, row=labels[position], column=name, code=code)
            for name, (position, what, remedy, code) in faults
        ]
        raise InputError(f"{table} has {len(problems)} problem(s)", problems)
    whole = {name: "int64" for name, column in columns.items() if column.is_whole}
    return result.astype(whole) if whole else result


def _with_unset(frame: pd.DataFrame, columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return a table with the columns that were not given and may be."""
    unset = {n: c.unset for n, c in columns.items() if c.unset is not None and n not in frame}
    return frame.assign(**unset) if unset else frame


def _column_problems(
    frame: pd.DataFrame, columns: Mapping[str, Column], table: str
) -> Iterable[Problem]:
    problem = partial(Problem, sheet=table)
    for name in columns:
        if name not in frame.columns:
            what, remedy = "the column is missing", f"Expected columns: {', '.join(columns)}."
            yield problem(what, remedy, column=name, code="COLUMN_MISSING")
    for name in repeated(frame.columns):
        what, remedy = "two columns have this name", "Keep one of them."
        yield problem(what, remedy, column=name, code="COLUMN_REPEATED")
    for name in frame.columns:
        if name not in columns:
            remedy = "Drop or rename it; nothing is ignored silently."
            what = "the column is not known"
            yield problem(what, remedy, column=str(name), code="COLUMN_UNKNOWN")


def _row_labels(frame: pd.DataFrame, key: Sequence[str]) -> list[int | str]:
    if not key:
        return list(range(1, len(frame) + 1))
    parts = [
        [value.date() if isinstance(value, pd.Timestamp) else value for value in frame[name]]
        for name in key
    ]
    return [" x ".join(map(str, row)) for row in zip(*parts, strict=True)]


Bad = tuple[int, str, str, str]
NO_COUNT = "A share is no count: multiply it by the people it is a share of."  # the remedy


# World Population Prospects 2024, medium variant: 8.19 billion at the end of 2024, 8.57 in 2030
PEOPLE_OF_THE_WORLD: Final = 8.6e9


def _is_no_number(values: pd.Series) -> BoolArray:
    """Return which cells are no numbers, although numpy would make numbers of them."""
    if values.dtype != object:
        return np.full(len(values), values.dtype.kind in "bc")
    kinds = (bool, np.bool_, bytes, complex, np.complexfloating)
    return np.array([isinstance(value, kinds) for value in values], dtype=bool)


# By kind of numbers: which break a rule, what is told of each, the remedy, and the code.
_Rules = tuple[tuple[Callable[[FloatArray], BoolArray], str, str, str], ...]
_NEGATIVE: _Rules = (
    (lambda x: x < 0, "negative: {:,.15g}", "A count cannot be negative.", "NEGATIVE"),
)
_ABOVE_WORLD, _BELOW_ONE = (
    "more people than the world has: {:,.15g}",
    "less than one person: {:.15g}",
)
_RULES: Mapping[str, _Rules] = {
    "number": (),
    "count": (
        (lambda x: x > PEOPLE_OF_THE_WORLD, _ABOVE_WORLD, "", "ABOVE_WORLD"),
        # A column of shares; beside whole persons a fraction is what arithmetic leaves.
        (lambda x: (x > 0) & ~(x >= 1).any(), _BELOW_ONE, NO_COUNT, "BELOW_ONE"),
        *_NEGATIVE,
    ),
    "share": (
        *_NEGATIVE,
        (lambda x: x > 1, "above 1: {:,.15g}", "Divide per cent by 100.", "SHARE_ABOVE_1"),
    ),
}


def _converted(values: pd.Series, column: Column) -> tuple[Any, list[Bad]]:
    """Return the cells of a column as values, and those that break its rule."""
    bad: list[Bad] = []
    if not column.is_missing_allowed:
        what, remedy = "the cell is empty", "Missing is not zero: fill it in or drop the row."
        bad = [(int(i), what, remedy, "EMPTY") for i in np.flatnonzero(values.isna())]
    result: Any
    if column.kind in _RULES:
        result, faults = _numbers(values, _RULES[column.kind])
    elif column.kind == "date":
        result, faults = _days(values)
    elif column.kind == "flag":
        result, faults = _flags(values)
    else:
        result, faults = _texts(values, column)
    return result, bad + faults


def _numbers(values: pd.Series, rules: _Rules) -> tuple[FloatArray, list[Bad]]:
    numbers = pd.to_numeric(values.mask(_is_no_number(values)), errors="coerce")
    array = numbers.astype("float64").to_numpy()
    bad: list[Bad] = [
        (int(i), f"not a finite number: {values.iloc[i]!r}", "", "NOT_A_NUMBER")
        for i in np.flatnonzero(values.notna() & ~np.isfinite(array))
    ]
    for breaks, what, remedy, code in rules:
        bad += [
            (int(i), what.format(array[i]), remedy, code) for i in np.flatnonzero(breaks(array))
        ]
    return array, bad


def _flags(values: pd.Series) -> tuple[BoolArray, list[Bad]]:
    flags = values.map({True: True, False: False, "true": True, "false": False})
    return flags.fillna(False).astype(bool).to_numpy(), [
        (int(i), f"not true or false: {values.iloc[i]!r}", "", "NOT_A_FLAG")
        for i in np.flatnonzero(values.notna() & flags.isna())
    ]


def _texts(values: pd.Series, column: Column) -> tuple[Any, list[Bad]]:
    is_given = values.notna().to_numpy()
    if column.is_missing_allowed:
        is_given = is_given & values.ne("").to_numpy(dtype=bool)
    is_text = isinstance(values.dtype, pd.StringDtype)
    texts = np.array(
        values.fillna("")
        if is_text
        else [str(value) if given else "" for value, given in zip(values, is_given, strict=True)],
        dtype=object,
    )
    faults = {text: fault for text in set(texts[is_given]) if (fault := _text_fault(text, column))}
    bad: list[Bad] = []
    for i in np.flatnonzero(is_given) if faults else ():
        if texts[i] in faults:
            bad.append((int(i), *faults[texts[i]]))
            texts[i] = ""  # pandas cannot hold every text that is refused
    return texts, bad


def _days(values: pd.Series) -> tuple[Any, list[Bad]]:
    """Return the days of a column, and what is none: a year or a month alone, a time of the day."""
    if values.dtype.kind == "M":
        moments = values.dt.tz_localize(None)
        is_day = moments.isna() | moments.eq(moments.dt.normalize())
        days, bad = moments.to_numpy(), np.flatnonzero(~is_day)
    else:
        days = _read_days(values)
        bad = np.flatnonzero(np.isnat(days) & values.notna().to_numpy())
    remedy = "Write YYYY-MM-DD; mid-year is July 1."
    written = (values.iloc[i] for i in bad)
    texts = [repr(value) if isinstance(value, str) else str(value) for value in written]
    faults = zip(bad.tolist(), texts, strict=True)
    return days.astype("datetime64[s]"), [
        (i, f"not a date: {text}.", remedy, "NOT_A_DATE") for i, text in faults
    ]


def _read_days(values: pd.Series) -> Array:
    """Return the day in each cell, NaT for none; a text is read once, as few stand in many rows."""
    if not isinstance(values.dtype, pd.StringDtype):
        return np.array([_day_or_none(value) for value in values], dtype="datetime64[s]")
    which, texts = pd.factorize(values)
    days = [*map(_day_or_none, texts), None]  # a missing text is the last one
    return np.asarray(np.array(days, dtype="datetime64[s]")[which])


def _day_or_none(value: object) -> str | None:
    try:
        return day_alone(value)
    except InputError:
        return None


def _text_fault(text: str, column: Column) -> tuple[str, str, str] | None:
    """Return what is wrong with a text, the remedy and the code; None where nothing is."""
    if half := half_character(text):
        return f"{text!a} holds half a character, {half}", "", "NOT_UNICODE"
    if column.values and text not in column.values:
        allowed = ", ".join(sorted(column.values))
        return f"unknown word {text!r}", f"Allowed: {allowed}.", "UNKNOWN_WORD"
    is_code = {"iso3": is_iso3, "origin": is_origin_code}.get(column.kind)
    if is_code is not None and not is_code(text):
        return f"{text!r} is not an ISO3 code", _NAME_HINT, "CODE"
    return None


_NAME_HINT = "Use gecam.codes.iso3(name) to look a name up."


def is_number(value: Any) -> bool:
    """Whether a value is a real number; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)
