"""Broken files: a reader of needs gives a table or one of our errors, never anything else."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from gecam.errors import GecamError, InputError
from gecam.io.events.idmc import read_gidd
from gecam.io.iom.dtm import read_dtm_api
from gecam.io.maps.adam import read_adam_earthquake
from gecam.io.ocha.hapi import read_hapi
from gecam.io.ocha.hno import read_hno
from gecam.io.ocha.plan_facts import read_plan_facts
from gecam.io.ocha.plans import read_gho_plans, read_plan_history
from gecam.io.ocha.published_shares import read_published_shares
from gecam.io.severity.inform import read_severity
from gecam.io.severity.inform_risk import read_risk
from gecam.io.severity.ipc import read_ipc

LAYOUT_SAMPLES: dict[str, tuple[Callable[..., object], str]] = {
    "gho": (
        read_gho_plans,
        "#,Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need,Data Explorer PIN?\n"
        ",#country+name,#country+code,#plan+type,#inneed,#meta+included\n"
        "1,Sudan,SDN,Humanitarian response plan,14257653,TRUE\n"
        "2,Syria (3RP),,Regional response plan,20100000,FALSE\n",
    ),
    "history": (
        read_plan_history,
        "Year,Plan,Crisis Country,Country Code,Metric,Value,Appeal Type,PiN Value for Dataviz\n"
        '2021,Mali,Mali,MLI,People in need,"5,917,269",HRP,yes\n'
        '2022,Ukraine,Ukraine,UKR,Funding received,"17,700,000",FA,\n',
    ),
    "facts": (
        read_plan_facts,
        "iso3,plan,kind,onset_date,onset_source,pin_scope,pin_scope_evidence,pin_scope_source,"
        "refugees_in_pin,migrants_in_pin,area,area_source,relation,confidence,note\n"
        "NGA,Nigeria,conflict,2009-07-26,s,residents_excl_refugees,e,s,0,,Borno (NG008); Yobe,s,"
        "overlaps: Mali (HRP),high,n\n"
        "MLI,Mali,conflict,2012,s,unknown,,,,,national,,,low,\n",
    ),
    "shares": (
        read_published_shares,
        "iso3,year,group,in_need,present,share,source_title,source_url,scope_note\n"
        "BFA,2024,refugees,37249,37249,1.0,OCHA,,comparable: x\n"
        ",2023,migrants,,6300000,0.734,s,,sector: y\n",
    ),
    "hno": (
        read_hno,
        "Country ISO3,Admin 1 PCode,Admin 1 Name,Description,Cluster,Category,Population,In Need,"
        "Targeted,Info\n"
        "#country+code,#adm1+code,#adm1+name,#sector+description,#sector+cluster+code,#category,"
        "#population,#inneed,#targeted,#meta+info\n"
        "SDN,,,HRP,ALL,,50990034,24786370,14657114,\n"
        "SDN,SD01,Khartoum,HRP,ALL,total,,5000000.5,,\n"
        "SDN,,,Refugees,,Réfugiés,,-5,,No cluster for entity 7\n",
    ),
    "hno earlier": (
        read_hno,
        "Country ISO3,Admin 1 PCode,Sector,Gender,Age Range,Disabled,Population Group,Population,"
        "In Need,Targeted\n"
        "AFG,,ALL,a,ALL,a,ALL,44532600,23666389,17327995\nAFG,AF01,PRO_GBV,f,0-17,y,REF,,5,\n",
    ),
    "hapi": (
        read_hapi,
        "location_code,admin1_code,admin2_code,admin_level,sector_code,sector_name,category,"
        "population_status,population,reference_period_start,reference_period_end,error\n"
        "SDN,,,0,Intersectoral,Intersectoral,,INN,24786370,2024-01-05,2024-12-24,\n"
        "SDN,SD01,SD01001,2,FSC,Food,total,TGT,5,2024-01-05,2024-12-24,No cluster\n",
    ),
    "severity": (
        read_severity,
        "CRISIS,CRISIS ID,ISO3,affected,pin_level_3,pin_level_4,pin_level_5,year,month,Reliability\n"
        "Weights,,,,,,,,,\n"
        "Sudan,SDN001,SDN,51700000,15257000,16753000,x,2026,3,High\n"
        'Chad,REG001,"TCD,NER",5,1,,,2026,2,Low\n',
    ),
    "risk": (
        read_risk,
        "COUNTRY,ISO3,INFORM RISK,RISK CLASS,Inequality\n(a-z),(a-z),(0-10),(x),(0-10)\n"
        "Namibia,NAM,4.0,Medium,x\n",
    ),
    "ipc": (
        read_ipc,
        "Date of analysis,Country,Total country population,Validity period,From,To,Phase,Number\n"
        "Apr 2023,AFG,43100596,current,2023-04-01,2023-04-30,all,43100598\n"
        "Apr 2023,AFG,43100596,current,2023-04-01,2023-04-30,3+,17213584\n",
    ),
    "idmc": (
        read_gidd,
        "iso3,year,start_date,end_date,event_name,hazard_type_name,new_displacement,"
        "total_displacement\n"
        "TUR,2023,2023-02-02,2023-02-06,Earthquake,Earthquake,4047329,821894\n"
        "AB9,2022,,,Flood,Flood,5,\n",
    ),
    "adam earthquake": (
        read_adam_earthquake,
        "ADM0_NAME,ADM1_NAME,ADM2_NAME,5_MMI,6_MMI\n"
        "Morocco,Marrakech,Al Haouz,120000,80000\nMorocco,Marrakech,Chichaoua,90000,2500\n",
    ),
    "dtm": (
        read_dtm_api,
        "operation,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,"
        "numPresentIdpInd,reportingDate,roundNumber,displacementReason,assessmentType\n"
        "#operation+name,#country+code,#adm1+name,#adm1+code,#adm2+name,#adm2+code,#adm+level,"
        "#affected+idps,#date+reported,#round+code,#cause+type,#assessment+type\n"
        "Lake Chad,TCD,Lac,TD07,,,1,225689,2025-01-31T00:00:00,24,Conflict,BA\n",
    ),
}
JUNK = (
    "", " ", "-1", "1e308", "1e400", "nan", "inf", "9" * 40, "1,2,3", "1.234", "NA", "None", "total",
    "#inneed", "#", "SDN", "XXX", "2022-13-45", "0001-01-01", "99999-01-01", "\x00", "\ufeff", "é" * 50,
    '"', "a\nb", ";", "(", ")", "disjoint: ", "overlaps: Sudan (", "admin9", "ſ", "1\u00a0234", "٣",
)  # fmt: skip


def mutant(text: str, dice: random.Random) -> bytes:
    """Break a file in one to three of the ways in which files break."""
    lines = text.splitlines()
    for _ in range(dice.randint(1, 3)):
        at = dice.randrange(len(lines)) if lines else 0
        cells = lines[at].split(",") if lines else [""]
        column = dice.randrange(len(cells))
        way = dice.randrange(9)
        if way <= 3:
            cells[column] = dice.choice(JUNK)
        elif way == 4:
            del cells[column]
        elif way == 5:
            cells[column] += dice.choice(JUNK)
        elif way == 6:
            lines.insert(at, dice.choice(lines) if lines else "")
        elif way == 7:
            lines = lines[:at]
        else:
            dice.shuffle(cells)
        if way not in {6, 7} and lines:
            lines[at] = ",".join(cells)
    return "\n".join(lines).encode()


def survive(name: str, seeds: range) -> None:
    read, text = LAYOUT_SAMPLES[name]
    for seed in seeds:
        data = mutant(text, random.Random(f"{name} {seed}"))
        try:
            read(data)
        except GecamError:
            continue
        except Exception as error:
            pytest.fail(f"{name}, seed {seed}: {error!r} of {data!r}")


@pytest.mark.parametrize("name", LAYOUT_SAMPLES)
def test_sample_is_read(name: str) -> None:
    read, text = LAYOUT_SAMPLES[name]
    read(text.encode())


@pytest.mark.parametrize("name", LAYOUT_SAMPLES)
@pytest.mark.slow
def test_broken_files_give_our_errors(name: str) -> None:
    survive(name, range(40))


@pytest.mark.slow
@pytest.mark.parametrize("name", LAYOUT_SAMPLES)
def test_many_broken_files_give_our_errors(name: str) -> None:
    survive(name, range(40, 1040))


@pytest.mark.parametrize("name", LAYOUT_SAMPLES)
@pytest.mark.parametrize(
    "data", [b"", b"\n", b",,,\n", b"a\n", b"\x00\x01", b"PK\x03\x04", b"\xff\xfe\x00"]
)
def test_files_that_are_none(name: str, data: bytes) -> None:
    with pytest.raises(GecamError):
        LAYOUT_SAMPLES[name][0](data)


@pytest.mark.parametrize("name", LAYOUT_SAMPLES)
def test_header_without_rows_is_refused(name: str) -> None:
    read, text = LAYOUT_SAMPLES[name]
    with pytest.raises(InputError, match="no rows"):
        read((text.splitlines()[0] + "\n").encode())
