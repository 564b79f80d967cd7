"""Figures of a response plan: people in need and targeted, and what reaching one person costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from gecam._signature import check_fields
from gecam._typing import ArrayLike, NonNegative
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.model import AGES

COST_BASES = (
    "on average, from costs by age as stated",
    "cost per person as stated",
    "requirements over people targeted",
    "requirements over people in need, as the people targeted are not stated: too low for those whom "
    "the plan reaches",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Published figures of a response plan: people in need and targeted, migrants, requirements.

    Parameters
    ----------
    destination
        Country, by ISO3 code or name.
    name
        As published.
    in_need, targeted
        People in need and people the plan means to reach, persons; None where it is not known.
    stated_migrants
        Migrants in need as the plan states them; None where it does not mention any, which is not
        zero.
    requirements
        Money the plan asks for; None where it is not known.
    currency
        Of the requirements.
    unit_cost
        Requirement per person; from `requirements` where it is not given (`cost_basis`).
    source
        Where this stands.
    unit_cost_by_age
        Requirement per person of each age, ``0-17``, ``18-59`` and ``60+``: all three, or empty. People
        of ages that are not published have the plan's cost per person.
    """

    destination: str
    name: str = ""
    in_need: NonNegative | None = None
    targeted: NonNegative | None = None
    stated_migrants: NonNegative | None = None
    requirements: NonNegative | None = None
    currency: str = "USD"
    unit_cost: NonNegative | None = None
    source: str = ""
    unit_cost_by_age: Mapping[str, NonNegative] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destination", country_code(self.destination))
        if self.in_need is not None and self.targeted is not None and self.targeted > self.in_need:
            raise InputError(
                f"plan of {self.destination}: {self.targeted:,.0f} targeted exceed "
                f"{self.in_need:,.0f} in need"
            )
        check_ages(self.unit_cost_by_age)

    @property
    def cost_per_person(self) -> float | None:
        """Cost per person as stated, else requirements over people targeted, else over in need."""
        people = self.in_need if self.targeted is None else self.targeted
        if self.unit_cost is not None:
            return self.unit_cost
        return None if self.requirements is None or not people else self.requirements / people

    @property
    def cost_basis(self) -> str:
        """How the cost per person came about, in plain words."""
        by_age, stated, of_targeted, of_in_need = COST_BASES
        if self.unit_cost_by_age:
            return by_age
        if self.unit_cost is not None:
            return stated
        return of_in_need if self.targeted is None else of_targeted


def check_ages(unit_cost: Mapping[str, object]) -> None:
    """Refuse costs of some of the ages, or of others."""
    if unit_cost and set(unit_cost) != set(AGES):
        raise InputError(
            f"unit costs by age are of {', '.join(AGES)}, all of them: got {', '.join(unit_cost)}"
        )


Cost = ArrayLike | Mapping[str, ArrayLike] | None  # per person: one, by age, or not known


def costed(plan: Plan, unit_cost: Cost) -> tuple[Plan, Cost]:
    """Return a plan with costs in place of its own, and the cost per person with its draws."""
    if unit_cost is None:
        return plan, plan.unit_cost_by_age or plan.cost_per_person
    if isinstance(unit_cost, Mapping):
        check_ages(unit_cost)
        means = {age: _mean(cost) for age, cost in unit_cost.items()}
        return replace(plan, unit_cost_by_age=means), unit_cost
    return replace(plan, unit_cost=_mean(unit_cost), unit_cost_by_age={}), unit_cost


def _mean(cost: ArrayLike) -> float:
    return float(np.mean(np.asarray(cost, dtype=np.float64)))
