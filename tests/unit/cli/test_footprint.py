"""`gecam estimate --footprint`."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

RUN = CliRunner()


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


@pytest.fixture
def country(tmp_path):
    west, east = shapely.box(30, 36, 36, 42), shapely.box(36, 36, 42, 42)
    return saved(tmp_path / "areas.geojson", ("West", west), ("East", east))


def run(*arguments):
    return RUN.invoke(app, ["estimate", *arguments, "--draws", "500", "--json"])


def test_a_polygon_over_a_quarter_of_the_country_exposes_a_quarter(tmp_path, country):
    flood = saved(tmp_path / "flood.geojson", ("flood", shapely.box(33, 36, 36, 42)))
    result = run("--footprint", flood, "--destination", "TUR", "--areas", country)
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["case"], answer["measure"]) == ("flood.geojson", "exposed")
    row = answer["rows"][0]
    # UN DESA 2020 revision: 6,052,652 migrants, carried to 2022, and refugees outside the stock
    assert row["odds_ratio_1"] / 0.25 == pytest.approx(6.2e6, rel=0.25)
    assert row["lower"] < row["mean"] < row["upper"]


def test_a_grid_of_intensity_needs_a_threshold(tmp_path, country):
    lon, lat = np.meshgrid(np.arange(30, 42.1, 0.5), np.arange(42, 35.9, -0.5))
    n_lat, n_lon = lon.shape
    mmi = 9 - np.hypot(lon - 36, lat - 39)
    points = "\n".join(
        f"{a:.2f} {b:.2f} {c:.3f}" for a, b, c in zip(lon.flat, lat.flat, mmi.flat, strict=True)
    )
    path = tmp_path / "grid.xml"
    path.write_text(
        f'<shakemap_grid event_id="x"><grid_specification nlon="{n_lon}" nlat="{n_lat}"/>'
        '<grid_field index="1" name="LON"/><grid_field index="2" name="LAT"/>'
        f'<grid_field index="3" name="MMI"/><grid_data>{points}</grid_data></shakemap_grid>'
    )
    needed = ("--footprint", str(path), "--destination", "TUR", "--areas", country)
    assert run(*needed).exit_code == 2
    sharp, blurred = (run(*needed, "--threshold", text) for text in ("7", "7±0.3"))
    assert sharp.exit_code == blurred.exit_code == 0, blurred.output
    rows = [json.loads(result.stdout)["rows"][0] for result in (sharp, blurred)]
    assert rows[0]["cv"] < rows[1]["cv"]


@pytest.mark.parametrize(("people", "exposed"), [(85e6, 0.5), (10e6, 5e6 / 85e6)])
def test_a_grid_with_far_fewer_people_shows_a_part_of_the_country(tmp_path, people, exposed):
    rasterio = pytest.importorskip("rasterio", reason='needs the extra "geo"')
    pytest.importorskip("exactextract", reason='needs the extra "geo"')
    from rasterio.transform import Affine

    path = tmp_path / "people.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=6, width=6, count=1, dtype="float64", crs="EPSG:4326",
        transform=Affine(1, 0, 30, 0, -1, 42), nodata=-1,
    ) as file:  # fmt: skip
        file.write(np.full((6, 6), people / 36), 1)
    area = saved(tmp_path / "area.geojson", ("West", shapely.box(30, 36, 36, 42)))
    flood = saved(tmp_path / "flood.geojson", ("flood", shapely.box(30, 36, 33, 42)))
    result = run("--footprint", flood, "--destination", "TUR", "--areas", area, "--grid", str(path))
    assert result.exit_code == 0, result.output
    row = json.loads(result.stdout)["rows"][0]
    assert row["odds_ratio_1"] / exposed == pytest.approx(6.2e6, rel=0.25)


def quarter(tmp_path, name, west):
    return saved(tmp_path / f"{name}.geojson", (name, shapely.box(west, 36, west + 3, 42)))


@pytest.mark.parametrize(("west", "exposed"), [(33, 0.25), (34.5, 0.375), (36, 0.5)])
def test_how_far_two_maps_share_people_is_measured(tmp_path, country, west, exposed):
    maps = ["--footprint", quarter(tmp_path, "flood", 33), "--footprint",
            quarter(tmp_path, "storm", west)]  # fmt: skip
    needed = (*maps, "--destination", "TUR", "--areas", country)
    answer, crises = (
        json.loads(run(*needed, "--by", by).stdout)["rows"] for by in ("destination", "crisis")
    )
    one = crises[0]["odds_ratio_1"]
    assert answer[0]["odds_ratio_1"] == pytest.approx(one * exposed / 0.25, rel=0.01)
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
        (("--destination", "Turkey"), "--destination"),
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
