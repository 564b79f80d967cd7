"""Areas against closed forms on the ellipsoid."""

from __future__ import annotations

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import InputError  # noqa: E402
from gecam.geo import LONGITUDE_LATITUDE, area_km2, buffered, circle, projected  # noqa: E402

A, F = 6378.137, 1 / 298.257223563  # WGS 84, kilometres
E2 = F * (2 - F)


def zone(latitude):
    """Snyder (1987), Map Projections, eq. 3-12, halved: area from the equator per radian over a^2."""
    s, e = np.sin(np.radians(latitude)), np.sqrt(E2)
    return (1 - E2) / 2 * (s / (1 - E2 * s * s) + np.arctanh(e * s) / e)


def rectangle(west, south, east, north):
    return A * A * np.radians(east - west) * (zone(north) - zone(south))


@pytest.mark.parametrize(
    "bounds",
    [(0, 0, 1, 1), (10, 60, 11, 61), (-30, 70, 40, 85), (20, -90, 50, -80), (-180, -90, 180, 90)],
)
def test_a_rectangle_has_its_area_at_any_latitude(bounds):
    # 1e-9: the projection keeps meridians and parallels straight, so only rounding is left
    assert area_km2(shapely.box(*bounds)) == pytest.approx(rectangle(*bounds), rel=1e-9)


def test_areas_in_degrees_would_be_wrong_by_half_at_60_north():
    low, high = area_km2([shapely.box(0, 0, 1, 1), shapely.box(0, 60, 1, 61)])
    assert high / low == pytest.approx(0.4975, abs=1e-3)  # the ratio of the closed forms


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (179.9, -17), (-180, 65), (30, 89.5), (10, -90)])
@pytest.mark.parametrize("radius", [1, 100, 1000])
def test_a_circle_has_the_area_of_a_cap_across_the_antimeridian_and_the_poles(lon, lat, radius):
    curvature = (1 - E2 * np.sin(np.radians(lat)) ** 2) ** 2 / (A * A * (1 - E2))  # Gaussian, 1/MN
    radius_there = curvature**-0.5
    cap = 2 * np.pi * radius_there**2 * (1 - np.cos(radius / radius_there))
    # 1e-4: 720 corners miss 1.3e-5 of a circle; curvature changes by 0.7 % from equator to pole
    assert area_km2(circle(lon, lat, radius)) == pytest.approx(cap, rel=1e-4)


def test_a_circle_needs_a_radius():
    with pytest.raises(InputError, match="radius above 0"):
        circle(0, 0, 0)


@pytest.mark.parametrize(("lon", "lat"), [(20, 10), (179.8, 50)])
def test_a_grown_circle_is_the_larger_circle(lon, lat):
    grown = buffered(circle(lon, lat, 50), 25)
    # 1e-3: 720 corners and the local projection
    assert area_km2(grown) == pytest.approx(float(area_km2(circle(lon, lat, 75))), rel=1e-3)


def test_a_circle_shrunk_by_more_than_its_radius_is_empty():
    assert shapely.is_empty(buffered(circle(20, 10, 5), -6))


def test_a_long_diagonal_edge_is_straight_in_longitude_and_latitude():
    triangle = shapely.Polygon([(0, 0), (60, 0), (60, 60)])
    # area under lat = lon: integral of zone(lat) over lon
    lon = np.linspace(0, 60, 200_001)
    expected = A * A * np.trapezoid(zone(lon), np.radians(lon))
    assert area_km2(triangle) == pytest.approx(expected, rel=1e-6)
    two = projected(triangle, LONGITUDE_LATITUDE, "+proj=cea +datum=WGS84 +units=km")
    assert abs(shapely.area(two) / expected - 1) > 0.01  # what cutting the edges is for


@pytest.mark.parametrize("height", [1e-2, 1e-5])
def test_a_sliver_between_edges_that_are_cut_at_different_places_keeps_its_area(height):
    """Two edges against one: area under a straight edge is the integral of zone(lat) over lon."""
    corners = np.array([(0, 60), (0.45, 60.45 + height), (1, 61)])
    sliver = shapely.Polygon(corners)
    # zone has no closed integral; over two short spans with 20 nodes it is exact to rounding
    nodes, weights = np.polynomial.legendre.leggauss(20)

    def under(start, end):
        lat = (start[1] + end[1]) / 2 + (end[1] - start[1]) / 2 * nodes
        return np.radians(end[0] - start[0]) * (weights @ zone(lat)) / 2

    expected = under(*corners[:2]) + under(*corners[1:]) - under(corners[0], corners[2])
    assert area_km2(sliver) == pytest.approx(A * A * expected, rel=1e-6)


def test_polygons_inside_collections_and_holes_count_once():
    square, hole = shapely.box(0, 0, 4, 4), shapely.box(1, 1, 2, 2)
    ring = shapely.Polygon(square.exterior, [hole.exterior])
    nested = shapely.GeometryCollection([shapely.MultiPolygon([ring]), shapely.Point(9, 9)])
    expected = rectangle(0, 0, 4, 4) - rectangle(1, 1, 2, 2)
    assert area_km2([nested, shapely.Polygon(), hole]) == pytest.approx(
        [expected, 0, rectangle(1, 1, 2, 2)], rel=1e-12
    )


def test_axes_of_a_drawing_are_no_place_on_earth():
    local = 'LOCAL_CS["drawing",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    with pytest.raises(InputError, match="no way from reference system"):
        projected(shapely.box(0, 0, 1, 1), local, LONGITUDE_LATITUDE)
