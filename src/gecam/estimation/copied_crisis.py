"""A past crisis once more: at another scale, in another country, or both."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from gecam._signature import check_fields
from gecam._typing import NonNegative
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.estimation.edited_inputs import CaseEdit, EditedInputs
from gecam.estimation.plan.destination import residents_of
from gecam.model import Case, Crisis, Footprint, GroupCount, residents_at

Keep = Literal["share", "people"]


@dataclass(frozen=True, slots=True)
class CopyCrisis(CaseEdit):
    """A past crisis once more: scaled, in another country, or both.

    A copy of one of today's crises that stays in its country replaces it. Counts of migrants and
    figures by area are scaled, up to the people who are there; a crisis that moves leaves them behind.

    Parameters
    ----------
    crisis, destination
        Id of the past crisis, and in which country it was, by code or name.
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

    @property
    def place(self) -> str:
        """Where it happens now, ISO3."""
        return self.to or self.destination

    @property
    def is_moved(self) -> bool:
        """Whether it happens in another country than it did."""
        return self.place != self.destination

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        if inputs.passes_over(self.place):
            return
        past = self.past or inputs.before
        crisis, old = past.crisis(self.crisis), self._figure(past)
        new_id = self.crisis if self._is_here(inputs) else f"{self.crisis}-in-{self.place}"
        if self.scale == 0:
            reason = f"{crisis.name}, scaled by 0: the scenario touches nobody."
            inputs.remove(new_id, self.place, reason)
            return
        when = inputs.usual_date or crisis.reference_date
        moved = f", moved from {self.destination} keeping the {self.keep}" if self.is_moved else ""
        footprint = replace(
            old, crisis=new_id, destination=self.place, as_of=when,
            people=self._people(old, when, inputs),
            note=f"scenario: {crisis.name}, {old.people:,.0f} people, times {self.scale:g}{moved}",
            denominator=old.denominator if self._is_here(inputs) else None, **self._details(old),
        )  # fmt: skip
        inputs.put(self._crisis(crisis, new_id, when), footprint)

    def _is_here(self, inputs: EditedInputs) -> bool:
        return self.past in {None, inputs.before} and not self.is_moved

    def _figure(self, past: Case) -> Footprint:
        """Return the footprint of the past crisis in its country."""
        for footprint in past.by_place.get(self.destination, ()):
            if footprint.crisis == self.crisis:
                return footprint
        raise InputError(
            f"crisis {self.crisis!r} has no figure for {self.destination or 'one country'}: a plan "
            "that spans countries is not copied"
        )

    def _people(self, old: Footprint, when: date, inputs: EditedInputs) -> float:
        """Return the people of the copy; refuse more than live there."""
        past = self.past or inputs.before
        now = residents_at(inputs.population, self.place, when)
        if now is None:
            raise InputError(f"no population of {self.place} at {when}, the date of the scenario")
        people, limit = old.people * self.scale, now
        if self._is_here(inputs):
            limit = old.denominator or now
        elif self.keep == "share":
            people *= now / residents_of(past, old)
        if people > limit:
            raise InputError(
                f"{past.crisis(self.crisis).name} times {self.scale:g} is {people:,.0f} people in "
                f"{self.place}, where {limit:,.0f} live: scale by "
                f"{self.scale * limit / people:.3g} at most"
            )
        return people

    def _crisis(self, crisis: Crisis, new_id: str, when: date) -> Crisis:
        """Return the crisis of the copy; one of another country or year begins anew."""
        moved = f" in {self.place}," if self.is_moved else ""
        named = replace(
            crisis, id=new_id, name=f"{crisis.name}{moved} times {self.scale:g} (scenario)"
        )
        if new_id == crisis.id:
            return named
        return replace(named, relations=(), onset=None, reference_date=when)

    def _details(self, old: Footprint) -> dict[str, Any]:
        """Return counts, areas and their names: scaled, or none where the crisis moves.

        Shares in need stay; a count scales, to those present at most; other counts are dropped.
        """
        if self.is_moved:
            area = old.area if old.is_national else ("area not stated",)
            return {"counts": (), "areas": (), "area": area}
        counts = (self._scaled(count) for count in old.counts if count.is_used)
        areas = (
            replace(area, in_need=min(area.in_need * self.scale, area.residents))
            for area in old.areas
        )
        return {"counts": tuple(counts), "areas": tuple(areas)}

    def _scaled(self, count: GroupCount) -> GroupCount:
        if count.use == "share":
            return count
        most = math.inf if count.present is None else count.present
        return replace(count, in_need=min(count.in_need * self.scale, most))
