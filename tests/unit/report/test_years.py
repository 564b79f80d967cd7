"""A series in words and as a figure."""

from __future__ import annotations

from itertools import pairwise

import pytest

import gecam as gc
from gecam.database import published_answer
from gecam.report import (
    in_the_language,
    page,
    series_document,
    series_lines,
    since_last_table,
    write,
)
from gecam.report.sentences import said
from gecam.report.whole_page.pictures import series_picture


@pytest.fixture(scope="module")
def found():
    cases = [case.restrict(["TCD", "MOZ"]) for case in gc.load_editions("2024", "2025")]
    return gc.series(cases, draws=200)


def test_a_picture_without_words_has_them_beside_it(found):
    drawn = series_lines(found, has_words=False)
    assert drawn.ax.get_legend() is None
    assert drawn.ax.get_title(loc="left") == ""
    with in_the_language("fr"):
        key = {mark.words for mark in series_picture(found)["key"]}
        assert said("KEY_SAME_COUNTRIES") in key
    assert said("KEY_SAME_COUNTRIES") not in key


def test_the_document_says_what_moved_and_what_is_no_change(found):
    text = write(series_document(found), "text", width=80)
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    assert "2024 to 2025 all of the panel" in words
    assert "2024 to 2025 other scope" in words  # refugees in Mozambique are left out in 2025
    assert "Chad, refugees" in words
    for cause in gc.evaluation.YEAR_CAUSES:
        assert cause in text


def test_without_causes_there_is_no_table_of_them(found):
    cases = [case.restrict(["TCD"]) for case in gc.load_editions("2024", "2025")]
    text = write(series_document(gc.series(cases, draws=100, by_cause=False)), "text")
    assert "cause, thousands" not in text


def test_the_figure_shows_each_total_and_the_slope_of_the_panel(found):
    pytest.importorskip("matplotlib")
    drawn = series_lines(found)
    assert len(drawn.artists["lines"]) == len(drawn.artists["intervals"]) == 2
    parts = [line.get_ydata() for line in drawn.artists["causes"]]
    assert len(parts) == 5  # one after another, from the first year to the second
    assert all(end == start for (_, end), (start, _) in pairwise(parts))
    (slope,) = drawn.artists["panel"]
    assert [parts[0][0], parts[-1][1]] == pytest.approx(list(slope.get_ydata()))
    assert slope.get_ydata()[1] - slope.get_ydata()[0] == pytest.approx(
        found.panel()["change"].iloc[0]
    )


def test_the_report_shows_the_years_where_it_is_given_them(found):
    est = gc.estimate(gc.load_edition("2025").restrict(["TCD"]), draws=50)
    text = page(est, published_answer(est), years=found)
    assert text.count('src="data:image/png;base64,') == 3
    assert "Migrants affected by crises, year by year" in text
    section = text[text.index('<h2 id="since">') : text.index('<h2 id="countries">')]
    assert "Mozambique: refugees" in section
    assert "year by year" not in page(est, published_answer(est))


def test_the_table_of_two_years_says_the_change_or_why_there_is_none(found):
    rows = found.since_last()
    table = since_last_table(rows, found.level)
    assert table.columns[1:3] == ("2024", "2025")
    told = {row[0]: row[1:] for row in table.rows}
    assert (
        "left to another figure" in told["Mozambique: refugees and others in need of protection"][2]
    )
    chad = rows.set_index(["destination", "group"]).loc[("TCD", "protection")]
    before, after, change = told["Chad: refugees and others in need of protection"]
    for text, mean in (
        (before, chad["last_mean"]),
        (after, chad["mean"]),
        (change, chad["change"]),
    ):
        number = float(text.split(" (")[0].replace(",", ""))
        assert number == pytest.approx(mean, rel=0.1)
        assert " to " in text
