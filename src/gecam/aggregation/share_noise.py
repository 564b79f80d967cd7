"""Uncertain shares, many at once: their log odds are close to normal, with a little skewness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.special import expit

from gecam._typing import BoolArray, FloatArray, IntArray

NODE_STEP = 0.75  # of the trapezoidal rule over a standard normal score
NODES: FloatArray = np.arange(-6.0, 7.0) * NODE_STEP
WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
LARGEST_SD = 3.0  # of log odds, in matching a variance that a share can hardly have
LARGEST_SKEW = 0.6  # keeps the log odds rising in the score over the nodes


@dataclass(frozen=True, slots=True, eq=False)
class ShareNoise:
    r"""Shares whose log odds are :math:`m + s (z + \gamma (z^2 - 1) / 6)` at a normal score z.

    Parameters
    ----------
    location, logit_sd, skew
        m, s and :math:`\gamma` (the Cornish-Fisher term of skewness), shape ``(row,)``. A share of
        one has an infinite location.
    """

    location: FloatArray
    logit_sd: FloatArray
    skew: FloatArray

    @classmethod
    def from_mean(
        cls, mean: FloatArray, logit_sd: FloatArray, skew: FloatArray | None = None
    ) -> Self:
        """Find the location that gives each share its mean, in (0, 1]."""
        sd = np.where(mean < 1, logit_sd, 0.0)
        skew = np.zeros(sd.shape) if skew is None else np.clip(skew, -LARGEST_SKEW, LARGEST_SKEW)
        with np.errstate(divide="ignore"):
            location = np.log(mean) - np.log1p(-mean)
        inner = np.flatnonzero(mean < 1)
        x, p = location[inner], mean[inner]
        shifts = [sd[inner] * (z + skew[inner] / 6 * (z * z - 1)) for z in NODES]
        for _ in range(4):  # Newton's method on the logarithm; the start is within s^2 / 2
            value, slope = np.zeros(x.shape), np.zeros(x.shape)
            for shift, weight in zip(shifts, WEIGHTS, strict=True):
                share = expit(x + shift)
                value += weight * share
                slope += weight * share * (1 - share)
            x = x - np.log(value / p) * value / slope
        location[inner] = x
        return cls(location, sd, skew)

    @classmethod
    def from_moments(cls, mean: FloatArray, variance: FloatArray) -> Self:
        """Match mean, in (0, 1], and variance of each share, without skewness of the log odds."""
        wanted = np.sqrt(np.maximum(variance, 0.0))
        sd = np.minimum(wanted / (mean * np.maximum(1 - mean, 1e-12)), LARGEST_SD)
        for _ in range(4):  # the sd of a share is close to proportional to that of its log odds
            got = np.sqrt(cls.from_mean(mean, sd).variance())
            sd *= np.divide(wanted, got, out=np.ones_like(got), where=got > 0)
            sd = np.minimum(sd, LARGEST_SD)
        return cls.from_mean(mean, sd)

    def odds(self, z: FloatArray) -> FloatArray:
        """Return the log odds at scores, shape ``(row, score)``."""
        bent = z + self.skew[:, None] / 6 * (z * z - 1)
        return np.asarray(self.location[:, None] + self.logit_sd[:, None] * bent)

    def logs(self, z: FloatArray = NODES) -> FloatArray:
        """Return the logarithm of the shares at scores, shape ``(row, score)``."""
        return np.asarray(-np.log1p(np.exp(-self.odds(z))))

    def scores(self, odds: FloatArray) -> FloatArray:
        """Return the scores of log odds, both of shape ``(row, point)``: the inverse of `odds`."""
        sd = np.maximum(self.logit_sd, 1e-12)
        bend = self.skew[:, None] / 6
        level = (odds - self.location[:, None]) / sd[:, None] + bend
        return np.asarray(2 * level / (1 + np.sqrt(np.maximum(1 + 4 * bend * level, 0.0))))

    def variance(self) -> FloatArray:
        """Return the variance of each share."""
        first, second = np.zeros(self.location.shape), np.zeros(self.location.shape)
        for z, weight in zip(NODES, WEIGHTS, strict=True):
            share = expit(self._at(float(z)))
            first += weight * share
            second += weight * share**2
        return np.asarray(np.maximum(second - first**2, 0.0))

    def _at(self, z: float) -> FloatArray:
        return np.asarray(self.location + self.logit_sd * (z + self.skew / 6 * (z * z - 1)))

    def rest(self) -> FloatArray:
        """Return one minus the share at its middle."""
        return np.asarray(np.maximum(expit(-self.location), 1e-12))

    def __getitem__(self, rows: BoolArray | IntArray | slice) -> ShareNoise:
        """Return some rows."""
        return ShareNoise(self.location[rows], self.logit_sd[rows], self.skew[rows])

    def replaced(self, rows: IntArray, other: ShareNoise) -> ShareNoise:
        """Return these shares with `other` in the place of some rows."""
        names = ("location", "logit_sd", "skew")
        values = [getattr(self, name).copy() for name in names]
        for value, name in zip(values, names, strict=True):
            value[rows] = getattr(other, name)
        return ShareNoise(*values)
