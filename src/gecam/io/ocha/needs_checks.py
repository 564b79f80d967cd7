"""Checks of a table of humanitarian needs: implausible, repeated and contradictory figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from gecam._typing import BoolArray, FloatArray
from gecam.codes import Category, category, is_sector, sector_name
from gecam.errors import CodeError, InputError, Problem
from gecam.io.door import Sheet
from gecam.model import NEEDS_COUNTS, NeedsTable, Note, Source, subnational_disagreement

TENFOLD = 10.0
ROUNDING = 1e-5  # sub-national sums this close to the national figure agree up to rounding
AGREEMENT = 0.05  # areas this close to the file's own total row say the same as it
TWOFOLD = 2.0  # a national figure this far from a total row that the areas confirm is wrong
HALF = 0.5
Refusal = Literal["file", "country"]
MEANINGS = ("population_group", "sex", "age", "qualifier")
_FLAG_TEXTS = {
    "NEGATIVE": "rows with negative counts, now missing",
    "FRACTION": "rows in which people in need are a fraction",
    "PIN_GT_POPULATION": "rows with more people in need than the publisher's population",
    "TARGET_GT_PIN": "rows with more people targeted than in need",
    "DOUBLED": "rows that repeat the headline of their place and caseload",
}
_FLAGS = (*_FLAG_TEXTS, "GROUP_IMPLAUSIBLE", "SECTOR_GT_INTERSECTORAL")


def recoded(column: pd.Categorical, change: Callable[[str], str]) -> pd.Categorical:
    """Return a categorical whose categories are changed, each once."""
    changed = np.array([change(word) for word in column.categories], dtype=object)
    names, codes = np.unique(changed, return_inverse=True) if len(changed) else (changed, [])
    return pd.Categorical.from_codes(np.asarray(codes)[column.codes], categories=names)


def meanings_of(words: pd.Categorical) -> tuple[dict[str, pd.Categorical], list[Note]]:
    """Return what category words count, one column per field of `gecam.codes.Category`.

    A word that cannot be read has `unknown` in every field: it counts some people, and never everybody.
    """
    read: dict[str, Category] = {}
    unknown = []
    for word in words.categories:
        try:
            read[word] = category(word)
        except CodeError:
            unknown.append(word)
            read[word] = Category("unknown", "unknown", "unknown", "unknown")
    meanings = {
        name: recoded(words, lambda word, name=name: getattr(read[word], name))  # type: ignore[misc]
        for name in MEANINGS
    }
    return meanings, [unknown_words(words, np.isin(np.asarray(words), unknown))]


def unknown_words(
    words: pd.Categorical, is_unknown: BoolArray, code: str = "CATEGORY_UNKNOWN"
) -> Note:
    """Return the note on rows whose words cannot be read: each word once, the most frequent first."""
    counts = pd.Series(np.asarray(words, dtype=object)[is_unknown]).value_counts()
    listed = "; ".join(f"{word!r} in {rows:,} rows" for word, rows in counts.items())
    return Note(code, f"words that cannot be read: {listed}", int(counts.sum()))


def sectors_of(words: pd.Categorical) -> tuple[pd.Categorical, Note]:
    """Return the sectors that words name, and the note on words that name none."""
    odd = [word for word in words.categories if not is_sector(word)]
    note = unknown_words(words, np.isin(np.asarray(words), odd), "SECTOR_UNKNOWN")
    return recoded(words, sector_name), note


def assemble(
    sheet: Sheet,
    texts: Mapping[str, pd.Categorical],
    meanings: Mapping[str, pd.Categorical],
    counts: Mapping[str, FloatArray],
    *,
    notes: Sequence[Note],
    source: Source,
    periods: Mapping[str, tuple[date, date]],
    refuse: Refusal = "file",
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
    notes, source, periods
        What the reader has to say so far, where the figures come from, and by country of when.
    refuse
        ``file`` raises national figures that other figures of the file contradict; ``country`` gives
        them as `NeedsTable.faults`.

    Raises
    ------
    InputError
        If the file's own national row of the category ``total`` and the places of a level agree, and
        the national figure is half of them or less, or twice or more; or if, without such a row, the
        places of a level add up to a tenth of the national figure or less, or to ten times or more
        (a level of which the file has one place only is not judged).
    """
    neutral = {"population_group": "all", "sex": "total", "age": "all", "qualifier": ""}
    everybody = np.logical_and.reduce([meanings[name] == word for name, word in neutral.items()])
    is_headline = _headlines(texts, everybody)
    clean = {name: np.where(counts[name] < 0, np.nan, counts[name]) for name in NEEDS_COUNTS}
    raised = {
        "NEGATIVE": np.logical_or.reduce([counts[name] < 0 for name in NEEDS_COUNTS]),
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
    raised["SECTOR_GT_INTERSECTORAL"] = _above_all_sectors(rows)
    rows["flags"] = _joined(raised)
    odd = rows[raised["GROUP_IMPLAUSIBLE"]]
    told = [
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
        _sectors_note(rows[raised["SECTOR_GT_INTERSECTORAL"]]),
    ]
    table = NeedsTable(rows, source)
    faults = _contradictions(table, sheet)
    if refuse == "file":
        _raise(faults, sheet)
    told += [*_national_notes(table), *_subnational_notes(table)]
    said = tuple(note for note in told if note.count)
    return NeedsTable(table.rows, source, said, periods, dict(reversed(faults)))


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


def _above_all_sectors(rows: pd.DataFrame) -> BoolArray:
    """Find sectors with more people in need than all sectors of their place together."""
    result = np.zeros(len(rows), dtype=bool)
    place = ["iso3", "level", "pcode"]
    is_all = rows["sector"].eq("intersectoral")
    is_sector = rows["is_headline"] & ~is_all & rows["sector"].ne("unknown")
    plain = rows[[*place, "in_need"]].astype(dict.fromkeys(place, "object"))
    everybody = plain[rows["is_headline"] & is_all].groupby(place)["in_need"].max()
    sectors = plain[is_sector]
    most = everybody.reindex(pd.MultiIndex.from_frame(sectors[place])).to_numpy()
    above = sectors["in_need"].to_numpy() > most * (1 + ROUNDING) + 1
    result[np.flatnonzero(is_sector.to_numpy())[above]] = True
    return result


def _sectors_note(rows: pd.DataFrame) -> Note:
    """Return the note on sectors above all sectors: national ones by name, places by country."""
    national = [
        f"{row.iso3} {row.sector} {row.in_need:,.0f} (row {row.line})"
        for row in rows[rows["level"].eq("admin0")].itertuples()
    ]
    places = rows.loc[rows["level"].ne("admin0"), "iso3"].astype(object).value_counts()
    parts = [*national, *(f"{number} in places of {code}" for code, number in places.items())]
    return Note(
        "SECTOR_GT_INTERSECTORAL",
        f"sectors with more people in need than all sectors together: {'; '.join(parts)}",
        len(rows),
    )


def _joined(raised: Mapping[str, BoolArray]) -> pd.Categorical:
    """Return the flags of each row as text, blank between."""
    bits = sum(raised[flag].astype(np.int64) << at for at, flag in enumerate(_FLAGS))
    seen, codes = np.unique(bits, return_inverse=True)
    names = [" ".join(f for at, f in enumerate(_FLAGS) if value >> at & 1) for value in seen]
    return pd.Categorical.from_codes(codes, categories=names)


def _second_totals(table: NeedsTable) -> pd.DataFrame:
    """Return national intersectoral rows beside the one that is the headline."""
    rows = table.rows
    return rows[
        rows["level"].eq("admin0")
        & rows["sector"].eq("intersectoral")
        & rows["flags"].astype(str).str.contains("DOUBLED")
    ]


def _national_notes(table: NeedsTable) -> list[Note]:
    national = table.national()["in_need"]
    differing = [
        f"{row.iso3} {row.in_need:,.0f} beside {national[row.iso3]:,.0f}"
        for row in _second_totals(table).itertuples()
        if abs(row.in_need - national[row.iso3]) > 1
    ]
    without = sorted(set(table.rows["iso3"]) - set(national.index))
    return [
        Note(
            "NATIONAL_TOTALS_DIFFER",
            f"the two national rows differ; the first named is not used: {'; '.join(differing)}",
            len(differing),
        ),
        Note("NO_NATIONAL", f"no national row of all sectors: {', '.join(without)}", len(without)),
    ]


def _raise(faults: list[tuple[str, Problem]], sheet: Sheet) -> None:
    """Raise the faults of a file, if there are any."""
    if faults:
        how = "tenfold" if any(fault.code == "TENFOLD" for _, fault in faults) else "twofold"
        raise InputError(
            f"{sheet.file}: sub-national and national people in need disagree {how}",
            [fault for _, fault in faults],
        )


def _contradictions(table: NeedsTable, sheet: Sheet) -> list[tuple[str, Problem]]:
    """Return each national figure that the file's own other figures contradict, with its country."""
    compared = subnational_disagreement(table)
    compared = compared[compared["places"] > 1]
    contradicted = _against_total_rows(table, compared, sheet)
    agrees = compared["ratio"].between(1 / TENFOLD, TENFOLD, inclusive="neither")
    wild = compared[~agrees & compared["national"].gt(0) & ~compared["iso3"].isin(contradicted)]
    return [
        *contradicted.items(),
        *(
            (
                str(row.iso3),
                sheet.fault(
                    f"{row.iso3}: {row.places} places of {row.level} add up to {row.subnational:,.0f}, "
                    f"the national figure is {row.national:,.0f}",
                    "One of the two is not in persons, or not intersectoral: correct the file."
                    + _accepted(row.iso3),
                    "TENFOLD",
                    row=f"{row.iso3} {row.level}",
                ),
            )
            for row in wild.itertuples()
        ),
    ]


def _accepted(country: str) -> str:
    """Return how to take the areas' sum in place of a figure at fault (`NeedsTable.accepting`)."""
    return f" Or accept the sum of the areas: gecam estimate --accept {country}=areas."


def _against_total_rows(
    table: NeedsTable, compared: pd.DataFrame, sheet: Sheet
) -> dict[str, Problem]:
    """Return a problem for each country whose figure is far from a total row that its areas confirm."""
    national = table.national()
    problems = {}
    for total in _second_totals(table).itertuples():
        used = national.loc[total.iso3, "in_need"]
        line = int(national.loc[total.iso3, "line"])
        off = (compared["subnational"] / total.in_need - 1).abs()
        confirming = compared[compared["iso3"].eq(total.iso3) & off.le(AGREEMENT)]
        is_near = total.in_need / TWOFOLD < used < total.in_need * TWOFOLD
        if confirming.empty or is_near or np.isnan(used):
            continue
        areas = "; ".join(
            f"{row.places} places of {row.level} {row.subnational:,.0f}"
            for row in confirming.itertuples()
        )
        column = sheet.columns.get("in_need", sheet.columns.get("population", "in_need"))
        problems[total.iso3] = sheet.fault(
            f"{total.iso3}: {used:,.0f} people in need, where the row of the total (row {total.line}) "
            f"says {total.in_need:,.0f}, and {areas}",
            "Correct the row that is wrong, or delete it." + _accepted(total.iso3),
            "TWOFOLD",
            row=line,
            column=column,
        )
    return problems


def _subnational_notes(table: NeedsTable) -> list[Note]:
    compared = subnational_disagreement(table)
    compared = compared[compared["national"] > 0]
    off = compared[~((compared["ratio"] - 1).abs() <= ROUNDING)]
    text = "; ".join(
        f"{row.iso3} {row.level} {row.subnational:,.0f} in {row.places} of {row.national:,.0f}"
        for row in off.itertuples()
    )
    return [
        Note("SUBNATIONAL_SUM", f"sub-national sums (in so many places) differ: {text}", len(off))
    ]
