"""Rows of an answer in files: numbers at full precision, codes and names, units, sources."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from gecam._version import __version__
from gecam.results.about import label_name, with_country_names
from gecam.results.columns import OUTPUT, OutputColumn
from gecam.results.shown.rounded_tables import people_text
from gecam.results.shown.tabular import csv_bytes, parquet_bytes, xlsx_bytes

if TYPE_CHECKING:
    from gecam.results.shown.parts import ShownRows

MADE_ON = date(1980, 1, 1)  # of every workbook: the same rows give the same bytes
OF_SOURCE = (
    "id", "publisher", "title", "edition", "released_on", "licence", "url", "sha256", "file",
)  # fmt: skip


def with_names(breakdown: ShownRows, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with names beside their codes.

    Parameters
    ----------
    breakdown
        The rows.
    rows
        Their labels and further columns.
    """
    named, about = with_country_names(rows), breakdown.about
    if "crisis" not in breakdown.labels:
        return named
    columns = {"crisis_name": [label_name("crisis", label, about) for label in rows["crisis"]]}
    if "destination" not in breakdown.labels:
        places = [about.places.get(label, ()) if about else () for label in rows["crisis"]]
        columns["iso3"] = [" ".join(codes) for codes in places]
        columns["country"] = [
            "; ".join(label_name("destination", code, about) for code in codes) for codes in places
        ]
    at = named.columns.tolist().index("crisis") + 1
    for i, (column, words) in enumerate(columns.items()):
        named.insert(at + i, column, words)
    return named


def file_rows(breakdown: ShownRows) -> pd.DataFrame:
    """Return the rows as files have them: labels, names, rounded text, numbers."""
    rows = breakdown.summary()
    for name, texts in reversed(list(people_text(rows).items())):
        rows.insert(breakdown.labels.shape[1], str(name), texts)
    return with_names(breakdown, rows)


def write_csv(breakdown: ShownRows, path: str | Path | None) -> str:
    """Write rows as CSV, and what the columns hold into a file beside it; see `Breakdown.to_csv`."""
    rows = file_rows(breakdown)
    content = csv_bytes(rows, quoting=csv.QUOTE_MINIMAL)
    if path is not None:
        path = Path(path)
        path.write_bytes(content)
        described = json.dumps(_csvw(path.name, rows, breakdown), ensure_ascii=False, indent=2)
        path.with_name(f"{path.name}-metadata.json").write_text(described + "\n", encoding="utf-8")
    return content.decode("utf-8")


def write_parquet(breakdown: ShownRows, path: Path) -> None:
    """Write rows as Parquet; see `Breakdown.to_parquet`."""
    rows = file_rows(breakdown)
    tables = {"columns": _columns(rows), "sources": _sources(breakdown), "about": _about(breakdown)}
    said = {
        name: json.dumps(table.to_dict("records"), ensure_ascii=False)
        for name, table in tables.items()
    }
    path.write_bytes(parquet_bytes(rows, said))


def write_excel(breakdown: ShownRows, path: Path) -> None:
    """Write a workbook; see `Breakdown.to_excel`."""
    rows = file_rows(breakdown)
    sheets = {
        "rows": rows,
        "columns": _columns(rows),
        "sources": _sources(breakdown),
        "about": _about(breakdown),
    }
    path.write_bytes(xlsx_bytes(sheets, made_on=MADE_ON))


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the columns hold."""
    fields = ("name", "kind", "unit", "meaning")
    columns = map(_column, map(str, rows.columns))
    return pd.DataFrame([[getattr(c, f) for f in fields] for c in columns], columns=list(fields))


def _column(name: str) -> OutputColumn:
    """Return what a column holds; labels that are not of every table are texts."""
    return OUTPUT.get(name, OutputColumn(name, "text", name.replace("_", " ")))


def _sources(breakdown: ShownRows) -> pd.DataFrame:
    """Return the sources of the answer."""
    sources = breakdown.about.sources if breakdown.about else ()
    return pd.DataFrame(
        [["" if getattr(s, f) is None else str(getattr(s, f)) for f in OF_SOURCE] for s in sources],
        columns=list(OF_SOURCE),
    )


def _about(breakdown: ShownRows) -> pd.DataFrame:
    """Return how the answer was made."""
    facts = {"software": f"gecam {__version__}", "level": f"{breakdown.level:g}",
             "rows add": str(breakdown.is_additive).lower()}  # fmt: skip
    if breakdown.about:
        made = breakdown.about.provenance
        facts |= {
            "case": made.case, "measure": breakdown.about.measure,
            "count": breakdown.about.count, "scope": breakdown.about.scope,
            "draws": str(made.draws), "seed": str(made.seed), "config_sha256": made.config_sha256,
        }  # fmt: skip
    return pd.DataFrame({"fact": list(facts), "value": list(facts.values())})


def _csvw(name: str, rows: pd.DataFrame, breakdown: ShownRows) -> dict[str, Any]:
    """Return the description of a CSV file by the vocabulary of the W3C for CSV on the Web."""
    types = {"number": "double", "whole": "integer", "flag": "boolean"}
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name,
        "dc:description": dict(_about(breakdown).to_numpy().tolist()),
        "dc:source": _sources(breakdown).to_dict("records"),
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "dc:description": column.meaning,
                    "datatype": types.get(column.kind, "string"),
                    **({"unit": column.unit} if column.unit else {}),
                }
                for column in map(_column, map(str, rows.columns))
            ]
        },
    }
