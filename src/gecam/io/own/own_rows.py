"""Rows of a user's own table under our names, each cell read by the kind of its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gecam._arguments import day_alone
from gecam.codes import is_iso3, is_origin_code, iso3
from gecam.errors import CodeError, InputError, Problem
from gecam.io.door import File, Sheet, read_table, total_rows
from gecam.io.own.templates import COLUMNS, OwnColumn, TableKind
from gecam.model import Note

_NO_TOTAL = "Take it out: it would count people again."


def read_rows(
    table: pd.DataFrame | File,
    kind: TableKind,
    labels: Mapping[str, str] | None,
    encoding: str | None,
) -> tuple[pd.DataFrame, Sheet, tuple[Note, ...]]:
    """Return the rows of a table under our names, its sheet, and notes."""
    if isinstance(table, pd.DataFrame):
        sheet = Sheet.of_frame(table, name=kind)
    else:
        sheet = read_table(table, encoding=encoding)
    columns, label_of = COLUMNS[kind], dict(labels or {})
    for name in label_of:
        if name not in columns:
            raise InputError(f"{kind} has no column {name!r}. Columns: {', '.join(columns)}.")
    found = {name: label_of.get(name, name) for name in columns}
    problems = _of_header(sheet, columns, found)
    if problems:
        raise InputError(f"{sheet.file or kind} does not have the columns of a {kind}", problems)
    if not len(sheet):
        raise InputError(f"{sheet.file or kind} has no rows.")
    data: dict[str, Any] = {}
    n_named = 0
    for name, column in columns.items():
        label = found[name]
        if label not in sheet.cells:
            data[name] = _converted_default(column, len(sheet))
            continue
        data[name] = _converted(sheet, label, column)
        if column.kind in {"place", "origin", "any_place"}:
            n_named += int((data[name] != sheet.text(label)).sum())
        if column.kind == "text":
            is_total = total_rows(pd.DataFrame({label: data[name]}))
            sheet.refuse(is_total, label, "the row is a total of others", _NO_TOTAL, "TOTAL_ROW")
    sheet.check()
    notes = sheet.told(
        Note("NAMES_CONVERTED", "cells with a name, not a code, of a place", n_named)
    )
    return pd.DataFrame(data), sheet, notes


def _of_header(
    sheet: Sheet, columns: Mapping[str, OwnColumn], found: Mapping[str, str]
) -> list[Problem]:
    known = set(found.values())
    absent = [
        Problem(
            "the column is missing",
            f"It holds: {columns[name].holds}.",
            sheet.file,
            sheet.sheet,
            sheet.header_row,
            label,
            "COLUMN_MISSING",
        )
        for name, label in found.items()
        if label not in sheet.cells and columns[name].default is None
    ]
    foreign = [
        Problem(
            "the column is not known",
            "Rename it (or name it with columns= in Python), or take it out; nothing is ignored.",
            sheet.file,
            sheet.sheet,
            sheet.header_row,
            str(label),
            "COLUMN_UNKNOWN",
        )
        for label in sheet.cells
        if label not in known
    ]
    return absent + foreign


def _converted(sheet: Sheet, label: str, column: OwnColumn) -> Any:
    """Return the cells of a column as values."""
    if column.kind == "count":
        return sheet.people(label, missing=() if column.default is None else ("",))
    convert: Callable[[str], str] = {
        "place": _place,
        "origin": _origin,
        "any_place": _any_place,
        "date": day_alone,
        "word": _one_of(column.words),
        "flag": _one_of(("true", "false")),
        "text": _not_empty,
    }[column.kind]

    def or_default(cell: str) -> str:
        return column.default if not cell and column.default is not None else convert(cell)

    values = sheet.converted(label, or_default)
    if column.kind == "flag":
        return values.eq("true")
    return _dates(values) if column.kind == "date" else values


def _converted_default(column: OwnColumn, size: int) -> Any:
    if column.kind == "count":
        return np.full(size, np.nan)
    if column.kind == "flag":
        return np.zeros(size, dtype=bool)
    if column.kind == "date":
        return _dates(pd.Series([""] * size, dtype=object))
    return pd.Series([column.default] * size, dtype=object)


def _dates(values: pd.Series) -> pd.Series:
    return pd.to_datetime(values.where(values.ne(""), None), format="%Y-%m-%d")


def _place(cell: str) -> str:
    code = iso3(cell) if cell else ""
    if not is_iso3(code):
        raise CodeError(f"{cell!r} is no country" if cell else "the cell is empty")
    return code


def _origin(cell: str) -> str:
    return cell if is_origin_code(cell) else iso3(cell)


_PCODE = re.compile(r"[A-Z]{2,3}[0-9]{1,12}")


def _any_place(cell: str) -> str:
    return cell if _PCODE.fullmatch(cell) else _place(cell)


def _not_empty(cell: str) -> str:
    if not cell:
        raise InputError("the cell is empty")
    return cell


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def check(cell: str) -> str:
        if cell.lower() in words:
            return cell.lower()
        if cell in words:
            return cell
        raise InputError(f"unknown word {cell!r}. Allowed: {', '.join(words)}.")

    return check
