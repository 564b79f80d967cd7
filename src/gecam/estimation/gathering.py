"""Estimates of a run, put together from the draws of its destinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.aggregation import Composition
from gecam.estimation.draw.cell_draws import GroupInAnyCrisis
from gecam.estimation.draw.destination_draws import DestinationDraws
from gecam.estimation.plan.destination import GROUPS, DestinationPlan
from gecam.model import Case, Crisis, Group
from gecam.results import (
    SELECTIONS,
    Estimates,
    EstimationCell,
    Message,
    PeopleInAnyCrisis,
    PlanRow,
    Provenance,
    Scope,
    Selection,
    message,
)

Place = tuple[str, Group]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What was asked, and what it was derived from before the draws.

    Parameters
    ----------
    case
        All inputs.
    plans
        Of the destinations that were asked for.
    compositions
        Origins and sexes of each group of these.
    scope, level
        Of the estimates.
    provenance
        What the run can be made again from.
    """

    case: Case
    plans: Sequence[DestinationPlan]
    compositions: Mapping[Place, Composition]
    scope: Scope
    level: float
    provenance: Provenance

    @property
    def places(self) -> tuple[Place, ...]:
        """The destination and group of each row of people in any crisis."""
        return tuple((plan.destination, group) for plan in self.plans for group in sorted(GROUPS))


def gather(run: Run, drawn: Iterable[DestinationDraws]) -> Estimates:
    """Put the draws of all destinations together, in the order of ids."""
    case, n = run.case, run.provenance.draws
    planned = (cell.id for plan in run.plans for crisis in plan.crises for cell in crisis.cells)
    row = {cell_id: i for i, cell_id in enumerate(sorted(planned))}
    draws = np.empty((len(row), n))
    results = [_in_rows(result, draws, row) for result in drawn]
    cells = sorted(chain.from_iterable(r.cells for r in results), key=lambda cell: cell.id)
    return Estimates(
        cells=tuple(cells),
        draws=draws,
        unions=_unions(run, results, cells),
        places=run.places,
        compositions=run.compositions,
        plans=tuple(_plan_rows(case)),
        overlaps=tuple(chain.from_iterable(r.overlaps for r in results)),
        crises=case.crises,
        scope=run.scope,
        measure=case.footprints[0].measure if case.footprints else "in_need",
        level=run.level,
        assumptions=case.assumptions,
        sources=case.sources,
        provenance=run.provenance,
        case=case,
    )


def _in_rows(
    result: DestinationDraws, draws: FloatArray, row: Mapping[str, int]
) -> DestinationDraws:
    """Return a destination whose draws stand in their rows of all: the next ones take their memory."""
    for cell in result.cells:
        draws[row[cell.id]] = result.draws.get(cell.id, np.nan)
    moved = {
        id(union): replace(union, draws=draws[row[only]])
        for union in result.unions.values()
        if union.draws is result.draws.get(only := union.cell_ids[0])
    }
    unions = {key: moved.get(id(union), union) for key, union in result.unions.items()}
    return replace(result, draws={}, unions=unions)


def _unions(
    run: Run, results: Sequence[DestinationDraws], cells: Sequence[EstimationCell]
) -> Mapping[Selection, PeopleInAnyCrisis]:
    """Return people in any crisis for both selections of plans; one object where they are the same."""
    country, every = SELECTIONS
    members = _Members(results, cells)
    all_plans = _stacked(run, _of_selection(results, every), members)
    is_same = all(
        r.unions.get((country, group)) is r.unions.get((every, group))
        for r in results for group in GROUPS
    )  # fmt: skip
    if is_same:
        return {country: all_plans, every: all_plans}
    return {country: _stacked(run, _of_selection(results, country), members), every: all_plans}


def _of_selection(
    results: Sequence[DestinationDraws], selection: Selection
) -> dict[Place, GroupInAnyCrisis]:
    """Return people in any crisis by place, for one selection of plans."""
    return {
        (r.destination, group): union
        for r in results
        for (chosen, group), union in r.unions.items()
        if chosen == selection
    }


class _Members:
    """Positions of cells: those that a union stands for, and those that were not estimated."""

    def __init__(
        self, results: Sequence[DestinationDraws], cells: Sequence[EstimationCell]
    ) -> None:
        self.position = {cell.id: i for i, cell in enumerate(cells)}
        self.not_estimated = defaultdict[Place, list[int]](list)
        for cell in chain.from_iterable(r.cells for r in results):
            if cell.status == "not_estimated":
                self.not_estimated[cell.destination, cell.group].append(self.position[cell.id])

    def of(self, place: Place, union: GroupInAnyCrisis | None) -> tuple[int, ...]:
        ids = union.cell_ids if union is not None else ()
        return (*(self.position[cell_id] for cell_id in ids), *self.not_estimated.get(place, ()))


def _stacked(
    run: Run, unions: Mapping[Place, GroupInAnyCrisis], members: _Members
) -> PeopleInAnyCrisis:
    """Stack people in any crisis in the order of places; NaN where nothing was estimated."""
    draws = np.empty((len(run.places), run.provenance.draws))
    numbers = np.full((2, len(run.places)), np.nan)
    for i, place in enumerate(run.places):
        union = unions.get(place)
        draws[i] = np.nan if union is None else union.draws
        if union is not None:
            numbers[:, i] = union.odds_ratio_1, union.sum_of_crises
    of_places = tuple(members.of(place, unions.get(place)) for place in run.places)
    return PeopleInAnyCrisis(draws, numbers[0], numbers[1], of_places)


def _plan_rows(case: Case) -> Iterator[PlanRow]:
    """Yield the plans that are not a country's, or that state no people in need."""
    of_countries = {f.crisis for f in case.footprints if f.destination}
    return (plan_row(case, crisis) for crisis in case.crises if crisis.id not in of_countries)


@checked
def plan_row(case: Case, crisis: Crisis) -> PlanRow:
    """Return the row of a plan that is not a country's, or that states no people in need.

    Parameters
    ----------
    case
        All inputs, people in need among them.
    crisis
        The plan, one of the case's crises by its id.
    """
    footprints = [f for f in case.footprints if f.crisis == crisis.id]
    if not footprints:
        return PlanRow(crisis, "not_estimated", _why_no_figure(case, crisis), float("nan"))
    in_need = float(sum(f.people for f in footprints))
    counts = tuple(chain.from_iterable(f.counts for f in footprints))
    hosts = ", ".join(crisis.located_in)
    if any(c.use == "plan_level" and c.group != "hosts" for c in counts):
        because = message("PUBLISHED_IN_PLAN", hosts=hosts or message("COUNTRIES"))
        return PlanRow(crisis, "published", because, in_need, counts)
    hosts_named = hosts or message("SEVERAL_COUNTRIES")
    because = message("HOSTS_NOT_SPLIT", in_need=in_need, hosts=hosts_named)
    return PlanRow(crisis, "not_estimated", because, in_need, counts)


def _why_no_figure(case: Case, crisis: Crisis) -> Message:
    left_out = case.left_out_of_totals.get(crisis.id)
    return message("TEXT", text=left_out) if left_out else message("NO_FIGURE")
