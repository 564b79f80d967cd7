"""Crises that no plan with a figure covers: rows with a modelled share, apart from all totals."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import edition_name, packaged_rows
from gecam.datasets.editions import load_edition
from gecam.datasets.other_tables import load_risk, load_world
from gecam.estimation import modelled_case
from gecam.model import Case

_COLUMNS = ("iso3", "crisis", "people", "month")


@checked
def load_outside_plans(name: str | int) -> pd.DataFrame:
    """Load countries whose crises INFORM Severity lists and no plan with a figure covers; no network.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Returns
    -------
    pandas.DataFrame
        One row per country: ``iso3``; ``crisis`` (INFORM's id of the largest one); ``people`` (INFORM's
        in need, levels 3 to 5, persons: shown, and not used); ``month`` of the list, July of the year
        or the last one packaged. Plans that state no people in need are among them.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> from gecam.datasets import load_outside_plans
    >>> "ETH" in set(load_outside_plans("2025")["iso3"])  # its plan of 2025 states no people in need
    True
    """
    year = edition_name(name)
    rows = [row for row in packaged_rows("months", "outside_plans.csv") if row["year"] == year]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"people": float})


@checked
def case_outside_plans(name: str | int) -> Case:
    """Load the crises outside plans as a case, with modelled shares in need; no network.

    Parameters
    ----------
    name
        Year of an edition (`EDITIONS`).

    Returns
    -------
    Case
        Countries of `load_outside_plans` that have a stock, residents and covariates, each with the
        share that the plans of the edition suggest (`gecam.estimation.modelled_case`): evidence level
        4, grade E, flag ``MODELLED_SHARE``. It is apart from the edition and its totals.

    Raises
    ------
    InputError
        If there is no such edition.

    Examples
    --------
    >>> case = gc.case_outside_plans("2025")
    >>> {f.grade for f in case.footprints}, bool(set(case.destinations) & {"SDN", "UKR"})
    ({'E'}, False)
    """
    made = modelled_case(load_edition(name), load_world(name), load_risk()).case
    listed = [p for p in load_outside_plans(name)["iso3"] if p in made.destinations]
    return replace(made.restrict(listed), name=f"{name}, outside plans")
