"""Uncertain shares, many at once: their log odds are close to normal, with a little skewness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import expit

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, IntArray
from gecam.uncertainty import logistic

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
    is_log
        Whether m, s and :math:`\gamma` describe the logarithm of the share instead of its log odds.
    """

    location: FloatArray
    logit_sd: FloatArray
    skew: FloatArray
    is_log: bool = False

    @classmethod
    @checked
    def from_mean(
        cls, mean: FloatArray, logit_sd: FloatArray, skew: FloatArray | None = None
    ) -> Self:
        """Find the location that gives each share its mean.

        Parameters
        ----------
        mean
            Of each share, in (0, 1], shape ``(row,)``.
        logit_sd
            Standard deviation of the log odds, >= 0.
        skew
            Skewness of the log odds, cut to 0.6 in absolute value; none by default.
        """
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
                share = logistic(x + shift)
                part = weight * share
                value += part
                part *= 1 - share
                slope += part
            x = x - np.log(value / p) * value / slope
        location[inner] = x
        return cls(location, sd, skew)

    @classmethod
    def from_moments(cls, mean: FloatArray, variance: FloatArray) -> Self:
        """Match mean and variance of each share, without skewness of the log odds.

        Parameters
        ----------
        mean
            Of each share, in (0, 1], shape ``(row,)``.
        variance
            Of each share, >= 0; more than a share can have is met as nearly as possible.
        """
        wanted = np.sqrt(np.maximum(variance, 0.0))
        sd = np.minimum(wanted / (mean * np.maximum(1 - mean, 1e-12)), LARGEST_SD)
        for _ in range(4):  # the sd of a share is close to proportional to that of its log odds
            got = np.sqrt(cls.from_mean(mean, sd).variance())
            sd *= np.divide(wanted, got, out=np.ones_like(got), where=got > 0)
            sd = np.minimum(sd, LARGEST_SD)
        return cls.from_mean(mean, sd)

    @classmethod
    def concatenate(cls, parts: Sequence[ShareNoise]) -> Self:
        """Put shares, all of the same kind, one after another."""
        return cls(
            np.concatenate([p.location for p in parts]),
            np.concatenate([p.logit_sd for p in parts]),
            np.concatenate([p.skew for p in parts]),
            parts[0].is_log,
        )

    @classmethod
    def from_cumulants(cls, cumulants: FloatArray, mean: FloatArray) -> Self:
        """Match the first three cumulants of the logarithm, and the mean.

        Cumulants of independent factors add: those of a product are the sum of its factors'.

        Parameters
        ----------
        cumulants
            Of the logarithm of each share, shape ``(3, row)``.
        mean
            Of each share, in (0, 1], shape ``(row,)``.
        """
        sd = np.sqrt(cumulants[1])
        skew = np.divide(cumulants[2], sd**3, out=np.zeros_like(sd), where=sd > 0)
        bend = skew / 6
        for _ in range(3):  # of which z + bend (z^2 - 1) has this skewness
            bend = skew * (1 + 2 * bend**2) ** 1.5 / (6 + 8 * bend**2)
        bend = np.clip(bend, -LARGEST_SKEW / 6, LARGEST_SKEW / 6)
        made = cls(cumulants[0], sd / np.sqrt(1 + 2 * bend**2), 6 * bend, is_log=True)
        return replace(made, location=made.location + np.log(mean / made.mean()))

    def cumulants(self) -> FloatArray:
        """Return the first three cumulants of the logarithm of each share, shape ``(3, row)``."""
        if self.is_log:
            bend, variance = self.skew / 6, self.logit_sd**2
            third = variance * self.logit_sd * bend * (6 + 8 * bend**2)
            return np.stack([self.location, variance * (1 + 2 * bend**2), third])
        logs = self.logs()
        centre = average(logs)
        logs -= centre[:, None]
        square = logs**2
        return np.stack([centre, average(square), average(square * logs)])

    def odds(self, z: FloatArray) -> FloatArray:
        """Return the log odds at scores, shape ``(row, score)``."""
        of_row = np.stack([self.location, self.logit_sd, self.logit_sd * self.skew / 6])
        return np.asarray(np.einsum("kr,kz->rz", of_row, np.stack([np.ones_like(z), z, z * z - 1])))

    def _negative(self) -> ShareNoise:
        """Return what has the negative log odds, to the bit: of the rest of each whole."""
        return ShareNoise(-self.location, -self.logit_sd, self.skew, self.is_log)

    @checked
    def logs(self, z: FloatArray = NODES) -> FloatArray:
        """Return the logarithm of the shares at scores, shape ``(row, score)``."""
        if self.is_log:
            return self.odds(z)
        logs = self._negative().odds(z)
        np.exp(logs, out=logs)
        logs += 1.0
        np.log(logs, out=logs)
        return np.negative(logs, out=logs)

    @checked
    def shares(self, z: FloatArray, whole: FloatArray | float = 1.0) -> FloatArray:
        """Return shares of a whole at scores, shape ``(row, score)``.

        Parameters
        ----------
        z
            Normal scores, shape ``(score,)``.
        whole
            People, or any unit, at each score, shape ``(score,)``; 1 for the shares themselves.
        """
        value = self.odds(z) if self.is_log else self._negative().odds(z)
        np.exp(value, out=value)
        if self.is_log:
            return np.multiply(whole, value, out=value)
        value += 1.0
        return np.asarray(np.divide(whole, value, out=value))

    def scores(self, log_share: FloatArray) -> FloatArray:
        """Return the scores of log shares, both of shape ``(row, point)``: the inverse of `logs`."""
        odds = log_share if self.is_log else log_share - np.log(-np.expm1(log_share))
        sd = np.maximum(self.logit_sd, 1e-12)
        bend = self.skew[:, None] / 6
        level = (odds - self.location[:, None]) / sd[:, None] + bend
        return np.asarray(2 * level / (1 + np.sqrt(np.maximum(1 + 4 * bend * level, 0.0))))

    def mean(self) -> FloatArray:
        """Return the mean of each share: of log odds as its nodes give it, of logarithms exactly."""
        if self.is_log:
            wide = self.logit_sd * self.skew / 3  # below one: the skewness is bounded
            level = self.location - wide / 2 + self.logit_sd**2 / 2 / (1 - wide)
            return np.asarray(np.exp(level) / np.sqrt(1 - wide))
        return average(self.shares(NODES))

    def variance(self) -> FloatArray:
        """Return the variance of each share."""
        shares = self.shares(NODES)
        return np.asarray(np.maximum(average(shares**2) - average(shares) ** 2, 0.0))

    def rest(self) -> FloatArray:
        """Return how much less log odds than logarithms vary: one minus the share at its middle."""
        if self.is_log:
            return np.ones(self.location.shape)
        return np.asarray(np.maximum(expit(-self.location), 1e-12))

    def __getitem__(self, rows: BoolArray | IntArray | slice) -> ShareNoise:
        """Return some rows."""
        return ShareNoise(self.location[rows], self.logit_sd[rows], self.skew[rows], self.is_log)


def average(at_nodes: FloatArray, weights: FloatArray = WEIGHTS) -> FloatArray:
    """Average over the nodes, each row by itself: its bits do not depend on the other rows."""
    return np.asarray(np.einsum("rk,k->r", at_nodes, weights))
