"""Exposure to footprints, and how far two footprints share people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.geo.exposure import Exposure
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.overlay import crisis_zone_sums
from gecam.geo.shapes import Shapes
from gecam.model import AreaNeeds, Assumptions, Footprint, Grade, Measure, PinScope, Relation
from gecam.uncertainty import MAX_LOGIT_SD, logit_sd_from_cv

ELSEWHERE = "elsewhere"
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "E")
APART = 1e-6  # part of the smaller footprint that is rounding, not overlap
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
        If nobody is exposed, residents are missing or too few, the threshold lies outside the map,
        or the spread is wider than that of grade E.

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
    result = exposed.at(threshold, sd=threshold_sd)
    people, whole = result.people, exposed.residents
    total = float(people.sum())
    if total <= 0:
        raise InputError(
            f"nobody is exposed to {crisis!r} in {destination}: the shapes do not meet, or the "
            "threshold is above the intensity there."
        )
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
        own share on the diagonal. Entries are what `gecam.aggregation.Pairwise` takes.
    """

    crises: tuple[str, ...]
    area_shares: FloatArray
    weights: FloatArray
    both: FloatArray

    def pairs(self) -> dict[tuple[int, int], float]:
        """Return the overlaps by pairs of positions, as `gecam.aggregation.Pairwise` takes them."""
        n = len(self.crises)
        return {(i, j): float(self.both[i, j]) for i in range(n) for j in range(i + 1, n)}

    def relation(self, crisis: str, other: str) -> Relation:
        """Return how one crisis stands to another: ``disjoint``, ``within`` or ``overlaps``.

        ``overlaps`` is what is left when neither of the two facts holds; its size is in `both`.
        """
        i, j = self.crises.index(crisis), self.crises.index(other)
        own, shared = self.both[i, i], self.both[i, j]
        smaller = min(own, self.both[j, j])
        kind = (
            "disjoint" if shared <= APART * smaller else
            "within" if shared >= (1 - APART) * own and own < self.both[j, j] else "overlaps"
        )  # fmt: skip
        part = shared / own if own > 0 else 0.0
        return Relation(kind, other, f"measured on the map: {part:.1%} of {crisis} lies in {other}")  # type: ignore[arg-type]  # one of three words


def footprint_overlap(
    extents: Mapping[str, Any],
    areas: Shapes,
    *,
    population: PopulationGrid | None = None,
    residents: Mapping[str, float] | None = None,
) -> GeometricOverlap:
    """Measure how far footprints share people.

    Parameters
    ----------
    extents
        Crisis -> shapely polygon in longitude and latitude; of an `Extent`, its shape at the central
        threshold.
    areas, population, residents
        As in `exposure`.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import Shapes, footprint_overlap
    >>> country = Shapes.of(["all"], [shapely.box(0, 0, 10, 1)])
    >>> found = footprint_overlap({"storm": shapely.box(0, 0, 4, 1), "flood": shapely.box(3, 0, 5, 1)},
    ...                           country, residents={"all": 1000})
    >>> found.pairs(), found.relation("flood", "storm").kind
    ({(0, 1): 0.1...}, 'overlaps')
    """
    shapely = library("shapely")
    names = list(extents)
    if population is None and residents is None:
        raise InputError(
            "overlap needs a grid of people (population=), or residents by area (residents=)."
        )
    todo = {f"{i} {j}": shapely.intersection(extents[a], extents[b]) if i != j else extents[a]
            for i, a in enumerate(names) for j, b in enumerate(names) if i <= j}  # fmt: skip
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
    both = np.zeros((len(names), len(names)))
    for i in range(len(names)):
        for j in range(i, len(names)):
            both[i, j] = both[j, i] = float(parts @ share[f"{i} {j}"].to_numpy())
    own = np.stack([share[f"{i} {i}"].to_numpy() for i in range(len(names))])
    return GeometricOverlap(tuple(names), own, parts, both)
