"""Overlaps: people of one group who are in at least one of several crises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation import (
    Comonotone,
    Dependence,
    GaussianCopula,
    Independent,
    PairRelation,
    RelatedCrisesShare,
    combine_relations,
)
from gecam.estimation.draw.beta_quantiles import beta_quantiles
from gecam.model import Assumptions, Crisis, Relation
from gecam.results import Message, message

CORRELATION_NODES = 16  # Gauss-Legendre nodes of the deterministic figure


@dataclass(frozen=True, eq=False)
class CombinedCrises:
    """People in at least one crisis.

    Parameters
    ----------
    draws
        Persons, shape ``(draw,)``.
    odds_ratio_1
        The same at central values.
    counted
        Positions of the crises that are counted; the others are replaced by or within another.
    sum_of_crises
        Mean sum of all crises that are not superseded, of the same people; never below the union.
    relations
        What was applied.
    is_assumed
        Whether a dependence between crises was assumed.
    """

    draws: FloatArray
    odds_ratio_1: float
    counted: tuple[int, ...]
    sum_of_crises: float
    relations: tuple[Message, ...]
    is_assumed: bool = False


def union_of_crises(
    crises: Sequence[Crisis],
    affected: FloatArray,
    at_one: FloatArray,
    people: FloatArray,
    stock: FloatArray,
    latest: int,
    assumptions: Assumptions,
    u: FloatArray,
    uniform: Callable[[str], FloatArray] | None = None,
) -> CombinedCrises:
    """Combine the crises of one destination and group by their relations.

    Parameters
    ----------
    crises
        Shape ``(crisis,)``.
    affected, people
        Affected and all people of the group at each crisis' date; persons, shape ``(crisis, draw)``.
    at_one
        Affected at odds ratio 1, shape ``(crisis,)``.
    stock
        Mean of `people`, shape ``(crisis,)``.
    latest
        Position of the crisis of the latest date: shares are united, then applied to its people.
    assumptions
        Whether relations apply, and the dependence of crises that overlap.
    u
        Uniform draws: the correlation of overlapping crises.
    uniform
        Uniform draws by key, for overlaps that were measured with an error; without it such an
        overlap is taken at its mean.

    Notes
    -----
    Relations are applied as `gecam.aggregation.combine_relations` says. Crises that overlap, or
    whose relation is not stated, are united under a Gaussian copula whose correlation is uniform
    between 0 (independent) and 1 (one inside the other), as crises share vulnerable areas; one draw
    of the correlation holds for the country. The figure at odds ratio 1 is the union at central
    shares, averaged over the correlation; as a union is not linear in shares, the mean of the draws
    differs from it by about 1 % where shares are wide.

    An overlap that was measured (`gecam.model.Relation.shared`) is used for its pair: the part of the
    smaller crisis' people who are in both is taken to be the same among migrants. Its draws are of a
    beta distribution with the mean and standard deviation of the measurement, one per pair for
    all groups of the country.
    """
    if len(crises) == 1:
        return CombinedCrises(affected[0], float(at_one[0]), (0,), float(affected[0].mean()), ())
    stated = _stated(crises) if assumptions.apply_relations else {}
    relations = [_position(crises, pair, r, uniform) for pair, r in stated.items()]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.nan_to_num(np.clip(affected / people, 0.0, 1.0))
    combined = combine_relations(
        shares, relations, overlap=_dependence(u, assumptions), on_excess="cut"
    )
    nodes, weights = _correlation_nodes()
    central = np.clip(at_one / stock, 0.0, 1.0)
    at_nodes = combine_relations(
        np.repeat(central[:, None], CORRELATION_NODES, axis=1),
        [_position(crises, pair, r, None) for pair, r in stated.items()],
        overlap=_dependence((nodes + 1) / 2, assumptions),
        on_excess="cut",
    )
    counted = combined.counted
    pairs = _pairs(counted, relations)
    notes = tuple(_messages(crises, _Applied(combined, pairs, stated), assumptions))
    if len(counted) == 1 and not _has_parts(relations):
        # the others are replaced: no detour over shares of people at another date
        (only,) = counted
        alone = affected[only]
        return CombinedCrises(alone, float(at_one[only]), counted, float(alone.mean()), notes)
    draws = people[latest] * combined.union.central
    return CombinedCrises(
        draws,
        float(stock[latest] * (at_nodes.union.central @ weights) / 2),
        counted,
        float((draws * combined.union.factor).mean()),
        notes,
        is_assumed=bool(_open_crises(pairs)),
    )


class _Applied(NamedTuple):
    """What relations led to: the union, the relation of each counted pair, and those stated."""

    combined: RelatedCrisesShare
    pairs: Sequence[PairRelation]
    stated: Mapping[tuple[int, int], Relation]


def _messages(crises: Sequence[Crisis], applied: _Applied, a: Assumptions) -> Iterator[Message]:
    """Yield what was applied: replaced crises, measured and disjoint pairs, and what is assumed."""
    names = [crisis.name for crisis in crises]
    combined, pairs, stated = applied
    for i, why in combined.left_out.items():
        kind, _, other = why.rpartition(" ")
        yield message(_REPLACED[kind], crisis=names[i], other=names[int(other)])
    measured = {(r.first, r.second) for r in pairs if r.shared is not None}
    yield from (_measured(crises, pair, stated[pair]) for pair in stated if pair in measured)
    for r in pairs:
        if r.kind == "disjoint":
            yield message("DISJOINT", first=names[r.first], second=names[r.second])
    if open_to := _open_crises(pairs):
        yield message(_ASSUMED[a.overlap], crises=_listed([names[i] for i in open_to]))
    if part := combined.union.capped:
        yield message("OVERLAPS_CONTRADICT" if measured else "DISJOINT_EXCEED", part=float(part))


_REPLACED = {"superseded by": "SUPERSEDED_BY", "within": "WITHIN"}
_ASSUMED: Mapping[str, str] = {
    "uniform": "OVERLAP_ANYWHERE",
    "independent": "OVERLAP_INDEPENDENT",
    "comonotone": "OVERLAP_INSIDE",
}


def _listed(names: Sequence[str]) -> str | Message:
    """Return names joined by "and"."""
    first, *others = names
    listed: str | Message = first
    for other in others:
        listed = message("AND", first=listed, second=other)
    return listed


@cache
def _correlation_nodes() -> tuple[FloatArray, FloatArray]:
    nodes, weights = np.polynomial.legendre.leggauss(CORRELATION_NODES)
    return nodes, weights


def _pairs(counted: Sequence[int], relations: Sequence[PairRelation]) -> list[PairRelation]:
    """Return the relation of each pair of counted crises; overlap where none is stated."""
    stated = {frozenset((r.first, r.second)): r for r in relations}
    return [
        stated.get(frozenset((i, j)), PairRelation("overlaps", i, j))
        for i, j in combinations(counted, 2)
    ]


def _open_crises(relations: Sequence[PairRelation]) -> list[int]:
    """Return the crises whose overlap with another one must be assumed, by position."""
    assumed = [r for r in relations if r.kind != "disjoint" and r.shared is None]
    return sorted({i for r in assumed for i in (r.first, r.second)})


def _has_parts(relations: Sequence[PairRelation]) -> bool:
    """Whether a crisis lies within another one."""
    return any(relation.kind == "within" for relation in relations)


def _stated(crises: Sequence[Crisis]) -> dict[tuple[int, int], Relation]:
    """Return the stated relations between some crises, by position, each pair once."""
    position = {crisis.id: i for i, crisis in enumerate(crises)}
    by_pair: dict[frozenset[int], tuple[tuple[int, int], Relation]] = {}
    for i, crisis in enumerate(crises):
        for r in sorted(crisis.relations, key=lambda r: r.kind != "supersedes"):
            if r.other in position:
                pair = frozenset((i, position[r.other]))
                earlier = by_pair.get(pair)
                is_better = earlier is None or (
                    r.shared is not None
                    and earlier[1].kind == "overlaps"
                    and earlier[1].shared is None
                )
                if is_better or r.kind == "supersedes":
                    by_pair[pair] = ((i, position[r.other]), r)
    return dict(by_pair.values())


def _position(
    crises: Sequence[Crisis],
    pair: tuple[int, int],
    relation: Relation,
    uniform: Callable[[str], FloatArray] | None,
) -> PairRelation:
    """Return a relation by position, with draws of an overlap that was measured with an error."""
    if relation.shared is None:
        return PairRelation(relation.kind, *pair)
    mean, sd = relation.shared, relation.shared_sd
    if not sd or uniform is None:
        return PairRelation.measured(*pair, mean)
    size = mean * (1 - mean) / sd**2 - 1
    key = "/".join(sorted(crises[i].id for i in pair))
    return PairRelation.measured(
        *pair, beta_quantiles(mean * size, (1 - mean) * size, uniform(key))
    )


def _measured(crises: Sequence[Crisis], pair: tuple[int, int], relation: Relation) -> Message:
    """Return what was measured of a pair, and by whom."""
    first, second = (crises[i].name for i in sorted(pair))
    shared, sd = relation.shared or 0.0, relation.shared_sd
    by = relation.source or message("AS_MEASURED")
    if not sd:
        return message("MEASURED_OVERLAP", first=first, second=second, shared=shared, by=by)
    return message(
        "MEASURED_OVERLAP_WITH_ERROR", first=first, second=second, shared=shared, sd=sd, by=by
    )


def _dependence(r: FloatArray, a: Assumptions) -> Dependence:
    if a.overlap == "uniform":
        return GaussianCopula(r)
    return Independent() if a.overlap == "independent" else Comonotone()
