"""Crises and people in need from any table that counts them, whoever publishes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from gecam._signature import checked
from gecam.datasets.plan_registry import countries_of_plans, countries_with_plan
from gecam.errors import InputError
from gecam.io import EventCatalogue, Needs
from gecam.model import (
    SEVERITY_LEVELS,
    Crisis,
    CrisisKind,
    Footprint,
    Grade,
    NeedsTable,
    Note,
    PhaseTable,
    PinScope,
    PlanHistory,
    PlansTable,
    SeverityTable,
    Source,
)

NeedMeasure: TypeAlias = Literal["in_need", "severe"]
TableOfNeeds: TypeAlias = (
    NeedsTable | Needs | SeverityTable | PhaseTable | PlansTable | PlanHistory | EventCatalogue
)
NEAR_DAYS: Final = 366  # a month or an analysis further away does not speak for a date
WHOLE: Final = 0.9  # an analysis of that part of a country's people or more is one of the country
_PLANS = {"country_plan": "", "flash_appeal": "-flash"}  # and how their ids end in the editions
_DISPLACED = "international displacement"
_KINDS: Mapping[str, CrisisKind] = {
    "conflict/ violence": "conflict", "drought/drier conditions": "disaster", "floods": "disaster",
    "cyclone": "disaster", "earthquake": "disaster", "epidemic": "epidemic",
    "political/economic crisis": "economic", _DISPLACED: "displacement",
}  # fmt: skip
_PERIODS = ("current", "first projection", "second projection")
LEFT_OUT = {
    "REGIONAL": "plans and crises of no one country, or of a type that is no plan of a country",
    "DISPLACED_ABROAD": "crises of people displaced from other countries alone: a count of a group, "
    "no share of residents (`GroupCount`)",
    "NO_FIGURE": "rows without a figure of this measure",
    "OTHER_CRISES": "further crises of a country, which share people with the largest: not added",
    "OTHER_EVENTS": "events of other years",
    "OTHER_YEAR": "countries without a figure of the year",
    "SEVERAL_FIGURES": "countries with several figures of a year, none of them marked by the "
    "publisher: keep one in the file",
    "TYPE_UNKNOWN": "plans whose type neither the table nor the registry of plans says: add a column "
    "plan_type (country_plan, flash_appeal)",
    "REPEATED_AREAS": "countries whose areas stand twice in an analysis",
}


@dataclass
class _Gathered:
    """Crises and footprints so far, and what was left out, by reason."""

    source: Source
    crises: dict[str, Crisis] = field(default_factory=dict)
    footprints: list[Footprint] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def add(self, crisis: Crisis, footprint: Footprint) -> None:
        self.crises[crisis.id] = crisis
        self.footprints.append(footprint)

    def leave_out(self, reason: str, names: Iterable[str]) -> None:
        if named := [str(name) for name in names]:
            self.left_out.setdefault(reason, []).extend(named)

    def needs(self, notes: tuple[Note, ...]) -> Needs:
        told = [
            Note(reason, f"{LEFT_OUT[reason]}: {', '.join(names)}", len(names))
            for reason, names in self.left_out.items()
        ]
        if not self.footprints:
            why = "; ".join(note.text for note in told) or "it has no row"
            raise InputError(f"{self.source.title}: no country has a figure to take: {why}.")
        crises, said = tuple(self.crises.values()), (*notes, *told)
        return Needs(crises, tuple(self.footprints), self.source, said)


@checked
def needs_of_table(
    table: TableOfNeeds, *, as_of: date | None = None, measure: NeedMeasure = "in_need"
) -> Needs:
    r"""Return crises and footprints of a publisher's table of people in need.

    Parameters
    ----------
    table
        What a reader of `gecam.io` returned: of OCHA's needs overviews or HAPI, of response plans (one
        year or many), of the INFORM Severity Index, of IPC phases, of events (EM-DAT, GDACS: people
        affected, which no case mixes with people in need), or a table of your own.
    as_of
        Reference date. None takes the table's own: of plans 1 July of their year, of INFORM the last
        month, of IPC the first day of the last current analysis, of events the last year.
    measure
        ``in_need`` (severity or phase 3 and above) or ``severe`` (4 and above; INFORM and IPC).

    Returns
    -------
    Needs
        What was left out is in `notes`, by reason, by name: plans of no one country; further crises
        of a country (INFORM's overlap: the largest is taken, a lower bound of their union); crises
        of people who came from another country, alone; countries with several figures.

    Raises
    ------
    InputError
        If the table does not say its date and `as_of` is None, has no figure near it, or does not
        count this measure.

    Notes
    -----
    The figure of a plan is taken with what the registry of plans says about it (`with_plan_facts`);
    of INFORM and IPC, whose crises are no plans, the country's onset alone. INFORM's reliability is
    the grade (``C`` where it is not stated); its people in need repeat a plan's nearly always, IPC's
    are an analysis of residents (`Footprint.source_kind`). An analysis of IPC that covers less than
    nine tenths of the country is one of areas. Of analyses the one that is valid at `as_of` is taken,
    else the nearest within a year; a current one before a projection.

    Examples
    --------
    >>> from gecam.datasets import needs_of_table
    >>> from gecam.io import read_severity
    >>> table = read_severity(
    ...     b"CRISIS ID,ISO3,affected,pin_level_3,pin_level_4,pin_level_5,year,month\n"
    ...     b"ETH001,ETH,9000000,500000,200000,,2026,3\n")
    >>> (footprint,) = needs_of_table(table, measure="severe").footprints
    >>> footprint.destination, footprint.people, footprint.as_of.isoformat()
    ('ETH', 200000.0, '2026-03-31')
    """
    if isinstance(table, Needs):  # its rows say date and measure
        return table
    return _CONVERTERS[type(table)](table, as_of, measure)


def _of_overview(table: NeedsTable, as_of: date | None, measure: NeedMeasure) -> Needs:
    _refuse_severe(table.source, measure)
    crises, footprints = table.crises_and_footprints(as_of)
    return Needs(crises, footprints, table.source, table.notes)


def _refuse_severe(source: Source, measure: NeedMeasure) -> None:
    if measure == "severe":
        raise InputError(
            f"{source.title} does not tell levels of severity. Give INFORM's indicator data, IPC's "
            "phases, or a table of your own with measure 'severe'."
        )


def _of_severity(table: SeverityTable, as_of: date | None, measure: NeedMeasure) -> Needs:
    """Take the largest crisis of each country in one month."""
    rows, out = table.rows, _Gathered(table.source)
    months = sorted(day.date() for day in rows["as_of"].unique())
    month = months[-1] if as_of is None else min(months, key=lambda day: abs(day - as_of))
    if as_of is not None and month.year != as_of.year:
        span = f"{months[0]} to {months[-1]}"
        raise InputError(f"{table.source.title}: no month of {as_of.year}; it has {span}.")
    if rows[["in_need", *SEVERITY_LEVELS]].isna().all(axis=None):
        raise InputError(
            f"{table.source.file or table.source.title} has the index and no people by level: give the "
            "sheet of crisis indicator data of the monthly workbook, or the workbook itself."
        )
    people = rows["in_need"]
    if measure == "severe":
        people = rows[["level_4", "level_5"]].sum(axis=1, min_count=1)
    rows = rows.assign(people=people)[rows["as_of"].eq(pd.Timestamp(month))]
    rows = rows.drop_duplicates("crisis", keep="last")
    rows = _usable(rows, out)
    for _, of_country in rows.sort_values("people", ascending=False, kind="stable").groupby("iso3"):
        first, *others = of_country.itertuples()
        out.leave_out("OTHER_CRISES", (f"{r.name} ({r.people:,.0f})" for r in others))
        out.add(*_crisis_of_severity(first, month, measure, table.source))
    return out.needs(table.notes)


def _usable(rows: pd.DataFrame, out: _Gathered) -> pd.DataFrame:
    """Return the crises of one country with a figure, with their names and causes."""
    names = rows["crisis_name"].where(rows["crisis_name"].ne(""), rows["crisis"])
    rows = rows.assign(name=names, causes=[_causes(drivers) for drivers in rows["drivers"]])
    unusable = {
        "REGIONAL": rows["iso3"].eq(""),
        "DISPLACED_ABROAD": rows["causes"].map(lambda causes: causes == {_DISPLACED}),
        "NO_FIGURE": ~rows["people"].gt(0),
    }
    for reason, is_so in unusable.items():
        still = is_so.reindex(rows.index).astype(bool)
        out.leave_out(reason, rows.loc[still, "name"])
        rows = rows[~still]
    return rows


def _causes(drivers: str) -> set[str]:
    return {cause for part in drivers.split(",") if (cause := part.strip().casefold())}


def _crisis_of_severity(
    row: Any, when: date, measure: NeedMeasure, source: Source
) -> tuple[Crisis, Footprint]:
    kinds = {_KINDS.get(cause, "complex") for cause in row.causes} or {"complex"}
    covers_displaced = _DISPLACED in row.causes
    scope: PinScope = "all" if covers_displaced else "unknown"
    grade: Grade = row.grade or "C"
    crisis = Crisis(row.crisis, row.name, kinds.pop() if len(kinds) == 1 else "complex", when)
    return crisis, Footprint(
        crisis.id, row.iso3, float(row.people), when, measure, scope, grade=grade, source=source,
        pin_scope_source=f"drivers: {row.drivers}" if covers_displaced else "",
        note="at least: a level is not published" if row.is_partial else "",
    )  # fmt: skip


def _of_phases(table: PhaseTable, as_of: date | None, measure: NeedMeasure) -> Needs:
    """Take the analysis of each country that is valid at a date, or the nearest one."""
    rows, out = table.rows, _Gathered(table.source)
    phases = ["phase_3_plus"] if measure == "in_need" else ["phase_4", "phase_5"]
    rows = rows.assign(people=rows[phases].sum(axis=1, min_count=len(phases)))
    current = rows.loc[rows["period"].eq("current"), "start"]
    when = as_of or (current if len(current) else rows["start"]).max().date()
    for code, of_country in rows.groupby("iso3"):
        analysis = _analysis_at(of_country, when)
        day = min(max(when, analysis["start"].iloc[0].date()), analysis["end"].iloc[0].date())
        if day.year != when.year or abs((day - when).days) > NEAR_DAYS:
            out.leave_out("OTHER_YEAR", [str(code)])
        elif analysis.duplicated(["level1", "area"]).any():
            out.leave_out("REPEATED_AREAS", [str(code)])
        elif not (people := float(analysis["people"].sum(min_count=len(analysis)))) > 0:
            out.leave_out("NO_FIGURE", [str(code)])
        else:
            key, name = f"{day.year}-{code}-IPC", f"Acute food insecurity in {code}"
            crisis, extent = Crisis(key, name, "complex", day), _extent(analysis)
            out.add(crisis, Footprint(crisis.id, str(code), people, day, measure,
                    source=table.source, source_kind="analysis", **extent))  # fmt: skip
    return out.needs(table.notes)


def _analysis_at(rows: pd.DataFrame, when: date) -> pd.DataFrame:
    """Return the rows of one analysis and period: national ones, else those of areas."""
    national, first = rows[rows["area"].eq("")], rows[rows["area"].eq(rows["level1"])]
    rows = next(of_level for of_level in (national, first, rows) if len(of_level))
    at = pd.Timestamp(when)
    far = pd.concat([rows["start"] - at, at - rows["end"]], axis=1).max(axis=1)
    keys = rows.assign(far=far.clip(lower=pd.Timedelta(0)), rank=rows["period"].map(_PERIODS.index))
    keys = keys.sort_values(
        ["far", "rank", "start", "analysed"], ascending=[True, True, False, False], kind="stable"
    )
    chosen = keys.iloc[0]
    same = ["analysis", "period", "start", "end"]
    rows = rows[rows[same].eq(chosen[same]).all(axis=1)]
    return rows.loc[[chosen.name]] if len(national) else rows


def _extent(analysis: pd.DataFrame) -> dict[str, Any]:
    """Return what a footprint says of the people that an analysis covers."""
    analysed = analysis["analysed"].sum(min_count=len(analysis))
    is_whole = analysed >= WHOLE * analysis["population"].max()
    first = analysis.iloc[0]
    note = f"analysis of {first['analysis']}, {first['period']}: {analysed:,.0f} people analysed"
    if is_whole:
        return {"denominator": float(analysed), "note": note}
    areas = tuple(sorted(area for area in analysis["area"] if area))
    return {"area": areas or ("areas that IPC analysed",), "note": note}


def _of_plans(table: PlansTable, as_of: date | None, measure: NeedMeasure) -> Needs:
    _refuse_severe(table.source, measure)
    if as_of is None and table.year is None:
        raise InputError(
            f"{table.source.file or table.source.title} does not say the year of its plans: give "
            "as_of (--as-of), such as 2022-07-01."
        )
    return _of_plan_rows(table.plans, as_of or date(int(table.year or 0), 7, 1), table)


def _of_history(table: PlanHistory, as_of: date | None, measure: NeedMeasure) -> Needs:
    """Take the plans of one year, of several figures the one that the publisher marked."""
    _refuse_severe(table.source, measure)
    rows = table.rows[table.rows["metric"].eq("in_need")]
    years = rows["year"].dropna()
    if years.empty:
        raise InputError(
            f"{table.source.title}: it has no people in need of a year that can be told. Tables of "
            "requirements and funding are of money: give OCHA's needs overviews or a table of plans."
        )
    year = as_of.year if as_of else int(years.max())
    rows = rows[rows["year"].eq(year)].rename(columns={"value": "in_need"})
    marked = rows[rows["is_chosen_by_publisher"]]
    keys = ["iso3", "plan_type"]
    others = rows[~rows["iso3"].isin(marked["iso3"]) | rows["iso3"].eq("")].drop_duplicates(
        [*keys, "plan", "in_need"]
    )
    return _of_plan_rows(pd.concat([marked, others]), as_of or date(year, 7, 1), table)


def _of_plan_rows(rows: pd.DataFrame, when: date, table: PlansTable | PlanHistory) -> Needs:
    """Take the plans and flash appeals of single countries, one figure of each."""
    out = _Gathered(table.source)
    by_name = rows["plan"].map(countries_of_plans(when.year)).fillna("")
    rows = rows.assign(iso3=rows["iso3"].mask(rows["iso3"].eq(""), by_name))
    is_untold = rows["iso3"].ne("") & rows["plan_type"].eq("")
    is_in_registry = rows["iso3"].isin(countries_with_plan(when.year))
    out.leave_out("TYPE_UNKNOWN", rows.loc[is_untold & ~is_in_registry, "plan"])
    rows = rows.assign(
        plan_type=rows["plan_type"].mask(is_untold & is_in_registry, "country_plan")
    )[~is_untold | is_in_registry]
    is_of_country = rows["iso3"].ne("") & rows["plan_type"].isin(list(_PLANS))
    out.leave_out("REGIONAL", rows.loc[~is_of_country, "plan"])
    rows = rows[is_of_country]
    is_several = rows.duplicated(["iso3", "plan_type"], keep=False)
    out.leave_out("SEVERAL_FIGURES", sorted(set(rows.loc[is_several, "plan"])))
    rows = rows[~is_several]
    has_people = rows["in_need"].gt(0)
    out.leave_out("NO_FIGURE", rows.loc[~has_people, "plan"])
    for row in rows[has_people].itertuples():
        key = f"{when.year}-{row.iso3}{_PLANS[str(row.plan_type)]}"
        crisis = Crisis(key, str(row.plan), "complex", when, row.plan_type)
        people = float(row.in_need)
        out.add(crisis, Footprint(key, str(row.iso3), people, when, source=table.source))
    return out.needs(table.notes)


def _of_events(table: EventCatalogue, as_of: date | None, measure: NeedMeasure) -> Needs:
    """Take the events of one year that tell how many people they affected."""
    _refuse_severe(table.source, measure)
    out = _Gathered(table.source)
    crises = {crisis.id: crisis for crisis in table.crises()}
    year = as_of.year if as_of else max((c.reference_date.year for c in crises.values()), default=0)
    here = {f.crisis: f for f in table.footprints() if f.as_of.year == year}
    for key, footprint in here.items():
        out.add(crises[key], footprint)
    of_year = [c for c in crises.values() if c.reference_date.year == year]
    out.leave_out("NO_FIGURE", (c.name for c in of_year if c.id not in here))
    n_other = len(crises) - len(of_year)
    out.leave_out("OTHER_EVENTS", [f"{n_other:,}"][: min(n_other, 1)])
    return out.needs(table.notes)


_CONVERTERS: Final[Mapping[type, Callable[[Any, date | None, NeedMeasure], Needs]]] = {
    NeedsTable: _of_overview,
    SeverityTable: _of_severity,
    PhaseTable: _of_phases,
    PlansTable: _of_plans,
    PlanHistory: _of_history,
    EventCatalogue: _of_events,
}
