"""Checks of arguments that the estimators share."""

from __future__ import annotations

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError


def checked_counts(values: ArrayLike, name: str) -> FloatArray:
    """Return `values` as whole numbers >= 0 (held as floats), or raise and say which is not."""
    array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    bad = ~np.isfinite(array) | (array < 0) | (array != np.floor(array))
    if bad.any():
        where = np.argwhere(bad)[0].tolist()
        raise InputError(
            f"{name} must be whole numbers >= 0: got {array[bad][0]} at position {where}. "
            "A missing count stays missing: leave its row out and say so."
        )
    return array
