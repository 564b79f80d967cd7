"""Damaged files against every reader: an answer that is right, or one of our errors; in time.

Each file is a small one in a publisher's layout, broken by a seeded die. Where a reader still gives
an answer, its sum must be that of the damaged file as a second, independent parser reads it.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import inspect
import io
import math
import random
import re
import runpy
import time
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import gecam.io as readers
from gecam.errors import GecamError, InputError

QUICK, FULL = 8, 200  # mutants per sample; 30 samples
LIMIT = 5.0  # seconds that a reader may take over a damaged small file
AGGREGATES = {"", "900", "903", "927"}
MARKS = {"", "..", "-", "—", "~"}


def counted(cell: str) -> float:
    """A number as this test reads it, apart from the readers."""
    text = cell.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    return 0.0 if text in MARKS else float(text.replace(",", ""))


def rows_of(text: str, header: set[str]) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    labels = [[" ".join(cell.split()) for cell in line] for line in lines]
    at = max(range(len(lines)), key=lambda i: len(header & set(labels[i])))
    head = labels[at]
    return [dict(zip(head, line, strict=True)) for line in lines[at + 1 :] if any(line)]


@dataclass(frozen=True)
class Sample:
    """A file in a known layout, its reader, the sum of the answer, and an oracle for that sum."""

    name: str
    read: Callable[[bytes], Any]
    text: str
    found: Callable[[Any], float] | None = None
    oracle: Callable[[list[dict[str, str]]], float] | None = None

    @property
    def header(self) -> set[str]:
        """Labels of the columns."""
        lines = csv.reader(io.StringIO(self.text))
        return set(next(line for line in lines if len(line) > 2))

    def check(self, data: bytes) -> str:
        """Read damaged bytes and say what came of it: ``refused`` or ``read``."""
        started = time.perf_counter()
        try:
            result = self.read(data)
        except GecamError:
            outcome = "refused"
        else:
            outcome = "read"
            if self.oracle is not None and self.found is not None:
                text = _decoded(data)
                expected = self.oracle(rows_of(text, self.header))
                assert math.isclose(self.found(result), expected, abs_tol=0.5), (self.name, text)
        assert time.perf_counter() - started < LIMIT
        return outcome


def _decoded(data: bytes) -> str:
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")  # the other encoding that is read without being named


def people(result: Any) -> float:
    return float(result.people["people"].sum())


def cells(where: Callable[[dict[str, str]], bool], *columns: str, factor: float = 1.0):
    """An oracle: the sum of some columns (all years, if none are named) over some rows."""

    def total(rows: list[dict[str, str]]) -> float:
        result = 0.0
        for row in rows:
            if where(row):
                names = columns or [name for name in row if len(name) == 4 and name.isdecimal()]
                result += sum(counted(row[name]) for name in names)
        return result * factor

    return total


DESA_HEAD = (
    'Index,"Region, development group, country or area of destination",Notes of destination,'
    "Location code of destination,Type of data of destination,"
    '"Region, development group, country or area of origin",Location code of origin,2015,2020\n'
)
TABLE_1 = DESA_HEAD + (
    "1,   Burundi,,108,B R,WORLD,900, 298 299, 344 767\n"
    "2,   Burundi,,108,B R, AFRICA,903, 297 392, 343 691\n"
    "3,   Burundi,,108,B R,  Australia and New Zealand,927,..,..\n"
    "4,   Burundi,,108,B R,  Australia and New Zealand,927,..,..\n"
    "5,   Burundi,,108,B R,   Belgium,56,605,718\n"
    "6,   Burundi,,108,B R,   Democratic Republic of the Congo,180, 175 768, 199 585\n"
    "7,   Burundi,,108,B R,   France*,250,302,358\n"
    "8,   Burundi,,108,B R,   Kenya,404, 1 032, 1 226\n"
    "9,   Burundi,,108,B R,   Rwanda,646, 64 363, 76 567\n"
    "10,   Burundi,,108,B R,   Uganda,800,891, 1 058\n"
    "11,   Burundi,,108,B R,   United Republic of Tanzania*,834, 28 008, 33 318\n"
    "12,   Burundi,,108,B R,Other,2003, 27 330, 31 937\n"
)
LONG = (
    "destination_iso3,origin_iso3,year,sex,stock,data_type_foreign_born,"
    "data_type_foreign_citizens,data_type_refugees_added,data_type_imputed\n"
    "BDI,BEL,2020,female,375,1,0,1,0\nBDI,BEL,2020,male,343,1,0,1,0\n"
    "BDI,COD,2020,female,97828,1,0,1,0\nBDI,COD,2020,male,101757,1,0,1,0\n"
    "NAM,OOO,2020,female,0,1,0,0,1\nNAM,OOO,2020,male,7,1,0,0,1\n"
)
WIDE = (
    "Year,Destination,Total,Other South,Other North,Turkey,Montenegro,Albania,Niger\n"
    "2019,WORLD,1000,..,..,..,..,..,..\n"
    "2019,Micronesia,40,..,..,..,..,..,40\n"
    "2019,Micronesia (Fed. States of),12,2,..,10.00000000001,,-,..\n"
    "2019,Nigeria,9,..,1,3,,..,5\n"
)
TOTALS = (
    "m49,country,year,immigrants,emigrants\n4,Afghanistan,2024,98110.0,7528994.0\n"
    "108,Burundi,2024,383000.0,1\n900,World,2024,481110.0,481110.0\n1500,Low-income,2024,5.0,\n"
)
AGES = (
    "Year,Destination,0-4_(mf),75+_(mf),Total_(mf),0-4_(m),75+_(m),Total_(m),"
    "0-4_(f),75+_(f),Total_(f)\n2019,WORLD,30,70,100,10,40,50,20,30,50\n"
    "2019,Nepal,300,70,370,100,40,140,200,30,230\n2019,Holy See,..,..,794,..,..,375,..,..,419\n"
)
UNHCR = (
    "year,coo_name,coo,coo_iso,coa_name,coa,coa_iso,refugees,asylum_seekers,idps,oip\n"
    "2022,Syria,SYR,SYR,Austria,AUS,AUT,67000,30000,0,\n"
    "2022,Syria,SYR,SYR,Australia,AUL,AUS,9000,40,0,\n"
    "2022,Venezuela,VEN,VEN,Colombia,COL,COL,20,10,0,2450000\n"
    "2022,Stateless,STA,XXA,Cote d'Ivoire,ICO,CIV,1,2,0,\n"
)
FINDER = (
    "Year,Country of origin,Country of origin (ISO),Country of asylum,Country of asylum (ISO),"
    "Refugees under UNHCR's mandate,Asylum-seekers,"
    "Other people in need of international protection\n"
    "2022,Syrian Arab Rep.,SYR,Austria,AUT,67000,30000,-\n"
    "2022,Syrian Arab Rep.,SYR,Australia,AUS,9000,-,5\n"
)
BANK = (
    "Country Name,Country Code,Year,Value\nSudan,SDN,2023,49383346\nSudan,SDN,2024,50448963\n"
    'Kosovo,XKX,2024,1527324\n"Korea, Rep.",KOR,2024,51751065\nWorld,WLD,2024,8141808945\n'
)
BANK_WIDE = (
    '"Data Source","World Development Indicators"\n\n'
    "Country Name,Country Code,Indicator Name,Indicator Code,2023,2024\n"
    'Sudan,SDN,"Population, total",SP.POP.TOTL,49383346,50448963\n'
    'West Bank and Gaza,PSE,"Population, total",SP.POP.TOTL,,5289152\n'
    'World,WLD,"Population, total",SP.POP.TOTL,8061876001,8141808945\n'
)
ENDS = (
    "m49,name,location_type,year,pop_median_thousands\n900,World,0,2024,8196980.849\n"
    "4,Afghanistan,4,2024,43250.33\n4,Afghanistan,4,2025,44437.893\n516,Namibia,4,2025,3100.5\n"
)
WPP = (
    "ISO3_code,LocTypeName,Variant,Time,MidPeriod,PopTotal\n,World,Medium,2024,2024.5,8161972.572\n"
    "NAM,Country/Area,Medium,2024,2024.5,3030.131\nSDN,Country/Area,Medium,2024,2024.5,50448.963\n"
    "SDN,Country/Area,High,2024,2024.5,50500\n"
)
BY_SEX = (
    "iso3,year,sex,population\nAFG,2020,female,19279918\nAFG,2020,male,19692287\n"
    "AFG,2020,total,38972204\nNAM,2020,female,1300000\nNAM,2020,male,1200000\nNAM,2020,total,2500000\n"
)
COD = (
    "ISO3,Country,ADM1_PCODE,ADM1_NAME,ADM2_PCODE,ADM2_NAME,ADM3_PCODE,ADM3_NAME,ADM4_PCODE,"
    "ADM4_NAME,Population_group,Population,Reference_year\n"
    "AFG,Afghanistan,,,,,,,,,F_TL,19844584,2021\nAFG,Afghanistan,,,,,,,,,T_TL,40411869,2021\n"
    "NAM,Namibia,,,,,,,,,T_TL,2550226,2020\n"
)
STOCK = (
    "destination,origin,as_of,sex,people\nSoudan,ERI,2022-07-01,total,120 000\n"
    'SDN,Éthiopie,2022-07-01,total,"58,000"\nNAM,AGO,2022-07-01,total,1000\n'
)
POPULATION = (
    "place,as_of,people\nSudan,2022-07-01,46874204\nSD01,2022-07-01,9000000\n"
    "NAM,2022-07-01,2567012\n"
)
NEEDS = (
    "crisis,destination,as_of,people,pin_scope,grade\nSudan HRP,SDN,2022-07-01,14300000,all,A\n"
    "Tigray,Éthiopie,2022-07-01,25900000,,\n"
)
DEATHS = (
    "incident_date,type,route,country_of_incident_iso3,dead_and_missing,cause,survivors,"
    "country_of_origin_iso3,location,lon,lat\n"
    "2014-01-06,Incident,Central American Route,USA,1.0,Mixed or unknown,,GTM,Arizona,-110.4,31.7\n"
    '2014-01-12,Split Incident,Undefined,RUS,3.0,Violence,2.0,"SDN, UNK",border,28.0,59.2\n'
)


def is_country(row: dict[str, str]) -> bool:
    codes = [
        code.strip().lstrip("0") for name, code in row.items() if name.startswith("Location code")
    ]
    return not AGGREGATES & set(codes)


def named(row: dict[str, str]) -> bool:
    return row["Destination"].strip().casefold() not in {"world", "micronesia"}


TEXTS = [
    Sample("desa table 1", readers.read_undesa, TABLE_1, people, cells(is_country)),
    Sample("desa long", readers.read_undesa, LONG, people, cells(lambda row: True, "stock")),
    Sample(
        "desa 2019",
        readers.read_undesa,
        WIDE,
        people,
        lambda rows: sum(
            counted(cell)
            for row in rows
            if named(row)
            for label, cell in row.items()
            if label not in {"Year", "Destination", "Total"}
        ),
    ),
    Sample(
        "desa totals",
        readers.read_undesa_totals,
        TOTALS,
        people,
        cells(lambda row: int(row["m49"]) < 900, "immigrants"),
    ),
    Sample(
        "desa age",
        readers.read_undesa_age,
        AGES,
        people,
        cells(named, "0-4_(m)", "75+_(m)", "0-4_(f)", "75+_(f)"),
    ),
    Sample(
        "unhcr",
        readers.read_unhcr,
        UNHCR,
        lambda result: float(
            result.people[["refugees", "asylum_seekers", "oip"]].sum().sum()
        ),
        cells(lambda row: row["coa_iso"].strip() != "UNK", "refugees", "asylum_seekers", "oip"),
    ),
    Sample(
        "unhcr finder",
        readers.read_unhcr,
        FINDER,
        lambda result: float(result.people[["refugees", "asylum_seekers", "oip"]].sum().sum()),
        cells(
            lambda row: row["Country of asylum (ISO)"].strip() != "UNK",
            "Refugees under UNHCR's mandate",
            "Asylum-seekers",
            "Other people in need of international protection",
        ),
    ),
    Sample("unhcr displaced", readers.read_unhcr_displaced, UNHCR.replace(
        "idps", "idps,returned_idps,returned_refugees,stateless").replace(",0,", ",0,0,0,0,")),
    Sample(
        "world bank",
        readers.read_worldbank,
        BANK,
        people,
        cells(lambda row: row["Country Code"].strip() != "WLD", "Value"),
    ),
    Sample(
        "world bank wide",
        readers.read_worldbank,
        BANK_WIDE,
        people,
        cells(lambda row: row["Country Code"].strip() != "WLD"),
    ),
    Sample(
        "wpp ends",
        readers.read_wpp,
        ENDS,
        people,
        cells(lambda row: row["location_type"].strip() == "4", "pop_median_thousands", factor=1000),
    ),
    Sample(
        "wpp",
        readers.read_wpp,
        WPP,
        people,
        cells(
            lambda row: (row["LocTypeName"].strip(), row["Variant"].strip())
            == ("Country/Area", "Medium"),
            "PopTotal",
            factor=1000,
        ),
    ),
    Sample("wpp by sex", readers.read_wpp, BY_SEX),
    Sample(
        "cod-ps",
        readers.read_cod_ps,
        COD,
        people,
        cells(
            lambda row: row["Population_group"].strip() == "T_TL"
            and not any(row[name].strip() for name in row if name.startswith("ADM")),
            "Population",
        ),
    ),
    Sample("own stock", readers.read_stock, STOCK, people, cells(lambda row: True, "people")),
    Sample(
        "own population",
        readers.read_population,
        POPULATION,
        people,
        cells(lambda row: True, "people"),
    ),
    Sample(
        "own needs",
        readers.read_needs,
        NEEDS,
        lambda result: sum(footprint.people for footprint in result.footprints),
        cells(lambda row: True, "people"),
    ),
    Sample("missing migrants", readers.read_missing_migrants, DEATHS),
]  # fmt: skip


def _others() -> list[Sample]:
    """Samples from the tests beside the readers, whose sums have no oracle."""
    path = Path(__file__).resolve().parents[1] / "io" / "layout_samples.py"
    found = runpy.run_path(str(path))["layout_samples"]()
    return [Sample(name, read, text) for name, (read, text) in found.items()]


SAMPLES = TEXTS + _others()

JUNK = (
    "", " ", "-1", "1e308", "1e400", "nan", "inf", "9" * 40, "1.234", "1,5", "NA", "None", "total",
    "..", "~", "#", "SDN", "XXX", "SUD", "Niger", "Nigeria", "2022-13-45", "0001-01-01", "\x00",
    "\ufeff",
    "é" * 50, '"', "'", "a\nb", ";", "<a>", "=1+1", "1\u00a0234", "1 234", "٣", "−5", "1_000", "0x1F",
)  # fmt: skip


def damaged_text(text: str, die: random.Random) -> bytes:
    """Break a text in one to three of the ways in which tables break."""
    for _ in range(die.randint(1, 3)):
        lines = text.splitlines() or [""]
        at = die.randrange(len(lines))
        parts = lines[at].split(",")
        column = die.randrange(len(parts))
        way = die.randrange(14)
        if way <= 3:
            parts[column] = die.choice(JUNK)
        elif way == 4:
            del parts[column]
        elif way == 5:
            parts.insert(column, die.choice(JUNK))
        elif way == 6 and parts[column]:
            place = die.randrange(len(parts[column]))
            digit = die.choice("0123456789 ,.-")
            parts[column] = parts[column][:place] + digit + parts[column][place + 1 :]
        lines[at] = ",".join(parts)
        if way == 7:
            del lines[at]
        elif way == 8:
            lines.insert(at, lines[at])
        elif way == 9:
            other = die.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        elif way == 10:
            lines.insert(at, die.choice(("", ",,,", "Total,,,", "#country+code,#inneed")))
        text = die.choice(("\n", "\n", "\n", "\r\n", "\r")).join(lines) + "\n"
        if way == 11:
            text = text[: die.randrange(len(text))]
        elif way == 12:
            place = die.randrange(len(text))
            text = text[:place] + die.choice('",;\t\n\x00\ufeff') + text[place:]
    data = text.encode()
    if die.random() < 0.15:
        place = die.randrange(len(data) + 1)
        data = data[:place] + bytes([die.randrange(256)]) + data[place + 1 :]
    if die.random() < 0.1:
        data = gzip.compress(data)
        if die.random() < 0.5:
            place = die.randrange(len(data))
            data = data[:place] + bytes([die.randrange(256)]) + data[place + die.randrange(3) :]
    return data


def run_mutants(sample: Sample, n: int) -> dict[str, int]:
    outcomes = {"read": 0, "refused": 0}
    for number in range(n):
        die = random.Random(f"{sample.name}-{number}")
        outcomes[sample.check(damaged_text(sample.text, die))] += 1
    return outcomes


PUMPS = (
    "a", " ", "1", "(", ")", "(a)", ";", " ; ", " - ", "&amp;", " via ", "1,1", "1 ", "+a", "st ",
    " / ", ".", "é", "SDN;", "SDN ", "#", "2020-", "<a>", '"', "\t",
)  # fmt: skip


def long_cells(sample: Sample) -> list[tuple[int, int, str]]:
    """Return where a cell can be made long, and of what: the row, the column, what is repeated."""
    rows = list(csv.reader(io.StringIO(sample.text, newline="")))
    return [(r, c, pump) for r, row in enumerate(rows) for c in range(len(row)) for pump in PUMPS]


def seconds(sample: Sample, data: bytes) -> float:
    started = time.thread_time()
    with contextlib.suppress(GecamError):
        sample.read(data)
    return time.thread_time() - started


def with_a_long_cell(sample: Sample, where: tuple[int, int, str], size: int) -> bytes:
    row, column, pump = where
    rows = list(csv.reader(io.StringIO(sample.text, newline="")))
    rows[row][column] = pump * (size // len(pump))
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def run_long_cells(sample: Sample, cells_made_long: list[tuple[int, int, str]]) -> None:
    """Eight times the text may take about eight times as long, not sixty-four times."""
    usual = min(seconds(sample, sample.text.encode()) for _ in range(3))
    for where in cells_made_long:
        short, long = (with_a_long_cell(sample, where, size) for size in (2_000, 16_000))
        if seconds(sample, long) > 2 * usual:
            small, large = (min(seconds(sample, data) for _ in range(3)) for data in (short, long))
            assert large < 16 * small, (sample.name, where)


def another(cell: str, number: int) -> str:
    """Return a cell like another: the number in place of its figures, or after its words."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell):
        return f"{1990 + number % 40}-{1 + number % 12:02}-{1 + number % 28:02}"
    if re.fullmatch(r"[A-Z]{3}\d{3}", cell):
        return f"{cell[0]}{chr(65 + number // 1000)}Z{number % 1000:03}"
    return str(number) if cell.isdecimal() else f"{cell}{number}"


def with_many_rows(sample: Sample, columns: tuple[int, ...], n: int) -> bytes:
    """Return the sample with its last row many times, another cell in some columns of each."""
    *above, last = [r for r in csv.reader(io.StringIO(sample.text, newline="")) if any(r)]
    text = io.StringIO()
    csv.writer(text).writerows(above)
    csv.writer(text).writerows(
        [another(cell, at) if c in columns else cell for c, cell in enumerate(last)]
        for at in range(n)
    )
    return text.getvalue().encode()


def many_rows(sample: Sample) -> list[tuple[int, ...]]:
    """Return the columns that may differ from row to row: each alone, and all."""
    width = len([r for r in csv.reader(io.StringIO(sample.text, newline="")) if any(r)][-1])
    return [*((column,) for column in range(width)), tuple(range(width))]


def run_many_rows(sample: Sample, columns: list[tuple[int, ...]]) -> None:
    """Eight times the rows may take about eight times as long."""
    for which in columns:
        few, many = (with_many_rows(sample, which, n) for n in (400, 3_200))
        if seconds(sample, many) > 16 * seconds(sample, few):
            small, large = (min(seconds(sample, data) for _ in range(3)) for data in (few, many))
            assert large < 16 * small, (sample.name, which)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
class TestDamagedTexts:
    def test_the_sample_itself_is_read(self, sample):
        assert sample.check(sample.text.encode()) == "read"

    def test_some_mutants(self, sample):
        run_mutants(sample, QUICK)

    @pytest.mark.slow
    def test_many_mutants(self, sample):
        outcomes = run_mutants(sample, FULL)
        assert outcomes["refused"] > FULL // 4  # the die does break files

    @pytest.mark.slow
    def test_some_long_cells(self, sample):
        run_long_cells(sample, random.Random(sample.name).sample(long_cells(sample), QUICK // 2))

    @pytest.mark.slow
    def test_all_long_cells(self, sample):
        run_long_cells(sample, long_cells(sample))

    @pytest.mark.slow
    def test_many_rows(self, sample):
        run_many_rows(sample, many_rows(sample))

    @pytest.mark.slow
    def test_encodings(self, sample):
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            sample.read(sample.text.encode(encoding))
        text = sample.text.replace("Sudan", "Судан", 1).replace("Burundi", "Бурунди", 1)
        text = text if text != sample.text else text + "Судан\n"
        text = "".join(char for char in text if ord(char) < 128 or char in "СуданБрди")
        with pytest.raises(InputError):
            sample.read(text.encode("cp1251"))  # not UTF-8, and no encoding was named
        if "encoding" in inspect.signature(sample.read).parameters:
            plain = sample.text.replace("Éthiopie", "ETH").replace("Albania", "Curaçao")
            named = sample.read(plain.encode("cp1252"), encoding="cp1252")  # type: ignore[call-arg]
            if sample.found is not None:
                assert sample.found(named) == sample.found(sample.read(plain.encode()))


BOOKS = [sample for sample in TEXTS if sample.name in {"desa table 1", "own stock", "own needs"}]


def workbook(text: str) -> bytes:
    """The same table as a workbook, at the place that UN DESA gives its Table 1."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Table 1")
    for _ in range(10 if text == TABLE_1 else 0):
        sheet.append([])
    for row in csv.reader(io.StringIO(text)):
        sheet.append([_cell(cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(cell: str) -> str | int:
    text = cell.replace(" ", "")
    return int(text) if text.isdecimal() else cell


def damaged_book(data: bytes, die: random.Random) -> bytes:
    """Break the bytes of an archive, or the markup of one of its members."""
    if die.random() < 0.4:
        raw = bytearray(data)
        for _ in range(die.randint(1, 8)):
            raw[die.randrange(len(raw))] = die.randrange(256)
        return bytes(raw[: die.randrange(len(raw))] if die.random() < 0.3 else raw)
    source = zipfile.ZipFile(io.BytesIO(data))
    members = {info.filename: source.read(info) for info in source.infolist()}
    for _ in range(die.randint(1, 3)):
        name = die.choice(sorted(members))
        content = members[name]
        place = die.randrange(len(content) + 1)
        way = die.randrange(6)
        if way == 0:
            members[name] = content[:place]
        elif way == 1:
            members[name] = content[:place] + bytes([die.randrange(256)]) + content[place + 1 :]
        elif way == 2:
            members[name] = content.replace(
                die.choice((b'r="', b't="', b"<v>", b"<c ", b'count="', b'ref="', b'r:id="')),
                die.choice((b'r="ZZZ9', b't="s', b"<v>99999999", b"<c r='A1' ", b'x="', b"&e;")),
                die.randint(1, 3),
            )
        elif way == 3:
            members[name] = content[:place] + content[place // 2 :]
        elif way == 4 and len(members) > 1:
            del members[name]
        else:
            members[name] = content.replace(b'"', b"'", die.randint(1, 5))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def seen_by_openpyxl(data: bytes) -> str | None:
    """The first sheet as comma-separated text; None where openpyxl finds no table in the file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True).worksheets[0]
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.values]
    except Exception:
        return None
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue() or None


@pytest.mark.parametrize("sample", BOOKS, ids=lambda sample: sample.name)
class TestDamagedWorkbooks:
    def run(self, sample: Sample, n: int) -> int:
        data = workbook(sample.text)
        sample.read(data)
        refused = 0
        for number in range(n):
            broken = damaged_book(data, random.Random(f"{sample.name}-{number}"))
            started = time.perf_counter()
            try:
                result = sample.read(broken)
            except GecamError:
                refused += 1
                continue
            finally:
                assert time.perf_counter() - started < LIMIT
            text = seen_by_openpyxl(broken)
            if text is not None:
                expected = sample.oracle(rows_of(text, sample.header))
                assert math.isclose(sample.found(result), expected, abs_tol=0.5), (number, text)
        return refused

    def test_some_mutants(self, sample):
        assert self.run(sample, 25) > 5

    @pytest.mark.slow
    def test_many_mutants(self, sample):
        assert self.run(sample, 300) > 40


def spellings() -> list[tuple[str, float | None]]:
    """Cells, and the count that each must give: a number, NaN for missing, None for refused."""
    found: list[tuple[str, float | None]] = []
    for count in (0, 7, 42, 999, 1000, 12_345, 344_767, 1_234_567, 12_345_678, 2_147_483_648):
        plain = str(count)
        grouped = f"{count:,}"
        found += [
            (plain, count),
            (f" {plain} ", count),
            (f"+{plain}", count),
            (f"{plain}.0", count),
        ]
        found += [(f"\u00a0{plain}", count), (f"{plain}\t", count), (f"00{plain}", count)]
        found += [
            (grouped.replace(",", mark), count) for mark in (",", " ", "\u00a0", "\u202f", "\u2009")
        ]
        if count >= 1000:
            found += [
                (grouped.replace(",", mark), None) for mark in ("'", "_", "’", ";", ", ", ":")
            ]
            found += [
                (grouped.replace(",", "."), None),
                (grouped[:-1], None),
                (f"{grouped},", None),
            ]
        found += [(f"-{plain}", None if count else 0.0), (f"{plain}*", None), (f"{plain}%", None)]
        found += [
            (f"({plain})", None),
            (f"<{plain}", None),
            (f"{plain}.5", None),
            (f"{plain},5", None),
        ]
    found += [(mark, math.nan) for mark in ("", "..", " .. ", "-", "~")]
    words = (
        "NA N/A nan NaN inf -inf Infinity null None x n.a. . , + — – … ?? TBD zero five one1 1one 0x1F "
        "1e 1e400 1e16 e5 1.2.3 1..2 1,,2 --5 +-5 5- 5+ 5/2 ½ ² ٣ ５ Ⅳ 〇 1٬234 1·234 $5 €5 5€ #REF! "
        "#N/A =1+1 @5 true TRUE 5:00 2020-07-01 5k 5M 1,2,3 12,34,567 1,2345 1234,567 123456,789 0,5 "
        ".5 1\t234 1.234 120.000 999.999"
    )
    found += [(word, None) for word in words.split(" ")]
    return found


def test_spellings_of_numbers_and_missing_marks():
    from gecam.io.door.tables import read_table

    cells_given = spellings()
    assert len(cells_given) >= 200
    for cell, expected in cells_given:
        body = cell.replace('"', '""')
        sheet = read_table(f'a,people\nx,"{body}"\n'.encode())
        numbers = sheet.people("people", missing=("", "..", "-", "~"))
        if expected is None:
            assert len(sheet.problems) == 1, cell
        else:
            assert sheet.problems == [], cell
            assert numbers[0] == expected or (math.isnan(expected) and math.isnan(numbers[0])), cell
