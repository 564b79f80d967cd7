"""The page: self-contained, escaped, and every number that of the answer."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from gecam.estimation import estimate
from gecam.report.page import page
from gecam.report.tables import published_table

PAYLOADS = (
    "<script>document.title='owned'</script>", "\"><img src=x onerror=\"document.title='owned'\">",
    "'; document.title='owned'; //", "{{ 7*7 }}", "</style><script>document.title='owned'</script>",
    "<svg onload=document.title='owned'>", "javascript:document.title='owned'", "=1+1",
)  # fmt: skip

BROWSER_FLAGS = (
    "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def text(edition_2022):
    return page(edition_2022)


def poisoned(case, payload):
    crises = tuple(replace(c, name=f"{c.name} {payload}") for c in case.crises)
    footprints = tuple(
        replace(f, source=replace(f.source, title=payload, publisher=payload, edition=payload,
                                  licence=payload, file=payload), note=payload)
        for f in case.footprints
    )  # fmt: skip
    return replace(
        case,
        crises=crises,
        footprints=footprints,
        left_out_of_totals={"per": payload},
        name=payload,
    )


def test_nothing_is_loaded_from_elsewhere(text):
    assert not re.findall(r"(?:src|href)=[\"'](?!data:|#)", text)
    shown = re.sub(r"<(?:li|p|td).*?</(?:li|p|td)>", "", text, flags=re.S)
    assert "http:" not in shown
    assert "https:" not in shown
    assert len(text.encode()) < 5e6


def test_every_row_of_the_table_is_that_of_the_answer(text, edition_2022):
    table = published_table(edition_2022.by("crisis", "destination"))
    body = text[text.index("<tbody>") : text.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.S)
    assert len(rows) == len(table) == 42
    for row, expected in zip(rows, table.to_dict("records"), strict=True):
        cells = re.findall(r'<td class="number"[^>]*>(.*?)</td>', row, flags=re.S)
        estimate_text = expected["estimate"]
        if expected["published"]:
            estimate_text = f"{expected['published']} published"
        assert cells == [
            expected["odds_ratio_1"], estimate_text, expected["lower"], expected["upper"],
        ]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_from_inputs_is_inert(small_case, payload):
    html = page(estimate(poisoned(small_case, payload), draws=20, seed=1))
    own = html.count("<script")
    assert own == 1
    assert "<img src=x" not in html
    assert "<svg onload" not in html
    assert "49" not in re.findall(r"<title>(.*?)</title>", html)[0]


def test_statements_fill_the_checklist(small_estimates):
    html = page(small_estimates, statements={2: "Paid by the ministry."})
    assert "Paid by the ministry." in html
    assert "not done" in page(small_estimates)


def browser():
    """Start Debian's chromium, or skip and say why."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    return api, path


def test_in_a_real_browser_it_sorts_filters_and_stays_silent(tmp_path, small_case, edition_2022):
    api, path = browser()
    good, evil = tmp_path / "good.html", tmp_path / "evil.html"
    good.write_text(page(edition_2022), encoding="utf-8")
    evil.write_text(
        page(estimate(poisoned(small_case, " ".join(PAYLOADS)), draws=20, seed=1)), encoding="utf-8"
    )
    flags = [f"--{flag}" for flag in BROWSER_FLAGS]
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        tab = chromium.new_page(viewport={"width": 390, "height": 800})
        messages, requests = [], []
        tab.on("console", lambda message: messages.append(message.text))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(good.as_uri())
        rows = tab.locator("#rows tbody tr")
        tab.locator("#rows th button").nth(3).click()
        assert rows.nth(0).locator("th").inner_text() == "Ukraine Flash Appeal"
        tab.locator("#rows th button").nth(3).press("Enter")  # the keyboard sorts the other way
        assert tab.locator("#rows thead th").nth(3).get_attribute("aria-sort") == "ascending"
        tab.fill("#filter", "sudan")
        assert rows.locator("visible=true").count() == 3
        assert tab.inner_text("#shown") == "3 of 42 rows shown"
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390  # no sideways scrolling
        tab.goto(evil.as_uri())
        tab.wait_for_timeout(200)
        assert "owned" not in tab.title().replace("document.title='owned'", "")
        assert messages == []
        assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
        chromium.close()
