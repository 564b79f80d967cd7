"""The page of all years: rows of each year as they may be shown, and a picker."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.database import published_answer
from gecam.report import years_page
from gecam.results import published_columns


@pytest.fixture(scope="module")
def answers(few_draws_2022, small_estimates):
    return {"2022": published_answer(few_draws_2022), "small": published_answer(small_estimates)}


@pytest.fixture(scope="module")
def text(answers):
    return years_page(answers, contact="The office <o@example.org>")


def test_every_row_of_every_year_is_there_without_scripts(text, answers):
    for table, breakdown in (("totals", "total"), ("places", "destination"), ("origins", "origin")):
        body = text.split(f'id="rows-{table}"')[1].split("</table>")[0]
        shown = re.findall(r'<tr data-year="(\w+)".*?<td class="number">(.*?)</td>', body)
        for year, answer in answers.items():
            rows = answer.rows[answer.rows["breakdown"].eq(breakdown)]
            people = published_columns(rows)["estimate"].tolist()
            assert [cell.replace("&lt;", "<") for y, cell in shown if y == year] == people


def test_nothing_comes_from_elsewhere_and_texts_are_escaped(text):
    assert not re.findall(r"(?:src|href)=[\"'](?!data:|#)", text)
    assert "default-src 'none'" in text
    assert "The office &lt;o@example.org&gt;" in text


def test_the_picker_keeps_a_year_and_a_country(chromium, text, tmp_path):
    file = tmp_path / "years.html"
    file.write_text(text, encoding="utf-8")
    tab = chromium.new_page(viewport={"width": 360, "height": 780})
    heard = []
    tab.on("console", lambda message: heard.append(message.text))
    tab.goto(file.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    tab.select_option("#year", "2022")
    tab.select_option("#place", "YEM")
    assert tab.locator("#rows-places tbody tr:visible th").all_inner_texts() == ["Yemen"]
    assert tab.locator("#rows-totals tbody tr:visible").count() == 2
    assert heard == []
    tab.close()


def test_it_goes_with_the_packaged_figures_only(tmp_path):
    options = ["--all-years", "--needs", __file__, "--out", str(tmp_path / "r.html")]
    assert CliRunner().invoke(app, ["report", *options]).exit_code == 2
