"""A case as a folder of small tables, and back: the form in which editions are packaged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from importlib.resources.abc import Traversable
from math import isnan
from pathlib import Path
from typing import Any

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
Row = Mapping[str, Any]


@checked
def write_edition(case: Case, folder: Path) -> None:
    """Write a case as tables; equal cases give equal bytes.

    Parameters
    ----------
    case
        The case; its assumptions are not written, as they are the library's.
    folder
        Made if it does not exist; tables of the same names are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, Sequence[Row]] = {
        "sources": [_record(source) for source in case.sources],
        "stock": _frame_rows(case.stock.people),
        "stock_basis": _frame_rows(case.stock.basis),
        "population": _frame_rows(case.population.people),
        "crises": [{k: v for k, v in _record(c).items() if k != "relations"} for c in case.crises],
        "relations": _without_unset(
            [{"crisis": c.id, **_record(r)} for c in case.crises for r in c.relations], Relation
        ),
        "footprints": _without_unset(
            [
                {k: v for k, v in _record(f).items() if k not in {"counts", "areas", "modelled"}}
                | {"source": f.source.id}
                for f in case.footprints
            ],
            Footprint,
        ),
        "areas": [
            {"crisis": f.crisis, "destination": f.destination, **_record(a)}
            for f in case.footprints
            for a in f.areas
        ],
        "counts": [
            {"crisis": f.crisis, "destination": f.destination, **_record(c)}
            for f in case.footprints
            for c in f.counts
        ],
        "left_out": [
            {"crisis": k, "reason": v} for k, v in sorted(case.left_out_of_totals.items())
        ],
        "country_types": [
            {"destination": k, "country_type": v} for k, v in sorted(case.country_types.items())
        ],
        "case": [
            {
                "name": case.name,
                "stock_source": case.stock.source.id,
                "population_source": case.population.source.id,
                "population_log_sd": case.population.log_sd,
                "protected_source": case.protected.source.id if case.protected else "",
            }
        ],
    }
    if case.protected is not None:
        tables["protected"] = _frame_rows(case.protected.people)
    _write(tables, folder)


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
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        {
            "sources": [_record(stock.source)],
            "stock": _frame_rows(stock.people),
            "stock_basis": _frame_rows(stock.basis),
        },
        folder,
    )


def read_stock(folder: Traversable) -> Stock:
    """Read a stock from its tables.

    Raises
    ------
    InputError
        If a table is absent or its content breaks a rule.
    """
    (source,) = _rows(folder, "sources")
    return Stock(_frame(folder, "stock"), _frame(folder, "stock_basis"), _source(source))


def _write(tables: Mapping[str, Sequence[Row]], folder: Path) -> None:
    """Write tables of records as CSV."""
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
    sources = {row["id"]: _source(row) for row in _rows(folder, "sources")}
    relations: dict[str, list[Relation]] = {}
    for row in _rows(folder, "relations"):
        relations.setdefault(row["crisis"], []).append(
            Relation(
                row["kind"], row["other"], row["source"], row["is_certain"] == "true",
                _number(row.get("shared", "")), _number(row.get("shared_sd", "")) or 0.0,
                _number(row.get("error_correlation", "")) or 0.0,
            )
        )  # fmt: skip
    counts: dict[tuple[str, str], list[GroupCount]] = {}
    for row in _rows(folder, "counts"):
        counts.setdefault((row["crisis"], row["destination"]), []).append(
            GroupCount(
                row["group"], float(row["in_need"]), row["use"], _number(row["present"]),
                row["is_by_rule"] == "true", row["source"], row["note"], row["grade"],
            )
        )  # fmt: skip
    areas: dict[tuple[str, str], list[AreaNeeds]] = {}
    for row in _rows(folder, "areas"):
        areas.setdefault((row["crisis"], row["destination"]), []).append(
            AreaNeeds(
                row["area"], float(row["in_need"]), float(row["residents"]),
                _number(row["migrants"]),
            )
        )  # fmt: skip
    protected = None
    if settings["protected_source"]:
        frame = _frame(folder, "protected")
        frame["oip"] = pd.to_numeric(frame["oip"].replace("", None))
        protected = ProtectedPopulation(frame, sources[settings["protected_source"]])
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
        tuple(_crisis(row, relations.get(row["id"], ())) for row in _rows(folder, "crises")),
        tuple(
            _footprint(
                row,
                sources,
                counts.get((row["crisis"], row["destination"]), ()),
                areas.get((row["crisis"], row["destination"]), ()),
            )
            for row in _rows(folder, "footprints")
        ),
        protected,
        country_types={
            row["destination"]: row["country_type"] for row in _rows(folder, "country_types")
        },
        left_out_of_totals={row["crisis"]: row["reason"] for row in _rows(folder, "left_out")},
        name=settings["name"],
    )


def _without_unset(rows: Sequence[Row], kind: type) -> list[Row]:
    """Return rows without the columns that were added later and that no row uses."""
    added = {f.name: f.metadata["unset"] for f in fields(kind) if "unset" in f.metadata}
    unused = {name for name, unset in added.items() if all(row[name] == unset for row in rows)}
    return [{k: v for k, v in row.items() if k not in unused} for row in rows]


def _record(value: Any) -> dict[str, Any]:
    return {f.name: getattr(value, f.name) for f in fields(value)}


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
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise InputError(f"edition {folder.name!r} has no table {name}.csv. Run `make editions`.")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def _frame(folder: Traversable, name: str) -> pd.DataFrame:
    return pd.DataFrame(_rows(folder, name))


def _number(text: str) -> float | None:
    return float(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _items(text: str) -> tuple[str, ...]:
    return tuple(text.split(LIST_SEPARATOR)) if text else ()


def _source(row: Mapping[str, str]) -> Source:
    values: dict[str, Any] = dict(row)
    values["released_on"] = _date(row["released_on"])
    values["is_public"] = row["is_public"] == "true"
    return Source(**values)


def _crisis(row: Mapping[str, str], relations: Iterable[Relation]) -> Crisis:
    reference_date = _date(row["reference_date"])
    if reference_date is None:
        raise InputError(f"crisis {row['id']!r} has no reference date")
    values: dict[str, Any] = dict(row)
    values |= {
        "reference_date": reference_date,
        "onset": _date(row["onset"]),
        "relations": tuple(relations),
        "located_in": _items(row["located_in"]),
        "people_from": _items(row["people_from"]),
    }
    return Crisis(**values)


def _footprint(
    row: Mapping[str, str],
    sources: Mapping[str, Source],
    counts: Iterable[GroupCount],
    areas: Iterable[AreaNeeds],
) -> Footprint:
    values: dict[str, Any] = dict(row)
    values |= {
        "people": float(row["people"]),
        "as_of": _date(row["as_of"]),
        "area": _items(row["area"]),
        "denominator": _number(row["denominator"]),
        "counts": tuple(counts),
        "areas": tuple(areas),
        "source": sources[row["source"]],
        "pin_scope_year": _whole(row.get("pin_scope_year", "")),
    }
    return Footprint(**values)
