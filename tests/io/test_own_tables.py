"""Users' own tables: names, columns, dates, numbers; each fault with its place."""

from __future__ import annotations

from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from gecam.datasets import read_case
from gecam.errors import InputError
from gecam.io import read_needs, read_population, read_stock, template
from gecam.io.own.templates import COLUMNS, CellKind
from gecam.model import Case, Footprint, GroupCount, Population, Source, Stock

STOCK = (
    "destination,origin,as_of,people\n"
    "Soudan,ERI,2022-07-01,120 000\n"
    'SDN,Éthiopie,2022-07-01,"58,000"\n'
    "SDN,,2022-07-01,1000\n"
)


def test_names_numbers_and_unknown_origins_of_a_file():
    stock = read_stock(STOCK.encode())
    assert stock.people[["destination", "origin", "sex", "people"]].to_numpy().tolist() == [
        ["SDN", "ERI", "total", 120_000.0],
        ["SDN", "ETH", "total", 58_000.0],
        ["SDN", "OOO", "total", 1_000.0],
    ]
    assert stock.basis.to_numpy().tolist() == [["SDN", "unknown", False, False]]
    assert {note.code: note.count for note in stock.notes} == {"NAMES_CONVERTED": 3}
    assert not stock.source.is_public
    assert len(stock.source.sha256) == 64


def test_a_frame_a_file_and_a_workbook_give_the_same(workbook, tmp_path):
    frame = pd.DataFrame(
        {
            "destination": ["SDN"],
            "as_of": [pd.Timestamp(2022, 7, 1)],
            "people": [5],
            "origin": ["ERI"],
        }
    )
    path = tmp_path / "stock.csv"
    frame.to_csv(path, index=False)
    data = workbook(
        {"any": [list(frame), ["SDN", pd.Timestamp(2022, 7, 1).to_pydatetime(), 5, "ERI"]]}
    )
    tables = [read_stock(source).people for source in (frame, path, data)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])


def test_labels_of_ones_own_and_a_stated_source():
    frame = pd.DataFrame({"Pays": ["Tchad"], "Date": ["2022-07-01"], "Effectif": ["547 494"]})
    labels = {"destination": "Pays", "as_of": "Date", "people": "Effectif"}
    source = Source("my-survey", "we", "our survey", licence="none", is_public=False)
    stock = read_stock(frame, columns=labels, source=source)
    assert stock.totals().item() == 547_494
    assert stock.source.id == "my-survey"
    with pytest.raises(InputError, match="stock has no column 'country'"):
        read_stock(frame, columns={"country": "Pays"})


def test_basis_belongs_to_the_destination():
    rows = "SDN,ERI,2022-07-01,5,birth,true\nSDN,ETH,2022-07-01,5,birth,false\n"
    head = "destination,origin,as_of,people,basis,refugees_added\n"
    with pytest.raises(InputError, match="says two things about how SDN was counted"):
        read_stock((head + rows).encode())
    stock = read_stock((head + rows.replace("false", "TRUE")).encode())
    assert stock.basis.to_numpy().tolist() == [["SDN", "birth", True, False]]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Soudan", "Sudann", r"row 2, column 'destination': 'Sudann'.*Nearest: SDN"),
        ("Soudan", "OOO", "row 2, column 'destination': 'OOO' is no country"),
        ("Soudan", "", "row 2, column 'destination': the cell is empty"),
        ("Soudan", "Korea", "does not name one country"),
        ("ERI", "Stan", "row 2, column 'origin'"),
        ("2022-07-01", "2022", "not a date: '2022'. Write YYYY-MM-DD"),
        ("2022-07-01", "01/07/2022", "not a date"),
        ("2022-07-01", "2022-02-30", "not a date: '2022-02-30'"),
        ("120 000", "", "not a number"),
        ("120 000", "120.000", "is the point a thousands separator"),
        ("120 000", "-1", "negative"),
        ("120 000", "..", "not a number"),
        ("people", "persons", r"column 'people': the column is missing"),
        ("people", "persons", r"column 'persons': the column is not known"),
    ],
)
def test_each_fault_has_its_place(old, new, said):
    with pytest.raises(InputError, match=said):
        read_stock(STOCK.replace(old, new).encode())


def test_all_faults_at_once():
    text = STOCK.replace("Soudan", "Sudann").replace("58,000", "x").replace("1000", "-1")
    with pytest.raises(InputError) as caught:
        read_stock(text.encode())
    assert [(p.row, p.column) for p in caught.value.problems] == [
        (2, "destination"), (3, "people"), (4, "people"),
    ]  # fmt: skip


def test_an_empty_table_is_an_error():
    with pytest.raises(InputError, match="has no rows"):
        read_stock(template("stock").to_csv().encode())


def test_population_of_countries_and_areas():
    population = read_population(
        b"place,as_of,people\nSudan,2022-07-01,46874204\nSD01,2022-07-01,9000000\n"
    )
    assert population.people["place"].tolist() == ["SD01", "SDN"]
    with pytest.raises(InputError, match="row 2, column 'place'"):
        read_population(b"place,as_of,people\nsd01,2022-07-01,9000000\n")


NEEDS = (
    "crisis,destination,as_of,people,pin_scope,denominator,onset\n"
    "Sudan HRP 2022,SDN,2022-07-01,14300000,all,,\n"
    "Tigray,Éthiopie,2022-07-01,25900000,,,2020-11-04\n"
)


def test_needs_become_crises_and_footprints():
    needs = read_needs(NEEDS.encode())
    sudan, tigray = needs.footprints
    assert (sudan.people, sudan.pin_scope, sudan.denominator) == (14_300_000, "all", None)
    assert (tigray.destination, tigray.pin_scope, tigray.measure) == ("ETH", "unknown", "in_need")
    assert needs.crises[1].onset.isoformat() == "2020-11-04"
    assert not sudan.source.is_public
    with pytest.raises(InputError, match="row 2, column 'pin_scope': unknown word 'everyone'"):
        read_needs(NEEDS.replace(",all,", ",everyone,").encode())


def test_a_case_from_three_files_lists_the_problems_of_all(tmp_path):
    texts = {
        "stock": STOCK,
        "population": "place,as_of,people\nSDN,2022-07-01,46874204\nETH,2022-07-01,123379924\n",
        "needs": NEEDS.splitlines()[0] + "\n" + NEEDS.splitlines()[1] + "\n",
    }

    def files(**changed: str):
        for name, text in (texts | changed).items():
            (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        return {name: tmp_path / f"{name}.csv" for name in texts}

    case = read_case(**files())
    assert case.footprints[0].people == 14_300_000
    with pytest.raises(InputError) as caught:
        read_case(**files(stock="a,b\n1,2\n", needs=texts["needs"].replace("14300000", "?")))
    assert {problem.file for problem in caught.value.problems} == {"stock.csv", "needs.csv"}
    bank = (
        "Country Name,Country Code,Year,Value\nSudan,SDN,2022,46874204\nWorld,WLD,2022,8000000000\n"
    )
    assert read_case(**files(population=bank)).population.source.id == "worldbank-population"
    unhcr = tmp_path / "population.csv.unhcr"
    unhcr.write_text(
        "year,coo_iso,coa_iso,refugees,asylum_seekers,oip\n2022,ERI,SDN,130000,900,\n", "utf-8"
    )
    assert read_case(**files(), protected=unhcr).protected.people["refugees"].item() == 130_000
    with pytest.raises(InputError, match="was given as stock"):
        read_case(**files(stock=bank))


@pytest.mark.parametrize("kind", ["stock", "population", "needs"])
def test_the_example_of_a_template_can_be_read(kind):
    form = template(kind)
    example = dict(zip(form.columns["column"], form.columns["example"], strict=True))
    readers = {"stock": read_stock, "population": read_population, "needs": read_needs}
    readers[kind](pd.DataFrame([example]))
    assert set(form.columns) == {"column", "needed", "holds", "words", "default", "example"}
    with pytest.raises(InputError, match="no template 'flows'"):
        template("flows")


def test_the_table_of_columns_says_of_each_how_it_is_read_and_what_it_holds():
    for columns in COLUMNS.values():
        for name, column in columns.items():
            assert column.kind in get_args(CellKind), name
            assert column.holds, name
            assert "{" not in column.holds, name
            assert bool(column.words) == (column.kind == "word"), name
            assert column.kind != "word" or column.example in column.words, name
            assert column.default in {None, "", *column.words} or column.kind != "word", name


def test_two_columns_of_one_name_and_half_characters_are_refused():
    frame = pd.DataFrame(
        {"destination": ["SDN"], "origin": ["ERI"], "as_of": ["2020-07-01"], "people": [40]}
    )
    with pytest.raises(InputError, match=r"'people"):
        read_stock(pd.concat([frame, frame[["people"]]], axis=1))
    for column in frame:
        half = frame.astype(object)
        half.loc[0, column] = "A\udcff"
        with pytest.raises(
            InputError, match=rf"row 1, column '{column}'.*half a character, U\+DCFF"
        ):
            read_stock(half)


# -- the same rules at every door: a file, a frame that is read, tables from Python, objects --------

DAY = "2022-07-01"
ROW = {"crisis": "c", "destination": "SDN", "as_of": DAY, "people": 1e6}


def as_file(needs):
    return read_needs(pd.DataFrame([needs]).to_csv(index=False).encode())


def as_frame(needs):
    return read_needs(pd.DataFrame([needs]))


def as_table(needs):
    people = {"destination": "SDN", "origin": "ERI", "as_of": DAY, "sex": "total", "people": 5e5}
    residents = {"place": "SDN", "as_of": DAY, "people": 5e7}
    return Case.from_tables(
        stock=pd.DataFrame([people]),
        population=pd.DataFrame([residents]),
        needs=pd.DataFrame([needs]),
    )


def as_object(needs):
    day = needs["as_of"]
    when = date.fromisoformat(day) if isinstance(day, str) and len(day) == 10 else day
    return Footprint(needs["crisis"], needs["destination"], needs["people"], when)


DOORS = (as_file, as_frame, as_table, as_object)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("day", [2020, "2020", 2020.0, "2020-07", "20200701", "2020-07-01 13:00"])
def test_what_is_no_day_is_refused_at_every_door(door, day):
    with pytest.raises(InputError, match=r"not a date: |as_of must be a date"):
        door(ROW | {"as_of": day})


@pytest.mark.parametrize("door", [as_frame, as_table])
@pytest.mark.parametrize(
    "day", [date(2022, 7, 1), pd.Timestamp(2022, 7, 1), np.datetime64("2022-07-01"), DAY]
)
def test_a_day_is_understood_in_any_form(door, day):
    (footprint,) = door(ROW | {"as_of": day}).footprints
    assert footprint.as_of == date(2022, 7, 1)


@pytest.mark.parametrize("door", DOORS)
def test_a_share_in_place_of_a_count_is_refused_at_every_door(door):
    with pytest.raises(InputError, match=r"fraction of a person|less than one person: 0\.3"):
        door(ROW | {"people": 0.3})


@pytest.mark.parametrize("door", [as_frame, as_table])
def test_a_share_in_place_of_a_denominator_is_refused(door):
    with pytest.raises(InputError, match=r"fraction of a person|less than one person: 0\.5"):
        door(ROW | {"denominator": 0.5})


def test_a_share_in_place_of_a_published_count_is_refused():
    with pytest.raises(InputError, match=r"0\.82, are less than one\. A share is no count"):
        GroupCount("protection", 0.82, "share", present=1.0)


@pytest.mark.parametrize("kind", ["stock", "population"])
def test_tables_of_people_take_no_year_and_no_share(kind):
    row = {"place": "SDN", "as_of": DAY, "people": 5e7}
    build = Population
    if kind == "stock":
        row = {"destination": "SDN", "origin": "ERI", "as_of": DAY, "sex": "total", "people": 9.0}
        build = Stock
    assert len(build(pd.DataFrame([row])).people) == 1
    with pytest.raises(InputError, match=r"column 'as_of': not a date: 2020\. Write YYYY-MM-DD"):
        build(pd.DataFrame([row | {"as_of": 2020}]))
    with pytest.raises(InputError, match=r"column 'people': less than one person: 0\.3"):
        build(pd.DataFrame([row | {"people": 0.3}]))


def test_the_time_for_names_that_are_none_does_not_grow_with_their_number(growth):
    def read(size):
        rows = "".join(f"Land {number:x},ERI,2020-07-01,1\n" for number in range(size))
        with pytest.raises(InputError, match="Land"):
            read_stock(f"destination,origin,as_of,people\n{rows}".encode())

    assert growth(read) < 1.5


def test_a_column_with_hundreds_of_wrong_names_is_not_looked_at_to_its_end():
    rows = "".join(f"Land {number:x},ERI,2020-07-01,1\n" for number in range(600))
    with pytest.raises(InputError) as error:
        read_stock(f"destination,origin,as_of,people\n{rows}".encode())
    what = [problem.what for problem in error.value.problems]
    assert len(what) == 600
    assert set(what[500:]) == {"not looked at: 500 other cells of the column are wrong"}


def test_the_time_for_columns_of_one_name_grows_like_their_number(growth):
    def read(size):
        with pytest.raises(InputError):
            read_stock((",".join("a" * min(size, 4000)) + "\n").encode())

    assert growth(read) < 1.5


def test_a_fraction_beside_whole_persons_is_what_arithmetic_leaves():
    row = {"destination": "SDN", "origin": "ERI", "as_of": DAY, "sex": "total", "people": 9.0}
    small = row | {"origin": "OOO", "people": 0.3645}
    assert Stock(pd.DataFrame([row, small])).totals().item() == 9.3645
