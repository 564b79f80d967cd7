"""Rasters of people: values, marks, reference systems, formats."""

from __future__ import annotations

import numpy as np
import pytest

rasterio = pytest.importorskip("rasterio", reason='needs the extra "geo"')
shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("exactextract", reason='needs the extra "geo"')

from gecam.errors import HostileFileError, InputError, LayoutError  # noqa: E402
from gecam.io import read_population_grid  # noqa: E402

VALUES = np.arange(12.0, dtype=np.float32).reshape(3, 4)


def tiff(values=VALUES, *, crs="EPSG:4326", nodata=-9999.0, count=1, rotation=0.0):
    from rasterio.transform import Affine

    transform = Affine(1, rotation, 30, rotation, -1, 3)
    profile = {
        "driver": "GTiff", "dtype": "float32", "height": values.shape[0],
        "width": values.shape[1], "count": count, "crs": crs, "transform": transform,
        "nodata": nodata,
    }  # fmt: skip
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile) as file:
            for band in range(count):
                file.write(values.astype("float32"), band + 1)
        return memory.read()


ASCII = b"NCOLS 2\nNROWS 2\nXLLCORNER 30\nYLLCORNER 0\nCELLSIZE 1\nNODATA_VALUE -1\n1 2\n3 -1\n"
WORLD = shapely.box(0, -80, 90, 80)


def test_people_of_a_geotiff_are_summed_without_cells_of_no_data():
    values = VALUES.copy()
    values[0, 1] = -9999
    grid = read_population_grid(tiff(values))
    assert grid.sums([WORLD]) == pytest.approx([65])
    assert grid.sums([shapely.box(30, 0, 31.5, 1)]) == pytest.approx([8 + 4.5])
    assert grid.notes == ()


def test_an_ascii_grid_states_no_reference_system():
    with pytest.raises(InputError, match="no coordinate reference system"):
        read_population_grid(ASCII)
    assert read_population_grid(ASCII, crs="EPSG:4326").sums([WORLD]) == pytest.approx([6])


def test_a_mark_that_is_not_declared_is_given_or_an_error():
    values = VALUES.copy()
    values[0, 0] = -200
    bare = tiff(values, nodata=None)
    with pytest.raises(InputError, match="-200 people"):
        read_population_grid(bare)
    grid = read_population_grid(bare, nodata=-200)
    assert grid.sums([WORLD]) == pytest.approx([66])
    assert [note.code for note in read_population_grid(tiff(nodata=None)).notes] == [
        "NODATA_NOT_DECLARED"
    ]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (lambda: b"<VRTDataset>http://x</VRTDataset>", LayoutError, "no GeoTIFF"),
        (lambda: tiff(count=2), LayoutError, "2 bands"),
        (lambda: tiff(rotation=0.3), LayoutError, "rotated"),
        (lambda: tiff(crs=None), InputError, "no coordinate reference system"),
        (lambda: tiff()[:60], InputError, "damaged"),
    ],
)
def test_a_raster_that_cannot_be_used_is_an_error(data, error, message):
    with pytest.raises(error, match=message):
        read_population_grid(data())


def test_a_raster_too_large_for_memory_needs_chunks(monkeypatch):
    monkeypatch.setattr("gecam.io.population_grid.MAX_CELLS", 10)
    with pytest.raises(HostileFileError, match="pass chunks="):
        read_population_grid(tiff())


def test_chunks_of_a_file_give_the_sums_of_the_whole(tmp_path):
    pytest.importorskip("dask", reason='needs the extra "dask"')
    rng = np.random.default_rng(5)
    path = tmp_path / "people.tif"
    path.write_bytes(tiff(rng.lognormal(size=(70, 50))))
    shapes = [shapely.box(32.3, -40, 61.7, -3.3), WORLD]
    lazy = read_population_grid(path, chunks=16)
    assert lazy.people.chunks is not None
    assert lazy.sums(shapes) == pytest.approx(read_population_grid(path).sums(shapes), rel=1e-12)


@pytest.mark.raw
def test_both_rasters_of_jakarta_hold_the_people_of_their_cells(raw_dir):
    box = shapely.box(106, -7, 108, -5)
    tif = read_population_grid(raw_dir / "crisis" / "inasafe_population_sample.tif")
    assert tif.people.shape == (12, 16)
    assert tif.sums([box]) == pytest.approx([131.0177], abs=1e-3)  # sum of the file's cells
    asc = raw_dir / "crisis" / "inasafe_population_sample.asc"
    with pytest.raises(InputError, match="no coordinate reference system"):
        read_population_grid(asc)
    grid = read_population_grid(asc, crs="EPSG:4326")
    assert grid.people.shape == (20, 20)
    assert grid.sums([box]) == pytest.approx([11_720])  # without the cells marked -1
    assert grid.people["x"].to_numpy()[0] == pytest.approx(106.7235)  # XLLCENTER is a centre
