"""Packaged people in need by first administrative level."""

from __future__ import annotations

from datetime import date

import pandas as pd

from gecam.datasets.edition_names import edition_name, packaged_rows
from gecam.datasets.other_tables import packaged_source, packaged_table
from gecam.estimation import CountryAreas
from gecam.model import Source

_COUNTS = ["in_need", "residents", "migrants", "refugees"]


def load_areas(name: str | int) -> tuple[CountryAreas, ...]:
    """Load people in need by first administrative level for the countries of an edition; no network.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`).

    Returns
    -------
    tuple of CountryAreas
        Persons, of OCHA's needs overview of that year, or of the year before where that year's is
        published for countries only, as that of 2026 is; none for 2022 and 2023. Countries whose
        overview has no areas are absent.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> chad = {x.destination: x for x in gc.load_areas("2025")}["TCD"]
    >>> chad.rows.set_index("name").loc["Ouaddai", ["in_need", "residents", "refugees"]].tolist()
    [1256755.0, 1217656.0, 780813.0]
    """
    edition = edition_name(name)
    told = packaged_rows("areas", "countries.csv")
    year = next(
        (y for y in (edition, str(int(edition) - 1)) if y in {r["edition"] for r in told}), ""
    )
    areas = packaged_table("areas", "areas.csv", numbers=_COUNTS)
    counted = {row["destination"]: row for row in packaged_rows("areas", "migrants.csv")}
    return tuple(
        _country(row, areas[areas["edition"].eq(year)], counted.get(row["destination"]))
        for row in sorted(told, key=lambda row: row["destination"])
        if row["edition"] == year
    )


def _country(
    told: dict[str, str], areas: pd.DataFrame, counted: dict[str, str] | None
) -> CountryAreas:
    """Return the areas of one country, with what is said of its residents and refugees."""
    place = told["destination"]
    rows = areas[areas["destination"].eq(place)].drop(columns=["edition", "destination"])
    notes = [f"residents: {told['residents_from']}"]
    further = [packaged_source("ocha-cod-ps-areas")] if "COD-PS" in told["residents_from"] else []
    if told["refugees_from"]:
        notes.append(f"refugees: {told['refugees_from']}")
    if counted:
        notes.append(f"migrants: {counted['publisher']}, {counted['as_of']}")
        source_id = f"migrants-by-area-{place.lower()}"
        further.append(
            Source(source_id, counted["publisher"], counted["title"], url=counted["url"])
        )
    return CountryAreas(
        place, date(int(told["edition"]), 7, 1), rows.reset_index(drop=True),
        float(told["national"]), counted=float(counted["counted"]) if counted else None,
        source=packaged_source("ocha-hno-areas"), further=tuple(further), note="; ".join(notes),
    )  # fmt: skip
