"""People in need of several files: each country from the first file that has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from gecam.codes import country_code
from gecam.datasets.needs_of_tables import LEFT_OUT, NeedMeasure, needs_of_table
from gecam.datasets.plan_registry import country_plans, with_onset_of_plan, with_plan_facts
from gecam.errors import InputError, Problem
from gecam.io import FileRead, Needs
from gecam.model import Crisis, Footprint, NeedsTable

Accepted = Literal["areas"]


@dataclass
class PeopleInNeed:
    """Crises and footprints of all files of people in need, and what is not in them.

    Parameters
    ----------
    crises, footprints
        Of a country, those of the first file that has it.
    refused
        By country that no file has otherwise: what is wrong with its figure.
    not_used
        In words, what of the files is not used, and why.
    undated
        Ids of crises whose onset neither the files nor the registry state.
    """

    crises: tuple[Crisis, ...] = ()
    footprints: tuple[Footprint, ...] = ()
    refused: dict[str, Problem] = field(default_factory=dict)
    not_used: list[str] = field(default_factory=list)
    undated: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        parts: Sequence[FileRead],
        accept: Mapping[str, Accepted],
        as_of: date | None,
        measure: NeedMeasure,
    ) -> PeopleInNeed:
        """Read the files in their order; later ones speak for the year of the first.

        Parameters
        ----------
        parts
            The files.
        accept, as_of, measure
            As in `gecam.read_case`.

        Raises
        ------
        InputError
            If the figure of every country is at fault, or an option belongs to no file.
        """
        people = cls()
        _refuse_options(parts, accept, as_of)
        for part in parts:
            if people.crises and as_of is None:
                as_of = date(people.crises[0].reference_date.year, 7, 1)
            table = _accepting(part.value, accept, parts)
            if isinstance(table, NeedsTable):
                people.refuse(table)
                if table.faults.keys() >= set(table.rows["iso3"]):
                    continue
            people.add(part, needs_of_table(table, as_of=as_of, measure=measure))
        if not people.crises:
            raise InputError("the figure of every country is at fault", people.refused.values())
        return people

    def refuse(self, table: NeedsTable) -> None:
        """Refuse the countries that are at fault in a table, unless an earlier file has them."""
        faults = {c: fault for c, fault in table.faults.items() if c not in self.countries}
        self.refused |= dict(sorted(faults.items()))

    def add(self, part: FileRead, needs: Needs) -> None:
        """Add what a file has of countries that no earlier file has."""
        again = sorted(self.countries & {f.destination for f in needs.footprints})
        if again:
            self.not_used.append(f"{part.file}: an earlier file has {', '.join(again)}")
        told = [note for note in needs.notes if note.code in LEFT_OUT]
        self.not_used += [f"{part.file}: {note.text}" for note in told]
        crises, footprints = _of_others(needs, self.countries)
        if part.publisher != "you":
            crises, footprints = _with_registry(crises, footprints)
        self.undated += _undated(crises, footprints, is_own=part.publisher == "you")
        self.crises += crises
        self.footprints += footprints
        for code in self.countries & self.refused.keys():
            del self.refused[code]

    @property
    def countries(self) -> set[str]:
        """Countries with a figure."""
        return {footprint.destination for footprint in self.footprints}


def _undated(
    crises: Sequence[Crisis], footprints: Sequence[Footprint], *, is_own: bool
) -> tuple[str, ...]:
    """Return crises whose onset nobody states: the registry knows plans without a single start."""
    dated = {c.id for c in crises if c.onset is not None}
    return tuple(
        f.crisis
        for f in footprints
        if f.crisis not in dated and (is_own or not country_plans(f.destination, 0))
    )


def _accepting(table: Any, accept: Mapping[str, Accepted], parts: Sequence[FileRead]) -> Any:
    """Return a table with the figures that are accepted: of several tables, the one at fault."""
    if not isinstance(table, NeedsTable) or not accept:
        return table
    is_alone = sum(isinstance(part.value, NeedsTable) for part in parts) == 1
    return table.accepting(
        {
            country: which
            for country, which in accept.items()
            if is_alone or country_code(country) in table.faults
        }
    )


def _of_others(
    needs: Needs, countries: AbstractSet[str]
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Return crises and footprints outside some countries, with relations among them alone."""
    footprints = tuple(f for f in needs.footprints if f.destination not in countries)
    ids = {f.crisis for f in footprints}
    crises = tuple(
        replace(c, relations=tuple(r for r in c.relations if r.other in ids))
        for c in needs.crises
        if c.id in ids
    )
    return crises, footprints


def _with_registry(
    crises: tuple[Crisis, ...], footprints: tuple[Footprint, ...]
) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
    """Return plans with what the registry says of them; other crises with the country's onset."""
    crises, footprints = with_plan_facts(crises, footprints)
    at = {f.crisis: f.destination for f in footprints}
    dated = (with_onset_of_plan(c, at[c.id]) if c.plan_type == "none" else c for c in crises)
    return tuple(dated), footprints


def _refuse_options(
    parts: Sequence[FileRead], accept: Mapping[str, Accepted], as_of: date | None
) -> None:
    """Refuse a date and accepted figures where every file is a table of the user's."""
    if any(not isinstance(part.value, Needs) for part in parts):
        return
    if as_of is not None:
        raise InputError("a table of your own says its dates itself: leave as_of out.")
    if accept:
        raise InputError("there is nothing to accept in a table of your own: correct its figures.")
