"""The packaged shapes of countries."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from gecam.codes import name, world
from gecam.codes.places import countries
from gecam.report.equal_earth import equal_earth


def area(ring):
    """Return the signed area of a ring on the plane of degrees."""
    x, y = ring.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def inside(point, rings):
    """Return whether a point lies in an odd number of rings."""
    lon, lat = point
    crossings = 0
    for ring in rings:
        x, y = ring.T
        x2, y2 = np.roll(x, -1), np.roll(y, -1)
        between = (y > lat) != (y2 > lat)
        at = x[between] + (lat - y[between]) * (x2 - x)[between] / (y2 - y)[between]
        crossings += int((at > lon).sum())
    return crossings % 2 == 1


def test_every_place_has_a_point_so_that_no_estimate_is_lost():
    assert set(countries()) - world().points.keys() == {"ATA"}
    assert world().shapes.keys() <= set(countries())


def test_the_file_is_small():
    assert len((files("gecam.codes") / "world.json").read_bytes()) < 200_000


@pytest.mark.parametrize("code", ["FRA", "NOR", "XKX", "PSE", "SSD", "ESH"])
def test_countries_without_a_code_in_natural_earth_have_theirs(code):
    assert code in world().shapes, name(code)


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ("UKR", (34.3, 45.2)),  # Crimea
        ("CYP", (33.2, 35.25)),  # north of the line
        ("SOM", (44.5, 9.5)),  # Hargeisa
        ("GUF", (-53.2, 4.0)),  # not with France
        ("SJM", (17.0, 78.7)),  # not with Norway
        ("SDN", (30.0, 15.0)),
        ("LSO", (28.2, -29.5)),  # an enclave: South Africa has a hole there
    ],
)
def test_a_point_lies_in_the_one_country_that_the_united_nations_puts_it_in(place, point):
    found = [code for code, rings in world().shapes.items() if inside(point, rings)]
    assert found == [place]


def test_parts_joined_have_no_border_between_them():
    assert len(world().shapes["CYP"]) == len(world().shapes["SOM"]) == 1


def test_a_point_stands_in_or_beside_its_country():
    west_east = {
        code: (min(r[:, 0].min() for r in rings), max(r[:, 0].max() for r in rings),
               min(r[:, 1].min() for r in rings), max(r[:, 1].max() for r in rings))
        for code, rings in world().shapes.items()
    }  # fmt: skip
    for code, (west, east, south, north) in west_east.items():
        lon, lat = world().points[code]
        assert west <= lon <= east, code
        assert south <= lat <= north, code


def test_the_projection_keeps_areas():
    # The area between the equator and a parallel is 2 pi sin(latitude), in radii.
    for lat in (10.0, 45.0, 80.0, 90.0):
        steps = np.linspace(0, lat, 20_001)
        x, y = equal_earth(np.full_like(steps, 180.0), steps)
        area_drawn = 2 * np.trapezoid(x, y)
        assert area_drawn == pytest.approx(2 * np.pi * np.sin(np.radians(lat)), rel=1e-5)


def test_the_projection_agrees_with_proj():
    pyproj = pytest.importorskip("pyproj", reason='needs the extra "geo"')
    lon, lat = np.array([-170.0, -30.0, 12.0, 179.0]), np.array([-60.0, 5.0, 47.0, 80.0])
    x, y = pyproj.Proj("+proj=eqearth +R=1")(lon, lat)
    assert np.allclose(equal_earth(lon, lat), (x, y), atol=1e-9)


def test_rings_are_whole_steps_of_the_grid():
    document = json.loads((files("gecam.codes") / "world.json").read_text(encoding="utf-8"))
    assert all(
        isinstance(n, int) for rings in document["shapes"].values() for r in rings for n in r
    )
    assert all(area(ring) for rings in world().shapes.values() for ring in rings)
