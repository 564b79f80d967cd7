"""Figures of origins by country of residence, and of people in several crises."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3, name
from gecam.errors import InputError, NotEstimatedError
from gecam.report.style import (
    BLUE,
    GREEN,
    GREY,
    LIGHT_GREY,
    ORANGE,
    PINK,
    SKY,
    YELLOW,
    AxisScale,
    Drawn,
    about,
    new_axes,
    people_axis,
    short_name,
    tidy,
    title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gecam.results import Estimates

OTHERS = "others"
NOT_KNOWN = "origin not known"
COLOURS, REST = (BLUE, ORANGE, GREEN, PINK, SKY, YELLOW), LIGHT_GREY
PALE = 0.6  # of a band
BAR = 0.035  # width of a bar, of the distance between the two sides
GAP = 0.012  # between bars, of the total
THIN = 0.01  # of the total: thinner bars have a smaller name, and those of no country none


def corridors(
    est: Estimates, *, ax: Axes | None = None, origins: int = 12, destinations: int = 12
) -> Drawn:
    """Draw where the affected come from and where they live, as bands between two sides.

    Parameters
    ----------
    est
        The estimates.
    ax
        Where to draw; a new figure by default.
    origins, destinations
        How many of each have a bar of their own, >= 1, largest first; the rest share one.

    Returns
    -------
    Drawn
        The axes, and artists ``bands`` (one polygon per origin and destination, by the pair of
        names), ``people`` (their heights, persons: a table of origins by destinations),
        ``origins`` and ``destinations`` (bars).

    Raises
    ------
    InputError
        If a number of bars is below 1.
    NotEstimatedError
        If nothing is estimated.

    Notes
    -----
    Heights are means over the draws, the one statistic that adds: the bands of a bar sum to it, and
    all bars of a side to the total. Intervals do not add and are not drawn; ``est.by("origin")``
    has them. These are people who live there, not movements, and origins differ only through who
    lives where and who is a refugee.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
    >>> table = gc.plot.corridors(est, origins=3, destinations=2).artists["people"]
    >>> table.shape
    (5, 3)
    >>> bool(np.isclose(table.to_numpy().sum(), est.total().summary()["mean"].iloc[1]))
    True
    """
    if min(origins, destinations) < 1:
        raise InputError(f"bars must be at least 1: got {origins} and {destinations}")
    table = _corridor_table(est, origins, destinations)
    total = float(table.to_numpy().sum())
    ax = ax if ax is not None else new_axes(9.0, 1.6 + 0.42 * max(table.shape))
    left = Side.of(0.0, table.sum(axis=1), _colours(table.index))
    right = Side.of(1.0, table.sum(axis=0), [GREY] * table.shape[1])
    bands = _bands(ax, table, left, right)
    artists: dict[str, Any] = {
        "bands": bands, "people": table, "origins": left.draw(ax), "destinations": right.draw(ax),
    }  # fmt: skip
    ax.set_xlim(-0.42, 1.42)
    ax.set_ylim(-total * (1 + GAP * (max(table.shape) - 1)) * 1.01, total * 0.05)
    for at, side, words in ((0.0, "right", "from"), (1.0, "left", "living in")):
        ax.annotate(words, (at, total * 0.02), ha=side, fontsize=9, color=GREY)
    ax.set_axis_off()
    title(
        ax,
        f"Migrants affected by crises, by origin and country of residence, {est.provenance.case}",
    )
    note = f"Bands are means in persons, which add: {about(total)} in all"
    ax.annotate(
        note, (0.5, 0), xycoords="axes fraction", ha="center", va="top", fontsize=8.5, color=GREY
    )
    return Drawn(ax, artists)


@dataclass(frozen=True, eq=False)
class Side:
    """The bars of one side of the corridors, from the top down.

    Parameters
    ----------
    x
        Where they stand: 0 or 1.
    heights
        People by name.
    tops
        Where each bar begins.
    colours
        One per bar.
    """

    x: float
    heights: pd.Series
    tops: dict[str, float]
    colours: list[str]

    @classmethod
    def of(cls, x: float, heights: pd.Series, colours: list[str]) -> Self:
        """Stack bars with gaps between them."""
        gap = GAP * heights.sum()
        tops = np.concatenate([[0.0], np.cumsum(heights.to_numpy() + gap)[:-1]])
        begin = {str(key): -float(top) for key, top in zip(heights.index, tops, strict=True)}
        return cls(x, heights, begin, colours)

    def draw(self, ax: Axes) -> Any:
        """Draw the bars with names and means."""
        heights, total = self.heights, self.heights.sum()
        start = [self.tops[str(key)] for key in heights.index]
        bars = ax.bar(
            [self.x * (1 - BAR)] * len(heights), -heights.to_numpy(), BAR, bottom=start,
            align="edge", color=self.colours,
        )  # fmt: skip
        offset, aligned = ((5, 0), "left") if self.x else ((-5, 0), "right")
        for key, height, top in zip(heights.index, heights, start, strict=True):
            ax.annotate(
                f"{short_name(str(key))}  {about(height)}", (self.x, top - height / 2), offset,
                textcoords="offset points", va="center", ha=aligned,
                fontsize=8.5 if height > THIN * total else 7.5, parse_math=False,
            )  # fmt: skip
        return bars


def _colours(origins: pd.Index) -> list[str]:
    """Return a colour for each of the largest countries, and grey for what is no country."""
    return [
        COLOURS[i] if i < len(COLOURS) and is_iso3(key) else REST for i, key in enumerate(origins)
    ]


def _corridor_table(est: Estimates, origins: int, destinations: int) -> pd.DataFrame:
    """Return means by origin and destination, the small ones in one row and one column."""
    places = est.by("destination").summary().dropna(subset="mean").set_index("destination")["mean"]
    if places.empty:
        raise NotEstimatedError("there is nothing to draw: nothing is estimated")
    rows = est.by("origin", "destination").summary().dropna(subset="mean")
    table = rows.pivot_table(
        index="origin", columns="destination", values="mean", aggfunc="sum", fill_value=0.0
    ).reindex(columns=places.index, fill_value=0.0)
    rest = places - table.sum(axis=0)
    if (rest > 1e-9 * places).any():  # places whose people's origins no source tells
        table.loc[NOT_KNOWN] = rest.clip(lower=0.0)
    table = _largest(table, origins)
    return _largest(table.T, destinations).T


def _largest(table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the largest countries in order, then all others, then what is no country."""
    sums = table.sum(axis=1).sort_values(ascending=False, kind="stable")
    countries = [key for key in sums.index if is_iso3(key)]
    last = [key for key in sums.index if not is_iso3(key) and sums[key] >= THIN * sums.sum()]
    others = sums.index.difference([*countries[:n], *last], sort=False)
    parts = [table.loc[countries[:n]]]
    if len(others):
        parts.append(table.loc[others].sum().to_frame(OTHERS).T)
    return pd.concat([*parts, table.loc[last]])


def _bands(ax: Axes, table: pd.DataFrame, left: Side, right: Side) -> dict[tuple[str, str], Any]:
    """Draw a band per corridor; both its ends are as high as its people."""
    from matplotlib.patches import Polygon

    at = np.linspace(0, 1, 40)
    ease = at**2 * (3 - 2 * at)
    x = BAR + (1 - 2 * BAR) * at
    begins, ends, bands = dict(left.tops), dict(right.tops), {}
    colours = dict(zip(table.index, left.colours, strict=True))
    for origin, destination in product(table.index, table.columns):
        height = float(table.at[origin, destination])
        if height <= 0:
            continue
        top = begins[origin] + (ends[destination] - begins[origin]) * ease
        corners = np.vstack([
            np.column_stack([x, top]), np.column_stack([x, top - height])[::-1]
        ])  # fmt: skip
        band = Polygon(corners, facecolor=colours[origin], alpha=PALE, lw=0)
        bands[origin, destination] = ax.add_patch(band)
        begins[origin] -= height
        ends[destination] -= height
    return bands


@checked
def overlaps(est: Estimates, *, ax: Axes | None = None, scale: AxisScale = "log") -> Drawn:
    """Draw, where countries have several crises, the sum of crises and the people counted once.

    Parameters
    ----------
    est
        The estimates.
    ax
        Where to draw; a new figure by default.
    scale
        Of the axis of people: ``"log"``, where small countries can be read, or ``"linear"``.

    Returns
    -------
    Drawn
        The axes, and artists ``sum_of_crises``, ``union`` (means, persons) and ``counted_twice``
        (the lines between).

    Raises
    ------
    NotEstimatedError
        If no country has several crises that are estimated.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
    >>> [text.get_text() for text in gc.plot.overlaps(est).ax.get_yticklabels()]
    ['Ukraine', 'Mozambique']
    """
    rows = pd.DataFrame(
        [(o.destination, o.sum_of_crises, o.union) for o in est.overlaps],
        columns=["place", "sum_of_crises", "union"],
    ).dropna()
    if rows.empty:
        raise NotEstimatedError("no country has several crises that are estimated")
    # Groups of one country are different people: their means add.
    rows = rows.groupby("place").sum().sort_values("union", ascending=False)
    ax = ax if ax is not None else new_axes(8.0, 1.6 + 0.42 * len(rows))
    y = range(len(rows))
    lines = ax.hlines(y, rows["union"], rows["sum_of_crises"], color=GREY, lw=2.5, alpha=0.55)
    (both,) = ax.plot(rows["sum_of_crises"], y, "D", mfc="none", color=ORANGE, ms=9, mew=1.6, ls="",
                      label="sum of the crises' rows")  # fmt: skip
    (once,) = ax.plot(rows["union"], y, "o", color=BLUE, ms=6,
                      label="people in at least one crisis")  # fmt: skip
    for place, total, union in zip(y, rows["sum_of_crises"], rows["union"], strict=True):
        words = (
            "none counted twice"
            if np.isclose(total, union)
            else f"{about(total - union)} counted twice"
        )
        ax.annotate(words, (total, place), (9, 0), textcoords="offset points", va="center",
                    fontsize=8.5, color=GREY)  # fmt: skip
    ax.set_yticks(list(y), [name(place) for place in rows.index])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.margins(x=0.25)
    people_axis(ax, "x", "migrants affected, persons, means", scale)
    title(ax, f"Migrants affected by crises, in countries with several, {est.provenance.case}")
    tidy(ax, "x")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.32), ncols=2, frameon=False, fontsize=9)
    return Drawn(ax, {"sum_of_crises": both, "union": once, "counted_twice": lines})
