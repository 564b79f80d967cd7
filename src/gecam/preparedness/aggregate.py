"""Distribution of the people affected in a year: a compound Poisson sum of events."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import gammainc

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt, Probability
from gecam.errors import InputError, PrecisionWarning, caller_level
from gecam.preparedness.events import EventSet

Above = Literal["more than", "at least"]
FEWEST_POINTS, FIRST_GRID, USUAL_GRID, LARGEST_GRID = 16, 2**10, 2**16, 2**20
MOST_SUMS = 2**16  # of a number of events whose sums are listed one by one
LARGEST_LISTED_RATE = 500.0  # exp(-500) is still a normal number
NEGLIGIBLE = 1e-16  # probability of more events than are listed
TILT = 36.0  # what wraps around the transform is multiplied by exp(-36) = 2e-16
PADDING = 8  # so that undoing the tilt multiplies rounding errors by exp(36 / 8) = 90 at most
LARGEST_WHOLE = 2.0**52  # below, half a person is exact
SAME = 1e-12  # sums of sizes that are not whole numbers agree to that part
RESOLVED, UNRESOLVED = 1e-6, 1e-3  # part of an exceedance probability, between two grids
RAREST = 1e-4  # a year; below, errors are compared with this probability


@dataclass(frozen=True, eq=False)
class AnnualDistribution:
    """Distribution of the people affected in one year.

    Parameters
    ----------
    size
        Different sizes of events, persons; ascending, > 0, shape ``(size,)``.
    rate
        Events of each size per year, > 0, shape ``(size,)``.
    points
        Of the finest grid, for years of more events than can be listed.
    """

    size: FloatArray
    rate: FloatArray
    points: int = USUAL_GRID
    _octaves: dict[int, _Sums] = field(default_factory=dict, init=False, repr=False)

    @property
    def mean(self) -> float:
        """Mean people in a year, exactly."""
        return float(self.rate @ self.size)

    def exceedance(self, people: float) -> float:
        """Return the probability that a year has more people than this.

        Warns
        -----
        PrecisionWarning
            If the finest grid does not resolve the events.
        """
        return float(self.probabilities([people], "more than")[0])

    def at_least(self, people: float) -> float:
        """Return the probability that a year has as many people as this, or more; see `exceedance`."""
        return float(self.probabilities([people], "at least")[0])

    def probabilities(self, people: ArrayLike, above: Above) -> FloatArray:
        """Return the probability that a year has more people than each number, or at least as many.

        Parameters
        ----------
        people
            Shape ``(point,)``.
        above
            ``"more than"`` or ``"at least"``.

        Warns
        -----
        PrecisionWarning
            As in `exceedance`.
        """
        at = np.atleast_1d(np.asarray(people, dtype=np.float64))
        if np.isnan(at).any():
            raise InputError("a number of people must not be missing")
        by_one_event = at_least_one(rate_of_events(self.size, self.rate, at, above))
        result = np.where(at <= 0 if above == "at least" else at < 0, 1.0, by_one_event)
        error, is_summed = (
            np.zeros(at.size),
            (at >= self.size.min(initial=np.inf)) & np.isfinite(at),
        )
        # One octave at a time: the grid of each is as fine as its own numbers need.
        octave = np.frexp(np.where(is_summed, at, 1.0))[1]
        for exponent in np.unique(octave[is_summed]).tolist():
            here = is_summed & (octave == exponent)
            if exponent not in self._octaves:
                self._octaves[exponent] = _sums(self, exponent)
            within, error[here] = self._octaves[exponent].within(at[here], above)
            result[here] = np.maximum(1 - within, by_one_event[here])
        excess = error - UNRESOLVED * np.maximum(result, RAREST)
        if (excess > 0).any():
            worst = int(np.argmax(excess))
            warnings.warn(
                f"a grid of {self.points:,} points does not resolve these events: the probability of "
                f"{above} {at[worst]:,.6g} people in a year is {result[worst]:.3g}, give or take "
                f"{error[worst]:.1g}. Raise points= (at most {LARGEST_GRID:,}), or leave out the "
                "smallest events.",
                PrecisionWarning,
                stacklevel=caller_level(),
            )
        return result

    @checked
    def quantile(self, p: Probability) -> float:
        """Return the smallest number of people that a year stays within with probability `p`."""
        allowed = 1 - p + 1e-15
        if self.size.size == 0 or self.exceedance(0.0) <= allowed:
            return 0.0
        low, high = 0.0, max(self.mean, float(self.size[-1]))
        while self.exceedance(high) > allowed:
            low, high = high, 2 * high
        is_whole = bool((self.size == np.floor(self.size)).all() and high < LARGEST_WHOLE)
        precision = 1.0 if is_whole else 1e-9 * high
        while high - low > precision:
            at = np.linspace(low, high, 65)
            at = np.unique(np.floor(at)) if is_whole else at
            first = int(np.argmax(self.probabilities(at, "more than") <= allowed))
            low, high = float(at[first - 1]), float(at[first])
        exact = self.size[(self.size >= low) & (self.size <= high)]
        return float(exact[0]) if exact.size else high


@checked
def annual_distribution(
    events: EventSet, *, points: PositiveInt = USUAL_GRID
) -> AnnualDistribution:
    r"""Return the distribution of the yearly sum of events.

    Parameters
    ----------
    events
        Events with yearly rates; one number of people per event (no draws).
    points
        Of the finest grid, 16 to 1,048,576. Only years of more events than can be listed one by one
        need a grid.

    Returns
    -------
    AnnualDistribution
        Its `exceedance`, `at_least`, `quantile` and `mean`.

    Raises
    ------
    InputError
        If the events carry draws, or the grid is too small or too large.

    Notes
    -----
    Events are a Poisson process: the year's sum S is compound Poisson. With rates :math:`r_e` and
    sizes :math:`L_e`,

    .. math:: P(S \le x) = e^{-\sum_{L_e > x} r_e}\, P\Big(\sum_{L_e \le x} N_e L_e \le x\Big),

    so that a year exceeds x at least as often as one event does. The second factor is the sum over
    numbers of events. Years of few events are listed one by one, with their sums as they are; that
    alone is exact for a handful of sizes, at and between them. Where the list would be too long, whole
    numbers of people with a common divisor that fit into the grid are exact on it; the remaining
    years of many events are put on a grid of each octave of x, events between two points divided so
    that their mean is kept, which is refined until halving the step changes nothing. Probabilities on
    a grid come from a fast Fourier transform with exponential tilting [1]_, and are equal to those of
    Panjer's recursion [2]_. Sums of sizes that are not whole numbers count as equal where they agree
    in 12 digits. Bad years that come in runs (El Nino) are not in it: see `EventSet.dispersion`.

    References
    ----------
    .. [1] Grübel & Hermesmeier (1999). Computation of compound distributions I: aliasing errors and
       exponential tilting. *ASTIN Bulletin* 29: 197-214.
    .. [2] Panjer (1981). Recursive evaluation of a family of compound distributions. *ASTIN
       Bulletin* 12: 22-26.

    Examples
    --------
    >>> from gecam.preparedness import EventSet, annual_distribution
    >>> events = EventSet([100.0, 300.0], [0.5, 0.1])
    >>> year = annual_distribution(events)
    >>> round(year.mean, 6), round(year.exceedance(0.0), 4)  # 1 - exp(-0.6)
    (80.0, 0.4512)
    >>> round(year.exceedance(100.0), 4)  # 1 - exp(-0.6) * 1.5
    0.1768
    """
    if events.people.ndim != 1:
        raise InputError("the yearly sum needs one number of people per event, not draws")
    if not FEWEST_POINTS <= points <= LARGEST_GRID:
        raise InputError(
            f"points must lie between {FEWEST_POINTS} and {LARGEST_GRID:,}: got {points:,}"
        )
    is_used = (events.people > 0) & (events.rate > 0)
    size, which = np.unique(events.people[is_used], return_inverse=True)
    rate = np.zeros(size.size)
    np.add.at(rate, which, events.rate[is_used])
    return AnnualDistribution(size, rate, points)


def rate_of_events(
    size: FloatArray, rate: FloatArray, people: FloatArray, above: Above
) -> FloatArray:
    """Return how many events per year are larger than each number of people, or at least as large."""
    order = np.argsort(size, kind="stable")
    larger = np.r_[np.cumsum(rate[order][::-1])[::-1], 0.0]
    side: Literal["left", "right"] = "right" if above == "more than" else "left"
    return np.asarray(larger[np.searchsorted(size[order], people, side=side)])


def at_least_one(rate: FloatArray) -> FloatArray:
    """Return the probability of at least one event in a year."""
    return np.asarray(np.abs(np.expm1(-rate)))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums of events of one octave: listed for years of few events, on a grid for those of many.

    Parameters
    ----------
    is_whole
        Whether sizes are whole numbers, whose sums are exact.
    layers
        Sums of 0, 1, 2 ... events, ascending, and their cumulative probability after a zero.
    step, cumulative, error
        Grid of the years of more events, persons; probability up to each point, and its change from
        half as many points; empty where these years are negligible.
    is_lattice
        Whether every sum lies on a point.
    none_larger
        Probability that a year has no event beyond the octave.
    """

    is_whole: bool
    layers: tuple[tuple[FloatArray, FloatArray], ...]
    step: float
    cumulative: FloatArray
    error: FloatArray
    is_lattice: bool
    none_larger: float

    def within(self, at: FloatArray, above: Above) -> tuple[FloatArray, FloatArray]:
        """Return the probability that a year stays within each number (below it), and its error."""
        is_more = above == "more than"
        side: Literal["left", "right"] = "right" if is_more else "left"
        if self.is_whole:
            edge = np.floor(at) + 0.5 if is_more else np.ceil(at) - 0.5
        else:
            edge = at * (1 + SAME) if is_more else at * (1 - SAME)
        within, error = np.zeros(at.size), np.zeros(at.size)
        for n, (sums, cumulative) in enumerate(self.layers):
            # One event is compared as it is; a sum of several carries errors of rounding.
            within += cumulative[np.searchsorted(sums, at if n < 2 else edge, side=side)]
        if self.is_lattice:
            within += self.cumulative[np.floor(edge / self.step).astype(np.int64)]
        elif self.cumulative.size:
            # What lies on a point stands for half a step on either side.
            middle = np.arange(self.cumulative.size) + 0.5
            within += np.interp(edge / self.step, middle, self.cumulative)
            error = np.interp(edge / self.step, middle, self.error)
        return self.none_larger * within, self.none_larger * error


def _sums(year: AnnualDistribution, exponent: int) -> _Sums:
    """Return the sums of events up to 2 to the power of `exponent` people."""
    top = math.ldexp(1.0, exponent)
    is_used = year.size <= top
    size, rate = year.size[is_used], year.rate[is_used]
    none_larger = math.exp(-float(year.rate[~is_used].sum()))
    is_whole = bool((size == np.floor(size)).all() and top < LARGEST_WHOLE)
    layers, is_complete = _listed(size, rate, top)
    step, cumulative, is_lattice = 1.0, np.zeros(0), False
    error = cumulative
    if not is_complete:
        divisor = float(np.gcd.reduce(size.astype(np.int64))) if is_whole else 0.0
        is_lattice = divisor > 0 and top / divisor <= year.points
        if is_lattice:
            step = divisor
            cumulative = _on_grid(size / step, rate, math.ceil(top / step), len(layers))
        else:
            step, cumulative, error = _refined(size, rate, top, len(layers), year.points)
    return _Sums(is_whole, layers, step, cumulative, error, is_lattice, none_larger)


def _listed(
    size: FloatArray, rate: FloatArray, top: float
) -> tuple[tuple[tuple[FloatArray, FloatArray], ...], bool]:
    """List the sums of 0, 1, 2 ... events up to `top` with their probabilities, while that is short.

    The second value says whether years of more events are negligible.
    """
    total = float(rate.sum())
    if total > LARGEST_LISTED_RATE:
        return (), False
    layers = [(np.zeros(1), np.array([math.exp(-total)]))]
    is_complete = True
    while gammainc(len(layers), total) > NEGLIGIBLE:  # probability of as many events, or more
        sums, weight = layers[-1]
        if sums.size * size.size > MOST_SUMS:
            is_complete = False
            break
        longer = np.add.outer(sums, size).ravel()
        weight = np.multiply.outer(weight, rate / len(layers)).ravel()
        is_inside = longer <= top
        if not is_inside.any():
            break
        _, first, which = np.unique(
            np.rint(longer[is_inside] / top / (SAME / 10)), return_index=True, return_inverse=True
        )
        layers.append((longer[is_inside][first], np.bincount(which, weight[is_inside])))
    return tuple((sums, np.r_[0.0, np.cumsum(weight)]) for sums, weight in layers), is_complete


def _refined(
    size: FloatArray, rate: FloatArray, top: float, fewest: int, points: int
) -> tuple[float, FloatArray, FloatArray]:
    """Return step, cumulative probability and error on the first grid that resolves the events."""
    cells = min(FIRST_GRID, points // 4)
    now = _on_grid(size * cells / top, rate, cells, fewest)
    while True:
        cells, last = 2 * cells, now
        now = _on_grid(size * cells / top, rate, cells, fewest)
        fine = np.arange(cells + 1) + 0.5
        error = np.abs(now - np.interp(fine, 2 * np.arange(last.size) + 1.0, last))
        here = slice(cells // 2, None)  # the octave
        beyond = np.maximum(1 - now[here], RAREST)
        if 2 * cells > points or (error[here] <= RESOLVED * beyond).all():
            return top / cells, now, error


def _on_grid(position: FloatArray, rate: FloatArray, cells: int, fewest: int) -> FloatArray:
    """Return the probability that `fewest` events or more sum to at most 0 to `cells` steps.

    Events between two points are divided between them so that their mean is kept.
    """
    length = 2 ** math.ceil(math.log2(PADDING * (cells + 1)))
    low = np.floor(position).astype(np.int64)
    part = position - low
    divided = np.bincount(low, rate * (1 - part), minlength=length)
    divided += np.bincount(low + 1, rate * part, minlength=length)
    tilt = np.exp(-TILT / length * np.arange(length))
    power, total = np.fft.rfft(divided * tilt), float(rate.sum())
    transform = np.exp(power - total)
    term = np.full(power.size, complex(math.exp(-total)))
    for n in range(fewest):
        transform -= term
        term = term * power / (n + 1)
    mass = np.fft.irfft(transform, length)[: cells + 1] / tilt[: cells + 1]
    return np.cumsum(np.maximum(mass, 0.0))
