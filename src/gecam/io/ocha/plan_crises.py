"""Plans and the facts on them, joined to crises and footprints."""

from __future__ import annotations

from datetime import date

from gecam.errors import InputError, Problem
from gecam.model import Crisis, Footprint, PlanFactsTable, PlansTable, Relation


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
    known = {fact.plan: fact for fact in facts.facts}
    names = plans.plans["plan"].tolist()
    problems = [
        Problem("the plan has no facts", sheet="plan facts", row=name, code="NO_FACTS")
        for name in names
        if name not in known
    ] + [
        Problem(
            "facts on a plan that is not in the table", sheet="plan facts", row=name, code="NO_PLAN"
        )
        for name in known
        if name not in names
    ]
    problems += [
        Problem(
            f"the table says {row.iso3}, the facts say {known[row.plan].iso3}",
            sheet="plan facts",
            row=row.plan,
            column="iso3",
            code="COUNTRY_DIFFERS",
        )
        for row in plans.plans.itertuples()
        if row.plan in known and row.iso3 and row.iso3 != known[row.plan].iso3
    ]
    if problems:
        raise InputError("plans and facts do not belong together", problems)
    crises, footprints = [], []
    for row in plans.plans.itertuples():
        fact = known[row.plan]
        crises.append(
            Crisis(
                row.plan,
                row.plan,
                fact.kind,
                as_of,
                row.plan_type,
                onset=fact.onset.first if fact.onset else None,
                onset_precision=fact.onset.precision if fact.onset else "day",
                onset_source=fact.onset_source,
                relations=tuple(
                    Relation(r.kind, r.other, fact.relation_source, r.is_certain)
                    for r in fact.relations
                ),
                located_in=fact.located_in,
                people_from=fact.people_from,
            )
        )
        footprints.append(
            Footprint(
                row.plan,
                "" if fact.located_in else fact.iso3,
                row.in_need,
                as_of,
                pin_scope=fact.pin_scope,
                pin_scope_source=fact.pin_scope_evidence or fact.pin_scope_source,
                area=fact.area.units
                or ((fact.area.text,) if fact.area.kind == "described" else ()),
                source=plans.source,
                note=fact.note,
            )
        )
    return tuple(crises), tuple(footprints)
