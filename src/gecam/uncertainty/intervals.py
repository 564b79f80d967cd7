"""Mean, median, interval and Monte Carlo error of draws."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, BoolArray, FloatArray, Probability
from gecam.errors import InputError, PrecisionWarning, caller_level
from gecam.uncertainty.counts import COCHRAN, FEWEST_DRAWS
from gecam.uncertainty.interval_kinds import DEFAULT_LEVEL, IntervalKind

BLOCK = 1 << 17  # draws worked on at a time: 1 MB


class Interval(NamedTuple):
    """The two ends of an interval; arrays in the shape of the draws without their last axis."""

    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Mean, median, interval and errors of draws; shapes are those of the draws less the last axis.

    Parameters
    ----------
    mean
        Mean of the draws, the central value: means add up, medians do not.
    median
        Median of the draws.
    lower, upper
        Ends of the interval.
    sd
        Standard deviation of the draws.
    cv
        Standard deviation relative to the mean; 0 where both are 0.
    mcse
        Monte Carlo standard error of the mean of independent draws, s / sqrt(n).
    mcse_lower, mcse_upper
        Monte Carlo standard errors of the ends of the equal-tailed interval; missing (nan) for
        ``kind="hdi"``.
    level, kind
        Probability and kind of the interval.
    """

    mean: FloatArray
    median: FloatArray
    lower: FloatArray
    upper: FloatArray
    sd: FloatArray
    cv: FloatArray
    mcse: FloatArray
    mcse_lower: FloatArray
    mcse_upper: FloatArray
    level: float
    kind: IntervalKind


@checked
def summarize(
    draws: ArrayLike,
    *,
    level: Probability = DEFAULT_LEVEL,
    kind: IntervalKind = "eti",
    rows: BoolArray | None = None,
) -> Summary:
    r"""Summarize draws along their last axis.

    Parameters
    ----------
    draws
        Shape ``(..., draw)``, at least two draws, none missing in the rows that are summarized.
    level
        Probability of the interval, in (0, 1).
    kind
        ``"eti"`` equal-tailed (default) or ``"hdi"`` the shortest interval that holds so many
        draws; it differs between a scale and its logarithm, and says nothing about the tails.
    rows
        Which rows of draws of shape ``(row, draw)`` are summarized, shape ``(row,)``; by default all.

    Returns
    -------
    Summary
        One value per row of draws.

    Raises
    ------
    InputError
        If a draw is missing, there are fewer than two, or `level` lies outside (0, 1).

    Warns
    -----
    PrecisionWarning
        If 1,000 draws or more are so skewed that the error of the mean is understated: few draws make
        up the mean.

    Notes
    -----
    The error of the mean is what it says where :math:`n > 25` times the squared skewness of the draws
    [1]_. Draws that miss the tail altogether look harmless: `largest_log_sd` says beforehand how wide
    a lognormal can be.

    The rank of a quantile is binomial with standard deviation :math:`\sqrt{np(1-p)}`; half the
    distance between the order statistics one such deviation below and above is the error of an end,
    without a density. With few draws in the tail the outermost draws bound it, and the error is
    understated.

    References
    ----------
    .. [1] Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed., section 2.15. Wiley.

    Examples
    --------
    >>> from gecam.uncertainty import LogNormal, Streams, summarize
    >>> draws = LogNormal(1000.0, 0.3).draws(Streams(1), "stock:SDN", "total", 0, 10_000)
    >>> summary = summarize(draws)
    >>> [round(float(x)) for x in (summary.mean, summary.lower, summary.upper, summary.mcse)]
    [1000, 586, 1572, 3]
    """
    array = _checked_rows(draws, level)
    n, shape = array.shape[-1], array.shape[:-1]
    every, step = array.reshape(-1, n), max(1, BLOCK // n)
    chosen = None if rows is None else np.flatnonzero(rows)  # copied block by block
    size = len(every) if chosen is None else len(chosen)
    parts = (slice(first, first + step) for first in range(0, max(size, 1), step))
    blocks = [
        _statistics(every[part if chosen is None else chosen[part]], level, kind) for part in parts
    ]
    mean, sd, third, *others = (
        np.concatenate(values).reshape(shape if chosen is None else (size,))[()]
        for values in zip(*blocks, strict=True)
    )
    if np.isnan(mean).any():
        _refuse_missing(array if rows is None else array[rows])
    _warn_of_skewness(third, sd, n)
    median, lower, upper, mcse_lower, mcse_upper = others
    cv = np.divide(sd, np.abs(mean), out=np.where(sd == 0, 0.0, np.inf), where=mean != 0)
    return Summary(
        mean, median, lower, upper, sd, cv, np.asarray(sd / math.sqrt(n)), mcse_lower, mcse_upper,
        level, kind,
    )  # fmt: skip


def _statistics(draws: FloatArray, level: float, kind: IntervalKind) -> tuple[FloatArray, ...]:
    """Return mean, sd, third central moment, median, ends of the interval and their errors by row."""
    mean, sd = draws.mean(axis=-1), draws.std(axis=-1, ddof=1)
    third = _third_moment(draws, mean)
    ordered = np.sort(draws, axis=-1)
    if kind == "eti":
        tails = (1 - level) / 2, (1 + level) / 2
        lower, upper = (_quantile(ordered, p) for p in tails)
        errors = tuple(_quantile_error(ordered, p) for p in tails)
    else:
        lower, upper = _shortest(ordered, level)
        errors = (np.full_like(mean, np.nan),) * 2
    return mean, sd, third, _quantile(ordered, 0.5), lower, upper, *errors


@checked
def equal_tailed(draws: ArrayLike, *, level: Probability = DEFAULT_LEVEL) -> Interval:
    """Return the interval with the same probability below it as above it.

    Parameters
    ----------
    draws
        Shape ``(..., draw)``, at least two draws, none missing.
    level
        Probability of the interval, in (0, 1).

    Returns
    -------
    Interval
        Quantiles by linear interpolation between order statistics at position p (n - 1) (type 7 of
        Hyndman & Fan, numpy's default).

    Examples
    --------
    >>> from gecam.uncertainty import equal_tailed
    >>> lower, upper = equal_tailed(np.arange(101.0))
    >>> round(float(lower), 9), round(float(upper), 9)
    (5.0, 95.0)
    """
    ordered = np.sort(_checked_draws(draws, level), axis=-1)
    return Interval(_quantile(ordered, (1 - level) / 2), _quantile(ordered, (1 + level) / 2))


def _third_moment(draws: FloatArray, mean: FloatArray) -> FloatArray:
    """Return the third central moment by row; NaN for fewer draws than Cochran's rule is asked of."""
    if draws.shape[-1] < FEWEST_DRAWS:
        return np.full(mean.shape, np.nan)
    apart = draws - mean[..., None]
    return np.asarray(np.einsum("...i,...i,...i->...", apart, apart, apart) / draws.shape[-1])


def _warn_of_skewness(third: FloatArray, sd: FloatArray, n: int) -> None:
    """Warn where the error of the mean is understated (Cochran's rule)."""
    limit = math.sqrt(n / COCHRAN)
    is_skewed = np.abs(third) > limit * sd**3
    if is_skewed.any():
        warnings.warn(
            f"mcse understates the error of the mean in {is_skewed.sum()} of {is_skewed.size} rows: "
            f"their skewness is above {limit:.3g}, the most for {n:,} draws, and a few draws make up "
            "the mean. Use the median and the interval, or more draws.",
            PrecisionWarning,
            stacklevel=caller_level(),
        )


def _checked_draws(draws: ArrayLike, probability: float = 0.5) -> FloatArray:
    array = _checked_rows(draws, probability)
    _refuse_missing(array)
    return array


def _checked_rows(draws: ArrayLike, probability: float) -> FloatArray:
    array = np.ascontiguousarray(draws, dtype=np.float64)  # one order of addition
    if np.ndim(draws) == 0 or array.shape[-1] < 2:
        raise InputError(f"at least two draws are needed along the last axis: got {array.shape}.")
    if not 0 < probability < 1:
        raise InputError(f"a probability must lie in (0, 1): got {probability}.")
    return array


def _refuse_missing(draws: FloatArray) -> None:
    if np.isnan(draws).any():
        place = tuple(int(i) for i in np.argwhere(np.isnan(draws))[0])
        raise InputError(f"draws must not be missing: got nan at index {place}.")


def _quantile(ordered: FloatArray, p: float) -> FloatArray:
    """Interpolate between order statistics at position p (n - 1)."""
    position = p * (ordered.shape[-1] - 1)
    low = math.floor(position)
    high = min(low + 1, ordered.shape[-1] - 1)
    gap = ordered[..., high] - ordered[..., low]
    return np.asarray(ordered[..., low] + (position - low) * gap)


def _quantile_error(ordered: FloatArray, p: float) -> FloatArray:
    """Return half the distance between the order statistics one binomial sd below and above."""
    reach = math.sqrt(p * (1 - p) / ordered.shape[-1])
    return (_quantile(ordered, min(1.0, p + reach)) - _quantile(ordered, max(0.0, p - reach))) / 2


def _shortest(ordered: FloatArray, level: float) -> Interval:
    """Return the shortest window of ordered draws that holds a part `level` of them."""
    n = ordered.shape[-1]
    inside = min(n, math.ceil(level * n - 1e-9))
    widths = ordered[..., inside - 1 :] - ordered[..., : n - inside + 1]
    first = np.expand_dims(widths.argmin(axis=-1), -1)
    lower = np.take_along_axis(ordered, first, axis=-1)[..., 0]
    upper = np.take_along_axis(ordered, first + inside - 1, axis=-1)[..., 0]
    return Interval(lower, upper)
