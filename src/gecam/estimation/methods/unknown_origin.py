"""People of unknown origin, divided among origins without changing the total."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError

UNKNOWN = ("OOO",)


@checked
def redistribute_unknown(people: pd.Series, *, unknown: Collection[str] = UNKNOWN) -> pd.Series:
    r"""Divide people of unknown origin among the listed origins.

    Parameters
    ----------
    people
        People by origin code of one destination, >= 0.
    unknown
        Codes that stand for unknown or other origins: ``OOO`` in UN DESA's tables.

    Returns
    -------
    pd.Series
        People by listed origin; the sum is the published total.

    Raises
    ------
    InputError
        If people are negative or missing, codes repeat, or there is no origin to give them to.

    Notes
    -----
    Missing at random: people of unknown origin have the shares of the listed origins. Small origins are
    what statisticians lump into "others", so that these shares are doubtful where many are unknown.

    Examples
    --------
    >>> from gecam.estimation.methods.unknown_origin import redistribute_unknown
    >>> stock = pd.Series({"ERI": 120_000.0, "SSD": 780_000.0, "OOO": 100_000.0})
    >>> redistribute_unknown(stock).round()
    ERI    133333.0
    SSD    866667.0
    dtype: float64
    """
    counts = people.astype("float64")
    if counts.index.has_duplicates:
        raise InputError("people must name each origin once")
    if not ((counts >= 0) & (counts < np.inf)).all():
        raise InputError("people must be finite and >= 0: missing is not zero")
    is_unknown = counts.index.isin(list(unknown))
    listed, total = counts[~is_unknown], float(counts[is_unknown].sum())
    if total == 0:
        return listed
    if listed.sum() <= 0:
        raise InputError(f"{total:,.15g} people have no listed origin to be given to")
    return listed + listed / listed.sum() * total
