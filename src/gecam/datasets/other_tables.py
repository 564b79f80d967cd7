"""Packaged tables beside the editions: the world without crises, figures not used, risk."""

from __future__ import annotations

import csv
import io
from collections.abc import Container
from typing import Any

import pandas as pd

from gecam.datasets.edition_names import edition_folder, packaged_rows
from gecam.datasets.edition_tables import read_edition
from gecam.model import Case, Source


def packaged_table(
    *place: str, numbers: Container[str] = (), dates: Container[str] = ()
) -> pd.DataFrame:
    """Return a packaged table: some columns as numbers or dates, NaN where empty; others as text.

    Parameters
    ----------
    *place
        Folder and file in this room.
    numbers, dates
        Names of columns; those that the table lacks are passed over.
    """
    rows = pd.DataFrame(packaged_rows(*place))
    for column in rows:
        if column in numbers:
            rows[column] = as_numbers(rows[column])
        elif column in dates:
            rows[column] = pd.to_datetime(rows[column].replace("", None))
    return rows


def as_numbers(cells: pd.Series) -> pd.Series:
    """Return cells of text as numbers, NaN where empty."""
    return pd.to_numeric(cells.replace("", None)).astype("float64")


def packaged_source(name: str, **stated: str) -> Source:
    """Return the source of packaged figures by its id in sources.csv, with what else is stated."""
    (row,) = [row for row in packaged_rows("sources.csv") if row["id"] == name]
    fields: dict[str, Any] = row | stated
    return Source(**fields)


def load_world(name: str | int) -> Case:
    """Load stock, population and refugees of all countries, without origins and without crises.

    The inputs of `gecam.estimation.modelled_case`, for the same years as the edition.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> len(gc.load_world("2022").stock.destinations)
    232
    """
    return read_edition(edition_folder("world", name))


def load_other_figures(name: str | int) -> pd.DataFrame:
    """Load figures that were published of an edition's plans and that the edition does not use.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Returns
    -------
    pandas.DataFrame
        One row per plan and reading: ``crisis`` (id), ``reading`` (such as ``as launched``), ``people``
        (persons in need), ``source``, ``note``; no rows where one figure alone was published.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> from gecam.datasets import load_other_figures
    >>> rows = load_other_figures("2026").set_index("crisis")
    >>> rows.loc["2026-MOZ", "people"], gc.load_edition("2026").footprints[9].people
    (np.float64(1628468.0), 2356162.0)
    """
    columns = ["crisis", "reading", "people", "source", "note"]
    path = edition_folder("editions", name) / "other_figures.csv"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    rows = pd.DataFrame(list(csv.DictReader(io.StringIO(text))), columns=columns)
    return rows.astype({"people": "float64"})


def load_risk() -> pd.DataFrame:
    """Load components of the INFORM Risk Index 2026 by country (JRC, CC BY 4.0); 0 to 10.

    Returns
    -------
    pandas.DataFrame
        Index ISO3; only components that rest on no count of people in need.
    """
    return packaged_table("world", "risk.csv").set_index("iso3").astype("float64")
