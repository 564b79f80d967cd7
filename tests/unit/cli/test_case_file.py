"""A saved case runs again elsewhere, own tables go into every command, and nothing is lost silently."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app

RUN = CliRunner()
FAST = ("--draws", "50")
NEEDS = "crisis,destination,as_of,people\nflood,Chad,2022-07-01,500000\n"


@pytest.fixture
def run():
    return lambda *words: RUN.invoke(app, [str(word) for word in words])


@pytest.fixture
def needs(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text(NEEDS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a saved case, and its answer; copied, never changed. The table it is of is gone."""
    folder = tmp_path_factory.mktemp("made")
    table = folder / "needs.csv"
    table.write_text(NEEDS, encoding="utf-8")
    words = ("estimate", "--needs", table, *FAST, "--json", "--save-case", folder / "case")
    result = RUN.invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    table.unlink()
    return folder / "case", json.loads(result.stdout)


@pytest.fixture
def saved(made, tmp_path):
    folder, answer = made
    return shutil.copytree(folder, tmp_path / "case"), answer


def test_a_saved_case_gives_the_same_answer_elsewhere(run, saved, tmp_path):
    folder, answer = saved
    elsewhere = tmp_path / "elsewhere"
    shutil.move(folder, elsewhere)
    again = run("estimate", "--case", elsewhere, "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["rows"] == answer["rows"]
    assert "inputs and settings are those of case.toml" in again.stderr
    other = run("estimate", "--case", elsewhere / "case.toml", "--seed", 7, "--json")
    assert "differ from case.toml" in other.stderr


def test_a_file_that_changed_is_refused(run, saved):
    folder, _ = saved
    (folder / "files" / "needs.csv").write_text(NEEDS.replace("500000", "600000"), encoding="utf-8")
    result = run("explain", "Chad", "--case", folder, "--points", 0)
    assert result.exit_code == 3
    assert "files/needs.csv: the file is another one than was saved" in result.stderr
    (folder / "files" / "needs.csv").unlink()
    assert run("explain", "Chad", "--case", folder).exit_code == 3


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "Chad", "--points", 0),
        ("scenario", "odds_ratio=2"),
        ("prepare", "--country", "Chad", "--json"),
        ("multiverse", "Chad", "--draws", 50),
        ("series", "2024", "--no-by-cause"),
    ],
)
def test_other_commands_take_own_tables_and_saved_cases(run, saved, needs, words):
    own = run(*words, "--needs", needs, *FAST)
    assert own.exit_code == 0, own.output
    of_case = run(*words, "--case", saved[0])
    assert of_case.exit_code == 0, of_case.output
    if words[0] != "prepare":  # whose page says how to make it again
        assert own.stdout == of_case.stdout
    both = run(*words, "--needs", needs, "--case", saved[0])
    assert both.exit_code == 2
    assert "not several" in " ".join(both.output.split())


def test_the_report_of_own_tables_is_of_them(run, needs, tmp_path):
    pytest.importorskip("matplotlib")
    result = run("report", "--needs", needs, *FAST, "--out", tmp_path / "page")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page" / "report.html").read_text(encoding="utf-8")
    assert "Chad" in page
    assert "Ukraine Flash Appeal" not in page


def test_nothing_is_written_over_without_being_told_to(run, tmp_path):
    out = tmp_path / "out"
    words = ("estimate", "--destination", "Chad", *FAST, "--out", out)
    assert run(*words).exit_code == 0
    again = run(*words)
    assert (again.exit_code, "--force" in again.stderr) == (3, True)
    assert run(*words, "--force").exit_code == 0
    figure = tmp_path / "figure.png"
    figure.write_bytes(b"mine")
    refused = run("explain", "Chad", "--figure", figure)
    assert refused.exit_code == 3
    assert figure.read_bytes() == b"mine"


def test_quiet_leaves_the_answer_alone(run, needs):
    words = ("estimate", "--needs", needs, *FAST, "--json")
    loud, quiet = run(*words), run("--quiet", *words)
    assert loud.stderr
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout == run(*words, "--quiet").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("estimate", "--by", "country"), "Did you mean 'destination'?"),
        (("scenario", "odds_ratio=2", "--by", "country"), "Did you mean 'destination'?"),
        (("estimate", "--scope", "al"), "Did you mean 'all'?"),
        (("estimate", "--level", "90"), "Write 0.9 for 90 %."),
        (("estimate", "--edition", "2021"), "must be one of 2022"),
        (("explain", "Chad", "--format", "pdf"), "must be one of text, markdown, html"),
        (("explain", "Chad", "--db", "x.gecam"), "--db and --release go together"),
    ],
)
def test_options_are_checked_before_anything_is_read(run, monkeypatch, words, said):
    def forbidden(*_, **__):
        raise AssertionError("an edition was loaded before the options were checked")

    monkeypatch.setattr("gecam.datasets.editions.load_edition", forbidden)
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.replace("│", " ").split())


def test_every_command_of_answers_names_its_inputs_alike():
    from typer.main import get_command

    commands = get_command(app).commands
    named = {"db", "release", "case", "needs", "stock", "population", "protected"}
    for name in ("explain", "sensitivity", "scenario", "multiverse", "series", "report", "prepare"):
        options = {option.name: option.help for option in commands[name].params}
        assert named <= options.keys(), name
        assert {n: options[n] for n in named} == {
            option.name: option.help
            for option in commands["explain"].params
            if option.name in named
        }
        assert ("edition" in options) == (name != "series")


def test_own_tables_are_a_year_of_a_series_and_stand_in_place_of_the_packaged_one(run, needs):
    words = ("series", "--no-by-cause", *FAST, "--json", "--needs", needs)
    further = run(words[0], "2023", *words[1:])
    assert further.exit_code == 0, further.output
    assert "2022 is that of --needs needs.csv" in further.stderr
    rows = json.loads(further.stdout)["rows"]
    assert {row["destination"] for row in rows if row["year"] == 2022} == {"TCD"}
    instead = run(words[0], "2022", "2023", *words[1:])
    assert json.loads(instead.stdout) == json.loads(further.stdout)
    assert run(words[0], "2022", *words[1:]).exit_code == 3  # one year is no series


def test_other_published_figures_go_with_the_packaged_ones(run, needs):
    own = run("multiverse", "Chad", "--needs", needs, "--draws", 20, "--json")
    assert own.exit_code == 0, own.output
    assert "choices of method alone vary" in own.stderr
    assert "stock edition" not in {row["choice"] for row in json.loads(own.stdout)["choices"]}
    refused = run("multiverse", "Chad", "--needs", needs, "--modelled")
    assert (refused.exit_code, "--modelled" in refused.output) == (2, True)
