"""Generalised Pareto tail of large events, return levels, and where they may not be used."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import ndtri

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, NonNegative, PositiveInt, Probability
from gecam.errors import InputError, NotEstimatedError, PrecisionWarning, caller_level
from gecam.uncertainty import DEFAULT_LEVEL

MIN_EXCEEDANCES = 10  # [judgement] below, the shape's standard error exceeds 0.3
FULL_EXCEEDANCES = 30
SMALLEST_SHAPE = -0.5  # below, maximum likelihood has no normal limit (Smith 1985)
NOT_ALLOWED = 1e6  # far above any loss
YEARS_AHEAD = 2.0  # no fitted return period beyond that many times the record


@dataclass(frozen=True, slots=True)
class ParetoTail:
    r"""Generalised Pareto distribution of the excess of events over a threshold.

    :math:`P(X - u > y) = (1 + \xi y/\sigma)^{-1/\xi}`.

    Parameters
    ----------
    threshold
        u, persons.
    scale, shape
        :math:`\sigma`, persons, and :math:`\xi`. From :math:`\xi = 1` on the mean is infinite.
    shape_se
        Standard error of `shape`, for large samples.
    exceedances, years
        Events above the threshold, and years of the record.
    """

    threshold: float
    scale: float
    shape: float
    shape_se: float
    exceedances: int
    years: int

    @property
    def rate(self) -> float:
        """Events above the threshold per year."""
        return self.exceedances / self.years

    @checked
    def return_level(
        self, return_period: float, *, level: Probability = DEFAULT_LEVEL
    ) -> tuple[float, float, float]:
        r"""Return the people of the event that is exceeded once in so many years, with its interval.

        Parameters
        ----------
        return_period
            Years, T; 1/T is the probability that a year has at least one larger event.
        level
            Of the interval, in (0, 1).

        Returns
        -------
        people, lower, upper : float
            Persons. The interval is of the fit alone (delta method on the logarithm).

        Raises
        ------
        NotEstimatedError
            If T is beyond twice the record, or the event lies below the threshold.

        Notes
        -----
        :math:`x_T = u + \frac{\sigma}{\xi}[(\lambda_u/\lambda_T)^\xi - 1]` with
        :math:`\lambda_T = -\ln(1 - 1/T)` [1]_.

        References
        ----------
        .. [1] Coles (2001). *An Introduction to Statistical Modeling of Extreme Values*, section 4.3.
           Springer.
        """
        if not return_period > 1:
            raise InputError(f"a return period must exceed 1 year: got {return_period}")
        if return_period > YEARS_AHEAD * self.years:
            raise NotEstimatedError(
                f"a record of {self.years} years carries no return period beyond "
                f"{YEARS_AHEAD * self.years:g} years: {return_period:g} was asked for"
            )
        wanted = -math.log1p(-1 / return_period)
        ratio = self.rate / wanted
        if ratio < 1:
            raise NotEstimatedError(
                f"the {return_period:g}-year event lies below the threshold of {self.threshold:,.0f}: "
                "read it from the record"
            )
        people = self.threshold + self.scale * _box_cox(ratio, self.shape)
        sd = math.sqrt(max(self._variance(ratio), 0.0))
        reach = float(ndtri((1 + level) / 2)) * sd / people
        return people, people * math.exp(-reach), people * math.exp(reach)

    def _variance(self, ratio: float) -> float:
        """Variance of a return level: gradient in (rate, scale, shape) and asymptotic covariance."""
        n, xi, sigma = self.exceedances, self.shape, self.scale
        eps = 1e-5
        d_shape = sigma * (_box_cox(ratio, xi + eps) - _box_cox(ratio, xi - eps)) / (2 * eps)
        gradient = np.array([sigma * ratio**xi / self.rate, _box_cox(ratio, xi), d_shape])
        covariance = np.array(
            [
                [self.rate / self.years, 0.0, 0.0],
                [0.0, 2 * sigma**2 * (1 + xi) / n, -sigma * (1 + xi) / n],
                [0.0, -sigma * (1 + xi) / n, (1 + xi) ** 2 / n],
            ]
        )
        return float(gradient @ covariance @ gradient)


@checked
def fit_tail(people: ArrayLike, threshold: NonNegative, years: PositiveInt) -> ParetoTail:
    r"""Fit a generalised Pareto tail by maximum likelihood.

    Parameters
    ----------
    people
        Recorded events, persons, shape ``(event,)``.
    threshold
        Number of people above which events are fitted, >= 0.
    years
        Length of the record in years, 1 or more.

    Raises
    ------
    NotEstimatedError
        If fewer than 10 events exceed the threshold.

    Warns
    -----
    PrecisionWarning
        If fewer than 30 do.

    Notes
    -----
    Profile likelihood in :math:`\theta = \xi/\sigma` [1]_: :math:`\xi(\theta)` is the mean of
    :math:`\ln(1 + \theta y)`. Shapes below -1/2 are not considered.

    References
    ----------
    .. [1] Grimshaw (1993). Computing maximum likelihood estimates for the generalized Pareto
       distribution. *Technometrics* 35: 185-191.

    Examples
    --------
    >>> from gecam.preparedness import fit_tail
    >>> u = (np.arange(200) + 0.5) / 200
    >>> tail = fit_tail(1000 + 500 / 0.3 * ((1 - u) ** -0.3 - 1), 1000.0, years=20)
    >>> round(tail.shape, 1), tail.exceedances
    (0.3, 200)
    """
    y = np.asarray(people, dtype=np.float64)
    y = y[y > threshold] - threshold
    if y.size < MIN_EXCEEDANCES:
        raise NotEstimatedError(
            f"{y.size} events exceed {threshold:,.0f}: a tail needs {MIN_EXCEEDANCES} or more"
        )
    if y.size < FULL_EXCEEDANCES:
        warnings.warn(
            f"{y.size} events exceed the threshold: below {FULL_EXCEEDANCES} the shape is hardly known",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
    shape, scale = _maximum(y)
    return ParetoTail(
        float(threshold), scale, shape, (1 + shape) / math.sqrt(y.size), int(y.size), int(years)
    )


def _box_cox(ratio: float, shape: float) -> float:
    log = math.log(ratio)
    return log if abs(shape * log) < 1e-8 else math.expm1(shape * log) / shape


def _maximum(y: FloatArray) -> tuple[float, float]:
    """Maximise the profile likelihood; the parameter is log(1 + theta max(y))."""
    largest = float(y.max())

    def fitted(t: float) -> tuple[float, float]:
        theta = math.expm1(t) / largest
        if abs(theta) * largest < 1e-9:
            return 0.0, float(y.mean())
        shape = float(np.log1p(theta * y).mean())
        return shape, shape / theta

    def loss(t: float) -> float:
        shape, scale = fitted(t)
        if shape <= SMALLEST_SHAPE:
            return NOT_ALLOWED - shape  # finite and rising outwards, for the search
        return math.log(scale) + shape + 1

    grid = np.linspace(-12.0, 25.0, 371)
    best = int(np.argmin([loss(t) for t in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    best_nearby = minimize_scalar(
        loss, bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    )
    return fitted(float(best_nearby.x if best_nearby.fun <= loss(grid[best]) else grid[best]))
