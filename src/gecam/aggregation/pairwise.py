"""Unions of crises whose overlaps two by two are known, at least in part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.errors import InputError

MAX_CRISES = 10  # the groups of people in every combination of crises: 2^10
TOLERANCE = 1e-9
SLACK = 1e-11  # of a solution that is reused for another draw
ROUNDS = 2000


def union_bounds(
    shares: FloatArray, pairs: Sequence[tuple[int, int]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the least and the largest union that shares and known overlaps allow.

    Parameters
    ----------
    shares
        Share affected by each crisis; shape ``(crisis, n)``.
    pairs
        The pairs of crises whose overlap is known.
    overlaps
        Share of people in both; shape ``(pair, n)``.

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
    member, constraints = _constraints(len(shares), pairs)
    right = np.vstack([np.ones((1, shares.shape[1])), shares, overlaps])
    affected = np.asarray(member.any(axis=0), dtype=np.float64)
    return _optimum(constraints, right, affected), -_optimum(constraints, right, -affected)


def largest_entropy(
    shares: FloatArray, pairs: Sequence[tuple[int, int]], overlaps: FloatArray
) -> FloatArray:
    """Return the union under the distribution of largest entropy with these shares and overlaps.

    Parameters
    ----------
    shares, pairs, overlaps
        As in `union_bounds`, and possible together.

    Returns
    -------
    FloatArray
        Shape ``(n,)``. Each column is fitted until it moves by less than 1e-12, by itself.

    Notes
    -----
    Iterative proportional fitting from independence: no interaction of more than two crises, and
    none between crises whose overlap is not known beyond what the known ones bring.
    """
    return fitted_union(shares, pairs, overlaps)[0]


def fitted_union(
    shares: FloatArray, pairs: Sequence[tuple[int, int]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the union of `largest_entropy`, and by how much it misses the known figures.

    Parameters
    ----------
    shares, pairs, overlaps
        As in `union_bounds`; where they contradict each other they are met as nearly as the fit
        comes, and the second array says so.

    Returns
    -------
    union, misfit : FloatArray
        Shape ``(n,)``; the largest difference between a known figure and the fit, as a share.
    """
    member, _ = _constraints(len(shares), pairs)
    people = np.ones((member.shape[1], shares.shape[1]))
    misfit = np.zeros(shares.shape[1])
    for inside, share in zip(member, shares, strict=True):
        people *= np.where(inside[:, None], share, 1 - share)
    active = np.arange(shares.shape[1])
    for _ in range(ROUNDS):
        if not active.size or not pairs:
            break
        fitted = people[:, active]
        moved = np.zeros(active.size)
        for (i, j), both in zip(pairs, overlaps[:, active], strict=True):
            first, second = shares[i, active], shares[j, active]
            cells = (
                (member[i] & member[j], both),
                (member[i] & ~member[j], first - both),
                (~member[i] & member[j], second - both),
                (~member[i] & ~member[j], 1 - first - second + both),
            )
            for group, wanted in cells:
                present = fitted[group].sum(axis=0)
                moved = np.maximum(moved, np.abs(wanted - present))
                ratio = np.divide(
                    wanted, present, out=np.zeros_like(present), where=present > 1e-300
                )
                fitted[group] *= np.maximum(ratio, 0.0)
        people[:, active] = fitted
        misfit[active] = moved
        active = active[moved > 1e-12]
    return np.asarray(1 - people[0]), misfit


def simple_bounds(
    shares: FloatArray, pairs: Sequence[tuple[int, int]], overlaps: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Return bounds of the union that need no program: wider than `union_bounds`, never wrong.

    Parameters
    ----------
    shares, pairs, overlaps
        As in `union_bounds`.

    Notes
    -----
    The union is at least that of any pair, and at most the sum less the overlaps of pairs that
    join the crises without a circle (Hunter, 1976): here those of largest overlap on average.
    """
    lower = shares.max(axis=0)
    upper = sum(shares[1:], start=shares[0])
    group = list(range(len(shares)))
    for n in np.argsort(-overlaps.mean(axis=1), kind="stable"):
        i, j = pairs[n]
        lower = np.maximum(lower, shares[i] + shares[j] - overlaps[n])
        if group[i] != group[j]:
            upper = upper - overlaps[n]
            group = [group[i] if g == group[j] else g for g in group]
    return lower, np.minimum(np.maximum(lower, upper), 1.0)


def _constraints(k: int, pairs: Sequence[tuple[int, int]]) -> tuple[BoolArray, FloatArray]:
    """Return which combination lies in which crisis, and the rows total, shares, overlaps."""
    if k > MAX_CRISES:
        raise InputError(f"known overlaps are handled for up to {MAX_CRISES} crises: got {k}.")
    combination = np.arange(2**k)
    member = (combination >> np.arange(k)[:, None]) & 1 == 1
    rows = [np.ones(2**k), *member, *(member[i] & member[j] for i, j in pairs)]
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
