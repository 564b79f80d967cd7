"""Names of places: exactly or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from gecam import codes
from gecam.codes import iso3
from gecam.codes.places import bundled_rows
from gecam.errors import CodeError


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Níger", "NER"),
        ("Congo", "COG"),
        ("Democratic Republic of the Congo", "COD"),
        ("Democratic Republic of Congo", "COD"),  # OCHA
        ("Republic of Congo", "COG"),  # OCHA
        ("Congo, Dem. Rep.", "COD"),  # World Bank
        ("Congo, Rep.", "COG"),
        ("Guinea", "GIN"),
        ("Guinea-Bissau", "GNB"),
        ("Equatorial Guinea", "GNQ"),
        ("Papua New Guinea", "PNG"),
        ("Guinée équatoriale", "GNQ"),
        ("Sudan", "SDN"),
        ("South Sudan", "SSD"),
        ("Soudan du Sud (le)", "SSD"),
        ("Dominica", "DMA"),
        ("Dominican Republic", "DOM"),
        ("Samoa", "WSM"),
        ("American Samoa*", "ASM"),
        ("Micronesia (Fed. States of)", "FSM"),
        ("Korea, Rep.", "KOR"),
        ("Dem. People's Republic of Korea", "PRK"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Swaziland", "SWZ"),
        ("TFYR Macedonia", "MKD"),
        ("Côte d&#039;Ivoire", "CIV"),
        ("Cote d’Ivoire", "CIV"),
        ("State of Palestine", "PSE"),
        ("West Bank and Gaza", "PSE"),
        ("Serbia and Kosovo: S/RES/1244 (1999)", "SRB"),  # UNHCR
        ("Kosovo (under UNSC res. 1244)", "XKX"),  # WPP
        ("China, Hong Kong SAR", "HKG"),
        ("Taiwan Province of China", "TWN"),
        ("Venezuela (Bolivarian Republic of)", "VEN"),
        ("República Bolivariana de Venezuela", "VEN"),
        ("  The Gambia ", "GMB"),
        ("ST. LUCIA", "LCA"),
        ("Others", "OOO"),
        ("Unknown", "UNK"),
        ("Stateless", "XXA"),
        ("DRC", "COD"),
        ("SDN", "SDN"),
    ],
)
def test_known_names(name, code):
    assert iso3(name) == code


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Korea", r"KOR \(Republic of Korea\), PRK"),
        ("Micronesia", "UN region"),
        ("Virgin Islands", "VGB .*VIR"),
        ("Saint Martin", "MAF .*SXM"),
        ("Yugoslavia", "BIH .*SRB"),
        ("Abyei Area", "SDN .*SSD"),
        ("AB9", "Sudan and South Sudan both claim"),
        ("SLW", "nobody's code"),  # stands for El Salvador in OCHA's table of plans
        ("Sudann", r"Nearest: SDN \(Sudan\)"),
        ("Nigeira", r"Nearest: NGA \(Nigeria\), NER \(Niger\)"),
        ("sdn", r"Nearest: SDN"),
        ("WLD", "not a known name"),
        ("West Africa", "not a known name"),
        ("", "not a known name"),
        ("NA", "not a known name"),  # neither Namibia's ISO2 nor a missing value
    ],
)
def test_unknown_and_ambiguous_names_are_errors_with_candidates(name, said):
    with pytest.raises(CodeError, match=said):
        iso3(name)


def test_codes_of_publishers_that_look_like_iso3():
    pairs = {"AUS": "AUT", "AUL": "AUS", "ARE": "EGY", "MAR": "MTQ", "GAZ": "PSE", "UKN": "UNK"}
    assert {code: iso3(code, publisher="unhcr") for code in pairs} == pairs
    assert iso3("CHI", publisher="worldbank") == "XCX"
    assert iso3("830", publisher="undesa") == "XCX"
    assert iso3("2003", publisher="undesa") == "OOO"
    for code, publisher in (("WLD", "worldbank"), ("900", "undesa"), ("SDN", "unhcr")):
        with pytest.raises(CodeError):
            iso3(code, publisher=publisher)


def test_no_name_has_two_answers():
    from gecam.codes.names import _aliases

    shared = {name: found for name, found in _aliases().items() if len(found) > 1}
    assert shared == {}


def test_every_country_has_its_own_names_codes_and_region():
    assert len(codes.COUNTRIES) == 251  # ISO 3166: 249, and Kosovo and the Channel Islands
    for code, place in codes.COUNTRIES.items():
        assert iso3(place.name) == code
        assert codes.from_m49(place.m49) == code
        assert len(place.m49) == 3
        assert codes.m49(code) == place.m49
        assert codes.region(code) or code == "ATA"
    assert codes.COUNTRIES["NAM"].iso2 == "NA"
    assert codes.m49("AFG") == "004"
    assert (codes.region("SDN"), codes.subregion("SDN")) == ("Africa", "Northern Africa")
    assert codes.COUNTRIES["KEN"].intermediate_region == "Eastern Africa"
    assert len({place.m49 for place in codes.COUNTRIES.values()}) == 251


def test_what_is_a_destination_and_what_an_origin():
    origins = ("OOO", "UNK", "XXA", "TIB")
    assert not any(map(codes.is_iso3, origins))
    assert all(map(codes.is_origin_code, (*origins, "XCX", "XKX", "SDN")))
    assert codes.is_iso3("XCX")  # a destination of UN DESA's tables
    assert not any(map(codes.is_origin_code, ("WLD", "sdn", "", "SLW", "AB9", "XXX")))


def test_codes_are_errors_where_they_are_none():
    for call in (codes.m49, codes.region, codes.name, codes.place):
        with pytest.raises(CodeError, match="not the ISO3 code"):
            call("WLD")
    for code in ("900", "947", "5501", "x", ""):
        with pytest.raises(CodeError, match="M49"):
            codes.from_m49(code)


def test_borders_that_changed():
    assert set(codes.BORDER_CHANGE) <= set(codes.COUNTRIES)
    assert {"UKR", "RUS", "SRB", "XKX", "SDN", "SSD", "ERI", "ETH", "TLS", "CZE"} <= set(
        codes.BORDER_CHANGE
    )
    assert "IDN" not in codes.BORDER_CHANGE  # 0.4 % of its people went with Timor-Leste
    assert sum("USSR" in reason for reason in codes.BORDER_CHANGE.values()) == 15


def test_looking_a_name_up_needs_neither_pandas_nor_numpy():
    script = (
        "import sys; from gecam.codes import iso3, COUNTRIES; iso3('Niger');"
        "sys.exit(bool({'pandas', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.raw
def test_every_name_that_the_publishers_write_is_known(raw_dir):
    def read(path, **options):
        return pd.read_csv(raw_dir / path, dtype=str, keep_default_na=False, **options)

    unhcr = read("stock/unhcr_population_1951_2025.csv.gz")
    for side in ("coo", "coa"):
        for _, row in unhcr[[side, f"{side}_iso", f"{side}_name"]].drop_duplicates().iterrows():
            own, code, name = row
            assert iso3(own, publisher="unhcr") == code
            assert iso3(name) == code
    plans = read("crisis/ocha_humanitarian_needs_by_plan_2010_2022.csv")
    countries = plans[["Crisis Country", "Country Code"]].drop_duplicates()
    known = countries[countries["Country Code"].map(codes.is_iso3)]
    assert len(known) > 60
    for _, row in known.iterrows():
        plan_of_many = "Response" in row["Crisis Country"]
        assert plan_of_many or iso3(row["Crisis Country"]) == row["Country Code"]
    # SLW stands beside El Salvador (2016 and 2020); ISO knows SLV
    assert set(countries.loc[countries["Country Code"].eq("SLW"), "Crisis Country"]) == {
        "El Salvador"
    }
    bank = read("stock/worldbank_population.csv")[
        ["Country Name", "Country Code"]
    ].drop_duplicates()
    economies = bank[bank["Country Code"].map(codes.is_iso3)]
    assert (economies["Country Name"].map(iso3) == economies["Country Code"]).all()
    wpp = read("stock/wpp2024_population_31dec_2024_2030.csv")
    for _, row in wpp[wpp["location_type"].eq("4")][["m49", "name"]].drop_duplicates().iterrows():
        assert iso3(row["name"]) == codes.from_m49(row["m49"])


@pytest.mark.raw
def test_tables_are_rebuilt_to_the_same_bytes(raw_dir, tmp_path, monkeypatch):
    tool = Path(__file__).resolve().parents[3] / "tools" / "build_codes.py"
    if not tool.is_file():
        pytest.skip("the tools are not here")
    import runpy

    built = runpy.run_path(str(tool))
    monkeypatch.setitem(os.environ, "GECAM_RAW", str(raw_dir))
    built["main"].__globals__["TARGET"] = tmp_path
    built["main"]()
    folder = Path(codes.__file__).parent
    for name in ("places.csv", "aliases.csv", "income_groups.csv"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_each_place_stands_in_the_table_once_under_the_name_of_the_united_nations():
    table = list(bundled_rows("places.csv"))
    codes = [row["iso3"] for row in table]
    assert len(codes) == len(set(codes))
    # UNSD, "Standard country or area codes for statistical use (M49)"
    assert {row["iso3"]: row["name"] for row in table}["CIV"] == "Côte d'Ivoire"


def test_a_border_moved_between_two_countries_and_not_past_all_who_live_in_one():
    born = ["RUS", "BLR", "POL", "SSD", "OOO", "UKR"]
    assert codes.moved_border(born, "UKR") == [True, True, False, False, False, False]
    assert codes.moved_border(["SSD", "ERI", "ETH"], "SDN") == [True, False, False]
    assert codes.moved_border(["TLS", "IDN"], "IDN") == [True, False]  # of one state, and unlisted
    assert codes.moved_border(["DEU"], "FRA") == [False]
    for place in codes.BORDER_CHANGE:  # the relation is symmetric
        for other in codes.BORDER_CHANGE:
            assert codes.moved_border([other], place) == codes.moved_border([place], other)
