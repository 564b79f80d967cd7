"""Hostile texts, a case that holds them everywhere, and a real browser."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from gecam.model import Case
from gecam.report.translation import DIGITS

ROOT = Path(__file__).resolve().parents[3]
RUN = "window.owned=1"
PAYLOADS = (
    # tags that run
    f"<script>{RUN}</script>", f"<SCRIPT>{RUN}</SCRIPT>", f"<script>{RUN}//",
    f"<img src=x onerror={RUN}>", f"<img src=x onerror='{RUN}'", f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>", f"<svg/onload={RUN}>", f"<body onload={RUN}>",
    f"<iframe srcdoc='<script>parent.{RUN[7:]}</script>'>", f"<iframe src=javascript:{RUN}>",
    f"<details open ontoggle={RUN}>", f"<input autofocus onfocus={RUN}>",
    f"<video><source onerror={RUN}></video>", f"<audio src=x onerror={RUN}>",
    f"<object data=javascript:{RUN}>", f"<embed src=javascript:{RUN}>", f"<marquee onstart={RUN}>",
    f"<math><mtext><script>{RUN}</script></mtext></math>", f"<a href=javascript:{RUN}>x</a>",
    f"<form action=javascript:{RUN}><button>x</button></form>", f"<select autofocus onfocus={RUN}>",
    "<meta http-equiv=refresh content='0;url=https://example.org'>", "<base href=https://example.org/>",
    "<link rel=stylesheet href=https://example.org/x.css>", "<style>*{display:none}</style>",
    "<style>@import 'https://example.org/x.css';</style>", "<template><p>x</p></template>",
    # out of where they stand
    f"</script><script>{RUN}</script>", f"</style><script>{RUN}</script>",
    f"</title><script>{RUN}</script>", f"</td></tr></table><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>", f"--><script>{RUN}</script>", f"]]><script>{RUN}</script>",
    f"\"><script>{RUN}</script>", f"'><script>{RUN}</script>", f"\" onmouseover=\"{RUN}",
    f"' onmouseover='{RUN}", f"\" autofocus onfocus=\"{RUN}\" x=\"", f"`{RUN}`", f"';{RUN};//",
    f"\";{RUN};//", f"\\\";{RUN};//", f"</span hidden><b onclick={RUN}>x</b>",
    # templates, spreadsheets, links, encodings
    "{{ 7*7 }}", "{% for x in [1] %}x{% endfor %}", "{{ config.items() }}", "${7*7}", "#{7*7}",
    "=1+1", "=HYPERLINK(\"https://example.org\")", "+1+1", "-1+1;=2", f"javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>", f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&#60;script&#62;{RUN}&#60;/script&#62;", f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f"\u202e<script>{RUN}</script>",
)  # fmt: skip
FIELDS = ("case", "crisis", "note", "publisher", "title", "edition", "licence", "file")
FLAGS = (
    "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def payloads() -> tuple[str, ...]:
    """60 hostile texts; each sets ``window.owned`` if it runs."""
    assert len(set(PAYLOADS)) == 60
    return PAYLOADS


@pytest.fixture(scope="session")
def poisoned(small_case: Case) -> Any:
    """Return the small case with hostile texts in 8 fields: text ``k + j`` in field ``j``.

    Over all 60 values of k each field holds each text once: 480 pairs.
    """

    def make(k: int) -> tuple[Case, dict[str, str]]:
        texts = {field: PAYLOADS[(k + j) % len(PAYLOADS)] for j, field in enumerate(FIELDS)}
        crises = tuple(replace(c, name=f"{c.name} {texts['crisis']}") for c in small_case.crises)
        source = {f: texts[f] for f in ("title", "publisher", "edition", "licence", "file")}
        footprints = tuple(
            replace(f, source=replace(f.source, sha256="5" * 64, **source), note=texts["note"])
            for f in small_case.footprints
        )
        left_out = {"per": f"left out: {texts['note']}"}
        case = replace(small_case, crises=crises, footprints=footprints, name=texts["case"],
                       left_out_of_totals=left_out)  # fmt: skip
        return case, texts

    return make


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The distribution's own chromium, without network; skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[f"--{flag}" for flag in FLAGS]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, which checks pages for accessibility; skipped where it is not."""
    places = (os.environ.get("GECAM_AXE", ""), ROOT / "node_modules" / "axe-core")
    for place in filter(None, places):
        file = Path(place) / "axe.min.js"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    pytest.skip(
        "no axe-core: `npm install --no-save axe-core` here, or set $GECAM_AXE to its folder"
    )


@pytest.fixture
def without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages without pictures: sooner, where pictures are not the question."""
    module = import_module("gecam.report.page")  # the room exports a function of this name
    monkeypatch.setattr(module, "pictures_of", lambda *_: [])


@pytest.fixture(scope="session")
def figures() -> Callable[[str, str], list[str]]:
    """Return numbers of a text as English writes them, in order of size: the order of words differs."""

    def numbers(text: str, lang: str) -> list[str]:
        text = re.sub(r"\b[0-9]{1,2}(\.[0-9]{1,2}){2}\b|Apache-2\.0", "", text)  # versions
        if lang == "en":  # days are words in the other languages
            text = re.sub(r"(\d{4})-\d\d-(\d\d)", lambda day: f"{int(day[2])} {day[1]}", text)
        else:
            digits = DIGITS[lang]
            text = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
            marks = {digits.decimal: ".", digits.group: ","}
            text = re.sub(
                rf"(?<=\d)[{re.escape(digits.decimal + digits.group)}](?=\d)",
                lambda mark: marks[mark[0]],
                text,
            )
        return sorted(x.replace(",", "") for x in re.findall(r"\d[\d,]*(?:\.\d+)?", text))

    return numbers
