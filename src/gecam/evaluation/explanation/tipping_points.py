"""Tipping points: the value of one input at which a result is a tenth higher, all else equal."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from gecam.errors import InputError
from gecam.estimation import (
    CaseEdit,
    CellPlan,
    ChangeAssumptions,
    ChangeNeeds,
    DestinationPlan,
    ScaleCounts,
    ScaleRegistered,
    ScaleStock,
    apply_edits,
    destination_plan,
    draw_destination,
    residents_of,
)
from gecam.evaluation.explanation.account import TippingPoint
from gecam.evaluation.explanation.decomposition import TargetCountry
from gecam.evaluation.explanation.targets import Target, people_of
from gecam.model import Case, OddsRatioPriors, prior_at
from gecam.results import Scope, message
from gecam.uncertainty import Streams

RISE = 0.1
DRAWS = 1000  # with common random numbers: the ratio of two means errs by less than 0.1 %
TOLERANCE = 1e-3  # of the mean
STEPS = 12
FURTHEST = 4.0  # times as many people, at most
LARGEST_ODDS = 20.0  # times the odds ratio
LARGEST_FACTOR = 2.0  # times the factor on the register of refugees


@dataclass(frozen=True, eq=False)
class _Question:
    """One input: its value now, the largest to try, and the edit that gives it another value."""

    code: str
    unit: str
    now: float
    limit: float
    edit: Callable[[float], CaseEdit]
    shown: Callable[[float], float] = float


def tipping_points_of(
    case: Case, target: Target, scope: Scope, places: Sequence[TargetCountry], streams: Streams
) -> tuple[TippingPoint, ...]:
    """Return the value of each input at which the mean of the target is a tenth higher.

    Everything else stays as it is, the random numbers too. Inputs that do not move the mean are left
    out.

    Parameters
    ----------
    case, target, scope
        What the mean is of.
    places
        The countries of the target, with the crises that count.
    streams
        Random numbers of the draws.
    """
    answer = _Answer(case, target, scope, tuple(place.plan for place in places), streams)
    points = []
    for asked in _questions(case, places):
        limit = _furthest(asked, case)
        if limit > asked.now:
            needed, reach = _solve(answer.rise(asked), asked.now, limit)
            if abs(reach) > TOLERANCE:
                values = asked.now, asked.shown(needed), asked.unit, reach, asked.shown(limit)
                points.append(TippingPoint(message(asked.code), *values))
    return tuple(points)


@dataclass(frozen=True, eq=False)
class _Answer:
    """What the mean of a target is computed from."""

    case: Case
    target: Target
    scope: Scope
    plans: tuple[DestinationPlan, ...]
    streams: Streams

    def mean(self, plans: Iterable[DestinationPlan]) -> float:
        """Return the mean of the target under plans of its countries."""
        draws = [draw_destination(plan, self.streams, DRAWS) for plan in plans]
        return float(people_of(self.target, draws).mean())

    @cached_property
    def base(self) -> float:
        """The mean of the target now."""
        return self.mean(self.plans)

    def rise(self, question: _Question) -> Callable[[float], float]:
        """Return the relative rise of the mean as a function of an input's value."""

        def rise(value: float) -> float:
            edit = question.edit(value)
            case = apply_edits(self.case, [edit])
            if isinstance(edit, ChangeAssumptions) and edit.is_of_draws:
                changed = [replace(plan, assumptions=case.assumptions) for plan in self.plans]
            else:
                changed = [destination_plan(case, p.destination, self.scope) for p in self.plans]
            return self.mean(changed) / self.base - 1

        return rise


def _furthest(question: _Question, case: Case) -> float:
    """Return the furthest value that makes a valid case: more migrants than residents are none."""
    limit = question.limit
    for _ in range(STEPS):
        try:
            apply_edits(case, [question.edit(limit)])
        except InputError:
            limit = (question.now + limit) / 2
        else:
            return limit
    return question.now


def _solve(rise: Callable[[float], float], now: float, limit: float) -> tuple[float, float]:
    """Return the value at which the rise is a tenth, and that; or NaN, and the rise at the limit.

    Secant steps outward until the rise is passed, then false position in the Illinois variant: Dowell
    & Jarratt (1971), *BIT* 11: 168-174.
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
    counted = [
        c
        for place in places
        for c in place.plan.crises
        if any(cell.crisis == c.crisis.id for cell in place.cells)
    ]
    yield _of_stock(places)
    if case.protected is not None:
        yield from _of_register(places)
    yield from _of_needs(case, counted)
    yield from _of_counts(counted)
    yield from _of_assumptions(case, places)


def _of_stock(places: Sequence[TargetCountry]) -> _Question:
    names = tuple(place.plan.destination for place in places)
    stock = math.fsum(place.base.split.stock for place in places)
    return _Question(
        "TIP_STOCK", "people", stock, FURTHEST * stock,
        lambda people: ScaleStock(people / stock, names),
    )  # fmt: skip


def _of_register(places: Sequence[TargetCountry]) -> Iterator[_Question]:
    names = tuple(place.plan.destination for place in places)
    refugees = math.fsum(place.base.split.registered_now for place in places)
    if refugees > 0:
        yield _Question(
            "TIP_REGISTER", "people", refugees,
            FURTHEST * refugees, lambda people: ScaleRegistered(people / refugees, names),
        )  # fmt: skip


def _of_needs(case: Case, counted: Sequence[CellPlan]) -> Iterator[_Question]:
    """Yield the figures of people in need together, each up to all residents."""
    asked = {(c.crisis.id, c.footprint.destination) for c in counted if c.shares.residents}
    figures = [f for f in case.footprints if (f.crisis, f.destination) in asked]
    if not figures:
        return
    in_need = math.fsum(f.people for f in figures)
    most = [max(residents_of(case, f), f.people) for f in figures]

    names = [f"{f.crisis}/{f.destination}" for f in figures]

    def edit(people: float) -> ChangeNeeds:
        factor = people / in_need
        changed = (min(f.people * factor, m) for f, m in zip(figures, most, strict=True))
        return ChangeNeeds(dict(zip(names, changed, strict=True)))

    yield _Question(
        "TIP_NEEDS_OF_SEVERAL" if len(figures) > 1 else "TIP_NEEDS",
        "people", in_need, in_need * max(m / f.people for m, f in zip(most, figures, strict=True)),
        edit,
        shown=lambda people: math.fsum(
            min(f.people * people / in_need, m) for f, m in zip(figures, most, strict=True)
        ),
    )  # fmt: skip


def _of_counts(counted: Sequence[CellPlan]) -> Iterator[_Question]:
    used = [(c.split.other, c.shares.count.mean) for c in counted if c.shares.count is not None]
    counts = math.fsum(count for _, count in used)
    if counts:
        most = [people / count for people, count in used if count > 0]
        crises = tuple(sorted({c.crisis.id for c in counted}))
        yield _Question(
            "TIP_COUNTS", "people", counts,
            min(FURTHEST, *most) * counts,  # a count of more migrants than there are is not used
            lambda people: ScaleCounts(people / counts, crises),
        )  # fmt: skip


def _of_assumptions(case: Case, places: Sequence[TargetCountry]) -> Iterator[_Question]:
    prior = case.assumptions.odds_ratio
    rows = [c for place in places for c in place.plan.crises]
    largest = max(rows, key=lambda c: (c.split.other, c.crisis.id))
    ratio = prior_at(prior, largest.use).prior.median
    yield _Question(
        "TIP_ODDS_RATIO", "odds ratio", ratio,
        LARGEST_ODDS * ratio,
        lambda value: ChangeAssumptions(
            {
                "odds_ratio": prior.times(value / ratio)
                if isinstance(prior, OddsRatioPriors)
                else prior.at(value)
            }
        ),
    )  # fmt: skip
    if any("PROTECTION_PRIOR" in cell.flags for place in places for cell in place.cells):
        yield _Question(
            "TIP_REFUGEES", "share",
            case.assumptions.protection_share_mean, 0.999,
            lambda value: ChangeAssumptions({"protection_share_mean": value}),
        )  # fmt: skip
    if any("REFUGEES_PLANNED" in cell.flags for place in places for cell in place.cells):
        factor, log_sd = case.assumptions.planned_factor
        yield _Question(
            "TIP_PLANNED", "factor", factor,
            LARGEST_FACTOR * factor,
            lambda value: ChangeAssumptions({"planned_factor": (value, log_sd)}),
        )  # fmt: skip
