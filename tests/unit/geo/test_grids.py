"""Sums of people over shapes: exact at borders, the same in memory and chunk by chunk."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import xarray as xr

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("exactextract", reason='needs the extra "geo"')

from gecam.errors import InputError  # noqa: E402
from gecam.geo import PopulationGrid, Shapes, area_km2, circle, crisis_zone_sums  # noqa: E402

DEGREES = "OGC:CRS84"


def grid_of(values, west=0.0, north=4.0, cell=1.0, crs=DEGREES):
    y = north - cell * (np.arange(values.shape[0]) + 0.5)
    x = west + cell * (np.arange(values.shape[1]) + 0.5)
    return PopulationGrid(xr.DataArray(values, {"y": y, "x": x}, ("y", "x")), crs)


COUNTING = np.arange(16.0).reshape(4, 4)
WORLD, HALF = shapely.box(-180, -90, 180, 90), shapely.box(-180, -90, 0, 90)


def test_cells_on_a_border_count_by_the_part_inside():
    grid = grid_of(COUNTING)
    assert grid.sums([shapely.box(0, 0, 4, 4)]) == pytest.approx([120])
    assert grid.sums([shapely.box(0.25, 3.5, 1, 4)]) == pytest.approx([0])
    assert grid.sums([shapely.box(1.25, 3.5, 2.5, 4)]) == pytest.approx([1 * 0.375 + 2 * 0.25])


def test_a_shape_outside_or_empty_holds_nobody():
    grid = grid_of(COUNTING)
    assert grid.sums([shapely.box(10, 10, 11, 11), shapely.Polygon()]).tolist() == [0, 0]


def test_a_shape_partly_off_the_grid_holds_the_people_on_it():
    assert grid_of(COUNTING).sums([shapely.box(-5, -5, 9, 9)]) == pytest.approx([120])


def test_cells_without_data_hold_nobody():
    values = COUNTING.copy()
    values[0, 1] = np.nan
    assert grid_of(values).sums([shapely.box(0, 0, 4, 4)]) == pytest.approx([119])


def test_axes_in_any_order_give_the_same_sums():
    grid = grid_of(COUNTING)
    flipped = PopulationGrid(grid.people[::-1, ::-1].transpose("x", "y"), DEGREES)
    shape = [shapely.box(0.3, 0.2, 2.7, 1.9)]
    assert flipped.sums(shape) == pytest.approx(grid.sums(shape))


def test_a_grid_in_metres_is_met_in_its_own_projection():
    # Web Mercator: cells of 10 km at 60 degrees north
    values = np.full((50, 50), 7.0)
    grid = grid_of(values, west=1_000_000, north=8_400_000, cell=10_000, crs="EPSG:3857")
    west, east = np.degrees(np.array([1_000_000, 1_250_000]) / 6378137)
    half = shapely.box(west, 50, east, 70)
    assert grid.sums([half]) == pytest.approx([7 * 50 * 25], rel=1e-6)


@pytest.mark.parametrize("chunks", [None, (2, 3)])
@pytest.mark.parametrize(
    ("west", "cell", "shape", "people"),
    [
        (0.0, 45.0, (4, 8), 16),  # 0 to 360: the western half of the earth is its right half
        (-180.0, 45.0, (4, 8), 16),
        (178.0, 1.0, (4, 4), 8),  # across the antimeridian: 2 of 4 columns lie in the west
        (-182.0, 1.0, (4, 4), 8),
        (190.0, 1.0, (4, 4), 16),
    ],
)
def test_longitudes_may_start_anywhere(west, cell, shape, people, chunks):
    values = np.ones(shape)
    if chunks:
        values = pytest.importorskip("dask.array").from_array(values, chunks=chunks)
    grid = grid_of(values, west=west, north=90.0, cell=cell)
    assert grid.sums([WORLD, HALF]) == pytest.approx([np.prod(shape), people], rel=1e-6)


@pytest.mark.parametrize(
    ("crs", "west", "north", "cell"),
    [
        ("EPSG:32637", 4e5, 4.2e6, 1e3),  # UTM in its zone, and 70 degrees beside it
        ("EPSG:32637", 8e6, 4.2e6, 1e3),
        ("EPSG:3413", -2e3, 2e3, 1e3),  # polar stereographic, about the pole
        ("EPSG:3832", 2e6, 1e6, 5e5),  # Mercator about 150 east, across the antimeridian
    ],
)
def test_a_projected_grid_is_met_by_shapes_that_reach_far_beyond_it(crs, west, north, cell):
    """All cells are people of the world: those of both halves, and of shapes that only pass by."""
    grid = grid_of(np.ones((4, 4)), west=west, north=north, cell=cell, crs=crs)
    east = shapely.box(0, -90, 180, 90)
    whole, west_half, east_half = grid.sums([WORLD, HALF, east])
    assert whole == pytest.approx(16, rel=1e-6)
    assert west_half + east_half == pytest.approx(16, rel=1e-6)
    assert grid.sums([shapely.box(-100, -60, -90, -50)]) == pytest.approx([0])


def test_a_shape_across_the_seam_of_a_projection_is_not_torn_over_the_map():
    # Equal Earth about 150 east (EPSG:8859): its seam is 30 west. Cells have equal areas.
    x = 17_243_959.06 / 20  # half its width (Savric et al. 2019), in 20 by 10 cells
    grid = grid_of(np.ones((20, 40)), west=-20 * x, north=10 * x, cell=x, crs="EPSG:8859")
    across = shapely.box(-40, -10, -20, 10)
    expected = area_km2(across) * 1e6 / x**2  # against closed forms in test_projection
    assert grid.sums([across]) == pytest.approx([expected], rel=1e-5)


def test_infinite_and_negative_cells_of_a_chunk_are_refused_when_it_is_read():
    array = pytest.importorskip("dask.array", reason='needs the extra "dask"')
    for value in (np.inf, -1.0):
        values = np.where(COUNTING == 5, value, COUNTING)
        lazy = grid_of(array.from_array(values, chunks=2))
        with pytest.raises(InputError, match="mark for no data"):
            lazy.sums([shapely.box(0, 0, 4, 4)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda g: PopulationGrid(g.people, None), "no coordinate reference system"),
        (lambda g: PopulationGrid(g.people.rename(x="lon"), DEGREES), "dimensions y and x"),
        (
            lambda g: PopulationGrid(g.people.assign_coords(x=[0.0, 1.0, 2.0, 4.0]), DEGREES),
            "not of one size along x",
        ),
        (lambda g: grid_of(COUNTING - 1), "holds -1 people"),
        (
            lambda g: grid_of(np.where(COUNTING == 3, np.inf, 1.0)),
            r"1 cell\(s\) .* infinitely many",
        ),
        (lambda g: grid_of(COUNTING, cell=100.0).sums([HALF]), "round the earth more than once"),
        (
            lambda g: grid_of(COUNTING, west=2e7, crs="EPSG:32637").sums([HALF]),
            "no place on earth has the grid's coordinates",
        ),
        (lambda g: grid_of(COUNTING, crs="EPSG:0").sums([HALF]), "unknown coordinate reference"),
    ],
)
def test_a_grid_that_cannot_be_used_is_an_error(change, message):
    with pytest.raises(InputError, match=message):
        change(grid_of(COUNTING))


def test_a_dask_grid_gives_the_sums_of_the_grid_in_memory():
    array = pytest.importorskip("dask.array", reason='needs the extra "dask"')
    rng = np.random.default_rng(3)
    values = rng.lognormal(size=(300, 400))
    whole = grid_of(values, north=30, cell=0.1)
    shapes = [circle(20, 15, 700), circle(5, 5, 300), shapely.box(0, 0, 40, 30)]
    expected = whole.sums(shapes)
    for chunks in ((64, 64), (300, 7), (1, 400)):
        lazy = grid_of(array.from_array(values, chunks=chunks), north=30, cell=0.1)
        # 1e-12: the same parts of the same cells, added in another order
        assert lazy.sums(shapes) == pytest.approx(expected, rel=1e-12)


def test_a_grid_larger_than_a_block_gives_the_sum_of_its_cells(monkeypatch):
    rng = np.random.default_rng(4)
    values = rng.lognormal(size=(90, 110))
    shape = [circle(5, 4, 350)]
    expected = grid_of(values, north=9, cell=0.1).sums(shape)
    monkeypatch.setattr("gecam.geo.grids.BLOCK", 32)
    assert grid_of(values, north=9, cell=0.1).sums(shape) == pytest.approx(expected, rel=1e-12)


def test_memory_stays_at_a_few_chunks_of_a_large_grid():
    dask = pytest.importorskip("dask", reason='needs the extra "dask"')
    array = pytest.importorskip("dask.array")
    n, chunk = 4000, 500  # 128 MB as a whole, 2 MB a chunk
    lazy = grid_of(array.ones((n, n), chunks=chunk), north=40, cell=0.01)
    with dask.config.set(scheduler="synchronous"):
        lazy.sums([shapely.box(0, 0, 1, 1)])  # libraries are loaded before memory is watched
        tracemalloc.start()
        found = lazy.sums([shapely.box(0, 0, 40, 40), shapely.box(0, 0, 20, 40)])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert found == pytest.approx([n * n, n * n / 2])
    assert peak < 40e6  # a third of the grid; measured about 13 MB


def test_one_pass_gives_every_crisis_in_every_zone():
    zones = Shapes.of(["W", "E"], [shapely.box(0, 0, 2, 4), shapely.box(2, 0, 4, 4)])
    table = crisis_zone_sums(
        {"north": shapely.box(0, 2, 4, 4), "all": shapely.box(-1, -1, 5, 5)}, zones,
        population=grid_of(COUNTING),
    )  # fmt: skip
    assert table.to_dict("index") == {
        "W": {"residents": 52.0, "north": 10.0, "all": 52.0},
        "E": {"residents": 68.0, "north": 18.0, "all": 68.0},
    }


def test_an_area_away_from_the_grid_has_nobody():
    zones = Shapes.of(["here", "away"], [shapely.box(0, 0, 2, 4), shapely.box(50, 0, 52, 4)])
    inside = {"inside": shapely.box(0, 0, 1, 90)}
    people = crisis_zone_sums(inside, zones, population=grid_of(COUNTING))
    assert people.loc["here", "inside"] > 0
    assert people.loc["away"].tolist() == [0, 0]


def test_areas_of_one_name_are_an_error():
    twice = Shapes.of(["A", "A"], [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
    with pytest.raises(InputError, match=r"\['A'\] occur more than once"):
        crisis_zone_sums({"here": shapely.box(0, 0, 1, 1)}, twice)


def test_a_corner_within_rounding_of_a_side_loses_no_cell():
    # exactextract 0.3.0 misses a whole cell of this triangle; its area is a closed form
    triangle = shapely.Polygon([(1.9157894736842105, 0), (0.13, -1.95), (0, 0)])
    even = grid_of(np.ones((16, 16)), west=-4.0, north=4.0, cell=0.5)
    assert even.sums([triangle]) == pytest.approx([1.9157894736842105 * 1.95 / 2 / 0.25], rel=1e-6)
