"""Users' own tables of stocks, populations and needs, from a file or a frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.io.door import File, Sheet, reader
from gecam.io.own.own_rows import own_layout, read_rows
from gecam.model import (
    ATTRIBUTES,
    Crisis,
    Footprint,
    Note,
    Population,
    Source,
    Stock,
    crises_and_footprints,
)


@dataclass(frozen=True, eq=False)
class Needs:
    """Crises, and how many people each touches where: two of the inputs of a `Case`.

    Parameters
    ----------
    crises, footprints
        As in `gecam.model.Case`.
    source, notes
        As in `gecam.model.Stock`.
    """

    crises: tuple[Crisis, ...]
    footprints: tuple[Footprint, ...]
    source: Source
    notes: tuple[Note, ...] = ()


@reader("stock", "you", own_layout("stock"))
@checked
def read_stock(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Stock:
    """Read your own table of migrants by destination and origin.

    Parameters
    ----------
    table
        A frame, or a .csv or .xlsx file (first sheet, header in the first row).
    columns
        Our name -> your label, where they differ: ``{"destination": "Country", "people": "Stock"}``.
        `template` lists the names. Columns that are not known are an error.
    source
        Where the figures come from. By default they count as not public, and disclosure rules
        protect them.
    encoding
        Fallback for text files that are not UTF-8.

    Raises
    ------
    InputError
        If a column is missing or unknown, or a cell breaks its rule: all of them, with row and
        column. Names of countries are read in English, French and Spanish, exactly.

    Examples
    --------
    >>> frame = pd.DataFrame({"Country": ["Soudan", "SDN"], "From": ["ERI", "Éthiopie"],
    ...                       "as_of": "2022-07-01", "n": ["1 200", "3,400"]})
    >>> from gecam.io import read_stock
    >>> stock = read_stock(frame, columns={"destination": "Country", "origin": "From", "people": "n"})
    >>> stock.totals().item()
    4600.0
    """
    rows, sheet, notes = read_rows(table, "stock", columns, encoding)
    people = rows[["destination", "origin", "as_of", *ATTRIBUTES, "people"]]
    basis = rows[["destination", "basis", "refugees_added", "is_imputed"]].drop_duplicates()
    unlike = basis[basis["destination"].duplicated(keep=False)]
    if len(unlike):
        raise InputError(
            f"{sheet.file or 'the stock'} says two things about how {unlike.iloc[0, 0]} was counted: "
            "basis, refugees_added and is_imputed belong to the destination."
        )
    return Stock(people, basis, source_of(source, sheet, "stock"), notes)


@reader("population", "you", own_layout("population"))
@checked
def read_population(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Population:
    """Read your own table of residents by country or area.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; the columns are place (a country, or a p-code), as_of and people.
    """
    rows, sheet, notes = read_rows(table, "population", columns, encoding)
    return Population(rows, source=source_of(source, sheet, "population"), notes=notes)


@reader("needs", "you", own_layout("needs"))
@checked
def read_needs(
    table: pd.DataFrame | File,
    *,
    columns: Mapping[str, str] | None = None,
    source: Source | None = None,
    encoding: str | None = None,
) -> Needs:
    """Read your own table of people in need (or exposed, affected) by crisis and country.

    Parameters
    ----------
    table, columns, source, encoding
        As in `read_stock`; needed are crisis, destination, as_of and people.

    Examples
    --------
    >>> from gecam.io import read_needs
    >>> needs = read_needs(pd.DataFrame({"crisis": ["floods"], "destination": ["Sudan"],
    ...                                  "as_of": ["2022-08-01"], "people": [349_000]}))
    >>> needs.footprints[0].destination, needs.footprints[0].pin_scope
    ('SDN', 'unknown')
    """
    rows, sheet, notes = read_rows(table, "needs", columns, encoding)
    stated = source_of(source, sheet, "needs")
    crises, footprints = crises_and_footprints(rows, source=stated)
    return Needs(crises, footprints, stated, notes)


def source_of(source: Source | None, sheet: Sheet, kind: str) -> Source:
    """Return the user's source with the file's hash, or one that is not public."""
    if source is not None:
        return replace(source, sha256=source.sha256 or sheet.sha256, file=source.file or sheet.file)
    name = Path(sheet.file).stem if sheet.file and not sheet.file.startswith("<") else "table"
    return Source(
        f"user-{kind}-{name}",
        "not stated",
        f"table of {kind} given by the user",
        sha256=sheet.sha256,
        file=sheet.file,
        is_public=False,
    )
