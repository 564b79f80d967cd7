"""A series over years: its document in words, and its figure."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan
from typing import TYPE_CHECKING, Any

import pandas as pd

from gecam._signature import checked
from gecam.codes import name
from gecam.evaluation import YEAR_CAUSES, YearSeries
from gecam.report.document.blocks import Document, Table, section_of
from gecam.report.sentences import labels, said
from gecam.report.style import (
    BLUE,
    GREEN,
    GREY,
    LEMON,
    MID_GREY,
    ORANGE,
    PINK,
    SKY,
    YELLOW,
    Drawn,
    new_axes,
    tidy,
    title,
)
from gecam.report.translation import place_name, writer
from gecam.report.words import change_range, ends_of, people_range, signed
from gecam.results import (
    COMPLETE_TOTALS,
    GROUP_WORDS,
    in_language,
    message,
    rounded_rows,
    threshold_of,
)
from gecam.uncertainty import people_on_axis, round_together, sd_of_interval

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

MOST_COUNTRIES = 8
# Why figures of two years cannot be compared, by the words of `YearSeries.changes`.
NO_CHANGE = {
    "other crises": "NO_CHANGE_OTHER_CRISES",
    "not published": "NO_CHANGE_NOT_PUBLISHED",
    "other scope": "NO_CHANGE_OTHER_SCOPE",
}
COLOURS = {
    COMPLETE_TOTALS[0]: GREEN, COMPLETE_TOTALS[1]: BLUE, "country plans": ORANGE,
    COMPLETE_TOTALS[2]: PINK,
}  # fmt: skip
CAUSE_COLOURS = dict(zip(YEAR_CAUSES, (YELLOW, SKY, "black", LEMON, MID_GREY), strict=True))


def series_document(found: YearSeries) -> Document:
    """Return a series in words: totals by year, the change of the panel and of countries.

    Parameters
    ----------
    found
        What `gecam.evaluation.series` returned.

    Returns
    -------
    Document
        For `gecam.report.write`.
    """
    totals = found.totals
    rounded = rounded_rows(totals)
    texts = rounded.texts(small="none")
    years = Table(
        (*labels("YEAR", "TOTAL", "PEOPLE"), *ends_of(found.level)),
        tuple(
            (str(row.year), row.total, *people)
            for row, people in zip(totals.itertuples(), texts, strict=True)
        ),
        (2, 3, 4),
    )
    sections = [
        section_of(
            said("BY_YEAR"),
            years,
            said("TOTALS_OF_YEARS"),
            found.count,
        ),
        section_of(
            said("FROM_YEAR_TO_YEAR"),
            _moves(found.panel(), found.level),
            said("CHANGE_OF_PANEL"),
            *_causes(found.panel()),
            _single(found.changes),
        ),
        section_of(said("MOVED_MOST"), _moves(_largest(found.changes), found.level)),
        section_of(said("SINCE_YEAR_BEFORE"), since_last_table(found.since_last(), found.level)),
    ]
    return Document(said("SERIES_OF_YEARS"), tuple(sections))


def _moves(rows: pd.DataFrame, level: float) -> Table:
    """Return changes with their intervals, rounded by them."""
    three = (rows["change"], rows["lower"], rows["upper"])
    rounded = round_together(*three, sd=sd_of_interval(*three[1:], level))
    cells = []
    for row, ends in zip(rows.itertuples(), rounded.texts(small="none", write=signed), strict=True):
        who = name(row.destination) if row.destination != "all" else said("WHOLE_PANEL")
        if row.group in GROUP_WORDS:
            who = str(message("PLACE_AND_GROUP", place=who, group=message(row.group)))
        cells.append((said("FROM_TO", lower=row[1], upper=row[2]), who, *ends))
    columns = labels("YEARS", "WHO", "CHANGE", "FROM", "TO")
    return Table(columns, tuple(cells), (2, 3, 4))


@checked
def since_last_table(rows: pd.DataFrame, level: float) -> Table:
    """Return people of a year beside those of the year before, and the change, as texts.

    Parameters
    ----------
    rows
        Rows of `YearSeries.since_last`, persons; with `gecam.results.with_threshold`, where figures of
        other than 100 people are the smallest shown.
    level
        Of the intervals, in (0, 1).

    Returns
    -------
    Table
        Who, people of the year before and of the year with intervals, and the change with its own; or
        why there is none. Rows with a figure below the threshold are left out, as on the page.
    """
    small = rows[["mean", "last_mean"]].lt(threshold_of(rows)).any(axis=1)
    rows = rows[~small]
    first, last = (
        str(of_years.iloc[0]) if len(rows) else "" for of_years in (rows["last_year"], rows["year"])
    )
    return Table.of_columns({
        said("WHO_COLUMN"): [
            said("LABELLED", label=place_name(place), text=in_language(GROUP_WORDS[group]))
            for place, group in zip(rows["destination"], rows["group"], strict=True)
        ],
        first: _ranges(rows, "last_", level),
        last: _ranges(rows, "", level),
        said("CHANGE_SINCE"): [_change(row, level) for row in rows.to_dict("records")],
    })  # fmt: skip


def _ranges(rows: pd.DataFrame, of: str, level: float) -> list[str]:
    """Return people of a year with their intervals."""
    threshold = threshold_of(rows)
    return [
        people_range(
            mean, lower, upper, sd=float(sd_of_interval(lower, upper, level)), threshold=threshold
        )
        for mean, lower, upper in zip(
            *(rows[f"{of}{name}"] for name in ("mean", "lower", "upper")), strict=True
        )
    ]


def _change(row: Mapping[str, Any], level: float) -> str:
    """Return a change with its interval, and why a part of the row, or all of it, has none."""
    ends = {"lower": row["change_lower"], "upper": row["change_upper"]}
    change = (
        "" if isnan(row["change"]) else change_range({"difference": row["change"], **ends}, level)
    )
    why = (said(NO_CHANGE[word]) for word in row["what"].split(", ") if word in NO_CHANGE)
    return "; ".join(filter(None, (change, *why)))


def _causes(panel: pd.DataFrame) -> tuple[Table, ...]:
    """Return the causes of the panel's change; none where they were not asked for."""
    known = panel.dropna(subset=list(YEAR_CAUSES))
    if known.empty:
        return ()
    pairs = [_years(row) for row in known.to_dict("records")]
    rows = tuple(
        (in_language(cause), *(f"{thousands:+,.0f}" for thousands in known[cause] / 1e3))
        for cause in YEAR_CAUSES
    )
    return (Table((*labels("CAUSE"), *pairs), rows, tuple(range(1, len(pairs) + 1))),)


def _years(row: Mapping[str, Any]) -> str:
    return said("FROM_TO", lower=row["from"], upper=row["to"])


def _single(changes: pd.DataFrame) -> Table:
    """Return what has a figure in one year only: no change, and why."""
    sums = changes[changes["destination"].eq("all") & changes["what"].ne("in both")]
    rows = tuple(
        (
            _years(row), in_language(row["what"]),
            *("" if pd.isna(row[x]) else f"{row[x] / 1e3:,.0f}" for x in ("old", "new")),
        )
        for row in sums.to_dict("records")
    )  # fmt: skip
    return Table(labels("YEARS", "ONE_YEAR_ONLY", "BEFORE_IN_1000", "AFTER_IN_1000"), rows, (2, 3))


def _largest(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the cells of the panel with the largest changes."""
    cells = changes[changes["destination"].ne("all") & changes["what"].eq("in both")]
    order = cells["change"].abs().sort_values(ascending=False, kind="stable").index
    return cells.loc[order].head(MOST_COUNTRIES)


@checked
def series_lines(found: YearSeries, *, ax: Axes | None = None, has_words: bool = True) -> Drawn:
    """Draw the totals by year with their intervals, and how the panel moved, cause by cause.

    Parameters
    ----------
    found
        What `gecam.evaluation.series` returned.
    ax
        Where to draw; a new figure by default.
    has_words
        Whether it has a title and a legend, the default; False: it has numbers alone.

    Returns
    -------
    Drawn
        The axes, and artists ``lines`` (one per total), ``intervals``, ``panel`` (one slope per pair of
        years: how the same countries and groups moved) and ``causes`` (the parts of each slope, one
        after another; none where they were not asked for).
    """
    from matplotlib.ticker import FuncFormatter

    ax = ax if ax is not None else new_axes(8.0, 5.2)
    lines, intervals = [], []
    for total, rows in found.totals.groupby("total", sort=False):
        colour = COLOURS[str(total)]
        lines += ax.plot(rows["year"], rows["mean"], "o-", color=colour, label=str(total))
        intervals.append(
            ax.fill_between(rows["year"], rows["lower"], rows["upper"], color=colour, alpha=0.15)
        )
    panel = [
        ax.plot([row["from"], row["to"]], [row["old"], row["new"]], "--", color=GREY, lw=1.2)[0]
        for row in found.panel().to_dict("records")
    ]
    if panel:
        panel[0].set_label("the same countries and groups in both years")
    causes = _slopes(ax, found.panel())
    ax.set_xticks(sorted(found.totals["year"].unique()))
    ax.set_ylim(bottom=0)
    write = writer()
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: write(f"{x:g}")))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda x, _: write(people_on_axis(x))))
    if has_words:
        ax.set_ylabel("people")
        first, last = found.totals["year"].min(), found.totals["year"].max()
        title(ax, f"Migrants affected by crises, countries with plans, {first} to {last}")
        ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.1), ncols=2, fontsize=8)
    tidy(ax, "y")
    return Drawn(ax, {"lines": lines, "intervals": intervals, "panel": panel, "causes": causes})


def _slopes(ax: Axes, panel: pd.DataFrame) -> list[Line2D]:
    """Draw the change of the panel as a way from one year to the next, one cause after another."""
    lines: list[Line2D] = []
    for row in panel.dropna(subset=list(YEAR_CAUSES)).to_dict("records"):
        year, height = float(row["from"]), float(row["old"])
        width = (row["to"] - row["from"]) / len(YEAR_CAUSES)
        for cause, colour in CAUSE_COLOURS.items():
            label = f"of them: {cause}" if len(lines) < len(YEAR_CAUSES) else None
            ends = [height, height + row[cause]]
            lines += ax.plot([year, year + width], ends, color=colour, lw=3, label=label)
            year, height = year + width, ends[1]
    return lines
