"""Migrants whom a response plan should include, compared with what the plan states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, PositiveShare
from gecam.aggregation import NOT_PUBLISHED
from gecam.codes import country_code
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import area_shares, gravity_prior
from gecam.model import Case, Footprint, GroupCount
from gecam.preparedness.budget import PlanBudget, budget_by_class, plan_budget
from gecam.preparedness.plan_figures import Cost, Plan, costed
from gecam.results import (
    GROUP_WORDS,
    SELECTIONS,
    Breakdown,
    Dimension,
    Estimates,
    PhasedEstimates,
)
from gecam.uncertainty import addresses, equal_tailed

NATIONAL_NOTE = (
    "The plan's figure counts nationals: migrants come on top of it, and are no part of it."
)
UNKNOWN_NOTE = "Whether the plan's people in need include migrants is not known."
AGE_NOTE = (
    "By age: not estimated. The stock by origin is not published by age; a share of children of the "
    "whole stock says nothing of those in need."
)
USED_NOTES = ("the estimate rests on it", "not used by the estimate", "source not stated")
PART_NOTE = "The plan's people in need include migrants."


@dataclass(frozen=True, slots=True)
class Stated:
    """A count of migrants in the plan against the estimate.

    Parameters
    ----------
    stated
        Persons, as published.
    group
        Whom it counts.
    probability_more
        Probability that more are in need than stated.
    gap, gap_lower, gap_upper
        Estimate minus stated: mean and interval, persons.
    note
        What the count is, and whether the estimate rests on it.
    """

    stated: float
    group: str
    probability_more: float
    gap: float
    gap_lower: float
    gap_upper: float
    note: str


@dataclass(frozen=True, eq=False)
class Inclusion:
    """Migrants in need in one country, for the plan that should include them.

    Parameters
    ----------
    destination
        ISO3.
    people
        Draws of migrants in need, shape ``(draw,)``; people in several crises count once.
    parts
        Breakdowns by name: ``group``, ``origin``, ``sex``, and ``age``, ``phase`` and ``area`` where
        they are published. Their draws add up to `people` (``area``: to the other migrants).
    plan
        The plan.
    share_note
        How the plan's figure and migrants go together.
    stated
        Counts of migrants in the plan against the estimate.
    budget
        Cost and size; None where the plan's cost per person is not known.
    age_note
        Why there is no breakdown by age; empty where there is one.
    flags, grade, reason
        Of the country's row of the estimates.
    level
        Of the intervals.
    """

    destination: str
    people: FloatArray
    parts: dict[str, Breakdown]
    plan: Plan
    share_note: str
    stated: tuple[Stated, ...]
    budget: PlanBudget | None
    flags: tuple[str, ...]
    grade: str
    reason: str
    level: float
    age_note: str = AGE_NOTE
    share_of_plan: FloatArray | None = field(default=None)

    def to_frame(self) -> pd.DataFrame:
        """Return the inclusion table: one row per part, and the total.

        Columns: ``part`` (``total``, ``group``, ``origin``, ``sex``, ``age``, ``phase``, ``area``),
        ``label``, ``mean``, ``lower``, ``upper`` (persons), ``share`` (of the migrants in need, mean),
        ``share_of_plan`` (mean people over the plan's people in need; NaN where not known), ``grade``,
        ``flags``.
        """
        total = float(self.people.mean())
        lower, upper = equal_tailed(self.people, level=self.level)
        rows: list[dict[str, Any]] = [
            {"part": "total", "label": "", "mean": total, "lower": float(lower), "upper": float(upper),
             "grade": self.grade, "flags": " ".join(self.flags)}
        ]  # fmt: skip
        for part, breakdown in self.parts.items():
            table = breakdown.summary(level=self.level)
            rows += [
                {"part": part, "label": row[part], **{k: row[k] for k in
                 ("mean", "lower", "upper", "grade", "flags")}}
                for row in table.sort_values("mean", ascending=False).to_dict("records")
            ]  # fmt: skip
        frame = pd.DataFrame(rows)
        in_need = self.plan.in_need
        return frame.assign(
            share=frame["mean"] / total if total else np.nan,
            share_of_plan=frame["mean"] / in_need if in_need else np.nan,
        )[["part", "label", "mean", "lower", "upper", "share", "share_of_plan", "grade", "flags"]]


@checked
def inclusion(
    est: Estimates,
    destination: str,
    *,
    case: Case | None = None,
    phased: PhasedEstimates | None = None,
    plan: Plan | None = None,
    unit_cost: ArrayLike | Mapping[str, ArrayLike] | None = None,
    cost_under: Positive = 3.0,
    cost_over: Positive = 1.0,
    reach: PositiveShare = 1.0,
) -> Inclusion:
    """Return the migrants whom the plan of a country should include.

    Parameters
    ----------
    est
        Estimates, whose draws of people are used.
    destination
        Country, by ISO3 code or name.
    case
        The case of the estimates: gives the plan's people in need, its scope, and areas.
    phased
        The same estimates by phase of severity (`gecam.by_severity`); None without them.
    plan
        What the plan says; what it leaves open comes from `case`.
    unit_cost
        Cost per person, a number or draws, in place of the plan's; by age (``0-17``, ``18-59``,
        ``60+``) in place of the plan's by age.
    cost_under, cost_over
        Loss for each person left out, and for each empty place, > 0; as in `plan_budget`.
    reach
        Share of the people in need whom the plan means to reach, in (0, 1].

    Returns
    -------
    Inclusion
        The table, counts of migrants in the plan against the estimate, and the budget.

    Raises
    ------
    NotEstimatedError
        If the country could not be estimated; the message gives the reason.
    InputError
        If the plan is of another country, a cost or share is out of range, or costs are by age and the
        ages of the country's migrants are not at hand.

    Notes
    -----
    Areas: other migrants in need are divided in proportion to migrants by area times the area's share
    in need, with the draws that the estimate used. Where refugees live is not in the figures by area.

    Examples
    --------
    >>> from gecam.preparedness import Plan, inclusion
    >>> case = gc.load_edition("2022").restrict(["YEM"])
    >>> est = gc.estimate(case, draws=500, seed=1)
    >>> plan = Plan("YEM", targeted=17.9e6, requirements=4.27e9)
    >>> table = inclusion(est, "YEM", case=case, plan=plan)
    >>> table.to_frame()["part"].unique().tolist(), round(table.budget.unit_cost)
    (['total', 'group', 'origin', 'sex'], 239)
    """
    destination = country_code(destination)
    row = _country_row(est, destination)
    footprints = _footprints(est, case, destination)
    plan = _completed(plan or Plan(destination), footprints)
    parts = _parts(est, destination, footprints) | _phases(phased, destination)
    stated = _stated(est, destination, row.draws[0], plan)
    return included(
        row, parts, plan, unit_cost, share_note=_share_note(footprints), stated=stated,
        weighing={"cost_under": cost_under, "cost_over": cost_over, "reach": reach},
    )  # fmt: skip


def included(
    row: Breakdown,
    parts: dict[str, Breakdown],
    plan: Plan,
    unit_cost: Cost,
    *,
    share_note: str,
    stated: tuple[Stated, ...],
    weighing: Mapping[str, float],
) -> Inclusion:
    """Return the table of a country from its row, under ``destination``, and its breakdowns."""
    (facts,), people = row.summary().to_dict("records"), row.draws[0]
    if plan.destination != facts["destination"]:
        raise InputError(f"the plan is of {plan.destination}, the table of {facts['destination']}")
    plan, cost = costed(plan, unit_cost)
    ages = parts.get("age")
    is_told = ages is not None and bool(ages.labels["age"].ne(NOT_PUBLISHED).any())
    budget = _budget(
        people, ages if is_told else None, (plan, cost), {**weighing, "level": row.level}
    )
    return Inclusion(
        plan.destination, people, parts, plan, share_note, stated, budget,
        tuple(str(facts["flags"]).split()), str(facts["grade"]), str(facts["reason"]), row.level,
        age_note="" if is_told else AGE_NOTE,
        share_of_plan=people / plan.in_need if plan.in_need else None,
    )  # fmt: skip


def _budget(
    people: FloatArray,
    ages: Breakdown | None,
    costed: tuple[Plan, Cost],
    weighing: Mapping[str, float],
) -> PlanBudget | None:
    """Return the budget at one cost per person or at costs by age; None without a cost."""
    plan, cost = costed
    if not isinstance(cost, Mapping):
        return None if cost is None else plan_budget(people, cost, **weighing)
    if ages is None:
        raise InputError(
            f"unit costs by age need the ages of migrants in {plan.destination}: use an answer with "
            "ages (gecam.with_ages), or give one unit_cost where they are not published"
        )
    draws, costs = dict(zip(ages.labels["age"], ages.draws, strict=True)), dict(cost)
    if NOT_PUBLISHED in draws:
        if plan.cost_per_person is None:
            raise InputError(
                f"the ages of {draws[NOT_PUBLISHED].mean():,.0f} migrants in need in "
                f"{plan.destination} are not published: give the plan's unit_cost for them, or its "
                "requirements and targeted"
            )
        costs[NOT_PUBLISHED] = plan.cost_per_person
    return budget_by_class(draws, {age: costs[age] for age in draws}, **weighing)


def _country_row(est: Estimates, destination: str) -> Breakdown:
    """Return the row of a country; raise `NotEstimatedError` where it has no number."""
    whole = est.by("destination")
    if not whole.labels["destination"].eq(destination).any():
        raise NotEstimatedError(f"{destination} has no crisis in {est.provenance.case!r}")
    row = whole.row(destination=destination)
    if not row.is_estimated.all():
        raise NotEstimatedError(f"{destination} is not estimated: {row.facts['reason'].item()}")
    return row


def _parts(
    est: Estimates, destination: str, footprints: tuple[Footprint, ...]
) -> dict[str, Breakdown]:
    """Return the breakdowns of one country, without its label, and by area where it is known."""
    parts = {}
    ages: tuple[Dimension, ...] = ("age",) if est.ages else ()
    for name in ("group", "origin", *est.attributes, *ages):
        rows = est.by("destination", name).row(destination=destination)
        parts[str(name)] = replace(rows, labels=rows.labels.drop(columns="destination"))
    if len(footprints) == 1 and footprints[0].areas and est.measure == footprints[0].measure:
        area = _by_area(est, footprints[0])
        parts |= {} if area is None else {"area": area}
    return parts


def _phases(phased: PhasedEstimates | None, destination: str) -> dict[str, Breakdown]:
    """Return the rows of a country by phase, where its phases are published."""
    if phased is None:
        return {}
    rows = phased.by("destination").row(destination=destination)
    return {"phase": replace(rows, labels=rows.labels.drop(columns="destination"))}


def _footprints(est: Estimates, case: Case | None, destination: str) -> tuple[Footprint, ...]:
    """Return the footprints of the crises that count in a destination's row."""
    if case is None:
        return ()
    union = est.unions[SELECTIONS[1]]
    cells = {
        j for i, (place, _) in enumerate(est.places) if place == destination for j in union.cells[i]
    }
    ids = {est.cells[j].crisis for j in cells if est.cells[j].status == "estimated"}
    return tuple(f for f in case.footprints if f.destination == destination and f.crisis in ids)


def _completed(plan: Plan, footprints: tuple[Footprint, ...]) -> Plan:
    """Take the plan's people in need from the case where it is one plan and not stated.

    A plan that targets more people than the case has in need is another one: its people in need stay
    open.
    """
    if plan.in_need is not None or len(footprints) != 1:
        return plan
    (only,) = footprints
    if plan.targeted is not None and plan.targeted > only.people:
        return plan
    return replace(plan, in_need=only.people, source=plan.source or only.source.title)


def _share_note(footprints: tuple[Footprint, ...]) -> str:
    scopes = {f.pin_scope for f in footprints}
    if not scopes or "unknown" in scopes or len(scopes) > 1:
        return UNKNOWN_NOTE
    return NATIONAL_NOTE if scopes <= {"nationals"} else PART_NOTE


def _stated(est: Estimates, destination: str, people: FloatArray, plan: Plan) -> tuple[Stated, ...]:
    against = []
    if plan.stated_migrants is not None:
        note = f"stated in {plan.name or 'the plan'}"
        against.append(stated_against(plan.stated_migrants, "migrants", people, note, est.level))
    for count, draws in _counts(est, destination):
        used, unused, unnamed = USED_NOTES
        is_used = used if count.is_used else unused
        note = "; ".join(filter(None, (is_used, count.source or unnamed, count.note)))
        against.append(
            stated_against(count.in_need, GROUP_WORDS[count.group], draws, note, est.level)
        )
    return tuple(against)


def _counts(est: Estimates, destination: str) -> Iterator[tuple[GroupCount, FloatArray]]:
    """Yield published counts of the groups of a country, and the draws of each group's estimate."""
    for cell, draws in zip(est.cells, est.draws, strict=True):
        if (
            cell.destination == destination
            and cell.status == "estimated"
            and not np.isnan(draws[0])
        ):
            for count in cell.counts:
                if count.group == cell.group and count.use != "plan_level":
                    yield count, draws


def stated_against(stated: float, group: str, draws: FloatArray, note: str, level: float) -> Stated:
    """Return a count that a plan states, persons, against draws of the estimate of the same people."""
    gap = draws - stated
    lower, upper = equal_tailed(gap, level=level)
    return Stated(
        stated, group, float((gap > 0).mean()), float(gap.mean()), float(lower), float(upper), note
    )


def _by_area(est: Estimates, footprint: Footprint) -> Breakdown | None:
    """Divide other migrants in need among areas; None where there are none or no area is in need."""
    destination, areas = footprint.destination, footprint.areas
    people = est.unions[SELECTIONS[1]].draws[est.places.index((destination, "other"))]
    affected = np.array([a.share for a in areas])
    if np.isnan(people[0]) or not affected.any():
        return None
    names = [a.area for a in areas]
    counts = pd.Series([a.migrants for a in areas], names, dtype="float64")
    is_counted = bool(counts.fillna(0).sum() > 0)
    kappa = est.assumptions.area_concentration(is_counted=is_counted, is_need=footprint.is_need)
    shares = area_shares(
        gravity_prior(pd.Series([a.residents for a in areas], names)), kappa=kappa,
        counts=counts if is_counted else None,
    )  # fmt: skip
    # The stream of the pipeline, so that a draw of an area belongs to the draw of the country.
    name = addresses.areas_of_migrants(footprint.crisis, destination)
    weight = affected[:, None] * shares.draws(est.provenance.streams, name, 0, people.size)
    draws = people * weight / weight.sum(axis=0)
    whole = est.by("destination", "group").row(destination=destination, group="other").facts
    facts = pd.concat([whole] * len(names), ignore_index=True)
    at_one = float(facts["odds_ratio_1"].iloc[0])
    facts = facts.assign(
        odds_ratio_1=at_one * weight.mean(axis=1) / weight.mean(axis=1).sum(), lower_bound=np.nan,
        upper_bound=np.nan, double_count=1.0, evidence_level=facts["evidence_level"].clip(lower=2),
    )  # fmt: skip
    return Breakdown(pd.DataFrame({"area": names}), draws, facts, True, est.level)
