"""The layouts in which the Missing Migrants Project has been published: which column is what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

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


_COMMON = {
    "dead": "Number Dead",
    "missing": "Minimum Estimated Number of Missing",
    "survivors": "Number of Survivors",
    "females": "Number of Females",
    "males": "Number of Males",
    "children": "Number of Children",
    "cause": "Cause of Death",
    "information_source": "Information Source",
}
LAYOUTS: Final = (
    Layout(
        "download 2014-2020 (Web ID)",
        "web",
        _COMMON
        | {
            "incident": "Web ID",
            "region": "Region of Incident",
            "date": "Reported Date",
            "year": "Reported Year",
            "month": "Reported Month",
            "dead_and_missing": "Total Dead and Missing",
            "route": "Migration Route",
            "source_quality": "Source Quality",
        },
        date_format="%d-%b-%y",
        record_id="incident",
    ),
    Layout(
        "download (Main ID, Incident ID)",
        "main",
        _COMMON
        | {
            "incident": "Main ID",
            "record": "Incident ID",
            "region": "Region",
            "date": "Incident Date",
            "year": "Year",
            "month": "Reported Month",
            "source_quality": "Source Quality",
        },
        {
            "dead_and_missing": "Total Number of Dead and Missing",
            "region_of_origin": "Region of Origin",
            "country_of_origin": "Country of Origin",
        },
        date_format="%a, %m/%d/%Y - %H:%M",
    ),
    Layout(
        "year and month without ids",
        "none",
        _COMMON
        | {
            "kind": "Incident Type",
            "year": "Incident year",
            "month": "Reported Month",
            "region": "Region of Incident",
            "region_of_origin": "Region of Origin",
            "country_of_origin": "Country of Origin",
            "dead": "Number of Dead",
            "dead_and_missing": "Total Number of Dead and Missing",
            "route": "Migration route",
        },
        zeros_are_unstated=True,
    ),
    Layout(
        "web API",
        "main",
        {
            "incident": "web_id",
            "year": "source_year_file",
            "date": "reported_date",
            "region": "region",
            "country": "country_of_incident",
            "route": "migration_route",
            "dead": "number_dead",
            "missing": "number_missing",
            "dead_and_missing": "total_dead_and_missing",
            "survivors": "number_of_survivors",
            "females": "number_of_female",
            "males": "number_of_male",
            "children": "number_of_children",
            "cause": "cause_death",
            "information_source": "information_source",
            "source_quality": "source_quality",
            "region_of_origin": "region_origin",
            "country_of_origin": "country_origin",
        },
    ),
    Layout(
        "reduced, ISO3",
        "none",
        {
            "kind": "type",
            "date": "incident_date",
            "route": "route",
            "country": "country_of_incident_iso3",
            "country_of_origin": "country_of_origin_iso3",
            "dead_and_missing": "dead_and_missing",
            "survivors": "survivors",
            "cause": "cause",
        },
    ),
)
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
