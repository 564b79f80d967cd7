"""A case as a folder of small tables, and back: the form in which editions are packaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable
from math import isnan
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import pandas as pd

from gecam._signature import checked
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
# Tables of an edition, each with its rows; None where a case has no such table.
TABLES: Mapping[str, Callable[[Case], Sequence[Row] | None]] = {
    "sources": lambda case: [_record(source) for source in case.sources],
    "stock": lambda case: _frame_rows(case.stock.people),
    "stock_basis": lambda case: _frame_rows(case.stock.basis),
    "population": lambda case: _frame_rows(case.population.people),
    "crises": lambda case: [_record(crisis, without=("relations",)) for crisis in case.crises],
    "relations": lambda case: _without_unset(
        [{"crisis": c.id, **_record(r)} for c in case.crises for r in c.relations], Relation
    ),
    "footprints": lambda case: _without_unset(
        [
            _record(f, without=("counts", "areas", "modelled")) | {"source": f.source.id}
            for f in case.footprints
        ],
        Footprint,
    ),
    "areas": lambda case: _rows_of(case, "areas"),
    "counts": lambda case: _rows_of(case, "counts"),
    "left_out": lambda case: [
        {"crisis": k, "reason": v} for k, v in sorted(case.left_out_of_totals.items())
    ],
    "country_types": lambda case: [
        {"destination": k, "country_type": v} for k, v in sorted(case.country_types.items())
    ],
    "case": lambda case: [
        {
            "name": case.name,
            "stock_source": case.stock.source.id,
            "population_source": case.population.source.id,
            "population_log_sd": case.population.log_sd,
            "protected_source": case.protected.source.id if case.protected else "",
        }
    ],
    "protected": lambda case: _frame_rows(case.protected.people) if case.protected else None,
}


@checked
def write_edition(case: Case, folder: Path) -> None:
    """Write a case as tables; equal cases give equal bytes.

    Parameters
    ----------
    case
        Any case; by default assumptions are the library's, and they are not written.
    folder
        Made if it does not exist; tables of the same names are replaced.
    """
    _write({name: rows for name, of in TABLES.items() if (rows := of(case)) is not None}, folder)


@checked
def write_stock(stock: Stock, folder: Path) -> None:
    """Write a stock alone as tables, for a reading of an edition with other stocks.

    Parameters
    ----------
    stock
        The stock; one revision.
    folder
        Made if it does not exist; tables of the same names are replaced.
    """
    _write(
        {
            "sources": [_record(stock.source)],
            "stock": _frame_rows(stock.people),
            "stock_basis": _frame_rows(stock.basis),
        },
        folder,
    )


def read_revision(folder: Traversable) -> Stock:
    """Read a stock from the tables that `write_stock` made.

    Raises
    ------
    InputError
        If a table is absent or its content breaks a rule.
    """
    (source,) = _rows(folder, "sources")
    return Stock(_frame(folder, "stock"), _frame(folder, "stock_basis"), _made(Source, source))


def _write(tables: Mapping[str, Sequence[Row]], folder: Path) -> None:
    """Write tables of records as CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        text = io.StringIO()
        if rows:
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows)
        (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


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


def _without_unset(rows: Sequence[Row], kind: type) -> list[Row]:
    """Return rows without the columns that were added later and that no row uses."""
    added = {f.name: f.metadata["unset"] for f in fields(kind) if "unset" in f.metadata}
    unused = {name for name, unset in added.items() if all(row[name] == unset for row in rows)}
    return [{k: v for k, v in row.items() if k not in unused} for row in rows]


def _rows_of(case: Case, part: str) -> list[Row]:
    """Return the rows of a part of the footprints: areas or counts."""
    return [
        {**{name: getattr(footprint, name) for name in PLACE}, **_record(value)}
        for footprint in case.footprints
        for value in getattr(footprint, part)
    ]


def _record(value: Any, *, without: Sequence[str] = ()) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value) if f.name not in without}


def _frame_rows(frame: pd.DataFrame) -> Sequence[Row]:
    return frame.to_dict("records")  # type: ignore[no-any-return]


def _cell(value: Any) -> str:
    """Write one cell: lists joined, dates as YYYY-MM-DD, whole numbers without a point."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, (tuple, list)):
        return LIST_SEPARATOR.join(map(str, value))
    if isinstance(value, (pd.Timestamp, date)):
        return value.isoformat()[:10]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


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
