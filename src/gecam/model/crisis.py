"""Crises: what happened, since when, and how one relates to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from gecam._signature import check_fields, field_problems
from gecam.codes import is_iso3
from gecam.errors import InputError, Problem

CrisisKind = Literal["conflict", "disaster", "epidemic", "complex", "displacement", "economic"]
PlanType = Literal["country_plan", "flash_appeal", "regional_plan", "other_plan", "none"]
RelationKind = Literal["supersedes", "disjoint", "within", "overlaps"]
Precision = Literal["day", "month", "year"]
_WIDEST = 0.9  # of the variance that only shares of 0 and 1 have


@dataclass(frozen=True, slots=True)
class Relation:
    """How one crisis stands to another, as a stated fact.

    Parameters
    ----------
    kind
        ``supersedes``: this crisis' figure replaces the other's. ``disjoint``: no person is in
        both (other provinces, people abroad). ``within``: everybody in this crisis is in the other.
        ``overlaps``: some people may be in both.
    other
        Id of the other crisis.
    source
        Who says so.
    is_certain
        False where it was inferred from the scope of the two plans.
    shared
        Only of ``overlaps``, where it was measured: the part of the smaller crisis' people who are in
        both, in [0, 1]. None leaves the overlap to the assumption for all pairs.
    shared_sd
        Standard deviation of `shared`, as of maps whose thresholds are not known exactly.
    error_correlation
        Correlation of the errors of both crises' figures, on the scale of log odds, in [-1, 1]: 1 for
        two maps of the same people. Errors that one publisher's figures of a year have in common are
        counted as well; the larger of the two correlations holds.

    Raises
    ------
    InputError
        If the kind is unknown, `shared` is impossible or belongs to another kind, or the correlation
        lies outside [-1, 1].

    Examples
    --------
    Two maps, of a storm and of the flood after it; a third of the people in the flood (the smaller)
    are in the storm as well:

    >>> gc.Relation("overlaps", "storm", "overlay of the two maps", shared=0.33).shared
    0.33
    """

    kind: RelationKind
    other: str
    source: str = ""
    is_certain: bool = True
    shared: float | None = field(default=None, metadata={"unset": None})
    shared_sd: float = field(default=0.0, metadata={"unset": 0.0})
    error_correlation: float = field(default=0.0, metadata={"unset": 0.0})

    def __post_init__(self) -> None:
        check_fields(self)
        if not -1 <= self.error_correlation <= 1:
            raise InputError(
                f"error_correlation must lie in [-1, 1]: got {self.error_correlation:g} for the "
                f"relation to {self.other!r}."
            )
        if self.shared is None:
            if self.shared_sd:
                raise InputError(
                    f"relation to {self.other!r} has shared_sd {self.shared_sd:g} without shared."
                )
            return
        if self.kind != "overlaps":
            raise InputError(
                f"only 'overlaps' takes a measured overlap: got shared for {self.kind!r}, to "
                f"{self.other!r}. Disjoint crises share nobody, and within shares all."
            )
        if not 0 <= self.shared <= 1:
            raise InputError(
                f"shared, the part of the smaller crisis in both, must lie in [0, 1]: got "
                f"{self.shared:g} for the relation to {self.other!r}."
            )
        if not 0 <= self.shared_sd**2 <= _WIDEST * self.shared * (1 - self.shared):
            raise InputError(
                f"shared_sd must be 0 or more, and below that of all or nothing: got "
                f"{self.shared_sd:g} about {self.shared:g} for the relation to {self.other!r}."
            )


@dataclass(frozen=True, slots=True)
class Crisis:
    """One crisis or response plan.

    Parameters
    ----------
    id
        Stable key, such as ``"2022-UKR-flash"``.
    name
        As the publisher writes it.
    kind
        Main cause.
    reference_date
        The day for which affected people are estimated: 1 July of an annual plan's year, the day of
        publication of a flash appeal.
    plan_type
        ``country_plan`` (humanitarian response plan), ``flash_appeal``, ``regional_plan``,
        ``other_plan``, or ``none``.
    glide
        GLIDE number, where there is one.
    onset, onset_precision, onset_source
        When the crisis, or its last large shock, began; None where there is no single start or it
        was not found. A stock is never extrapolated across an onset.
    relations
        Relations to other crises of the same case.
    located_in, people_from
        For plans that follow people across borders: host countries and countries of origin (ISO3).
        Such a plan is never multiplied with the population of either. Of a plan that states no people
        in need, and so has no footprint: its country.

    Raises
    ------
    InputError
        If a word is outside its vocabulary or a country code is unknown.
    """

    id: str
    name: str
    kind: CrisisKind
    reference_date: date
    plan_type: PlanType = "none"
    glide: str = ""
    onset: date | None = None
    onset_precision: Precision = "day"
    onset_source: str = ""
    relations: tuple[Relation, ...] = ()
    located_in: tuple[str, ...] = ()
    people_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        problems = field_problems(self, sheet="crisis", row=str(self.id))
        problems = problems or [
            Problem(
                f"{code!r} is not an ISO3 code",
                sheet="crisis",
                row=self.id,
                column=column,
                code="CODE",
            )
            for column, codes in (
                ("located_in", self.located_in),
                ("people_from", self.people_from),
            )
            for code in codes
            if not is_iso3(code)
        ]
        if problems:
            raise InputError(f"crisis {self.id!r} has {len(problems)} problem(s)", problems)


def disjoint_groups(crises: Sequence[Crisis]) -> list[tuple[str, ...]]:
    """Return the largest groups of crises of which no person is in two, by id.

    Parameters
    ----------
    crises
        Of one country.

    Returns
    -------
    list
        Sorted ids of two or more crises each pair of which is stated to be disjoint; no group is part
        of another.
    """
    apart: dict[str, set[str]] = {crisis.id: set() for crisis in crises}
    for crisis in crises:
        for relation in crisis.relations:
            if relation.kind == "disjoint" and relation.other in apart:
                apart[crisis.id].add(relation.other)
                apart[relation.other].add(crisis.id)
    groups: list[tuple[str, ...]] = []

    def grow(group: set[str], candidates: set[str], tried: set[str]) -> None:
        """Add what is apart from all of a group (Bron and Kerbosch 1973)."""
        if not candidates and not tried and len(group) > 1:
            groups.append(tuple(sorted(group)))
        for candidate in sorted(candidates):
            grow(group | {candidate}, candidates & apart[candidate], tried & apart[candidate])
            candidates = candidates - {candidate}
            tried = tried | {candidate}

    grow(set(), set(apart), set())
    return sorted(groups)
