"""Published figures behind a number, counts that were not used, and assumptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import reduce

import pandas as pd

from gecam.codes import name
from gecam.estimation import CellPlan, residents_of
from gecam.evaluation.explanation.account import InputFigure, Judgement, RelatedCount
from gecam.evaluation.explanation.decomposition import ONLY_IF, TargetCountry
from gecam.evaluation.explanation.targets import Target
from gecam.model import (
    DEFAULTS,
    Assumptions,
    Case,
    Crisis,
    Footprint,
    GroupCount,
    default_or_given,
    prior_at,
)
from gecam.results import GROUP_WORDS, Estimates, EstimationCell, Message, PlanRow, message

YEAR = 366  # days
MOST_HOSTS = 4  # named one by one


def figures_of(
    case: Case, target: Target, places: Sequence[TargetCountry]
) -> tuple[InputFigure, ...]:
    """Return the published figures behind a target; for several countries their sums."""
    if len(places) != 1:
        return tuple(_sums(case, places)) if places else ()
    (place,) = places
    destination = place.plan.destination
    crises = [c for c in place.plan.crises if _is_asked(c, target)]
    of_stock = _stock_figures(case, destination, place.base)
    of_unhcr = _unhcr_figures(case, destination, place.base, crises)
    of_needs = (figure for crisis in crises for figure in _needs_figures(case, crisis))
    return (*of_stock, *of_unhcr, *of_needs)


def _is_asked(crisis: CellPlan, target: Target) -> bool:
    return target.kind not in {"crisis", "cell"} or target.id.split("/")[0] == crisis.crisis.id


def _stock_figures(case: Case, destination: str, crisis: CellPlan) -> Iterator[InputFigure]:
    """Yield the published stocks by date, and what each is used for."""
    totals = case.stock.totals().loc[destination]
    for as_of, people in totals.items():
        day = pd.Timestamp(as_of).date()
        yield InputFigure(
            message("MIGRANTS_IN", place=name(destination)), float(people), str(day),
            message(_use(day, totals, crisis)), case.stock.source.id,
        )  # fmt: skip


def _use(day: date, totals: pd.Series, crisis: CellPlan) -> str:
    """Return the code of what a published stock is used for."""
    measured = crisis.split.stock_on
    if measured not in _days(totals):
        before = max((d for d in _days(totals) if d < measured), default=None)
        after = min((d for d in _days(totals) if d > measured), default=None)
        return "USE_BETWEEN" if day in {before, after} else "USE_NONE"
    if day == measured:
        return "USE_STOCK"
    if day == crisis.split.dated.grown_from:
        return "USE_GROWTH"
    return "USE_NO_MEASUREMENT" if day > measured else "USE_NONE"


def _days(series: pd.Series) -> list[date]:
    return [pd.Timestamp(as_of).date() for as_of in series.index]


def _unhcr_figures(
    case: Case, destination: str, base: CellPlan, crises: Sequence[CellPlan]
) -> Iterator[InputFigure]:
    """Yield UNHCR's counts at the year-ends around the dates that are used."""
    if case.protected is None:
        return
    rows = case.protected.people
    rows = rows[rows["destination"].eq(destination) & rows["origin"].ne(destination)]
    people = rows[["refugees", "asylum_seekers", "oip"]].fillna(0.0).sum(axis=1)
    ends = people.groupby(rows["as_of"]).sum()
    wanted = {base.split.stock_on: "DATE_OF_STOCK"}
    if base.split.dated.grown_from is not None:
        wanted[base.split.dated.grown_from] = "DATE_OF_GROWTH"
    wanted |= {c.crisis.reference_date: "DATE_OF_REFERENCE" for c in crises}
    for as_of, count in ends.items():
        day = pd.Timestamp(as_of).date()
        near = dict.fromkeys(x for when, x in wanted.items() if abs((day - when).days) <= YEAR)
        if near:
            dates = reduce(lambda a, b: message("AND", first=a, second=b), map(message, near))
            yield InputFigure(
                message("IN_NEED_OF_PROTECTION_IN", place=name(destination)), float(count),
                str(day), message("USE_YEAR_END", dates=dates), case.protected.source.id,
            )  # fmt: skip


def _needs_figures(case: Case, crisis: CellPlan) -> Iterator[InputFigure]:
    """Yield people in need, residents, and the counts that are used."""
    footprint, title = crisis.footprint, crisis.crisis.name
    measure, scope = message(footprint.measure), message(f"SCOPE_{footprint.pin_scope.upper()}")
    what = message("PEOPLE_IN_CRISIS", measure=measure, crisis=title)
    if footprint.area:
        areas = ", ".join(footprint.area)
        what = message("PEOPLE_IN_AREAS", measure=measure, areas=areas, crisis=title)
    if note := footprint.pin_scope_source.rstrip(". "):
        scope = message("SCOPE_STATED", scope=scope, source=note)
    use = message("USE_OF_SCOPE", scope=scope, grade=footprint.grade)
    yield InputFigure(what, footprint.people, str(footprint.as_of), use, footprint.source.id)
    residents = residents_of(case, footprint)
    source = footprint.source if residents == footprint.denominator else case.population.source
    place = name(footprint.destination)
    yield InputFigure(
        message("RESIDENTS_OF", place=place), residents, str(crisis.crisis.reference_date),
        message("USE_DIVISOR"), source.id,
    )  # fmt: skip
    if crisis.split.dated.residents is not None:
        yield InputFigure(
            message("RESIDENTS_BEFORE", place=place), crisis.split.dated.residents.before,
            str(crisis.split.dated.until), message("USE_RESIDENTS_BEFORE"),
            case.population.source.id,
        )  # fmt: skip
    for count in footprint.counts:
        if count.use not in {"share", "count"}:
            continue
        yield InputFigure(
            message("COUNT_AMONG", group=_counted(count), crisis=title), count.in_need,
            str(footprint.as_of), message(f"USE_{count.use.upper()}"), count.source,
        )  # fmt: skip
        if count.use == "share" and count.present is not None:
            yield InputFigure(
                message("COUNT_PRESENT", group=_counted(count), crisis=title), count.present,
                str(footprint.as_of), message("USE_PRESENT"), count.source,
            )  # fmt: skip


def _counted(count: GroupCount) -> Message | str:
    """Return whom a published count is of."""
    return GROUP_WORDS[count.group] if count.group in GROUP_WORDS else message(count.group.upper())


def _sums(case: Case, places: Sequence[TargetCountry]) -> Iterator[InputFigure]:
    """Yield sums over countries: of the stock, UNHCR's count, people in need and residents."""
    n = message("SUM_OF_COUNTRIES", number=len(places))
    splits = [place.base.split for place in places]
    stock = math.fsum(split.stock for split in splits)
    yield InputFigure(message("MIGRANTS"), stock, "", n, case.stock.source.id)
    if case.protected is not None:
        registered = math.fsum(split.registered_now for split in splits)
        words = message("IN_NEED_OF_PROTECTION")
        yield InputFigure(words, registered, "", n, case.protected.source.id)
    for source, figures in sorted(_figures_by_source(places).items()):
        words = message("PEOPLE_MEASURED", measure=message(figures[0].measure))
        total = math.fsum(f.people for f in figures)
        plans = message("SUM_OF_PLANS", number=len(figures))
        yield InputFigure(words, total, "", plans, source)
    residents = math.fsum(residents_of(case, place.base.footprint) for place in places)
    yield InputFigure(message("RESIDENTS"), residents, "", n, case.population.source.id)


def _figures_by_source(places: Sequence[TargetCountry]) -> dict[str, list[Footprint]]:
    """Return the figures of people in need that count, by source."""
    by_source: dict[str, list[Footprint]] = {}
    for footprint in (crisis.footprint for place in places for crisis in place.counted):
        by_source.setdefault(footprint.source.id, []).append(footprint)
    return by_source


def related_counts(est: Estimates, target: Target) -> tuple[RelatedCount, ...]:
    """Return the published counts that are shown beside a target and not used."""
    counts = [
        _related(count, _where(cell.destination, _title(est, cell.crisis)))
        for cell in est.cells
        if _concerns(target, cell)
        for count in cell.counts
        if count.use in {"related", "plan_level"}
    ]
    if target.kind != "cell":
        counts += [x for plan in est.plans for x in _of_plan(plan, target)]
    # Both groups of a country name a count of all its migrants; missing numbers are not equal.
    return tuple(
        {(x.what_message, str(x.in_need), x.source, x.why_message): x for x in counts}.values()
    )


def _concerns(target: Target, cell: EstimationCell) -> bool:
    """Return whether a cell is one of a target, or in one of its countries."""
    if target.kind in {"crisis", "cell"}:
        return target.id in {cell.crisis, cell.id}
    return cell.destination in target.destinations


def _where(destination: str, title: str) -> str:
    """Return a country, and the plan where it is not called like the country."""
    country = name(destination)
    return country if title == country else f"{country} ({title})"


def _related(count: GroupCount, where: str) -> RelatedCount:
    what = message("COUNT_IN", place=where, group=_counted(count))
    why = message("TEXT", text=count.note)
    return RelatedCount(what, count.in_need, _present(count), count.source, why)


def _present(count: GroupCount) -> float:
    return math.nan if count.present is None else count.present


def _of_plan(plan: PlanRow, target: Target) -> Iterator[RelatedCount]:
    """Yield the parts of a plan that spans countries, if it concerns the target."""
    if not _is_of_target(plan.crisis, target):
        return
    title, hosts = plan.crisis.name, _hosts(plan.crisis, target)
    for count in plan.counts:
        why = message("TEXT", text=count.note) if count.note else message("OF_WHOLE_PLAN")
        why = why if count.use == "plan_level" else message("NOT_OF_THE_KIND", why=why)
        what = message("GROUP_IN_PLAN", group=_counted(count), crisis=title, places=hosts)
        yield RelatedCount(what, count.in_need, _present(count), count.source, why)
    if not plan.counts:
        what = message("IN_NEED_IN_PLAN", crisis=title, places=hosts)
        yield RelatedCount(what, plan.in_need, math.nan, "", plan.because)


def _is_of_target(crisis: Crisis, target: Target) -> bool:
    """Return whether a plan that spans countries is the target, or about people in or from it."""
    if target.kind == "crisis":
        return target.id == crisis.id
    here = not set(target.destinations).isdisjoint(crisis.located_in)
    away = target.kind == "destination" and target.id in crisis.people_from
    return here or away or target.kind == "world"


def _hosts(crisis: Crisis, target: Target) -> Message | str:
    """Return the countries of a plan in words; of many only those of the target, if these are few."""
    if len(crisis.located_in) <= MOST_HOSTS:
        return ", ".join(map(name, crisis.located_in)) or message("SEVERAL_COUNTRIES")
    here, n = sorted(set(target.destinations) & set(crisis.located_in)), len(crisis.located_in)
    if 0 < len(here) <= MOST_HOSTS:
        return message("COUNTRIES_AMONG", number=n, places=", ".join(map(name, here)))
    return message("NUMBER_OF_COUNTRIES", number=n)


def _title(est: Estimates, crisis: str) -> str:
    return next((c.name for c in est.crises if c.id == crisis), crisis)


# Assumptions that a number rests on: always, where it carries a flag, where a crisis is such.
ALWAYS = frozenset({"stock_log_sd", "grade_logit_sd"})
BY_FLAG: Mapping[str, str] = {
    "protection_share_mean": "PROTECTION_PRIOR",
    "planned_factor": "REFUGEES_PLANNED",
    "planned_earlier_weight": "REFUGEES_PLANNED",
    "refugee_odds_ratio": "REFUGEES_MEASURED",
    "frozen_log_sd": "STOCK_FROZEN",
    "stock_after_onset": "STOCK_FROZEN",
    "apply_onset_rule": "STOCK_FROZEN",
    "growth_cap": "GROWTH_CAPPED",
    "local_place": "LOCAL_EVENT",
    "unknown_scope_weight": "SCOPE_UNKNOWN",
}
BY_CRISIS: Mapping[str, Callable[[CellPlan], bool]] = {
    "protection_in_need": lambda crisis: crisis.split.protection > 0,
    "inside_stock": lambda crisis: crisis.split.registered > 0,
    "drift_log_sd": lambda crisis: crisis.split.dated.log_sd > crisis.split.log_sd,
    "undercount": lambda crisis: crisis.split.undercount is not None,
    "subnational_logit_sd": lambda crisis: (
        not crisis.footprint.is_national
        and crisis.shares.residents is not None
        and crisis.shares.residents.place is None
    ),
    "area_kappa": lambda crisis: bool(crisis.footprint.areas),
}


def judgements_of(
    a: Assumptions, flags: Collection[str], places: Sequence[TargetCountry]
) -> tuple[Judgement, ...]:
    """Return the assumptions behind a number, with their values and what they rest on."""
    crises = [c for place in places for c in place.plan.crises]
    names = ALWAYS | {name for name, flag in BY_FLAG.items() if flag in flags}
    names |= {name for name, holds in BY_CRISIS.items() if any(map(holds, crises))}
    if any(map(ONLY_IF["overlap"], places)):
        names |= {"overlap"}
    others = (
        Judgement(
            d.name, d.meaning, message("TEXT", text=_value_text(a, d.name)), d.status, d.basis
        )
        for d in (default_or_given(d, a) for d in DEFAULTS if d.name in names)
    )
    of_odds_ratio = _odds_ratios(a, crises) if _ODDS_RATIO.intersection(flags) else ()
    return (*of_odds_ratio, *others)


_ODDS_RATIO = {"ODDS_RATIO_JUDGED", "ODDS_RATIO_ESTIMATED"}


def _odds_ratios(a: Assumptions, crises: Sequence[CellPlan]) -> Iterator[Judgement]:
    """Yield the priors of the odds ratio that rows of a target take, each once."""
    meaning = next(d.meaning for d in DEFAULTS if d.name == "odds_ratio")
    for evidence in dict.fromkeys(prior_at(a.odds_ratio, c.use) for c in crises):
        prior = evidence.prior
        lower, upper = prior.interval()
        value = message("MEDIAN_AND_INTERVAL", median=prior.median, lower=lower, upper=upper)
        if prior.is_certain:
            value = message("FIXED_MEDIAN", median=prior.median)
        yield Judgement("odds_ratio", meaning, value, evidence.text, evidence.basis)


def _value_text(a: Assumptions, field: str) -> str:
    """Return an assumption's value as text."""
    value = getattr(a, field)
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_short(v)}" for k, v in value.items())
    return _short(value)


def _short(value: object) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(f'{x:g}' for x in value)})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
