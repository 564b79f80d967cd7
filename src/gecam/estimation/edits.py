"""Edits of a case: the changes that scenarios, specifications and tipping points make to the inputs."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Literal

import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import NonNegative, Positive
from gecam.codes import country_code, country_codes, name
from gecam.errors import InputError
from gecam.estimation.plan.destination import residents_of
from gecam.model import (
    Assumptions,
    Case,
    Crisis,
    Footprint,
    GroupCount,
    OddsRatioPrior,
    Population,
    Stock,
    residents_at,
)
from gecam.results import Message, message

Keep = Literal["share", "people"]
ASSUMPTIONS = tuple(field.name for field in fields(Assumptions))
OF_DRAWS = frozenset(
    {"odds_ratio", "overlap"}
)  # assumptions on which draws depend, and plans do not
REGISTERED = ("refugees", "asylum_seekers", "oip")
# A hazard touches whoever lives there: refugees like residents, whatever a plan's rule says of them.


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


@checked
def apply_edits(
    case: Case, edits: Sequence[CaseEdit | Footprint], *, is_part: bool = False
) -> Case:
    """Return a case with edits made, one after another.

    Parameters
    ----------
    case
        The case before, with all its rows; it is not changed.
    edits
        What is changed, one after another. A footprint stands for `ReplaceFootprint`.
    is_part
        True for a case that is a part of the one that the edits are of: crises and countries that it
        does not have are then passed over.

    Returns
    -------
    Case
        Checked as a whole; `case` itself without edits.

    Raises
    ------
    InputError
        If an edit names what the case does not have, or the edited case breaks a rule.

    Examples
    --------
    >>> from gecam.estimation import ScaleStock, apply_edits
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> more = apply_edits(case, [ScaleStock(1.1, ("Chad",))])
    >>> before, after = (x.stock.restrict("TCD").totals().iloc[-1] for x in (case, more))
    >>> float(round(after / before, 6))
    1.1
    """
    return _edited(case, edits, is_part=is_part).case() if edits else case


@checked
def nobody_touched(case: Case, edits: Sequence[CaseEdit | Footprint]) -> tuple[TouchNobody, ...]:
    """Return the crises and countries in which edits of a case touch nobody, with the reasons.

    Parameters
    ----------
    case
        The case before, with all its rows.
    edits
        As in `apply_edits`. A crisis that is copied at the scale 0 touches nobody.

    Examples
    --------
    >>> from gecam.estimation import CopyCrisis, nobody_touched
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> nobody_touched(case, [CopyCrisis("2022-TCD", "Chad", scale=0)])[0].destination
    'TCD'
    """
    untouched = _edited(case, edits).untouched
    return tuple(TouchNobody(*key, reason) for key, reason in untouched.items())


@checked
def edit_words(edits: Sequence[CaseEdit | Footprint]) -> tuple[str, ...]:
    """Return what edits change, a text each.

    Parameters
    ----------
    edits
        As in `apply_edits`.

    Examples
    --------
    >>> from gecam.estimation import ScaleStock, edit_words
    >>> edit_words([ScaleStock(1.1, ("TCD",))])
    ('migrant stock of Chad times 1.1',)
    """
    return tuple(str(WORDS[type(edit)](edit)) for edit in map(_as_edit, edits))


def _edited(
    case: Case, edits: Iterable[CaseEdit | Footprint], *, is_part: bool = False
) -> EditedInputs:
    inputs = EditedInputs(case, is_part=is_part)
    for edit in map(_as_edit, edits):
        edit.make(inputs)
    return inputs


def _as_edit(edit: CaseEdit | Footprint) -> CaseEdit:
    return ReplaceFootprint(edit) if isinstance(edit, Footprint) else edit


# -- stocks, registers, populations -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScaleStock(CaseEdit):
    """Multiply the published migrant stock.

    Parameters
    ----------
    factor
        Times as many migrants of each origin, > 0.
    destinations
        In which countries, by code or name; empty for all.
    """

    factor: Positive
    destinations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destinations", country_codes(self.destinations))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.refuse_absent("stock of", self.destinations, inputs.stock.destinations)
        rows = _scaled_rows(inputs.stock.people, self, ["people"])
        inputs.stock = replace(inputs.stock, people=rows)


@dataclass(frozen=True, slots=True)
class ScaleRegistered(CaseEdit):
    """Multiply UNHCR's figures: refugees, asylum-seekers, others in need of protection.

    Parameters
    ----------
    factor
        Times as many people, > 0.
    destinations
        In which countries of asylum, by code or name; empty for all.
    """

    factor: Positive
    destinations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destinations", country_codes(self.destinations))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        if inputs.protected is None:
            raise InputError(f"case {inputs.before.name!r} has no figures of UNHCR to multiply")
        rows = _scaled_rows(inputs.protected.people, self, REGISTERED)
        inputs.protected = replace(inputs.protected, people=rows)


def _scaled_rows(
    rows: pd.DataFrame, edit: ScaleStock | ScaleRegistered, columns: Sequence[str]
) -> pd.DataFrame:
    """Return rows whose columns are multiplied in the countries of an edit."""
    others = ~rows["destination"].isin(edit.destinations or rows["destination"])
    return rows.assign(**{c: rows[c].where(others, rows[c] * edit.factor) for c in columns})


@dataclass(frozen=True, slots=True)
class ReplaceStock(CaseEdit):
    """Take another table of stocks, such as another revision.

    Parameters
    ----------
    stock
        Migrants by destination and origin; holds every destination of the case.
    """

    stock: Stock

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.stock = self.stock


@dataclass(frozen=True, slots=True)
class UsePopulation(CaseEdit):
    """Divide national figures by one table of residents, not by the denominator of each plan.

    Parameters
    ----------
    population
        The residents; None for those of the case.
    """

    population: Population | None = None

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.population = self.population or inputs.population
        inputs.map_footprints(lambda f: replace(f, denominator=None) if f.is_national else f)


# -- people in need -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeNeeds(CaseEdit):
    """Take other numbers of people in need.

    Parameters
    ----------
    people
        Persons, > 0, by the id of the crisis; or by ``crisis/destination`` for one country of a
        crisis that has several. Plans that span countries stay as they are.
    """

    people: Mapping[str, Positive]

    def __hash__(self) -> int:
        """Return the hash of the figures."""
        return hash(frozenset(self.people.items()))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        figures = {key: f for f in inputs.footprints.values() if f.destination for key in _keys(f)}
        inputs.refuse_absent("people in need of", self.people, figures)
        inputs.map_footprints(self._changed)

    def _changed(self, footprint: Footprint) -> Footprint:
        keys = [key for key in _keys(footprint) if key in self.people and footprint.destination]
        return replace(footprint, people=self.people[keys[0]]) if keys else footprint


def _keys(footprint: Footprint) -> tuple[str, str]:
    return f"{footprint.crisis}/{footprint.destination}", footprint.crisis


@dataclass(frozen=True, slots=True)
class ScaleCounts(CaseEdit):
    """Multiply the published counts of migrants in need that the estimate rests on.

    Parameters
    ----------
    factor
        Times as many people, > 0. Published shares in need stay.
    crises
        Ids of the crises.
    """

    factor: Positive
    crises: tuple[str, ...]

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.refuse_absent("crisis", self.crises, inputs.crises)
        inputs.map_footprints(self._changed)

    def _changed(self, footprint: Footprint) -> Footprint:
        if footprint.crisis not in self.crises:
            return footprint
        counts = (
            replace(c, in_need=c.in_need * self.factor) if c.use == "count" else c
            for c in footprint.counts
        )
        return replace(footprint, counts=tuple(counts))


# -- crises -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplaceFootprint(CaseEdit):
    """Replace the footprint of a crisis in a country, or add one.

    Parameters
    ----------
    footprint
        Of one country. With the crisis id and country of one of today's it replaces that; others come
        on top, and people in both count once.
    """

    footprint: Footprint

    def __post_init__(self) -> None:
        check_fields(self)
        if not self.footprint.destination:
            raise InputError(
                f"the footprint of {self.footprint.crisis!r} names no country: a scenario needs one "
                "footprint per country"
            )

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        f = self.footprint
        today = {c.id: c for c in inputs.before.crises}
        if not inputs.passes_over(f.destination):
            inputs.put(today.get(f.crisis) or new_crisis(f.crisis, f.as_of), f)


@dataclass(frozen=True, slots=True)
class TouchNobody(CaseEdit):
    """A crisis touches nobody in a country: zero people, with the reason.

    Parameters
    ----------
    crisis, destination
        Id of the crisis, and the country by code or name.
    reason
        Why it touches nobody, as a sentence.
    """

    crisis: str
    destination: str
    reason: str

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destination", country_code(self.destination))

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        if not inputs.passes_over(self.destination):
            inputs.remove(self.crisis, self.destination, self.reason)


@dataclass(frozen=True, slots=True)
class WithoutCrises(CaseEdit):
    """Leave out all crises of the case, so that those of later edits stand alone."""

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.is_alone = inputs.are_crises_changed = True
        inputs.crises, inputs.footprints = {}, {}


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


def usual_date(case: Case) -> date | None:
    """Return the most common reference date of a case; None without crises."""
    dates = Counter(c.reference_date for c in case.crises)
    return min(dates, key=lambda d: (-dates[d], d)) if dates else None


def new_crisis(crisis_id: str, when: date) -> Crisis:
    """Return the crisis of a scenario that no plan has."""
    return Crisis(crisis_id, f"{crisis_id} (scenario)", "disaster", when)


# -- assumptions, and edits of one's own --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeAssumptions(CaseEdit):
    """Take other assumptions.

    Parameters
    ----------
    values
        New values by the name of the field of `gecam.Assumptions`; ``gc.defaults()`` lists them with
        unit and range. ``odds_ratio`` also takes a number > 0: an odds ratio without spread.

    Raises
    ------
    InputError
        If there is no such assumption, or the odds ratio is not above 0.
    """

    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        check_fields(self)
        values = dict(self.values)
        if unknown := sorted(set(values) - set(ASSUMPTIONS)):
            raise InputError(
                f"there is no assumption {unknown[0]!r}. There are: {', '.join(ASSUMPTIONS)}. For a "
                "change of the data give an edit of the case."
            )
        if isinstance(ratio := values.get("odds_ratio"), int | float):
            if not 0 < ratio < math.inf:
                raise InputError(
                    f"odds_ratio must be a number > 0 or an OddsRatioPrior: got {ratio}"
                )
            values["odds_ratio"] = OddsRatioPrior.exactly(ratio)
        object.__setattr__(self, "values", values)

    def __hash__(self) -> int:
        """Return the hash of the names; values may be mappings."""
        return hash(frozenset(self.values))

    @property
    def is_of_draws(self) -> bool:
        """Whether it changes how numbers are drawn, and nothing that is derived before."""
        return set(self.values) <= OF_DRAWS

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        inputs.assumptions = replace(inputs.assumptions, **self.values)


@dataclass(frozen=True, slots=True)
class CustomEdit(CaseEdit):
    """An edit of one's own: a function of the case, with words for what it changes.

    Parameters
    ----------
    function
        Takes a `gecam.Case` and returns the changed one.
    description
        What it changes, in words.
    """

    function: Callable[[Case], Case]
    description: str

    def make(self, inputs: EditedInputs) -> None:
        """Change the inputs of a case."""
        made = self.function(inputs.case())
        if not isinstance(made, Case):
            raise InputError(
                f"the function of a CustomEdit returns the changed case: got {type(made).__name__}, "
                f"for {self.description!r}"
            )
        inputs.take(made)
        inputs.are_crises_changed = False  # done


# -- words --------------------------------------------------------------------------------------------


def _places(edit: ScaleStock | ScaleRegistered) -> str:
    return ", ".join(map(name, edit.destinations)) or str(message("ALL_COUNTRIES"))


def _moved(edit: CopyCrisis) -> Message | str:
    place, origin = name(edit.place), name(edit.destination)
    if not edit.is_moved:
        return place
    code = "MOVED_WITH_SHARE" if edit.keep == "share" else "MOVED_WITH_PEOPLE"
    return message(code, place=place, origin=origin)


def _population(edit: UsePopulation) -> Message:
    if edit.population is None:
        return message("OWN_POPULATION")
    return message("OTHER_POPULATION", publisher=edit.population.source.publisher)


def _figures(edit: ChangeNeeds) -> str:
    figures = edit.people.items()
    return ", ".join(str(message("FIGURE_IN", people=n, place=key)) for key, n in figures)


def _values(edit: ChangeAssumptions) -> str:
    return ", ".join(f"{key} {value}" for key, value in edit.values.items())


WORDS: dict[type[CaseEdit], Callable[[Any], Message]] = {
    ScaleStock: lambda x: message("SCALED_STOCK", places=_places(x), factor=x.factor),
    ScaleRegistered: lambda x: message("SCALED_REGISTER", places=_places(x), factor=x.factor),
    ReplaceStock: lambda x: message(
        "OTHER_STOCK", edition=x.stock.source.edition or x.stock.source.id
    ),
    UsePopulation: _population,
    ChangeNeeds: lambda x: message("OTHER_NEEDS", figures=_figures(x)),
    ScaleCounts: lambda x: message("SCALED_COUNTS", crises=", ".join(x.crises), factor=x.factor),
    ReplaceFootprint: lambda x: message(
        "OTHER_FOOTPRINT", crisis=x.footprint.crisis, place=name(x.footprint.destination),
        people=x.footprint.people, measure=x.footprint.measure.replace("_", " "),
    ),
    TouchNobody: lambda x: message(
        "TOUCHES_NOBODY", crisis=x.crisis, place=name(x.destination), reason=x.reason
    ),
    WithoutCrises: lambda _: message("WITHOUT_CRISES"),
    CopyCrisis: lambda x: message("COPIED_CRISIS", crisis=x.crisis, place=_moved(x), scale=x.scale),
    ChangeAssumptions: lambda x: message("OTHER_ASSUMPTIONS", values=_values(x)),
    CustomEdit: lambda x: message("TEXT", text=x.description),
}  # fmt: skip
