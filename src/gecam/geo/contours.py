"""Areas enclosed by contour lines, such as those of the intensity of an earthquake."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from gecam._signature import checked
from gecam._typing import Array, ArrayLike, BoolArray, FloatArray
from gecam.errors import InputError
from gecam.geo.clean import cleaned
from gecam.geo.libraries import library
from gecam.geo.shapes import Extent
from gecam.model import UNKNOWN_SOURCE, Note, Source

SNAP = 1e-4  # degrees: ends of lines this near the frame reach it
SLIVER = 1e-12  # square degrees


@checked
def polygonised(
    levels: ArrayLike,
    lines: Sequence[Any],
    *,
    frame: tuple[float, float, float, float],
    peak: tuple[float, float] | None = None,
    unit: str = "MMI",
    source: Source = UNKNOWN_SOURCE,
    notes: Sequence[Note] = (),
) -> Extent:
    """Return the areas on the higher side of contour lines.

    Parameters
    ----------
    levels
        Level of each shape of `lines`.
    lines
        Shapely lines, one or more per level; closed, or open with their ends on the frame.
    frame
        West, south, east and north border of the map, degrees.
    peak
        Longitude and latitude, degrees, of a place on the higher side of every line, such as an
        epicentre: it decides only where a level's other lines do not.
    unit, source, notes
        As in `Extent`.

    Returns
    -------
    Extent
        Nested. Notes say how many pieces of lines enclose nothing.

    Raises
    ------
    InputError
        If the lines enclose nothing.

    Notes
    -----
    The lines of a level and the frame cut the map into faces; crossing a line changes the side. A
    face that holds a line of a higher level is on the higher side, one that holds a line of a lower
    level is not; the other faces follow from their neighbours. Islands of lower intensity stay
    holes. The top level is assumed to be followed by one more, a step above, that is reached nowhere.
    """
    shapely = library("shapely")
    level = np.asarray(levels, dtype=np.float64)
    parts = np.array([*lines, None], dtype=object)[:-1]
    steps = np.unique(level)
    if not steps.size:
        raise InputError("there are no contour lines.")
    box = shapely.box(*frame)
    border = shapely.boundary(box)
    by_level = [
        shapely.intersection(
            shapely.snap(shapely.union_all(parts[level == step]), border, SNAP), box
        )
        for step in steps
    ]
    enclosed = [_enclosed(by_level, at, border, peak) for at in range(len(steps))]
    shapes = _nested([shape for shape, _ in enclosed])
    is_filled = shapely.area(shapes) > SLIVER
    if not is_filled.any():
        raise InputError(f"the contour lines of levels {steps.tolist()} enclose nothing.")
    steps = steps[is_filled]
    clean = cleaned(shapes[is_filled].tolist(), [f"{step:g}" for step in steps])
    step = float(steps[-1] - steps[-2]) if len(steps) > 1 else 1.0
    loose = sum(number for _, number in enclosed)
    text = "pieces of contour lines that enclose nothing"
    told = (Note("LINES_WITHOUT_AREA", text, loose),) if loose else ()
    return Extent(
        steps, clean.geometry, unit, float(steps[-1]) + step, source, (*notes, *told, *clean.notes)
    )


def _enclosed(
    by_level: Sequence[Any], at: int, border: Any, peak: tuple[float, float] | None
) -> tuple[Any, int]:
    """Return the higher side of a level's lines, and how many pieces of them enclose nothing."""
    shapely = library("shapely")
    pieces = shapely.get_parts(shapely.union_all([by_level[at], border]))
    faces = shapely.get_parts(shapely.polygonize(pieces))
    _, cuts, dangles, _ = shapely.polygonize_full(pieces)
    loose = shapely.get_num_geometries(dangles) + shapely.get_num_geometries(cuts)
    return shapely.union_all(faces[_is_higher(faces, by_level, at, border, peak)]), int(loose)


def _nested(shapes: Sequence[Any]) -> Array:
    """Return areas each of which holds the next one, whatever the rounding of their lines."""
    shapely = library("shapely")
    nested = np.array([*shapes, None], dtype=object)[:-1]
    for at in range(len(nested) - 2, -1, -1):
        nested[at] = shapely.union_all([nested[at], nested[at + 1]])
    return nested


def _is_higher(
    faces: Array, lines: Sequence[Any], at: int, border: Any, peak: tuple[float, float] | None
) -> BoolArray:
    """Return which faces of a level lie on its higher side."""
    shapely = library("shapely")
    side = np.zeros(len(faces))  # 1 higher, -1 lower, 0 not known yet
    tree = shapely.STRtree(faces)
    for others, sign in ((lines[at + 1 :], 1.0), (lines[:at], -1.0)):
        points = _points_of(others)
        if len(points):
            which, face = tree.query(points, predicate="within")
            side[face[which >= 0]] = sign
    if not side.any():
        side[_seed(faces, border, peak)] = 1.0 if peak is not None else -1.0
    return _spread(side, _neighbours(faces, tree)) > 0


def _spread(side: FloatArray, neighbours: Sequence[Sequence[int]]) -> FloatArray:
    """Return the side of every face: crossing a line changes it; a part with none is lower."""
    frontier = deque(np.flatnonzero(side).tolist())
    while frontier or not side.all():
        if not frontier:  # a part of the map that no face of a known side touches
            frontier.append(int(np.flatnonzero(side == 0)[0]))
            side[frontier[0]] = -1.0
        face = frontier.popleft()
        for other in neighbours[face]:
            if side[other] == 0:
                side[other] = -side[face]
                frontier.append(other)
    return side


def _points_of(lines: Sequence[Any]) -> Array:
    """Return the middle of every line."""
    shapely = library("shapely")
    parts = (
        shapely.get_parts(np.array([*lines, None], dtype=object)[:-1])
        if len(lines)
        else np.array([])
    )
    parts = parts[shapely.get_dimensions(parts) == 1] if len(parts) else parts
    return (
        np.asarray(shapely.line_interpolate_point(parts, 0.5, normalized=True))
        if len(parts)
        else parts
    )


def _neighbours(faces: Array, tree: Any) -> list[list[int]]:
    """Return for each face those that share an edge with it."""
    shapely = library("shapely")
    first, second = tree.query(faces, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.length(
        shapely.intersection(shapely.boundary(faces[first]), shapely.boundary(faces[second]))
    )
    neighbours: list[list[int]] = [[] for _ in faces]
    for a, b in zip(first[shared > 0], second[shared > 0], strict=True):
        neighbours[a].append(int(b))
        neighbours[b].append(int(a))
    return neighbours


def _seed(faces: Array, border: Any, peak: tuple[float, float] | None) -> int:
    """Return the face of the peak, or without one the face that holds most of the map's border."""
    shapely = library("shapely")
    if peak is not None:
        return int(np.argmin(shapely.distance(faces, shapely.Point(peak))))
    held: FloatArray = shapely.length(shapely.intersection(shapely.boundary(faces), border))
    return int(np.argmax(held))
