"""A map of the world: how many migrants are affected where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gecam.codes import world
from gecam.errors import NotEstimatedError
from gecam.report.style import BLUE, GREY, LAND, ORANGE, Drawn, new_axes, short_name
from gecam.report.style import title as write_title
from gecam.report.world import BORDERS, equal_earth
from gecam.results import rounded_rows
from gecam.uncertainty import people_on_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gecam.results import Estimates

LARGEST_DISC = 1900.0  # points², of the largest upper end
NUMBERED = 10
ROOM = 6.5  # points: the radius of a disc that has room for its number
RING = "#003a5c"  # a darker blue
WIDTH, HEIGHT = 10.0, 5.3  # inches
SOUTH, NORTH = -57.0, 84.0  # degrees shown


def world_map(est: Estimates, *, ax: Axes | None = None) -> Drawn:
    """Draw how many migrants are affected in each country, as discs on a map of the world.

    Parameters
    ----------
    est
        The estimates.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``mean``, ``lower`` and ``upper`` (discs whose areas are proportional
        to persons), ``not_estimated`` (crosses: a plan, and no figure), ``land``.

    Raises
    ------
    NotEstimatedError
        If nothing is estimated.

    Notes
    -----
    Areas of discs, not shades of countries: a count belongs to people, not to square kilometres. The
    dark disc is the lower end of the interval, the ring the mean, the pale disc the upper end. Every
    place has a point, also those too small to have a shape. The projection is Equal Earth.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
    >>> len(gc.plot.world_map(est).artists["mean"].get_sizes())
    30
    """
    table = est.by("destination").summary().rename(columns={"destination": "place"})
    return draw_world(table, title=est.provenance.case, level=est.level, ax=ax)


def draw_world(table: pd.DataFrame, *, title: str, level: float, ax: Axes | None = None) -> Drawn:
    """Draw `world_map` from a table: ``place`` and its statistics; NaN: no figure."""
    estimated = table.dropna(subset="mean").sort_values("mean", ascending=False, kind="stable")
    if estimated.empty:
        raise NotEstimatedError("there is no figure to draw on a map: nothing is estimated")
    ax = ax if ax is not None else new_axes(WIDTH, HEIGHT)
    scale = LARGEST_DISC / float(estimated["upper"].max())
    artists: dict[str, Any] = {"land": _land(ax)}
    x, y = _positions(estimated["place"])
    # The smaller a disc the later it is drawn: none is hidden behind another.
    looks: dict[str, dict[str, Any]] = {
        "upper": {"color": BLUE, "alpha": 0.22, "lw": 0},
        "lower": {"color": BLUE, "alpha": 0.75, "lw": 0},
        "mean": {"facecolor": "none", "edgecolor": RING, "lw": 1.1},
    }
    for k, (column, look) in enumerate(looks.items()):
        artists[column] = ax.scatter(x, y, s=estimated[column] * scale, zorder=3 + k, **look)
    missing = table[table["mean"].isna()]
    artists["not_estimated"] = ax.scatter(
        *_positions(missing["place"]), marker="x", s=34, color=ORANGE, lw=1.6, zorder=7
    )
    _number(ax, estimated.head(NUMBERED), x, y, scale)
    _legend(ax, scale, level, has_missing=not missing.empty)
    write_title(ax, f"Crisis-affected migrants, {title}")
    ax.set_xlabel(BORDERS, fontsize=7.5, color=GREY, loc="left", labelpad=34)
    return Drawn(ax, artists)


def _land(ax: Axes) -> Any:
    """Draw all countries, and return them."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    earth = world()
    paths = []
    for rings in earth.shapes.values():
        parts = [np.column_stack(equal_earth(*ring.T)) for ring in rings]
        closed = [Path(np.vstack([part, part[:1]]), closed=True) for part in parts]
        paths.append(Path.make_compound_path(*closed))
    land = PathCollection(paths, facecolor=LAND, edgecolor="white", lw=0.5, zorder=1)
    ax.add_collection(land)
    east, _ = equal_earth(180.0, 0.0)
    _, ends = equal_earth([0.0, 0.0], [SOUTH, NORTH])
    ax.set_xlim(-float(east), float(east))
    ax.set_ylim(*ends)
    ax.set_aspect("equal", anchor="N")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set_visible(False)
    return land


def _positions(places: pd.Series) -> tuple[Any, Any]:
    points = np.array([world().points[place] for place in places]).reshape(-1, 2)
    return equal_earth(points[:, 0], points[:, 1])


def _number(ax: Axes, rows: pd.DataFrame, x: Any, y: Any, scale: float) -> None:
    """Give the largest discs a number, and list them with their figures in the empty south-west."""
    from matplotlib.patheffects import withStroke

    lines = []
    texts = rounded_rows(rows).texts(write=people_on_axis)
    for k, (place, size, text) in enumerate(zip(rows["place"], rows["mean"], texts, strict=True)):
        mean, lower, upper = text
        lines.append(f"{k + 1:>2}  {short_name(place)}  {mean}  ({lower} to {upper})")
        radius = np.sqrt(size * scale) / 2
        inside = radius > ROOM
        ax.annotate(
            f"{k + 1}", (x[k], y[k]), (0 if inside else radius + 1, 0), textcoords="offset points",
            ha="center" if inside else "left", va="center_baseline", fontsize=7.5, weight="bold",
            zorder=8, path_effects=[withStroke(linewidth=2, foreground="white")],
        )  # fmt: skip
    ax.text(0.0, 0.02, "\n".join(lines), transform=ax.transAxes, fontsize=7.5, va="bottom",
            linespacing=1.35, parse_math=False)  # fmt: skip


def _legend(ax: Axes, scale: float, level: float, *, has_missing: bool) -> None:
    """Explain the discs by two sizes, and the crosses."""
    from matplotlib.lines import Line2D

    def mark(label: str, marker: str = "o", **look: Any) -> Line2D:
        return Line2D([], [], ls="", marker=marker, label=label, **look)

    largest = 10 ** np.floor(np.log10(LARGEST_DISC / scale))
    handles = [
        mark(
            f"{people_on_axis(size)} people",
            mfc="none",
            mec=RING,
            mew=1.1,
            ms=float(np.sqrt(size * scale)),
        )
        for size in (largest, largest / 10)
    ]
    handles += [
        mark("ring: mean", mfc="none", mec=RING, mew=1.1, ms=8),
        mark("dark: lower end", color=BLUE, alpha=0.75, mew=0, ms=8),
        mark(f"pale: upper end ({level:.0%} interval)", color=BLUE, alpha=0.22, mew=0, ms=8),
    ]
    if has_missing:
        handles.append(mark("not estimated", "x", color=ORANGE, mew=1.6, ms=6))
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, 0), ncols=len(handles), frameon=False,
        fontsize=8, columnspacing=1.4, handletextpad=0.9, borderpad=0.9,
    )  # fmt: skip
