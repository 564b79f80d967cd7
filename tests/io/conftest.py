"""Files in the publishers' layouts, built from published figures."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

# UN DESA, International Migrant Stock 2020 and 2024, Table 1, destination Burundi (108):
# origin code -> (name, {year: (male, female)}). Both revisions print the same 2015 and 2020.
BURUNDI = {
    "56": ("Belgium", {2015: (288, 317), 2020: (343, 375), 2024: (385, 421)}),
    "180": (
        "Democratic Republic of the Congo",
        {2015: (89_489, 86_279), 2020: (101_757, 97_828), 2024: (114_251, 109_840)},
    ),
    "250": ("France*", {2015: (145, 157), 2020: (174, 184), 2024: (195, 207)}),
    "404": ("Kenya", {2015: (582, 450), 2020: (693, 533), 2024: (779, 598)}),
    "646": ("Rwanda", {2015: (29_140, 35_223), 2020: (34_728, 41_839), 2024: (38_992, 46_977)}),
    "800": ("Uganda", {2015: (520, 371), 2020: (619, 439), 2024: (695, 493)}),
    "834": (
        "United Republic of Tanzania*",
        {2015: (13_037, 14_971), 2020: (15_535, 17_783), 2024: (17_443, 19_966)},
    ),
    "2003": ("Other", {2015: (13_769, 13_561), 2020: (16_276, 15_661), 2024: (18_275, 17_584)}),
}
# Regions stand among the origins; Australia and New Zealand (927) twice, with the same cells.
AUSTRALIA = ("927", "  Australia and New Zealand")
REGIONS = [("900", "WORLD"), ("903", " AFRICA"), AUSTRALIA, AUSTRALIA]


@pytest.fixture(scope="session")
def burundi() -> dict[str, tuple[str, dict[int, tuple[int, int]]]]:
    return BURUNDI


@pytest.fixture(scope="session")
def workbook() -> Callable[..., bytes]:
    """Write sheets {name: rows of cells} to an .xlsx file in memory."""

    def write(sheets: dict[str, list[list[Any]]]) -> bytes:
        book = openpyxl.Workbook(write_only=True)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return write


@pytest.fixture(scope="session")
def bilateral_rows() -> Callable[..., list[list[Any]]]:
    """Rows of Table 1 by destination and origin, as the workbook of an edition has them."""

    def rows(
        figures: dict[str, tuple[str, dict[int, tuple[int, int]]]],
        edition: str,
        years: list[int],
        destination: tuple[str, str] = ("108", "Burundi"),
        letters: str = "B R",
    ) -> list[list[Any]]:
        dest, orig = (
            f"Region, development group, country or area of {end}"
            for end in ("destination", "origin")
        )
        code, from_code = "Location code of destination", "Location code of origin"
        if edition == "2020":
            head = ["Index", dest, "Notes of destination", code, "Type of data of destination"]
        else:
            head = ["Index", dest, "Coverage", "Data type", code]
        cells: list[tuple[str, str, dict[int, tuple[Any, Any]]]] = []
        everybody = {
            year: tuple(
                sum(by_year[year][sex] for _, by_year in figures.values()) for sex in (0, 1)
            )
            for year in years
        }
        for region, name in REGIONS:
            blank = dict.fromkeys(years, ("..", ".."))
            cells.append((region, name, everybody if region in {"900", "903"} else blank))
        cells += [(key, f"   {name}", by_year) for key, (name, by_year) in figures.items()]
        body = []
        for index, (origin, name, by_year) in enumerate(cells, start=1):
            both = [by_year[y][0] if by_year[y][0] == ".." else sum(by_year[y]) for y in years]
            place = f"   {destination[1]}"
            start = (
                [index, place, None, int(destination[0]), letters]
                if edition == "2020"
                else [index, place, None, letters, int(destination[0])]
            )
            body.append(
                [*start, name, int(origin), *both]
                + [by_year[y][0] for y in years]
                + [by_year[y][1] for y in years]
            )
        title = [
            [],
            [None, f"International Migrant Stock {edition}: Destination and origin"],
            [None, "Table 1: International migrant stock at mid-year by sex and by region ..."],
            [None, f"POP/DB/MIG/Stock/Rev.{edition}"],
            [None, "Suggested citation: United Nations ..."],
            [None, "Copyright ..."],
            [],
            [None, "International migrant stock at mid-year, both sexes combined"],
            [],
            [],
        ]
        return [*title, [*head, orig, from_code, *years, *years, *years], *body]

    return rows


@pytest.fixture(scope="session")
def undesa_workbook(workbook: Any, bilateral_rows: Any) -> Callable[..., bytes]:
    """The workbook by destination and origin, 2020 or 2024, for Burundi."""

    def write(edition: str = "2020", **options: Any) -> bytes:
        years = [2015, 2020] if edition == "2020" else [2015, 2020, 2024]
        rows = bilateral_rows(options.pop("figures", BURUNDI), edition, years, **options)
        return workbook(
            {"Table of contents": [["Contents"]], "Table 1": rows, "Notes": [["Notes"]]}
        )

    return write


@pytest.fixture(scope="session")
def undesa_table1() -> Callable[..., str]:
    """Table 1 of 2020 as comma-separated text: blanks in numbers, indents, footnote marks."""

    def write(years: tuple[int, ...] = (2015, 2020)) -> str:
        lines = [
            'Index,"Region, development group, country or area of destination",Notes of destination,'
            "Location code of destination,Type of data of destination,"
            '"Region, development group, country or area of origin",Location code of origin,'
            + ",".join(map(str, years))
        ]

        def cell(count: int) -> str:
            return f" {count:,}".replace(",", " ") if count > 999 else str(count)

        totals = [sum(sum(by_year[y]) for _, by_year in BURUNDI.values()) for y in years]
        rows = [(key, name, totals if key == "900" else None) for key, name in REGIONS]
        rows += [
            (key, f"   {name}", [sum(by_year[y]) for y in years])
            for key, (name, by_year) in BURUNDI.items()
        ]
        for index, (code, name, counts) in enumerate(rows, start=1):
            cells = [cell(count) for count in counts] if counts else [".."] * len(years)
            lines.append(f"{index},   Burundi,,108,B R,{name},{code},{','.join(cells)}")
        return "\n".join(lines) + "\n"

    return write
