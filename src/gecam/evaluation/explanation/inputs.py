"""Published figures behind a number, counts that were not used, and assumptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from gecam.codes import name
from gecam.estimation import CellPlan, residents_of
from gecam.evaluation.explanation.account import InputFigure, Judgement, RelatedCount
from gecam.evaluation.explanation.decomposition import ONLY_IF, TargetCountry
from gecam.evaluation.explanation.targets import Target
from gecam.model import DEFAULTS, Assumptions, Case, Crisis, Footprint, GroupCount, prior_at
from gecam.results import GROUP_WORDS, Estimates, EstimationCell, PlanRow

SCOPE_WORDS: Mapping[str, str] = {
    "all": "counts everybody present",
    "nationals": "counts nationals only",
    "residents_excl_refugees": "counts residents without refugees",
    "migrants_separate": "counts migrants apart, or leaves them to another plan",
    "mixed_hosts": "includes host communities",
    "unknown": "whether it counts migrants was not found",
}
COUNTED_WORDS: Mapping[str, str] = {
    **GROUP_WORDS,
    "migrants": "migrants",
    "hosts": "host communities",
}
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
            f"migrants in {name(destination)}", float(people), str(day),
            _role(day, totals, crisis), case.stock.source.id,
        )  # fmt: skip


def _role(day: date, totals: pd.Series, crisis: CellPlan) -> str:
    """Return what a published stock is used for."""
    measured = crisis.split.stock_on
    if measured not in _days(totals):
        before = max((d for d in _days(totals) if d < measured), default=None)
        after = min((d for d in _days(totals) if d > measured), default=None)
        return "the stock is between two such figures" if day in {before, after} else "not used"
    if day == measured:
        return "the stock"
    if day == crisis.split.dated.grown_from:
        return "less refugees, the start of the growth that is carried on"
    return "no measurement, not used" if day > measured else "not used"


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
    wanted = {base.split.stock_on: "the stock's date"}
    if base.split.dated.grown_from is not None:
        wanted[base.split.dated.grown_from] = "the start of the growth"
    wanted |= {c.crisis.reference_date: "the reference date" for c in crises}
    for as_of, count in ends.items():
        day = pd.Timestamp(as_of).date()
        near = [words for when, words in wanted.items() if abs((day - when).days) <= YEAR]
        if near:
            yield InputFigure(
                f"refugees, asylum-seekers and others in need of protection in {name(destination)}",
                float(count),
                str(day),
                f"year-end beside {' and '.join(dict.fromkeys(near))}",
                case.protected.source.id,
            )


def _needs_figures(case: Case, crisis: CellPlan) -> Iterator[InputFigure]:
    """Yield people in need, residents, and the counts that are used."""
    footprint = crisis.footprint
    note = footprint.pin_scope_source.rstrip(". ")
    where = f" in {', '.join(footprint.area)}" if footprint.area else ""
    yield InputFigure(
        f"people {footprint.measure.replace('_', ' ')}{where}, {crisis.crisis.name}",
        footprint.people,
        str(footprint.as_of),
        f"{SCOPE_WORDS[footprint.pin_scope]}{f' ({note})' if note else ''}; grade "
        f"{footprint.grade}",
        footprint.source.id,
    )
    residents = residents_of(case, footprint)
    source = footprint.source if residents == footprint.denominator else case.population.source
    yield InputFigure(
        f"residents of {name(footprint.destination)}",
        residents,
        str(crisis.crisis.reference_date),
        "what people in need are divided by",
        source.id,
    )
    if crisis.split.dated.residents is not None:
        yield InputFigure(
            f"residents of {name(footprint.destination)} on the eve of the crisis",
            crisis.split.dated.residents.before,
            str(crisis.split.dated.until),
            "among whom the stock was, which moves with them since",
            case.population.source.id,
        )
    for count in footprint.counts:
        if count.use not in {"share", "count"}:
            continue
        yield InputFigure(
            f"in need among {COUNTED_WORDS[count.group]}, {crisis.crisis.name}",
            count.in_need,
            str(footprint.as_of),
            "used as published" if count.use == "count" else "divided by those present",
            count.source,
        )
        if count.use == "share" and count.present is not None:
            yield InputFigure(
                f"{COUNTED_WORDS[count.group]} present, {crisis.crisis.name}",
                count.present,
                str(footprint.as_of),
                "what they are divided by",
                count.source,
            )


def _sums(case: Case, places: Sequence[TargetCountry]) -> Iterator[InputFigure]:
    """Yield sums over countries: of the stock, UNHCR's count, people in need and residents."""
    n = f"sum over {len(places)} countries"
    splits = [place.base.split for place in places]
    stock = math.fsum(split.stock for split in splits)
    yield InputFigure("migrants", stock, "", n, case.stock.source.id)
    if case.protected is not None:
        registered = math.fsum(split.registered_now for split in splits)
        words = "refugees, asylum-seekers and others in need of protection"
        yield InputFigure(words, registered, "", n, case.protected.source.id)
    for source, figures in sorted(_figures_by_source(places).items()):
        words = f"people {figures[0].measure.replace('_', ' ')}"
        total = math.fsum(f.people for f in figures)
        yield InputFigure(words, total, "", f"sum over the {len(figures)} plans that count", source)
    residents = math.fsum(residents_of(case, place.base.footprint) for place in places)
    yield InputFigure("residents", residents, "", n, case.population.source.id)


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
    return tuple({(x.what, str(x.in_need), x.source, x.why): x for x in counts}.values())


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
    what = f"in need in {where} among {COUNTED_WORDS[count.group]}"
    return RelatedCount(what, count.in_need, _present(count), count.source, count.note)


def _present(count: GroupCount) -> float:
    return math.nan if count.present is None else count.present


def _of_plan(plan: PlanRow, target: Target) -> Iterator[RelatedCount]:
    """Yield the parts of a plan that spans countries, if it concerns the target."""
    if not _is_of_target(plan.crisis, target):
        return
    where = f"{plan.crisis.name}: in {_hosts(plan.crisis, target)}"
    for count in plan.counts:
        use = "" if count.use == "plan_level" else " Not of the kind that could be used."
        why = f"{count.note or 'A figure of the whole plan; it is not added to countries.'}{use}"
        what = f"{COUNTED_WORDS[count.group]}, {where}"
        yield RelatedCount(what, count.in_need, _present(count), count.source, why)
    if not plan.counts:
        yield RelatedCount(f"people in need, {where}", plan.in_need, math.nan, "", plan.reason)


def _is_of_target(crisis: Crisis, target: Target) -> bool:
    """Return whether a plan that spans countries is the target, or about people in or from it."""
    if target.kind == "crisis":
        return target.id == crisis.id
    here = not set(target.destinations).isdisjoint(crisis.located_in)
    away = target.kind == "destination" and target.id in crisis.people_from
    return here or away or target.kind == "world"


def _hosts(crisis: Crisis, target: Target) -> str:
    """Return the countries of a plan in words; of many only those of the target, if these are few."""
    if len(crisis.located_in) <= MOST_HOSTS:
        return ", ".join(map(name, crisis.located_in)) or "several countries"
    here = sorted(set(target.destinations) & set(crisis.located_in))
    among = f", {', '.join(map(name, here))} among them" if 0 < len(here) <= MOST_HOSTS else ""
    return f"{len(crisis.located_in)} countries{among}"


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
        Judgement(d.name, d.meaning, _value_text(a, d.name), d.status, d.basis)
        for d in DEFAULTS
        if d.name in names
    )
    of_odds_ratio = _odds_ratios(a, crises) if _ODDS_RATIO.intersection(flags) else ()
    return (*of_odds_ratio, *others)


_ODDS_RATIO = {"ODDS_RATIO_JUDGED", "ODDS_RATIO_ESTIMATED"}


def _odds_ratios(a: Assumptions, crises: Sequence[CellPlan]) -> Iterator[Judgement]:
    """Yield the priors of the odds ratio that rows of a target take, each once."""
    meaning = next(d.meaning for d in DEFAULTS if d.name == "odds_ratio")
    for evidence in dict.fromkeys(prior_at(a.odds_ratio, c.use) for c in crises):
        prior = evidence.prior
        value = f"{prior.median:.2f}, fixed"
        if not prior.is_certain:
            value = "median {:.2f}, 90 % {:.2f} to {:.2f}".format(prior.median, *prior.interval())
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
