"""From files of publishers to a case: readers by content, packaged figures, faults by country."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.datasets import case_from_files, load_edition, read_case
from gecam.errors import CoverageWarning, InputError
from gecam.estimation import estimate
from gecam.io import check_file

HEAD = "Country ISO3,Admin 1 PCode,Cluster,Category,Population,In Need,Targeted\n"
# Sudan, and Myanmar as the needs data of 2025 have it: a tenth of the total row and of the areas
SUDAN = "SDN,,ALL,,46790687,30440770,\n"
MYANMAR = (
    "MMR,,ALL,,57000000,1957173,\nMMR,,ALL,total,57000000,19902649,\n"
    "MMR,MMR001,ALL,total,,9902649,\nMMR,MMR002,ALL,total,,10000000,\n"
)


@pytest.fixture
def needs(tmp_path: Path) -> Path:
    path = tmp_path / "hpc_hno_2025.csv"
    path.write_text(HEAD + SUDAN + MYANMAR, encoding="utf-8")
    return path


def test_one_file_is_a_case_with_packaged_figures_and_what_is_known_of_its_plans(needs):
    made = case_from_files([needs])
    (footprint,) = made.case.footprints
    sudan = next(c for c in made.case.crises if c.id == "2025-SDN")
    assert (footprint.people, footprint.as_of) == (30_440_770, date(2025, 7, 1))
    assert (sudan.onset, footprint.pin_scope) == (date(2023, 4, 15), "all")  # edition 2025
    edition = load_edition("2025")
    assert (
        made.case.stock.totals().to_dict()
        == edition.restrict("SDN").stock.restrict(["SDN"]).totals().to_dict()
    )  # by origin
    assert made.case.country_types == {"SDN": edition.country_types["SDN"]}
    told = "\n".join(made.taken)
    for text in (
        "read_hno (OCHA), SHA-256",
        "International Migrant Stock 2024, edition 2025",
        "registry",
    ):
        assert text in told


def test_a_fault_refuses_its_country_with_line_areas_and_remedy_and_the_others_are_estimated(needs):
    made = case_from_files([needs])
    problem = made.refused["MMR"]
    assert (problem.file, problem.row) == ("hpc_hno_2025.csv", 3)
    for text in ("1,957,173", "row 4", "19,902,649", "2 places of admin1", "--accept MMR=areas"):
        assert text in str(problem)
    rows = estimate(made.case, draws=200).by("crisis").summary()
    status = dict(zip(rows["crisis"], rows["status"], strict=True))
    assert status == {"2025-SDN": "estimated", "2025-MMR": "not_estimated"}
    reason = rows.set_index("crisis").loc["2025-MMR", "reason"]
    assert "Refused" in reason
    assert "--accept MMR=areas" in reason
    with pytest.warns(CoverageWarning, match="row 3"):
        assert len(read_case([needs]).footprints) == 1


@pytest.mark.parametrize("country", ["MMR", "Myanmar"])
def test_the_sum_of_the_areas_is_taken_where_it_is_accepted_and_says_so(needs, country):
    made = case_from_files([needs], accept={country: "areas"})
    myanmar = next(f for f in made.case.footprints if f.destination == "MMR")
    assert (myanmar.people, myanmar.is_national, made.refused) == (19_902_649, True, {})
    assert myanmar.note == (
        "sum over 2 places of admin1, accepted in place of the national 1,957,173 (row 3)"
    )
    assert any(line.startswith("accepted: MMR: sum over 2 places") for line in made.taken)


def test_columns_for_onset_and_scope_hold_over_the_registry(needs):
    lines = (HEAD + SUDAN + "TCD,,ALL,,19373666,7049226,\n").splitlines()
    added = ["onset,pin_scope", "2023-06-01,nationals", ","]
    needs.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, added, strict=True)))
    case = case_from_files([needs]).case
    sudan, chad = case.footprints
    assert (case.crises[0].onset, sudan.pin_scope) == (date(2023, 6, 1), "nationals")
    assert (case.crises[1].onset, chad.pin_scope) == (date(2023, 4, 15), "all")  # edition 2025
    for wrong, text in ((["2023-06-01,everyone", ","], "unknown word 'everyone'"),
                        (["soon,all", ","], "soon")):  # fmt: skip
        needs.write_text(
            "\n".join(f"{a},{b}" for a, b in zip(lines, [added[0], *wrong], strict=True))
        )
        with pytest.raises(InputError, match=text):
            case_from_files([needs])
    twice = [*lines[:2], "SDN,,FSC,,46790687,3044077,"]
    cells = [added[0], "2023-06-01,all", "2023-06-02,all"]
    needs.write_text("\n".join(f"{a},{b}" for a, b in zip(twice, cells, strict=True)))
    with pytest.raises(InputError, match="row 3, column 'onset': differs from another row"):
        case_from_files([needs])


def test_what_is_not_at_fault_cannot_be_accepted(needs, tmp_path):
    with pytest.raises(InputError, match=r"SDN: .*not at fault.*At fault: MMR"):
        case_from_files([needs], accept={"SDN": "areas"})
    own = tmp_path / "own.csv"
    own.write_text("crisis,destination,as_of,people\nwar,SDN,2025-07-01,9000000\n")
    with pytest.raises(InputError, match="nothing to accept"):
        case_from_files([own], accept={"SDN": "areas"})
    needs.write_text(HEAD + MYANMAR)
    with pytest.raises(InputError, match="every country") as caught:
        case_from_files([needs])
    assert "--accept MMR=areas" in str(caught.value)


def test_files_are_told_by_their_content_and_own_and_published_ones_mix(needs, tmp_path):
    stock, unhcr = tmp_path / "a.csv", tmp_path / "b.csv"
    stock.write_text("destination,origin,as_of,people\nSDN,ERI,2023-07-01,120000\n")
    unhcr.write_text(
        "year,coo_iso,coa_iso,refugees,asylum_seekers,oip\n"
        "2024,ERI,SDN,100000,900,\n2025,ERI,SDN,100000,900,\n"
    )
    made = case_from_files([unhcr, needs, stock])
    assert made.case.stock.people["people"].tolist() == [120_000]
    assert made.case.protected.people["refugees"].tolist() == [100_000, 100_000]
    assert made.case.population.source.id == "undesa-wpp-2024"
    alone = case_from_files([needs, stock])  # the packaged register is of another stock
    assert alone.case.protected is None


def test_every_problem_of_every_file_comes_at_once(needs, tmp_path):
    odd = {name: tmp_path / f"{name}.csv" for name in ("nobody", "second", "shapes")}
    odd["nobody"].write_text("colour,taste\nred,sweet\n")
    odd["second"].write_text("place,as_of,people\nSDN,2025-07-01,50000000\n")
    odd["third"] = tmp_path / "third.csv"
    odd["third"].write_text("place,as_of,people\nSDN,2025-07-01,50000000\n")
    odd["shapes"].write_text("countryCode,id,name,typeName,year,requirements,funding,percentFunded\n"
                             "SDN,1,Sudan HRP,HRP,2025,5,4,80\n")  # fmt: skip
    with pytest.raises(InputError) as caught:
        case_from_files([needs, *odd.values()])
    text = str(caught.value)
    for part in ("no reader of gecam knows", "second.csv is a file of population too", "read_fts",
                 "gecam template needs"):  # fmt: skip
        assert part in text
    with pytest.raises(InputError, match="Requirements and funding are money"):
        case_from_files([], {"needs": odd["shapes"]})
    with pytest.raises(InputError, match="needs a file of people in need"):
        case_from_files([])


def test_the_command_prints_what_was_taken_refuses_one_country_and_takes_the_remedy(needs):
    run = CliRunner().invoke
    arguments = ["estimate", "--needs", str(needs), "--json", "--draws", "50"]
    first = run(app, arguments)
    assert first.exit_code == 0, first.output
    assert [row["crisis"] for row in json.loads(first.stdout)["rows"]] == ["2025-SDN", "2025-MMR"]
    assert "refused: file hpc_hno_2025.csv, row 3" in first.stderr
    assert "residents: packaged" in first.stderr
    second = run(app, [*arguments, "--accept", "MMR=areas"])
    assert all(row["mean"] for row in json.loads(second.stdout)["rows"])
    assert "accepted: MMR" in second.stderr
    titles = {source["id"]: source["title"] for source in json.loads(second.stdout)["sources"]}
    assert "MMR: sum over 2 places of admin1, accepted" in titles["ocha-hno-2025-MMR-accepted"]
    assert run(app, [*arguments, "--accept", "MMR"]).exit_code == 2
    assert run(app, ["estimate", "--as-of", "2025-07-01"]).exit_code == 2


def test_a_file_whose_name_has_no_year_asks_for_its_date(needs, tmp_path):
    plain = needs.rename(tmp_path / "needs.csv")
    run, arguments = CliRunner().invoke, ["estimate", "--json", "--draws", "50", "--needs"]
    asked = run(app, [*arguments, str(plain)])
    assert (asked.exit_code, "give as_of" in asked.output) == (3, True)
    told = run(app, [*arguments, str(plain), "--as-of", "2025-07-01"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["rows"][0]["crisis"] == "2025-SDN"
    own = tmp_path / "own.csv"
    own.write_text("crisis,destination,as_of,people\nwar,SDN,2025-07-01,9000000\n")
    with pytest.raises(InputError, match="says its dates itself"):
        case_from_files([own], as_of=date(2025, 7, 1))


def test_options_of_a_file_go_with_it():
    run = CliRunner().invoke
    assert run(app, ["estimate", "--accept", "MMR=areas"]).exit_code == 2


@pytest.mark.raw
@pytest.mark.slow
def test_the_needs_data_of_2025_give_22_countries_of_which_one_is_refused(raw_dir):
    file = raw_dir / "crisis/hpc_hno_2025.csv.gz"
    made = case_from_files([file])
    assert (len(made.case.crises), list(made.refused)) == (22, ["MMR"])
    assert made.refused["MMR"].row == 202_542
    made = case_from_files([file], accept={"MMR": "areas"})
    assert (len(made.case.footprints), made.refused) == (22, {})
    people = {f.destination: f.people for f in made.case.footprints}
    assert people["MMR"] == 19_902_649  # as OCHA's own total row


def test_the_check_of_a_file_refuses_one_country_as_the_estimate_does(needs):
    report = check_file(needs)
    assert (report.status, report.places, report.message) == ("partly", 2, "refused: MMR")
    (problem,) = report.problems
    assert (problem.row, "--accept MMR=areas" in problem.remedy) == (3, True)
    assert [(total.column, total.found) for total in report.totals] == [("in_need", 30_440_770)]
    run = CliRunner().invoke(app, ["check", str(needs)])
    assert run.exit_code == 0, run.output
    assert "--accept MMR=areas" in run.output


def test_what_cannot_be_part_of_a_case_is_told_in_one_sentence(needs, tmp_path):
    ages = tmp_path / "ages.csv"
    ages.write_text(
        "Year,Destination,0-4_(mf),Total_(mf),0-4_(m),Total_(m),0-4_(f),Total_(f)\n"
        "2019,WORLD,30,30,10,10,20,20\n2019,Nepal,30,30,10,10,20,20\n"
    )
    with pytest.raises(InputError, match="migrants by age"):
        case_from_files([needs], {"stock": ages})
    odd = tmp_path / "odd.csv"
    odd.write_text("colour,taste\nred,sweet\n")
    with pytest.raises(InputError, match="columns as_of, crisis, destination, people") as caught:
        case_from_files([], {"needs": odd})
    assert len(caught.value.problems) == 1
    index = tmp_path / "inform.csv"
    head = "CRISIS ID,COUNTRY,ISO3,INFORM Severity Index,year,month\n"
    index.write_text(head + "SDN001,Sudan,SDN,4.6,2025,6\n")
    with pytest.raises(InputError, match="has the index and no people by level"):
        case_from_files([index])


def test_guesses_that_change_little_are_named_together(needs):
    lines = case_from_files([needs.rename(needs.with_name("hpc_hno_2026.csv"))]).guesses()
    assert all(line.startswith("guess") for line in lines)
    assert sum("2026-SDN" in line for line in lines) == 1
