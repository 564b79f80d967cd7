"""A case as a folder of small tables: the form in which editions are packaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_tables import LIST_SEPARATOR, PLACE, Row
from gecam.errors import InputError
from gecam.model import Case, Footprint, Relation, Stock

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

    Raises
    ------
    InputError
        If the case is carried forward to a month (`case_at`): such a case is no edition.
    """
    if any(footprint.next_figure is not None for footprint in case.footprints):
        raise InputError(
            f"case {case.name!r} is carried forward to a month and is no edition. Write "
            "gc.load_edition(...), or release its estimate into a database."
        )
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
