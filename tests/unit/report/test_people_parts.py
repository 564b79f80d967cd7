"""The table of sexes, ages and phases in the report: Chad and Colombia, each number by another way."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gecam.database import published_answer
from gecam.datasets import load_ages, load_regional_plans, load_severity
from gecam.estimation import by_severity, cells_by_age, complete_estimates
from gecam.report import page, parts_table
from gecam.results import CLASS_WORDS


@pytest.fixture(scope="module")
def answer(chad_and_colombia):
    aged, ages = chad_and_colombia, load_ages("2026")
    complete = complete_estimates(aged, load_regional_plans("2026"))
    phased = by_severity(aged, load_severity("2026"), complete=complete)
    cells = {
        "in need": cells_by_age(complete, ages),
        "in severe need": cells_by_age(phased.complete, ages),
    }
    return aged, phased, cells, parts_table(aged, phased=phased, cells=cells)


def are_told(rows, breakdown):
    """Whether texts are the means and quantiles of the draws of some rows, in order, rounded."""
    numbers = [(d.mean(), *np.quantile(d, [0.05, 0.95])) for d in breakdown.draws]
    for (people, lower, upper), (mean, low, high) in zip(rows, numbers, strict=True):
        if people == "<100":
            assert mean < 100
            continue
        assert abs(number(people) - mean) <= 0.5001 * unit(people)
        coarse = max(unit(people), unit(lower), unit(upper))  # ends are no finer than that
        assert abs(number(lower) - low) <= coarse
        assert abs(number(upper) - high) <= coarse
    return True


def number(text):
    return 0.0 if text == "<100" else float(text.replace(",", ""))


def unit(text):
    digits = text.replace(",", "")
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if digits != "0" else 1


def test_rows_of_chad_are_those_of_its_sexes_ages_and_phases(answer):
    aged, phased, _, table = answer
    rows = [row for row in table.rows if row[0] == "Chad (TCD)"]
    expected = {
        "sex": aged.by("destination", "sex"),
        "age": aged.by("destination", "age"),
        "phase": phased.by("destination"),
    }
    for attribute, breakdown in expected.items():
        words = CLASS_WORDS[attribute].values()
        here = [row[2:] for row in rows if row[1] in words]
        assert are_told(here, breakdown.row(destination="TCD"))
    assert len(rows) == sum(len(x.row(destination="TCD")) for x in expected.values())


def test_rows_of_colombia_are_those_of_its_regional_plan(answer):
    _, _, cells, table = answer
    rows = [row for row in table.rows if row[0] == "Colombia (COL)"]
    assert len(rows) == 12  # two sexes, three ages, in need and in severe need
    for words, breakdown in cells.items():
        here = [row[2:] for row in rows if f"in a regional plan, {words}:" in row[1]]
        assert are_told(here, breakdown.row(destination="COL"))
    assert not [row for row in table.rows if "age not published" in row[1]]


@pytest.mark.usefixtures("without_figures")
def test_the_report_has_the_table(answer):
    aged, _, _, table = answer
    text = page(aged, published_answer(aged), who=table)
    section = text[text.index('id="who"') : text.index('id="countries"')]
    chad = re.findall(r"<tr><th scope=\"row\">Chad \(TCD\)</th><td>([^<]+)</td>", section)
    assert {"children (under 18)", "in phase 4 (severe need)"} <= set(chad)
    assert section.count("Colombia (COL)") == 12
    assert 'id="who"' not in page(aged, published_answer(aged))
