"""The columns of users' own tables: what each holds, and an empty table to fill in."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

import pandas as pd

from gecam.errors import InputError
from gecam.model import ATTRIBUTES, NEEDS_COLUMNS

TableKind = Literal["stock", "population", "needs", "by_area", "groups", "pairs"]
CellKind = Literal["place", "origin", "any_place", "date", "count", "word", "flag", "text"]


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of a user's table.

    Parameters
    ----------
    kind
        How its cells are read: ``place`` (a country), ``origin`` (a country, or Others),
        ``any_place`` (a country or a p-code), ``date``, ``count`` (people), ``word`` (one of
        `words`), ``flag`` (true or false), ``text``.
    holds
        What it holds, in a sentence.
    example
        A cell.
    default
        What a table without the column, or an empty cell, means; None where it is needed.
    words
        The words allowed.
    """

    kind: CellKind
    holds: str
    example: str
    default: str | None = None
    words: tuple[str, ...] = ()


_DATE = "the day that the figure speaks for, as YYYY-MM-DD; mid-year is July 1"
_COUNTRY = ": ISO3 code or name in English, French or Spanish"
_EACH_ATTRIBUTE = "(each attribute)"


def _own_columns() -> Mapping[TableKind, Mapping[str, OwnColumn]]:
    """Return the columns of all tables, which columns.csv describes."""
    tables: dict[str, dict[str, OwnColumn]] = {kind: {} for kind in get_args(TableKind)}
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            tables[row["table"]] |= dict(_described(row))
    return MappingProxyType(tables)  # type: ignore[arg-type]  # its keys are those of TableKind


def _described(row: Mapping[str, str]) -> Iterator[tuple[str, OwnColumn]]:
    """Yield the column of a row, or one for each attribute of a stock (sex)."""
    kind, words = row["kind"], tuple(filter(None, row["words"].split("|")))
    column = OwnColumn(
        kind,  # type: ignore[arg-type]  # a test holds the table to them
        row["holds"] + _COUNTRY if kind == "place" else row["holds"] or _DATE,
        row["example"],
        None if row["needed"] else row["default"],
        words,
    )
    if row["column"] == _EACH_ATTRIBUTE:
        for name, attribute in ATTRIBUTES.items():
            *others, last = attribute.classes
            holds = column.holds.format(classes=f"{', '.join(others)} and {last}")
            yield name, replace(column, holds=holds, words=(*attribute.classes, "total"))
    elif kind == "word" and not words:  # of the table of needs: those of the model
        allowed = NEEDS_COLUMNS[row["column"]].values
        yield row["column"], replace(column, words=tuple(sorted(allowed)))
    else:
        yield row["column"], column


COLUMNS = _own_columns()


@dataclass(frozen=True, eq=False)
class Template:
    """An empty table of a kind, and what its columns hold.

    Parameters
    ----------
    kind
        ``stock``, ``population``, ``needs``, ``by_area``, ``groups`` or ``pairs``.
    table
        The table without rows.
    columns
        One row per column: ``column``, ``needed``, ``holds``, ``words``, ``default``, ``example``.
    """

    kind: TableKind
    table: pd.DataFrame
    columns: pd.DataFrame

    def to_csv(self) -> str:
        """Return the empty table as comma-separated text: its header."""
        return ",".join(self.table.columns) + "\n"


def template(kind: TableKind) -> Template:
    r"""Return the empty table to fill in, for `read_stock` and its like.

    Parameters
    ----------
    kind
        ``"stock"``, ``"population"``, ``"needs"``, ``"by_area"`` (migrants, residents and people in
        need by area), ``"groups"`` (people of one origin in one country, for `read_origin_groups`) or
        ``"pairs"`` (an outcome of migrants and of residents, for `read_pairs`).

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> from gecam.io import template
    >>> template("population").to_csv()
    'place,as_of,people\n'
    """
    if kind not in get_args(TableKind):
        raise InputError(f"no template {kind!r}. Kinds: {', '.join(get_args(TableKind))}.")
    columns = COLUMNS[kind]
    explained = pd.DataFrame(
        [
            {
                "column": name,
                "needed": column.default is None,
                "holds": column.holds,
                "words": ", ".join(column.words),
                "default": column.default or "",
                "example": column.example,
            }
            for name, column in columns.items()
        ]
    )
    return Template(kind, pd.DataFrame(columns=list(columns)), explained)
