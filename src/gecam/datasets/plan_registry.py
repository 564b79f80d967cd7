"""What the packaged editions say of country plans of a year: onset, kind, scope, areas, relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import pandas as pd

from gecam._signature import checked
from gecam.datasets.edition_names import EDITIONS
from gecam.datasets.edition_tables import read_plans
from gecam.model import Crisis, Footprint, PlanType

_COLUMNS = (
    "year", "crisis", "iso3", "plan_type", "kind", "onset", "onset_precision", "pin_scope",
    "pin_scope_year", "area", "relations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanOfYear:
    """A country plan of an edition, as the registry holds it."""

    year: int
    crisis: Crisis
    footprint: Footprint


@cache
def _plans(plan_type: PlanType) -> dict[str, tuple[PlanOfYear, ...]]:
    """Return the plans of a type of all editions by country, in the order of years."""
    plans: dict[str, list[PlanOfYear]] = {}
    for name in EDITIONS:
        crises, footprints = read_plans(files("gecam.datasets") / "editions" / name)
        by_id = {crisis.id: crisis for crisis in crises}
        for footprint in footprints:
            crisis = by_id[footprint.crisis]
            if crisis.plan_type == plan_type:
                plan = PlanOfYear(int(name), crisis, footprint)
                plans.setdefault(footprint.destination, []).append(plan)
    return {code: tuple(of_country) for code, of_country in sorted(plans.items())}


def countries_with_plan(year: int) -> frozenset[str]:
    """Return the countries that have a country plan in the edition of a year."""
    of_all = _plans("country_plan").items()
    return frozenset(code for code, plans in of_all if any(plan.year == year for plan in plans))


def countries_of_plans(year: int) -> dict[str, str]:
    """Return the country of each plan of one country in the edition of a year, by the plan's name."""
    if str(year) not in EDITIONS:
        return {}
    crises, footprints = read_plans(files("gecam.datasets") / "editions" / str(year))
    names = {crisis.id: crisis.name for crisis in crises}
    return {names[f.crisis]: f.destination for f in footprints if f.destination}


def load_plan_registry() -> pd.DataFrame:
    """Load what the packaged editions say about country plans, whoever publishes their figures.

    Returns
    -------
    pandas.DataFrame
        One row per country plan, sorted by country and year: ``year``; ``crisis`` (id in the edition);
        ``iso3``; ``plan_type``; ``kind``; ``onset`` (date, None where there is no single start) with
        its ``onset_precision``; ``pin_scope`` (``unknown`` where nobody says it) and
        ``pin_scope_year`` (the year in which it was read, where that is another one); ``area`` (areas
        covered, none for the whole country); ``relations`` (kind and other crisis).

    Examples
    --------
    >>> from gecam.datasets import load_plan_registry
    >>> sudan = load_plan_registry().query("iso3 == 'SDN' and year == 2025").iloc[0]
    >>> sudan["onset"], sudan["pin_scope"]
    (datetime.date(2023, 4, 15), 'all')
    """
    rows = [
        (
            plan.year, plan.crisis.id, code, plan.crisis.plan_type, plan.crisis.kind,
            plan.crisis.onset, plan.crisis.onset_precision, plan.footprint.pin_scope,
            plan.footprint.pin_scope_year, plan.footprint.area,
            tuple((r.kind, r.other) for r in plan.crisis.relations),
        )
        for code, plans in _plans("country_plan").items()
        for plan in plans
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return table.astype({"onset": "object", "pin_scope_year": "Int64"})


@checked
def with_plan_facts(
    crises: Sequence[Crisis], footprints: Iterable[Footprint]
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Fill what the registry knows about country plans into crises and footprints that do not say it.

    Parameters
    ----------
    crises, footprints
        Of a file of people in need, one country plan per country, as
        `NeedsTable.crises_and_footprints` gives them. A flash appeal takes what the edition of its year
        says of it.

    Returns
    -------
    crises, footprints
        In the same order. A plan takes name, kind, onset, scope and areas of the country's plan in the
        edition of its year; without one, kind, onset and scope of the nearest year in which a plan
        states them, of two as near the earlier. What is taken from another year says so:
        ``pin_scope_year``, with the flag ``SCOPE_CARRIED_OVER``, and ``onset_source``. Where the scope
        is not known, ``refugees_counted_in`` tells what the country's other plans counted. What the
        file states itself stays.

    Notes
    -----
    An onset after the plan's own date is never taken, nor areas of another year. Relations are taken of
    the plan's own year, to plans that are among `crises`.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.datasets import with_plan_facts
    >>> crisis = gc.Crisis("2027-SDN", "SDN 2027", "complex", date(2027, 7, 1), "country_plan")
    >>> needs = gc.Footprint("2027-SDN", "SDN", 30e6, date(2027, 7, 1))
    >>> (crisis,), (needs,) = with_plan_facts([crisis], [needs])
    >>> crisis.onset.isoformat(), needs.pin_scope, needs.pin_scope_year
    ('2023-04-15', 'all', 2025)
    """
    ids = {crisis.id for crisis in crises}
    filled = {crisis.id: crisis for crisis in crises}
    told = []
    for footprint in footprints:
        crisis = filled[footprint.crisis]
        year = crisis.reference_date.year
        nearest = _nearest_plans(crisis, footprint.destination)
        if nearest:
            filled[crisis.id] = _crisis(crisis, nearest, ids)
            footprint = _footprint(footprint, nearest, year)  # noqa: PLW2901
        told.append(footprint)
    return tuple(filled[crisis.id] for crisis in crises), tuple(told)


def _nearest_plans(crisis: Crisis, destination: str) -> list[PlanOfYear]:
    """Return what tells of a plan: plans of its country from the nearest year, or its own appeal."""
    if crisis.plan_type == "flash_appeal":  # one of another year is of another shock
        appeals = _plans("flash_appeal").get(destination, ())
        return [plan for plan in appeals if plan.crisis.id == crisis.id]
    if crisis.plan_type != "country_plan":
        return []
    return country_plans(destination, crisis.reference_date.year)


def country_plans(destination: str, year: int) -> list[PlanOfYear]:
    """Return the plans of a country, those of the nearest year first.

    Parameters
    ----------
    destination
        ISO3.
    year
        Calendar year.
    """
    plans = _plans("country_plan").get(destination, ())
    return sorted(plans, key=lambda plan: (abs(plan.year - year), plan.year))


def with_onset_of_plan(crisis: Crisis, destination: str) -> Crisis:
    """Return a crisis that is no plan with the onset of its country's plan, where there is one.

    Parameters
    ----------
    crisis
        Of a publisher who counts the people in need of a country, as INFORM and IPC do.
    destination
        ISO3 of that country.
    """
    plans = country_plans(destination, crisis.reference_date.year)
    return _with_onset(crisis, plans) if plans else crisis


def _with_onset(crisis: Crisis, nearest: Sequence[PlanOfYear]) -> Crisis:
    """Return a crisis with the onset of the plan of its year, or of the nearest that states one."""
    year = crisis.reference_date.year
    if crisis.onset is not None:
        return crisis
    candidates = nearest[:1] if nearest[0].year == year else nearest
    dated = [p for p in candidates if p.crisis.onset and p.crisis.onset <= crisis.reference_date]
    if not dated:
        return crisis
    onset = dated[0]
    source = onset.crisis.onset_source
    if onset.year != year:
        source = f"carried over from the plan of {onset.year}: {source}"
    return replace(
        crisis, onset=onset.crisis.onset, onset_precision=onset.crisis.onset_precision,
        onset_source=source,
    )  # fmt: skip


def _crisis(crisis: Crisis, nearest: Sequence[PlanOfYear], ids: set[str]) -> Crisis:
    """Return a crisis with name, kind, onset and relations of the plan of its year, or the nearest."""
    year, plan = crisis.reference_date.year, nearest[0]
    crisis = replace(crisis, name=plan.crisis.name, kind=plan.crisis.kind)
    crisis = _with_onset(crisis, nearest)
    if plan.year == year and not crisis.relations:
        related = tuple(r for r in plan.crisis.relations if r.other in ids)
        crisis = replace(crisis, relations=related)
    return crisis


def _footprint(footprint: Footprint, nearest: Sequence[PlanOfYear], year: int) -> Footprint:
    """Return a footprint with scope and areas of the plan of its year, or the scope of the nearest."""
    is_own = nearest[0].year == year
    if is_own and not footprint.area:
        footprint = replace(footprint, area=nearest[0].footprint.area)
    if footprint.pin_scope != "unknown":
        return footprint
    scoped = [plan for plan in nearest if is_own or plan.footprint.pin_scope != "unknown"]
    if not scoped:
        return footprint
    stated = scoped[0].footprint
    read_in = stated.pin_scope_year or (None if is_own else scoped[0].year)
    return replace(
        footprint, pin_scope=stated.pin_scope, pin_scope_source=stated.pin_scope_source,
        pin_scope_year=read_in, refugees_counted_in=stated.refugees_counted_in,
    )  # fmt: skip
