"""`gecam estimate --measure severe` as a program sees it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from typer.testing import CliRunner

import gecam as gc
from gecam.cli.main import app
from gecam.database import Database
from gecam.errors import InputError

RUN = CliRunner()
OVERVIEW = (
    b"Country ISO3,Cluster,Category,Population,In Need,Targeted\n"
    b"TCD,ALL,,17000000,5000000,4000000\n"
)
OF_2022 = ("--edition", "2022")


@pytest.fixture
def ipc(tmp_path):
    """A file of IPC with one analysis of Chad, a quarter of whose phases 3 to 5 are phase 4."""
    head = "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number"
    numbers = {"1": 9e6, "2": 4e6, "3": 3e6, "4": 1e6, "5": 0, "3+": 4e6, "all": 17e6}
    rows = [
        f"Mar 2022,TCD,17000000,current,2022-06-01,2022-08-31,{phase},{number:.0f}"
        for phase, number in numbers.items()
    ]
    file = tmp_path / "ipc.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    return file


def test_measure_severe_is_a_part_of_the_people_in_need():
    answer = json.loads(RUN.invoke(app, ["estimate", *OF_2022, "--json", "--draws", "200"]).stdout)
    result = RUN.invoke(
        app,
        [
            "estimate",
            "--edition",
            "2022",
            "--json",
            "--draws",
            "200",
            "--measure",
            "severe",
            "--by",
            "destination",
        ],
    )
    assert result.exit_code == 0, result.output
    severe = json.loads(result.stdout)
    assert severe["measure"] == "severe"
    for total in ("totals", "complete_totals"):
        for row, in_need in zip(severe[total], answer[total], strict=True):
            assert 0 < row["mean"] < in_need["mean"]
    chad = next(row for row in severe["rows"] if row["destination"] == "TCD")
    assert "SEVERITY_JUDGED" in chad["flags"]
    assert any(source["id"].startswith("inform-severity") for source in severe["sources"])


def test_phases_of_a_file_of_ipc_serve_and_are_told(ipc):
    options = ["--measure", "severe", "--phases", str(ipc), "--destination", "TCD"]
    result = RUN.invoke(app, ["estimate", *OF_2022, "--draws", "200", *options])
    assert result.exit_code == 0, result.output
    assert "phases of TCD: IPC, 2022-06-01" in result.stderr
    assert "Migrants in severe need (phases 4 and 5), in Chad, persons" in result.stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--measure", "worst"], "must be one of in_need, severe"),
        (["--phases", __file__], "it goes with --measure severe"),
    ],
)  # fmt: skip
def test_measures_and_phases_that_do_not_go_together_are_refused(options, words):
    result = RUN.invoke(app, ["estimate", *OF_2022, "--draws", "200", *options])
    assert result.exit_code == 2
    assert words in " ".join(result.output.replace("│", "").split())


def test_a_file_of_ipc_is_people_in_need_and_its_own_phases(ipc):
    options = [
        "estimate",
        "--needs",
        str(ipc),
        "--as-of",
        "2022-07-01",
        "--draws",
        "300",
        "--json",
    ]
    means = []
    for measure in ("in_need", "severe"):
        result = RUN.invoke(app, [*options, "--measure", measure])
        assert result.exit_code == 0, result.output
        document = json.loads(result.stdout)
        assert document["measure"] == measure
        means.append(document["totals"][1]["mean"])
    assert 0.2 < means[1] / means[0] < 0.4  # a quarter as published, more among migrants


def test_rows_by_age_add_to_those_of_the_country():
    options = ["estimate", "--edition", "2026", "--destination", "TCD", "--draws", "200", "--json"]
    by_age = json.loads(RUN.invoke(app, [*options, "--by", "destination,age"]).stdout)["rows"]
    (whole,) = json.loads(RUN.invoke(app, [*options, "--by", "destination"]).stdout)["rows"]
    assert [row["age"] for row in by_age] == ["0-17", "18-59", "60+"]
    assert sum(row["mean"] for row in by_age) == pytest.approx(whole["mean"])
    assert all("AGES_JUDGED" in row["flags"] for row in by_age)


def test_severe_need_is_released_with_its_measure(tmp_path):
    path = str(tmp_path / "e.gecam")
    options = ["--edition", "2026", "--destination", "TCD", "--draws", "200", "--json"]
    into = ["--measure", "severe", "--db", path, "--release", "s", "--reason", "b"]
    result = RUN.invoke(app, ["estimate", *options, *into])
    assert result.exit_code == 0, result.output
    assert "holds no inputs" in result.stderr
    release = Database(path, create=False)["s"]
    mean = json.loads(result.stdout)["totals"][1]["mean"]
    assert release.measure == "severe"
    assert release.load().total().summary()["mean"].iloc[1] == mean
    asked = ["report", "--db", path, "--release", "s", "--out", str(tmp_path / "r.html")]
    refused = RUN.invoke(app, [*asked, "--measure", "severe"])
    assert refused.exit_code == 2
    assert "has the measure that it was made with" in " ".join(
        refused.output.replace("│", "").split()
    )


def test_a_number_of_severe_need_is_explained():
    options = ["--edition", "2026", "--draws", "200", "--measure", "severe"]
    result = RUN.invoke(app, ["explain", "TCD", *options, "--json"])
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["schema"], document["measure"]) == ("gecam.explain/4", "severe")
    assert document["decomposition"][-1]["name"] == "severity"


def test_python_divides_a_file_of_ipc_as_the_command_does(ipc):
    options = ["--needs", str(ipc), "--as-of", "2022-07-01", "--draws", "300", "--json"]
    result = RUN.invoke(app, ["estimate", *options, "--measure", "severe"])
    printed = json.loads(result.stdout)["totals"][1]["mean"]
    case = gc.read_case([ipc], as_of=date(2022, 7, 1))
    est = gc.estimate(case, draws=300)
    severe = gc.by_severity(est, gc.read_phases(case, ipc)).severe
    assert severe.total().summary()["mean"].iloc[1] == printed
    assert (severe.total().draws[1] <= est.total().draws[1]).all()
    with pytest.raises(InputError, match="holds no people by phase, but a"):
        gc.read_phases(case, OVERVIEW)
    with pytest.raises(InputError, match="got none"):
        gc.read_phases(case)
