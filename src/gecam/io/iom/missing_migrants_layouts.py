"""The layouts in which the Missing Migrants Project has been published: which column is what."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from gecam.errors import LayoutError
from gecam.io.door import Sheet
from gecam.model import INCIDENT_COLUMNS, IdScheme


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a layout keeps what: our names of columns, and the publisher's labels.

    `record_id` is our name of the column whose ids must not repeat, where there is one.
    """

    name: str
    id_scheme: IdScheme
    columns: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    date_format: str = "%Y-%m-%d"
    zeros_are_unstated: bool = False
    record_id: str = "record"


_OPTIONAL = " (optional)"  # behind a label that a file of the layout may lack


def _layouts() -> tuple[Layout, ...]:
    """Return the layouts: labels by the table beside this module, and what else tells them apart."""
    table = Path(__file__).parent / "missing_migrants_layouts.csv"
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    def layout(name: str, scheme: IdScheme, **others: Any) -> Layout:
        labels = {row["column"]: row[name] for row in rows if row[name]}
        needed = {ours: label for ours, label in labels.items() if not label.endswith(_OPTIONAL)}
        optional = {k: labels[k].removesuffix(_OPTIONAL) for k in labels if k not in needed}
        return Layout(name, scheme, needed, optional, **others)

    return (
        layout("download 2014-2020 (Web ID)", "web", date_format="%d-%b-%y", record_id="incident"),
        layout("download (Main ID, Incident ID)", "main", date_format="%a, %m/%d/%Y - %H:%M"),
        layout("year and month without ids", "none", zeros_are_unstated=True),
        layout("web API", "main"),
        layout("reduced, ISO3", "none"),
    )


LAYOUTS: Final = _layouts()
# "Migrantion route" [sic] in the download of 2021, "Migration route" in that of 2026.
ROUTE_LABELS = ("Migration route", "Migrantion route", "Migration Route")


def layout_of(sheet: Sheet) -> Layout:
    """Return the layout that a table has; what has none, or two, is an error."""
    fitting = [
        layout for layout in LAYOUTS if set(layout.columns.values()) <= set(sheet.cells.columns)
    ]
    if len(fitting) != 1:
        nearest = min(
            LAYOUTS, key=lambda one: len(set(one.columns.values()) - set(sheet.cells.columns))
        )
        lacking = sorted(set(nearest.columns.values()) - set(sheet.cells.columns))
        raise LayoutError(
            f"{sheet.file} has no layout of the Missing Migrants Project that gecam knows. The "
            f"nearest is '{nearest.name}', of which it lacks {lacking}; it has "
            f"{list(sheet.labels)[:12]}."
        )
    return fitting[0]


def located(sheet: Sheet) -> tuple[Sheet, Layout]:
    """Return a table with its columns under our names, and the layout that it has."""
    layout = layout_of(sheet)
    labels = dict(layout.columns)
    labels |= {ours: label for ours, label in layout.optional.items() if label in sheet.cells}
    if "route" not in labels:
        label = next((label for label in ROUTE_LABELS if label in sheet.cells), None)
        if label is None:
            raise LayoutError(f"{sheet.file} lacks a column of routes ({ROUTE_LABELS[0]!r}).")
        labels["route"] = label
    absent = frozenset(INCIDENT_COLUMNS).difference(labels)
    return replace(sheet, columns=labels, absent=absent), layout
