"""The page in a real browser: silent, sorting, filtering, inert, accessible."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

import gecam as gc
from gecam.database import published_answer
from gecam.estimation import estimate
from gecam.report.page import page

STRUCTURE = """[...document.querySelectorAll('*')].map(
    e => e.tagName + ' ' + [...e.attributes].map(a => a.name).join(' '))"""
ORDERED = "names => [...names].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()))"
MODULE = import_module("gecam.report.page")  # the room exports a function of this name
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def file(few_draws_2022, tmp_path_factory):
    """The report of an edition, as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    complete = gc.complete_estimates(few_draws_2022, gc.load_regional_plans("2022"))
    path.write_text(page(few_draws_2022, published_answer(complete)), encoding="utf-8")
    return path


@pytest.fixture
def tab(chromium):
    """A tab that keeps what the console says, what is asked for, and dialogs."""
    tab = chromium.new_page(viewport={"width": 1280, "height": 900})
    tab.heard = []
    tab.on("console", lambda message: tab.heard.append(f"console: {message.text}"))
    tab.on("pageerror", lambda error: tab.heard.append(f"error: {error}"))
    tab.on("dialog", lambda dialog: (tab.heard.append("dialog"), dialog.dismiss()))
    tab.on("request", lambda request: tab.heard.append(f"request: {request.url}")
           if not request.url.startswith(("file:", "data:")) else None)  # fmt: skip
    yield tab
    tab.close()


def first_cells(tab, table):
    return tab.locator(f"#rows-{table} tbody tr:visible th").all_inner_texts()


def test_it_says_nothing_and_asks_for_nothing(tab, file):
    tab.goto(file.as_uri())
    tab.click("#download", modifiers=["Alt"])
    for summary in tab.locator("summary").all():
        summary.click()
    assert tab.locator("details[open]").count() == tab.locator("details").count() > 20
    assert tab.heard == []


@pytest.mark.parametrize("table", ["plans", "by-country", "by-origin"])
@pytest.mark.slow
def test_a_table_sorts_by_number_and_by_word_with_mouse_and_keyboard(tab, file, table):
    tab.goto(file.as_uri())
    heads = tab.locator(f"#rows-{table} thead th")
    mean = 3 if table != "by-origin" else 2
    values = f"""[...document.querySelectorAll('#rows-{table} tbody tr')].map(
        r => parseFloat(r.cells[{mean}].dataset.value || '-1'))"""
    largest_first = tab.evaluate(values)
    assert largest_first == sorted(largest_first, reverse=True)  # as it is delivered
    assert heads.nth(mean).get_attribute("aria-sort") == "descending"
    heads.nth(mean).locator("button").press("Enter")
    assert tab.evaluate(values) == sorted(largest_first)
    assert heads.nth(mean).get_attribute("aria-sort") == "ascending"
    heads.nth(0).locator("button").click()
    names = first_cells(tab, table)
    in_order = tab.evaluate(
        "names => [...names].sort((a, b) => a.toLowerCase().localeCompare(b.toLowerCase()))", names
    )
    assert names == in_order
    assert heads.nth(mean).get_attribute("aria-sort") is None
    assert len(names) == len(largest_first)  # no row is lost
    assert tab.heard == []


def test_the_filter_keeps_rows_with_the_words_and_says_how_many(tab, file):
    tab.goto(file.as_uri())
    tab.fill("#filter-plans", "SUDAN")
    assert sorted(first_cells(tab, "plans")) == ["South Sudan", "South Sudan (RRP)", "Sudan"]
    status = tab.locator("section:has(#filter-plans) [role=status]")
    assert status.inner_text() == "3 of 42 rows shown"
    assert len(first_cells(tab, "by-country")) == 32  # each table has its own
    tab.fill("#filter-plans", "nothing has this")
    assert status.inner_text() == "0 of 42 rows shown"
    tab.fill("#filter-plans", "")
    assert len(first_cells(tab, "plans")) == 42
    assert tab.heard == []


def test_a_link_opens_the_section_of_its_country(tab, file):
    tab.goto(file.as_uri())
    assert tab.locator("#c-YEM").get_attribute("open") is None
    tab.click("#rows-by-country a[href='#c-YEM']")
    tab.wait_for_selector("#c-YEM[open]")  # a browser follows a link to a fragment in its own time
    assert tab.locator("#c-YEM .chain").first.is_visible()


def test_everything_can_be_reached_with_the_keyboard(tab, file):
    tab.goto(file.as_uri())
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    reached = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"filter-plans", "BUTTON", "A", "DIV"} <= set(reached)  # DIV: a table that scrolls


def test_on_a_phone_only_tables_scroll_sideways_each_in_its_frame(tab, file):
    tab.set_viewport_size({"width": 360, "height": 780})
    tab.goto(file.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    beyond = """[...document.querySelectorAll('main *, header *')].filter(
        e => !e.closest('.scroll') && e.getBoundingClientRect().right > 360).map(e => e.tagName)"""
    assert tab.evaluate(beyond) == []
    # the drawing for narrow screens: 4.4 inches at 130 dots
    assert tab.evaluate("document.querySelector('img.world').naturalWidth") == 572
    size = "parseFloat(getComputedStyle(document.querySelector('#rows-plans td')).fontSize)"
    assert tab.evaluate(size) >= 13


def pages(tab):
    return len(re.findall(rb"/Type\s*/Page[^s]", tab.pdf(prefer_css_page_size=True)))


def test_it_prints_with_every_section_open(tab, file):
    tab.goto(file.as_uri())
    tab.emulate_media(media="print")
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.locator("details[open]").count() == tab.locator("details").count()
    assert not tab.locator("#filter-plans").is_visible()
    tab.evaluate("document.querySelector('#appendix').remove()")
    assert pages(tab) <= 12
    tab.evaluate("document.querySelector('.sheet').remove()")
    assert pages(tab) == 1  # the summary is one sheet


@pytest.mark.slow
def test_the_480_pairs_of_text_and_field_are_inert(tab, tmp_path, poisoned, payloads, monkeypatch):
    monkeypatch.setattr(MODULE, "pictures_of", lambda *_: [])
    structures = set()
    for k in range(len(payloads)):
        case, texts = poisoned(k)
        est = estimate(case, draws=20, seed=1)
        path = tmp_path / "evil.html"
        path.write_text(page(est, published_answer(est)), encoding="utf-8")
        tab.goto(path.as_uri())
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        tab.locator("#rows-plans thead button").first.click()
        tab.fill("#filter-plans", texts["crisis"])
        assert first_cells(tab, "plans"), texts["crisis"]  # found as text
        tab.fill("#filter-plans", "")
        assert tab.evaluate("window.owned === undefined"), texts
        assert tab.evaluate("location.href") == path.as_uri()
        structures.add(tuple(tab.evaluate(STRUCTURE)))
    assert len(structures) == 1  # no text became a tag or an attribute
    assert tab.heard == []


@pytest.mark.slow  # 7 s at each width
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(tab, file, axe, width):
    tab.set_viewport_size({"width": width, "height": 844})
    tab.goto(file.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    tab.evaluate(axe)
    found = tab.evaluate("axe.run(document)")
    assert len(found["passes"]) > 20  # it did run
    serious = [(v["id"], v["help"], [n["html"][:200] for n in v["nodes"][:3]])
               for v in found["violations"] if v["impact"] in SERIOUS]  # fmt: skip
    assert serious == []
