"""Shapes as files hold them: broken, empty, across the antimeridian, without a reference system."""

from __future__ import annotations

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import InputError  # noqa: E402
from gecam.geo import Shapes, area_km2, cleaned  # noqa: E402

WHOLE = shapely.box(170, -20, 190, -10)  # 20 degrees across the antimeridian


def codes(notes):
    return [note.code for note in notes]


def test_a_bow_tie_becomes_its_two_triangles_with_a_note():
    tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    clean = cleaned([tie], ["A"])
    expected = area_km2(shapely.union_all([
        shapely.Polygon([(0, 0), (0.5, 0.5), (0, 1)]), shapely.Polygon([(1, 0), (0.5, 0.5), (1, 1)])
    ]))  # fmt: skip
    assert area_km2(clean.geometry[0]) == pytest.approx(float(expected), rel=1e-9)
    assert codes(clean.notes) == ["RINGS_REPAIRED"]
    assert "A" in clean.notes[0].text


def test_a_hole_outside_its_shell_and_a_doubled_shell_are_repaired():
    shell = [(0, 0), (4, 0), (4, 4), (0, 4)]
    outside = shapely.Polygon(shell, [[(5, 5), (6, 5), (6, 6), (5, 6)]])
    doubled = shapely.MultiPolygon([shapely.Polygon(shell), shapely.box(2, 0, 6, 4)])
    clean = cleaned([outside, doubled], ["hole", "twice"])
    assert shapely.is_valid(clean.geometry).all()
    assert area_km2(clean.geometry[1]) == pytest.approx(float(area_km2(shapely.box(0, 0, 6, 4))))
    assert clean.notes[-1].count == 2


@pytest.mark.parametrize(
    "ring",
    [
        [(170, -20), (-170, -20), (-170, -10), (170, -10)],  # jumps
        [(170, -20), (190, -20), (190, -10), (170, -10)],  # 0 to 360
        [(-190, -20), (-170, -20), (-170, -10), (-190, -10)],
        [(-170, -10), (170, -10), (170, -20), (-170, -20)],  # the other way round
    ],
)
def test_a_ring_across_the_antimeridian_is_cut_in_two(ring):
    clean = cleaned([shapely.Polygon(ring)], ["Fiji"])
    west, south, east, north = shapely.bounds(clean.geometry[0])
    assert (west, south, east, north) == (-180, -20, 180, -10)
    assert area_km2(clean.geometry[0]) == pytest.approx(
        float(area_km2(shapely.box(0, -20, 20, -10)))
    )
    assert codes(clean.notes) == ["ANTIMERIDIAN_CUT"]


def test_a_hole_across_the_antimeridian_stays_a_hole():
    shell = [(160, -20), (-160, -20), (-160, 0), (160, 0)]
    hole = [(175, -15), (-175, -15), (-175, -5), (175, -5)]
    clean = cleaned([shapely.Polygon(shell, [hole])], ["ring"])
    expected = area_km2(shapely.box(0, -20, 40, 0)) - area_km2(shapely.box(0, -15, 10, -5))
    assert area_km2(clean.geometry[0]) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ring_about_a_pole_holds_the_pole(sign):
    ring = [(lon, 60 * sign) for lon in (-180, -90, 0, 90, 170, -175)]
    clean = cleaned([shapely.Polygon(ring)], ["cap"])
    expected = float(area_km2(shapely.box(-180, 60, 180, 90)))
    assert area_km2(clean.geometry[0]) == pytest.approx(expected, rel=1e-3)


def test_a_shape_that_spans_the_map_is_left_alone():
    world = shapely.box(-180, -85, 180, -60)
    clean = cleaned([world], ["Antarctica"])
    assert clean.notes == ()
    assert clean.geometry[0].equals(world)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_an_error_that_names_the_shape(value):
    with np.errstate(invalid="ignore"):
        bad = shapely.Polygon([(0, 0), (1, value), (1, 1)])
    with pytest.raises(InputError, match=r"not finite") as error:
        cleaned([shapely.box(0, 0, 1, 1), bad], ["good", "bad"])
    assert [problem.row for problem in error.value.problems] == ["bad"]


def test_no_reference_system_is_an_error():
    with pytest.raises(InputError, match="no coordinate reference system"):
        cleaned([shapely.box(0, 0, 1, 1)], ["A"], crs=None)


def test_an_unknown_reference_system_is_an_error():
    with pytest.raises(InputError, match="unknown coordinate reference system: 'EPSG:0'"):
        cleaned([shapely.box(0, 0, 1, 1)], ["A"], crs="EPSG:0")


def test_metres_taken_for_degrees_are_an_error():
    with pytest.raises(InputError, match="not longitude and latitude in A"):
        cleaned([shapely.box(5e5, 4e6, 6e5, 5e6)], ["A"])


def test_metres_in_a_known_projection_are_converted():
    clean = cleaned([shapely.box(450_000, 4_400_000, 550_000, 4_500_000)], ["A"], crs="EPSG:32637")
    # the scale of UTM near its central meridian is 0.9996, of areas 0.9992
    assert area_km2(clean.geometry[0]) == pytest.approx(10_000 / 0.9992, rel=1e-3)


def test_a_sliver_in_metres_keeps_its_area():
    """Width 10 m, length 100 km, one edge cut where the other is not; the scale is a closed form.

    Snyder (1987), eq. 8-11: k = 0.9996 (1 + (1 + e'^2 cos^2 lat) x^2 / (2 N^2)), x from the meridian.
    """
    x, north = 800_000, 7_000_000
    sliver = shapely.Polygon(
        [(x, north), (x + 10, north), (x + 10, north + 50_010), (x, north + 100_000)]
    )
    area = area_km2(cleaned([sliver], ["A"], crs="EPSG:32637").geometry[0])
    lat, east = np.radians(63.6), (x - 500_000) / 0.9996  # middle of the sliver, to 0.1 degrees
    e2 = 0.00669438
    radius = 6_378_137 / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    scale = 0.9996 * (1 + (1 + e2 / (1 - e2) * np.cos(lat) ** 2) * east**2 / (2 * radius**2))
    assert area == pytest.approx(shapely.area(sliver) / 1e6 / scale**2, rel=1e-4)


def test_empty_shapes_lines_and_points_are_left_out_with_a_note():
    shapes = [shapely.box(0, 0, 1, 1), None, shapely.Polygon(), shapely.Point(0, 0)]
    clean = cleaned(shapes, list("ABCD"))
    assert clean.is_polygon.tolist() == [True, False, False, False]
    assert (clean.notes[0].code, clean.notes[0].count) == ("EMPTY_SHAPES", 3)


def test_only_empty_shapes_are_an_error():
    with pytest.raises(InputError, match=r"no polygon among 2 shape\(s\): A, B"):
        cleaned([shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])], ["A", "B"])


def test_a_polygon_without_area_is_left_out_or_an_error():
    flat = shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    clean = cleaned([shapely.box(0, 0, 1, 1), flat], ["A", "flat"])
    assert codes(clean.notes)[-1] == "COLLAPSED"
    with pytest.raises(InputError, match="no polygon has an area: flat"):
        cleaned([flat], ["flat"])


def test_the_polygons_of_a_collection_are_kept():
    inner = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(3, 3)])
    for _ in range(64):  # nested 64 deep
        inner = shapely.GeometryCollection([inner])
    clean = cleaned([inner], ["nested"])
    assert area_km2(clean.geometry[0]) == pytest.approx(float(area_km2(shapely.box(0, 0, 1, 1))))


def test_rings_nested_64_deep_keep_every_second_band():
    rings = [shapely.box(-32 + i / 2, -32 + i / 2, 32 - i / 2, 32 - i / 2) for i in range(64)]
    bands = shapely.MultiPolygon([
        shapely.Polygon(rings[i].exterior, [rings[i + 1].exterior]) for i in range(0, 64, 2)
    ])  # fmt: skip
    clean = cleaned([bands], ["bands"])
    expected = sum((-1) ** i * float(area_km2(ring)) for i, ring in enumerate(rings))
    assert area_km2(clean.geometry[0]) == pytest.approx(expected, rel=1e-9)
    assert clean.notes == ()


def test_a_million_vertices_are_measured():
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    fine = shapely.Polygon(np.column_stack([10 * np.cos(angle), 10 * np.sin(angle)]))
    coarse = shapely.Polygon(np.column_stack([10 * np.cos(angle), 10 * np.sin(angle)])[::100])
    clean = cleaned([fine], ["fine"])
    # 1e-6: ten thousand corners miss 6.6e-8 of a circle
    assert area_km2(clean.geometry[0]) == pytest.approx(float(area_km2(coarse)), rel=1e-6)


def test_shapes_keep_attributes_in_step_with_what_is_left_out():
    import pandas as pd

    shapes = Shapes.of(
        ["A", "B"], [shapely.Polygon(), shapely.box(0, 0, 1, 1)],
        attributes=pd.DataFrame({"name": ["x", "y"], "pop": [1, 2]}),
    )  # fmt: skip
    assert shapes.table.to_dict("records") == [{"name": "B", "pop": 2}]
    with pytest.raises(InputError, match="no shape has pop 1"):
        shapes.where("pop", 1)
    with pytest.raises(InputError, match="no column 'x'"):
        shapes.where("x", 1)
