"""One country under all specifications of a multiverse: plans and draws are made once for many."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

import numpy as np

from gecam._typing import FloatArray, IntArray
from gecam.estimation import (
    CaseEdit,
    CellDraws,
    ChangeAssumptions,
    DestinationPlan,
    apply_edits,
    destination_plan,
    draw_cells,
)
from gecam.evaluation.alternatives.specifications import (
    ADDING,
    MODELLED,
    Alternatives,
    Choice,
    Level,
)
from gecam.evaluation.explanation.targets import Target, find_target
from gecam.model import Case, Group
from gecam.results import Scope
from gecam.uncertainty import LatinStreams, Streams

MOST_DRAWN = 100  # plans of a country whose draws of cells are held at a time
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, eq=False)
class CountryRun:
    """One country under all specifications.

    Parameters
    ----------
    case
        Of this country alone.
    choices
        All choices.
    distinct
        Per choice, the level that stands for each level here: the first where it cannot differ.
    only
        The choice of modelled countries and the level at which this one counts; None: always.
    plans
        Plans by the levels that they depend on: positions of choice and level.
    """

    case: Case
    choices: tuple[Choice, ...]
    distinct: tuple[IntArray, ...]
    only: tuple[int, int] | None
    plans: dict[tuple[tuple[int, int], ...], DestinationPlan | None] = field(default_factory=dict)

    def answers(
        self, grid: IntArray, draws: int, seed: int
    ) -> Iterator[tuple[IntArray, FloatArray, float]]:
        """Yield groups of specifications with their people, and the figure at odds ratio 1.

        Parameters
        ----------
        grid
            Levels of each specification. Shape ``(specification, choice)``.
        draws, seed
            Number of draws, and the seed that is common to all.
        """
        here = np.arange(len(grid))
        if self.only is not None:
            here = np.flatnonzero(grid[:, self.only[0]] == self.only[1])
        if not here.size:
            return
        levels_of = np.column_stack([d[grid[here, i]] for i, d in enumerate(self.distinct)])
        combinations, group = np.unique(levels_of, axis=0, return_inverse=True)
        drawn = _Drawn(LatinStreams(seed), draws)
        for k, combination in enumerate(combinations.tolist()):
            levels = [c.levels[i] for c, i in zip(self.choices, combination, strict=True)]
            key = tuple((i, k) for i, k in enumerate(combination) if not levels[i].is_of_draws)
            if key not in self.plans:
                self.plans[key] = self._plan([levels[i] for i, _ in key])
            plan = self.plans[key]
            if plan is not None:
                people, at_one = drawn.people(key, _with_drawn(plan, levels))
                yield here[group.ravel() == k], people, at_one

    def _plan(self, levels: Sequence[Level]) -> DestinationPlan | None:
        """Derive the plan at some levels; None where they leave no crisis in the country."""
        edits: list[CaseEdit] = [level.change for level in levels if level.change is not None]
        if any(level.assumptions for level in levels):
            edits.append(_assumptions(levels))
        case = apply_edits(self.case, edits, is_part=True)
        scope: Scope = next((level.scope for level in levels if level.scope is not None), "all")
        return destination_plan(case, case.destinations[0], scope) if case.destinations else None


def _with_drawn(plan: DestinationPlan, levels: Sequence[Level]) -> DestinationPlan:
    """Return a plan with the assumptions that only its draws depend on."""
    wanted = _assumptions([level for level in levels if level.is_of_draws]).values
    return replace(plan, assumptions=replace(plan.assumptions, **wanted)) if wanted else plan


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Draws of one country, made once for all specifications that agree in what they depend on.

    Parameters
    ----------
    streams, n
        Where the numbers come from, and how many.
    cells
        Draws of cells by plan and odds ratio; by overlap too where they depend on it.
    unions
        Of several crises, shared by all draws of cells.
    """

    streams: Streams
    n: int
    cells: dict[Hashable, CellDraws] = field(default_factory=dict)
    unions: dict[Hashable, Any] = field(default_factory=dict)

    def people(self, key: Hashable, plan: DestinationPlan) -> tuple[FloatArray, float]:
        """Return people in at least one crisis under a plan, and the figure at odds ratio 1."""
        a = plan.assumptions
        united = (a.overlap, a.apply_relations) if len(plan.crises) > 1 else ()
        key = key, a.odds_ratio, united
        if key not in self.cells:
            if len(self.cells) == MOST_DRAWN:
                self.cells.clear()
            self.cells[key] = draw_cells(plan, self.streams, self.n, self.unions)
        cells = replace(self.cells[key], plan=plan)
        unions = [cells.union(chosen) for group in GROUPS if (chosen := cells.counted(group))]
        people = np.sum([np.zeros(self.n), *(union.draws for union in unions)], axis=0)
        return np.asarray(people), math.fsum(union.odds_ratio_1 for union in unions)


def _assumptions(levels: Sequence[Level]) -> ChangeAssumptions:
    """Return the assumptions that are changed at some levels; of two levels the later holds."""
    return ChangeAssumptions({k: v for level in levels for k, v in level.assumptions.items()})


def country_runs(
    case: Case, target: Target, choices: tuple[Choice, ...], alternatives: Alternatives | None
) -> Iterator[CountryRun]:
    """Yield the countries of a target, and those that one choice adds with modelled shares.

    Parameters
    ----------
    case
        The inputs.
    target
        World, region or country.
    choices
        All choices, in the order of the columns of a grid.
    alternatives
        Other published figures; None for none.
    """
    modelled = [i for i, c in enumerate(choices) if c.name == MODELLED]
    parts: list[tuple[Case, Sequence[str], tuple[int, int] | None]] = [
        (case, target.destinations, None)
    ]
    if modelled and alternatives is not None and alternatives.modelled is not None:
        other = alternatives.modelled
        added = find_target(other, target.id, target.kind).destinations
        parts.append((other, added, (modelled[0], 1)))
    for whole, destinations, only in parts:
        for destination in destinations:
            one = _of_one_country(whole, destination)
            distinct = tuple(_distinct(choice, one) for choice in choices)
            yield CountryRun(one, choices, distinct, only)


def _distinct(choice: Choice, case: Case) -> IntArray:
    """Return the level that stands for each level of a choice in a country."""
    is_other = choice.name not in ADDING
    return np.array(
        [
            k if is_other and k and level.differs(case) else 0
            for k, level in enumerate(choice.levels)
        ]
    )


def _of_one_country(case: Case, destination: str) -> Case:
    """Return the case of one country with the stock and residents of that country alone.

    Its numbers are the same; changing it is much sooner done. UNHCR's table stays whole: its dates
    say at which year-ends nobody was reported.
    """
    return replace(
        case.restrict([destination]),
        stock=case.stock.restrict([destination]),
        population=case.population.restrict(
            [destination] if destination in case.population.by_place else []
        ),
    )
