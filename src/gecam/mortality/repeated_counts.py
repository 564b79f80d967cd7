"""Population size from how often each unit was recorded (Chao, Zelterman, truncated Poisson)."""

from __future__ import annotations

from dataclasses import replace
from math import exp, expm1, sqrt

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Probability
from gecam.errors import InputError, NotEstimatedError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality.population_size import PopulationSize, UnseenIntervalKind, unseen_interval
from gecam.uncertainty import DEFAULT_LEVEL


@checked
def chao(
    frequencies: ArrayLike, *, bias_corrected: bool = True, level: Probability = DEFAULT_LEVEL
) -> PopulationSize:
    r"""Estimate a lower bound of a number of units by Chao's estimator.

    Parameters
    ----------
    frequencies
        Units seen exactly once, exactly twice, and so on: :math:`f_1, f_2, \dots`.
    bias_corrected
        Use :math:`f_1(f_1-1)/\{2(f_2+1)\}`, which stays finite at :math:`f_2 = 0`, instead of
        :math:`f_1^2/(2 f_2)`.
    level
        Probability content of the log-normal interval of the number unseen, in (0, 1).

    Returns
    -------
    PopulationSize
        A **lower bound** in expectation, whatever the differences between units.

    Raises
    ------
    InputError
        If a frequency is not a whole number >= 0, or none is positive.
    NotEstimatedError
        If :math:`f_2 = 0` without bias correction.

    Notes
    -----
    Reports copied from one source raise :math:`f_2` and beyond without a second sighting (too low),
    and a publisher that stops searching after the first source raises :math:`f_1` (too high):
    reduce reports to their originating sources first (`CaptureHistories.from_reports`).

    References
    ----------
    .. [1] Chao, A. (1987). Estimating the population size for capture-recapture data with unequal
       catchability. *Biometrics* 43, 783-791.

    Examples
    --------
    >>> from gecam.mortality import chao
    >>> round(chao([1645, 183, 37, 13, 1, 1], bias_corrected=False).estimate, 1)
    9273.5
    """
    f = _checked_frequencies(frequencies)
    f1, f2 = _first_two(f)
    observed = float(f.sum())
    flags: tuple[str, ...] = ("LOWER_BOUND",)
    if bias_corrected:
        unseen = f1 * (f1 - 1) / (2 * (f2 + 1))
        variance = (
            unseen
            + f1 * (2 * f1 - 1) ** 2 / (4 * (f2 + 1) ** 2)
            + f1**2 * f2 * (f1 - 1) ** 2 / (4 * (f2 + 1) ** 4)
        )
        if f2 == 0:
            # With no unit seen twice, the last term is replaced by one in the estimate itself.
            variance -= f1**4 / (4 * (observed + unseen))
            flags += ("NO_DOUBLETONS",)
    elif f2 == 0:
        raise NotEstimatedError(
            "no unit was seen exactly twice: Chao's estimate is infinite. Use bias_corrected=True."
        )
    else:
        ratio = f1 / f2
        unseen = f1**2 / (2 * f2)
        variance = f2 * (ratio**4 / 4 + ratio**3 + ratio**2 / 2)
    se = sqrt(max(variance, 0.0))
    lower, upper = unseen_interval(observed, unseen, se, level=level)
    method = "Chao (bias-corrected)" if bias_corrected else "Chao"
    return PopulationSize(int(observed), observed + unseen, lower, upper, se, level, method, flags)


@checked
def zelterman(frequencies: ArrayLike, *, level: Probability = DEFAULT_LEVEL) -> PopulationSize:
    r"""Estimate a number of units from those seen once and twice (Zelterman).

    Parameters
    ----------
    frequencies, level
        As in `chao`.

    Returns
    -------
    PopulationSize

    Raises
    ------
    InputError
        If a frequency is not a whole number >= 0, or none is positive.
    NotEstimatedError
        If no unit was seen once, or none twice.

    Notes
    -----
    :math:`\hat N = n / (1 - e^{-\lambda})`, :math:`\lambda = 2 f_2/f_1`: a Poisson rate that looks
    only at the units most like the unseen ones. Variance: [2]_.

    References
    ----------
    .. [1] Zelterman, D. (1988). Robust estimation in truncated discrete distributions with
       application to capture-recapture experiments. *J. Stat. Plan. Inference* 18, 225-237.
    .. [2] Böhning, D. (2008). A simple variance formula for population size estimators by
       conditioning. *Stat. Methodol.* 5, 410-423.

    Examples
    --------
    >>> from gecam.mortality import zelterman
    >>> round(zelterman([1645, 183, 37, 13, 1, 1]).estimate)
    9425
    """
    f = _checked_frequencies(frequencies)
    f1, f2 = _first_two(f)
    if f1 == 0 or f2 == 0:
        raise NotEstimatedError(
            f"Zelterman's rate 2 f2/f1 needs units seen once and twice: got f1={f1:g}, f2={f2:g}."
        )
    return _poisson_size(
        float(f.sum()),
        2 * f2 / f1,
        (2 * f2 / f1) ** 2 * (1 / f1 + 1 / f2),
        method="Zelterman",
        level=level,
    )


@checked
def truncated_poisson(
    frequencies: ArrayLike,
    *,
    level: Probability = DEFAULT_LEVEL,
    interval: UnseenIntervalKind = "lognormal",
) -> PopulationSize:
    r"""Estimate a number of units as if all were equally likely to be seen (truncated Poisson).

    Parameters
    ----------
    frequencies, level
        As in `chao`.
    interval
        ``"lognormal"`` of the number unseen, or ``"wald"`` (symmetrical, as in older publications).

    Returns
    -------
    PopulationSize
        Flagged ``HETEROGENEOUS`` where Chao's lower bound exceeds its interval: then the units
        differ, and the figure is too low.

    Raises
    ------
    InputError
        If a frequency is not a whole number >= 0, or none is positive.
    NotEstimatedError
        If no unit was seen more than once.

    Notes
    -----
    Counts of a unit are Poisson(:math:`\lambda`), zero not observed;
    :math:`\lambda/(1-e^{-\lambda})` equals the mean count of the seen and
    :math:`\hat N = n/(1-e^{-\lambda})`. The variance adds that of being seen and that of
    :math:`\hat\lambda` [1]_.

    References
    ----------
    .. [1] van der Heijden, P. G. M., Cruyff, M. and van Houwelingen, H. C. (2003). Estimating the
       size of a criminal population from police records using the truncated Poisson regression
       model. *Statistica Neerlandica* 57, 289-304.

    Examples
    --------
    >>> from gecam.mortality import truncated_poisson
    >>> print(truncated_poisson([1645, 183, 37, 13, 1, 1], level=0.95, interval="wald"))
    7,080 (95%: 6,363-7,797; 1,880 observed; truncated Poisson)
    """
    f = _checked_frequencies(frequencies)
    observed = float(f.sum())
    mean = float(f @ np.arange(1, f.size + 1)) / observed
    if mean == 1:
        raise NotEstimatedError(
            "no unit was seen more than once, so the Poisson rate is 0 and the estimate infinite."
        )
    rate = truncated_mean_rate(mean)
    # Fisher information of one zero-truncated count: its variance / rate^2.
    information = observed * (mean * (1 + rate) - mean**2) / rate**2
    size = _poisson_size(
        observed, rate, 1 / information, method="truncated Poisson", level=level, kind=interval
    )
    if chao(f, level=level).estimate > size.upper:
        size = replace(size, flags=("HETEROGENEOUS",))
    return size


def truncated_mean_rate(mean: float) -> float:
    """Return the Poisson rate whose zero-truncated mean is `mean` (> 1)."""
    rate = mean if mean > 2 else 2 * (mean - 1)  # second: the limit for small rates
    for _ in range(100):
        seen = -expm1(-rate)
        value = rate / seen - mean
        slope = (seen - rate * exp(-rate)) / seen**2
        step = value / slope
        rate = max(rate - step, rate / 10)
        if abs(step) <= 1e-14 * rate:
            break
    return rate


def _poisson_size(
    observed: float,
    rate: float,
    rate_variance: float,
    *,
    method: str,
    level: float,
    kind: UnseenIntervalKind = "lognormal",
) -> PopulationSize:
    seen = -expm1(-rate)
    odds = exp(-rate) / seen**2
    se = sqrt(observed * odds + (observed * odds) ** 2 * rate_variance)
    lower, upper = unseen_interval(
        observed, observed * exp(-rate) / seen, se, level=level, kind=kind
    )
    return PopulationSize(int(observed), observed / seen, lower, upper, se, level, method)


def _checked_frequencies(frequencies: ArrayLike) -> FloatArray:
    f = checked_counts(frequencies, "frequencies")
    if f.ndim != 1 or f.sum() == 0:
        raise InputError("frequencies must be one row f1, f2, ... with at least one unit seen.")
    return f


def _first_two(f: FloatArray) -> tuple[float, float]:
    return float(f[0]), float(f[1]) if f.size > 1 else 0.0
