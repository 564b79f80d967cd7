"""`gecam estimate` as a program sees it."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.datasets import EDITIONS

RUN = CliRunner()
OF_2022 = ("--edition", "2022")


@pytest.fixture(scope="module")
def answer():
    result = RUN.invoke(app, ["estimate", *OF_2022, "--json", "--draws", "200"])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_json_lists_all_42_plans_each_with_a_number_or_a_reason(answer):
    assert answer["schema"] == "gecam.estimate/6"
    assert len(answer["rows"]) == 42
    for row in answer["rows"]:
        assert row["mean"] is not None or row["reason"]


def test_keys_of_the_json_are_those_of_the_schema(answer):
    assert list(answer) == [
        "schema", "case", "scope", "measure", "count", "provenance", "complete_totals", "totals",
        "parts", "rows", "complete_rows", "rates", "regional_rates", "overlaps",
        "regional_cells",
        "regional_plans", "sources",
    ]  # fmt: skip
    assert list(answer["rows"][0]) == [
        "crisis", "crisis_name", "iso3", "country",
        "mean", "lower", "upper", "odds_ratio_1", "median", "cv", "mcse", "grade",
        "evidence_level", "flags", "status", "reason", "published", "lower_bound", "upper_bound",
        "double_count", "level",
    ]  # fmt: skip


def test_the_three_totals_stand_first_and_the_second_is_that_of_country_level_plans(answer):
    first, second, third = answer["complete_totals"]
    assert [row["total"] for row in (first, second, third)] == [
        "countries in crisis, complete",
        "all country-level plans",
        "countries in crisis and hosts of regional plans",
    ]
    assert second["mean"] == answer["totals"][1]["mean"]
    assert second["mean"] < first["mean"] < third["mean"]


def test_rows_of_the_complete_total_stand_beside_those_of_country_level_plans():
    command = ["estimate", *OF_2022, "--by", "origin", "--json", "--draws", "50"]
    answer = json.loads(RUN.invoke(app, command).stdout)
    rows = {row["origin"]: row for row in answer["rows"]}
    complete = {row["origin"]: row for row in answer["complete_rows"]}
    total = sum(row["mean"] or 0 for row in complete.values())
    assert total == pytest.approx(answer["complete_totals"][0]["mean"])
    assert complete["VEN"]["odds_ratio_1"] - (rows["VEN"]["odds_ratio_1"] or 0) == pytest.approx(
        0.70 * 1_872_472  # Colombia: UNHCR, end of 2021, times the share of the plan
    )


def check_tables(tmp_path):
    """Every total once, and each cell of regional plans in one table."""
    totals, in_crisis, hosts = (
        pd.read_csv(tmp_path / f"{name}.csv")
        for name in ("total", "regional_in_crisis", "regional_hosts")
    )
    assert totals["total"].tolist() == [
        "countries in crisis, complete", "all country-level plans", "country plans",
        "countries in crisis and hosts of regional plans",
    ]  # fmt: skip
    assert {"LBN", "COL", "IRQ", "ETH"} <= set(in_crisis["destination"])
    assert {"TUR", "BGD", "POL"} <= set(hosts["destination"])
    assert not set(in_crisis["destination"]) & set(hosts["destination"])


def test_cells_of_regional_plans_have_a_figure_or_are_in_a_country_plan_or_say_none(answer):
    cells = {(row["destination"], row["origin"]): row for row in answer["regional_cells"]}
    assert cells["LBN", "SYR"]["people"] == 1_500_000
    assert cells["SDN", "SSD"]["total"] == "country plan"
    assert cells["SDN", "SSD"]["people"] is None
    assert isinstance(cells["IRN", "AFG"]["flags"], list)
    plans = {row["crisis"]: row for row in answer["regional_plans"]}
    assert plans["2022-SYR-3RP"]["published"] == 7_100_000


def test_a_scope_without_refugees_and_one_country_have_no_complete_totals():
    for options in (["--scope", "excluding_refugees"], ["--destination", "TCD"]):
        result = RUN.invoke(app, ["estimate", *OF_2022, "--json", "--draws", "50", *options])
        assert json.loads(result.stdout)["complete_totals"] is None


def test_a_group_of_one_origin_takes_the_place_of_the_register(answer, tmp_path):
    file, saved = tmp_path / "groups.csv", tmp_path / "case"
    file.write_text("host,origin,in_need\nColombia,Venezuela,1000000\n")
    command = ["estimate", *OF_2022, "--json", "--draws", "200", "--groups", str(file)]
    result = RUN.invoke(app, [*command, "--save-case", str(saved)])
    document = json.loads(result.stdout)
    assert [row["mean"] for row in document["totals"]] == [row["mean"] for row in answer["totals"]]
    (there,) = (
        cell for cell in document["regional_cells"]
        if (cell["destination"], cell["origin"]) == ("COL", "VEN")
    )  # fmt: skip
    assert (there["basis"], there["people"]) == ("published", 1e6)
    again = RUN.invoke(app, ["estimate", "--case", str(saved), "--json"])
    assert json.loads(again.stdout)["complete_totals"] == document["complete_totals"]
    refused = RUN.invoke(app, [*command, "--destination", "TCD"])
    assert (refused.exit_code, "whole packaged edition" in refused.output) == (2, True)


def test_edition_2024_lists_all_24_countries():
    result = RUN.invoke(app, ["estimate", "--edition", "2024", "--json", "--draws", "100"])
    assert len(json.loads(result.stdout)["rows"]) == 24


def test_the_table_names_totals_and_the_judgement(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    result = RUN.invoke(app, ["estimate", *OF_2022, "--draws", "100", "--by", "destination"])
    assert result.exit_code == 0
    for text in (
        "country plans",
        "Ukraine (UKR)",
        "expert judgement, not measured",
        "odds ratio 1",
    ):
        assert text in result.stdout.replace("\n", " ")


def test_a_run_says_how_it_was_drawn():
    args = ["estimate", *OF_2022, "--json", "--draws", "256", "--sampler"]
    result = RUN.invoke(app, [*args, "mc"])
    assert result.exit_code == 0, result.output
    provenance = json.loads(result.stdout)["provenance"]
    told = {key: provenance[key] for key in ("draws", "seed", "sampler")}
    assert told == {"draws": 256, "seed": 2022, "sampler": "mc"}
    refused = RUN.invoke(app, [*args, "halton"])
    assert refused.exit_code == 2
    assert "latin" in refused.output


def test_strict_leaves_with_1_when_a_row_is_missing():
    args = ["estimate", *OF_2022, "--draws", "50", "--json"]
    assert RUN.invoke(app, [*args, "--strict"]).exit_code == 1
    assert RUN.invoke(app, [*args, "--strict", "--by", "region"]).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--edition", "1999"], 2, ", ".join(EDITIONS)),
        (["--by", "planet"], 2, "'planet' is no dimension"),
        (["--scope", "everyone"], 2, "must be one of all"),
        (["--level", "2"], 2, "level"),
        (["--draws", "1"], 2, ""),
        (["--stock", __file__], 2, "goes with --needs"),
        (["--db", "x.gecam"], 2, "go together"),
        (["--reason", "why"], 2, "go together"),
        (["--supersedes", "2022.1"], 2, "--supersedes"),
    ],
)
def test_bad_use_says_what_and_leaves_with_its_code(arguments, code, text):
    result = RUN.invoke(app, ["estimate", *arguments])
    assert result.exit_code == code
    assert text in " ".join(result.output.split()).replace("│ ", "")


def test_out_writes_tables_and_the_figure(tmp_path):
    folder = tmp_path / "out"
    result = RUN.invoke(
        app, ["estimate", *OF_2022, "--draws", "50", "--json", "--out", str(folder)]
    )
    assert result.exit_code == 0
    assert {f.name for f in folder.iterdir()} == {
        "total.csv", "by_crisis.csv", "regional_in_crisis.csv", "regional_hosts.csv",
        *(f"{name}.csv-metadata.json"
          for name in ("total", "by_crisis", "regional_in_crisis", "regional_hosts")),
        "intervals.png",
    }  # fmt: skip
    check_tables(folder)
    table = pd.read_csv(folder / "by_crisis.csv")
    assert len(table) == 42
    assert table["mean"].dtype == float
    assert table.loc[0, ["crisis", "crisis_name", "iso3", "country"]].tolist() == [
        "2022-AFG", "Afghanistan", "AFG", "Afghanistan",
    ]  # fmt: skip


def test_the_same_seed_gives_the_same_bytes():
    first, second = (
        RUN.invoke(app, ["estimate", *OF_2022, "--json", "--draws", "50", "--seed", "9",
                         "--destination", "YEM"]).stdout
        for _ in range(2)
    )  # fmt: skip
    assert first == second


def test_a_release_goes_into_a_database(tmp_path):
    from gecam.database import Database

    path = tmp_path / "e.gecam"
    chad = ["estimate", *OF_2022, "--draws", "50", "--destination", "TCD"]
    result = RUN.invoke(
        app,
        [*chad, "--json", "--db", str(path), "--release", "2022.1", "--reason", "first"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    json.loads(result.stdout)  # the message about the release is on the other stream
    assert Database(path, create=False).releases()["name"].tolist() == ["2022.1"]
    again = [*chad, "--db", str(path), "--release", "2022.2", "--reason", "x"]
    result = RUN.invoke(app, [*again, "--supersedes", "2022.9"])
    assert result.exit_code == 3
    result = RUN.invoke(app, [*again, "--supersedes", "2022.1"])
    assert result.exit_code == 0, result.output
    standing = Database(path, create=False).releases()["standing"].tolist()
    assert standing == ["superseded by 2022.2", "current"]


def test_own_tables_are_read_and_their_faults_come_together(tmp_path):
    (tmp_path / "stock.csv").write_text(
        "destination,origin,as_of,sex,people\nSDN,ERI,2020-07-01,total,1000\n"
    )
    (tmp_path / "population.csv").write_text("place,as_of,people\nSDN,2022-07-01,40000\n")
    (tmp_path / "needs.csv").write_text(
        "crisis,destination,as_of,people\nplan,SDN,2022-07-01,9000\n"
    )
    arguments = [
        "estimate", "--json", "--draws", "50", "--stock", str(tmp_path / "stock.csv"),
        "--population", str(tmp_path / "population.csv"), "--needs", str(tmp_path / "needs.csv"),
    ]  # fmt: skip
    good = RUN.invoke(app, arguments)
    assert good.exit_code == 0, good.output
    assert json.loads(good.stdout)["rows"][0]["crisis"] == "plan"
    (tmp_path / "stock.csv").write_text(
        "destination,origin,as_of,sex,people\nSudan,ERI,2020-07-01,total,-1\n"
    )
    (tmp_path / "needs.csv").write_text("crisis,destination,as_of,people\nplan,SDN,soon,9000\n")
    bad = RUN.invoke(app, arguments)
    assert bad.exit_code == 3
    for text in ("stock.csv", "needs.csv", "-1", "soon"):
        assert text in bad.output


def test_beside_an_own_stock_no_row_says_what_unhcr_reports(tmp_path):
    (tmp_path / "stock.csv").write_text(
        "destination,origin,as_of,sex,people\nKEN,UNK,2024-07-01,total,750000\n"
    )
    (tmp_path / "needs.csv").write_text(
        "crisis,destination,as_of,people\nplan,KEN,2025-07-01,3000000\n"
    )
    arguments = [
        "estimate", "--json", "--draws", "50", "--by", "group", "--needs", str(tmp_path / "needs.csv"),
    ]  # fmt: skip
    with_stock = RUN.invoke(app, [*arguments, "--stock", str(tmp_path / "stock.csv")])
    assert with_stock.exit_code == 0, with_stock.output
    reasons = " ".join(row["reason"] or "" for row in json.loads(with_stock.stdout)["rows"])
    assert "UNHCR reports nobody" not in reasons
    assert "No figures of registered refugees were given for this country" in reasons
    assert "UNHCR's packaged figures are not used" in with_stock.stderr
    assert "--protected FILE" in with_stock.stderr
    packaged = RUN.invoke(app, arguments)
    assert packaged.exit_code == 0, packaged.output
    assert "packaged figures are not used" not in packaged.stderr


def test_tables_of_another_encoding_are_read_where_it_is_told_or_named(tmp_path):
    texts = {
        "stock": "destination,origin,as_of,people\nCôte d'Ivoire,BFA,2020-07-01,1000\n",
        "population": "place,as_of,people\nCôte d'Ivoire,2022-07-01,40000\n",
        "needs": "crisis,destination,as_of,people\nplan,Côte d'Ivoire,2022-07-01,9000\n",
    }
    arguments = ["estimate", *OF_2022, "--json", "--draws", "50"]
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="cp1252")
        arguments += [f"--{name}", str(tmp_path / f"{name}.csv")]
    told = RUN.invoke(app, arguments)
    assert told.exit_code == 0, told.output
    stock = tmp_path / "stock.csv"
    stock.write_text(texts["stock"], encoding="mac_roman")
    unnamed = RUN.invoke(app, arguments)
    assert unnamed.exit_code == 3
    assert "stock.csv is not valid UTF-8: byte 0x99, line 2" in unnamed.output
    assert "--encoding cp1252" in unnamed.output
    stock.write_text(texts["stock"], encoding="cp1252")
    by_country = ["--by", "destination", "--encoding", "cp1252"]
    named = RUN.invoke(app, [*arguments, *by_country])
    assert named.exit_code == 0, named.output
    assert json.loads(named.stdout)["rows"][0]["destination"] == "CIV"
    assert RUN.invoke(app, [*arguments, "--encoding", "latin-99"]).exit_code == 3
    assert RUN.invoke(app, ["estimate", "--encoding", "cp1252"]).exit_code == 2


def test_one_country_alone_has_the_rows_that_it_has_in_the_world(answer, drawn):
    result = RUN.invoke(
        app, ["estimate", *OF_2022, "--json", "--draws", "200", "--destination", "yemen"]
    )
    assert result.exit_code == 0, result.output
    assert drawn == ["YEM"]
    (alone,) = json.loads(result.stdout)["rows"]
    (in_the_world,) = (row for row in answer["rows"] if row["crisis"] == alone["crisis"])
    assert alone == in_the_world


def test_the_table_of_one_country_says_so():
    result = RUN.invoke(app, ["estimate", *OF_2022, "--draws", "100", "--destination", "YEM"])
    assert "Migrants affected by crises, in Yemen, persons" in result.stdout


def test_a_country_without_a_crisis_is_bad_input():
    result = RUN.invoke(app, ["estimate", *OF_2022, "--draws", "100", "--destination", "FRA"])
    assert result.exit_code == 3
    assert "no footprint of FRA" in result.output


def test_the_latest_edition_is_estimated_and_says_why_rows_are_missing():
    result = RUN.invoke(app, ["estimate", "--edition", EDITIONS[-1], "--draws", "50"])
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    assert "Includes host communities without a split" in words
    assert "nan" not in words.casefold().split()


def test_every_fault_of_a_file_is_listed(tmp_path):
    path = tmp_path / "many.csv"
    rows = "".join(f"c{i},Sudan,2022-08-01,x{i}\n" for i in range(120))
    path.write_text(f"crisis,destination,as_of,people\n{rows}")
    result = RUN.invoke(app, ["estimate", "--needs", str(path)])
    assert result.exit_code == 3
    assert result.stderr.count("not a number") == 120


def test_a_month_is_carried_forward_and_says_so():
    words = ["estimate", "--month", "2026-03", "--destination", "Sudan", "--draws", "100"]
    result = RUN.invoke(app, [*words, "--json"])
    answer = json.loads(result.stdout)
    assert answer["case"] == "2026-03"
    assert "CARRIED_FORWARD" in answer["rows"][0]["flags"]
    assert answer["complete_totals"] is None
    assert "no nowcast" in result.stderr


def test_crises_outside_plans_are_rows_and_in_no_total():
    result = RUN.invoke(app, ["estimate", "--outside-plans", "--draws", "100", "--json"])
    answer = json.loads(result.stdout)
    assert answer["case"] == "2025, outside plans"
    assert {row["status"] for row in answer["rows"]} == {"left_out"}
    assert all(row["mean"] > 0 for row in answer["rows"])
    assert [row["mean"] for row in answer["totals"]] == [None, None]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--month", "2026-03", "--outside-plans"], "packaged figures alone"),
        (["--month", "2026-12"], "month must lie between 2021-12"),
        (["--month", "2026-03", "--needs", __file__], "packaged figures alone"),
    ],
)
def test_a_month_that_cannot_be_is_refused(arguments, words):
    result = RUN.invoke(app, ["estimate", *arguments])
    assert result.exit_code != 0
    assert words in " ".join([*result.output.replace("│", " ").split(), str(result.exception)])


def test_rates_are_printed_written_and_told_to_programs(tmp_path):
    command = [
        "estimate",
        "--edition",
        "2026",
        "--destination",
        "Chad",
        "--draws",
        "100",
        "--rates",
    ]
    result = RUN.invoke(app, [*command, "--by", "group", "--json", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["rates"]
    assert [row["ratio_basis"] for row in rows] == ["assumed", "published"]
    written = pd.read_csv(tmp_path / "rates.csv")
    assert written["per_100"].tolist() == pytest.approx([row["per_100"] for row in rows])
    text = RUN.invoke(app, command).stdout
    assert "assumed" in text
    assert "people in need, by the IASC's names" in " ".join(text.split())


@pytest.mark.parametrize("words", [("--by", "sex"), ("--measure", "severe")])
def test_rates_that_say_nothing_are_refused(words):
    result = RUN.invoke(app, ["estimate", "--rates", *words])
    assert result.exit_code == 2
    assert "rates are" in result.output
