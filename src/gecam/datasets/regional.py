"""Packaged regional plans by host country."""

from __future__ import annotations

import io
from hashlib import sha256
from importlib.resources import files

import pandas as pd

from gecam.datasets.edition_names import edition_name
from gecam.model import RegionalPlans, Source

_PEOPLE = ("in_need", "targeted", "present", "refugees", "asylum_seekers", "oip")
_SHARES = ("mean", "lower", "upper", "logit_sd")
_DATES = ("onset", "as_of")
# Whose figures a table holds: publisher, title, licence, address.
_SOURCES = {
    "chapters": (
        "UNHCR, IOM, OCHA and their partners", "Regional plans, chapters by country (compiled)", "",
        "https://humanitarianaction.info",
    ),
    "register": (
        "UNHCR", "Refugee Population Statistics, people of regional plans by host", "CC BY 4.0",
        "https://www.unhcr.org/refugee-statistics",
    ),
}  # fmt: skip


def load_regional_plans(name: str | int) -> RegionalPlans:
    """Load the regional plans of one year by host country; no network.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`).

    Returns
    -------
    RegionalPlans
        Of its chapters, those with the use ``in_need`` state people in need of one group alone; the
        others say why they do not. A number of people targeted is never one in need.

    Raises
    ------
    InputError
        If there is no such year.

    Examples
    --------
    >>> chapters = gc.load_regional_plans("2022").chapters
    >>> usable = chapters[chapters["use"] == "in_need"]
    >>> usable.set_index(["host", "origin"])["in_need"].loc["BGD", "MMR"]
    np.float64(902947.0)
    """
    year = edition_name(name)
    plans, chapters = (
        table[table["year"] == year].drop(columns="year").reset_index(drop=True)
        for table in (_table("plans"), _table("chapters"))
    )
    sources = tuple(_source(table) for table in _SOURCES)
    return RegionalPlans(int(year), plans, chapters, _table("shares"), _table("register"), sources)


def _source(table: str) -> Source:
    """Return where a packaged table comes from, with the hash of its file."""
    publisher, title, licence, url = _SOURCES[table]
    digest = sha256(_bytes(table)).hexdigest()
    return Source(
        f"regional-{table}", publisher, title, licence=licence, url=url, sha256=digest,
        file=f"{table}.csv",
    )  # fmt: skip


def _bytes(table: str) -> bytes:
    return (files("gecam.datasets") / "regional" / f"{table}.csv").read_bytes()


def _table(name: str) -> pd.DataFrame:
    """Read one table: people and shares as numbers, dates as dates, the rest as text."""
    rows = pd.read_csv(io.BytesIO(_bytes(name)), dtype=str, keep_default_na=False)
    for column in rows.columns:
        if column in _PEOPLE or column in _SHARES:
            rows[column] = pd.to_numeric(rows[column].replace("", None)).astype("float64")
        elif column in _DATES:
            rows[column] = pd.to_datetime(rows[column].replace("", None))
    return rows
