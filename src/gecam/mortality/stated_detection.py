"""Deaths implied by a stated probability of being recorded: an assumption, no inference."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import betainc, betaincinv

from gecam._signature import checked
from gecam._typing import FloatArray, Probability
from gecam.errors import InputError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality.population_size import PopulationSize
from gecam.uncertainty import DEFAULT_LEVEL

NODES = 801  # probability nodes of the detection share; quantiles change by < 1e-3 beyond


@checked
def undetected(
    recorded: int, *, detected: tuple[float, float], level: Probability = DEFAULT_LEVEL
) -> PopulationSize:
    r"""Convert a recorded number of deaths by a stated distribution of the share recorded.

    Parameters
    ----------
    recorded
        Recorded deaths, persons, a whole number >= 0.
    detected
        Parameters :math:`(\alpha, \beta)` of the Beta distribution of the probability that a death
        is recorded, :math:`\alpha > 1`; see `beta_from_interval`.
    level
        Probability content of the interval, in (0, 1).

    Returns
    -------
    PopulationSize
        Flagged ``DETECTION_ASSUMED``: the answer restates the assumption and holds no evidence of
        its own about what was missed.

    Raises
    ------
    InputError
        If :math:`\alpha \le 1` (the mean would be infinite) or :math:`\beta \le 0`.

    Notes
    -----
    With :math:`d` recorded out of a Poisson number and :math:`p` given, the number missed is
    negative binomial with size :math:`d` and probability :math:`p` (prior :math:`1/\lambda`), so
    that all deaths have mean :math:`d/p`, and over :math:`p`
    :math:`d(\alpha+\beta-1)/(\alpha-1)`. The interval is that of the mixture over :math:`p`.
    Deaths come in wrecks, which are recorded or missed as a whole: where one incident holds a large
    part of the deaths the interval is too narrow.

    Examples
    --------
    >>> from gecam.mortality import undetected
    >>> print(undetected(1000, detected=(30, 10)))
    1,345 (90%: 1,169-1,586; 1,000 observed; stated detection)
    """
    alpha, beta = detected
    if not (alpha > 1 and beta > 0):
        raise InputError(
            f"detected must be (alpha > 1, beta > 0): got {detected}. With alpha <= 1 the share "
            "may be so near 0 that the mean is infinite; report the recorded number alone."
        )
    d = float(checked_counts(recorded, "recorded")[0])
    if d == 0:
        raise InputError("recorded is 0: with no recorded death a share recorded says nothing.")
    shares = betaincinv(alpha, beta, (np.arange(NODES) + 0.5) / NODES)
    mean = d * (alpha + beta - 1) / (alpha - 1)
    # Var = E[Var(U|p)] + Var(E[U|p]), from E[1/p] and E[1/p^2].
    first = (alpha + beta - 1) / (alpha - 1)
    if alpha > 2:
        second = first * (alpha + beta - 2) / (alpha - 2)
        se = sqrt(d * (second - first) + d**2 * (second - first**2))
    else:
        se = float("inf")
    lower, upper = (
        d + _negative_binomial_mixture(d, shares, p) for p in ((1 - level) / 2, (1 + level) / 2)
    )
    return PopulationSize(
        int(d), mean, lower, upper, se, level, "stated detection", ("DETECTION_ASSUMED",)
    )


@checked
def beta_from_interval(
    lower: float, upper: float, *, level: Probability = 0.95
) -> tuple[float, float]:
    """Return the Beta distribution whose central interval is `lower` to `upper`.

    Parameters
    ----------
    lower, upper
        Ends of a published interval of a share, ``0 < lower < upper < 1``.
    level
        Its probability content, in (0, 1).

    Returns
    -------
    tuple of float
        The two parameters.

    Raises
    ------
    InputError
        If the ends are not in order inside (0, 1).

    Examples
    --------
    >>> from gecam.mortality import beta_from_interval
    >>> a, b = beta_from_interval(0.66, 0.85)
    >>> round(a / (a + b), 2)
    0.76
    """
    if not 0 < lower < upper < 1:
        raise InputError(f"the ends must satisfy 0 < lower < upper < 1: got {lower} and {upper}.")
    from scipy.optimize import root

    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    target = np.log(np.array([lower, upper]) / (1 - np.array([lower, upper])))

    def miss(log_parameters: FloatArray) -> FloatArray:
        quantiles = betaincinv(*np.exp(log_parameters), tails)
        return np.asarray(np.log(quantiles / (1 - quantiles)) - target)

    middle, width = (lower + upper) / 2, upper - lower
    size = max(middle * (1 - middle) * (3.92 / width) ** 2 - 1, 0.5)
    answer = root(miss, np.log([middle * size, (1 - middle) * size]), tol=1e-12)
    if not answer.success:
        raise InputError(
            f"no Beta distribution has {lower} to {upper} as its {level:.0%} interval."
        )
    alpha, beta = np.exp(answer.x)
    return float(alpha), float(beta)


def _negative_binomial_mixture(d: float, shares: FloatArray, probability: float) -> float:
    """Return the quantile of the number missed, by bisection over whole numbers."""

    def below(missed: int) -> float:
        # P(U <= u) = I_p(d, u + 1): the regularised incomplete beta function.
        return float(betainc(d, missed + 1, shares).mean())

    high = 1
    while below(high) < probability:
        high *= 2
    low = -1
    while high - low > 1:
        middle = (low + high) // 2
        if below(middle) < probability:
            low = middle
        else:
            high = middle
    return float(high)
