"""Figure of the rows of an answer: means, intervals, and the figures at odds ratio 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gecam.results.about import label_name
from gecam.uncertainty import people_on_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from gecam.results.shown.parts import ShownRows

BLUE, ORANGE = "#0072b2", "#d55e00"  # Okabe & Ito
FROM_FACTOR = 30  # between the largest and the smallest mean: a logarithmic axis
WIDTH, ABOVE, OF_ROW = 8.0, 1.4, 0.3  # inches


def draw_rows(breakdown: ShownRows, ax: Axes | None, rows: int) -> Axes:
    """Draw the largest rows, largest on top; see `Breakdown.plot`."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter

    shown = breakdown.largest(rows)
    table = shown.summary()
    columns = [str(column) for column in breakdown.labels.columns]
    table["label"] = [
        ", ".join(label_name(c, row[c], breakdown.about) for c in columns)
        for row in table.to_dict("records")
    ]
    table = table.dropna(subset="mean").iloc[::-1]
    if ax is None:
        size = (WIDTH, ABOVE + OF_ROW * len(table))
        ax = Figure(figsize=size, layout="constrained").subplots()
    y = range(len(table))
    level = f"{breakdown.level:.0%} interval"
    ax.hlines(y, table["lower"], table["upper"], color=BLUE, lw=2.5, alpha=0.55, label=level)
    ax.plot(table["mean"], y, "o", color=BLUE, ms=6, label="mean")
    ax.plot(table["odds_ratio_1"], y, "|", color=ORANGE, ms=13, mew=2.5, label="odds ratio 1")
    ax.set_yticks(list(y), table["label"])
    positive = table["mean"][table["mean"] > 0]
    if len(positive) and positive.max() > FROM_FACTOR * positive.min():
        ax.set_xscale("log")
    else:
        ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(FuncFormatter(people_on_axis))
    hidden = len(breakdown) - len(table)
    rest = f"\n{hidden} smaller rows, or without an estimate, are not shown" if hidden else ""
    ax.set_xlabel(f"migrants affected, persons{rest}")
    case = f", {breakdown.about.provenance.case}" if breakdown.about else ""
    ax.set_title(f"Migrants affected by crises{case}", loc="left", fontsize=12, parse_math=False)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.legend(loc="lower right", frameon=False)
    return ax
