"""Briefs for a planner of a response, and for a country of origin."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_origin_code, languages_of, name
from gecam.preparedness import LIMITS, Inclusion, LanguageReach, NationalsAbroad
from gecam.report.brief import (
    Brief,
    BriefQuestion,
    money,
    people_alone,
    people_interval,
    people_range,
    percent_range,
)
from gecam.results import RUNGS, Estimates, flag_text
from gecam.uncertainty import equal_tailed

GROUPS = {"protection": "refugees and others in need of protection", "other": "other migrants"}
SEXES = {"female": "women and girls", "male": "men and boys", "total": "sex not published"}
SHOWN_ORIGINS = 10
FEWEST = 100  # people of a country that has a row of its own
NUMBERS_OF_LANGUAGES = (1, 2, 3, 5)
LIMITS_OF_COUNTRY = (
    "Origins differ through who lives where and who is a refugee: they are not risks of an origin.",
    "Stock figures miss people without papers; how many is not known for most countries.",
    "An interval holds the errors that are modelled, not the choice of the method.",
)


@checked
def country_brief(
    est: Estimates,
    found: Inclusion,
    languages: LanguageReach | None,
    *,
    trace: str,
    explain: str,
    events: Sequence[BriefQuestion] = (),
) -> Brief:
    """Return the brief for one country.

    Parameters
    ----------
    est, found, languages
        The estimates, and the answers of `gecam.preparedness` from them; no languages without known
        origins.
    trace
        Command that makes the page again.
    explain
        Command that shows how the country's numbers came about.
    events
        Sections on how often events come, from `gecam.report.scenario_brief.events_section`.
    """
    country = name(found.destination)
    row = est.by("destination").row(destination=found.destination).summary().iloc[0]
    prior = est.assumptions.odds_ratio
    lead = [
        f"In {country}, {people_interval(found.people, found.level)} migrants are estimated to be "
        f"in need ({found.level:.0%} interval in brackets; grade {found.grade}: A is best, E worst)."
    ]
    if not prior.is_certain:
        lead.append(
            "How much likelier migrants are in need than their neighbours is judged, not measured "
            f"(median odds ratio {prior.median:.2f}). With the same odds the number would be "
            f"{people_alone(row['odds_ratio_1'])}."
        )
    sections = [_who(found, explain), _plan(found, explain), _cost(found, explain)]
    if languages is not None:
        sections.append(_languages(languages, found.destination, explain))
    sections += [*events, _evidence(est, found, explain)]
    limits = (*LIMITS_OF_COUNTRY, found.age_note, *(LIMITS if languages is not None else ()))
    title = f"Migrants in the response in {country}, {est.provenance.case}"
    return Brief(title, tuple(lead), tuple(sections), limits, sources_of(est), trace)


@checked
def origin_brief(est: Estimates, found: NationalsAbroad, *, trace: str, explain: str) -> Brief:
    """Return the brief for a country of origin; arguments as in `country_brief`."""
    country, table = name(found.origin), found.to_frame()
    title = f"People from {country} in crises abroad, {est.provenance.case}"
    sections = []
    if table.empty:
        lead = f"No estimate names people from {country} in a crisis abroad. That is not zero."
    else:
        lead = (
            f"{people_interval(found.total, found.level)} people from {country} are estimated to be "
            f"in need in crises abroad, most of them in {table['country'].iloc[0]} "
            f"({found.level:.0%} interval in brackets)."
        )
        is_shown = table["mean"].ge(FEWEST).to_numpy() | (np.arange(len(table)) == 0)
        shown = table[is_shown]
        rows = pd.DataFrame(
            {
                "rank": [_rank(row) for row in shown.to_dict("records")],
                "country": shown["country"] + " (" + shown["destination"] + ")",
                "crisis": shown["crises"],
                "people": [people_interval(draws, found.level) for draws in found.people[is_shown]],
                "grade": shown["grade"],
                "counted as": shown["counted_as"],
            }
        )  # fmt: skip
        about = [
            "A rank with its range: where the numbers overlap, the order is not known. 'Born there' "
            f"counts people born in {country}, of whom some are citizens of where they live."
        ]
        if not is_shown.all():
            places = ", ".join(table["country"][~is_shown])
            about.append(f"Fewer than {FEWEST} in each of {(~is_shown).sum()} others: {places}.")
        sections.append(BriefQuestion("Where they are", tuple(about), rows, explain))
    hidden = table[table["unknown_origin"].gt(0)]
    hidden = hidden.sort_values("unknown_origin", ascending=False).head(5)
    if len(hidden):
        listed = ", ".join(
            f"{place} {people_alone(people)}"
            for place, people in zip(hidden["country"], hidden["unknown_origin"], strict=True)
        )
        text = (
            "Affected migrants whose origin the publisher does not tell apart, of whom some may be "
            f"from {country}: {listed}."
        )
        sections.append(BriefQuestion("Whose origin is not known", (text,), None, explain))
    if found.not_estimated:
        lines = tuple(f"{name(d)}: {reason}" for d, reason in sorted(found.not_estimated.items()))
        sections.append(BriefQuestion("Not estimated, which is not zero", lines))
    if found.regional_plans:
        plans = pd.DataFrame(
            [(plan, people_alone(people)) for plan, people in found.regional_plans],
            columns=["plan that spans countries", "people in the plan, as published"],
        )
        text = "As published, host communities included; not added to the numbers above."
        sections.append(BriefQuestion("Plans that name this origin", (text,), plans))
    return Brief(title, (lead,), tuple(sections), LIMITS_OF_COUNTRY, sources_of(est), trace)


def sources_of(est: Estimates) -> tuple[str, ...]:
    """Return the sources of an estimate as lines."""
    return tuple(
        ", ".join(part for part in (s.publisher, s.title, s.edition, s.licence) if part)
        for s in est.sources
    )


def _who(found: Inclusion, explain: str) -> BriefQuestion:
    table, total = found.to_frame(), float(found.people.mean())
    rows = []
    for part in ("group", "sex", "area", "origin"):
        cells = table[table["part"].eq(part)]
        shown = cells.head(SHOWN_ORIGINS) if part == "origin" else cells
        rows += [
            (_label(part, str(row["label"])), people_range(row["mean"], row["lower"], row["upper"]),
             _share(row["mean"], total))
            for row in shown.to_dict("records")
        ]  # fmt: skip
        rest = cells.iloc[len(shown) :]["mean"]
        if len(rest):
            rows.append(
                (f"{len(rest)} other origins", people_alone(rest.sum()), _share(rest.sum(), total))
            )
    frame = pd.DataFrame(rows, columns=["who", "people (interval)", "share"])
    return BriefQuestion("Who they are", ("Rounded rows may not add.",), frame, explain)


def _plan(found: Inclusion, explain: str) -> BriefQuestion:
    plan, text = found.plan, [found.share_note]
    if found.share_of_plan is not None and plan.in_need:
        lower, upper = equal_tailed(found.share_of_plan, level=found.level)
        per = 100 * np.array([found.share_of_plan.mean(), float(lower), float(upper)])
        text.append(
            f"For each 100 of the plan's {plan.in_need:,.0f} people in need there are {per[0]:.2g} "
            f"migrants in need ({per[1]:.2g} to {per[2]:.2g})."
        )
    if plan.in_need is None and plan.targeted is not None:
        text.append(
            f"The plan targets {plan.targeted:,.0f} people; how many it counts in need is not stated, "
            "so that no share of them is given."
        )
    if not found.stated:
        text.append(
            "No count of migrants in need was found in the plan. That is not zero migrants."
        )
    rows = [
        (s.group, f"{s.stated:,.0f}", f"{s.probability_more:.0%}", s.note) for s in found.stated
    ]
    names = ["group", "stated in the plan", "chance that more are in need", "note"]
    table = pd.DataFrame(rows, columns=names) if rows else None
    return BriefQuestion("What the plan says", tuple(text), table, explain)


def _cost(found: Inclusion, explain: str) -> BriefQuestion:
    budget, plan, title = found.budget, found.plan, "What it costs to include them"
    if budget is None:
        text = (
            "Not estimated: the plan's cost per person is not known here. Give the plan's requirements "
            "and people targeted with --plan."
        )
        return BriefQuestion(title, (text,))
    text = (
        f"At {budget.unit_cost:,.0f} {plan.currency} per person ({plan.cost_basis}), reaching all of "
        f"them costs {_range(budget.cost_range_of_all, plan.currency)}."
    )
    part = "" if budget.reach == 1 else f", of the {_percent(budget.reach)}"
    if part:
        text += (
            f" The plan means to reach {_percent(budget.reach)} of them, which costs "
            f"{_range(budget.cost_range, plan.currency)}; the table is about this part "
            "and leaves out the others."
        )
    weight = (
        f"If a person left out weighs {budget.cost_under / budget.cost_over:g} times as much as an "
        f"empty place, plan for {people_alone(budget.best.people)} people."
    )
    table = budget.to_frame()
    rows = pd.DataFrame(
        {
            "plan for": table["plan"],
            f"people{part}": [people_alone(x) for x in table["people"]],
            f"cost, {plan.currency}": [money(x) for x in table["cost"]],
            "chance of too little": [f"{x:.0%}" for x in table["shortfall_probability"]],
            f"left out{part}, on average": [people_alone(x) for x in table["expected_unmet"]],
            "empty places, on average": [people_alone(x) for x in table["expected_idle"]],
        }
    )
    return BriefQuestion(title, (text, weight), rows, explain)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _range(cost: tuple[float, float, float], currency: str) -> str:
    mean, lower, upper = (money(x) for x in cost)
    return f"{mean} {currency} ({lower} to {upper})"


def _languages(reach: LanguageReach, country: str, explain: str) -> BriefQuestion:
    table = reach.to_frame(NUMBERS_OF_LANGUAGES).to_dict("records")
    names = reach.to_frame()["name"]
    rows = pd.DataFrame(
        {
            "languages": [", ".join(names.iloc[: int(row["languages"])]) for row in table],
            "share of the migrants reached": [
                percent_range(row["reach"], row["lower"], row["upper"]) for row in table
            ],
            "depending on who knows two": [
                f"{row['at_least']:.0%} to {row['at_most']:.0%}" for row in table
            ],
        }
    )
    here = ", ".join(f"{x.name} ({x.speakers})" for x in languages_of(country))
    local = (
        f"In {name(country)} itself people speak {here}; how many of the migrants have learnt these "
        "languages is not known."
    )
    text = (
        "Each language is the one that adds most people to those before it. From the languages of the "
        f"countries of origin; {float(reach.unknown.mean()):.0%} of the migrants (average over "
        "the draws) have an origin without known languages, and count as not reached."
    )
    return BriefQuestion(
        "In which languages to inform them", (text, *([local] if here else [])), rows, explain
    )


def _evidence(est: Estimates, found: Inclusion, explain: str) -> BriefQuestion:
    here = [x for x in est.leaves if x.destination == found.destination]
    rungs = sorted({x.rung for x in here if x.status == "estimated"})
    text = [f"The numbers rest on {'; '.join(RUNGS[rung] for rung in rungs)}."]
    text += [flag_text(code) for code in found.flags]
    text += [f"{found.reason[:1].upper()}{found.reason[1:]}."] if found.reason else []
    return BriefQuestion("How good the numbers are", tuple(text), None, explain)


def _label(part: str, label: str) -> str:
    if part == "group":
        return GROUPS[label]
    if part == "sex":
        return SEXES[label]
    return f"from {name(label)}" if part == "origin" and is_origin_code(label) else label


def _share(part: float, total: float) -> str:
    if not total or isnan(part):
        return ""
    return "<1%" if 0 < part / total < 0.01 else f"{part / total:.0%}"


def _rank(row: dict[str, Any]) -> str:
    low, high = int(row["rank_lower"]), int(row["rank_upper"])
    return f"{row['rank']}" + (f" ({low} to {high})" if low < high else "")
