"""Checks of the values that scores and sensitivity methods are given."""

from __future__ import annotations

from typing import Literal

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError

Scale = Literal["identity", "log1p"]


def finite(
    values: ArrayLike, name: str, *, at_least: float | None = None, above: float | None = None
) -> FloatArray:
    """Return the values as floats, or raise and name the first that breaks the rule."""
    array = np.asarray(values, dtype=np.float64)
    rule, good = f"{name} must be finite", np.isfinite(array)
    if at_least is not None:
        rule, good = f"{rule} and at least {at_least:g}", good & (array >= at_least)
    if above is not None:
        rule, good = f"{rule} and above {above:g}", good & (array > above)
    if not good.all():
        where = tuple(int(i) for i in np.argwhere(~good)[0])
        place = f" at index {where if len(where) > 1 else where[0]}" if where else ""
        raise InputError(
            f"{rule}: got {array[where]}{place}, {np.sum(~good)} such value(s). "
            "Leave out what was not estimated; it is not zero."
        )
    return array


def rescaled(values: FloatArray, scale: Scale, name: str) -> FloatArray:
    """Return the values, or ``log(1 + values)`` for counts of people."""
    if scale == "identity":
        return values
    return np.log1p(finite(values, f"{name} on the log1p scale", at_least=0))
