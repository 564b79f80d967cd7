"""Overlaps: people of one group who are in at least one of several crises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation import Comonotone, Dependence, GaussianCopula, Independent, combine_relations
from gecam.aggregation import Relation as PositionRelation
from gecam.model import Assumptions, Crisis

CORRELATION_NODES = 16  # Gauss-Legendre nodes of the deterministic figure


@dataclass(frozen=True, eq=False)
class CrisisUnion:
    """People in at least one crisis.

    Parameters
    ----------
    draws
        Persons, shape ``(draw,)``.
    odds_ratio_1
        The same at central values.
    kept
        Positions of the crises that are counted; the others are replaced by or within another.
    relations
        What was applied, in words.
    is_assumed
        Whether a dependence between crises was assumed.
    """

    draws: FloatArray
    odds_ratio_1: float
    kept: tuple[int, ...]
    relations: tuple[str, ...]
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
) -> CrisisUnion:
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

    Notes
    -----
    Relations are applied as `gecam.aggregation.combine_relations` says. Crises that overlap, or
    whose relation is not stated, are united under a Gaussian copula whose correlation is uniform
    between 0 (independent) and 1 (one inside the other), as crises share vulnerable areas; one draw
    of the correlation holds for the country. The figure at odds ratio 1 is the union at central
    shares, averaged over the correlation; as a union is not linear in shares, the mean of the draws
    differs from it by about 1 % where shares are wide.
    """
    if len(crises) == 1:
        return CrisisUnion(affected[0], float(at_one[0]), (0,), ())
    relations = _relations(crises) if assumptions.apply_relations else []
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.nan_to_num(np.clip(affected / people, 0.0, 1.0))
    combined = combine_relations(shares, relations, overlap=_dependence(u, assumptions))
    nodes, weights = np.polynomial.legendre.leggauss(CORRELATION_NODES)
    central = np.clip(at_one / stock, 0.0, 1.0)
    at_nodes = combine_relations(
        np.repeat(central[:, None], CORRELATION_NODES, axis=1),
        relations,
        overlap=_dependence((nodes + 1) / 2, assumptions),
    )
    counted = combined.counted
    only = counted[0] if len(counted) == 1 and not _has_parts(relations) else None
    notes = [
        f"{crises[i].name} is {why.removesuffix(why.split()[-1])}{crises[int(why.split()[-1])].name}"
        for i, why in combined.left_out.items()
    ]
    if len(counted) > 1:
        notes.append(f"{' and '.join(crises[i].name for i in counted)}: {_words(assumptions)}")
    if only is not None:  # the others are replaced: no detour over shares of people at another date
        return CrisisUnion(affected[only], float(at_one[only]), counted, tuple(notes))
    return CrisisUnion(
        people[latest] * combined.union.central,
        float(stock[latest] * (at_nodes.union.central @ weights) / 2),
        counted,
        tuple(notes),
        is_assumed=any(relation.kind != "disjoint" for relation in _pairs(counted, relations)),
    )


def _pairs(counted: Sequence[int], relations: Sequence[PositionRelation]) -> list[PositionRelation]:
    """Return the relation of each pair of counted crises; overlap where none is stated."""
    stated = {frozenset((r.first, r.second)): r for r in relations}
    return [
        stated.get(frozenset((i, j)), PositionRelation("overlaps", i, j))
        for i, j in combinations(counted, 2)
    ]


def _has_parts(relations: Sequence[PositionRelation]) -> bool:
    """Whether a crisis lies within another one."""
    return any(relation.kind == "within" for relation in relations)


def _relations(crises: Sequence[Crisis]) -> list[PositionRelation]:
    """Return the stated relations between some crises, by position, each pair once."""
    position = {crisis.id: i for i, crisis in enumerate(crises)}
    found: dict[frozenset[int], PositionRelation] = {}
    for i, crisis in enumerate(crises):
        for r in sorted(crisis.relations, key=lambda r: r.kind != "supersedes"):
            if r.other in position:
                pair = frozenset((i, position[r.other]))
                if pair not in found or r.kind == "supersedes":
                    found[pair] = PositionRelation(r.kind, i, position[r.other])
    return list(found.values())


def _dependence(r: FloatArray, a: Assumptions) -> Dependence:
    if a.overlap == "uniform":
        return GaussianCopula(r)
    return Independent() if a.overlap == "independent" else Comonotone()


def _words(a: Assumptions) -> str:
    return {
        "uniform": "overlap anywhere between independent and one inside the other",
        "independent": "overlap as if independent",
        "comonotone": "the smaller taken to lie inside the larger",
    }[a.overlap]
