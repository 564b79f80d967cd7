"""Grids of people from GeoTIFF and ASCII rasters, in memory or chunk by chunk."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import xarray as xr

from gecam._signature import checked
from gecam._typing import Array, BoolArray, FloatArray, PositiveInt
from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.geo import LONGITUDE_LATITUDE, PopulationGrid, is_same_system, library
from gecam.io.door import reader
from gecam.io.door.open_files import File, file_name, rewindable, sha256
from gecam.io.maps.ascii_grid import Raster, is_ascii_grid, read_ascii_grid
from gecam.io.maps.geo_files import start_of
from gecam.io.maps.geojson import agreed_system
from gecam.model import Note, Source

GRID_CHUNK = 2048  # cells along a side of a chunk
MAX_CELLS = 100_000_000  # read into memory at once
MAX_SIDE = 2_000_000  # cells along a side of the earth at 20 m
TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@reader("grid", "you", ["raster"])
@checked
def read_population_grid(
    path: File,
    *,
    crs: Any = None,
    nodata: float | None = None,
    chunks: PositiveInt | None = None,
    source: Source | None = None,
) -> PopulationGrid:
    r"""Read a raster of people per cell, such as WorldPop's.

    Parameters
    ----------
    path
        GeoTIFF, or ESRI ASCII grid. Values are people per cell, not per square kilometre. The scale
        and offset that a GeoTIFF states are applied, and cells that its mask leaves out have no data.
    crs
        Coordinate reference system, as pyproj takes it, for files that state none. It must not
        contradict what the file states.
    nodata
        Mark of cells without data, for files that do not declare it: as it stands in the file, before
        scale and offset. Only cells that hold exactly this number, in the file's type of numbers,
        have no data.
    chunks
        Cells along a side of a chunk: the grid is then a Dask array (extra `dask`) and chunks are
        read when they are summed. `path` must then be a file on disk.
    source
        Where the grid comes from. By default it counts as the user's own, which is not public.

    Raises
    ------
    MissingExtraError
        If an extra is not installed.
    LayoutError
        If the file is neither.
    InputError
        If no reference system is known, the file is damaged, or a cell holds less than nobody or
        infinitely many.
    HostileFileError
        If the grid is too large to be read at once; pass `chunks`. An ASCII grid is always read at
        once.

    Notes
    -----
    Only these two formats are opened, whatever the file's name: other drivers of GDAL can follow
    addresses in a file.

    Examples
    --------
    >>> from gecam.io import read_population_grid
    >>> text = b"ncols 2\nnrows 2\nxllcorner 30\nyllcorner 0\ncellsize 1\n10 20\n30 40\n"
    >>> read_population_grid(text, crs="EPSG:4326").to_frame()["people"].item()
    100.0
    """
    path = rewindable(path)
    name = file_name(path)
    raster = _raster(path, nodata=nodata, chunks=chunks)
    system = agreed_system(name, raster.crs, crs)
    values = raster.values
    if chunks is not None and isinstance(values, np.ndarray):
        values = library("dask.array").from_array(values, chunks=chunks)
    people = xr.DataArray(values, {"y": raster.y, "x": raster.x}, ("y", "x"), name="people")
    notes = raster.notes
    if nodata is None and not raster.declares_nodata:
        notes += (Note("NODATA_NOT_DECLARED", "no mark for cells without data is declared", 1),)
    if source is None:
        digest = sha256(path) if chunks is None else ""  # a file too large for memory is not hashed
        source = Source(
            f"grid-{Path(name).stem}", "not stated", "grid of people given by the user",
            sha256=digest, file=name, is_public=False,
        )  # fmt: skip
    try:
        return PopulationGrid(people, _short(system), source, notes)
    except InputError as error:
        raise InputError(f"{name}: {error.headline}", error.problems) from None


def _raster(path: str | Path | bytes, *, nodata: float | None, chunks: int | None) -> Raster:
    """Read a raster of one of the two formats."""
    start = start_of(path)
    if start[:4] in TIFF:
        return _geotiff(path, nodata=nodata, chunks=chunks)
    if is_ascii_grid(start):
        return read_ascii_grid(path, nodata=nodata, most_cells=MAX_CELLS)
    raise LayoutError(f"{file_name(path)} is no GeoTIFF and no ESRI ASCII grid.")


@dataclass(frozen=True)
class _Cells:
    """How the cells of a GeoTIFF become people: picklable, for workers that read chunks of it."""

    path: str | bytes
    name: str
    marks: tuple[float, ...]
    has_mask: bool
    scale: float
    offset: float

    def __post_init__(self) -> None:
        if not (np.isfinite([self.scale, self.offset]).all() and self.scale):
            raise InputError(
                f"{self.name} states a scale of {self.scale:g} and offset {self.offset:g}."
            )

    def read(self, raster: Any, window: Any = None) -> FloatArray:
        """Return people by cell of an open file, NaN where there are no data."""
        cells = raster.read(1, window=window)
        people = cells.astype(np.float64) * self.scale + self.offset
        for mark in self.marks:
            people[_is_mark(cells, mark)] = np.nan
        if self.has_mask:
            people[raster.read_masks(1, window=window) == 0] = np.nan
        return np.asarray(people)

    def window(self, top: int, left: int, height: int, width: int) -> FloatArray:
        """Return people by cell of a part of the file."""
        from rasterio.windows import Window

        with _opened(self.path, self.name) as raster:
            return self.read(raster, Window(left, top, width, height))


def _geotiff(path: str | Path | bytes, *, nodata: float | None, chunks: int | None) -> Raster:
    """Read a GeoTIFF, or describe how its chunks are read."""
    name = file_name(path)
    source = path if isinstance(path, bytes) else str(path)
    with _opened(source, name) as raster:
        _refuse_layout(raster, name)
        shape, step = raster.shape, raster.transform
        _refuse_large(name, shape, MAX_CELLS if chunks is None else MAX_SIDE**2)
        declared = raster.nodata
        flags = {flag.name for flag in raster.mask_flag_enums[0]}
        cells = _Cells(
            source,
            name,
            tuple(mark for mark in (declared, nodata) if mark is not None),
            bool(flags & {"per_dataset", "alpha"}),
            float(raster.scales[0]),
            float(raster.offsets[0]),
        )
        values = cells.read(raster) if chunks is None else _lazy(cells, shape, chunks)
        crs = None if raster.crs is None else raster.crs.to_wkt()
    x = step.c + step.a * (np.arange(shape[1]) + 0.5)
    y = step.f + step.e * (np.arange(shape[0]) + 0.5)
    return Raster(values, x, y, crs, declared is not None or cells.has_mask)


def _refuse_layout(raster: Any, name: str) -> None:
    """Refuse bands, numbers and axes that no grid of people has."""
    if raster.count != 1:
        raise LayoutError(f"{name} has {raster.count} bands; a grid of people has one.")
    if np.issubdtype(np.dtype(raster.dtypes[0]), np.complexfloating):
        raise LayoutError(f"{name} holds complex numbers, not people.")
    step = raster.transform
    if step.b or step.d:
        raise LayoutError(f"{name} is rotated against its axes.")
    if step.is_identity:
        raise LayoutError(f"{name} does not say where on earth its cells lie.")


def _refuse_large(name: str, shape: tuple[int, int], most_cells: int) -> None:
    """Refuse a raster of more cells than can be read, or of a side longer than that of the earth."""
    if max(shape) > MAX_SIDE or shape[0] * shape[1] > most_cells:
        todo = f"pass chunks={GRID_CHUNK}" if max(shape) <= MAX_SIDE else "cut it"
        raise HostileFileError(f"{name} has {shape[0]} by {shape[1]} cells: {todo}.")


@contextmanager
def _opened(path: str | bytes, name: str) -> Iterator[Any]:
    """Open a GeoTIFF; whatever cannot be read of it is an error with its name."""
    rasterio = library("rasterio")
    try:
        with ExitStack() as stack, warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            is_memory = isinstance(path, bytes)
            file = (
                stack.enter_context(rasterio.MemoryFile(path, filename="raster"))
                if is_memory
                else None
            )
            opened = file.open(driver="GTiff") if file else rasterio.open(path, driver="GTiff")
            yield stack.enter_context(opened)
    except rasterio.errors.RasterioError as error:
        cause = str(error.__cause__ or error)
        detail = f": {cause}" if "/vsimem/" not in cause else ""
        raise InputError(f"the raster {name} is damaged{detail}") from None


def _is_mark(cells: Array, mark: float) -> BoolArray:
    """Return which cells hold a mark exactly, in the file's own type of numbers."""
    if np.isnan(mark):
        return np.asarray(np.isnan(cells))
    if np.issubdtype(cells.dtype, np.integer):
        limits = np.iinfo(cells.dtype)
        if not (float(mark).is_integer() and limits.min <= int(mark) <= limits.max):
            return np.zeros(cells.shape, dtype=bool)
        return np.asarray(cells == cells.dtype.type(int(mark)))
    with np.errstate(over="ignore"):
        return np.asarray(cells == cells.dtype.type(mark))


def _lazy(cells: _Cells, shape: tuple[int, int], chunk: int) -> Any:
    """Return a Dask array that reads each chunk from the file when it is needed."""
    dask, array = library("dask"), library("dask.array")
    read = dask.delayed(cells.window, pure=True)

    def block(top: int, left: int) -> Any:
        size = (min(chunk, shape[0] - top), min(chunk, shape[1] - left))
        return array.from_delayed(read(top, left, *size), size, np.float64)

    tops, lefts = range(0, shape[0], chunk), range(0, shape[1], chunk)
    return array.block([[block(top, left) for left in lefts] for top in tops])


def _short(system: Any) -> Any:
    """Return one word for longitude and latitude on WGS 84."""
    return LONGITUDE_LATITUDE if is_same_system(system, LONGITUDE_LATITUDE) else system
