"""Rounded numbers of people, as text for tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.uncertainty import NOT_ESTIMATED, SMALL, Rounded, round_together

SUPPRESSED = "suppressed"
# Status of a row -> what it shows in place of its number and its interval.
IN_PLACE = {"suppressed": (SUPPRESSED, SUPPRESSED), "below_threshold": (SMALL, "")}
WITHOUT_NUMBER = {"published": "not applicable"}


@checked
def rounded_rows(
    rows: pd.DataFrame, names: tuple[str, str, str] = ("mean", "lower", "upper")
) -> Rounded:
    """Round numbers of rows together, to the digits that their means carry.

    Parameters
    ----------
    rows
        The columns `names`, ``mean`` and ``mcse`` (persons; NaN where there is none), and ``cv``.
    names
        Names of the columns with the value and with both ends of its interval, people.

    Returns
    -------
    Rounded
        Arrays of shape ``(row,)``; people.
    """
    sd, mcse = (rows["mean"] * rows["cv"]).fillna(0.0), rows["mcse"].fillna(0.0)
    return round_together(*(rows[name] for name in names), sd=sd, mcse=mcse)


def people_text(rows: pd.DataFrame) -> pd.DataFrame:
    """Return values and intervals rounded together, as text.

    Parameters
    ----------
    rows
        Columns ``mean``, ``lower``, ``upper`` (persons; NaN where there is none), ``cv``, ``mcse``
        and ``status``.

    Returns
    -------
    pandas.DataFrame
        ``people`` and ``interval``. "0", "<100", "not estimated", "not applicable" (a plan that is
        shown with its own figure) and "suppressed" are five different things. Values to at most
        three digits, never finer than their standard deviation or twice their Monte Carlo error;
        intervals outwards. Rounded rows may not add: totals are rounded from their own draws.

    Examples
    --------
    >>> from gecam.publish import people_text
    >>> row = dict(mean=212_345.0, lower=131_900.0, upper=333_001.0, cv=0.29, mcse=620.0)
    >>> people_text(pd.DataFrame([row | {"status": "estimated"}])).iloc[0].tolist()
    ['210,000', '130,000 to 340,000']
    """
    written = rounded_rows(rows).texts(small="value")
    texts = [
        _row_text(written[i], value, status)
        for i, (value, status) in enumerate(zip(rows["mean"], rows["status"], strict=True))
    ]
    return pd.DataFrame(texts, columns=["people", "interval"], index=rows.index)


def _row_text(written: tuple[str, str, str], value: float, status: str) -> tuple[str, str]:
    if status in IN_PLACE:
        return IN_PLACE[status]
    if np.isnan(value):
        text = WITHOUT_NUMBER.get(status, NOT_ESTIMATED)
        return text, text
    people, lower, upper = written
    return people, f"{lower} to {upper}"
