"""Humanitarian needs in the long format of OCHA's HDX HAPI."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3
from gecam.io.door import Field, File, Sheet, read_tagged, reader
from gecam.io.ocha.needs_checks import Refusal, assemble, meanings_of, sectors_of
from gecam.model import NEEDS_COUNTS, NeedsTable, Note, Source

_FIELDS = {
    name: Field((name,), is_required=name not in {"admin1_name", "admin2_name", "warning", "error"})
    for name in (
        "location_code", "admin1_code", "admin1_name", "admin2_code", "admin2_name", "admin_level",
        "sector_code", "sector_name", "category", "population_status", "population",
        "reference_period_start", "reference_period_end", "warning", "error",
    )
}  # fmt: skip
_PROSE = ("sector_name", "warning", "error")
_STATUSES = {
    "all": "population", "INN": "in_need", "TGT": "targeted", "AFF": "affected", "REA": "reached",
}  # fmt: skip
_KEYS = [
    "location_code", "admin_level", "admin1_code", "admin2_code", "sector_code", "sector_name",
    "category",
]  # fmt: skip


@reader("needs", "OCHA", ["location_code", "population_status"])
@checked
def read_hapi(path: File, *, refuse: Refusal = "file") -> NeedsTable:
    r"""Read humanitarian needs from OCHA's HDX HAPI: one row per count.

    Parameters
    ----------
    path
        The file "hdx_hapi_humanitarian_needs", CSV or workbook, with or without a row of HXL tags.
    refuse
        ``file`` or ``country``, as in `gecam.io.ocha.hno.read_hno`.

    Returns
    -------
    NeedsTable
        One row per place, sector and category; the five statuses become the columns ``population``
        (``all``), ``in_need`` (``INN``), ``targeted``, ``affected`` and ``reached``. Faults are met
        as in `gecam.io.ocha.hno.read_hno`; rows with a remark in ``error`` have no sector.

    Raises
    ------
    LayoutError
        If a column is missing, as in editions with gender, age and population group.
    InputError
        If cells cannot be read, a count repeats, or national and sub-national figures disagree (see
        `gecam.io.read_hno`).

    Examples
    --------
    >>> from gecam.io.ocha.hapi import read_hapi
    >>> head = ("location_code,admin1_code,admin2_code,admin_level,sector_code,sector_name,"
    ...     "category,population_status,population,reference_period_start,reference_period_end\n")
    >>> rows = "".join(f"SDN,,,0,Intersectoral,Intersectoral,,{status},{n},2024-01-05,2024-12-24\n"
    ...     for status, n in {"INN": 24786370, "all": 50990034}.items())
    >>> read_hapi((head + rows).encode()).national()["in_need"].tolist()
    [24786370.0]
    """
    sheet = read_tagged(path, _FIELDS)
    text = pd.DataFrame(
        {
            name: sheet.prose(name) if name in _PROSE else sheet.text(name)
            for name in sheet.columns
            if name != "population"
        }
    )
    text["value"] = sheet.people("population", is_as_published=True)
    text["at"] = np.arange(len(text))
    starts, ends = (
        sheet.days(f"reference_period_{end}", missing=("",)) for end in ("start", "end")
    )
    _refuse(sheet, text)
    text["count"] = text["population_status"].map(_STATUSES)
    by_count = text.pivot(index=_KEYS, columns="count", values="value")  # noqa: PD010  (no repeats)
    wide = by_count.reindex(columns=NEEDS_COUNTS)
    first = text.groupby(_KEYS, sort=True)["at"].min().reindex(wide.index)
    order = np.argsort(first.to_numpy(), kind="stable")
    wide, first = wide.iloc[order], first.iloc[order]
    keys = text.loc[first.to_numpy()].reset_index(drop=True)
    texts = {name: pd.Categorical(column) for name, column in _texts(keys).items()}
    meanings, notes = meanings_of(texts["category"])
    texts["sector"], unread = sectors_of(texts["sector"])
    notes.append(unread)
    for name in ("warning", "error"):
        if name in text:
            said = text.loc[text[name] != "", name]
            notes.append(Note(name.upper(), f"remarks: {sorted(set(said))[:5]}", len(said)))
    counts = {name: wide[name].to_numpy(dtype=np.float64) for name in NEEDS_COUNTS}
    lines = replace(sheet, rows=sheet.rows[first])
    return assemble(lines, texts, meanings, counts, notes=notes, source=_source(sheet, text),
        periods=_periods(text["location_code"], starts, ends), refuse=refuse,
    )  # fmt: skip


def _refuse(sheet: Sheet, text: pd.DataFrame) -> None:
    """Raise what is wrong with codes and words, and counts that repeat."""
    status = text["population_status"]
    repeats = text.duplicated([*_KEYS, "population_status"])
    checks = (
        ("location_code", ~text["location_code"].map(is_iso3), "not an ISO3 code", "CODE"),
        ("admin_level", ~text["admin_level"].isin([*"0123"]), "no level", "UNKNOWN_WORD"),
        ("population_status", ~status.isin(_STATUSES), "unknown", "UNKNOWN_WORD"),
        ("population_status", repeats, "repeats", "DUPLICATE"),
    )
    for name, wrong, what, code in checks:

        def told(at: int, what: str = what, cells: pd.Series = text[name]) -> str:
            return f"{what}: {cells[at]!r}"

        sheet.refuse(wrong, name, told, code=code)
    sheet.check()


def _periods(
    countries: pd.Series, starts: pd.Series, ends: pd.Series
) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of each country's figures."""
    first, last = starts.groupby(countries).min(), ends.groupby(countries).max()
    is_stated = first.notna() & last.notna()
    return {str(code): (first[code].date(), last[code].date()) for code in first.index[is_stated]}


def _texts(keys: pd.DataFrame) -> dict[str, pd.Series]:
    """Return what places, sectors and categories the rows speak of, in our columns."""
    blank = pd.Series("", index=keys.index)
    is_second = keys["admin2_code"].ne("")
    first_name, second_name = (keys.get(f"admin{n}_name", blank) for n in (1, 2))
    return {
        "iso3": keys["location_code"],
        "level": "admin" + keys["admin_level"],
        "pcode": keys["admin2_code"].where(is_second, keys["admin1_code"]),
        "place": second_name.where(is_second, first_name),
        "description": keys["sector_name"],
        "sector": keys["sector_code"],
        "category": keys["category"],
    }


def _source(sheet: Sheet, text: pd.DataFrame) -> Source:
    start, end = text["reference_period_start"].min(), text["reference_period_end"].max()
    return sheet.data_set(
        "ocha-hapi-needs", f"{start} to {end}", id=f"ocha-hapi-needs-{str(start)[:4]}"
    )
