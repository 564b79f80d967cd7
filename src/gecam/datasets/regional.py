"""Packaged regional plans by host country."""

from __future__ import annotations

from hashlib import sha256
from importlib.resources import files

from gecam.datasets.edition_names import edition_name
from gecam.datasets.other_tables import packaged_source, packaged_table
from gecam.model import RegionalPlans, Source

_NUMBERS = (  # of people, then shares
    "in_need", "targeted", "present", "refugees", "asylum_seekers", "oip",
    "mean", "lower", "upper", "logit_sd",
)  # fmt: skip
_DATES = ("onset", "as_of")


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
    plans, chapters, shares, register = (
        packaged_table("regional", f"{table}.csv", numbers=_NUMBERS, dates=_DATES)
        for table in ("plans", "chapters", "shares", "register")
    )
    plans, chapters = (
        table[table["year"] == year].drop(columns="year").reset_index(drop=True)
        for table in (plans, chapters)
    )
    sources = tuple(_source(table) for table in ("chapters", "register"))
    return RegionalPlans(int(year), plans, chapters, shares, register, sources)


def _source(table: str) -> Source:
    """Return where a packaged table comes from, with the hash of its file."""
    file = files("gecam.datasets") / "regional" / f"{table}.csv"
    digest = sha256(file.read_bytes()).hexdigest()
    return packaged_source(f"regional-{table}", sha256=digest, file=file.name)
