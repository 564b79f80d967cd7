"""What holds for any shapes: parts add up, more is not less, areas and grids agree."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("exactextract", reason='needs the extra "geo"')

from gecam.geo import (  # noqa: E402
    PopulationGrid,
    Shapes,
    area_km2,
    cleaned,
    crisis_zone_sums,
)

coordinate = st.integers(-400, 400).map(lambda n: n / 100)
corner = st.tuples(coordinate, coordinate)
polygons = st.lists(corner, min_size=3, max_size=7, unique=True).map(shapely.Polygon)
base = st.integers(-60, 70)
ZONES = [shapely.box(x, y, x + 2, y + 2) for x in (-4, -2, 0, 2) for y in (-4, -2, 0, 2)]


def cells(values, south, cell=0.5):
    n = len(values)
    y = south + 4 - cell * (np.arange(n) + 0.5)
    x = -4 + cell * (np.arange(n) + 0.5)
    return PopulationGrid(xr.DataArray(values, {"y": y, "x": x}, ("y", "x")), "OGC:CRS84")


def share(zones, shape, **options):
    sizes = crisis_zone_sums({"inside": shape}, zones, **options).loc["zone"]
    return sizes["inside"] / sizes["residents"]


def usable(polygon):
    try:
        return cleaned([polygon], ["p"]).geometry[0]
    except ValueError:
        return None


@given(polygon=polygons)
def test_parts_add_to_the_whole(polygon):
    shape = usable(polygon)
    if shape is None:
        return
    names = [str(i) for i in range(16)]
    inside = crisis_zone_sums({"p": shape}, Shapes.of(names, ZONES))["p"]
    # 1e-6: pieces of edges are cut at other points before they are projected
    assert inside.sum() == pytest.approx(float(area_km2(shape)), rel=1e-6, abs=1e-6)


@given(polygon=polygons, seed=st.integers(0, 9))
def test_people_of_the_zones_add_to_those_of_the_shape(polygon, seed):
    shape = usable(polygon)
    if shape is None:
        return
    grid = cells(np.random.default_rng(seed).lognormal(size=(16, 16)), 0)
    names = [str(i) for i in range(16)]
    inside = crisis_zone_sums({"p": shape}, Shapes.of(names, ZONES), population=grid)["p"]
    # exactextract gives fractions of cells in single precision
    assert inside.sum() == pytest.approx(grid.sums([shape])[0], rel=1e-6, abs=1e-6)


@given(polygon=polygons, south=base)
def test_areal_and_grid_weighting_agree_on_even_density(polygon, south):
    shape = usable(polygon)
    if shape is None:
        return
    moved = shapely.transform(shape, lambda xy: xy + np.array([0, south]))
    zones = Shapes.of(["zone"], [shapely.box(-4, south - 4, 4, south + 4)])
    y = south + 4 - 0.125 * (np.arange(64) + 0.5)
    band = area_km2(shapely.box(0, y - 0.0625, 0.125, y + 0.0625))
    even = cells(np.repeat(band[:, None], 64, axis=1), south, 0.125)
    areal, gridded = share(zones, moved), share(zones, moved, population=even)
    # 1e-3 of the zone: inside a cell of an eighth of a degree density is even in degrees
    assert gridded == pytest.approx(areal, abs=1e-3)


@given(first=polygons, second=polygons)
def test_a_larger_shape_never_holds_fewer(first, second):
    a, b = usable(first), usable(second)
    if a is None or b is None:
        return
    zones = Shapes.of(["zone"], [shapely.box(-3, -3, 3, 3)])
    both = shapely.union(a, b)
    shares = [share(zones, shape) for shape in (a, b, both)]
    assert shares[2] >= max(shares[:2]) - 1e-12
    assert shares[2] <= min(1.0, sum(shares[:2])) + 1e-12


@given(polygon=polygons, turn=st.floats(-180, 180))
def test_turning_the_earth_changes_no_area(polygon, turn):
    shape = usable(polygon)
    if shape is None:
        return
    turned = cleaned(
        [shapely.transform(shape, lambda xy: xy + np.array([turn, 0]))], ["p"]
    ).geometry[0]
    west, _, east, _ = shapely.bounds(turned)
    assert west >= -180
    assert east <= 180
    assert area_km2(turned) == pytest.approx(float(area_km2(shape)), rel=1e-6, abs=1e-6)
