"""First pages of the documentation: a number by hand, names by task, order of reading, search."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import pytest

import gecam as gc

DOCS = Path(__file__).resolve().parents[2] / "docs"


def number(words, text):
    return float(re.search(rf"\| {words}[^|]*\| ([\d,.]+) \|", text)[1].replace(",", ""))


def test_the_number_by_hand_is_that_of_the_package():
    text = (DOCS / "howto" / "one-number-by-hand.md").read_text(encoding="utf-8")
    before, last = number("migrants on 1 July 2015", text), number("migrants on 1 July 2020", text)
    onset, residents = number("residents on 29", text), number("residents on the ref", text)
    need, odds_ratio = number("people in need", text), number("median odds ratio", text)
    stock = last * (last / before) ** (3.663 / 5) * residents / onset
    at_one = stock * need / residents
    b = residents + (odds_ratio - 1) * (stock + need)
    root = math.sqrt(b**2 - 4 * (odds_ratio - 1) * odds_ratio * stock * need)
    by_hand = (b - root) / (2 * (odds_ratio - 1))
    cell = gc.estimate(gc.load_edition("2025").restrict("HTI"), draws=50).cells[0]
    _, _, others, equal, central, _ = (step.value for step in cell.steps)
    assert [stock, at_one] == pytest.approx([others, equal], abs=1)
    assert by_hand == pytest.approx(central, rel=1e-3)  # the odds ratio has four digits
    for shown in (f"{stock:,.0f}", f"{at_one:,.0f}", f"{b:,.0f}", f"{round(by_hand, -2):,.0f}"):
        assert shown.replace(",", "") in text.replace("{,}", "").replace(",", "")


def test_every_public_name_stands_under_one_task():
    with (DOCS / "reference" / "tasks.csv").open(encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    assert sorted(names) == sorted(set(gc.__all__) - {"__version__"})


def test_the_reading_order_has_every_explanation_once():
    index = (DOCS / "explanation" / "index.md").read_text(encoding="utf-8")
    listed = [line for line in index.splitlines() if re.fullmatch(r"[a-z-]+", line)]
    pages = {path.stem for path in (DOCS / "explanation").glob("*.md")} - {"index"}
    assert sorted(listed) == sorted(pages)


def test_the_front_page_begins_with_a_number_a_figure_and_an_installation():
    text = (DOCS / "index.md").read_text(encoding="utf-8")
    assert re.search(r"\*\*[\d,]+\*\* migrants \(90 % interval [\d,]+ to [\d,]+\)", text)
    picture = re.search(r"!\[[^\]]+\]\((images/[^)]+)\)", text)[1]
    assert (DOCS / picture).is_file()
    for words in ("pip install", "git+", "py -m venv", "gecam estimate"):
        assert words in text
    code = re.search(r"```python\n(.*?)```", text, flags=re.S)[1]
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert code in readme  # where a test runs it
    assert f"**{re.search(r'[*]{2}([0-9,]+)[*]{2} migrants', text)[1]}**" in readme  # the same


def test_search_finds_own_data_and_excel():
    text = (DOCS / "howto" / "own-tables.md").read_text(encoding="utf-8")
    assert re.match(r"# .*own data.*Excel", text)


PICTURES = [
    (path, alt, file)
    for path in (*DOCS.glob("*/*.md"), DOCS / "index.md", DOCS.parent / "README.md")
    for alt, file in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", path.read_text(encoding="utf-8"))
]


def test_every_picture_is_there_and_told_in_a_sentence():
    assert all(
        re.fullmatch(r"[A-Z].*\.", alt) and len(alt.split()) >= 8 for _, alt, _ in PICTURES
    ), [alt for _, alt, _ in PICTURES]
    assert all((path.parent / file).is_file() for path, _, file in PICTURES)
    shown = {file.rpartition("/")[2] for _, _, file in PICTURES}
    assert {path.name for path in (DOCS / "images").iterdir()} <= shown


def test_numbers_told_of_pictures_are_those_of_the_package(edition_2022):
    told = {file.rpartition("/")[2]: alt for _, alt, file in PICTURES}

    def numbers(picture):
        return [float(x.replace(",", "")) for x in re.findall(r"\d[\d,.]*\d", told[picture])]

    twice = sum(row.sum_of_crises - row.union for row in edition_2022.overlaps)
    assert twice == pytest.approx(numbers("figure-overlaps.png")[0], rel=0.05)
    steps = gc.explain(edition_2022, "YEM", points=0).decomposition
    ends = numbers("figure-explanation.png")[-2:]
    assert [steps[0].value, steps[-1].value] == pytest.approx(ends, rel=0.01)
    bands = gc.plot.corridors(edition_2022).artists["people"]
    largest = numbers("figure-corridors.png")[-1] * 1e6
    assert bands.at["RUS", "UKR"] == pytest.approx(largest, rel=0.05)
    tests = numbers("figure-world.png")[0]
    assert len(gc.plot.world_map(edition_2022).artists["mean"].get_sizes()) == tests


def test_numbers_told_again_are_those_of_the_pages_that_tools_write():
    def text(page):
        return (DOCS / page).read_text(encoding="utf-8")

    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    plans = text("explanation/regional-plans.md")
    totals = re.findall(
        r"^\| (?:coun|all).* \| ([\d,]+) \| ([\d,]+ to [\d,]+) \|", plans, re.MULTILINE
    )
    assert len(totals) == 3
    for mean, ends in totals:
        assert f"{mean} ({ends})" in readme
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]*) \| [\d,]+ \| ([\d,]+) \| [^|]+ \| ([+-][\d.]+)%",
        text("results/choices.md"), re.MULTILINE,
    )  # fmt: skip
    missed = [change for _, setting, _, change in rows if setting == "factors by type of country"]
    told = re.search(r"2022: (\S+) %; 2024: (\S+) %", text("explanation/undercount.md"))
    assert list(told.groups()) == missed
    by_setting = {
        setting: mean.replace(",", "") for _, setting, mean, _ in reversed(rows)
    }  # of 2022
    told = re.search(
        r"the total is (\S+) million by default, (\S+) with that prior, (\S+) if all were\s+measured",
        text("explanation/estimate.md"),
    )
    means = [float(by_setting[setting]) / 1e6 for setting in ("", "prior near 1", "as measured")]
    assert [float(x) for x in told.groups()] == means
