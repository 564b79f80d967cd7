"""Areas against the packaged outline of a country, and grids against its residents."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.codes import world  # noqa: E402
from gecam.errors import InputError  # noqa: E402
from gecam.geo import (  # noqa: E402
    Extent,
    PopulationGrid,
    Shapes,
    area_coverage,
    area_km2,
    country_outline,
    country_ratio,
    exposure,
    footprint_overlap,
    grid_ratio,
)

SUDAN = country_outline("SDN")
NORTH = shapely.intersection(SUDAN, shapely.box(20, 15, 40, 30))
SOUTH = shapely.difference(SUDAN, NORTH)


def test_areas_of_the_country_hold_it():
    found = area_coverage(Shapes.of(["N", "S"], [NORTH, SOUTH]), "SDN")
    assert found.missing == pytest.approx(0, abs=1e-9)
    assert found.outside == pytest.approx(0, abs=1e-9)
    assert "areas hold 100% of the packaged outline of SDN" in found.note().text


def test_a_border_that_is_known_to_20_km_is_not_held_against_areas():
    moved = shapely.transform(SUDAN, lambda xy: xy + np.array([0.15, 0.0]))  # 16 km
    found = area_coverage(Shapes.of(["all"], [moved]), "SDN")
    assert found.missing == pytest.approx(0, abs=1e-9)
    assert found.outside == pytest.approx(0, abs=1e-3)


def test_a_part_is_refused_with_what_it_holds_unless_a_part_will_do():
    south = Shapes.of(["South"], [SOUTH])
    held = float(area_km2(SOUTH) / area_km2(SUDAN))
    with pytest.raises(InputError, match=rf"the areas hold {held:.0%} of Sudan \(SDN\)"):
        area_coverage(south, "SDN")
    found = area_coverage(south, "SDN", is_part=True)
    assert 1 - found.missing == pytest.approx(held, abs=0.02)  # the part well inside, and all of it
    assert not found.is_whole


def test_areas_of_other_countries_are_refused_with_their_names():
    both = Shapes.of(["SDN", "SSD"], [SUDAN, country_outline("SSD")])
    outside = float(
        area_km2(country_outline("SSD")) / (area_km2(SUDAN) + area_km2(country_outline("SSD")))
    )
    with pytest.raises(
        InputError, match=r"lie outside of Sudan \(SDN\).*South Sudan \(SSD\)"
    ) as error:
        area_coverage(both, "SDN", is_part=True)
    told = float(str(error.value).split("%")[0]) / 100
    assert outside - 0.05 < told <= outside  # less the strip of 20 km along the border


@pytest.mark.parametrize("use", ["check", "exposure", "overlap"])
def test_areas_that_overlap_are_refused_wherever_people_of_areas_are_added(use):
    areas = Shapes.of(["N", "N again", "S"], [NORTH, NORTH, SOUTH])
    people = {"N": 1.0, "N again": 1.0, "S": 1.0}
    calls = {
        "check": lambda: area_coverage(areas, "SDN"),
        "exposure": lambda: exposure(areas, Extent.of_shapes(areas), residents=people),
        "overlap": lambda: footprint_overlap({"a": NORTH, "b": SOUTH}, areas, residents=people),
    }
    share = float(area_km2(NORTH) / (2 * area_km2(NORTH) + area_km2(SOUTH)))
    with pytest.raises(InputError, match=rf"overlap: {share:.0%} .* \(N and N again"):
        calls[use]()


def test_of_a_small_country_surfaces_are_compared_to_a_factor_of_two():
    lebanon = country_outline("LBN")
    found = area_coverage(Shapes.of(["all"], [lebanon]), "LBN")
    assert np.isnan(found.missing)
    assert found.note().code == "COVERAGE_NOT_CHECKED"
    third = shapely.intersection(lebanon, shapely.box(35, 34.2, 37, 35))
    with pytest.raises(InputError, match=r"of Lebanon \(LBN\)"):
        area_coverage(Shapes.of(["North"], [third]), "LBN")
    with pytest.raises(InputError, match=r"outside of Lebanon \(LBN\).*in Sudan"):
        area_coverage(Shapes.of(["N"], [NORTH]), "LBN")


def test_a_place_without_an_outline_has_a_point_that_areas_must_be_near():
    malta = Shapes.of(["Malta"], [shapely.box(14.2, 35.8, 14.6, 36.0)])
    assert area_coverage(malta, "MLT").note().code == "COVERAGE_NOT_CHECKED"
    with pytest.raises(InputError, match=r"within 300 km of Malta \(MLT\).*in Sudan \(SDN\)"):
        area_coverage(Shapes.of(["N"], [NORTH]), "MLT")
    with pytest.raises(InputError, match="not a known name or code"):
        area_coverage(malta, "XXX")


def even(people, west=20.0, east=40.0):
    """Return people spread evenly over Sudan's degrees, as a grid of quarters of a degree."""
    pytest.importorskip("exactextract", reason='needs the extra "geo"')
    x, y = np.arange(west + 0.125, east, 0.25), np.arange(23.875, 6, -0.25)
    cells = np.full((len(y), len(x)), people / shapely.area(SUDAN) * 0.25**2)
    return PopulationGrid(xr.DataArray(cells, {"y": y, "x": x}, ("y", "x")), "OGC:CRS84")


def test_a_grid_is_compared_with_residents_and_its_ratio_is_returned():
    areas = Shapes.of(["N", "S"], [NORTH, SOUTH])
    assert grid_ratio(even(36e6), areas, 40e6) == pytest.approx(0.9, rel=1e-6)
    for people in (30e6, 52e6):
        with pytest.raises(InputError, match=rf"{people / 40e6:.0%} of the 40,000,000 residents"):
            grid_ratio(even(people), areas, 40e6)


def test_a_grid_that_holds_the_country_is_compared_within_its_outline():
    assert country_ratio(even(36e6), "SDN", 40e6) == pytest.approx(0.9, rel=1e-6)
    with pytest.raises(InputError, match="69% of the 40,000,000"):
        country_ratio(even(0.69 * 40e6), "SDN", 40e6)
    assert country_ratio(even(10e6, west=32.0), "SDN", 40e6) is None  # ends within the country
    assert country_ratio(even(36e6), "MLT", 5e5) is None


def test_a_grid_must_reach_where_people_are_asked_for():
    areas = Shapes.of(["N", "S"], [NORTH, SOUTH])
    east = even(40e6, west=32.0)
    flood = Extent.of_shapes(Shapes.of(["f"], [shapely.box(33, 5, 35, 14)]))
    residents = {"N": 2e7, "S": 2e7}
    assert exposure(areas, flood, population=east, residents=residents).at().people["N"] == 0
    with pytest.raises(InputError, match=r"2 area\(s\) whose residents are not told: N, S"):
        exposure(areas, flood, population=east)
    west = Extent.of_shapes(Shapes.of(["f"], [shapely.box(25, 5, 35, 14)]))
    with pytest.raises(InputError, match=r"1 area\(s\) where the hazard is: S"):
        exposure(areas, west, population=east, residents=residents)


@pytest.mark.raw
def test_the_provinces_of_turkiye_hold_it_and_hatay_does_not(raw_dir):
    from gecam.io import read_areas

    provinces = read_areas(raw_dir / "crisis" / "turkiye_provinces_adm1.geojson")
    found = area_coverage(provinces, "TUR")
    assert found.missing < 0.01  # at the outline's 1:110 million
    assert found.outside < 0.01
    with pytest.raises(InputError, match="of Türkiye"):
        area_coverage(provinces.where("name", "Hatay"), "TUR")
    assert area_coverage(provinces.where("name", "Hatay"), "TUR", is_part=True).outside < 1e-9
    with pytest.raises(InputError, match=r"98% of the areas lie outside of Syrian Arab Republic"):
        area_coverage(provinces, "SYR")


@pytest.mark.raw
@pytest.mark.slow
def test_every_country_of_the_outlines_source_holds_itself(raw_dir):
    from gecam.io import read_areas

    countries = read_areas(raw_dir / "crisis" / "ne_110m_admin_0_countries.geojson")
    for code in world().shapes.keys() & set(countries.names) - {"NOR", "FRA", "SOM", "CYP"}:
        area_coverage(countries.where("iso3", code), code)  # drawn in other ways: NOTICE.md
