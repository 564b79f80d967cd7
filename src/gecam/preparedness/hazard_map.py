"""Footprints of a hazard on a map: exposed residents of areas, by shapes or stated circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from gecam._signature import checked
from gecam._typing import NonNegative, Positive, PositiveShare
from gecam.errors import InputError
from gecam.estimation import TouchNobody
from gecam.geo import Extent, PopulationGrid, Shapes, area_coverage, circle, exposure, footprint
from gecam.model import UNKNOWN_SOURCE, Footprint, Grade, Source
from gecam.preparedness.hazard_areas import in_need_of

if TYPE_CHECKING:
    from gecam.geo import Exposure


@checked
def rings(
    longitude: float,
    latitude: float,
    radii_km: Sequence[float],
    levels: Sequence[float],
    *,
    unit: str = "MMI",
    source: Source = UNKNOWN_SOURCE,
) -> Extent:
    """Return a hazard of stated circles around a place: levels of intensity and their radii.

    Parameters
    ----------
    longitude, latitude
        Centre, degrees.
    radii_km, levels
        The intensity is at least ``levels[i]`` within ``radii_km[i]`` km; larger circles have lower
        levels.
    unit, source
        Unit of the levels, such as ``MMI``, and who states them; unknown by default.

    Raises
    ------
    InputError
        If lengths differ, or a larger circle does not have a lower level.
    """
    order = np.argsort(levels)
    level, radius = (np.asarray(x, dtype=np.float64) for x in (levels, radii_km))
    if level.shape != radius.shape or not level.size:
        raise InputError("circles need one radius per level, and at least one")
    level, radius = level[order], radius[order]
    if not ((np.diff(level) > 0).all() and (np.diff(radius) < 0).all()):
        raise InputError(f"larger circles must have lower levels: got {levels} at {radii_km} km")
    shapes = np.empty(level.size, dtype=object)
    shapes[:] = [circle(longitude, latitude, float(r)) for r in radius]
    return Extent(level, shapes, unit, None, source)


@checked
def map_footprint(
    areas: Shapes,
    hazard: Extent,
    *,
    crisis: str,
    destination: str,
    as_of: date,
    residents: Mapping[str, float] | Positive | None = None,
    population: PopulationGrid | None = None,
    threshold: float | None = None,
    threshold_sd: NonNegative = 0.0,
    migrants: Mapping[str, float] | None = None,
    grade: Grade = "C",
    need_share: PositiveShare | None = None,
    need_basis: str = "",
) -> Footprint | TouchNobody:
    """Return the footprint of a hazard over the areas of a whole country.

    Parameters
    ----------
    areas
        All areas of the country, by code or name.
    hazard
        Where the intensity reaches each level, in the unit of the hazard.
    crisis, destination, as_of, grade
        Id of the crisis, country by ISO3 code or name, date and quality, as in
        `gecam.model.Footprint`.
    residents
        Persons by area; or one number for the country, spread evenly over its surface or as
        `population` has them. An even spread is far from true where a desert meets a city: grade it D.
    population
        Grid of where people live; by default they live as `residents` says.
    threshold, threshold_sd, migrants
        Intensity from which people are exposed, the standard deviation of its error (>= 0), and
        migrants by area, persons; as in `gecam.geo.footprint`.
    need_share, need_basis
        Share of the exposed in need, in (0, 1], and its source; as in `hazard_footprint`.

    Returns
    -------
    Footprint or TouchNobody
        `gecam.estimation.TouchNobody` where the hazard at the threshold meets none of the areas.

    Raises
    ------
    InputError
        If the areas do not cover the country (`gecam.geo.area_coverage`), or residents are missing.
    """
    checked = area_coverage(areas, destination).note()
    areas = replace(areas, notes=(*areas.notes, checked))
    by_area = _by_area(areas, residents) if population is None else residents
    if isinstance(by_area, (int, float)):
        raise InputError("with a grid of people, residents are by area or left out")
    exposed = exposure(areas, hazard, population=population, residents=by_area)
    top = float(hazard.levels[-1])
    if _is_untouched(exposed, threshold, threshold_sd):
        at = (
            ""
            if threshold is None
            else f" at {threshold:g} {hazard.unit} (the map ends at {top:g})"
        )
        return TouchNobody(crisis, destination, f"The hazard meets none of the areas{at}.")
    people = exposed.residents.fillna(0.0)
    made = footprint(
        exposed, crisis=crisis, destination=destination, as_of=as_of, threshold=threshold,
        threshold_sd=threshold_sd, residents=float(people.sum()), migrants=migrants, grade=grade,
    )  # fmt: skip
    if isinstance(residents, (int, float)):
        made = replace(made, note=f"{made.note}; residents of the country spread evenly over it")
    return made if need_share is None else in_need_of(made, need_share, need_basis)


def _by_area(areas: Shapes, residents: Mapping[str, float] | float | None) -> Mapping[str, float]:
    if residents is None:
        raise InputError("a map needs residents: by area, for the country, or a grid of people")
    if isinstance(residents, Mapping):
        return residents
    if not residents > 0:
        raise InputError(f"residents must be above 0: got {residents}")
    surface = areas.area_km2()
    return {str(k): float(v) for k, v in (surface / surface.sum() * residents).items()}


def _is_untouched(exposed: Exposure, threshold: float | None, sd: float) -> bool:
    levels = exposed.levels
    if threshold is not None and levels.size and threshold > levels[-1] and sd == 0:
        return True
    return not float(exposed.at(threshold, sd=sd).people.sum()) > 0
