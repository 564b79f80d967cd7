"""Integrated Food Security Phase Classification: people by phase, as published on HDX."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from gecam.codes import is_iso3
from gecam.errors import InputError, Problem
from gecam.io.hxl import Field, locate, positions, read_tagged
from gecam.io.intake import Source as File
from gecam.io.tables import Sheet, raise_problems
from gecam.model import Note, Source
from gecam.model.severity import PhaseTable

PERIODS = ("current", "first projection", "second projection")
_NUMBERS = {
    **{f"phase_{phase}": str(phase) for phase in range(1, 6)},
    "phase_3_plus": "3+",
    "analysed": "all",
}
_COMMON = {
    "analysis": Field(("Date of analysis",)),
    "iso3": Field(("Country",)),
    "population": Field(("Total country population",)),
    "area": Field(("Level 1",), is_required=False),
}
_LONG = _COMMON | {
    "period": Field(("Validity period",)),
    "start": Field(("From",)),
    "end": Field(("To",)),
    "phase": Field(("Phase",)),
    "number": Field(("Number",)),
}
_KEYS = ["iso3", "area", "analysis", "period"]
ROUNDING = 2  # persons by which published phases miss their published sum
_FLAGS = {
    "REPEATED": "analyses of one month, area and period that appear more than once; not added",
    "SUM_3_PLUS": "phase 3+ is not the sum of phases 3 to 5",
    "SUM_PHASES": "the phases do not add up to the people analysed",
    "PARTIAL_ANALYSIS": "national analyses of less than nine tenths of the country's population",
    "ANALYSED_GT_POPULATION": "more people analysed than the country has",
}


def read_ipc(path: File) -> PhaseTable:
    r"""Read people by phase of acute food insecurity, from the long or the wide layout.

    Parameters
    ----------
    path
        The file from HDX, CSV or workbook: national or first level, one row per phase (long) or per
        analysis (wide).

    Returns
    -------
    PhaseTable
        One row per analysis, area and period that was analysed.

    Raises
    ------
    LayoutError
        If a column is missing.
    InputError
        If cells cannot be read; all of them are listed.

    Notes
    -----
    Phase ``3+`` is the sum of phases 3 to 5 and ``all`` the people analysed, which may be a
    fortieth of the country (Angola 2019) or slightly more than it. The share is phase 3+ over
    the people analysed, from the counts: published percentages are rounded to hundredths.

    Examples
    --------
    >>> from gecam.io.ipc import read_ipc
    >>> head = ("Date of analysis,Country,Total country population,Validity period,From,To,"
    ...     "Phase,Number")
    >>> rows = "".join(f"\nApr 2023,AFG,43100596,current,2023-04-01,2023-04-30,{phase},{number}"
    ...     for phase, number in {"all": 43100598, "3+": 17213584, "3": 13854267}.items())
    >>> round(read_ipc((head + rows).encode()).rows.loc[0, "share"], 4)
    np.float64(0.3994)
    """
    sheet, tags = read_tagged(path)
    is_long = any(label.strip() == "Phase" for label in sheet.labels)
    rows, problems = _long(sheet) if is_long else _wide(sheet)
    raise_problems(sheet, problems)
    is_analysed = rows[list(_NUMBERS)].notna().any(axis=1)
    left_out = int((~is_analysed).sum())
    rows = rows[is_analysed].reset_index(drop=True)
    rows["share"] = rows["phase_3_plus"] / rows["analysed"].where(rows["analysed"] > 0)
    raised = _raised(rows)
    rows["flags"] = [
        " ".join(flag for flag, on in zip(raised, row, strict=True) if on)
        for row in zip(*raised.values(), strict=True)
    ]
    notes = [
        *tags.notes(),
        Note("NOT_ANALYSED", "areas and periods with dates and no figures, left out", left_out),
        *(Note(flag, _FLAGS[flag], int(on.sum())) for flag, on in raised.items()),
    ]
    source = Source(
        "ipc", "IPC Global Partnership", "IPC acute food insecurity, people by phase",
        licence="CC BY-NC-SA 3.0 IGO", url="https://www.ipcinfo.org",
        sha256=sheet.sha256, file=sheet.file,
    )  # fmt: skip
    return PhaseTable(rows, source, tuple(note for note in notes if note.count))


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


def _long(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem]]:
    columns = locate(sheet, _LONG)
    number, problems = sheet.numbers(columns["number"])
    rows, faults = _common(sheet, columns)
    period, phase = sheet.text(columns["period"]), sheet.text(columns["phase"])
    problems += faults
    for name, wrong in (
        ("period", ~period.isin(PERIODS)),
        ("phase", ~phase.isin(_NUMBERS.values())),
    ):
        problems += [
            sheet.problem(at, columns[name], "an unknown word", code="UNKNOWN_WORD")
            for at in positions(wrong)
        ]
    for name in ("start", "end"):
        rows[name], faults = dates(sheet, columns[name])
        problems += faults
    if problems:
        return rows, problems
    rows = rows.assign(period=period, phase=phase, number=number)
    keys = [*_KEYS, "start", "end"]
    rows["repeat"] = rows.groupby([*keys, "phase"]).cumcount()
    wide = rows.pivot(index=[*keys, "repeat"], columns="phase", values="number")  # noqa: PD010
    names = {word: name for name, word in _NUMBERS.items()}
    wide = wide.reindex(columns=list(names)).rename(columns=names)
    first = rows.groupby([*keys, "repeat"]).agg(
        line=("line", "min"), population=("population", "max")
    )
    result = wide.join(first).reset_index().drop(columns="repeat")
    return result.sort_values("line", ignore_index=True), []


def _wide(sheet: Sheet) -> tuple[pd.DataFrame, list[Problem]]:
    parts, problems = [], []
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
        columns = locate(sheet, fields)
        here = sheet.take(sheet.text(columns["start"]).ne(""))
        if not len(here):
            continue
        rows, faults = _common(here, columns)
        problems += faults
        rows["period"] = period
        for name in ("start", "end"):
            rows[name], faults = dates(here, columns[name])
            problems += faults
        for name in _NUMBERS:
            rows[name], faults = here.numbers(columns[name])
            problems += faults
        parts.append(rows)
    if not parts:
        raise InputError(f"{sheet.file} has no analysis with a date in any period.")
    return pd.concat(parts).sort_values("line", kind="stable", ignore_index=True), problems


def _common(sheet: Sheet, columns: Mapping[str, str]) -> tuple[pd.DataFrame, list[Problem]]:
    population, problems = sheet.numbers(columns["population"])
    codes = sheet.text(columns["iso3"])
    problems += [
        sheet.problem(at, columns["iso3"], f"{codes.iloc[at]!r} is not an ISO3 code", code="CODE")
        for at in positions(~codes.map(is_iso3))
    ]
    rows = pd.DataFrame(
        {
            "iso3": codes,
            "area": sheet.text(columns["area"]) if "area" in columns else "",
            "analysis": sheet.text(columns["analysis"]),
            "population": population,
            "line": sheet.rows,
        }
    )
    return rows, problems


def dates(
    sheet: Sheet, label: str, *, is_missing_allowed: bool = False
) -> tuple[pd.Series, list[Problem]]:
    """Return a column of dates in ISO form, with or without a time, and what is none."""
    text = sheet.text(label)
    once = {
        cell: pd.to_datetime(cell[:10], format="%Y-%m-%d", errors="coerce")
        for cell in pd.unique(text)
    }
    days = pd.to_datetime(text.map(once))
    wrong = days.isna() & ~(text.eq("") & is_missing_allowed)
    return days, [
        sheet.problem(
            at, label, f"not a date: {text.iloc[at]!r}", "Write YYYY-MM-DD.", "NOT_A_DATE"
        )
        for at in positions(wrong)
    ]
