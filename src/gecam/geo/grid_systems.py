"""Shapes in longitude and latitude, projected to the reference system of a grid of people."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np

from gecam._typing import Array, BoolArray, FloatArray
from gecam.errors import InputError
from gecam.geo.libraries import library
from gecam.geo.map_projection import (
    LONGITUDE_LATITUDE,
    projected,
    reference_system,
    transformer,
    with_short_edges,
)

Frame: TypeAlias = tuple[float, float, float, float]

LATTICE = 65  # points along a side of the frame that show where a projected grid lies
ASTRAY = 1e-6  # of the frame: a point that does not come back to itself has no place on earth
APART = 1e-9  # degrees between the parts of a shape on both sides of a projection's seam
_ORIGINS = (
    "Longitude of natural origin", "Longitude of false origin", "Longitude of projection centre",
    "Longitude of origin",
)  # fmt: skip


def in_grid(shapes: Array, crs: Any, frame: Frame) -> Array:
    """Return the parts of shapes that can meet a grid, in its coordinates.

    Parameters
    ----------
    shapes
        Shapely polygons in longitude and latitude, inside -180 to 180 degrees.
    crs
        Coordinate reference system of the grid.
    frame
        Its west, south, east and north border, in its units.

    Returns
    -------
    Array
        Shape ``(part, shape)``; parts of one shape do not overlap.

    Raises
    ------
    InputError
        If the grid goes round the earth more than once, or lies where its reference system gives no
        place on earth.
    """
    system = reference_system(crs)
    if not system.is_geographic:
        return _in_projected(shapes, system, frame)
    if crs != LONGITUDE_LATITUDE:
        shapes = projected(shapes, LONGITUDE_LATITUDE, system)
    return _in_degrees(shapes, 2 * np.pi / system.axis_info[0].unit_conversion_factor, frame)


def _in_degrees(shapes: Array, turn: float, frame: Frame) -> Array:
    """Return shapes at each turn about the earth that a grid in degrees reaches."""
    west, _, east, _ = frame
    if east - west > turn * (1 + ASTRAY):
        raise InputError(
            f"the grid goes round the earth more than once, from {west:g} to {east:g}: cells of one "
            "place would be counted twice."
        )
    slack = ASTRAY * turn  # borders of grids are rounded
    first = int(np.floor((west + slack) / turn + 0.5))
    last = max(int(np.ceil((east - slack) / turn - 0.5)), first)
    return np.stack(
        [
            library("shapely").transform(shapes, lambda xy, k=k: xy + np.array([k * turn, 0.0]))
            for k in range(first, last + 1)
        ]
    )


def _in_projected(shapes: Array, system: Any, frame: Frame) -> Array:
    """Return shapes near a projected grid, cut at the seam of its projection, in its coordinates.

    Far from the place that a projection is made for, coordinates are infinite or fold over; a shape
    that crosses the seam opposite its central meridian would be torn over the whole map.
    """
    shapely = library("shapely")
    near = _place_of(system, frame)
    seam = _seam(system)
    boxes = [
        shapely.box(max(a, west), near.south, min(b, east), near.north)
        for west, east in near.arcs
        for a, b in ((-180.0, seam - APART), (seam + APART, 180.0))
        if min(b, east) > max(a, west)
    ]
    parts = [
        projected(with_short_edges(shapely.intersection(shapes, box)), LONGITUDE_LATITUDE, system)
        for box in boxes
    ]
    whole = np.stack(parts)
    if not np.isfinite(shapely.get_coordinates(whole)).all():
        raise InputError(
            f"the grid's reference system {system.name!r} does not hold everywhere near the grid: a "
            "shape has no coordinates in it. Project the grid to longitude and latitude first."
        )
    return whole


class _Place(NamedTuple):
    """A box in longitude and latitude; two arcs of longitude where it crosses the antimeridian."""

    arcs: tuple[tuple[float, float], ...]
    south: float
    north: float


def _place_of(system: Any, frame: Frame) -> _Place:
    """Return the box in longitude and latitude that holds a grid, with some margin."""
    lon, lat = _lattice(system, frame)
    step_lat = max(float(np.nanmax(np.abs(np.diff(lat, axis=axis)), initial=0)) for axis in (0, 1))
    turned = [np.abs((np.diff(lon, axis=axis) + 180) % 360 - 180) for axis in (0, 1)]
    step_lon = max(float(np.nanmax(step, initial=0)) for step in turned)
    at = np.sort(lon[np.isfinite(lon)])
    gaps = np.diff(at, append=at[0] + 360)
    widest = int(gaps.argmax())
    west, east = -180.0, 180.0
    if gaps[widest] > 2 * step_lon:
        west = at[(widest + 1) % at.size] - step_lon
        east = at[widest] + step_lon
    arcs = ((west, east),) if west < east else ((-180.0, east), (west, 180.0))
    return _Place(
        arcs, max(float(np.nanmin(lat)) - step_lat, -90), min(float(np.nanmax(lat)) + step_lat, 90)
    )


def _lattice(system: Any, frame: Frame) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of points over a frame; NaN where there is no such place."""
    west, south, east, north = frame
    x, y = np.meshgrid(np.linspace(west, east, LATTICE), np.linspace(south, north, LATTICE))
    change = transformer(system, LONGITUDE_LATITUDE)
    lon, lat = change.transform(x, y)
    back = change.transform(lon, lat, direction="INVERSE")
    with np.errstate(invalid="ignore"):
        away = np.hypot(back[0] - x, back[1] - y)
        is_place: BoolArray = np.isfinite(lon) & (
            away < ASTRAY * np.hypot(east - west, north - south)
        )
    if not is_place.any():
        raise InputError(
            f"no place on earth has the grid's coordinates, x {west:g} to {east:g} and y {south:g} to "
            f"{north:g}, in its reference system {system.name!r}. Is that the right one?"
        )
    return np.where(is_place, lon, np.nan), np.where(is_place, lat, np.nan)


def _seam(system: Any) -> float:
    """Return the meridian opposite a projection's central one; 180 where it has none."""
    conversion = system.coordinate_operation
    for parameter in conversion.params if conversion else ():
        if parameter.name in _ORIGINS:
            central = np.degrees(parameter.value * parameter.unit_conversion_factor)
            seam = float(central % 360 - 180)
            return seam if seam > -180 else 180.0
    return 180.0
