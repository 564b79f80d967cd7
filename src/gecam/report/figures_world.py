"""A map of the world: how many migrants are affected where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gecam.codes import world
from gecam.errors import NotEstimatedError
from gecam.report.equal_earth import equal_earth
from gecam.report.sentences import said
from gecam.report.style import BLUE, DARK_BLUE, GREY, LAND, ORANGE, Drawn, new_axes, short_name
from gecam.report.style import note as write_note
from gecam.report.style import title as write_title
from gecam.report.translation import writer
from gecam.results import rounded_rows
from gecam.uncertainty import people_on_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from gecam.results import Estimates

LARGEST_DISC = 1900.0  # points², of the largest upper end
NUMBERED = 10
ROOM = 6.5  # points: the radius of a disc that has room for its number
RING = DARK_BLUE
WIDTH, HEIGHT = 10.0, 5.3  # inches
SOUTH, NORTH = -57.0, 84.0  # degrees shown
LEVANT = (
    (32.0, 48.0),
    (29.0, 38.0),
)  # degrees east and north: discs of small countries close together


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
        to persons), ``not_estimated`` (crosses: a plan, and no figure), ``land``, and ``levant``: axes
        where it is drawn larger, None where fewer than two discs are there.

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


def draw_world(
    table: pd.DataFrame,
    *,
    title: str,
    level: float,
    ax: Axes | None = None,
    width: float = WIDTH,
    has_words: bool = True,
) -> Drawn:
    """Draw `world_map` from a table: ``place`` and its statistics; NaN: no figure.

    A map narrower than usual, for a phone, has the list below it, and no inset. Without words it has
    numbers and codes of countries alone, as the language of the page writes them.
    """
    estimated = table.dropna(subset="mean").sort_values("mean", ascending=False, kind="stable")
    if estimated.empty:
        raise NotEstimatedError("there is no figure to draw on a map: nothing is estimated")
    is_narrow = width < WIDTH
    if ax is None:
        ax = new_axes(width, width * (1.24 if is_narrow and has_words else HEIGHT / WIDTH))
    largest = LARGEST_DISC * (0.3 if is_narrow else 1.0)
    scale = largest / float(estimated["upper"].max())
    artists: dict[str, Any] = {"land": _land(ax), **_discs(ax, estimated, scale)}
    missing = table[table["mean"].isna()]
    artists["not_estimated"] = ax.scatter(
        *_positions(missing["place"]), marker="x", s=34, color=ORANGE, lw=1.6, zorder=7
    )
    largest_ten = estimated.head(NUMBERED)
    _number(ax, largest_ten, scale, has_room=not is_narrow)
    if not is_narrow:
        artists["levant"] = _levant(ax, estimated, scale, has_words=has_words)
    marks = _sizes(scale, has_words=has_words)
    if has_words:
        _list(ax, largest_ten, below=is_narrow)
        marks += _meanings(level, has_missing=not missing.empty)
        write_title(
            ax, f"Migrants affected by crises, by country of residence, {title}", width=width
        )
        write_note(ax, said("BORDERS"))
    columns = len(marks) if float(ax.figure.get_figwidth()) >= WIDTH else 2  # type: ignore[union-attr]
    ax.legend(
        handles=marks, loc="upper left", bbox_to_anchor=(0, 0), ncols=columns, frameon=False,
        fontsize=8, columnspacing=1.4, handletextpad=0.9, borderpad=0.9,
    )  # fmt: skip
    return Drawn(ax, artists)


def _discs(ax: Axes, rows: pd.DataFrame, scale: float) -> dict[str, Any]:
    """Draw the upper end, the lower end and the mean of each place; `scale` in points² a person."""
    x, y = _positions(rows["place"])
    # The smaller a disc the later it is drawn: none is hidden behind another.
    looks: dict[str, dict[str, Any]] = {
        "upper": {"color": BLUE, "alpha": 0.22, "lw": 0},
        "lower": {"color": BLUE, "alpha": 0.75, "lw": 0},
        "mean": {"facecolor": "none", "edgecolor": RING, "lw": 1.1},
    }
    return {
        column: ax.scatter(x, y, s=rows[column] * scale, zorder=3 + k, **look)
        for k, (column, look) in enumerate(looks.items())
    }


def _levant(ax: Axes, rows: pd.DataFrame, scale: float, *, has_words: bool) -> Axes | None:
    """Draw the Levant once more, larger; None where it has fewer than two discs."""
    (west, east), (south, north) = LEVANT
    points = np.array([world().points[place] for place in rows["place"]])
    inside = (points[:, 0] > west) & (points[:, 0] < east)
    inside &= (points[:, 1] > south) & (points[:, 1] < north)
    if inside.sum() < 2:
        return None
    inset = ax.inset_axes((0.63, 0.03, 0.19, 0.36))
    _land(inset)
    within = rows[inside]
    _discs(inset, within, scale)
    x, y = equal_earth([west, east], [south, north])
    inset.set_xlim(*x)
    inset.set_ylim(*y)
    inset.set_aspect("auto")
    inset.spines[:].set_visible(True)
    inset.spines[:].set_color(GREY)
    texts, write = rounded_rows(within).texts(write=people_on_axis), writer()
    for place, px, py, size, text in zip(
        within["place"], *_positions(within["place"]), within["mean"], texts, strict=True
    ):
        inset.annotate(
            f"{short_name(place) if has_words else place}\n{write(text[0])}",
            (px, py), (np.sqrt(size * scale) / 2 + 2, 0),
            textcoords="offset points", ha="left", va="center", fontsize=6.5, zorder=9,
            path_effects=_halo(), annotation_clip=True, parse_math=False,
        )  # fmt: skip
    if has_words:
        inset.set_title("the Levant, larger", fontsize=7.5, loc="left", pad=2)
    ax.indicate_inset_zoom(inset, edgecolor=GREY, lw=0.7)
    return inset


def _halo() -> list[Any]:
    """Return the white edge that keeps letters readable on a disc."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2, foreground="white")]


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


def _number(ax: Axes, rows: pd.DataFrame, scale: float, *, has_room: bool) -> None:
    """Give the largest discs a number, beside the small ones where there is room."""
    x, y = _positions(rows["place"])
    write = writer()
    for k, size in enumerate(rows["mean"]):
        radius = np.sqrt(size * scale) / 2
        inside = not has_room or radius > ROOM
        ax.annotate(
            write(f"{k + 1}"), (x[k], y[k]), (0 if inside else radius + 1, 0),
            textcoords="offset points", ha="center" if inside else "left", va="center_baseline",
            fontsize=7.5 if has_room else 6.5, weight="bold", zorder=8, path_effects=_halo(),
        )  # fmt: skip


def _list(ax: Axes, rows: pd.DataFrame, *, below: bool) -> None:
    """List the numbered discs in the empty south-west, or below the map."""
    texts = rounded_rows(rows).texts(write=people_on_axis)
    lines = [
        f"{k + 1:>2}  {short_name(place)}  {mean}  ({lower} to {upper})"
        for k, (place, (mean, lower, upper)) in enumerate(zip(rows["place"], texts, strict=True))
    ]
    at, va = ((0.0, -0.42), "top") if below else ((0.0, 0.02), "bottom")
    ax.text(*at, "\n".join(lines), transform=ax.transAxes, fontsize=8 if below else 7.5, va=va,
            linespacing=1.35, parse_math=False)  # fmt: skip


def _mark(label: str, marker: str = "o", **look: Any) -> Line2D:
    """Return a mark of the legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], ls="", marker=marker, label=label, **look)


def _sizes(scale: float, *, has_words: bool) -> list[Line2D]:
    """Return two discs with how many people they are."""
    largest, write = 10 ** np.floor(np.log10(LARGEST_DISC / scale)), writer()
    return [
        _mark(
            f"{people_on_axis(size)} people" if has_words else write(people_on_axis(size)),
            mfc="none",
            mec=RING,
            mew=1.1,
            ms=float(np.sqrt(size * scale)),
        )
        for size in (largest, largest / 10)
    ]


def _meanings(level: float, *, has_missing: bool) -> list[Line2D]:
    """Return what discs and crosses mean."""
    marks = [
        _mark("ring: mean", mfc="none", mec=RING, mew=1.1, ms=8),
        _mark("dark: lower end", color=BLUE, alpha=0.75, mew=0, ms=8),
        _mark(f"pale: upper end ({level:.0%} interval)", color=BLUE, alpha=0.22, mew=0, ms=8),
    ]
    if has_missing:
        marks.append(_mark("not estimated", "x", color=ORANGE, mew=1.6, ms=6))
    return marks
