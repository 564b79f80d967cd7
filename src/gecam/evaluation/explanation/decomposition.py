"""Decomposition of a result: what each step adds on the way from the published stocks."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import get_args

import numpy as np

from gecam.codes import name
from gecam.estimation import CellPlan, DestinationPlan
from gecam.evaluation.exact_parts import exact_parts
from gecam.evaluation.explanation.account import DecompositionStep
from gecam.evaluation.explanation.targets import Target
from gecam.model import Group
from gecam.results import (
    GROUP_WORDS,
    SELECTIONS,
    SHOWN,
    Estimates,
    EstimationCell,
    Message,
    message,
)

OF_STOCK = ("projection", "group", "undercount")  # steps of a country's groups
OF_CELLS = ("published_count", "share", "odds_ratio_median", "border_changes", "spread")
STEPS = ("stock", *OF_STOCK, *OF_CELLS, "overlap", "composition")
WHOLE: Mapping[Group, float] = dict.fromkeys(sorted(get_args(Group)), 1.0)


@dataclass(frozen=True, eq=False)
class TargetCountry:
    """A country of a target: its plan, the crises that count, and how much of it is asked about.

    Parameters
    ----------
    plan
        Of the country.
    base
        The crisis whose date the people are counted at.
    cells
        The cells that make its figure.
    weights
        By group: the share of its people that the target holds, 0 to 1; 1 but for origins.
    stock
        Published people of the target in its stock.
    result
        By group: the mean of people in at least one crisis.
    """

    plan: DestinationPlan
    base: CellPlan
    cells: tuple[EstimationCell, ...]
    weights: Mapping[Group, float]
    stock: float
    result: Mapping[Group, float]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that are estimated, sorted."""
        return tuple(sorted({cell.group for cell in self.cells}))

    @property
    def counted(self) -> tuple[CellPlan, ...]:
        """The crises that count, in the order of the plan."""
        ids = {cell.crisis for cell in self.cells}
        return tuple(crisis for crisis in self.plan.crises if crisis.crisis.id in ids)

    def people(self, step: str) -> dict[Group, float]:
        """Return the people of each group at the reference date, after a step of the stock."""
        split = self.base.split
        if step != "undercount":
            split = replace(split, undercount=None)
        return {group: split.of(group) for group in WHOLE}

    def after(self, cell: EstimationCell, step: str) -> float:
        """Return the people of a cell after a step: the last value recorded up to it.

        Before the first, a group in several crises counts once: evenly among them.
        """
        taken = OF_CELLS[: OF_CELLS.index(step) + 1]
        recorded = [x.value for x in cell.steps if x.name in taken]
        if recorded:
            return recorded[-1]
        crises = sum(other.group == cell.group for other in self.cells)
        return self.people("undercount")[cell.group] / crises

    def parts(self, step: str) -> Iterator[tuple[Group, float]]:
        """Yield the people after a step: by group of the stock, by cell, then by group again."""
        if step in OF_STOCK:
            people = self.people(step)
            is_before_groups = OF_STOCK.index(step) < OF_STOCK.index("group")
            yield from ((g, people[g]) for g in (WHOLE if is_before_groups else self.groups))
        elif step in OF_CELLS:
            yield from ((cell.group, self.after(cell, step)) for cell in self.cells)
        else:
            yield from self.result.items()

    def values(self, step: str) -> Iterator[float]:
        """Yield the people of the target after a step, in parts."""
        if step == "stock":
            yield self.stock
        else:
            yield from (self.weights[group] * people for group, people in self.parts(step))


# Steps that are shown only if a country of the target takes them.
ONLY_IF: Mapping[str, Callable[[TargetCountry], bool]] = {
    "undercount": lambda place: place.base.split.undercount is not None,
    "published_count": lambda place: any(
        step.name == "published_count" for cell in place.cells for step in cell.steps
    ),
    "border_changes": lambda place: any(c.left_out is not None for c in place.plan.crises),
    "overlap": lambda place: len({cell.crisis for cell in place.cells}) > 1,
    "composition": lambda place: not {0.0, 1.0}.issuperset(place.weights.values()),
}


def places_of(
    est: Estimates, target: Target, plans: Iterable[DestinationPlan]
) -> tuple[TargetCountry, ...]:
    """Return the countries of a target with the cells that count in them."""
    of_plan = _of_crisis if target.kind in {"crisis", "cell"} else _of_any_crisis
    return tuple(of_plan(est, target, plan) for plan in plans)


def _of_crisis(est: Estimates, target: Target, plan: DestinationPlan) -> TargetCountry:
    """Return a country in one of its crises, or one group of it."""
    crisis = target.id.partition("/")[0]
    base = next(c for c in plan.crises if c.crisis.id == crisis)
    cells = tuple(
        cell
        for cell in est.cells
        if (cell.crisis, cell.destination) == (crisis, plan.destination)
        and cell.status in SHOWN
        and target.id in {crisis, cell.id}
    )
    result = {cell.group: cell.steps[-1].value for cell in cells}
    return TargetCountry(plan, base, cells, WHOLE, base.split.stock, result)


def _of_any_crisis(est: Estimates, target: Target, plan: DestinationPlan) -> TargetCountry:
    """Return a country with people in at least one of its crises, or those of one origin."""
    union = est.unions[SELECTIONS[1]]
    rows = {group: i for i, (place, group) in enumerate(est.places) if place == plan.destination}
    members = (est.cells[j] for i in rows.values() for j in union.cells[i])
    cells = tuple(cell for cell in members if cell.status in SHOWN)
    estimated = {g: union.draws[i] for g, i in rows.items() if not np.isnan(union.draws[i, 0])}
    result = {group: float(draws.mean()) for group, draws in estimated.items()}
    base = _latest(plan, {cell.crisis for cell in cells})
    country = TargetCountry(plan, base, cells, WHOLE, base.split.stock, result)
    return _of_origin(est, target.id, country) if target.kind == "origin" else country


def _latest(plan: DestinationPlan, ids: Collection[str]) -> CellPlan:
    """Return the latest of some crises of a country; of all of them if there are none."""
    crises = [crisis for crisis in plan.crises if crisis.crisis.id in ids] or plan.crises
    return max(crises, key=lambda c: (c.crisis.reference_date, c.crisis.id))


def _of_origin(est: Estimates, origin: str, country: TargetCountry) -> TargetCountry:
    """Return people of one origin in a country."""
    destination = country.plan.destination
    weights = {group: _weight(est, origin, destination, group) for group in WHOLE}
    return replace(country, weights=weights, stock=_published(est, origin, country.base))


def _weight(est: Estimates, origin: str, destination: str, group: Group) -> float:
    composition = est.compositions.get((destination, group))
    if composition is None or origin not in composition.origin:
        return 0.0
    return float(composition.share[composition.origin.index(origin)])


def _published(est: Estimates, origin: str, base: CellPlan) -> float:
    """Return people of an origin in the stock's last table up to the measured date."""
    if est.case is None:
        raise AssertionError("the inputs are at hand where a result is decomposed")
    rows = est.case.stock.people
    rows = rows[rows["destination"].eq(base.footprint.destination)]
    last = rows["as_of"][rows["as_of"].dt.date.le(base.split.stock_on)].max()
    return float(rows["people"][rows["as_of"].eq(last) & rows["origin"].eq(origin)].sum())


def decomposition_of(
    places: Sequence[TargetCountry], result: float
) -> tuple[DecompositionStep, ...]:
    """Return the steps from the stock to the result; none where nothing was estimated.

    The stock and the changes after it add up to the result as `exact_parts` promises.
    """
    if math.isnan(result):
        return ()
    steps = [x for x in STEPS if x not in ONLY_IF or any(map(ONLY_IF[x], places))]
    values = [math.fsum(v for place in places for v in place.values(x)) for x in steps[:-1]]
    values.append(result)
    changes = exact_parts([values[0], *(b - a for a, b in pairwise(values))], result)
    return tuple(
        DecompositionStep(step, words_of(step), change, value, tuple(_how(places, step)))
        for step, change, value in zip(steps, changes, values, strict=True)
    )


def words_of(step: str) -> Message:
    """Return what a step does."""
    return message(f"STEP_{step.upper()}")


def _how(places: Sequence[TargetCountry], step: str) -> Iterable[Message]:
    """Return what was done, with its numbers; for several countries only what was left out."""
    if len(places) > 1:
        return _left_out(places) if step == "group" else ()
    return _SENTENCES.get(step, _by_cell)(places[0], step)


def _of_stock(place: TargetCountry, _: str) -> Iterator[Message]:
    yield message("STOCK", people=place.base.split.stock, on=place.base.split.stock_on)


def _of_projection(place: TargetCountry, _: str) -> Iterator[Message]:
    split, who, people = place.base.split, message("other"), place.base.split.counted
    if split.dated.is_between:  # groups are told apart at the reference date
        who, people = message("ALL_MIGRANTS"), split.stock
    yield message("PEOPLE_AND_HOW", what=who, how=split.dated.message, people=people)
    if split.dated.is_between:
        yield message("PEOPLE_OF", what=message("other"), people=split.counted)
    if split.registered > 0 or split.registered_now > 0:
        yield message(
            "REFUGEES_COUNTED_ALL" if split.adds_outside else "REFUGEES_COUNTED",
            then=split.registered, now=split.registered_now, held=split.held,
            people=split.protection,
        )  # fmt: skip


def _of_group(place: TargetCountry, step: str) -> Iterator[Message]:
    for group, people in place.people(step).items():
        if group not in place.groups and people > 0:
            yield message("WITHOUT_PEOPLE", people=people, group=GROUP_WORDS[group])


def _by_cell(place: TargetCountry, step: str) -> Iterator[Message]:
    """Yield the people of each cell that takes a step, as recorded; of several cells only."""
    for cell in place.cells if len(place.cells) > 1 else ():
        for taken in cell.steps:
            if taken.name == step:
                yield message("PEOPLE_OF", what=_label(place, cell), people=taken.value)


def _of_step(place: TargetCountry, step: str) -> Iterator[Message]:
    """Yield how each cell takes a step, with its people after it."""
    for cell in place.cells:
        for taken in cell.steps:
            if taken.name == step:
                what, how = _label(place, cell), taken.message
                yield message("PEOPLE_AND_HOW", what=what, how=how, people=taken.value)


_SENTENCES: Mapping[str, Callable[[TargetCountry, str], Iterator[Message]]] = {
    "border_changes": _of_step,
    "stock": _of_stock,
    "projection": _of_projection,
    "group": _of_group,
}


def _label(place: TargetCountry, cell: EstimationCell) -> Message:
    group = message(cell.group)
    if len({x.crisis for x in place.cells}) == 1:
        return group
    titles = {c.crisis.id: c.crisis.name for c in place.plan.crises}
    return message("PLACE_AND_GROUP", place=titles[cell.crisis], group=group)


def _left_out(places: Iterable[TargetCountry]) -> Iterator[Message]:
    """Yield for each group the countries where it is not estimated, and its people there."""
    for group in WHOLE:
        people = {
            place.plan.destination: place.weights[group] * place.people("group")[group]
            for place in places
            if group not in place.groups
        }
        missing = {destination: n for destination, n in people.items() if n > 0}
        if missing:
            names = ", ".join(map(name, missing))
            yield message(
                "WITHOUT_PEOPLE_IN",
                people=math.fsum(missing.values()), group=GROUP_WORDS[group], places=names,
            )  # fmt: skip
