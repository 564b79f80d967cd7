"""`gecam explain`, `sensitivity`, `scenario` and `multiverse` as a program sees them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.database import Database
from gecam.datasets import load_edition
from gecam.estimation import estimate
from gecam.evaluation import explain
from gecam.report import render

RUN = CliRunner()
OF_2022 = ("--edition", "2022")
COUNTRIES = ["COL", "SOM", "TCD", "UKR", "YEM"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a command on a release of five countries: sooner than an edition."""
    path = tmp_path_factory.mktemp("db") / "e.gecam"
    case = load_edition("2022").restrict(COUNTRIES)
    est = estimate(case, draws=200, seed=3)
    Database(path).release(est, name="a", reason="first", case=case)

    def invoke(*arguments, code=0):
        where = ["--db", str(path), "--release", "a"]
        if {"--db", "--edition"} & set(arguments):
            where = []
        elif arguments[0] == "multiverse":
            where = ["--edition", "2022"]
        result = RUN.invoke(app, [*arguments, *where])
        assert result.exit_code == code, result.output
        return result

    return invoke


@pytest.fixture(autouse=True)
def _width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")


def test_explain_reads_from_the_headline_to_what_makes_it_again(run):
    text = run("explain", "YEM", "--points", "64").stdout
    assert text.startswith("Yemen (YEM): about ")
    for title in (
        "In short", "How the number comes about", "Evidence and formula", "What makes it uncertain",
        "What would raise it by a tenth", "Limits at the central figures", "What to know",
        "Published figures and their use", "Sources", "Assumptions", "To make it again",
    ):  # fmt: skip
        assert f"\n{title}\n" in text
    assert "(expert judgement: Beta(8, 2) and Beta(4, 4); inside_stock)" in " ".join(text.split())


@pytest.mark.parametrize("target", ["COL", "colombia", "2022-COL"])
def test_explain_says_why_there_is_no_number(run, target):
    text = " ".join(run("explain", target).stdout.split())
    assert "not estimated" in text
    assert "leaves refugees and migrants to another plan" in text


def test_explain_writes_other_forms_and_a_figure(run, tmp_path):
    figure = tmp_path / "steps.svg"
    markdown = run(
        "explain", "TCD", "--points", "0", "--format", "markdown", "--figure", str(figure)
    ).stdout
    assert markdown.startswith("# Chad (TCD)")
    assert figure.stat().st_size > 1000
    page = run("explain", "TCD", "--points", "0", "--format", "html").stdout
    assert page.startswith("<article><h1>Chad")


def test_json_of_explain_holds_the_decomposition(run):
    document = json.loads(run("explain", "TCD", "--points", "0", "--json").stdout)
    assert document["schema"] == "gecam.explain/4"
    assert document["decomposition"][-1]["value"] == document["mean"]


def test_an_origin_is_told_from_a_destination(run):
    assert "people from Somalia" in " ".join(
        run("explain", "SOM", "--kind", "origin").stdout.split()
    ).replace("People", "people")
    assert run("explain", "SOM", "--points", "0").stdout.startswith("Somalia (SOM)")


def test_a_kind_of_target_is_taken_by_the_word_of_earlier_versions(run):
    options = ("explain", "2022-TCD/TCD/other", "--points", "0", "--json", "--kind")
    now, before = run(*options, "cell"), run(*options, "leaf")
    assert before.stdout == now.stdout
    assert "--kind leaf is called cell" in before.stderr


def test_a_release_is_explained_as_it_was_released(run):
    document = json.loads(run("explain", "TCD", "--points", "0", "--json").stdout)
    est = estimate(load_edition("2022").restrict(COUNTRIES), draws=200, seed=3)
    assert document["mean"] == est.by("destination").row(destination="TCD").summary()["mean"][0]
    assert document["provenance"]["seed"] == 3


def test_an_edition_is_explained_and_compared(run):
    document = json.loads(
        run(
            "explain", "TCD", "--edition", "2024", "--draws", "50", "--points", "0", "--json"
        ).stdout
    )
    assert document["provenance"]["case"] == "2024"
    text = run("scenario", "odds_ratio=2", "--edition", "2022", "--draws", "50").stdout
    assert "all country-level plans" in text


def test_sensitivity_in_words_and_as_json(run):
    text = run("sensitivity", "TCD", "--points", "256", "--figures", "3").stdout
    assert "What makes it uncertain" in text
    assert "Which figure to collect next" in text
    document = json.loads(
        run("sensitivity", "TCD", "--points", "256", "--figures", "0", "--json").stdout
    )
    assert list(document) == [
        "schema", "target", "mean", "sd", "is_converged", "interaction", "groups", "loss", "figures",
        "surveys",
    ]  # fmt: skip
    assert sum(group["shapley"] for group in document["groups"]) == pytest.approx(1)
    assert document["figures"] == []


def test_scenario_compares_before_and_after(run):
    document = json.loads(run("scenario", "odds_ratio=2", "--json").stdout)
    assert document["changes"] == ["odds_ratio=2"]
    for total in document["totals"]:
        assert total["after"] > total["before"]
        assert total["lower"] < total["difference"] < total["upper"]
    text = run("scenario", "odds_ratio=2", "--to-scope", "excluding_refugees").stdout
    assert text.startswith("Scenario: odds_ratio=2, scope excluding_refugees")


@pytest.mark.parametrize(
    "change",
    [
        "protection_in_need=one",
        "apply_growth=no",
        "undercount=2,18",
        "stock_log_sd.measured=0.1",
        "inside_stock.added=9,1",
        "unknown_scope_weight=0",
    ],
)
def test_every_kind_of_assumption_can_be_set(run, change):
    document = json.loads(run("scenario", change, "--json").stdout)
    assert document["totals"][1]["difference"] != 0


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["explain", "Atlantis"], 3, "nothing in case '2022' is called 'Atlantis'"),
        (["explain", "YEM", "--format", "pdf", "--points", "0"], 2, "must be one of"),
        (["explain", "YEM", "--points", "100"], 2, "power of 2"),
        (["explain", "YEM", "--db", "x.gecam"], 2, "go together"),
        (["explain"], 2, "Missing argument"),
        (["scenario"], 2, "nothing is changed"),
        (["scenario", "odds_ratio"], 2, "is not NAME=VALUE"),
        (["scenario", "odd_ratio=2"], 2, "is not NAME=VALUE"),
        (["scenario", "apply_growth=perhaps"], 2, "cannot read 'perhaps'"),
        (["scenario", "stock_log_sd=0.1"], 2, "needs a key"),
        (
            ["scenario", "protection_in_need=some"],
            3,
            "one of by_source, published, planned, measured, national, one: got 'some'",
        ),
        (["sensitivity", "COL", "--points", "64"], 3, "could be estimated"),
        (["multiverse", "2022-UKR"], 3, "a region or a country"),
        (["multiverse", "TCD", "--modelled", "--no-figures"], 2, "--modelled"),
    ],
)
def test_bad_use_says_what_and_leaves_with_its_code(run, arguments, code, text):
    result = run(*arguments, code=code)
    assert text in " ".join(result.output.replace("│", " ").split())


def test_multiverse_of_a_country(run, tmp_path):
    figure = tmp_path / "curve.png"
    document = json.loads(
        run("multiverse", "TCD", "--no-figures", "--draws", "20", "--json",
            "--figure", str(figure)).stdout
    )  # fmt: skip
    assert document["methods"]["specifications"] == 1800
    assert (
        document["methods"]["low"] < document["statistical"]["mean"] < document["methods"]["high"]
    )
    assert figure.stat().st_size > 1000


@pytest.mark.parametrize(
    ("target", "places"),
    [
        ("YEM", ["YEM"]),
        ("2022-COL", ["COL"]),
        ("2022-YEM/YEM/protection", ["YEM"]),
        ("Northern Africa", ["LBY", "SDN"]),
    ],
)
def test_explain_draws_what_it_is_asked_about_and_says_the_same(drawn, target, places):
    answer = estimate(load_edition("2022"), draws=200)
    expected = render(explain(answer, target, points=0), "text", width=100)
    drawn.clear()
    result = RUN.invoke(app, ["explain", target, *OF_2022, "--points", "0", "--draws", "200"])
    assert result.exit_code == 0, result.output
    assert drawn == places
    assert result.stdout == expected


def test_sensitivity_of_an_edition_draws_no_answer_first(drawn):
    document = json.loads(
        RUN.invoke(app, ["sensitivity", "TCD", "--points", "16", "--figures", "0", "--json"]).stdout
    )
    assert document["target"]["id"] == "TCD"
    assert drawn == []


def test_prepare_draws_the_country_of_the_plan(drawn):
    result = RUN.invoke(app, ["prepare", "--country", "TCD", "--draws", "100"])
    assert result.exit_code == 0, result.output
    assert set(drawn) == {"TCD"}  # of this year and, for the change, the year before
