"""People whom country plans leave to regional plans, as levels of a choice."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gecam._typing import FloatArray, IntArray
from gecam.estimation import complete_estimates, estimate
from gecam.evaluation.alternatives.specifications import (
    PRESENT,
    REGIONAL,
    Alternatives,
    Choice,
)
from gecam.evaluation.explanation.targets import Target
from gecam.model import Case


@dataclass(frozen=True, eq=False)
class RegionalLevels:
    """What levels of a choice add to every specification alike.

    Parameters
    ----------
    choice
        Position of the choice; None where it is not among them.
    levels
        By position of the level: persons, shape ``(draw,)``, and their mean, persons, on which no odds
        ratio acts. Its first level adds nobody.
    """

    choice: int | None = None
    levels: Mapping[int, tuple[FloatArray, float]] = field(default_factory=dict)

    def without(self, grid: IntArray) -> IntArray:
        """Return the specifications to which nobody is added, by position."""
        if self.choice is None:
            return np.arange(len(grid))
        return np.flatnonzero(grid[:, self.choice] == 0)

    def of_levels(self, grid: IntArray) -> Iterator[tuple[IntArray, FloatArray | float, float]]:
        """Yield the specifications of each level, in the order of `without`, and what it adds."""
        yield self.without(grid), 0.0, 0.0
        for level, (people, mean) in self.levels.items():
            yield np.flatnonzero(grid[:, self.choice] == level), people, mean


def regional_levels(
    case: Case,
    target: Target,
    choices: Sequence[Choice],
    alternatives: Alternatives | None,
    *,
    draws: int,
    seed: int,
) -> RegionalLevels:
    """Return what the levels of people left to regional plans add to the countries of a target.

    Parameters
    ----------
    case
        The inputs, by country.
    target
        What is asked about, by name; hosts without a country plan are in none.
    choices
        All choices, by name; one of them may be that of people left to regional plans.
    alternatives
        With the regional plans; None, the default of a multiverse, for none.
    draws
        Number of draws, at least 2.
    seed
        Of the run, 0 or more.
    """
    position = {choice.name: i for i, choice in enumerate(choices)}.get(REGIONAL)
    if position is None or alternatives is None or alternatives.regional is None:
        return RegionalLevels()
    est = estimate(case, draws=draws, seed=seed)
    levels = {}
    for k, level in enumerate(choices[position].levels):
        if level.name not in PRESENT:
            continue
        complete = complete_estimates(est, alternatives.regional, present=PRESENT[level.name])
        which = [
            i
            for i, cell in enumerate(complete.cells)
            if cell.total == "country in crisis" and cell.destination in target.destinations
        ]
        people = math.fsum(complete.cells[i].people for i in which)
        levels[k] = np.asarray(complete.draws[which].sum(axis=0)), people
    return RegionalLevels(position, levels)
