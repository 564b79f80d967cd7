"""Named polygons, and nested extents of an intensity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import Array, ArrayLike, FloatArray, NonNegative, Positive, PositiveInt
from gecam.errors import InputError
from gecam.geo.buffers import buffered
from gecam.geo.clean import cleaned
from gecam.geo.libraries import library
from gecam.geo.map_projection import LONGITUDE_LATITUDE, area_km2
from gecam.model import UNKNOWN_SOURCE, Note, Source

STEP, REACH = 0.1, 3.5  # levels about a threshold: how far apart, and how many sd


@dataclass(frozen=True, eq=False)
class Shapes:
    """Polygons with a name each: provinces, districts, countries, a flood.

    Parameters
    ----------
    table
        One row per shape: ``name``, then what the file says about it.
    geometry
        Shapely polygons in longitude and latitude (WGS 84), valid, inside -180 to 180 degrees;
        shape ``(shape,)``. `Shapes.of` makes them so.
    source, notes
        Where they come from, and what was repaired.
    """

    table: pd.DataFrame
    geometry: Array
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    @classmethod
    @checked
    def of(
        cls,
        names: Sequence[str],
        geometry: Sequence[Any],
        *,
        crs: Any = LONGITUDE_LATITUDE,
        attributes: pd.DataFrame | None = None,
        source: Source = UNKNOWN_SOURCE,
        notes: Sequence[Note] = (),
    ) -> Shapes:
        """Clean shapes of any reference system.

        Parameters
        ----------
        names, geometry
            One name and one shapely shape each.
        crs
            Coordinate reference system, as pyproj takes it: a name, a code such as ``"EPSG:4326"`` or
            a definition. None is an error.
        attributes
            Further columns, one row per shape.
        source, notes
            As in the class: where the shapes come from by title and file, and what was done to them;
            by default the user's own, and nothing.

        Raises
        ------
        InputError
            See `gecam.geo.cleaned`.

        Examples
        --------
        >>> import shapely
        >>> from gecam.geo import Shapes
        >>> bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
        >>> shapes = Shapes.of(["A"], [bow_tie])
        >>> shapes.notes[0].code, round(float(shapes.area_km2()["A"]))
        ('RINGS_REPAIRED', 6154)
        """
        geometries, is_polygon, done = cleaned(geometry, names, crs=crs)
        table = pd.DataFrame({"name": [str(name) for name in names]})
        if attributes is not None:
            rest = attributes.reset_index(drop=True)
            table = pd.concat([table, rest.drop(columns="name", errors="ignore")], axis=1)
        table = table[is_polygon].reset_index(drop=True)
        return cls(table, geometries, source, (*notes, *done))

    def __len__(self) -> int:
        """Return the number of shapes."""
        return len(self.geometry)

    @property
    def names(self) -> pd.Index:
        """Their names."""
        return pd.Index(self.table["name"], name="area")

    def area_km2(self) -> pd.Series:
        """Return areas in square kilometres by name, on the ellipsoid."""
        return pd.Series(area_km2(self.geometry), self.names)

    def where(self, column: str, value: object) -> Shapes:
        """Return the shapes whose `column` has a value.

        Parameters
        ----------
        column
            Name of a column of `table`.
        value
            What its rows must equal.

        Raises
        ------
        InputError
            If there is no such column, or none has the value.
        """
        if column not in self.table:
            raise InputError(f"shapes have no column {column!r}. Columns: {', '.join(self.table)}.")
        is_one = self.table[column].eq(value).to_numpy()
        if not is_one.any():
            raise InputError(f"no shape has {column} {value!r}.")
        return Shapes(
            self.table[is_one].reset_index(drop=True),
            self.geometry[is_one],
            self.source,
            self.notes,
        )

    def union(self) -> Any:
        """Return all of them as one shape."""
        return library("shapely").union_all(self.geometry)


@dataclass(frozen=True, eq=False)
class Extent:
    """Where an intensity reaches each of some levels: nested shapes, the lowest level the largest.

    Parameters
    ----------
    levels
        Ascending; shape ``(level,)``. One level says inside or outside, and takes no threshold.
    geometry
        Where the intensity is at least the level; shape ``(level,)``.
    unit
        Of the levels: ``"MMI"``, ``"km"``; empty for inside or outside.
    top
        A level that is reached nowhere: people exposed fall to 0 between the last level and it.
    source, notes
        As in `Shapes`.
    """

    levels: FloatArray
    geometry: Array
    unit: str = ""
    top: float | None = None
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = field(default=())

    def __post_init__(self) -> None:
        check_fields(self)
        levels = np.asarray(self.levels, dtype=np.float64)
        object.__setattr__(self, "levels", levels)
        if not (levels.size == len(self.geometry) > 0 and (np.diff(levels) > 0).all()):
            raise InputError(f"levels must ascend, one shape each: got {levels.tolist()}.")
        if self.top is not None and self.top <= levels[-1]:
            raise InputError(f"top must lie above the last level {levels[-1]:g}: got {self.top:g}.")

    @classmethod
    def of_shapes(cls, shapes: Shapes) -> Extent:
        """Return the extent of a hazard that is mapped as inside or outside only."""
        union = np.array([shapes.union(), None], dtype=object)[:1]
        return cls(np.zeros(1), union, source=shapes.source, notes=shapes.notes)

    @checked
    def at(self, level: float | None = None) -> Any:
        """Return the shape of one level; None for the only one.

        Raises
        ------
        InputError
            If the level is not among those mapped, or there are several.
        """
        places = (
            np.flatnonzero(np.isclose(self.levels, level))
            if level is not None
            else np.arange(len(self.levels))
        )
        if places.size != 1:
            raise InputError(
                f"no one extent at {level}: mapped are {self.levels.tolist()} {self.unit}".rstrip()
                + "."
            )
        return self.geometry[places[0]]

    def to_frame(self) -> pd.DataFrame:
        """Return levels and the area above each, square kilometres."""
        return pd.DataFrame({"level": self.levels, "km2": area_km2(self.geometry)})

    @checked
    def with_edge(
        self, sd_km: Positive, *, reach: Positive = 3.0, steps: PositiveInt = 13
    ) -> Extent:
        """Return the extent with an uncertain edge: levels are distances by which it is grown.

        Parameters
        ----------
        sd_km
            Standard deviation of the edge's place, km, > 0.
        reach
            How many standard deviations the levels go out and in, > 0; 3 by default.
        steps
            Number of levels, at least 1, odd; 13 by default.

        Notes
        -----
        The level of a place is minus its distance outside the edge, so that the threshold 0 with
        standard deviation `sd_km` is the extent itself with its uncertain edge.
        """
        shapely = library("shapely")
        distances = np.linspace(reach * sd_km, -reach * sd_km, steps)
        grown = [buffered(self.at(), distance) for distance in distances]
        filled = [shape for shape in grown if not shapely.is_empty(shape)]
        levels = -distances[: len(filled)]
        top = -distances[len(filled)] if len(filled) < steps else None
        return Extent(
            levels, np.array([*filled, None], dtype=object)[:-1], "km", top, self.source, self.notes
        )


@dataclass(frozen=True, eq=False)
class IntensityGrid:
    """Intensity at the points of a regular grid in longitude and latitude.

    Parameters
    ----------
    longitude, latitude
        Degrees, ascending; shape ``(column,)`` and ``(row,)``. Longitude goes on beyond 180 where the
        grid crosses the antimeridian.
    intensity
        Shape ``(row, column)``; NaN where nothing is known.
    unit, source, notes
        As in `Extent`.
    """

    longitude: FloatArray
    latitude: FloatArray
    intensity: FloatArray
    unit: str = "MMI"
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        shape = (len(self.latitude), len(self.longitude))
        if self.intensity.shape != shape or min(shape) < 2:
            raise InputError(
                f"intensity must have shape {shape}, 2 by 2 or more: got {self.intensity.shape}."
            )
        if np.isinf(self.intensity).any():
            raise InputError(
                f"{int(np.isinf(self.intensity).sum())} point(s) of the grid have an infinite "
                "intensity. Points where nothing is known are NaN."
            )
        if not ((np.diff(self.latitude) > 0).all() and (np.diff(self.longitude) > 0).all()):
            raise InputError("longitude and latitude of an intensity grid must ascend.")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per point."""
        lon, lat = np.meshgrid(self.longitude, self.latitude)
        columns = {"longitude": lon, "latitude": lat, "intensity": self.intensity}
        return pd.DataFrame({name: values.ravel() for name, values in columns.items()})

    @checked
    def about(self, threshold: float, sd: NonNegative = 0.0) -> Extent:
        """Return where the intensity reaches levels about a threshold that is not known exactly.

        Parameters
        ----------
        threshold, sd
            As in `gecam.geo.Exposure.at`.

        Returns
        -------
        Extent
            The threshold is one of its levels; they lie 0.1 apart, to 3.5 standard deviations or 0.4
            on both sides.

        Raises
        ------
        InputError
            If no level is reached.
        """
        steps = round(REACH * max(sd, STEP) / STEP)
        return self.extent(threshold + STEP * np.arange(-steps, steps + 1))

    def extent(self, levels: ArrayLike) -> Extent:
        """Return where the intensity reaches each level, linear between the points of the grid.

        Parameters
        ----------
        levels
            Ascending. Those above the largest intensity are left out.

        Raises
        ------
        InputError
            If no level is reached.
        """
        from contourpy import FillType, contour_generator

        shapely = library("shapely")
        largest = float(np.nanmax(self.intensity))
        wanted = np.atleast_1d(np.asarray(levels, dtype=np.float64))
        reached = wanted[wanted <= largest]
        if not reached.size:
            raise InputError(
                f"the largest intensity is {largest:g} {self.unit}: it reaches no level of "
                f"{wanted.tolist()}."
            )
        generator = contour_generator(
            self.longitude, self.latitude, np.ma.masked_invalid(self.intensity),
            fill_type=FillType.OuterOffset,
        )  # fmt: skip
        shapes, filled = [], []
        for level in reached:
            rings = zip(*generator.filled(level, largest + 1), strict=True)
            polygons = [
                shapely.Polygon(
                    points[: at[1]], holes=[points[a:b] for a, b in pairwise(at[1:].tolist())]
                )
                for points, at in rings
            ]  # fmt: skip
            if polygons and shapely.area(polygons).sum() > 0:
                filled.append(level)
                shapes.append(
                    shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object)))
                )
        if not filled:
            raise InputError(f"no level of {wanted.tolist()} {self.unit} covers an area.")
        clean = cleaned(shapes, [f"{level:g}" for level in filled])
        top = None if largest <= filled[-1] else largest
        return Extent(
            np.array(filled),
            clean.geometry,
            self.unit,
            top,
            self.source,
            (*self.notes, *clean.notes),
        )
