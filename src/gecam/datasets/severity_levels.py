"""Packaged people by phase of severity, for the countries of each edition."""

from __future__ import annotations

from datetime import date
from typing import Any

from gecam.datasets.edition_names import edition_name, packaged_rows
from gecam.datasets.other_tables import packaged_source
from gecam.model import SEVERITY_LEVELS, CountryPhases


def load_severity(name: str | int) -> tuple[CountryPhases, ...]:
    """Load people by phase of severity for the countries of an edition; no network.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`).

    Returns
    -------
    tuple of CountryPhases
        Levels 1 to 5 of the INFORM Severity Index, persons, of countries whose people in need by level
        agree with their plan within a tenth; other countries are absent.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> chad = {x.destination: x for x in gc.load_severity("2026")}["TCD"]
    >>> chad.people, chad.as_of.isoformat()
    ((0.0, 16627000.0, 2734000.0, 1896000.0, 0.0), '2026-03-31')
    """
    edition = edition_name(name)
    rows = [row for row in packaged_rows("severity", "levels.csv") if row["edition"] == edition]
    source = packaged_source("inform-severity-2026")
    return tuple(
        CountryPhases(
            row["destination"], date.fromisoformat(row["as_of"]), _people(row), source=source,
            note=row["note"],
        )
        for row in rows
    )  # fmt: skip


def _people(row: dict[str, str]) -> Any:
    """Return persons by level; NaN for a level that was not published."""
    return tuple(float(row[level] or "nan") for level in SEVERITY_LEVELS)
