"""OCHA's tables of response plans: people in need by plan, one year or many."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, WholeNumber
from gecam.codes import is_iso3, iso3
from gecam.errors import CodeError, InputError
from gecam.io.door import Field, File, Sheet, read_tagged, reader
from gecam.io.ocha.plan_types import plan_type
from gecam.model import Note, PlanHistory, PlansTable

_REGIONAL_NAME = re.compile(r"\b(regional|refugee response|3RP|JRP|MRP|RMRP|RRP)\b", re.IGNORECASE)


_GHO = {
    "plan": Field(("Interagency Response Plans", "plan"), "#country+name"),
    "iso3": Field(("ISO alpha-3 codes", "iso3"), "#country+code", is_required=False),
    "plan_type_published": Field(("Plan type", "plan_type"), "#plan+type", is_required=False),
    "in_need": Field(("In Need", "people_in_need"), "#inneed"),
    "in_data_explorer": Field(("Data Explorer PIN?",), "#meta+included", is_required=False),
}


@reader("plans", "OCHA", ["Interagency Response Plans", "In Need"], ["plan", "people_in_need"])
@checked
def read_gho_plans(path: File, *, year: WholeNumber | None = None) -> PlansTable:
    r"""Read OCHA's table of the inter-agency response plans of one year.

    The layout is that of the "Inter-agency response plans" data of the Global Humanitarian
    Overview: a bare ``#`` as the first header, HXL tags in the second row, one row per plan; or that
    of its figures by plan (``plan``, ``people_in_need`` and further columns).

    Parameters
    ----------
    path
        The file, CSV or workbook.
    year
        Year of the plans, which the file does not say. None takes it from the file's name.

    Returns
    -------
    PlansTable
        Notes say how many rows have no country code, which spellings were unified, and which rows
        OCHA's own dashboard leaves out. Without a column of codes the country is that of a plan whose
        name is a country's; without one of types `plan_type` is empty.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read, or a plan stands twice; all of them are listed. Rows of totals are
        left out, with a note.

    Examples
    --------
    >>> from gecam.io.ocha.plans import read_gho_plans
    >>> table = read_gho_plans(
    ...     b"#,Interagency Response Plans,ISO alpha-3 codes,Plan type,In Need\n"
    ...     b",#country+name,#country+code,#plan+type,#inneed\n"
    ...     b"1,Sudan,SDN,Humanitarian response plan,14257653\n")
    >>> table.plans.loc[0, ["iso3", "plan_type"]].tolist(), table.plans["in_need"].sum()
    (['SDN', 'country_plan'], np.float64(14257653.0))
    """
    sheet = read_tagged(path, _GHO).without_totals("plan", "iso3")
    names, blank = sheet.text("plan"), pd.Series("", index=range(len(sheet)), dtype=object)
    has_types = "plan_type_published" in sheet
    types = _plan_types(sheet) if has_types else blank
    published = sheet.text("plan_type_published") if has_types else blank
    codes = (
        sheet.countries("iso3", is_blank_allowed=True) if "iso3" in sheet else names.map(_country)
    )
    sheet.refuse_repeats(names, "plan")
    explorer = sheet.text("in_data_explorer").str.upper().map({"TRUE": "yes", "FALSE": "no"})
    explorer = explorer.fillna("unknown")
    plans = pd.DataFrame(
        {
            "plan": names,
            "iso3": codes,
            "plan_type": types,
            "plan_type_published": published,
            "in_need": sheet.people("in_need", missing=()),
            "in_data_explorer": explorer,
            "line": sheet.rows,
        }
    )
    left_out = plans.loc[explorer.eq("no"), "plan"].tolist()
    year = year or _year_in_name(sheet.file)
    edition = str(year or "")
    source = sheet.source(
        f"ocha-gho-plans-{edition}".rstrip("-"),
        "OCHA",
        f"Inter-agency response plans in {edition}" if edition else "Inter-agency response plans",
        edition,
        licence="CC BY",
        url="https://data.humdata.org",
    )
    notes = sheet.told(
        Note("NO_COUNTRY_CODE", "plans without a country code", int(codes.eq("").sum())),
        *_spelling_note(published, types),
        Note(
            "NOT_IN_DATA_EXPLORER",
            "left out by OCHA's dashboard: " + ", ".join(left_out),
            len(left_out),
        ),
    )
    return PlansTable(plans, year, source, notes)


def _country(plan: str) -> str:
    """Return the country whose name a plan has; empty where it is none."""
    try:
        return iso3(plan)
    except CodeError:
        return ""


def _year_in_name(file: str) -> int | None:
    year = re.search(r"20\d\d", file)
    return int(year[0]) if year else None


_HISTORY = {
    "year_published": Field(("Year",)),
    "plan": Field(("Plan",)),
    "country": Field(("Crisis Country",)),
    "code_published": Field(("Country Code",)),
    "metric": Field(("Metric",)),
    "value": Field(("Value",)),
    "plan_type_published": Field(("Appeal Type",)),
    "chosen": Field(("PiN Value for Dataviz",), is_required=False),
}
_METRICS = {
    "people in need": "in_need",
    "people targeted": "targeted",
    "funding requirements": "funding_required",
    "funding received": "funding_received",
}


@reader("plans", "OCHA", ["Crisis Country", "Metric"])
def read_plan_history(path: File) -> PlanHistory:
    """Read OCHA's raw table "Humanitarian Needs and Funding", plans of 2010 and later.

    Parameters
    ----------
    path
        The file, CSV or workbook: one row per year, plan and metric; values with thousands commas.

    Returns
    -------
    PlanHistory
        Every published row. Nothing is dropped or added up: notes say how many rows repeat a year,
        country and metric, have a code that no country has, stand for a regional plan coded by
        country of origin, or bear a year that cannot be theirs.

    Raises
    ------
    LayoutError, InputError
        As in `read_gho_plans`.

    Notes
    -----
    In the copy that circulates, the rows down to the last block of 2021 are sorted by country from
    A to Z while the column Year runs from 2010 to 2021: the column was sorted apart from the rows
    (COVID-19 appeals bear the year 2011). The reader sees it where the countries run once through
    the alphabet over more than two years, and leaves `year` empty there.
    """
    sheet = read_tagged(path, _HISTORY).without_totals("plan", "country", "code_published")
    metric = sheet.text("metric").str.casefold().map(_METRICS)
    sheet.refuse(metric.isna(), "metric", "an unknown metric", code="UNKNOWN_WORD")
    values = sheet.amounts("value", missing=())
    is_people = metric.isin(["in_need", "targeted"])
    sheet.take(is_people).people("value", missing=())
    years = sheet.years("year_published").to_numpy(dtype=np.float64)
    types = _plan_types(sheet, is_blank_allowed=True)
    plan, country = sheet.text("plan"), sheet.text("country")
    published, code = sheet.text("plan_type_published"), sheet.text("code_published")
    sheet.check()
    named = plan.map(lambda text: _REGIONAL_NAME.search(text) is not None) & types.ne(
        "regional_plan"
    )
    types = types.mask(named, "regional_plan")
    is_code = code.map(is_iso3)
    own_year = _years_belong_to_rows(country, years)
    rows = pd.DataFrame(
        {
            "year": np.where(own_year, years, np.nan),
            "year_published": years,
            "plan": plan,
            "country": country,
            "iso3": code.where(is_code & types.ne("regional_plan"), ""),
            "code_published": code,
            "plan_type": types,
            "plan_type_published": published,
            "metric": metric,
            "value": values,
            "is_chosen_by_publisher": sheet.text("chosen").str.casefold().eq("yes"),
            "line": sheet.rows,
        }
    )
    keys = ["year_published", "code_published", "metric"]
    rows["repeats"] = rows.groupby(keys)["value"].transform("size")
    wrong = sorted(set(code[~is_code & code.ne("")]))
    needs = rows[rows["metric"].eq("in_need")]
    notes = sheet.told(
        Note(
            "YEAR_NOT_OF_THE_ROW",
            "the column Year was sorted apart from the rows: countries run once from A to Z over "
            f"{_span(years[~own_year])}; the year is left empty",
            int((~own_year).sum()),
        ),
        Note(
            "REPEATED",
            "rows of people in need that repeat a year and country: editions of one plan, or "
            "several plans; not added",
            int(needs.duplicated(keys).sum()),
        ),
        Note(
            "IDENTICAL_ROWS",
            "rows equal to another to the letter; not added",
            int(sheet.cells.duplicated().sum()),
        ),
        Note(
            "CODE_UNKNOWN",
            f"codes that no country has, left empty: {', '.join(wrong)}",
            int((~is_code & code.ne("")).sum()),
        ),
        Note("NO_COUNTRY_CODE", "rows without a country code", int(code.eq("").sum())),
        Note(
            "REGIONAL_BY_ORIGIN",
            "rows of regional plans, coded by country of origin; their people live elsewhere: the "
            "code is left empty",
            int((types.eq("regional_plan") & is_code).sum()),
        ),
        Note(
            "REGIONAL_BY_NAME",
            "rows that only the plan's name shows to be regional",
            int(named.sum()),
        ),
        *_spelling_note(published, types),
    )
    source = sheet.data_set("ocha-needs-funding", _span(years))
    return PlanHistory(rows, source, notes)


def _years_belong_to_rows(country: pd.Series, years: FloatArray) -> BoolArray:
    """Tell rows whose year can be theirs from a stretch sorted by country over many years."""
    names = country.str.casefold()
    place = names.map({name: at for at, name in enumerate(sorted(set(names)))}).to_numpy()
    place = place / max(1, place.max(initial=0))
    starts_again = np.r_[False, (place[:-1] >= 0.8) & (place[1:] <= 0.2)]
    sweep = np.cumsum(starts_again)
    per_sweep = pd.Series(years).groupby(sweep).transform("nunique")
    return np.asarray(per_sweep <= 2)


def _plan_types(sheet: Sheet, *, is_blank_allowed: bool = False) -> pd.Series:
    def read(words: str) -> str:
        if not words and is_blank_allowed:
            return ""
        kind = plan_type(words)
        if kind is None:
            raise InputError(f"an unknown type of plan: {words!r}")
        return kind

    return sheet.converted("plan_type_published", read, code="UNKNOWN_WORD")


def _spelling_note(published: pd.Series, types: pd.Series) -> list[Note]:
    """Return a note on the types of plan that are spelled in more than one way."""
    spellings = published[types.ne("")].groupby(types).unique()
    several = {name: sorted(set(words) - {""}) for name, words in spellings.items()}
    text = "; ".join(
        f"{name}: {', '.join(words)}" for name, words in several.items() if len(words) > 1
    )
    extra = sum(len(words) - 1 for words in several.values() if len(words) > 1)
    return [Note("SPELLINGS_UNIFIED", text, extra)] if extra else []


def _span(years: FloatArray) -> str:
    return f"{years.min():.0f}-{years.max():.0f}" if len(years) else ""
