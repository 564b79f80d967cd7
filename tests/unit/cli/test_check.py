"""`gecam check` and `gecam template`."""

from __future__ import annotations

import json
from typing import get_args

import pytest
import typer
from typer.testing import CliRunner

from gecam.cli import check as module
from gecam.errors import FileAccessError, MissingFileError
from gecam.io import template
from gecam.io.own.templates import TableKind


@pytest.fixture(scope="module")
def run():
    app = typer.Typer()
    module.register(app)
    return lambda *arguments: CliRunner().invoke(app, [str(word) for word in arguments])


@pytest.fixture
def needs(tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text("crisis,destination,as_of,people\nfloods,Sudan,2022-08-01,349000\n")
    return path


def test_a_good_file(run, needs):
    result = run("check", needs)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "needs.csv: read_needs (you, needs): ok",
        "  1 rows, 1 places, 2022-08-01",
    ]
    assert "total people 2022-08-01: 349,000" in result.stdout


def test_a_bad_file_leaves_with_3_and_names_the_place(run, needs, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("crisis,destination,as_of,people\nfloods,Sudann,2022-08-01,x\n")
    result = run("check", needs, bad)
    assert result.exit_code == 3
    assert "row 2, column 'people': not a number: 'x'" in result.stdout
    assert "Nearest: SDN (Sudan)" in result.stdout


def test_json_of_several_files(run, needs, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    result = run("check", "--json", needs, other)
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert document["schema"] == "gecam.check/1"
    assert [file["status"] for file in document["files"]] == ["ok", "unknown"]


def test_every_problem_is_listed(run, tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"c{i},Sudan,2022-08-01,x{i}\n" for i in range(50))
    path.write_text(f"crisis,destination,as_of,people\n{rows}")
    result = run("check", path)
    assert result.stdout.count("problem: ") == 50


def test_one_cause_is_told_once_with_its_count(run, tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"c{i},Sudan,2022-08-01,x\n" for i in range(50))
    path.write_text(f"crisis,destination,as_of,people\n{rows}")
    result = run("check", path)
    assert result.stdout.count("problem: ") == 1
    assert "row 2, column 'people': not a number: 'x' (and in 49 more rows)" in result.stdout


def test_files_that_are_not_there_are_refused(run, tmp_path):
    error = run("check", tmp_path / "none.csv").exception
    assert isinstance(error, MissingFileError)


def test_template_prints_the_header_alone_and_explains_beside(run):
    result = run("template", "population")
    assert result.exit_code == 0
    assert result.stdout == "place,as_of,people\n"
    assert "residents, persons" in result.stderr


def test_template_writes_a_file_that_must_not_exist(run, tmp_path):
    path = tmp_path / "stock.csv"
    assert run("template", "stock", "--out", path).exit_code == 0
    assert path.read_text().startswith("destination,origin,as_of,")
    assert isinstance(run("template", "stock", "--out", path).exception, FileAccessError)


def test_template_as_json_and_unknown_kinds(run):
    document = json.loads(run("template", "needs", "--json").stdout)
    assert document["schema"] == "gecam.template/1"
    assert [row["column"] for row in document["columns"] if row["needed"]] == [
        "crisis", "destination", "as_of", "people",
    ]  # fmt: skip
    assert run("template", "flows").exit_code == 2


@pytest.mark.parametrize("kind", get_args(TableKind))
def test_every_kind_of_table_has_a_template_on_the_command_line(run, kind):
    result = run("template", kind)
    assert result.exit_code == 0
    assert result.stdout == template(kind).to_csv()
