"""Figure of estimates by country, ranked, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam._typing import WholeNumber
from gecam.report.style import (
    BLUE,
    ORANGE,
    AxisScale,
    Drawn,
    new_axes,
    people_axis,
    short_name,
    tidy,
)
from gecam.report.style import note as write_note
from gecam.report.style import title as write_title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from gecam.results import Estimates

LARGEST = 20
WIDTH = 8.0  # inches
FARTHEST = 20  # times below the smallest mean: where a logarithmic axis ends


@checked
def intervals(
    est: Estimates,
    *,
    ax: Axes | None = None,
    rows: WholeNumber = LARGEST,
    scale: AxisScale = "log",
) -> Drawn:
    """Draw ranked intervals by destination: mean, interval, and the figure at odds ratio 1.

    Parameters
    ----------
    est
        The estimates, people.
    ax
        Where to draw; a new figure by default.
    rows
        How many destinations at most, largest first; how many others there are is said below.
    scale
        Of the axis of people: ``"log"``, where small countries can be read, or ``"linear"``, where
        lengths are people.

    Returns
    -------
    Drawn
        The axes, and artists ``interval``, ``mean`` and ``odds_ratio_1``, in persons.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
    >>> gc.plot.intervals(est, rows=5).ax.get_xlabel()
    'migrants affected, persons (logarithmic)'
    """
    table = est.by("destination").summary().rename(columns={"destination": "place"})
    return draw_intervals(
        table, title=est.provenance.case, level=est.level, ax=ax, rows=rows, scale=scale
    )


def draw_intervals(
    table: pd.DataFrame,
    *,
    title: str,
    level: float,
    ax: Axes | None = None,
    rows: int = LARGEST,
    width: float = WIDTH,
    scale: AxisScale = "log",
    has_words: bool = True,
) -> Drawn:
    """Draw `intervals` from a table: its statistics, and ``place``.

    Without words it has numbers, grades and codes of countries alone, as the language of the page
    writes them.
    """
    from matplotlib.ticker import NullFormatter

    table = table.dropna(subset="mean").sort_values("mean")
    shown = table.tail(rows)
    narrow = width < WIDTH
    ax = ax if ax is not None else new_axes(width, (3.4 if narrow else 2.4) + 0.3 * len(shown))
    y = range(len(shown))
    interval = ax.hlines(y, shown["lower"], shown["upper"], color=BLUE, lw=2.5, alpha=0.55,
                         label=f"{level:.0%} interval")  # fmt: skip
    mean = ax.plot(shown["mean"], y, "o", color=BLUE, ms=6, label="mean")
    at_one = ax.plot(shown["odds_ratio_1"], y, "|", color=ORANGE, ms=13, mew=2.5,
                     label="odds ratio 1")  # fmt: skip
    places = [short_name(place) if has_words else place for place in shown["place"]]
    ax.set_yticks(list(y), [f"{p}  {g}" for p, g in zip(places, shown["grade"], strict=True)])
    what = "persons" if narrow else "migrants affected, persons"
    people_axis(ax, "x", what if has_words else "", scale)
    if scale == "log":
        cut(ax, shown["lower"], shown["mean"], BLUE)
        ax.xaxis.set_minor_formatter(NullFormatter())
    tidy(ax, "x")
    if has_words:
        _write_words(ax, title, width, (len(shown), len(table) - len(shown)))
    return Drawn(ax, {"interval": interval, "mean": mean[0], "odds_ratio_1": at_one[0]})


def _write_words(ax: Axes, case: str, width: float, rows: tuple[int, int]) -> None:
    """Write title and legend, and how many countries are not among the rows: (shown, hidden)."""
    narrow, (shown, hidden) = width < WIDTH, rows
    room = width - 2.0 if narrow else width  # names of countries stand left of the title
    words = f"Migrants affected by crises, by country of residence, {case}"
    write_title(ax, words, width=room)
    if hidden:
        write_note(ax, f"Letters are grades. {hidden} smaller countries are not shown.")
    at = -0.45 / (0.3 * shown + 0.4)
    ax.legend(loc="upper left", bbox_to_anchor=(0, at), frameon=False, fontsize=9,
              ncols=1 if narrow else 4)  # fmt: skip


def cut(ax: Axes, lower: pd.Series, means: pd.Series, colour: str) -> None:
    """End a logarithmic axis below the smallest mean, and mark the intervals that go on."""
    left = float(means.min()) / FARTHEST
    goes_on = lower.lt(left).to_numpy().nonzero()[0]
    if len(goes_on):
        ax.set_xlim(left=left)
        ax.plot([left * 1.1] * len(goes_on), goes_on, "<", color=colour, ms=6,
                label="goes on to the left")  # fmt: skip
