"""Whether areas are those of a country, and whether a grid holds its people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gecam._signature import checked
from gecam.codes import country_code, name, world
from gecam.errors import InputError
from gecam.geo.buffers import buffered, circle
from gecam.geo.clean import cleaned
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.map_projection import area_km2
from gecam.geo.shapes import Shapes
from gecam.model import Note

BLUR = 20.0  # km: how far the border of a packaged outline may lie from the true one
CORE = 6_000.0  # km2 farther inside than that, below which an outline says too little
AMISS = 0.15  # part of a country without areas, or of areas outside of it, that is borne
COARSE = (0.5, 2.0)  # surface of areas over that of an outline that says little
NEAR = 300.0  # km from the packaged point of a place that has no outline
OVERLAP = 0.01  # part of the surface of areas that may lie in two of them
PEOPLE = (0.8, 1.25)  # people of a grid over residents
_NAMED = 3  # places named in a message


@dataclass(frozen=True)
class AreaCoverage:
    """How areas lie to the packaged outline of a country.

    Parameters
    ----------
    country
        By ISO3 code or name.
    missing
        Part of the country that none of the areas holds; NaN where the outline is too coarse to say.
    outside
        Part of the areas that lies outside of the country.
    """

    country: str
    missing: float
    outside: float

    @property
    def is_whole(self) -> bool:
        """Whether the areas cover the country, as far as its outline can say."""
        return not self.missing > AMISS

    def note(self) -> Note:
        """Return what was compared, in words."""
        if np.isnan(self.missing):
            text = (
                f"no outline of {self.country} is packaged that could show whether areas cover it"
            )
            return Note("COVERAGE_NOT_CHECKED", text, 1)
        text = (
            f"areas hold {_percent(1 - self.missing)} of the packaged outline of {self.country} (its "
            f"border is known to {BLUR:g} km); {_percent(self.outside)} of them lie outside"
        )
        return Note("AREAS_CHECKED", text, 1)


@checked
def area_coverage(areas: Shapes, country: str, *, is_part: bool = False) -> AreaCoverage:
    """Compare areas with the packaged outline of a country, and refuse those of another place.

    Parameters
    ----------
    areas
        Areas that are taken for those of the country, a name each.
    country
        By ISO3 code or name.
    is_part
        Whether areas of a part of the country will do. By default they must cover it.

    Returns
    -------
    AreaCoverage
        With the parts missing and outside.

    Raises
    ------
    InputError
        If areas overlap each other, more than 15 % of them lie outside of the country, or, unless a
        part will do, more than 15 % of the country lie in none of them.

    Notes
    -----
    The outlines are Natural Earth's at 1:110 million, rounded to a tenth of a degree. Against the same
    publisher's outlines at 1:10 million, what lies farther than 20 km inside an outline is missing to
    10 % at most and 14 % at most of a country lie farther than 20 km outside, in all countries with
    6,000 km2 or more inside; above that are only places that publishers draw in two ways (Norway with
    Svalbard, Somalia without Somaliland). Of smaller places surfaces are compared, to a factor of two,
    and those without an outline have a point that areas must be near.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import Shapes, area_coverage
    >>> north = Shapes.of(["North"], [shapely.box(25, 16, 34, 21.5)])
    >>> round(area_coverage(north, "SDN", is_part=True).missing, 1)
    0.7
    >>> area_coverage(north, "SDN")
    Traceback (most recent call last):
    gecam.errors.InputError: the areas hold 33% of Sudan (SDN): ...
    """
    refuse_overlap(areas)
    country = country_code(country)
    if country not in world().shapes:
        return _near_point(areas, country)
    coverage = _coverage(areas, country)
    if coverage.outside > (AMISS if not np.isnan(coverage.missing) else 0.5):
        raise InputError(
            f"{_percent(coverage.outside)} of the areas lie outside of {name(country)} ({country})"
            f"{_where(areas)}. Take out areas of other countries, or name the right country."
        )
    if not is_part and not coverage.is_whole:
        raise InputError(
            f"the areas hold {_percent(1 - coverage.missing)} of {name(country)} ({country}): "
            "residents of the whole country would be put into them. Give areas that together cover "
            "it; a part of it will do with a grid of people."
        )
    return coverage


def refuse_overlap(areas: Shapes) -> None:
    """Refuse areas that overlap each other: people in both would count twice.

    Raises
    ------
    InputError
        If more than 1 % of their surface lies in two of them.
    """
    shapely = library("shapely")
    whole = float(area_km2(areas.geometry).sum())
    twice = whole - float(area_km2(areas.union()))
    if twice <= OVERLAP * whole:
        return
    first, second = shapely.STRtree(areas.geometry).query(areas.geometry, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = area_km2(shapely.intersection(areas.geometry[first], areas.geometry[second]))
    worst = np.argsort(-shared)[:_NAMED]
    pairs = ", ".join(f"{areas.names[first[i]]} and {areas.names[second[i]]}" for i in worst)
    raise InputError(
        f"areas overlap: {twice / whole:.0%} of their surface counts more than once ({pairs}). Give "
        "areas of one level, each once."
    )


def refuse_beyond(population: PopulationGrid, areas: Shapes, inside: Any, *, is_told: bool) -> None:
    """Refuse areas where people are asked for and the grid does not reach.

    Parameters
    ----------
    population
        The grid.
    areas
        Areas with a name each.
    inside
        Shape of the hazard, its lowest level.
    is_told
        Whether residents of the areas are known: then only the part of them inside must lie on the
        grid.

    Raises
    ------
    InputError
        If more than 1 % of the surface where people are asked for lies beyond the grid.
    """
    shapely = library("shapely")
    reach = population.reach()
    if reach is None:
        return
    asked = shapely.intersection(areas.geometry, inside) if is_told else areas.geometry
    surface = area_km2(asked)
    beyond = surface - area_km2(shapely.intersection(asked, reach))
    bad = beyond > OVERLAP * surface
    if bad.any():
        some = ", ".join(map(str, areas.names[bad][:_NAMED]))
        what = "where the hazard is" if is_told else "whose residents are not told"
        raise InputError(
            f"the grid does not reach {int(bad.sum())} area(s) {what}: {some}. Nobody would be counted "
            "there. Give a grid that covers them, or leave them out."
        )


def grid_ratio(population: PopulationGrid, areas: Shapes, residents: float) -> float:
    """Return the people of a grid in areas over their residents, and refuse a grid that does not fit.

    Parameters
    ----------
    population
        Numbers of people by cell.
    areas
        Areas whose residents are known, a name each.
    residents
        All residents of the areas, persons, > 0.

    Raises
    ------
    InputError
        If the ratio lies outside 0.8 to 1.25: populations that grow by 4 % a year differ so much in
        five years, while grids miss published residents by less than 10 %.
    """
    ratio = float(population.sums([areas.union()])[0]) / residents
    _refuse_ratio(ratio, ratio, ratio, residents)
    return ratio


def country_ratio(population: PopulationGrid, country: str, residents: float) -> float | None:
    """Return the people of a grid in the packaged outline of a country over its residents.

    Parameters
    ----------
    population
        Numbers of people by cell.
    country
        By ISO3 code or name.
    residents
        Of the country, persons, > 0.

    Returns
    -------
    float or None
        None where the grid ends within the country, or no outline is packaged.

    Raises
    ------
    InputError
        As `grid_ratio`, where the ratio is out of its bounds wherever within 20 km the border lies.
    """
    shapely, country = library("shapely"), country_code(country)
    if country not in world().shapes:
        return None
    outline, (core, grown) = country_outline(country), _margins(country)
    reach = population.reach()
    if reach is not None:
        beyond = area_km2(outline) - area_km2(shapely.intersection(outline, reach))
        if beyond > AMISS * area_km2(outline):
            return None
    low, ratio, high = (population.sums([core, outline, grown]) / residents).tolist()
    _refuse_ratio(low, ratio, high, residents)
    return float(ratio)


def _refuse_ratio(low: float, ratio: float, high: float, residents: float) -> None:
    """Refuse a grid whose people over residents lie between `low` and `high`, out of the bounds."""
    if high < PEOPLE[0] or low > PEOPLE[1]:
        raise InputError(
            f"the grid holds {_percent(ratio)} of the {residents:,.0f} residents; between "
            f"{PEOPLE[0]:.0%} and {PEOPLE[1]:.0%} it could be scaled to them. Does it cover all areas, "
            "is it of people per cell, and of a near year?"
        )


def _coverage(areas: Shapes, country: str) -> AreaCoverage:
    """Return the parts missing and outside; where an outline says little, missing is NaN."""
    shapely = library("shapely")
    outline, (core, grown) = country_outline(country), _margins(country)
    union = areas.union()
    surface = float(area_km2(union))
    outside = 1 - float(area_km2(shapely.intersection(union, grown))) / surface
    inside = float(area_km2(core))
    if inside >= CORE:
        missing = 1 - float(area_km2(shapely.intersection(union, core))) / inside
        return AreaCoverage(country, max(missing, 0.0), max(outside, 0.0))
    ratio = surface / float(area_km2(outline))
    is_near = COARSE[0] <= ratio <= COARSE[1]
    return AreaCoverage(country, np.nan if is_near else max(1 - ratio, 0.0), max(outside, 0.0))


@cache
def country_outline(country: str) -> Any:
    """Return the packaged outline of a country, in longitude and latitude.

    Parameters
    ----------
    country
        By ISO3 code or name.

    Raises
    ------
    InputError
        If no outline of it is packaged: 74 places are too small for one.

    Examples
    --------
    >>> from gecam.geo import area_km2, country_outline
    >>> round(float(area_km2(country_outline("SDN"))), -4)  # 1.86 million in the statistics
    1850000.0
    """
    shapely, country = library("shapely"), country_code(country)
    if country not in world().shapes:
        raise InputError(f"no outline of {country!r} is packaged.")
    shape = shapely.Polygon()
    for ring in world().shapes[country]:  # outer and inner rings alike
        shape = shapely.symmetric_difference(shape, shapely.make_valid(shapely.Polygon(ring)))
    return cleaned([shape], [country]).geometry[0]


@cache
def _margins(country: str) -> tuple[Any, Any]:
    """Return what lies well inside of a country's outline, and what may belong to it."""
    outline = country_outline(country)
    return buffered(outline, -BLUR), buffered(outline, BLUR)


def _near_point(areas: Shapes, country: str) -> AreaCoverage:
    """Return the coverage of a place that has a point only: areas must be near it."""
    shapely = library("shapely")
    if country not in world().points:
        raise InputError(f"no place of {country!r} is packaged.")
    around = circle(*world().points[country], NEAR)
    if not shapely.intersects(areas.geometry, around).any():
        raise InputError(
            f"no area lies within {NEAR:g} km of {name(country)} ({country}){_where(areas)}. Name the "
            "right country."
        )
    return AreaCoverage(country, np.nan, 0.0)


def _where(areas: Shapes) -> str:
    """Return the countries that hold most of some areas, in words."""
    shapely = library("shapely")
    union = areas.union()
    surface = float(area_km2(union))
    parts = {
        code: float(area_km2(shapely.intersection(union, country_outline(code)))) / surface
        for code in _met(union)
    }
    most = [code for code in sorted(parts, key=lambda code: -parts[code]) if parts[code] > 0.01]
    words = [f"{parts[code]:.0%} of them in {name(code)} ({code})" for code in most[:_NAMED]]
    return ", " + ", ".join(words) if words else ""


def _percent(part: float) -> str:
    return f"{part:.0%}" if part >= 0.095 else f"{part:.1%}"


def _met(shape: Any) -> list[str]:
    """Return the countries whose box meets that of a shape."""
    shapely = library("shapely")
    west, south, east, north = shapely.bounds(shape)
    boxes = {code: np.concatenate(rings) for code, rings in world().shapes.items()}
    return [
        code
        for code, xy in boxes.items()
        if xy[:, 0].min() <= east and xy[:, 0].max() >= west
        and xy[:, 1].min() <= north and xy[:, 1].max() >= south
    ]  # fmt: skip
