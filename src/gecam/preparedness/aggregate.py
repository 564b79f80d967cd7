"""People affected in a whole year: the sum over a random number of events."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr

from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.preparedness.events import EventSet
from gecam.uncertainty import Streams

LARGEST_START = 500.0  # exp(-500) is still a normal number; above, the rate is halved
LARGEST_GRID = 2**16
REACH = 12.0  # standard deviations of the yearly sum that the grid holds


@dataclass(frozen=True, eq=False)
class AnnualDistribution:
    """Distribution of the people affected in one year.

    Parameters
    ----------
    step
        Distance of the grid, persons.
    probability
        Of 0, 1, 2 ... steps; adds to 1 but for what lies beyond the grid.
    """

    step: float
    probability: FloatArray

    @property
    def mean(self) -> float:
        """Mean people in a year."""
        return float(self.step * (np.arange(self.probability.size) @ self.probability))

    def exceedance(self, people: float) -> float:
        """Return the probability that a year has more people than this."""
        inside = np.arange(self.probability.size) * self.step <= people
        return float(max(0.0, 1.0 - self.probability[inside].sum()))

    def quantile(self, p: float) -> float:
        """Return the smallest number of people that a year stays within with probability `p`."""
        if not 0 < p < 1:
            raise InputError(f"p must lie in (0, 1): got {p}")
        position = int(np.searchsorted(np.cumsum(self.probability), p - 1e-15))
        if position >= self.probability.size:
            raise InputError(f"the grid holds less than {p}: use more points")
        return position * self.step


def annual_distribution(events: EventSet, *, points: int = 2**12) -> AnnualDistribution:
    r"""Return the distribution of the yearly sum by Panjer's recursion.

    Parameters
    ----------
    events
        Events with yearly rates; one number of people per event (no draws).
    points
        Of the grid, at most 65,536.

    Returns
    -------
    AnnualDistribution
        Its mean is the average annual number, whatever the grid.

    Raises
    ------
    InputError
        If the events carry draws, or the grid is too small or too large.

    Notes
    -----
    Events are a Poisson process: yearly sums are compound Poisson with rate
    :math:`\lambda = \sum r_e`. Each event is divided between the two grid points next to it so that
    its mean is kept. Then [1]_

    .. math:: g_0 = e^{-\lambda(1 - f_0)}, \qquad
              g_k = \frac{\lambda}{k} \sum_{j=1}^{k} j f_j\, g_{k-j} .

    Large rates are halved until :math:`g_0` is a number, and the distribution is convolved with
    itself as often. Bad years that come in runs (El Nino) are not in it: see
    `RecordedEvents.dispersion`.

    References
    ----------
    .. [1] Panjer (1981). Recursive evaluation of a family of compound distributions. *ASTIN
       Bulletin* 12: 22-26.

    Examples
    --------
    >>> from gecam.preparedness import EventSet, annual_distribution
    >>> events = EventSet([100.0, 300.0], [0.5, 0.1])
    >>> year = annual_distribution(events)
    >>> round(year.mean, 6), round(year.exceedance(0.0), 4)  # 1 - exp(-0.6)
    (80.0, 0.4512)
    """
    if events.people.ndim != 1:
        raise InputError("the yearly sum needs one number of people per event, not draws")
    if not 16 <= points <= LARGEST_GRID:
        raise InputError(f"points must lie between 16 and {LARGEST_GRID}: got {points}")
    kept = (events.people > 0) & (events.rate > 0)
    people, rate = events.people[kept], events.rate[kept]
    if people.size == 0:
        return AnnualDistribution(1.0, np.array([1.0]))
    total = float(rate.sum())
    spread = math.sqrt(float(rate @ people**2))
    reach = float(rate @ people) + REACH * spread + 3 * float(people.max())
    step = reach / (points - 1)
    severity = _on_grid(people, rate / total, step)
    halvings = max(0, math.ceil(math.log2(total / LARGEST_START)))
    g = _panjer(severity, total / 2**halvings, points)
    for _ in range(halvings):
        g = _squared(g)
    return AnnualDistribution(step, g)


def simulated_years(events: EventSet, years: int, *, seed: int) -> FloatArray:
    """Simulate the people affected in each of some years; the check on `annual_distribution`.

    Parameters
    ----------
    events
        As in `annual_distribution`.
    years
        How many, >= 1.
    seed
        Same seed, same years.

    Returns
    -------
    FloatArray
        Persons, shape ``(year,)``.

    Examples
    --------
    >>> from gecam.preparedness import EventSet, simulated_years
    >>> simulated_years(EventSet([100.0], [2.0]), 4, seed=1).tolist()
    [200.0, 400.0, 300.0, 100.0]
    """
    if events.people.ndim != 1 or years < 1:
        raise InputError("needs one number of people per event and at least one year")
    total = float(events.rate.sum())
    streams = Streams(seed)
    if total <= 0:
        return np.zeros(years)
    top = math.ceil(total + 10 * math.sqrt(total) + 20)
    cumulative = pdtr(np.arange(top), total)
    counts = np.searchsorted(cumulative, streams.uniform("years", "number of events", 0, years))
    picks = np.searchsorted(
        np.cumsum(events.rate) / total,
        streams.uniform("years", "which event", 0, int(counts.sum())),
    )
    people = events.people[np.minimum(picks, events.people.size - 1)]
    ends = np.cumsum(counts)
    sums = np.r_[0.0, np.cumsum(people)]
    return np.asarray(sums[ends] - sums[ends - counts])


def _on_grid(people: FloatArray, weight: FloatArray, step: float) -> FloatArray:
    """Divide each event between the grid points next to it; means are kept."""
    position = people / step
    low = np.floor(position).astype(np.int64)
    part = position - low
    severity = np.zeros(int(low.max()) + 2)
    np.add.at(severity, low, weight * (1 - part))
    np.add.at(severity, low + 1, weight * part)
    return severity


def _panjer(severity: FloatArray, rate: float, points: int) -> FloatArray:
    support = np.flatnonzero(severity[1:]) + 1
    weight = support * severity[support] * rate
    g = np.zeros(points)
    g[0] = math.exp(-rate * (1 - severity[0]))
    for k in range(1, points):
        near = support <= k
        g[k] = (weight[near] @ g[k - support[near]]) / k
    return g


def _squared(g: FloatArray) -> FloatArray:
    """Convolve a distribution with itself, on the same grid."""
    size = 2 * g.size
    return np.maximum(np.fft.irfft(np.fft.rfft(g, size) ** 2, size)[: g.size], 0.0)
