"""Dating: a stock brought to the day for which affected people are estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from gecam._signature import checked
from gecam._typing import NonNegative
from gecam.errors import InputError
from gecam.model import Assumptions

YEAR = 365.25  # days
UNMEASURED_YEARS = 2.0  # after an onset: nobody takes a census in the first years of a war (judged)
SAME_GROWTH = 0.0005  # per year: two intervals that agree this well were not both measured


@dataclass(frozen=True, slots=True)
class DatedStock:
    """A stock at the reference date.

    Parameters
    ----------
    people
        Mean, persons.
    log_sd
        Standard deviation on the log scale.
    measured, measured_on
        The last figure that counts as measured, and its date.
    growth
        Change of the logarithm per year that was applied; 0 where none was.
    uncapped
        Persons that the uncapped growth would give; equal to `people` where no cap applied.
    flags
        Codes.
    text
        What was done, in plain words.
    is_between
        Whether the day lies between two measured figures.
    grown_from
        Date of the earlier figure from which the growth was taken; None where none is carried on.
    """

    people: float
    log_sd: float
    measured: float
    measured_on: date
    growth: float
    uncapped: float
    flags: tuple[str, ...]
    text: str
    is_between: bool = False
    grown_from: date | None = None


def is_published_extrapolation(figures: Mapping[date, float]) -> bool:
    """Tell whether the last published figure continues the growth before it exactly.

    Parameters
    ----------
    figures
        People by date. With fewer than three positive figures nothing can be told: False.

    Examples
    --------
    >>> from datetime import date
    >>> is_published_extrapolation(
    ...     {date(2015, 7, 1): 100.0, date(2020, 7, 1): 110.0, date(2025, 7, 1): 121.0})
    True
    """
    dates = sorted(figures)[-3:]
    if len(dates) < 3 or min(figures[d] for d in dates) <= 0:
        return False
    rates = [_growth(figures, start, end) for start, end in pairwise(dates)]
    return abs(rates[1] - rates[0]) < SAME_GROWTH


@checked
def stock_at(
    figures: Mapping[date, float],
    when: date,
    *,
    log_sd: NonNegative,
    onset: date | None = None,
    is_extrapolated: bool | None = None,
    assumptions: Assumptions | None = None,
) -> DatedStock:
    r"""Bring a series of published stocks to a day.

    Parameters
    ----------
    figures
        People by date, one series of one revision; >= 0.
    when
        The reference date, not before the first figure.
    log_sd
        Error of a published figure on the log scale.
    onset
        When the crisis began; None where that is not known. A stock is not carried across it.
    is_extrapolated
        Whether the last figure is the publisher's own extrapolation; None finds out from `figures`.
    assumptions
        Drift, growth cap, correlation of the two ends, and the width of a frozen stock.

    Returns
    -------
    DatedStock
        Mean, spread, and what was done.

    Raises
    ------
    InputError
        If there is no figure at or before `when`.

    Notes
    -----
    Between two figures :math:`\log N` is a Brownian bridge around the straight line:
    :math:`V = (1-f)^2 s^2 + f^2 s^2 + 2f(1-f)\rho s^2 + \sigma^2 (t-t_0)(t_1-t)/(t_1-t_0)`. Beyond
    the last measured figure, with :math:`h` years to go after an interval of :math:`D` years, it
    carries the last growth: :math:`c_1 = 1 + h/D`, :math:`c_0 = -h/D`,
    :math:`V = (c_1^2 + c_0^2 + 2 c_0 c_1 \rho) s^2 + \sigma^2 (h + h^2/D)`. Errors of the two ends
    correlate by :math:`\rho`, as both often rest on one census. The mean is the deterministic figure
    at every spread. A last figure that continues the growth before it exactly
    (`is_published_extrapolation`) is an extrapolation by the publisher: it counts from the figure
    before. So does a last figure of less than two years after the onset, where the onset lies
    between the last two: nobody measured it. If the onset lies after the last measured figure, the
    stock is held at the onset.

    Examples
    --------
    >>> from datetime import date
    >>> stock = stock_at({date(2015, 7, 1): 400_000, date(2020, 7, 1): 440_000}, date(2022, 7, 1),
    ...                  log_sd=0.1, onset=date(2012, 1, 1))
    >>> round(stock.people), round(stock.log_sd, 2), round(stock.growth, 3)
    (457079, 0.27, 0.019)
    """
    a = assumptions or Assumptions()
    if not figures or any(not np.isfinite(n) or n < 0 for n in figures.values()):
        raise InputError(
            f"stock figures must be at least one, finite and >= 0: got {dict(figures)}"
        )
    series = measured_series(figures, onset, a, is_extrapolated=is_extrapolated)
    return dated(figures, series, when, log_sd=log_sd, onset=onset, assumptions=a)


@dataclass(frozen=True, slots=True)
class MeasuredSeries:
    """Which published figures count as measured.

    Parameters
    ----------
    dates
        Their dates, sorted, at least one.
    flags, note
        Codes, and words on the figure that does not count; empty where all do.
    """

    dates: tuple[date, ...]
    flags: tuple[str, ...] = ()
    note: str = ""


def measured_series(
    figures: Mapping[date, float],
    onset: date | None,
    assumptions: Assumptions,
    *,
    is_extrapolated: bool | None = None,
) -> MeasuredSeries:
    """Tell which published figures count as measured (see `stock_at`)."""
    dates = sorted(figures)
    if is_extrapolated is None:
        is_extrapolated = is_published_extrapolation(figures)
    if is_extrapolated and len(dates) > 1:
        note = f" (the figure of {dates[-1]} continues the growth before it: no measurement)"
        return MeasuredSeries(tuple(dates[:-1]), ("PUBLISHED_EXTRAPOLATION",), note)
    if assumptions.apply_onset_rule and onset is not None and len(dates) > 1:
        is_after = dates[-2] < onset <= dates[-1]
        if is_after and (dates[-1] - onset).days < UNMEASURED_YEARS * YEAR:
            note = f" (the figure of {dates[-1]} is of soon after the onset: a projection)"
            return MeasuredSeries(tuple(dates[:-1]), ("FIGURE_AFTER_ONSET",), note)
    return MeasuredSeries(tuple(dates))


def dated(
    figures: Mapping[date, float],
    series: MeasuredSeries,
    when: date,
    *,
    log_sd: float,
    onset: date | None,
    assumptions: Assumptions,
) -> DatedStock:
    """Bring the measured figures of a series to a day; the mathematics of `stock_at`."""
    a, flags = assumptions, series.flags
    dates = [d for d in series.dates if d <= when]
    if not dates:
        raise InputError(f"no stock figure at or before {when}; the first is of {min(figures)}")
    last = dates[-1]
    later = [d for d in series.dates if d > when]
    if later:
        return _between(figures, last, later[0], when, log_sd, a)
    flags += () if onset else ("ONSET_UNKNOWN",)
    frozen = a.apply_onset_rule and onset is not None and last < onset <= when
    target = onset if frozen and onset is not None else when
    growth = _growth(figures, dates[-2], last) if len(dates) > 1 and a.apply_growth else 0.0
    capped = float(np.clip(growth, -a.growth_cap, a.growth_cap))
    h = (target - last).days / YEAR
    variance = log_sd**2 + a.drift_log_sd**2 * h
    if len(dates) > 1 and a.apply_growth:
        d = (last - dates[-2]).days / YEAR
        c1, c0 = 1 + h / d, -h / d
        variance = (c1 * c1 + c0 * c0 + 2 * c0 * c1 * a.end_correlation) * log_sd**2
        variance += a.drift_log_sd**2 * (h + h * h / d)
    spread = float(np.sqrt(variance))
    start = dates[-2] if len(dates) > 1 and a.apply_growth and h > 0 else None
    text = f"{figures[last]:,.0f} on {last}{series.note}"
    if start is not None:
        text += f", {np.expm1(capped):+.1%} a year until {target}"
        since = f"since {start}, when there were {figures[start]:,.0f}"
        if abs(growth) > a.growth_cap:
            flags += ("GROWTH_CAPPED",)
            uncapped = figures[last] * np.exp(growth * h)
            text += f" (capped: {np.expm1(growth):+.1%} a year {since}, would give {uncapped:,.0f})"
        else:
            text += f" (as {since})"
    elif h > 0:
        text += f", unchanged until {target}"
    if frozen:
        flags += ("STOCK_FROZEN",)
        spread = max(spread, a.frozen_log_sd)
        text += "; held there because the crisis began then"
    people = float(figures[last] * np.exp(capped * h))
    return DatedStock(
        people, spread, float(figures[last]), last, capped,
        float(figures[last] * np.exp(growth * h)), flags, text, grown_from=start,
    )  # fmt: skip


def _between(
    figures: Mapping[date, float], start: date, end: date, when: date, log_sd: float, a: Assumptions
) -> DatedStock:
    """Interpolate between two figures."""
    span = (end - start).days
    f = (when - start).days / span
    growth = _growth(figures, start, end)
    people = float(figures[start] * np.exp(growth * (when - start).days / YEAR))
    variance = ((1 - f) ** 2 + f**2 + 2 * f * (1 - f) * a.end_correlation) * log_sd**2
    variance += a.drift_log_sd**2 * f * (1 - f) * span / YEAR
    text = f"between {figures[start]:,.0f} on {start} and {figures[end]:,.0f} on {end}"
    return DatedStock(
        people, float(np.sqrt(variance)), float(figures[start]), start, growth, people, (), text,
        is_between=True,
    )  # fmt: skip


def _growth(figures: Mapping[date, float], start: date, end: date) -> float:
    """Return the growth of the logarithm per year; a zero at either end counts as one half."""
    years = (end - start).days / YEAR
    ends = [max(float(figures[d]), 0.5) for d in (start, end)]
    return float(np.log(ends[1] / ends[0]) / years)
