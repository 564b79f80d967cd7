"""Crises: what happened, since when, and how one relates to another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from gecam.codes import is_iso3
from gecam.errors import InputError, Problem

CrisisKind = Literal["conflict", "disaster", "epidemic", "complex", "displacement", "economic"]
PlanType = Literal["country_plan", "flash_appeal", "regional_plan", "other_plan", "none"]
RelationKind = Literal["supersedes", "disjoint", "within", "overlaps"]
Precision = Literal["day", "month", "year"]


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
    """

    kind: RelationKind
    other: str
    source: str = ""
    is_certain: bool = True

    def __post_init__(self) -> None:
        if self.kind not in get_args(RelationKind):
            raise InputError(
                f"relation to {self.other!r} has the unknown kind {self.kind!r}. "
                f"Allowed: {', '.join(get_args(RelationKind))}."
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
        Such a plan is never multiplied with the population of either.

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
        problems = [
            Problem(
                f"unknown word {value!r}",
                f"Allowed: {', '.join(get_args(allowed))}.",
                sheet="crisis",
                row=self.id,
                column=column,
                code="UNKNOWN_WORD",
            )
            for column, value, allowed in (
                ("kind", self.kind, CrisisKind),
                ("plan_type", self.plan_type, PlanType),
                ("onset_precision", self.onset_precision, Precision),
            )
            if value not in get_args(allowed)
        ]
        problems += [
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
