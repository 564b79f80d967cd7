"""ShakeMaps: contours, and grids in the namespaces of two agencies."""

from __future__ import annotations

import json

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import HostileFileError, InputError, LayoutError  # noqa: E402
from gecam.geo import area_km2, crisis_zone_sums  # noqa: E402
from gecam.io import read_areas, read_shakemap, read_shakemap_grid  # noqa: E402


def contours(*rings, frame=(-10, -10, 10, 10), **changes):
    features = [
        {
            "type": "Feature",
            "properties": {"value": value, "units": "mmi", "color": "#fff"},
            "geometry": {
                "type": "MultiLineString",
                "coordinates": [[[-h, -h], [h, -h], [h, h], [-h, h], [-h, -h]]],
            },
        }
        for value, h in rings
    ]
    document = {
        "type": "FeatureCollection",
        "metadata": {"eventid": "us1", "longitude": 0, "latitude": 0},
        "bbox": list(frame),
        "features": features,
    }
    return json.dumps(document | changes).encode()


def grid(
    points=None, *, namespace="http://earthquake.usgs.gov/eqcenter/shakemap", n=3, field="MMI"
):
    points = points or [(30 + 0.1 * i, 1 - 0.1 * j, 5 + i + j) for j in range(n) for i in range(n)]
    lines = "\n".join(" ".join(map(str, point)) for point in points)
    return f"""<?xml version="1.0"?>
<shakemap_grid xmlns="{namespace}" event_id="us1">
<grid_specification lon_min="30" lat_min="0.8" lon_max="30.2" lat_max="1" nlon="{n}" nlat="{n}"/>
<grid_field index="1" name="LON" units="dd"/><grid_field index="2" name="LAT" units="dd"/>
<grid_field index="3" name="{field}" units="intensity"/>
<grid_data>
{lines}
</grid_data></shakemap_grid>""".encode()


def test_contours_become_nested_areas_in_the_files_unit():
    extent = read_shakemap(contours((5.0, 8), (6.0, 4)))
    assert (extent.unit, extent.levels.tolist(), extent.top) == ("MMI", [5.0, 6.0], 7.0)
    expected = area_km2([shapely.box(-h, -h, h, h) for h in (8, 4)])
    assert area_km2(extent.geometry) == pytest.approx(expected, rel=1e-9)
    assert extent.source.id == "shakemap-us1-contours"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (contours((5, 8)).replace(b'"value"', b'"level"'), "is not a ShakeMap's contours"),
        (contours((5, 8), (6, 4)).replace(b'"mmi"', b'"pga"', 1), "several units"),
        (contours((5, 8), bbox=[10, -10, -10, 10]), "bbox that is no frame"),
        (contours((5, 8), bbox="x"), "bbox that is no frame"),
        (contours((5, 8), crs={"properties": {"name": "EPSG:3857"}}), "longitude and latitude"),
        (contours((5, 8)).replace(b"MultiLineString", b"Polygon"), "shapes that are no lines"),
        (
            contours((5, 8)).replace(b'"MultiLineString"', b"null"),
            "feature 1 has a shape that cannot",
        ),
        (contours((5, 8)).replace(b"MultiLineString", b"MultiLine"), "feature 1 has a shape that"),
    ],
)
def test_a_file_that_is_no_shakemap_is_an_error(data, message):
    with pytest.raises(InputError, match=message):
        read_shakemap(data)


@pytest.mark.parametrize(
    "namespace",
    ["http://earthquake.usgs.gov/eqcenter/shakemap", "http://inatews.bmkg.go.id/shakemap"],
)
def test_a_grid_is_read_in_any_namespace(namespace):
    found = read_shakemap_grid(grid(namespace=namespace))
    assert found.latitude.tolist() == pytest.approx([0.8, 0.9, 1.0])  # south first
    assert found.intensity.tolist() == [[7, 8, 9], [6, 7, 8], [5, 6, 7]]
    assert namespace in found.notes[0].text


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"<other/>", LayoutError, "its root is 'other'"),
        (grid(field="PGA"), LayoutError, "no field 'MMI'. Fields: LON, LAT, PGA"),
        (grid([(30, 1, 5)]), InputError, "does not hold 9 points of 3 numbers"),
        (grid().replace(b"30.1 1.0 6", b"30.1 1.0 x"), InputError, "does not hold 9 points"),
        (grid().replace(b"30.1 1.0 6", b"33.1 1.0 6"), InputError, "off the grid"),
        (grid().replace(b"30.1 1.0 6", b"nan 1.0 6"), InputError, "off the grid"),
        (grid().replace(b"30.1 1.0 6", b"30.1 1.0 inf"), InputError, "infinite intensity"),
        (grid().replace(b'nlon="3"', b'nlon="0"'), InputError, "grid of 0 by 3"),
        (
            grid().replace(b'nlon="3"', b'nlon="x"'),
            LayoutError,
            "nlon='x', which is no whole number",
        ),
        (grid().replace(b'index="3"', b'index="0"'), LayoutError, "number its fields from 1 to 3"),
        (grid().replace(b'index="3"', b'index="4"'), LayoutError, "number its fields from 1 to 3"),
        (grid(namespace="http://earth}quake"), InputError, "not valid XML"),
        (grid().replace(b'nlon="3"', b'nlon="99999999"'), InputError, "grid of 99999999 by 3"),
        (
            b'<!DOCTYPE x [<!ENTITY a "b">]>' + grid(),
            HostileFileError,
            "DOCTYPE",
        ),
    ],
)
def test_a_grid_that_contradicts_itself_is_an_error(data, error, message):
    with pytest.raises(error, match=message.replace(".", r"\.")):
        read_shakemap_grid(data)


def test_a_grid_across_the_antimeridian_is_one_grid():
    points = [((179 + i + 180) % 360 - 180, 1 - j, 6) for j in range(3) for i in range(3)]
    extent = read_shakemap_grid(grid(points)).extent([5])
    assert shapely.bounds(extent.at(5)).tolist() == [-180, -1, 180, 1]
    assert area_km2(extent.at(5)) == pytest.approx(float(area_km2(shapely.box(0, -1, 2, 1))))


@pytest.mark.raw
def test_contours_of_hebgen_lake(raw_dir):
    extent = read_shakemap(raw_dir / "crisis" / "usgs_shakemap_hebgen1959_cont_mmi.json")
    assert extent.levels.tolist() == [3 + i / 2 for i in range(11)]
    assert (extent.unit, extent.top) == ("MMI", 8.5)
    areas = area_km2(extent.geometry)
    assert (np.diff(areas) < 0).all()
    # From 4.0 up all lines are closed. 5.0 to 8.0 have rings side by side and none inside another,
    # so that their polygons' areas add; at 4.0 and 4.5 there are islands of lower intensity.
    document = json.loads(
        (raw_dir / "crisis" / "usgs_shakemap_hebgen1959_cont_mmi.json").read_text()
    )
    for level, area in zip(extent.levels, areas, strict=True):
        lines = next(f for f in document["features"] if f["properties"]["value"] == level)
        rings = [
            shapely.Polygon(line) for line in lines["geometry"]["coordinates"] if len(line) > 3
        ]
        if level >= 5:
            assert area == pytest.approx(float(area_km2(rings).sum()), rel=1e-9)
    whole = area_km2(shapely.box(*document["bbox"]))
    assert 0.9 * whole < areas[0] < whole
    epicentre = shapely.Point(-110.891, 44.63)
    assert shapely.intersects(extent.at(6.5), epicentre)


@pytest.mark.raw
def test_the_shakemap_of_hebgen_lake_reaches_no_other_country(raw_dir):
    extent = read_shakemap(raw_dir / "crisis" / "usgs_shakemap_hebgen1959_cont_mmi.json")
    countries = read_areas(raw_dir / "crisis" / "ne_110m_admin_0_countries.geojson")
    inside = crisis_zone_sums({"shaken": extent.at(5.0)}, countries)["shaken"]
    assert inside[inside > 0].index.tolist() == ["USA"]


@pytest.mark.raw
def test_the_grid_of_papua(raw_dir):
    found = read_shakemap_grid(raw_dir / "crisis" / "bmkg_shakemap_grid_20131105_papua.xml.gz")
    assert found.intensity.shape == (101, 101)
    assert np.nanmax(found.intensity) == 3.53
    assert "inatews.bmkg.go.id" in found.notes[0].text
    assert found.extent([2, 3]).levels.tolist() == [2, 3]
