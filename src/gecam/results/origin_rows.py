"""Rows by origin, sex or age: people of each place, divided by the composition of its migrants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from gecam._once import once_for_latest
from gecam._typing import FloatArray, IntArray
from gecam.aggregation import NOT_PUBLISHED, Composition, NestedShares, find_laws
from gecam.errors import InputError
from gecam.results.breakdown import Breakdown, DrawlessRows
from gecam.results.columns import FACTS
from gecam.results.corridor_draws import (
    CellRows,
    PlacePart,
    SampledRows,
    attributes_of,
    summed_draws,
)
from gecam.results.corridors import composition_cells, interval_rows
from gecam.results.facts import place_facts
from gecam.results.flags import join_flags
from gecam.results.registered import labels_of, without_draws
from gecam.results.trace import EstimationCell
from gecam.uncertainty import Streams

PLAIN_CORRIDORS = 2_000  # up to here draws of every corridor are kept
MOST_KEPT = 3.2e8  # bytes of draws of rows that stay with the answer that was asked last


@dataclass(frozen=True, eq=False)
class OriginRows:
    """People in at least one crisis by place, and what is known of who they are.

    Parameters
    ----------
    labels
        One row per place; the dimensions it stands in.
    people
        Persons, shape ``(place, draw)``; NaN rows where nothing could be estimated.
    odds_ratio_1
        The deterministic figure of each place, persons, shape ``(place,)``.
    members
        Per place: positions of the cells it stands for.
    cells
        The facts of all cells.
    compositions
        Origins and sexes by position of the place; of estimated places alone.
    ages
        Shares of ages by position of the place; of places with published ages alone.
    left
        Registered people of other places, who have rows without draws by origin
        (`gecam.results.registered.registered_not_estimated`).
    streams, level
        Of the run.
    """

    labels: pd.DataFrame
    people: FloatArray
    odds_ratio_1: FloatArray
    members: Sequence[Sequence[int]]
    cells: Sequence[EstimationCell]
    compositions: Mapping[int, Composition]
    ages: Mapping[int, NestedShares]
    left: pd.DataFrame
    streams: Streams
    level: float

    def by(
        self,
        dimensions: Sequence[str],
        draws: str,
        memory_budget: float,
        executor: Executor | None,
    ) -> Breakdown:
        """Return rows along some dimensions; see `gecam.results.Estimates.by`."""
        if "age" in dimensions:
            return self._by_age(dimensions, draws, memory_budget)
        origins = [len(composition.origin) for composition in self.compositions.values()]
        if draws == "auto":
            draws = "corridor" if sum(origins) <= PLAIN_CORRIDORS else "interval"
        if draws == "interval" and self.compositions:
            return self._without_draws(dimensions, None)
        if draws == "sampled":
            self._check_memory(2 * max(origins, default=0), 0, memory_budget)
            if blocks := self._blocks(dimensions):
                return self._without_draws(dimensions, (blocks, executor))
        return self._with_draws(dimensions, memory_budget)

    def _by_age(self, dimensions: Sequence[str], draws: str, budget: float) -> Breakdown:
        """Return rows by age, which have draws: ages of all origins share their error."""
        if not self.ages:
            raise InputError(
                "this answer has no ages. Add them: gecam.with_ages(estimates, "
                "gecam.load_ages('2026')).by('age')."
            )
        if draws not in ("auto", "corridor"):
            raise InputError(
                f"rows by age have draws: draws={draws!r} is for rows by origin or sex."
            )
        rows = self._with_draws(dimensions, budget)
        is_told = rows.labels["age"].ne(NOT_PUBLISHED)
        flags = [
            join_flags([*codes.split(), *(["AGES_JUDGED"] if told else [])])
            for codes, told in zip(rows.facts["flags"], is_told, strict=True)
        ]
        return replace(rows, facts=rows.facts.assign(flags=flags))

    def _rows(self, dimensions: Sequence[str]) -> CellRows:
        """Return rows with their cells; registered people without an estimate have empty ones."""
        left = labels_of(self.left, dimensions) if "origin" in dimensions else ()
        return CellRows.of(self.parts, dimensions, left)

    @cached_property
    def parts(self) -> tuple[PlacePart, ...]:
        """Places whose people are known, and who they are."""
        labels = self.labels.to_dict("records")
        return tuple(
            PlacePart(
                {str(k): v for k, v in labels[i].items()},
                self.people[i],
                composition,
                self.ages.get(i),
            )
            for i, composition in self.compositions.items()
        )

    def _blocks(self, dimensions: Sequence[str]) -> tuple[tuple[PlacePart, ...], ...]:
        """Return the parts of each destination, whose rows are drawn by themselves."""
        if not {"destination", "origin"} <= set(dimensions):
            raise InputError(
                "draws='sampled' is for rows by destination and origin, each of which is drawn by "
                f"itself: got {', '.join(dimensions)}. Use 'interval' or 'corridor'."
            )
        blocks = defaultdict[str, list[PlacePart]](list)
        for part in self.parts:
            blocks[part.labels["destination"]].append(part)
        return tuple(tuple(blocks[name]) for name in sorted(blocks))

    def _with_draws(self, dimensions: Sequence[str], budget: float) -> Breakdown:
        """Sum people times composition draws, one destination and group at a time."""
        rows = self._rows(dimensions)
        largest = max((len(part.composition.origin) for part in self.parts), default=0)
        self._check_memory(2 * largest, len(rows.keys), budget)
        draws = self._summed(tuple(dimensions), rows)
        place = np.array(list(self.compositions), dtype=np.int64)[rows.part]
        places: list[dict[int, None]] = [{} for _ in rows.keys]
        for row, i in zip(rows.row.tolist(), place.tolist(), strict=True):
            places[row][i] = None
        sets: dict[tuple[int, ...], int] = {}
        which = [sets.setdefault(tuple(of_row), len(sets)) for of_row in places]
        at_one = np.full(len(rows.keys), np.nan)
        at_one[rows.row] = np.bincount(rows.row, rows.mean * self.odds_ratio_1[place])[rows.row]
        return Breakdown(
            pd.DataFrame(rows.keys, columns=list(dimensions), dtype=object),
            draws.reshape(len(rows.keys), self.people.shape[1]),
            self._facts(list(sets), which, at_one),
            level=self.level,
        )

    def _summed(self, dimensions: tuple[str, ...], rows: CellRows) -> FloatArray:
        """Return draws of rows; those by origin are added up along with others, and kept.

        To draw who the people are takes most of the time, whatever rows they are added to.
        """
        attributes = attributes_of(dimensions)
        if not self.parts:
            return np.full((len(rows.keys), self.people.shape[1]), np.nan)
        if len(rows.keys) * self.people.shape[1] * 8 > MOST_KEPT / 2:
            return summed_draws(self.parts, [rows], self.streams, attributes)[0]
        earlier = kept_draws(self)
        if dimensions in earlier:
            return earlier[dimensions]
        find_laws([part.composition for part in self.parts])
        tables = {dimensions: rows}
        if not attributes and ("origin",) not in earlier:
            tables.setdefault(("origin",), self._rows(("origin",)))
        made = summed_draws(self.parts, list(tables.values()), self.streams, attributes)
        if sum(draws.nbytes for draws in (*earlier.values(), *made)) > MOST_KEPT:
            earlier.clear()
        earlier |= dict(zip(tables, made, strict=True))
        return made[0]

    def _without_draws(
        self,
        dimensions: Sequence[str],
        sampled: tuple[tuple[tuple[PlacePart, ...], ...], Executor | None] | None,
    ) -> Breakdown:
        """Describe the rows by a mixture, or by draws that are made and dropped block by block."""
        cells = composition_cells(self.compositions, attributes_of(dimensions))
        made = interval_rows(cells, self.people, self.labels, dimensions, self.streams.seed)
        rows: DrawlessRows = made.mixture
        terms = made.mixture.terms
        if sampled is not None:
            keys = tuple(made.labels.itertuples(index=False, name=None))
            every = np.arange(len(keys))
            rows = SampledRows(sampled[0], keys, tuple(dimensions), self.streams, every, sampled[1])
        at_one = np.bincount(made.row, terms.share * self.odds_ratio_1[terms.place])
        facts = self._facts(*made.place_sets(), at_one)
        answer = Breakdown(
            made.labels, np.empty((len(at_one), 0)), facts, level=self.level, drawless=rows
        )
        return without_draws(answer, self.left) if "origin" in dimensions else answer

    def _facts(
        self,
        place_sets: Sequence[tuple[int, ...]],
        which: Sequence[int] | IntArray,
        at_one: FloatArray | IntArray,
    ) -> pd.DataFrame:
        """Return facts of rows that hold a part of the people of some places: one set of them each."""
        members = [sorted({j for i in places for j in self.members[i]}) for places in place_sets]
        facts = [place_facts([self.cells[j] for j in m], with_bounds=False) for m in members]
        rows = pd.DataFrame(facts, columns=list(FACTS)).iloc[which].reset_index(drop=True)
        return rows.assign(odds_ratio_1=at_one)

    def _check_memory(self, working: int, rows: int, budget: float) -> None:
        """Refuse draws that do not fit."""
        n = self.people.shape[1]
        needed = (working + rows) * n * 8.0
        if needed > budget:
            raise InputError(
                f"{rows:,} rows of {n:,} draws need {needed / 1e9:.2f} GB with what makes them; "
                f"memory_budget is {budget / 1e9:.2f} GB. Use draws='interval' (no draws) or "
                "draws='sampled' (statistics of draws that are not kept), or a larger budget."
            )


@once_for_latest
def kept_draws(_rows: OriginRows) -> dict[tuple[str, ...], FloatArray]:
    """Return the draws of rows that were made so far, by dimensions; of the answer asked last."""
    return {}
