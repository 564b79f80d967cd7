"""Grids of people, and exact sums of them over shapes, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from gecam._signature import check_fields
from gecam._typing import Array, FloatArray
from gecam.errors import InputError, ReferenceSystemError
from gecam.geo.clean import cleaned
from gecam.geo.grid_systems import Frame, in_grid
from gecam.geo.libraries import library
from gecam.model import UNKNOWN_SOURCE, Note, Source

BLOCK = 2048  # cells along a side of a block of a grid in memory
_REGULAR = 1e-3  # of a cell


@dataclass(frozen=True, eq=False)
class PopulationGrid:
    """Residents by cell of a regular grid, in memory or as a Dask array.

    Parameters
    ----------
    people
        Persons per cell, dimensions ``("y", "x")`` with the cells' centres as coordinates; NaN
        where there are no data. Chunks of a Dask array are read one at a time.
    crs
        Coordinate reference system, as pyproj takes it. Degrees may run from -180 to 180, from 0 to
        360, or across the antimeridian.
    source, notes
        As in `Shapes`.

    Raises
    ------
    InputError
        If dimensions are missing, cells are not of one size, a cell holds less than nobody or
        infinitely many, no reference system is given, or the grid goes round the earth more than
        once.

    Examples
    --------
    >>> import shapely
    >>> import xarray as xr
    >>> from gecam.geo import PopulationGrid
    >>> people = xr.DataArray(np.full((2, 2), 100.0), {"y": [1.5, 0.5], "x": [0.5, 1.5]}, ("y", "x"))
    >>> grid = PopulationGrid(people, "EPSG:4326")
    >>> grid.sums([shapely.box(0, 0, 1.5, 2)])  # half of the cells on the right
    array([300.])
    """

    people: xr.DataArray
    crs: Any
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        if self.crs is None:
            raise ReferenceSystemError(
                "the grid states no coordinate reference system. Pass crs= (--crs), such as "
                '"EPSG:4326" for longitude and latitude.'
            )
        if set(self.people.dims) != {"y", "x"} or min(self.people.shape) < 2:
            raise InputError(
                "a grid of people has dimensions y and x, 2 cells or more: got "
                f"{dict(self.people.sizes)}."
            )
        people = self.people.transpose("y", "x")
        for axis in ("y", "x"):
            step = np.diff(people[axis].to_numpy())
            if not (np.abs(step - step[0]) <= _REGULAR * abs(step[0])).all() or step[0] == 0:
                raise InputError(f"cells of the grid are not of one size along {axis}.")
        if people["y"][0] < people["y"][-1]:
            people = people[::-1]
        if people["x"][0] > people["x"][-1]:
            people = people[:, ::-1]
        object.__setattr__(self, "people", people)
        if people.chunks is None:
            _refuse_impossible(people.data)

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell, in the grid's units, at full precision over the whole grid."""
        x, y = self.people["x"].to_numpy(), self.people["y"].to_numpy()
        return float((x[-1] - x[0]) / (len(x) - 1)), float((y[0] - y[-1]) / (len(y) - 1))

    @property
    def frame(self) -> Frame:
        """West, south, east and north border, in the grid's units."""
        dx, dy = self.cell
        x, y = self.people["x"].to_numpy(), self.people["y"].to_numpy()
        return (
            float(x[0]) - dx / 2, float(y[-1]) - dy / 2, float(x[-1]) + dx / 2, float(y[0]) + dy / 2
        )  # fmt: skip

    def reach(self) -> Any:
        """Return the place that the grid covers, as a polygon; None where it covers the whole map."""
        try:
            frame = library("shapely").box(*self.frame)
            return cleaned([frame], ["grid"], crs=self.crs).geometry[0]
        except InputError:  # corners of a map of the world lie beyond the earth
            return None

    def to_frame(self) -> pd.DataFrame:
        """Return one row of the grid's size and people, chunk by chunk where it is a Dask array."""
        total = float(self.people.sum())
        height, width = self.people.shape
        return pd.DataFrame({"rows": [height], "columns": [width], "people": [total]})

    def sums(self, geometry: Any) -> FloatArray:
        """Return the people inside shapes, cells on a border by the exact part inside.

        Parameters
        ----------
        geometry
            Shapely polygons in longitude and latitude; may overlap, may be empty. Shape ``(shape,)``.

        Returns
        -------
        FloatArray
            Persons, not rounded. People are taken to live evenly inside a cell.

        Raises
        ------
        MissingExtraError
            If exactextract, or Dask for a grid that is one, is not installed.
        InputError
            If a cell of a chunk holds less than nobody or infinitely many, or the reference system
            does not hold where the grid lies.
        """
        parts = in_grid(np.array([*geometry, None], dtype=object)[:-1], self.crs, self.frame)
        shapes = parts.ravel()
        blocks = list(self._blocks())
        if self.people.chunks is None:
            tables = [
                _block_sums(self.people.data[rows, columns], box, shapes)
                for rows, columns, box in blocks
            ]
        else:
            dask = library("dask")
            chunks = self.people.data.to_delayed().ravel()
            todo = dask.delayed(shapes, traverse=False)
            one = dask.delayed(_block_sums, pure=False)
            tables = dask.compute(
                *(one(chunk, box, todo) for chunk, (_, _, box) in zip(chunks, blocks, strict=True))
            )
        sums: FloatArray = np.asarray(sum(tables, start=np.zeros(len(shapes))))
        return np.asarray(sums.reshape(parts.shape).sum(axis=0))

    def _blocks(self) -> Iterator[tuple[slice, slice, tuple[float, float, float, float]]]:
        """Yield rows, columns and bounds of each chunk, in the order of Dask's chunks."""
        height, width = self.people.shape
        chunks = self.people.chunks or (_cut(height), _cut(width))
        dx, dy = self.cell
        west, _, _, north = self.frame
        for rows in _slices(chunks[0]):
            for columns in _slices(chunks[1]):
                box = (
                    west + dx * columns.start, north - dy * rows.stop,
                    west + dx * columns.stop, north - dy * rows.start,
                )  # fmt: skip
                yield rows, columns, box


def _cut(size: int) -> tuple[int, ...]:
    return (*(BLOCK,) * (size // BLOCK), *((size % BLOCK,) if size % BLOCK else ()))


def _slices(sizes: tuple[int, ...]) -> list[slice]:
    ends = np.cumsum([0, *sizes]).tolist()
    return [slice(a, b) for a, b in pairwise(ends)]


def _block_sums(people: Any, box: tuple[float, float, float, float], shapes: Array) -> FloatArray:
    """Return the people of one block inside each shape."""
    shapely, exactextract = library("shapely"), library("exactextract")
    from exactextract.raster import NumPyRasterSource

    values = np.asarray(people, dtype=np.float64)
    _refuse_impossible(values)
    sums = np.zeros(len(shapes))
    frame = shapely.box(*box)
    near = np.flatnonzero(shapely.intersects(shapes, frame))
    inside = shapely.intersection(shapes[near], frame)
    near, inside = near[shapely.area(inside) > 0], inside[shapely.area(inside) > 0]
    if near.size:
        block = NumPyRasterSource(np.nan_to_num(values), *box)
        cells = shapely.area(inside) * values.size / shapely.area(frame)
        for _ in range(2):
            features = [
                {
                    "type": "Feature",
                    "geometry": shapely.geometry.mapping(_areas_only(shape)),
                    "properties": {},
                }
                for shape in inside
            ]
            measured = exactextract.exact_extract(block, features, ["sum", "count"])
            sums[near] = [item["properties"]["sum"] or 0.0 for item in measured]
            counted = np.array([item["properties"]["count"] or 0.0 for item in measured])
            wrong = np.abs(counted - cells) > 1e-5 * np.maximum(cells, 1)
            if not wrong.any():
                break
            # exactextract 0.3 can miss a cell where a corner lies within rounding of a cell's side;
            # the cells that it counts give that away, and edges no longer than a cell cure it
            near, cells = near[wrong], cells[wrong]
            inside = shapely.segmentize(inside[wrong], (box[2] - box[0]) / values.shape[1])
    return sums


def _refuse_impossible(people: Any) -> None:
    """Refuse cells that hold less than nobody, or infinitely many."""
    low, infinite = np.nanmin(people, initial=0), int(np.isinf(people).sum())
    if low < 0 or infinite:
        what = f"a cell of the grid holds {low:g} people"
        if infinite:
            what = f"{infinite:,} cell(s) of the grid hold infinitely many people"
        raise InputError(f"{what}. Is that its mark for no data? Pass nodata= (--nodata).")


def _areas_only(shape: Any) -> Any:
    """Return the polygons of an intersection."""
    shapely = library("shapely")
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
