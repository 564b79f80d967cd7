"""Repair shapes and cut them at the antimeridian, so that they can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import Array, BoolArray, FloatArray
from gecam.errors import InputError, Problem, ReferenceSystemError
from gecam.geo.libraries import library
from gecam.geo.map_projection import (
    EARTH_RADIUS,
    LONGITUDE_LATITUDE,
    projected,
    reference_system,
    with_short_edges,
)
from gecam.model import Note

_NAMED = 5  # shapes named in a note
_ROUNDING = 1e-9  # degrees beyond the poles or the antimeridian


class Cleaned(NamedTuple):
    """Shapes that can be measured, which of the given ones they are, and what was done to them."""

    geometry: Array
    is_polygon: BoolArray
    notes: tuple[Note, ...]


@checked
def cleaned(
    geometry: Sequence[Any], names: Sequence[str], *, crs: Any = LONGITUDE_LATITUDE
) -> Cleaned:
    """Return polygons in longitude and latitude, valid and inside -180 to 180 degrees.

    Parameters
    ----------
    geometry
        Shapely shapes, or None.
    names
        Their names, for messages.
    crs
        Their coordinate reference system, as pyproj takes it: a name, a code such as
        ``"EPSG:4326"`` or a definition. None is an error.

    Returns
    -------
    Cleaned
        Notes say which shapes were empty and left out, repaired (with the change in area), stripped
        of lines and points, or cut at the antimeridian.

    Raises
    ------
    InputError
        If no reference system is known, a coordinate is not a finite number or lies beyond the
        poles, or no polygon is left.
    """
    shapely = library("shapely")
    shapes = shapely.force_2d(np.array([*geometry, None], dtype=object)[:-1])
    if crs is None:
        raise ReferenceSystemError(
            "the shapes state no coordinate reference system, so that degrees and metres look alike. "
            'Pass crs= (--crs), such as "EPSG:4326" for longitude and latitude.'
        )
    _refuse_not_finite(shapes, names)
    if crs != LONGITUDE_LATITUDE:
        shapes = _to_degrees(shapes, crs)
    _refuse_beyond_poles(shapes, names)
    is_flat = shapely.get_dimensions(shapes) == 2
    is_polygon = is_flat & ~shapely.is_empty(shapes)
    if not is_polygon.any():
        raise InputError(
            f"no polygon among {len(shapes)} shape(s): {_list(names, ~is_polygon)}. Lines are for "
            "gecam.io.read_shakemap, which knows what they enclose."
        )
    names = [name for name, is_whole in zip(names, is_polygon, strict=True) if is_whole]
    notes = [Note("EMPTY_SHAPES", "shapes without a polygon, left out", int((~is_polygon).sum()))]
    shapes, was_cut = _cut_at_antimeridian(shapes[is_polygon])
    notes.append(Note("ANTIMERIDIAN_CUT", _list(names, was_cut), int(was_cut.sum())))
    faulty = ~shapely.is_valid(shapes)
    if faulty.any():
        before = shapely.area(shapes[faulty])
        shapes[faulty] = shapely.make_valid(
            shapes[faulty], method="structure", keep_collapsed=False
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            change = np.nanmax(np.abs(shapely.area(shapes[faulty]) / before - 1), initial=0)
        text = f"{_list(names, faulty)}; largest change of area {change:.2g}"
        notes.append(Note("RINGS_REPAIRED", text, int(faulty.sum())))
    shapes = np.array([_polygons(shape) for shape in shapes] + [None], dtype=object)[:-1]
    empty = shapely.is_empty(shapes)
    if empty.any():
        if empty.all():
            raise InputError(f"no polygon has an area: {_list(names, empty)}.")
        notes.append(
            Note("COLLAPSED", f"without area, left out: {_list(names, empty)}", int(empty.sum()))
        )
        is_polygon[np.flatnonzero(is_polygon)[empty]] = False
        shapes = shapes[~empty]
    return Cleaned(shapes, is_polygon, tuple(note for note in notes if note.count))


def _polygons(shape: Any) -> Any:
    """Return the polygons of a shape; lines and points have no area."""
    shapely = library("shapely")
    if shapely.get_type_id(shape) in {3, 6}:
        return shape
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) >= 4).any():
        parts = shapely.get_parts(parts)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == 3])


def _refuse_not_finite(shapes: Array, names: Sequence[str]) -> None:
    xy, owner = library("shapely").get_coordinates(shapes, return_index=True)
    bad = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    if bad.size:
        raise InputError(
            f"{bad.size} shape(s) have coordinates that are not finite numbers",
            [
                Problem("a coordinate is NaN or infinite", row=str(names[i]), code="NOT_FINITE")
                for i in bad
            ],
        )


def _to_degrees(shapes: Array, crs: Any) -> Array:
    """Return shapes in longitude and latitude; long edges of metres are cut first."""
    system = reference_system(crs)
    if system.is_projected:
        unit = system.axis_info[0].unit_conversion_factor  # metres
        shapes = with_short_edges(shapes, radius=EARTH_RADIUS / unit)
    return projected(shapes, system, LONGITUDE_LATITUDE)


def _refuse_beyond_poles(shapes: Array, names: Sequence[str]) -> None:
    bounds = library("shapely").bounds(shapes).reshape(-1, 4)
    with np.errstate(invalid="ignore"):
        bad = (np.abs(bounds[:, [1, 3]]) > 90 + _ROUNDING).any(axis=1)
        bad |= (np.abs(bounds[:, [0, 2]]) > 540).any(axis=1)
    if bad.any() or np.isinf(bounds).any():
        raise InputError(
            f"coordinates are not longitude and latitude in {_list(names, bad)}: "
            f"{bounds[bad][:1].tolist()}. Pass the coordinate reference system of the file as crs=."
        )


def _cut_at_antimeridian(shapes: Array) -> tuple[Array, BoolArray]:
    """Return shapes inside -180 to 180 degrees, and which were cut or moved."""
    shapely = library("shapely")
    bounds = shapely.bounds(shapes)
    suspect = (bounds[:, 2] - bounds[:, 0] > 180) | (np.abs(bounds[:, [0, 2]]) > 180).any(axis=1)
    was_cut = np.zeros(len(shapes), dtype=bool)
    for i in np.flatnonzero(suspect):
        parts = shapely.get_parts(shapes[i])
        new = [piece for part in parts for piece in _cut_polygon(part)]
        if len(new) != len(parts) or any(a is not b for a, b in zip(new, parts, strict=True)):
            was_cut[i] = True
            shapes[i] = shapely.union_all(new)
    return shapes, was_cut


def _cut_polygon(polygon: Any) -> list[Any]:
    """Return the parts of a polygon inside -180 to 180 degrees; itself if nothing crosses."""
    shapely = library("shapely")
    if shapely.get_type_id(polygon) != 3:
        return [polygon]
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]
    ends = (rings[0][:, 0].min(), rings[0][:, 0].max())
    if not any(_jumps(ring).any() for ring in rings) and ends[0] >= -180 and ends[1] <= 180:
        return [polygon]
    shell, *holes = (_unrolled(ring) for ring in rings)
    middle = (shell[:, 0].min() + shell[:, 0].max()) / 2
    for hole in holes:
        hole[:, 0] += 360 * np.round((middle - hole[:, 0].mean()) / 360)
    flat = shapely.make_valid(
        shapely.Polygon(shell, holes), method="structure", keep_collapsed=False
    )
    first = int(np.floor((shell[:, 0].min() + 180) / 360))
    last = int(np.ceil((shell[:, 0].max() + 180) / 360))
    pieces = (_in_turn(flat, turn) for turn in range(first, last))
    return list(chain.from_iterable(pieces))


def _in_turn(flat: Any, turn: int) -> list[Any]:
    """Return what of a polygon lies in one turn about the earth, moved to -180 to 180 degrees."""
    shapely = library("shapely")
    west = -180 + 360 * turn
    piece = shapely.intersection(flat, shapely.box(west, -90, west + 360, 90))
    moved = shapely.transform(piece, lambda xy: xy - [360 * turn, 0])
    return [_polygons(moved)] if shapely.area(piece) > 0 else []


def _jumps(ring: FloatArray) -> BoolArray:
    """Return which edges go the long way round; an edge of 360 degrees lies on the map's border."""
    step = np.abs(np.diff(ring[:, 0]))
    return np.asarray((step > 180) & (step < 360 - _ROUNDING))


def _unrolled(ring: FloatArray) -> FloatArray:
    """Return a ring whose edges take the short way, closed about a pole if it encloses one."""
    step = np.diff(ring[:, 0])
    turns = np.where(_jumps(ring), -360 * np.sign(step), 0.0)
    lon = ring[:, 0] + np.r_[0.0, np.cumsum(turns)]
    flat = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > 180:  # once round the earth
        pole = 90.0 if ring[:, 1].mean() > 0 else -90.0
        flat = np.vstack([flat, [lon[-1], pole], [lon[0], pole], flat[0]])
    return flat


def _list(names: Sequence[str], which: BoolArray) -> str:
    listed = [str(name) for name, is_one in zip(names, which, strict=True) if is_one]
    rest = f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + rest


__all__ = ["Cleaned", "cleaned"]
