"""`gecam db`: what people and programs see."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gecam.cli import db as commands
from gecam.cli.main import Commands
from gecam.database import Database
from gecam.estimation import estimate


@pytest.fixture(scope="module")
def made(tmp_path_factory, small_case):
    """A folder with a database of two releases; copied, never changed."""
    folder = tmp_path_factory.mktemp("made")
    db = Database(folder / "e.gecam")
    for name, seed, supersedes in (("r1", 1, ""), ("r2", 2, "r1")):
        answer = estimate(small_case, draws=50, seed=seed)
        db.release(answer, name=name, reason=f"seed {seed}", case=small_case, supersedes=supersedes)
    return folder


@pytest.fixture
def file(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path / "e.gecam"


def of(file: Path, release: str) -> tuple[object, ...]:
    return "--db", file, "--release", release


@pytest.fixture(scope="module")
def dated(made, tmp_path_factory, small_case) -> Path:
    """The database with a third release, of a year later; read, never changed."""
    folder = shutil.copytree(made, tmp_path_factory.mktemp("dated"), dirs_exist_ok=True)
    year = date(2023, 7, 1)
    later = replace(
        small_case,
        crises=tuple(replace(c, reference_date=year) for c in small_case.crises),
        footprints=tuple(replace(f, as_of=year) for f in small_case.footprints),
    )  # fmt: skip
    db = Database(folder / "e.gecam")
    db.release(estimate(later, draws=50, seed=1), name="year", reason="later", case=later)
    return folder / "e.gecam"


APP = typer.Typer(cls=Commands, pretty_exceptions_enable=False)
commands.register(APP)
APP.callback()(lambda: None)


def run(*arguments: object, code: int = 0, columns: int = 250) -> str:
    result = CliRunner().invoke(APP, ["db", *map(str, arguments)], env={"COLUMNS": str(columns)})
    assert result.exit_code == code, result.output
    return result.output


def run_json(*arguments: object) -> dict:
    document = json.loads(run(*arguments, "--json"))
    assert document["schema"] == "gecam.db/3"
    assert document["command"] == arguments[0]
    return document


def test_a_country_by_name(file):
    assert run("show", *of(file, "r1"), "--country", "Sudan") == run(
        "show", *of(file, "r1"), "--country", "SDN"
    )
    assert run("diff", "--db", file, "r1", "r2", "--no-causes", "--country", "Kenya") == run(
        "diff", "--db", file, "r1", "r2", "--no-causes", "--country", "KEN"
    )
    assert "SDN (Sudan)" in " ".join(
        run("show", *of(file, "r1"), "--country", "Sudann", code=2).split()
    )


def test_log_lists_releases_and_their_standing(file):
    releases = run_json("log", "--db", file)["releases"]
    assert [r["name"] for r in releases] == ["r1", "r2"]
    assert releases[0]["standing"] == "superseded by r2"
    assert set(releases[0]) == {
        "name", "as_of", "case", "scope", "measure", "rows", "is_replayable", "supersedes", "reason",
        "standing", "root", "released_on",
    }  # fmt: skip
    text = run("log", "--db", file)
    assert "superseded by r2" in text
    assert releases[1]["root"][:12] in text
    assert run_json("log", "--db", file, "--known-on", "2000-01-01")["releases"] == []
    assert "known_on must be a day that exists" in run(
        "log", "--db", file, "--known-on", "31/12/2019", code=3
    )


def test_show_rounds_for_people_and_not_for_programs(file):
    rows = run_json("show", *of(file, "r2"))["rows"]
    stored = Database(file).estimates("r2", breakdown="destination")
    assert [r["mean"] for r in rows] == stored["mean"].tolist()
    assert rows[0]["stock"] is None  # missing is null
    text = run("show", *of(file, "r1"))
    assert "by destination" in text
    assert any(line.startswith("SDN ") for line in text.splitlines())
    assert {
        r["iso3"] for r in run_json("show", *of(file, "r1"), "--by", "", "--country", "KEN")["rows"]
    } == {"KEN"}


def test_diff_names_causes_and_revision(file):
    found = run_json("diff", "--db", file, "r1", "r2")
    assert found["revision"]["n"] == 3
    row = next(r for r in found["rows"] if r["id"] == "destination/SDN")
    assert row["seed"] == row["change"] != 0
    assert row["data"] == row["method"] == row["code"] == 0
    assert "mean revision" in run("diff", "--db", file, "r1", "r2", "--no-causes")
    text = run("diff", "--db", file, "r1", "r2", "--country", "SDN")
    assert "By cause: seed " in " ".join(text.split())
    assert run_json("diff", "--db", file, "r1", "r2", "--country", "SDN")["revision"] is None


def test_verify_prints_the_root(file):
    root = Database(file).root
    assert root in run("verify", "--db", file)
    assert run_json("verify", "--db", file, "--expected-root", root)["releases"] == 2
    assert "no entry has the expected root" in run(
        "verify", "--db", file, "--expected-root", "0" * 64, code=3
    )


def test_replay_tells_how_it_came_out(file, monkeypatch):
    assert run_json("replay", *of(file, "r1"))["verdict"] == "identical"
    assert "r1: identical" in run("replay", *of(file, "r1"), "--strict")
    from gecam.database.releases import release

    monkeypatch.setattr(release, "estimate", lambda case, **o: estimate(case, **{**o, "seed": 9}))
    assert "different" in run("replay", *of(file, "r1"))
    run("replay", *of(file, "r1"), "--strict", code=1)


def test_export_says_what_it_wrote(file, tmp_path):
    found = run_json(
        "export",
        "--db",
        file,
        "--release",
        "r2",
        "--out",
        tmp_path / "a",
        "--format",
        "datapackage",
    )
    assert "datapackage.json" in found["files"]
    assert "estimates.csv" in run("export", *of(file, "r2"), "--out", tmp_path / "b", "--hxl")
    assert "is not empty" in run("export", *of(file, "r2"), "--out", tmp_path / "b", code=3)
    assert "format must be one of" in run(
        "export", *of(file, "r2"), "--out", tmp_path / "c", "--format", "x", code=3
    )


def test_retract_needs_a_reason_and_shows(file):
    run("retract", *of(file, "r2"), code=2)
    assert (
        run_json("retract", *of(file, "r2"), "--reason", "wrong year")["root"]
        == Database(file).root
    )
    assert "retracted: wrong year" in run("log", "--db", file)


def test_pack_and_unpack(file, tmp_path):
    assert "bytes" in run("pack", "--db", file, "--out", tmp_path / "p")
    root = Database(file).root
    assert root in run(
        "unpack", tmp_path / "p", "--db", tmp_path / "again", "--expected-root", root
    )
    assert len(Database(tmp_path / "again")) == 2


def test_sweep_counts(file):
    orphan = file.parent / "e.gecam.objects" / ("0" * 64 + ".npy")
    orphan.write_bytes(b"x")
    assert run_json("sweep", "--db", file)["young"] == 1
    assert run_json("sweep", "--db", file, "--minimum-age", "-0.0", "--dry")["removed"] == [
        orphan.name
    ]
    assert orphan.exists()
    assert "removed 1 files, 1 bytes" in run("sweep", "--db", file, "--minimum-age", "0")


def test_a_database_that_is_not_there_is_bad_input_and_is_not_made(tmp_path):
    assert "there is no database" in run("log", "--db", tmp_path / "typo.gecam", code=3)
    assert list(tmp_path.iterdir()) == []


def test_text_of_a_database_does_not_command_the_terminal(file, small_case):
    db = Database(file)
    db.release(estimate(small_case, draws=50, seed=1), name="r3", reason="\x1b[31mred[bold]\x07")
    text = run("log", "--db", file)
    assert "\x1b[31m" not in text
    assert "\x07" not in text
    assert "red[bold]" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("log",),
        ("show", "r1"),
        ("show", "r1", "--by", ""),
        ("diff", "r1", "r2"),
        ("diff", "r1", "year"),
    ],
)
def test_tables_fit_a_terminal_of_80_columns_and_cut_nothing(dated, arguments):
    command, *rest = arguments
    text = run(command, dated, *rest, columns=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    if command != "log":
        assert {"SDN", "KEN", "PER"} <= set(re.findall(r"\b[A-Z]{3}\b", text))
    if arguments == ("diff", "r1", "r2"):
        changes = Database(dated).diff("r1", "r2").rows
        for people in changes.loc[changes["breakdown"].eq("destination"), ["old", "new"]].stack():
            assert f"{people:,.0f}" in text


def test_a_difference_between_years_shows_the_panel_first(dated):
    found = run_json("diff", "--db", dated, "r1", "year")
    assert found["years"] == [2022, 2023]
    assert found["revision"] is None
    lines = run("diff", "--db", dated, "r1", "year").splitlines()
    assert lines[5].startswith("in both")
    assert "migrants" in lines[3]


EARLIER = "an earlier form, which will go away: write gecam db {}"


@pytest.mark.parametrize(
    ("places", "options"),
    [
        (("log", "FILE"), ("log", "--db", "FILE")),
        (
            ("show", "FILE", "r1", "--by", "total"),
            ("show", "--db", "FILE", "--release", "r1", "--by", "total"),
        ),
        (
            ("show", "--by", "total", "--db", "FILE", "r1"),
            ("show", "--db=FILE", "--release", "r1", "--by", "total"),
        ),
        (
            ("diff", "FILE", "r1", "r2", "--no-causes"),
            ("diff", "r1", "r2", "--no-causes", "--db", "FILE"),
        ),
        (
            ("export", "FILE", "r1", "OUT/a", "--format", "csv"),
            ("export", "--db", "FILE", "--release", "r1", "--out", "OUT/b"),
        ),
        (("pack", "FILE", "OUT/c"), ("pack", "--db", "FILE", "--out", "OUT/d")),
        (("unpack", "OUT/packed", "OUT/e"), ("unpack", "--db", "OUT/f", "OUT/packed")),
    ],
)
def test_database_release_and_folder_are_options_and_the_earlier_form_goes_on(
    file, places, options, tmp_path
):
    Database(file).pack(tmp_path / "packed")

    def said(words):
        words = [w.replace("FILE", str(file)).replace("OUT", str(tmp_path)) for w in words]
        return [line for line in run(*words).splitlines() if not line.startswith(str(tmp_path))]

    earlier, *before = said(places)
    assert earlier.startswith(EARLIER.format(places[0]))
    assert before == said(options)


def test_what_no_form_takes_is_refused(file):
    assert "Missing option '--release'" in run("show", "--db", file, code=2)
    assert "extra argument" in run("log", file, "r1", code=2)
