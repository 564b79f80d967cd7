"""Tables of needs, severity and displacement refuse what breaks their rules."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.model.displacement import DisplacementTable, PlaceCounts
from gecam.model.needs import COUNTS, LABELS, NeedsTable, subnational_disagreement
from gecam.model.severity import RiskTable, SeverityTable


def needs(*rows: dict[str, object]) -> NeedsTable:
    base = dict.fromkeys(LABELS, "") | dict.fromkeys(COUNTS, float("nan"))
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


def test_place_counts_know_no_migrants() -> None:
    row = {
        "iso3": "LBY", "level": "admin4", "pcode": "LY01", "place": "x", "as_of": "2021-11-30",
        "round": "39", "operation": "", "assessment": "BA", "group": "migrants", "cause": "",
        "origin_pcode": "", "people": 5.0, "line": 2,
    }  # fmt: skip
    with pytest.raises(InputError, match="migrants"):
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
