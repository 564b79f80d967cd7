"""The report in French, Spanish and Arabic: its numbers, words, directions and marks."""

from __future__ import annotations

import base64
import html
import re
from datetime import date
from html.parser import HTMLParser
from importlib import import_module

import pytest
from typer.testing import CliRunner

import gecam as gc
from gecam import report as room
from gecam.cli.main import app
from gecam.database import Database, published_answer
from gecam.report import ON_THIS_PAGE, in_the_language, parts_table, years_page
from gecam.report.page import page
from gecam.report.sentences import said
from gecam.report.translation import language
from gecam.report.whole_page import pictures
from gecam.report.words import day_words
from gecam.results import message

LANGUAGES = ("fr", "es", "ar")
MODULE = import_module("gecam.report.page")  # the room exports a function of this name
VOID = {"meta", "link", "img", "input", "source"}
OF_WORDS = {"lang", "dir", "alt", "aria-label", "data-text", "class", "aria-hidden"}


class Parts(HTMLParser):
    """Tables, lists of steps and attributes of a page, as texts."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.steps, self.codes, self.open = {}, [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.codes += [(tag, k, v) for k, v in attrs if k not in OF_WORDS]
        if tag in VOID:
            return
        self.open.append(tag)
        if tag == "table":
            self.tables[len(self.tables)] = []
        if tag == "ol":
            self.steps.append("")

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        if "script" in self.open or "style" in self.open:
            return
        if "table" in self.open and data.strip():
            self.tables[len(self.tables) - 1].append(data.strip())
        if "ol" in self.open:
            self.steps[-1] += f" {data}"


@pytest.fixture(scope="module")
def pages():
    """Pages of three countries in every language, of the same estimates, without pictures."""
    est = gc.estimate(gc.load_edition("2026").restrict(["TCD", "COL", "SSD"]), draws=100, seed=1)
    complete = gc.complete_estimates(est, gc.load_regional_plans("2026"))

    def made(lang):
        with in_the_language(lang), pytest.MonkeyPatch.context() as patch:
            patch.setattr(MODULE, "pictures_of", lambda *_: [])
            return page(
                est,
                published_answer(complete, statements=ON_THIS_PAGE),
                who=parts_table(est),
                made_on=date(2026, 11, 28),
            )

    return {lang: made(lang) for lang in ("en", *LANGUAGES)}


@pytest.fixture(scope="module")
def parts(pages):
    return {lang: Parts(text) for lang, text in pages.items()}


def numbers_of(cells, figures, lang):
    return figures("\n".join(cells), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_and_decomposition_has_the_numbers_of_the_english(parts, figures, lang):
    english, other = parts["en"], parts[lang]
    assert len(english.tables) == len(other.tables) > 7
    *tables, assumptions, checklist = english.tables
    for key in (*tables, checklist):
        wanted = numbers_of(english.tables[key], figures, "en")
        assert numbers_of(other.tables[key], figures, lang) == wanted, english.tables[key][:4]
    assert len(english.tables[assumptions]) == len(other.tables[assumptions])
    assert len(english.steps) == len(other.steps) == 4
    theirs = sorted(figures(steps, lang) for steps in other.steps)  # countries by their names
    assert theirs == sorted(figures(steps, "en") for steps in english.steps)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codes_and_values_for_sorting_are_those_of_the_english(parts, lang):
    def codes(of):  # but the file, whose reasons are in the language
        return sorted(x for x in map(str, parts[of].codes) if "data:text/csv" not in x)

    assert codes(lang) == codes("en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_translated(pages, lang):
    def words(text):
        text = re.sub(r"<(style|script)>.*?</\1>|<ul>(?=<li>OCHA).*?</ul>", "", text, flags=re.S)
        text = text.partition('id="assumptions"')[0]
        return set(map(html.unescape, re.sub(r"<[^>]+>", "\n", text).splitlines()))

    same = {x for x in words(pages["en"]) & words(pages[lang]) if len(x.split()) > 3}
    assert {x for x in same if not re.search(r"\((MRP|RRP|3RP|RMRP|JRP)\)|Typhoons", x)} == set()


def test_an_arabic_page_has_arabic_digits_but_in_codes(pages):
    text = re.sub(r"<(style|script)>.*?</\1>|\u2068.*?\u2069", "", pages["ar"], flags=re.S)
    text = text.partition('id="assumptions"')[0]
    words = html.unescape(re.sub(r"<[^>]+>", "\n", text))
    words = re.sub(r"\d+(\.\d+){2}", "", words)  # versions
    latin = r"(?<![A-Za-z0-9._])(?<![A-Za-z0-9]-)[0-9][0-9.,]*(?![A-Za-z0-9._-])"
    assert re.findall(latin, words) == []


def test_the_direction_is_that_of_the_language_and_the_page_says_what_it_is(pages):
    assert '<html lang="en">' in pages["en"]
    assert '<html lang="fr">' in pages["fr"]
    assert '<html lang="ar" dir="rtl">' in pages["ar"]
    style = re.search(r"<style>(.*?)</style>", pages["ar"], flags=re.S)[1]
    physical = (
        r"text-align: (?:left|right)|(?:padding|margin|border)-(?:left|right)|[ {](?:left|right):"
    )
    assert re.findall(physical, style) == []
    for lang in LANGUAGES:
        with in_the_language(lang):
            assert said("HOW_SURE") in pages[lang]
        assert "reviewed" not in pages[lang]
    assert "n’a pas encore été relue" in pages["fr"]
    assert "reviewed" not in pages["en"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reasons_of_estimates_that_were_read_in_english_are_in_the_language(pages, lang):
    code = "MIGRANTS_SEPARATE"  # of Colombia's refugees, in the rows of their origins
    with in_the_language(lang):
        why = str(message(code)).rstrip(".")
    assert why in pages[lang]
    assert str(message(code)).rstrip(".") not in html.unescape(pages[lang])
    assert html.unescape(pages["en"]).count(str(message(code)).rstrip(".")) > 3


def test_what_assumptions_rest_on_is_english_and_says_so(pages):
    for lang in LANGUAGES:
        table = pages[lang].partition('id="assumptions"')[2].partition("</table>")[0]
        assert '<tbody lang="en" dir="ltr">' in table
        with in_the_language(lang):
            assert said("ASSUMPTIONS_IN_ENGLISH") in table
    assert 'lang="en" dir' not in pages["en"]


def test_a_release_is_told_in_the_language(tmp_path, small_case):
    db = Database(tmp_path / "e.gecam")
    est = gc.estimate(small_case, draws=50, seed=1)
    db.release(est, name="r1", reason="first", case=small_case)
    out = tmp_path / "r.html"
    options = ["--db", str(tmp_path / "e.gecam"), "--release", "r1", "--lang", "fr"]
    run = CliRunner().invoke(app, ["report", *options, "--out", str(out)])
    assert run.exit_code == 0, run.output
    english = [x for x in db["r1"].estimates()["reason"] if x.endswith("here.") or "scope" in x]
    text = html.unescape(out.read_text(encoding="utf-8"))
    assert ", version publiée r1" in text
    assert english
    assert [x for x in english if x in text] == []


def test_names_of_plans_stay_where_they_are_not_those_of_countries(pages):
    text = pages["fr"]
    assert '<a href="#c-TCD">Tchad</a>' in text
    assert "Horn of Africa to Yemen and Southern Africa (MRP)" in text
    assert "Tchad\N{NO-BREAK SPACE}: autres migrants" in text
    order = re.findall(r"<details id=\"c-(\w+)\">", text)
    assert order == ["COL", "SSD", "TCD"]


@pytest.mark.parametrize(("lang", "words"), [("fr", "1 juillet 2026"), ("ar", "١ يوليو ٢٠٢٦")])
def test_days_are_written_as_in_cldr(pages, lang, words):
    assert words in pages[lang]
    dates = pytest.importorskip("babel.dates")
    for month in range(1, 13):
        day = date(2026, month, 28)
        with in_the_language(lang):
            ours = day_words(day)
        digits = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
        theirs = dates.format_date(day, "long", locale=lang).translate(digits)
        assert ours == theirs.replace("\u200f", "")


def test_pictures_have_no_words_and_a_key_beside_them():
    est = gc.estimate(gc.load_edition("2026").restrict(["TCD", "PSE", "SYR"]), draws=60, seed=1)
    places = est.by("destination").summary().rename(columns={"destination": "place"})
    with in_the_language("ar"):
        world, intervals = pictures.pictures_of(places.assign(is_hidden=False), est)
        drawn = pictures.draw_intervals(places, title="2026", level=0.9, has_words=False)
        atlas = pictures.draw_world(places, title="2026", level=0.9, has_words=False)
        drawn.ax.figure.draw_without_rendering()
        labels = [x.get_text() for x in (*drawn.ax.get_xticklabels(), *drawn.ax.get_yticklabels())]
    assert all(re.fullmatch(r"(TCD|PSE|SYR)  [A-E]|[٠-٩٫]+( [kM])?|", x) for x in labels), labels
    assert drawn.ax.get_title(loc="left") == atlas.ax.get_title(loc="left") == ""
    assert drawn.ax.get_legend() is None
    texts = [x.get_text() for x in (*atlas.ax.texts, *atlas.ax.get_legend().get_texts())]
    assert all(re.fullmatch(r"[٠-٩٫]+( [kM])?", x) for x in texts), texts
    assert {mark.words for mark in intervals["key"]} >= {"تشاد", "دولة فلسطين", "المتوسط"}
    assert [mark.sign for mark in world["key"]][-3:] == ["1", "2", "3"]
    assert base64.b64decode(world["picture"].source.partition(",")[2]).startswith(b"\x89PNG")


def test_the_page_of_all_years_is_in_the_language(small_estimates, figures):
    english = Parts(years_page({"2025": published_answer(small_estimates)}, contact="x"))
    with in_the_language("ar"):
        text = years_page({"2025": published_answer(small_estimates)}, contact="x")
    other = Parts(text)
    for key, cells in english.tables.items():
        assert numbers_of(other.tables[key], figures, "ar") == numbers_of(cells, figures, "en")
    assert '<option value="2025">٢٠٢٥</option>' in text
    assert not re.search(r">[A-Z][a-z]+ [a-z]+ [a-z]+", re.sub(r"<style>.*?</style>", "", text))


def test_the_command_writes_in_a_language_and_names_those_there_are(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("gecam.cli.report._of_case", lambda *_: (None, None, {}))
    monkeypatch.setattr(room, "page", lambda *_, **__: asked.append(language()) or "")
    out = str(tmp_path / "r.html")
    run = CliRunner().invoke(app, ["report", "--no-years", "--lang", "es", "--out", out])
    assert run.exit_code == 0, run.output
    assert asked == ["es"]
    wrong = CliRunner().invoke(app, ["report", "--lang", "de", "--out", out])
    assert wrong.exit_code == 2
    assert "en, fr, es, ar" in wrong.output


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.slow
def test_a_browser_shows_it_at_both_widths(chromium, pages, tmp_path, lang, width):
    file = tmp_path / "r.html"
    file.write_text(pages[lang], encoding="utf-8")
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    heard = []
    tab.on("console", lambda message: heard.append(message.text))
    tab.on("pageerror", lambda error: heard.append(str(error)))
    tab.goto(file.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.fill("#filter-by-country", {"fr": "tchad", "es": "chad", "ar": "تشاد"}[lang])
    shown = tab.locator("section:has(#filter-by-country) [role=status]").inner_text()
    with in_the_language(lang):
        wanted = said("ROWS_SHOWN", shown=1, number=3)
    assert shown == (wanted.translate(str.maketrans("13", "١٣")) if lang == "ar" else wanted)
    assert heard == []
    tab.close()
