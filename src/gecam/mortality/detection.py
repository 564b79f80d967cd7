"""Deaths in incidents that nobody recorded, when large incidents are recorded more often."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Probability
from gecam.errors import InputError, NotEstimatedError
from gecam.mortality._levels_and_counts import checked_counts
from gecam.mortality._newton import maximise
from gecam.mortality.population_size import PopulationSize, unseen_interval
from gecam.mortality.repeated_counts import truncated_mean_rate
from gecam.uncertainty import DEFAULT_LEVEL

HETEROGENEOUS_ABOVE = 1.6449  # of a standard normal: one-sided test at 5 %


@dataclass(frozen=True, slots=True, eq=False)
class SizeDependentDetection:
    """Incidents and deaths, recorded and not, under detection that depends on incident size.

    Parameters
    ----------
    deaths, incidents
        Estimated totals. Their shares unseen differ: small incidents are missed more often.
    coefficients
        Intercept, effect of log size, effects of covariates, on the log rate of being reported.
    covariance
        Of the coefficients.
    detected
        Probability that each recorded incident was to be recorded. Shape ``(incident,)``.
    heterogeneity
        Score statistic of differences between incidents that size and covariates do not explain:
        standard normal if there are none, large and positive if there are.
    """

    deaths: PopulationSize
    incidents: PopulationSize
    coefficients: FloatArray
    covariance: FloatArray
    detected: FloatArray
    heterogeneity: float

    @property
    def share_of_deaths_recorded(self) -> float:
        """Recorded over estimated deaths."""
        return self.deaths.observed / self.deaths.estimate

    @property
    def share_of_incidents_recorded(self) -> float:
        """Recorded over estimated incidents."""
        return self.incidents.observed / self.incidents.estimate


@checked
def size_dependent_detection(
    sizes: ArrayLike,
    reports: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    level: Probability = DEFAULT_LEVEL,
) -> SizeDependentDetection:
    r"""Estimate deaths and incidents when detection rises with the size of an incident.

    Parameters
    ----------
    sizes
        Dead and missing in each recorded incident, >= 1. Shape ``(incident,)``.
    reports
        Independent sources that reported it, >= 1: originating sources, copies not counted.
        Shape ``(incident,)``.
    covariates
        Further properties that change detection, such as a period of high source effort.
        Shape ``(incident, covariate)``.
    level
        Probability content of the log-normal intervals of what was not recorded, in (0, 1).

    Returns
    -------
    SizeDependentDetection
        Flagged ``NOT_RISING_WITH_SIZE`` where the estimated effect of size is not positive, which
        speaks against the model or the counting of sources; and ``HETEROGENEOUS`` where incidents
        of one size differ in how often they are reported (score test, one-sided, 5 %): then both
        totals are too low and their intervals too narrow, and they can be read as lower bounds only.

    Raises
    ------
    InputError
        If shapes disagree, or a size or number of reports is below 1.
    NotEstimatedError
        If no incident was reported twice, or the effects cannot be told apart.

    Notes
    -----
    Reports of incident :math:`i` are Poisson(:math:`\lambda_i`), zero not seen, with
    :math:`\log\lambda_i = x_i^\top\gamma` and log size in :math:`x_i`; it is recorded with
    probability :math:`\pi_i = 1 - e^{-\lambda_i}`. Totals are Horvitz-Thompson sums
    :math:`\sum_i y_i/\pi_i` with variance
    :math:`\sum_i (1-\pi_i)\,y_i^2/\pi_i^2 + \nabla^\top V \nabla` [1]_, [2]_. As
    :math:`\pi` rises with size, deaths are undercounted less than incidents: multiplying recorded
    deaths by the ratio of incidents would count the missing small incidents as if they were
    average ones.

    The model has no term for differences between incidents of one size. Against it,
    :math:`S = \tfrac12\sum_i\{(r_i-\lambda_i)^2 - r_i + \lambda_i^2 e^{-\lambda_i}/\pi_i\}`, with
    :math:`r_i` reports, is the score of a variance of the rates [3]_, divided by its standard
    deviation under the model with :math:`\gamma` estimated. In simulation, with rates
    of 300 incidents that vary log-normally, intervals of 90 % hold the true deaths in 84 % of cases
    at sd 0.3 (flagged in 23 %), 46 % at 0.5 (75 %) and 2 % at 0.8 (all).

    Incidents that leave neither body nor survivor have :math:`\pi \approx 0` for
    every source and are in no such estimate: add them as a named scenario, never as inference.

    References
    ----------
    .. [1] van der Heijden, P. G. M. et al. (2003). Point and interval estimation of the population
       size using the truncated Poisson regression model. *Stat. Modelling* 3, 305-322.
    .. [2] Farcomeni, A. (2022). How many refugees and migrants died trying to reach Europe? Joint
       population size and total estimation. *Ann. Appl. Stat.* 16.
    .. [3] Gurmu, S. (1991). Tests for detecting overdispersion in the positive Poisson regression
       model. *J. Bus. Econ. Stat.* 9, 215-222.

    Examples
    --------
    >>> from gecam.mortality import size_dependent_detection
    >>> answer = size_dependent_detection(
    ...     [1, 1, 1, 1, 2, 2, 3, 5, 20, 60, 150], [1, 1, 1, 2, 1, 1, 2, 1, 3, 4, 6])
    >>> answer.share_of_incidents_recorded < answer.share_of_deaths_recorded
    True
    """
    y = checked_counts(sizes, "sizes")
    times = checked_counts(reports, "reports")
    if y.shape != times.shape or y.ndim != 1:
        raise InputError(f"sizes and reports must match: got shapes {y.shape} and {times.shape}.")
    if (y < 1).any() or (times < 1).any():
        raise InputError(
            "every incident needs at least one dead or missing and one report: leave out incidents "
            "without a count, and say how many."
        )
    design = np.column_stack([np.ones(y.size), np.log(y)])
    if covariates is not None:
        extra = np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
        if not np.isfinite(extra).all():
            raise InputError("covariates must be finite: leave out incidents without them.")
        design = np.column_stack([design, extra])
    gamma, covariance = _truncated_regression(design, times)
    rate = np.exp(design @ gamma)
    detected = -np.expm1(-rate)
    # d pi / d gamma for each incident
    slope = (np.exp(-rate) * rate)[:, None] * design
    heterogeneity = _heterogeneity(design, times, rate, covariance)
    flags = (
        "GHOST_INCIDENTS_EXCLUDED",
        *(("NOT_RISING_WITH_SIZE",) if gamma[1] <= 0 else ()),
        *(("HETEROGENEOUS",) if heterogeneity > HETEROGENEOUS_ABOVE else ()),
    )

    def total(trait: FloatArray, method: str) -> PopulationSize:
        observed = float(trait.sum())
        unseen = float((trait * (1 - detected) / detected).sum())
        gradient = -(slope * (trait / detected**2)[:, None]).sum(axis=0)
        variance = float(
            ((1 - detected) / detected**2 * trait**2).sum() + gradient @ covariance @ gradient
        )
        se = sqrt(variance)
        lower, upper = unseen_interval(observed, unseen, se, level=level)
        return PopulationSize(
            int(observed), observed + unseen, lower, upper, se, level, method, flags
        )

    return SizeDependentDetection(
        total(y, "Horvitz-Thompson, deaths"),
        total(np.ones_like(y), "Horvitz-Thompson, incidents"),
        gamma,
        covariance,
        detected,
        heterogeneity,
    )


def _heterogeneity(
    design: FloatArray, times: FloatArray, rate: FloatArray, covariance: FloatArray
) -> float:
    """Return the standardised score of a variance of the rates, in zero-truncated Poisson counts.

    Under the model g = (r - rate)^2 - r has mean 0, variance 2 rate^2 and no covariance with r before
    zeros are cut off, and g(0) = rate^2; the moments after the cut follow.
    """
    missed, seen = np.exp(-rate), -np.expm1(-rate)
    mean = -(rate**2) * missed / seen
    variance = (2 * rate**2 - rate**4 * missed) / seen - mean**2
    with_coefficients = (design * (-mean * rate / seen)[:, None]).sum(axis=0)
    score = float(((times - rate) ** 2 - times - mean).sum())
    information = float(variance.sum() - with_coefficients @ covariance @ with_coefficients)
    # Where hardly any rate leaves room for more than one report, counts cannot tell.
    return score / sqrt(information) if information > 0 else 0.0


def _truncated_regression(design: FloatArray, times: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and covariance of a zero-truncated Poisson regression."""
    if times.mean() == 1:
        raise NotEstimatedError(
            "no incident was reported by two sources: nothing tells how many were reported by none."
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimatedError(
            "the effects on detection cannot be told apart: sizes are all equal, or a covariate "
            "repeats another. Leave one out, or use truncated_poisson()."
        )
    gamma = np.zeros(design.shape[1])
    gamma[0] = np.log(truncated_mean_rate(float(times.mean())))

    def log_likelihood(beta: FloatArray) -> float:
        predictor = np.clip(design @ beta, -700, 700)
        rate = np.exp(predictor)
        return float(times @ predictor - (rate + np.log(-np.expm1(-rate))).sum())

    def derivatives(beta: FloatArray) -> tuple[FloatArray, FloatArray]:
        rate = np.exp(design @ beta)
        mean = np.where(rate > 1e-300, rate / -np.expm1(-np.maximum(rate, 1e-300)), 1.0)
        return design.T @ (times - mean), (design.T * (mean * (1 + rate - mean))) @ design

    return maximise(log_likelihood, derivatives, gamma, what="regression of reports on size")
