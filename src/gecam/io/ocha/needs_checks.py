"""What is wrong with a table of needs, found before anybody uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray
from gecam.codes import Category, category
from gecam.errors import CodeError, InputError, Problem
from gecam.io.door.sheet import Sheet
from gecam.model import Note, Source
from gecam.model.needs import COUNTS, NeedsTable, subnational_disagreement

TENFOLD = 10.0
ROUNDING = 1e-5  # sub-national sums this close to the national figure agree up to rounding
HALF = 0.5
MEANINGS = ("population_group", "sex", "age", "qualifier")
_SECTORS = {
    "ALL": "intersectoral",
    "Intersectoral": "intersectoral",
    "": "unknown",
    "PRO-CPM": "PRO-CPN",
}  # fmt: skip  (CPM: the code of the earlier edition)
_FLAGS = (
    "NEGATIVE",
    "FRACTION",
    "PIN_GT_POPULATION",
    "TARGET_GT_PIN",
    "DOUBLED",
    "GROUP_IMPLAUSIBLE",
)
_FLAG_TEXTS = {
    "NEGATIVE": "rows with negative counts, now missing",
    "FRACTION": "rows in which people in need are a fraction",
    "PIN_GT_POPULATION": "rows with more people in need than the publisher's population",
    "TARGET_GT_PIN": "rows with more people targeted than in need",
    "DOUBLED": "rows that repeat the headline of their place and caseload",
}


def sector_name(code: str) -> str:
    """Return our name of a cluster code: OCHA's, with ``intersectoral`` for ALL.

    Examples
    --------
    >>> from gecam.io.ocha.needs_checks import sector_name
    >>> sector_name("ALL"), sector_name("PRO_GBV"), sector_name("")
    ('intersectoral', 'PRO-GBV', 'unknown')
    """
    code = code.replace("_", "-")
    return _SECTORS.get(code, code)


def recoded(column: pd.Categorical, change: Callable[[str], str]) -> pd.Categorical:
    """Return a categorical whose categories are changed, each once."""
    changed = np.array([change(word) for word in column.categories], dtype=object)
    names, codes = np.unique(changed, return_inverse=True) if len(changed) else (changed, [])
    return pd.Categorical.from_codes(np.asarray(codes)[column.codes], categories=names)


def meanings_of(words: pd.Categorical) -> tuple[dict[str, pd.Categorical], list[Note]]:
    """Return what category words count, one column per field of `gecam.codes.Category`."""
    read: dict[str, Category] = {}
    unknown = []
    for word in words.categories:
        try:
            read[word] = category(word)
        except CodeError:
            unknown.append(word)
            read[word] = Category("unknown")
    meanings = {
        name: recoded(words, lambda word, name=name: getattr(read[word], name))  # type: ignore[misc]
        for name in MEANINGS
    }
    count = int(np.isin(np.asarray(words), unknown).sum()) if unknown else 0
    return meanings, [Note("CATEGORY_UNKNOWN", f"category words not known: {unknown}", count)]


def assemble(
    sheet: Sheet,
    texts: Mapping[str, pd.Categorical],
    meanings: Mapping[str, pd.Categorical],
    counts: Mapping[str, FloatArray],
    *,
    notes: Sequence[Note],
    source: Source,
) -> NeedsTable:
    """Put the columns of a needs table together, choose the headlines, and judge the figures.

    Parameters
    ----------
    sheet
        The table that was read; one row per row of the result.
    texts
        ``iso3``, ``level``, ``pcode``, ``place``, ``description``, ``sector``, ``category``.
    meanings
        ``population_group``, ``sex``, ``age``, ``qualifier``.
    counts
        The counts, NaN where blank; persons.
    notes, source
        What the reader has to say so far, and where the figures come from.

    Raises
    ------
    InputError
        If the places of a level add up to a tenth of the national figure or less, or to ten times
        or more (a level of which the file has one place only is not judged).
    """
    neutral = {"population_group": "all", "sex": "total", "age": "all", "qualifier": ""}
    everybody = np.logical_and.reduce([meanings[name] == word for name, word in neutral.items()])
    is_headline = _headlines(texts, everybody)
    clean = {name: np.where(counts[name] < 0, np.nan, counts[name]) for name in COUNTS}
    raised = {
        "NEGATIVE": np.logical_or.reduce([counts[name] < 0 for name in COUNTS]),
        "FRACTION": np.nan_to_num(clean["in_need"]) % 1 > 0,
        "PIN_GT_POPULATION": clean["in_need"] > clean["population"],
        "TARGET_GT_PIN": clean["targeted"] > clean["in_need"],
        "DOUBLED": everybody & ~is_headline & np.asarray(texts["level"] != "unknown"),
    }
    rows = pd.DataFrame(
        {
            **texts,
            **meanings,
            "is_headline": is_headline,
            **clean,
            "line": sheet.rows.astype(np.int32),
        }
    )
    raised["GROUP_IMPLAUSIBLE"] = _implausible(rows)
    rows["flags"] = _joined(raised)
    odd = rows[raised["GROUP_IMPLAUSIBLE"]]
    found = [
        *sheet.notes,
        *notes,
        *(Note(code, text, int(raised[code].sum())) for code, text in _FLAG_TEXTS.items()),
        Note(
            "GROUP_IMPLAUSIBLE",
            "national groups above half of all people in need and tenfold any sector; labels are "
            "wrong: "
            + "; ".join(f"{r.iso3} {r.category} {r.in_need:,.0f}" for r in odd.itertuples()),
            len(odd),
        ),
        Note(
            "PLACE_LOST",
            "rows whose place was lost; they look national",
            int((rows["level"] == "unknown").sum()),
        ),
        Note("SECTOR_BLANK", "rows without a cluster", int((rows["sector"] == "unknown").sum())),
    ]
    table = NeedsTable(rows, source)
    found += [*_national_notes(table), *_subnational_notes(table, sheet.file)]
    return NeedsTable(table.rows, source, tuple(note for note in found if note.count))


def _headlines(texts: Mapping[str, pd.Categorical], everybody: BoolArray) -> BoolArray:
    """Choose one row per place and caseload: nationally the blank category, else ``total``."""
    level = np.asarray(texts["level"])
    where = np.flatnonzero(everybody & (level != "unknown"))
    is_blank = np.asarray(texts["category"] == "")[where]
    keys = pd.DataFrame(
        {k: texts[k][where] for k in ("iso3", "level", "pcode", "description", "sector")}
    )
    keys["rank"] = np.where(level[where] == "admin0", ~is_blank, is_blank)
    keys["at"] = where
    first = keys.sort_values("rank", kind="stable").drop_duplicates(list(keys.columns[:5]))
    chosen = np.zeros(len(everybody), dtype=bool)
    chosen[first["at"].to_numpy()] = True
    return chosen


def _implausible(rows: pd.DataFrame) -> BoolArray:
    """Find national counts of refugees far above those of all sectors (shifted labels)."""
    national = rows[rows["level"].eq("admin0")]
    refugees = national[national["population_group"].eq("refugees")]
    total = national[national["is_headline"] & national["sector"].eq("intersectoral")]
    total = total.astype({"iso3": "object"}).groupby("iso3")["in_need"].max()
    keys = ["iso3", "category"]
    is_all = refugees["sector"].eq("intersectoral")
    by_sector = (
        refugees[~is_all].astype(dict.fromkeys(keys, "object")).groupby(keys)["in_need"].max()
    )
    result = np.zeros(len(rows), dtype=bool)
    for row in refugees[is_all].itertuples():
        largest = by_sector.get((row.iso3, row.category), np.nan)
        if row.in_need > HALF * total.get(row.iso3, np.nan) and row.in_need >= TENFOLD * largest:
            result[row.Index] = True
    return result


def _joined(raised: Mapping[str, BoolArray]) -> pd.Categorical:
    """Return the flags of each row as text, blank between."""
    bits = sum(raised[flag].astype(np.int64) << at for at, flag in enumerate(_FLAGS))
    seen, codes = np.unique(bits, return_inverse=True)
    names = [" ".join(f for at, f in enumerate(_FLAGS) if value >> at & 1) for value in seen]
    return pd.Categorical.from_codes(codes, categories=names)


def _national_notes(table: NeedsTable) -> list[Note]:
    national = table.national()["in_need"]
    rows = table.rows
    again = rows[
        rows["level"].eq("admin0")
        & rows["sector"].eq("intersectoral")
        & rows["flags"].astype(str).str.contains("DOUBLED")
    ]
    differing = [
        f"{row.iso3} {row.in_need:,.0f} beside {national[row.iso3]:,.0f}"
        for row in again.itertuples()
        if abs(row.in_need - national[row.iso3]) > 1
    ]
    without = sorted(set(rows["iso3"]) - set(national.index))
    return [
        Note(
            "NATIONAL_TOTALS_DIFFER",
            f"the two national rows differ; the first named is not used: {'; '.join(differing)}",
            len(differing),
        ),
        Note("NO_NATIONAL", f"no national row of all sectors: {', '.join(without)}", len(without)),
    ]


def _subnational_notes(table: NeedsTable, file: str) -> list[Note]:
    compared = subnational_disagreement(table)
    compared = compared[compared["national"] > 0]
    off = compared[~((compared["ratio"] - 1).abs() <= ROUNDING)]
    agrees = off["ratio"].between(1 / TENFOLD, TENFOLD, inclusive="neither")
    wild = off[~agrees & (off["places"] > 1)]
    if len(wild):
        raise InputError(
            f"{file}: sub-national and national people in need disagree tenfold",
            [
                Problem(
                    f"{row.iso3}: {row.places} places of {row.level} add up to "
                    f"{row.subnational:,.0f}, the national figure is {row.national:,.0f}",
                    "One of the two is not in persons, or not intersectoral: correct the file.",
                    file,
                    row=f"{row.iso3} {row.level}",
                    code="TENFOLD",
                )
                for row in wild.itertuples()
            ],
        )
    text = "; ".join(
        f"{row.iso3} {row.level} {row.subnational:,.0f} in {row.places} of {row.national:,.0f}"
        for row in off.itertuples()
    )
    return [
        Note("SUBNATIONAL_SUM", f"sub-national sums (in so many places) differ: {text}", len(off))
    ]
