"""Build the tables of `gecam.codes` from the publishers' lists in $GECAM_RAW.

    GECAM_RAW=path/to/raw python tools/build_codes.py

Sources (see docs/reference-data/codes.md): UNSD M49; names in English, French and Spanish of the
UN's terminology database, through the `datasets/country-codes` table; UN DESA, UNHCR and World
Bank files for the names those publishers write; World Bank OGHIST for income groups. The same
sources give the same bytes.
"""

from __future__ import annotations

import csv
import html
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

HERE = Path(__file__).resolve().parent.parent
TARGET = HERE / "src" / "gecam" / "codes"

# Areas that figures are published for and that ISO 3166 does not name: code, M49, ISO2, name,
# region, sub-region. M49 830 and 412 as UN DESA uses them; the alpha codes are user-assigned.
AREAS = [
    ("XCX", "830", "", "Channel Islands", "150", "Europe", "154", "Northern Europe"),
    ("XKX", "412", "XK", "Kosovo", "150", "Europe", "039", "Southern Europe"),
]
# Where the list on hand writes another name than the United Nations do.
NAMES = {"CIV": "Côte d'Ivoire", "TWN": "Taiwan Province of China"}
# Values of an origin column that are not places.
SPECIAL = [
    ("OOO", "2003", "Others (UN DESA)"),
    ("UNK", "", "Unknown origin (UNHCR)"),
    ("XXA", "", "Stateless (UNHCR)"),
    ("TIB", "", "Tibetan (UNHCR)"),
]
UNHCR_SPECIAL = {"UNK": "UKN", "XXA": "STA", "TIB": "TIB"}
WORLDBANK = {"XCX": "CHI"}

# Regions and groups in the publishers' lists that share no code with a country, and short names
# that two countries share: never an alias.
NOT_NAMES = {
    "Micronesia",
    "Korea",
    "Corea",
    "Corée",
    "Virgin Islands",
    "St. Martin",
    "Saint Martin",
}

INCOME = {"L": "low", "LM": "lower_middle", "UM": "upper_middle", "H": "high"}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a comma-separated list."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def without_article(name: str, *, is_formal: bool) -> Iterator[str]:
    """Yield a name of the terminology database as it is and without its article.

    The article stands behind a short name (``"Sudan (the)"``) and before a formal one
    (``"la République du Soudan"``); the one of *El Salvador* belongs to it.
    """
    name = html.unescape(name).strip()
    yield name
    yield re.sub(r"\s*\((the|el|la|los|las|le|les|l['’])\)$", "", name)
    if is_formal:
        yield re.sub(r"^(the|el|la|los|las|le|les)\s+|^l['’]", "", name)


def places(raw: Path) -> list[list[str]]:
    """Return the rows of places.csv."""
    unhcr = {
        row["iso_code"]: row["unhcr_code"]
        for row in rows(raw / "unhcr_country_codes.csv")
        if row["iso_code"]
    }
    table = [
        [
            row["ISO-alpha3 Code"],
            row["M49 Code"].zfill(3),
            row["ISO-alpha2 Code"],
            NAMES.get(row["ISO-alpha3 Code"], row["Country or Area"]),
            "country",
            row["Region Code"],
            row["Region Name"],
            row["Sub-region Code"],
            row["Sub-region Name"],
            row["Intermediate Region Code"],
            row["Intermediate Region Name"],
            unhcr.get(row["ISO-alpha3 Code"], ""),
            row["ISO-alpha3 Code"],
        ]
        for row in rows(raw / "unsd_m49_en.csv")
    ]
    for code, m49, iso2, name, *region in AREAS:
        worldbank = WORLDBANK.get(code, code)
        table.append(
            [code, m49, iso2, name, "area", *region, "", "", unhcr.get(code, ""), worldbank]
        )
    for code, m49, name in SPECIAL:
        blank = [""] * 6
        table.append([code, m49, "", name, "special", *blank, UNHCR_SPECIAL.get(code, ""), ""])
    return sorted(table)


def aliases(raw: Path, known: dict[str, str]) -> list[list[str]]:
    """Return the rows of aliases.csv: code, the name as written, who writes it so."""
    found: dict[tuple[str, str], set[str]] = {}

    def add(code: str, who: str, names: Iterable[str]) -> None:
        for name in names:
            if name and name not in NOT_NAMES:
                found.setdefault((code, name), set()).add(who)

    for code, name in known.items():
        add(code, "un", [name])
    terms = {
        "un": ["official_name_en", "UNTERM English Short", "UNTERM English Formal"],
        "common": ["CLDR display name"],
        "fr": ["official_name_fr", "UNTERM French Short", "UNTERM French Formal"],
        "es": ["official_name_es", "UNTERM Spanish Short", "UNTERM Spanish Formal"],
    }
    for row in rows(raw / "country_codes.csv"):
        for who, columns in terms.items():
            for column in columns:
                add(
                    row["ISO3166-1-Alpha-3"],
                    who,
                    without_article(row[column], is_formal="Formal" in column),
                )
    for row in rows(raw / "unhcr_country_codes.csv"):
        if row["iso_code"] in known:
            add(row["iso_code"], "unhcr", [row["name"]])
    worldbank = {code: iso for iso, code in WORLDBANK.items()}
    for row in rows(raw / "worldbank_population.csv"):
        code = worldbank.get(row["Country Code"], row["Country Code"])
        if code in known:
            add(code, "worldbank", [row["Country Name"]])
    by_m49 = {row[1]: row[0] for row in places(raw) if row[1]}
    with (raw / "ims2024_totals_by_m49.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["m49"].zfill(3) in by_m49:
                add(by_m49[row["m49"].zfill(3)], "undesa", [row["country"].strip(" *")])
    # Names in use that the lists above lack: former names, short forms, acronyms, spellings of OCHA,
    # IDMC and older UN DESA files.
    for row in rows(HERE / "tools" / "curated" / "common_names.csv"):
        add(row["iso3"], "common", [row["name"]])
    return [[*key, " ".join(sorted(found[key]))] for key in sorted(found)]


def income(raw: Path, known: dict[str, str]) -> list[list[str]]:
    """Return the rows of income_groups.csv: a row per economy, a column per year of the data."""
    book = CalamineWorkbook.from_path(raw / "worldbank_income_history_OGHIST_2025_10_07.xlsx")
    sheet = book.get_sheet_by_name("Country Analytical History").to_python(skip_empty_area=False)
    years = [str(int(cell)) for cell in sheet[5][2:]]
    worldbank = {code: iso for iso, code in WORLDBANK.items()}
    table = [["iso3", *years]]
    for row in sheet[11:]:
        code = worldbank.get(str(row[0]), str(row[0]))
        if code in known:  # dissolved states and notes have none
            groups = [str(cell).strip().rstrip("*") for cell in row[2:]]
            table.append([code, *(INCOME.get(group, "") for group in groups)])
            unread = {group for group in groups if group not in {*INCOME, "", ".."}}
            if unread:
                raise ValueError(f"unknown income groups for {code}: {sorted(unread)}")
    return [table[0], *sorted(table[1:])]


def write(name: str, header: list[str], table: list[list[str]]) -> None:
    """Write a table with Unix line ends, whatever the system."""
    with (TARGET / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *table])


def main() -> None:
    """Write the three tables."""
    raw = Path(os.environ["GECAM_RAW"])
    raw = raw / "stock" if (raw / "stock").is_dir() else raw
    table = places(raw)
    header = [
        "iso3", "m49", "iso2", "name", "kind", "region_code", "region", "subregion_code",
        "subregion", "intermediate_code", "intermediate", "unhcr", "worldbank",
    ]  # fmt: skip
    write("places.csv", header, table)
    known = {row[0]: row[3] for row in table}
    write("aliases.csv", ["iso3", "alias", "used_by"], aliases(raw, known))
    groups = income(raw, known)
    write("income_groups.csv", groups[0], groups[1:])


if __name__ == "__main__":
    main()
