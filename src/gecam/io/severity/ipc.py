"""Integrated Food Security Phase Classification: people by phase, as published on HDX."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam.errors import InputError
from gecam.io.door import Field, File, Sheet, locate, read_table, reader, untag
from gecam.model import Note, PhaseTable

PERIODS = ("current", "first projection", "second projection")
_NUMBERS = {
    **{f"phase_{phase}": str(phase) for phase in range(1, 6)},
    "phase_3_plus": "3+",
    "analysed": "all",
}
_COMMON = {
    "analysis": Field(("Date of analysis", "analysis_date"), is_required=False),
    "iso3": Field(("Country", "country_iso3", "location_code")),
    "population": Field(("Total country population", "population"), is_required=False),
    "level1": Field(("Level 1", "level1_name", "provider_admin1_name"), is_required=False),
    "level": Field(("admin_level",), is_required=False),
    "area": Field(("Area", "area_name", "provider_admin2_name"), is_required=False),
}
_LONG = _COMMON | {
    "period": Field(("Validity period", "projection", "ipc_type")),
    "start": Field(("From", "period_start", "reference_period_start")),
    "end": Field(("To", "period_end", "reference_period_end")),
    "phase": Field(("Phase", "ipc_phase")),
    "number": Field(("Number", "number_affected", "population_in_phase")),
}
_KEYS = ["iso3", "level1", "area", "analysis", "period"]
_OLD_PHASES = {"P3+": "3+"}
_OLD_WORDS = {"projected": "first projection"}  # in files that knew one projection only
ROUNDING = 2  # persons by which published phases miss their published sum
_FLAGS = {
    "REPEATED": "analyses of one month, area and period that appear more than once; not added",
    "SUM_3_PLUS": "phase 3+ is not the sum of phases 3 to 5",
    "SUM_PHASES": "the phases do not add up to the people analysed",
    "PARTIAL_ANALYSIS": "national analyses of less than nine tenths of the country's population",
    "ANALYSED_GT_POPULATION": "more people analysed than the country has",
}
MOST_ANALYSES = 50  # of one area, month and period; published files have two


@reader(
    "phases", "IPC", ["Date of analysis", "Country"], ["analysis_date", "country_iso3"],
    ["location_code", "ipc_phase"],
)  # fmt: skip
def read_ipc(path: File) -> PhaseTable:
    r"""Read people by phase of acute food insecurity, from the long or the wide layout.

    Parameters
    ----------
    path
        The file from HDX, CSV or workbook, of all countries or one: national, first level or areas, one
        row per phase (long) or per analysis (wide); the earlier layout with labels such as
        ``analysis_date``; or HDX HAPI's table of food security, whose month of analysis is that of the
        first day of validity.

    Returns
    -------
    PhaseTable
        One row per analysis, area and period that was analysed.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read, a row of a file of areas names none, a phase holds more people than
        were analysed, or phases of two analyses of one area, month and period cannot be told apart.

    Notes
    -----
    An area is the lowest that a row names, and is told from areas of the same name by its first
    level. Phases belong together by area, analysis, period and dates, in whatever order rows stand;
    where several are listed under one key, each must stand in rows one below the other. Analyses
    that are equal are read once.

    Phase ``3+`` is the sum of phases 3 to 5 and ``all`` the people analysed, which may be a
    fortieth of the country (Angola 2019) or slightly more than it. The share is phase 3+ over
    the people analysed, from the counts: published percentages are rounded to hundredths.

    Examples
    --------
    >>> from gecam.io.severity.ipc import read_ipc
    >>> head = ("Date of analysis,Country,Total country population,Validity period,From,To,"
    ...     "Phase,Number")
    >>> rows = "".join(f"\nApr 2023,AFG,43100596,current,2023-04-01,2023-04-30,{phase},{number}"
    ...     for phase, number in {"all": 43100598, "3+": 17213584, "3": 13854267}.items())
    >>> round(read_ipc((head + rows).encode()).rows.loc[0, "share"], 4)
    np.float64(0.3994)
    """
    sheet = untag(read_table(path, delimiter=","))[0]
    names = {name.casefold() for name in _LONG["phase"].names}
    is_long = any(label.strip().casefold() in names for label in sheet.labels)
    rows = _long(sheet) if is_long else _wide(sheet)
    is_analysed = rows[list(_NUMBERS)].notna().any(axis=1)
    left_out = int((~is_analysed).sum())
    rows = rows[is_analysed]
    again = _repeats(sheet, rows)
    rows = rows[~again].reset_index(drop=True)
    _refuse_more_than_analysed(sheet, rows)
    source = sheet.data_set("ipc")
    analysed = rows["analysed"].where(rows["analysed"] > 0)
    rows["share"] = (rows["phase_3_plus"] / analysed).clip(upper=1.0)
    raised = _raised(rows)
    rows["flags"] = [
        " ".join(flag for flag, on in zip(raised, row, strict=True) if on)
        for row in zip(*raised.values(), strict=True)
    ]
    notes = sheet.told(
        Note("NOT_ANALYSED", "areas and periods with dates and no figures, left out", left_out),
        Note("IDENTICAL_ROWS", "analyses that say nothing but another says", int(again.sum())),
        *(Note(flag, _FLAGS[flag], int(on.sum())) for flag, on in raised.items()),
    )
    return PhaseTable(rows, source, notes)


def _repeats(sheet: Sheet, rows: pd.DataFrame) -> pd.Series:
    """Return which rows hold no figure that another row of the same analysis does not hold."""
    keys = [*_KEYS, "start", "end"]
    sizes = rows.groupby(keys)["line"].agg(["size", "min"])
    if len(sizes) and (most := sizes["size"].max()) > MOST_ANALYSES:
        line = sizes["min"][sizes["size"].idxmax()]
        raise InputError(
            f"{sheet.file}, row {line}: {most:,} analyses of one area, month and period. "
            "Published files have a few: the columns that tell them apart are missing or filled."
        )
    again = pd.Series(False, index=rows.index)
    figures = rows[list(_NUMBERS)].to_numpy(dtype=np.float64)
    repeated = np.flatnonzero(rows.duplicated(keys, keep=False))
    for places in rows.iloc[repeated].groupby(keys, sort=False).indices.values():
        left = repeated[places].tolist()
        for at in reversed(left.copy()):
            given = ~np.isnan(figures[at])
            if any((figures[o, given] == figures[at, given]).all() for o in left if o != at):
                left.remove(at)
                again.iloc[at] = True
    return again


def _refuse_more_than_analysed(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Take a problem for each analysis with more people in a phase than it covers."""
    for name, word in _NUMBERS.items():
        for row in rows[rows[name] > rows["analysed"] + ROUNDING].to_dict("records"):
            what = f"{row[name]:,.0f} people in phase {word}, {row['analysed']:,.0f} analysed"
            remedy, place = "A share cannot exceed 1: correct the file.", f"phase {word}"
            line = int(row["line"])
            sheet.problems.append(
                sheet.fault(what, remedy, "SHARE_ABOVE_1", row=line, column=place)
            )


def _raised(rows: pd.DataFrame) -> dict[str, pd.Series]:
    phases = rows[[f"phase_{phase}" for phase in range(1, 6)]]
    severe = phases.iloc[:, 2:].sum(axis=1, min_count=3)
    everybody = phases.sum(axis=1, min_count=5)
    is_national = rows["area"].eq("")
    # a NaN compares as false: what is missing breaks no rule
    return {
        "REPEATED": rows.duplicated(_KEYS, keep=False),
        "SUM_3_PLUS": (severe - rows["phase_3_plus"]).abs().gt(ROUNDING),
        "SUM_PHASES": (everybody - rows["analysed"]).abs().gt(ROUNDING),
        "PARTIAL_ANALYSIS": is_national & (rows["analysed"] < 0.9 * rows["population"]),
        "ANALYSED_GT_POPULATION": rows["analysed"] > rows["population"],
    }


def _long(sheet: Sheet) -> pd.DataFrame:
    sheet = locate(sheet, _LONG).without_totals("iso3", "level1", "area")
    period = sheet.text("period").replace(_OLD_WORDS)
    phase = sheet.text("phase").replace(_OLD_PHASES)
    sheet.refuse(~period.isin(PERIODS), "period", "an unknown word", code="UNKNOWN_WORD")
    sheet.refuse(~phase.isin(_NUMBERS.values()), "phase", "an unknown word", code="UNKNOWN_WORD")
    rows = _common(sheet).assign(
        period=period, phase=phase, number=sheet.people("number"),
        start=sheet.days("start"), end=sheet.days("end"),
    )  # fmt: skip
    sheet.check()
    if "analysis" not in sheet:
        rows["analysis"] = rows["start"].dt.strftime("%b %Y")
    keys = [*_KEYS, "start", "end"]
    rows["block"] = _blocks(sheet, rows, keys)
    sheet.check()
    wide = rows.pivot(index=[*keys, "block"], columns="phase", values="number")  # noqa: PD010
    names = {word: name for name, word in _NUMBERS.items()}
    wide = wide.reindex(columns=list(names)).rename(columns=names)
    first = rows.groupby([*keys, "block"]).agg(
        line=("line", "min"), population=("population", "max")
    )
    result = wide.join(first).reset_index().drop(columns="block")
    return result.sort_values("line", ignore_index=True)


def _blocks(sheet: Sheet, rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Return which analysis each row belongs to, among those of one key (0 where there is one).

    Where a phase stands twice under one key, there are several analyses: each must stand in rows one
    below the other and begin with the phase with which the others begin.
    """
    key = rows.groupby(keys, sort=False).ngroup()
    several = key.isin(key[rows.duplicated([*keys, "phase"])])
    block = pd.Series(0, index=rows.index)
    if not several.any():
        return block
    number, seen = 0, set[str]()
    for at in rows.index[several]:
        is_new_key = at == 0 or key[at] != key[at - 1]
        if is_new_key or rows["phase"][at] in seen:
            number, seen = number + 1, set()
        seen.add(rows["phase"][at])
        block[at] = number
    begins = rows["phase"].where(several & ~block.duplicated())
    unlike = begins.groupby(key).nunique().gt(1)
    mixed = several & key.isin(unlike.index[unlike])
    sheet.refuse(
        mixed & ~key.duplicated(), "phase",
        "phases of several analyses of one area, month and period cannot be told apart",
        "Put the rows of each analysis one below the other.", "DUPLICATE",
    )  # fmt: skip
    return block


def _wide(sheet: Sheet) -> pd.DataFrame:
    parts = []
    sheet = locate(sheet, _COMMON).without_totals("iso3", "level1", "area")
    for period in PERIODS:
        fields = _COMMON | {
            "start": Field((f"{period} from",)),
            "end": Field((f"{period} to",)),
            "analysed": Field((f"Population analyzed {period}",)),
            **{
                name: Field((f"Phase {word} number {period}",))
                for name, word in _NUMBERS.items()
                if name != "analysed"
            },
        }
        located = locate(sheet, fields)
        here = located.take(located.text("start").ne(""))
        if not len(here):
            continue
        rows = _common(here).assign(
            period=period, start=here.days("start"), end=here.days("end"),
            **{name: here.people(name) for name in _NUMBERS},
        )  # fmt: skip
        parts.append(rows)
    if not parts:
        raise InputError(f"{sheet.file} has no analysis with a date in any period.")
    sheet.check()
    return pd.concat(parts).sort_values("line", kind="stable", ignore_index=True)


def _common(sheet: Sheet) -> pd.DataFrame:
    level1, area = sheet.text("level1"), sheet.text("area")
    is_national = sheet.text("level").eq("0")
    for name in ("area", "level1"):
        if name in sheet:
            nowhere = level1.eq("") & area.eq("") & ~is_national
            sheet.refuse(nowhere, name, "the row names no area", code="EMPTY")
            break
    return pd.DataFrame(
        {
            "iso3": sheet.countries("iso3"),
            "level1": level1,
            "area": area.where(area.ne(""), level1),
            "analysis": sheet.text("analysis"),
            "population": sheet.people("population"),
            "line": sheet.rows,
        }
    )
