"""Which published stocks count as measured, and how the last one of a country was counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from gecam._signature import checked
from gecam.model import FIXED, Assumptions, StockClass

YEAR = 365.25  # days


class StockFigure(NamedTuple):
    """A published stock: its date, and persons."""

    on: date
    people: float


class UnmeasuredFigure(NamedTuple):
    """A last published stock that does not count as measured: its date, and the code of the reason."""

    on: date
    flag: Literal["PUBLISHED_EXTRAPOLATION", "FIGURE_AFTER_ONSET"]


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
    points = [StockFigure(d, float(figures[d])) for d in dates]
    rates = [growth_between(start, end) for start, end in pairwise(points)]
    return abs(rates[1] - rates[0]) < FIXED.same_growth


@checked
def stock_class(
    figures: Mapping[date, float], basis: str = "birth", *, is_imputed: bool = False
) -> StockClass:
    """Return the class of a destination's last figure, which its error depends on.

    Parameters
    ----------
    figures
        People by date.
    basis
        ``birth``, ``citizenship`` or ``unknown``.
    is_imputed
        True where the publisher had no data of the country.

    Returns
    -------
    StockClass
        ``imputed``, ``citizenship``, ``extrapolated`` or ``measured``: a word of
        `Assumptions.stock_log_sd`.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.estimation import stock_class
    >>> stock_class({date(2015, 7, 1): 90.0, date(2020, 7, 1): 100.0}, "citizenship")
    'citizenship'
    """
    if is_imputed:
        return "imputed"
    if basis == "citizenship":
        return "citizenship"
    if basis != "birth" or is_published_extrapolation(figures):
        return "extrapolated"
    return "measured"


@dataclass(frozen=True, slots=True)
class MeasuredSeries:
    """The published figures that count as measured.

    Parameters
    ----------
    figures
        People by date, sorted by date, at least one.
    unmeasured
        The later figure that does not count; None where all do.
    """

    figures: Mapping[date, float]
    unmeasured: UnmeasuredFigure | None = None

    @property
    def last(self) -> date:
        """Date of the last measured figure."""
        return max(self.figures)


def measured_series(
    figures: Mapping[date, float],
    onset: date | None,
    assumptions: Assumptions,
    *,
    is_extrapolated: bool | None = None,
) -> MeasuredSeries:
    """Tell which published figures count as measured (see `stock_at`).

    Parameters
    ----------
    figures
        People by date, at least one.
    onset
        A date, when the crisis began; None where that is not known.
    assumptions
        Whether the onset rule applies.
    is_extrapolated
        Whether the last figure is the publisher's own extrapolation; None finds out from `figures`.
    """
    unmeasured = _unmeasured(figures, onset, assumptions, is_extrapolated)
    dates = sorted(figures) if unmeasured is None else sorted(figures)[:-1]
    return MeasuredSeries({d: figures[d] for d in dates}, unmeasured)


def _unmeasured(
    figures: Mapping[date, float],
    onset: date | None,
    a: Assumptions,
    is_extrapolated: bool | None,
) -> UnmeasuredFigure | None:
    """Return the last figure where it does not count as measured; None where it does."""
    if len(figures) < 2:
        return None
    *_, before, last = sorted(figures)
    if is_published_extrapolation(figures) if is_extrapolated is None else is_extrapolated:
        return UnmeasuredFigure(last, "PUBLISHED_EXTRAPOLATION")
    if onset is None or not a.apply_onset_rule or not before < onset <= last:
        return None
    is_soon = (last - onset).days < FIXED.unmeasured_years * YEAR
    return UnmeasuredFigure(last, "FIGURE_AFTER_ONSET") if is_soon else None


def growth_between(start: StockFigure, end: StockFigure) -> float:
    """Return the growth of the logarithm per year; a zero at either end counts as one half."""
    years = (end.on - start.on).days / YEAR
    return float(np.log(max(end.people, 0.5) / max(start.people, 0.5)) / years)
