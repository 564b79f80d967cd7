"""Briefs for a planner of a response, and for a country of origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_origin_code, languages_of, name
from gecam.estimation import registered_origins
from gecam.preparedness import LIMITS, Inclusion, LanguageReach, NationalsAbroad
from gecam.report.brief import LIMITS_OF_COUNTRY, brief, question
from gecam.report.document.blocks import Document, Section, Table
from gecam.report.words import (
    capital,
    money,
    people_alone,
    people_interval,
    people_range,
    percent_range,
)
from gecam.results import (
    CLASS_WORDS,
    EVIDENCE_LEVELS,
    GROUP_WORDS,
    CompleteEstimates,
    Estimates,
    difference_of,
    flag_text,
    published_table,
)
from gecam.uncertainty import equal_tailed, people_cell

SHOWN_ORIGINS = 10
FEWEST = 100  # people of a country that has a row of its own
MOST_HIDDEN = 5  # countries listed with people whose origin is not told apart
NUMBERS_OF_LANGUAGES = (1, 2, 3, 5)


@checked
def country_brief(
    est: Estimates,
    inclusion: Inclusion,
    languages: LanguageReach | None,
    *,
    trace: str,
    explain: str,
    events: Sequence[Section] = (),
) -> Document:
    """Return the brief for one country: whom a plan should include, and what is known of them.

    Parameters
    ----------
    est
        The estimates, people.
    inclusion, languages
        Answers of `gecam.preparedness` from them, people; no languages (None) without known origins.
    trace, explain
        Commands by their names and options: what makes the page again, and what shows how the
        country's numbers came about.
    events
        Sections on how often events come, one for each unit, as `events_section` makes them.

    Returns
    -------
    Document
        A page; `write_page` puts it into a file.
    """
    place = inclusion.destination
    here = published_table(est.by("destination").row(destination=place))
    largest = max(
        (x for x in est.leaves if x.destination == place and x.group == "other"),
        key=lambda x: (x.odds_ratio_1 if x.odds_ratio_1 > 0 else 0.0, x.id), default=None,
    )  # fmt: skip
    lead = [
        f"In {name(place)}, {people_interval(inclusion.people, inclusion.level)} migrants are "
        f"estimated to be in need ({inclusion.level:.0%} interval in brackets; grade "
        f"{inclusion.grade}: A is best, E worst)."
    ]
    if largest is not None and (how := difference_of(largest.flags)):
        ratio = next(
            dict(x.message.values)["odds_ratio"]
            for x in largest.steps
            if x.name == "odds_ratio_median"
        )
        lead.append(
            f"How much likelier migrants are in need than their neighbours is {how} (median odds ratio "
            f"{ratio:.2f}). With the same odds the number would be {here['odds_ratio_1'].iloc[0]}."
        )
    sections = [_who(inclusion, explain), _plan(inclusion, explain), _cost(inclusion, explain)]
    if languages is not None:
        sections.append(_languages(languages, place, explain))
    return brief(
        f"Migrants in the response in {name(place)}, {est.provenance.case}",
        lead,
        [*sections, *events, _evidence(est, inclusion, explain)],
        limits=(*LIMITS_OF_COUNTRY, inclusion.age_note, *(LIMITS if languages is not None else ())),
        est=est,
        trace=trace,
    )


@checked
def origin_brief(
    est: Estimates,
    nationals: NationalsAbroad,
    *,
    trace: str,
    explain: str,
    complete: CompleteEstimates | None = None,
) -> Document:
    """Return the brief for a country of origin: where its people are in crises abroad.

    Parameters
    ----------
    est
        The estimates, people.
    nationals
        Answer of `gecam.preparedness.nationals_abroad` from them, people.
    trace, explain
        Commands by their names and options: what makes the page again, and what shows how the
        numbers came about.
    complete
        The same estimates with people of regional plans, who have a table of their own; None without
        them.

    Returns
    -------
    Document
        A page; `write_page` puts it into a file.
    """
    country, table = name(nationals.origin), nationals.to_frame()
    if table.empty:
        lead = f"No estimate names people from {country} in a crisis abroad. That is not zero."
    else:
        lead = (
            f"{people_interval(nationals.total, nationals.level)} people from {country} are estimated "
            f"to be in need in crises abroad, most of them in {table['country'].iloc[0]} "
            f"({nationals.level:.0%} interval in brackets)."
        )
    sections = [] if table.empty else [_where(nationals, table, explain)]
    if complete is not None:
        sections += _in_regional_plans(complete, nationals.origin)
        sections += _registered(complete, nationals.origin)
    sections += [*_untold_origin(table, country, explain), *_not_estimated(nationals)]
    title = f"People from {country} in crises abroad, {est.provenance.case}"
    return brief(title, [lead], sections, limits=LIMITS_OF_COUNTRY, est=est, trace=trace)


def _where(nationals: NationalsAbroad, table: pd.DataFrame, explain: str) -> Section:
    """Return where people of an origin are; countries with few of them in one line."""
    country = name(nationals.origin)
    is_shown = table["mean"].ge(FEWEST).to_numpy() | (np.arange(len(table)) == 0)
    shown = table[is_shown]
    rows = Table.of_columns({
        "rank": [_rank(row) for row in shown.to_dict("records")],
        "country": shown["country"] + " (" + shown["destination"] + ")",
        "crisis": shown["crises"],
        "people": [people_interval(draws, nationals.level) for draws in nationals.people[is_shown]],
        "grade": shown["grade"],
        "counted as": shown["counted_as"],
    })  # fmt: skip
    texts = [
        "A rank with its range: where the numbers overlap, the order is not known. 'Born there' "
        f"counts people born in {country}, of whom some are citizens of where they live."
    ]
    if not is_shown.all():
        places = ", ".join(table["country"][~is_shown])
        texts.append(f"Fewer than {FEWEST} in each of {(~is_shown).sum()} others: {places}.")
    return question("Where they are", texts, rows, explain=explain)


WHERE_COUNTED: Mapping[str, str] = {
    "published": "people in need, as the plan's chapter publishes them",
    "register": "people registered by UNHCR times the plan's share in need",
    "country plan": "in the figure of the country's own plan, above",
    "none": "not estimated: no figure was published, and there is no register of whom it follows",
}


def _in_regional_plans(complete: CompleteEstimates, origin: str) -> Iterator[Section]:
    """Yield the hosts of an origin's people in regional plans, each with a number or its reason."""
    cells = complete.table()
    cells = cells[cells["origin"].eq(origin)].sort_values("people", ascending=False, kind="stable")
    if cells.empty:
        return
    rows = Table.of_columns({
        "country": [f"{name(place)} ({place})" for place in cells["destination"]],
        "plan": cells["plan"],
        "people in need": [
            people_interval(complete.draws[i], complete.estimates.level) if drawn else ""
            for i, drawn in zip(cells.index, cells["lower"].notna(), strict=True)
        ],
        "present, year-end": [
            f"{people_cell(present, missing='')} ({year})" if present == present else ""  # noqa: PLR0124 -- NaN
            for present, year in zip(cells["present"], cells["year_end"], strict=True)
        ],
        "what it is": [WHERE_COUNTED[basis] for basis in cells["basis"]],
    })  # fmt: skip
    text = (
        "People whom a country's plan has are not counted again. In a country without a plan of its "
        "own they are in need because of the crisis that they fled."
    )
    yield question("In regional plans", (text,), rows)


def _registered(complete: CompleteEstimates, origin: str) -> Iterator[Section]:
    """Yield where UNHCR registers people of an origin who are in no number of the page, and why."""
    rows = registered_origins(complete)
    rows = rows[rows["origin"].eq(origin) & rows["counted_in"].eq("not estimated")]
    if rows.empty:
        return
    rows = rows.sort_values("registered", ascending=False, kind="stable")
    table = Table.of_columns({
        "country": [f"{name(place)} ({place})" for place in rows["destination"]],
        "registered by UNHCR": [
            f"{people_cell(people)} ({year})"
            for people, year in zip(rows["registered"], rows["year_end"], strict=True)
        ],
        "why": rows["reason"],
    })  # fmt: skip
    text = "Refugees and asylum-seekers who are in no number above."
    yield question("Registered and not estimated, which is not zero", (text,), table)


def _untold_origin(table: pd.DataFrame, country: str, explain: str) -> Iterator[Section]:
    """Yield where affected migrants live of whom the publisher tells no origin, the most first."""
    hidden = table[table["unknown_origin"].gt(0)]
    hidden = hidden.sort_values("unknown_origin", ascending=False).head(MOST_HIDDEN)
    if hidden.empty:
        return
    listed = ", ".join(
        f"{place} {people_alone(people)}"
        for place, people in zip(hidden["country"], hidden["unknown_origin"], strict=True)
    )
    text = (
        "Affected migrants whose origin the publisher does not tell apart, of whom some may be "
        f"from {country}: {listed}."
    )
    yield question("Whose origin is not known", (text,), explain=explain)


def _not_estimated(nationals: NationalsAbroad) -> Iterator[Section]:
    """Yield what stands beside the estimates: countries without one, and plans of several."""
    if nationals.not_estimated:
        reasons = sorted(nationals.not_estimated.items())
        lines = (f"{name(place)}: {reason}" for place, reason in reasons)
        yield question("Not estimated, which is not zero", lines)
    if nationals.regional_plans:
        plans = Table.of_columns({
            "plan that spans countries": [plan for plan, _ in nationals.regional_plans],
            "people in the plan, as published": [
                people_alone(people) for _, people in nationals.regional_plans
            ],
        })  # fmt: skip
        text = "As published, host communities included; not added to the numbers above."
        yield question("Plans that name this origin", (text,), plans)


def _who(inclusion: Inclusion, explain: str) -> Section:
    total = float(inclusion.people.mean())
    rows = []
    for part in ("group", *CLASS_WORDS, "area", "origin"):
        if part not in inclusion.parts:
            continue
        cells = inclusion.parts[part].summary(level=inclusion.level)
        cells = cells.sort_values("mean", ascending=False)
        shown = cells.head(SHOWN_ORIGINS) if part == "origin" else cells
        rows += [
            (_label(part, str(row[part])),
             people_range(row["mean"], row["lower"], row["upper"], sd=row["cv"] * row["mean"],
                          mcse=row["mcse"]),
             _share(row["mean"], total))
            for row in shown.to_dict("records")
        ]  # fmt: skip
        rest = cells.iloc[len(shown) :]["mean"]
        if len(rest):
            rows.append(
                (f"{len(rest)} other origins", people_alone(rest.sum()), _share(rest.sum(), total))
            )
    frame = Table(("who", "people (interval)", "share"), tuple(rows))
    return question("Who they are", ("Rounded rows may not add.",), frame, explain=explain)


def _plan(inclusion: Inclusion, explain: str) -> Section:
    plan, text = inclusion.plan, [inclusion.share_note]
    if inclusion.share_of_plan is not None and plan.in_need:
        lower, upper = equal_tailed(inclusion.share_of_plan, level=inclusion.level)
        per = 100 * np.array([inclusion.share_of_plan.mean(), float(lower), float(upper)])
        text.append(
            f"For each 100 of the plan's {plan.in_need:,.0f} people in need there are {per[0]:.2g} "
            f"migrants in need ({per[1]:.2g} to {per[2]:.2g})."
        )
    if plan.in_need is None and plan.targeted is not None:
        text.append(
            f"The plan targets {plan.targeted:,.0f} people; how many it counts in need is not stated, "
            "so that no share of them is given."
        )
    if not inclusion.stated:
        text.append(
            "No count of migrants in need was found in the plan. That is not zero migrants."
        )
    rows = [
        (s.group, f"{s.stated:,.0f}", f"{s.probability_more:.0%}", s.note) for s in inclusion.stated
    ]
    names = ("group", "stated in the plan", "chance that more are in need", "note")
    table = Table(names, tuple(rows)) if rows else None
    return question("What the plan says", text, table, explain=explain)


def _cost(inclusion: Inclusion, explain: str) -> Section:
    budget, plan, title = inclusion.budget, inclusion.plan, "What it costs to include them"
    if budget is None:
        text = (
            "Not estimated: the plan's cost per person is not known here. Give the plan's requirements "
            "and people targeted with --plan."
        )
        return question(title, (text,))
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
    rows = Table.of_columns(
        {
            "plan for": table["plan"],
            f"people{part}": [people_alone(x) for x in table["people"]],
            f"cost, {plan.currency}": [money(x) for x in table["cost"]],
            "chance of too little": [f"{x:.0%}" for x in table["shortfall_probability"]],
            f"left out{part}, on average": [people_alone(x) for x in table["expected_unmet"]],
            "empty places, on average": [people_alone(x) for x in table["expected_idle"]],
        }
    )
    return question(title, (text, weight), rows, explain=explain)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _range(cost: tuple[float, float, float], currency: str) -> str:
    mean, lower, upper = (money(x) for x in cost)
    return f"{mean} {currency} ({lower} to {upper})"


def _languages(reach: LanguageReach, country: str, explain: str) -> Section:
    table = reach.to_frame(NUMBERS_OF_LANGUAGES).to_dict("records")
    names = reach.to_frame()["name"]
    rows = Table.of_columns(
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
    texts = (text, *([local] if here else []))
    return question("In which languages to inform them", texts, rows, explain=explain)


def _evidence(est: Estimates, inclusion: Inclusion, explain: str) -> Section:
    here = [x for x in est.leaves if x.destination == inclusion.destination]
    levels = sorted({x.evidence_level for x in here if x.status == "estimated"})
    text = [f"The numbers rest on {'; '.join(EVIDENCE_LEVELS[level] for level in levels)}."]
    text += [flag_text(code) for code in inclusion.flags]
    text += [f"{capital(inclusion.reason)}."] if inclusion.reason else []
    return question("How good the numbers are", text, explain=explain)


def _label(part: str, label: str) -> str:
    if part == "group":
        return GROUP_WORDS[label]
    if part in CLASS_WORDS:
        return CLASS_WORDS[part][label]
    return f"from {name(label)}" if part == "origin" and is_origin_code(label) else label


def _share(part: float, total: float) -> str:
    if not total or isnan(part):
        return ""
    return "<1%" if 0 < part / total < 0.01 else f"{part / total:.0%}"


def _rank(row: dict[str, Any]) -> str:
    low, high = int(row["rank_lower"]), int(row["rank_upper"])
    return f"{row['rank']}" + (f" ({low} to {high})" if low < high else "")
