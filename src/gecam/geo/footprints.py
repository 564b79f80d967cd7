"""Exposure to footprints, and how far two footprints share people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.geo.coverage import refuse_overlap
from gecam.geo.exposure import Exposure
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.overlay import crisis_zone_sums
from gecam.geo.shapes import Extent, Shapes
from gecam.model import AreaNeeds, Assumptions, Footprint, Grade, Measure, PinScope, Relation
from gecam.uncertainty import MAX_LOGIT_SD, logit_sd_from_cv

ELSEWHERE = "elsewhere"
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "E")
APART = 1e-6  # part of the smaller footprint that is rounding, not overlap
VIEWS = (-1.4633, -0.5988, 0.0, 0.5988, 1.4633)  # normal quantiles 0.1, 0.3 ..., scaled to sd 1
WIDEST = 0.9  # of the variance that only parts of 0 and 1 have
WEIGHTING = {
    "areal": "people taken to live evenly over each area",
    "grid": "people where the grid has them",
    "published": "people exposed as the source states them",
}
SCOPE = "A map of people exposed counts whoever lives there, of any nationality."


def footprint(
    exposed: Exposure,
    *,
    crisis: str,
    destination: str,
    as_of: date,
    threshold: float | None = None,
    threshold_sd: float = 0.0,
    residents: float | None = None,
    migrants: Mapping[str, float] | None = None,
    grade: Grade = "C",
    measure: Measure = "exposed",
    pin_scope: PinScope = "all",
    assumptions: Assumptions | None = None,
) -> Footprint:
    r"""Return the footprint of an exposure, as every other footprint of a case.

    Parameters
    ----------
    exposed
        People exposed by area.
    crisis, destination, as_of, measure
        As in `gecam.model.Footprint`.
    threshold, threshold_sd
        From which level on people count, and the standard deviation of that level.
    residents
        All residents of the country. The footprint is then national: the areas hold everybody who is
        exposed, all others live ``elsewhere``. Without it the footprint speaks for these areas only,
        as nothing shows that they cover the country.
    migrants
        Migrants counted by area, which raises the evidence to rung 2; areas left out were not
        counted.
    grade
        Quality of map and grid apart from the threshold. [judgement] C: secondary data.
    pin_scope
        Who is counted: everybody who lives there.
    assumptions
        What grades mean; the defaults by default.

    Returns
    -------
    Footprint
        Its people are the mean over the thresholds. Its grade carries the uncertainty: the standard
        deviation of the share that the threshold causes, as one of its log odds, and that of `grade`
        add in squares; the best grade that is not narrower is taken. The note says all three.

    Raises
    ------
    InputError
        If nobody is exposed, the areas are of another country, residents are missing or too few, the
        threshold lies outside the map, or the spread is wider than that of grade E.

    Examples
    --------
    >>> import shapely
    >>> from datetime import date
    >>> from gecam.geo import Extent, Shapes, exposure, footprint
    >>> areas = Shapes.of(["W", "E"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    >>> flood = Extent.of_shapes(Shapes.of(["flood"], [shapely.box(0.5, 0, 1.1, 1)]))
    >>> found = exposure(areas, flood, residents={"W": 1000, "E": 500})
    >>> f = footprint(found, crisis="flood", destination="SDN", as_of=date(2022, 8, 1),
    ...               residents=40_000_000)
    >>> round(f.people), [area.area for area in f.areas], f.grade
    (550, ['W', 'E', 'elsewhere'], 'C')
    """
    if exposed.countries and destination not in exposed.countries:
        raise InputError(f"the areas are of {', '.join(exposed.countries)}, not of {destination}.")
    result = exposed.at(threshold, sd=threshold_sd)
    people, whole = result.people, exposed.residents
    total = float(people.sum())
    if total <= 0:
        why = (
            "the source states nobody there, or nobody at that threshold."
            if exposed.weighting == "published"
            else "the shapes do not meet, or the threshold is above the intensity there."
        )
        raise InputError(f"nobody is exposed to {crisis!r} in {destination}: {why}")
    if whole.isna().any() and residents is None:
        raise InputError(
            "the file states no residents of its areas: pass residents=, those of the country."
        )
    known = float(whole.sum()) if not whole.isna().any() else total
    everybody = residents if residents is not None else known
    if everybody < max(total, known * (1 - 1e-9)):
        raise InputError(
            f"residents must be at least those of the areas: got {everybody:,.0f}, the areas hold "
            f"{max(total, known):,.0f}. Are they of one date and source?"
        )
    areas: tuple[AreaNeeds, ...] = ()
    if residents is not None and not whole.isna().any():
        counted = migrants or {}
        areas = tuple(
            AreaNeeds(str(name), float(people[name]), float(whole[name]), counted.get(str(name)))
            for name in people.index
            if whole[name] > 0
        )
        if everybody - known > 1e-9 * everybody:
            areas += (AreaNeeds(ELSEWHERE, 0.0, everybody - known, counted.get(ELSEWHERE)),)
    a = assumptions or Assumptions()
    from_threshold = _logit_sd(total / everybody, result.total_sd / total)
    spread = float(np.hypot(a.grade_logit_sd[grade], from_threshold))
    fitting = [g for g in GRADES if a.grade_logit_sd[g] >= spread - 1e-9]
    if not fitting:
        raise InputError(
            f"the threshold alone spreads the share by {from_threshold:.2f} on the logit scale, with "
            f"grade {grade} by {spread:.2f}: more than grade E ({a.grade_logit_sd['E']:.2f}). The "
            "footprint says too little: narrow the threshold, or compare fixed thresholds."
        )
    words = [
        WEIGHTING[exposed.weighting],
        *([f"threshold {threshold:g} {exposed.unit}, sd {threshold_sd:g}"] if exposed.unit else []),
        f"logit sd {a.grade_logit_sd[grade]:.2f} of grade {grade}, {from_threshold:.2f} of the "
        f"threshold, {spread:.2f} together",
        *(f"{note.code}: {note.text}" for note in (*exposed.notes, *result.notes)),
    ]
    return Footprint(
        crisis, destination, total, as_of, measure, pin_scope, SCOPE, fitting[0],
        area=() if residents is not None else tuple(str(name) for name in people.index),
        denominator=everybody, areas=areas, source=exposed.source, note="; ".join(words),
    )  # fmt: skip


def _logit_sd(share: float, cv: float) -> float:
    """Return the logit sd of a share with a mean and a coefficient of variation."""
    if cv == 0 or share >= 1:
        return 0.0
    from gecam.uncertainty import logit_normal_location, logit_normal_moments

    most = np.asarray(MAX_LOGIT_SD)
    reach = logit_normal_moments(logit_normal_location(np.asarray(share), most), most)[1]
    return float(logit_sd_from_cv(share, cv)) if cv * share < reach else float(most)


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
    weighting
        ``"grid"`` or ``"areal"``, as in `Exposure`.
    """

    crises: tuple[str, ...]
    area_shares: FloatArray
    weights: FloatArray
    both: FloatArray
    shared: FloatArray
    shared_sd: FloatArray
    weighting: str = "areal"

    def pairs(self) -> dict[tuple[int, int], float]:
        """Return the overlaps by pairs of positions, as `gecam.aggregation.Pairwise` takes them."""
        n = len(self.crises)
        return {(i, j): float(self.both[i, j]) for i in range(n) for j in range(i + 1, n)}

    def relation(self, crisis: str, other: str) -> Relation:
        """Return how one crisis stands to another: ``disjoint``, ``within`` or ``overlaps``.

        ``overlaps`` is what is left when neither of the two facts holds; it carries the measured
        part of the smaller footprint that is in both, and its standard deviation.
        """
        i, j = self.crises.index(crisis), self.crises.index(other)
        own, both = self.both[i, i], self.both[i, j]
        shared, sd = float(self.shared[i, j]), float(self.shared_sd[i, j])
        part = both / own if own > 0 else 0.0
        source = (
            f"measured on the map: {part:.1%} of {crisis} lies in {other} "
            f"({WEIGHTING[self.weighting]})"
        )
        if sd == 0 and shared <= APART:
            return Relation("disjoint", other, source)
        if sd == 0 and shared >= 1 - APART and own < (1 - APART) * self.both[j, j]:
            return Relation("within", other, source)
        return Relation("overlaps", other, source, shared=shared, shared_sd=sd)


def footprint_overlap(
    extents: Mapping[str, Any],
    areas: Shapes,
    *,
    thresholds: Mapping[str, tuple[float, float]] | None = None,
    population: PopulationGrid | None = None,
    residents: Mapping[str, float] | None = None,
) -> GeometricOverlap:
    """Measure how far footprints share people.

    Parameters
    ----------
    extents
        Crisis -> shapely polygon in longitude and latitude, or `Extent`.
    areas, population, residents
        As in `exposure`.
    thresholds
        Crisis -> threshold and its standard deviation, for an `Extent` with several levels.

    Raises
    ------
    InputError
        If nobody's number is known, areas overlap, or an `Extent` with several levels has no threshold.

    Notes
    -----
    An uncertain threshold is represented by five equally probable ones with its mean and standard
    deviation, each at the nearest level that is mapped. Thresholds of one unit move together (one
    choice of what counts as exposed), those of different units independently.

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
    names = list(extents)
    views = [_views(extents[name], (thresholds or {}).get(name)) for name in names]
    units = [getattr(extents[name], "unit", "") for name in names]
    todo = {f"{i}.{a}": shape for i, shapes in enumerate(views) for a, shape in enumerate(shapes)}
    met = {
        (i, j): _met(views[i], views[j], is_one=bool(units[i]) and units[i] == units[j])
        for i, j in combinations(range(len(names)), 2)
    }
    for (i, j), together in met.items():
        for a, b in together:
            todo[f"{i}.{a} {j}.{b}"] = library("shapely").intersection(views[i][a], views[j][b])
    sums = crisis_zone_sums(todo, areas, population=population)
    whole = sums["residents"]
    weights = (
        whole if residents is None else pd.Series(residents, dtype="float64").reindex(sums.index)
    )
    if weights.isna().any() or weights.sum() <= 0:
        raise InputError("residents must be known in every area, and somebody must live there.")
    parts = (weights / weights.sum()).to_numpy()
    share = (
        sums.drop(columns="residents").div(whole.where(whole > 0), axis=0).fillna(0.0).clip(0, 1)
    )
    people = {label: float(parts @ share[label].to_numpy()) for label in share}
    n = len(names)
    both, shared, spread = np.zeros((n, n)), np.eye(n), np.zeros((n, n))
    for i in range(n):
        both[i, i] = np.mean([people[f"{i}.{a}"] for a in range(len(views[i]))])
    for (i, j), together in met.items():
        inside = np.array([people[f"{i}.{a} {j}.{b}"] for a, b in together])
        least = np.array([min(people[f"{i}.{a}"], people[f"{j}.{b}"]) for a, b in together])
        part = np.clip(np.divide(inside, least, out=np.zeros(len(least)), where=least > 0), 0, 1)
        mean = float(part.mean())
        both[i, j] = both[j, i] = inside.mean()
        shared[i, j] = shared[j, i] = mean
        most = np.sqrt(WIDEST * mean * (1 - mean))
        spread[i, j] = spread[j, i] = min(float(part.std()), most) if np.ptp(part) else 0.0
    own = np.stack(
        [
            share[[f"{i}.{a}" for a in range(len(views[i]))]].mean(axis=1).to_numpy()
            for i in range(n)
        ]
    )
    weighting = "areal" if population is None else "grid"
    return GeometricOverlap(tuple(names), own, parts, both, shared, spread, weighting)


def _views(extent: Any, threshold: tuple[float, float] | None) -> list[Any]:
    """Return the shapes that an extent has, all equally probable."""
    if not isinstance(extent, Extent):
        return [extent]
    level, sd = threshold or (None, 0.0)
    if level is None or not sd:
        return [extent.at(level)]
    found = []
    for z in VIEWS:
        wanted = level + sd * z
        if extent.top is not None and wanted >= extent.top:
            found.append(library("shapely").Polygon())
        else:
            found.append(extent.geometry[int(np.abs(extent.levels - wanted).argmin())])
    return found


def _met(first: list[Any], second: list[Any], *, is_one: bool) -> list[tuple[int, int]]:
    """Return which shapes of two extents go together: all, or the same thresholds."""
    if is_one and len(first) == len(second):
        return [(a, a) for a in range(len(first))]
    return [(a, b) for a in range(len(first)) for b in range(len(second))]
