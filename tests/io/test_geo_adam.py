"""WFP ADAM: floods, earthquakes and cyclones, against the figures that the files state."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
shapefile = pytest.importorskip("shapefile", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from gecam.errors import InputError, LayoutError  # noqa: E402
from gecam.geo import LONGITUDE_LATITUDE, PopulationGrid, area_km2, footprint  # noqa: E402
from gecam.io import (  # noqa: E402
    check_file,
    read_adam_cyclone,
    read_adam_earthquake,
    read_adam_flood,
    read_areas,
)


def flood(*districts):
    features = [
        {
            "type": "Feature",
            "properties": {
                "District": name, "total_population": whole, "directly_aff_popn": affected,
                "ch_dap": 5.0, "el_dap": 1.0, "Directly Affected Ch": "1.0",
                "Directly Affected El": "5.0", "eventid": "FL-1",
            },
            "geometry": shapely.geometry.mapping(shapely.box(40 + i, 4, 41 + i, 5)),
        }
        for i, (name, whole, affected) in enumerate(districts)
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def buffers(*speeds):
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POLYGON) as writer:
        writer.field("event_epis", "C", 20)
        writer.field("wind_speed", "C", 20)
        for i, speed in enumerate(speeds):
            shape = shapely.box(90 + i, 10 + i, 99 - i, 19 - i)
            writer.shape(shapely.geometry.mapping(shape))
            writer.record("1_1", speed)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in parts.items():
            archive.writestr(f"Buffers_ts.{name}", data.getvalue())
        archive.writestr("Buffers_ts.prj", 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]')  # noqa: E501  # fmt: skip
    return packed.getvalue()


def test_a_flood_has_the_published_people_and_a_note_on_swapped_labels():
    found = read_adam_flood(flood(("A", 100.0, 10.0), ("B", 50.0, 0.0)))
    assert found.people[0.0].to_dict() == {"A": 10.0, "B": 0.0}
    assert found.residents.to_dict() == {"A": 100.0, "B": 50.0}
    assert [(note.code, note.count) for note in found.notes] == [("LABELS_SWAPPED", 2)]
    assert (found.source.id, found.source.licence) == ("wfp-adam-FL-1", "CC BY")


@pytest.mark.parametrize("affected", [None, 101.0, -1.0])
def test_missing_or_impossible_figures_of_a_flood_are_an_error(affected):
    with pytest.raises(InputError, match=r"missing or impossible in \['A'\]"):
        read_adam_flood(flood(("A", 100.0, affected)))


def test_shapes_without_figures_are_no_flood():
    data = flood(("A", 100.0, 1.0)).replace(b"directly_aff_popn", b"other")
    with pytest.raises(LayoutError, match="directly_aff_popn"):
        read_adam_flood(data)


def test_bands_of_intensity_add_from_above():
    text = b"ADM0_NAME,ADM1_NAME,ADM2_NAME,3_MMI,4_MMI,5_MMI\nA,B,C,100.5,20,3\nA,B,D,0,0,0\n"
    found = read_adam_earthquake(text)
    assert found.people.loc["B, C"].tolist() == [123.5, 23, 3]
    assert (found.top, found.unit) == (6.0, "MMI")
    with pytest.raises(InputError, match="states no residents"):
        footprint(found, crisis="q", destination="IDN", as_of=__import__("datetime").date(2023, 11, 8),
                  threshold=4)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"ADM0_NAME,ADM1_NAME,ADM2_NAME\nA,B,C\n", "no columns of MMI bands"),
        (b"ADM0_NAME,ADM1_NAME,3_MMI\nA,B,1\n", "lacks the columns"),
        (b"ADM0_NAME,ADM1_NAME,ADM2_NAME,3_MMI\nA,B,C,x\n", "cannot be read"),
    ],
)
def test_a_table_that_is_no_earthquake_is_an_error(text, message):
    with pytest.raises(InputError, match=message):
        read_adam_earthquake(text)


def test_buffers_of_a_cyclone_are_levels_of_wind():
    extent = read_adam_cyclone(buffers("60 km/h", "90 km/h", "120 km/h"))
    assert (extent.levels.tolist(), extent.unit, extent.top) == ([60, 90, 120], "km/h", 150)
    areas = area_km2([shapely.box(90 + i, 10 + i, 99 - i, 19 - i) for i in range(3)])
    assert area_km2(extent.geometry) == pytest.approx(areas, rel=1e-9)


def test_a_cone_of_tracks_is_no_area_of_damage_and_says_so():
    extent = read_adam_cyclone(buffers("Uncertainty Cones"))
    assert (extent.levels.tolist(), extent.unit) == ([0.0], "")
    assert "not where winds blow" in extent.notes[-1].text


@pytest.mark.raw
def test_the_flood_in_ethiopia_as_the_file_states_it(raw_dir):
    found = read_adam_flood(raw_dir / "crisis" / "wfp_adam_flood_eth_20231109.zip")
    assert found.people[0.0].to_dict() == {
        "Shabelle": 58_499, "Afder": 24_356, "Liban": 12_502, "Erer": 0, "Korahe": 96,
        "East Bale": 315, "Nogob": 79, "Doolo": 0,
    }  # fmt: skip
    assert found.residents.sum() == 3_334_029
    assert found.residents["Shabelle"] == 594_140
    swapped = next(note for note in found.notes if note.code == "LABELS_SWAPPED")
    assert swapped.count == 6  # in two districts both are 0


@pytest.mark.raw
def test_flooded_hectares_of_the_raster_are_those_that_the_districts_state(raw_dir, tmp_path):
    import xarray as xr

    rasterio = pytest.importorskip("rasterio", reason='needs the extra "geo"')
    path = raw_dir / "crisis" / "wfp_adam_flood_eth_20231109.zip"
    data = zipfile.ZipFile(path).read("FL-20231109-ETH-00.tiff")
    with rasterio.MemoryFile(data) as memory, memory.open(driver="GTiff") as file:
        classes, step = file.read(1), file.transform
    y = step.f + step.e * (np.arange(classes.shape[0]) + 0.5)
    x = step.c + step.a * (np.arange(classes.shape[1]) + 0.5)
    hectares = area_km2(shapely.box(0, y + step.e / 2, step.a, y - step.e / 2)) * 100
    water = np.isin(classes, (1, 2, 3)) * hectares[:, None]  # low, moderate, high flood
    grid = PopulationGrid(xr.DataArray(water, {"y": y, "x": x}, ("y", "x")), LONGITUDE_LATITUDE)
    districts = read_areas(path, name="District")
    found = dict(zip(districts.names, grid.sums(districts.geometry), strict=True))
    stated = dict(zip(districts.names, districts.table["total_flooded_area"], strict=True))
    for name in ("Shabelle", "Afder"):  # 3 % of the flood each way: ADAM resampled the raster
        assert found[name] == pytest.approx(stated[name], rel=0.03)
    assert found["Liban"] == pytest.approx(stated["Liban"], rel=0.08)
    total = np.nansum(list(stated.values()))
    assert sum(found.values()) == pytest.approx(total, rel=0.02)


@pytest.mark.raw
@pytest.mark.parametrize(
    ("file", "at_3", "at_4"), [("us7000l9h2", 0, 0), ("us7000l9ku", 1994 + 18 + 4874, 4 + 4874)]
)
def test_the_earthquakes_as_the_files_state_them(raw_dir, file, at_3, at_4):
    found = read_adam_earthquake(raw_dir / "crisis" / f"wfp_adam_{file}_pop_estimation.csv")
    totals = found.people.sum()
    assert (totals[3.0], totals[4.0], totals[6.0]) == (at_3, at_4, 0)
    assert found.source.id == f"wfp-adam-{file}"


@pytest.mark.raw
def test_the_cone_of_the_cyclone(raw_dir):
    extent = read_adam_cyclone(raw_dir / "crisis" / "wfp_adam_cyclone_mal_1001032_shp.zip")
    assert [note.code for note in extent.notes] == ["CONE"]
    # Shape_Area of the file is 5.18635 square degrees at 7 degrees north or so
    assert shapely.area(extent.at()) == pytest.approx(5.18635, rel=1e-4)


@pytest.mark.raw
@pytest.mark.parametrize(
    ("file", "reader"),
    [
        ("usgs_shakemap_hebgen1959_cont_mmi.json", "read_shakemap"),
        ("bmkg_shakemap_grid_20131105_papua.xml.gz", "read_shakemap_grid"),
        ("inasafe_population_sample.tif", "read_population_grid"),
        ("wfp_adam_flood_eth_20231109.zip", "read_adam_flood"),
        ("wfp_adam_cyclone_mal_1001032_shp.zip", "read_adam_cyclone"),
        ("wfp_adam_us7000l9ku_pop_estimation.csv", "read_adam_earthquake"),
        ("ne_110m_admin_0_countries.geojson", "read_areas"),
        ("turkiye_provinces_adm1.geojson", "read_areas"),
    ],
)
def test_gecam_check_knows_each_file(raw_dir, file, reader):
    report = check_file(raw_dir / "crisis" / file)
    assert (report.reader, report.status) == (reader, "ok")


@pytest.mark.raw
def test_gecam_check_says_what_is_missing_from_the_ascii_grid(raw_dir):
    report = check_file(raw_dir / "crisis" / "inasafe_population_sample.asc")
    assert (report.reader, report.status) == ("read_population_grid", "problems")
    assert "no coordinate reference system" in report.message
