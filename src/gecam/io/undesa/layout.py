"""What UN DESA's tables of the migrant stock have in common: header, blocks, marks, letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from gecam.codes import from_m49, iso3
from gecam.errors import LayoutError, Problem
from gecam.io.door import Sheet, year_of
from gecam.io.undesa.editions_of_stock import AGGREGATES, is_aggregate_name
from gecam.model import Note

HEADER_ROW: Final = 11  # of the published workbooks
TOLERANCE: Final = 0.5  # people, between a stated total and its parts (the 2019 table has floats)
MISSING: Final = ("", "..", "-", "—")  # "-" stands in four cells of the 2019 table
Edition = Literal["2019", "2020", "2024"]


def iso3_of_location(code: str) -> str:
    """Return ISO3 (or ``OOO``) for a location code; empty for a region or group."""
    return "" if code.lstrip("0") in AGGREGATES else from_m49(code)


def iso3_of_name(name: str) -> str:
    """Return ISO3 for a country's name in UN DESA's tables; empty for a region or group."""
    return "" if is_aggregate_name(name) else iso3(name, publisher="undesa")


def year_columns(sheet: Sheet, *, blocks: int = 3) -> tuple[Sheet, dict[tuple[str, int], str]]:
    """Return (sex, year) -> column, for blocks of years: both sexes, males, females.

    The sheet that is returned knows the years as blocks: their labels stand several times by design.
    """
    sexes = dict(zip(["", "1", "2"][:blocks], ["total", "male", "female"], strict=False))
    columns: dict[tuple[str, int], str] = {}
    times = Counter[int]()
    for label in sheet.cells:
        year, _, block = label.partition(".")
        if len(year) == 4 and year.isdecimal():
            times[year_of(year)] += 1
            if block in sexes:
                columns[sexes[block], year_of(year)] = label
    if not columns:
        raise LayoutError(f"{sheet.file} has no columns of years in row {sheet.header_row}.")
    n_blocks = set(times.values())
    if len(n_blocks) > 1 or (blocks == 3 and not n_blocks <= {1, 3}):
        raise LayoutError(
            f"{sheet.file} must have each year once, or in each of its blocks (both sexes, males, "
            f"females): row {sheet.header_row} has {dict(times)}."
        )
    return replace(sheet, blocks=frozenset(columns.values())), columns


def block_rows(
    sheet: Sheet, places: pd.DataFrame, *, missing: Collection[str] = MISSING, blocks: int = 3,
    unit: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Return one row per place, sex and year with a figure, indexed by the row of the table.

    Parameters
    ----------
    sheet, blocks
        As in `year_columns`.
    places
        What each row of the table is of, one row for each.
    missing, unit
        As in `Sheet.people`.
    """
    sheet, columns = year_columns(sheet, blocks=blocks)
    parts = []
    for (sex, year), label in columns.items():
        people = sheet.people(label, missing=missing, unit=unit)
        parts.append(places.assign(year=year, sex=sex, people=people)[np.isfinite(people)])
    return pd.concat(parts)


def split_by_sex(sheet: Sheet, people: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """Keep females and males where they are given, else both sexes together.

    The choice is made per destination and year: the totals by destination of 2020 do not split
    Bonaire, Sint Eustatius and Saba. A problem tells where the parts miss the whole.
    """
    if people["sex"].nunique() < 3:
        return people, []
    key = ["destination", "origin", "year"]
    wide = people.pivot_table(index=key, columns="sex", values="people", aggfunc="first")
    parts = wide["female"] + wide["male"]
    off = (wide["total"] - parts).abs() > TOLERANCE
    problems = [
        sheet.fault(
            f"both sexes {whole:,.15g}, female and male {part:,.15g}",
            code="SEX_SUM",
            row=f"{destination} x {origin}",
            column=str(year),
        )
        for (destination, origin, year), whole, part in zip(
            wide.index[off], wide.loc[off, "total"], parts[off], strict=True
        )
    ]
    is_unsplit = (wide["total"].notna() & parts.isna()).groupby(["destination", "year"]).any()
    pairs = pd.MultiIndex.from_frame(people[["destination", "year"]])
    keep_total = is_unsplit.reindex(pairs).to_numpy(dtype=bool)
    return people[people["sex"].eq("total").to_numpy() == keep_total], problems


def basis_table(destination: pd.Series, letters: pd.Series) -> pd.DataFrame:
    """Return the basis of each destination from UN DESA's letters (``"B R"``: B, C, R, I).

    B: data on the foreign-born; C: on foreign citizens; R: refugees added; I: imputed, no data.
    """
    first = letters.groupby(destination.to_numpy()).first()
    first = first[first.index != ""]
    sets = [frozenset(text.split()) for text in first]
    words = {frozenset("B"): "birth", frozenset("C"): "citizenship"}
    return pd.DataFrame(
        {
            "destination": first.index,
            "basis": [words.get(held & {"B", "C"}, "unknown") for held in sets],
            "refugees_added": ["R" in held for held in sets],
            "is_imputed": ["I" in held for held in sets],
        }
    )


def aggregates_note(count: int) -> Note:
    """Return the note on rows of regions and groups."""
    return Note(
        "AGGREGATES_DROPPED",
        "rows of the world, regions, development and income groups were left out",
        count,
    )
