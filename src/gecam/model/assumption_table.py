"""The table of defaults: every assumption with its value and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gecam._signature import checked
from gecam.model.assumptions import DEFAULTS, Assumptions, Default
from gecam.model.odds_ratio_prior import OddsRatioPrior
from gecam.model.odds_ratio_priors import PRIOR_ROWS, OddsRatioPriors


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
        One row per assumption, and one per kind of row of the odds ratio: ``name``, ``value`` (as
        text), ``unit``, ``meaning``, ``status``
        (``calibrated`` or ``estimated``: from published figures; ``judged``: no calibration;
        ``rule``: a choice of method), ``basis``. Of the odds ratio the status says k, the number of
        countries with pairs.

    Examples
    --------
    >>> table = gc.defaults().set_index("name")
    >>> table.at["odds_ratio/need", "status"]
    'estimated, k = 10'
    >>> table.at["growth_cap", "value"], table.at["growth_cap", "status"]
    ('0.15', 'judged')
    """
    values = assumptions or Assumptions()
    rows = [row for d in DEFAULTS for row in _rows(d, getattr(values, d.name))]
    return pd.DataFrame(rows, columns=["name", "value", "unit", "meaning", "status", "basis"])


def _rows(default: Default, value: object) -> Iterator[tuple[str, ...]]:
    """Yield the rows of one assumption: one, or one for each kind of row of an estimate."""
    if not isinstance(value, OddsRatioPriors):
        status, basis = str(default.status), default.basis
        if isinstance(value, OddsRatioPrior):
            status, basis = "judged", "one prior for all rows"
        yield default.name, str(value), default.unit, default.meaning, status, basis
        return
    kinds = ((PRIOR_ROWS[name], name, held) for name, held in value.rows.items())
    countries = ((f"{name}, people in need", name, held) for name, held in value.countries.items())
    for meaning, name, held in (*kinds, *countries):
        key = f"odds_ratio/{name}"
        yield key, str(held.prior), default.unit, meaning, held.text, held.basis
    for name, factor in value.factors.items():
        meaning, status, basis = _FACTORS[name]
        yield f"odds_ratio/{name}", f"{factor:.4g}", "factor", meaning, status, basis
    yield (
        "odds_ratio/drift", f"{value.drift_log_sd:g}", "log per root year",
        "change of a country's odds ratio between its pair and the figure", "estimated, n = 12",
        "national surveys of one series",
    )  # fmt: skip


_OF_THE_MEDIAN = "multiplies the medians of need, of the same places and of sudden onsets"
_FACTORS = {
    "citizenship": (f"{_OF_THE_MEDIAN}, stock by citizenship", "rule", "what the others refer to"),
    "birth": (
        f"{_OF_THE_MEDIAN}, stock of people born abroad", "judged, k = 2",
        "near 1/1.3: surveys of Spain and of the European Union that ask both",
    ),
    "unknown": (f"{_OF_THE_MEDIAN}, basis not stated", "judged, k = 0", "half way between the two"),
    "high_income": (
        f"{_OF_THE_MEDIAN}, countries of high income", "estimated, k = 10",
        "five countries of high income against five others, shrunk to 1",
    ),
}  # fmt: skip
