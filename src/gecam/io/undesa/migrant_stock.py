"""UN DESA International Migrant Stock by destination and origin, in each of its layouts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_origin_code, iso3
from gecam.errors import CodeError, LayoutError, Problem
from gecam.io.door import File, Sheet, allowed, open_file, read_table, reader
from gecam.io.undesa.destination_totals import totals_from_sheet
from gecam.io.undesa.editions_of_stock import Revision, coverage_notes, revision_of
from gecam.io.undesa.layout import (
    HEADER_ROW,
    MISSING,
    TOLERANCE,
    Edition,
    aggregates_note,
    basis_table,
    block_rows,
    iso3_of_location,
    iso3_of_name,
    split_by_sex,
)
from gecam.model import Note, Stock

_DESTINATION, _ORIGIN = "Location code of destination", "Location code of origin"
_TYPE = ("Type of data of destination", "Data type")  # 2020, 2024
_FLAGS = {
    "data_type_foreign_born": "B",
    "data_type_foreign_citizens": "C",
    "data_type_refugees_added": "R",
    "data_type_imputed": "I",
}


@reader(
    "stock",
    "UN DESA",
    ["Location code of origin"],
    ["destination_iso3", "origin_iso3"],
    ["Destination", "Other South"],
)
@checked
def read_undesa(
    source: File,
    *,
    years: Collection[int] | None = None,
    revision: Edition | None = None,
    encoding: str | None = None,
    check_totals: bool = True,
) -> Stock:
    r"""Read migrants by destination and origin from a table of UN DESA.

    Parameters
    ----------
    source
        The published workbook *by sex, destination and origin* (2020 or 2024 revision), its Table 1
        as comma-separated text, the table by names of the 2019 revision (a column per origin), or
        the long form by ISO3 codes and sex. A workbook of totals by destination is read, too, with
        `read_undesa_totals`.
    years
        Calendar years to read; None reads all years. Dates are 1 July.
    revision
        The revision, where the file does not tell: with years up to 2015 alone it could be any.
    encoding
        Fallback for text files that are not UTF-8.
    check_totals
        Whether sums that differ from the totals that the file or the revision states are an error.
        Otherwise they become a note.

    Returns
    -------
    Stock
        People by destination, origin, date and sex; by `female` and `male` where the file splits
        them, else `total`. The code ``OOO`` holds the origins that UN DESA does not tell apart.

    Raises
    ------
    LayoutError
        If the file is none of these.
    InputError
        If cells cannot be read, codes are unknown, pairs repeat, or totals disagree; all problems
        are listed with row and column.

    Notes
    -----
    Rows of regions and groups of countries are dropped and counted in the notes; ``..`` means not
    available and becomes an absent row, never zero. Revisions re-estimate the past: never join the
    results of two.

    Examples
    --------
    >>> from gecam.io import read_undesa
    >>> text = (
    ...     "destination_iso3,origin_iso3,year,sex,stock,data_type_foreign_born,"
    ...     "data_type_foreign_citizens,data_type_refugees_added,data_type_imputed\n"
    ...     "SDN,ERI,2020,female,60000,1,0,1,0\nSDN,ERI,2020,male,61000,1,0,1,0\n"
    ... )
    >>> stock = read_undesa(text.encode())
    >>> stock.source.id, stock.totals().item()
    ('undesa-ims-2020', 121000.0)
    """
    sheet = read_sheet(source, encoding=encoding)
    if _ORIGIN in sheet.cells:
        table = _by_location_code(sheet)
    elif "destination_iso3" in sheet.cells:
        table = _by_iso3(sheet)
    elif "Other South" in sheet.cells:
        table = _by_name(sheet)
    elif "immigrants" in sheet.cells or "Location code" in sheet.cells:
        return totals_from_sheet(sheet, years=years, revision=revision, check_totals=check_totals)
    else:
        raise LayoutError(
            f"{sheet.file} is not a table of migrants by destination and origin that gecam knows; "
            f"header in row {sheet.header_row}: {list(sheet.labels)[:8]}."
        )
    return _stock(table, years, revision, check_totals=check_totals)


def read_sheet(source: File, *, encoding: str | None = None) -> Sheet:
    """Return Table 1 of a published workbook, or a text table."""
    file = open_file(source)
    header_row = HEADER_ROW if file.is_workbook else 1
    return read_table(file, sheet="Table 1", header_row=header_row, encoding=encoding)


@dataclass(eq=False)
class _Table:
    """A bilateral table before it becomes a `Stock`.

    ``people`` has destination, origin, year, sex, people; ``totals`` (stated beside the origins)
    destination, year, people.
    """

    sheet: Sheet
    people: pd.DataFrame
    totals: pd.DataFrame
    basis: pd.DataFrame | None
    notes: list[Note] = field(default_factory=list)


_NO_TOTALS = pd.DataFrame({"destination": [], "year": [], "people": []})


def _by_location_code(sheet: Sheet) -> _Table:
    """Read Table 1 of 2020 or 2024: a row per pair of location codes, blocks of years."""
    sheet.require(_DESTINATION, _ORIGIN)
    destination = sheet.converted(_DESTINATION, iso3_of_location)
    origin = sheet.converted(_ORIGIN, iso3_of_location)
    is_pair = destination.ne("") & origin.ne("")
    is_total = destination.ne("") & sheet.text(_ORIGIN).eq("900")
    key = sheet.text(_DESTINATION) + "-" + sheet.text(_ORIGIN)
    sheet.take(is_pair).refuse_repeats(key[is_pair], _ORIGIN)
    rows = block_rows(sheet, pd.DataFrame({"destination": destination, "origin": origin}))
    letters = next((label for label in _TYPE if label in sheet.cells), None)
    notes = [
        aggregates_note(int((~is_pair).sum())),
        Note(
            "REPEATED_AGGREGATES",
            "of these, rows that the publisher lists twice (927 as region and as sub-region)",
            int((key.duplicated() & ~is_pair).sum()),
        ),
    ]
    return _Table(
        sheet,
        rows[is_pair[rows.index]],
        rows[is_total[rows.index] & rows["sex"].eq("total")],
        basis_table(destination, sheet.text(letters)) if letters else None,
        notes,
    )


def _by_iso3(sheet: Sheet) -> _Table:
    """Read the long form: destination_iso3, origin_iso3, year, sex, stock, data_type_*."""
    sheet.require("origin_iso3", "year", "sex", "stock", *_FLAGS)
    destination = sheet.countries("destination_iso3")
    origin = sheet.converted("origin_iso3", allowed(is_origin_code, "an ISO3 code, nor OOO"))
    sex = sheet.converted("sex", allowed({"female", "male", "total"}.__contains__, "a sex"))
    year = sheet.years("year")
    people = sheet.people("stock", missing=("..",))
    letters = pd.Series("", index=destination.index)
    for label, letter in _FLAGS.items():
        letters = letters + sheet.converted(label, {"0": "", "1": f"{letter} "}.__getitem__)
    places = pd.DataFrame({"destination": destination, "origin": origin, "year": year, "sex": sex})
    sheet.refuse_repeats(destination + origin + sheet.text("year") + sex, "origin_iso3")
    table = places.assign(people=people).dropna()
    return _Table(sheet, table, _NO_TOTALS, basis_table(destination, letters))


def _by_name(sheet: Sheet) -> _Table:
    """Read the 2019 table: a row per year and destination, a column per origin, names only."""
    sheet.require("Year", "Destination", "Total", *_OTHERS)
    destination = sheet.converted("Destination", iso3_of_name)
    year = sheet.years("Year")
    is_country = destination.ne("")
    key = destination + sheet.text("Year")
    sheet.take(is_country).refuse_repeats(key[is_country], "Destination")
    places = pd.DataFrame({"destination": destination, "year": year})
    parts = {}
    for label in sheet.all_columns("Year", "Destination"):
        people = sheet.people(label, missing=MISSING)
        parts[label] = places.assign(people=people)[is_country & np.isfinite(people)]
    totals = parts.pop("Total")
    origins = []
    seen: dict[str, str] = {}
    for label, rows in parts.items():
        try:
            code = "OOO" if label in _OTHERS else iso3(label, publisher="undesa")
        except CodeError as error:
            sheet.problems.append(sheet.fault(str(error), code="CODE", row=1, column=label))
        else:
            if code != "OOO" and code in seen:
                what = f"the column is {code}, as {seen[code]!r} is"
                sheet.problems.append(sheet.fault(what, "", "DUPLICATE", row=1, column=label))
            seen[code] = label
            origins.append(rows.assign(origin=code))
    columns = ["destination", "origin", "year"]
    people = pd.concat(origins).groupby(columns, as_index=False)["people"].sum()
    notes = [
        aggregates_note(int((~is_country).sum())),
        Note("OTHERS_MERGED", "the columns Other South and Other North were added up as OOO", 2),
    ]
    return _Table(sheet, people.assign(sex="total"), totals, None, notes)


_OTHERS = ("Other South", "Other North")


def _stock(
    table: _Table, years: Collection[int] | None, stated: str | None, *, check_totals: bool
) -> Stock:
    sheet = table.sheet
    sheet.check()  # sums over cells that were not read would say nothing
    revision = revision_of(table.people["year"], sheet.title, stated)
    people, unequal = split_by_sex(sheet, table.people)
    differences = [*unequal, *_off_total(table, people), *_off_world(sheet, revision, people)]
    sheet.problems.extend(differences if check_totals else [])
    people = sheet.dated(people, years, day="07-01")
    basis = {}
    if table.basis is not None:
        basis["basis"] = table.basis[table.basis["destination"].isin(set(people["destination"]))]
    last = people[people["year"].eq(people["year"].max())]
    others = last.loc[last["origin"].eq("OOO"), "people"].sum()
    n_unclear = len(basis["basis"].query("basis == 'unknown' and not is_imputed")) if basis else 0
    notes = [
        *table.notes,
        Note("OTHERS", "people of the last year whose origin is not told apart", round(others)),
        Note("BASIS_NOT_GIVEN", "the table does not say who counts as a migrant", int(not basis)),
        Note("BASIS_UNCLEAR", "destinations counted both by birth and by citizenship", n_unclear),
        Note("TOTALS_DIFFER", "stated totals that the parts do not add up to", len(differences)),
        *coverage_notes(people["destination"], people["year"].unique()),
    ]
    return Stock(
        people[["destination", "origin", "as_of", "sex", "people"]],
        source=revision.source(sheet, table="destination and origin"),
        notes=sheet.told(*notes),
        **basis,
    )


def _off_total(table: _Table, people: pd.DataFrame) -> list[Problem]:
    """Return a problem for each stated total that the origins do not add up to."""
    key = ["destination", "year"]
    stated = table.totals.groupby(key)["people"].first()
    summed = people.groupby(key)["people"].sum().reindex(stated.index, fill_value=0.0)
    off = (stated - summed).abs() > TOLERANCE
    return [
        table.sheet.fault(
            f"the origins add up to {parts:,.15g}, the stated total is {whole:,.15g}",
            "check_totals=False reads the parts as they are.",
            "TOTAL",
            row=destination,
            column=str(year),
        )
        for (destination, year), parts, whole in zip(
            stated.index[off], summed[off], stated[off], strict=True
        )
    ]


def _off_world(sheet: Sheet, revision: Revision, people: pd.DataFrame) -> list[Problem]:
    """Return a problem for each year of a full table that misses the published world total."""
    problems = []
    for year, rows in people.groupby("year"):
        summed, world = rows["people"].sum(), revision.world.get(int(year), 0)
        if revision.is_full(rows["destination"].nunique()) and abs(summed - world) > TOLERANCE:
            problems.append(
                sheet.fault(
                    f"the destinations add up to {summed:,.0f}, the published world total of the "
                    f"{revision.name} revision is {world:,}",
                    "A cell may be damaged; check_totals=False reads them as they are.",
                    "WORLD_TOTAL",
                    column=str(year),
                )
            )
    return problems
