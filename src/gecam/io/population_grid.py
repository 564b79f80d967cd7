"""Grids of people from GeoTIFF and ASCII rasters, in memory or chunk by chunk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from gecam._typing import FloatArray
from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.geo import LONGITUDE_LATITUDE, PopulationGrid, library
from gecam.io.geo_files import start_of
from gecam.io.intake import Source as File
from gecam.io.intake import file_name, rewindable, sha256
from gecam.model import Note, Source

CHUNK = 2048  # cells along a side of a chunk
MAX_CELLS = 100_000_000  # read into memory at once
_DRIVERS = {b"II*\0": "GTiff", b"MM\0*": "GTiff", b"II+\0": "GTiff", b"MM\0+": "GTiff"}


def read_population_grid(
    path: File,
    *,
    crs: Any = None,
    nodata: float | None = None,
    chunks: int | None = None,
    source: Source | None = None,
) -> PopulationGrid:
    """Read a raster of people per cell, such as WorldPop's.

    Parameters
    ----------
    path
        GeoTIFF, or ESRI ASCII grid. Values are people per cell, not per square kilometre.
    crs
        Coordinate reference system for files that state none.
    nodata
        Mark of cells without data, for files that do not declare it.
    chunks
        Cells along a side of a chunk: the grid is then a Dask array (extra `dask`) and chunks are
        read when they are summed. `path` must then be a file on disk.
    source
        Where the grid comes from. Without it it counts as the user's own.

    Raises
    ------
    MissingExtraError
        If an extra is not installed.
    LayoutError
        If the file is neither.
    InputError
        If no reference system is known, or a cell holds less than nobody.
    HostileFileError
        If the grid is too large to be read at once; pass `chunks`.

    Notes
    -----
    Only these two formats are opened, whatever the file's name: other drivers of GDAL can follow
    addresses in a file.
    """
    rasterio = library("rasterio")
    path = rewindable(path)
    name = file_name(path)
    start = start_of(path)
    driver = _DRIVERS.get(start[:4]) or ("AAIGrid" if start[:5].lower() == b"ncols" else None)
    if driver is None:
        raise LayoutError(f"{name} is no GeoTIFF and no ESRI ASCII grid.")
    notes: list[Note] = []
    with _opened(rasterio, path, driver) as raster:
        if raster.count != 1:
            raise LayoutError(f"{name} has {raster.count} bands; a grid of people has one.")
        system = crs if raster.crs is None else raster.crs.to_wkt()
        if system is None:
            raise InputError(
                f"{name} states no coordinate reference system. Pass crs=, such as "
                'crs="EPSG:4326" for longitude and latitude.'
            )
        if not raster.transform.is_rectilinear or raster.transform.b or raster.transform.d:
            raise LayoutError(f"{name} is rotated against its axes.")
        mark = nodata if nodata is not None else raster.nodata
        if mark is None:
            notes.append(
                Note("NODATA_NOT_DECLARED", "no mark for cells without data is declared", 1)
            )
        shape, step = raster.shape, raster.transform
        if chunks is None:
            if shape[0] * shape[1] > MAX_CELLS:
                raise HostileFileError(
                    f"{name} has {shape[0]} by {shape[1]} cells: pass chunks={CHUNK}."
                )
            values: Any = _people(raster.read(1), mark)
    if chunks is not None:
        values = _lazy(str(path), driver, shape, chunks, mark)
    x = step.c + step.a * (np.arange(shape[1]) + 0.5)
    y = step.f + step.e * (np.arange(shape[0]) + 0.5)
    people = xr.DataArray(values, {"y": y, "x": x}, ("y", "x"), name="people")
    if chunks is None:
        low = float(np.nanmin(values, initial=0))
        if low < 0:
            raise InputError(
                f"{name} has a cell with {low:g} people. Is that its mark for no data? Pass nodata=."
            )
    if source is None:
        digest = sha256(path) if chunks is None else ""  # a file too large for memory is not hashed
        source = Source(
            f"grid-{Path(name).stem}", "not stated", "grid of people given by the user",
            sha256=digest, file=name, is_public=False,
        )  # fmt: skip
    return PopulationGrid(people, _short(system), source, tuple(notes))


def _opened(rasterio: Any, path: Any, driver: str) -> Any:
    try:
        if isinstance(path, bytes):
            return rasterio.MemoryFile(path).open(driver=driver)
        return rasterio.open(path, driver=driver)
    except rasterio.errors.RasterioError as error:
        raise InputError(f"the raster is damaged: {error}") from None


def _people(values: Any, mark: float | None) -> FloatArray:
    people = np.asarray(values, dtype=np.float64)
    return people if mark is None else np.where(np.isclose(people, mark), np.nan, people)


def _lazy(path: str, driver: str, shape: tuple[int, int], chunk: int, mark: float | None) -> Any:
    """Return a Dask array that reads each chunk from the file when it is needed."""
    dask, array = library("dask"), library("dask.array")
    read = dask.delayed(_window, pure=True)

    def block(top: int, left: int) -> Any:
        size = (min(chunk, shape[0] - top), min(chunk, shape[1] - left))
        return array.from_delayed(read(path, driver, top, left, *size, mark), size, np.float64)

    tops, lefts = range(0, shape[0], chunk), range(0, shape[1], chunk)
    return array.block([[block(top, left) for left in lefts] for top in tops])


def _window(
    path: str, driver: str, top: int, left: int, height: int, width: int, mark: float | None
) -> FloatArray:
    from rasterio.windows import Window

    with _opened(library("rasterio"), path, driver) as raster:
        return _people(raster.read(1, window=Window(left, top, width, height)), mark)


def _short(system: Any) -> Any:
    """Return one word for longitude and latitude on WGS 84."""
    crs = library("pyproj").CRS.from_user_input(system)
    degrees = library("pyproj").CRS.from_user_input("EPSG:4326")
    return LONGITUDE_LATITUDE if crs.equals(degrees, ignore_axis_order=True) else system
