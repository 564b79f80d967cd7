"""Registered people of each origin in countries in crisis: in which figure they are, or why in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from gecam._signature import checked
from gecam.errors import InputError
from gecam.results import CompleteEstimates, Estimates, RegionalCell

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
    people = est.case.protected.people
    year = min(crisis.reference_date for crisis in est.crises).year - 1
    people = people[people["as_of"].dt.year.eq(year)]
    registered = people.assign(
        registered=people[["refugees", "asylum_seekers", "oip"]].sum(axis=1), year_end=year
    )[["origin", "destination", "registered", "year_end"]]
    where = [
        _where(est, origin, destination, complete.cells)
        for origin, destination in zip(registered["origin"], registered["destination"], strict=True)
    ]
    told = pd.DataFrame(where, columns=list(COLUMNS[4:]), index=registered.index, dtype=object)
    rows = pd.concat([registered, told], axis=1).sort_values(["origin", "destination"])
    return rows.reset_index(drop=True)


def _where(
    est: Estimates, origin: str, destination: str, cells: Iterable[RegionalCell]
) -> tuple[str, str, str]:
    """Return the figure that people of an origin are in, why in none, and flags."""
    for cell in cells:
        if (cell.destination, cell.origin, cell.total) == (
            destination,
            origin,
            "country in crisis",
        ):
            return COUNTED[1], "", " ".join(cell.flags)
    leaves = [x for x in est.leaves if (x.destination, x.group) == (destination, "protection")]
    if any(leaf.status == "estimated" for leaf in leaves) or not leaves:
        return COUNTED[0], "", ""
    reasons: Iterator[str] = (leaf.reason for leaf in leaves if leaf.reason)
    flags = {flag for leaf in leaves for flag in leaf.flags}
    return COUNTED[2], "; ".join(dict.fromkeys(reasons)), " ".join(sorted(flags))
