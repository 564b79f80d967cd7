"""Tables of needs, severity and displacement refuse what breaks their rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam import estimate
from gecam.errors import CoverageWarning, InputError
from gecam.model import Population
from gecam.model.displacement import DisplacementTable, PlaceCounts
from gecam.model.needs import LABELS, NEEDS_COUNTS, NeedsTable, subnational_disagreement
from gecam.model.severity import RiskTable, SeverityTable


def needs(*rows: dict[str, object]) -> NeedsTable:
    base = dict.fromkeys(LABELS, "") | dict.fromkeys(NEEDS_COUNTS, float("nan"))
    base |= {"iso3": "SDN", "level": "admin0", "sector": "intersectoral", "is_headline": True}
    return NeedsTable(pd.DataFrame([base | {"line": at} | row for at, row in enumerate(rows, 2)]))


@pytest.mark.parametrize(
    ("row", "match"),
    [
        ({"iso3": "SUD"}, "'SUD'.*ISO3"),
        ({"level": "country"}, "unknown level 'country'"),
        ({"in_need": -5.0}, "row 2, column 'in_need'"),
    ],
)
def test_needs_table_checks_codes_levels_and_signs(row: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        needs(row)


def test_needs_table_without_a_column() -> None:
    with pytest.raises(InputError, match="line"):
        NeedsTable(needs({"in_need": 1.0}).rows.drop(columns="line"))


def test_needs_table_gives_one_national_row_per_country() -> None:
    with pytest.raises(InputError, match="another national row"):
        needs({"in_need": 1.0}, {"in_need": 2.0})
    table = needs({"in_need": 1.0}, {"in_need": 2.0, "is_headline": False})
    assert table.national()["in_need"].to_dict() == {"SDN": 1.0}


def test_subnational_disagreement_compares_each_level_on_its_own() -> None:
    table = needs(
        {"in_need": 10.0},
        {"in_need": 4.0, "level": "admin1", "pcode": "SD01"},
        {"in_need": 6.0, "level": "admin1", "pcode": "SD02"},
        {"in_need": 5.0, "level": "admin2", "pcode": "SD01001"},
    )
    compared = subnational_disagreement(table).set_index("level")
    assert compared["ratio"].to_dict() == {"admin1": 1.0, "admin2": 0.5}
    assert compared["places"].to_dict() == {"admin1": 2, "admin2": 1}


def test_displacement_knows_two_measures_only() -> None:
    row = {
        "iso3": "SDN", "code_published": "SDN", "year": 2022, "cause": "conflict",
        "measure": "displacements", "value": 5.0, "event": "", "hazard": "", "started_on": pd.NaT,
        "ended_on": pd.NaT, "repeats": 1, "line": 2,
    }  # fmt: skip
    with pytest.raises(InputError, match="displacements"):
        DisplacementTable(pd.DataFrame([row]))
    with pytest.raises(InputError, match="negative"):
        DisplacementTable(pd.DataFrame([row | {"measure": "people", "value": -1.0}]))


def test_place_counts_name_their_group() -> None:
    row = {
        "iso3": "LBY", "level": "admin4", "pcode": "LY01", "place": "x", "as_of": "2021-11-30",
        "round": "39", "operation": "", "assessment": "BA", "group": "strangers", "cause": "",
        "origin_pcode": "", "people": 5.0, "line": 2,
    }  # fmt: skip
    with pytest.raises(InputError, match="strangers"):
        PlaceCounts(pd.DataFrame([row]))


def test_risk_has_each_component_once_per_country() -> None:
    rows = pd.DataFrame({"iso3": ["SDN", "SDN"], "component": "INFORM RISK", "value": [7.0, 8.0]})
    with pytest.raises(InputError, match="more than once"):
        RiskTable(rows)


def test_severity_counts_are_not_negative() -> None:
    row = dict.fromkeys(
        ["affected", "displaced", "injured", "fatalities", "in_need", "severity", "scale",
         *(f"level_{n}" for n in range(1, 6))], float("nan")
    ) | dict.fromkeys(["crisis_name", "drivers", "severity_class", "reliability", "grade", "overlaps",
                       "flags"], "")  # fmt: skip
    row |= {"crisis": "SDN001", "iso3": "SDN", "countries": "SDN", "as_of": "2026-03-31", "line": 2}
    row |= {"is_partial": False}
    assert len(SeverityTable(pd.DataFrame([row])).bounds()) == 1
    with pytest.raises(InputError, match="negative"):
        SeverityTable(pd.DataFrame([row | {"level_3": -1.0}]))


AREA = {"level": "admin1", "in_need": 1e6, "population": 4e6}
YEAR_2024 = {"SDN": (date(2024, 1, 5), date(2024, 12, 24))}


def test_a_table_of_areas_only_gives_a_footprint_of_areas() -> None:
    table = replace(
        needs(
            AREA | {"pcode": "SD01"},
            AREA | {"pcode": "", "place": "Kassala", "in_need": 5e5},
            AREA | {"level": "admin2", "pcode": "SD01001"},
        ),
        periods=YEAR_2024,
    )
    (crisis,), (footprint,) = table.crises_and_footprints()
    assert (footprint.people, footprint.denominator) == (
        1.5e6,
        8e6,
    )  # 1,000,000 + 500,000 of 2 x 4 m
    assert footprint.area == ("Kassala", "SD01")
    assert not footprint.is_national
    assert (crisis.id, crisis.reference_date) == ("2024-SDN", date(2024, 7, 1))
    assert footprint.note == "sum over 2 places of admin1"


def test_a_footprint_of_areas_gives_an_estimate_that_says_so(small_case) -> None:
    table = replace(needs(AREA | {"pcode": "SD01"}), periods={"SDN": (date(2022, 1, 1),) * 2})
    crises, footprints = table.crises_and_footprints(date(2022, 7, 1))
    case = replace(small_case, crises=crises, footprints=footprints, left_out_of_totals={})
    row = estimate(case, draws=50).by("destination").summary().iloc[0]
    assert row["mean"] > 0
    assert "SUBNATIONAL_PLAN" in row["flags"]


def test_a_national_row_is_used_before_areas() -> None:
    table = needs({"in_need": 2e6}, AREA | {"pcode": "SD01"})
    (footprint,) = table.crises_and_footprints(date(2024, 7, 1))[1]
    assert (footprint.people, footprint.area, footprint.denominator) == (2e6, (), None)
    blank = needs({"in_need": np.nan}, AREA | {"pcode": "SD01"})
    assert blank.by_country().loc["SDN", ["in_need", "level"]].tolist() == [1e6, "admin1"]


def test_areas_without_residents_leave_the_denominator_to_the_case(small_case) -> None:
    table = needs(AREA | {"pcode": "SD01"}, AREA | {"pcode": "SD02", "population": np.nan})
    crises, footprints = table.crises_and_footprints(date(2022, 7, 1))
    assert footprints[0].denominator is None
    population = Population(small_case.population.people.query("place != 'SDN'"))
    with pytest.raises(InputError, match=r"no population of SDN .* and no denominator of its own"):
        replace(
            small_case, crises=crises, footprints=footprints, population=population,
            left_out_of_totals={},
        )  # fmt: skip


def test_one_place_in_two_rows_is_refused() -> None:
    table = needs(AREA | {"pcode": "SD01"}, AREA | {"pcode": "SD01", "description": "other plan"})
    with pytest.raises(InputError, match="the place 'SD01' of admin1 has more than one row"):
        table.crises_and_footprints(date(2024, 7, 1))


def test_the_date_of_a_table_is_used_and_not_contradicted() -> None:
    table = replace(needs({"in_need": 2e6}), periods=YEAR_2024)
    assert table.crises_and_footprints()[0][0].reference_date == date(2024, 7, 1)
    assert table.crises_and_footprints(date(2024, 9, 1))[1][0].as_of == date(2024, 9, 1)
    with pytest.raises(InputError, match="of SDN are of 2024-01-05 to 2024-12-24: got as_of 2022"):
        table.crises_and_footprints(date(2022, 7, 1))
    appeal = replace(table, periods={"SDN": (date(2023, 9, 10), date(2023, 12, 31))})
    assert appeal.crises_and_footprints()[0][0].reference_date == date(2023, 11, 5)  # the middle
    with pytest.raises(InputError, match="does not say of which date the figures of SDN are"):
        needs({"in_need": 2e6}).crises_and_footprints()


def test_countries_without_people_in_need_of_all_sectors_are_named() -> None:
    sector = {"iso3": "TCD", "sector": "FSC", "in_need": 3e5}
    with pytest.warns(CoverageWarning, match="or its areas: TCD; left out"):
        needs({"in_need": 2e6}, sector).crises_and_footprints(date(2024, 7, 1))
    with pytest.raises(InputError, match=r"or its areas: TCD\. Sectors and groups overlap"):
        needs(sector).crises_and_footprints(date(2024, 7, 1))
