"""Numbers of people as readers see them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from gecam.uncertainty import Rounded, round_together

NOT_ESTIMATED = "not estimated"
NOT_APPLICABLE = "not applicable"
SUPPRESSED = "suppressed"


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
    sd = rows["mean"] * rows["cv"].fillna(0.0)
    rounded = round_together(
        *(rows[name].to_numpy(dtype=np.float64) for name in ("mean", "lower", "upper")),
        sd=sd.fillna(0.0).to_numpy(),
        mcse=rows["mcse"].fillna(0.0).to_numpy(),
    )
    texts = [
        _row_text(rounded, i, value, status)
        for i, (value, status) in enumerate(zip(rows["mean"], rows["status"], strict=True))
    ]
    return pd.DataFrame(texts, columns=["people", "interval"], index=rows.index)


def _row_text(rounded: Rounded, i: int, value: float, status: str) -> tuple[str, str]:
    if status == "suppressed":
        return SUPPRESSED, SUPPRESSED
    if status == "below_threshold":
        return "<100", ""
    if np.isnan(value):
        text = NOT_APPLICABLE if status == "published" else NOT_ESTIMATED
        return text, text
    interval = f"{rounded.lower[i]:,.0f} to {rounded.upper[i]:,.0f}"
    if value == 0:
        return "0", interval
    return ("<100" if rounded.is_below[i] else f"{rounded.value[i]:,.0f}"), interval
