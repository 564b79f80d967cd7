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
