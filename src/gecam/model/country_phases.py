"""People in need of a country by phase of severity, and which published phases belong to a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite, isnan
from typing import TypeAlias

import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import MaybeMissing, Positive
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.model.case import Case
from gecam.model.severity import SEVERITY_LEVELS, PhaseTable, SeverityTable
from gecam.model.source import UNKNOWN_SOURCE, Source

EFFECTIVE_OBSERVATIONS = 13.5
"""How many interviews of people in need the phases of a needs overview are worth.

Between two releases of the INFORM Severity Index in one year that agree on people in need within a
tenth, the share of phases 4 and 5 among them moves as if it were counted among 13.5 people (277
pairs, 2020 to 2026).
"""
AGREES = 0.10  # people in need by phase and people in need of the plan: of one analysis
ADDS_UP = 0.01  # the phases that are given are all people in need; the others hold nobody
PHASES = (1, 2, 3, 4, 5)
People: TypeAlias = tuple[MaybeMissing, MaybeMissing, MaybeMissing, MaybeMissing, MaybeMissing]


@dataclass(frozen=True, slots=True)
class CountryPhases:
    """People of one country by phase of severity, as one analysis published them.

    Parameters
    ----------
    destination
        ISO3 or name.
    as_of
        Day for which the analysis speaks.
    people
        Persons in phases 1 to 5, mildest first, >= 0; NaN for a phase that was not published.
        Phases 3 to 5 are people in need and must be known, with somebody in phase 4 or 5: where all
        people in need stand in phase 3, phases were not told apart.
    effective
        How many interviews of people in need, phases 3 to 5, the shares are worth, > 0.
    scale
        What the phases are: ``"INFORM Severity"``, whose levels are mostly those of the plan's own
        analysis (JIAF), or ``"IPC"`` (acute food insecurity alone).
    source
        Where they come from.
    note
        What was read into the figures.

    Raises
    ------
    InputError
        If a number breaks its rule, or phases were not told apart.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.model import CountryPhases
    >>> phases = CountryPhases("TCD", date(2026, 3, 31), (0, 16_627_000, 2_734_000, 1_896_000, 0))
    >>> round(phases.severe_share, 3)
    0.41
    """

    destination: str
    as_of: date
    people: People
    effective: Positive = EFFECTIVE_OBSERVATIONS
    scale: str = "INFORM Severity"
    source: Source = UNKNOWN_SOURCE
    note: str = ""

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destination", country_code(self.destination))
        where = f"phases of {self.destination} on {self.as_of}"
        if len(self.people) != len(PHASES) or any(x < 0 for x in self.people):
            raise InputError(f"{where} must be five numbers >= 0: got {self.people}")
        if not all(map(isfinite, self.in_need)):
            raise InputError(
                f"{where}: phases 3 to 5 must be known, got {self.in_need}. Missing is not zero."
            )
        if not sum(self.in_need[1:]) > 0:
            raise InputError(
                f"{where}: all {sum(self.in_need):,.0f} people in need stand in phase 3, so that "
                "phases were not told apart. Leave the country out; a country without phases says so."
            )

    @property
    def in_need(self) -> tuple[float, ...]:
        """People of phases 3, 4 and 5, persons."""
        return self.people[2:]

    @property
    def severe_share(self) -> float:
        """Share of phases 4 and 5 among people in need, phases 3 to 5."""
        return sum(self.in_need[1:]) / sum(self.in_need)


@checked
def phases_of_case(case: Case, table: SeverityTable | PhaseTable) -> tuple[CountryPhases, ...]:
    """Return for each country of a case the published phases that belong to its people in need.

    Parameters
    ----------
    case
        Whose people in need are to be divided by phase.
    table
        Levels of the INFORM Severity Index (`gecam.io.read_severity`) or phases of acute food
        insecurity (`gecam.io.read_ipc`).

    Returns
    -------
    tuple of CountryPhases
        At most one for each country, sorted. Of the INFORM index, a crisis and release of the year
        of the plan whose people in need, levels 3 to 5, agree with those of one of the country's
        plans within a tenth, nearest to the plan's reference date: levels of other people are not
        used. Of IPC, the national analysis that holds at the reference date, or the nearest one
        within a year. A country is absent where no such row tells phases apart.

    Notes
    -----
    A level that was not published holds nobody where the others add up to the plan's people in need
    within a hundredth, and the note says so; otherwise the row is not used.
    """
    chosen = (
        _of_inform(case, place, table)
        if isinstance(table, SeverityTable)
        else _of_ipc(case, place, table)
        for place in case.destinations
    )
    return tuple(phases for phases in chosen if phases is not None)


@checked
def phases_of_tables(
    case: Case, tables: Iterable[SeverityTable | PhaseTable]
) -> tuple[CountryPhases, ...]:
    """Return the published phases of a case from several tables; of a country those of the first.

    Parameters
    ----------
    case
        Whose people in need are to be divided by phase.
    tables
        Tables in the order in which they hold, as of `phases_of_case`.
    """
    chosen: dict[str, CountryPhases] = {}
    for table in tables:
        chosen = {x.destination: x for x in phases_of_case(case, table)} | chosen
    return tuple(chosen.values())


def _of_inform(case: Case, place: str, table: SeverityTable) -> CountryPhases | None:
    """Return the levels that are nearest in time among those that agree with a plan's figure."""
    rows = table.rows[table.rows["iso3"].eq(place)].to_dict("records")
    candidates = []
    for figure in case.by_place[place]:
        when = case.crisis(figure.crisis).reference_date
        for row in rows:
            if row["as_of"].year != when.year:
                continue
            people, note = _completed([float(row[name]) for name in SEVERITY_LEVELS], figure.people)
            apart = abs(sum(people[2:]) / figure.people - 1)
            if apart <= AGREES and sum(people[3:]) > 0:  # NaN agrees with nothing
                days = abs((row["as_of"].date() - when).days)
                phases = CountryPhases(place, row["as_of"].date(), people, note=note)
                candidates.append(((-figure.people, days, apart), phases))
    if not candidates:
        return None
    return replace(min(candidates, key=lambda pair: pair[0])[1], source=table.source)


def _completed(people: list[float], in_need: float) -> tuple[People, str]:
    """Return people by phase with nobody in a missing phase where the others are all in need."""
    given = [x for x in people[2:] if not isnan(x)]
    is_whole = bool(given) and abs(sum(given) / in_need - 1) <= ADDS_UP
    if len(given) < 3 and is_whole:
        full = [*people[:2], *(0.0 if isnan(x) else x for x in people[2:])]
        return tuple(full), "a level that was not published holds nobody: the others add up"  # type: ignore[return-value]
    return tuple(people), ""  # type: ignore[return-value]


def _of_ipc(case: Case, place: str, table: PhaseTable) -> CountryPhases | None:
    """Return the national analysis that holds at the reference date, or the nearest within a year."""
    when = max(case.crisis(f.crisis).reference_date for f in case.by_place[place])
    rows = table.rows
    phases = rows[[f"phase_{phase}" for phase in PHASES]]
    is_usable = (
        rows["iso3"].eq(place) & rows["area"].eq("")
        & phases.iloc[:, 2:].notna().all(axis=1) & phases.iloc[:, 3:].sum(axis=1).gt(0)
        & ~rows["flags"].str.contains("REPEATED|SUM_3_PLUS")
    )  # fmt: skip
    apart = _days_apart(rows[is_usable], when)
    if apart.empty or apart.min() > 366:
        return None
    row = rows.loc[apart.idxmin()]
    people = tuple(float(x) for x in phases.loc[apart.idxmin()])
    return CountryPhases(
        place, row["start"].date(), people, scale="IPC", source=table.source,  # type: ignore[arg-type]
        note="acute food insecurity alone",
    )  # fmt: skip


def _days_apart(rows: pd.DataFrame, when: date) -> pd.Series:
    """Return days between a day and the time for which each analysis holds; 0 inside it."""
    day = pd.Timestamp(when)
    before = (rows["start"] - day).dt.days
    after = (day - rows["end"]).dt.days
    return pd.concat([before, after], axis=1).max(axis=1).clip(lower=0)
