"""Areas and distances on the ellipsoid."""

from __future__ import annotations

from typing import Any

import numpy as np

from gecam._typing import Array, ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.geo.libraries import library

LONGITUDE_LATITUDE = "OGC:CRS84"
EQUAL_AREA = "+proj=cea +datum=WGS84 +units=km"  # Lambert's cylinder
FINEST_EDGE = 0.1  # degrees: longer edges are cut before they are projected


def area_km2(geometry: ArrayLike) -> FloatArray:
    """Return areas of polygons in longitude and latitude.

    Parameters
    ----------
    geometry
        Shapely polygons, or one.

    Returns
    -------
    FloatArray
        Square kilometres, same shape; on the ellipsoid WGS 84.

    Notes
    -----
    Lambert's cylindrical equal-area projection keeps meridians and parallels straight, so that a
    rectangle in degrees has its exact area at any latitude. Other edges, straight in longitude and
    latitude as GeoJSON defines them, are cut into pieces of at most 0.1 degrees first. A degree by a
    degree shrinks with the cosine of the latitude; areas in degrees are never compared.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import area_km2
    >>> area_km2([shapely.box(0, 0, 1, 1), shapely.box(0, 60, 1, 61)]).round()
    array([12308.,  6123.])
    """
    shapely = library("shapely")
    cut = shapely.segmentize(np.asarray(geometry, dtype=object), FINEST_EDGE)
    return np.asarray(shapely.area(projected(cut, LONGITUDE_LATITUDE, EQUAL_AREA)))


def projected(geometry: ArrayLike, from_crs: Any, to_crs: Any) -> Array:
    """Return shapes in another coordinate reference system, vertex by vertex."""
    shapely = library("shapely")
    change = library("pyproj").Transformer.from_crs(from_crs, to_crs, always_xy=True)

    def vertices(xy: FloatArray) -> FloatArray:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(np.asarray(geometry, dtype=object), vertices))


def circle(longitude: float, latitude: float, radius_km: float, *, vertices: int = 720) -> Any:
    """Return the circle of all points at a distance, as a polygon cut at the antimeridian.

    Parameters
    ----------
    longitude, latitude
        Centre, degrees.
    radius_km
        Distance along the ellipsoid, kilometres, above 0.
    vertices
        Corners of the polygon, which lies inside the circle: 720 miss 0.001 % of its area.

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
    from gecam.geo.clean import cleaned

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
        A polygon in longitude and latitude.
    distance_km
        Kilometres, measured in an azimuthal equal-area projection about the middle of the shape: to
        0.3 % in shapes of 1,000 km radius.
    """
    from gecam.geo.clean import cleaned

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
            shapely.get_parts(
                projected(shapely.segmentize(geometry, FINEST_EDGE), LONGITUDE_LATITUDE, local)
            )
        ),
        grid_size=1e-6,  # parts cut at the antimeridian grow together again
    )
    grown = shapely.buffer(flat, distance_km, quad_segs=32)
    if shapely.is_empty(grown):
        return grown
    return cleaned([projected(grown, local, LONGITUDE_LATITUDE).item()], ["buffer"]).geometry[0]
