"""Rounding of estimates to the digits that they carry, and numbers of people as text."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, isclose, isnan
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import (
    ArrayLike,
    BoolArray,
    FloatArray,
    MaybeMissing,
    NonNegative,
    PositiveInt,
    Probability,
    WholeNumber,
)

SIGNIFICANT_DIGITS = 3
SD_DIGITS = 2  # of a standard deviation; more are noise (GUM, JCGM 100:2008, 7.2.6)
SMALLEST_SHOWN = 100.0  # people; below it a count is shown as "<100", where no threshold is given
NOT_ESTIMATED = "not estimated"
SmallCounts = Literal["each", "value", "none"]


def grouped_digits(people: float) -> str:
    """Return a whole number with grouped digits."""
    return f"{people:,.0f}"


@checked
def fewer_than(threshold: NonNegative) -> str:
    """Return what stands in place of a number of people under a threshold.

    Parameters
    ----------
    threshold
        Persons, >= 0; a part of a person counts as one, so that the words hold for every number below.

    Returns
    -------
    str
        "<" and the threshold with grouped digits.

    Examples
    --------
    >>> from gecam.uncertainty import fewer_than
    >>> fewer_than(100.0), fewer_than(5_000.0)
    ('<100', '<5,000')
    """
    return f"<{grouped_digits(ceil(threshold))}"


class Rounded(NamedTuple):
    """A value and its interval, rounded together.

    ``step`` is the unit of rounding, a power of ten of people; ``is_below`` says that the value is
    under ``threshold`` people and not zero, and is shown as "<100", or what the threshold is.
    """

    value: FloatArray
    lower: FloatArray
    upper: FloatArray
    step: FloatArray
    is_below: BoolArray
    threshold: float = SMALLEST_SHOWN

    @checked
    def texts(
        self, *, small: SmallCounts = "each", write: Callable[[float], str] = grouped_digits
    ) -> list[tuple[str, str, str]]:
        """Write each value and its interval with grouped digits.

        Parameters
        ----------
        small
            Which of the three numbers are written as "<100" (or what the threshold is) where they are
            under it: ``each`` that rounds to less, ``value`` alone (its ends stay), or ``none``.
        write
            How a number is written, grouped digits by default.

        Returns
        -------
        list of tuple of str
            Value, lower and upper end; "not estimated" where there is none. A positive end below the
            unit of rounding is "under 10,000", never 0; a negative one above it is "under 0".

        Examples
        --------
        >>> from gecam.uncertainty import round_together
        >>> rounded = round_together(61.2, 12.0, 212.4)
        >>> [rounded.texts(small=small)[0] for small in ("each", "value", "none")]
        [('<100', '<100', '213'), ('<100', '12', '213'), ('61', '12', '213')]
        """
        columns = (np.atleast_1d(x).tolist() for x in self[:4])
        least = self.threshold if small == "each" else 0.0
        rows = [tuple(_cell(x, step, write, least) for x in row)
                for *row, step in zip(*columns, strict=True)]  # fmt: skip
        if small == "value":
            below, words = np.atleast_1d(self.is_below).tolist(), fewer_than(self.threshold)
            rows = [(words, *row[1:]) if b else row for row, b in zip(rows, below, strict=True)]
        return rows  # type: ignore[return-value]  # of three columns


@checked
def round_together(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    sd: ArrayLike = 0.0,
    mcse: ArrayLike = 0.0,
    digits: PositiveInt = SIGNIFICANT_DIGITS,
    threshold: NonNegative = SMALLEST_SHOWN,
) -> Rounded:
    r"""Round people to the digits that the estimate carries, and its interval outwards.

    Parameters
    ----------
    value
        Estimates, people.
    lower, upper
        Ends of their intervals, people.
    sd
        Standard deviations of the estimates; digits beyond two significant ones of it are noise
        [1]_.
    mcse
        Monte Carlo errors of the estimates, people; digits below twice that differ from seed to seed.
    digits
        Significant digits of the value, at most.
    threshold
        Fewest people that are written as a number, persons.

    Returns
    -------
    Rounded
        Arrays in the broadcast shape. The value is rounded half away from zero; the interval keeps
        what it held, and an end that is not zero does not become zero: it is one person then. The step
        is never below one person; a number of people, which is no change, has at least one digit.

    References
    ----------
    .. [1] JCGM 100:2008. *Evaluation of measurement data: Guide to the expression of uncertainty in
       measurement*, 7.2.6.

    Examples
    --------
    >>> from gecam.uncertainty import round_together
    >>> for mcse in (62.0, 620.0):  # of a million and of ten thousand draws
    ...     rounded = round_together(212_345.0, 131_900.0, 333_001.0, sd=62_000.0, mcse=mcse)
    ...     [float(x) for x in rounded[:4]]
    [212000.0, 131000.0, 334000.0, 1000.0]
    [210000.0, 130000.0, 340000.0, 10000.0]
    """
    value, lower, upper, sd, mcse = (
        np.asarray(x, dtype=np.float64) for x in (value, lower, upper, sd, mcse)
    )
    with np.errstate(divide="ignore"):
        of_value = np.floor(np.log10(np.abs(value))) - (digits - 1)
        of_sd = np.floor(np.log10(sd)) - (SD_DIGITS - 1)
        of_mcse = np.ceil(np.log10(2 * mcse))
    exponent = np.maximum(of_value, np.maximum(of_sd, of_mcse))
    is_count = (lower >= 0) & (value > 0)
    exponent = np.where(is_count, np.minimum(exponent, of_value + digits - 1), exponent)
    step = 10.0 ** np.maximum(exponent, 0.0)
    is_below = np.broadcast_to((np.abs(value) < threshold) & (value != 0), step.shape)
    rounded = round_half_away(value / step) * step
    return Rounded(
        np.where(is_count & (rounded == 0), value, rounded),
        _with_sign(_outward(lower / step, np.floor) * step, lower),
        _with_sign(_outward(upper / step, np.ceil) * step, upper),
        step,
        is_below,
        threshold,
    )


@checked
def people_cell(
    people: MaybeMissing, *, missing: str = NOT_ESTIMATED, threshold: NonNegative = SMALLEST_SHOWN
) -> str:
    """Write one number of people with grouped digits, as it is.

    Parameters
    ----------
    people
        Number of people, rounded as far as wanted; NaN where there is none.
    missing
        Text where there is no number, ``"not estimated"`` by default.
    threshold
        Fewest people that are written as a number, persons, 100 by default; 0 to write out every
        number, as in sums that are to be followed.

    Returns
    -------
    str
        Grouped digits, "<100" or what the threshold is, or `missing`.

    Examples
    --------
    >>> people_cell(212_000.0), people_cell(40.0), people_cell(0.0), people_cell(float("nan"))
    ('212,000', '<100', '0', 'not estimated')
    """
    if isnan(people):
        return missing
    return fewer_than(threshold) if 0 < people < threshold else grouped_digits(people)


@checked
def significant(people: MaybeMissing, digits: PositiveInt = SIGNIFICANT_DIGITS) -> float:
    """Round one number to some significant digits, for figures and steps that nobody quotes.

    Parameters
    ----------
    people
        Number of people, or any other; NaN stays.
    digits
        Number of significant digits, at least 1; halves go to the even neighbour. Three by default,
        those of printed estimates.

    Returns
    -------
    float
        The rounded number.

    Examples
    --------
    >>> from gecam.uncertainty import significant
    >>> significant(212_345.0, 2), significant(212_345.0, 4)
    (210000.0, 212300.0)
    """
    return float(f"{people:.{digits}g}")


@checked
def people_on_axis(x: MaybeMissing, _position: WholeNumber | None = None) -> str:
    """Return people on an axis: ``250 k``, ``1.5 M``.

    Parameters
    ----------
    x
        Number of people.
    _position
        Position of the tick as matplotlib gives it, a whole number >= 0; not used.
    """
    if isclose(x, 0):
        return "0"
    if abs(x) >= 1e6:
        return f"{x / 1e6:g} M"
    return f"{x / 1e3:g} k" if abs(x) >= 1e3 else f"{x:g}"


def sd_of_interval(lower: ArrayLike, upper: ArrayLike, level: Probability) -> FloatArray:
    """Return the standard deviation of a normal distribution with some interval, to round by.

    Parameters
    ----------
    lower, upper
        Ends of intervals with equal tails, people.
    level
        Probability that the intervals hold, in (0, 1).

    Returns
    -------
    FloatArray
        People, >= 0.

    Examples
    --------
    >>> from gecam.uncertainty.rounding import sd_of_interval
    >>> round(float(sd_of_interval(-1.96, 1.96, 0.95)), 3)
    1.0
    """
    width = np.asarray(upper, dtype=np.float64) - np.asarray(lower, dtype=np.float64)
    return np.asarray(width / (2 * NormalDist().inv_cdf((1 + level) / 2)))


def round_half_away(x: ArrayLike) -> FloatArray:
    """Round to whole numbers, halves away from zero, as official statistics do.

    Parameters
    ----------
    x
        Any numbers.

    Returns
    -------
    FloatArray
        Same shape. Python's ``round`` and `numpy.round` send halves to the even neighbour.

    Examples
    --------
    >>> from gecam.uncertainty import round_half_away
    >>> round_half_away([0.5, 1.5, 2.5, -2.5, 0.49999999999999994])
    array([ 1.,  2.,  3., -3.,  0.])
    """
    x = np.asarray(x, dtype=np.float64)
    whole = np.trunc(x)
    return np.asarray(whole + np.where(np.abs(x - whole) >= 0.5, np.sign(x), 0.0))


def _with_sign(rounded: FloatArray, end: FloatArray) -> FloatArray:
    """Return rounded ends, where one that is not zero and became zero is at most one person."""
    return np.asarray(np.where((rounded == 0) & (end != 0), np.clip(end, -1.0, 1.0), rounded))


def _cell(people: float, step: float, write: Callable[[float], str], threshold: float) -> str:
    """Write one of three numbers; one between zero and the unit of rounding as under it."""
    if 0 < people < step and step > threshold:
        return f"under {write(step)}"
    if isnan(people) or 0 < people < threshold:
        return people_cell(people, threshold=threshold)
    return "under 0" if -step < people < 0 else write(people)


def _outward(x: FloatArray, towards: np.ufunc) -> FloatArray:
    """Round towards one side, but leave what is whole up to rounding error."""
    near = np.rint(x)
    return np.asarray(np.where(np.abs(x - near) <= 1e-9 * np.abs(x), near, towards(x)))
