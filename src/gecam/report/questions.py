"""Documents of a sensitivity analysis, a comparison of two estimates, and a multiverse."""

from __future__ import annotations

import math

import pandas as pd

from gecam.codes import is_origin_code, name
from gecam.evaluation import Comparison, Multiverse, Sensitivity
from gecam.report.document.blocks import Document, Items, Section, Table, section_of
from gecam.report.words import capital, of_target, signed
from gecam.results import mean_texts
from gecam.uncertainty import NOT_ESTIMATED, round_together, sd_of_interval

SMALL = 0.005  # a share below reads 0 %
MOST_ROWS = 15
MOST_SURVEYS = 10


def sensitivity_document(answer: Sensitivity) -> Document:
    """Return what makes a number uncertain, and which figures to collect next."""
    rows = [
        (
            capital(row["words"]),
            f"{row['shapley']:.0%}",
            f"{max(row['shapley_lower'], 0):.0%} to {row['shapley_upper']:.0%}",
            f"{row['first']:.0%}",
            f"{row['total']:.0%}",
        )
        for row in answer.to_frame().to_dict("records")
        if row["shapley"] >= SMALL or row["total"] >= SMALL
    ]
    table = Table(
        ("input", "share", "90% interval", "first order", "total order"), tuple(rows), (1, 2, 3, 4)
    )
    state = (
        f"Every interval is at most {answer.tolerance:.0%} to either side."
        if answer.is_converged
        else f"NOT CONVERGED: an interval is wider than {answer.tolerance:.0%} to either side. Raise "
        "the number of points."
    )
    sections = [
        section_of(
            "What makes it uncertain",
            f"The mean is {answer.mean:,.0f} people and the standard deviation {answer.sd:,.0f}. This "
            "is how the variance divides among the inputs; what countries share counts once.",
            table,
            "Share: Shapley effect; these sum to 1. First order: what would go if the input alone were "
            "known. Total order: what would be left if all others were known. Inputs in interaction: "
            f"{max(answer.interaction, 0):.0%}. {state}",
        )
    ]
    if answer.figures is not None:
        worth = answer.figures.to_frame()
        told = worth["value"] > worth["upward_bias"] + 2 * worth["value_se"]
        figures = [
            (capital(str(row["input"])), f"{row['value']:,.0f}", f"{row['value_se']:,.0f}",
             f"{row['share_of_perfect']:.0%}")
            for row in worth[told].to_dict("records")
        ]  # fmt: skip
        rest = ", ".join(map(str, worth["input"][~told]))
        sections.append(
            section_of(
                "Which figure to collect next",
                f"The loss: {answer.loss.words}. In units of these costs it is "
                f"{answer.figures.perfect:,.0f} on average as things stand. This is what "
                "knowing each figure exactly would save.",
                Table(("figure", "saves", "error", "of all"), tuple(figures), (1, 2, 3)),
                "An upper bound for any study of it. Savings do not add up: two surveys can "
                "tell the same thing. A survey in one country also tells of the part of the "
                "odds ratio that countries share."
                + (f" Weighed and not told apart from nothing: {rest}." if rest else ""),
            )
        )
    if answer.surveys is not None:
        sections.append(_surveys(answer.surveys))
    return Document(f"Sensitivity: {of_target(answer.target)}", tuple(sections))


def _surveys(surveys: pd.DataFrame) -> Section:
    """Return whose survey of migrants and residents would narrow the answer most."""
    value, error = surveys["variance_reduction"], surveys["variance_reduction_se"]
    shown = surveys[value > 2 * error].head(MOST_SURVEYS)
    rows = [
        (
            f"{name(row['destination'])} ({row['destination']})",
            f"{row['variance_reduction']:.1%}",
            f"{row['interval_reduction']:,.0f}",
            f"{row['interval_reduction_se']:,.0f}",
            f"{row['interval_after']:,.0f}",
        )
        for row in shown.to_dict("records")
    ]
    labels = ("survey in", "variance falls by", "interval narrows by", "error", "to a width of")
    rest = len(surveys) - len(rows)
    return section_of(
        "Whose survey of migrants and residents would narrow it most (by variance)",
        Table(labels, tuple(rows), (1, 2, 3, 4)),
        "Expected, over the results that the survey could have, with its own error; width of "
        "the 90% interval in persons. A survey moves other countries by the part of the odds "
        "ratio that countries share, so that the rows do not add up."
        + (f" Not shown, worth less or not told apart from nothing: {rest}." if rest else ""),
    )


def comparison_document(comparison: Comparison, changes: str) -> Document:
    """Return two answers side by side.

    Parameters
    ----------
    comparison
        What `gc.compare` returned, people.
    changes
        What was changed from one to the other, by names and values; for the title.
    """
    answers = comparison.before, comparison.after
    sides = [mean_texts(x.by(*comparison.by, draws="corridor")) for x in answers]
    totals = [mean_texts(x.total()) for x in answers]
    rows = comparison.rows.sort_values("difference", key=abs, ascending=False, kind="stable")
    moved = rows[rows["note"].ne("") | rows["difference"].ne(0)]
    still = len(rows) - len(moved)
    hidden = len(moved) - MOST_ROWS
    texts = [f"{still} rows do not change."] if still else []
    if hidden > 0:
        texts.append(f"{hidden} smaller differences are not shown; --json lists all.")
    return Document(
        f"Scenario: {changes}",
        (
            section_of(
                "World totals",
                _comparison(comparison.totals, comparison.level, totals),
                "Before and after share their random numbers; the interval is of the "
                "difference, draw by draw.",
            ),
            section_of(
                "Rows, the largest differences first",
                _comparison(moved.head(MOST_ROWS), comparison.level, sides) if len(moved) else "",
                " ".join(texts),
            ),
        ),
    )


def _comparison(rows: pd.DataFrame, level: float, sides: list[dict[tuple[str, ...], str]]) -> Table:
    """Return rows of a comparison; the means before and after as the tables of both have them."""
    labels = list(rows.columns[: rows.columns.get_loc("before")])
    shown = []
    for row in rows.to_dict("records"):
        key = tuple(row[column] for column in labels)
        label = ", ".join(map(_label, map(str, key)))
        two = [texts.get(key, NOT_ESTIMATED) for texts in sides]
        if row["note"]:
            shown.append((label, *two, row["note"], ""))
            continue
        sd = sd_of_interval(row["lower"], row["upper"], level)
        three = round_together(
            row["difference"], row["lower"], row["upper"], sd=sd, mcse=row["mcse"]
        )
        change, lower, upper = three.texts(small="none", write=signed)[0]
        if not math.isnan(row["relative"]):
            change += f" ({row['relative']:+.1%})"
        shown.append((label, *two, change, f"{lower} to {upper}"))
    return Table(
        (" and ".join(labels), "before", "after", "difference", f"{level:.0%} interval"),
        tuple(shown),
        (1, 2, 3, 4),
    )


def multiverse_document(multiverse: Multiverse) -> Document:
    """Return the statistical interval and the range over methods side by side."""
    sd = sd_of_interval(multiverse.lower, multiverse.upper, multiverse.level)
    rounded = round_together(multiverse.mean, multiverse.lower, multiverse.upper, sd=sd)
    ((mean, lower, upper),) = rounded.texts(small="none")
    three = [multiverse.low, multiverse.quantiles().loc[0.5], multiverse.high]
    over_methods = [text for text, _, _ in round_together(three, 0, 0).texts(small="none")]
    two = Table(
        ("kind of uncertainty", "from", "middle", "to"),
        (
            (
                f"Statistical: the default specification, mean and {multiverse.level:.0%} interval",
                lower, mean, upper,
            ),
            (
                f"Method: means over {len(multiverse.table):,} specifications, their median",
                *over_methods,
            ),
        ),
        (1, 2, 3),
    )  # fmt: skip
    shares = multiverse.shares.to_frame()
    choices = Table(
        ("choice", "part of the range", "share of variance", "lowest with", "highest with"),
        tuple(
            (row["choice"], f"{row['range_part']:+,.0f}", f"{row['shapley']:.1%}",
             str(row["lowest"]), str(row["highest"]))
            for row in shares.to_dict("records")
        ),
        (1, 2),
    )  # fmt: skip
    levels = multiverse.shares.levels
    means = Table(
        ("choice", "level", "mean over the others"),
        tuple(
            (str(row["choice"]), str(row["level"]), f"{row['mean']:,.0f}")
            for row in levels.to_dict("records")
        ),
        (2,),
    )
    reasons = (f"{capital(choice.name)}: {choice.why}." for choice in multiverse.choices)
    return Document(
        f"What other defensible choices would give: {of_target(multiverse.target)}",
        (
            section_of(
                "Two kinds of uncertainty, side by side",
                two,
                "They are never mixed: an interval has a probability, a range over methods has none.",
            ),
            section_of(
                "What each choice explains",
                choices,
                "Parts of the range from the lowest to the highest mean (they add up to it), "
                "and shares of the variance over specifications (they sum to 1). Both speak of "
                "this list of choices and levels alone.",
            ),
            section_of("Means by level", means),
            section_of("Why each is a choice", Items(tuple(reasons))),
        ),
    )


def _label(text: str) -> str:
    return f"{name(text)} ({text})" if text and is_origin_code(text) else text
