"""Share of people whom at least one of several crises affects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from gecam._typing import ArrayLike, FloatArray
from gecam.aggregation.dependence import (
    Comonotone,
    Dependence,
    Disjoint,
    Footprints,
    Frechet,
    GaussianCopula,
    Independent,
    Pairwise,
)
from gecam.aggregation.gaussian_pair import union_of_two
from gecam.errors import InputError

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class UnionShare:
    """Share of people in at least one crisis; shape of the shares without their first axis.

    Parameters
    ----------
    central
        The union under the stated dependence.
    lower, upper
        What the shares, and the overlaps or areas where known, allow whatever the dependence.
    factor
        Sum of the shares divided by `central`: how many times the average person would be counted
        if crises were added; 1 where nobody is affected.
    capped
        Part of the draws in which disjoint crises add to more than everybody, or areas have too few
        people for their crisis; there the union is cut to what is possible.
    """

    central: FloatArray
    lower: FloatArray
    upper: FloatArray
    factor: FloatArray
    capped: float = 0.0


def union_share(shares: ArrayLike, *, dependence: Dependence) -> UnionShare:
    r"""Return the share of people whom at least one of k crises affects.

    Parameters
    ----------
    shares
        Share affected by each crisis, of the same people, in [0, 1]; shape ``(k,)``,
        ``(k, draw)``, or with more axes.
    dependence
        `Independent`, `Comonotone`, `Disjoint`, `Frechet`, `GaussianCopula`, `Pairwise` or
        `Footprints`.

    Returns
    -------
    UnionShare
        ``central``, ``lower``, ``upper``, ``factor``; one crisis is its own union.

    Raises
    ------
    InputError
        If a share lies outside [0, 1], a correlation is impossible, known overlaps contradict the
        shares or each other, or disjoint crises add on average to more than everybody.

    Notes
    -----
    Always :math:`\max_i p_i \le U \le \min(1, \sum_i p_i)` (Fréchet [1]_). Under a Gaussian copula, two
    crises take Owen's function (error below 1e-14), more of them with one r >= 0 one-dimensional
    quadrature (below 1e-12); other correlations take quasi-Monte Carlo (a few 1e-5). With known
    overlaps the bounds come from linear programming over the :math:`2^k` groups of people, and the
    central value from the distribution of largest entropy that has them: overlaps that are not known
    are as independent as the known ones allow.

    References
    ----------
    .. [1] Fréchet, M. (1935). Généralisation du théorème des probabilités totales. Fundamenta
       Mathematicae 25, 379-387.

    Examples
    --------
    >>> from gecam.aggregation import Comonotone, GaussianCopula, Independent, union_share
    >>> for dependence in (Comonotone(), GaussianCopula(0.5), Independent()):
    ...     union = union_share([0.3, 0.2], dependence=dependence)
    ...     print(round(float(union.central), 4), round(float(union.factor), 3))
    0.3 1.667
    0.3848 1.3
    0.44 1.136
    """
    p = _checked_shares(shares)
    total = _sum(p)
    lower, upper, capped = p.max(axis=0), np.minimum(total, 1.0), 0.0
    if len(p) == 1:
        central = p[0]
    elif isinstance(dependence, Pairwise):
        central, lower, upper = _pairwise(p, dependence)
    elif isinstance(dependence, Footprints):
        central, lower, upper, capped = _footprints(p, dependence)
    else:
        central = _central(p, dependence)
        if isinstance(dependence, Disjoint):
            capped = float(np.mean(total > 1 + ROUNDING))
    central, lower, upper, total = np.broadcast_arrays(central, lower, upper, total)
    central = np.clip(central, lower, upper)
    factor = np.divide(total, central, out=np.ones(total.shape), where=central > 0)
    return UnionShare(central[()], lower.copy()[()], upper.copy()[()], factor[()], capped)


def _central(p: FloatArray, dependence: Dependence) -> FloatArray:
    """Return the union under a dependence that speaks of shares alone."""
    if isinstance(dependence, Independent):
        with np.errstate(divide="ignore"):
            return np.asarray(-np.expm1(_sum(np.log1p(-p))))
    if isinstance(dependence, Comonotone):
        return np.asarray(p.max(axis=0))
    total = _sum(p)
    if isinstance(dependence, Disjoint):
        if dependence.on_excess == "raise" and total.mean() > 1 + ROUNDING:
            raise InputError(
                f"disjoint crises must not add to more than everybody: got {total.mean():.3g}. "
                "Are they measured against the same people, and in other places?"
            )
        return total
    if isinstance(dependence, Frechet):
        return np.asarray((p.max(axis=0) + np.minimum(total, 1.0)) / 2)
    if isinstance(dependence, GaussianCopula):
        return _gaussian(p, np.asarray(dependence.r, dtype=np.float64))
    raise InputError(
        f"dependence must be one of the classes of gecam.aggregation: got {dependence!r}."
    )


def _gaussian(p: FloatArray, r: FloatArray) -> FloatArray:
    """Return the union under a Gaussian copula, by the cheapest exact way."""
    k = len(p)
    if r.shape == (k, k):
        _check_matrix(r)
        off_diagonal = r[~np.eye(k, dtype=bool)]
        if np.ptp(off_diagonal) > 0:
            return _general(p.reshape(k, -1), r).reshape(p.shape[1:])
        r = np.asarray(off_diagonal[0])
    least = -1 / (k - 1)
    if not ((r >= least - ROUNDING) & (r <= 1)).all():
        worst = r[~((r >= least - ROUNDING) & (r <= 1))].flat[0]
        raise InputError(
            f"one correlation of {k} crises must lie in [{least:.3g}, 1]: got {worst:g}."
        )
    shape = np.broadcast_shapes(p.shape[1:], r.shape)
    flat = np.stack([np.broadcast_to(row, shape) for row in p]).reshape(k, -1)
    r = np.broadcast_to(r, shape).reshape(-1)
    if k == 2:
        return union_of_two(flat, r).reshape(shape)
    from gecam.aggregation.gaussian import none_exchangeable  # of three crises or more

    union = np.empty(r.shape)
    is_plain = r >= 0
    union[is_plain] = 1 - none_exchangeable(flat[:, is_plain], r[is_plain])
    if not is_plain.all():
        matrices = np.where(np.eye(k, dtype=bool), 1.0, np.maximum(r, least)[~is_plain, None, None])
        union[~is_plain] = _general(flat[:, ~is_plain], matrices)
    return union.reshape(shape)


def _general(p: FloatArray, correlation: FloatArray) -> FloatArray:
    """Return the union for any correlations, which few cases give."""
    from gecam.aggregation.gaussian_general import none_general

    return 1 - none_general(p, correlation)


def _pairwise(p: FloatArray, dependence: Pairwise) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the union of largest entropy and the bounds, given known overlaps."""
    from gecam.aggregation.pairwise import largest_entropy, union_bounds  # where they are given

    k, shape = len(p), p.shape[1:]
    flat = p.reshape(k, -1)
    groups, shared = known_overlaps(p, dependence)
    if k == 2 and groups:
        union = np.asarray(flat[0] + flat[1] - shared[0]).reshape(shape)
        return union, union, union
    lower, upper = union_bounds(flat, groups, shared)
    upper = np.maximum(lower, upper)  # equal where all is known, but for rounding
    central = np.clip(largest_entropy(flat, groups, shared), lower, upper)
    return central.reshape(shape), lower.reshape(shape), upper.reshape(shape)


def known_overlaps(p: FloatArray, dependence: Pairwise) -> tuple[list[tuple[int, ...]], FloatArray]:
    """Return the groups of known overlap, and the share in all of each; shape ``(group, n)``."""
    k, shape = len(p), p.shape[1:]
    flat = p.reshape(k, -1)
    groups, overlaps = [], []
    for group, given in dependence.overlaps.items():
        if len(group) < 2 or len(set(group)) < len(group) or not all(0 <= i < k for i in group):
            raise InputError(
                f"an overlap must name two or more of the {k} crises by position, each once: got "
                f"{group}."
            )
        of_group = flat[list(group)]
        shared = np.broadcast_to(np.asarray(given, dtype=np.float64), shape).reshape(-1)
        least = np.maximum(_sum(of_group) - (len(group) - 1), 0.0)
        most = of_group.min(axis=0)
        if dependence.relative:
            part = np.maximum(shared * most, least)
            shared = np.where((shared >= 0) & (shared <= 1), part, np.nan)
        wrong = ~((shared >= least - ROUNDING) & (shared <= most + ROUNDING))
        if wrong.any():
            n = int(np.argmax(wrong))
            raise InputError(
                f"the overlap of crises {' and '.join(map(str, group))} must lie in "
                f"[{least[n]:.4g}, {most[n]:.4g}]: "
                f"got {np.broadcast_to(given, shape).reshape(-1)[n]:.4g} (draw {n}, {wrong.sum()} "
                f"of {wrong.size} draws). For uncertain shares give relative overlaps."
            )
        groups.append(tuple(group))
        overlaps.append(np.clip(shared, least, most))
    return groups, np.asarray(overlaps).reshape(len(groups), flat.shape[1])


def _footprints(
    p: FloatArray, dependence: Footprints
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Return the union over areas, the bounds area by area, and the part of draws cut."""
    pattern = _checked_shares(dependence.area_shares)
    weights = np.asarray(dependence.weights, dtype=np.float64)
    if pattern.shape != (len(p), len(weights)) or not ((weights >= 0).all() and weights.sum() > 0):
        raise InputError(
            f"area_shares must have shape (crisis, area) and weights one value >= 0 per area: got "
            f"{pattern.shape} and {weights.shape} for {len(p)} crises."
        )
    weights = weights / weights.sum()
    column = weights.reshape(-1, *(1,) * (p.ndim - 1))
    areas = np.stack([_spread(p[i], pattern[i], weights, crisis=i) for i in range(len(p))])
    capped = np.zeros(p.shape[1:], dtype=bool)
    for i in range(len(p)):
        capped |= np.abs(_sum(column * areas[i]) - p[i]) > 1e-6
    total = _sum(areas)
    union = np.clip(_central(areas, dependence.within), areas.max(axis=0), np.minimum(total, 1.0))
    central = _sum(column * union)
    lower, upper = _sum(column * areas.max(axis=0)), _sum(column * np.minimum(total, 1.0))
    return central, lower, upper, float(capped.mean())


def _spread(
    share: FloatArray, pattern: FloatArray, weights: FloatArray, *, crisis: int
) -> FloatArray:
    """Shift the log odds of a crisis until its areas add to its share; shape ``(area, ...)``."""
    most, least = weights[pattern > 0].sum(), weights[pattern >= 1].sum()
    if not least - ROUNDING <= share.mean() <= most + ROUNDING:
        raise InputError(
            f"areas of crisis {crisis} hold {most:.4g} of the people, {least:.4g} of them affected "
            f"throughout: its share {share.mean():.4g} is impossible."
        )
    column = (slice(None), *(None,) * share.ndim)
    with np.errstate(divide="ignore"):
        odds = logit(pattern)[column]
    low, high = np.full(share.shape, -60.0), np.full(share.shape, 60.0)
    for _ in range(60):
        middle = (low + high) / 2
        is_below = _sum(weights[column] * expit(odds + middle)) < share
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray(expit(odds + high))


def _sum(rows: FloatArray) -> FloatArray:
    """Add along the first axis, one row after the other."""
    return np.asarray(sum(rows[1:], start=rows[0]))


def _checked_shares(shares: ArrayLike) -> FloatArray:
    p = np.asarray(shares, dtype=np.float64)
    if p.ndim == 0 or len(p) == 0:
        raise InputError(f"shares must have one row for each crisis: got shape {p.shape}.")
    wrong = ~((p >= 0) & (p <= 1))
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise InputError(
            f"a share must lie in [0, 1]: got {p[index]:.6g} at index {index} "
            f"({wrong.sum()} of {wrong.size})."
        )
    return p


def _check_matrix(r: FloatArray) -> None:
    is_correlation = np.allclose(r, r.T, atol=ROUNDING) and np.allclose(r.diagonal(), 1)
    if not is_correlation or np.linalg.eigvalsh(r).min() < -ROUNDING:
        raise InputError(
            "r must be a correlation matrix: symmetric, 1 on the diagonal, no eigenvalue below 0. "
            "statsmodels.stats.correlation_tools.corr_nearest finds the nearest one."
        )
