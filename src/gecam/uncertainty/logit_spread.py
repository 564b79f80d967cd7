"""Spread of the log odds of a share, from the coefficient of variation of the share."""

from __future__ import annotations

import warnings

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError, PrecisionWarning, caller_level
from gecam.uncertainty.logit_normal import (
    MAX_LOGIT_SD,
    logit_normal_location,
    logit_normal_moments,
)


def logit_sd_from_cv(mean: ArrayLike, cv: ArrayLike) -> FloatArray:
    """Convert a coefficient of variation of a share into a standard deviation of its log odds.

    Parameters
    ----------
    mean
        Mean share, in (0, 1); broadcast against `cv`.
    cv
        Standard deviation of the share divided by its mean, >= 0.

    Returns
    -------
    FloatArray
        The logit sd whose logit-normal share has this mean and this standard deviation exactly,
        at most 1.4.

    Raises
    ------
    InputError
        If a mean lies outside (0, 1), or a coefficient of variation is negative or missing.

    Warns
    -----
    PrecisionWarning
        If a CV cannot be reached with a logit sd of 1.4: near 1 a share has no room for it.

    Notes
    -----
    The quick formula cv / (1 - mean) holds for small cv only. At a given mean the standard
    deviation rises with the logit sd, so that bisection finds it.

    Examples
    --------
    >>> from gecam.uncertainty import logit_sd_from_cv
    >>> logit_sd_from_cv([0.05, 0.3], 0.2).round(4)
    array([0.2091, 0.2898])
    """
    mean, cv = np.broadcast_arrays(np.asarray(mean, np.float64), np.asarray(cv, np.float64))
    if not (np.isfinite(cv) & (cv >= 0)).all():
        raise InputError(f"cv must be finite and >= 0: got {cv[~(cv >= 0)].flat[0]:g}.")
    wanted = cv * mean

    def sd_at(logit_sd: FloatArray) -> FloatArray:
        return logit_normal_moments(logit_normal_location(mean, logit_sd), logit_sd)[1]

    largest = sd_at(np.full(mean.shape, MAX_LOGIT_SD))
    beyond = wanted > largest
    if beyond.any():
        warnings.warn(
            f"A CV of {cv[beyond].flat[0]:g} at a mean share of {mean[beyond].flat[0]:g} needs a "
            f"logit sd above {MAX_LOGIT_SD}; {MAX_LOGIT_SD} is used, which makes the CV "
            f"{(largest / mean)[beyond].flat[0]:.3g} ({beyond.sum()} of {beyond.size} shares).",
            PrecisionWarning,
            stacklevel=caller_level(),
        )
    low, high = np.zeros(mean.shape), np.full(mean.shape, MAX_LOGIT_SD)
    for _ in range(50):
        middle = (low + high) / 2
        is_below = sd_at(middle) < wanted
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray(np.where(beyond, MAX_LOGIT_SD, np.where(cv == 0, 0.0, (low + high) / 2)))
