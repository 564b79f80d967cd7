"""Months as users write them."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from gecam.errors import InputError


def checked_month(value: str | date | pd.Period, name: str) -> pd.Period:
    """Return the month that `value` lies in; a year alone is not taken for its January.

    Parameters
    ----------
    value
        Month or day: ``"2024-12"``, ``"2024-12-31"``, a date or a period.
    name
        Name of the argument, for the message.

    Raises
    ------
    InputError
        If it is no month of the calendar.

    Examples
    --------
    >>> from gecam.model.months import checked_month
    >>> str(checked_month("2024-12-31", "first"))
    '2024-12'
    """
    is_month = isinstance(value, date | pd.Period) and not pd.isna(value)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", value, re.ASCII):
        is_month = not pd.isna(pd.to_datetime(value, errors="coerce"))
    if isinstance(value, pd.Period) and not value.freqstr.startswith(("M", "D")):
        is_month = False
    if not is_month:
        raise InputError(f"{name} must be a month such as '2024-12': got {value!r}.")
    return pd.Period(str(value)[:7], "M")
