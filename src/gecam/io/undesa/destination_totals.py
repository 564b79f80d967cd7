"""UN DESA tables without origins: totals by destination, total population, refugees."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.errors import Problem
from gecam.io.door import File, Sheet, Top, open_file, read_table, reader
from gecam.io.undesa.editions_of_stock import coverage_notes, revision_of
from gecam.io.undesa.layout import (
    HEADER_ROW,
    MISSING,
    TOLERANCE,
    Edition,
    aggregates_note,
    basis_table,
    block_rows,
    iso3_of_location,
    split_by_sex,
    year_columns,
)
from gecam.model import Note, Population, Stock

_CODE = "Location code"


def _is_workbook_of_totals(top: Top) -> bool:
    return top.has("Location code", "Type of data") and "Table 1" in top.sheets


@reader("stock", "UN DESA", ["m49", "immigrants"], _is_workbook_of_totals)
@checked
def read_undesa_totals(
    source: File,
    *,
    years: Collection[int] | None = None,
    revision: Edition | None = None,
    check_totals: bool = True,
) -> Stock:
    """Read migrants by destination and sex, without origins.

    Parameters
    ----------
    source
        The published workbook *by sex and destination* (its Table 1), or the text form with
        columns m49, country, year, immigrants, emigrants.
    years, revision, check_totals
        As in `gecam.io.read_undesa`.

    Returns
    -------
    Stock
        The origin is ``OOO`` throughout: these tables do not tell origins apart.
    """
    file = open_file(source)
    sheet = read_table(file, sheet="Table 1", header_row=HEADER_ROW if file.is_workbook else 1)
    return totals_from_sheet(sheet, years=years, revision=revision, check_totals=check_totals)


def totals_from_sheet(
    sheet: Sheet, *, years: Collection[int] | None, revision: Edition | None, check_totals: bool
) -> Stock:
    """Return the totals of a sheet (see `read_undesa_totals`)."""
    table = _long(sheet) if "immigrants" in sheet.cells else _blocks(sheet, missing=MISSING)
    edition = revision_of(table.people["year"], sheet.title, revision)
    people, unequal = split_by_sex(sheet, table.people.assign(origin="OOO"))
    off = [*unequal, *_off_world(sheet, table.world, people)]
    sheet.problems.extend(off if check_totals else [])
    people = sheet.dated(people, years, day="07-01")
    notes = [
        *table.notes,
        Note("ORIGINS_NOT_GIVEN", "all rows stand under OOO: there are no origins", len(people)),
        Note("TOTALS_DIFFER", "stated totals that the parts do not add up to", len(off)),
        *coverage_notes(people["destination"], people["year"].unique()),
    ]
    return Stock(
        people[["destination", "origin", "as_of", "sex", "people"]],
        **({} if table.basis is None else {"basis": table.basis}),
        source=edition.source(sheet, table="destination"),
        notes=sheet.told(*notes),
    )


@checked
def read_undesa_population(source: File, *, years: Collection[int] | None = None) -> Population:
    """Read the total population that belongs to a revision of the migrant stock (Table 2).

    Parameters
    ----------
    source
        The published workbook *by sex and destination*. Its Table 2 is in thousands, mid-year, from
        the World Population Prospects of the time (2020 revision: WPP 2019).
    years
        Calendar years to read; None reads all years.

    Returns
    -------
    Population
        Persons on 1 July, both sexes.
    """
    sheet = read_table(source, sheet="Table 2", header_row=HEADER_ROW)
    table = _blocks(sheet, missing=MISSING, blocks=1, unit=1000.0)
    edition = revision_of(table.people["year"], sheet.title)
    sheet.problems.extend(_off_world(sheet, table.world, table.people))
    people = sheet.dated(table.people, years, day="07-01").rename(columns={"destination": "place"})
    return Population(
        people[["place", "as_of", "people"]],
        source=edition.source(sheet, table="total population"),
        notes=sheet.told(*table.notes, Note("THOUSANDS", "thousands became persons", len(people))),
    )


@checked
def read_undesa_refugees(source: File, *, years: Collection[int] | None = None) -> Stock:
    """Read refugees and asylum-seekers at mid-year by country of asylum (Table 6).

    They carry the date of the stock (1 July), where UNHCR's figures are of 31 December.

    Parameters
    ----------
    source
        The published workbook *by sex and destination*: path, bytes or open file.
    years
        Calendar years to read; None reads all years.

    Returns
    -------
    Stock
        People under the origin ``OOO``. Cells with ``~`` (fewer than five people, withheld) are
        absent, and counted in the notes.
    """
    sheet = read_table(source, sheet="Table 6", header_row=HEADER_ROW)
    table = _blocks(sheet, missing=(*MISSING, "~"), blocks=1)
    edition = revision_of(table.people["year"], sheet.title)
    people = sheet.dated(table.people, years, day="07-01")
    sheet, columns = year_columns(sheet, blocks=1)
    n_withheld = sum(int(sheet.text(label).eq("~").sum()) for label in columns.values())
    return Stock(
        people.assign(origin="OOO")[["destination", "origin", "as_of", "sex", "people"]],
        source=edition.source(sheet, table="refugees and asylum-seekers"),
        notes=sheet.told(
            *table.notes,
            Note("WITHHELD", "cells with ~ (fewer than five people) are absent", n_withheld),
        ),
    )


@dataclass(eq=False)
class _Table:
    """Rows of a table by destination: destination, year, sex, people; and the row WORLD."""

    people: pd.DataFrame
    world: dict[int, float]
    basis: pd.DataFrame | None
    notes: list[Note]


def _blocks(
    sheet: Sheet, *, missing: tuple[str, ...], blocks: int = 3, unit: float = 1.0
) -> _Table:
    """Read a published table: a row per location code, blocks of years for both sexes and each."""
    sheet.require(_CODE)
    destination = sheet.converted(_CODE, iso3_of_location)
    is_country = destination.ne("")
    sheet.take(is_country).refuse_repeats(destination[is_country], _CODE)
    places = pd.DataFrame({"destination": destination})
    rows = block_rows(sheet, places, missing=missing, blocks=blocks, unit=unit)
    is_world = sheet.text(_CODE).eq("900")[rows.index] & rows["sex"].eq("total")
    world = rows[is_world].groupby("year")["people"].sum().to_dict()
    basis = (
        basis_table(destination, sheet.text("Type of data"))
        if "Type of data" in sheet.cells
        else None
    )
    notes = [aggregates_note(int((~is_country).sum()))]
    return _Table(rows[is_country[rows.index]], world, basis, notes)


def _long(sheet: Sheet) -> _Table:
    """Read the text form of the totals: m49, country, year, immigrants, emigrants."""
    sheet.require("m49", "year", "immigrants")
    destination = sheet.converted("m49", iso3_of_location)
    year = sheet.years("year")
    people = sheet.people("immigrants", missing=("", ".."))
    is_country = destination.ne("") & destination.ne("OOO")
    key = destination + sheet.text("year")
    sheet.take(is_country).refuse_repeats(key[is_country], "m49")
    rows = pd.DataFrame({"destination": destination, "year": year, "people": people}).assign(
        sex="total"
    )
    stated = rows[sheet.text("m49").eq("900")].set_index("year")["people"]
    people_of = rows[is_country & np.isfinite(people)]
    notes = [
        aggregates_note(int((~is_country).sum())),
        Note("EMIGRANTS_DROPPED", "the column of emigrants was left out", len(sheet)),
    ]
    world = {int(at): float(total) for at, total in stated.items()}
    return _Table(people_of, world, None, notes)


def _off_world(sheet: Sheet, world: dict[int, float], people: pd.DataFrame) -> list[Problem]:
    """Return a problem for each year whose countries do not add up to the row WORLD."""
    summed = people.groupby("year")["people"].sum()
    return [
        sheet.fault(
            f"the countries add up to {summed.get(year, 0.0):,.0f}, the row WORLD says {total:,.0f}",
            "check_totals=False reads the rows as they are.",
            "WORLD_TOTAL",
            row="WORLD",
            column=str(year),
        )
        for year, total in world.items()
        if total and abs(summed.get(year, 0.0) - total) > TOLERANCE
    ]
