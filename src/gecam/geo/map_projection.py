"""Reference systems, projections, and areas on the ellipsoid."""

from __future__ import annotations

from typing import Any

import numpy as np

from gecam._typing import Array, ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.geo.libraries import library

LONGITUDE_LATITUDE = "OGC:CRS84"
SEMI_MAJOR, FLATTENING = 6378.137, 1 / 298.257223563  # WGS 84, kilometres
EARTH_RADIUS = 6_371_000.0  # metres
FINEST_EDGE = 0.1  # degrees: no edge is longer when it is projected
SHORTEST_EDGE = 1e-3  # degrees: edges are not cut shorter, whatever the width of the shape
BENT = 1e-6  # of the width of a shape: how far an edge may bend away when it is projected
_STRAIGHT = 5.0  # degrees: five nodes integrate an edge of this length to rounding


def area_km2(geometry: ArrayLike) -> FloatArray:
    r"""Return areas of polygons in longitude and latitude.

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
    Edges are straight in longitude and latitude, as GeoJSON defines them. With :math:`q(\varphi)` the
    area between the equator and a latitude per radian of longitude [1]_, a ring encloses
    :math:`|\int q(\varphi)\,d\lambda|`, integrated along each edge by five Gauss-Legendre nodes: exact
    to rounding. A degree by a degree shrinks with the cosine of the latitude; areas in degrees are
    never compared.

    References
    ----------
    .. [1] Snyder (1987). *Map Projections: A Working Manual*. USGS Professional Paper 1395, eq. 3-12.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import area_km2
    >>> area_km2([shapely.box(0, 0, 1, 1), shapely.box(0, 60, 1, 61)]).round()
    array([12308.,  6123.])
    """
    shapely = library("shapely")
    shapes = np.asarray(geometry, dtype=object)
    polygons, owner = _polygons_of(shapes.ravel())
    rings, polygon = shapely.get_rings(shapely.segmentize(polygons, _STRAIGHT), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    enclosed = np.abs(np.bincount(ring[1:], _strips(xy, ring), minlength=len(rings)))
    is_shell = np.diff(polygon, prepend=-1) > 0
    signed = np.where(is_shell, enclosed, -enclosed)
    total = np.bincount(owner[polygon], signed, minlength=shapes.size)
    return np.asarray(total, dtype=np.float64).reshape(shapes.shape)


def _polygons_of(shapes: Array) -> tuple[Array, Array]:
    """Return the polygons inside shapes, and the position of the shape that each is a part of."""
    shapely = library("shapely")
    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (shapely.get_type_id(parts) > 3).any():  # collections inside collections
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    is_polygon = shapely.get_type_id(parts) == 3
    return parts[is_polygon], owner[is_polygon]


def _strips(xy: FloatArray, ring: Array) -> FloatArray:
    """Return the area between each edge and the equator; 0 between the end of a ring and the next."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    lon, lat = np.radians(xy).T
    middle, half = (lat[1:] + lat[:-1]) / 2, np.diff(lat) / 2
    mean = sum(
        weight / 2 * _area_to(middle + half * node)
        for node, weight in zip(nodes, weights, strict=True)
    )
    return np.asarray(np.where(ring[1:] == ring[:-1], np.diff(lon) * mean, 0.0))


def _area_to(latitude: FloatArray) -> FloatArray:
    """Return the area between the equator and a latitude, square kilometres per radian."""
    e2 = FLATTENING * (2 - FLATTENING)
    e, s = np.sqrt(e2), np.sin(latitude)
    q = s / (1 - e2 * s * s) + np.arctanh(e * s) / e
    return np.asarray(SEMI_MAJOR**2 * (1 - e2) / 2 * q)


def with_short_edges(geometry: ArrayLike, *, radius: float = np.degrees(1.0)) -> Array:
    """Return shapes with edges so short that they stay straight when they are projected.

    Parameters
    ----------
    geometry
        Shapely shapes.
    radius
        Radius of the earth in the units of their coordinates: by default degrees.

    Notes
    -----
    An edge of length L bends away by about L squared over eight radii. That is kept below a millionth
    of the mean width of the shape (its area by half its outline), so that slivers keep their area.
    """
    shapely = library("shapely")
    shapes = np.asarray(geometry, dtype=object)
    with np.errstate(invalid="ignore", divide="ignore"):
        width = np.nan_to_num(2 * shapely.area(shapes) / shapely.length(shapes))
    degree = radius * np.radians(1.0)
    longest = np.clip(
        np.sqrt(8 * BENT * radius * width), SHORTEST_EDGE * degree, FINEST_EDGE * degree
    )
    return np.asarray(shapely.segmentize(shapes, longest))


def reference_system(crs: Any) -> Any:
    """Return a coordinate reference system as an object of pyproj.

    Raises
    ------
    InputError
        If pyproj does not know it.
    """
    pyproj = library("pyproj")
    try:
        return pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"unknown coordinate reference system: {str(crs)[:80]!r}.") from error


def is_same_system(first: Any, second: Any) -> bool:
    """Return whether two reference systems are one, whatever the order of their axes.

    Parameters
    ----------
    first, second
        Coordinate reference systems, as pyproj takes them: a name, a code such as ``"EPSG:4326"`` or
        a definition.

    Raises
    ------
    InputError
        If one is none that pyproj knows.
    """
    a, b = reference_system(first), reference_system(second)
    return bool(a.equals(b, ignore_axis_order=True))


def transformer(from_crs: Any, to_crs: Any) -> Any:
    """Return what changes coordinates, x before y, from one reference system to another.

    Raises
    ------
    InputError
        If a system has no place on earth, such as the axes of a drawing.
    """
    pyproj = library("pyproj")
    systems = [reference_system(crs) for crs in (from_crs, to_crs)]
    try:
        return pyproj.Transformer.from_crs(*systems, always_xy=True)
    except pyproj.exceptions.ProjError as error:
        names = " to ".join(repr(system.name) for system in systems)
        raise InputError(f"there is no way from reference system {names}.") from error


def projected(geometry: ArrayLike, from_crs: Any, to_crs: Any) -> Array:
    """Return shapes in another coordinate reference system, vertex by vertex.

    Parameters
    ----------
    geometry
        Shapely shapes. Any shape of array.
    from_crs, to_crs
        Coordinate reference systems, as pyproj takes them: a name, a code such as ``"EPSG:4326"`` or
        a definition.

    Returns
    -------
    array
        Shapes of the same number of vertices; edges stay straight between them.

    Raises
    ------
    InputError
        If a system is none that pyproj knows, or there is no way from one to the other.
    """
    shapely = library("shapely")
    change = transformer(from_crs, to_crs)

    def vertices(xy: FloatArray) -> FloatArray:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(np.asarray(geometry, dtype=object), vertices))
