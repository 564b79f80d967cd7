"""`gecam estimate --footprint`."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.geo import area_km2, country_outline  # noqa: E402 -- after the check of the extra

RUN = CliRunner()
OF_2022 = ("--edition", "2022")


def saved(path, *shapes):
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": shapely.geometry.mapping(shape),
        }
        for name, shape in shapes
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)


TURKIYE = country_outline("TUR")
WEST, EAST = shapely.box(20, 30, 36, 45), shapely.box(36, 30, 50, 45)


FLOOD = shapely.box(33, 36, 36, 42)


def part_of_country(*shapes):
    """Return the part of the packaged outline, on the ellipsoid, that lies in shapes."""
    inside = shapely.intersection(TURKIYE, shapely.union_all(shapes))
    return float(area_km2(inside) / area_km2(TURKIYE))


@pytest.fixture
def country(tmp_path):
    west, east = (shapely.intersection(TURKIYE, side) for side in (WEST, EAST))
    return saved(tmp_path / "areas.geojson", ("West", west), ("East", east))


def run(*arguments):
    return RUN.invoke(app, ["estimate", *OF_2022, *arguments, "--draws", "500", "--json"])


def test_a_polygon_over_a_part_of_the_country_exposes_that_part(tmp_path, country):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    result = run("--footprint", flood, "--destination", "TUR", "--areas", country)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["case"], answer["measure"]) == ("flood.geojson", "exposed")
    row = answer["rows"][0]
    # UN DESA 2020 revision: 6,052,652 migrants, carried to 2022, and refugees outside the stock
    assert row["odds_ratio_1"] / part_of_country(FLOOD) == pytest.approx(6.2e6, rel=0.25)
    assert row["lower"] < row["mean"] < row["upper"]


def shake(path, centre=36):
    """Write a ShakeMap's grid: 9 at the centre, one less for each degree from it."""
    lon, lat = np.meshgrid(np.arange(30, 42.1, 0.5), np.arange(42, 35.9, -0.5))
    n_lat, n_lon = lon.shape
    mmi = 9 - np.hypot(lon - centre, lat - 39)
    points = "\n".join(
        f"{a:.2f} {b:.2f} {c:.3f}" for a, b, c in zip(lon.flat, lat.flat, mmi.flat, strict=True)
    )
    path.write_text(
        f'<shakemap_grid event_id="x"><grid_specification nlon="{n_lon}" nlat="{n_lat}"/>'
        '<grid_field index="1" name="LON"/><grid_field index="2" name="LAT"/>'
        f'<grid_field index="3" name="MMI"/><grid_data>{points}</grid_data></shakemap_grid>'
    )
    return str(path)


def test_a_grid_of_intensity_needs_a_threshold(tmp_path, country):
    path = shake(tmp_path / "grid.xml")
    needed = ("--footprint", str(path), "--destination", "TUR", "--areas", country)
    assert run(*needed).exit_code == 2
    sharp, blurred = (run(*needed, "--threshold", text) for text in ("7", "7±0.3"))
    assert sharp.exit_code == blurred.exit_code == 0, blurred.output
    rows = [json.loads(result.stdout)["rows"][0] for result in (sharp, blurred)]
    assert rows[0]["cv"] < rows[1]["cv"]


def raster(path, values, *, west=25.0, north=43.0, **options):
    """Write a grid of cells of one degree."""
    rasterio = pytest.importorskip("rasterio", reason='needs the extra "geo"')
    pytest.importorskip("exactextract", reason='needs the extra "geo"')
    from rasterio.transform import Affine

    profile = {
        "driver": "GTiff", "height": len(values), "width": len(values[0]), "count": 1,
        "dtype": "float64", "crs": "EPSG:4326", "transform": Affine(1, 0, west, 0, -1, north),
        "nodata": -1,
    }  # fmt: skip
    with rasterio.open(path, "w", **{**profile, **options}) as file:
        file.write(np.asarray(values, dtype="float64"), 1)
    return str(path)


RESIDENTS = 84.98e6  # Turkiye in 2022, World Bank, to 0.1 %


def people_of(part):
    """Return cells of even density over 25 to 46 east, 34 to 43 north, with a part of the residents."""
    return np.full((9, 21), part * RESIDENTS / float(shapely.area(TURKIYE)))


@pytest.mark.parametrize("part", [0.85, 1.0, 1.2])
def test_a_grid_that_misses_residents_by_some_per_cent_is_scaled_to_them(tmp_path, country, part):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    grid = raster(tmp_path / "people.tif", people_of(part))
    needed = ("--footprint", flood, "--destination", "TUR", "--areas", country, "--grid", grid)
    row, even = (json.loads(run(*a).stdout)["rows"][0] for a in (needed, needed[:-2]))
    # degrees and square kilometres spread people a little differently from north to south
    assert row["odds_ratio_1"] == pytest.approx(even["odds_ratio_1"], rel=0.01)


@pytest.mark.parametrize("part", [0.69, 0.3, 1.3])
def test_a_grid_that_does_not_hold_the_residents_is_refused_with_its_part(tmp_path, country, part):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    grid = raster(tmp_path / "people.tif", people_of(part))
    result = run("--footprint", flood, "--destination", "TUR", "--areas", country, "--grid", grid)
    assert result.exit_code == 3
    assert f"the grid holds {part:.0%} of the 84,9" in plain(result)


def test_with_a_grid_a_part_of_the_country_will_do_and_others_live_elsewhere(tmp_path):
    west = shapely.intersection(TURKIYE, WEST)
    area = saved(tmp_path / "area.geojson", ("West", west))
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    grid = raster(tmp_path / "people.tif", people_of(1.0))
    needed = ("--footprint", flood, "--destination", "TUR", "--areas", area)
    row = json.loads(run(*needed, "--grid", grid).stdout)["rows"][0]
    exposed = shapely.area(shapely.intersection(west, FLOOD)) / shapely.area(TURKIYE)
    assert row["odds_ratio_1"] / exposed == pytest.approx(6.2e6, rel=0.25)
    alone = run(*needed)
    assert alone.exit_code == 3
    assert "of the whole country would be put into them" in plain(alone)
    thin = raster(tmp_path / "thin.tif", people_of(0.5))
    assert "the grid holds 50% of the" in plain(run(*needed, "--grid", thin))


def test_a_grid_that_ends_before_the_hazard_is_refused(tmp_path, country):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    east = raster(tmp_path / "east.tif", people_of(1.9)[:, 10:], west=35.0)
    result = run("--footprint", flood, "--destination", "TUR", "--areas", country, "--grid", east)
    assert result.exit_code == 3
    assert "the grid does not reach 1 area(s) where the hazard is: West" in plain(result)


def test_areas_of_another_country_and_areas_twice_are_refused(tmp_path, country):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    other = run("--footprint", flood, "--destination", "SYR", "--areas", country)
    assert other.exit_code == 3
    assert "of the areas lie outside of Syrian Arab Republic (SYR)" in plain(other)
    assert "of them in Türkiye (TUR)" in plain(other)
    west, east = (shapely.intersection(TURKIYE, side) for side in (WEST, EAST))
    twice = saved(
        tmp_path / "twice.geojson", ("W", west), ("E", east), ("West", west), ("East", east)
    )
    double = run("--footprint", flood, "--destination", "TUR", "--areas", twice)
    assert double.exit_code == 3
    assert "50% of their surface counts more than once" in plain(double)


def plain(result):
    return " ".join(result.output.replace("│", " ").split())


def test_what_files_do_not_say_can_be_told(tmp_path):
    pyproj = pytest.importorskip("pyproj")
    pytest.importorskip("rasterio", reason='needs the extra "geo"')
    from gecam.geo import projected

    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    metres = projected([shapely.intersection(TURKIYE, side) for side in (WEST, EAST)],
                       "OGC:CRS84", "EPSG:5635")  # fmt: skip
    shapefile = pytest.importorskip("shapefile")
    with zipfile.ZipFile(tmp_path / "areas.zip", "w") as archive:
        for stem in ("regions", "sectors"):
            with shapefile.Writer(str(tmp_path / stem), shapeType=shapefile.POLYGON) as writer:
                writer.field("name", "C", 10)
                writer.field("code", "C", 10)
                for shape, code in zip(metres, ("W", "E"), strict=True):
                    writer.shape(shapely.geometry.mapping(shape))
                    writer.record("Region", code)
            for end in ("shp", "shx", "dbf"):
                archive.write(tmp_path / f"{stem}.{end}", f"{stem}.{end}")
    cells = people_of(1.0)
    cells[0, 0] = -200.0  # in the sea
    grid = raster(tmp_path / "people.tif", cells, nodata=None)
    needed = ("--footprint", flood, "--destination", "TUR", "--areas",
              str(tmp_path / "areas.zip"))  # fmt: skip
    told = (
        "--area-layer",
        "regions",
        "--crs",
        "EPSG:5635",
        "--area-name",
        "code",
        "--grid",
        grid,
        "--nodata",
        "-200",
    )
    for missing, message in (
        ("--area-layer", "--area-layer"),
        ("--crs", "--crs"),
        ("--area-name", "--area-name"),
        ("--nodata", "--nodata"),
    ):
        at = told.index(missing)
        result = run(*needed, *told[:at], *told[at + 2 :])
        assert result.exit_code == 3
        assert message in plain(result)
    result = run(*needed, *told)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)["rows"][0]["odds_ratio_1"]
    assert answer / part_of_country(FLOOD) == pytest.approx(6.2e6, rel=0.25)
    assert pyproj.CRS("EPSG:5635").is_projected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--crs", "EPSG:4326"), "every file states its own"),
        (("--nodata", "-1"), "goes with --grid FILE"),
        (("--area-layer", "regions"), "GeoJSON has no layers"),
    ],
)
def test_what_is_told_of_no_file_is_bad_usage(tmp_path, country, options, message):
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    result = run("--footprint", flood, "--destination", "TUR", "--areas", country, *options)
    assert result.exit_code == (3 if "layers" in message else 2)
    assert message in plain(result)
    bare = run("--areas", country)
    assert bare.exit_code == 2
    assert "go with --footprint FILE" in plain(bare)


def test_two_grids_of_intensity_with_a_fixed_threshold_are_united(tmp_path, country):
    first, second = (
        shake(tmp_path / f"{name}.xml", centre) for name, centre in (("first", 33), ("second", 35))
    )
    result = run("--footprint", first, "--footprint", second, "--destination", "TUR", "--areas",
                 country, "--threshold", "6", "--by", "destination")  # fmt: skip
    assert result.exit_code == 0, result.output
    one = run("--footprint", first, "--destination", "TUR", "--areas", country, "--threshold", "6")
    union, alone = (json.loads(r.stdout)["rows"][0]["odds_ratio_1"] for r in (result, one))
    # two circles of three degrees, their centres two apart: 1.42 of one (lens of two circles)
    assert union / alone == pytest.approx(1.42, abs=0.05)


def quarter(tmp_path, name, west):
    return saved(tmp_path / f"{name}.geojson", (name, shapely.box(west, 36, west + 3, 42)))


@pytest.mark.parametrize("west", [33, 34.5, 36])
def test_how_far_two_maps_share_people_is_measured(tmp_path, country, west):
    maps = ["--footprint", quarter(tmp_path, "flood", 33), "--footprint",
            quarter(tmp_path, "storm", west)]  # fmt: skip
    needed = (*maps, "--destination", "TUR", "--areas", country)
    answer, crises = (
        json.loads(run(*needed, "--by", by).stdout)["rows"] for by in ("destination", "crisis")
    )
    one, storm = crises[0]["odds_ratio_1"], shapely.box(west, 36, west + 3, 42)
    ratio = part_of_country(FLOOD, storm) / part_of_country(FLOOD)
    assert answer[0]["odds_ratio_1"] == pytest.approx(one * ratio, rel=0.01)
    assert not any("OVERLAP_ASSUMED" in str(row["flags"]) for row in crises)


def test_maps_are_drawn_beside_the_tables(tmp_path, country):
    out = tmp_path / "out"
    result = run("--footprint", quarter(tmp_path, "flood", 33), "--destination", "TUR", "--areas",
                 country, "--out", str(out))  # fmt: skip
    assert result.exit_code == 0, result.output
    assert (out / "map_flood.png").read_bytes().startswith(b"\x89PNG")


def test_one_threshold_serves_the_maps_that_have_levels(tmp_path, country):
    flood, storm = quarter(tmp_path, "flood", 33), quarter(tmp_path, "storm", 36)
    two = ("--footprint", flood, "--footprint", storm, "--destination", "TUR", "--areas", country)
    assert run(*two, "--threshold", "6").exit_code == 0  # neither has levels
    alone = run(
        "--footprint", flood, "--destination", "TUR", "--areas", country, "--threshold", "6"
    )
    assert alone.exit_code == 3
    assert "takes no threshold" in alone.output
    three = run(*two, *("--threshold", "6") * 3)
    assert three.exit_code == 2
    assert "one for each of the 2" in " ".join(three.output.replace("│", " ").split())


def test_maps_need_names_of_their_own(tmp_path, country):
    flood = quarter(tmp_path, "flood", 33)
    result = run(
        "--footprint", flood, "--footprint", flood, "--destination", "TUR", "--areas", country
    )
    assert result.exit_code == 2
    assert "names of their own" in result.output


def test_figures_of_another_country_are_bad_usage(tmp_path):
    path = tmp_path / "quake.csv"
    path.write_text("ADM0_NAME,ADM1_NAME,ADM2_NAME,5_MMI,6_MMI\nIndonesia,B,C,100,40\n")
    result = run("--footprint", str(path), "--destination", "PER", "--threshold", "5")
    assert result.exit_code == 2
    assert "is of IDN, not of PER" in " ".join(result.output.replace("│", " ").split())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("--destination", "Turkeyy"), "--destination"),
        (("--destination", "TUR"), "--areas"),
        (("--destination", "TUR", "--threshold", "high"), "--threshold"),
    ],
)
def test_what_is_missing_is_bad_usage(tmp_path, change, message):
    flood = saved(tmp_path / "flood.geojson", ("flood", shapely.box(33, 36, 36, 42)))
    result = run("--footprint", flood, *change)
    assert result.exit_code == 2
    assert message in result.output


def test_a_table_is_no_map(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text("crisis,destination,as_of,people\nx,SDN,2022-07-01,5\n")
    result = run("--footprint", str(path), "--destination", "SDN")
    assert result.exit_code == 2
    assert "not a map" in result.output


@pytest.mark.raw
def test_the_flood_in_ethiopia(raw_dir):
    file = str(raw_dir / "crisis" / "wfp_adam_flood_eth_20231109.zip")
    result = run("--edition", "2024", "--footprint", file, "--destination", "ETH")
    assert result.exit_code == 0, result.output
    row = json.loads(result.stdout)["rows"][0]
    # 95,847 of Ethiopia's 132 million (World Bank, 2024) and about 1.1 million migrants
    assert row["odds_ratio_1"] == pytest.approx(95_847 / 132e6 * 1.1e6, rel=0.2)


def test_own_tables_beside_a_map_are_refused_and_not_ignored(tmp_path, country):
    stock = tmp_path / "stock.csv"
    stock.write_text("destination,origin,as_of,people\n")
    flood = saved(tmp_path / "flood.geojson", ("flood", FLOOD))
    given = ("--footprint", flood, "--destination", "TUR", "--areas", country)
    result = run(*given, "--stock", str(stock))
    assert result.exit_code == 2
    assert "not with files of your own" in plain(result)
