"""Overlaps: people of one group who are in at least one of several crises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from gecam._typing import FloatArray
from gecam.aggregation import Comonotone, GaussianCopula, Independent, union_share
from gecam.model import Assumptions, Crisis, RelationKind

CORRELATION_NODES = 16  # Gauss-Legendre nodes for the deterministic figure


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
        Positions of the crises that are in the union; the others are replaced by or within another.
    relations
        What was applied, in words.
    """

    draws: FloatArray
    odds_ratio_1: float
    kept: tuple[int, ...]
    relations: tuple[str, ...]


def union_of_crises(
    crises: Sequence[Crisis],
    affected: FloatArray,
    at_one: FloatArray,
    people: FloatArray,
    base: FloatArray,
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
    base
        People of the group at the latest date, shape ``(draw,)``: shares are united, then applied to it.
    assumptions
        Whether relations apply, and the dependence of crises that overlap.
    u
        Uniform draws: the correlation of overlapping crises.

    Notes
    -----
    A superseded crisis and one within another add nothing. Crises whose relation is ``disjoint`` are
    added; those that overlap, or whose relation is not stated, are united under a Gaussian copula
    whose correlation is uniform between 0 (independent) and 1 (one inside the other), as crises share
    vulnerable areas; the draw of the correlation is the country's. Clusters of overlapping crises
    that are disjoint from each other are added.
    """
    kept, notes = _kept(crises, assumptions)
    if len(kept) == 1:
        only = kept[0]
        return CrisisUnion(affected[only], float(at_one[only]), kept, notes)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.nan_to_num(np.clip(affected / people, 0.0, 1.0))
    mean_people = people.mean(axis=1)
    central = np.clip(at_one / mean_people, 0.0, 1.0)
    total = np.zeros(base.size)
    total_at_one = 0.0
    for cluster in _clusters(crises, kept, assumptions):
        members = list(cluster)
        names = " and ".join(crises[i].name for i in members)
        if len(members) == 1:
            total += shares[members[0]]
            total_at_one += float(central[members[0]])
            continue
        notes = (*notes, f"{names} overlap ({_dependence_words(assumptions)})")
        total += _united(shares[members], u, assumptions)
        total_at_one += _central_union(central[members], assumptions)
    return CrisisUnion(
        base * np.minimum(total, 1.0), float(base.mean() * min(total_at_one, 1.0)), kept, notes
    )


def relation(a: Crisis, b: Crisis) -> RelationKind:
    """Return how two crises of one country stand to each other; ``overlaps`` where nothing is said."""
    for one, other in ((a, b), (b, a)):
        for r in one.relations:
            if r.other == other.id and r.kind in {"disjoint", "overlaps"}:
                return r.kind
    return "overlaps"


def _kept(crises: Sequence[Crisis], a: Assumptions) -> tuple[tuple[int, ...], tuple[str, ...]]:
    ids = {c.id: c for c in crises}
    dropped: dict[str, str] = {}
    if a.apply_relations:
        for crisis in crises:
            for r in crisis.relations:
                if r.kind == "supersedes" and r.other in ids:
                    dropped[r.other] = f"{ids[r.other].name} is replaced by {crisis.name}"
                if r.kind == "within" and r.other in ids and r.other not in dropped:
                    dropped.setdefault(crisis.id, f"{crisis.name} is within {ids[r.other].name}")
    kept = tuple(i for i, c in enumerate(crises) if c.id not in dropped)
    return kept, tuple(dropped[key] for key in sorted(dropped))


def _clusters(
    crises: Sequence[Crisis], kept: Sequence[int], a: Assumptions
) -> list[tuple[int, ...]]:
    """Return sets of crises that are linked by overlap; different sets are disjoint."""
    cluster = {i: i for i in kept}
    for i, j in combinations(kept, 2):
        if not a.apply_relations or relation(crises[i], crises[j]) == "overlaps":
            old, new = cluster[j], cluster[i]
            cluster = {k: new if c == old else c for k, c in cluster.items()}
    return [tuple(i for i in kept if cluster[i] == root) for root in sorted(set(cluster.values()))]


def _united(shares: FloatArray, r: FloatArray, a: Assumptions) -> FloatArray:
    dependence = {
        "uniform": GaussianCopula(r),
        "independent": Independent(),
        "comonotone": Comonotone(),
    }[a.overlap]
    return np.asarray(union_share(shares, dependence=dependence).central)


def _central_union(central: FloatArray, a: Assumptions) -> float:
    """Return the union at central shares, averaged over the correlation."""
    nodes, weights = np.polynomial.legendre.leggauss(CORRELATION_NODES)
    shares = np.repeat(central[:, None], CORRELATION_NODES, axis=1)
    return float(_united(shares, (nodes + 1) / 2, a) @ weights / 2)


def _dependence_words(a: Assumptions) -> str:
    return {
        "uniform": "anything between independent and one inside the other",
        "independent": "taken as independent",
        "comonotone": "taken as one inside the other",
    }[a.overlap]
