"""Figures: one style, people on the axis, safe for colour-blind readers."""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any, NamedTuple

from gecam.codes import name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gecam.results import Estimates

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#6b6b6b"  # Okabe & Ito
LARGEST = 20


class Drawn(NamedTuple):
    """What was drawn: the axes, and the artists by name."""

    ax: Axes
    artists: dict[str, Any]


def intervals(est: Estimates, *, ax: Axes | None = None, rows: int = LARGEST) -> Drawn:
    """Draw ranked intervals by destination: mean, interval, and the figure at odds ratio 1.

    Parameters
    ----------
    est
        The estimates.
    ax
        Where to draw; a new figure by default.
    rows
        How many destinations, largest first; the others are named in the title.

    Returns
    -------
    Drawn
        The axes, and artists ``interval``, ``mean`` and ``odds_ratio_1``.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    table = est.by("destination").summary().dropna(subset="mean").sort_values("mean")
    shown = table.tail(rows)
    if ax is None:
        ax = Figure(figsize=(8.0, 1.4 + 0.3 * len(shown)), layout="constrained").subplots()
    y = range(len(shown))
    interval = ax.hlines(y, shown["lower"], shown["upper"], color=BLUE, lw=2.5, alpha=0.55,
                         label=f"{est.level:.0%} interval")  # fmt: skip
    mean = ax.plot(shown["mean"], y, "o", color=BLUE, ms=6, label="odds-ratio prior (judged), mean")
    at_one = ax.plot(shown["odds_ratio_1"], y, "|", color=ORANGE, ms=13, mew=2.5,
                     label="odds ratio 1")  # fmt: skip
    grades = [f"{name(d)}  {g}" for d, g in zip(shown["destination"], shown["grade"], strict=True)]
    ax.set_yticks(list(y), grades)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(FuncFormatter(_people))
    hidden = len(table) - len(shown)
    rest = f"; {hidden} smaller countries are not shown" if hidden else ""
    ax.set_xlabel(f"migrants affected, persons (logarithmic){rest}")
    title = shorten(f"Crisis-affected migrants, {est.provenance.case}", 60, placeholder=" ...")
    ax.set_title(title, loc="left", fontsize=12, parse_math=False)
    ax.grid(axis="x", color="#dddddd", lw=0.7)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    ax.legend(loc="lower right", frameon=False, fontsize=9)
    return Drawn(ax, {"interval": interval, "mean": mean[0], "odds_ratio_1": at_one[0]})


def save_intervals(est: Estimates, path: Path) -> None:
    """Write the figure of `intervals` to a file."""
    drawn = intervals(est)
    figure = drawn.ax.figure
    figure.savefig(path, dpi=160)  # type: ignore[union-attr]


def _people(x: float, _position: int | None = None) -> str:
    if x >= 1e6:
        return f"{x / 1e6:g} M"
    return f"{x / 1e3:g} k" if x >= 1e3 else f"{x:g}"
