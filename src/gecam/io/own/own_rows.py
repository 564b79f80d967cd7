"""Rows of a user's own table under our names, each cell read by the kind of its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from gecam._arguments import day_alone
from gecam.codes import is_iso3, is_origin_code, iso3
from gecam.errors import CodeError, InputError
from gecam.io.door import File, Sheet, Top, read_table, total_rows
from gecam.io.own.templates import COLUMNS, OwnColumn, TableKind
from gecam.model import Note

_NO_TOTAL = "Take it out: it would count people again."
_NOT_OURS = "Rename it (or name it with columns= in Python), or take it out; nothing is ignored."


def own_layout(kind: TableKind) -> Callable[[Top], bool]:
    """Return a function that knows a user's table: all columns that it needs, and none but ours."""
    columns = COLUMNS[kind]
    needed = {name for name, column in columns.items() if column.default is None}
    return lambda top: needed <= set(top.first) <= set(columns)


def read_rows(
    table: pd.DataFrame | File,
    kind: TableKind,
    labels: Mapping[str, str] | None,
    encoding: str | None,
) -> tuple[pd.DataFrame, Sheet, tuple[Note, ...]]:
    """Return the rows of a table under our names, its sheet, and notes."""
    columns, labels = COLUMNS[kind], _labels(kind, labels or {})
    is_frame = isinstance(table, pd.DataFrame)
    sheet = Sheet.of_frame(table, name=kind) if is_frame else read_table(table, encoding=encoding)
    _refuse_header(sheet, kind, labels)
    sheet = replace(sheet, absent=frozenset(labels.values()).difference(sheet.cells))
    data = {name: _converted(sheet, labels[name], column) for name, column in columns.items()}
    n_named = sum(
        int((data[name] != sheet.text(labels[name])).sum())
        for name, column in columns.items()
        if column.kind in {"place", "origin", "any_place"} and labels[name] in sheet.cells
    )
    texts = [name for name, column in columns.items() if column.kind == "text"]
    if texts:
        is_total, what = total_rows(pd.DataFrame(data)[texts]), "the row is a total of others"
        sheet.refuse(is_total, labels[texts[0]], what, _NO_TOTAL, "TOTAL_ROW")
    sheet.check()
    notes = sheet.told(
        Note("NAMES_CONVERTED", "cells with a name, not a code, of a place", n_named)
    )
    return pd.DataFrame(data), sheet, notes


def _labels(kind: TableKind, given: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each of our columns, by its name or as the user says."""
    columns = COLUMNS[kind]
    for name in given:
        if name not in columns:
            raise InputError(f"{kind} has no column {name!r}. Columns: {', '.join(columns)}.")
    return {name: given.get(name, name) for name in columns}


def _refuse_header(sheet: Sheet, kind: TableKind, labels: Mapping[str, str]) -> None:
    """Refuse a table that lacks a column that is needed, has one that is none of ours, or no rows."""
    columns = COLUMNS[kind]
    absent = [
        ("the column is missing", f"It holds: {columns[name].holds}.", "COLUMN_MISSING", label)
        for name, label in labels.items()
        if label not in sheet.cells and columns[name].default is None
    ]
    foreign = [
        ("the column is not known", _NOT_OURS, "COLUMN_UNKNOWN", str(label))
        for label in sheet.cells
        if label not in labels.values()
    ]
    problems = [
        sheet.fault(*fault, row=sheet.header_row, column=label)
        for *fault, label in absent + foreign
    ]
    if problems:
        raise InputError(f"{sheet.file or kind} does not have the columns of a {kind}", problems)
    if not len(sheet):
        raise InputError(f"{sheet.file or kind} has no rows.")


def _converted(sheet: Sheet, label: str, column: OwnColumn) -> Any:
    """Return the cells of a column as values; a column that the table lacks has empty ones."""
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
    if column.kind == "date":
        return pd.to_datetime(values.where(values.ne(""), None), format="%Y-%m-%d")
    return values


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
