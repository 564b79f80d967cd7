"""Figure of estimates by country, ranked, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam._typing import WholeNumber
from gecam.codes import name
from gecam.report.style import BLUE, ORANGE, Drawn, new_axes, tidy
from gecam.report.style import title as write_title
from gecam.uncertainty import people_on_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gecam.results import Estimates

LARGEST = 20


@checked
def intervals(est: Estimates, *, ax: Axes | None = None, rows: WholeNumber = LARGEST) -> Drawn:
    """Draw ranked intervals by destination: mean, interval, and the figure at odds ratio 1.

    Parameters
    ----------
    est
        The estimates, people.
    ax
        Where to draw; a new figure by default.
    rows
        How many destinations at most, largest first; how many others there are is said below.

    Returns
    -------
    Drawn
        The axes, and artists ``interval``, ``mean`` and ``odds_ratio_1``, in persons.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
    >>> gc.plot.intervals(est, rows=5).ax.get_xlabel()
    'migrants affected, persons (logarithmic); 25 smaller countries are not shown'
    """
    table = est.by("destination").summary().rename(columns={"destination": "place"})
    return draw_intervals(table, title=est.provenance.case, level=est.level, ax=ax, rows=rows)


def draw_intervals(
    table: pd.DataFrame, *, title: str, level: float, ax: Axes | None = None, rows: int = LARGEST
) -> Drawn:
    """Draw `intervals` from a table: its statistics, and ``place``."""
    from matplotlib.ticker import FuncFormatter

    table = table.dropna(subset="mean").sort_values("mean")
    shown = table.tail(rows)
    ax = ax if ax is not None else new_axes(8.0, 1.4 + 0.3 * len(shown))
    y = range(len(shown))
    interval = ax.hlines(y, shown["lower"], shown["upper"], color=BLUE, lw=2.5, alpha=0.55,
                         label=f"{level:.0%} interval")  # fmt: skip
    mean = ax.plot(shown["mean"], y, "o", color=BLUE, ms=6, label="odds-ratio prior (judged), mean")
    at_one = ax.plot(shown["odds_ratio_1"], y, "|", color=ORANGE, ms=13, mew=2.5,
                     label="odds ratio 1")  # fmt: skip
    grades = [f"{name(d)}  {g}" for d, g in zip(shown["place"], shown["grade"], strict=True)]
    ax.set_yticks(list(y), grades)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(FuncFormatter(people_on_axis))
    hidden = len(table) - len(shown)
    rest = f"; {hidden} smaller countries are not shown" if hidden else ""
    ax.set_xlabel(f"migrants affected, persons (logarithmic){rest}")
    write_title(ax, f"Crisis-affected migrants, {title}")
    tidy(ax, "x")
    ax.legend(loc="lower right", frameon=False, fontsize=9)
    return Drawn(ax, {"interval": interval, "mean": mean[0], "odds_ratio_1": at_one[0]})
