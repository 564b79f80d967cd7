"""A map of a footprint: the share exposed in each area, and the outline of the hazard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import name as name_of
from gecam.report.style import NO_FIGURE, ORANGE, Drawn, title

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gecam.geo import Extent, Shapes
    from gecam.model import Footprint

_MARGIN = 0.04  # of the width of the map


@checked
def footprint_map(
    footprint: Footprint,
    areas: Shapes,
    *,
    extent: Extent | None = None,
    level: float | None = None,
    ax: Axes | None = None,
) -> Drawn:
    """Draw the areas of a footprint, coloured by the share of residents exposed.

    Parameters
    ----------
    footprint
        With figures by area, as `gecam.geo.footprint` gives them.
    areas
        Polygons of the same names; an area without figures is grey, which is not zero.
    extent
        Hazard whose outline is drawn on top; none by default.
    level
        Level of the outline; all levels by default.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``areas``, ``outline`` (where there is an extent) and ``colorbar``.

    Notes
    -----
    Degrees are drawn with the aspect of the middle latitude, so that shapes look as on the ground.
    A country across the antimeridian is drawn from 0 to 360 degrees. Colours are those of *viridis*,
    which colour-blind readers tell apart.
    """
    from matplotlib.collections import PathCollection

    shares = {area.area: area.share for area in footprint.areas}
    values = np.array([shares.get(str(name), np.nan) for name in areas.names])
    ax, turn, drawn = drawn_shapes(areas, values, ax=ax)
    drawn.set_clim(0, 1)
    artists: dict[str, Any] = {"areas": drawn}
    artists["colorbar"] = ax.figure.colorbar(
        drawn, ax=ax, shrink=0.7, label="share of residents exposed"
    )
    if extent is not None:
        shapes = extent.geometry if level is None else [extent.at(level)]
        outline = PathCollection(
            [_path(s, turn) for s in shapes], facecolor="none", edgecolor=ORANGE, lw=1.4
        )
        artists["outline"] = ax.add_collection(outline)
    title(ax, _title(footprint), width=7.2)
    ax.set_xlabel(not_drawn(shares, areas))
    return Drawn(ax, artists)


def drawn_shapes(
    areas: Shapes, values: FloatArray, *, ax: Axes | None = None, norm: Any = None
) -> tuple[Axes, int, Any]:
    """Draw shapes coloured by values, grey where there is none.

    Parameters
    ----------
    areas
        Polygons.
    values
        One number for each, NaN for none.
    ax
        Where to draw; a new figure by default.
    norm
        How numbers become colours, as matplotlib has it; linear by default.

    Returns
    -------
    tuple
        The axes, the degrees that negative longitudes were moved by, and the coloured shapes.
    """
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

    west, south, east, north = _bounds(areas)
    turn = 360 if east - west > 180 else 0
    if turn:
        west, east = _bounds_turned(areas)
    if ax is None:
        height = 6.4 * (north - south) / max((east - west) * _aspect(south, north), 1e-9)
        ax = Figure(figsize=(7.2, float(np.clip(height, 3, 9))), layout="constrained").subplots()
    drawn = PathCollection(
        [_path(shape, turn) for shape in areas.geometry],
        array=np.ma.masked_invalid(values),
        cmap=_cmap(),
        norm=norm,
        edgecolor="white",
        lw=0.6,
    )
    ax.add_collection(drawn)
    margin = _MARGIN * max(east - west, north - south)
    ax.set_xlim(west - margin, east + margin)
    ax.set_ylim(south - margin, north + margin)
    ax.set_aspect(1 / _aspect(south, north))
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return ax, turn, drawn


def _title(footprint: Footprint) -> str:
    """Return what, where and when."""
    people = f"{footprint.people:,.0f} people {footprint.measure.replace('_', ' ')}"
    when = f"{footprint.as_of.day} {footprint.as_of:%B %Y}"
    return f"{people}, by area, {name_of(footprint.destination)}, {when}; grade {footprint.grade}"


def not_drawn(shares: Mapping[str, float], areas: Shapes) -> str:
    """Return what the map leaves out, in words."""
    names = {str(name) for name in areas.names}
    absent = [name for name in shares if name not in names and name != "elsewhere"]
    grey = [name for name in names if name not in shares]
    words = [f"{len(absent)} areas with figures have no shape"] if absent else []
    words += [f"{len(grey)} areas without figures are grey"] if grey else []
    return "; ".join(words)


def _bounds(areas: Shapes) -> tuple[float, float, float, float]:
    boxes = np.array([shape.bounds for shape in areas.geometry])
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def _bounds_turned(areas: Shapes) -> tuple[float, float]:
    lon = np.concatenate([_path(shape, 360).vertices[:, 0] for shape in areas.geometry])
    return float(lon.min()), float(lon.max())


def _aspect(south: float, north: float) -> float:
    return max(float(np.cos(np.radians((south + north) / 2))), 0.05)


def _path(shape: Any, turn: int) -> Any:
    """Return a polygon as a path; negative longitudes move by `turn`."""
    from matplotlib.path import Path

    rings = [
        np.array(ring.coords)
        for polygon in getattr(shape, "geoms", [shape])
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    for ring in rings:
        if turn and ring[:, 0].mean() < 0:
            ring[:, 0] += turn
    return Path.make_compound_path(*(Path(ring, closed=True) for ring in rings))


def _cmap() -> Any:
    from matplotlib import colormaps

    return colormaps["viridis"].with_extremes(bad=NO_FIGURE)
