"""UN DESA migrants by destination, sex and age group (2019 revision)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray
from gecam.errors import LayoutError
from gecam.io.door import File, Sheet, read_table, reader
from gecam.io.undesa.editions_of_stock import revision_of
from gecam.io.undesa.layout import MISSING, TOLERANCE, aggregates_note, iso3_of_name
from gecam.model import AGES, Note, Source

UNDER_18 = 0.6  # of the age group 15 to 19
_ROUNDING = 1.0  # people, between sexes of one age group


@dataclass(frozen=True, eq=False)
class StockByAge:
    """Migrants by destination, date, sex and age group.

    Parameters
    ----------
    people
        Columns destination, as_of, sex (female, male), age (``"0-4"`` ... ``"75+"``), people. The
        last group is open: its mean age is not known, and median ages do not add.
    source, notes
        As in `gecam.model.Stock`.
    """

    people: pd.DataFrame
    source: Source
    notes: tuple[Note, ...] = ()

    def children_adults_older(self) -> pd.DataFrame:
        """Return migrants aged under 18, 18 to 59, and 60 and over, as `gecam.model.AGES`.

        Returns
        -------
        DataFrame
            Columns destination, as_of, sex, age, people. Of the age group 15 to 19, three fifths are
            taken to be under 18.
        """
        start = self.people["age"].str.extract(r"^(\d+)")[0].astype(int)
        parts = [
            self.people.assign(age=age, people=self.people["people"] * share)
            for age, share in (
                (AGES[0], np.select([start < 15, start == 15], [1.0, UNDER_18], 0.0)),
                (
                    AGES[1],
                    np.select([start == 15, start.between(20, 59)], [1 - UNDER_18, 1.0], 0.0),
                ),
                (AGES[2], np.where(start >= 60, 1.0, 0.0)),
            )
        ]
        key = ["destination", "as_of", "sex", "age"]
        return pd.concat(parts).groupby(key, as_index=False)["people"].sum()


@reader("stock", "UN DESA", ["Total_(mf)", "Total_(f)"])
@checked
def read_undesa_age(source: File, *, years: Collection[int] | None = None) -> StockByAge:
    """Read migrants by age, sex and destination (2019 revision, by names).

    Parameters
    ----------
    source
        Text table with columns Year, Destination, and 0-4 .. 75+ and Total for (mf), (m), (f).
    years
        Calendar years to read; None reads all years.

    Raises
    ------
    InputError
        If ages do not add up to the totals, or females and males to both.
    """
    sheet = read_table(source).require("Year", "Destination", "Total_(mf)")
    destination = sheet.converted("Destination", iso3_of_name)
    year = sheet.years("Year")
    ages = [label.removesuffix("_(f)") for label in sheet.cells if label.endswith("_(f)")]
    ages = [age for age in ages if age != "Total"]
    sheet.require(*(f"{age}_({sex})" for age in ("Total", *ages) for sex in ("mf", "m", "f")))
    if not ages:
        raise LayoutError(f"{sheet.file} has no columns of age groups.")
    numbers = {
        label: sheet.people(label, missing=MISSING)
        for label in sheet.all_columns("Year", "Destination")
    }
    is_country = destination.ne("").to_numpy()
    key = (destination + sheet.text("Year"))[is_country]
    sheet.take(is_country).refuse_repeats(key, "Destination")
    no_ages = _sum_ages(sheet, numbers, ages, is_country)
    n_off = _sum_sexes(sheet, numbers, [*ages, "Total"], is_country)
    places = pd.DataFrame({"destination": destination, "year": year})
    rows = pd.concat(
        [
            places.assign(sex=name, age=age, people=numbers[f"{age}_({sex})"])[is_country]
            for age in ages
            for sex, name in (("f", "female"), ("m", "male"))
        ]
    ).dropna()
    rows = sheet.dated(rows, years, day="07-01")
    notes = sheet.told(
        aggregates_note(int((~is_country).sum())),
        Note("AGES_NOT_GIVEN", "destination-years with a total but no ages are absent", no_ages),
        Note("SEX_SUM_OFF", "cells where both sexes miss female and male; these stay", n_off),
    )
    return StockByAge(
        rows[["destination", "as_of", "sex", "age", "people"]]
        .sort_values(["destination", "as_of", "sex"], kind="stable")
        .reset_index(drop=True),
        revision_of(places["year"], sheet.title).source(sheet, table="age and sex"),
        notes,
    )


Numbers = Mapping[str, FloatArray]  # label -> people, one for each row


def _sum_ages(sheet: Sheet, numbers: Numbers, ages: list[str], is_country: BoolArray) -> int:
    """Refuse ages that do not add up to their total; return the rows that have a total and no ages."""
    no_ages = []
    for sex in ("mf", "m", "f"):
        parts = np.column_stack([numbers[f"{age}_({sex})"] for age in ages])
        whole = numbers[f"Total_({sex})"]
        has_ages = is_country & np.isfinite(parts).any(axis=1)
        no_ages.append(int((is_country & np.isfinite(whole) & ~has_ages).sum()))
        _refuse_unequal(sheet, f"Total_({sex})", whole, np.nansum(parts, axis=1), has_ages)
    return no_ages[0]


def _sum_sexes(sheet: Sheet, numbers: Numbers, ages: list[str], is_country: BoolArray) -> int:
    """Refuse both sexes that are far from female and male; return the cells that are a little off."""
    n_off = 0
    for age in ages:
        whole, halves = numbers[f"{age}_(mf)"], numbers[f"{age}_(m)"] + numbers[f"{age}_(f)"]
        is_near = np.abs(whole - halves) <= 1e-3 * whole  # Nepal 30-34: off by 5 to 11 people
        n_off += int((is_country & is_near & (np.abs(whole - halves) > _ROUNDING)).sum())
        _refuse_unequal(sheet, f"{age}_(mf)", whole, halves, is_country & ~is_near)
    return n_off


def _refuse_unequal(
    sheet: Sheet, column: str, whole: FloatArray, parts: FloatArray, where: BoolArray
) -> None:
    """Take a problem for each row whose parts do not add up to the whole."""
    sheet.refuse(
        where & (np.abs(whole - parts) > TOLERANCE),
        column,
        lambda at: f"the parts add up to {parts[at]:,.15g}, not {whole[at]:,.15g}",
        code="TOTAL",
    )
