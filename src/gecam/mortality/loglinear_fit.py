"""One log-linear model of several lists, and the number unseen that it implies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import exp, inf, log, sqrt
from typing import Literal

import numpy as np
from scipy.special import gammaln, xlogy

from gecam._signature import checked
from gecam._typing import FloatArray, Probability
from gecam.errors import InputError, NotEstimatedError
from gecam.mortality._newton import maximise
from gecam.mortality.capture_histories import CaptureHistories
from gecam.mortality.existence import Existence, Pair, check_existence, model_cells
from gecam.mortality.population_size import PopulationSize, unseen_interval
from gecam.mortality.two_lists import profile_interval
from gecam.uncertainty import DEFAULT_LEVEL

LoglinearInterval = Literal["lognormal", "profile"]


@dataclass(frozen=True, slots=True)
class LoglinearFit:
    """A fitted log-linear model.

    Parameters
    ----------
    pairs
        Interactions of two lists in the model.
    size
        Estimated number of units.
    deviance, df
        Deviance and its degrees of freedom (cells less finite coefficients).
    aic, bic
        Deviance plus 2 or log(units seen) for each coefficient, infinite ones included.
    coefficients
        Name and value: ``""`` is the intercept, the log of the number unseen.
    existence
        What the existence check found.
    """

    pairs: tuple[Pair, ...]
    size: PopulationSize
    deviance: float
    df: int
    aic: float
    bic: float
    coefficients: dict[str, float]
    existence: Existence

    @property
    def name(self) -> str:
        """The model in words: ``"main effects + A:B"``."""
        return " + ".join(["main effects", *(":".join(pair) for pair in self.pairs)])


@checked
def loglinear(
    histories: CaptureHistories,
    *,
    pairs: Sequence[Pair] | Literal["main", "all"] = "main",
    level: Probability = DEFAULT_LEVEL,
    interval: LoglinearInterval = "lognormal",
) -> LoglinearFit:
    r"""Fit one log-linear model to the lists and estimate the number of units.

    Parameters
    ----------
    histories
        Units by combination of lists.
    pairs
        Interactions of two lists: ``"main"`` (none: independent lists), ``"all"``, or a list of
        pairs of names.
    level
        Probability content of the interval, in (0, 1).
    interval
        ``"lognormal"`` of the number unseen, or ``"profile"`` of the multinomial likelihood [2]_.

    Returns
    -------
    LoglinearFit

    Raises
    ------
    InputError
        If a pair names an unknown list or repeats.
    NotEstimatedError
        If the estimate does not exist (`check_existence`).

    Notes
    -----
    Counts are Poisson with :math:`\log\mu_\omega = \beta_0 + \sum_j \beta_j\omega_j +
    \sum \beta_{jl}\,\omega_j\omega_l`, and :math:`\hat N = n + e^{\hat\beta_0}`,
    :math:`s^2 = e^{\hat\beta_0} + e^{2\hat\beta_0} \mathrm{Var}(\hat\beta_0)` [1]_. That no
    interaction of all lists exists is assumed and can never be tested: every estimate is flagged
    ``HIGHEST_ORDER_ASSUMED_ZERO``.

    References
    ----------
    .. [1] Rivest, L.-P. and Lévesque, T. (2001). Improved log-linear model estimators of abundance
       in capture-recapture experiments. *Can. J. Stat.* 29, 555-572.
    .. [2] Cormack, R. M. (1992). Interval estimation for mark-recapture studies of closed
       populations. *Biometrics* 48, 567-576.

    Examples
    --------
    >>> from gecam.mortality import CaptureHistories, loglinear
    >>> table = CaptureHistories.from_table([[1, 1], [1, 0], [0, 1]], [167, 781, 254])
    >>> print(loglinear(table).size)
    2,390 (90%: 2,194-2,624; 1,202 observed; main effects)
    """
    chosen = _checked_pairs(histories, pairs)
    existence = check_existence(histories, chosen)
    if not existence.exists:
        raise NotEstimatedError(
            f"the model with {[':'.join(pair) for pair in chosen] or 'main effects'} cannot be "
            f"estimated: {existence.reason}. Use fewer interactions or combine lists."
        )
    return fit_existing(histories, chosen, existence, level=level, interval=interval)


def fit_existing(
    histories: CaptureHistories,
    pairs: tuple[Pair, ...],
    existence: Existence,
    *,
    level: float,
    interval: LoglinearInterval = "lognormal",
) -> LoglinearFit:
    """Fit a model that has been found to exist."""
    design, counts, infinite = model_cells(histories, pairs)
    beta, covariance = poisson_regression(design, counts)
    mean = np.exp(design @ beta)
    deviance = float(2 * np.sum(xlogy(counts, counts / mean) - (counts - mean)))
    observed = histories.observed
    unseen = exp(beta[0])
    se = sqrt(unseen + unseen**2 * covariance[0, 0])
    if interval == "profile":
        lower, upper = _profile(design, counts, observed, unseen, level)
    else:
        lower, upper = unseen_interval(observed, unseen, se, level=level)
    finite = [pair for pair in pairs if pair not in infinite]
    names = ["", *histories.lists, *(":".join(pair) for pair in finite)]
    coefficients = dict(zip(names, beta.tolist(), strict=True))
    coefficients |= {":".join(pair): -inf for pair in infinite}
    flags = ("HIGHEST_ORDER_ASSUMED_ZERO",) + (("LISTS_WITHOUT_OVERLAP",) if infinite else ())
    number = 1 + len(histories.lists) + len(pairs)
    name = " + ".join(["main effects", *(":".join(pair) for pair in pairs)])
    return LoglinearFit(
        pairs,
        PopulationSize(observed, observed + unseen, lower, upper, se, level, name, flags),
        deviance,
        len(counts) - len(beta),
        deviance + 2 * number,
        deviance + log(observed) * number,
        coefficients,
        existence,
    )


def poisson_regression(design: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and covariance of a Poisson regression with log link.

    Shapes ``(coefficient,)`` and ``(coefficient, coefficient)``.
    """

    def log_likelihood(beta: FloatArray) -> float:
        predictor = design @ beta
        if predictor.max() > 700:  # exp would overflow
            return -inf
        return float(counts @ predictor - np.exp(predictor).sum())

    def derivatives(beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        mean = np.exp(design @ beta)
        return design.T @ (counts - mean), (design.T * mean) @ design

    # One weighted least-squares step from the counts themselves, the usual start of a GLM.
    mean: FloatArray = counts + 0.5
    response = np.log(mean) + (counts - mean) / mean
    start: FloatArray = np.asarray(
        np.linalg.solve((design.T * mean) @ design, (design.T * mean) @ response), dtype=np.float64
    )
    if log_likelihood(start) == -inf:
        start = np.zeros(design.shape[1])
    return maximise(log_likelihood, derivatives, start, what="Poisson regression")


def _profile(
    design: FloatArray, counts: FloatArray, observed: int, unseen: float, level: float
) -> tuple[float, float]:
    with_unseen = np.vstack([design, np.eye(1, design.shape[1])])

    def log_likelihood(size: float) -> float:
        missing = max(size - observed, 0.0)
        table = np.append(counts, missing)
        beta, _ = poisson_regression(with_unseen, table)
        share = np.exp(with_unseen @ beta) / size
        return float(gammaln(size + 1) - gammaln(missing + 1) + xlogy(table, share).sum())

    return profile_interval(
        log_likelihood, observed=float(observed), start=observed + unseen, level=level
    )


def _checked_pairs(
    histories: CaptureHistories, pairs: Sequence[Pair] | Literal["main", "all"]
) -> tuple[Pair, ...]:
    everything = tuple(combinations(histories.lists, 2))
    if pairs == "main":
        return ()
    if pairs == "all":
        return everything
    chosen = []
    for pair in pairs:
        for candidate in everything:
            if set(pair) == set(candidate):
                chosen.append(candidate)
                break
        else:
            raise InputError(
                f"pair {pair!r} does not name two of the lists {list(histories.lists)}."
            )
    if len(set(chosen)) != len(chosen):
        raise InputError(f"pairs must not repeat: got {list(pairs)}.")
    return tuple(chosen)
