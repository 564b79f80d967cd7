"""Levers: what would raise a result by a tenth, one input at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gecam.errors import InputError
from gecam.estimation import DestinationPlan, destination_plan, draw_destination, residents_of
from gecam.evaluation.explanation.account import Lever
from gecam.evaluation.explanation.decomposition import TargetCountry
from gecam.evaluation.explanation.targets import Target, people_of
from gecam.model import Case, Footprint, GroupCount
from gecam.results import Scope
from gecam.uncertainty import Streams

RISE = 0.1
DRAWS = 1000  # with common random numbers: the ratio of two means errs by less than 0.1 %
TOLERANCE = 1e-3  # of the mean
STEPS = 12
FURTHEST = 4.0  # times as many people, at most
LARGEST_ODDS = 20.0  # times the odds ratio


@dataclass(frozen=True, eq=False)
class _Question:
    """One input: its value now, the largest to try, and the case at another value."""

    what: str
    unit: str
    now: float
    limit: float
    at: Callable[[float], Case]
    is_odds: bool = False
    shown: Callable[[float], float] = float


def levers_of(
    case: Case, target: Target, scope: Scope, places: Sequence[TargetCountry], seed: int
) -> tuple[Lever, ...]:
    """Return the value of each input at which the mean of the target is a tenth higher.

    Everything else stays as it is, the random numbers too. Inputs that do not move the mean are left
    out.

    Parameters
    ----------
    case, target, scope
        What the mean is of.
    places
        The countries of the target, with the crises that count.
    seed
        Of the draws.
    """
    plans = tuple(place.plan for place in places)
    base = _mean(plans, target, seed)
    levers = []
    for question in _questions(case, places):
        rise = _rises(question, target, scope, plans, base, seed)
        limit = _furthest(question)
        needed, reach = (
            _solve(rise, question.now, limit) if limit > question.now else (math.nan, 0.0)
        )
        if abs(reach) > TOLERANCE:
            shown = question.shown
            levers.append(
                Lever(
                    question.what, question.now, shown(needed), question.unit, reach,
                    shown(limit),
                )
            )  # fmt: skip
    return tuple(levers)


def _mean(plans: Iterable[DestinationPlan], target: Target, seed: int) -> float:
    streams = Streams(seed)
    return float(people_of(target, [draw_destination(p, streams, DRAWS) for p in plans]).mean())


def _rises(
    question: _Question,
    target: Target,
    scope: Scope,
    plans: tuple[DestinationPlan, ...],
    base: float,
    seed: int,
) -> Callable[[float], float]:
    """Return the relative rise of the mean as a function of the input's value."""

    def rise(value: float) -> float:
        case = question.at(value)
        if question.is_odds:  # only the draws know it
            changed = [replace(plan, assumptions=case.assumptions) for plan in plans]
        else:
            changed = [destination_plan(case, plan.destination, scope) for plan in plans]
        return _mean(changed, target, seed) / base - 1

    return rise


def _furthest(question: _Question) -> float:
    """Return the furthest value that makes a valid case: more migrants than residents are none."""
    limit = question.limit
    for _ in range(STEPS):
        try:
            question.at(limit)
        except InputError:
            limit = (question.now + limit) / 2
        else:
            return limit
    return question.now


def _solve(rise: Callable[[float], float], now: float, limit: float) -> tuple[float, float]:
    """Return the value at which the rise is a tenth, and that; or NaN, and the rise at the limit.

    Secant steps outward until the rise is passed, then false position (Illinois).
    """
    low, at_low = now, -RISE  # what is lacking
    value = min(now * (1 + RISE), (now + limit) / 2)
    high = at_high = math.nan
    for _ in range(STEPS):
        lacking = rise(value) - RISE
        if abs(lacking) < TOLERANCE:
            return value, RISE
        if lacking > 0:
            high, at_high = value, lacking
        elif value == limit:
            return math.nan, lacking + RISE
        else:
            at_high /= 2  # NaN where nothing was passed yet
            low, at_low, slope = value, lacking, (lacking + RISE) / (value - now)
        if math.isnan(at_high):
            value = min(low - at_low / slope, limit) if slope > 0 else limit
        else:
            value = low - at_low * (high - low) / (at_high - at_low)
    return value, RISE


def _questions(case: Case, places: Sequence[TargetCountry]) -> Iterator[_Question]:
    names = {place.plan.destination for place in places}
    counted = [
        c
        for place in places
        for c in place.plan.crises
        if any(leaf.crisis == c.crisis.id for leaf in place.leaves)
    ]
    stock = math.fsum(place.base.split.stock for place in places)
    yield _Question(
        "published migrant stock", "people", stock, FURTHEST * stock,
        lambda people: _with_stock(case, names, people / stock),
    )  # fmt: skip
    refugees = math.fsum(place.base.split.registered_now for place in places)
    if case.protected is not None and refugees > 0:
        yield _Question(
            "UNHCR's count of refugees and others in need of protection", "people", refugees,
            FURTHEST * refugees, lambda people: _with_refugees(case, names, people / refugees),
        )  # fmt: skip
    asked = {(c.crisis.id, c.footprint.destination) for c in counted if c.shares.residents}
    figures = [f for f in case.footprints if (f.crisis, f.destination) in asked]
    in_need = math.fsum(f.people for f in figures)
    if figures:
        most = [max(residents_of(case, f), f.people) for f in figures]
        yield _Question(
            "people in need" + (", at most all residents" if len(figures) > 1 else ""),
            "people", in_need, in_need * max(m / f.people for m, f in zip(most, figures, strict=True)),
            lambda people: _with_needs(case, asked, people / in_need),
            shown=lambda people: math.fsum(
                min(f.people * people / in_need, m) for m, f in zip(most, figures, strict=True)
            ),
        )  # fmt: skip
    counts = math.fsum(c.shares.count.mean for c in counted if c.shares.count is not None)
    if counts:
        used = [(c.split.other, c.shares.count.mean) for c in counted if c.shares.count]
        most = [people / count for people, count in used if count > 0]
        yield _Question(
            "published counts of migrants in need", "people", counts,
            min(FURTHEST, *most) * counts,  # a count of more migrants than there are is not used
            lambda people: _with_counts(case, {c.crisis.id for c in counted}, people / counts),
        )  # fmt: skip
    ratio = case.assumptions.odds_ratio.median
    yield _Question(
        "median odds ratio of migrants against their neighbours", "odds ratio", ratio,
        LARGEST_ODDS * ratio, lambda value: _with_odds(case, value), is_odds=True,
    )  # fmt: skip
    if any("PROTECTION_PRIOR" in leaf.flags for place in places for leaf in place.leaves):
        yield _Question(
            "share of refugees in need, where no count is published", "share",
            case.assumptions.protection_share_mean, 0.999,
            lambda value: replace(
                case, assumptions=replace(case.assumptions, protection_share_mean=value)
            ),
        )  # fmt: skip


def _with_stock(case: Case, places: set[str], factor: float) -> Case:
    rows = case.stock.people
    here = rows["destination"].isin(places)
    people = rows["people"].where(~here, rows["people"] * factor)
    return replace(case, stock=replace(case.stock, people=rows.assign(people=people)))


def _with_refugees(case: Case, places: set[str], factor: float) -> Case:
    if case.protected is None:
        return case
    rows = case.protected.people
    here = rows["destination"].isin(places)
    columns = {
        c: rows[c].where(~here, rows[c] * factor) for c in ("refugees", "asylum_seekers", "oip")
    }
    return replace(case, protected=replace(case.protected, people=rows.assign(**columns)))


def _with_needs(case: Case, asked: set[tuple[str, str]], factor: float) -> Case:
    """Multiply figures of people in need, each up to all residents."""

    def changed(f: Footprint) -> Footprint:
        if (f.crisis, f.destination) not in asked:
            return f
        return replace(f, people=min(f.people * factor, max(residents_of(case, f), f.people)))

    return replace(case, footprints=tuple(changed(f) for f in case.footprints))


def _with_counts(case: Case, crises: set[str], factor: float) -> Case:
    def changed(count: GroupCount) -> GroupCount:
        return replace(count, in_need=count.in_need * factor) if count.use == "count" else count

    return replace(
        case,
        footprints=tuple(
            replace(f, counts=tuple(map(changed, f.counts))) if f.crisis in crises else f
            for f in case.footprints
        ),
    )


def _with_odds(case: Case, ratio: float) -> Case:
    prior = case.assumptions.odds_ratio.at(ratio)
    return replace(case, assumptions=replace(case.assumptions, odds_ratio=prior))
