"""Migrants, residents and people in need by area: joined by code or name, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gecam.cli.main import app
from gecam.datasets import case_from_files
from gecam.estimation import estimate

HEAD = "Country ISO3,Admin 1 PCode,Admin 1 Name,Cluster,Category,Population,In Need,Targeted\n"
NEEDS = HEAD + (
    "SDN,,,ALL,,50000000,30000000,\n"
    "SDN,SD01,Khartoum,ALL,total,10000000,9000000,\n"
    "SDN,SD02,North Darfur,ALL,total,40000000,21000000,\n"
)
MIGRANTS = "country,area,as_of,migrants\nSDN,SD01,2024-07-01,300000\nSDN,SD02,2024-07-01,100000\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    texts = {"needs": NEEDS, "by_area": MIGRANTS}
    paths = {"needs": tmp_path / "hpc_hno_2025.csv", "by_area": tmp_path / "census.csv"}
    for kind, path in paths.items():
        path.write_text(texts[kind], encoding="utf-8")
    return paths


def test_areas_of_three_kinds_of_counts_make_evidence_level_2(files):
    made = case_from_files(list(files.values()))
    (footprint,) = made.case.footprints
    assert [(a.area, a.in_need, a.residents, a.migrants) for a in footprint.areas] == [
        ("SD01", 9e6, 1e7, 3e5),
        ("SD02", 21e6, 4e7, 1e5),
    ]
    (line,) = (line for line in made.taken if line.startswith("by area"))
    assert "400,000 migrants counted in 2 of 2 areas, census.csv" in line
    assert {s.file for s in made.case.sources} >= {"census.csv", "hpc_hno_2025.csv"}
    assert all(s.sha256 for s in made.case.further_sources)
    est = estimate(made.case, draws=200)
    levels = {cell.group: cell.evidence_level for cell in est.cells}
    assert levels["other"] == 2
    # migrants' own share at odds ratio 1: 3/4 of them where 90 % are in need, 1/4 where 52.5 %
    factor = (0.75 * 0.9 + 0.25 * 0.525) / 0.6
    step = next(cell for cell in est.cells if cell.group == "other")
    assert factor == pytest.approx(1.34375)
    assert step.evidence_level == 2


def test_areas_go_by_name_and_residents_may_be_of_another_file(files, tmp_path):
    files["needs"].write_text(NEEDS.replace(",10000000,", ",,").replace(",40000000,", ",,"))
    files["by_area"].write_text(
        MIGRANTS.replace("SD01", "KHARTOUM").replace("SD02", "North-Darfur")
    )
    made = case_from_files(list(files.values()))
    assert made.case.footprints[0].areas == ()
    (why,) = made.not_used
    assert "no residents by area: give COD-PS" in why
    residents = tmp_path / "residents.csv"
    residents.write_text(
        "country,area,as_of,residents\nSDN,Khartoum,2025-07-01,9000000\n"
        "SDN,North Darfur,2025-07-01,41000000\n"
    )
    made = case_from_files([*files.values(), residents])
    assert [a.residents for a in made.case.footprints[0].areas] == [9e6, 41e6]


REFUGEES = "country,area,as_of,refugees\nSDN,SD01,2024-07-01,0\nSDN,SD02,2024-07-01,600000\n"


def test_refugees_may_be_counted_by_area_where_nobody_counted_migrants(files):
    files["by_area"].write_text(REFUGEES)
    made = case_from_files(list(files.values()))
    (footprint,) = made.case.footprints
    assert [(a.area, a.migrants, a.refugees) for a in footprint.areas] == [
        ("SD01", None, 0.0),
        ("SD02", None, 6e5),
    ]
    (line,) = (line for line in made.taken if line.startswith("by area"))
    assert "by area: SDN: 600,000 refugees counted in 2 of 2 areas, census.csv" in line
    assert made.other_stocks() == ()  # nobody counted another stock of migrants
    files["by_area"].write_text(REFUGEES.replace("SDN", "LBY"))
    (why,) = case_from_files(list(files.values())).not_used
    assert "migrants or refugees by area of countries without people in need: LBY" in why


def test_refugees_of_another_file_than_migrants_are_joined_too(files, tmp_path):
    second = tmp_path / "registered.csv"
    second.write_text(REFUGEES)
    made = case_from_files([*files.values(), second])
    areas = made.case.footprints[0].areas
    assert [(a.migrants, a.refugees) for a in areas] == [(3e5, 0.0), (1e5, 6e5)]
    (line,) = (line for line in made.taken if line.startswith("by area"))
    assert "400,000 migrants counted in 2 of 2 areas, census.csv; 600,000 refugees" in line
    second.write_text(REFUGEES.replace("SD02", "SD99"))
    (why,) = case_from_files([*files.values(), second]).not_used
    assert "migrants and refugees by area of SDN: 1 areas of registered.csv are none of" in why


@pytest.mark.parametrize(
    ("needs", "migrants", "why"),
    [
        (NEEDS, MIGRANTS.replace("SD02", "SD99"), "1 areas of census.csv are none of .*: SD99"),
        (NEEDS.replace("21000000", ""), MIGRANTS, "1 areas have no people in need .* 9,000,000 of"),
        (NEEDS, MIGRANTS.replace("SDN", "LBY"), "countries without people in need: LBY"),
        (HEAD + "SDN,,,ALL,,50000000,30000000,\n", MIGRANTS, "no residents by area"),
    ],
)
def test_figures_by_area_that_do_not_fit_are_not_used_and_say_why(files, needs, migrants, why):
    files["needs"].write_text(needs)
    files["by_area"].write_text(migrants)
    made = case_from_files(list(files.values()))
    assert made.case.footprints[0].areas == ()
    assert len(made.not_used) == 1
    assert re.search(why, made.not_used[0])


def test_from_the_command_line(files):
    arguments = ["estimate", "--needs", str(files["needs"]), "--by-area", str(files["by_area"])]
    run = CliRunner().invoke(app, [*arguments, "--draws", "50", "--json"])
    assert run.exit_code == 0, run.output
    assert "by area: SDN: 400,000 migrants counted in 2 of 2 areas" in run.stderr
    alone = CliRunner().invoke(app, ["estimate", "--by-area", str(files["by_area"])])
    assert alone.exit_code == 2


def test_migrants_counted_by_area_are_a_second_stock(files):
    made = case_from_files(list(files.values()))
    (line,) = made.other_stocks()
    stock = made.case.stock.by_place["SDN"].figures
    assert f"census.csv counts 400,000 migrants, the stock has {stock[max(stock)]:,.0f}" in line
    people = made.case.stock.people
    scaled = people.assign(people=people["people"] * 400_000 / stock[max(stock)])
    case = replace(made.case, stock=replace(made.case.stock, people=scaled))
    mean = estimate(case, draws=1_000).by("destination").summary()["mean"].item()
    assert line.endswith(f"with that count {float(f'{mean:.3g}'):,.0f}")
