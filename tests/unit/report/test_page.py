"""The page: self-contained, escaped, every number that of the answer, nothing that is secret."""

from __future__ import annotations

import base64
import csv
import html
import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib import import_module

import numpy as np
import pytest
from matplotlib.figure import Figure
from typer.testing import CliRunner

import gecam as gc
from gecam.cli.main import app
from gecam.database import Database, published, published_answer
from gecam.estimation import estimate
from gecam.model import Source
from gecam.publish import Thresholds
from gecam.report import years_page
from gecam.report.page import page
from gecam.report.style import Drawn
from gecam.report.whole_page import pictures
from gecam.results import published_columns, published_table

MODULE = import_module("gecam.report.page")  # the room exports a function of this name
RUN = CliRunner()
FIGURE = Drawn(Figure().subplots(), {})
TABLES = {"plans": "crisis", "by-country": "destination", "by-origin": "origin"}


class Structure(HTMLParser):
    """The tags and names of attributes of a page, in order, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_data(self, data):
        self.words.append(data)


def answer(est):
    return page(est, published_answer(est))


def table_rows(text, table):
    """Return the cells of a table by row id: people as text, and numbers for sorting."""
    body = re.search(rf'<table id="rows-{table}">.*?<tbody>(.*?)</tbody>', text, flags=re.S)[1]
    rows = {}
    for key, row in re.findall(r'<tr data-id="(.*?)">(.*?)</tr>', body, flags=re.S):
        cells = re.findall(r'<td class="number" data-value="(.*?)">(.*?)</td>', row, flags=re.S)
        rows[html.unescape(key)] = ([html.unescape(c) for _, c in cells], [raw for raw, _ in cells])
    return rows


def download(text):
    encoded = re.search(r'href="data:text/csv;charset=utf-8;base64,(.*?)"', text)[1]
    return list(csv.DictReader(io.StringIO(base64.b64decode(encoded).decode())))


def check_numbers(text, rows):
    """Check that the tables and the download hold exactly the rows that may be shown."""
    texts = published_columns(rows)
    for table, breakdown in TABLES.items():
        found = table_rows(text, table)
        of = rows[rows["breakdown"].eq(breakdown)]
        assert sorted(found) == sorted(of["id"])
        for index, row in of.iterrows():
            cells, raw = found[row["id"]]
            expected = texts.loc[index]
            if np.isnan(row["mean"]):
                published_figure = f"{expected['published']} published"
                shown = published_figure if expected["published"] else expected["estimate"]
                assert cells == ["", shown, "", ""]
                assert raw == [""] * 4
            else:
                assert cells == expected[["odds_ratio_1", "estimate", "lower", "upper"]].tolist()
                numbers = row[["odds_ratio_1", "mean", "lower", "upper"]].astype(float)
                assert raw == [f"{x:.3f}" if np.isfinite(x) else "" for x in numbers]
    lines = download(text)
    assert [line["id"] for line in lines] == rows["id"].tolist()
    for column in ("mean", "lower", "upper", "odds_ratio_1", "published"):
        given = np.array([float(line[column] or "nan") for line in lines])
        np.testing.assert_array_equal(given, rows[column].to_numpy(dtype=float))


@pytest.fixture(scope="module")
def content(few_draws_2022):
    return published_answer(few_draws_2022)


@pytest.fixture(scope="module")
def text(few_draws_2022, content):
    return page(few_draws_2022, content)


@pytest.fixture
def secret(tmp_path, small_case):
    """A release where a survey that is not public says that about 40 migrants of Peru are in need."""
    survey = Source("survey", "an office", "our survey", url="https://example.org/hidden",
                    sha256="5" * 64, file="survey.csv", is_public=False)  # fmt: skip
    footprints = tuple(
        replace(f, people=f.people / 300, source=survey) if f.destination == "PER" else f
        for f in small_case.footprints
    )
    case = replace(small_case, footprints=footprints)
    db = Database(tmp_path / "secret.gecam")
    db.release(estimate(case, draws=50, seed=987654), name="r1", reason="first", case=case)
    return db


def test_nothing_is_loaded_from_elsewhere(text):
    assert not re.findall(r"(?:src|href)=[\"'](?!data:|#)", text)
    shown = re.sub(r"<(?:li|p|td).*?</(?:li|p|td)>", "", text, flags=re.S)
    assert "http:" not in shown
    assert "https:" not in shown
    assert len(text.encode()) < 5e6


def test_only_its_own_style_and_script_may_run(text):
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', text)[1]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["img-src"] == "data:"
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]{44}'", rules["script-src"])
    assert re.fullmatch(r"'sha256-[A-Za-z0-9+/=]{44}'", rules["style-src"])
    assert not re.findall(r"<[^>]+\s(?:on\w+|style)=", text)


def test_every_number_is_that_of_the_answer(text, content):
    check_numbers(text, content.rows)


def test_headline_parts_and_sections_are_rows_too(text, content):
    rows = content.rows
    texts = published_columns(rows).assign(id=rows["id"]).set_index("id")
    totals = re.search(r'<table id="totals">(.*?)</table>', text, flags=re.S)[1]
    for total in ("country plans", "all country-level plans"):
        row = texts.loc[f"total/{total}"]
        cells = "".join(
            f'<td class="number">{row[x]}</td>'
            for x in ("estimate", "lower", "upper", "odds_ratio_1")
        )
        assert f"{total.capitalize()}</th>{cells}" in totals
    for part in ("refugees and others in need of protection", "other migrants"):
        row = texts.loc[f"part/{part}"]
        assert f"{part.capitalize()}: {row['estimate']} ({row['lower']} to {row['upper']})" in text
    yemen = re.search(r'<details id="c-YEM">(.*?)</details>', text, flags=re.S)[1]
    for key in ("destination/YEM", "cell/2022-YEM/YEM/other", "cell/2022-YEM/YEM/protection"):
        row = texts.loc[key]
        assert f'<span class="value">{row["estimate"]}</span>' in yemen
        assert f"{row['lower']} to {row['upper']})" in yemen


def test_figures_below_a_hundred_are_nowhere(text, few_draws_2022):
    from gecam.database.releases.release_rows import ReleaseNote, estimate_rows
    from gecam.database.releases.selection import typed

    rows = typed(estimate_rows(few_draws_2022, ReleaseNote("", "")))
    small = rows[rows["mean"].gt(0) & rows["mean"].lt(100)]
    assert len(small) == 30
    lines = {line["id"]: line for line in download(text)}
    for row in small.to_dict("records"):
        assert f'"{row["mean"]:.3f}"' not in text
        assert lines[row["id"]]["mean"] == ""
        assert lines[row["id"]]["people"] == "<100"
    assert "30 figures below 100 people are not shown" in text


@pytest.mark.usefixtures("without_figures")
def test_figures_below_a_threshold_are_nowhere_and_the_page_says_which(edition_2022):
    content = published_answer(edition_2022, thresholds=Thresholds(5_000.0))
    text = page(edition_2022, content)
    hidden = content.rows["status"].eq("below_threshold")
    assert hidden.sum() > 31
    lines = {line["id"]: line["people"] for line in download(text)}
    assert {lines[key] for key in content.rows["id"][hidden]} == {"<5,000"}
    assert f"{hidden.sum()} figures below 5,000 people are not shown" in text
    assert "&lt;5,000" in text
    for table in TABLES:
        for people, *ends in (row[0] for row in table_rows(text, table).values()):
            for number in filter(str.isdigit, (x.replace(",", "") for x in (people, *ends))):
                assert number == "0" or int(number) >= 5_000
    assert not re.search(r"(?:<|&lt;)100(?!,)", text)
    assert not re.search(r"(?:<|&lt;)100(?!,)", years_page({"2022": content}))


def test_the_map_has_its_note_on_borders(text):
    assert "do not imply official endorsement or acceptance by the United Nations." in text
    assert text.count('src="data:image/png;base64,') == 2


@pytest.mark.usefixtures("without_figures")
def test_a_report_of_a_release_has_the_numbers_of_the_database(tmp_path, small_case):
    db = Database(tmp_path / "e.gecam")
    for name, replaced in (("r1", ""), ("r2", "r1")):
        est = estimate(small_case, draws=50, seed=len(name + replaced))
        db.release(est, name=name, reason="a reason", case=small_case, supersedes=replaced)
    out = tmp_path / "r.html"
    for name in ("r1", "r2"):
        arguments = ["--db", str(db.path), "--release", name, "--out", str(out), "--force"]
        assert RUN.invoke(app, ["report", *arguments]).exit_code == 0
        text = out.read_text(encoding="utf-8")
        rows = db.estimates(name)
        check_numbers(text, rows)  # all above the threshold: nothing is left out
        assert f"release {name}" in text
        assert ("this release is superseded by r2" in text) == (name == "r1")
    assert "Replaces release r1: a reason" in text  # GATHER asks what it says beside earlier ones
    assert "All inputs are stored with the release" in text


def test_what_is_secret_is_nowhere_on_the_page(secret):
    release = secret["r1"]
    content = published(release)
    text = page(release.load(), content)
    check_numbers(text, content.rows)
    rows = secret.estimates("r1").set_index("id")
    for key in ("destination/PER", "cell/per/PER/other"):
        for spelled in (repr(float(rows.loc[key, "mean"])), f"{rows.loc[key, 'mean']:.3f}"):
            assert spelled not in text
        assert not re.search(rf"(?<![\d,.]){rows.loc[key, 'mean']:,.0f} ", text)
    for word in ("987654", "5" * 16, "example.org/hidden", "survey.csv", release.root,
                 rows["config_sha256"].iloc[0], "Half of the total of all"):  # fmt: skip
        assert word not in text
    assert "our survey" in text  # that it was used is said
    assert "suppressed" in text


def test_a_country_that_is_not_shown_is_no_cross_on_the_map(secret, monkeypatch):
    drawn = []
    draw = dict.fromkeys(pictures.DRAW, lambda table, **_: drawn.append(table) or FIGURE)
    monkeypatch.setattr(pictures, "DRAW", draw)
    release = secret["r1"]
    content = published(release)
    text = page(release.load(), content)
    places = content.rows[content.rows["breakdown"].eq("destination")]
    hidden = set(places.loc[places["status"].eq("suppressed"), "iso3"])
    assert "PER" in hidden
    for table in drawn:
        assert set(table["place"]) == set(places["iso3"]) - hidden
    assert text.count(f"Countries whose figure is not shown: {len(hidden)}.") == 2


@pytest.mark.usefixtures("without_figures")
def test_what_rests_on_inputs_that_are_not_public_has_no_chain(secret):
    release = secret["r1"]
    est, content = release.load(), published(release)
    text = page(est, content)
    rows = content.rows.set_index("id")
    chains = re.findall(r"<h3>(.*?)</h3>(.*?)(?=<h3>|</details>)", text, flags=re.S)
    assert len(chains) == len(est.cells)
    checked = 0
    for place in sorted({cell.destination for cell in est.cells}):
        section = re.search(rf'<details id="c-{place}">(.*?)</details>', text, flags=re.S)[1]
        cells = [cell for cell in est.cells if cell.destination == place]
        parts = section.split("<h3>")[1:]
        for cell, part in zip(cells, parts, strict=True):
            row = rows.loc[f"cell/{cell.id}"]
            is_open = row["status"] != "suppressed" and bool(row["is_public"])
            assert ('class="chain"' in part) == (is_open and bool(cell.steps))
            checked += not is_open
    assert checked


@pytest.mark.slow
@pytest.mark.usefixtures("without_figures")
def test_the_480_pairs_of_text_and_field_are_inert(poisoned, payloads):
    case, _ = poisoned(0)
    plain = replace(
        case,
        crises=tuple(replace(c, name="plain") for c in case.crises),
        footprints=tuple(
            replace(f, note="plain", source=replace(f.source, title="plain", publisher="plain",
                    edition="plain", licence="plain", file="plain")) for f in case.footprints
        ),
        name="plain",
        left_out_of_totals={"per": "plain"},
    )  # fmt: skip
    expected = Structure(answer(estimate(plain, draws=20, seed=1))).tags
    pairs = set()
    for k in range(len(payloads)):
        hostile, texts = poisoned(k)
        html_text = answer(estimate(hostile, draws=20, seed=1))
        found = Structure(html_text)
        assert found.tags == expected, texts
        words = "".join(found.words)
        for field, payload in texts.items():
            assert payload in words, (field, payload)  # shown as it is
            pairs.add((field, payload))
        for line in download(html_text):
            for column in ("crisis_name", "reason"):
                assert not re.match(r"\s*[=+\-@]", line[column])
    assert len(pairs) == 480


@pytest.mark.usefixtures("without_figures")
def test_statements_fill_the_checklist(small_case):
    est = estimate(small_case, draws=50, seed=1)
    content = published_answer(est, statements={2: "Paid by the ministry."})
    assert "Paid by the ministry." in page(est, content)
    assert "not done" in answer(est)


def test_an_answer_without_any_figure_has_a_page_without_figures(small_case):
    est = estimate(replace(small_case, footprints=()), draws=20, seed=1)
    assert not est.by("destination").is_estimated.any()
    text = answer(est)
    assert "not estimated" in text
    assert "data:image/png" not in text


def test_the_command_asks_for_a_file_and_both_names(tmp_path):
    out = ["--out", str(tmp_path / "r.html")]
    assert RUN.invoke(app, ["report"]).exit_code == 2
    found = RUN.invoke(app, ["report", "--release", "r1", *out])
    assert found.exit_code == 2
    assert not (tmp_path / "r.html").exists()


@pytest.mark.usefixtures("without_figures")
def test_totals_with_people_of_regional_plans_come_first(few_draws_2022):
    complete = gc.complete_estimates(few_draws_2022, gc.load_regional_plans("2022"))
    content = published_answer(complete)
    text = page(few_draws_2022, content)
    check_numbers(text, content.rows)
    with_them = html.unescape(text)
    rows = published_table(complete.headline())
    totals = with_them.split('<table id="totals">')[1].split("</table>")[0]
    places = [totals.index(f">{total.capitalize()}</th>") for total in rows["total"]]
    assert places == sorted(places)
    for total in rows["total"]:  # each once
        assert with_them.count(f">{total.capitalize()}</th>") == 1
    opens = with_them.split('<div class="headline">')[1].split("</div>")[0]
    assert opens.count("<strong>") == 1  # one number, and it is the first total
    assert f"<strong>{rows['estimate'].iloc[0]}</strong>" in opens
    assert f"90% interval {rows['lower'].iloc[0]} to {rows['upper'].iloc[0]}" in opens
    assert "1 July 2022" in opens  # the reference date of the plans
    assert "also those whom that plan leaves to a regional plan" in opens
    table = with_them.split('id="rows-regional-plans"')[1].split("</table>")[0]
    published_by_plans = with_them.split('id="rows-regional-totals"')[1].split("</table>")[0]
    assert "7,100,000 published" in published_by_plans
    assert "not by country" in published_by_plans
    for words in ("Syrian Arab Republic", "Lebanon", "in the country plan", "1,500,000"):
        assert words in table


def test_an_origin_of_whom_nobody_is_estimated_has_its_row_on_the_page(text):
    assert "Countries in crisis, complete" not in text
    assert 'id="regional-plans"' not in text
    table = text.split('id="rows-by-origin"')[1]
    row = next(row for row in table.split("</tr>") if "Madagascar" in row)
    assert "15 people whom UNHCR registered at the end of 2021 are not estimated" in row


@pytest.mark.usefixtures("without_figures")
def test_the_page_says_when_it_was_made_how_to_cite_it_and_who_answers(small_case):
    est = estimate(small_case, draws=50, seed=1)
    content = published_answer(est)
    made = {"made_on": date(2026, 2, 3), "contact": "The office <office@example.org>"}
    about = page(est, content, **made).split('id="about"')[1].split("</dl>")[0]
    assert f"3 February 2026: gecam {gc.__version__}, case small" in about
    assert f"gecam {gc.__version__}, 3 February 2026. And the publishers" in about
    assert "The office &lt;office@example.org&gt;" in about
    assert "names nobody" in page(est, content)


def test_the_number_comes_first_then_the_map_then_how_sure_then_method_then_tables(text):
    order = ('class="headline"', 'class="world"', 'id="sure"', 'id="about"', 'class="intervals"',
             'id="methods"', 'id="sources"', 'id="appendix"',
             'id="plans"', 'id="assumptions"')  # fmt: skip
    places = [text.index(mark, text.index("<body>")) for mark in order]
    assert places == sorted(places)
