"""Catalogues of events: IFRC GO, GDACS, UCDP, EM-DAT, IDMC; requirements of FTS."""

from __future__ import annotations

from datetime import date

import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import (
    displacement_events,
    read_emdat,
    read_fts,
    read_gdacs,
    read_gidd,
    read_ifrc,
    read_ucdp,
)

IFRC = (
    b"name,dtype.name,code,start_date,end_date,country.iso3,initial_num_beneficiaries\n"
    b"Zambia - Flood,Flood,MDRZM019,2023-02-25T00:00:00Z,2023-06-30T00:00:00Z,ZMB,8364\n"
    b"East Africa - Drought,Drought,MDR64003,2008-12-11T00:00:00Z,,KEN,0\n"
    b"Lebanon - Unrest,Civil Unrest,MDRLB004,2019-10-17T00:00:00Z,2020-01-01T00:00:00Z,LBN,5000\n"
)
GDACS = (
    "\ufeffid,iso3,title,event_type,severity_value,from_date,to_date,geo_lat,geo_long,gdacs_bbox\n"
    'EQ1,USA,"Green alert, Few people",Earthquake,5.8,"Tue, 10 Dec 2024 18:04:35 GMT",'
    '"Tue, 10 Dec 2024 18:04:35 GMT",51.1,-177.2,1\n'
).encode()
UCDP = (
    b"id,type_of_violence,conflict_new_id,conflict_name,iso3,date_start,date_end,best\n"
    b",,,,#country+code,#date+start,#date+end,#affected+killed\n"
    b"1,2,4591,A - B,BGD,2013-12-13,2013-12-14,1\n"
    b"2,2,4591,A - B,BGD,1991-02-28,1991-02-28,4\n"
    b"3,3,512,C - Civilians,BGD,1989-09-30,1989-09-30,6\n"
)
EMDAT = (
    b"DisNo.,Disaster Type,Event Name,External IDs,ISO,Country,Start Year,Start Month,Start Day,"
    b"End Year,End Month,End Day,Total Deaths,Total Affected\n"
    b"2099-0001-XXA,Earthquake,,GLIDE:EQ-2099-000015|USGS:us1,TUR,Turkey,2099,2,6,2099,2,6,10,123456\n"
    b"2099-0002-XXB,Flood,Big one,,MOZ,Mozambique,2099,3,,2099,,,1,\n"
    b"2099-0003-XXC,Epidemic,,,SPI,Somewhere,2099,1,5,2099,1,9,,77\n"
)  # invented events in the publisher's layout
FTS = (
    b"countryCode,id,name,code,typeId,typeName,startDate,endDate,year,requirements,funding,percentFunded\n"
    b"AFG,1057.0,Flash Appeal 2021,FAFG21,5.0,Flash appeal,2021-09-01,2021-12-31,2021,606.0,998.0,165\n"
    b"AFG,,Not specified,,,,,,2021,,206.0,\n"
    b"MLI,190.0,West Africa 2006,CAPWA,1,Consolidated appeals process,2006-01-01,2006-12-31,2006,50,,\n"
    b"AFG,,Not specified,,,,,,2020,,-7,\n"
)
LAYOUT_SAMPLES = {
    "ifrc": (read_ifrc, IFRC.decode()),
    "gdacs": (read_gdacs, GDACS.decode("utf-8-sig")),
    "ucdp": (read_ucdp, UCDP.decode()),
    "emdat": (read_emdat, EMDAT.decode()),
    "fts": (read_fts, FTS.decode()),
}


def codes(table):
    return {note.code: note.count for note in table.notes}


def test_appeals_of_ifrc_state_people_targeted_who_are_no_people_affected():
    table = read_ifrc(IFRC)
    assert table.events["kind"].tolist() == ["disaster", "disaster", "conflict"]
    assert table.events["people"].isna().tolist() == [False, True, False]
    assert codes(table) == {"TARGETED": 3, "PEOPLE_ZERO": 1}
    crisis = table.crises()[0]
    assert (crisis.id, crisis.onset) == ("MDRZM019-ZMB", date(2023, 2, 25))
    with pytest.raises(InputError, match="counts targeted"):
        table.footprints()


def test_alerts_of_gdacs_have_dates_of_mail_and_no_people():
    table = read_gdacs(GDACS)
    assert table.crises()[0].reference_date == date(2024, 12, 10)
    assert table.footprints() == ()
    with pytest.raises(InputError, match="not a date: 'soon'"):
        read_gdacs(GDACS.replace(b"Tue, 10 Dec 2024 18:04:35 GMT", b"soon", 1))


def test_events_of_ucdp_are_grouped_by_conflict_and_country():
    table = read_ucdp(UCDP)
    assert table.events[["id", "people", "hazard"]].to_numpy().tolist() == [
        ["ucdp-4591", 5.0, "non-state"],
        ["ucdp-512", 6.0, "one-sided"],
    ]
    assert table.crises()[0].onset == date(1991, 2, 28)
    with pytest.raises(InputError, match="counts deaths"):
        table.footprints()


def test_a_users_copy_of_emdat_gives_footprints_of_grade_d_that_are_not_public():
    table = read_emdat(EMDAT)
    assert codes(table) == {"DATE_ROUGH": 1, "PEOPLE_BLANK": 1, "CODE_OF_NO_COUNTRY": 1}
    assert not table.source.is_public
    (found,) = table.footprints()
    assert (found.people, found.measure, found.grade) == (123_456, "affected", "D")
    assert [crisis.glide for crisis in table.crises()] == ["EQ-2099-000015", ""]
    assert table.crises()[1].reference_date == date(2099, 3, 1)
    assert [c.kind for c in table.crises()] == ["disaster", "disaster"]


def test_a_day_that_is_none_is_an_error_with_its_row():
    with pytest.raises(InputError, match="cannot be read") as error:
        read_emdat(EMDAT.replace(b",2099,2,6,2099", b",2099,2,31,2099"))
    assert error.value.problems[0].row == 2


def test_fts_keeps_requirements_by_country_and_leaves_out_negative_funding():
    table = read_fts(FTS)
    assert codes(table) == {"NEGATIVE_FUNDING": 1, "OUTSIDE_PLANS": 2}
    rows = table.rows[["iso3", "metric", "value", "plan_type"]].to_numpy().tolist()
    assert rows == [
        ["AFG", "funding_required", 606.0, "flash_appeal"],
        ["AFG", "funding_received", 998.0, "flash_appeal"],
        ["AFG", "funding_received", 206.0, ""],
        ["MLI", "funding_required", 50.0, "country_plan"],
    ]


def test_events_of_idmc_are_movements():
    table = displacement_events(read_gidd(
        b"iso3,year,event_name,hazard_type_name,start_date,end_date,new_displacement,total_displacement\n"
        b"TUR,2023,Earthquake - 06/02/2023,Earthquake,2023-02-06,2023-02-06,4047329,\n"
        b"MOZ,2022,Flood,Flood,,,100,\n"
    ))  # fmt: skip
    assert table.events["counted"].tolist() == ["movements", "movements"]
    assert table.crises()[1].reference_date == date(2022, 1, 1)
    assert codes(table)["FIRST_OF_JANUARY"] == 1
    with pytest.raises(InputError, match="counts movements"):
        table.footprints()
    with pytest.raises(InputError, match="has no events"):
        displacement_events(
            read_gidd(b"iso3,year,new_displacement,total_displacement\nAFG,2009,0,1\n")
        )


@pytest.mark.parametrize("reader", [read_ifrc, read_gdacs, read_ucdp, read_emdat, read_fts])
def test_another_table_is_an_error(reader):
    with pytest.raises(LayoutError):
        reader(b"a,b\n1,2\n")


@pytest.mark.raw
def test_published_catalogues(raw_dir):
    crisis = raw_dir / "crisis"
    ifrc = read_ifrc(crisis / "ifrc_go_appeals_sample.csv")
    assert (len(ifrc.events), ifrc.events["people"].sum()) == (144, 55_063_543)
    gdacs = read_gdacs(crisis / "gdacs_rss_sample.csv")
    assert gdacs.events["id"].tolist() == ["EQ1457082", "EQ1456937"]
    ucdp = read_ucdp(crisis / "ucdp_ged_bgd_sample.csv")
    assert (len(ucdp.events), ucdp.events["people"].sum()) == (15, 1362)
    fts = read_fts(crisis / "fts_requirements_funding_global.csv")
    required = fts.rows[fts.rows["metric"].eq("funding_required")]
    assert len(required) == 1198
    assert required.loc[required["year"].eq(2022), "value"].sum() == 50_104_012_930
    idmc = displacement_events(read_gidd(crisis / "idmc_gidd_disaster_events.csv.gz"))
    assert len(idmc.events) == 22_119
    quake = idmc.events[idmc.events["iso3"].eq("TUR") & idmc.events["people"].gt(4e6)]
    assert quake["people"].tolist() == [4_047_329]
