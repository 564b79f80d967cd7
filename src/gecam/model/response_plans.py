"""Response plans as published, and compiled facts on them, before any estimate."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

import pandas as pd

from gecam._signature import check_fields
from gecam._typing import WholeNumber
from gecam.errors import InputError, Problem
from gecam.model.crisis import CrisisKind, PlanType, Precision, RelationKind
from gecam.model.footprint import Group, PinScope
from gecam.model.frames import Column, check_frame
from gecam.model.published_rows import PublishedRows
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

AreaKind = Literal["national", "admin_units", "described", "host_countries", "unknown"]
Confidence = Literal["high", "medium", "low", "unknown"]

PLAN_COLUMNS = {
    "plan": Column("text"),
    "iso3": Column("iso3", is_missing_allowed=True),
    "plan_type": Column("text", is_missing_allowed=True, values=frozenset(get_args(PlanType))),
    "plan_type_published": Column("text", is_missing_allowed=True),
    "in_need": Column("count"),
    "in_data_explorer": Column("text", values=frozenset({"yes", "no", "unknown"})),
    "line": Column("count", is_whole=True),
}


@dataclass(frozen=True, eq=False)
class PlansTable:
    """Response plans of one year and their people in need, in the publisher's order.

    Parameters
    ----------
    plans
        One row per plan: ``plan`` (published name), ``iso3`` (empty where the table gives none, as
        for plans that span countries), ``plan_type`` (our word; see `Crisis`),
        ``plan_type_published``, ``in_need`` (persons), ``in_data_explorer`` (``yes``, ``no``,
        ``unknown``: whether OCHA's own dashboard counts the row), ``line`` (of the file). Plans
        overlap: the column does not add up to people.
    year
        Year of the plans; None where neither the table nor its name says it.
    source, notes
        As in `Stock`.
    """

    plans: pd.DataFrame
    year: WholeNumber | None
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        plans = check_frame(self.plans, PLAN_COLUMNS, table="plans", key=["plan", "plan_type"])
        object.__setattr__(self, "plans", plans)


HISTORY_METRICS = ("in_need", "targeted", "funding_required", "funding_received")
HISTORY_COLUMNS = {
    "year": Column("count", is_missing_allowed=True),
    "year_published": Column("count", is_whole=True),
    "plan": Column("text"),
    "country": Column("text", is_missing_allowed=True),
    "iso3": Column("iso3", is_missing_allowed=True),
    "code_published": Column("text", is_missing_allowed=True),
    "plan_type": Column("text", is_missing_allowed=True, values=frozenset(get_args(PlanType))),
    "plan_type_published": Column("text", is_missing_allowed=True),
    "metric": Column("text", values=frozenset(HISTORY_METRICS)),
    "value": Column("count"),
    "is_chosen_by_publisher": Column("flag"),
    "repeats": Column("count", is_whole=True),
    "line": Column("count", is_whole=True),
}


class PlanHistory(PublishedRows, columns=HISTORY_COLUMNS, table="plan history"):
    """Plans of several years: people in need and targeted, funding required and received.

    Parameters
    ----------
    rows
        One row per published row. ``year`` is empty where the year of the file is not that of the
        row; ``year_published`` keeps it. ``iso3`` is empty where the code is none, and for regional
        plans, which OCHA codes by country of origin; ``code_published`` keeps it. ``value`` is
        persons for ``in_need`` and ``targeted``, US dollars for ``funding_required`` and
        ``funding_received``. ``repeats``: how many rows share year, code and metric; such rows are
        editions of one plan, or several plans, and never add up.
    source, notes
        As in `Stock`.
    """

    def in_need(self, year: int, plan_type: PlanType) -> pd.DataFrame:
        """Return the rows of people in need of one year and type of plan; other rows stay out.

        Parameters
        ----------
        year
            Calendar year that is the row's own (column ``year``).
        plan_type
            As in `Crisis`, such as ``"country_plan"``.

        Returns
        -------
        DataFrame
            Columns as in `rows`. Rows of one country are editions of one plan, or several plans: they
            do not add up.
        """
        rows = self.rows
        is_asked = (
            rows["year"].eq(year) & rows["metric"].eq("in_need") & rows["plan_type"].eq(plan_type)
        )
        return rows[is_asked].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Onset:
    """When a crisis began, as precisely as the source says.

    Parameters
    ----------
    first, last
        First and last day that the statement allows: ``2015`` is 1 January to 31 December 2015.
    precision
        ``day``, ``month`` or ``year``.

    Examples
    --------
    >>> from gecam.model.response_plans import Onset
    >>> Onset.parse("2020-11")
    Onset(first=datetime.date(2020, 11, 1), last=datetime.date(2020, 11, 30), precision='month')
    """

    first: date
    last: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> Onset:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

        Raises
        ------
        InputError
            If the text is none of these, or no date of the calendar.
        """
        match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
        try:
            year, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
            first = date(year, month or 1, day or 1)
        except ValueError as error:
            raise InputError(
                f"onset must be YYYY, YYYY-MM or YYYY-MM-DD: got {text!r}. Blank means unknown."
            ) from error
        if day:
            return cls(first, first, "day")
        if month:
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            return cls(first, following - timedelta(days=1), "month")
        return cls(first, date(first.year, 12, 31), "year")


@dataclass(frozen=True, slots=True)
class Area:
    """What a plan covers.

    Parameters
    ----------
    kind
        ``national``; ``admin_units`` (those in `units`); ``described`` (a part of the country in
        words only, such as "9 of 10 regions"); ``host_countries``; ``unknown``.
    units
        Names of the admin units.
    pcodes
        Their p-codes, where the source gives them; as long as `units`, or empty.
    text
        As stated.
    """

    kind: AreaKind
    units: tuple[str, ...] = ()
    pcodes: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlanRelation:
    """One stated relation of a plan to another plan.

    Parameters
    ----------
    kind
        As in `Relation`.
    other
        Name of the other plan, as in the same table.
    is_certain
        False where the source says that it is possible.
    text
        The clause it was read from.
    """

    kind: RelationKind
    other: str
    is_certain: bool
    text: str


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """Compiled facts about one response plan; None and empty mean not found, never no or zero.

    Parameters
    ----------
    plan
        Name of the plan.
    iso3
        Country, empty for plans that span several.
    plan_type
        As in `Crisis`; ``country_plan`` where the table has no such column.
    kind
        Main cause.
    onset, onset_source
        Start of the crisis or of its last large shock.
    pin_scope, pin_scope_evidence, pin_scope_source
        Whether people in need include refugees or migrants, and what that rests on.
    refugees_in_pin, migrants_in_pin
        Persons inside the people in need.
    area, area_source
        What the plan covers.
    relations, relation_text, relation_source
        Relations to other plans of the table, and the statement they were read from.
    located_in, people_from
        Host countries and countries of origin of a plan that follows people across borders.
    composition
        Refugees, migrants and hosts of such a plan, in words.
    confidence
        Of `pin_scope` where it is known, else of area, onset and relation.
    note
        Caveats.
    """

    plan: str
    iso3: str
    plan_type: PlanType
    kind: CrisisKind
    onset: Onset | None
    onset_source: str
    pin_scope: PinScope
    pin_scope_evidence: str
    pin_scope_source: str
    refugees_in_pin: float | None
    migrants_in_pin: float | None
    area: Area
    area_source: str
    relations: tuple[PlanRelation, ...]
    relation_text: str
    relation_source: str
    located_in: tuple[str, ...]
    people_from: tuple[str, ...]
    composition: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class PlanFactsTable:
    """Facts about the plans of one year.

    Parameters
    ----------
    facts
        One item per plan, in the order of the file.
    source, notes
        As in `Stock`.
    """

    facts: tuple[PlanFacts, ...]
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        _refuse_repeats([fact.plan for fact in self.facts], "plan facts", "plan")

    def __getitem__(self, plan: str) -> PlanFacts:
        """Return the facts of one plan, by its name."""
        for fact in self.facts:
            if fact.plan == plan:
                return fact
        raise InputError(f"no facts on the plan {plan!r}; plans are named as in the table of plans")


ShareTag = Literal[
    "comparable",
    "comparable, weak",
    "comparable by assumption",
    "exceeds",
    "year mismatch",
    "lower bound",
    "no denominator",
    "not in PiN",
    "sector",
]
SHARE_COLUMNS = {
    "iso3": Column("iso3", is_missing_allowed=True),
    "year": Column("count"),
    "group": Column("text", values=frozenset({*get_args(Group), "migrants"})),
    "group_published": Column("text"),
    "in_need": Column("count", is_missing_allowed=True),
    "present": Column("count", is_missing_allowed=True),
    "share": Column("number", is_missing_allowed=True),
    "tag": Column("text", values=frozenset(get_args(ShareTag))),
    "is_comparable": Column("flag"),
    "scope_note": Column("text", is_missing_allowed=True),
    "source": Column("text"),
    "url": Column("text", is_missing_allowed=True),
    "line": Column("count", is_whole=True),
}


class PublishedShares(PublishedRows, columns=SHARE_COLUMNS, table="published shares"):
    """Published counts of refugees and migrants in need beside the number present.

    Parameters
    ----------
    rows
        One row per count: ``iso3`` (empty for a region), ``year``, ``group`` (``protection``:
        refugees, asylum-seekers, stateless people; ``other``: migrants; ``migrants``: both, not
        told apart), ``group_published``, ``in_need`` and ``present`` (persons, may be empty),
        ``share`` (as published, may exceed 1 a little: counts of two dates), ``tag`` (what the row
        may be used for), ``is_comparable``, ``scope_note``, ``source``, ``url``, ``line``.
    source, notes
        As in `Stock`.
    """

    def comparable(self) -> pd.DataFrame:
        """Return the rows whose share may be used as one."""
        return self.rows[self.rows["is_comparable"]].reset_index(drop=True)


def _refuse_repeats(names: list[str], table: str, column: str) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InputError(
            f"{table} has {len(repeated)} repeated key(s)",
            [
                Problem(
                    "occurs more than once", sheet=table, row=name, column=column, code="DUPLICATE"
                )
                for name in repeated
            ],
        )
