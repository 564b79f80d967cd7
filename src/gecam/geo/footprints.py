"""Footprint of a crisis from the people exposed by area."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import NonNegative, Positive
from gecam.errors import InputError
from gecam.geo.exposure import Exposure
from gecam.model import AreaNeeds, Assumptions, Footprint, Grade, Measure, PinScope
from gecam.uncertainty import MAX_LOGIT_SD, logit_sd_from_cv

ELSEWHERE = "elsewhere"
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D", "E")
WEIGHTING = {
    "areal": "people taken to live evenly over each area",
    "grid": "people where the grid has them",
    "published": "people exposed as the source states them",
}
_APART = "the shapes do not meet, or the threshold is above the intensity there."
_NOBODY = {
    "published": "the source states nobody there, or nobody at that threshold.",
    "areal": _APART,
    "grid": _APART,
}
SCOPE = "A map of people exposed counts whoever lives there, of any nationality."


@checked
def footprint(
    exposed: Exposure,
    *,
    crisis: str,
    destination: str,
    as_of: date,
    threshold: float | None = None,
    threshold_sd: NonNegative = 0.0,
    residents: Positive | None = None,
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
        Numbers of people exposed by area and level.
    crisis, destination, as_of, measure
        As in `gecam.model.Footprint`.
    threshold, threshold_sd
        Level from which people count, and its standard deviation, >= 0, in the unit of the levels.
    residents
        All residents of the country, persons, > 0. The footprint is then national: the areas hold
        everybody who is exposed, all others live ``elsewhere``. Without it the footprint speaks for
        these areas only, as nothing shows that they cover the country.
    migrants
        Name of an area -> migrants counted there, persons >= 0, which raises the evidence to level 2;
        areas left out were not counted.
    grade
        Quality of map and grid apart from the threshold, ``"A"`` to ``"E"``; `"C"` by default:
        secondary data, by judgement.
    pin_scope
        Who is counted, as in `gecam.model.Footprint`; `"all"` by default: everybody who lives there.
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
    total = float(result.people.sum())
    if total < 1:
        why = _NOBODY[exposed.weighting]
        raise InputError(f"nobody is exposed to {crisis!r} in {destination}: {why}")
    everybody = _everybody(exposed.residents, total, residents)
    areas: tuple[AreaNeeds, ...] = ()
    if residents is not None:
        areas = _by_area(result.people, exposed.residents, everybody, migrants or {})
    a = assumptions or Assumptions()
    from_threshold = logit_sd_of(total / everybody, result.total_sd / total)
    widened, spread = _widened(grade, from_threshold, a.grade_logit_sd)
    words = [
        WEIGHTING[exposed.weighting],
        *([f"threshold {threshold:g} {exposed.unit}, sd {threshold_sd:g}"] if exposed.unit else []),
        f"logit sd {a.grade_logit_sd[grade]:.2f} of grade {grade}, {from_threshold:.2f} of the "
        f"threshold, {spread:.2f} together",
        *(f"{note.code}: {note.text}" for note in (*exposed.notes, *result.notes)),
    ]
    return Footprint(
        crisis, destination, total, as_of, measure, pin_scope, SCOPE, widened,
        area=() if residents is not None else tuple(map(str, result.people.index)),
        denominator=everybody, areas=areas, source=exposed.source, note="; ".join(words),
        source_kind="hazard",
    )  # fmt: skip


def _widened(
    grade: Grade, from_threshold: float, logit_sd: Mapping[str, float]
) -> tuple[Grade, float]:
    """Return the best grade that holds the spread of a grade and of a threshold, and that spread."""
    spread = float(np.hypot(logit_sd[grade], from_threshold))
    fitting = [g for g in GRADES if logit_sd[g] >= spread - 1e-9]
    if not fitting:
        raise InputError(
            f"the threshold alone spreads the share by {from_threshold:.2f} on the logit scale, with "
            f"grade {grade} by {spread:.2f}: more than grade E ({logit_sd['E']:.2f}). The "
            "footprint says too little: narrow the threshold, or compare fixed thresholds."
        )
    return fitting[0], spread


def _everybody(of_areas: pd.Series, exposed: float, residents: float | None) -> float:
    """Return all residents of the country, or of the areas; at least those of the areas."""
    if of_areas.isna().any() and residents is None:
        raise InputError(
            "the file states no residents of its areas: pass residents=, those of the country."
        )
    stated = exposed if of_areas.isna().any() else float(of_areas.sum())
    everybody = stated if residents is None else residents
    if everybody < max(exposed, stated * (1 - 1e-9)):
        raise InputError(
            f"residents must be at least those of the areas: got {everybody:,.0f}, the areas hold "
            f"{max(exposed, stated):,.0f}. Are they of one date and source?"
        )
    return everybody


def _by_area(
    people: pd.Series, residents: pd.Series, everybody: float, migrants: Mapping[str, float]
) -> tuple[AreaNeeds, ...]:
    """Return people exposed by area, and those elsewhere; nothing where residents are not stated."""
    if residents.isna().any():
        return ()
    areas = [
        AreaNeeds(str(name), float(people[name]), float(residents[name]), migrants.get(str(name)))
        for name in people.index
        if residents[name] > 0
    ]
    others = everybody - float(residents.sum())
    if others > 1e-9 * everybody:
        areas.append(AreaNeeds(ELSEWHERE, 0.0, others, migrants.get(ELSEWHERE)))
    return tuple(areas)


def logit_sd_of(share: float, cv: float) -> float:
    """Return the logit sd of a share with a mean and a coefficient of variation."""
    if cv == 0 or share >= 1:
        return 0.0
    from gecam.uncertainty import logit_normal_location, logit_normal_moments

    most = np.asarray(MAX_LOGIT_SD)
    reach = logit_normal_moments(logit_normal_location(np.asarray(share), most), most)[1]
    return float(logit_sd_from_cv(share, cv)) if cv * share < reach else float(most)
