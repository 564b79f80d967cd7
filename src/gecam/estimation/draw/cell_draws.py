"""Draws of one destination by crisis and group, and people in any of several crises."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from gecam._typing import FloatArray
from gecam.estimation.draw.overlaps import CombinedCrises, union_of_crises
from gecam.estimation.plan.destination import CellPlan, DestinationPlan
from gecam.model import Group
from gecam.results import EstimationCell
from gecam.uncertainty import Streams, addresses

ROUNDING = 1e-9  # relative excess of a number over its limit that is rounding


@dataclass(frozen=True, eq=False)
class GroupInAnyCrisis(CombinedCrises):
    """People of one group of one destination in at least one crisis.

    Parameters
    ----------
    cell_ids
        The cells it stands for; the other fields are those of `CombinedCrises`.
    """

    cell_ids: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class CellDraws:
    """Draws of one destination before crises are united.

    Parameters
    ----------
    plan, streams, n
        What they were drawn from, and their number.
    cells
        Of the plan, with the last step of their decomposition.
    draws
        Affected people by id of the cell, shape ``(draw,)``.
    people
        All people by crisis and group, at least those affected; shape ``(draw,)``.
    at_one
        By id, the affected at odds ratio 1 of cells whose crises share one odds ratio; empty where
        it acts on each crisis by itself.
    factor
        What the odds ratio multiplies them by, shape ``(draw,)``.
    most
        By id of `at_one`, the group's people in need at an infinite odds ratio: never more than the
        people of the event, shape ``(draw,)``.
    unions
        People in any of several crises that were united, by the digest of what they are made of; draws
        that are made of these with other values share it.
    """

    plan: DestinationPlan
    streams: Streams
    n: int
    cells: tuple[EstimationCell, ...]
    draws: Mapping[str, FloatArray]
    people: Mapping[tuple[str, Group], FloatArray]
    at_one: Mapping[str, FloatArray] = field(default_factory=dict)
    factor: FloatArray | None = None
    most: Mapping[str, FloatArray] = field(default_factory=dict)
    unions: dict[Hashable, CombinedCrises] = field(default_factory=dict)

    def counted(self, group: Group) -> list[tuple[CellPlan, EstimationCell]]:
        """Return the crises of one group that count, in the order of the plan."""
        return [
            (crisis, cell)
            for crisis in self.plan.crises
            for cell in self.cells
            if cell.crisis == crisis.crisis.id
            and cell.group == group
            and cell.id in self.draws
            and cell.status != "left_out"
        ]

    def _people(
        self,
        cell: EstimationCell,
        people: FloatArray,
        in_need: Callable[[EstimationCell], FloatArray],
    ) -> FloatArray:
        """Return the people of a cell: at least those in need, as plans count beyond the register.

        Disjoint plans that divide refugees count beyond it together.
        """
        every = [x for _, x in self.counted(cell.group)]
        planned = [in_need(x) for x in every if "REFUGEES_PLANNED" in x.flags]
        if not planned:
            return people
        together = sum(in_need(x) for x in every if "REFUGEES_DIVIDED" in x.flags)
        return np.asarray(np.maximum.reduce([people, *planned, together + np.zeros_like(people)]))

    def _limited(
        self, at_one: FloatArray, factor: FloatArray, cell_ids: Sequence[str]
    ) -> FloatArray:
        """Return the union times a factor; at most the crises' own sum where one reached its people."""
        united = at_one * factor
        reached = [self.at_one[i] * factor > self.most[i] * (1 + ROUNDING) for i in cell_ids]
        own = sum(self.draws[i] for i in cell_ids)
        return np.where(np.any(reached, axis=0), np.minimum(united, own), united)

    def union(self, chosen: Sequence[tuple[CellPlan, EstimationCell]]) -> GroupInAnyCrisis:
        """Return people of one group in at least one of some crises."""
        first = chosen[0][1]
        if len(chosen) == 1:
            alone = self.draws[first.id]
            single = CombinedCrises(alone, first.odds_ratio_1, (0,), float(alone.mean()), ())
            return GroupInAnyCrisis(**vars(single), cell_ids=(first.id,))
        if self.factor is not None and all(cell.id in self.at_one for _, cell in chosen):
            plain = replace(self, draws=self.at_one, factor=None).union(chosen)
            added = replace(self, factor=None).union(chosen).sum_of_crises
            draws = self._limited(plain.draws, self.factor, plain.cell_ids)
            return replace(plain, draws=draws, sum_of_crises=max(added, float(draws.mean())))
        return self._united(chosen)

    def _united(self, chosen: Sequence[tuple[CellPlan, EstimationCell]]) -> GroupInAnyCrisis:
        """Return people of one group in at least one of several crises, by their relations."""
        dates = [(crisis.crisis.reference_date, crisis.crisis.id) for crisis, _ in chosen]
        cells = [cell for _, cell in chosen]
        crises, a = [crisis.crisis for crisis, _ in chosen], self.plan.assumptions
        numbers = (
            np.stack([self.draws[x.id] for x in cells]),
            np.array([x.odds_ratio_1 for x in cells]),
            np.stack([
                self._people(x, self.people[x.crisis, x.group], lambda of: self.draws[of.id])
                for x in cells
            ]),
            np.array([
                self._people(x, np.asarray(x.stock), lambda of: np.asarray(of.odds_ratio_1))
                for x in cells
            ]),
        )  # fmt: skip
        made_of = (
            *crises,
            a.overlap,
            a.apply_relations,
            *(blake2b(x.tobytes()).digest() for x in numbers),
        )
        if made_of not in self.unions:
            streams, place = self.streams, self.plan.destination
            self.unions[made_of] = union_of_crises(
                crises, *numbers, dates.index(max(dates)), a,
                streams.uniform(*addresses.overlap_correlation(place), 0, self.n),
                lambda pair: streams.uniform(*addresses.overlap_shared(place, pair), 0, self.n),
            )  # fmt: skip
        result = self.unions[made_of]
        counted = tuple(cells[i].id for i in result.counted)
        return GroupInAnyCrisis(**vars(result), cell_ids=counted)
