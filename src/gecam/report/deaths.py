"""Figures of deaths during migration: a monthly series, and routes side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Probability
from gecam.mortality import deaths_with_intervals
from gecam.report.style import BLUE, ORANGE, SKY, AxisScale, Drawn, new_axes, people_axis, tidy
from gecam.report.style import title as write_title
from gecam.uncertainty import DEFAULT_LEVEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SMALLEST = 0.5  # where an interval that starts at 0 begins on a logarithmic axis


@checked
def plot_monthly_deaths(
    sizes: pd.DataFrame,
    *,
    level: Probability = DEFAULT_LEVEL,
    ax: Axes | None = None,
    scale: AxisScale = "log",
) -> Drawn:
    """Draw recorded dead and missing by month, each with its interval of chance.

    Parameters
    ----------
    sizes
        ``month``, ``dead_and_missing``, ``incidents``, as `gecam.mortality.size_table` gives them.
    level
        Probability content of the intervals, between 0 and 1.
    ax
        Axes to draw on; new ones if not given.
    scale
        Of the axis of people: ``"log"``, where small months can be read, or ``"linear"``.

    Returns
    -------
    Drawn
        The axes, and artists ``recorded`` (points, people), ``intervals`` and ``without_record``
        (crosses at the foot: months between the first and the last without a recorded death).

    Notes
    -----
    The intervals are of chance: how much such a month would vary if incidents of such sizes
    happened at the same rate. They say nothing about deaths that were not recorded: a month
    without a record is not a month without deaths.
    """
    rows = deaths_with_intervals(sizes, by="month", level=level).dropna(subset="month")
    axes = ax if ax is not None else new_axes(9, 4)
    when, foot = rows["month"].to_numpy(), SMALLEST if scale == "log" else 0
    intervals = axes.vlines(
        when, rows["lower"].clip(lower=foot), rows["upper"], color=SKY, linewidth=1.5,
        label=f"{level:.0%} interval of chance",
    )  # fmt: skip
    (points,) = axes.plot(when, rows["deaths"], "o", color=BLUE, markersize=3, label="recorded")
    months = pd.date_range(rows["month"].min(), rows["month"].max(), freq="MS")
    recorded = rows.loc[rows["deaths"].gt(0), "month"]
    empty = months[~months.isin(recorded)].to_numpy()
    (none,) = axes.plot(empty, [foot] * len(empty), "x", color=ORANGE, markersize=4,
                        label="no death recorded" if len(empty) else "_")  # fmt: skip
    people_axis(axes, "y", "dead and missing in a month, at least", scale)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.set_xlabel("month of the incident")
    first, last = (f"{month:%B %Y}" for month in (rows["month"].min(), rows["month"].max()))
    write_title(axes, f"Recorded dead and missing during migration, {first} to {last}", width=9)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.14), ncols=3, fontsize=9)
    tidy(axes, "y")
    return Drawn(axes, {"recorded": points, "intervals": intervals, "without_record": none})


@checked
def plot_route_comparison(
    rows: pd.DataFrame,
    *,
    label: str,
    value: str = "deaths",
    unit: str = "dead and missing, at least",
    ax: Axes | None = None,
    scale: AxisScale = "log",
) -> Drawn:
    """Draw routes (or countries) side by side, with intervals, largest on top.

    Parameters
    ----------
    rows
        One row per route: the columns `label` and `value`, ``lower``, ``upper``, and ``is_few``
        where few incidents carry the number; as `gecam.mortality.deaths_with_intervals` gives
        them, or rates.
    label, value
        Names of the columns with the route and the number.
    unit
        What the number counts, such as people, for the axis.
    ax
        Axes to draw on; new ones if not given.
    scale
        Of the axis: ``"log"``, where small routes can be read, or ``"linear"``.

    Returns
    -------
    Drawn
        The axes, and artists ``recorded`` (points, people) and ``intervals``.

    Notes
    -----
    Routes are recorded to different degrees, so their order is one of records, not of danger.
    Open points rest on fewer than 30 incidents.
    """
    ordered = rows.sort_values(value).reset_index(drop=True)
    axes = ax if ax is not None else new_axes(8, 1 + 0.35 * len(ordered))
    place = np.arange(len(ordered))
    smallest = ordered[value] / 10 if scale == "log" else 0  # no zero on a logarithmic axis
    low = ordered["lower"].where(ordered["lower"] > 0, smallest)
    intervals = axes.hlines(place, low, ordered["upper"], color=SKY, linewidth=2,
                            label="interval of chance")  # fmt: skip
    (points,) = axes.plot(ordered[value], place, "o", color=BLUE, markersize=5, label="recorded")
    few = ordered["is_few"] if "is_few" in ordered else pd.Series(False, index=ordered.index)
    axes.plot(
        ordered[value][few],
        place[few],
        "o",
        color="white",
        markeredgecolor=BLUE,
        markersize=5,
        label="recorded, fewer than 30 incidents" if few.any() else "_",
    )
    people_axis(axes, "x", unit, scale)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,g}")
    axes.set_yticks(place, ordered[label])
    write_title(axes, f"Recorded dead and missing during migration, by {label.replace('_', ' ')}")
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    tidy(axes, "x")
    return Drawn(axes, {"recorded": points, "intervals": intervals})
