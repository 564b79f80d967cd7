"""Polygons from GeoJSON, shapefiles and GeoPackages, whole and broken."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import zipfile
from contextlib import closing

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
shapefile = pytest.importorskip("shapefile", reason='needs the extra "geo"')
pyproj = pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import HostileFileError, InputError, LayoutError  # noqa: E402
from gecam.geo import area_km2  # noqa: E402
from gecam.io import check_file, read_areas  # noqa: E402
from gecam.model import Source  # noqa: E402

BOX = shapely.box(30, 0, 31, 1)
SQUARE = shapely.geometry.mapping(BOX)


def feature(geometry=SQUARE, **properties):
    return {"type": "Feature", "properties": properties or {"name": "A"}, "geometry": geometry}


def collection(*features, **members):
    return json.dumps({"type": "FeatureCollection", **members, "features": list(features)}).encode()


def packed(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def shapefile_of(shapes, names, *, prj="EPSG:4326", stem="areas"):
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C", 40)
        for shape, name in zip(shapes, names, strict=True):
            writer.shape(shapely.geometry.mapping(shape))
            writer.record(name)
    members = {f"{stem}.{name}": data.getvalue() for name, data in parts.items()}
    if prj:
        members[f"{stem}.prj"] = pyproj.CRS(prj).to_wkt("WKT1_ESRI").encode()
    return members


def geopackage(shapes, names, *, srs=4326, envelope=1, layers=("areas",), blob=None):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INT)")
    db.execute(
        "CREATE TABLE gpkg_spatial_ref_sys (srs_id INT, organization TEXT, "
        "organization_coordsys_id INT, definition TEXT)"
    )
    db.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?, '')", (srs, srs))
    for layer in layers:
        db.execute(f'CREATE TABLE "{layer}" (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT)')
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (layer, srs))
        for shape, name in zip(shapes, names, strict=True):
            head = b"GP\0" + bytes([(envelope << 1) | 1]) + struct.pack("<i", srs)
            west, south, east, north = shapely.bounds(shape)
            head += struct.pack("<4d", west, east, south, north) if envelope else b""
            data = blob if blob is not None else head + shapely.to_wkb(shape)
            db.execute(f'INSERT INTO "{layer}" (geom, name) VALUES (?, ?)', (data, name))
    db.commit()
    data = db.serialize()
    db.close()
    return data


MOVED = shapely.box(31, 0, 32, 1)
FORMATS = {
    "geojson": lambda: collection(
        feature(name="A"), feature(shapely.geometry.mapping(MOVED), name="B")
    ),
    "gzip": lambda: gzip.compress(FORMATS["geojson"]()),
    "shapefile": lambda: packed(shapefile_of([BOX, MOVED], ["A", "B"])),
    "geopackage": lambda: geopackage([BOX, MOVED], ["A", "B"]),
    "geopackage without envelope": lambda: geopackage([BOX, MOVED], ["A", "B"], envelope=0),
    "archive of a geopackage": lambda: packed({"x/a.gpkg": geopackage([BOX, MOVED], ["A", "B"])}),
    "archive of geojson": lambda: packed({"a.json": FORMATS["geojson"]()}),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_areas(form):
    areas = read_areas(FORMATS[form]())
    assert areas.names.tolist() == ["A", "B"]
    assert areas.area_km2().tolist() == pytest.approx(area_km2([BOX, MOVED]).tolist(), rel=1e-12)
    assert len(areas.source.sha256) == 64
    assert not areas.source.is_public


@pytest.mark.parametrize(
    "document",
    [
        feature(name="A"),
        SQUARE,
        {"type": "GeometryCollection", "geometries": [SQUARE]},
        shapely.geometry.mapping(shapely.MultiPolygon([BOX])),
    ],
)
def test_a_single_feature_and_a_bare_geometry_are_read_and_known(document, tmp_path):
    path = tmp_path / "flood.json"
    path.write_text(json.dumps(document))
    areas = read_areas(path)
    assert areas.area_km2().tolist() == pytest.approx([float(area_km2(BOX))])
    assert check_file(path).reader == "read_areas"


def test_a_shapefile_on_disk_is_read_with_its_siblings(tmp_path):
    for name, data in shapefile_of([BOX], ["Île"]).items():
        (tmp_path / name).write_bytes(data)
    assert read_areas(tmp_path / "areas.shp").names.tolist() == ["Île"]


def test_the_users_source_is_kept_with_the_hash():
    areas = read_areas(collection(feature()), source=Source("cod-ab", "OCHA", "Boundaries"))
    assert (areas.source.id, areas.source.is_public, len(areas.source.sha256)) == (
        "cod-ab",
        True,
        64,
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (lambda: packed(shapefile_of([BOX], ["A"], prj="")), "no coordinate reference system"),
        (lambda: geopackage([BOX], ["A"], srs=-1), "no coordinate reference system"),
        (lambda: collection(feature(), crs=None), "no coordinate reference system"),
        (lambda: collection(feature(), crs={"a": 1}), "crs is not understood"),
        (
            lambda: collection(feature(shapely.geometry.mapping(shapely.box(4e5, 1e6, 5e5, 2e6)))),
            "not longitude and latitude in A",
        ),
    ],
)
def test_a_missing_or_wrong_reference_system_is_an_error(data, message):
    with pytest.raises(InputError, match=message):
        read_areas(data())


def test_a_missing_reference_system_can_be_given_and_a_stated_one_not_contradicted():
    metres = shapely.box(450_000, 0, 550_000, 100_000)
    bare = packed(shapefile_of([metres], ["A"], prj=""))
    area = read_areas(bare, crs="EPSG:32637").area_km2()["A"]
    assert area == pytest.approx(10_000 / 0.9992, rel=1e-3)
    told = packed(shapefile_of([metres], ["A"], prj="EPSG:32637"))
    assert read_areas(told).area_km2()["A"] == pytest.approx(area)
    with pytest.raises(InputError, match="crs= another"):
        read_areas(told, crs="EPSG:4326")


def test_codes_of_natural_earth_replace_minus_99():
    def country(name, iso, eh, adm):
        properties = {"NAME": name, "ISO_A3": iso, "ISO_A3_EH": eh, "ADM0_A3": adm}
        return {"type": "Feature", "properties": properties, "geometry": SQUARE}

    areas = read_areas(collection(
        country("France", "-99", "FRA", "FRA"), country("Norway", "-99", "-99", "NOR"),
        country("Kosovo", "-99", "-99", "KOS"), country("S. Sudan", "SSD", "SSD", "SDS"),
        country("Somaliland", "-99", "-99", "SOL"),
    ))  # fmt: skip
    assert areas.names.tolist() == ["FRA", "NOR", "XKX", "SSD", "SOL"]
    notes = {note.code: note for note in areas.notes}
    assert notes["CODE_MINUS_99"].count == 4
    assert "SOL" in notes["CODE_OF_NO_COUNTRY"].text


def test_the_column_of_names_can_be_chosen_and_must_be_there():
    data = collection(feature(name="A", code="KE01"))
    assert read_areas(data, name="code").names.tolist() == ["KE01"]
    with pytest.raises(LayoutError, match=r"no column 'nothing'\. Columns: name, code"):
        read_areas(data, name="nothing")


def test_shapes_without_a_known_column_of_names_are_numbered_with_a_note():
    areas = read_areas(collection(feature(code="x"), feature(code="y")))
    assert areas.names.tolist() == ["1", "2"]
    assert areas.notes[0].code == "NAMES_NUMBERED"


def test_several_layers_must_be_named():
    with pytest.raises(LayoutError, match=r"layers \['a', 'b'\]"):
        read_areas(geopackage([BOX], ["A"], layers=("a", "b")))
    assert len(read_areas(geopackage([BOX], ["A"], layers=("a", "b")), layer="b")) == 1
    two = shapefile_of([BOX], ["A"]) | shapefile_of([MOVED], ["B"], stem="other")
    with pytest.raises(LayoutError, match=r"shapefiles \['areas', 'other'\]"):
        read_areas(packed(two))
    assert read_areas(packed(two), layer="other").names.tolist() == ["B"]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (lambda: b'{"type": "Topology"}', LayoutError, "not a GeoJSON FeatureCollection"),
        (lambda: b'{"type": "Feature"}', InputError, "no polygon among 1"),
        (lambda: b'{"type": "Point", "coordinates": [0, 0]}', InputError, "no polygon among 1"),
        (collection, InputError, "no features"),
        (lambda: collection(feature(None)), InputError, "no polygon among 1"),
        (lambda: collection(feature({"type": "Blob"})), InputError, "feature 1 has a shape"),
        (
            lambda: collection(feature({"type": "Polygon", "coordinates": [[["a", 1], [2, 3]]]})),
            InputError,
            "feature 1 has a shape",
        ),
        (
            lambda: collection(feature({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]})),
            InputError,
            "feature 1 has a shape",
        ),
        (lambda: collection(feature()).replace(b"31.0", b"NaN", 1), InputError, "not a JSON number"),
        (lambda: packed({"a.txt": b"x"}), LayoutError, "no polygons gecam can read"),
        (lambda: b"\x00\x00\x27\x0a" + b"\0" * 200, LayoutError, "needs its .dbf"),
        (lambda: geopackage([BOX], ["A"], blob=b"no shape"), InputError, "no shape"),
        (lambda: geopackage([BOX], ["A"], blob=b"GP\0\x0b" + b"\0" * 40), InputError, "envelope"),
        (lambda: geopackage([BOX], ["A"], blob=b"GP\0\x01" + b"\0" * 40), InputError, "damaged"),
        (lambda: geopackage([BOX], ["A"])[:3000], InputError, "damaged"),
        (
            lambda: geopackage([BOX], ["A"]).replace(b"areasgeom", b"areasgoem"),
            InputError,
            "layer 'areas' has no column 'goem' of shapes",
        ),
    ],
)  # fmt: skip
def test_a_broken_file_is_an_error_that_says_what(data, error, message):
    with pytest.raises(error, match=message):
        read_areas(data())


@pytest.mark.parametrize("cut", [120, 200])
def test_a_shapefile_cut_short_is_an_error(cut):
    members = shapefile_of([BOX], ["A"])
    members["areas.shp"] = members["areas.shp"][:cut]
    del members["areas.shx"]
    with pytest.raises(InputError):
        read_areas(packed(members))


def test_a_shapefile_without_its_table_is_an_error():
    members = shapefile_of([BOX], ["A"])
    del members["areas.dbf"]
    with pytest.raises(LayoutError, match=r"no \.dbf"):
        read_areas(packed(members))


def test_collections_nested_64_deep_are_refused():
    nested = SQUARE
    for _ in range(64):
        nested = {"type": "GeometryCollection", "geometries": [nested]}
    with pytest.raises(HostileFileError, match="nests deeper"):
        read_areas(collection(feature(nested)))


@pytest.mark.parametrize("n", [50_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_million_vertices_on_one_line_are_read(n):
    angle = np.linspace(0, 2 * np.pi, n)
    ring = np.column_stack([30 + np.cos(angle), np.sin(angle)]).round(9)
    ring[-1] = ring[0]
    text = ",".join(f"[{x},{y}]" for x, y in ring)
    data = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"},'
        '"geometry":{"type":"Polygon","coordinates":[[' + text + "]]}}]}"
    )
    areas = read_areas(data.encode())
    # an ellipse of pi square degrees at the equator; 1e-3: degrees of latitude are shorter
    assert areas.area_km2()["A"] == pytest.approx(np.pi * 111.32 * 110.574, rel=1e-3)


def test_views_and_virtual_tables_of_a_geopackage_are_not_read():
    with closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(geopackage([BOX], ["A"]))
        db.execute("CREATE VIEW trap AS SELECT 1 AS fid, zeroblob(1e9) AS geom, 'x' AS name")
        db.execute("INSERT INTO gpkg_geometry_columns VALUES ('trap', 'geom', 4326)")
        db.commit()
        assert read_areas(db.serialize()).names.tolist() == ["A"]


def test_shapes_that_are_broken_are_named_with_their_file(tmp_path):
    path = tmp_path / "flat.geojson"
    path.write_bytes(collection(feature(shapely.geometry.mapping(shapely.Point(1, 1)))))
    with pytest.raises(InputError, match=r"flat\.geojson: no polygon"):
        read_areas(path)


@pytest.mark.raw
def test_countries_of_natural_earth(raw_dir):
    areas = read_areas(raw_dir / "crisis" / "ne_110m_admin_0_countries.geojson")
    assert len(areas) == 177
    assert {"FRA", "NOR", "XKX", "SSD", "PSE", "ESH"} <= set(areas.names)
    # land of the earth is 149 million km2 with lakes and islands that this scale lacks
    assert areas.area_km2().sum() == pytest.approx(147.4e6, rel=0.01)
    fiji = areas.where("iso3", "FJI")
    assert fiji.area_km2().item() == pytest.approx(18_274, rel=0.1)  # 2 islands at 1:110 million
    west, _, east, _ = shapely.bounds(fiji.geometry[0])
    assert (west, east) == (-180, 180)


@pytest.mark.raw
def test_provinces_of_turkiye_have_the_area_of_the_country(raw_dir):
    areas = read_areas(raw_dir / "crisis" / "turkiye_provinces_adm1.geojson")
    assert len(areas) == 81
    assert areas.names.is_unique
    # 783,562 km2 in the statistical yearbook, with lakes on the border
    assert areas.area_km2().sum() == pytest.approx(783_562, rel=0.005)


@pytest.mark.raw
def test_districts_of_adam_are_the_same_as_geopackage_and_geojson(raw_dir):
    archive = zipfile.ZipFile(raw_dir / "crisis" / "wfp_adam_flood_eth_20231109.zip")
    both = [read_areas(archive.read(f"FL-20231109-ETH-00.{end}")) for end in ("gpkg", "json")]
    assert both[0].names.tolist() == both[1].names.tolist()
    assert both[0].area_km2().tolist() == pytest.approx(both[1].area_km2().tolist(), rel=1e-9)
