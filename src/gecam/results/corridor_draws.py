"""Draws by origin and sex: people of each place times drawn shares of origins and sexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from functools import reduce
from itertools import product
from typing import NamedTuple, Self

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation import (
    NOT_PUBLISHED,
    Composition,
    NestedShares,
    class_draws,
    composition_draws,
)
from gecam.model import ATTRIBUTES
from gecam.uncertainty import IntervalKind, Streams, Summary, addresses, summarize

Key = tuple[str, ...]


def attributes_of(dimensions: Sequence[str]) -> tuple[str, ...]:
    """Return which of the dimensions divide the people of one origin, in the order of the stock."""
    named = {*dimensions, "sex"} if "age" in dimensions else dimensions  # ages are within sexes
    return tuple(attribute for attribute in (*ATTRIBUTES, "age") if attribute in named)


@dataclass(frozen=True, slots=True, eq=False)
class PlacePart:
    """One group of one destination: its labels, draws of its people, and its composition.

    Ages are within each sex; None where they are not published.
    """

    labels: Mapping[str, str]
    people: FloatArray
    composition: Composition
    ages: NestedShares | None = None

    def cells(self, attributes: Sequence[str]) -> Iterator[tuple[dict[str, str], float]]:
        """Yield labels and mean share of each cell.

        A cell is an origin, or one of its classes of each of some attributes.
        """
        for i, origin in enumerate(self.composition.origin):
            for classes, of_class in self._classes(i, attributes):
                share = float(self.composition.share[i])
                for part in of_class:
                    share *= part
                yield {**self.labels, "origin": origin, **classes}, share

    def _classes(
        self, i: int, attributes: Sequence[str]
    ) -> Iterator[tuple[dict[str, str], tuple[float, ...]]]:
        """Yield the classes of one origin by attribute, and the mean share of each within others."""
        alike = [attribute for attribute in attributes if attribute != "age"]
        for classes in product(*(self.composition.classes(a).means(i) for a in alike)):
            labels = {a: name for a, (name, _) in zip(alike, classes, strict=True)}
            shares = tuple(of_class for _, of_class in classes)
            if "age" not in attributes:
                yield labels, shares
                continue
            for age, share in self._ages_within(labels["sex"]):
                yield {**labels, "age": age}, (*shares, share)

    def _ages_within(self, sex: str) -> list[tuple[str, float]]:
        return [(NOT_PUBLISHED, 1.0)] if self.ages is None else self.ages.means(sex)

    @property
    def stream(self) -> str:
        """Name of the random numbers of who the people are."""
        return addresses.composition(self.labels["destination"], self.labels["group"])

    def draws(
        self, streams: Streams, memory: FloatArray, attributes: Sequence[str]
    ) -> Iterator[FloatArray]:
        """Yield draws of the people of each cell, in the order of `cells`, for use before the next.

        They are made in `memory`, whose shape is at least ``(origin, draw)``.
        """
        n = self.people.size
        people = memory[: len(self.composition.origin)]
        composition_draws(self.composition, streams, self.stream, 0, n, people)
        people *= self.people
        alike = [attribute for attribute in attributes if attribute != "age"]
        divided = [class_draws(self.composition, a, streams, self.stream, 0, n) for a in alike]
        within = self._age_draws(streams, n) if "age" in attributes else None
        for i, (of_origin, *classes) in enumerate(zip(people, *divided, strict=True)):
            cells = (reduce(np.multiply, shares, of_origin) for shares in product(*classes))
            if within is None:
                yield from cells
                continue
            for people_of_class, (labels, _) in zip(cells, self._classes(i, alike), strict=True):
                yield from (people_of_class * part for part in within[labels["sex"]])

    def _age_draws(self, streams: Streams, n: int) -> Mapping[str, Sequence[FloatArray]]:
        """Draw the share of each age within each sex, alike for all origins."""
        sexes = (*ATTRIBUTES["sex"].classes, NOT_PUBLISHED)
        if self.ages is None:
            return {sex: [np.ones(n)] for sex in sexes}
        return {sex: self.ages.draws(sex, streams, 0, n) for sex in sexes}


class CellRows(NamedTuple):
    """Rows along some dimensions, and the cells that are added to each.

    Parameters
    ----------
    keys
        Labels of each row, sorted.
    row, part, mean
        Of each cell, in the order of the parts: its row, its part, and its mean share of the people of
        that part.
    """

    keys: list[Key]
    row: IntArray
    part: IntArray
    mean: FloatArray

    @classmethod
    def of(
        cls, parts: Sequence[PlacePart], dimensions: Sequence[str], empty: Iterable[Key] = ()
    ) -> Self:
        """Find the row of each cell of some parts; rows of `empty` are there without any cell."""
        attributes = attributes_of(dimensions)
        cells = [
            (tuple(labels[d] for d in dimensions), i, mean)
            for i, part in enumerate(parts)
            for labels, mean in part.cells(attributes)
        ]
        keys = sorted({*empty, *(key for key, _, _ in cells)})
        position = {key: i for i, key in enumerate(keys)}
        return cls(
            keys,
            np.array([position[key] for key, _, _ in cells], dtype=np.int64),
            np.array([i for _, i, _ in cells], dtype=np.int64),
            np.array([mean for _, _, mean in cells]),
        )


def summed_draws(
    parts: Sequence[PlacePart],
    tables: Sequence[CellRows],
    streams: Streams,
    attributes: Sequence[str],
) -> list[FloatArray]:
    """Add the cells of some parts along the dimensions of each table, draw by draw, in their order.

    Who the people of a part are is drawn once for all tables, and not kept.

    Returns
    -------
    list of FloatArray
        For each table the draws of its rows, persons, shape ``(row, draw)``; NaN for rows without
        a cell.
    """
    n = parts[0].people.size if parts else 0
    largest = max((len(part.composition.origin) for part in parts), default=0)
    memory = np.empty((largest, n))  # of one part, used again for the next
    sums = [np.empty((len(table.keys), n)) for table in tables]
    is_new = [np.full(len(table.keys), fill_value=True) for table in tables]
    cells = (cell for part in parts for cell in part.draws(streams, memory, attributes))
    for i, people in enumerate(cells):
        for table, rows, first in zip(tables, sums, is_new, strict=True):
            row = table.row[i]
            if first[row]:
                rows[row], first[row] = people, False
            else:
                rows[row] += people
    for rows, without in zip(sums, is_new, strict=True):
        rows[without] = np.nan
    return sums


@dataclass(frozen=True, slots=True, eq=False)
class SampledRows:
    """Rows whose draws are made block by block, summarized, and not kept.

    Parameters
    ----------
    blocks
        Parts by destination; a row lies within one block.
    keys
        The labels of each row.
    dimensions
        Columns of the rows.
    streams
        Random numbers of the run.
    wanted
        Which rows are asked for.
    executor
        Where blocks are worked on; None for this process. Bits do not depend on it.
    """

    blocks: tuple[tuple[PlacePart, ...], ...]
    keys: tuple[Key, ...]
    dimensions: tuple[str, ...]
    streams: Streams
    wanted: IntArray
    executor: Executor | None = None

    def summary(
        self,
        *,
        level: float,
        kind: IntervalKind,
        with_median: bool = True,  # noqa: ARG002 - draws have it in any case
    ) -> Summary:
        """Draw and summarize every block."""
        n = len(self.blocks)
        work = (
            self.blocks, [self.dimensions] * n, [self.streams] * n, [level] * n, [kind] * n,
        )  # fmt: skip
        results = (
            map(_block_summary, *work)
            if self.executor is None
            else self.executor.map(_block_summary, *work)
        )
        names = [f.name for f in fields(Summary) if f.name not in {"level", "kind"}]
        position = {key: i for i, key in enumerate(self.keys)}
        values = np.full((len(names), len(self.keys)), np.nan)
        for keys, summary in results:
            at = [position[key] for key in keys]
            values[:, at] = [getattr(summary, name) for name in names]
        return Summary(
            **dict(zip(names, values[:, self.wanted], strict=True)), level=level, kind=kind
        )

    def rows(self, chosen: BoolArray | IntArray) -> SampledRows:
        """Return some rows."""
        return replace(self, wanted=self.wanted[chosen])


def _block_summary(
    block: Sequence[PlacePart],
    dimensions: Sequence[str],
    streams: Streams,
    level: float,
    kind: IntervalKind,
) -> tuple[list[Key], Summary]:
    rows = CellRows.of(block, dimensions)
    (draws,) = summed_draws(block, [rows], streams, attributes_of(dimensions))
    return rows.keys, summarize(draws, level=level, kind=kind)
