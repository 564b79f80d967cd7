"""UN DESA migrant stock: layouts, traps, and the published totals."""

from __future__ import annotations

import gzip
from datetime import date

import pandas as pd
import pytest

from gecam.codes import m49
from gecam.errors import InputError, LayoutError
from gecam.io import (
    read_undesa,
    read_undesa_age,
    read_undesa_population,
    read_undesa_refugees,
    read_undesa_totals,
)

LONG_HEADER = (
    "destination_iso3,origin_iso3,year,sex,stock,data_type_foreign_born,"
    "data_type_foreign_citizens,data_type_refugees_added,data_type_imputed\n"
)


def long(*rows: str) -> bytes:
    return (LONG_HEADER + "\n".join(rows) + "\n").encode()


def notes(result) -> dict[str, int]:
    return {note.code: note.count for note in result.notes}


@pytest.mark.parametrize("edition", ["2020", "2024"])
def test_workbook_by_destination_and_origin(undesa_workbook, edition):
    stock = read_undesa(undesa_workbook(edition))
    assert stock.source.id == f"undesa-ims-{edition}"
    assert set(stock.people["sex"]) == {"female", "male"}
    # Burundi, WORLD row of Table 1: 298,299 (2015), 344,767 (2020) in both revisions
    totals = stock.totals()["BDI"]
    assert totals[pd.Timestamp(2015, 7, 1)] == 298_299
    assert totals[pd.Timestamp(2020, 7, 1)] == 344_767
    assert stock.basis.iloc[0].tolist() == ["BDI", "birth", True, False]
    assert notes(stock)["AGGREGATES_DROPPED"] == 4  # WORLD, AFRICA, 927 twice
    assert notes(stock)["REPEATED_AGGREGATES"] == 1


def test_table1_as_text_equals_the_workbook(undesa_workbook, undesa_table1):
    by_origin = read_undesa(undesa_workbook()).by_origin()
    text = read_undesa(undesa_table1().encode())
    pd.testing.assert_series_equal(text.by_origin(), by_origin)
    assert set(text.people["sex"]) == {"total"}


def test_gzip_and_plain_give_the_same(undesa_table1):
    plain = undesa_table1().encode()
    one, other = read_undesa(plain), read_undesa(gzip.compress(plain))
    pd.testing.assert_frame_equal(one.people, other.people)
    assert one.source.sha256 != other.source.sha256


def test_lost_accents_do_not_matter(undesa_table1):
    text = undesa_table1().replace("France*", "R?union*")
    assert "FRA" in set(read_undesa(text.encode()).people["origin"])


def test_not_available_is_absent_not_zero(undesa_table1):
    text = undesa_table1().replace("605", "..").replace(" 298 299", " 297 694")
    stock = read_undesa(text.encode())
    belgium = stock.people[stock.people["origin"].eq("BEL")]
    assert belgium["as_of"].dt.year.tolist() == [2020]


def test_origins_that_miss_the_stated_total_are_an_error(undesa_table1):
    text = undesa_table1().replace("175 768", "175 769")
    with pytest.raises(InputError, match=r"row 'BDI', column '2015': the origins add up"):
        read_undesa(text.encode())
    stock = read_undesa(text.encode(), check_totals=False)
    assert notes(stock)["TOTALS_DIFFER"] == 1


def test_broken_thousands_are_not_read(undesa_table1):
    with pytest.raises(InputError, match=r"not a number: '17 5768'"):
        read_undesa(undesa_table1().replace("175 768", "17 5768").encode())


def test_sexes_that_miss_both_sexes_are_an_error(workbook, bilateral_rows, burundi):
    rows = bilateral_rows(burundi, "2020", [2015, 2020])
    rows[-2][-1] += 500  # Tanzania, female, 2020
    with pytest.raises(InputError, match="female and male"):
        read_undesa(workbook({"Table 1": rows}))


def test_unknown_location_code_is_an_error_with_its_place(undesa_table1):
    text = undesa_table1().replace(",404,", ",4040,")
    with pytest.raises(InputError, match=r"row 9, column 'Location code of origin'.*'4040'"):
        read_undesa(text.encode())


def test_repeated_pair_is_an_error(undesa_table1):
    lines = undesa_table1().splitlines()
    with pytest.raises(InputError, match="repeats one above"):
        read_undesa("\n".join([*lines, lines[-1]]).encode())


def test_revision_is_read_from_the_last_year_or_stated():
    early = long("SDN,ERI,2010,total,5,1,0,0,0")
    assert read_undesa(early).source.id == "undesa-ims"
    assert read_undesa(early, revision="2019").source.id == "undesa-ims-2019"
    assert read_undesa(long("SDN,ERI,2024,total,5,1,0,0,0")).source.id == "undesa-ims-2024"


def test_years_are_kept_or_missed(undesa_table1):
    stock = read_undesa(undesa_table1().encode(), years=[2020])
    assert stock.people["as_of"].unique().tolist() == [pd.Timestamp(2020, 7, 1)]
    with pytest.raises(InputError, match=r"no figures for the years \[2019\]"):
        read_undesa(undesa_table1().encode(), years=[2019])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("SDN,ERI,2020,female,-5,1,0,0,0", "negative"),
        ("SDN,ERI,2020,female,abc,1,0,0,0", "not a number"),
        ("SDN,ERI,2020,female,,1,0,0,0", "not a number"),
        ("SDN,ERI,2020,female,1.234,1,0,0,0", "thousands separator"),
        ("SDN,ERI,20200,female,5,1,0,0,0", "not a year"),
        ("SDN,ERI,2020,women,5,1,0,0,0", "not a sex"),
        ("SDN,ERI,2020,female,5,2,0,0,0", "unknown word '2'"),
        ("AUL,ERI,2020,female,5,1,0,0,0", "'AUL' is not an ISO3 code"),
        ("SDN,WLD,2020,female,5,1,0,0,0", "'WLD' is not an ISO3 code"),
    ],
)
def test_each_bad_cell_is_named(row, said):
    with pytest.raises(InputError, match=said) as caught:
        read_undesa(long("SDN,SSD,2020,female,7,1,0,0,0", row))
    assert caught.value.problems[0].row == 3


def test_all_problems_are_listed_at_once():
    with pytest.raises(InputError) as caught:
        read_undesa(long("XXX,ERI,2020,female,-5,1,0,0,0", "SDN,QQQ,2020,female,x,1,0,0,0"))
    assert [problem.row for problem in caught.value.problems] == [2, 3, 2, 3]


def test_special_codes_and_basis():
    stock = read_undesa(
        long(
            "XCX,OOO,2020,total,5,1,1,0,0",
            "SOM,ETH,2020,total,5,0,0,1,1",
            "KWT,IND,2020,total,5,0,1,1,0",
        )
    )
    assert stock.basis.set_index("destination").to_dict("index") == {
        "KWT": {"basis": "citizenship", "refugees_added": True, "is_imputed": False},
        "SOM": {"basis": "unknown", "refugees_added": True, "is_imputed": True},
        "XCX": {"basis": "unknown", "refugees_added": False, "is_imputed": False},
    }
    assert notes(stock) == {"OTHERS": 5, "BASIS_UNCLEAR": 1}


def test_sudan_up_to_2005_includes_south_sudan():
    stock = read_undesa(long("SDN,ERI,2005,total,5,1,0,0,0", "SDN,ERI,2010,total,5,1,0,0,0"))
    assert notes(stock)["SUDAN_WITH_SOUTH_SUDAN"] == 1


WIDE = (
    "Year,Destination,Total,Other South,Other North,Turkey,Montenegro,Albania,Niger\n"
    "2019,WORLD,1000,..,..,..,..,..,..\n"
    "2019,UN development groups,..,..,..,..,..,..,..\n"
    "2019,Micronesia,40,..,..,..,..,..,40\n"
    "2019,Micronesia (Fed. States of),12,2,..,10.00000000001,,-,..\n"
    "2019,Nigeria,9,..,1,3,,..,5\n"
)


def test_2019_names_others_and_marks():
    stock = read_undesa(WIDE.encode())
    rows = {(d, o): p for d, o, p in stock.people[["destination", "origin", "people"]].to_numpy()}
    assert rows == {
        ("FSM", "OOO"): 2.0,  # Other South and Other North are one
        ("FSM", "TUR"): 10.0,  # rounding noise of the file is gone
        ("NGA", "OOO"): 1.0,
        ("NGA", "TUR"): 3.0,
        ("NGA", "NER"): 5.0,  # Niger is not Nigeria
    }
    assert notes(stock)["AGGREGATES_DROPPED"] == 3  # Micronesia, too: a region in these tables
    assert stock.basis.empty
    assert notes(stock)["BASIS_NOT_GIVEN"] == 1


def test_2019_unknown_names_of_rows_and_columns_are_errors():
    with pytest.raises(
        InputError, match=r"row 6, column 'Destination': 'Nigeri' .*NGA \(Nigeria\)"
    ):
        read_undesa(WIDE.replace("Nigeria", "Nigeri").encode())
    with pytest.raises(InputError, match=r"row 1, column 'Turkiya'"):
        read_undesa(WIDE.replace("Turkey", "Turkiya").encode())
    with pytest.raises(InputError, match=r"column 'Türkiye': the column is TUR, as 'Turkey' is"):
        read_undesa(WIDE.replace("Albania", "Türkiye").encode())


TOTALS_TITLE = [[], *([None, text] for text in ("International Migrant Stock 2020: Destination",
    "Table 1", "POP/DB/MIG/Stock/Rev.2020")), *[[]] * 6]  # fmt: skip
TOTALS_HEAD = [None, "Region, development group, country or area", "Notes", "Location code"]


def totals_rows(*body):
    return [*TOTALS_TITLE, [*TOTALS_HEAD, "Type of data", 2020, 2020, 2020], *body]


# Table 1 of the workbook by sex and destination, 2020 revision: Burundi, and Bonaire, Sint
# Eustatius and Saba, whose figures are not split by sex.
TABLE_1 = totals_rows(
    [1, "WORLD", None, 900, None, 370_988, "..", ".."],
    [2, "  Australia and New Zealand", None, 927, None, "..", "..", ".."],
    [3, "  Australia and New Zealand", None, 927, None, "..", "..", ".."],
    [4, "   Burundi", None, 108, "B R ", 344_767, 170_125, 174_642],
    [5, "   Bonaire, Sint Eustatius and Saba*", 16, 535, "B", 26_221, "..", ".."],
)


def test_totals_keep_both_sexes_where_they_are_not_split(workbook):
    stock = read_undesa(workbook({"Table 1": TABLE_1}))
    assert stock.people[["destination", "origin", "sex", "people"]].to_numpy().tolist() == [
        ["BDI", "OOO", "female", 174_642.0],
        ["BDI", "OOO", "male", 170_125.0],
        ["BES", "OOO", "total", 26_221.0],
    ]
    assert stock.basis["basis"].tolist() == ["birth", "birth"]  # one is "B R " with a blank


def test_totals_that_miss_the_row_world_are_an_error(workbook):
    rows = [*TABLE_1[:-1], [5, "   Bonaire", 16, 535, "B", 26_222, "..", ".."]]
    with pytest.raises(InputError, match="the row WORLD says 370,988"):
        read_undesa_totals(workbook({"Table 1": rows}))


def test_total_population_is_in_thousands(workbook):
    # Table 2: World 2020 7,794,798.729 thousand; here Burundi alone (11,890.781)
    rows = totals_rows(
        [1, "WORLD", None, 900, None, 11_890.781, 5_894.0, 5_996.781],
        [2, "   Burundi", None, 108, None, 11_890.781, 5_894.0, 5_996.781],
    )
    population = read_undesa_population(workbook({"Table 1": TABLE_1, "Table 2": rows}))
    assert population.people["people"].tolist() == [11_890_781.0]
    assert population.people["as_of"].tolist() == [pd.Timestamp(2020, 7, 1)]


def test_withheld_cells_of_the_refugee_table_are_absent(workbook):
    rows = totals_rows(
        [1, "WORLD", None, 900, None, 80_000, 3.5, 1.2],
        [2, "   Burundi", None, 108, None, "~", "..", ".."],
        [3, "   Rwanda", None, 646, None, 144_000, 28.1, -0.5],
    )
    stock = read_undesa_refugees(workbook({"Table 6": rows}))
    assert stock.people[["destination", "people"]].to_numpy().tolist() == [["RWA", 144_000.0]]
    assert notes(stock)["WITHHELD"] == 1


AGES = (
    "Year,Destination,0-4_(mf),75+_(mf),Total_(mf),0-4_(m),75+_(m),Total_(m),0-4_(f),75+_(f),Total_(f)\n"
    "2019,WORLD,30,70,100,10,40,50,20,30,50\n"
    "2019,Nepal,30030,70,30100,10010,40,10050,20010,30,20040\n"
    "2019,Holy See,..,..,794,..,..,375,..,..,419\n"
)


def test_ages_and_the_faults_of_the_published_table():
    result = read_undesa_age(AGES.encode())
    assert result.people["people"].sum() == 30_090  # female and male, which miss "mf" by 10
    assert {"AGES_NOT_GIVEN": 1, "SEX_SUM_OFF": 2}.items() <= notes(result).items()
    with pytest.raises(
        InputError, match=r"row 3, column 'Total_\(m\)': the parts add up to 10,050"
    ):
        read_undesa_age(AGES.replace("40,10050,", "40,10150,").encode())


def test_three_fifths_of_those_aged_15_to_19_are_children():
    file = (
        "Year,Destination,0-4_(mf),15-19_(mf),60-64_(mf),Total_(mf),0-4_(m),15-19_(m),60-64_(m),"
        "Total_(m),0-4_(f),15-19_(f),60-64_(f),Total_(f)\n"
        "2019,Nepal,30,200,5,235,10,100,2,112,20,100,3,123\n"
    )
    rows = read_undesa_age(file.encode()).children_adults_older().set_index(["sex", "age"])
    assert rows["people"].to_dict() == {
        ("female", "0-17"): 80, ("female", "18-59"): 40, ("female", "60+"): 3,
        ("male", "0-17"): 70, ("male", "18-59"): 40, ("male", "60+"): 2,
    }  # fmt: skip


def test_a_file_of_something_else_is_a_layout_error():
    with pytest.raises(LayoutError, match="not a table of migrants"):
        read_undesa(b"a,b\n1,2\n")


@pytest.mark.raw
class TestPublishedTotals:
    """Totals of the published files (world, both sexes, mid-year)."""

    def test_2020_long_and_table1_agree_cell_for_cell(self, raw_dir):
        long_form = read_undesa(raw_dir / "stock/ims2020_bilateral_by_sex_iso3.csv.gz")
        table = read_undesa(raw_dir / "stock/undesa_ims2020_table1_both_sexes_verbatim.csv.gz")
        totals = long_form.people.groupby(long_form.people["as_of"].dt.year)["people"].sum()
        assert totals.to_dict() == {
            1990: 152_986_157,
            1995: 161_289_976,
            2000: 173_230_585,
            2005: 191_446_828,
            2010: 220_983_187,
            2015: 247_958_644,
            2020: 280_598_105,
        }
        by_sex = long_form.people[long_form.people["as_of"].dt.year.eq(2020)].groupby("sex")
        assert by_sex["people"].sum().to_dict() == {"female": 134_942_261, "male": 145_655_844}
        pairs = table.by_origin()
        assert len(pairs) == 77_157
        assert (long_form.by_origin().reindex(pairs.index) == pairs).all()
        assert notes(table)["REPEATED_AGGREGATES"] == 260
        pd.testing.assert_frame_equal(table.basis, long_form.basis)
        others = long_form.people[long_form.people["origin"].eq("OOO")]
        assert others.groupby(others["as_of"].dt.year)["people"].sum()[[1990, 2020]].tolist() == [
            8_640_334,
            12_657_151,
        ]

    def test_2024(self, raw_dir):
        path = raw_dir / "stock/ims2024_bilateral_by_sex_iso3.csv.gz"
        stock = read_undesa(path, years=[2020, 2024])
        by_sex = stock.people.groupby([stock.people["as_of"].dt.year, "sex"])["people"].sum()
        assert by_sex[2020].sum() == 275_284_032
        assert by_sex[2024].to_dict() == {"female": 146_012_018, "male": 158_009_795}
        totals = read_undesa_totals(raw_dir / "stock/ims2024_totals_by_m49.csv", years=[2020, 2024])
        mine, theirs = stock.totals(), totals.totals()
        shared = mine.index.intersection(theirs.index)
        assert len(shared) > 450
        assert (mine[shared] == theirs[shared]).all()

    def test_2019_by_names_and_by_age(self, raw_dir):
        stock = read_undesa(raw_dir / "stock/ims2019_origin_destination_total_wide.csv.gz")
        totals = stock.people.groupby(stock.people["as_of"].dt.year)["people"].sum()
        assert totals[[1990, 2015, 2019]].tolist() == [153_011_473, 248_861_296, 271_642_105]
        ages = read_undesa_age(raw_dir / "stock/ims2019_age_sex_destination.csv.gz", years=[2019])
        # the world less Saint Helena and the Holy See, which have no ages
        assert ages.people["people"].sum() == 271_640_873
        assert notes(ages) == {"AGGREGATES_DROPPED": 357, "AGES_NOT_GIVEN": 14, "SEX_SUM_OFF": 4}

    def test_workbook_of_totals(self, raw_dir):
        path = raw_dir / "stock/undesa_pd_2020_ims_stock_by_sex_and_destination.xlsx"
        stock = read_undesa(path)
        assert stock.people["people"][stock.people["as_of"].dt.year.eq(2020)].sum() == 280_598_105
        unsplit = stock.people.loc[stock.people["sex"].eq("total"), "destination"]
        assert set(unsplit) == {"BES"}
        population = read_undesa_population(path, years=[2020])
        assert population.people["people"].sum() == pytest.approx(7_794_798_729, abs=1)
        refugees = read_undesa_refugees(path, years=[2020])
        # row WORLD: 33,807,795; the cells withheld for privacy hold the other 28 people
        assert refugees.people["people"].sum() == 33_807_767
        assert notes(refugees)["WITHHELD"] == 590

    def test_workbook_written_with_real_figures(self, raw_dir, workbook, bilateral_rows):
        stock = read_undesa(
            raw_dir / "stock/ims2020_bilateral_by_sex_iso3.csv.gz", years=[2015, 2020]
        )
        chosen = stock.restrict(["SOM", "ERI", "NER", "SSD", "LBR"])
        rows: list = []
        for destination, people in chosen.people.groupby("destination"):
            figures: dict = {}
            for origin, cells in people.groupby("origin"):
                code = "2003" if origin == "OOO" else m49(origin)
                by_year = cells.pivot_table(index="as_of", columns="sex", values="people")
                figures[code] = (
                    origin,
                    {at.year: (row["male"], row["female"]) for at, row in by_year.iterrows()},
                )
            basis = chosen.basis.set_index("destination").loc[destination]
            letters = {"birth": "B", "citizenship": "C", "unknown": ""}[basis["basis"]]
            letters += " R" * int(basis["refugees_added"]) + " I" * int(basis["is_imputed"])
            made = bilateral_rows(
                figures, "2020", [2015, 2020], (m49(destination), destination), letters.strip()
            )
            rows += made if not rows else made[11:]
        again = read_undesa(workbook({"Table 1": rows}))
        pd.testing.assert_frame_equal(again.people, chosen.people)
        pd.testing.assert_frame_equal(again.basis, chosen.basis)


def test_dates_are_mid_year(undesa_table1):
    stock = read_undesa(undesa_table1().encode())
    assert {at.date() for at in stock.people["as_of"]} == {date(2015, 7, 1), date(2020, 7, 1)}
