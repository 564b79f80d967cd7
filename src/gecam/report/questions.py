"""Answers to questions about an answer, in words: sensitivity, comparison, multiverse."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd

from gecam.codes import is_origin_code, name
from gecam.evaluation import Comparison, Multiverse, Sensitivity
from gecam.report.document.blocks import Block, Document, Items, Paragraph, Section, Table
from gecam.report.words import capital
from gecam.uncertainty import people_cell, round_together

SMALL = 0.005  # a share below reads 0 %
MOST_ROWS = 15


def sensitivity_document(found: Sensitivity) -> Document:
    """Return what makes a number uncertain, and what to collect next."""
    rows = [
        (
            capital(row["words"]),
            f"{row['shapley']:.0%}",
            f"{max(row['shapley_lower'], 0):.0%} to {row['shapley_upper']:.0%}",
            f"{row['first']:.0%}",
            f"{row['total']:.0%}",
        )
        for row in found.to_frame().to_dict("records")
        if row["shapley"] >= SMALL or row["total"] >= SMALL
    ]
    table = Table(
        ("input", "share", "90% interval", "first order", "total order"), tuple(rows), (1, 2, 3, 4)
    )
    state = (
        f"Every interval is at most {found.tolerance:.0%} to either side."
        if found.is_converged
        else f"NOT CONVERGED: an interval is wider than {found.tolerance:.0%} to either side. Raise "
        "the number of points."
    )
    blocks: list[Block] = [
        Paragraph(
            f"The mean is {found.mean:,.0f} people and the standard deviation {found.sd:,.0f}. This is "
            "how the variance divides among the inputs; what countries share counts once."
        ),
        table,
        Paragraph(
            "Share: Shapley effect; these sum to 1. First order: what would go if the input alone were "
            "known. Total order: what would be left if all others were known. Inputs in interaction: "
            f"{max(found.interaction, 0):.0%}. {state}"
        ),
    ]
    sections = [Section("What makes it uncertain", tuple(blocks))]
    if found.figures is not None:
        worth = found.figures.to_frame()
        told = worth["value"] > worth["upward_bias"] + 2 * worth["value_se"]
        figures = [
            (capital(str(row["input"])), f"{row['value']:,.0f}", f"{row['value_se']:,.0f}",
             f"{row['share_of_perfect']:.0%}")
            for row in worth[told].to_dict("records")
        ]  # fmt: skip
        rest = ", ".join(map(str, worth["input"][~told]))
        sections.append(
            Section(
                "Which figure to collect next",
                (
                    Paragraph(
                        f"The loss: {found.loss.words}. In units of these costs it is "
                        f"{found.figures.perfect:,.0f} on average as things stand. This is what "
                        "knowing each figure exactly would save."
                    ),
                    Table(("figure", "saves", "error", "of all"), tuple(figures), (1, 2, 3)),
                    Paragraph(
                        "An upper bound for any study of it. Savings do not add up: two surveys can "
                        "tell the same thing. A survey in one country also tells of the part of the "
                        "odds ratio that countries share."
                        + (f" Weighed and not told apart from nothing: {rest}." if rest else "")
                    ),
                ),
            )
        )
    return Document(f"Sensitivity: {found.target.words}", tuple(sections))


def comparison_document(found: Comparison, changes: str) -> Document:
    """Return two answers side by side."""
    rows = found.rows.sort_values("difference", key=abs, ascending=False, kind="stable")
    moved = rows[rows["note"].ne("") | rows["difference"].ne(0)]
    blocks: list[Block] = [_comparison(moved.head(MOST_ROWS), found.level)] if len(moved) else []
    still = len(rows) - len(moved)
    hidden = len(moved) - MOST_ROWS
    texts = [f"{still} rows do not change."] if still else []
    texts += (
        [f"{hidden} smaller differences are not shown; --json lists all."] if hidden > 0 else []
    )
    blocks += [Paragraph(" ".join(texts))] if texts else []
    return Document(
        f"Scenario: {changes}",
        (
            Section(
                "World totals",
                (
                    _comparison(found.totals, found.level),
                    Paragraph(
                        "Before and after share their random numbers; the interval is of the "
                        "difference, draw by draw."
                    ),
                ),
            ),
            Section("Rows, the largest differences first", tuple(blocks)),
        ),
    )


def _comparison(rows: pd.DataFrame, level: float) -> Table:
    labels = list(rows.columns[: rows.columns.get_loc("before")])
    shown = []
    for row in rows.to_dict("records"):
        label = ", ".join(_label(str(row[column])) for column in labels)
        if row["note"]:
            shown.append((label, _people(row["before"]), _people(row["after"]), row["note"], ""))
            continue
        change = f"{row['difference']:+,.0f}"
        if not math.isnan(row["relative"]):
            change += f" ({row['relative']:+.1%})"
        interval = f"{row['lower']:+,.0f} to {row['upper']:+,.0f}"
        shown.append((label, _people(row["before"]), _people(row["after"]), change, interval))
    return Table(
        (" and ".join(labels), "before", "after", "difference", f"{level:.0%} interval"),
        tuple(shown),
        (1, 2, 3, 4),
    )


def multiverse_document(found: Multiverse) -> Document:
    """Return the statistical interval and the range over methods side by side."""
    default = round_together(
        found.mean, found.lower, found.upper, sd=(found.upper - found.lower) / 4
    )
    ends = round_together([found.low, found.high], 0, 0)
    median = round_together(found.quantiles().loc[0.5], 0, 0)
    two = Table(
        ("kind of uncertainty", "from", "middle", "to"),
        (
            (
                f"Statistical: the default specification, mean and {found.level:.0%} interval",
                f"{default.lower:,.0f}", f"{default.value:,.0f}", f"{default.upper:,.0f}",
            ),
            (
                f"Method: means over {len(found.table):,} specifications, their median",
                f"{ends.value[0]:,.0f}", f"{median.value:,.0f}", f"{ends.value[1]:,.0f}",
            ),
        ),
        (1, 2, 3),
    )  # fmt: skip
    shares = found.shares.to_frame()
    choices = Table(
        ("choice", "part of the range", "share of variance", "lowest with", "highest with"),
        tuple(
            (row["choice"], f"{row['range_part']:+,.0f}", f"{row['shapley']:.1%}",
             str(row["lowest"]), str(row["highest"]))
            for row in shares.to_dict("records")
        ),
        (1, 2),
    )  # fmt: skip
    levels = found.shares.levels
    means = Table(
        ("choice", "level", "mean over the others"),
        tuple(
            (str(row["choice"]), str(row["level"]), f"{row['mean']:,.0f}")
            for row in levels.to_dict("records")
        ),
        (2,),
    )
    return Document(
        f"What other defensible choices would give: {found.target.words}",
        (
            Section(
                "Two kinds of uncertainty, side by side",
                (
                    two,
                    Paragraph(
                        "They are never mixed: an interval has a probability, a range over methods has "
                        "none."
                    ),
                ),
            ),
            Section(
                "What each choice explains",
                (
                    choices,
                    Paragraph(
                        "Parts of the range from the lowest to the highest mean (they add up to it), "
                        "and shares of the variance over specifications (they sum to 1). Both speak of "
                        "this list of choices and levels alone."
                    ),
                ),
            ),
            Section("Means by level", (means,)),
            Section("Why each is a choice", (Items(tuple(
                f"{capital(c.name)}: {c.why}." for c in found.choices)),)),
        ),
    )  # fmt: skip


def _label(text: str) -> str:
    return f"{name(text)} ({text})" if text and is_origin_code(text) else text


_people = partial(people_cell, is_whole=True)
