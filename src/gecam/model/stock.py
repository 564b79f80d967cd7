"""Migrant stocks: people by destination and origin at a date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar

import pandas as pd

from gecam._once import without_derived
from gecam._signature import check_fields
from gecam._typing import NonNegative
from gecam.codes import country_code, country_codes
from gecam.errors import InputError, Problem
from gecam.model.by_place import PlaceStock, Residents, YearEnds, residents, stocks, year_ends
from gecam.model.fixed import FIXED
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

DefaultStatus = Literal["judged", "calibrated", "estimated", "rule", "given"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What divides the people of one origin, beside places and groups.

    The standard deviation of its error is a field of `Assumptions`, named ``<attribute>_log_sd``.

    Parameters
    ----------
    classes
        Words of its column, in order; people of unknown class are one of them. Beside these stands
        ``total``, for people who are not divided by it.
    log_sd
        Default standard deviation of the error of the log odds of a class within an origin, >= 0.
    meaning, status, basis
        What that error is and rests on, as in `Default`.
    unset
        What a table without the column holds in every row; None: the column is needed.
    """

    classes: tuple[str, ...]
    log_sd: float
    meaning: str
    status: DefaultStatus
    basis: str
    unset: str | None = "total"

    @property
    def column(self) -> Column:
        """The column of a stock that holds its classes."""
        return Column("text", values=frozenset({*self.classes, "total"}), unset=self.unset)


ATTRIBUTES: Mapping[str, Attribute] = {
    "sex": Attribute(
        ("female", "male"),
        0.28,
        "error of the female to male ratio within an origin",
        "calibrated",
        "log ratios of women to men of corridors that UN DESA's 2024 revision changed, shares of "
        "0.1 % and more (90th centile over 1.645; n = 1,779 in 57 destinations); a usual one moves "
        "by 0.08",
        unset=None,
    ),
}

BASES = frozenset({"birth", "citizenship", "unknown"})

STOCK_COLUMNS = {
    "destination": Column("iso3"),
    "origin": Column("origin"),
    "as_of": Column("date"),
    **{name: attribute.column for name, attribute in ATTRIBUTES.items()},
    "people": Column("count"),
}
BASIS_COLUMNS = {
    "destination": Column("iso3"),
    "basis": Column("text", values=BASES),
    "refugees_added": Column("flag"),
    "is_imputed": Column("flag"),
}


@dataclass(frozen=True, eq=False)
class Stock:
    """Migrants by destination, origin, date and sex, and how each destination counted them.

    Parameters
    ----------
    people
        One row per destination x origin x date x sex: ``destination`` (ISO3), ``origin`` (ISO3, or
        ``"OOO"`` for origins that the publisher does not tell apart), ``as_of`` (date), ``sex``
        (``female`` and ``male``, or ``total`` alone), ``people`` (persons, >= 0). A pair that is
        absent was not published; it is not zero. The object holds a checked copy, which is not to be
        changed: figures by place and the hash of the inputs are derived from it once.
    basis
        One row per destination: ``basis`` (``birth``, ``citizenship`` or ``unknown``),
        ``refugees_added`` (the publisher added UNHCR's refugees to the count), ``is_imputed`` (there
        were no data). Destinations without a row count as unknown, not added, not imputed.
    source
        Where the figures come from. One revision per `Stock`: revisions are never mixed in a series.
    notes
        What the reader dropped, merged or converted.

    Raises
    ------
    InputError
        If a cell breaks its rule, rows repeat, or a destination mixes ``total`` with
        ``female``/``male`` at one date.

    Examples
    --------
    >>> stock = gc.Stock(pd.DataFrame({
    ...     "destination": ["SDN", "SDN"], "origin": ["ERI", "SSD"], "as_of": "2020-07-01",
    ...     "sex": "total", "people": [120_000, 800_000]}))
    >>> stock.totals().loc[("SDN", "2020-07-01")]
    np.float64(920000.0)
    """

    people: pd.DataFrame = field(metadata={"columns": STOCK_COLUMNS})
    basis: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(BASIS_COLUMNS)))
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        key = [column for column in STOCK_COLUMNS if column != "people"]
        people = check_frame(self.people, STOCK_COLUMNS, table="stock", key=key)
        basis = check_frame(self.basis, BASIS_COLUMNS, table="stock basis", key=["destination"])
        problems = [
            Problem(
                f"rows of {attribute} 'total' stand beside {_classes(attribute)}",
                "Keep either; adding both would double the count.",
                sheet="stock",
                row=f"{destination} x {as_of.date()}",
                column=attribute,
                code=f"{attribute.upper()}_MIXED",
            )
            for attribute in ATTRIBUTES
            for destination, as_of in _mixed(people, attribute)
        ]
        if problems:
            raise InputError(f"stock has {len(problems)} problem(s)", problems)
        object.__setattr__(self, "people", people.sort_values(key, ignore_index=True))
        object.__setattr__(self, "basis", basis.sort_values("destination", ignore_index=True))

    @property
    def destinations(self) -> list[str]:
        """ISO3 codes of the destinations with figures, sorted."""
        return sorted(self.by_place)

    @cached_property
    def by_place(self) -> Mapping[str, PlaceStock]:
        """The figures of each destination, derived once."""
        classes = {
            name: attribute.classes
            for name, attribute in ATTRIBUTES.items()
            if attribute.unset is None or self.people[name].ne(attribute.unset).any()
        }
        return stocks(self.people, self.totals(), self.basis, classes)

    __getstate__ = without_derived

    def totals(self) -> pd.Series:
        """Return people by destination and date, summed over origins and sexes."""
        return self.people.groupby(["destination", "as_of"])["people"].sum()

    def by_origin(self) -> pd.Series:
        """Return people by destination, date and origin, summed over sexes."""
        return self.people.groupby(["destination", "as_of", "origin"])["people"].sum()

    def restrict(self, destinations: str | Iterable[str]) -> Stock:
        """Return the stock of some destinations, by code or name; the others are left out."""
        places = set(country_codes(destinations))
        part = _with_rows(self, people="destination", basis="destination", places=places)
        vars(part)["by_place"] = {d: x for d, x in self.by_place.items() if d in places}
        return part


def _classes(attribute: str) -> str:
    """Return the classes of an attribute as text."""
    return " or ".join(f"{word!r}" for word in ATTRIBUTES[attribute].classes)


def _mixed(people: pd.DataFrame, attribute: str) -> Iterable[tuple[str, pd.Timestamp]]:
    """Return the destinations and dates with rows of ``total`` beside rows of its classes."""
    is_total = people[attribute].eq("total")
    if not 0 < is_total.sum() < len(people):
        return ()
    by_day = people.assign(is_total=is_total).groupby(["destination", "as_of"])["is_total"]
    kinds = by_day.nunique()
    return tuple(kinds.index[kinds.gt(1)])


PROTECTED_COLUMNS = {
    "destination": Column("iso3"),
    "origin": Column("origin"),
    "as_of": Column("date"),
    "refugees": Column("count"),
    "asylum_seekers": Column("count"),
    "oip": Column("count", is_missing_allowed=True),
}


@dataclass(frozen=True, eq=False)
class ProtectedPopulation:
    """People in need of international protection, by country of asylum and origin, at year-ends.

    Parameters
    ----------
    people
        One row per destination (country of asylum) x origin x date: ``refugees``,
        ``asylum_seekers``, and ``oip`` (other people in need of international protection; empty
        where the category did not exist). Persons. Palestine refugees under UNRWA's mandate are not
        in UNHCR's figures.
    source, notes
        As in `Stock`.
    """

    people: pd.DataFrame
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        key = ["destination", "origin", "as_of"]
        people = check_frame(self.people, PROTECTED_COLUMNS, table="protected population", key=key)
        object.__setattr__(self, "people", people.sort_values(key, ignore_index=True))

    @cached_property
    def by_place(self) -> YearEnds:
        """The figures of each country of asylum, derived once."""
        return year_ends(self.people)

    __getstate__ = without_derived

    def restrict(self, destinations: str | Iterable[str]) -> ProtectedPopulation:
        """Return the figures of some countries of asylum, by code or name."""
        return _with_rows(self, people="destination", places=set(country_codes(destinations)))


POPULATION_COLUMNS = {"place": Column("text"), "as_of": Column("date"), "people": Column("count")}


@dataclass(frozen=True, eq=False)
class Population:
    """Residents by place and date.

    Parameters
    ----------
    people
        One row per ``place`` (ISO3, or a p-code) x ``as_of``: ``people``, persons.
    log_sd
        Standard deviation of the error of a figure, on the log scale, >= 0.
    source, notes
        As in `Stock`.
    """

    people: pd.DataFrame
    log_sd: NonNegative = FIXED.population_log_sd
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        key = ["place", "as_of"]
        people = check_frame(self.people, POPULATION_COLUMNS, table="population", key=key)
        if not 0 <= self.log_sd < 1:
            raise InputError(f"population log_sd must lie in [0, 1): got {self.log_sd}")
        object.__setattr__(self, "people", people.sort_values(key, ignore_index=True))

    @cached_property
    def by_place(self) -> Mapping[str, Residents]:
        """The figures of each place, derived once."""
        return residents(self.people)

    __getstate__ = without_derived

    def restrict(self, places: str | Iterable[str]) -> Population:
        """Return the residents of some places, by p-code, or country code or name."""
        given = [places] if isinstance(places, str) else places
        wanted = {x if x in self.by_place else country_code(x) for x in given}
        part = _with_rows(self, people="place", places=wanted)
        vars(part)["by_place"] = {x: y for x, y in self.by_place.items() if x in wanted}
        return part


T = TypeVar("T", Stock, ProtectedPopulation, Population)


def _with_rows(table: T, *, places: set[str], **columns: str) -> T:
    """Return the rows of some places, given the column of places of each frame.

    What is part of a checked and sorted frame needs no other check.
    """
    part = copy(table)
    for name, column in columns.items():
        frame = getattr(table, name)
        rows = frame[frame[column].isin(places)].reset_index(drop=True)
        object.__setattr__(part, name, rows)
    return part
