"""Migrants in need in one country whom a regional plan follows, as a table of inclusion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, Positive, PositiveShare
from gecam.codes import country_code
from gecam.errors import NotEstimatedError
from gecam.estimation import cells_by_age
from gecam.model import AgeTable
from gecam.preparedness.inclusion import (
    USED_NOTES,
    Inclusion,
    Stated,
    included,
    stated_against,
)
from gecam.preparedness.plan_figures import Plan
from gecam.results import Breakdown, CompleteEstimates, PhasedEstimates, RegionalCell

REGIONAL_NOTE = (
    "The people here are those whom a regional plan follows in this country; the country's own plan "
    "leaves them to it, or there is none."
)


@checked
def regional_inclusion(
    complete: CompleteEstimates,
    destination: str,
    *,
    ages: AgeTable | None = None,
    phased: PhasedEstimates | None = None,
    plan: Plan | None = None,
    unit_cost: ArrayLike | Mapping[str, ArrayLike] | None = None,
    cost_under: Positive = 3.0,
    cost_over: Positive = 1.0,
    reach: PositiveShare = 1.0,
) -> Inclusion:
    """Return the migrants in need in a country whom regional plans follow, for a plan to include.

    Parameters
    ----------
    complete
        The answer with people of regional plans (`gecam.complete_estimates`), persons.
    destination
        Country, by ISO3 code or name.
    ages
        Migrants by age, sex and group (`gecam.load_ages`); None for no rows by sex and age.
    phased
        The same answer by phase of severity, made with `complete` (`gecam.by_severity`); None without.
    plan
        What a plan of this country says: people in need are those of the regional plan only where it
        states them.
    unit_cost, cost_under, cost_over, reach
        As in `inclusion`.

    Returns
    -------
    Inclusion
        The table, numbers that the plan's chapter publishes against the estimate, and the budget. Its
        parts add to the people in every draw.

    Raises
    ------
    NotEstimatedError
        If no regional plan has a number of people in the country that is added to a total.
    InputError
        If the plan is of another country, or as in `inclusion`.

    Examples
    --------
    >>> from gecam.preparedness import regional_inclusion
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["COL"]), draws=400, seed=1)
    >>> complete = gc.complete_estimates(est, gc.load_regional_plans("2026"))
    >>> table = regional_inclusion(complete, "COL", ages=gc.load_ages("2026")).to_frame()
    >>> table["part"].unique().tolist()
    ['total', 'group', 'origin', 'sex', 'age']
    """
    destination = country_code(destination)
    complete = _here(complete, destination)
    plan = plan or Plan(destination, name=", ".join(dict.fromkeys(complete.plans["plan"])))
    parts = _parts(complete, destination, ages, phased)
    return included(
        parts.pop("destination"), parts, plan, unit_cost, share_note=REGIONAL_NOTE,
        stated=tuple(_stated(complete)),
        weighing={"cost_under": cost_under, "cost_over": cost_over, "reach": reach},
    )  # fmt: skip


def _parts(
    complete: CompleteEstimates,
    destination: str,
    ages: AgeTable | None,
    phased: PhasedEstimates | None,
) -> dict[str, Breakdown]:
    """Return the whole of a country's cells, under ``destination``, and their breakdowns."""
    in_crisis = destination in {place for place, _ in complete.estimates.places}
    cells = complete.by_cell(in_crisis=in_crisis)
    parts = {label: _sums(cells, label) for label in ("destination", "group", "origin")}
    if ages is not None:
        by_age = cells_by_age(complete, ages)
        parts |= {label: _sums(by_age, label) for label in ("sex", "age")}
    if phased is not None:
        by_phase = phased.by_cell(in_crisis=in_crisis).row(destination=destination)
        parts["phase"] = _sums(by_phase, "phase")
    return parts


def _stated(complete: CompleteEstimates) -> Iterator[Stated]:
    """Yield what chapters publish of people in need against the estimate, which rests on it."""
    for cell, draws in zip(complete.cells, complete.draws, strict=True):
        if cell.basis == "published":
            whom, note = cell.name or cell.origin, f"{USED_NOTES[0]}; {cell.plan}"
            yield stated_against(cell.people, whom, draws, note, complete.estimates.level)


def _here(complete: CompleteEstimates, destination: str) -> CompleteEstimates:
    """Return the cells of a country that are added to a total, and their plans."""
    which = [
        i
        for i, (cell, draws) in enumerate(zip(complete.cells, complete.draws, strict=True))
        if cell.destination == destination and not np.isnan(draws[0])
    ]
    if not which:
        raise NotEstimatedError(f"no regional plan has people of its own in {destination}")
    cells: tuple[RegionalCell, ...] = tuple(complete.cells[i] for i in which)
    plans = complete.plans[complete.plans["crisis"].isin({cell.crisis for cell in cells})]
    return replace(complete, cells=cells, draws=complete.draws[which], plans=plans)


def _sums(rows: Breakdown, label: str) -> Breakdown:
    """Return the sums of estimated rows by one label, sorted by it."""
    order = rows.labels[label].argsort(kind="stable").to_numpy()
    return rows.take(order[rows.is_estimated[order]]).sums(label)
