"""Projection of a stock to the day for which affected people are estimated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import NonNegative
from gecam.errors import InputError
from gecam.estimation.plan.measured_stocks import (
    YEAR,
    MeasuredSeries,
    StockFigure,
    UnmeasuredFigure,
    growth_between,
    measured_series,
)
from gecam.model import Assumptions
from gecam.results import Message, message


class ResidentsSince(NamedTuple):
    """Residents of a country on the eve of a crisis, and at the reference date; persons."""

    before: float
    now: float


UNMEASURED: Mapping[str, str] = {
    "PUBLISHED_EXTRAPOLATION": "CONTINUES_GROWTH",
    "FIGURE_AFTER_ONSET": "SOON_AFTER_ONSET",
}
"""Code of the message of each reason why a figure does not count as measured."""


@dataclass(frozen=True, slots=True)
class DatedStock:
    """A stock at the reference date, and the figures and growth that it follows from.

    Parameters
    ----------
    people
        Mean, persons.
    log_sd
        Standard deviation on the log scale.
    measured, measured_on
        The last figure that counts as measured, persons, and its date.
    until
        Day until which its growth is carried: the reference date, or the onset.
    growth
        Change of the logarithm per year that was applied; 0 where none was.
    measured_growth
        The same before the cap.
    grown
        The earlier figure from which the growth was taken; None where none is carried on.
    between
        The measured figures around the day; None beyond the last.
    unmeasured
        A later figure that does not count as measured; None without one.
    is_held
        Whether its growth is carried to the onset only.
    residents
        With whom it moves since then; None where it stays as it was at the onset.
    presence
        How present the people still are since then, relative to the residents.
    has_onset
        Whether an onset is given.
    """

    people: float
    log_sd: float
    measured: float
    measured_on: date
    until: date
    growth: float = 0.0
    measured_growth: float = 0.0
    grown: StockFigure | None = None
    between: tuple[StockFigure, StockFigure] | None = None
    unmeasured: UnmeasuredFigure | None = None
    is_held: bool = False
    residents: ResidentsSince | None = None
    presence: float = 1.0
    has_onset: bool = True

    def moved(self, residents: ResidentsSince) -> DatedStock:
        """Return the stock with the share of the residents that it had at the onset."""
        people = self.people * residents.now / residents.before
        return replace(self, people=people, residents=residents)

    def present(self, ratio: float) -> DatedStock:
        """Return the stock of those who are still present, relative to the residents."""
        return replace(self, people=self.people * ratio, presence=ratio)

    @property
    def is_between(self) -> bool:
        """Whether the day lies between two measured figures."""
        return self.between is not None

    @property
    def grown_from(self) -> date | None:
        """Date of the figure from which the growth was taken; None where none is carried on."""
        return None if self.grown is None else self.grown.on

    @property
    def is_capped(self) -> bool:
        """Whether the growth was capped."""
        return self.grown is not None and self.growth != self.measured_growth

    @property
    def uncapped(self) -> float:
        """Persons that the growth would give without its cap."""
        years = (self.until - self.measured_on).days / YEAR
        return float(self.measured * np.exp(self.measured_growth * years))

    @property
    def flags(self) -> tuple[str, ...]:
        """Codes of `gecam.results.FLAGS`."""
        return () if self.is_between else tuple(self._flags())

    def _flags(self) -> Iterator[str]:
        if self.unmeasured is not None:
            yield self.unmeasured.flag
        if not self.has_onset:
            yield "ONSET_UNKNOWN"
        if self.is_capped:
            yield "GROWTH_CAPPED"
        if self.is_held:
            yield "STOCK_FROZEN"

    @property
    def text(self) -> str:
        """What was done, in plain words."""
        return str(self.message)

    @property
    def message(self) -> Message:
        """What was done, with its numbers."""
        if self.between is not None:
            (start, first), (end, last) = self.between
            return message("BETWEEN", first=first, start=start, last=last, end=end)
        done = message("MEASURED", people=self.measured, on=self.measured_on)
        if self.unmeasured is not None:
            on, flag = self.unmeasured
            done = message(UNMEASURED[flag], measured=done, on=on)
        done = self._with_growth(done)
        if self.residents is not None:
            before, now = self.residents
            done = message("MOVES_WITH_RESIDENTS", projected=done, before=before, now=now)
            return (
                done
                if self.presence == 1
                else message("RELATIVE_PRESENCE", projected=done, presence=self.presence)
            )
        return message("HELD_AT_ONSET", projected=done) if self.is_held else done

    def _with_growth(self, measured: Message) -> Message:
        if self.grown is None:
            is_carried = self.until > self.measured_on
            return (
                message("UNCHANGED", measured=measured, until=self.until)
                if is_carried
                else measured
            )
        since, people = self.grown
        rate = float(np.expm1(self.growth))
        if not self.is_capped:
            return message("GROWN", measured=measured, rate=rate, until=self.until, since=since,
                           people=people)  # fmt: skip
        return message(
            "GROWN_CAPPED", measured=measured, rate=rate, until=self.until, since=since,
            people=people, uncapped_rate=float(np.expm1(self.measured_growth)), uncapped=self.uncapped,
        )  # fmt: skip


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
        Error of a published figure on the log scale, [0, 3].
    onset
        A date, when the crisis began; None where that is not known. A stock is not carried across it.
    is_extrapolated
        Whether the last figure is the publisher's own extrapolation; None finds out from `figures`.
    assumptions
        Drift, growth cap, correlation of the two ends, and the width of a frozen stock; `Assumptions()`
        by default.

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
    stock is held at the onset; `estimate` then moves other migrants with the residents
    (`Assumptions.stock_after_onset`).

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
    return project_series(series, when, log_sd=log_sd, onset=onset, assumptions=a)


def project_series(
    series: MeasuredSeries,
    when: date,
    *,
    log_sd: float,
    onset: date | None,
    assumptions: Assumptions,
) -> DatedStock:
    """Interpolate or extrapolate measured figures to a date (implements `stock_at`).

    Parameters
    ----------
    series
        The figures that count as measured.
    when
        The reference date, not before the first figure.
    log_sd
        Error of a figure on the log scale, >= 0.
    onset
        A date, when the crisis began; None where that is not known.
    assumptions
        As in `stock_at`.

    Raises
    ------
    InputError
        If there is no figure at or before `when`.
    """
    a = assumptions
    figures = [StockFigure(d, float(people)) for d, people in series.figures.items()]
    before = [figure for figure in figures if figure.on <= when]
    if not before:
        raise InputError(f"no stock figure at or before {when}; the first is of {figures[0].on}")
    if after := figures[len(before) :]:
        return _interpolated((before[-1], after[0]), when, log_sd, a)
    is_held = a.apply_onset_rule and onset is not None and before[-1].on < onset <= when
    if onset is None or not is_held:
        stock = _extrapolated(before, when, log_sd, a)
        return replace(stock, unmeasured=series.unmeasured, has_onset=onset is not None)
    stock = _extrapolated(before, onset, log_sd, a)
    spread = max(stock.log_sd, a.frozen_log_sd)
    return replace(stock, log_sd=spread, unmeasured=series.unmeasured, is_held=True)


def _extrapolated(
    figures: Sequence[StockFigure], until: date, log_sd: float, a: Assumptions
) -> DatedStock:
    """Carry the growth between the last two figures on until a day."""
    last, h = figures[-1], (until - figures[-1].on).days / YEAR
    earlier = figures[-2] if len(figures) > 1 and a.apply_growth else None
    growth = 0.0 if earlier is None else growth_between(earlier, last)
    capped = min(max(growth, -a.growth_cap), a.growth_cap)
    interval = None if earlier is None else (last.on - earlier.on).days / YEAR
    return DatedStock(
        float(last.people * np.exp(capped * h)), _spread(h, interval, log_sd, a), last.people, last.on,
        until, capped, growth, earlier if h > 0 else None,
    )  # fmt: skip


def _spread(h: float, interval: float | None, log_sd: float, a: Assumptions) -> float:
    """Return the spread `h` years after the last figure; without growth, `interval` is None."""
    if interval is None:
        return float(np.sqrt(log_sd**2 + a.drift_log_sd**2 * h))
    c1, c0 = 1 + h / interval, -h / interval
    variance = (c1 * c1 + c0 * c0 + 2 * c0 * c1 * a.end_correlation) * log_sd**2
    variance += a.drift_log_sd**2 * (h + h * h / interval)
    return float(np.sqrt(variance))


def _interpolated(
    around: tuple[StockFigure, StockFigure], when: date, log_sd: float, a: Assumptions
) -> DatedStock:
    """Interpolate between two figures."""
    start, end = around
    span = (end.on - start.on).days
    f = (when - start.on).days / span
    growth = growth_between(start, end)
    people = float(start.people * np.exp(growth * (when - start.on).days / YEAR))
    variance = ((1 - f) ** 2 + f**2 + 2 * f * (1 - f) * a.end_correlation) * log_sd**2
    variance += a.drift_log_sd**2 * f * (1 - f) * span / YEAR
    return DatedStock(
        people,
        float(np.sqrt(variance)),
        start.people,
        start.on,
        when,
        growth,
        growth,
        between=around,
    )
