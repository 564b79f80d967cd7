"""Scenarios drawn on a map."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest

from gecam.errors import InputError
from gecam.estimation import TouchNobody, WithoutCrises
from gecam.evaluation import scenario
from gecam.preparedness import map_footprint, rings

shapely = pytest.importorskip("shapely")
pytest.importorskip("pyproj")
from gecam.geo import Extent, Shapes, area_km2, country_outline  # noqa: E402 -- after the check of the extra

WHEN = date(2022, 7, 1)


@pytest.fixture
def areas():
    """Four strips of Sudan's packaged outline, from west to east."""
    sudan = country_outline("SDN")
    cuts = [20, 30, 31, 32, 45]
    strips = [shapely.box(w, 0, e, 30) for w, e in itertools.pairwise(cuts)]
    return Shapes.of(["a", "b", "c", "d"], shapely.intersection(strips, sudan))


def options(**changes):
    return {"crisis": "quake", "destination": "SDN", "as_of": WHEN} | changes


def test_rings_are_nested_circles():
    extent = rings(30.5, 10.5, [20, 60], [8, 6])
    assert extent.levels.tolist() == [6.0, 8.0]
    assert area_km2(extent.geometry) == pytest.approx(np.pi * np.array([60.0, 20.0]) ** 2, rel=1e-3)


def test_larger_circles_must_have_lower_levels():
    with pytest.raises(InputError, match="larger circles"):
        rings(30.5, 10.5, [20, 60], [6, 8])
    with pytest.raises(InputError, match="one radius per level"):
        rings(30.5, 10.5, [20], [6, 8])


def test_a_hazard_that_covers_an_area_touches_its_people(areas):
    west = Shapes.of(["west"], [shapely.box(15, 0, 30.5, 30)])
    found = map_footprint(
        areas,
        Extent.of_shapes(west),
        residents={"a": 1e6, "b": 2e6, "c": 3e6, "d": 4e6},
        **options(),
    )
    by_area = {a.area: a.in_need for a in found.areas}
    assert by_area["a"] == pytest.approx(1e6, rel=1e-6)  # wholly inside
    assert 0 < by_area["b"] < 2e6
    assert by_area["d"] == 0.0
    assert (found.measure, found.denominator) == ("exposed", 1e7)


def test_residents_of_the_country_are_spread_evenly_and_it_is_said(areas):
    found = map_footprint(
        areas, rings(30.5, 15.0, [90], [7]), residents=4e6, threshold=7, **options()
    )
    surface = areas.area_km2()
    assert found.areas[0].residents == pytest.approx(4e6 * surface["a"] / surface.sum())
    assert "spread evenly" in found.note


def test_a_hazard_elsewhere_or_too_weak_touches_nobody(areas):
    far = map_footprint(areas, rings(0.0, 50.0, [90], [7]), residents=4e6, threshold=7, **options())
    weak = map_footprint(
        areas, rings(30.5, 10.5, [90], [7]), residents=4e6, threshold=9, **options()
    )
    assert isinstance(far, TouchNobody)
    assert isinstance(weak, TouchNobody)
    assert "the map ends at 7" in weak.reason


def test_need_is_a_stated_share_of_exposure(areas):
    hazard = rings(30.5, 10.5, [90], [7])
    plain = map_footprint(areas, hazard, residents=4e6, threshold=7, **options())
    need = map_footprint(
        areas, hazard, residents=4e6, threshold=7, **options(need_share=0.5, need_basis="judged")
    )
    assert need.people == pytest.approx(plain.people / 2)
    assert need.measure == "in_need"


def test_areas_that_are_not_those_of_the_country_are_refused(areas):
    hazard = rings(30.5, 15.0, [90], [7])
    with pytest.raises(InputError, match="of the whole country would be put into them"):
        map_footprint(
            Shapes(areas.table[1:2], areas.geometry[1:2]),
            hazard,
            residents=4e6,
            threshold=7,
            **options(),
        )
    with pytest.raises(InputError, match=r"lie outside of Chad \(TCD\)"):
        map_footprint(areas, hazard, residents=4e6, threshold=7, **options(destination="TCD"))
    found = map_footprint(areas, hazard, residents=4e6, threshold=7, **options())
    assert "areas hold 100% of the packaged outline of SDN" in found.note


def test_residents_are_needed(areas):
    with pytest.raises(InputError, match="a map needs residents"):
        map_footprint(areas, rings(30.5, 10.5, [90], [7]), threshold=7, **options())
    with pytest.raises(InputError, match="number > 0"):
        map_footprint(areas, rings(30.5, 10.5, [90], [7]), residents=0.0, threshold=7, **options())


def test_a_map_runs_through_the_pipeline(areas, small_case):
    found = map_footprint(
        areas, rings(31.0, 10.5, [150], [7]), residents=40e6, threshold=7, **options()
    )
    est = scenario(small_case, [WithoutCrises(), found], draws=500, seed=1)
    row = est.by("destination").row(destination="SDN").summary().iloc[0]
    assert 0 < row["lower"] < row["mean"] < row["upper"]


@pytest.mark.raw
def test_the_provinces_of_turkiye(raw_dir):
    from gecam.datasets import load_world
    from gecam.io import read_areas
    from gecam.model import residents_at

    provinces = read_areas(raw_dir / "crisis" / "turkiye_provinces_adm1.geojson")
    world = load_world("2022")
    residents = residents_at(world.population, "TUR", WHEN)
    hazard = rings(37.0, 37.2, [40, 90, 170, 280], [9, 8, 7, 6])
    found = map_footprint(provinces, hazard, crisis="quake", destination="TUR", as_of=WHEN,
                          residents=residents, threshold=7, threshold_sd=0.3, grade="D")  # fmt: skip
    assert len(found.areas) == 81
    est = scenario(world, [WithoutCrises(), found], draws=1000, seed=1)
    row = est.by("destination").row(destination="TUR").summary().iloc[0]
    assert 0 < row["lower"] < row["odds_ratio_1"] < row["upper"] < 6e6
