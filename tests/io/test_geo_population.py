"""Rasters of people: values, marks, reference systems, formats."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

rasterio = pytest.importorskip("rasterio", reason='needs the extra "geo"')
shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("exactextract", reason='needs the extra "geo"')

from gecam.errors import HostileFileError, InputError, LayoutError  # noqa: E402
from gecam.io import read_population_grid  # noqa: E402

VALUES = np.arange(12.0, dtype=np.float32).reshape(3, 4)


def tiff(
    values=VALUES, *, crs="EPSG:4326", nodata=-9999.0, count=1, rotation=0.0, dtype="float32",
    scale=None, mask=None, transform=None,
):  # fmt: skip
    from rasterio.transform import Affine

    transform = transform or Affine(1, rotation, 30, rotation, -1, 3)
    profile = {
        "driver": "GTiff", "dtype": dtype, "height": values.shape[0],
        "width": values.shape[1], "count": count, "crs": crs, "transform": transform,
        "nodata": nodata,
    }  # fmt: skip
    with (
        warnings.catch_warnings(),
        rasterio.MemoryFile() as memory,
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
    ):
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with memory.open(**profile) as file:
            for band in range(count):
                file.write(values.astype(dtype), band + 1)
            if scale is not None:
                file.scales, file.offsets = ((part,) for part in scale)
            if mask is not None:
                file.write_mask(mask)
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
        (lambda: tiff()[:-8], InputError, "the raster <buffer> is damaged"),
        (lambda: tiff(dtype="complex64"), LayoutError, "complex numbers"),
        (lambda: tiff(scale=(0.0, 1.0)), InputError, "a scale of 0 and offset 1"),
        (lambda: tiff(transform=rasterio.Affine.identity()), LayoutError, "where on earth"),
        (lambda: tiff(np.where(VALUES == 3, np.inf, VALUES)), InputError, "infinitely many"),
    ],
)
def test_a_raster_that_cannot_be_used_is_an_error(data, error, message):
    with pytest.raises(error, match=message):
        read_population_grid(data())


def test_a_raster_too_large_for_memory_needs_chunks(monkeypatch):
    monkeypatch.setattr("gecam.io.maps.population_grid.MAX_CELLS", 10)
    with pytest.raises(HostileFileError, match="pass chunks="):
        read_population_grid(tiff())


def test_scale_and_offset_that_a_file_states_are_applied():
    """A cell of 3 at scale 2 and offset 10 holds 16 people; the mark is of the file's own numbers."""
    values = VALUES.copy()
    values[0, 0] = 250
    data = tiff(values, dtype="uint8", nodata=250, scale=(2.0, 10.0))
    assert read_population_grid(data).sums([WORLD]) == pytest.approx([2 * 66 + 11 * 10])
    assert read_population_grid(data, nodata=11).sums([WORLD]) == pytest.approx([2 * 55 + 10 * 10])


def test_cells_that_the_mask_of_a_file_leaves_out_have_no_data(tmp_path):
    mask = np.full(VALUES.shape, 255, dtype="uint8")
    mask[2] = 0  # the southern row: 8 + 9 + 10 + 11
    data = tiff(nodata=None, mask=mask)
    grid = read_population_grid(data)
    assert grid.sums([WORLD]) == pytest.approx([66 - 38])
    assert grid.notes == ()
    pytest.importorskip("dask", reason='needs the extra "dask"')
    path = tmp_path / "people.tif"
    path.write_bytes(data)
    assert read_population_grid(path, chunks=2).sums([WORLD]) == pytest.approx([28])


@pytest.mark.parametrize("dtype", ["int32", "float64"])
def test_a_mark_leaves_out_the_cells_that_hold_it_and_no_near_ones(dtype):
    values = VALUES + 100_000
    values[0, 0] = 100_000  # the mark; the others lie within a relative 1e-5 of it
    grid = read_population_grid(tiff(values, dtype=dtype, nodata=100_000))
    assert grid.sums([WORLD]) == pytest.approx([11 * 100_000 + 66])
    assert grid.people.isnull().sum().item() == 1


@pytest.mark.parametrize("nodata", [0.5, -1.0, 70_000.0])
def test_a_mark_that_no_cell_can_hold_leaves_out_none(nodata):
    grid = read_population_grid(tiff(dtype="uint16", nodata=None), nodata=nodata)
    assert grid.sums([WORLD]) == pytest.approx([66])


def test_a_reference_system_that_contradicts_the_file_is_an_error():
    assert read_population_grid(tiff(), crs="OGC:CRS84").sums([WORLD]) == pytest.approx([66])
    with pytest.raises(InputError, match="crs= another: 'EPSG:32637'"):
        read_population_grid(tiff(), crs="EPSG:32637")
    with pytest.raises(InputError, match="unknown coordinate reference system: 'EPSG:0'"):
        read_population_grid(ASCII, crs="EPSG:0")


@pytest.mark.parametrize("cut", range(0, len(ASCII), 3))
def test_an_ascii_grid_cut_short_is_an_error(cut):
    """Its last cell may lose digits unseen; every shorter one is refused."""
    data = ASCII.rstrip()[:cut]
    with pytest.raises(InputError):
        read_population_grid(data, crs="EPSG:4326")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"1 2", b"1 x", r"no number: 'x', number 2 of line 7"),
        (b"3 -1", b"3 -1\nwords 1\n1 2", "no number: 'words', number 1 of line 9"),
        (b"1 2", b"1,5 2", "no number: '1,5'"),
        (b"1 2", b"1_0 2", "no number"),
        (b"1 2", b"1 2 3", "holds 5 cells, and its header says 2 by 2"),
        (b"NCOLS 2", b"NCOLS 2000000000", "1 by"),
        (b"1 2", b"1 inf", "infinitely many"),
        (b"1 2", b"1 -2", "-2 people"),
        (b"NROWS", b"NCOLS", "line 2 of its header is 'NCOLS 2'"),
        (b"CELLSIZE 1", b"CELLSIZE 0", "cells without a size"),
        (b"CELLSIZE 1", b"COLOUR 1", "line 5 of its header is 'COLOUR 1'"),
        (b"CELLSIZE 1\n", b"", "does not say ncols, nrows, cellsize and a corner"),
    ],
)
def test_what_gdal_would_take_for_a_number_in_an_ascii_grid_is_refused(old, new, message):
    with pytest.raises(InputError, match=message.replace("1 by", "by 2000000000 cells")):
        read_population_grid(ASCII.replace(old, new), crs="EPSG:4326")


def test_lines_of_words_after_the_cells_of_an_ascii_grid_are_left_out_with_a_note():
    grid = read_population_grid(ASCII + b"CRS\nNOTES\n", crs="EPSG:4326")
    assert grid.sums([WORLD]) == pytest.approx([6])
    assert [note.code for note in grid.notes] == ["LINES_AFTER_CELLS"]


def test_an_ascii_grid_takes_the_reference_system_beside_it_and_may_be_cut_into_chunks(tmp_path):
    pyproj = pytest.importorskip("pyproj", reason='needs the extra "geo"')
    pytest.importorskip("dask", reason='needs the extra "dask"')
    path = tmp_path / "people.asc"
    path.write_bytes(ASCII.replace(b"CELLSIZE 1", b"DX 1\nDY 2"))
    path.with_suffix(".prj").write_text(pyproj.CRS("EPSG:4326").to_wkt("WKT1_ESRI"))
    lazy = read_population_grid(path, chunks=1)
    assert lazy.people.chunks is not None
    assert lazy.cell == (1, 2)
    assert lazy.sums([shapely.box(30, 0, 31, 2), WORLD]) == pytest.approx([3, 6])


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
