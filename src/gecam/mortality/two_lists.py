"""Population size from two overlapping lists (Lincoln-Petersen, Chapman)."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sqrt
from typing import Literal

import numpy as np
from scipy.special import gammaln, xlogy

from gecam._signature import checked
from gecam._typing import Probability
from gecam.errors import InputError, NotEstimatedError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality.population_size import PopulationSize, normal_quantile, unseen_interval
from gecam.uncertainty import DEFAULT_LEVEL

TwoListInterval = Literal["lognormal", "profile"]


@checked
def lincoln_petersen(
    first: int,
    second: int,
    both: int,
    *,
    level: Probability = DEFAULT_LEVEL,
    interval: TwoListInterval = "profile",
) -> PopulationSize:
    r"""Estimate a number of units by the Lincoln-Petersen ratio of two independent lists.

    Parameters
    ----------
    first, second
        Units on the first and on the second list.
    both
        Units on both lists, at least 1.
    level
        Probability content of the interval, in (0, 1).
    interval
        ``"profile"`` (profile likelihood) or ``"lognormal"`` (of the number unseen).

    Returns
    -------
    PopulationSize

    Raises
    ------
    InputError
        If a count is not a whole number >= 0, or `both` exceeds a list.
    NotEstimatedError
        If `both` is 0: the ratio is infinite. `chapman` stays finite, with little information.

    Notes
    -----
    :math:`\hat N = n_1 n_2 / m`, :math:`s^2 = n_1 n_2 (n_1 - m)(n_2 - m) / m^3`. The lists must be
    independent: sources that help each other find cases make the estimate too low, sources that
    share out the cases make it too high, and two lists cannot tell which holds.

    References
    ----------
    .. [1] Seber, G. A. F. (1982). *The Estimation of Animal Abundance*, 2nd ed., section 3.1.
    .. [2] Cormack, R. M. (1992). Interval estimation for mark-recapture studies of closed
       populations. *Biometrics* 48, 567-576.

    Examples
    --------
    >>> from gecam.mortality import lincoln_petersen
    >>> round(lincoln_petersen(948, 421, 167).estimate, 1)
    2389.9
    """
    n1, n2, m, observed = _checked(first, second, both)
    if m == 0:
        raise NotEstimatedError(
            "no unit is on both lists, so the Lincoln-Petersen estimate is infinite. "
            "Use chapman(), which stays finite and is flagged, or look for errors of matching."
        )
    estimate = n1 * n2 / m
    se = sqrt(n1 * n2 * (n1 - m) * (n2 - m) / m**3)
    lower, upper = _interval(n1, n2, m, estimate, se, level=level, interval=interval)
    return PopulationSize(
        int(observed),
        estimate,
        lower,
        upper,
        se,
        level,
        "Lincoln-Petersen",
        ("INDEPENDENCE_ASSUMED",),
    )


@checked
def chapman(
    first: int,
    second: int,
    both: int,
    *,
    level: Probability = DEFAULT_LEVEL,
    interval: TwoListInterval = "profile",
) -> PopulationSize:
    r"""Estimate a number of units from two independent lists, nearly without bias (Chapman).

    Parameters
    ----------
    first, second, both, level, interval
        As in `lincoln_petersen`; `both` may be 0.

    Returns
    -------
    PopulationSize
        Flagged ``NO_OVERLAP`` where `both` is 0: the profile interval then has no upper end. With
        few units on both lists the estimate is not where the likelihood is highest; the profile
        interval is extended to it where the level is so low that it would lie outside.

    Raises
    ------
    InputError
        If a count is not a whole number >= 0, or `both` exceeds a list.

    Notes
    -----
    :math:`\hat N = (n_1+1)(n_2+1)/(m+1) - 1` with Seber's variance
    :math:`(n_1+1)(n_2+1)(n_1-m)(n_2-m) / \{(m+1)^2 (m+2)\}` [1]_. Independence is assumed as in
    `lincoln_petersen`. In simulations of two independent lists with four or more units expected on
    both, profile intervals of 90 % hold the truth in 88 to 91 % of cases and log-normal ones in 82
    to 90 %; with two expected on both it is 86 % and 79 %.

    References
    ----------
    .. [1] Seber, G. A. F. (1982). *The Estimation of Animal Abundance*, 2nd ed., section 3.1.

    Examples
    --------
    >>> from gecam.mortality import chapman
    >>> print(chapman(948, 421, 167))
    2,383 (90%: 2,190-2,620; 1,202 observed; Chapman)
    """
    n1, n2, m, observed = _checked(first, second, both)
    estimate = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    se = sqrt((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2)))
    lower, upper = _interval(n1, n2, m, estimate, se, level=level, interval=interval)
    flags = ("INDEPENDENCE_ASSUMED",) + (("NO_OVERLAP",) if m == 0 else ())
    return PopulationSize(int(observed), estimate, lower, upper, se, level, "Chapman", flags)


def _checked(first: int, second: int, both: int) -> tuple[float, float, float, float]:
    n1, n2, m = checked_counts([first, second, both], "first, second and both")
    if m > min(n1, n2):
        raise InputError(
            f"both must not exceed a list: got both={m:g}, first={n1:g}, second={n2:g}."
        )
    return float(n1), float(n2), float(m), float(n1 + n2 - m)


def _interval(
    n1: float, n2: float, m: float, estimate: float, se: float, *, level: float, interval: str
) -> tuple[float, float]:
    observed = n1 + n2 - m
    if interval == "lognormal":
        return unseen_interval(observed, estimate - observed, se, level=level)
    if observed == 0:  # two empty lists say nothing
        return 0.0, inf
    lower, upper = profile_interval(
        lambda size: _log_likelihood(size, min(n1, n2), max(n1, n2), observed),
        observed=observed,
        start=n1 * n2 / max(m, 0.5),
        level=level,
        is_bounded=m > 0,
    )
    return min(lower, estimate), max(upper, estimate)


def _log_likelihood(size: float, n1: float, n2: float, observed: float) -> float:
    total = gammaln(size + 1) - gammaln(size - observed + 1)
    for n in (n1, n2):
        total += xlogy(n, n / size) + xlogy(size - n, (size - n) / size)
    return float(total)


def profile_interval(
    log_likelihood: Callable[[float], float],
    *,
    observed: float,
    start: float,
    level: float,
    is_bounded: bool = True,
) -> tuple[float, float]:
    r"""Return the sizes whose profile log-likelihood is within :math:`z^2/2` of its maximum.

    Parameters
    ----------
    log_likelihood
        Profile log-likelihood of the population size, unimodal on ``[observed, inf)``.
    observed, start
        Smallest size that is possible; a size near the maximum.
    level
        Probability content.
    is_bounded
        False where the likelihood does not fall to the right: the upper end is infinite.
    """
    from scipy.optimize import brentq, minimize_scalar

    drop = normal_quantile(level) ** 2 / 2
    top = observed + 4 * max(start - observed, 1.0) + 10
    # The optimiser compares the probe points alone, so that a bracket of three is not needed.
    peak = minimize_scalar(
        lambda size: -log_likelihood(size),
        bounds=(observed, top),
        method="bounded",
        options={"xatol": 1e-6 * max(start, 1.0)},
    )
    mode = min((observed, float(peak.x)), key=lambda size: -log_likelihood(size))
    target = log_likelihood(mode) - drop

    def excess(size: float) -> float:
        return log_likelihood(size) - target

    lower = observed if excess(observed) >= 0 else float(brentq(excess, observed, mode, xtol=1e-6))
    if not is_bounded:
        return lower, inf
    far = mode + max(mode - observed, 1.0)
    while excess(far) > 0:
        far = observed + 2 * (far - observed)
        if far > 1e15:  # the likelihood is flat: no upper bound in the data
            return lower, inf
    return lower, float(brentq(excess, mode, far, xtol=1e-6 * np.maximum(mode, 1.0)))
