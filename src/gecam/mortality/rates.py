"""Incidents and deaths per attempted crossing, with the uncertainty of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np
from scipy.special import gammainc, gammaincinv

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality.attempted_crossings import AttemptedCrossings
from gecam.mortality.clusters import FEW_INCIDENTS, bootstrap_totals
from gecam.uncertainty import DEFAULT_LEVEL

DeathMethod = Literal["compound", "bootstrap"]


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per attempted crossing.

    Parameters
    ----------
    events
        Recorded incidents, or dead and missing.
    attempts
        Attempted crossings.
    rate, lower, upper
        Per attempt (not per person: many try more than once), and its interval.
    level
        Probability content of the interval, in (0, 1).
    method
        How the interval was made.
    flags
        What limits the comparison, such as ``"INTERCEPTIONS_MISSING"``.
    """

    events: int
    attempts: float
    rate: float
    lower: float
    upper: float
    level: float
    method: str
    flags: tuple[str, ...] = ()


@checked
def garwood(count: int, *, level: Probability = DEFAULT_LEVEL) -> tuple[float, float]:
    r"""Return the exact interval of a Poisson mean, given one count (Garwood 1936).

    For counts of **incidents**. Deaths are not Poisson, since one wreck can kill hundreds: the
    interval would be several times too narrow (`compound_interval`).

    Parameters
    ----------
    count
        Number of incidents, a whole number >= 0.
    level
        Probability content of the interval, in (0, 1).

    Returns
    -------
    tuple of float
        Lower and upper end of the expected number of incidents.

    Raises
    ------
    InputError
        If the count is not a whole number >= 0.

    Notes
    -----
    :math:`\tfrac12\chi^2_{2n}(a)` and :math:`\tfrac12\chi^2_{2n+2}(1-a)`,
    :math:`a = (1 - \text{level})/2`; the lower end is 0 for a count of 0.

    References
    ----------
    .. [1] Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28, 437-442.

    Examples
    --------
    >>> from gecam.mortality import garwood
    >>> [round(end, 3) for end in garwood(0, level=0.95)]
    [0.0, 3.689]
    """
    n = float(checked_counts(count, "count")[0])
    tail = (1 - level) / 2
    return (float(gammaincinv(n, tail)) if n else 0.0), float(gammaincinv(n + 1, 1 - tail))


@checked
def incident_rate(
    incidents: int,
    exposure: AttemptedCrossings,
    *,
    prior: tuple[float, float] = (0.5, 0.0),
    level: Probability = DEFAULT_LEVEL,
) -> Rate:
    r"""Return recorded incidents per attempted crossing.

    Parameters
    ----------
    incidents
        Number of recorded incidents, >= 0; cumulative records are not incidents and must be left out.
    exposure
        Attempted crossings (people, > 0) of the same route and period.
    prior
        Shape and rate of the Gamma prior; the default is Jeffreys' prior.
    level
        Probability content of the interval, in (0, 1).

    Returns
    -------
    Rate
        The posterior mean, and the equal-tailed interval.

    Notes
    -----
    :math:`\lambda \mid n \sim \Gamma(a + n,\, b + E)`. With an uncertain exposure the interval is
    that of the mixture over a log-normal :math:`E`, centred so that the mean of :math:`1/E` is one
    over the stated exposure: a poorer count of crossings widens the interval and leaves the rate.

    References
    ----------
    .. [1] Jeffreys, H. (1946). An invariant form for the prior probability in estimation problems.
       *Proceedings of the Royal Society A* 186, 453-461.

    Examples
    --------
    >>> from gecam.mortality import AttemptedCrossings, incident_rate
    >>> rate = incident_rate(40, AttemptedCrossings(arrivals=100_000, interceptions=0, returns=0))
    >>> round(1e5 * rate.rate, 1), round(1e5 * rate.lower, 1), round(1e5 * rate.upper, 1)
    (40.5, 30.6, 51.5)
    """
    n = float(checked_counts(incidents, "incidents")[0])
    shape = prior[0] + n
    if shape <= 0 or prior[1] < 0:
        raise InputError(f"prior must be (shape > 0, rate >= 0): got {prior}.")
    attempts = exposure.attempts + prior[1]
    lower, upper = _over_exposure(
        lambda events: gammainc(shape, events),
        lambda events: gammainc(shape, events),
        attempts,
        exposure.log_sd,
        level,
    )
    return Rate(
        int(n),
        exposure.attempts,
        shape / attempts,
        lower,
        upper,
        level,
        "Gamma-Poisson",
        exposure.flags,
    )


@checked
def death_rate(
    sizes: ArrayLike,
    exposure: AttemptedCrossings,
    *,
    cumulative: ArrayLike = (),
    method: DeathMethod = "compound",
    level: Probability = DEFAULT_LEVEL,
    draws: PositiveInt = 4000,
    seed: WholeNumber = 0,
) -> Rate:
    """Return recorded deaths per attempted crossing; the interval allows for many dead in one wreck.

    Parameters
    ----------
    sizes
        Dead and missing in each recorded incident, >= 0. Shape ``(incident,)``.
    exposure
        Attempted crossings (people, > 0) of the same route and period as the incidents; its deaths
        include the cumulative records.
    cumulative
        Dead and missing in each cumulative record, whose incidents are not told apart. Shape
        ``(record,)``. They are in the rate, and each enters the interval as one incident, which
        makes it as wide as the record allows (`compound_interval`).
    method
        ``"compound"`` (`compound_interval`; the default, which covers better) or ``"bootstrap"``
        (`bootstrap_totals`, percentiles).
    level
        Probability content of the interval, in (0, 1).
    draws, seed
        Number of draws of the bootstrap, at least 1, and its seed, a whole number >= 0.

    Returns
    -------
    Rate
        Deaths over attempts. Flagged ``FEW_INCIDENTS`` below 30 incidents: a wreck larger than any
        recorded one may not be in the interval; and ``CUMULATIVE_AS_ONE_INCIDENT`` where people of
        cumulative records are counted.

    Examples
    --------
    >>> from gecam.mortality import AttemptedCrossings, death_rate
    >>> exposure = AttemptedCrossings(arrivals=50_000, interceptions=10_000, returns=0, deaths=500)
    >>> rate = death_rate([1] * 60 + [5] * 8 + [400], exposure)
    >>> [round(1000 * x, 1) for x in (rate.rate, rate.lower, rate.upper)]
    [8.3, 1.0, 32.8]
    """
    single, lumped = checked_counts(sizes, "sizes"), checked_counts(cumulative, "cumulative")
    y = np.append(single, lumped)
    if method == "compound":
        below_upper, below_lower = _compound_distributions(y)
    else:
        totals = np.sort(bootstrap_totals(y, draws=draws, seed=seed))
        below_upper = below_lower = lambda events: np.searchsorted(totals, events) / totals.size
    lower, upper = _over_exposure(
        below_lower, below_upper, exposure.attempts, exposure.log_sd, level
    )
    flags = (
        *exposure.flags,
        *(("FEW_INCIDENTS",) if single.size < FEW_INCIDENTS else ()),
        *(("CUMULATIVE_AS_ONE_INCIDENT",) if lumped.any() else ()),
    )
    total = float(y.sum())
    return Rate(
        int(total),
        exposure.attempts,
        total / exposure.attempts,
        lower,
        upper,
        level,
        f"{method} Poisson" if method == "compound" else "cluster bootstrap",
        flags,
    )


Below = Callable[[FloatArray], FloatArray]


def _compound_distributions(sizes: FloatArray) -> tuple[Below, Below]:
    """Return the distribution functions behind the upper and the lower end (Fay and Feuer 1997)."""
    total, variance, largest = sizes.sum(), (sizes**2).sum(), max(sizes.max(initial=0), 1.0)
    scale = (variance + largest**2) / (total + largest)

    def below_upper(events: FloatArray) -> FloatArray:
        return np.asarray(gammainc((total + largest) / scale, events / scale))

    def below_lower(events: FloatArray) -> FloatArray:
        if total == 0:
            return np.ones_like(events)
        return np.asarray(gammainc(total**2 / variance, events * total / variance))

    return below_upper, below_lower


def _over_exposure(
    below_lower: Below, below_upper: Below, attempts: float, log_sd: float, level: float
) -> tuple[float, float]:
    """Return the interval of events / exposure for a log-normal exposure (equal-weight nodes)."""
    from scipy.special import ndtri

    tail = (1 - level) / 2
    nodes = ndtri((np.arange(401) + 0.5) / 401) if log_sd > 0 else np.zeros(1)
    # exposure = attempts * exp(log_sd z + log_sd^2 / 2): the mean of 1/exposure is 1/attempts
    exposure = attempts * np.exp(log_sd * nodes + log_sd**2 / 2)

    def quantile(below: Below, probability: float) -> float:
        def reached(rate: float) -> bool:
            return float(np.mean(below(rate * exposure))) >= probability

        if reached(0.0):
            return 0.0
        high = 1.0 / attempts
        while not reached(high):
            high *= 2
            if high == inf:
                return inf
        low = 0.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (low, middle) if reached(middle) else (middle, high)
            if high - low <= 1e-12 * high:
                break
        return high

    return quantile(below_lower, tail), quantile(below_upper, 1 - tail)
