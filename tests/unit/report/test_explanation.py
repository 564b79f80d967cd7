"""Explanations, comparisons and figures of questions: the same content in every form."""

from __future__ import annotations

import html
import math
import re
from dataclasses import replace

import pandas as pd
import pytest

from gecam.datasets import load_edition
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import estimate
from gecam.evaluation import (
    compare,
    default_choices,
    explain,
    multiverse,
    scenario,
    sensitivity,
)
from gecam.report import (
    Document,
    Items,
    Paragraph,
    Section,
    Table,
    comparison_document,
    explanation_document,
    multiverse_document,
    plot,
    render,
    sensitivity_document,
    write,
)
from gecam.results import translated

WORDS = re.compile(r"\w+")


@pytest.fixture(scope="module")
def kenya(small_estimates):
    return explain(small_estimates, "KEN", points=64)


@pytest.fixture(scope="module")
def ranges(small_case):
    chosen = [c for c in default_choices(small_case) if c.name in {"projection", "odds ratio"}]
    return multiverse(small_case, choices=chosen, draws=200, seed=1)


@pytest.fixture(scope="module")
def drivers(small_case):
    return sensitivity(small_case, "PER", n=512, seed=1)


def words_of(document):
    """All words of a document, in order."""
    found = [document.title]
    for section in document.sections:
        found.append(section.title)
        for block in section.blocks:
            match block:
                case Paragraph(text):
                    found.append(text)
                case Items(texts):
                    found.extend(texts)
                case Table(columns, rows):
                    found.extend(columns)
                    found.extend(cell for row in rows for cell in row)
    return WORDS.findall(" ".join(found))


def stripped(text, form):
    """The words that a reader sees in one form."""
    if form == "html":
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    if form == "markdown":
        text = re.sub(r"\\(.)", r"\1", text)
    return WORDS.findall(text)


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_every_form_holds_the_same_words_in_the_same_order(kenya, form):
    text = render(kenya, form)
    assert stripped(text, form) == words_of(explanation_document(kenya))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_text_keeps_its_width_and_every_word(kenya, width):
    lines = render(kenya, width=width).splitlines()
    url = max(len(word) for word in " ".join(lines).split())
    assert max(map(len, lines)) <= max(width, url)
    # Cells of a table break over lines, so that only the words stay, not their order; a word that is
    # longer than its column is broken too.
    seen = "".join(sorted("".join(WORDS.findall(" ".join(lines)))))
    assert seen == "".join(sorted("".join(words_of(explanation_document(kenya)))))


def test_plain_words_come_first_and_exact_terms_after(kenya):
    text = " ".join(render(kenya, width=100).split())
    for plain, exact in [
        ("About", "standard deviation"),
        ("fared exactly like their neighbours", "odds ratio 1"),
        ("Shares of the variance", "Shapley"),
    ]:
        assert text.index(plain) < text.index(exact)


def test_sections_without_content_are_left_out(small_estimates):
    titles = [s.title for s in explanation_document(explain(small_estimates, "region")).sections]
    assert titles == [
        "In short", "What to know", "Published beside, not used", "Sources", "To make it again",
    ]  # fmt: skip


def test_a_row_that_was_not_estimated_says_so_first(small_case):
    first, *rest = small_case.footprints
    case = replace(small_case, footprints=(replace(first, pin_scope="migrants_separate"), *rest))
    text = render(explain(estimate(case, draws=50, seed=1), "SDN"), width=100)
    assert text.startswith("Sudan (SDN): not estimated\n==")
    assert "Not estimated is not zero." in text
    assert "What would allow one: a published count" in text
    assert "How the number comes about" not in text


def test_changes_that_are_shown_add_up_to_people_that_are_shown(kenya):
    table = next(
        block
        for section in explanation_document(kenya).sections
        if section.title == "How the number comes about"
        for block in section.blocks
        if isinstance(block, Table)
    )
    people = [int(row[2].replace(",", "")) for row in table.rows]
    changes = [int(row[1].replace(",", "")) for row in table.rows[1:]]
    assert people[0] + sum(changes) == people[-1]


def test_what_a_publisher_wrote_cannot_become_markup(small_case):
    evil = '<script>alert("x")</script> [click](javascript:1) | `x`'
    footprints = tuple(
        replace(f, pin_scope_source=evil) if f.crisis == "per" else f for f in small_case.footprints
    )
    case = replace(small_case, footprints=footprints)
    e = explain(estimate(case, draws=50, seed=1), "PER", points=0)
    assert "<script" not in render(e, "html")
    assert "&lt;script&gt;" in render(e, "html")
    markdown = render(e, "markdown")
    assert "[click](" not in markdown
    assert "\\[click\\](" in markdown
    rows = [line for line in markdown.splitlines() if "script" in line and line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)  # still four cells


@pytest.mark.parametrize(
    ("form", "width", "match"),
    [("pdf", 80, "form must be one of 'text', 'markdown', 'html'"), ("text", 20, "at least 40")],
)
def test_an_unknown_form_or_a_narrow_page_is_refused(kenya, form, width, match):
    with pytest.raises(InputError, match=match):
        render(kenya, form, width=width)


def test_a_table_gives_narrow_columns_their_width_and_wraps_the_others():
    table = Table(("n", "words"), (("1,000", "a " * 40),), (0,))
    lines = write(Document("t", (Section("s", (table,)),)), "text", width=40).splitlines()
    assert lines[6] == "----- " + " " + "-" * 33
    assert all(len(line) <= 40 for line in lines)


def test_intervals_that_are_wide_are_named(small_estimates):
    wide = replace(explain(small_estimates, "PER", points=64), is_converged=False)
    narrow = replace(wide, is_converged=True)
    wide_text, narrow_text = (" ".join(render(e).split()) for e in (wide, narrow))
    assert "intervals are wide" in wide_text
    assert "intervals are wide" not in narrow_text


# -- other questions -------------------------------------------------------------------------------


def test_a_comparison_lists_what_moved_and_says_what_did_not(small_estimates):
    found = compare(small_estimates, scenario(small_estimates, unknown_scope_weight=1.0))
    text = write(comparison_document(found, "unknown_scope_weight=1"), "text", width=110)
    assert text.startswith("Scenario: unknown_scope_weight=1")
    assert "Kenya (KEN)" in text
    assert "2 rows do not change." in text  # only Kenya has a plan of unknown scope


def test_a_multiverse_sets_interval_and_range_side_by_side(ranges):
    text = write(multiverse_document(ranges), "text", width=110)
    first = text.index("Statistical: the default specification")
    assert first < text.index("Method: means over 15 specifications")
    assert "never mixed" in text
    for choice in ranges.choices:
        assert str(choice.why)[:30] in " ".join(text.split())


def test_a_sensitivity_says_whether_it_converged(drivers):
    text = " ".join(write(sensitivity_document(drivers), "text", width=110).split())
    assert ("NOT CONVERGED" in text) != drivers.is_converged
    assert "a place planned in vain" in text
    quiet = replace(drivers, figures=None)
    assert "collect next" not in write(sensitivity_document(quiet), "text")


# -- figures ---------------------------------------------------------------------------------------


def test_bars_of_the_waterfall_are_the_steps_of_the_chain(kenya):
    drawn = plot.explanation(kenya)
    bars = drawn.artists["steps"].patches
    assert len(bars) == len(kenya.decomposition)
    for bar, step in zip(bars, kenya.decomposition, strict=True):
        assert bar.get_width() == pytest.approx(step.change, rel=1e-9, abs=1e-6)
        assert bar.get_x() + bar.get_width() == pytest.approx(step.value)
    assert drawn.artists["result"].get_xdata()[0] == kenya.mean
    labels = [label.get_text() for label in drawn.ax.get_yticklabels()]
    assert labels == [*(step.words for step in kenya.decomposition), "result"]
    (total,) = drawn.artists["total"].patches
    assert [total.get_x(), total.get_width()] == [0, kenya.decomposition[-1].value]


def test_bars_of_the_shares_are_the_shares(drivers, kenya):
    drawn = plot.sensitivity_bars(drivers)
    frame = drivers.to_frame().head(12)
    widths = [bar.get_width() for bar in drawn.artists["shares"].patches]
    assert widths == pytest.approx(frame["shapley"].tolist())
    ends = [segment[:, 0].tolist() for segment in drawn.artists["intervals"].get_segments()]
    assert ends == [pytest.approx(pair) for pair in
                    frame[["shapley_lower", "shapley_upper"]].to_numpy().tolist()]  # fmt: skip
    of_explanation = plot.sensitivity_bars(kenya).artists["shares"].patches
    assert [b.get_width() for b in of_explanation] == [d.share for d in kenya.drivers[:12]]


def test_points_of_the_curve_are_the_means_in_order(ranges):
    drawn = plot.specification_curve(ranges)
    means = ranges.table["mean"].sort_values(kind="stable").tolist()
    assert drawn.artists["means"].get_ydata().tolist() == means
    marks = drawn.artists["choices"]
    assert len(marks) == sum(len(c.levels) for c in ranges.choices)
    ordered = ranges.table.sort_values("mean", kind="stable", ignore_index=True)
    levels = [(c.name, level.name) for c in ranges.choices for level in c.levels]
    for mark, (choice, level) in zip(marks, levels, strict=True):
        assert mark.get_xdata().tolist() == ordered.index[ordered[choice].eq(level)].tolist()
    low, high = (
        segment[:, 1] for segment in [drawn.artists["default"][2][0].get_segments()[0]] * 2
    )
    assert (low.min(), high.max()) == pytest.approx((ranges.lower, ranges.upper))


def test_figures_draw_on_given_axes(kenya, drivers, ranges):
    from matplotlib.figure import Figure

    for draw, value in (
        (plot.explanation, kenya), (plot.sensitivity_bars, drivers), (plot.specification_curve, ranges),
    ):  # fmt: skip
        ax = Figure().subplots()
        assert draw(value, ax=ax).ax is ax
    assert plot.specification_curve(ranges, ax=Figure().subplots()).artists["choices"] == []


def test_there_is_no_figure_without_a_number(small_estimates):
    e = explain(small_estimates, "region")
    with pytest.raises(NotEstimatedError, match="Regional plan is not estimated"):
        plot.explanation(e)
    with pytest.raises(NotEstimatedError, match="no shares"):
        plot.sensitivity_bars(e)
    assert math.isnan(e.mean)


@pytest.mark.parametrize(
    ("country", "is_added", "words"),
    [
        ("LBN", True, "The published count is of 135,420"),
        ("UKR", False, "Replaced by Ukraine Flash"),
    ],
)
def test_a_number_with_a_reason_is_not_added_only_where_it_is_not(country, is_added, words):
    est = estimate(load_edition("2022").restrict([country]), draws=50)
    text = " ".join(render(explain(est, country, points=0)).split())
    assert words in text
    assert (f"Not added. {words}" in text) != is_added


def test_headings_of_the_world_say_which_total_it_is(small_estimates, kenya, drivers, ranges):
    world = explain(small_estimates, "world", points=0)
    survey = {
        "destination": "KEN", "uses_odds_ratio": True, "variance_reduction": 0.2,
        "variance_reduction_se": 0.01, "interval_reduction": 10.0, "interval_reduction_se": 1.0,
        "interval_after": 90.0,
    }  # fmt: skip
    of_world = replace(drivers, target=world.target, surveys=pd.DataFrame([survey]))
    documents = (
        explanation_document(world), sensitivity_document(of_world), multiverse_document(ranges),
    )  # fmt: skip
    for document in documents:
        assert "all country-level plans, not the first total of gecam estimate" in document.title
    total = small_estimates.total().row(total="all country-level plans").summary()
    assert world.mean == total["mean"].item()  # it is what the heading says
    assert "Whose survey of migrants and residents would narrow it most (by variance)" in {
        section.title for section in documents[1].sections
    }
    for document in (explanation_document(kenya), sensitivity_document(drivers)):
        assert "country-level plans" not in document.title


def test_an_explanation_is_shown_in_another_language_than_it_was_made_in(kenya):
    german = {
        "those in need, at odds ratio 1": "Menschen in Not, bei Odds Ratio 1",
        "residents of {place}": "Einwohner von {place}",
        "How the number comes about": "Wie die Zahl entsteht",
    }
    english = render(kenya)
    with translated(lambda text: german.get(text, text)):
        shown = render(kenya)
    for text in (
        "Menschen in Not, bei Odds Ratio 1",
        "Einwohner von Kenya",
        "Wie die Zahl entsteht",
    ):
        assert text in " ".join(shown.split())
    assert render(kenya) == english
