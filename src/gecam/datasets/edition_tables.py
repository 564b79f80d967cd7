"""A case from a folder of small tables: the form in which editions are packaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pandas as pd

from gecam.errors import InputError
from gecam.model import (
    AreaNeeds,
    Case,
    Crisis,
    Footprint,
    GroupCount,
    Population,
    ProtectedPopulation,
    Relation,
    Source,
    Stock,
)

LIST_SEPARATOR = "|"
PLACE = ("crisis", "destination")  # columns that say to which footprint a row belongs
UNSET = object()  # an empty cell
# Type of a field of the model -> how a cell of it is read; others are text.
READ: Mapping[type, Callable[[str], Any]] = {
    bool: lambda text: text == "true", float: float, int: int, date: date.fromisoformat,
}  # fmt: skip
Row = Mapping[str, Any]
Made = TypeVar("Made")


def read_revision(folder: Traversable) -> Stock:
    """Read a stock from the tables that `write_stock` made.

    Raises
    ------
    InputError
        If a table is absent or its content breaks a rule.
    """
    (source,) = _rows(folder, "sources")
    return Stock(_frame(folder, "stock"), _frame(folder, "stock_basis"), _made(Source, source))


def read_edition(folder: Traversable) -> Case:
    """Read a case from its tables.

    Raises
    ------
    InputError
        If a table is absent or its content breaks a rule.
    """
    (settings,) = _rows(folder, "case")
    sources = _sources(folder)
    crises, footprints = read_plans(folder)
    return Case(
        Stock(
            _frame(folder, "stock"),
            _frame(folder, "stock_basis"),
            sources[settings["stock_source"]],
        ),
        Population(
            _frame(folder, "population"),
            float(settings["population_log_sd"]),
            sources[settings["population_source"]],
        ),
        crises,
        footprints,
        _protected(folder, sources.get(settings["protected_source"])),
        country_types={
            row["destination"]: row["country_type"] for row in _rows(folder, "country_types")
        },
        left_out_of_totals={row["crisis"]: row["reason"] for row in _rows(folder, "left_out")},
        name=settings["name"],
    )


def read_plans(folder: Traversable) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Read the crises and footprints of an edition alone.

    Raises
    ------
    InputError
        If a table is absent or its content breaks a rule.
    """
    sources = _sources(folder)
    relations = _by_place(folder, "relations", Relation)
    counts, areas = (
        _by_place(folder, table, kind)
        for table, kind in (("counts", GroupCount), ("areas", AreaNeeds))
    )
    footprints = (
        _made(
            Footprint, row, source=sources[row["source"]],
            counts=counts.get((row["crisis"], row["destination"]), ()),
            areas=areas.get((row["crisis"], row["destination"]), ()),
        )
        for row in _rows(folder, "footprints")
    )  # fmt: skip
    crises = (
        _made(Crisis, row, relations=relations.get((row["id"], ""), ()))
        for row in _rows(folder, "crises")
    )
    return tuple(crises), tuple(footprints)


def _sources(folder: Traversable) -> dict[str, Source]:
    return {row["id"]: _made(Source, row) for row in _rows(folder, "sources")}


def _protected(folder: Traversable, source: Source | None) -> ProtectedPopulation | None:
    if source is None:
        return None
    frame = _frame(folder, "protected")
    frame["oip"] = pd.to_numeric(frame["oip"].replace("", None))
    return ProtectedPopulation(frame, source)


def _by_place(
    folder: Traversable, table: str, kind: type[Made]
) -> dict[tuple[str, str], tuple[Made, ...]]:
    """Return values by crisis and destination; by crisis alone where a table has no destination."""
    values: dict[tuple[str, str], tuple[Made, ...]] = {}
    for row in _rows(folder, table):
        place = (row["crisis"], row.get("destination", ""))
        values[place] = (*values.get(place, ()), _made(kind, row))
    return values


def _made(kind: type[Made], row: Mapping[str, str], **others: Any) -> Made:
    """Make a value of the model from a row, each cell by the type of its field.

    An absent column or an empty cell is the default of the field, where it has one.
    """
    types = _types(kind)  # type: ignore[arg-type]  # types can be hashed
    if unknown := sorted(set(row) - set(types) - {*PLACE}):
        raise InputError(f"a table of {kind.__name__} has the unknown column {unknown[0]!r}")
    cells = {name: _read(text, types[name]) for name, text in row.items() if name in types}
    given = {name: value for name, value in cells.items() if value is not UNSET} | others
    try:
        return kind(**given)
    except TypeError as error:
        raise InputError(f"a row of a table of {kind.__name__}: {error}") from error


@cache
def _types(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(text: str, kind: Any) -> Any:
    """Read a cell as the type of its field."""
    options = get_args(kind)
    if tuple in (kind, get_origin(kind)):
        return tuple(text.split(LIST_SEPARATOR)) if text else ()
    for basic, read in READ.items():
        if kind is basic or (basic in options and type(None) in options):
            return read(text) if text else UNSET
    return text


def _rows(folder: Traversable, name: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(_lines(folder, name)))


def _frame(folder: Traversable, name: str) -> pd.DataFrame:
    header, *rows = csv.reader(_lines(folder, name))
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return pd.DataFrame(dict(zip(header, columns, strict=True)))


def _lines(folder: Traversable, name: str) -> io.StringIO:
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise InputError(f"edition {folder.name!r} has no table {name}.csv. Run `make editions`.")
    return io.StringIO(path.read_text(encoding="utf-8"))
