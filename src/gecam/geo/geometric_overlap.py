"""Number of people inside two footprints, measured on a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Array, FloatArray
from gecam.errors import InputError
from gecam.geo.footprints import WEIGHTING, logit_sd_of
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.outline_coverage import refuse_overlap
from gecam.geo.overlay import crisis_zone_sums
from gecam.geo.shapes import Extent, Shapes
from gecam.geo.thresholds import level_weights
from gecam.model import Assumptions, Grade, Relation

APART = 1e-6  # part of the smaller footprint that is rounding, not overlap
VIEWS = (-1.4633, -0.5988, 0.0, 0.5988, 1.4633)  # normal quantiles 0.1, 0.3 ..., scaled to sd 1
WIDEST = 0.9  # of the variance that only parts of 0 and 1 have


@dataclass(frozen=True, eq=False)
class GeometricOverlap:
    """How far footprints share people, measured on the map.

    Parameters
    ----------
    crises
        Names.
    area_shares
        Share of the people of each area inside each footprint; shape ``(crisis, area)``.
    weights
        Part of all people who live in each area; shape ``(area,)``, adds to 1. Both are what
        `gecam.aggregation.Footprints` takes.
    both
        Share of all people inside both footprints; shape ``(crisis, crisis)``, with each footprint's
        own share on the diagonal. Entries are what `gecam.aggregation.Pairwise` takes. Where a
        threshold is not known exactly, this and `area_shares` are means over it.
    shared
        Part of the people of the smaller footprint who are inside both; shape ``(crisis, crisis)``.
    shared_sd
        Standard deviation of `shared` that uncertain thresholds cause.
    error_correlation
        Correlation of the errors of both sizes; shape ``(crisis, crisis)``.
    weighting
        ``"grid"`` or ``"areal"``, as in `Exposure`.
    """

    crises: tuple[str, ...]
    area_shares: FloatArray
    weights: FloatArray
    both: FloatArray
    shared: FloatArray
    shared_sd: FloatArray
    error_correlation: FloatArray
    weighting: str = "areal"

    def pairs(self) -> dict[tuple[int, int], float]:
        """Return the overlaps by pairs of positions, as `gecam.aggregation.Pairwise` takes them."""
        n = len(self.crises)
        return {(i, j): float(self.both[i, j]) for i in range(n) for j in range(i + 1, n)}

    def relation(self, crisis: str, other: str) -> Relation:
        """Return how one crisis stands to another: ``disjoint``, ``within`` or ``overlaps``.

        ``overlaps`` is what is left when neither of the two facts holds; it carries the measured
        part of the smaller footprint that is in both, and its standard deviation. All carry the
        correlation of the errors of both sizes.

        Parameters
        ----------
        crisis, other
            Names of two of `crises`.

        Returns
        -------
        Relation
            Of `crisis`, to `other`.

        Raises
        ------
        InputError
            If one is not among the crises.
        """
        for name in (crisis, other):
            if name not in self.crises:
                has = ", ".join(self.crises)
                raise InputError(f"the overlap has no crisis {name!r}. It has {has}.")
        i, j = self.crises.index(crisis), self.crises.index(other)
        own, both = self.both[i, i], self.both[i, j]
        shared, sd = float(self.shared[i, j]), float(self.shared_sd[i, j])
        common = float(self.error_correlation[i, j])
        part = both / own if own > 0 else 0.0
        source = (
            f"measured on the map: {part:.1%} of {crisis} lies in {other} "
            f"({WEIGHTING[self.weighting]}); the errors of both sizes are correlated by {common:.2f}"
        )
        if sd == 0 and shared <= APART:
            return Relation("disjoint", other, source, error_correlation=common)
        if sd == 0 and shared >= 1 - APART and own < (1 - APART) * self.both[j, j]:
            return Relation("within", other, source, error_correlation=common)
        return Relation(
            "overlaps", other, source, shared=shared, shared_sd=sd, error_correlation=common
        )


@checked
def footprint_overlap(
    extents: Mapping[str, Any],
    areas: Shapes,
    *,
    thresholds: Mapping[str, tuple[float, float]] | None = None,
    population: PopulationGrid | None = None,
    residents: Mapping[str, float] | None = None,
    grade: Grade = "C",
    assumptions: Assumptions | None = None,
) -> GeometricOverlap:
    r"""Measure how far footprints share people.

    Parameters
    ----------
    extents
        Crisis -> shapely polygon in longitude and latitude, or `Extent`.
    areas, population, residents
        As in `exposure`.
    thresholds
        Crisis -> threshold and its standard deviation, for an `Extent` with several levels.
    grade, assumptions
        As in `footprint`: how large errors are that do not come from thresholds.

    Raises
    ------
    InputError
        If nobody's number is known, areas overlap, or an `Extent` with several levels has no threshold.

    Notes
    -----
    An uncertain threshold is represented by five equally probable ones with its mean and standard
    deviation; people between two levels that are mapped are interpolated, as in `Exposure.at`.
    Thresholds of one unit move together (one choice of what counts as exposed), those of different
    units independently.

    The errors of two sizes come from the same map of people and, of one unit, from the same choice of
    a threshold. If the error of a size is the sum of errors of the places in it, two sizes have those
    of the places in both in common, and their correlation is the people in both over the geometric
    mean of the sizes: 1 for a map and itself, 0 for maps apart. With the standard deviations
    :math:`g` of a grade and :math:`t` of a threshold, on the scale of log odds,

    .. math:: r_{ij} = \frac{g^2 c_{ij} + u_{ij} t_i t_j}{\sqrt{g^2 + t_i^2}\sqrt{g^2 + t_j^2}},

    where :math:`c` is that correlation and :math:`u` is 1 for thresholds of one unit, else 0. What two
    maps of one hazard have in common beyond people and threshold is not known, and left out.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import Shapes, footprint_overlap
    >>> country = Shapes.of(["all"], [shapely.box(0, 0, 10, 1)])
    >>> found = footprint_overlap({"storm": shapely.box(0, 0, 4, 1), "flood": shapely.box(3, 0, 5, 1)},
    ...                           country, residents={"all": 1000})
    >>> round(found.pairs()[0, 1], 3), found.relation("flood", "storm").kind
    (0.1, 'overlaps')
    >>> round(found.relation("flood", "storm").shared, 3)  # of the flood, the smaller of the two
    0.5
    """
    if population is None and residents is None:
        raise InputError(
            "overlap needs a grid of people (population=), or residents by area (residents=)."
        )
    refuse_overlap(areas)
    views = [
        _Views.of(extent, *(thresholds or {}).get(name, (None, 0.0)))
        for name, extent in extents.items()
    ]
    pairs = {(i, j): _joint(views[i], views[j]) for i, j in combinations(range(len(views)), 2)}
    share, parts = _area_shares(_shapes(views, pairs), areas, population, residents)
    people = {label: float(parts @ share[label].to_numpy()) for label in share}
    sizes = _sizes(views, people)
    both, shared, spread = _overlaps(pairs, people, sizes)
    own = _own_shares(views, share)
    a = assumptions or Assumptions()
    common = _error_correlation(both, sizes, [view.unit for view in views], a.grade_logit_sd[grade])
    weighting = "areal" if population is None else "grid"
    return GeometricOverlap(tuple(extents), own, parts, both, shared, spread, common, weighting)


@dataclass(frozen=True, eq=False)
class _Views:
    """Equally probable views of an extent: the weight of each of its levels in each view."""

    geometry: Array
    weights: FloatArray  # (view, level)
    unit: str = ""

    @classmethod
    def of(cls, extent: Any, threshold: float | None, sd: float) -> _Views:
        if not isinstance(extent, Extent):
            return cls(np.array([extent, None], dtype=object)[:1], np.ones((1, 1)))
        return cls(extent.geometry, level_weights(extent, threshold, sd, VIEWS), extent.unit)


@dataclass(frozen=True, eq=False)
class _Joint:
    """Which views of two extents go together, and the weight of each pair of their levels."""

    first: Array  # (pair of views,)
    second: Array
    weights: FloatArray  # (pair of views, level, level)

    def levels(self) -> list[tuple[int, int]]:
        """Return the pairs of levels that have a weight."""
        return [(int(a), int(b)) for a, b in np.argwhere(self.weights.any(axis=0))]

    def inside(self, people: Mapping[str, float], one: str, other: str) -> FloatArray:
        """Return the part of all people inside both extents, for each pair of views."""
        parts = (self.weights[:, a, b] * people[f"{one}.{a} {other}.{b}"] for a, b in self.levels())
        return sum(parts) + np.zeros(len(self.weights))


def _joint(one: _Views, other: _Views) -> _Joint:
    """Return the views of two extents that go together: all, or those at the same thresholds.

    Between two levels a share of the probability stands for either. At one threshold both extents
    take the lower level together as far as their shares allow.
    """
    is_one = bool(one.unit) and one.unit == other.unit
    n, m = len(one.weights), len(other.weights)
    met = [(v, v) for v in range(n)] if is_one and n == m else list(product(range(n), range(m)))
    first, second = np.array(met).T
    left, right = one.weights[first][:, :, None], other.weights[second][:, None, :]
    if not is_one:
        return _Joint(first, second, left * right)
    to_left, to_right = np.cumsum(left, axis=1), np.cumsum(right, axis=2)
    overlap = np.minimum(to_left, to_right) - np.maximum(to_left - left, to_right - right)
    return _Joint(first, second, np.where(overlap > 1e-12, overlap, 0.0))  # not rounding


def _shapes(views: list[_Views], pairs: Mapping[tuple[int, int], _Joint]) -> dict[str, Any]:
    """Return the levels that have a weight, and what two of them share, by label."""
    shapely = library("shapely")
    todo = {
        f"{i}.{a}": view.geometry[a]
        for i, view in enumerate(views)
        for a in np.flatnonzero(view.weights.any(axis=0))
    }
    for (i, j), joint in pairs.items():
        for a, b in joint.levels():
            todo[f"{i}.{a} {j}.{b}"] = shapely.intersection(
                views[i].geometry[a], views[j].geometry[b]
            )
    return todo


def _area_shares(
    shapes: Mapping[str, Any],
    areas: Shapes,
    population: PopulationGrid | None,
    residents: Mapping[str, float] | None,
) -> tuple[pd.DataFrame, FloatArray]:
    """Return the share of each area inside each shape, and the part of all people in each area."""
    sums = crisis_zone_sums(shapes, areas, population=population)
    whole = sums["residents"]
    weights = (
        whole if residents is None else pd.Series(residents, dtype="float64").reindex(sums.index)
    )
    if weights.isna().any() or weights.sum() <= 0:
        raise InputError("residents must be known in every area, and somebody must live there.")
    share = (
        sums.drop(columns="residents").div(whole.where(whole > 0), axis=0).fillna(0.0).clip(0, 1)
    )
    return share, (weights / weights.sum()).to_numpy()


def _sizes(views: list[_Views], people: Mapping[str, float]) -> list[FloatArray]:
    """Return the part of all people inside each extent, for each of its views."""
    return [
        view.weights @ [people.get(f"{i}.{a}", 0.0) for a in range(len(view.geometry))]
        for i, view in enumerate(views)
    ]


def _own_shares(views: list[_Views], share: pd.DataFrame) -> FloatArray:
    """Return the part of the people of each area inside each extent, mean over its views."""
    rows = []
    for i, view in enumerate(views):
        labels = [f"{i}.{a}" for a in range(len(view.geometry))]
        levels = share.reindex(columns=labels, fill_value=0.0).to_numpy().T
        rows.append(view.weights.mean(axis=0) @ np.ascontiguousarray(levels))
    return np.stack(rows)


def _overlaps(
    pairs: Mapping[tuple[int, int], _Joint], people: Mapping[str, float], sizes: list[FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return for each pair the part of all people in both, that of the smaller one, and its sd."""
    n = len(sizes)
    both, shared, spread = np.diag([size.mean() for size in sizes]), np.eye(n), np.zeros((n, n))
    for (i, j), joint in pairs.items():
        inside = joint.inside(people, f"{i}", f"{j}")
        least = np.minimum(sizes[i][joint.first], sizes[j][joint.second])
        both[i, j] = both[j, i] = inside.mean()
        for table, value in zip((shared, spread), _shared(inside, least), strict=True):
            table[i, j] = table[j, i] = value
    return both, shared, spread


def _shared(inside: FloatArray, least: FloatArray) -> tuple[float, float]:
    """Return mean and standard deviation of the part of the smaller extent that is in both."""
    part = np.clip(np.divide(inside, least, out=np.zeros(len(least)), where=least > 0), 0, 1)
    mean = float(part.mean())
    most = np.sqrt(WIDEST * mean * (1 - mean))
    return mean, min(float(part.std()), most) if np.ptp(part) > APART else 0.0


def _error_correlation(
    both: FloatArray, sizes: list[FloatArray], units: list[str], grade_sd: float
) -> FloatArray:
    """Return the correlation of the errors of sizes, on the scale of log odds."""
    own = both.diagonal()
    scale = np.sqrt(np.outer(own, own))
    common = np.divide(both, scale, out=np.eye(len(own)), where=scale > 0).clip(0, 1)
    threshold_sd = np.array(
        [
            logit_sd_of(size.mean(), size.std() / size.mean()) if size.mean() > 0 else 0.0
            for size in sizes
        ]
    )
    is_one = np.array([[a == b and bool(a) for a in units] for b in units])
    together = grade_sd**2 * common + is_one * np.outer(threshold_sd, threshold_sd)
    total = np.hypot(grade_sd, threshold_sd)
    largest = np.outer(total, total)
    return np.asarray(np.divide(together, largest, out=common.copy(), where=largest > 0))
