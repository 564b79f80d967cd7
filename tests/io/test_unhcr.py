"""UNHCR population statistics: two headers, codes that look like ISO, dates at year-end."""

from __future__ import annotations

import io
import zipfile

import pandas as pd
import pytest

from gecam.errors import InputError, LayoutError
from gecam.io import read_unhcr, read_unhcr_displaced

HEADER = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,returned_refugees,"
    "idps,returned_idps,stateless,ooc,oip,hst\n"
)
# UNHCR, end of 2023 (Refugee Data Finder): rows of Syrians in Austria and Australia, of Sudan
ROWS = (
    "2022,Syrian Arab Rep.,SYR,SYR,Austria,AUS,AUT,67000,30000,0,0,0,0,0,,0\n"
    "2022,Syrian Arab Rep.,SYR,SYR,Australia,AUL,AUS,9000,40,0,0,0,0,0,,0\n"
    "2022,Sudan,SUD,SDN,Sudan,SUD,SDN,0,0,5000,3553000,12000,0,0,,0\n"
    "2022,Venezuela,VEN,VEN,Colombia,COL,COL,20,10,0,0,0,0,0,2450000,0\n"
    "2022,Stateless,STA,XXA,Cote d'Ivoire,ICO,CIV,1,2,0,0,0,930000,0,,0\n"
    "2022,Unknown,UKN,UNK,Unknown,UKN,UNK,100,7,0,0,0,0,0,,0\n"
)
FINDER = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,Returned refugees,IDPs of concern to UNHCR,"
    "Returned IDPss,Stateless persons,Others of concern,"
    "Other people in need of international protection,Host Community\n"
    "2022,Syrian Arab Rep.,SYR,Austria,AUT,67000,30000,0,0,0,0,0,-,0\n"
    "2022,Syrian Arab Rep.,SYR,Australia,AUS,9000,-,0,0,0,0,0,-,0\n"
)


def notes(result) -> dict[str, int]:
    return {note.code: note.count for note in result.notes}


def test_places_come_from_the_iso_columns_and_dates_are_year_ends():
    result = read_unhcr((HEADER + ROWS).encode())
    people = result.people.set_index(["destination", "origin"])
    assert people.loc[("AUT", "SYR"), "refugees"] == 67_000  # UNHCR calls Austria AUS
    assert people.loc[("AUS", "SYR"), "refugees"] == 9_000
    assert set(result.people["as_of"]) == {pd.Timestamp(2022, 12, 31)}
    assert people.loc[("COL", "VEN"), "oip"] == 2_450_000
    assert people["oip"].isna().sum() == 3  # empty is not zero
    assert ("CIV", "XXA") in people.index
    assert notes(result) == {"ASYLUM_UNKNOWN": 107, "NOBODY": 1, "OIP_MISSING": 5}


def test_the_header_of_the_refugee_data_finder_and_its_archive():
    plain = read_unhcr(FINDER.encode())
    preamble = "Extracted from the UNHCR Population Statistics Database\n" + "\n" * 13
    with_preamble = read_unhcr((preamble + FINDER).encode())
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("footnotes.csv", "a\n1\n")
        archive.writestr("population.csv", FINDER)
    archived = read_unhcr(buffer.getvalue())
    for other in (with_preamble, archived):
        pd.testing.assert_frame_equal(other.people, plain.people)
    assert notes(plain)["DASH_AS_ZERO"] == 1
    at_home = FINDER.replace(",0,0,0,0,0,-", ",0,5,0,0,0,-", 1).replace("Austria,AUT", "Syria,SYR")
    assert read_unhcr_displaced(at_home.encode()).people["idps"].tolist() == [5]


def test_own_and_iso_codes_that_disagree_are_an_error():
    text = (HEADER + ROWS).replace("Austria,AUS,AUT", "Austria,AUS,AUS")
    with pytest.raises(
        InputError, match=r"row 2, column 'coa_iso': AUS beside UNHCR's code of AUT"
    ):
        read_unhcr(text.encode())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("67000", "67,000.5", "cells"),
        ("67000", "-67000", "negative"),
        ("67000", "", "not a number"),
        ("SYR,SYR,Austria", "SYR,SYX,Austria", "'SYX' is not an ISO3 code"),
        ("Australia,AUL,AUS", "Austria,AUS,AUT", "repeats one above"),
        ("2022,Sudan", "22,Sudan", "not a year"),
    ],
)
def test_bad_cells_are_named(old, new, said):
    with pytest.raises(InputError, match=said):
        read_unhcr((HEADER + ROWS).replace(old, new, 1).encode())


def test_displaced_and_stateless_people():
    result = read_unhcr_displaced((HEADER + ROWS).encode())
    people = result.people.set_index("place")
    assert people.loc["SDN", ["idps", "returned_idps", "returned_refugees"]].tolist() == [
        3_553_000, 12_000, 5_000,
    ]  # fmt: skip
    assert people.loc["CIV", "stateless"] == 930_000
    abroad = (HEADER + ROWS).replace("67000,30000,0,0", "67000,30000,0,9")
    with pytest.raises(InputError, match="internally displaced people abroad"):
        read_unhcr_displaced(abroad.encode())


def test_years_and_other_files():
    with pytest.raises(InputError, match=r"years \[1999\]"):
        read_unhcr((HEADER + ROWS).encode(), years=[1999])
    with pytest.raises(LayoutError):
        read_unhcr(b"a,b\n1,2\n")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("other.csv", "a\n1\n")
    with pytest.raises(LayoutError, match=r"no population\.csv"):
        read_unhcr(buffer.getvalue())


@pytest.mark.raw
def test_published_totals(raw_dir):
    path = raw_dir / "stock/unhcr_population_1951_2025.csv.gz"
    people = read_unhcr(path, years=[2020, 2023, 2024]).people
    sums = people.groupby(people["as_of"].dt.year)[["refugees", "asylum_seekers", "oip"]].sum()
    # UNHCR, Refugee Data Finder (as of June 2026): without Palestine refugees under UNRWA
    assert sums.to_numpy().tolist() == [
        [20_661_846, 4_184_926, 3_862_102],
        [31_637_408, 6_858_500, 5_755_363],
        [30_958_200, 8_352_712, 5_875_359],
    ]
    displaced = read_unhcr_displaced(path, years=[2020, 2023, 2024]).people
    assert displaced.groupby("as_of")["idps"].sum().tolist() == [48_557_439, 63_251_367, 68_131_711]
