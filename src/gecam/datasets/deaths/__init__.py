"""Packaged figures of recorded deaths during migration: totals, never single incidents."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.model import checked_month

DEATHS_TABLES = ("monthly", "routes", "sizes", "places", "layouts", "histories", "reports")


def load_deaths(table: str) -> pd.DataFrame:
    """Load one table of recorded deaths; no network.

    Parameters
    ----------
    table
        - ``monthly``: month x route group: incidents, cumulative records, dead, missing, at least.
          Months without a record have no row; records without a month have an empty one.
        - ``routes``: year x route, the same with source quality, sex and children.
        - ``sizes``: month x route group x dead and missing: how many incidents, and how many
          cumulative records, had that size. Intervals need no more.
        - ``places``: country of the incident x stated origins: incidents, cumulative records, dead
          and missing.
        - ``layouts``: year x file: incidents and people, to compare the files with each other.
        - ``histories``: Central Mediterranean: incidents by combination of kinds of source.
        - ``reports``: Central Mediterranean: incidents by size and number of sources named.

    Returns
    -------
    DataFrame
        With the columns ``source`` and ``licence`` (IOM Missing Migrants Project, CC BY 4.0);
        ``month`` is its first day. People are minimum counts.

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> from gecam.datasets.deaths import load_deaths
    >>> monthly = load_deaths("monthly")
    >>> int(monthly.loc[monthly["source"].eq("iom-mmp-reduced-2025-04"), "at_least"].sum())
    75068
    """
    if table not in DEATHS_TABLES:
        raise InputError(f"no table {table!r}. There are: {', '.join(DEATHS_TABLES)}.")
    path = files("gecam.datasets") / "deaths" / f"{table}.csv"
    with path.open(encoding="utf-8") as file:
        texts = {"source", "licence", "route", "route_group", "country", "country_of_origin"}
        frame = pd.read_csv(file, keep_default_na=False, na_values={"dead": "", "missing": ""},
                            dtype=dict.fromkeys(texts, "str"))  # fmt: skip
    if "month" in frame:
        frame["month"] = pd.to_datetime(frame["month"])
    return frame


@checked
def incident_sizes(
    *, route_group: str | None = None, first: str | None = None, last: str | None = None
) -> FloatArray:
    """Return how many people each incident of a route and period left dead or missing.

    Parameters
    ----------
    route_group
        Name of a group, such as ``"Central Mediterranean Route"``; all routes by default.
    first, last
        Months, both included: ``"2016-01"``; dates of the first and last record by default.

    Returns
    -------
    FloatArray
        Shape ``(incident,)``; people. Cumulative records are left out: they are not incidents.

    Examples
    --------
    >>> from gecam.datasets.deaths import incident_sizes
    >>> sizes = incident_sizes(route_group="Central Mediterranean Route", first="2016-01",
    ...                        last="2016-12")
    >>> sizes.size, int(sizes.sum())
    (135, 4572)
    """
    table = load_deaths("sizes")
    if route_group is not None:
        groups = sorted(set(table["route_group"]))
        if route_group not in groups:
            raise InputError(f"route_group must be among {groups}: got {route_group!r}.")
        table = table[table["route_group"].eq(route_group)]
    month = table["month"].dt.to_period("M")
    if first is not None:
        table = table[month.ge(checked_month(first, "first"))]
    if last is not None:
        table = table[month.reindex(table.index).le(checked_month(last, "last"))]
    return np.repeat(table["dead_and_missing"].to_numpy(np.float64), table["incidents"].to_numpy())


__all__ = ["DEATHS_TABLES", "incident_sizes", "load_deaths"]
