"""`gecam prepare`: for a country, an origin, and a scenario file."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from gecam.cli import main as frame
from gecam.cli import prepare as module
from gecam.cli.scenario_file import read_scenario
from gecam.codes import world
from gecam.errors import InputError, NotEstimatedError

FAST = ("--draws", "300", "--seed", "1")


@pytest.fixture(scope="module")
def run():
    app = typer.Typer()
    module.register(app)
    app.command("other")(lambda: None)

    @cache
    def page(*words):
        return CliRunner().invoke(app, words, catch_exceptions=False)

    def invoke(*arguments):
        words = ["prepare", *map(str, arguments)]
        is_of_edition = "--edition" in words or any(".toml" in word for word in words[1:2])
        words += [] if is_of_edition else ["--edition", "2022"]
        reads_files = any(isinstance(argument, Path) for argument in arguments)
        return (page.__wrapped__ if reads_files else page)(*words)

    return invoke


@pytest.fixture
def written(tmp_path):
    def write(text, name="scenario.toml"):
        path = tmp_path / name
        is_scenario = "[[change]]" in text and "edition" not in text
        path.write_text(f'edition = "2022"\n{text}' if is_scenario else text)
        return path

    return write


WORSE = '[[change]]\ncopy = "2022-YEM"\ndestination = "YEM"\nscale = 1.2\n'


def test_it_is_a_command_of_gecam():
    assert "prepare" in frame.COMMANDS


def test_the_brief_of_yemen(run):
    result = run("--country", "YEM", *FAST)
    assert result.exit_code == 0
    assert result.stdout.startswith("# Migrants in the response in Yemen, 2022")
    assert "`gecam explain YEM --edition 2022 --draws 300 --seed 1`" in result.stdout
    assert "| Somali |" in result.stdout


def test_the_brief_of_ethiopia(run):
    result = run("--origin", "ETH", *FAST)
    assert result.exit_code == 0
    assert "# People from Ethiopia in crises abroad, 2022" in result.stdout
    assert re.search(r"\| [12]( \(\d to \d\))? \| Sudan \(SDN\) \|", result.stdout)
    assert "The Horn of Africa and Yemen (MRP)" in result.stdout


def test_json_of_a_country(run, written):
    plan = written(
        "targeted = 17_900_000\nrequirements = 4_270_000_000\ncost_under = 9\n", "plan.toml"
    )
    result = run("--country", "YEM", "--plan", plan, "--json", *FAST)
    document = json.loads(result.stdout)
    assert (document["schema"], document["kind"]) == ("gecam.prepare/4", "country")
    assert document["budget"]["fractile"] == 0.9
    assert document["budget"]["unit_cost"] == pytest.approx(4270 / 17.9)
    parts = {row["part"] for row in document["inclusion"]}
    assert parts == {"total", "group", "origin", "sex", "age", "phase"}
    assert document["languages"][0]["language"] == "so"
    assert set(document) == {
        "schema", "kind", "case", "measure", "level", "seed", "draws", "config_sha256", "sources",
        "country", "inclusion", "share_of_plan", "share_note", "plan", "stated", "targets",
        "since_last", "budget", "languages", "events", "areas", "effect_of_place",
    }  # fmt: skip


def test_a_country_whose_people_are_of_a_regional_plan_has_a_brief(run):
    page = run("--country", "COL", "--edition", "2026", *FAST).stdout
    assert "| from Venezuela (Bolivarian Republic of) | " in page
    assert "by rule of plans" in page
    document = json.loads(run("--country", "PER", "--edition", "2026", "--json", *FAST).stdout)
    assert document["plan"]["name"] == "Venezuela (RMRP)"
    assert document["inclusion"][0]["mean"] == pytest.approx(1_001_127, rel=0.03)  # its register
    with pytest.raises(NotEstimatedError, match="FRA has no crisis in edition 2026"):
        run("--country", "FRA", "--edition", "2026", *FAST)


def test_costs_by_age_of_a_plan_file_are_in_the_brief_and_the_json(run, written):
    costs = '[unit_cost_by_age]\n"0-17" = 300\n"18-59" = 200\n"60+" = 250.5\n'
    plan = written(f"targeted = 3_000_000\nrequirements = 9e8\n{costs}", "plan.toml")
    chad = ("--country", "TCD", "--edition", "2026", "--plan", plan, *FAST)
    page = run(*chad).stdout
    assert "## What it costs by age" in page
    assert re.search(r"\| older people \(60 and over\) \| [\d,]+ \(.*\) \| 250.50 \| ", page)
    assert "By age: not estimated" not in page
    budget = json.loads(run(*chad, "--json").stdout)["budget"]
    by_age = {row["label"]: row for row in budget["by_age"]}
    assert {k: row["unit_cost"] for k, row in by_age.items()} == {
        "0-17": 300, "18-59": 200, "60+": 250.5
    }  # fmt: skip
    assert sum(row["cost"] for row in by_age.values()) == pytest.approx(budget["cost"]["mean"])
    wrong = written('[unit_cost_by_age]\n"0-17" = "much"\n', "wrong.toml")
    with pytest.raises(InputError, match="unit_cost_by_age must be a table of numbers"):
        run("--country", "TCD", "--edition", "2026", "--plan", wrong, *FAST)


def test_the_brief_for_syria_names_the_hosts_of_its_regional_plan_with_numbers_or_reasons(run):
    """Lebanon: 1.5 million in need, the planning figure of its plan (USAID fact sheet, August 2022)."""
    page = run("--origin", "SYR", *FAST).stdout
    rows = {
        place: next(line for line in page.splitlines() if f"({place})" in line and "3RP" in line)
        for place in ("LBN", "TUR", "JOR", "IRQ", "EGY")
    }
    assert "1,500,000" in rows["LBN"]
    assert "as the plan's chapter publishes them" in rows["LBN"]
    for place in ("TUR", "JOR", "IRQ", "EGY"):
        assert "registered by UNHCR times the plan's share in need" in rows[place]
    document = json.loads(run("--origin", "SYR", "--json", *FAST).stdout)
    cells = {row["destination"]: row for row in document["regional_cells"]}
    assert cells["LBN"]["people"] == 1_500_000
    assert cells.keys() == {"LBN", "TUR", "JOR", "IRQ", "EGY"}
    registered = {row["destination"]: row for row in document["registered"]}
    # Lebanon 1.5 million, published; Iraq 0.96 of 254,561 in UNHCR's register at the end of 2021
    added = document["complete_total"]["mean"] - document["total"]["mean"]
    assert added == pytest.approx(1_500_000 + 0.96 * 254_561, rel=0.1)
    assert "with those whom country plans leave to regional plans" in page.split("## ")[0]
    assert registered["IRQ"]["counted_in"] == "regional plan"
    assert registered["NGA"]["counted_in"] == "not estimated"
    assert registered["NGA"]["reason"]
    assert "Nigeria (NGA)" in page.split("## Registered and not estimated")[1]


def test_json_of_an_origin(run):
    document = json.loads(run("--origin", "ETH", "--json", *FAST).stdout)
    assert document["kind"] == "origin"
    assert document["total"]["lower"] < document["total"]["mean"] < document["total"]["upper"]
    assert {"rank", "destination", "mean", "rank_lower"} <= set(document["destinations"][0])


def test_briefs_are_written(run, tmp_path):
    for name in ("brief.html", "brief.md"):
        result = run("--country", "YEM", "--out", tmp_path / name, *FAST)
        assert (result.exit_code, result.stdout) == (0, "")
    assert (tmp_path / "brief.html").read_text().startswith("<!doctype html>")


def test_requirements_from_fts(run, written):
    fts = written(
        "countryCode,id,name,code,typeId,typeName,startDate,endDate,year,requirements,funding,percentFunded\n"
        "YEM,1077,Yemen Humanitarian Response Plan 2022,HYEM22,5,Humanitarian response plan,2022-01-01,"
        "2022-12-31,2022,4270000000,2000000000,50\n",
        "fts.csv",
    )
    document = json.loads(run("--country", "YEM", "--plan", fts, "--json", *FAST).stdout)
    assert document["plan"]["requirements"] == 4.27e9
    assert document["budget"]["unit_cost"] == pytest.approx(4.27e9 / 23_458_603)
    with pytest.raises(InputError, match="0 country plans of SDN in 2022"):
        run("--country", "SDN", "--plan", fts, *FAST)


def test_past_events_need_a_first_year(run, written):
    rows = "".join(f"YEM,{2010 + i},flood {i},Flood,{1000 + 10 * i},\n" for i in range(15))
    events = written(
        "iso3,year,event_name,hazard_type_name,new_displacement,total_displacement\n" + rows,
        "idmc.csv",
    )
    assert run("--country", "YEM", "--events", events, *FAST).exit_code == 2
    result = run("--country", "YEM", "--events", events, "--first", "2010", *FAST)
    assert "How often events come" in result.stdout
    assert "Movements, not people" in result.stdout
    converted = run(
        "--country", "YEM", "--events", events, "--first", "2010", "--people-per-movement", "0.8",
        "--factor-basis", "a survey", "--json", *FAST,
    )  # fmt: skip
    document = json.loads(converted.stdout)
    assert [past["unit"] for past in document["events"]] == ["people", "migrants"]
    assert "0.8 people per movement (a survey)" in document["events"][0]["notes"]
    people, migrants = (past["average"]["recorded"] for past in document["events"])
    assert 0 < migrants < people


def test_a_users_copy_of_emdat(run, written):
    head = (
        "DisNo.,Disaster Type,Event Name,ISO,Country,Start Year,Start Month,Start Day,"
        "End Year,End Month,End Day,Total Affected\n"
    )
    rows = "".join(
        f"{2005 + i}-0001-YEM,Flood,,YEM,Yemen,{2005 + i},5,1,{2005 + i},5,9,{500 + 100 * i}\n"
        for i in range(12)
    )
    result = run(
        "--country", "YEM", "--events", written(head + rows, "emdat.csv"), "--first", "2005", *FAST
    )
    assert (
        "12 events with a number of people are on record for Yemen, 2005 to 2016." in result.stdout
    )
    assert "How many migrants such events would touch today" in result.stdout


def test_one_question_at_a_time(run):
    assert run(*FAST).exit_code == 2
    assert run("--country", "YEM", "--origin", "ETH", *FAST).exit_code == 2


def test_a_plan_goes_with_a_country(run, written):
    assert run("--origin", "ETH", "--plan", written("", "plan.toml"), *FAST).exit_code == 2


def test_an_ending_that_is_no_brief(run, tmp_path):
    assert run("--country", "YEM", "--out", tmp_path / "x.pdf", *FAST).exit_code == 2


def test_a_plan_that_reaches_a_part_says_which(run, written):
    text = "targeted = 10e6\nrequirements = 2e9\nreach = 0.76\n"
    plan = written(text, "plan.toml")
    page = run("--country", "YEM", "--plan", plan, *FAST).stdout
    document = json.loads(run("--country", "YEM", "--plan", plan, "--json", *FAST).stdout)
    budget = document["budget"]
    assert budget["reach"] == 0.76
    assert budget["cost"]["mean"] == pytest.approx(0.76 * budget["cost_of_all"]["mean"])
    assert {row["reach"] for row in budget["targets"]} == {0.76}
    of_all, of_part = (
        f"{budget[key]['mean'] / 1e6:.3g} million" for key in ("cost_of_all", "cost")
    )
    assert f"reaching all of them costs {of_all}" in page
    assert f"The plan means to reach 76% of them, which costs {of_part}" in page
    assert "| people, of the 76% |" in page
    whole = run("--country", "YEM", "--plan", written(text[:-13], "all.toml"), *FAST).stdout
    assert "means to reach" not in whole
    assert "| people |" in whole


def test_a_plan_with_a_target_only_does_not_say_that_it_is_in_need(run, written):
    page = run(
        "--country", "YEM", "--plan", written("targeted = 30e6\n", "plan.toml"), *FAST
    ).stdout
    assert "The plan targets 30,000,000 people; how many it counts in need is not stated" in page
    assert "30,000,000 people in need" not in page


def test_a_country_without_a_crisis(run):
    with pytest.raises(NotEstimatedError, match="FRA has no crisis in edition 2022"):
        run("--country", "FRA", *FAST)


def test_a_country_by_name(run):
    assert run("--country", "Yemen", *FAST).stdout == run("--country", "YEM", *FAST).stdout
    assert run("--origin", "ethiopia", *FAST).stdout == run("--origin", "ETH", *FAST).stdout


@pytest.mark.parametrize("option", ["--country", "--origin"])
def test_a_name_that_is_no_country_has_suggestions(run, option):
    result = run(option, "Yemn", *FAST)
    assert result.exit_code == 2
    assert f"Invalid value for {option}" in result.output.replace("'", "")
    assert "YEM (Yemen)" in " ".join(result.output.split())


def test_a_country_whose_plan_is_left_out_says_why(run):
    with pytest.raises(NotEstimatedError, match="PHL is not estimated: OCHA's own table leaves"):
        run("--country", "PHL", *FAST)


def test_countries_of_a_scenario_by_name(written):
    named = WORSE.replace('"YEM"', '"Yemen"') + 'to = "Sudan"\n'
    (copy,) = read_scenario(written('name = "x"\n' + named)).edits
    assert (copy.destination, copy.to) == ("YEM", "SDN")
    with pytest.raises(InputError, match=r"change 1, to: 'Sudann' .*SDN \(Sudan\)"):
        read_scenario(written('name = "x"\n' + named.replace("Sudan", "Sudann")))


def test_an_unknown_key_of_a_plan(run, written):
    with pytest.raises(InputError, match="unknown key 'budget'"):
        run("--country", "YEM", "--plan", written("budget = 3\n", "plan.toml"), *FAST)


def test_a_scenario_against_today(run, written):
    result = run(written('name = "Worse"\n' + WORSE), *FAST)
    assert result.exit_code == 0
    assert result.stdout.startswith("# Scenario: Worse")
    assert "| Yemen |" in result.stdout
    assert "2022-YEM in Yemen, times 1.2." in result.stdout
    document = json.loads(run(written(WORSE), "--json", *FAST).stdout)
    changes = {row["destination"]: row["difference"] for row in document["changes"]}
    assert changes["YEM"] > 0
    assert changes["SDN"] == 0


@pytest.mark.parametrize("alone", ["", "alone = true\n"])
def test_a_file_without_changes_touches_nobody_and_says_so(run, written, alone):
    document = json.loads(run(written(f'name = "x"\n{alone}'), "--json", *FAST).stdout)
    assert {zero["reason"] for zero in document["zeros"]} == {"The scenario has no footprint."}
    assert "YEM" in {zero["destination"] for zero in document["zeros"]}
    if alone:
        assert {row["mean"] for row in document["rows"]} == {0.0}
    else:
        assert {row["difference"] for row in document["changes"]} <= {0.0, None}


def test_a_scenario_of_nobody(run, written):
    document = json.loads(run(written(WORSE.replace("1.2", "0")), "--json", *FAST).stdout)
    reason = "Yemen, scaled by 0: the scenario touches nobody."
    assert document["zeros"] == [{"crisis": "2022-YEM", "destination": "YEM", "reason": reason}]


def test_a_scenario_of_stated_people_and_of_areas(run, written, tmp_path):
    (tmp_path / "areas.csv").write_text("area,residents,intensity\nN,20e6,8\nS,40e6,2\n")
    text = """
    alone = true
    [[change]]
    areas = "areas.csv"
    threshold = 6
    crisis = "quake"
    destination = "TUR"
    as_of = 2022-07-01
    [[change]]
    people = 100_000
    crisis = "slide"
    destination = "NPL"
    as_of = 2022-07-01
    measure = "exposed"
    pin_scope = "all"
    """
    document = json.loads(run(written(text), "--json", *FAST).stdout)
    assert document["measure"] == "exposed"
    assert {row["destination"] for row in document["rows"]} == {"TUR", "NPL"}
    assert document["changes"] is None


def test_a_scenario_on_a_map_has_a_picture(run, written, tmp_path):
    pytest.importorskip("shapely")
    boxes = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates":
         [[*ring.tolist(), ring[0].tolist()]]}}
        for name, ring in zip(("east", "west"), world().shapes["TUR"], strict=True)
    ]  # fmt: skip
    (tmp_path / "areas.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": boxes})
    )
    text = """
    alone = true
    [[change]]
    map = "areas.geojson"
    circles = {longitude = 37.0, latitude = 38.0, radii_km = [50, 120], levels = [8, 7]}
    threshold = 7
    crisis = "quake"
    destination = "TUR"
    as_of = 2022-07-01
    grade = "D"
    """
    assert run(written(text), "--out", tmp_path / "quake.html", *FAST).exit_code == 0
    assert "data:image/png;base64," in (tmp_path / "quake.html").read_text()
    far = written(text.replace("37.0", "0.0"))
    document = json.loads(run(far, "--json", *FAST).stdout)
    assert document["zeros"][0]["reason"].startswith("The hazard meets none of the areas")
    for key, value, match in (
        ("crs", "EPSG:4326", "every file of the map states its own"),
        ("area_name", "code", "no column 'code'"),
        ("area_layer", "regions", "GeoJSON has no layers"),
    ):
        with pytest.raises(InputError, match=match):
            read_scenario(written(f'{text}{key} = "{value}"\n'))


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("not toml", "is not a TOML file"),
        ("color = 1\n", "unknown key 'color'"),
        ("[[change]]\nscale = 2\n", "needs one of the keys copy, people, areas, map"),
        ('[[change]]\ncopy = "x"\n', "the key 'destination' is missing"),
        (WORSE + "people = 3\n", "change 1: unknown key 'people'"),
        ("change = 3\n", "write each change as a table"),
        ('[[change]]\npeople = 5\ncrisis = "x"\ndestination = "FRA"\nas_of = 2022-07-01\n',
         "edition 2022 has no stock of FRA"),
        ('alone = true\n[[change]]\npeople = 5\ncrisis = "x"\ndestination = "FRA"\nas_of = "soon"\n',
         "not a date: 'soon'"),
    ],
)  # fmt: skip
def test_faulty_scenario_files_say_what_and_where(written, text, match):
    with pytest.raises(InputError, match=match):
        read_scenario(written(text))


@pytest.mark.raw
def test_requirements_from_the_real_table(run, raw_dir):
    fts = raw_dir / "crisis" / "fts_requirements_funding_global.csv"
    document = json.loads(run("--country", "YEM", "--plan", fts, "--json", *FAST).stdout)
    # FTS, "Yemen Humanitarian Response Plan 2022" (HYEM22), column requirements
    assert document["plan"]["requirements"] == 4_271_938_417
