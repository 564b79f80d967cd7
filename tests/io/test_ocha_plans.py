"""OCHA's tables of plans: the traps of the published files, in small files of their layout."""

from __future__ import annotations

from datetime import date

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_gho_plans, read_plan_facts, read_plan_history
from gecam.io.ocha.plan_crises import crises_of_plans
from gecam.io.ocha.plan_types import plan_type

GHO = """#,Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need,Data Explorer PIN?
,#country+name,#country+code,#plan+type,#inneed,#meta+included
1,Sudan,SDN,Humanitarian response plan,14257653,TRUE
2,Ukraine Flash Appeal,,Flash appeal,15700000,TRUE
3,Syria (3RP),,Regional response plan,20100000,TRUE
4,Lebanon ERP,,Non Humanitarian response plan,1863924,TRUE
5,Philippines,,Non Humanitarian Response Plan,2400000,FALSE"""  # no line end, as published

HISTORY_HEAD = (
    "Year,Plan,Crisis Country,Country Code,Metric,Value,Standardised Plan,Appeal Type,"
    "PiN Value for Dataviz,OUSG Metric\n"
)


def history(*rows: str) -> bytes:
    return (HISTORY_HEAD + "".join(row + "\n" for row in rows)).encode()


def note(table: object, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


def codes(table: object) -> set[str]:
    return {n.code for n in table.notes}


def test_gho_table_with_bare_hash_header_and_tag_row() -> None:
    table = read_gho_plans(GHO.encode())
    assert len(table.plans) == 5
    assert table.plans["in_need"].tolist() == [14257653, 15700000, 20100000, 1863924, 2400000]
    assert table.plans["line"].tolist() == [3, 4, 5, 6, 7]


def test_gho_table_without_tag_row_reads_the_same() -> None:
    lines = GHO.split("\n")
    table = read_gho_plans("\n".join([lines[0], *lines[2:]]).encode())
    assert table.plans["in_need"].sum() == read_gho_plans(GHO.encode()).plans["in_need"].sum()


def test_gho_spellings_of_one_plan_type_are_unified_and_said() -> None:
    table = read_gho_plans(GHO.encode())
    assert table.plans["plan_type"].tolist()[3:] == ["other_plan", "other_plan"]
    assert "Non Humanitarian Response Plan" in note(table, "SPELLINGS_UNIFIED").text


def test_gho_rows_without_iso_code_stay_without() -> None:
    table = read_gho_plans(GHO.encode())
    assert table.plans["iso3"].tolist() == ["SDN", "", "", "", ""]
    assert note(table, "NO_COUNTRY_CODE").count == 4


def test_gho_row_outside_the_data_explorer_is_kept_and_said() -> None:
    table = read_gho_plans(GHO.encode())
    assert table.plans["in_data_explorer"].tolist()[-1] == "no"
    assert "Philippines" in note(table, "NOT_IN_DATA_EXPLORER").text


def test_gho_lists_every_bad_cell_with_row_and_column() -> None:
    bad = GHO.replace("SDN", "SUD").replace("15700000", "15.7 M").replace("Flash appeal", "Appeal")
    with pytest.raises(InputError) as caught:
        read_gho_plans(bad.encode())
    places = {(p.row, p.column) for p in caught.value.problems}
    assert places == {(3, "ISO alpha-3 codes"), (4, "In Need"), (4, "Plan type")}


def test_gho_blank_people_in_need_is_an_error_not_zero() -> None:
    with pytest.raises(InputError):
        read_gho_plans(GHO.replace("14257653", "").encode())


def test_gho_without_its_columns_is_another_layout() -> None:
    with pytest.raises(LayoutError, match="In Need"):
        read_gho_plans(b"plan,people\nSudan,5\n")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Humanitarian Response Plan (HRP)", "country_plan"),
        ("HRP", "country_plan"),
        ("Humanitarian response plan", "country_plan"),
        ("Consolidated Appeal Process (CAP)", "country_plan"),
        ("FA", "flash_appeal"),
        ("Flash Appeal (FA)", "flash_appeal"),
        ("Humanitarian Flash Appeal", "flash_appeal"),
        ("RRP", "regional_plan"),
        ("Regional Refugee Response Plan (RRP)", "regional_plan"),
        ("COVID-19 (Intersectoral)", "other_plan"),
        ("Non-HRP", "other_plan"),
        ("a plan", None),
    ],
)
def test_spellings_of_appeal_types(words: str, kind: str | None) -> None:
    assert plan_type(words) == kind


def test_history_values_with_thousands_commas() -> None:
    table = read_plan_history(
        history('2022,Burkina Faso,Burkina Faso,BFA,People in need,"4,889,324",Burkina Faso,HRP,,')
    )
    assert table.rows["value"].tolist() == [4889324.0]


def test_history_plan_revision_and_regional_plan_are_never_added() -> None:
    table = read_plan_history(
        history(
            '2021,Ukraine,Ukraine,UKR,People in need,"3,500,000",Ukraine,HRP,,',
            '2021,Ukraine,Ukraine,UKR,People in need,"3,400,000",Ukraine,HRP,yes,',
            '2022,Afghanistan,Afghanistan,AFG,People in need,"24,380,455",Afghanistan,HRP,,',
            '2022,Afghanistan,Afghanistan,AFG,People in need,"5,702,498",Afghanistan,RRP,,',
        )
    )
    assert note(table, "REPEATED").count == 2
    assert table.rows["repeats"].tolist() == [2, 2, 2, 2]
    assert table.rows["is_chosen_by_publisher"].tolist() == [False, True, False, False]
    assert table.in_need(2022, "country_plan")["value"].tolist() == [24380455.0]


def test_history_regional_plan_coded_by_origin_joins_no_country() -> None:
    table = read_plan_history(
        history(
            '2022,Afghanistan,Afghanistan,AFG,People in need,"5,702,498",Afghanistan,RRP,,',
            '2021,Venezuela Regional,Venezuela,VEN,People in need,"3,600,000",Venezuela,Other,,',
        )
    )
    assert table.rows["iso3"].tolist() == ["", ""]
    assert table.rows["code_published"].tolist() == ["AFG", "VEN"]
    assert note(table, "REGIONAL_BY_NAME").count == 1


def test_history_code_that_no_country_has_is_kept_and_never_joined() -> None:
    # The row is El Salvador's; SLW is not its code, nor that of Eswatini.
    table = read_plan_history(
        history(
            '2022,El Salvador,El Salvador,SLW,Funding received,"5,981,608",,Flash appeal,,',
            '2022,West Africa,West Africa,,People targeted,"1,534,832",,CAP (Consolidated),,',
        ).replace(b"CAP (Consolidated)", b"Consolidated Appeal Process (CAP)")
    )
    assert table.rows["iso3"].tolist() == ["", ""]
    assert table.rows["code_published"].tolist() == ["SLW", ""]
    assert "SLW" in note(table, "CODE_UNKNOWN").text
    assert note(table, "NO_COUNTRY_CODE").count == 1


def test_history_years_sorted_apart_from_their_rows_are_not_used() -> None:
    names = {"Afghanistan": "AFG", "Chad": "TCD", "Mali": "MLI", "Syria": "SYR", "Yemen": "YEM"}
    once = [
        f'{2010 + at},{name},{name},{code},People in need,"1,000,000",{name},HRP,,'
        for at, (name, code) in enumerate(names.items())
    ]
    ordered = [
        f'{year},{name},{name},{code},People in need,"1,000,000",{name},HRP,,'
        for year in (2021, 2022)
        for name, code in names.items()
    ]
    table = read_plan_history(history(*once, *ordered))
    assert table.rows["year"].isna().sum() == len(once)
    assert note(table, "YEAR_NOT_OF_THE_ROW").count == len(once)
    assert table.rows["year_published"].tolist()[:5] == [2010, 2011, 2012, 2013, 2014]
    assert len(table.in_need(2022, "country_plan")) == 5


def test_history_unknown_metric_or_type_is_an_error() -> None:
    with pytest.raises(InputError) as caught:
        read_plan_history(history('2022,Mali,Mali,MLI,People,"1",Mali,Plan,,'))
    assert {p.column for p in caught.value.problems} == {"Metric", "Appeal Type"}


FACTS_HEAD = (
    "plan,iso3,plan_type,kind,onset_date,onset_source,pin_scope,pin_scope_evidence,"
    "pin_scope_source,refugees_in_pin,migrants_in_pin,area,area_source,relation,relation_source,"
    "located_in,from,composition,confidence,note\n"
)
FACTS = FACTS_HEAD + (
    "Sudan,SDN,Humanitarian response plan,complex,2003,s,all,counted,plan,925000,,national,s,"
    "disjoint: Syria (3RP),s,,,,high,\n"
    "Ukraine Flash Appeal,UKR,Flash appeal,conflict,2022-02-24,s,unknown,,,,,national,s,,,,,,low,\n"
    "Syria (3RP),,Regional response plan,displacement,2011-03,s,mixed_hosts,e,s,7100000,,"
    'host countries,s,"overlaps: Sudan (HRP, refugees; counted twice) possible",s,'
    "TUR;LBN;JOR;IRQ;EGY,SYR,hosts 12.9 M,medium,\n"
    "Lebanon ERP,LBN,Non Humanitarian response plan,economic,,,residents_excl_refugees,e,s,,120000,"
    "9 of 10 regions,s,,,,,,high,\n"
    "Philippines,PHL,Non Humanitarian Response Plan,disaster,2021-12-16,s,unknown,,,,,"
    "IV-B;VI;VII,s,,,,,,medium,\n"
)


def test_plans_joined_with_their_facts() -> None:
    crises, footprints = crises_of_plans(
        read_gho_plans(GHO.encode()), read_plan_facts(FACTS.encode()), as_of=date(2022, 7, 1)
    )
    assert [c.id for c in crises] == [f.crisis for f in footprints]
    sudan, flash, syria, lebanon, philippines = zip(crises, footprints, strict=True)
    assert (sudan[1].destination, sudan[1].people, sudan[1].area) == ("SDN", 14257653.0, ())
    assert sudan[0].relations[0].other == "Syria (3RP)"
    assert flash[0].onset == date(2022, 2, 24)
    assert flash[0].onset_precision == "day"
    assert syria[1].destination == ""  # lives in its hosts, comes from its origin
    assert syria[0].located_in == ("TUR", "LBN", "JOR", "IRQ", "EGY")
    assert syria[0].people_from == ("SYR",)
    assert lebanon[1].area == ("9 of 10 regions",)
    assert philippines[1].area == ("IV-B", "VI", "VII")


def test_plans_and_facts_of_different_tables_do_not_join() -> None:
    facts = FACTS.replace("Sudan,SDN", "Sudan,SSD").replace("Philippines", "Philippines (HNP)")
    with pytest.raises(InputError) as caught:
        crises_of_plans(
            read_gho_plans(GHO.encode()), read_plan_facts(facts.encode()), as_of=date(2022, 7, 1)
        )
    assert {p.code for p in caught.value.problems} == {"NO_FACTS", "NO_PLAN", "COUNTRY_DIFFERS"}


@pytest.mark.raw
def test_raw_gho_2022_has_28_country_plans_with_234_810_134_in_need(raw_dir) -> None:
    # OCHA, Inter-agency response plans in 2022 (HDX data explorers)
    table = read_gho_plans(raw_dir / "crisis" / "gho2022_national_pin_response_plans.csv")
    by_type = table.plans.groupby("plan_type")["in_need"].agg(["size", "sum"])
    assert by_type.loc["country_plan"].tolist() == [28, 234_810_134]
    assert by_type["size"].to_dict() == {
        "country_plan": 28, "flash_appeal": 4, "other_plan": 2, "regional_plan": 8,
    }  # fmt: skip
    assert note(table, "NO_COUNTRY_CODE").count == 14
    by_name = table.plans.set_index("plan")["in_need"]
    assert by_name["Lebanon ERP"] == 1_863_924
    assert by_name["Ukraine Flash Appeal"] == 15_700_000
    assert table.plans.loc[table.plans["in_data_explorer"] == "no", "plan"].tolist() == [
        "Philippines"
    ]


@pytest.mark.raw
def test_raw_plan_history_2022_has_27_country_plans_with_228_894_904(raw_dir) -> None:
    # OCHA, 2010-2024 Humanitarian Needs and Funding, raw data
    path = raw_dir / "crisis" / "ocha_humanitarian_needs_by_plan_2010_2022.csv"
    table = read_plan_history(path)
    plans = table.in_need(2022, "country_plan")
    assert (len(plans), plans["value"].sum()) == (27, 228_894_904)
    assert len(table.rows) == 1095
    needs = table.rows[table.rows["metric"] == "in_need"]
    published = needs.groupby("year_published")["value"].sum()
    assert published[2021] == 312_104_007
    assert published[2022] == 336_223_130
    assert note(table, "REPEATED").count == 165
    assert note(table, "NO_COUNTRY_CODE").count == 19
    assert "SLW" in note(table, "CODE_UNKNOWN").text
    ukraine = needs[(needs["code_published"] == "UKR") & (needs["year_published"] == 2021)]
    assert sorted(ukraine["value"]) == [3.4e6, 3.4e6, 3.5e6]
    by_type = plans.set_index("iso3")["value"]
    assert by_type[["ETH", "NGA", "BFA"]].tolist() == [20e6, 8_364_426, 4_889_324]


@pytest.mark.raw
def test_raw_plan_history_does_not_trust_years_before_the_end_of_2021(raw_dir) -> None:
    path = raw_dir / "crisis" / "ocha_humanitarian_needs_by_plan_2010_2022.csv"
    table = read_plan_history(path)
    covid = table.rows[table.rows["plan_type_published"].str.startswith("COVID")]
    assert covid["year_published"].min() == 2011  # nine years before the disease
    assert covid["year"].isna().all()
    assert table.rows["year"].value_counts().to_dict() == {2022: 92, 2021: 38}
