"""Briefs: escaping, small cells, and that every section says where its numbers come from."""

from __future__ import annotations

import base64
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import CopyCrisis, TouchNobody, WithoutCrises, estimate
from gecam.evaluation import compare, scenario
from gecam.preparedness import (
    Plan,
    average_annual,
    exceedance,
    inclusion,
    language_reach,
    nationals_abroad,
    recorded_events,
)
from gecam.report import (
    Command,
    Document,
    Items,
    Paragraph,
    Picture,
    Section,
    Table,
    write,
    write_page,
)
from gecam.report.briefs.origin_brief import origin_brief
from gecam.report.briefs.planner import country_brief
from gecam.report.briefs.scenario_brief import events_section, scenario_brief
from gecam.report.words import money, people_alone, people_range, percent_range

NOTHING = [WithoutCrises(), TouchNobody("none", "SDN", "The scenario has no footprint.")]
EXPLAIN = "gecam explain SDN --edition 2022"
HOSTILE = "<script>alert(1)</script>|`*x*`"
PIXEL = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n").decode()


class Outline(HTMLParser):
    """Collects tags, and fails on scripts and outside links."""

    def __init__(self):
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag not in {"script", "iframe", "link"}
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"href", "src"} or value.startswith("data:image/png")
        self.tags.append(tag)


@pytest.fixture(scope="module")
def est(small_case):
    return estimate(small_case, draws=1000, seed=7)


@pytest.fixture(scope="module")
def brief(small_case, est):
    plan = Plan("SDN", targeted=10e6, requirements=2e9, stated_migrants=1.0)
    return country_brief(
        est, inclusion(est, "SDN", case=small_case, plan=plan), language_reach(est, "SDN"),
        trace="gecam prepare --country SDN", explain=EXPLAIN,
    )  # fmt: skip


def hostile():
    table = Table.of_columns({HOSTILE: [HOSTILE]})
    blocks = (Paragraph(HOSTILE), Picture(PIXEL, HOSTILE), table, Command(HOSTILE, HOSTILE))
    foot = Section(HOSTILE, (Items((HOSTILE,)), Command(HOSTILE, HOSTILE)))
    return Document(HOSTILE, (Section(HOSTILE, blocks),), (HOSTILE,), foot, is_page=True)


def markdown(brief):
    return write(brief, "markdown")


def blocks(section, kind):
    """Return the blocks of a kind of a section."""
    return [block for block in section.blocks if isinstance(block, kind)]


def test_hostile_text_is_text_in_html():
    page = write(hostile(), "html")
    Outline().feed(page)
    assert "&lt;script&gt;" in page


def test_hostile_text_is_text_in_markdown():
    page = markdown(hostile())
    outside_code = "".join(page.split("`<")[::2])
    assert "<script>" not in outside_code.replace("`", "")
    row = next(line for line in page.splitlines() if line.startswith("| &lt;"))
    assert row.count("|") - row.count("\\|") == 2  # one cell


def test_every_section_with_a_table_says_where_its_numbers_come_from(brief):
    tables = [section for section in brief.sections if blocks(section, Table)]
    assert len(tables) >= 4
    assert {blocks(section, Command)[0].command for section in tables} == {EXPLAIN}
    assert write(brief, "html").count(EXPLAIN) == markdown(brief).count(EXPLAIN) >= 4


def test_the_page_has_the_parts_of_a_plan(brief):
    assert [section.title for section in brief.sections] == [
        "Who they are", "How often they are in need, beside residents", "What the plan says",
        "What it costs to include them",
        "In which languages to inform them", "How good the numbers are",
        "What these numbers cannot say",
    ]  # fmt: skip
    page = markdown(brief)
    assert "estimated from pairs that other countries published, not measured here" in page
    assert "By age: not estimated" in page
    assert "At 200 USD per person (requirements over people targeted)" in page
    parser = Outline()
    parser.feed(write(brief, "html"))
    assert parser.tags.count("h1") == 1
    assert parser.tags.count("table") == 5


def test_without_a_plan_and_languages_it_says_so(small_case, est):
    found = inclusion(est, "SDN", case=small_case)
    page = markdown(country_brief(est, found, None, trace="t", explain=EXPLAIN))
    assert "cost per person is not known" in page
    assert "That is not zero migrants" in page
    assert "languages" not in page


def test_no_small_cell_is_written_out(small_case, case_factory):
    stock = small_case.stock
    people = stock.people.assign(people=stock.people["people"] / 10_000)
    tiny = case_factory(stock=type(stock)(people, stock.basis, stock.source), protected=None)
    est = estimate(tiny, draws=500, seed=7)
    brief = country_brief(
        est, inclusion(est, "PER", case=tiny), None, trace="t", explain=EXPLAIN
    )  # fmt: skip
    who = blocks(brief.sections[0], Table)[0]
    assert {row[who.columns.index("people (interval)")] for row in who.rows} == {
        "<100",
        "not estimated",
    }  # refugees: none are known


def test_the_brief_of_an_origin(est):
    found = nationals_abroad(est, "SSD")
    page = markdown(origin_brief(est, found, trace="gecam prepare --origin SSD", explain=EXPLAIN))
    assert page.startswith("# People from South Sudan in crises abroad, small")
    assert "| 1 | Sudan (SDN) | Sudan plan |" in page
    assert "does not tell apart" in page
    assert "Regional plan | 3,000,000" in page
    empty = markdown(origin_brief(est, nationals_abroad(est, "FJI"), trace="t", explain=EXPLAIN))
    assert "That is not zero" in empty


def test_countries_with_fewer_than_a_hundred_are_named_in_one_line(est):
    found = nationals_abroad(est, "SSD")
    few = replace(
        found, people=found.people * np.array([1.0] + [1e-6] * (len(found.people) - 1))[:, None]
    )
    brief = origin_brief(est, few, trace="t", explain=EXPLAIN)
    where = brief.sections[0]
    assert len(found.people) > 1
    assert len(blocks(where, Table)[0].rows) == 1
    assert (
        f"Fewer than 100 in each of {len(found.people) - 1} others: "
        in blocks(where, Paragraph)[1].text
    )


def test_the_note_of_a_footprint_is_a_sentence_in_a_brief(small_case):
    nothing = scenario(small_case, NOTHING, draws=100, seed=7)
    note = "people where the grid has them; threshold 7 MMI, sd 0.3; logit sd 0.50 of grade D"
    page = markdown(scenario_brief(nothing, None, crises=[], title="x", notes=[note], trace="t"))
    assert "People where the grid has them; threshold 7 MMI, standard deviation 0.3." in page


def test_the_brief_of_a_scenario(small_case, est, tmp_path):
    worse = scenario(
        small_case,
        [CopyCrisis("sdn", "SDN", scale=1.3), CopyCrisis("per", "PER", scale=0)],
        draws=1000,
        seed=7,
    )
    brief = scenario_brief(
        worse, compare(est, worse), crises=["sdn", "per"], title="Worse", notes=["as stated"],
        trace="t", picture=Picture(PIXEL, "a map"),
    )  # fmt: skip
    page = markdown(brief)
    assert "than today" in page
    assert "| Peru |" in page
    assert "scaled by 0: the scenario touches nobody." in page
    assert "| Kenya |" not in page  # nothing changes there
    assert "has no probability" in page
    write_page(brief, tmp_path / "x" / "worse.md")
    assert (tmp_path / "x" / "worse.png").read_bytes() == b"\x89PNG\r\n"
    assert "![a map](worse.png)" in (tmp_path / "x" / "worse.md").read_text()
    write_page(brief, tmp_path / "worse.html")
    Outline().feed((tmp_path / "worse.html").read_text())
    with pytest.raises(InputError, match=r"\.html or \.md"):
        write_page(brief, tmp_path / "worse.pdf")


def test_a_scenario_of_nothing_is_zero_with_its_reason(small_case):
    nothing = scenario(small_case, NOTHING, draws=100, seed=7)
    page = markdown(scenario_brief(nothing, None, crises=[], title="Nothing", trace="t"))
    assert "0 migrants would be in need." in page
    assert "| Sudan | 0 |" in page
    assert "The scenario has no footprint." in page


def test_the_section_on_events():
    table = pd.DataFrame({"iso3": "MOZ", "year": np.repeat(range(2010, 2020), 2),
                          "people": np.arange(1.0, 21.0) * 1000})  # fmt: skip
    events = recorded_events(table, "MOZ", first=2010)
    section = events_section(
        "Mozambique", events, average_annual(events), exceedance(events), periods=(2, 5, 50)
    )
    assert blocks(section, Paragraph)[0].text.endswith("Mozambique, 2010 to 2019.")
    (rows,) = (table.rows for table in blocks(section, Table))
    assert [row[0] for row in rows] == ["2", "5", "50"]
    assert rows[2][1] == "not estimated"
    few = recorded_events(table[table["year"].lt(2013)], "MOZ", first=2010)
    lone = events_section("Mozambique", few, average_annual(few), None)
    assert not blocks(lone, Table)
    assert "not an estimate of the long run" in blocks(lone, Paragraph)[1].text


def test_people_money_and_shares_as_text():
    assert people_range(99.9, 20.0, 300.0) == "<100"
    assert people_range(-40.0, -90.0, 10.0) == "no clear change"
    assert people_range(-8_140.0, -22_820.0, -1_440.0) == "-8,140 (-22,820 to -1,440)"
    assert people_alone(1234.5) == "1,230"
    assert money(1.2e9) == "1.2 billion"
    assert percent_range(0.004, 0.001, 0.01) == "<1%"


def test_a_brief_is_text_too(brief):
    text = write(brief, "text", width=72)
    assert max(map(len, text.splitlines())) <= 72 + 40  # tables are as wide as their numbers
    assert f"Where these numbers come from: {EXPLAIN}" in text
    for section in brief.sections:
        assert f"\n{section.title}\n{'-' * len(section.title)}\n" in text


def test_a_section_without_a_title_has_no_heading():
    document = Document(
        "T", (), ("lead",), Section("", (Command("Again:", "gecam x"),)), is_page=True
    )
    assert write(document, "markdown") == "# T\n\nlead\n\nAgain: `gecam x`\n"
    assert "<h2>" not in write(document, "html")
    assert write(document, "text") == "T\n=\n\nlead\n\nAgain: gecam x\n"
