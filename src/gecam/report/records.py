"""Estimates as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from gecam._signature import checked
from gecam.estimation import regional_rates
from gecam.results import (
    OUTPUT,
    PLACE_DIMENSIONS,
    beyond_borders,
    document_schema,
    with_country_names,
)

if TYPE_CHECKING:
    from gecam.results import Breakdown, CompleteEstimates, Estimates


@checked
def to_json(
    est: Estimates,
    dimensions: tuple[str, ...],
    *,
    complete: CompleteEstimates | None = None,
    rates: pd.DataFrame | None = None,
) -> str:
    """Return totals and rows as JSON: full precision, null where a number does not apply.

    Parameters
    ----------
    est
        The answer, people.
    dimensions
        Names of dimensions for ``rows``, as `Estimates.by` takes them.
    complete
        The same answer with people of regional plans (`gecam.complete_estimates`); None where no
        regional plans go with it.
    rates
        Rows of `gecam.rates`, people per 100; None without them.

    Returns
    -------
    str
        Keys: ``schema`` (its version), ``case``, ``scope``, ``measure``, ``count`` (which of the
        IASC's counts it is, of which date, and what it is not), ``provenance``,
        ``complete_totals``, ``totals``, ``parts``, ``rows``, ``complete_rows`` (rows of the total of
        countries in crisis, complete; null for dimensions that it does not have), ``rates`` (null
        where they were not asked for), ``regional_rates`` (those of regional plans), ``overlaps``,
        ``regional_cells``, ``regional_plans``, ``sources``. Rows have the columns of
        `Breakdown.to_frame`. What rests on regional plans is null without them.
    """
    document = {
        "schema": document_schema("estimate"),
        "case": est.provenance.case,
        "scope": est.scope,
        "measure": est.measure,
        "count": est.about.count,
        "provenance": {
            **est.sampling,
            "config_sha256": est.provenance.config_sha256,
            "versions": dict(est.provenance.versions),
        },
        "complete_totals": rows_of(complete.totals()) if complete else None,
        "totals": rows_of(est.total()),
        "parts": [*rows_of(est.parts()), *rows_of(beyond_borders(est))],
        "rows": rows_of(est.by(*dimensions)),
        "complete_rows": _complete_rows(complete, dimensions),
        "rates": None if rates is None else _records(rates),
        "regional_rates": None
        if rates is None or complete is None
        else _records(regional_rates(complete)),
        "overlaps": [asdict(overlap) for overlap in est.overlaps],
        "regional_cells": _records(complete.table()) if complete else None,
        "regional_plans": _records(complete.plans) if complete else None,
        "sources": [
            {k: (str(v) if k == "released_on" and v else v) for k, v in asdict(s).items()}
            for s in est.sources
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def _complete_rows(
    complete: CompleteEstimates | None, dimensions: tuple[str, ...]
) -> list[dict[str, Any]] | None:
    """Return the rows of the complete total along some dimensions; None where it does not have them."""
    if complete is None or not set(dimensions) <= set(PLACE_DIMENSIONS):
        return None
    return rows_of(complete.by(*dimensions))  # type: ignore[arg-type]  # checked above


def rows_of(breakdown: Breakdown) -> list[dict[str, Any]]:
    """Return the rows of a breakdown as records of plain types, names beside codes; flags as a list."""
    rows = breakdown.to_frame().to_dict("records")
    return [{str(name): _plain(str(name), value) for name, value in row.items()} for row in rows]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as records of plain types: null where a number does not apply, flags as a list."""
    return [
        {
            str(name): value.split()
            if name == "flags"
            else None
            if isinstance(value, float) and isnan(value)
            else value
            for name, value in row.items()
        }
        for row in with_country_names(table).to_dict("records")
    ]


def _plain(column: str, value: Any) -> Any:
    """Return a cell as JSON has it, by the kind of its column."""
    kind = OUTPUT[column].kind
    if kind == "codes":
        return str(value).split()
    if kind == "whole":
        return int(value)
    return None if isinstance(value, float) and isnan(value) else value
