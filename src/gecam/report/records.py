"""Answers as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isnan
from typing import TYPE_CHECKING, Any

from gecam._signature import checked

if TYPE_CHECKING:
    import pandas as pd

    from gecam.results import Breakdown, Estimates


@checked
def to_json(schema: str, est: Estimates, dimensions: tuple[str, ...]) -> str:
    """Return totals and rows as JSON: full precision, null where a number does not apply.

    Keys: ``schema`` (its version), ``case``, ``scope``, ``measure``, ``provenance``, ``totals``,
    ``parts``, ``rows``, ``overlaps``, ``sources``. Rows have the columns of `Breakdown.summary`.
    """
    document = {
        "schema": schema,
        "case": est.provenance.case,
        "scope": est.scope,
        "measure": est.measure,
        "provenance": {
            **est.sampling,
            "config_sha256": est.provenance.config_sha256,
            "versions": dict(est.provenance.versions),
        },
        "totals": rows_of(est.total()),
        "parts": rows_of(est.parts()),
        "rows": rows_of(est.by(*dimensions)),  # type: ignore[arg-type]  # `by` checks the words
        "overlaps": [asdict(overlap) for overlap in est.overlaps],
        "sources": [
            {k: (str(v) if k == "released_on" and v else v) for k, v in asdict(s).items()}
            for s in est.sources
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def rows_of(breakdown: Breakdown) -> list[dict[str, Any]]:
    """Return the summary of a breakdown as records of plain types; flags as a list."""
    frame: pd.DataFrame = breakdown.summary()
    records = []
    for row in frame.to_dict("records"):
        record = {k: (None if isinstance(v, float) and isnan(v) else v) for k, v in row.items()}
        record["flags"] = str(row["flags"]).split()
        record["rung"] = int(row["rung"])
        records.append(record)
    return records
