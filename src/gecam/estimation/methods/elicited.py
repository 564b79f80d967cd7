"""Families of distributions that are fitted to what experts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import (
    betainc,
    betaincinv,
    expit,
    gammainc,
    gammaincinv,
    logit,
    ndtr,
    ndtri,
    stdtr,
    stdtrit,
)

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.uncertainty import Streams, logit_normal_moments

Family = Literal["normal", "t4", "lognormal", "gamma", "beta", "logit-normal"]

FAMILIES: tuple[Family, ...] = ("logit-normal", "lognormal", "normal", "gamma", "beta", "t4")
DEGREES = 4  # of the t family
NEEDS_LOWER = frozenset({"lognormal", "gamma", "beta", "logit-normal"})
HAVE_SHAPES = frozenset({"gamma", "beta"})  # two shapes, or a shape and a rate: above 0
NEEDS_UPPER = frozenset({"beta", "logit-normal"})


@dataclass(frozen=True, slots=True)
class ElicitedDistribution:
    """A distribution that stands for an expert's judgement.

    Parameters
    ----------
    family
        ``normal`` and ``t4``: location and scale; ``lognormal``: mean and sd of log(x - lower);
        ``logit-normal``: mean and sd of the logit of (x - lower)/(upper - lower); ``gamma``: shape
        and rate of x - lower; ``beta``: the two shapes of (x - lower)/(upper - lower).
    first, second
        The two parameters, in this order.
    lower, upper
        Limits of the quantity, where the family needs them.
    ssq
        Sum of squared differences between its distribution function and the stated probabilities.
    """

    family: Family
    first: float
    second: float
    lower: float = 0.0
    upper: float = 1.0
    ssq: float = 0.0

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise InputError(f"unknown family {self.family!r}: use {', '.join(FAMILIES)}")
        if not (np.isfinite(self.first) and 0 < self.second < np.inf):
            raise InputError(
                f"{self.family} needs a finite and a positive parameter: got {self.first}, "
                f"{self.second}"
            )
        if self.family in HAVE_SHAPES and self.first <= 0:
            raise InputError(f"{self.family} needs shapes above zero: got {self.first}")

    @property
    def mean(self) -> float:
        """The mean."""
        m, s = self.first, self.second
        if self.family == "lognormal":
            return self.lower + float(np.exp(m + s**2 / 2))
        if self.family == "gamma":
            return self.lower + m / s
        if self.family == "beta":
            return self.lower + self._width * m / (m + s)
        if self.family == "logit-normal":
            return self.lower + self._width * float(logit_normal_moments(m, s)[0])
        return m

    @property
    def sd(self) -> float:
        """The standard deviation."""
        m, s = self.first, self.second
        if self.family == "lognormal":
            return float(np.exp(m + s**2 / 2) * np.sqrt(np.expm1(s**2)))
        if self.family == "gamma":
            return float(np.sqrt(m) / s)
        if self.family == "beta":
            return float(self._width * np.sqrt(m * s / (m + s + 1)) / (m + s))
        if self.family == "logit-normal":
            return self._width * float(logit_normal_moments(m, s)[1])
        return float(s * np.sqrt(DEGREES / (DEGREES - 2))) if self.family == "t4" else s

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a value of at most `x`; same shape."""
        values = np.asarray(x, dtype=np.float64)
        m, s = self.first, self.second
        if self.family == "gamma":
            return np.asarray(gammainc(m, s * np.maximum(values - self.lower, 0)))
        if self.family == "beta":
            return np.asarray(betainc(m, s, np.clip((values - self.lower) / self._width, 0, 1)))
        score = (self.link(values) - m) / s
        return np.asarray(stdtr(DEGREES, score) if self.family == "t4" else ndtr(score))

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the value below which a part `u`, in (0, 1), of the distribution lies."""
        p = np.asarray(u, dtype=np.float64)
        m, s = self.first, self.second
        if self.family == "gamma":
            return np.asarray(self.lower + gammaincinv(m, p) / s)
        if self.family == "beta":
            return np.asarray(self.lower + self._width * betaincinv(m, s, p))
        score = m + s * self.score(p)
        if self.family == "lognormal":
            return np.asarray(self.lower + np.exp(score))
        if self.family == "logit-normal":
            return np.asarray(self.lower + self._width * expit(score))
        return np.asarray(score)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score."""
        return self.quantile(ndtr(np.asarray(z, dtype=np.float64)))

    def draws(
        self, streams: Streams, input_id: str, component: str, start: int, stop: int
    ) -> FloatArray:
        """Return draws number `start` to `stop` - 1 of a stream; shape ``(stop - start,)``."""
        return self.quantile(streams.uniform(input_id, component, start, stop))

    def score(self, p: FloatArray) -> FloatArray:
        """Return the standard quantile of the family on the scale of its `link`."""
        return np.asarray(stdtrit(DEGREES, p) if self.family == "t4" else ndtri(p))

    def link(self, x: FloatArray) -> FloatArray:
        """Return x on the scale on which the family is normal (or t); itself for the others."""
        with np.errstate(divide="ignore"):
            if self.family == "lognormal":
                return np.log(np.maximum(x - self.lower, 0))
            if self.family == "logit-normal":
                return np.asarray(logit(np.clip((x - self.lower) / self._width, 0, 1)))
        return x

    @property
    def _width(self) -> float:
        return self.upper - self.lower
