"""The reader of the Missing Migrants Project: small files in every layout, and the real ones."""

import csv
import gzip
import io

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io.iom.missing_migrants import read_missing_migrants
from gecam.io.iom.missing_migrants_words import ROUTES, cause_group, route_group, route_now
from gecam.mortality import main_incidents, merge, totals

OLD = (
    "Web ID,Region of Incident,Reported Date,Reported Year,Reported Month,Number Dead,"
    "Minimum Estimated Number of Missing,Total Dead and Missing,Number of Survivors,"
    "Number of Females,Number of Males,Number of Children,Cause of Death,Location Description,"
    "Information Source,Location Coordinates,Migration Route,URL,UNSD Geographical Grouping,"
    "Source Quality\n"
    '52771,Mediterranean,11-Jan-20,2020,Jan,12,17,29,21,2,10,,Presumed drowning,"Ionian Sea",'
    '"IOM Greece, Hellenic Coast Guard","39.2, 20.2",Eastern Mediterranean,,Uncategorized,5\n'
    '52770,North Africa,09-Jan-20,2020,Jan,,,0,,,,,Unknown,Sahara,4Mi,"23, 19",,,,2\n'
)
NEW = (
    ",Main ID,Incident ID,Region,Incident Date,Year,Reported Month,Number Dead,"
    "Minimum Estimated Number of Missing,Total Number of Dead and Missing,Number of Survivors,"
    "Number of Females,Number of Males,Number of Children,Cause of Death,Location of death,"
    "Information Source,Coordinates,Migrantion route,URL,UNSD Geographical Grouping,"
    "Source Quality\n"
    '0,2014.MMP00062,2014.MMP0006263,Northern Africa,"Mon, 04/14/2014 - 12:00",2014,April,2.0,0.0,'
    "2,,,,,Violence,Desert,MHub,,Sahara Desert crossing,,Northern Africa,2.0\n"
    '1,2014.MMP00062,2014.MMP0006264,Northern Africa,"Mon, 04/14/2014 - 12:00",2014,April,6.0,,6,'
    "309.0,,,,Violence,Desert,MHub,,Sahara Desert crossing,,Northern Africa,2.0\n"
    "2,2019.MMP01859,2019.MMP01859,Central America,,2019,January,1.0,,1,,,,,Drowning,River,"
    "Press,,Darien Gap,,Central America,\n"
)
LATEST = (
    '"Main ID","Incident ID",Region,"Incident Date",Year,"Reported Month","Number Dead",'
    '"Minimum Estimated Number of Missing","Number of Survivors","Number of Females",'
    '"Number of Males","Number of Children","Region of Origin","Cause of Death",'
    '"Country of Origin","Location of death","Information Source",Coordinates,'
    '"Migration route",URL,"UNSD Geographical Grouping","Source Quality"\n'
    '2026.MMP0190,2026.MMP0190218,Mediterranean,"Sat, 04/18/2026 - 12:00",2026,April,17,-5,3,8,14,'
    '5,"Northern Africa (P)",Drowning,Sudan,"off Tobruk","Foundation via IOM Libya",,'
    '"Eastern Mediterranean",,Uncategorized,4\n'
)
NO_IDS = (
    "\ufeffIncident Type,Incident year,Reported Month,Region of Origin,Region of Incident,"
    "Country of Origin,Number of Dead,Minimum Estimated Number of Missing,"
    "Total Number of Dead and Missing,Number of Survivors,Number of Females,Number of Males,"
    "Number of Children,Cause of Death,Migration route,Location of death,Information Source,"
    "Coordinates,UNSD Geographical Grouping\n"
    'Incident,2014,January,Central America,North America,"Côte d\'Ivoire,Unknown",1,0,1,0,0,1,0,'
    "Mixed or unknown,US-Mexico border crossing,Pima,PCOME,,Northern America\n"
    "Incident,2014,January,Unknown,North America,Unknown,1,0,1,0,0,1,0,Mixed or unknown,,Pima,"
    "PCOME,,Northern America\n"
    "Incident,2014,January,Unknown,North America,Unknown,1,0,1,0,0,1,0,Mixed or unknown,,Pima,"
    "PCOME,,Northern America\n"
    '"Incident,Split Incident",2015,March,Unknown,Mediterranean,Unknown,,40,40,12,0,0,0,Drowning,'
    "Central Mediterranean,Sea,Press,,Uncategorized\n"
    "Cumulative Incident,2015,May,Unknown,Central America,Unknown,44,0,44,0,0,0,0,Violence,,"
    "Texas,Press,,Central America\n"
)
API = (
    "source_year_file,web_id,region,reported_date,number_dead,number_missing,"
    "total_dead_and_missing,number_of_survivors,number_of_female,number_of_male,"
    "number_of_children,cause_death,country_of_incident,location_description,"
    "unsd_geographic_grouping,location_coodinates,migration_route,information_source,url,"
    "source_quality,region_origin,country_origin\n"
    '2015,2015.MMP00100,Mediterranean,2015-04-18,28,994,"1,022",28,,,,Drowning,Libya,"Off Libya\n",'
    "Uncategorized,,Central Mediterranean,UNHCR,,4,,\n"
    "2015,2015.MMP00250,Mediterranean,2015-07-27,1,,1,,,,,Drowning,Libya,Sea,,,"
    "Central Mediterranean,IOM,,4,,\n"
    "2015,2015.MMP00250,Mediterranean,2015-07-27,1,,1,,,,,Drowning,Libya,Sea,,,"
    "Central Mediterranean,IOM,,4,,\n"
    "2015,it will be included ,North America,,1,,1,,,1,,Presumed hyperthermia,Mixed/Unknown,Pima,"
    ",,US-Mexico border crossing,PCOME,,5,Latin America / Caribbean (P),Lao People&#039;s "
    "Democratic Republic\n"
)
REDUCED = (
    "incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    "country_of_origin_iso3,location,lon,lat\n"
    "2014-01-06,Incident,Central American Route,USA,1.0,Mixed or unknown,,GTM,Pima,-110,31\n"
    '2014-02-02,Cumulative Incident,Undefined,THA,5.0,Violence,500.0,"EGY,UNK",Hat Yai,100,7\n'
)


def read(text):
    return read_missing_migrants(text.encode())


def codes(incidents):
    return {note.code: note.count for note in incidents.notes}


def test_old_layout():
    incidents = read(OLD)
    assert incidents.id_scheme == "web"
    assert incidents.layout == "download 2014-2020 (Web ID)"
    first = incidents.records.set_index("incident").loc["52771"]
    assert first["date"] == pd.Timestamp("2020-01-11")
    assert first["month"] == pd.Timestamp("2020-01-01")
    assert (first["dead"], first["missing"], first["dead_and_missing"]) == (12, 17, 29)
    assert first["cause"] == "Presumed drowning"
    assert first["cause_group"] == "Drowning"
    assert first["route_group"] == "Eastern Mediterranean Route"
    other = incidents.records.set_index("incident").loc["52770"]
    assert np.isnan(other["dead"])  # empty, not zero
    assert other["dead_and_missing"] == 0  # as published


def test_new_layout_with_parts_floats_and_a_missing_date():
    incidents = read(NEW)
    records = incidents.records.set_index("record")
    assert records["kind"].to_dict() == {
        "2014.MMP0006263": "split", "2014.MMP0006264": "split", "2019.MMP01859": "unstated"
    }  # fmt: skip
    assert main_incidents(incidents).loc["2014.MMP00062", "dead_and_missing"] == 8
    without = records.loc["2019.MMP01859"]
    assert pd.isna(without["date"])
    assert without["month"] == pd.Timestamp("2019-01-01")
    assert without["route"] == "Darien"  # "Darien Gap" in this file
    assert codes(incidents)["NO_DATE"] == 1


def test_latest_layout_without_a_total_and_with_a_negative_part():
    incidents = read(LATEST)
    row = incidents.records.iloc[0]
    assert (row["dead"], row["missing"], row["dead_and_missing"]) == (17, -5, 12)
    assert (row["region_of_origin"], row["is_presumed_origin"]) == ("Northern Africa", True)
    assert row["country_of_origin"] == "SDN"


def test_layout_without_ids_whose_gaps_were_filled_with_zero():
    incidents = read(NO_IDS)
    records = incidents.records
    assert incidents.id_scheme == "none"
    assert records["kind"].tolist() == ["incident"] * 3 + ["split", "cumulative"]
    assert records["missing"].tolist()[3] == 40
    assert records["missing"].isna().sum() == 4
    assert records["males"].tolist()[0] == 1
    assert records["country_of_origin"].iloc[0] == "CIV;UNK"
    assert incidents.dead_and_missing == 87
    assert codes(incidents)["IDENTICAL_ROWS"] == 1
    assert codes(incidents)["ZEROS_UNSTATED"] > 0
    assert totals(incidents).iloc[0][["incidents", "cumulative_records"]].tolist() == [4, 1]


def test_api_layout_with_a_comma_repeated_ids_and_no_id():
    incidents = read(API)
    assert incidents.dead_and_missing == 1022 + 1 + 1 + 1
    assert incidents.records["record"].is_unique
    main = main_incidents(incidents)
    assert main.loc["2015.MMP00250", "dead_and_missing"] == 2  # equal parts add up
    assert codes(incidents)["NOT_AN_ID"] == 1
    assert codes(incidents)["COUNTRY_UNCLEAR"] == 1
    odd = incidents.records[incidents.records["incident"].str.startswith("row")].iloc[0]
    assert pd.isna(odd["month"])
    assert odd["year"] == 2015
    assert odd["country_of_origin"] == "LAO"
    assert odd["cause_group"].startswith("Harsh")


def test_an_id_given_to_incidents_of_two_regions_is_noted():
    other = (
        "2015,2015.MMP00100,North America,2015-04-11,1,,1,,,,,Drowning,Mexico,River,,,"
        "US-Mexico border crossing,Press,,4,,\n"
    )
    incidents = read(API + other)
    assert codes(incidents)["ID_OF_TWO_REGIONS"] == 1
    main = main_incidents(incidents)["dead_and_missing"]
    assert main["2015.MMP00100 (Mediterranean)"] == 1022
    assert main["2015.MMP00100 (North America)"] == 1
    assert "ID_OF_TWO_REGIONS" not in codes(read(API))


def test_reduced_layout():
    records = read(REDUCED).records
    assert records["country"].tolist() == ["USA", "THA"]
    assert records["country_of_origin"].tolist() == ["GTM", "EGY;UNK"]
    assert records["dead"].isna().all()
    assert records["kind"].tolist() == ["incident", "cumulative"]


LAYOUTS = {
    "old": OLD,
    "new": NEW,
    "latest": LATEST,
    "no ids": NO_IDS,
    "api": API,
    "reduced": REDUCED,
}
# Rows of totals in the form of each layout, with what a spreadsheet adds up below the columns.
TOTALS = {
    "old": "Total,,,2020,,12,17,29,21,2,10,,,,,,,,,\n",
    "new": ",Total,,,,2019,,9,0,9,309,,,,,,,,,,,\n",
    "latest": "Grand total,,,,2026,,17,-5,3,8,14,5,,,,,,,,,,\n",
    "no ids": "Total 2014-2015,2015,,,,,46,41,87,12,0,3,0,,,,,,\n",
    "api": "2015,total,,,31,994,1025,28,,1,,,,,,,,,,,,\n",
    "reduced": "2014-02-02,,Total,,6,,500,,,,\n",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_row_of_totals_is_no_incident(layout):
    alone, summed = read(LAYOUTS[layout]), read(LAYOUTS[layout] + TOTALS[layout])
    pd.testing.assert_frame_equal(summed.records, alone.records)
    (note,) = [note for note in summed.notes if note.code == "TOTAL_ROW"]
    assert note.count == 1
    row = LAYOUTS[layout].count("\n") + (
        0 if layout == "api" else 1
    )  # a cell of it holds a line break
    assert f"row {row + (layout == 'api')} " in note.text


def test_words_that_only_begin_like_a_total_are_kept():
    incidents = read(REDUCED.replace("Central American Route", "Totality crossing"))
    assert incidents.dead_and_missing == 6
    assert "TOTAL_ROW" not in codes(incidents)


def lines(text):
    header, *rows = text.splitlines(keepends=True)
    return header, rows


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_that_holds_its_records_twice_is_refused(layout):
    text = LAYOUTS[layout]
    _, _, body = text.partition("\n")
    with pytest.raises(
        InputError, match=r"(?s)twice, and their people.* stands in row \d+ already"
    ):
        read(text + body)


@pytest.mark.parametrize("layout", ["no ids", "api", "reduced"])
def test_the_rows_of_a_file_that_are_twice_in_place_are_refused_too(layout):
    header, rows = lines(LAYOUTS[layout].replace('"Off Libya\n"', '"Off Libya"'))
    with pytest.raises(InputError, match="twice, and their people"):
        read(header + "".join(row + row for row in rows))


def reduced(months, rows_per_month):
    rows = [
        f"20{14 + m // 12}-{m % 12 + 1:02d}-06,Incident,Undefined,MEX,{1 + i},Violence,,UNK,Town,1,2\n"
        for m in range(months) for i in range(rows_per_month)
    ]  # fmt: skip
    return lines(REDUCED)[0], rows


def test_a_second_download_below_the_first_is_recognised_by_part_of_it():
    header, rows = reduced(24, 5)
    assert len(read(header + "".join(rows))) == 120
    with pytest.raises(InputError, match=r"holds 10 record\(s\) twice"):
        read(header + "".join(rows + rows[:10]))
    # Five of 125 that follow each other as above, as when a page was fetched twice.
    with pytest.raises(InputError, match=r"holds 5 record\(s\) twice"):
        read(header + "".join(rows + rows[40:45]))


def test_equal_rows_without_ids_are_kept_and_counted_where_they_may_be_second_incidents():
    header, rows = reduced(24, 5)
    incidents = read(header + "".join([*rows[:3], rows[2], *rows[3:], rows[0]]))
    assert len(incidents) == 122
    (note,) = [note for note in incidents.notes if note.code == "IDENTICAL_ROWS"]
    assert note.count == 2
    assert "kept, with 4 dead and missing: without ids" in note.text


def test_equal_parts_of_an_incident_are_counted_in_a_note():
    (note,) = [note for note in read(API).notes if note.code == "IDENTICAL_ROWS"]
    assert note.count == 1
    assert "kept, with 1 dead and missing: they have its id" in note.text


def test_an_incident_that_stands_again_below_other_months_is_no_part():
    later = (
        "2016,2016.MMP00001,Mediterranean,2016-01-18,1,,1,,,,,Drowning,Libya,Sea,,,"
        "Central Mediterranean,IOM,,4,,\n"
    )
    first = (
        "2015,2015.MMP00250,Mediterranean,2015-07-27,1,,1,,,,,Drowning,Libya,Sea,,,"
        "Central Mediterranean,IOM,,4,,\n"
    )
    assert API.count(first) == 2
    with pytest.raises(InputError, match=r"holds 1 record\(s\) twice"):
        read(API.replace(first, "", 1) + later + first)


def test_an_id_of_a_record_stands_once():
    revised = NEW + NEW.splitlines()[-1].replace(",1.0,,1,", ",2.0,,2,") + "\n"
    with pytest.raises(
        InputError, match=r"row 5, column 'Incident ID': .* stands in row 4 already"
    ):
        read(revised)


def test_columns_that_are_not_read_are_said_to_be():
    (note,) = [note for note in read(REDUCED).notes if note.code == "COLUMNS_NOT_READ"]
    assert note.text == "not read: location, lon, lat"


def test_the_source_says_publisher_licence_and_hash():
    source = read(REDUCED).source
    assert "International Organization for Migration" in source.publisher
    assert source.licence == "CC BY 4.0"
    assert len(source.sha256) == 64


def test_gzip_gives_the_same_incidents():
    zipped = read_missing_migrants(gzip.compress(NEW.encode()))
    pd.testing.assert_frame_equal(zipped.records, read(NEW).records)


def test_an_unknown_route_is_kept_and_noted():
    incidents = read(REDUCED.replace("Central American Route", "Moon to Mars"))
    assert incidents.records["route"].tolist()[0] == "Moon to Mars"
    assert incidents.records["route_group"].tolist()[0] == "Undefined"
    assert codes(incidents)["ROUTE_UNKNOWN"] == 1


@pytest.mark.parametrize(
    ("layout", "before", "after", "message"),
    [
        (OLD, "11-Jan-20", "11/01/2020", r"row 2, column 'Reported Date': not a date"),
        (OLD, ",2020,Jan,12", ",2019,Jan,12", "2019 is not the year of the date"),
        (OLD, ",12,17,29,", ",12,17,30,", r"row '52771', column 'dead_and_missing': .*add up"),
        (OLD, ",12,17,29,", ",a dozen,17,29,", r"column 'Number Dead': .*'a dozen'"),
        (NEW, ",2019,January,", ",2019,Janvier,", "no month: 'Janvier'"),
        (API, ',Drowning,Libya,"Off', ',Drowning,Lybya,"Off', r"'Lybya' is not a known name"),
        (REDUCED, ",USA,1.0", ",USA,-1.0", "negative"),
    ],
)
def test_broken_cells_are_listed_with_their_place(layout, before, after, message):
    assert before in layout
    with pytest.raises(InputError, match=message):
        read(layout.replace(before, after))


def test_all_broken_cells_are_listed_at_once():
    broken = OLD.replace("11-Jan-20", "x").replace("09-Jan-20", "y").replace(",12,17", ",z,17")
    with pytest.raises(InputError) as caught:
        read(broken)
    assert len(caught.value.problems) == 3


def test_other_tables_are_refused_with_what_is_lacking():
    with pytest.raises(
        LayoutError, match=r"nearest is 'reduced, ISO3', of which it lacks \['cause'"
    ):
        read(REDUCED.replace("cause", "reason"))
    with pytest.raises(LayoutError, match="lacks a column of routes"):
        read(NEW.replace("Migrantion route", "Route"))


def test_every_route_has_one_group_and_old_names_lead_to_new_ones():
    routes = [row["route"] for row in ROUTES]
    assert len(routes) == len(set(routes))
    assert all(route_now(route) == route for route in routes)
    assert route_group("Calais to United Kingdom") == route_group("English Channel to the UK")
    assert route_group("Central Mediterranean Route") == "Central Mediterranean Route"


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Car accident", "Vehicle"), ("Fell from a train", "Vehicle"), ("Fall", "Accidental"),
        ("Shot by traffickers", "Violence"), ("Heart attack", "Sickness"), ("Dehydration", "Harsh"),
        ("Sickness_and_lack_of_access_to_medicines Starvation", "Mixed"), ("", "Mixed"),
        ("Drowning,Violence", "Drowning"), ("Suffocation", "Vehicle"),
    ],
)  # fmt: skip
def test_causes_in_words_get_the_group_of_the_newer_files(text, group):
    assert cause_group(text).startswith(group)


FILES = {
    # records, dead and missing: PROVENANCE of the raw folder; the API file with its "1,022" included
    "iom_mmp_global_old_layout_2014_2020-01.csv.gz": (6_339, 34_688),
    "iom_mmp_global_new_layout_2014_2021.csv.gz": (9_906, 46_082),
    "iom_mmp_global_new_layout_2026_jan_may.csv": (238, 642 + 1_258),
    "iom_mmp_global_kaggle_layout_2014_2023.csv.gz": (13_020, 57_513),
    "iom_mmp_api_2014_2025.csv.gz": (17_846, 71_237),
    "iom_mmp_reduced_2014_2025-04.csv.gz": (19_669, 75_068),
}


@pytest.fixture(scope="session")
def real(raw_dir):
    """Return the real files, read once."""
    return {name: read_missing_migrants(raw_dir / "stock" / name) for name in FILES}


@pytest.mark.raw
@pytest.mark.parametrize("name", FILES)
def test_real_files_give_the_totals_of_their_provenance(real, name):
    records, people = FILES[name]
    assert len(real[name]) == records
    assert real[name].dead_and_missing == people
    assert totals(real[name])["at_least"].item() == people
    assert totals(real[name], by=["route", "month"])["at_least"].sum() == people


@pytest.mark.raw
def test_the_complete_file_ends_on_its_cut_off_date(real):
    assert real["iom_mmp_reduced_2014_2025-04.csv.gz"].last_date == pd.Timestamp("2025-04-30")


@pytest.mark.raw
def test_layouts_with_ids_agree_incident_by_incident(real):
    then, now = (
        real[name].records.groupby("incident")["dead_and_missing"].sum()
        for name in (
            "iom_mmp_global_new_layout_2014_2021.csv.gz", "iom_mmp_api_2014_2025.csv.gz"
        )
    )  # fmt: skip
    common = then.index.intersection(now.index)
    assert len(common) == 9_596
    assert (then[common] != now[common]).sum() == 9  # listed in docs/explanation/deaths.md
    assert (then[common].sum(), now[common].sum()) == (45_965, 45_983)


@pytest.mark.raw
def test_layouts_agree_where_all_of_them_overlap(real):
    # The group whose route names never changed, in years that all files had completed.
    people = {}
    for name, incidents in real.items():
        table = totals(incidents, by=["route_group", "year"])
        is_central = table["route_group"].eq("Central Mediterranean Route")
        people[name] = table.loc[is_central & table["year"].between(2014, 2018), "at_least"].sum()
    assert people.pop("iom_mmp_global_new_layout_2026_jan_may.csv") == 0
    # An older download, before some incidents were revised downwards.
    assert people.pop("iom_mmp_global_old_layout_2014_2020-01.csv.gz") == 15_062
    assert set(people.values()) == {15_016}


@pytest.mark.raw
@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("rows", [None, 200])
def test_real_files_with_rows_repeated_are_refused(raw_dir, name, rows):
    path = raw_dir / "stock" / name
    data = gzip.decompress(path.read_bytes()) if name.endswith("gz") else path.read_bytes()
    records = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))
    again = io.StringIO()
    csv.writer(again).writerows([*records, *records[1:][-rows if rows else 0 :]])
    with pytest.raises(InputError, match="twice, and their people"):
        read(again.getvalue())


@pytest.mark.raw
def test_ids_of_two_regions_are_told_apart(real):
    (note,) = [
        note for note in real["iom_mmp_api_2014_2025.csv.gz"].notes
        if note.code == "ID_OF_TWO_REGIONS"
    ]  # fmt: skip
    assert note.text.endswith("['2020.MMP00507', '2021.MMP00291']")


@pytest.mark.raw
def test_merging_the_files_with_ids_counts_each_incident_once(real):
    merged = merge(
        real["iom_mmp_global_new_layout_2014_2021.csv.gz"],
        real["iom_mmp_api_2014_2025.csv.gz"],
        real["iom_mmp_global_new_layout_2026_jan_may.csv"],
    )
    assert merged.dead_and_missing == 71_237 + 1_900
    assert codes(merged)["WITHDRAWN"] == 9


@pytest.mark.raw
def test_split_incidents_are_whole_in_the_reduced_file(real):
    # The reduced file has one row per incident: so many as the other has main ids, but for what was
    # added, dropped as empty, or revised between the two extractions.
    reduced = totals(real["iom_mmp_reduced_2014_2025-04.csv.gz"], by="year").set_index("year")
    api = totals(real["iom_mmp_api_2014_2025.csv.gz"], by="year").set_index("year")
    for year in (2018, 2019, 2020):
        both = reduced.loc[year, "incidents"] + reduced.loc[year, "cumulative_records"]
        assert both == pytest.approx(api.loc[year, "incidents"], rel=0.02)


@pytest.mark.raw
def test_groups_of_causes_agree_with_the_publishers_own(real):
    then = main_incidents(real["iom_mmp_global_new_layout_2014_2021.csv.gz"])["cause"]
    now = main_incidents(real["iom_mmp_api_2014_2025.csv.gz"])["cause_group"]
    common = then.index.intersection(now.index)
    assert (then[common] == now[common]).mean() == pytest.approx(0.9805, abs=5e-4)
