"""Draws by origin and sex: people of each place times draws of who they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.aggregation import Composition, composition_draws, female_draws
from gecam.uncertainty import IntervalKind, Streams, Summary, summarize

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class PlacePart:
    """One group of one destination: its labels, draws of its people, and its composition."""

    labels: Mapping[str, str]
    people: FloatArray
    composition: Composition

    def cells(self, *, with_sex: bool) -> Iterator[tuple[dict[str, str], int, str, float]]:
        """Yield labels, position of the origin, sex, and mean share of each cell."""
        for i, origin in enumerate(self.composition.origin):
            share, female = float(self.composition.share[i]), float(self.composition.female[i])
            if not with_sex:
                yield {**self.labels, "origin": origin}, i, "total", share
            elif np.isnan(female):
                yield {**self.labels, "origin": origin, "sex": "total"}, i, "total", share
            else:
                yield (
                    {**self.labels, "origin": origin, "sex": "female"},
                    i,
                    "female",
                    share * female,
                )
                yield (
                    {**self.labels, "origin": origin, "sex": "male"},
                    i,
                    "male",
                    share * (1 - female),
                )

    def draws(self, seed: int, *, with_sex: bool) -> Iterator[FloatArray]:
        """Yield draws of the people of each cell, in the order of `cells`."""
        streams, n = Streams(seed), self.people.size
        name = f"composition/{self.labels['destination']}/{self.labels['group']}"
        shares = composition_draws(self.composition, streams, name, 0, n)
        women = female_draws(self.composition, streams, name, 0, n) if with_sex else shares
        shares *= self.people
        for _, i, sex, _ in self.cells(with_sex=with_sex):
            if sex == "total":
                yield shares[i]
            else:
                yield shares[i] * (women[i] if sex == "female" else 1 - women[i])


def summed_draws(
    parts: Sequence[PlacePart], dimensions: Sequence[str], seed: int
) -> tuple[list[Key], FloatArray]:
    """Add cells along some dimensions, draw by draw, in the order of the parts; rows are sorted."""
    with_sex = "sex" in dimensions
    cells = [
        [tuple(labels[d] for d in dimensions) for labels, *_ in part.cells(with_sex=with_sex)]
        for part in parts
    ]
    keys = sorted({key for of_part in cells for key in of_part})
    row = {key: i for i, key in enumerate(keys)}
    draws = np.zeros((len(keys), parts[0].people.size if parts else 0))
    for part, of_part in zip(parts, cells, strict=True):
        for key, people in zip(of_part, part.draws(seed, with_sex=with_sex), strict=True):
            draws[row[key]] += people
    return keys, draws


@dataclass(frozen=True, slots=True, eq=False)
class SampledRows:
    """Rows whose draws are made block by block, summarized, and not kept.

    Parameters
    ----------
    blocks
        Parts by destination; a row lies within one block.
    keys
        The labels of each row.
    dimensions, seed
        As in `summed_draws`.
    kept
        Which rows are wanted.
    executor
        Where blocks are worked on; None for this process. Bits do not depend on it.
    """

    blocks: tuple[tuple[PlacePart, ...], ...]
    keys: tuple[Key, ...]
    dimensions: tuple[str, ...]
    seed: int
    kept: IntArray
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
            self.blocks, [self.dimensions] * n, [self.seed] * n, [level] * n, [kind] * n,
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
            **dict(zip(names, values[:, self.kept], strict=True)), level=level, kind=kind
        )

    def rows(self, kept: BoolArray) -> SampledRows:
        """Return some rows."""
        return replace(self, kept=self.kept[kept])


def _block_summary(
    block: Sequence[PlacePart],
    dimensions: Sequence[str],
    seed: int,
    level: float,
    kind: IntervalKind,
) -> tuple[list[Key], Summary]:
    keys, draws = summed_draws(block, dimensions, seed)
    return keys, summarize(draws, level=level, kind=kind)
