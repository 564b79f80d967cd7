"""Packaged people in need, targeted and reached by group, as plans publish them."""

from __future__ import annotations

import pandas as pd

from gecam.datasets.edition_names import edition_name
from gecam.datasets.other_tables import packaged_table
from gecam.datasets.regional import load_regional_plans
from gecam.model import with_gaps

COUNTS = ("in_need", "targeted", "reached")


def load_targets(name: str | int) -> pd.DataFrame:
    """Load refugees and migrants in need, targeted and reached, as plans of a year publish them.

    Parameters
    ----------
    name
        Year of the plans, ``"2022"`` to ``"2026"`` (`EDITIONS`).

    Returns
    -------
    DataFrame
        The columns of `gecam.model.published_targets`, from the year's needs overviews (2024 to
        2026) and, with the ``basis`` ``regional plan``, from chapters of regional plans that state
        people in need and targeted of one group alone. Published numbers, none estimated from
        shares; countries whose plan publishes no group are absent.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> targets = gc.load_targets("2026").set_index("destination")
    >>> targets.loc["SSD", ["in_need", "targeted", "not_targeted"]].tolist()
    [647302.0, 592848.0, 54454.0]
    """
    edition = edition_name(name)
    rows = packaged_table("targets", "targets.csv", numbers=COUNTS)
    rows = rows[rows["edition"].eq(edition)].drop(columns="edition")
    return with_gaps(pd.concat([rows, _of_chapters(edition)], ignore_index=True))


def _of_chapters(edition: str) -> pd.DataFrame:
    """Return chapters of host countries that state people in need and targeted of one group alone."""
    chapters = load_regional_plans(edition).chapters
    told = chapters[
        chapters["use"].eq("in_need") & chapters["in_need"].notna() & chapters["targeted"].notna()
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "destination": told["host"], "group": "protection", "who": told["group"],
            "basis": "regional plan", "in_need": told["in_need"], "targeted": told["targeted"],
            "note": told["plan"] + "; " + told["source"],
        }
    )  # fmt: skip
