"""The table of defaults: every assumption with its value and what it rests on."""

from __future__ import annotations

import pandas as pd

from gecam._signature import checked
from gecam.model.assumptions import DEFAULTS, Assumptions


@checked
def defaults(assumptions: Assumptions | None = None) -> pd.DataFrame:
    """Return every assumption with its value, its meaning, and what it rests on.

    Parameters
    ----------
    assumptions
        Those to show; the defaults of the package by default.

    Returns
    -------
    pandas.DataFrame
        One row per assumption: ``name``, ``value`` (as text), ``unit``, ``meaning``, ``status``
        (``calibrated``: estimated from published figures; ``judged``: no calibration; ``rule``: a
        choice of method), ``basis``.

    Examples
    --------
    >>> table = gc.defaults().set_index("name")
    >>> table.at["growth_cap", "value"], table.at["growth_cap", "status"]
    ('0.15', 'judged')
    """
    values = assumptions or Assumptions()
    rows = [
        (d.name, str(getattr(values, d.name)), d.unit, d.meaning, d.status, d.basis)
        for d in DEFAULTS
    ]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "meaning", "status", "basis"])
