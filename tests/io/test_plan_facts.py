"""Compiled facts on plans: both layouts, precision of dates, areas, relations; blank is unknown."""

from __future__ import annotations

from datetime import date

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.ocha.plan_facts import parse_area, read_plan_facts
from gecam.model.response_plans import Onset

HEAD_2022 = (
    "plan,iso3,plan_type,kind,onset_date,onset_source,pin_scope,pin_scope_evidence,"
    "pin_scope_source,refugees_in_pin,migrants_in_pin,area,area_source,relation,relation_source,"
    "located_in,from,composition,confidence,note\n"
)
HEAD_2024 = (
    "iso3,plan,kind,onset_date,onset_source,pin_scope,pin_scope_evidence,pin_scope_source,"
    "refugees_in_pin,migrants_in_pin,area,area_source,relation,confidence,note\n"
)


def row_2022(plan: str, *, plan_type: str = "Humanitarian response plan", **cells: str) -> str:
    values = dict.fromkeys(HEAD_2022.strip().split(","), "")
    values |= {"plan": plan, "plan_type": plan_type, "kind": "conflict", "pin_scope": "unknown"}
    values |= {"confidence": "low"} | cells
    return ",".join(f'"{value}"' for value in values.values()) + "\n"


def facts(*rows: str) -> dict[str, object]:
    return {fact.plan: fact for fact in read_plan_facts((HEAD_2022 + "".join(rows)).encode()).facts}


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31), "year"),
        ("2020-12", date(2020, 12, 1), date(2020, 12, 31), "month"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "month"),
        ("2022-02-24", date(2022, 2, 24), date(2022, 2, 24), "day"),
    ],
)
def test_onset_keeps_the_precision_of_its_statement(
    text: str, first: date, last: date, precision: str
) -> None:
    assert Onset.parse(text) == Onset(first, last, precision)


@pytest.mark.parametrize("text", ["24.2.2022", "2022-13", "2022-02-30", "long ago", "0000", "22"])
def test_onset_that_is_no_date_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        Onset.parse(text)


def test_blank_stays_unknown() -> None:
    fact = facts(row_2022("Mali", iso3="MLI"))["Mali"]
    assert fact.onset is None
    assert fact.refugees_in_pin is None
    assert fact.migrants_in_pin is None
    assert fact.area.kind == "unknown"
    assert (fact.pin_scope, fact.relations) == ("unknown", ())


def test_zero_refugees_is_a_fact() -> None:
    row = "UKR,Ukraine,conflict,2022-02-24,s,residents_excl_refugees,e,s,0,,national,s,,high,\n"
    fact = read_plan_facts((HEAD_2024 + row).encode()).facts[0]
    assert fact.refugees_in_pin == 0
    assert fact.migrants_in_pin is None
    assert fact.plan_type == "country_plan"  # the layout of 2024 has country plans only


@pytest.mark.parametrize(
    ("text", "kind", "units"),
    [
        ("national", "national", ()),
        ("host countries", "host_countries", ()),
        ("", "unknown", ()),
        ("9 of 10 regions", "described", ()),
        ("north, centre and toward the south", "described", ()),
        ("Borno;Adamawa;Yobe", "admin_units", ("Borno", "Adamawa", "Yobe")),
        ("Cox's Bazar;Bhasan Char", "admin_units", ("Cox's Bazar", "Bhasan Char")),
        ("Adamaoua; Centre; Est", "admin_units", ("Adamaoua", "Centre", "Est")),
    ],
)
def test_area_statements(text: str, kind: str, units: tuple[str, ...]) -> None:
    area = parse_area(text)
    assert (area.kind, area.units, area.text) == (kind, units, text)


def test_area_units_with_codes() -> None:
    area = parse_area("Adamawa (NG002); Borno (NG008); Yobe (NG036)")
    assert area.units == ("Adamawa", "Borno", "Yobe")
    assert area.pcodes == ("NG002", "NG008", "NG036")


def relations(text: str) -> list[tuple[str, str, bool]]:
    plans = facts(
        row_2022("Sudan", iso3="SDN", relation=text),
        row_2022("South Sudan", iso3="SSD"),
        row_2022("Yemen", iso3="YEM"),
        row_2022("South Sudan (RRP)", plan_type="Regional response plan"),
        row_2022("The Horn of Africa and Yemen (MRP)", plan_type="Regional response plan"),
        row_2022("Ukraine Flash Appeal", plan_type="Flash appeal"),
    )
    return [(r.kind, r.other, r.is_certain) for r in plans["Sudan"].relations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("disjoint: South Sudan (RRP, people abroad)", [("disjoint", "South Sudan (RRP)", True)]),
        ("overlaps: South Sudan (RRP), counted again", [("overlaps", "South Sudan (RRP)", True)]),
        ("overlaps: South Sudan (HRP)", [("overlaps", "South Sudan", True)]),
        (
            "overlaps: Horn of Africa and Yemen (MRP) for returned migrants",
            [("overlaps", "The Horn of Africa and Yemen (MRP)", True)],
        ),
        (
            "overlaps: Yemen and South Sudan (HRP)",
            [("overlaps", "Yemen", True), ("overlaps", "South Sudan", True)],
        ),
        ("overlaps possible: Yemen, refugees there", [("overlaps", "Yemen", False)]),
        (
            "disjoint: South Sudan (RRP) for refugees; overlaps possible for host communities",
            [("disjoint", "South Sudan (RRP)", True), ("overlaps", "South Sudan (RRP)", False)],
        ),
        (
            "supersedes: Yemen (HRP) in practice; possible: South Sudan (HRP)",
            [("supersedes", "Yemen", True), ("overlaps", "South Sudan", False)],
        ),
        (
            "within: Ukraine Flash Appeal (earlier; never add)",
            [("within", "Ukraine Flash Appeal", True)],
        ),
        ("Sudanese abroad are in another plan", []),
        ("disjoint: a plan of another table", []),
    ],
)
def test_relations_are_read_from_their_statements(
    text: str, expected: list[tuple[str, str, bool]]
) -> None:
    assert relations(text) == expected


def test_every_fault_is_listed_at_once() -> None:
    text = HEAD_2022 + row_2022(
        "A", iso3="XYZ", kind="war", pin_scope="some", onset_date="soon", refugees_in_pin="many",
        confidence="sure", located_in="TUR;TURKEY", plan_type="Plan",
    )  # fmt: skip
    with pytest.raises(InputError) as caught:
        read_plan_facts(text.encode())
    assert {p.column for p in caught.value.problems} == {
        "iso3", "kind", "pin_scope", "onset_date", "refugees_in_pin", "confidence", "located_in",
        "plan_type",
    }  # fmt: skip
    assert {p.row for p in caught.value.problems} == {2}


def test_a_plan_named_twice_is_an_error() -> None:
    with pytest.raises(InputError, match="row 3, column 'plan': the row repeats one above"):
        facts(row_2022("Mali", iso3="MLI"), row_2022("Mali", iso3="MLI"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("country_plan", "country_plan"), ("flash_appeal", "flash_appeal"), ("", "country_plan"),
     ("regional", "regional_plan"), ("other", "other_plan"), ("HRP", "country_plan")],
)  # fmt: skip
def test_types_of_plans_in_words_of_ocha_and_of_later_tables(word: str, kind: str) -> None:
    assert facts(row_2022("Mali", iso3="MLI", plan_type=word))["Mali"].plan_type == kind


@pytest.mark.raw
@pytest.mark.parametrize(
    ("year", "plans", "unknown"), [(2023, 46, 15), (2025, 38, 7), (2026, 29, 7)]
)
def test_raw_facts_of_later_years(raw_dir, year: int, plans: int, unknown: int) -> None:
    # counts of plans and of unknown scopes: the provenance beside the tables
    table = read_plan_facts(raw_dir / "crisis" / f"plan_facts_{year}.csv")
    assert len(table.facts) == plans
    assert {note.code: note.count for note in table.notes}["SCOPE_UNKNOWN"] == unknown


def test_table_without_scope_is_another_layout() -> None:
    with pytest.raises(LayoutError, match="pin_scope"):
        read_plan_facts(b"plan,iso3,kind\nMali,MLI,conflict\n")


@pytest.mark.raw
def test_raw_facts_2022_cover_42_plans(raw_dir) -> None:
    table = read_plan_facts(raw_dir / "crisis" / "plan_facts_2022.csv")
    scopes = [fact.pin_scope for fact in table.facts]
    assert {scope: scopes.count(scope) for scope in set(scopes)} == {
        "unknown": 17, "all": 11, "mixed_hosts": 7, "residents_excl_refugees": 5,
        "migrants_separate": 1, "nationals": 1,
    }  # fmt: skip
    assert table["Sudan"].refugees_in_pin == 925_000
    assert table["Nigeria"].area.units == ("Borno", "Adamawa", "Yobe")
    assert table["Ukraine Flash Appeal"].relations[0].kind == "supersedes"
    assert table["Ukraine Flash Appeal"].relations[0].other == "Ukraine"
    assert table["Syria (3RP)"].located_in == ("TUR", "LBN", "JOR", "IRQ", "EGY")
    assert [r.other for r in table["The Horn of Africa and Yemen (MRP)"].relations] == [
        "Yemen", "Ethiopia", "Somalia",
    ]  # fmt: skip
    stated = [fact for fact in table.facts if fact.relation_text]
    assert all(fact.relations for fact in stated)
    names = {fact.plan for fact in table.facts}
    assert all(r.other in names for fact in table.facts for r in fact.relations)


@pytest.mark.raw
def test_raw_facts_2024_cover_24_countries(raw_dir) -> None:
    table = read_plan_facts(raw_dir / "crisis" / "plan_facts_2024.csv")
    by_country = {fact.iso3: fact for fact in table.facts}
    scopes = [fact.pin_scope for fact in table.facts]
    assert {s: scopes.count(s) for s in set(scopes)} == {
        "all": 10, "residents_excl_refugees": 5, "unknown": 9,
    }  # fmt: skip
    assert by_country["NGA"].area.pcodes == ("NG002", "NG008", "NG036")
    assert len(by_country["CMR"].area.units) == 9
    assert by_country["SSD"].refugees_in_pin == 450_000
    assert by_country["UKR"].refugees_in_pin == 0
    assert by_country["ETH"].refugees_in_pin is None
