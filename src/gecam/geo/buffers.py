"""Shapes at a distance on the ellipsoid: circles about a point, and shapes grown or shrunk."""

from __future__ import annotations

from typing import Any

import numpy as np

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.errors import InputError
from gecam.geo.clean import cleaned
from gecam.geo.libraries import library
from gecam.geo.map_projection import LONGITUDE_LATITUDE, projected, with_short_edges


@checked
def circle(
    longitude: float, latitude: float, radius_km: float, *, vertices: PositiveInt = 720
) -> Any:
    """Return the circle of all points at a distance, as a polygon cut at the antimeridian.

    Parameters
    ----------
    longitude, latitude
        Centre, degrees.
    radius_km
        Distance along the ellipsoid, km, above 0.
    vertices
        Corners of the polygon, at least 1, which lies inside the circle: 720 (the default) miss
        0.001 % of its area.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import area_km2, circle
    >>> round(float(area_km2(circle(179.5, -17, 100))))  # pi * 100**2, cut into two parts
    31415
    """
    if not (radius_km > 0 and -90 <= latitude <= 90):
        raise InputError(
            f"a circle needs a radius above 0 and a latitude: got {radius_km} km at {latitude}."
        )
    shapely = library("shapely")
    azimuths = np.linspace(0, 360, vertices, endpoint=False)
    start = np.full(vertices, float(longitude)), np.full(vertices, float(latitude))
    lon, lat, _ = (
        library("pyproj")
        .Geod(ellps="WGS84")
        .fwd(*start, azimuths, np.full(vertices, radius_km * 1000))
    )
    ring = shapely.polygons(np.column_stack([lon, lat]))
    return cleaned([ring], ["circle"]).geometry[0]


def buffered(geometry: Any, distance_km: float) -> Any:
    """Return a shape grown by a distance, or shrunk by a negative one; may be empty.

    Parameters
    ----------
    geometry
        A shapely polygon in longitude and latitude, degrees.
    distance_km
        Kilometres, measured in an azimuthal equal-area projection about the middle of the shape: to
        0.3 % in shapes of 1,000 km radius.
    """
    shapely = library("shapely")
    lon, lat = np.radians(shapely.get_coordinates(geometry)).T
    x, y, z = (
        (np.cos(lat) * np.cos(lon)).mean(),
        (np.cos(lat) * np.sin(lon)).mean(),
        np.sin(lat).mean(),
    )
    north, east = np.degrees([np.arctan2(z, np.hypot(x, y)), np.arctan2(y, x)])
    local = f"+proj=laea +lat_0={north:.6f} +lon_0={east:.6f} +datum=WGS84 +units=km"
    flat = shapely.union_all(
        shapely.make_valid(
            shapely.get_parts(projected(with_short_edges(geometry), LONGITUDE_LATITUDE, local))
        ),
        grid_size=1e-6,  # parts cut at the antimeridian grow together again
    )
    grown = shapely.buffer(flat, distance_km, quad_segs=32)
    if shapely.is_empty(grown):
        return grown
    return cleaned([projected(grown, local, LONGITUDE_LATITUDE).item()], ["buffer"]).geometry[0]
