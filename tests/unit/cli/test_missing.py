import json

import pytest
import typer
from typer.testing import CliRunner

from gecam.cli.missing import SCHEMA, register
from gecam.errors import InputError

REDUCED = (
    "incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    "country_of_origin_iso3,location,lon,lat\n"
    "2016-01-06,Incident,Central Mediterranean Route,LBY,120,Drowning,,UNK,Sea,13,33\n"
    "2016-02-06,Incident,Central Mediterranean Route,LBY,3,Drowning,,UNK,Sea,13,33\n"
    "2017-02-02,Cumulative Incident,Undefined,THA,5,Violence,,MMR,Hat Yai,100,7\n"
)


@pytest.fixture
def run(tmp_path):
    app = typer.Typer()

    @app.callback()
    def _main() -> None:
        """Hold the command."""

    register(app)
    file = tmp_path / "incidents.csv"
    file.write_text(REDUCED)

    def invoke(*arguments):
        return CliRunner().invoke(app, ["missing", str(file), *map(str, arguments)])

    return invoke


def test_json_has_a_versioned_schema_and_the_totals(run):
    result = run("--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["schema"] == SCHEMA == "gecam.missing/1"
    assert list(document) == ["schema", "source", "notes", "by", "level", "rows", "rates"]
    (row,) = document["rows"]
    assert (row["incidents"], row["cumulative_records"], row["at_least"]) == (2, 1, 128)
    assert row["in_single_incidents"] == 123
    assert row["dead"] is None  # this layout does not tell
    assert row["lower"] < 123 < row["upper"]
    assert document["source"]["licence"] == "CC BY 4.0"


def test_counts_by_route_and_year_add_up(run):
    rows = json.loads(run("--json", "--by", "route,year").stdout)["rows"]
    assert [(row["route"], row["year"], row["at_least"]) for row in rows] == [
        ("Central Mediterranean Route", 2016, 123),
        ("Undefined", 2017, 5),
    ]


def test_months_cut_the_file_and_level_widens_the_interval(run):
    def row(*arguments):
        return json.loads(run("--json", *arguments).stdout)["rows"][0]

    assert row("--first", "2016-02", "--last", "2016-12")["at_least"] == 3
    assert row("--level", 0.5)["upper"] < row("--level", 0.95)["upper"]


def test_rates_need_a_row_of_attempts_and_say_what_is_missing(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text(
        "route,arrivals,interceptions\nCentral Mediterranean Route,180000,20000\nMoon,5,\n"
    )
    result = run("--json", "--by", "route", "--rates", table)
    rates = json.loads(result.stdout)["rates"]
    assert rates[0]["attempts"] == 200_123  # who died set out as well
    assert rates[0]["death_rate"] == pytest.approx(123 / 200_123)
    assert rates[0]["death_lower"] < rates[0]["death_rate"] < rates[0]["death_upper"]
    assert rates[0]["flags"] == ["RETURNS_MISSING", "FEW_INCIDENTS"]
    assert rates[1] == {"route": "Moon", "reason": "no recorded incident; not a rate of 0"}
    assert result.exit_code == 0
    assert run("--by", "route", "--rates", table, "--strict").exit_code == 1


def test_a_rate_of_nobody_who_set_out_is_not_estimated(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("route,arrivals\nUndefined,\n")
    result = run("--json", "--by", "route", "--rates", table)
    assert "arrivals must be finite" in json.loads(result.stdout)["rates"][0]["reason"]


def test_people_get_tables_with_the_limits_in_words(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("year,arrivals\n2016,180000\n")
    result = run("--by", "year", "--rates", table)
    assert result.exit_code == 0
    for words in ("at least", "deaths that were not recorded", "Per 1,000 attempted crossings"):
        assert words in " ".join(result.stdout.split())


def test_bad_columns_are_errors_that_the_program_reports(run):
    result = run("--by", "ship")
    assert isinstance(result.exception, InputError)
    assert "by must be among" in str(result.exception)
