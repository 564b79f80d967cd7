import json

import pytest
import typer
from typer.testing import CliRunner

from gecam.cli.missing import register
from gecam.errors import InputError
from gecam.mortality import compound_interval

REDUCED = (
    "incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    "country_of_origin_iso3,location,lon,lat\n"
    "2016-01-06,Incident,Central Mediterranean Route,LBY,120,Drowning,,UNK,Sea,13,33\n"
    "2016-02-06,Incident,Central Mediterranean Route,LBY,3,Drowning,,UNK,Sea,13,33\n"
    "2017-02-02,Cumulative Incident,Undefined,THA,5,Violence,,MMR,Hat Yai,100,7\n"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    app = typer.Typer()

    @app.callback()
    def _main() -> None:
        """Hold the command."""

    register(app)
    file = tmp_path_factory.mktemp("missing") / "incidents.csv"
    file.write_text(REDUCED)

    def invoke(*arguments):
        return CliRunner().invoke(app, ["missing", str(file), *map(str, arguments)])

    return invoke


def test_json_has_a_versioned_schema_and_the_totals(run):
    result = run("--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["schema"] == "gecam.missing/1"
    assert list(document) == ["schema", "source", "notes", "by", "level", "rows", "rates"]
    (row,) = document["rows"]
    assert (row["incidents"], row["cumulative_records"], row["at_least"]) == (2, 1, 128)
    assert row["in_single_incidents"] == 123
    assert row["dead"] is None  # this layout does not tell
    # The interval is of the number beside it, with the 5 people of the cumulative record.
    assert (row["lower"], row["upper"]) == pytest.approx(compound_interval([120, 3, 5]))
    assert row["lower"] < 128 < row["upper"]
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


def test_deaths_in_cumulative_records_are_in_the_rate(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("route,arrivals,interceptions,returns\nUndefined,95,0,0\n")
    result = run("--json", "--by", "route", "--rates", table)
    (rate,) = json.loads(result.stdout)["rates"]
    assert (rate["attempts"], rate["deaths"], rate["incidents"]) == (100, 5, 0)
    assert rate["death_rate"] == 0.05
    assert rate["death_lower"] < 0.05 < rate["death_upper"]
    assert rate["flags"] == ["FEW_INCIDENTS", "CUMULATIVE_AS_ONE_INCIDENT"]


def test_a_rate_of_the_whole_file_needs_one_row_of_attempts(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("arrivals\n1000\n")
    (rate,) = json.loads(run("--json", "--rates", table).stdout)["rates"]
    assert rate["death_rate"] == pytest.approx(128 / 1128)
    table.write_text("arrivals\n1000\n2000\n")
    assert "the row occurs twice" in str(run("--json", "--rates", table).exception)


def test_a_rate_of_nobody_who_set_out_is_not_estimated(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("route,arrivals\nUndefined,\n")
    result = run("--json", "--by", "route", "--rates", table)
    assert "arrivals must be a number" in json.loads(result.stdout)["rates"][0]["reason"]


def test_people_get_tables_with_the_limits_in_words(run, tmp_path):
    table = tmp_path / "exposure.csv"
    table.write_text("year,arrivals\n2016,180000\n")
    result = run("--by", "year", "--rates", table)
    assert result.exit_code == 0
    for words in ("at least", "deaths that were not recorded", "Per 1,000 attempted crossings"):
        assert words in " ".join(result.stdout.split())


@pytest.mark.parametrize("width", ["40", "80", "200"])
@pytest.mark.parametrize("by", ["", "route", "route,year", "country,route,cause_group"])
def test_no_window_cuts_a_column(run, tmp_path, monkeypatch, width, by):
    monkeypatch.setenv("COLUMNS", width)
    table = tmp_path / "exposure.csv"
    group = {"country": "LBY", "route": "Central Mediterranean Route", "year": "2016",
             "cause_group": "Drowning"}  # fmt: skip
    keys = by.split(",") if by else []
    heads, cells = [*keys, "arrivals"], [*(group[key] for key in keys), "1234567"]
    table.write_text(f"{','.join(heads)}\n{','.join(cells)}\n")
    result = run("--by", by, "--rates", table)
    assert result.exit_code == 0, result.exception
    assert "…" not in result.stdout
    for text in ("incidents", "dead", "missing", "at least", "chance", "3-5", "attempts"):
        assert text in result.stdout
    at_least = " 123 " if by else " 128 "
    (row,) = [line for line in result.stdout.splitlines() if at_least in line]
    assert "-" in row  # its interval stands on the same line
    if int(width) >= 80:
        assert max(map(len, result.stdout.splitlines())) <= int(width)


def test_a_file_without_source_quality_does_not_have_0_percent_of_it(run):
    assert "0%" not in run().stdout.replace("90%", "")


def test_months_without_an_incident_and_broken_months_are_errors(run):
    result = run("--first", "2030-01")
    assert isinstance(result.exception, InputError)
    assert "no incident lies between 2030-01 and 2100-12" in str(result.exception)
    assert "from 2016-01 to 2017-02" in str(result.exception)
    result = run("--first", "2016")
    assert "first must be a month such as '2024-12': got '2016'" in str(result.exception)


def test_bad_columns_are_errors_that_the_program_reports(run):
    result = run("--by", "ship")
    assert isinstance(result.exception, InputError)
    assert "by must be among" in str(result.exception)
