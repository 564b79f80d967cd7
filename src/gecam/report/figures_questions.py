"""Figures of an explanation (steps from stock to result), a sensitivity analysis and a multiverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gecam._signature import checked
from gecam.errors import NotEstimatedError
from gecam.evaluation import Explanation, Multiverse, Sensitivity
from gecam.report.style import BLUE, GREY, ORANGE, Drawn, new_axes, tidy, title
from gecam.uncertainty import people_on_axis

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

MOST_BARS = 12
BAR = 0.62  # height of a bar
ROOM = 4.8  # inches beside the names of steps and inputs


def explanation(e: Explanation, *, ax: Axes | None = None) -> Drawn:
    """Draw the steps of an explanation as a waterfall, from the stock to the result.

    Parameters
    ----------
    e
        What `gc.explain` returned.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``steps`` (one bar per step; its width is the change), ``total`` (the
        bar of the result, from zero, below the steps) and ``result`` (a line at it).

    Raises
    ------
    NotEstimatedError
        If there is no number to draw.
    """
    from matplotlib.ticker import FuncFormatter

    steps = e.decomposition
    if not steps:
        raise NotEstimatedError(f"{e.target.words} is not estimated: {e.reason}")
    ax = ax if ax is not None else new_axes(8.5, 2.0 + 0.42 * len(steps))
    starts = [0.0, *(step.value for step in steps[:-1])]
    changes = [step.value - start for step, start in zip(steps, starts, strict=True)]
    colours = [GREY, *(BLUE if change >= 0 else ORANGE for change in changes[1:])]
    places = range(len(steps))
    bars = ax.barh(places, changes, left=starts, height=BAR, color=colours)
    last = len(steps)
    total = ax.barh([last], [steps[-1].value], height=BAR, color=GREY)
    ax.annotate(f"{steps[-1].value:,.0f}", (steps[-1].value, last), (4, 0),
                textcoords="offset points", va="center", fontsize=8, weight="bold")  # fmt: skip
    for place, step in zip(places, steps, strict=True):
        ax.plot([step.value, step.value], [place, place + 1], color=GREY, lw=0.8)
        text = f"{changes[place]:+,.0f}" if place else f"{step.value:,.0f}"
        edge = max(starts[place], step.value)
        ax.annotate(
            text, (edge, place), (4, 0), textcoords="offset points", va="center", fontsize=8
        )
    result = ax.axvline(e.mean, color=BLUE, lw=1, ls=":")
    ax.set_yticks([*places, last], [*(step.words for step in steps), "result"])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.16 * max(step.value for step in steps))
    ax.xaxis.set_major_formatter(FuncFormatter(people_on_axis))
    ax.set_xlabel("people, in means")
    of = f"{e.target.words}, {e.provenance.case}"
    title(ax, f"Migrants affected by crises, {of}: from the stock to the result", width=ROOM)
    tidy(ax, "x")
    return Drawn(ax, {"steps": bars, "total": total, "result": result})


@checked
def sensitivity_bars(answer: Sensitivity | Explanation, *, ax: Axes | None = None) -> Drawn:
    """Draw the shares of the variance with their intervals, largest on top.

    Parameters
    ----------
    answer
        What `gc.sensitivity` or `gc.explain` returned; the shares are from 0 to 1.
    ax
        Where to draw; a new figure by default.

    Returns
    -------
    Drawn
        The axes, and artists ``shares`` (one bar per group) and ``intervals``.

    Raises
    ------
    NotEstimatedError
        If there are no shares to draw.
    """
    from matplotlib.ticker import PercentFormatter

    rows = _variance_shares(answer).head(MOST_BARS)
    if rows.empty:
        raise NotEstimatedError(f"there are no shares of a variance for {answer.target.words}")
    ax = ax if ax is not None else new_axes(8.5, 1.4 + 0.36 * len(rows))
    places = range(len(rows))
    shares = ax.barh(places, rows["share"], height=BAR, color=BLUE, alpha=0.75)
    intervals = ax.hlines(places, rows["lower"], rows["upper"], color="black", lw=1.4)
    ax.set_yticks(list(places), list(rows["words"]))
    ax.invert_yaxis()
    ax.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    ax.set_xlabel("share of the variance (Shapley effect) with 90 % interval")
    case = answer.provenance.case if isinstance(answer, Explanation) else answer.case
    of = ", ".join(filter(None, (answer.target.words, case)))
    title(ax, f"Migrants affected by crises, {of}: what makes the number uncertain", width=ROOM)
    tidy(ax, "x")
    return Drawn(ax, {"shares": shares, "intervals": intervals})


def _variance_shares(answer: Sensitivity | Explanation) -> pd.DataFrame:
    """Return shares of the variance as a table: ``words``, ``share``, ``lower``, ``upper``."""
    import pandas as pd

    columns = ["words", "share", "lower", "upper"]
    if isinstance(answer, Explanation):
        rows = [[getattr(driver, name) for name in columns] for driver in answer.drivers]
        return pd.DataFrame(rows, columns=columns)
    table = answer.to_frame()[["words", "shapley", "shapley_lower", "shapley_upper"]]
    return table.set_axis(columns, axis=1)


@checked
def specification_curve(
    multiverse: Multiverse, *, ax: Axes | None = None, choices_ax: Axes | None = None
) -> Drawn:
    """Draw every specification in the order of its mean, and below it the choices that made it.

    Parameters
    ----------
    multiverse
        What `gc.multiverse` returned, people.
    ax
        Where to draw the curve; a new figure by default, with the choices below.
    choices_ax
        Where to draw the choices, if `ax` is given; without it they are not drawn.

    Returns
    -------
    Drawn
        The axes of the curve, and artists ``means``, ``intervals`` (of each specification), ``default``
        (its statistical interval) and ``choices`` (one line of marks per level).
    """
    from matplotlib.ticker import FuncFormatter

    table = multiverse.table.assign(is_default=[i == 0 for i in range(len(multiverse.table))])
    table = table.sort_values("mean", kind="stable", ignore_index=True)
    rows = [(c.name, level.name) for c in multiverse.choices for level in c.levels]
    if ax is None:
        height = 0.17 * len(rows)
        ax, choices_ax = _two_axes(9.5, 3.4, height)
    x = table.index.to_numpy()
    intervals = ax.vlines(x, table["lower"], table["upper"], color=BLUE, lw=0.7, alpha=0.12)
    (means,) = ax.plot(x, table["mean"], ".", color=BLUE, ms=3, label="mean of one specification")
    mean, place = multiverse.mean, int(table["is_default"].to_numpy().argmax())
    default = ax.errorbar(
        [place], [mean], [[mean - multiverse.lower], [multiverse.upper - mean]],
        fmt="o", color=ORANGE, capsize=3,
        label=f"default, statistical {multiverse.level:.0%} interval",
    )  # fmt: skip
    ax.yaxis.set_major_formatter(FuncFormatter(people_on_axis))
    ax.set_ylim(bottom=0)
    ax.set_ylabel("migrants affected")
    of = ", ".join(filter(None, (multiverse.target.words, multiverse.case)))
    title(ax, f"Migrants affected by crises, {of}: {len(table):,} specifications", width=9.5)
    ax.legend(frameon=False, fontsize=9, loc="upper left")
    ax.set_xticks([])
    tidy(ax, "y")
    marks = [] if choices_ax is None else _draw_choices(choices_ax, table, rows)
    return Drawn(ax, {"means": means, "intervals": intervals, "default": default, "choices": marks})


def _draw_choices(ax: Axes, table: pd.DataFrame, rows: list[tuple[str, str]]) -> list[Line2D]:
    """Draw one line of marks per level, where a specification has it."""
    numbers = {choice: i for i, choice in enumerate(dict.fromkeys(c for c, _ in rows))}
    marks = []
    for k, (choice, level) in enumerate(rows):
        chosen = table.index[table[choice].eq(level)].to_numpy()
        colour = GREY if numbers[choice] % 2 else BLUE
        marks.extend(ax.plot(chosen, [k] * len(chosen), "|", color=colour, ms=5, mew=0.5))
    ax.set_yticks(range(len(rows)), [f"{c}: {level}" for c, level in rows], fontsize=7)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.set_xticks([])
    ax.set_xlabel("specifications, in the order of their means")
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    ax.tick_params(axis="y", length=0)
    return marks


def _two_axes(width: float, upper: float, lower: float) -> tuple[Axes, Axes]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, upper + lower + 0.6), layout="constrained")
    first, second = figure.subplots(2, 1, sharex=True, height_ratios=[upper, lower])
    return first, second
