"""Footprints of a hazard: residents of the areas where its intensity reaches a threshold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import PositiveShare
from gecam.errors import InputError
from gecam.estimation import TouchNobody
from gecam.model import AreaNeeds, Footprint, Grade


@checked
def hazard_footprint(
    areas: pd.DataFrame,
    threshold: float,
    *,
    crisis: str,
    destination: str,
    as_of: date,
    grade: Grade = "C",
    need_share: PositiveShare | None = None,
    need_basis: str = "",
) -> Footprint | TouchNobody:
    """Return the footprint of a hazard: the residents of areas whose intensity reaches a threshold.

    Parameters
    ----------
    areas
        All areas of the country, a row each: ``area``, ``residents`` (persons), ``intensity`` (any
        unit), and optionally ``migrants`` (counted there; blank where nobody counted). For shapes
        and grids use `gecam.geo.exposure`, which also knows parts of areas.
    threshold
        Areas of this intensity or more are exposed; in the unit of ``intensity``.
    crisis, destination, as_of, grade
        Id of the crisis, country by ISO3 code or name, date and quality, as in
        `gecam.model.Footprint`.
    need_share, need_basis
        Share of the exposed who would be in need, in (0, 1], and where that number comes from. With
        it the measure is ``in_need`` and the scenario can be added to today's figures; without it
        ``exposed``, which stands alone. Exposed is not in need.

    Returns
    -------
    Footprint or TouchNobody
        `gecam.estimation.TouchNobody` where no area reaches the threshold. Either is a change that
        `gecam.scenario` takes.

    Raises
    ------
    InputError
        If columns, intensities or residents are missing, or a share in need has no basis.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.preparedness import hazard_footprint
    >>> areas = pd.DataFrame({"area": ["N", "S"], "residents": [1e6, 3e6], "intensity": [7.1, 4.0]})
    >>> quake = hazard_footprint(areas, 6.0, crisis="quake", destination="TUR", as_of=date(2022, 7, 1))
    >>> quake.people, quake.measure
    (1000000.0, 'exposed')
    >>> hazard_footprint(areas, 9.0, crisis="quake", destination="TUR", as_of=date(2022, 7, 1)).reason
    'No area reaches the threshold of 9: the largest intensity is 7.1.'
    """
    table = _checked_areas(areas)
    is_hit = table["intensity"].ge(threshold)
    if not is_hit.any():
        return TouchNobody(
            crisis, destination,
            f"No area reaches the threshold of {threshold:g}: the largest intensity is "
            f"{table['intensity'].max():g}.",
        )  # fmt: skip
    needs = tuple(
        AreaNeeds(area, n if hit else 0.0, n, None if np.isnan(m) else m)
        for area, n, m, hit in zip(
            table["area"].map(str), table["residents"], table["migrants"], is_hit, strict=True
        )
    )
    exposed = Footprint(
        crisis, destination, sum(a.in_need for a in needs), as_of, "exposed", "all",
        "A hazard touches whoever lives there, of any nationality.", grade,
        denominator=float(table["residents"].sum()), areas=needs,
        note=f"{int(is_hit.sum())} of {len(areas)} areas reach {threshold:g}", source_kind="hazard",
    )  # fmt: skip
    return exposed if need_share is None else in_need_of(exposed, need_share, need_basis)


def _checked_areas(areas: pd.DataFrame) -> pd.DataFrame:
    """Return areas with residents, intensity and migrants as numbers; blank migrants stay missing."""
    missing = [name for name in ("area", "residents", "intensity") if name not in areas]
    if missing:
        raise InputError(f"areas lack the columns {', '.join(missing)}")
    columns = ["residents", "intensity", "migrants"]
    numbers = areas.reindex(columns=columns).apply(pd.to_numeric, errors="coerce")
    if areas.empty or numbers["intensity"].isna().any() or not numbers["residents"].gt(0).all():
        raise InputError("every area needs an intensity, and residents above 0")
    return numbers.astype("float64").assign(area=areas["area"])


def in_need_of(exposed: Footprint, share: float, basis: str) -> Footprint:
    """Turn people exposed into people in need by a stated share.

    Parameters
    ----------
    exposed
        Footprint of people ``exposed`` or ``affected``.
    share
        Share of them who would be in need, in (0, 1].
    basis
        Where the share comes from, such as a survey; in the note of the footprint.

    Raises
    ------
    InputError
        If the footprint counts other people, the share is out of range, or no basis is stated.

    Notes
    -----
    Its areas are named, so that refugees are touched like the residents of the country: a hazard does
    not know of a plan's rule that counts all refugees.
    """
    if exposed.measure not in {"exposed", "affected"}:
        raise InputError(
            f"only people exposed or affected become people in need: got {exposed.measure}"
        )
    if not (0 < share <= 1 and basis.strip()):
        raise InputError("need_share must lie in (0, 1], with its basis in need_basis")
    areas = tuple(replace(a, in_need=a.in_need * share) for a in exposed.areas)
    hit = tuple(a.area for a in areas if a.in_need > 0)
    return replace(
        exposed, people=exposed.people * share, measure="in_need", areas=areas,
        area=hit or exposed.area,
        note=f"{exposed.note}; {share:.0%} of the exposed in need ({basis})",
    )  # fmt: skip
