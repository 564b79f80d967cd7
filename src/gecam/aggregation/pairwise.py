"""Share of people in at least one crisis, given measured overlaps of some crises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.errors import InputError

MAX_CRISES = 10  # the groups of people in every combination of crises: 2^10
TOLERANCE = 1e-9
SLACK = 1e-11  # of a solution that is reused for another draw
ROUNDS = 2000


def union_bounds(
    shares: FloatArray, groups: Sequence[tuple[int, ...]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the least and the largest union that shares and known overlaps allow.

    Parameters
    ----------
    shares
        Share affected by each crisis; shape ``(crisis, n)``.
    groups
        The crises, two or more, whose overlap is known.
    overlaps
        Share of people in all crises of a group; shape ``(group, n)``.

    Returns
    -------
    lower, upper : FloatArray
        Shape ``(n,)``; up to 1e-9.

    Raises
    ------
    InputError
        If no distribution of people has these shares and overlaps, or crises are more than ten.

    Notes
    -----
    A linear program over the parts of people in each of the 2^k combinations of crises. Draws
    differ in the right-hand side only, so that an optimal basis stays optimal for all draws in
    which it stays feasible: a few programs serve thousands of draws.
    """
    member, constraints = _constraints(len(shares), groups)
    right = np.vstack([np.ones((1, shares.shape[1])), shares, overlaps])
    affected = np.asarray(member.any(axis=0), dtype=np.float64)
    return _optimum(constraints, right, affected), -_optimum(constraints, right, -affected)


def largest_entropy(
    shares: FloatArray, groups: Sequence[tuple[int, ...]], overlaps: FloatArray
) -> FloatArray:
    """Return the union under the distribution of largest entropy with these shares and overlaps.

    Parameters
    ----------
    shares, groups, overlaps
        As in `union_bounds`, and possible together.

    Returns
    -------
    FloatArray
        Shape ``(n,)``. Each column is fitted until it moves by less than 1e-12, by itself.

    Notes
    -----
    Iterative proportional fitting [1]_ from independence, which ends in the distribution of largest
    entropy [2]_: no interaction of crises whose overlap is not
    known beyond what the known ones bring. With pairs alone there is none of more than two.

    References
    ----------
    .. [1] Deming, W., Stephan, F. (1940). On a least squares adjustment of a sampled frequency
       table when the expected marginal totals are known. Ann. Math. Stat. 11, 427-444.
    .. [2] Csiszár, I. (1975). I-divergence geometry of probability distributions and minimization
       problems. Ann. Probab. 3, 146-158.
    """
    return fitted_union(shares, groups, overlaps)[0]


def fitted_union(
    shares: FloatArray, groups: Sequence[tuple[int, ...]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the union of `largest_entropy`, and by how much it misses the known figures.

    Parameters
    ----------
    shares, groups, overlaps
        As in `union_bounds`; where they contradict each other they are met as nearly as the fit
        comes, and the second array says so.

    Returns
    -------
    union, misfit : FloatArray
        Shape ``(n,)``; the largest difference between a known figure and the fit, as a share.
    """
    member, _ = _constraints(len(shares), groups)
    people = np.ones((member.shape[1], shares.shape[1]))
    misfit = np.zeros(shares.shape[1])
    for inside, share in zip(member, shares, strict=True):
        people *= np.where(inside[:, None], share, 1 - share)
    active = np.arange(shares.shape[1])
    for _ in range(ROUNDS):
        if not active.size or not groups:
            break
        fitted = people[:, active]
        moved = np.zeros(active.size)
        for cells in _margins(member, shares[:, active], groups, overlaps[:, active]):
            for inside, wanted in cells:
                present = fitted[inside].sum(axis=0)
                moved = np.maximum(moved, np.abs(wanted - present))
                ratio = np.divide(
                    wanted, present, out=np.zeros_like(present), where=present > 1e-300
                )
                fitted[inside] *= np.maximum(ratio, 0.0)
        people[:, active] = fitted
        misfit[active] = moved
        active = active[moved > 1e-12]
    return np.asarray(1 - people[0]), misfit


def _margins(
    member: BoolArray, shares: FloatArray, groups: Sequence[tuple[int, ...]], overlaps: FloatArray
) -> Iterator[tuple[tuple[BoolArray, FloatArray], ...]]:
    """Yield what is known: disjoint sets of combinations that hold everybody, and their people."""
    for group, shared in zip(groups, overlaps, strict=True):
        if len(group) == 2:
            (i, j), (first, second) = group, shares[list(group)]
            yield (
                (member[i] & member[j], shared),
                (member[i] & ~member[j], first - shared),
                (~member[i] & member[j], second - shared),
                (~member[i] & ~member[j], 1 - first - second + shared),
            )
            continue
        for i in group:
            yield (member[i], shares[i]), (~member[i], 1 - shares[i])
        inside = np.logical_and.reduce(member[list(group)])
        yield (inside, shared), (~inside, 1 - shared)


def simple_bounds(
    shares: FloatArray, groups: Sequence[tuple[int, ...]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Return bounds of the union that need no program: wider than `union_bounds`, never wrong.

    Parameters
    ----------
    shares, groups, overlaps
        As in `union_bounds`.

    Notes
    -----
    The union is at least that of any pair, and at most the sum less the overlaps of pairs that
    join the crises without a circle [1]_: here those of largest overlap on average. A pair
    shares at least what a group with it shares. Three crises of which all four overlaps are known
    have one union, by inclusion and exclusion; the others add their shares at most.

    References
    ----------
    .. [1] Hunter, D. (1976). An upper bound for the probability of a union. Journal of Applied
       Probability 13, 597-603.
    """
    overlap_of = dict(zip(map(frozenset, groups), overlaps, strict=True))
    lower = shares.max(axis=0)
    total = sum(shares[1:], start=shares[0])
    for pair, both in overlap_of.items():
        if len(pair) == 2:
            i, j = sorted(pair)
            lower = np.maximum(lower, shares[i] + shares[j] - both)
    upper = _less_overlaps(total, _least_of_pairs(overlap_of), len(shares))
    for group, shared in overlap_of.items():
        pairs = [frozenset(pair) for pair in combinations(sorted(group), 2)]
        if len(group) == 3 and all(pair in overlap_of for pair in pairs):
            ours = sum(shares[i] for i in group)
            union = ours - sum(overlap_of[pair] for pair in pairs) + shared
            most = np.minimum(ours, 1.0)  # beyond it figures contradict each other
            union = np.clip(union, shares[list(group)].max(axis=0), most)
            lower, upper = np.maximum(lower, union), np.minimum(upper, union + (total - ours))
    return lower, np.minimum(np.maximum(lower, upper), 1.0)


def _less_overlaps(
    total: FloatArray, least: Mapping[frozenset[int], FloatArray], k: int
) -> FloatArray:
    """Return the sum of shares less the overlaps of pairs that join `k` crises without a circle."""
    joined = list(range(k))
    for pair in sorted(least, key=lambda pair: -least[pair].mean()):
        i, j = sorted(pair)
        if joined[i] != joined[j]:
            total = total - least[pair]
            joined = [joined[i] if g == joined[j] else g for g in joined]
    return total


def _least_of_pairs(
    overlap_of: Mapping[frozenset[int], FloatArray],
) -> dict[frozenset[int], FloatArray]:
    """Return what pairs share at least: their overlap, or that of a group with both in it."""
    least = {pair: shared for pair, shared in overlap_of.items() if len(pair) == 2}
    for group, shared in overlap_of.items():
        for pair in map(frozenset, combinations(sorted(group), 2)):
            if pair not in overlap_of:
                least[pair] = np.maximum(least.get(pair, shared), shared)
    return least


def _constraints(k: int, groups: Sequence[tuple[int, ...]]) -> tuple[BoolArray, FloatArray]:
    """Return which combination lies in which crisis, and the rows total, shares, overlaps."""
    if k > MAX_CRISES:
        raise InputError(f"known overlaps are handled for up to {MAX_CRISES} crises: got {k}.")
    combination = np.arange(2**k)
    member = (combination >> np.arange(k)[:, None]) & 1 == 1
    rows = [np.ones(2**k), *member, *(np.logical_and.reduce(member[list(g)]) for g in groups)]
    return member, np.asarray(rows, dtype=np.float64)


def _optimum(constraints: FloatArray, right: FloatArray, objective: FloatArray) -> FloatArray:
    """Minimise the objective for every column of right-hand sides."""
    from scipy.optimize import linprog

    optimum = np.empty(right.shape[1])
    todo: IntArray = np.arange(right.shape[1])
    while todo.size:
        first = int(todo[0])
        program = linprog(objective, A_eq=constraints, b_eq=right[:, first], method="highs-ds")
        if program.status != 0:
            raise InputError(
                "overlaps contradict the shares or each other: no distribution of people has them "
                f"all (draw {first}: shares and overlaps {right[1:, first].round(4).tolist()})."
            )
        optimum[first] = program.fun
        todo = todo[1:]
        basis = _basis(constraints, objective, program.x, program.eqlin.marginals)
        people = np.linalg.pinv(constraints[:, basis]) @ right[:, todo]
        misfit = np.abs(constraints[:, basis] @ people - right[:, todo])
        same = (people >= -SLACK).all(axis=0) & (misfit <= SLACK).all(axis=0)
        optimum[todo[same]] = objective[basis] @ people[:, same]
        todo = todo[~same]
    return optimum


def _basis(
    constraints: FloatArray, objective: FloatArray, solution: FloatArray, prices: FloatArray
) -> IntArray:
    """Return independent columns without reduced cost, those in use first.

    A solution on these columns alone is optimal, whatever the right-hand side.
    """
    from scipy.linalg import qr

    free = np.flatnonzero(np.abs(objective - prices @ constraints) < TOLERANCE)
    scale = np.where(solution[free] > TOLERANCE, 1.0, 1e-3)
    _, triangle, order = qr(constraints[:, free] * scale, mode="economic", pivoting=True)
    rank = int((np.abs(np.diagonal(triangle)) > 1e-7).sum())
    return np.asarray(free[order[:rank]])
