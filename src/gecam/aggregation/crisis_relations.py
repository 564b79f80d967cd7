"""How crises of a country are related, which of them count, and what is stated of those that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gecam._signature import check_fields
from gecam._typing import ArrayLike, FloatArray
from gecam.aggregation.dependence import Dependence, Disjoint, Pairwise
from gecam.errors import InputError
from gecam.model import RelationKind


@dataclass(frozen=True, slots=True, eq=False)
class PairRelation:
    """How two crises are related, by position: `first` `kind` `second`.

    Parameters
    ----------
    kind
        ``"supersedes"``: the first replaces the second, which is no longer counted. ``"disjoint"``:
        nobody is in both. ``"within"``: everybody in the first is in the second. ``"overlaps"``:
        some are in both.
    first, second
        Positions of the two crises.
    dependence
        For ``"overlaps"``: how the two are united, in place of the default. `Pairwise` with a relative
        overlap may be given for several pairs (`measured`).

    Raises
    ------
    InputError
        If the kind is unknown, a crisis is related to itself, or `dependence` is given for another
        kind.
    """

    kind: RelationKind
    first: int
    second: int
    dependence: Dependence | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        if self.first == self.second:
            raise InputError(f"a crisis is not related to itself: got {self.kind} {self.first}.")
        if self.dependence is not None and self.kind != "overlaps":
            raise InputError(f"only 'overlaps' takes a dependence: got one for {self.kind!r}.")

    @classmethod
    def measured(cls, first: int, second: int, shared: ArrayLike) -> PairRelation:
        """Return two crises that overlap by a measured part of the smaller one.

        Parameters
        ----------
        first, second
            Positions of the two crises among the rows of shares, >= 0.
        shared
            Part of the smaller crisis' people who are in both, in [0, 1]; a number or one per draw.

        Returns
        -------
        PairRelation
            Of kind ``"overlaps"``.
        """
        return cls("overlaps", first, second, Pairwise({(0, 1): shared}, relative=True))

    @property
    def shared(self) -> ArrayLike | None:
        """Part of the smaller crisis' people who are in both, where it was measured."""
        stated = self.dependence
        if isinstance(stated, Pairwise) and stated.relative and set(stated.overlaps) == {(0, 1)}:
            return stated.overlaps[0, 1]
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Which crises count: neither those that another one replaces, nor those within another.

    Parameters
    ----------
    k
        Number of crises.
    superseded, parent
        By position: the crisis that replaces it, and the crisis that it lies within.
    relations
        Relations of crises that nothing replaces.
    """

    k: int
    superseded: Mapping[int, int]
    parent: Mapping[int, int]
    relations: tuple[PairRelation, ...]

    @classmethod
    def of(cls, k: int, relations: Sequence[PairRelation]) -> Standing:
        """Return the standing of crises by their relations, which must be possible."""
        for relation in relations:
            if not (0 <= relation.first < k and 0 <= relation.second < k):
                raise InputError(
                    f"relations name crises by position, 0 to {k - 1}: got {relation.first} "
                    f"{relation.kind} {relation.second}."
                )
        superseded = {r.second: r.first for r in relations if r.kind == "supersedes"}
        alive = tuple(r for r in relations if not {r.first, r.second} & superseded.keys())
        parent = {r.first: r.second for r in alive if r.kind == "within"}
        for links, word in ((superseded, "supersedes"), (parent, "within")):
            for start in links:
                _last(start, links, word)
        return cls(k, superseded, parent, alive)

    @property
    def alive(self) -> tuple[int, ...]:
        """The crises that nothing replaces."""
        return tuple(i for i in range(self.k) if i not in self.superseded)

    @property
    def counted(self) -> tuple[int, ...]:
        """The crises that enter the union."""
        return tuple(i for i in self.alive if i not in self.parent)

    @property
    def left_out(self) -> dict[int, str]:
        """The other crises, and why."""
        why = {old: f"superseded by {new}" for old, new in self.superseded.items()}
        why |= {child: f"within {of}" for child, of in self.parent.items()}
        return dict(sorted(why.items()))

    def merged(self, p: FloatArray) -> dict[int, FloatArray]:
        """Return the share of each crisis that counts: at least that of a crisis within it."""
        merged = {i: p[i] for i in self.counted}
        for child in self.parent:
            root = _last(child, self.parent, "within")
            merged[root] = np.maximum(merged[root], p[child])
        return merged


def _last(start: int, links: Mapping[int, int], word: str) -> int:
    """Follow links to their end, which must exist."""
    seen = {start}
    while start in links:
        start = links[start]
        if start in seen:
            raise InputError(f"relations {word!r} run in a circle through crises {sorted(seen)}.")
        seen.add(start)
    return start


def between_counted(standing: Standing) -> dict[frozenset[int], PairRelation]:
    """Return the relation of each pair of crises that enter the union."""
    between: dict[frozenset[int], PairRelation] = {}
    for relation in standing.relations:
        pair = frozenset((relation.first, relation.second))
        if relation.kind == "within" or pair & standing.parent.keys():
            continue
        if pair in between and between[pair].kind != relation.kind:
            raise InputError(f"crises {sorted(pair)} cannot both overlap and be disjoint.")
        between[pair] = relation
    return between


def joint_overlaps(
    joint: Mapping[tuple[int, ...], ArrayLike], standing: Standing
) -> Iterator[tuple[frozenset[int], ArrayLike]]:
    """Yield the joint overlaps of crises that enter the union, checked."""
    apart = [{r.first, r.second} for r in standing.relations if r.kind == "disjoint"]
    for crises, part in joint.items():
        group = _group(crises, standing.k)
        if group & standing.superseded.keys():
            continue
        if inner := sorted(group & standing.parent.keys()):
            raise InputError(
                f"the joint overlap of crises {crises} names crisis {inner[0]}, which lies within "
                f"{standing.parent[inner[0]]} and adds nothing: state the overlap of that one."
            )
        if not any(pair <= group for pair in apart):
            yield group, part
        elif np.any(np.asarray(part) > 0):
            raise InputError(f"two of the crises {crises} are disjoint: nobody is in all of them.")


def _group(crises: tuple[int, ...], k: int) -> frozenset[int]:
    """Return the crises that a joint overlap names: three or more of `k`."""
    group = frozenset(crises)
    if len(group) < 3 or len(group) < len(crises) or not all(0 <= i < k for i in group):
        raise InputError(
            f"a joint overlap names three or more crises by position, 0 to {k - 1}, each once: "
            f"got {crises}. For two use PairRelation.measured."
        )
    return group


@dataclass(frozen=True, slots=True, eq=False)
class StatedRelations:
    """What is stated of crises that enter the union.

    Parameters
    ----------
    between
        PairRelation by pair.
    joint
        Measured part of the smallest crisis in all of three or more.
    overlap, apart
        Dependence of crises that overlap without more, and of disjoint ones.
    """

    between: Mapping[frozenset[int], PairRelation]
    joint: Mapping[frozenset[int], ArrayLike]
    overlap: Dependence
    apart: Disjoint

    def is_disjoint(self, i: int, j: int) -> bool:
        """Whether nobody is in both crises."""
        relation = self.between.get(frozenset((i, j)))
        return relation is not None and relation.kind == "disjoint"

    def is_measured(self, i: int, j: int) -> bool:
        """Whether something was measured of the two crises, together or with others."""
        is_pair = not self.is_disjoint(i, j) and self.shared(i, j) is not None
        return is_pair or any({i, j} <= group for group in self.joint)

    def shared(self, i: int, j: int) -> ArrayLike | None:
        """Part of the smaller crisis' people who are in both: measured, or 0 of disjoint crises."""
        relation = self.between.get(frozenset((i, j)))
        if relation is None:
            return None
        return 0.0 if relation.kind == "disjoint" else relation.shared
