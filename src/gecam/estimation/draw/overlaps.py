"""Overlaps: people of one group who are in at least one of several crises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation import (
    Comonotone,
    Dependence,
    GaussianCopula,
    Independent,
    PairRelation,
    combine_relations,
)
from gecam.estimation.draw.beta_quantiles import beta_quantiles
from gecam.model import Assumptions, Crisis, Relation

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
        What was applied, in words.
    is_assumed
        Whether a dependence between crises was assumed.
    """

    draws: FloatArray
    odds_ratio_1: float
    counted: tuple[int, ...]
    sum_of_crises: float
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
    only = counted[0] if len(counted) == 1 and not _has_parts(relations) else None
    notes = [
        f"{crises[i].name} is {why.removesuffix(why.split()[-1])}{crises[int(why.split()[-1])].name}"
        for i, why in combined.left_out.items()
    ]
    pairs = _pairs(counted, relations)
    measured = {(r.first, r.second) for r in pairs if r.shared is not None}
    notes += [_measured_words(crises, pair, stated[pair]) for pair in stated if pair in measured]
    notes += [
        f"{crises[r.first].name} and {crises[r.second].name}: nobody is in both"
        for r in pairs
        if r.kind == "disjoint"
    ]
    if open_to := sorted({i for r in pairs if _is_open(r) for i in (r.first, r.second)}):
        notes.append(f"{' and '.join(crises[i].name for i in open_to)}: {_words(assumptions)}")
    if combined.union.capped:
        notes.append(
            f"measured overlaps contradict each other in {combined.union.capped:.1%} of the draws, and "
            "are met there as nearly as possible"
            if measured
            else f"disjoint crises add to more than everybody in {combined.union.capped:.1%} of the "
            "draws, and are cut to everybody there"
        )
    if only is not None:  # the others are replaced: no detour over shares of people at another date
        alone = affected[only]
        return CombinedCrises(
            alone, float(at_one[only]), counted, float(alone.mean()), tuple(notes)
        )
    draws = people[latest] * combined.union.central
    return CombinedCrises(
        draws,
        float(stock[latest] * (at_nodes.union.central @ weights) / 2),
        counted,
        float((draws * combined.union.factor).mean()),
        tuple(notes),
        is_assumed=any(map(_is_open, pairs)),
    )


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


def _is_open(relation: PairRelation) -> bool:
    """Whether a dependence must be assumed for a pair of counted crises."""
    return relation.kind != "disjoint" and relation.shared is None


def _has_parts(relations: Sequence[PairRelation]) -> bool:
    """Whether a crisis lies within another one."""
    return any(relation.kind == "within" for relation in relations)


def _stated(crises: Sequence[Crisis]) -> dict[tuple[int, int], Relation]:
    """Return the stated relations between some crises, by position, each pair once."""
    position = {crisis.id: i for i, crisis in enumerate(crises)}
    found: dict[frozenset[int], tuple[tuple[int, int], Relation]] = {}
    for i, crisis in enumerate(crises):
        for r in sorted(crisis.relations, key=lambda r: r.kind != "supersedes"):
            if r.other in position:
                pair = frozenset((i, position[r.other]))
                known = found.get(pair)
                is_better = known is None or (
                    r.shared is not None and known[1].kind == "overlaps" and known[1].shared is None
                )
                if is_better or r.kind == "supersedes":
                    found[pair] = ((i, position[r.other]), r)
    return dict(found.values())


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


def _measured_words(crises: Sequence[Crisis], pair: tuple[int, int], relation: Relation) -> str:
    """Return what was measured of a pair, and by whom."""
    shared, sd = relation.shared, relation.shared_sd
    error = f" (standard deviation {sd:.1%})" if sd else ""
    by = relation.source or "as measured"
    first, second = (crises[i].name for i in sorted(pair))
    return f"{first} and {second}: {shared:.1%}{error} of the smaller is in both, {by}"


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
