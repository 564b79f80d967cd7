"""Documents of a sensitivity analysis, a comparison of two estimates, and a multiverse."""

from __future__ import annotations

import math
from functools import reduce

import pandas as pd

from gecam.codes import is_origin_code, name
from gecam.evaluation import Comparison, Multiverse, Sensitivity
from gecam.report.document.blocks import Document, Items, Section, Table, section_of
from gecam.report.sentences import labels, said
from gecam.report.words import capital, of_target, share_range, signed
from gecam.results import in_language, mean_texts
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
            share_range(row["shapley_lower"], row["shapley_upper"]),
            f"{row['first']:.0%}",
            f"{row['total']:.0%}",
        )
        for row in answer.to_frame().to_dict("records")
        if row["shapley"] >= SMALL or row["total"] >= SMALL
    ]
    columns = labels("INPUT", "SHARE", "INTERVAL_90", "FIRST_ORDER", "TOTAL_ORDER")
    code = "EVERY_INTERVAL_WITHIN" if answer.is_converged else "NOT_CONVERGED"
    state = said(code, tolerance=answer.tolerance)
    sections = [
        section_of(
            said("WHAT_MAKES_UNCERTAIN"),
            said("HOW_VARIANCE_DIVIDES", mean=answer.mean, sd=answer.sd),
            Table(columns, tuple(rows), (1, 2, 3, 4)),
            said("WHAT_SHARES_ARE", together=max(answer.interaction, 0), state=state),
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
                said("WHICH_FIGURE"),
                said("LOSS_AS_IT_STANDS", loss=answer.loss.words, perfect=answer.figures.perfect),
                Table(labels("FIGURE", "SAVES", "ERROR", "OF_ALL"), tuple(figures), (1, 2, 3)),
                said("SAVINGS_OF_ALL", figures=rest) if rest else said("SAVINGS"),
            )
        )
    if answer.surveys is not None:
        sections.append(_surveys(answer.surveys))
    return Document(said("SENSITIVITY_OF", target=of_target(answer.target)), tuple(sections))


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
    columns = labels("SURVEY", "VARIANCE_FALLS", "INTERVAL_NARROWS", "ERROR", "TO_WIDTH")
    rest = len(surveys) - len(rows)
    return section_of(
        said("WHOSE_SURVEY"),
        Table(columns, tuple(rows), (1, 2, 3, 4)),
        said("SURVEYS_OF_ALL", number=rest) if rest else said("SURVEYS"),
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
    texts = [said("ROWS_UNCHANGED", number=still)] if still else []
    if hidden > 0:
        texts.append(said("DIFFERENCES_NOT_SHOWN", number=hidden))
    return Document(
        said("SCENARIO_OF", changes=changes),
        (
            section_of(
                said("WORLD_TOTALS"),
                _comparison(comparison.totals, comparison.level, totals),
                said("DRAW_BY_DRAW"),
            ),
            section_of(
                said("LARGEST_DIFFERENCES"),
                _comparison(moved.head(MOST_ROWS), comparison.level, sides) if len(moved) else "",
                " ".join(texts),
            ),
        ),
    )


def _comparison(rows: pd.DataFrame, level: float, sides: list[dict[tuple[str, ...], str]]) -> Table:
    """Return rows of a comparison; the means before and after as the tables of both have them."""
    names = list(rows.columns[: rows.columns.get_loc("before")])
    shown = []
    for row in rows.to_dict("records"):
        key = tuple(row[column] for column in names)
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
        shown.append((label, *two, change, said("FROM_TO", lower=lower, upper=upper)))
    which = reduce(lambda a, b: said("THIS_AND_THAT", first=a, second=b), map(in_language, names))
    columns = which, *labels("BEFORE", "AFTER", "DIFFERENCE"), said("KEY_INTERVAL", level=level)
    return Table(columns, tuple(shown), (1, 2, 3, 4))


def multiverse_document(multiverse: Multiverse) -> Document:
    """Return the statistical interval and the range over methods side by side."""
    sd = sd_of_interval(multiverse.lower, multiverse.upper, multiverse.level)
    rounded = round_together(multiverse.mean, multiverse.lower, multiverse.upper, sd=sd)
    ((mean, lower, upper),) = rounded.texts(small="none")
    three = [multiverse.low, multiverse.quantiles().loc[0.5], multiverse.high]
    over_methods = [text for text, _, _ in round_together(three, 0, 0).texts(small="none")]
    two = Table(
        labels("KIND_OF_UNCERTAINTY", "FROM", "MIDDLE", "TO"),
        (
            (said("STATISTICAL_UNCERTAINTY", level=multiverse.level), lower, mean, upper),
            (said("UNCERTAINTY_OF_METHOD", number=len(multiverse.table)), *over_methods),
        ),
        (1, 2, 3),
    )
    shares = multiverse.shares.to_frame()
    choices = Table(
        labels("CHOICE", "PART_OF_RANGE", "SHARE_OF_VARIANCE", "LOWEST_WITH", "HIGHEST_WITH"),
        tuple(
            (row["choice"], f"{row['range_part']:+,.0f}", f"{row['shapley']:.1%}",
             str(row["lowest"]), str(row["highest"]))
            for row in shares.to_dict("records")
        ),
        (1, 2),
    )  # fmt: skip
    levels = multiverse.shares.levels
    means = Table(
        labels("CHOICE", "LEVEL", "MEAN_OVER_OTHERS"),
        tuple(
            (str(row["choice"]), str(row["level"]), f"{row['mean']:,.0f}")
            for row in levels.to_dict("records")
        ),
        (2,),
    )
    reasons = (
        said("STEP_AND_HOW", step=capital(in_language(choice.name)), how=choice.why)
        for choice in multiverse.choices
    )
    return Document(
        said("OTHER_CHOICES", target=of_target(multiverse.target)),
        (
            section_of(said("TWO_UNCERTAINTIES"), two, said("NEVER_MIXED")),
            section_of(said("WHAT_CHOICES_EXPLAIN"), choices, said("PARTS_OF_RANGE")),
            section_of(said("MEANS_BY_LEVEL"), means),
            section_of(said("WHY_CHOICES"), Items(tuple(reasons))),
        ),
    )


def _label(text: str) -> str:
    return f"{name(text)} ({text})" if text and is_origin_code(text) else text
