"""The case: everything that one run of the estimation needs, checked as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import Any, TypeVar, get_args

import pandas as pd

from gecam._once import without_derived
from gecam._signature import check_fields, checked
from gecam.codes import country_code, country_codes, is_iso3, name
from gecam.errors import CodeError, InputError, Problem
from gecam.model.assumptions import Assumptions, CountryType
from gecam.model.by_place import Residents
from gecam.model.crisis import Crisis, disjoint_groups
from gecam.model.fixed import FIXED
from gecam.model.footprint import Footprint
from gecam.model.source import Source
from gecam.model.stock import Population, ProtectedPopulation, Stock

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Case:
    """All inputs of one run.

    Parameters
    ----------
    stock
        Migrants by destination and origin; one revision.
    population
        Residents by country and date: the denominators of national footprints.
    crises, footprints
        What happened, and how many people it touches where. Every footprint names a crisis.
    protected
        UNHCR's figures by country of asylum and origin; None leaves the whole stock in the group
        ``other`` and flags it.
    assumptions
        Everything that is not published data.
    country_types
        Type of each destination for the odds-ratio prior; ``settled`` where it is not given.
    left_out_of_totals
        Ids of crises that are shown but not added to country totals, with the reason.
    name
        Such as ``"2022"``.
    further_sources
        Sources of figures that are no table of the case by themselves, such as of migrants by area.

    Raises
    ------
    InputError
        One error that lists every problem of all inputs together, each with its place.
    """

    stock: Stock
    population: Population
    crises: tuple[Crisis, ...]
    footprints: tuple[Footprint, ...]
    protected: ProtectedPopulation | None = None
    assumptions: Assumptions = field(default_factory=Assumptions)
    country_types: Mapping[str, CountryType] = field(default_factory=dict)
    left_out_of_totals: Mapping[str, str] = field(default_factory=dict)
    name: str = "user"
    further_sources: tuple[Source, ...] = field(default=(), metadata={"unset": ()})

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "crises", tuple(self.crises))
        object.__setattr__(self, "footprints", tuple(self.footprints))
        problems = list(_case_problems(self))
        if problems:
            raise InputError(f"case {self.name!r} has {len(problems)} problem(s)", problems)

    @classmethod
    @checked
    def from_tables(
        cls,
        *,
        stock: pd.DataFrame | Stock,
        population: pd.DataFrame | Population,
        needs: pd.DataFrame,
        protected: pd.DataFrame | ProtectedPopulation | None = None,
        name: str = "user",
        **options: Any,
    ) -> Case:
        """Build a case from plain tables and report the problems of all of them at once.

        Parameters
        ----------
        stock, population, protected
            Tables with the columns of `Stock.people`, `Population.people` and
            `ProtectedPopulation.people`, or the objects themselves.
        needs
            One row per crisis and destination; see `gecam.model.NEEDS_COLUMNS`.
        name
            Name of the case.
        **options
            Further fields of `Case`.

        Raises
        ------
        InputError
            One error with every problem of every table.
        """
        from gecam.model.needs_frame import crises_and_footprints  # an edition needs none of it

        problems: list[Problem] = []

        def attempt(build: Any, value: Any, kind: type[T]) -> T | None:
            if value is None or isinstance(value, kind):
                return value
            try:
                return build(value)  # type: ignore[no-any-return]
            except InputError as error:
                problems.extend(error.problems or [Problem(error.headline)])
                return None

        checked_stock = attempt(Stock, stock, Stock)
        checked_population = attempt(Population, population, Population)
        checked_protected = attempt(ProtectedPopulation, protected, ProtectedPopulation)
        parts = attempt(crises_and_footprints, needs, tuple)
        crises, footprints = parts if parts is not None else ((), ())
        if not problems and checked_stock is not None and checked_population is not None:
            return cls(
                checked_stock,
                checked_population,
                crises,
                footprints,
                checked_protected,
                name=name,
                **options,
            )
        problems += _footprint_problems(crises, footprints, checked_stock, checked_population)
        raise InputError(f"case {name!r} has {len(problems)} problem(s)", problems)

    def crisis(self, crisis_id: str) -> Crisis:
        """Return a crisis by its id; raise `InputError` if the case has none of that id."""
        if crisis_id in self._crisis_by_id:
            return self._crisis_by_id[crisis_id]
        some = ", ".join(sorted(self._crisis_by_id)[:8])
        raise InputError(f"case {self.name!r} has no crisis {crisis_id!r}. It has {some} ...")

    @property
    def destinations(self) -> list[str]:
        """Destinations with a footprint, sorted."""
        return sorted(self.by_place)

    @cached_property
    def by_place(self) -> Mapping[str, tuple[Footprint, ...]]:
        """Footprints of each destination, sorted by crisis; those of no destination are left out."""
        return _by_place(self.footprints)

    @cached_property
    def _crisis_by_id(self) -> Mapping[str, Crisis]:
        return {crisis.id: crisis for crisis in self.crises}

    __getstate__ = without_derived

    def __repr__(self) -> str:
        """Return what the case holds, counted, in a few lines."""
        from gecam.model.case_view import case_text

        return case_text(self)

    def _repr_html_(self) -> str:
        from gecam.model.case_view import case_html

        return case_html(self)

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources, each once, sorted by id."""
        by_id = {s.id: s for s in (self.stock.source, self.population.source)}
        if self.protected is not None:
            by_id[self.protected.source.id] = self.protected.source
        by_id |= {f.source.id: f.source for f in self.footprints}
        by_id |= {source.id: source for source in self.further_sources}
        return tuple(by_id[key] for key in sorted(by_id))

    def restrict(self, destinations: str | Iterable[str]) -> Case:
        """Return the case of some destinations only; draws of theirs do not change.

        Parameters
        ----------
        destinations
            Countries by code or name, as `gecam.codes.country_codes` understands them; a text is one
            country.

        Raises
        ------
        InputError
            If a text is no country, or the case has no footprint of one.
        """
        chosen = set(country_codes(destinations))
        if absent := sorted(chosen - set(self.destinations)):
            raise InputError(
                f"case {self.name!r} has no footprint of {', '.join(absent)}. It has footprints of "
                f"{', '.join(self.destinations) or 'no country'}."
            )
        footprints = tuple(f for f in self.footprints if f.destination in chosen)
        ids = {f.crisis for f in footprints}
        crises = tuple(
            replace(c, relations=tuple(r for r in c.relations if r.other in ids))
            for c in self.crises
            if c.id in ids
        )
        left_out = {k: v for k, v in self.left_out_of_totals.items() if k in ids}
        return replace(self, crises=crises, footprints=footprints, left_out_of_totals=left_out)


def _case_problems(case: Case) -> Iterator[Problem]:
    ids = Counter(c.id for c in case.crises)
    for key in (key for key, n in ids.items() if n > 1):
        yield Problem("the crisis occurs more than once", sheet="crises", row=key, code="DUPLICATE")
    yield from _unknown_crises(case, ids.keys())
    types = partial(Problem, sheet="country_types")
    for key, kind in case.country_types.items():
        if not is_iso3(key):
            yield types(f"{key!r} is not an ISO3 code", row=key, code="CODE")
        if kind not in get_args(CountryType):
            allowed = f"Allowed: {', '.join(get_args(CountryType))}."
            yield types(f"unknown type {kind!r}", allowed, row=key, code="UNKNOWN_WORD")
    yield from _year_end_problems(case)
    yield from _footprint_problems(case.crises, case.footprints, case.stock, case.population)


def _unknown_crises(case: Case, ids: Collection[str]) -> Iterator[Problem]:
    """Yield what names a crisis that the case does not have."""
    unknown = partial(Problem, code="UNKNOWN_CRISIS")
    for crisis in case.crises:
        for relation in crisis.relations:
            if relation.other not in ids:
                what = f"{relation.kind} the unknown crisis {relation.other!r}"
                remedy = "Add that crisis or remove the relation."
                yield unknown(what, remedy, sheet="crises", row=crisis.id, column="relations")
    for f in case.footprints:
        if f.crisis not in ids:
            what, remedy = f"unknown crisis {f.crisis!r}", "Add the crisis to the case."
            yield unknown(what, remedy, sheet="needs", row=_label(f), column="crisis")
    for key in case.left_out_of_totals:
        if key not in ids:
            yield unknown(f"unknown crisis {key!r}", sheet="left_out_of_totals", row=key)


def _year_end_problems(case: Case) -> Iterator[Problem]:
    """Yield reference dates that are more than a year from every year-end of the refugee figures."""
    if case.protected is None:
        return
    for crisis in case.crises:
        if not case.protected.by_place.is_near(crisis.reference_date):
            yield Problem(
                f"no year-end of the refugee figures within a year of {crisis.reference_date}",
                "Add the year-ends around it; a missing year is not zero refugees.",
                sheet="protected population", row=crisis.id, column="as_of", code="NO_YEAR_END",
            )  # fmt: skip


def _footprint_problems(
    crises: Sequence[Crisis],
    footprints: Sequence[Footprint],
    stock: Stock | None,
    population: Population | None,
) -> Iterator[Problem]:
    """Yield what is wrong between footprints and the other inputs that could be read."""
    yield from _mixture_problems(crises, {f.measure for f in footprints})
    by_id = {c.id: c for c in crises}
    counted = Counter((f.crisis, f.destination) for f in footprints)
    for f in footprints:
        if counted[f.crisis, f.destination] > 1:
            what, remedy = "the footprint occurs more than once", _ONE_FIGURE
            yield _NEEDS(what, remedy, row=_label(f), code="DUPLICATE")
        if f.destination:
            when = by_id[f.crisis].reference_date if f.crisis in by_id else f.as_of
            yield from _denominator_problems(f, when, stock, population)
    if population is not None:
        yield from _disjoint_problems(by_id, footprints, population)


_NEEDS = partial(Problem, sheet="needs")
_ONE_FIGURE = "Keep one figure per crisis and destination."


def _mixture_problems(crises: Sequence[Crisis], measures: Collection[str]) -> Iterator[Problem]:
    """Yield measures and years that do not belong into one case."""
    if len(measures) > 1:
        what = f"measures are mixed: {', '.join(sorted(measures))}"
        remedy = "Estimate one measure at a time; they are different counts."
        yield _NEEDS(what, remedy, column="measure", code="MIXED_MEASURES")
    years = Counter(c.reference_date.year for c in crises)
    usual = max(years, key=years.__getitem__, default=0)
    for crisis in crises:
        if crisis.reference_date.year != usual:
            what = f"reference date {crisis.reference_date} stands beside dates of {usual}"
            remedy = "Estimate each year in a case of its own."
            yield _NEEDS(what, remedy, row=crisis.id, column="as_of", code="MIXED_DATES")


def _denominator_problems(
    footprint: Footprint, when: date, stock: Stock | None, population: Population | None
) -> Iterator[Problem]:
    """Yield a destination without a stock or a population, or margins that are impossible."""
    place = {"row": _label(footprint)}
    if stock is not None and footprint.destination not in stock.by_place:
        what = f"the stock has no figures for {name(footprint.destination)}"
        remedy = "Add the destination to the stock, or drop the footprint."
        yield _NEEDS(what, remedy, column="destination", code="NO_STOCK", **place)
    if population is None:
        return
    residents = _residents(footprint, when, population)
    if residents is None:
        what = (
            f"no population of {footprint.destination} within a year of {when}, and no "
            "denominator of its own"
        )
        remedy = "Add the population, or give the footprint its denominator."
        yield _NEEDS(what, remedy, column="denominator", code="NO_DENOMINATOR", **place)
    else:
        yield from _margin_problems(footprint, residents, _stock_before(stock, footprint))


def _residents(footprint: Footprint, when: date, population: Population) -> float | None:
    """Return the denominator of a footprint: its own, or the population of its destination."""
    return footprint.denominator or residents_at(population, footprint.destination, when)


def _margin_problems(footprint: Footprint, residents: float, migrants: float) -> Iterator[Problem]:
    """Yield the first margin of a footprint's 2x2 table that is impossible."""
    place = {"row": _label(footprint)}
    people, nationals = footprint.people, residents - migrants
    if migrants > residents:
        what = f"a stock of {migrants:,.0f} migrants in a population of {residents:,.0f}"
        remedy = "The two do not belong together: check the units and the dates."
        yield _NEEDS(what, remedy, column="denominator", code="STOCK_GT_POP", **place)
    elif people > FIXED.people_over_residents * residents:
        what = f"{people:,.0f} people in a population of {residents:,.0f}"
        remedy = (
            "The denominator is likely out of date or of another area: give the one that "
            "belongs to the number."
        )
        yield _NEEDS(what, remedy, column="people", code="PIN_GT_POP", **place)
    elif footprint.pin_scope == "nationals" and people > FIXED.people_over_residents * nationals:
        what = f"{people:,.0f} people are said to be nationals, of whom there are {nationals:,.0f}"
        remedy = "The figure counts migrants as well: use the pin_scope 'all', or correct it."
        yield _NEEDS(what, remedy, column="pin_scope", code="PIN_GT_NATIONALS", **place)


def _disjoint_problems(
    by_id: Mapping[str, Crisis], footprints: Sequence[Footprint], population: Population
) -> Iterator[Problem]:
    """Yield disjoint national plans that together count more people than there are."""
    for _, of_place in sorted(_by_place(footprints).items()):
        here = {f.crisis: f for f in of_place if f.is_national and f.crisis in by_id}
        for ids in disjoint_groups([by_id[i] for i in here]):
            group = [here[i] for i in ids]
            people = sum(f.people for f in group)
            numbers = (_residents(f, by_id[f.crisis].reference_date, population) for f in group)
            residents = max(filter(None, numbers), default=0.0)
            if people > FIXED.people_over_residents * residents > 0:
                yield Problem(
                    f"{' and '.join(ids)} are disjoint, and count {people:,.0f} people together "
                    f"in a population of {residents:,.0f}",
                    "Nobody can be in two disjoint plans: state that they overlap, or correct the "
                    "figures.",
                    sheet="crises", row=ids[0], column="relations", code="DISJOINT_GT_POP",
                )  # fmt: skip


def _stock_before(stock: Stock | None, footprint: Footprint) -> float:
    """Return the last stock of the destination not after the footprint's date; 0 where none."""
    place = stock.by_place.get(footprint.destination) if stock is not None else None
    figures = place.figures if place is not None and footprint.is_national else {}
    before = [people for day, people in figures.items() if day <= footprint.as_of]
    return before[-1] if before else 0.0


def _by_place(footprints: Iterable[Footprint]) -> dict[str, tuple[Footprint, ...]]:
    """Return the footprints of each destination, sorted by crisis."""
    groups: dict[str, list[Footprint]] = {}
    for footprint in sorted(footprints, key=lambda f: f.crisis):
        if footprint.destination:
            groups.setdefault(footprint.destination, []).append(footprint)
    return {destination: tuple(group) for destination, group in groups.items()}


def _label(footprint: Footprint) -> str:
    return f"{footprint.crisis} x {footprint.destination or 'regional'}"


@checked
def residents_at(
    population: Population, place: str, when: date, onsets: Sequence[date] = ()
) -> float | None:
    """Return residents of `place` at `when`: exact, interpolated, or the nearest within a year.

    Parameters
    ----------
    population
        Residents by place and date.
    place
        ISO3 code or name of a country, or the code of an area.
    when
        The day for which they are asked, a date.
    onsets
        When crises there began, dates; figures before and after are not interpolated.

    Returns
    -------
    float or None
        Persons, by interpolation that is linear in the logarithm; None where no figure lies within
        366 days.
    """
    figures = _residents_of(population, place)
    return None if figures is None else figures.at(when, onsets)


@checked
def residents_before(population: Population, place: str, onset: date) -> float | None:
    """Return residents of `place` on the eve of a crisis, from figures of before it alone.

    Parameters
    ----------
    population
        Residents by place and date.
    place
        ISO3 code or name of a country, or the code of an area.
    onset
        A date, when the crisis began.

    Returns
    -------
    float or None
        Persons: the last figure before, with the growth between it and the one before carried on; None
        where none lies within 366 days before.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.model import residents_before
    >>> people = gc.load_edition("2024").population
    >>> round(residents_before(people, "Ukraine", date(2022, 2, 24)), -5)
    44100000.0
    """
    figures = _residents_of(population, place)
    return None if figures is None else figures.before(onset)


def _residents_of(population: Population, place: str) -> Residents | None:
    """Return the residents of a country, by code or name, or of an area by its code."""
    if place not in population.by_place:
        with suppress(CodeError):  # an area has its own code
            return population.by_place.get(country_code(place))
    return population.by_place.get(place)
