"""The brief for a planner of a response: whom a plan for a country should include."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isnan

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_origin_code, languages_of
from gecam.estimation import rates, regional_rates
from gecam.preparedness import LIMITS, Inclusion, LanguageReach
from gecam.report.areas import areas_section
from gecam.report.briefs.brief import brief, limits_of_country, question
from gecam.report.document.blocks import Document, Picture, Section, Table
from gecam.report.people_parts import rates_table
from gecam.report.sentences import said
from gecam.report.translation import place_name, spoken_name
from gecam.report.words import (
    capital,
    money,
    money_range,
    people_alone,
    people_interval,
    people_range,
    percent,
    percent_range,
    unit_cost,
)
from gecam.report.years import since_last_table
from gecam.results import (
    CLASS_WORDS,
    EVIDENCE_LEVELS,
    GROUP_WORDS,
    AreaEstimates,
    CompleteEstimates,
    Estimates,
    difference_of,
    flag_text,
    in_language,
    published_table,
)
from gecam.uncertainty import equal_tailed

SHOWN_ORIGINS = 10
NUMBERS_OF_LANGUAGES = (1, 2, 3, 5)


@checked
def country_brief(
    est: Estimates,
    inclusion: Inclusion,
    languages: LanguageReach | None,
    *,
    targets: pd.DataFrame | None = None,
    trace: str,
    explain: str,
    events: Sequence[Section] = (),
    complete: CompleteEstimates | None = None,
    since_last: pd.DataFrame | None = None,
    areas: AreaEstimates | None = None,
    area_picture: Picture | None = None,
) -> Document:
    """Return the brief for one country: whom a plan should include, and what is known of them.

    Parameters
    ----------
    est
        The estimates, people.
    inclusion, languages
        Answers of `gecam.preparedness` from them, people; no languages (None) without known origins.
    targets
        Refugees and migrants of this country in need and targeted, as its plan publishes them
        (`gecam.load_targets`), persons; None without them.
    trace, explain
        Commands by their names and options: what makes the page again, and what shows how the
        country's numbers came about.
    events
        Sections on how often events come, one for each unit, as `events_section` makes them.
    complete
        The same estimates with people of regional plans, where the inclusion is of these
        (`gecam.preparedness.regional_inclusion`); else None.
    since_last
        Rows of this country beside those of the year before (`YearSeries.since_last`), persons; None
        without a year before.
    areas
        People in need by area (`gecam.by_area`), persons; None without them.
    area_picture
        A map of them (`area_map`); None without one.

    Returns
    -------
    Document
        A page; `write_page` puts it into a file.
    """
    place = inclusion.destination
    lead = [
        said(
            "COUNTRY_LEAD",
            country=place_name(place),
            people=people_interval(inclusion.people, inclusion.level),
            level=inclusion.level,
            grade=inclusion.grade,
        )
    ]
    lead += _odds_ratio(est, place)
    if complete is not None:
        est = replace(est, sources=(*est.sources, *complete.sources))
    sections = [
        _who(inclusion, explain, is_by_area=areas is None), *_since_last(since_last, est.level),
        *_rates(_rated(est, complete), place, explain),
        *(areas_section(areas, place, explain=explain, picture=area_picture) if areas else ()),
        _plan(inclusion, targets, explain), _cost(inclusion, explain), *_cost_by_age(inclusion),
    ]  # fmt: skip
    if languages is not None:
        sections.append(_languages(languages, place, explain))
    return brief(
        said("COUNTRY_TITLE", country=place_name(place), case=est.provenance.case),
        lead,
        [*sections, *events, _evidence(est, inclusion, explain)],
        limits=(
            *limits_of_country(),
            *filter(None, (inclusion.age_note,)),
            *(LIMITS if languages is not None else ()),
        ),
        est=est,
        trace=trace,
    )


def _odds_ratio(est: Estimates, place: str) -> Iterator[str]:
    """Yield how much likelier migrants are in need than residents, of the largest crisis."""
    every = (x for x in est.cells if (x.destination, x.group) == (place, "other"))
    shown = [x for x in every if x.odds_ratio_1 > 0]
    if not shown:
        return
    largest = max(shown, key=lambda x: (x.odds_ratio_1, x.id))
    if how := difference_of(largest.flags):
        here = published_table(est.by("destination").row(destination=place))
        step = next(x for x in largest.steps if x.name == "odds_ratio_median")
        ratio = dict(step.message.values)["odds_ratio"]
        yield said("COUNTRY_ODDS_RATIO", how=how, ratio=ratio, at_one=here["odds_ratio_1"].iloc[0])


def _who(inclusion: Inclusion, explain: str, *, is_by_area: bool) -> Section:
    total = float(inclusion.people.mean())
    rows = []
    for part in ("group", *CLASS_WORDS, "area", "origin"):
        if part not in inclusion.parts or (part == "area" and not is_by_area):
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
                (
                    said("OTHER_ORIGINS", number=len(rest)),
                    people_alone(rest.sum()),
                    _share(rest.sum(), total),
                )
            )
    names = (said("WHO_COLUMN"), said("PEOPLE_INTERVAL"), said("SHARE_COLUMN"))
    table = Table(names, tuple(rows))
    return question(said("WHO"), (said("MAY_NOT_ADD"),), table, explain=explain)


def _since_last(rows: pd.DataFrame | None, level: float) -> Iterator[Section]:
    """Yield how people moved since the year before, where there is one with figures."""
    table = None if rows is None else since_last_table(rows, level)
    if table is not None and table.rows:
        yield question(said("SINCE_LAST"), (said("HOW_SINCE_LAST"),), table, explain="gecam series")


def _rated(est: Estimates, complete: CompleteEstimates | None) -> pd.DataFrame | None:
    """Return rates of an answer, or of its people of regional plans; None without its case."""
    if est.case is None:
        return None
    if complete is not None:
        return regional_rates(complete).drop(columns=["crisis", "group", "name"])
    return rates(est, "destination", "group")


def _rates(rows: pd.DataFrame | None, place: str, explain: str) -> Iterator[Section]:
    """Yield people per 100 migrants beside residents, where the answer has its case."""
    if rows is None:
        return
    table = rates_table(rows[rows["destination"].eq(place)].drop(columns="destination"))
    if table.rows:
        table = replace(table, columns=(said("WHO_COLUMN"), *table.columns[1:]))
        yield question(said("RATES"), (said("HOW_RATES"),), table, explain=explain)


def _targeted(targets: pd.DataFrame | None) -> Iterator[str]:
    """Yield what the plan publishes of refugees and migrants in need and targeted."""
    for row in [] if targets is None else targets.to_dict("records"):
        in_need, left = row["in_need"], row["not_targeted"]
        if not isnan(left):
            text = said(
                "AS_TARGETED", who=row["who"], in_need=in_need, targeted=row["targeted"], left=left
            )
            yield (
                said("AS_TARGETED_NOTE", said=text, note=in_language(row["note"]))
                if row["note"]
                else text
            )


def _plan(inclusion: Inclusion, targets: pd.DataFrame | None, explain: str) -> Section:
    plan, text = inclusion.plan, [inclusion.share_note, *_targeted(targets)]
    if inclusion.share_of_plan is not None and plan.in_need:
        lower, upper = equal_tailed(inclusion.share_of_plan, level=inclusion.level)
        per = 100 * np.array([inclusion.share_of_plan.mean(), float(lower), float(upper)])
        text.append(
            said("PER_HUNDRED", in_need=plan.in_need, mean=per[0], lower=per[1], upper=per[2])
        )
    if plan.in_need is None and plan.targeted is not None:
        text.append(said("PLAN_TARGETS", targeted=plan.targeted))
    if not inclusion.stated:
        text.append(said("NO_COUNT_IN_PLAN"))
    rows = [
        (s.group, f"{s.stated:,.0f}", f"{s.probability_more:.0%}", s.note) for s in inclusion.stated
    ]
    codes = ("GROUP_COLUMN", "STATED_IN_PLAN", "CHANCE_OF_MORE", "NOTE_COLUMN")
    table = Table(tuple(said(code) for code in codes), tuple(rows)) if rows else None
    return question(said("PLAN"), text, table, explain=explain)


def _cost(inclusion: Inclusion, explain: str) -> Section:
    budget, plan, title = inclusion.budget, inclusion.plan, said("COST")
    if budget is None:
        return question(title, (said("COST_NOT_ESTIMATED"),))
    text = said(
        "COST_OF_ALL",
        unit_cost=budget.unit_cost,
        currency=plan.currency,
        basis=in_language(plan.cost_basis),
        cost=money_range(budget.cost_range_of_all, plan.currency),
    )
    part, share = "", percent(budget.reach)
    if budget.reach != 1:
        cost = money_range(budget.cost_range, plan.currency)
        text = said("COST_OF_PART", of_all=text, share=share, cost=cost)
        part = said("OF_THE_PART", share=share)
    ratio, best = budget.cost_under / budget.cost_over, people_alone(budget.best.people)
    weight = said("BEST_PLAN", ratio=ratio, people=best)
    table = budget.to_frame()
    rows = Table.of_columns(
        {
            said("PLAN_FOR"): table["plan"],
            said("PEOPLE_OF_PART", part=part): [people_alone(x) for x in table["people"]],
            said("COST_COLUMN", currency=plan.currency): [money(x) for x in table["cost"]],
            said("CHANCE_OF_TOO_LITTLE"): [f"{x:.0%}" for x in table["shortfall_probability"]],
            said("LEFT_OUT", part=part): [people_alone(x) for x in table["expected_unmet"]],
            said("EMPTY_PLACES"): [people_alone(x) for x in table["expected_idle"]],
        }
    )
    return question(title, (text, weight), rows, explain=explain)


def _cost_by_age(inclusion: Inclusion) -> Iterator[Section]:
    """Yield people and cost of each age, where the cost per person is by age."""
    budget, currency = inclusion.budget, inclusion.plan.currency
    if budget is None or not budget.classes:
        return
    table = budget.by_class()
    part = "" if budget.reach == 1 else said("OF_THE_PART", share=percent(budget.reach))
    costs = table[["cost", "cost_lower", "cost_upper"]].itertuples(index=False, name=None)
    rows = Table.of_columns({
        said("WHO_COLUMN"): [CLASS_WORDS["age"][label] for label in table["label"]],
        said("PEOPLE_OF_PART", part=part): [
            people_interval(x.people, budget.level) for x in budget.classes
        ],
        said("UNIT_COST_COLUMN", currency=currency): [unit_cost(x) for x in table["unit_cost"]],
        said("COST_INTERVAL"): [money_range(cost, currency) for cost in costs],
    })  # fmt: skip
    yield question(said("COST_BY_AGE"), (said("HOW_COST_BY_AGE"), said("MAY_NOT_ADD")), rows)


def _languages(reach: LanguageReach, country: str, explain: str) -> Section:
    table = reach.to_frame(NUMBERS_OF_LANGUAGES).to_dict("records")
    names = [spoken_name(code) for code in reach.languages]
    rows = Table.of_columns(
        {
            said("LANGUAGES_COLUMN"): [", ".join(names[: int(row["languages"])]) for row in table],
            said("SHARE_REACHED"): [
                percent_range(row["reach"], row["lower"], row["upper"]) for row in table
            ],
            said("DEPENDING_ON_TWO"): [
                said("SHARE_FROM_TO", lower=row["at_least"], upper=row["at_most"]) for row in table
            ],
        }
    )
    here = ", ".join(
        f"{spoken_name(x.language)} ({in_language(x.speakers)})" for x in languages_of(country)
    )
    local = said("LOCAL_LANGUAGES", country=place_name(country), languages=here)
    text = said("HOW_LANGUAGES", unknown=float(reach.unknown.mean()))
    texts = (text, *([local] if here else []))
    return question(said("LANGUAGES"), texts, rows, explain=explain)


def _evidence(est: Estimates, inclusion: Inclusion, explain: str) -> Section:
    here = [x for x in est.cells if x.destination == inclusion.destination]
    levels = sorted({x.evidence_level for x in here if x.status == "estimated"})
    evidence = "; ".join(in_language(EVIDENCE_LEVELS[level]) for level in levels)
    text = [said("REST_ON", evidence=evidence)] if levels else []  # none of a regional plan
    text += [flag_text(code) for code in (*inclusion.flags, *_flags_of_parts(inclusion))]
    text += [f"{capital(inclusion.reason).removesuffix('.')}."] if inclusion.reason else []
    return question(said("HOW_GOOD"), text, explain=explain)


def _flags_of_parts(inclusion: Inclusion) -> list[str]:
    """Return what is to be said of ages and phases, and not of the country's whole row."""
    parts = [inclusion.parts[part] for part in ("age", "phase") if part in inclusion.parts]
    codes = {code for part in parts for flags in part.facts["flags"] for code in flags.split()}
    return sorted(codes - set(inclusion.flags))


def _label(part: str, label: str) -> str:
    if part == "group":
        return GROUP_WORDS[label]
    if part in CLASS_WORDS:
        return CLASS_WORDS[part][label]
    is_country = part == "origin" and is_origin_code(label)
    return said("FROM_ORIGIN", origin=place_name(label)) if is_country else label


def _share(part: float, total: float) -> str:
    if not total or isnan(part):
        return ""
    return "<1%" if 0 < part / total < 0.01 else f"{part / total:.0%}"
