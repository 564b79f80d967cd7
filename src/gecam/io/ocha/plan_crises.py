"""Crises and footprints from a table of response plans and the compiled facts on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gecam.errors import InputError, Problem
from gecam.model import Crisis, Footprint, PlanFacts, PlanFactsTable, PlansTable, Relation, Source


def crises_of_plans(
    plans: PlansTable, facts: PlanFactsTable, *, as_of: date
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Join plans with the facts on them.

    Parameters
    ----------
    plans, facts
        The published table, and the facts on the same plans, joined on the plan's name.
    as_of
        Reference date of the plans: 1 July of the year for annual plans.

    Returns
    -------
    crises, footprints
        One of each per plan. A plan's id is its name. The onset is the first day that its
        statement allows. A plan without a country, or with `located_in`, has no destination.

    Raises
    ------
    InputError
        If a plan has no facts, facts have no plan, or their countries differ.
    """
    by_plan = {fact.plan: fact for fact in facts.facts}
    problems = list(_mismatches(plans, by_plan))
    if problems:
        raise InputError("plans and facts do not belong together", problems)
    rows = list(plans.plans.itertuples())
    crises = [_crisis(row, by_plan[row.plan], as_of) for row in rows]
    footprints = [_footprint(row, by_plan[row.plan], as_of, plans.source) for row in rows]
    return tuple(crises), tuple(footprints)


def _mismatches(plans: PlansTable, facts: Mapping[str, PlanFacts]) -> Iterator[Problem]:
    """Yield plans without facts, facts without a plan, and plans of another country than the facts."""

    def mismatch(plan: str, what: str, code: str, column: str = "") -> Problem:
        return Problem(what, sheet="plan facts", row=plan, column=column, code=code)

    countries = dict(zip(plans.plans["plan"], plans.plans["iso3"], strict=True))
    for plan in countries:
        if plan not in facts:
            yield mismatch(plan, "the plan has no facts", "NO_FACTS")
    for plan in facts:
        if plan not in countries:
            yield mismatch(plan, "facts on a plan that is not in the table", "NO_PLAN")
    for plan, country in countries.items():
        stated = facts[plan].iso3 if plan in facts else country
        if country and country != stated:
            what = f"the table says {country}, the facts say {stated}"
            yield mismatch(plan, what, "COUNTRY_DIFFERS", "iso3")


def _crisis(row: Any, fact: PlanFacts, as_of: date) -> Crisis:
    relations = (
        Relation(r.kind, r.other, fact.relation_source, r.is_certain) for r in fact.relations
    )
    return Crisis(
        row.plan, row.plan, fact.kind, as_of, row.plan_type,
        onset=fact.onset.first if fact.onset else None,
        onset_precision=fact.onset.precision if fact.onset else "day",
        onset_source=fact.onset_source, relations=tuple(relations),
        located_in=fact.located_in, people_from=fact.people_from,
    )  # fmt: skip


def _footprint(row: Any, fact: PlanFacts, as_of: date, source: Source) -> Footprint:
    described = (fact.area.text,) if fact.area.kind == "described" else ()
    return Footprint(
        row.plan, "" if fact.located_in else fact.iso3, row.in_need, as_of,
        pin_scope=fact.pin_scope,
        pin_scope_source=fact.pin_scope_evidence or fact.pin_scope_source,
        area=fact.area.units or described, source=source, note=fact.note,
    )  # fmt: skip
