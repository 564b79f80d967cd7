"""Users' own tables of stocks, populations and needs, from a file or a frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gecam.codes import is_iso3, is_origin_code, iso3
from gecam.errors import CodeError, InputError, Problem
from gecam.io.intake import Source as File
from gecam.io.sheet import Sheet
from gecam.io.tables import read_table
from gecam.io.templates import COLUMNS, OwnColumn, TableKind
from gecam.io.unhcr import read_unhcr
from gecam.model import (
    Case,
    Crisis,
    Footprint,
    Note,
    Population,
    Source,
    Stock,
    crises_and_footprints,
)


@dataclass(frozen=True, eq=False)
class Needs:
    """Crises, and how many people each touches where: two of the inputs of a `Case`.

    Parameters
    ----------
    crises, footprints
        As in `gecam.model.Case`.
    source, notes
        As in `gecam.model.Stock`.
    """

    crises: tuple[Crisis, ...]
    footprints: tuple[Footprint, ...]
    source: Source
    notes: tuple[Note, ...] = ()


def read_stock(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Stock:
    """Read your own table of migrants by destination and origin.

    Parameters
    ----------
    table
        A frame, or a .csv or .xlsx file (first sheet, header in the first row).
    columns
        Our name -> your label, where they differ: ``{"destination": "Country", "people": "Stock"}``.
        `template` lists the names. Columns that are not known are an error.
    source
        Where the figures come from. Without it they count as not public, and disclosure rules
        protect them.
    encoding
        Fallback for text files that are not UTF-8.

    Raises
    ------
    InputError
        If a column is missing or unknown, or a cell breaks its rule: all of them, with row and
        column. Names of countries are read in English, French and Spanish, exactly.

    Examples
    --------
    >>> frame = pd.DataFrame({"Country": ["Soudan", "SDN"], "From": ["ERI", "Éthiopie"],
    ...                       "as_of": "2022-07-01", "n": ["1 200", "3,400"]})
    >>> from gecam.io import read_stock
    >>> stock = read_stock(frame, columns={"destination": "Country", "origin": "From", "people": "n"})
    >>> stock.totals().item()
    4600.0
    """
    rows, sheet, notes = _read(table, "stock", columns, encoding)
    people = rows[["destination", "origin", "as_of", "sex", "people"]]
    basis = rows[["destination", "basis", "refugees_added", "is_imputed"]].drop_duplicates()
    unlike = basis[basis["destination"].duplicated(keep=False)]
    if len(unlike):
        raise InputError(
            f"{sheet.file or 'the stock'} says two things about how {unlike.iloc[0, 0]} was counted: "
            "basis, refugees_added and is_imputed belong to the destination."
        )
    return Stock(people, basis, _source(source, sheet, "stock"), notes)


def read_population(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Population:
    """Read your own table of residents by country or area.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; the columns are place (a country, or a p-code), as_of and people.
    """
    rows, sheet, notes = _read(table, "population", columns, encoding)
    return Population(rows, source=_source(source, sheet, "population"), notes=notes)


def read_needs(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Needs:
    """Read your own table of people in need (or exposed, affected) by crisis and country.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; needed are crisis, destination, as_of and people.

    Examples
    --------
    >>> from gecam.io import read_needs
    >>> needs = read_needs(pd.DataFrame({"crisis": ["floods"], "destination": ["Sudan"],
    ...                                  "as_of": ["2022-08-01"], "people": [349_000]}))
    >>> needs.footprints[0].destination, needs.footprints[0].pin_scope
    ('SDN', 'unknown')
    """
    rows, sheet, notes = _read(table, "needs", columns, encoding)
    found = _source(source, sheet, "needs")
    crises, footprints = crises_and_footprints(rows, source=found)
    return Needs(crises, footprints, found, notes)


def read_case(
    *,
    stock: File,
    population: File,
    needs: File,
    protected: File | None = None,
    name: str = "user",
    **options: Any,
) -> Case:
    """Read a case from files of your own, and report the problems of all at once.

    Parameters
    ----------
    stock, population, needs
        Files as `read_stock`, `read_population` and `read_needs` take them. For stock and
        population a publisher's file that `check_file` knows will do as well.
    protected
        UNHCR's file (see `read_unhcr`), which tells refugees apart in the stock; None leaves the
        whole stock in one group.
    name
        Name of the case.
    **options
        Further fields of `gecam.model.Case`.

    Raises
    ------
    InputError
        One error with every problem of all files.
    """
    from gecam.io.readers import read_any

    problems: list[Problem] = []
    parts: dict[str, Any] = {"protected": None}
    files: list[tuple[str, File | None, Callable[[File], Any]]] = [
        ("stock", stock, read_stock),
        ("population", population, read_population),
        ("needs", needs, read_needs),
        ("protected", protected, read_unhcr),
    ]
    for kind, file, own in files:
        try:
            if file is not None:
                parts[kind] = read_any(file, kind, own)
        except InputError as error:
            problems += error.problems or [Problem(error.headline, code=type(error).__name__)]
    if problems:
        raise InputError(f"case {name!r} has {len(problems)} problem(s)", problems)
    return Case(
        parts["stock"],
        parts["population"],
        parts["needs"].crises,
        parts["needs"].footprints,
        parts["protected"],
        name=name,
        **options,
    )


def _read(
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
        data[name], bad = _converted(sheet, label, column)
        problems += bad
        if column.kind in {"place", "origin", "any_place"}:
            n_named += int((data[name] != sheet.text(label)).sum())
    if problems:
        raise InputError(f"{sheet.file or kind} has {len(problems)} problem(s)", problems)
    notes = (Note("NAMES_CONVERTED", "cells with a name, not a code, of a place", n_named),)
    return pd.DataFrame(data), sheet, notes if n_named else ()


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
            "Rename it with columns=, or take it out; nothing is ignored silently.",
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


def _converted(sheet: Sheet, label: str, column: OwnColumn) -> tuple[Any, list[Problem]]:
    """Return the cells of a column as values, and what is wrong with them."""
    if column.kind == "count":
        marks = () if column.default is None else ("",)
        return sheet.numbers(label, missing=marks)
    convert: Callable[[str], str] = {
        "place": _place,
        "origin": _origin,
        "any_place": _any_place,
        "date": _day,
        "word": _one_of(column.words),
        "flag": _one_of(("true", "false")),
        "text": _not_empty,
    }[column.kind]

    def or_default(cell: str) -> str:
        return column.default if not cell and column.default is not None else convert(cell)

    values, problems = sheet.codes(label, or_default)
    if column.kind == "flag":
        return values.eq("true"), problems
    return (_dates(values) if column.kind == "date" else values), problems


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


def _day(cell: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII):
        raise InputError(f"not a date: {cell!r}. Write YYYY-MM-DD, such as 2022-07-01.")
    try:
        date.fromisoformat(cell)
    except ValueError as error:
        raise InputError(f"not a date: {cell!r}: {error}.") from None
    return cell


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


def _source(source: Source | None, sheet: Sheet, kind: str) -> Source:
    """Return the user's source with the file's hash, or one that is not public."""
    if source is not None:
        return replace(source, sha256=source.sha256 or sheet.sha256, file=source.file or sheet.file)
    name = Path(sheet.file).stem if sheet.file and not sheet.file.startswith("<") else "table"
    return Source(
        f"user-{kind}-{name}",
        "not stated",
        f"table of {kind} given by the user",
        sha256=sheet.sha256,
        file=sheet.file,
        is_public=False,
    )
