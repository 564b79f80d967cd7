"""Exceedance curves, return periods and average annual numbers of people."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import gammaincinv

from gecam._signature import checked
from gecam._typing import FloatArray, Probability, WholeNumber
from gecam.errors import InputError, NotEstimatedError, PrecisionWarning
from gecam.preparedness.aggregate import (
    Above,
    AnnualDistribution,
    annual_distribution,
    at_least_one,
    rate_of_events,
)
from gecam.preparedness.events import MIN_EVENTS, EventSet
from gecam.preparedness.tail import fit_tail
from gecam.results import Message, message
from gecam.uncertainty import DEFAULT_LEVEL, Streams

CurveKind = Literal["OEP", "AEP"]
POINTS = 200  # of a curve over event draws
YEAR_POINTS = 400  # of a curve of yearly sums, besides the sizes of events
REACH = 12.0  # standard deviations of the yearly sum that its curve holds
RESAMPLES = 4000  # of the years of a record
UNKNOWN = (math.nan, math.nan)  # interval of what is not estimated
TAIL_EVENTS = 20  # largest events whose tail decides whether there is a mean: these, or
TAIL_PART = 0.1  # this part of the record where that is more, and never more than half of it


@dataclass(frozen=True, eq=False)
class ExceedanceCurve:
    """Probability that a year has an event (OEP), or a sum (AEP), above each number of people.

    Parameters
    ----------
    kind
        ``OEP`` or ``AEP``.
    people
        Ascending; shape ``(point,)``, in `unit`.
    probability
        Of a year with more than `people`; decreasing, in [0, 1].
    at_least
        Of a year with `people` or more, in [0, 1]. At the size of an event the two differ by that
        event: it belongs to `at_least` only.
    lower, upper
        Interval of `probability`; NaN where none is known.
    unit, level, years
        Of the events; years of the record, 0 for a model.
    year
        Distribution of the year's sum behind an AEP curve; None for OEP.
    """

    kind: CurveKind
    people: FloatArray
    probability: FloatArray
    at_least: FloatArray
    lower: FloatArray
    upper: FloatArray
    unit: str
    level: float
    years: int
    year: AnnualDistribution | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return the curve as a table.

        Columns: ``people``; ``probability`` of a year with more than `people`, with its interval;
        ``probability_at_least`` of a year with `people` or more; return periods of both, the
        reciprocals, in years. An event of rate r is alone at its size of a return period "at least" of
        :math:`1/(1 - e^{-r})`: 100.5 years for a rate of 0.01, the hundred-year event.
        """
        with np.errstate(divide="ignore"):
            return pd.DataFrame(
                {
                    "people": self.people,
                    "probability": self.probability,
                    "probability_lower": self.lower,
                    "probability_upper": self.upper,
                    "probability_at_least": self.at_least,
                    "return_period": 1 / self.probability,
                    "return_period_lower": 1 / self.upper,
                    "return_period_upper": 1 / self.lower,
                    "return_period_at_least": 1 / self.at_least,
                }
            )

    def at_return_period(self, years: float) -> tuple[float, float, float]:
        """Return the people exceeded in a year with probability 1 / `years`, with an interval.

        Returns
        -------
        people, lower, upper : float
            In `unit`. An end that the record does not bound is 0 or infinite.

        Raises
        ------
        NotEstimatedError
            If the record is shorter than `years`: use `gecam.preparedness.fit_tail`, which may
            reach twice as far.
        """
        if not years > 1:
            raise InputError(f"a return period must exceed 1 year: got {years}")
        if self.years and years > self.years:
            raise NotEstimatedError(
                f"a record of {self.years} years shows no {years:g}-year event; a fitted tail reaches "
                f"{2 * self.years} years at most"
            )
        p = 1 / years
        if self.year is not None:
            return self.year.quantile(1 - p), math.nan, math.nan
        return (
            self._crossing(self.probability, p),
            self._crossing(self.lower, p),
            self._crossing(self.upper, p),
        )

    def _crossing(self, probability: FloatArray, p: float) -> float:
        """Return the smallest number of people that is exceeded with at most `p`."""
        if np.isnan(probability).all():
            return math.nan
        below = np.flatnonzero(probability <= p + 1e-12)
        return float(self.people[below[0]]) if below.size else math.inf


@dataclass(frozen=True, slots=True)
class AnnualAverage:
    """Average annual number of people.

    Parameters
    ----------
    recorded
        Sum of the record over its years: a fact about the record. For a model's event set, the sum
        of rate times people.
    lower, upper
        Interval of the long-run average; NaN where it is not estimated.
    is_estimated
        Whether the record's average may stand for the long run.
    reason_message
        Why not, or what the interval does not hold; `reason` is its text.
    """

    recorded: float
    lower: float
    upper: float
    is_estimated: bool
    reason_message: Message

    @property
    def reason(self) -> str:
        """Why it may not stand for the long run, or what the interval does not hold, as text."""
        return str(self.reason_message)


@checked
def exceedance(
    events: EventSet,
    *,
    kind: CurveKind = "OEP",
    level: Probability = DEFAULT_LEVEL,
    seed: WholeNumber = 2022,
) -> ExceedanceCurve:
    r"""Return the exceedance curve of a set of events.

    Parameters
    ----------
    events
        A model's event set, or a record, in any unit.
    kind
        ``OEP``: at least one event above; ``AEP``: the sum of the year above. The AEP curve takes
        the mean of event draws, and has no interval.
    level
        Of the interval, in (0, 1).
    seed
        Of the draws behind the interval where the people of events are draws.

    Raises
    ------
    NotEstimatedError
        If a record has fewer than 10 events.

    Notes
    -----
    :math:`\lambda(x) = \sum_{e: L_e > x} r_e`, :math:`\mathrm{OEP}(x) = 1 - e^{-\lambda(x)}` and the
    return period is 1/OEP. AEP is the same of the year's sum (`annual_distribution`), at every size at
    least OEP. With k events above x in n years, the rate's interval is Jeffreys' [1]_:
    quantiles of Gamma(k + 1/2) / n. Where the people of events are draws, the interval is of the
    mixture over draws. A rate is taken to hold unchanged: see the notes of the events.

    References
    ----------
    .. [1] Brown, Cai & DasGupta (2003). Interval estimation in exponential families. *Statistica
       Sinica* 13: 19-49.

    Examples
    --------
    >>> from gecam.preparedness import EventSet, exceedance
    >>> curve = exceedance(EventSet([1000.0, 5000.0], [0.10, 0.02]))
    >>> frame = curve.to_frame().set_index("people").round(1)
    >>> frame["return_period"].tolist(), frame["return_period_at_least"].tolist()
    ([8.8, 50.5, inf], [1.0, 8.8, 50.5])
    """
    _check_enough(events)
    if kind == "AEP":
        return _of_year(events, level)
    draws = events.people if events.people.ndim == 2 else events.people[:, None]
    grid = np.r_[0.0, np.unique(draws)] if draws.shape[1] == 1 else _grid(draws)
    rate, at_least = (
        np.stack([rate_of_events(x, events.rate, grid, above) for x in draws.T], axis=1)
        for above in get_args(Above)
    )
    lower, upper = _rate_interval(rate, events.years, level, seed)
    # Every year has 0 people or more.
    reached = np.where(grid > 0, at_least_one(at_least).mean(axis=1), 1.0)
    return ExceedanceCurve(
        kind,
        grid,
        at_least_one(rate).mean(axis=1),
        reached,
        at_least_one(lower),
        at_least_one(upper),
        events.unit,
        level,
        events.years,
    )


@checked
def average_annual(
    events: EventSet, *, level: Probability = DEFAULT_LEVEL, seed: WholeNumber = 2022
) -> AnnualAverage:
    r"""Return the average annual number of people with its interval.

    Parameters
    ----------
    events
        A model's event set, or a record, in any unit.
    level
        Of the interval, in (0, 1).
    seed
        Of the resampled years.

    Returns
    -------
    AnnualAverage
        The recorded average, and whether it may stand for the long run.

    Notes
    -----
    :math:`\sum_e r_e L_e`. The interval of a record resamples its years by the Bayesian bootstrap [1]_
    (years stay whole, so that runs of events are kept), jointly with draws of the events' people. It
    does not hold events larger than any on record, and is too narrow for heavy tails. A record has no
    mean to estimate if its largest events (20, or a tenth where that is more, at most half) have a
    generalised Pareto shape of 1 or more.

    References
    ----------
    .. [1] Rubin (1981). The Bayesian bootstrap. *Annals of Statistics* 9: 130-134.
    """
    recorded = float(np.mean(events.average_annual))
    if events.period is None or events.year is None:
        ends = _ends(events.average_annual, level) if events.people.ndim == 2 else UNKNOWN
        return AnnualAverage(recorded, *ends, True, message("RATES_OF_MODEL"))
    if len(events) < MIN_EVENTS:
        few = message("FEW_EVENTS", number=len(events), few=MIN_EVENTS)
        return AnnualAverage(recorded, *UNKNOWN, False, few)
    shape = _largest_shape(events)
    if shape >= 1:
        why = message("INFINITE_MEAN", shape=shape)
        return AnnualAverage(recorded, *UNKNOWN, False, message("AVERAGE_OF_RECORD", why=why))
    totals = np.zeros((events.years, math.prod(events.people.shape[1:])))
    np.add.at(totals, events.year - events.period[0], events.people.reshape(len(events), -1))
    n = totals.shape[1] if totals.shape[1] > 1 else RESAMPLES
    streams = Streams(seed)
    weight = -np.log(
        np.stack([streams.uniform("exceedance", f"year {y}", 0, n) for y in range(events.years)])
    )
    means = (weight * totals).sum(axis=0) / weight.sum(axis=0)
    return AnnualAverage(recorded, *_ends(means, level), True, message("WITHOUT_LARGER_EVENTS"))


def _ends(draws: FloatArray, level: float) -> tuple[float, float]:
    lower, upper = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(lower), float(upper)


def _largest_shape(events: EventSet) -> float:
    """Return the shape of the tail of the largest events; NaN where too few are above the rest."""
    central = events.people if events.people.ndim == 1 else events.people.mean(axis=1)
    size = min(max(TAIL_EVENTS, int(TAIL_PART * len(events))), len(events) // 2)
    above = float(np.sort(central)[-size - 1])
    if (central > above).sum() < MIN_EVENTS:
        return math.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PrecisionWarning)
        return fit_tail(central, above, events.years).shape


def chance_within(return_period: float, years: float) -> float:
    r"""Return the probability of an event of a return period within n years, :math:`1 - (1 - 1/T)^n`.

    Parameters
    ----------
    return_period
        T, years, above 1: such an event, or a larger one, comes in one year of T.
    years
        n, at least 0.

    Raises
    ------
    InputError
        If a number is out of range.

    Examples
    --------
    >>> from gecam.preparedness import chance_within
    >>> round(chance_within(100, 30), 2)
    0.26
    """
    if not (return_period > 1 and years >= 0):
        raise InputError(
            f"needs a return period above 1 and years >= 0: got {return_period}, {years}"
        )
    return -math.expm1(years * math.log1p(-1 / return_period))


def _check_enough(events: EventSet) -> None:
    if events.period is not None and len(events) < MIN_EVENTS:
        raise NotEstimatedError(
            f"{len(events)} events in {events.years} years: a curve needs {MIN_EVENTS} or more. The "
            f"record sums to {float(np.mean(events.average_annual)) * events.years:,.0f} {events.unit}."
        )


def _of_year(events: EventSet, level: float) -> ExceedanceCurve:
    central = events.people if events.people.ndim == 1 else events.people.mean(axis=1)
    year: AnnualDistribution = annual_distribution(
        EventSet(central, events.rate, events.unit, events.year, events.period)
    )
    sizes = year.size
    people = np.zeros(1)
    if sizes.size:
        reach = year.mean + REACH * math.sqrt(float(year.rate @ sizes**2)) + 3 * sizes[-1]
        people = np.unique(np.r_[0.0, sizes, np.geomspace(sizes[0], reach, YEAR_POINTS)])
    more, at_least = (year.probabilities(people, above) for above in get_args(Above))
    unknown = np.full_like(people, np.nan)
    return ExceedanceCurve(
        "AEP", people, more, at_least, unknown, unknown, events.unit, level, events.years, year
    )


def _grid(draws: FloatArray) -> FloatArray:
    positive = draws[draws > 0]
    if positive.size == 0:
        return np.zeros(1)
    return np.concatenate([[0.0], np.geomspace(positive.min(), positive.max(), POINTS)])


def _rate_interval(
    rate: FloatArray, years: int, level: float, seed: int
) -> tuple[FloatArray, FloatArray]:
    """Interval of rates by point: of counts in a record, of draws, or of both."""
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if not years:
        if rate.shape[1] == 1:
            return np.full(len(rate), np.nan), np.full(len(rate), np.nan)
        lower, upper = np.quantile(rate, tails, axis=1)
        return lower, upper
    shape = rate * years + 0.5
    if rate.shape[1] == 1:
        lower, upper = (gammaincinv(shape[:, 0], p) / years for p in tails)
        return np.where(rate[:, 0] > 0, lower, 0.0), upper
    u = Streams(seed).uniform("exceedance", "rate", 0, rate.shape[1])
    lower, upper = np.quantile(gammaincinv(shape, u) / years, tails, axis=1)
    return lower, upper
