"""Groups: refugees and others in need of protection inside a stock, and the other migrants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache

import numpy as np
import pandas as pd
from scipy.special import ndtr

from gecam._signature import checked
from gecam._typing import Address, FloatArray, NonNegative
from gecam.codes import country_code
from gecam.estimation.draw.beta_quantiles import beta_at_scores
from gecam.estimation.plan.measured_stocks import MeasuredSeries, measured_series
from gecam.estimation.plan.projection import DatedStock, project_series
from gecam.model import Assumptions, CountryType, Group, ProtectedPopulation
from gecam.results import Message, message
from gecam.uncertainty import LogNormal, Quantity, Streams, addresses


@dataclass(frozen=True)
class GroupSplit:
    r"""The two groups of one destination, at the date of the stock and at the reference date.

    Parameters
    ----------
    stock, stock_on
        The published stock that counts as measured, persons, and its date.
    log_sd
        Its error on the log scale.
    registered, registered_now
        People whom UNHCR counts at the stock's date and at the reference date; persons.
    inside
        Beta(a, b) of the share of `registered` that the stock contains.
    dated
        The other migrants brought to the reference date.
    adds_outside
        Whether refugees outside the stock are added (scope ``union``).
    undercount
        Factor from other migrants in the stock to those present; None for no correction.
    is_of_another_year
        Whether UNHCR has no count near the stock's date, and that of the reference date stands in.
    registered_before
        People whom UNHCR counts at the end of the year before the reference date, and of the year
        before that (the first again where there is no such count), persons; None without both.

    Notes
    -----
    Of :math:`R_0` people whom UNHCR counts at the stock's date, :math:`I = b\min(R_0, S)` are inside
    the stock :math:`S`, with :math:`b \sim` Beta: the share inside never exceeds
    :math:`\min(1, S/R_0)`, in any draw. Other migrants, :math:`S - I`, are carried to the reference
    date with the growth of their own series; people in need of international protection follow
    UNHCR's count at the reference date, :math:`I R_t / R_0`, since refugees are counted every year
    and need no extrapolation. Scope ``union`` adds those outside, :math:`R_t (1 - I/R_0)`.
    """

    stock: float
    stock_on: date
    log_sd: float
    registered: float
    registered_now: float
    inside: tuple[float, float]
    dated: DatedStock
    adds_outside: bool = False
    undercount: Quantity | None = None
    is_of_another_year: bool = False
    registered_before: tuple[float, float] | None = None

    @property
    def registers_before(self) -> tuple[float, float]:
        """UNHCR's counts that a plan may use; those of the reference date where none is of before."""
        return self.registered_before or (self.registered_now, self.registered_now)

    @property
    def flags(self) -> tuple[str, ...]:
        """Codes of `gecam.results.FLAGS`."""
        exceeds = not self.dated.is_between and self.registered > self.stock
        return (
            *self.dated.flags,
            *(("REFUGEES_OF_ANOTHER_YEAR",) if self.is_of_another_year else ()),
            *(("REFUGEES_EXCEED_STOCK",) if exceeds else ()),
        )

    @cached_property
    def inside_mean(self) -> float:
        """Mean number of protected people inside the stock at its date, persons."""
        return self.inside_share * limited_mean(self.stock, self.log_sd, self.registered)

    @cached_property
    def inside_share(self) -> float:
        """Mean of the Beta distribution of the share inside."""
        return self.inside[0] / sum(self.inside)

    @property
    def share_held(self) -> float:
        """Mean share of UNHCR's count that the stock contains.

        Below `inside_share` where the stock, in some draws, is too small to hold them.
        """
        return self.inside_mean / self.registered if self.registered > 0 else self.inside_share

    @property
    def held_text(self) -> str:
        """Share of registered people included in the stock, in plain words."""
        return str(self.held)

    @property
    def held(self) -> Message:
        """Share of registered people included in the stock, and the prior that it comes from."""
        if self.share_held < self.inside_share - 5e-5:
            return message("INSIDE_SMALL_STOCK", share=self.share_held, prior=self.inside_share)
        return message("INSIDE_STOCK", share=self.share_held)

    @cached_property
    def protection(self) -> float:
        """Mean number in need of international protection at the reference date, persons."""
        return float(self._protection(self.inside_mean, self.inside_share))

    @cached_property
    def counted(self) -> float:
        """Mean of the other migrants at the reference date, as far as the stock counts them."""
        return (self.stock - self.inside_mean) * self._carried

    @property
    def other(self) -> float:
        """Mean of the other migrants at the reference date, persons."""
        return self.counted * (self.undercount.mean if self.undercount else 1.0)

    def of(self, group: Group) -> float:
        """Mean of a group at the reference date, persons."""
        return self.protection if group == "protection" else self.other

    @property
    def people(self) -> float:
        """Mean of both groups inside the stock at the reference date, persons."""
        return float(self._inside(self.inside_mean, self.inside_share)) + self.other

    @checked
    def draws(
        self, stock: FloatArray, inside: FloatArray, z: FloatArray, missed: FloatArray | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Split draws of the stock: ``(protection, other)`` at the reference date.

        Parameters
        ----------
        stock
            Draws of the stock at its date, persons.
        inside
            Scores that decide the share inside.
        z
            Scores of the change of other migrants since the stock's date.
        missed
            Uniform draws that decide the undercount; needed where there is one.
        """
        share = (
            beta_at_scores(*self.inside, inside)
            if self.registered_now + self.registered > 0
            else 0 * inside
        )
        held = share * np.minimum(self.registered, stock)
        extra = np.sqrt(max(self.dated.log_sd**2 - self.log_sd**2, 0.0))
        change = self._carried * np.exp(extra * z - extra**2 / 2)
        if self.undercount is not None and missed is not None:
            change = change * self.undercount.quantile(missed)
        return self._protection(held, share), (stock - held) * change

    @property
    def _carried(self) -> float:
        return self.dated.people / self.dated.measured if self.dated.measured > 0 else 1.0

    def _protection(self, inside: FloatArray | float, share: FloatArray | float) -> FloatArray:
        now = self._inside(inside, share)
        return np.asarray(self.registered_now + 0 * now if self.adds_outside else now)

    def _inside(self, inside: FloatArray | float, share: FloatArray | float) -> FloatArray:
        """Protected people inside the stock, at the reference date."""
        part = inside / self.registered if self.registered > 0 else share
        return np.asarray(self.registered_now * part)


@checked
def split_stock(
    totals: Mapping[date, float],
    registered: Mapping[date, float],
    when: date,
    *,
    log_sd: NonNegative,
    refugees_added: bool,
    onset: date | None = None,
    adds_outside: bool = False,
    assumptions: Assumptions | None = None,
    country_type: CountryType = "settled",
) -> GroupSplit:
    """Split a stock into groups and bring both to the reference date.

    Parameters
    ----------
    totals
        The published stock by date, persons.
    registered
        UNHCR's count at `when` and at those of the same dates for which it has a year-end, persons.
    when
        Reference date.
    log_sd
        Error of a published stock on the log scale, >= 0.
    refugees_added
        True if the publisher of the stock says that it added UNHCR's refugees.
    onset
        A date, when the crisis began; None where that is not known.
    adds_outside
        Whether refugees outside the stock are added (scope ``union``).
    assumptions
        Shares inside the stock, growth and its spread; the defaults by default.
    country_type
        One of the types of `gecam.model.CountryType`, where the undercount is assumed by type.

    Returns
    -------
    GroupSplit
        Both groups at the date of the stock and at the reference date.
    """
    a = assumptions or Assumptions()
    inside = a.inside_stock["added" if refugees_added else "unknown"]
    undercount = _undercount(a, country_type)
    series = measured_series(totals, onset, a)
    whole = project_series(series, when, log_sd=log_sd, onset=onset, assumptions=a)
    now = registered[when]
    if whole.is_between:
        return GroupSplit(
            whole.people, when, whole.log_sd, now, now, inside,
            replace(whole, measured=whole.people), adds_outside, undercount,
        )  # fmt: skip
    on = whole.measured_on
    counted = {d: registered[d] for d in totals if d in registered} | {on: registered.get(on, now)}
    share = inside[0] / sum(inside)
    others = {
        d: totals[d] - share * limited_mean(totals[d], log_sd, counted[d])
        for d in series.figures if d in counted
    }  # fmt: skip
    measured = MeasuredSeries(others, series.unmeasured)
    carried = project_series(measured, when, log_sd=log_sd, onset=onset, assumptions=a)
    return GroupSplit(
        totals[on], on, log_sd, counted[on], now, inside, carried, adds_outside, undercount,
        is_of_another_year=on not in registered,
    )  # fmt: skip


def _undercount(a: Assumptions, country_type: CountryType) -> Quantity | None:
    """Return the factor from people in the stock to people present."""
    if isinstance(a.undercount, Mapping):
        return LogNormal(*a.undercount[country_type])
    if a.undercount is None:
        return None
    from gecam.estimation.methods.undercount import Undercount

    return Undercount(*a.undercount)


@lru_cache(maxsize=1_024)
def limited_mean(mean: float, log_sd: float, limit: float) -> float:
    r"""Return :math:`E[\min(S, R)]` of a lognormal :math:`S`, in closed form.

    Parameters
    ----------
    mean, limit
        Mean of :math:`S`, and :math:`R`; people, >= 0.
    log_sd
        Standard deviation of :math:`\log S`, between 0 and about 3.

    Examples
    --------
    >>> limited_mean(100.0, 0.0, 80.0), round(limited_mean(100.0, 0.3, 100.0), 2)
    (80.0, 88.08)
    """
    if limit <= 0 or mean <= 0:
        return 0.0
    if log_sd == 0:
        return min(mean, limit)
    d = (np.log(limit / mean) + log_sd**2 / 2) / log_sd
    return float(mean * ndtr(d - log_sd) + limit * ndtr(-d))


def registered_at(protected: ProtectedPopulation, destination: str, when: date) -> pd.Series:
    """Return people whom UNHCR counts in a country at a day, by origin.

    Linear between the two year-ends around the day (for mid-year: their mean); a single year-end
    within a year of the day stands for it. Refugees, asylum-seekers and other people in need of
    protection are added; where the last category did not exist yet, the other two are. A pair that is
    absent at one year-end was not reported there and adds nothing.

    Parameters
    ----------
    protected
        UNHCR's counts of people by country, origin and year-end.
    destination
        Country, by code (ISO3) or name.
    when
        The day (a date).

    Returns
    -------
    pandas.Series
        Persons by origin; empty where UNHCR reports nobody, or no year-end is within a year.
    """
    origins, people = protected.by_place.at(country_code(destination), when)
    return pd.Series(people, origins)


def stock_draws(
    split: GroupSplit, destination: str, source: str, streams: Streams, weight: float, n: int
) -> FloatArray:
    """Draw the stock; errors of one edition correlate by `weight`; shape ``(draw,)``, persons."""
    own = addresses.stock_total(source, destination)
    z = _scores(addresses.stock_edition(source), own, streams, weight, n)
    return LogNormal(split.stock, split.log_sd).at_score(z)


def change_scores(
    destination: str, source: str, streams: Streams, weight: float, n: int
) -> FloatArray:
    """Draw scores of the change since the stock's date; those of one edition correlate by `weight`."""
    own = addresses.stock_change(source, destination)
    return _scores(addresses.change_of_edition(source), own, streams, weight, n)


def _scores(shared: Address, own: Address, streams: Streams, weight: float, n: int) -> FloatArray:
    """Draw standard scores, `weight` of whose variance is shared; shape ``(draw,)``."""
    scores = np.sqrt(1 - weight) * streams.normal(*own, 0, n)
    if weight > 0:
        scores = scores + np.sqrt(weight) * streams.normal(*shared, 0, n)
    return np.asarray(scores)
