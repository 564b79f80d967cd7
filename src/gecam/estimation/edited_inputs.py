"""The inputs of a case while edits are made, and what every edit is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from gecam._signature import check_fields
from gecam.errors import InputError
from gecam.model import Case, Crisis, Footprint


class CaseEdit(ABC):
    """One change of a case, as a value that is compared, hashed and said in words."""

    __slots__ = ()

    def __post_init__(self) -> None:
        check_fields(self)

    @abstractmethod
    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""


class EditedInputs:
    """The inputs of a case while edits are made; they are checked together when all are.

    Parameters
    ----------
    case
        The case before any edit.
    is_part
        Whether `case` is a part of the one that the edits are of: crises and countries that it does
        not have are then passed over, and refused otherwise.
    """

    def __init__(self, case: Case, *, is_part: bool = False) -> None:
        self.before, self.is_part = case, is_part
        self.usual_date = usual_date(case)
        self.is_alone = self.are_crises_changed = False
        self.untouched: dict[tuple[str, str], str] = {}  # reason by crisis and destination
        self.take(case)

    def take(self, case: Case) -> None:
        """Take all inputs from a case."""
        self.base = case
        self.stock, self.population = case.stock, case.population
        self.protected, self.assumptions = case.protected, case.assumptions
        self.crises = {crisis.id: crisis for crisis in case.crises}
        self.footprints = {(f.crisis, f.destination): f for f in case.footprints}

    def map_footprints(self, change: Callable[[Footprint], Footprint]) -> None:
        """Replace each footprint."""
        self.footprints = {key: change(f) for key, f in self.footprints.items()}

    def refuse_absent(self, what: str, wanted: Iterable[str], present: Iterable[str]) -> None:
        """Raise `InputError` if the case lacks something that an edit names."""
        there = set(present)
        absent = sorted(set(wanted) - there)
        if absent and not self.is_part:
            raise InputError(
                f"case {self.before.name!r} has no {what} {', '.join(absent)}. It has "
                f"{', '.join(sorted(there)[:8]) or 'none'}{' ...' if len(there) > 8 else ''}"
            )

    def passes_over(self, destination: str) -> bool:
        """Whether a country is in another part of the case than this one."""
        return self.is_part and destination not in self.before.destinations

    def put(self, crisis: Crisis, footprint: Footprint) -> None:
        """Add a crisis with its footprint, or replace that of the same id and country.

        Beside today's crises it happens at their date.
        """
        if not self.is_alone and self.usual_date is not None:
            now = self.crises.get(crisis.id)
            when = self.usual_date if now is None else now.reference_date
            crisis = replace(crisis, reference_date=when)
        self.crises[crisis.id] = crisis
        key = footprint.crisis, footprint.destination
        self.footprints[key] = footprint
        self.untouched.pop(key, None)
        self.are_crises_changed = True

    def remove(self, crisis: str, destination: str, reason: str) -> None:
        """Leave out the footprint of a crisis in a country, where it touches nobody."""
        self.footprints.pop((crisis, destination), None)
        self.untouched[crisis, destination] = reason
        self.are_crises_changed = True

    def case(self) -> Case:
        """Return the case of the inputs as they are now."""
        case, crises = self.base, tuple(self.crises.values())
        left_out, label = case.left_out_of_totals, case.name
        if self.are_crises_changed:
            used = {crisis for crisis, _ in self.footprints}
            crises = tuple(
                replace(c, relations=tuple(r for r in c.relations if r.other in used))
                for c in crises
                if c.id in used
            )
            left_out = {key: reason for key, reason in left_out.items() if key in used}
            label = f"{label} scenario"
        return replace(
            case, stock=self.stock, population=self.population, protected=self.protected,
            assumptions=self.assumptions, crises=crises, footprints=tuple(self.footprints.values()),
            left_out_of_totals=left_out, name=label,
        )  # fmt: skip


def usual_date(case: Case) -> date | None:
    """Return the most common reference date of a case; None without crises."""
    dates = Counter(c.reference_date for c in case.crises)
    return min(dates, key=lambda d: (-dates[d], d)) if dates else None


def new_crisis(crisis_id: str, when: date) -> Crisis:
    """Return the crisis of a scenario that no plan has."""
    return Crisis(crisis_id, f"{crisis_id} (scenario)", "disaster", when)
