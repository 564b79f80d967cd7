"""What a scenario changes: copies of past crises, hazards over areas, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import NonNegative, PositiveShare
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.model import AreaNeeds, Case, Crisis, Footprint, Grade, GroupCount, residents_at

Keep = Literal["share", "people"]


@dataclass(frozen=True, slots=True)
class CrisisCopy:
    """A past crisis once more: scaled, in another country, or both.

    Parameters
    ----------
    crisis, destination
        The past crisis, and in which country, by code or name.
    to
        Where it happens now, by code or name; empty for the same country.
    scale
        Times as large, >= 0.
    keep
        What a moved crisis keeps: the ``share`` of residents (default), or the number of ``people``.
    past
        Case that holds the crisis; today's by default.
    """

    crisis: str
    destination: str
    to: str = ""
    scale: NonNegative = 1.0
    keep: Keep = "share"
    past: Case | None = None

    def __post_init__(self) -> None:
        check_fields(self)
        for field in ("destination", "to"):
            if getattr(self, field):
                object.__setattr__(self, field, country_code(getattr(self, field)))


@dataclass(frozen=True, slots=True)
class Nobody:
    """A scenario that touches nobody in a country: an answer of zero, with its reason."""

    crisis: str
    destination: str
    reason: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "destination", country_code(self.destination))


ScenarioChange: TypeAlias = Footprint | CrisisCopy | Nobody


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
) -> Footprint | Nobody:
    """Return the footprint of a hazard: the residents of areas whose intensity reaches a threshold.

    Parameters
    ----------
    areas
        All areas of the country, a row each: ``area``, ``residents`` (persons), ``intensity`` (any
        unit), and optionally ``migrants`` (counted there; blank where nobody counted). For shapes
        and grids use `gecam.geo.exposure`, which also knows parts of areas.
    threshold
        Areas of this intensity or more are exposed.
    crisis, destination, as_of, grade
        As in `gecam.model.Footprint`.
    need_share, need_basis
        Share of the exposed who would be in need, in (0, 1], and where that number comes from. With
        it the measure is ``in_need`` and the scenario can be added to today's figures; without it
        ``exposed``, which stands alone. Exposed is not in need.

    Returns
    -------
    Footprint or Nobody
        `Nobody` where no area reaches the threshold.

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
    missing = [name for name in ("area", "residents", "intensity") if name not in areas]
    if missing:
        raise InputError(f"areas lack the columns {', '.join(missing)}")
    residents = pd.to_numeric(areas["residents"], errors="coerce")
    intensity = pd.to_numeric(areas["intensity"], errors="coerce")
    if areas.empty or intensity.isna().any() or not residents.gt(0).all():
        raise InputError("every area needs an intensity, and residents above 0")
    is_hit = intensity.ge(threshold)
    if not is_hit.any():
        return Nobody(
            crisis, destination,
            f"No area reaches the threshold of {threshold:g}: the largest intensity is "
            f"{intensity.max():g}.",
        )  # fmt: skip
    counted = pd.to_numeric(areas.get("migrants", intensity * np.nan), errors="coerce")
    needs = tuple(
        AreaNeeds(str(name), float(n) if hit else 0.0, float(n), None if np.isnan(m) else float(m))
        for name, n, hit, m in zip(areas["area"], residents, is_hit, counted, strict=True)
    )
    found = Footprint(
        crisis, destination, sum(a.in_need for a in needs), as_of, "exposed", "all",
        "A hazard touches whoever lives there, of any nationality.", grade,
        denominator=float(residents.sum()), areas=needs,
        note=f"{int(is_hit.sum())} of {len(areas)} areas reach {threshold:g}",
    )  # fmt: skip
    return found if need_share is None else in_need_of(found, need_share, need_basis)


def in_need_of(exposed: Footprint, share: float, basis: str) -> Footprint:
    """Turn people exposed into people in need by a stated share.

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


def usual_date(case: Case) -> date | None:
    """Return the most common reference date of a case; None without crises."""
    dates = Counter(c.reference_date for c in case.crises)
    return min(dates, key=lambda d: (-dates[d], d)) if dates else None


def new_crisis(crisis_id: str, when: date) -> Crisis:
    """Return the crisis of a scenario that no plan has."""
    return Crisis(crisis_id, f"{crisis_id} (scenario)", "disaster", when)


def copied(copy: CrisisCopy, today: Case) -> tuple[Crisis, Footprint | Nobody]:
    """Return a past crisis once more."""
    past = copy.past or today
    crisis = past.crisis(copy.crisis)
    if not 0 <= copy.scale < np.inf:
        raise InputError(f"scale must be 0 or more: got {copy.scale}")
    found = [
        f for f in past.footprints if (f.crisis, f.destination) == (copy.crisis, copy.destination)
    ]
    if not found or not copy.destination:
        raise InputError(
            f"crisis {copy.crisis!r} has no figure for {copy.destination or 'one country'}: a plan "
            "that spans countries is not copied"
        )
    (old,) = found
    to = copy.to or copy.destination
    is_moved = to != copy.destination
    is_here = past is today and not is_moved
    new_id = copy.crisis if is_here else f"{copy.crisis}-in-{to}"
    if copy.scale == 0:
        return crisis, Nobody(
            new_id, to, f"{crisis.name}, scaled by 0: the scenario touches nobody."
        )
    when = usual_date(today) or crisis.reference_date
    before = old.denominator if old.denominator and old.is_national else residents_at(
        past.population, copy.destination, crisis.reference_date)  # fmt: skip
    now = residents_at(today.population, to, when)
    if before is None or now is None:
        raise InputError(
            f"no population of {to} or {copy.destination} at the dates of the scenario"
        )
    people = old.people * copy.scale
    if copy.keep == "share" and not is_here:
        people *= now / before
    limit = old.denominator or now if is_here else now
    if people > limit:
        raise InputError(
            f"{crisis.name} times {copy.scale:g} is {people:,.0f} people in {to}, where {limit:,.0f} "
            f"live: scale by {copy.scale * limit / people:.3g} at most"
        )
    note = f"scenario: {crisis.name}, {old.people:,.0f} people, times {copy.scale:g}"
    note += f", moved from {copy.destination} keeping the {copy.keep}" if is_moved else ""
    changed = replace(
        old, crisis=new_id, destination=to, people=people, as_of=when, note=note,
        counts=() if is_moved else tuple(_scaled(old.counts, copy.scale)),
        areas=() if is_moved else tuple(_scaled_area(a, copy.scale) for a in old.areas),
        area=("area not stated",) if is_moved and not old.is_national else old.area,
        denominator=old.denominator if is_here else None,
    )  # fmt: skip
    named = replace(
        crisis, id=new_id, name=f"{crisis.name} times {copy.scale:g} (scenario)" if not is_moved else
        f"{crisis.name} in {to}, times {copy.scale:g} (scenario)",
        relations=crisis.relations if is_here else (), onset=crisis.onset if is_here else None,
        reference_date=crisis.reference_date if is_here else when,
    )  # fmt: skip
    return named, changed


def _scaled(counts: Iterable[GroupCount], scale: float) -> Iterable[GroupCount]:
    """Shares in need stay; a count scales, to those present at most; the rest is dropped."""
    for count in counts:
        if count.use == "share":
            yield count
        elif count.use == "count":
            most = count.in_need * scale if count.present is None else count.present
            yield replace(count, in_need=min(count.in_need * scale, most))


def _scaled_area(area: AreaNeeds, scale: float) -> AreaNeeds:
    return replace(area, in_need=min(area.in_need * scale, area.residents))
