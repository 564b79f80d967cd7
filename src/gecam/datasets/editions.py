"""Editions by name."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

import pandas as pd

from gecam.datasets.edition_tables import read_edition
from gecam.errors import InputError
from gecam.model import Case

EDITIONS = ("2022", "2024")


def load_edition(name: str) -> Case:
    """Load the packaged inputs of one year; no network.

    Parameters
    ----------
    name
        ``"2022"``: the plans of the Global Humanitarian Overview 2022, UN DESA's 2020 revision,
        World Bank population, UNHCR. ``"2024"``: the Humanitarian Needs Overviews of 2024 and UN
        DESA's 2024 revision.

    Returns
    -------
    Case
        Every figure in it carries its source; see ``case.sources``.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> case = gc.load_edition("2022")
    >>> len(case.crises), len(case.destinations)
    (42, 32)
    """
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return read_edition(files("gecam.datasets") / "editions" / name)


def load_world(name: str) -> Case:
    """Load stock, population and refugees of all countries, without origins and without crises.

    The inputs of `gecam.estimation.modelled_case`, for the same years as the edition.

    Parameters
    ----------
    name
        ``"2022"`` or ``"2024"``.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> len(gc.load_world("2022").stock.destinations)
    232
    """
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return read_edition(files("gecam.datasets") / "world" / name)


def load_risk() -> pd.DataFrame:
    """Load components of the INFORM Risk Index 2026 by country (JRC, CC BY 4.0); 0 to 10.

    Returns
    -------
    pandas.DataFrame
        Index ISO3; only components that rest on no count of people in need.
    """
    path = files("gecam.datasets") / "world" / "risk.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    return pd.DataFrame(rows).set_index("iso3").astype("float64")
