"""People in at least one crisis of a country, given how the crises are related."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.aggregation.crisis_relations import (
    PairRelation,
    Standing,
    StatedRelations,
    between_counted,
    joint_overlaps,
)
from gecam.aggregation.dependence import Dependence, Disjoint, Pairwise
from gecam.aggregation.overlap import UnionShare, known_overlaps, union_share
from gecam.errors import InputError

MISFIT = 1e-6  # of a known overlap, as a share of all people: rounding below it


@dataclass(frozen=True, slots=True, eq=False)
class RelatedCrisesShare:
    """Share of people in at least one of several related crises, and which crises it counts.

    Parameters
    ----------
    union
        Share of people in at least one crisis. Its `factor` counts every crisis that is not
        superseded, those within another as well.
    counted
        Positions of the crises that enter the union.
    left_out
        Position of each other crisis, and why: ``"superseded by 2"``, ``"within 0"``.
    """

    union: UnionShare
    counted: tuple[int, ...]
    left_out: Mapping[int, str]


@checked
def combine_relations(
    shares: ArrayLike,
    relations: Sequence[PairRelation] = (),
    *,
    overlap: Dependence,
    joint: Mapping[tuple[int, ...], ArrayLike] | None = None,
    on_excess: Literal["raise", "cut"] = "raise",
) -> RelatedCrisesShare:
    """Return the share of people in at least one crisis of a country, given how crises are related.

    Parameters
    ----------
    shares
        Share affected by each crisis, of the same people, in [0, 1]; shape ``(k,)`` or
        ``(k, draw)``.
    relations
        Stated pairs, by positions of rows of `shares`, in any order; all other pairs overlap.
    overlap
        Dependence between crises that overlap, where the relation names none.
    joint
        Measured overlaps of three crises or more, by position: the part of the smallest one's people
        who are in all of them, in [0, 1]; a number or one per draw. Pairs are `PairRelation.measured`.
    on_excess
        What to do with disjoint crises that add to more than everybody, as in `Disjoint`.

    Returns
    -------
    RelatedCrisesShare
        The union with its bounds, what was counted, and what was left out and why. One crisis is
        its own union.

    Raises
    ------
    InputError
        If relations name a position that does not exist, contradict each other, run in a circle, or
        mix disjoint and overlapping crises so that no order of uniting them has all of them; if a
        joint overlap names fewer than three crises, one within another, or two that are disjoint.

    Notes
    -----
    First, superseded crises are dropped, with the relations that name them: state those of the
    crisis that replaces them. Second, a crisis within another adds nothing; where a draw of it is
    larger than the parent's it stands for the parent, so that a country never has fewer people than
    one of its crises. Third, crises that are mutually disjoint are added, the others united, from
    the inside out: if A and B are disjoint and C overlaps both, (A + B) is united with C. A joint
    overlap that names a superseded crisis falls with it. Crises of which all overlaps are measured
    have one union, by inclusion and exclusion.

    Examples
    --------
    A flash appeal replaces the country plan; an epidemic lies within the appeal; floods struck
    another province:

    >>> from gecam.aggregation import Independent, PairRelation, combine_relations
    >>> combined = combine_relations(
    ...     [0.05, 0.35, 0.02, 0.10],
    ...     [
    ...         PairRelation("supersedes", 1, 0),
    ...         PairRelation("within", 2, 1),
    ...         PairRelation("disjoint", 1, 3),
    ...     ],
    ...     overlap=Independent(),
    ... )
    >>> round(float(combined.union.central), 3), combined.counted, combined.left_out
    (0.45, (1, 3), {0: 'superseded by 1', 2: 'within 1'})

    Three maps: .5 + .4 + .3 less the pairs .2, .15, .09 and with the .06 in all three back:

    >>> pairs = {(0, 1): 0.5, (0, 2): 0.5, (1, 2): 0.3}
    >>> measured = [PairRelation.measured(*pair, part) for pair, part in pairs.items()]
    >>> three = combine_relations(
    ...     [0.5, 0.4, 0.3], measured, joint={(0, 1, 2): 0.2}, overlap=Independent()
    ... )
    >>> round(float(three.union.central), 6)
    0.82
    """
    p = np.asarray(shares, dtype=np.float64)
    standing = Standing.of(len(p), relations)
    stated = StatedRelations(
        between_counted(standing),
        dict(joint_overlaps(joint or {}, standing)),
        overlap,
        Disjoint(on_excess),
    )
    whole = _unite(standing.counted, standing.merged(p), stated)
    total = sum((p[i] for i in standing.alive), start=np.zeros(p.shape[1:]))
    central = np.asarray(whole.central)
    factor = np.divide(total, central, out=np.ones(central.shape), where=central > 0)
    union = UnionShare(whole.central, whole.lower, whole.upper, factor[()], whole.capped)
    return RelatedCrisesShare(union, standing.counted, standing.left_out)


def _unite(
    crises: Sequence[int], shares: Mapping[int, FloatArray], stated: StatedRelations
) -> UnionShare:
    """Add parts that are disjoint, unite parts that overlap, and so on inside each part."""
    if len(crises) == 1:
        return union_share(shares[crises[0]][None], dependence=stated.overlap)
    parts, dependence = _division(crises, stated)
    if dependence is None:
        return _measured_union(crises, shares, stated)
    united = [_unite(part, shares, stated) for part in parts]
    whole = union_share(np.stack([u.central for u in united]), dependence=dependence)
    lower, upper = np.stack([u.lower for u in united]), np.stack([u.upper for u in united])
    if isinstance(dependence, Disjoint):
        least, most = np.minimum(lower.sum(axis=0), 1.0), np.minimum(upper.sum(axis=0), 1.0)
    elif len(parts) == len(crises):
        least, most = np.asarray(whole.lower), np.asarray(whole.upper)
    else:
        least, most = lower.max(axis=0), np.minimum(upper.sum(axis=0), 1.0)
    capped = max([whole.capped, *(u.capped for u in united)])
    return UnionShare(whole.central, least[()], most[()], whole.factor, capped)


def _division(
    crises: Sequence[int], stated: StatedRelations
) -> tuple[list[list[int]], Dependence | None]:
    """Return the parts to unite and their dependence; none where measurements join all crises."""
    parts = _parts(crises, lambda i, j: not stated.is_disjoint(i, j))
    if len(parts) > 1:
        return parts, stated.apart
    is_measured = any(stated.is_measured(i, j) for i, j in combinations(crises, 2))
    parts = _parts(
        crises,
        lambda i, j: stated.is_disjoint(i, j) or (is_measured and stated.is_measured(i, j)),
    )
    if len(parts) > 1:
        return parts, _stated_dependence(parts, stated.between) or stated.overlap
    if is_measured:
        return parts, None
    raise InputError(
        f"crises {sorted(crises)} are disjoint in some pairs and overlap in others, and no order of "
        "uniting them has it all. Use union_share with Pairwise and overlaps of 0."
    )


def _measured_union(
    crises: Sequence[int], shares: Mapping[int, FloatArray], stated: StatedRelations
) -> UnionShare:
    """Unite crises that measured overlaps, or disjoint pairs, join into one group.

    What was not measured is as independent as what was allows. Where drawn shares make three or more
    measured overlaps contradict each other, they are met as nearly as possible.
    """
    from gecam.aggregation.pairwise import fitted_union, simple_bounds  # where overlaps are given

    p = np.stack(np.broadcast_arrays(*(shares[i] for i in crises)))
    overlaps = Pairwise(_overlaps(crises, stated), relative=True)
    if len(crises) == 2:
        return union_share(p, dependence=overlaps)
    groups, both = known_overlaps(p, overlaps)
    flat = p.reshape(len(p), -1)
    fitted, misfit = fitted_union(flat, groups, both)
    lower, upper = simple_bounds(flat, groups, both)
    central = np.clip(fitted, lower, upper)
    factor = np.divide(flat.sum(axis=0), central, out=np.ones(central.shape), where=central > 0)
    central, lower, upper, factor = (
        x.reshape(p.shape[1:])[()] for x in (central, lower, upper, factor)
    )
    return UnionShare(central, lower, upper, factor, float(np.mean(misfit > MISFIT)))


def _overlaps(crises: Sequence[int], stated: StatedRelations) -> dict[tuple[int, ...], ArrayLike]:
    """Return the stated overlaps of some crises, by position among these."""
    overlaps: dict[tuple[int, ...], ArrayLike] = {}
    for (m, i), (n, j) in combinations(enumerate(crises), 2):
        shared = stated.shared(i, j)
        if shared is not None:
            overlaps[m, n] = shared
    place = {crisis: position for position, crisis in enumerate(crises)}
    for group, part in stated.joint.items():
        if group <= place.keys():
            overlaps[tuple(sorted(place[i] for i in group))] = part
    return overlaps


def _parts(crises: Sequence[int], is_linked: Callable[[int, int], bool]) -> list[list[int]]:
    """Return the connected parts of the crises, in order of their first member."""
    rest, parts = list(crises), []
    while rest:
        part = [rest.pop(0)]
        for member in part:  # grows while it is read
            linked = [i for i in rest if is_linked(member, i)]
            part += linked
            rest = [i for i in rest if i not in linked]
        parts.append(sorted(part))
    return parts


def _stated_dependence(
    parts: Sequence[Sequence[int]], between: Mapping[frozenset[int], PairRelation]
) -> Dependence | None:
    """Return the dependence that a relation states for two parts; None where none does."""
    part_of = {i: n for n, part in enumerate(parts) for i in part}
    stated = [
        relation.dependence
        for pair, relation in between.items()
        if relation.dependence is not None and relation.shared is None
        # both crises are in these parts, and in two of them
        if len({part_of.get(i) for i in pair} - {None}) == 2
    ]
    if not stated:
        return None
    if len(parts) > 2 or len(stated) > 1:
        raise InputError(
            "a dependence stated for one pair cannot be used among more than two parts that "
            "overlap: use union_share with a correlation matrix or Pairwise."
        )
    return stated[0]
