"""People in need of plans, INFORM and IPC: one figure per country, the rest told by its reason."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from gecam.datasets import case_from_files, needs_of_table, read_case
from gecam.datasets.file_roles import REMEDIES, ROLES
from gecam.errors import CoverageWarning, InputError
from gecam.estimation import estimate
from gecam.evaluation import cost_of_guesses
from gecam.io import EventCatalogue, read_gho_plans, read_ipc, read_plan_history, read_severity
from gecam.io.readers import readers

GHO = (
    "Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need\n"
    "Sudan,SDN,Humanitarian response plan,14300000\n"
    "Ukraine Flash Appeal,,Flash appeal,15700000\n"
    "Syria (3RP),,Regional response plan,20000000\n"
)
SEVERITY = (
    "CRISIS ID,CRISIS,ISO3,DRIVERS,affected,pin_level_3,pin_level_4,pin_level_5,year,month\n"
    'ETH001,Multiple crises,ETH,"Floods,International Displacement",99,800000,100000,0,2025,6\n'
    "ETH002,Drought,ETH,Drought/drier conditions,99,500000,50000,0,2025,6\n"
    "PER002,Displacement to Peru,PER,International Displacement,99,400000,0,0,2025,6\n"
    "SDN001,Complex crisis,SDN,Conflict/ Violence,99,900000,x,0,2025,6\n"
    "SDN001,Complex crisis,SDN,Conflict/ Violence,99,700000,x,0,2024,6\n"
)
IPC_HEAD = (
    "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number\n"
)


def analysis(country: str, people: int, phases: dict[str, int], period="current,2025-04-01"):
    word, start = period.split(",")
    return "".join(
        f"Apr 2025,{country},{people},{word},{start},{start[:5]}09-30,{phase},{n}\n"
        for phase, n in phases.items()
    )


def reasons(needs) -> dict[str, str]:
    return {note.code: note.text for note in needs.notes}


def test_plans_of_a_year_are_those_of_single_countries_and_a_plan_without_code_is_told_by_its_name():
    table = read_gho_plans(GHO.encode(), year=2022)
    needs = needs_of_table(table)
    assert {c.id: f.people for c, f in zip(needs.crises, needs.footprints, strict=True)} == {
        "2022-SDN": 14_300_000,
        "2022-UKR-flash": 15_700_000,  # a name of edition 2022
    }
    assert "Syria (3RP)" in reasons(needs)["REGIONAL"]
    assert needs.footprints[0].as_of == date(2022, 7, 1)
    with pytest.raises(InputError, match="does not say the year"):
        needs_of_table(read_gho_plans(GHO.encode()))
    with pytest.raises(InputError, match="levels of severity"):
        needs_of_table(table, measure="severe")


def test_a_table_without_types_takes_country_plans_from_the_registry():
    """Uganda's plan of 2026 is of refugees: its figure is no share of Uganda's residents."""
    text = b"plan,people_in_need\nSudan,33700000\nUganda,2225443\nSyria (3RP),15312704\n"
    needs = needs_of_table(read_gho_plans(text, year=2026))
    assert [f.destination for f in needs.footprints] == ["SDN"]
    assert reasons(needs)["TYPE_UNKNOWN"].endswith("Uganda")


def test_of_several_figures_the_publishers_choice_is_taken_and_none_without_it():
    head = "Year,Plan,Crisis Country,Country Code,Metric,Value,Appeal Type,PiN Value for Dataviz\n"
    rows = (
        "2022,Sudan HRP,Sudan,SDN,People in need,14000000,HRP,no\n"
        "2022,Sudan HRP revised,Sudan,SDN,People in need,14300000,HRP,yes\n"
        "2022,Ethiopia HRP,Ethiopia,ETH,People in need,25900000,HRP,\n"
        "2022,Ethiopia HRP mid-year,Ethiopia,ETH,People in need,20000000,HRP,\n"
    )
    needs = needs_of_table(read_plan_history((head + rows).encode()))
    assert [(f.destination, f.people) for f in needs.footprints] == [("SDN", 14_300_000)]
    assert "Ethiopia HRP" in reasons(needs)["SEVERAL_FIGURES"]


def test_inform_gives_the_largest_crisis_of_a_country_in_the_month_nearest_to_the_date():
    needs = needs_of_table(read_severity(SEVERITY.encode()), as_of=date(2025, 7, 1))
    ethiopia, sudan = needs.footprints
    assert (ethiopia.crisis, ethiopia.people, ethiopia.grade) == ("ETH001", 900_000, "C")
    assert ethiopia.pin_scope == "all"  # its drivers name people displaced from abroad
    assert (sudan.people, sudan.pin_scope, sudan.as_of) == (900_000, "unknown", date(2025, 6, 30))
    assert sudan.note.startswith("at least")
    told = reasons(needs)
    assert "Drought (550,000)" in told["OTHER_CRISES"]
    assert "Displacement to Peru" in told["DISPLACED_ABROAD"]
    severe = needs_of_table(read_severity(SEVERITY.encode()), measure="severe")
    assert [(f.people, f.measure) for f in severe.footprints] == [(100_000, "severe")]
    with pytest.raises(InputError, match="no month of 2022"):
        needs_of_table(read_severity(SEVERITY.encode()), as_of=date(2022, 7, 1))


def test_phases_of_the_analysis_that_is_valid_are_a_measure_of_need_and_of_severity():
    text = (
        IPC_HEAD
        + analysis("AFG", 44_000_000, {"all": 43_000_000, "3+": 17_000_000, "4": 3_000_000, "5": 0})
        + analysis("AGO", 35_000_000, {"all": 900_000, "3+": 400_000, "4": 90_000, "5": 10_000})
        + analysis("AFG", 44_000_000, {"all": 43_000_000, "3+": 15_000_000, "4": 2_000_000, "5": 0},
                   "first projection,2025-05-01")
    )  # fmt: skip
    table = read_ipc(text.encode())
    needs = needs_of_table(table, as_of=date(2025, 7, 1))
    afghanistan, angola = needs.footprints
    assert (afghanistan.people, afghanistan.denominator) == (17_000_000, 43_000_000)
    assert afghanistan.as_of == date(2025, 7, 1)
    assert afghanistan.source_kind == "analysis"  # refugees are measured, not counted by rule
    assert angola.area == ("areas that IPC analysed",)  # 0.9 of 35 million
    assert angola.denominator is None
    severe = needs_of_table(table, as_of=date(2025, 7, 1), measure="severe")
    assert [f.people for f in severe.footprints] == [3_000_000, 100_000]  # phases 4 and 5


def test_files_of_several_publishers_make_one_case_each_country_from_the_first(tmp_path):
    hno = tmp_path / "hpc_hno_2025.csv"
    hno.write_text(
        "Country ISO3,Cluster,Category,Population,In Need,Targeted\nSDN,ALL,,,30440770,\n"
    )
    severity = tmp_path / "severity.csv"
    severity.write_text(SEVERITY)
    made = case_from_files([hno, severity])
    assert {f.destination: f.people for f in made.case.footprints} == {
        "SDN": 30_440_770,
        "ETH": 900_000,
    }
    assert any("severity.csv: an earlier file has SDN" in line for line in made.not_used)
    assert sum("SHA-256" in line for line in made.taken) == 2
    onset = next(c.onset for c in made.case.crises if c.id == "ETH001")
    edition = next(c for c in read_case([hno]).crises if c.id == "2025-SDN")
    assert edition.onset == date(2023, 4, 15)
    assert onset is None or onset <= date(2025, 6, 30)
    with pytest.warns(CoverageWarning, match="earlier file has SDN"):
        read_case([hno, severity])


def test_rows_that_run_on_guesses_say_what_the_alternatives_change():
    text = (
        "crisis,destination,as_of,people,pin_scope,onset\n"
        "war,SDN,2025-07-01,30000000,unknown,\nflood,TCD,2025-07-01,7000000,all,2024-08-01\n"
    )
    made = case_from_files([text.encode()])
    assert made.undated == ("war",)  # nobody states when it began
    table = cost_of_guesses(made.case, undated=made.undated, draws=500)
    assert set(table["crisis"]) == {"war"}
    other = table.set_index("alternative")
    assert set(other["what"]) == {"scope", "onset"}
    for scope, words in (
        ("all", "it counts refugees and migrants"),
        ("nationals", "nationals alone"),
    ):
        stated = replace(made.case.footprints[0], pin_scope=scope)
        case = replace(made.case, crises=made.case.crises[:1], footprints=(stated,))
        mean = estimate(case, draws=500, seed=2022).by("crisis").summary()["mean"].item()
        assert other.loc[other.index.str.contains(words), "other"].item() == pytest.approx(mean)
    (scope, onset) = sorted(made.guesses(), reverse=True)
    assert "nobody states whom it counts" in scope
    assert scope.count("; if ") == 3
    assert "if it began on 2025-01-01" in onset


def test_events_of_a_year_are_people_affected():
    days = pd.to_datetime(["2025-08-01", "2025-09-01", "2024-08-01"])
    events = pd.DataFrame(
        {
            "id": ["a", "b", "c"], "name": ["flood", "storm", "old"], "iso3": ["SDN", "TCD", "SDN"],
            "kind": "disaster", "hazard": "Flood", "glide": "", "counted": "affected",
            "started_on": days, "ended_on": days, "people": [349_000.0, math.nan, 9_000.0],
            "line": [2, 3, 4],
        }
    )  # fmt: skip
    needs = needs_of_table(EventCatalogue(events))
    (footprint,) = needs.footprints
    assert (footprint.destination, footprint.people, footprint.measure) == (
        "SDN",
        349_000,
        "affected",
    )
    assert reasons(needs)["NO_FIGURE"].endswith("storm")
    assert reasons(needs)["OTHER_EVENTS"].endswith("1")


def test_a_file_of_any_kind_is_part_of_a_case_or_says_what_to_do():
    kinds = {reader.kind for reader in readers()}
    assert kinds <= ROLES.keys() | REMEDIES.keys()


@pytest.mark.raw
def test_the_plans_of_2022_are_the_country_plans_of_the_edition(raw_dir):
    table = read_gho_plans(raw_dir / "crisis/gho2022_national_pin_response_plans.csv")
    needs = needs_of_table(table)
    people = {f.crisis: f.people for f in needs.footprints}
    assert people["2022-UKR-flash"] == 15_700_000  # as published
    assert sum(n for key, n in people.items() if not key.endswith("-flash")) == 234_810_134
