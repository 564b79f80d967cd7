"""OCHA's Humanitarian Needs Overview data: people in need by place, sector and category."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import AdminColumn, admin_labels
from gecam.errors import InputError
from gecam.io.door import Field, File, Sheet, read_tagged, reader
from gecam.io.ocha.country_of_file import country_of_name, country_of_pcodes
from gecam.io.ocha.needs_checks import (
    Refusal,
    assemble,
    meanings_of,
    recoded,
    sectors_of,
    unknown_words,
)
from gecam.model import NEEDS_COUNTS, NeedsTable, Note, PinScope, Source

_KINDS: dict[str, AdminColumn] = {"pcode": "code", "name": "name"}
_PLACES = {
    f"{what}{level}": Field(admin_labels(level, kind), f"#adm{level}+{kind}", is_required=False)
    for level in (1, 2, 3)
    for what, kind in _KINDS.items()
}
_COUNTS = {
    "population": Field(("Population",), "#population"),
    "in_need": Field(("In Need",), "#inneed"),
    "targeted": Field(("Targeted",), "#targeted"),
    "affected": Field(("Affected",), "#affected", is_required=False),
    "reached": Field(("Reached",), "#reached", is_required=False),
}
_FIELDS = {
    "iso3": Field(("Country ISO3",), "#country+code", is_required=False),
    **_PLACES,
    "description": Field(("Description",), "#sector+description", is_required=False),
    "sector": Field(("Cluster", "Sector"), "#sector+code"),
    "category": Field(("Category",), "#category", is_required=False),
    "info": Field(("Info",), "#meta+info", is_required=False),
    **_COUNTS,
}
_EARLIER = {
    "gender": Field(("Gender",), "#gender+code", is_required=False),
    "age_range": Field(("Age Range",), "#age+range", is_required=False),
    "disabled": Field(("Disabled",), "#is_disabled", is_required=False),
    "group": Field(("Population Group",), "#population_group+code", is_required=False),
}
_ADDED = {name: Field((name,), is_required=False) for name in ("onset", "pin_scope")}  # by users
_DISABLED = {"": "", "a": "", "all": "", "y": "disability", "n": "no_disability"}


@reader(
    "needs", "OCHA", ["Country ISO3", "In Need"], ["Cluster", "Category", "In Need", "Targeted"]
)
@checked
def read_hno(path: File, *, refuse: Refusal = "file") -> NeedsTable:
    r"""Read the needs data of OCHA's Humanitarian Programme Cycle, of all countries or some.

    Takes the file of the HPC Tools ("hpc_hno", one row per place, cluster and category) with or
    without its row of HXL tags, and its earlier layout with columns for gender, age range,
    disability and population group. In a file of one country, without a column ``Country ISO3``, the
    country is that of the p-codes, else the one that the file's name begins with
    (``afg_hpc_needs_2025.csv``).

    Parameters
    ----------
    path
        The CSV file, plain or compressed by gzip, or a workbook. Two columns may be added to it,
        ``onset`` (a day) and ``pin_scope`` (a word of `Footprint`), filled in one row of a country or
        more.
    refuse
        What a national figure that the file contradicts refuses: the ``file``, with an error, or the
        ``country`` alone (`NeedsTable.faults`).

    Returns
    -------
    NeedsTable
        Every row of the file. `NeedsTable.national` gives the intersectoral people in need.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read, or the national figure of a country disagrees twofold with the file's
        own total row and areas, or tenfold with areas alone: one of them is then not what it says.

    Notes
    -----
    What the reader does about the known faults of the file:

    - National rows count everybody twice, with a blank category and as ``total``: the blank one
      is the headline. Sub-national rows have ``total`` only.
    - Rows whose place was lost (``Info``: "Unknown location") look national: their level is
      ``unknown``. Rows without a cluster get the sector ``unknown``.
    - Negative counts (differences of roundings) become missing, with the flag ``NEGATIVE``;
      fractions stay; people in need above the population or below the people targeted are flagged
      ``PIN_GT_POPULATION`` and ``TARGET_GT_PIN``.
    - A national count of refugees above half of the people in need and tenfold above that of any
      sector is flagged ``GROUP_IMPLAUSIBLE`` (Syria 2024: labels of groups are shifted).
    - A sector with more people in need than all sectors of its place is flagged
      ``SECTOR_GT_INTERSECTORAL``.
    - Words of categories and sectors are read in four languages (`gecam.codes.category`). Category
      words that are not known get the group ``unknown``; a note lists each with its number of rows.

    Examples
    --------
    >>> from gecam.io.ocha.hno import read_hno
    >>> table = read_hno(
    ...     b"Country ISO3,Admin 1 PCode,Cluster,Category,Population,In Need,Targeted\n"
    ...     b"SDN,,ALL,,50990034,24786370,14657114\n"
    ...     b"SDN,,ALL,total,50681990,24786370,14657114\n")
    >>> table.national()["in_need"].sum()
    np.float64(24786370.0)
    """
    sheet = read_tagged(path, _FIELDS | _EARLIER | _ADDED)
    if "category" not in sheet:
        sheet.require(*_EARLIER)
    if "iso3" not in sheet:
        sheet = sheet.without_totals(*_PLACES, "sector", "info")  # with one, totals lack its code
    counts = {name: sheet.people(name, is_as_published=True) for name in NEEDS_COUNTS}
    texts = {
        name: pd.Categorical(sheet.prose(name) if name in _PROSE else sheet.text(name))
        for name in sheet.columns
        if name not in NEEDS_COUNTS and name not in _ADDED
    }
    texts["iso3"] = pd.Categorical(_countries(sheet))
    codes = {name: column.codes for name, column in texts.items()}
    sheet.refuse_repeats(pd.DataFrame({**codes, **counts}), "iso3")
    onsets, scopes = (_stated(sheet, name, texts["iso3"]) for name in _ADDED)
    sheet.check()
    blank = pd.Categorical.from_codes(np.zeros(len(sheet), dtype=np.int8), categories=[""])
    meanings, notes = (
        meanings_of(texts["category"]) if "category" in sheet else _earlier_meanings(texts)
    )
    info = texts.get("info", blank)
    remarks = [note for note in info.categories if note and not note.startswith(_KNOWN_REMARKS)]
    remarked = int(np.isin(np.asarray(info), remarks).sum())
    sectors, unread = sectors_of(texts["sector"])
    notes = [*notes, unread, Note("INFO", f"other remarks: {remarks[:5]}", remarked)]
    table = assemble(
        sheet,
        {
            "iso3": texts["iso3"],
            **_places(texts, np.asarray(info), len(sheet)),
            "description": texts.get("description", blank),
            "sector": sectors,
            "category": texts.get("category", blank),
        },
        meanings,
        counts,
        notes=notes,
        source=_source(sheet),
        periods=_periods(sheet, texts["iso3"]),
        refuse=refuse,
    )
    return replace(table, onsets=onsets, scopes=scopes)


def _countries(sheet: Sheet) -> pd.Series:
    """Return the country of each row: as the file states it, or the one country that it is of."""
    if "iso3" in sheet:
        return sheet.countries("iso3")
    codes = [sheet.text(name) for name in _PLACES if name.startswith("pcode") and name in sheet]
    country = country_of_pcodes(pd.concat(codes)) if codes else ""
    country = country or country_of_name(sheet.file)
    if not country:
        raise InputError(
            f"{sheet.file} does not say its country: add a column Country ISO3 with its code, such as "
            "SDN, in every row."
        )
    return pd.Series([country] * len(sheet), dtype=object)


def _stated(sheet: Sheet, name: str, countries: pd.Categorical) -> dict[str, Any]:
    """Return what a column that a user added says of each country: one value, where it says any."""
    if name not in sheet:
        return {}
    if name == "onset":
        values = sheet.days(name, missing=("",)).dt.date
    else:
        values = sheet.converted(name, _scope, code="UNKNOWN_WORD").replace("", None)
    told = pd.DataFrame({"country": np.asarray(countries), "value": values}).dropna()
    told = told.drop_duplicates()
    again = told[told["country"].duplicated()]
    where = pd.Series(np.isin(np.arange(len(sheet)), again.index))
    sheet.refuse(where, name, lambda _: "differs from another row of the country", code="DIFFERS")
    return dict(zip(told["country"], told["value"], strict=True))


def _scope(word: str) -> str:
    if word and word not in get_args(PinScope):
        raise InputError(f"unknown word {word!r}; allowed: {', '.join(get_args(PinScope))}")
    return word


_LOST = "Unknown location"
_KNOWN_REMARKS = (_LOST, "No cluster for entity")
_PROSE = ("description", "info")


def _places(
    texts: dict[str, pd.Categorical], info: np.ndarray, size: int
) -> dict[str, pd.Categorical]:
    """Return level, code and name of the lowest place that a row names."""
    level = np.full(size, "admin0", dtype=object)
    pcode, place = (np.full(size, "", dtype=object) for _ in range(2))
    for number in ("1", "2", "3"):
        if f"pcode{number}" in texts:
            codes = np.asarray(texts[f"pcode{number}"])
            here = codes != ""
            level[here], pcode[here] = f"admin{number}", codes[here]
            place[here] = (
                np.asarray(texts[f"name{number}"])[here] if f"name{number}" in texts else ""
            )
    level[np.char.startswith(info.astype(str), _LOST)] = "unknown"
    return {
        "level": pd.Categorical(level),
        "pcode": pd.Categorical(pcode),
        "place": pd.Categorical(place),
    }


def _earlier_meanings(
    texts: dict[str, pd.Categorical],
) -> tuple[dict[str, pd.Categorical], list[Note]]:
    """Return what rows count in the layout with columns for gender, age and population group."""
    meanings: dict[str, pd.Categorical] = {}
    notes = []
    for name, field in (("group", "population_group"), ("gender", "sex"), ("age_range", "age")):
        read, unknown = meanings_of(texts[name])
        meanings[field] = read[field]
        notes += unknown
    told = np.isin(np.asarray(texts["disabled"]), list(_DISABLED))
    meanings["qualifier"] = recoded(texts["disabled"], lambda word: _DISABLED.get(word, "unknown"))
    return meanings, [*notes, unknown_words(texts["disabled"], ~told)]


def _year(sheet: Sheet) -> str:
    """Return the year in the name of the file; empty where there is none."""
    year = re.search(r"20\d\d", sheet.file)
    return year[0] if year else ""


def _periods(sheet: Sheet, countries: pd.Categorical) -> dict[str, tuple[date, date]]:
    """Return the year of each country's figures, which the file has in its name alone."""
    if not _year(sheet):
        return {}
    year = int(_year(sheet))
    return dict.fromkeys(map(str, countries.categories), (date(year, 1, 1), date(year, 12, 31)))


def _source(sheet: Sheet) -> Source:
    edition = _year(sheet)
    return sheet.data_set("ocha-hno", edition, id=f"ocha-hno-{edition}".rstrip("-"))
