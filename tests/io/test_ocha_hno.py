"""OCHA's needs data: every trap of the published file, in small files of its layout."""

from __future__ import annotations

import gzip
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from gecam.codes import category
from gecam.errors import InputError, LayoutError
from gecam.io.ocha.hno import read_hno
from gecam.model.needs import NeedsTable

LABELS = [
    "Country ISO3", "Admin 1 PCode", "Admin 1 Name", "Admin 2 PCode", "Admin 2 Name", "Admin 3 PCode",
    "Admin 3 Name", "Description", "Cluster", "Category", "Population", "In Need", "Targeted",
    "Affected", "Reached", "Info",
]  # fmt: skip
TAGS = (
    "#country+code,#adm1+code,#adm1+name,#adm2+code,#adm2+name,#adm3+code,#adm3+name,"
    "#sector+description,#sector+cluster+code,#category,#population,#inneed,#targeted,#affected,"
    "#reached,#meta+info"
)
SHORT = {
    "iso3": "Country ISO3", "a1": "Admin 1 PCode", "n1": "Admin 1 Name", "a2": "Admin 2 PCode",
    "n2": "Admin 2 Name", "a3": "Admin 3 PCode", "n3": "Admin 3 Name", "text": "Description",
    "cluster": "Cluster", "category": "Category", "pop": "Population", "need": "In Need",
    "target": "Targeted", "affected": "Affected", "reached": "Reached", "info": "Info",
}  # fmt: skip


def row(**cells: object) -> str:
    values = dict.fromkeys(LABELS, "")
    given = {"iso3": "SDN", "cluster": "ALL", "text": "Final HRP caseload", **cells}
    values |= {SHORT[name]: str(value) for name, value in given.items()}
    return ",".join(values.values())


def hno(*rows: str, tags: bool = True) -> NeedsTable:
    lines = [",".join(LABELS), *([TAGS] if tags else []), *rows]
    return read_hno(("\n".join(lines) + "\n").encode())


def note(table: NeedsTable, code: str) -> object:
    return next((n for n in table.notes if n.code == code), None)


SUDAN = row(pop=50990034, need=24786370, target=14657114)


def test_tag_row_is_skipped_and_may_be_absent() -> None:
    assert hno(SUDAN).rows["line"].tolist() == [3]
    assert hno(SUDAN, tags=False).rows["line"].tolist() == [2]
    for table in (hno(SUDAN), hno(SUDAN, tags=False)):
        assert table.national().loc["SDN", "in_need"] == 24_786_370


def test_doubled_national_rows_count_once() -> None:
    table = hno(SUDAN, row(category="total", pop=50681990, need=24786370))
    assert table.national()["in_need"].sum() == 24_786_370
    assert note(table, "DOUBLED").count == 1
    assert note(table, "NATIONAL_TOTALS_DIFFER") is None


def test_national_rows_that_differ_are_said_with_both_figures() -> None:
    table = hno(
        row(iso3="SSD", need=8996986, pop=12440000), row(iso3="SSD", category="total", need=8546986)
    )
    assert table.national().loc["SSD", "in_need"] == 8_996_986
    assert "8,546,986 beside 8,996,986" in note(table, "NATIONAL_TOTALS_DIFFER").text


def test_total_stands_in_where_the_blank_national_row_is_absent() -> None:
    assert hno(row(category="total", need=5)).national().loc["SDN", "in_need"] == 5


def test_overlapping_categories_are_never_in_a_headline() -> None:
    table = hno(
        SUDAN,
        row(category="Female", need=12145321),
        row(category="Male", need=12641049),
        row(category="IDPs", need=7071676),
        row(category="Refugees", pop=963410, need=963410),
    )
    assert table.rows["is_headline"].sum() == 1
    groups = table.groups("SDN").set_index("category")
    assert groups.loc["Refugees", ["population_group", "in_need"]].tolist() == [
        "refugees",
        963410.0,
    ]
    assert groups.loc["Female", "sex"] == "female"


def test_overlapping_sectors_are_never_in_the_intersectoral_figure() -> None:
    sectors = [row(cluster=code, need=20_000_000) for code in ("FSC", "WSH", "PRO-GBV")]
    table = hno(SUDAN, *sectors)
    assert table.national()["in_need"].sum() == 24_786_370
    assert table.sectors("SDN")["sector"].tolist() == ["FSC", "WSH", "PRO-GBV"]


def test_unknown_location_looks_national_and_is_not() -> None:
    lost = row(iso3="CAF", category="total", need=2801810, info="Unknown location 25811256")
    table = hno(row(iso3="CAF", need=2801810), lost)
    assert table.rows["level"].tolist() == ["admin0", "unknown"]
    assert table.national()["in_need"].sum() == 2_801_810
    assert note(table, "PLACE_LOST").count == 1
    assert note(table, "DOUBLED") is None


def test_blank_cluster_is_no_sector_and_not_intersectoral() -> None:
    refugees = row(
        cluster="", text="Refugee Response", need=963410, info="No cluster for entity 7454"
    )
    table = hno(SUDAN, refugees)
    assert table.rows["sector"].tolist() == ["intersectoral", "unknown"]
    assert table.national()["in_need"].sum() == 24_786_370
    assert note(table, "SECTOR_BLANK").count == 1


def test_other_remarks_of_the_publisher_are_said() -> None:
    assert "provisional" in note(hno(row(need=1, info="provisional")), "INFO").text


def test_fractions_stay_fractions() -> None:
    table = hno(SUDAN, row(a2="ET0101", iso3="ETH", category="total", need="1234.56"))
    assert table.rows["in_need"].tolist()[1] == 1234.56
    assert note(table, "FRACTION").count == 1


def test_negative_counts_become_missing_and_are_flagged() -> None:
    table = hno(SUDAN, row(iso3="MMR", a3="MMR001", category="Host Communities", need=-6659))
    assert table.rows["in_need"].isna().tolist() == [False, True]
    assert table.rows["flags"].tolist()[1] == "NEGATIVE"
    assert note(table, "NEGATIVE").count == 1


def test_more_in_need_than_people_and_more_targeted_than_in_need_are_flagged() -> None:
    table = hno(SUDAN, row(a1="SD01", category="total", pop=100, need=110, target=120))
    assert table.rows["flags"].tolist()[1] == "PIN_GT_POPULATION TARGET_GT_PIN"


def test_blank_population_is_missing_not_zero() -> None:
    table = hno(SUDAN, row(a1="SD01", category="total", need=5))
    assert table.subnational("admin1")["share"].isna().all()


def test_impossible_syrian_row_is_flagged() -> None:
    # HNO 2024: 3,500,000 + 2,050,000 + 11,110,000 = the PiN, under shifted labels of groups.
    table = hno(
        row(iso3="SYR", pop=23460000, need=16661471),
        row(iso3="SYR", category="Palestine refugees", need=11110000),
        row(iso3="SYR", cluster="FSC", category="Palestine refugees", need=463421),
    )
    assert table.groups("SYR")["flags"].tolist() == ["GROUP_IMPLAUSIBLE"]
    assert "11,110,000" in note(table, "GROUP_IMPLAUSIBLE").text


def test_refugees_that_sectors_hardly_count_are_not_implausible() -> None:
    # Sudan 2024: eleven times any sector's refugees, yet 3.9 % of the people in need
    table = hno(
        SUDAN,
        row(category="Refugees", need=963410),
        row(cluster="EDU", category="Refugees", need=87935),
    )
    assert note(table, "GROUP_IMPLAUSIBLE") is None


def test_subnational_sum_that_differs_is_noted_with_figures() -> None:
    table = hno(
        row(iso3="CAF", need=2801810),
        row(iso3="CAF", a2="CF111", category="total", need=1_000_000),
        row(iso3="CAF", a2="CF112", category="total", need=1_155_460),
    )
    assert "CAF admin2 2,155,460 in 2 of 2,801,810" in note(table, "SUBNATIONAL_SUM").text


@pytest.mark.parametrize("factor", [0.001, 0.1, 10, 300])
def test_tenfold_disagreement_of_levels_is_an_error_that_says_so(factor: float) -> None:
    places = [row(a1=f"SD0{at}", category="total", need=12393185 * factor) for at in (1, 2)]
    with pytest.raises(InputError, match="tenfold") as caught:
        hno(SUDAN, *places)
    assert "24,786,370" in str(caught.value)
    assert caught.value.problems[0].code == "TENFOLD"


# Myanmar, HNO 2025: the total row and the areas say 19.9 million, the blank national row a tenth of it.
MYANMAR = 19_902_649
AREAS = [row(iso3="MMR", a1=f"MMR00{n}", category="total", need=MYANMAR / 2) for n in (1, 2)]


@pytest.mark.parametrize(
    "national", [1_957_173, 2_100_000, 3_000_000, 6_000_000, 9_900_000, 40_000_000, 190_000_000, 0]
)
def test_a_figure_that_the_files_own_total_and_areas_contradict_is_an_error(national: int) -> None:
    with pytest.raises(InputError, match=r"disagree t(wo|en)fold") as caught:
        hno(row(iso3="MMR", need=national), row(iso3="MMR", category="total", need=MYANMAR), *AREAS)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column, problem.code) == (3, "In Need", "TWOFOLD")
    assert problem.what == (
        f"MMR: {national:,} people in need, where the row of the total (row 4) says 19,902,649, and "
        "2 places of admin1 19,902,649"
    )


@pytest.mark.parametrize("national", [10_000_000, 19_500_000, 39_000_000])
def test_less_than_twofold_is_noted_with_both_rows(national: int) -> None:
    total = row(iso3="MMR", category="total", need=MYANMAR)
    table = hno(row(iso3="MMR", need=national), total, *AREAS)
    assert table.national().loc["MMR", "in_need"] == national
    assert "MMR 19,902,649 beside" in note(table, "NATIONAL_TOTALS_DIFFER").text


def test_areas_alone_do_not_say_which_figure_is_wrong() -> None:
    # a plan may cover some areas: without a total row that agrees, only a tenfold is an error
    table = hno(row(iso3="MMR", need=6_000_000), *AREAS)
    assert "MMR admin1 19,902,649 in 2 of 6,000,000" in note(table, "SUBNATIONAL_SUM").text
    other = row(iso3="MMR", category="total", need=12_000_000)
    hno(row(iso3="MMR", need=6_000_000), other, *AREAS)


def test_a_sector_above_all_sectors_is_reported() -> None:
    table = hno(
        SUDAN,
        row(cluster="FSC", need=30_000_000),
        row(cluster="EDU", need=24_786_370),
        row(a1="SD01", category="total", need=500),
        row(a1="SD01", cluster="WSH", category="total", need=700),
    )
    told = note(table, "SECTOR_GT_INTERSECTORAL")
    assert told.count == 2
    assert told.text.endswith("together: SDN FSC 30,000,000 (row 4); 1 in places of SDN")
    flagged = table.rows["flags"].astype(str).str.contains("SECTOR_GT_INTERSECTORAL")
    assert table.rows.loc[flagged, "sector"].tolist() == ["FSC", "WSH"]


def test_one_place_of_a_country_is_a_part_not_a_disagreement() -> None:
    table = hno(SUDAN, row(a1="SD01", n1="Khartoum", category="total", need=621782))
    assert note(table, "SUBNATIONAL_SUM").count == 1
    part = table.subnational("admin1")
    assert part[["pcode", "place"]].to_numpy().tolist() == [["SD01", "Khartoum"]]
    assert part["part_of_national"].tolist() == [621782 / 24786370]


def test_levels_that_repeat_each_other_stay_apart() -> None:
    table = hno(
        row(iso3="AFG", need=1000),
        *[row(iso3="AFG", a1=f"AF0{at}", category="total", need=500) for at in (1, 2)],
        *[row(iso3="AFG", a2=f"AF0{at}01", category="total", need=500) for at in (1, 2)],
    )
    assert table.subnational("admin1")["in_need"].sum() == 1000
    assert table.subnational("admin2")["in_need"].sum() == 1000
    assert table.national()["in_need"].sum() == 1000


@pytest.mark.parametrize(
    ("word", "group", "sex", "age"),
    [
        ("Hombres", "all", "male", "adults"),
        ("Femmes", "all", "female", "adults"),
        ("Niñas", "all", "female", "children"),
        ("Pers. agees", "all", "total", "elderly"),
        ("Rapatries", "returnees", "total", "all"),
        ("Réfugiés", "refugees", "total", "all"),
        ("Communauté Hôte", "residents", "total", "all"),
        ("Adult - female - pdi", "idps", "female", "adults"),
        ("Children  - female - pdi", "idps", "female", "children"),
        ("Children - male -rapatries", "returnees", "male", "children"),
        ("Total - Iran (District of Return)", "returnees", "total", "all"),
    ],
)
def test_words_in_three_languages(word: str, group: str, sex: str, age: str) -> None:
    read = hno(SUDAN, row(category=word, need=1)).groups("SDN").iloc[0]
    assert (read["population_group"], read["sex"], read["age"]) == (group, sex, age)


@pytest.mark.parametrize("word", ["Migrants/deportes", "Returning migrants"])
def test_migrants_by_name_who_are_returned_nationals(word: str) -> None:
    table = hno(SUDAN, row(category=word, need=250000))
    assert table.groups("SDN")["population_group"].tolist() == ["returnees"]


def test_unknown_word_is_said_and_no_headline() -> None:
    table = hno(SUDAN, row(category="Nomads", need=5))
    assert table.groups("SDN")["population_group"].tolist() == ["unknown"]
    assert "Nomads" in note(table, "CATEGORY_UNKNOWN").text


def test_two_national_headlines_of_one_country_are_an_error() -> None:
    with pytest.raises(InputError, match="another national row"):
        hno(SUDAN, row(text="GHO estimate", need=25000000))


def test_bad_cells_are_listed_with_row_and_column() -> None:
    with pytest.raises(InputError) as caught:
        hno(row(iso3="SUD", need=1), row(need="24 M"), row(pop="n/a", need=1))
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (5, "Population"), (4, "In Need"), (3, "Country ISO3"),
    ]  # fmt: skip


def test_namibia_is_a_country_and_not_a_missing_mark() -> None:
    assert hno(row(iso3="NAM", need=7)).national().loc["NAM", "in_need"] == 7


def test_country_without_a_national_row_is_said() -> None:
    assert "SDN" in note(hno(row(category="Female", need=1)), "NO_NATIONAL").text


def test_file_without_rows_is_refused() -> None:
    with pytest.raises(InputError, match="no rows"):
        hno()


def test_other_table_is_refused() -> None:
    with pytest.raises(LayoutError, match="In Need"):
        read_hno(b"iso3,people\nSDN,5\n")


EARLIER = """Country ISO3,Admin 1 PCode,Admin 2 PCode,Sector,Gender,Age Range,Min Age,Max Age,Disabled,\
Population Group,Population,In Need,Targeted,Affected,Reached
#country+code,#adm1+code,#adm2+code,#sector+code,#gender+code,#age+range,#age+min,#age+max,\
#is_disabled,#population_group+code,#population,#inneed,#targeted,#affected,#reached
AFG,,,ALL,a,ALL,,,a,ALL,44532600,23666389,17327995,,17327995
AFG,,,ALL,a,ALL,,,a,REF,,50434,50434,,
AFG,,,ALL,a,ALL,,,y,ALL,,2665895,1490344,,
AFG,,,ALL,f,0-17,0,17,a,IDP,,36734,27911,,
AFG,,,ALL,m,65+,65,,a,HST,,5,5,,
AFG,,,PRO_GBV,a,ALL,,,a,ALL,,7000000,10.5,,
AFG,AF01,,ALL,a,ALL,,,a,ALL,,3393245,2000000,,
"""


def test_earlier_layout_by_gender_age_and_population_group() -> None:
    table = read_hno(EARLIER.encode())
    assert table.national().loc["AFG", "in_need"] == 23_666_389
    assert table.rows["is_headline"].sum() == 3
    groups = table.groups("AFG")
    assert groups["population_group"].tolist() == ["refugees", "all", "idps", "residents"]
    assert groups["qualifier"].tolist() == ["", "disability", "", ""]
    assert groups["sex"].tolist() == ["total", "total", "female", "male"]
    assert groups["age"].tolist() == ["all", "all", "children", "elderly"]
    assert table.sectors("AFG")["sector"].tolist() == ["PRO-GBV"]
    assert table.subnational("admin1")["pcode"].tolist() == ["AF01"]


def test_earlier_layout_with_unknown_words_says_so() -> None:
    table = read_hno(EARLIER.replace("65+,65", "ancient,").replace("HST", "XYZ").encode())
    assert [n.text for n in table.notes if n.code == "CATEGORY_UNKNOWN"] == [
        "words that cannot be read: 'XYZ' in 1 rows",
        "words that cannot be read: 'ancient' in 1 rows",
    ]


def test_ages_of_the_earlier_layout_are_read_as_the_category_words_are() -> None:
    table = read_hno(EARLIER.replace("65+,65", "50+,50").encode())
    assert table.groups("AFG")["age"].tolist()[-1] == "50_plus"


def test_sectors_are_read_in_four_languages_and_unread_ones_are_listed_with_their_rows() -> None:
    words = ("WASH", "Sécurité alimentaire", "Educación", "Saúde", "Space", "Space", "Time")
    table = hno(SUDAN, *(row(cluster=word, need=at + 1) for at, word in enumerate(words)))
    assert table.rows["sector"].tolist()[1:5] == ["WSH", "FSC", "EDU", "HEA"]
    said = note(table, "SECTOR_UNKNOWN")
    assert (said.text, said.count) == (
        "words that cannot be read: 'Space' in 2 rows; 'Time' in 1 rows", 3,
    )  # fmt: skip


def test_conversion_to_crises_and_footprints_claims_nothing_unknown() -> None:
    crises, footprints = hno(SUDAN).crises_and_footprints(date(2024, 7, 1))
    assert [(f.destination, f.people, f.pin_scope) for f in footprints] == [
        ("SDN", 24786370.0, "unknown")
    ]
    assert crises[0].id == footprints[0].crisis
    assert crises[0].onset is None


def test_the_year_in_the_name_of_a_file_is_the_date_of_its_figures(tmp_path) -> None:
    path = tmp_path / "hpc_hno_2024.csv"
    path.write_text("\n".join([",".join(LABELS), TAGS, SUDAN]) + "\n")
    table = read_hno(path)
    assert table.crises_and_footprints()[0][0].reference_date == date(2024, 7, 1)
    with pytest.raises(InputError, match="of SDN are of 2024-01-01 to 2024-12-31: got as_of 2023"):
        table.crises_and_footprints(date(2023, 7, 1))


def test_compressed_file() -> None:
    text = "\n".join([",".join(LABELS), TAGS, SUDAN]) + "\n"
    assert read_hno(gzip.compress(text.encode())).national().loc["SDN", "in_need"] == 24786370


@pytest.fixture(scope="module")
def hno_2024(raw_dir) -> NeedsTable:
    return read_hno(raw_dir / "crisis" / "hpc_hno_2024.csv.gz")


@pytest.mark.raw
def test_raw_2024_national_people_in_need_are_250_022_620(hno_2024: NeedsTable) -> None:
    # OCHA, Global Humanitarian Programme Cycle, Humanitarian Needs 2024 (global-hpc-hno)
    national = hno_2024.national()
    assert len(hno_2024.rows) == 387_819
    assert len(national) == 24
    assert national["in_need"].sum() == 250_022_620
    expected = {
        "AFG": 23_666_389, "SDN": 24_786_370, "ETH": 21_360_484, "SSD": 8_996_986, "NGA": 7_945_364,
        "COD": 25_397_896, "UKR": 14_622_301, "YEM": 18_182_658, "SYR": 16_661_471,
    }  # fmt: skip
    assert national["in_need"].loc[list(expected)].to_dict() == expected
    assert national.loc["SDN", "population"] == 50_990_034
    assert national.loc["NGA", "population"] == 223_800_000  # the country, not the three states


@pytest.mark.raw
def test_raw_2024_faults_are_all_met(hno_2024: NeedsTable) -> None:
    counts = {n.code: n.count for n in hno_2024.notes}
    assert counts["PLACE_LOST"] == 172
    assert counts["SECTOR_BLANK"] == 853
    assert counts["NEGATIVE"] == 18
    assert counts["PIN_GT_POPULATION"] == 297
    assert counts["GROUP_IMPLAUSIBLE"] == 1
    assert counts["FRACTION"] == 77_907
    assert "CATEGORY_UNKNOWN" not in counts
    differ = note(hno_2024, "SUBNATIONAL_SUM").text
    for figures in ("CAF admin2 2,155,460", "SSD admin2 8,546,984", "HTI admin2 5,468,060",
                    "NER admin2 4,529,387", "MMR admin1 18,587,486"):  # fmt: skip
        assert figures in differ
    assert "SSD 8,546,986 beside 8,996,986" in note(hno_2024, "NATIONAL_TOTALS_DIFFER").text


@pytest.mark.raw
def test_raw_2024_levels(hno_2024: NeedsTable) -> None:
    places = {level: hno_2024.subnational(level) for level in ("admin1", "admin2", "admin3")}
    assert {level: len(found) for level, found in places.items()} == {
        "admin1": 119, "admin2": 1875, "admin3": 1469,
    }  # fmt: skip
    with_totals = set().union(*(set(found["iso3"]) for found in places.values()))
    all_countries = set(hno_2024.national().index)
    assert all_countries - with_totals == {"ETH", "GTM", "HND", "SLV", "SOM", "TCD"}


@pytest.mark.raw
def test_raw_2024_rows_that_name_migrants(hno_2024: NeedsTable) -> None:
    rows = hno_2024.rows
    words = rows["category"].isin(["Migrants/deportes", "Returning migrants", "Migrants"])
    named = words | rows["description"].str.contains("igrant")
    assert named.sum() == 2324
    foreign = rows[rows["population_group"].eq("migrants")]
    assert set(foreign["iso3"]) == {"NER"}
    assert not foreign["sector"].eq("intersectoral").any()


@pytest.mark.raw
def test_raw_2024_refugees_counted_as_all_in_need(hno_2024: NeedsTable) -> None:
    for iso3, people in (("BFA", 37_249), ("SDN", 963_410)):
        refugees = hno_2024.groups(iso3).query("population_group == 'refugees'").iloc[0]
        assert refugees["in_need"] == people


@pytest.mark.raw
def test_raw_2024_categories_are_all_known(hno_2024: NeedsTable) -> None:
    words = hno_2024.rows["category"].cat.categories
    assert len(words) == 161
    assert all(category(word) for word in words)


@pytest.mark.raw
def test_raw_earlier_edition_has_the_same_national_figures(raw_dir, hno_2024: NeedsTable) -> None:
    earlier = read_hno(raw_dir / "crisis" / "hpc_hno_2024_afg_popgroup_edition.csv").national()
    later = hno_2024.national().loc[["AFG", "SDN"]]
    for name in ("population", "in_need", "targeted"):
        assert earlier[name].tolist() == later[name].tolist()
    assert earlier.loc["AFG", "reached"] != later.loc["AFG", "reached"]  # it changes over the year


@pytest.mark.raw
@pytest.mark.slow
def test_raw_2024_is_read_in_seconds_and_below_500_megabytes(raw_dir) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is read from /proc")
    path = raw_dir / "crisis" / "hpc_hno_2024.csv.gz"
    program = (
        "import re, time; from pathlib import Path; from gecam.io.ocha.hno import read_hno;"
        f"start = time.perf_counter(); read_hno({str(path)!r}); print(time.perf_counter() - start,"
        # not of getrusage: it counts the process that started this one, too
        r"int(re.search(r'VmHWM:\s+(\d+)', Path('/proc/self/status').read_text())[1]) / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 15  # 3 s on a free core; the machine may be shared
    assert megabytes < 500
