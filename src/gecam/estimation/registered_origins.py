"""Registered people of each origin in countries in crisis: in which figure they are, or why in none."""

from __future__ import annotations

from typing import Any

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.results import CompleteEstimates, registered_people

COUNTED = ("country plan", "regional plan", "not estimated")
COLUMNS = ("origin", "destination", "registered", "year_end", "counted_in", "reason", "flags")


@checked
def registered_origins(complete: CompleteEstimates) -> pd.DataFrame:
    """Return everybody whom UNHCR counts in the countries in crisis, by origin, with their figure.

    Parameters
    ----------
    complete
        The answer with people of regional plans; its estimates must hold their case.

    Returns
    -------
    pandas.DataFrame
        One row per ``origin`` and ``destination`` (ISO3): ``registered`` (refugees, asylum-seekers and
        others in need of international protection at the end of the year before the plan, persons),
        ``year_end``, ``counted_in`` (``country plan``, ``regional plan`` or ``not estimated``),
        ``reason`` (why they are not estimated, else empty), ``flags``. Nobody is left out: the rows of
        a country add to its register.

    Raises
    ------
    InputError
        If the estimates do not hold their case, or the case has no register.

    Examples
    --------
    >>> from gecam.estimation import registered_origins
    >>> est = gc.estimate(gc.load_edition("2022"), draws=100, seed=1)
    >>> complete = gc.complete_estimates(est, gc.load_regional_plans("2022"))
    >>> rows = registered_origins(complete).set_index(["origin", "destination"])
    >>> rows.loc[("SSD", ["ETH", "SDN"]), "counted_in"].tolist()
    ['regional plan', 'country plan']
    """
    est = complete.estimates
    if est.case is None or est.case.protected is None:
        raise InputError("registered people need estimates with their case, and a register in it.")
    rows = registered_people(est.case, est.cells)
    regional = {
        (cell.origin, cell.destination): " ".join(cell.flags)
        for cell in complete.cells
        if cell.total == "country in crisis"
    }
    where = [
        _where(regional.get((row.origin, row.destination)), row)
        for row in rows.itertuples(index=False)
    ]
    told = pd.DataFrame(where, columns=list(COLUMNS[4:]), index=rows.index, dtype=object)
    return pd.concat([rows[list(COLUMNS[:4])], told], axis=1)


def _where(regional: str | None, row: Any) -> tuple[str, str, str]:
    """Return the figure that people of an origin are in, why in none, and flags."""
    if regional is not None:
        return COUNTED[1], "", regional
    return (COUNTED[0], "", "") if row.is_estimated else (COUNTED[2], row.reason, row.flags)
