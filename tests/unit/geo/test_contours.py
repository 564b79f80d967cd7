"""Contour lines and grids of intensity to nested areas."""

from __future__ import annotations

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import InputError  # noqa: E402
from gecam.geo import Extent, IntensityGrid, area_km2, circle, polygonised  # noqa: E402

FRAME = (-10.0, -10.0, 10.0, 10.0)


def ring(half, x=0.0, y=0.0):
    return shapely.box(x - half, y - half, x + half, y + half).exterior


def km2(*bounds):
    return float(area_km2(shapely.box(*bounds)))


def test_rings_nested_64_deep_are_the_areas_inside_them():
    halves = 9.5 - np.arange(64) * 0.14
    extent = polygonised(np.arange(64), [ring(h) for h in halves], frame=FRAME)
    expected = [km2(-h, -h, h, h) for h in halves]
    assert area_km2(extent.geometry) == pytest.approx(expected, rel=1e-9)
    assert extent.top == 64


def test_an_island_of_lower_intensity_stays_a_hole():
    lines = [ring(8), shapely.MultiLineString([ring(6), ring(1, 4, 4)])]
    extent = polygonised([5, 6], lines, frame=FRAME, peak=(0, 0))
    assert area_km2(extent.at(6)) == pytest.approx(km2(-6, -6, 6, 6) - km2(3, 3, 5, 5), rel=1e-9)


def test_a_lower_line_inside_a_higher_one_shows_the_lower_side():
    """A basin: 6 outside, 5 inside of it."""
    lines = [
        shapely.MultiLineString([ring(9), ring(2)]),
        shapely.MultiLineString([ring(8), ring(3)]),
    ]
    extent = polygonised([5, 6], lines, frame=FRAME)
    assert area_km2(extent.at(6)) == pytest.approx(km2(-8, -8, 8, 8) - km2(-3, -3, 3, 3), rel=1e-9)
    assert area_km2(extent.at(5)) == pytest.approx(km2(-9, -9, 9, 9) - km2(-2, -2, 2, 2), rel=1e-9)


def test_a_line_from_border_to_border_divides_the_map():
    lines = [shapely.LineString([(-10, -5), (10.00005, -5)]), ring(2, 0, 5)]
    extent = polygonised([4, 5], lines, frame=FRAME)
    assert area_km2(extent.at(4)) == pytest.approx(km2(-10, -5, 10, 10), rel=1e-6)


def test_the_peak_decides_where_there_is_one_level_only():
    line = [shapely.LineString([(0, -10), (0, 10)])]
    east = polygonised([6], line, frame=FRAME, peak=(5, 0))
    assert shapely.contains_xy(east.at(), 5, 0)
    ring_only = polygonised([6], [ring(3)], frame=FRAME)  # without a peak the border is lower
    assert area_km2(ring_only.at()) == pytest.approx(km2(-3, -3, 3, 3), rel=1e-9)


def test_a_line_that_ends_inside_the_map_encloses_nothing_and_is_noted():
    lines = [shapely.MultiLineString([ring(3), shapely.LineString([(-9, -9), (-8, -8)])])]
    extent = polygonised([6], lines, frame=FRAME, peak=(0, 0))
    assert area_km2(extent.at()) == pytest.approx(km2(-3, -3, 3, 3), rel=1e-9)
    assert [(note.code, note.count) for note in extent.notes] == [("LINES_WITHOUT_AREA", 1)]


def test_lines_that_enclose_nothing_are_an_error():
    with pytest.raises(InputError, match="no contour lines"):
        polygonised([], [], frame=FRAME)


def cone(peak=9.0, slope=0.02):
    """Intensity that falls by `slope` per kilometre from (20, 40)."""
    from pyproj import Geod

    lon, lat = np.linspace(15, 25, 401), np.linspace(36, 44, 321)
    x, y = np.meshgrid(lon, lat)
    _, _, metres = Geod(ellps="WGS84").inv(x, y, np.full_like(x, 20.0), np.full_like(y, 40.0))
    return IntensityGrid(lon, lat, peak - slope * metres / 1000)


def test_a_grid_gives_the_circle_above_each_level():
    extent = cone().extent([6, 7, 8, 9.5])
    assert extent.levels.tolist() == [6, 7, 8]
    assert extent.top == pytest.approx(9.0)
    expected = [float(area_km2(circle(20, 40, radius))) for radius in (150, 100, 50)]
    # 1e-3: cells of 2 km between which the intensity is taken as linear
    assert area_km2(extent.geometry) == pytest.approx(expected, rel=1e-3)


def test_a_level_above_the_largest_intensity_is_an_error():
    with pytest.raises(InputError, match="largest intensity is 9"):
        cone().extent([9.5])


def test_cells_without_intensity_lie_in_no_area():
    grid = cone()
    west = grid.intensity.copy()
    west[:, grid.longitude < 20] = np.nan
    half = IntensityGrid(grid.longitude, grid.latitude, west).extent([7])
    assert area_km2(half.at()) == pytest.approx(float(area_km2(circle(20, 40, 100))) / 2, rel=1e-2)


def test_axes_of_a_grid_must_ascend_and_fit():
    with pytest.raises(InputError, match="must ascend"):
        IntensityGrid(np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.ones((2, 2)))
    with pytest.raises(InputError, match="shape"):
        IntensityGrid(np.array([0.0, 1.0]), np.array([0.0, 1.0]), np.ones((3, 2)))


def test_an_uncertain_edge_is_levels_of_distance():
    extent = Extent(np.zeros(1), np.array([circle(20, 40, 50), None], dtype=object)[:1])
    edge = extent.with_edge(5)
    assert (edge.unit, len(edge.levels), edge.top) == ("km", 13, None)
    expected = [float(area_km2(circle(20, 40, 50 - level))) for level in edge.levels]
    assert area_km2(edge.geometry) == pytest.approx(expected, rel=2e-3)
    thin = extent.with_edge(25)  # shrunk to nothing before 3 sd
    assert thin.top is not None
    with pytest.raises(InputError, match="sd_km must be a number > 0"):
        extent.with_edge(0)


def test_levels_of_an_extent_ascend_and_are_found_by_number():
    shapes = np.array([circle(0, 0, 2), circle(0, 0, 1)], dtype=object)
    extent = Extent(np.array([5.0, 6.0]), shapes, "MMI")
    assert extent.at(6.0) is shapes[1]
    with pytest.raises(InputError, match=r"mapped are \[5.0, 6.0\] MMI"):
        extent.at(5.5)
    with pytest.raises(InputError, match="no one extent"):
        extent.at()
    with pytest.raises(InputError, match="must ascend"):
        Extent(np.array([6.0, 5.0]), shapes)
    with pytest.raises(InputError, match="top must lie above"):
        Extent(np.array([5.0, 6.0]), shapes, top=6.0)
