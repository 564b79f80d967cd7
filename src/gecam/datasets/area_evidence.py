"""Evidence by area: people in need, residents and migrants of a country's areas, of several files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from gecam.codes import COUNTRIES, fold
from gecam.io import AreaCounts
from gecam.model import (
    AreaNeeds,
    Footprint,
    NeedsTable,
    PhaseTable,
    PlaceCounts,
    Population,
    Source,
)

GROUPS: Final = ("migrants", "refugees")
COUNTS: Final = (*GROUPS, "residents", "in_need")
AGREEMENT: Final = (
    0.05  # areas this close to the country's figure leave nobody to those without one
)
_SHOWN = 5
_COLUMNS = ["country", "code", "name", *COUNTS]


@dataclass(frozen=True, eq=False)
class AreaTable:
    """Counts by area of one file and level.

    Parameters
    ----------
    rows
        ``country``, ``code``, ``name`` and the counts, NaN where there is none.
    source
        Where they come from.
    what
        File, and level where it has several.
    """

    rows: pd.DataFrame
    source: Source
    what: str

    def of(self, country: str, count: str) -> AreaTable | None:
        """Return the areas of a country that have a count; None where it has none."""
        rows = self.rows[self.rows["country"].eq(country) & self.rows[count].notna()]
        return replace(self, rows=rows.reset_index(drop=True)) if len(rows) else None

    def has_all(self, other: AreaTable) -> bool:
        """Return whether every area of another table is one of these."""
        return not len(other.unmatched(self))

    def is_part_of(self, other: AreaTable) -> bool:
        """Return whether every area is one of another table."""
        return other.has_all(self)

    def unmatched(self, base: AreaTable) -> list[str]:
        """Return the areas that are none of another table."""
        at = self.places_in(base)
        return [self.labels[i] for i in np.flatnonzero(at < 0)]

    def places_in(self, base: AreaTable) -> Any:
        """Return the row of another table that each area is, by code, else by name; -1 for none."""
        places = [
            base.row_of_code.get(code, base.row_of_name.get(fold(name), -1))
            for code, name in zip(self.rows["code"], self.rows["name"], strict=True)
        ]
        return np.array(places, dtype=int)

    @cached_property
    def row_of_code(self) -> dict[str, int]:
        """Row of each code; an empty code is none."""
        return {code: i for i, code in enumerate(self.rows["code"]) if code}

    @cached_property
    def row_of_name(self) -> dict[str, int]:
        """Row of each name as it is compared; names that stand twice tell no area apart."""
        names = [fold(name) for name in self.rows["name"]]
        return {n: i for i, n in enumerate(names) if n and names.count(n) == 1}

    @cached_property
    def labels(self) -> list[str]:
        """Code of each area, or its name."""
        return [c or n for c, n in zip(self.rows["code"], self.rows["name"], strict=True)]


def tables_by_area(value: object) -> Iterator[AreaTable]:
    """Yield the tables by area that a file holds, one for each level; none for a file of countries."""
    if type(value) in _TABLES:
        yield from _TABLES[type(value)](value)


def _table(rows: pd.DataFrame, source: Source, level: str = "") -> AreaTable:
    rows = rows.reindex(columns=_COLUMNS)
    rows[list(COUNTS)] = rows[list(COUNTS)].astype("float64")
    texts = {name: rows[name].astype(object).fillna("") for name in ("code", "name")}
    file = source.file or source.title
    return AreaTable(rows.assign(**texts), source, f"{file} ({level})" if level else file)


def _of_own(value: AreaCounts) -> Iterator[AreaTable]:
    yield _table(value.rows.assign(code=value.rows["area"], name=value.rows["area"]), value.source)


def _of_places(value: PlaceCounts) -> Iterator[AreaTable]:
    is_migrants = value.rows["group"].eq("migrants")
    for level in sorted(set(value.rows.loc[is_migrants, "level"]) - {"admin0"}):
        rows = value.latest(level)
        rows = rows[rows["group"].eq("migrants")]
        names = {"iso3": "country", "pcode": "code", "place": "name", "people": "migrants"}
        yield _table(rows.rename(columns=names), value.source, level)


def _of_residents(value: Population) -> Iterator[AreaTable]:
    """Residents by p-code, of the latest date of each."""
    by_iso2 = {country.iso2: code for code, country in COUNTRIES.items() if country.iso2}
    rows = value.people[~value.people["place"].isin(list(COUNTRIES))]
    rows = rows.sort_values("as_of").drop_duplicates("place", keep="last")
    if len(rows):
        codes = rows["place"]
        country = codes.str[:3].where(
            codes.str[:3].isin(list(COUNTRIES)), codes.str[:2].map(by_iso2)
        )
        yield _table(
            rows.assign(country=country, code=codes, residents=rows["people"]), value.source
        )


def _of_needs(value: NeedsTable) -> Iterator[AreaTable]:
    for level in ("admin1", "admin2", "admin3"):
        rows = value.subnational(level)
        names = {"iso3": "country", "pcode": "code", "place": "name", "population": "residents"}
        if len(rows):
            yield _table(rows.rename(columns=names), value.source, level)


def _of_phases(value: PhaseTable) -> Iterator[AreaTable]:
    """Phase 3 and above by area, of the latest current analysis of each country."""
    rows = value.rows[value.rows["area"].ne("") & value.rows["period"].eq("current")]
    latest = rows.groupby("iso3")["start"].transform("max")
    rows = rows[rows["start"].eq(latest)].drop_duplicates(["iso3", "level1", "area"], keep=False)
    names = {"iso3": "country", "area": "name", "analysed": "residents", "phase_3_plus": "in_need"}
    is_first = rows["area"].eq(rows["level1"])
    for of_level, level in ((rows[is_first], "first level"), (rows[~is_first], "areas")):
        if len(of_level):
            yield _table(of_level.rename(columns=names), value.source, level)


_TABLES: Final[Mapping[type, Callable[[Any], Iterator[AreaTable]]]] = {
    AreaCounts: _of_own,
    PlaceCounts: _of_places,
    Population: _of_residents,
    NeedsTable: _of_needs,
    PhaseTable: _of_phases,
}


@dataclass(frozen=True, eq=False)
class AreaEvidence:
    """What is known by area, of all files of a case.

    Parameters
    ----------
    tables
        Of all files, in the order in which they were given.
    """

    tables: Sequence[AreaTable]

    @classmethod
    def of(cls, values: Iterable[object]) -> AreaEvidence:
        """Gather the tables by area of what readers returned."""
        return cls([table for value in values for table in tables_by_area(value)])

    def beside(self, values: Iterable[object]) -> AreaEvidence:
        """Return this evidence and that of further tables after it."""
        return AreaEvidence([*self.tables, *AreaEvidence.of(values).tables])

    def countries(self) -> set[str]:
        """Return the countries of which a file counts migrants or refugees by area."""
        is_counted = [t.rows[t.rows[list(GROUPS)].notna().any(axis=1)] for t in self.tables]
        return {str(code) for rows in is_counted for code in rows["country"]}

    def counted(self, country: str) -> tuple[float, str]:
        """Return how many migrants are counted in a country's areas (0 for nowhere), and by what."""
        table = self._first(country, "migrants")
        return (0.0, "") if table is None else (float(table.rows["migrants"].sum()), table.what)

    def joined(self, footprint: Footprint) -> tuple[Footprint, str, tuple[Source, ...]]:
        """Return a footprint with its areas, what was done in words, and the sources behind it.

        Without migrants or refugees by area the footprint is as it was, and nothing is said; where the
        areas cannot be used, the words say why and begin with ``not used``.
        """
        country = footprint.destination
        tables = {group: self._first(country, group) for group in GROUPS}
        counted = {group: table for group, table in tables.items() if table is not None}
        if not counted:
            return footprint, "", ()
        who = f"{' and '.join(counted)} by area of {country}"
        parts = list(counted.values())
        base = self._first(country, "residents", lambda table: all(map(table.has_all, parts)))
        if base is None:
            alone = (self._first(country, "residents", part.is_part_of) for part in parts)
            odd = next(
                (part for part, of in zip(parts, alone, strict=True) if of is None), parts[0]
            )
            return footprint, self._missing(country, who, odd, "residents"), ()
        needs = self._first(country, "in_need", base.has_all)
        if needs is None:
            return footprint, self._missing(country, who, base, "in_need"), ()
        areas, why = _areas(footprint, base, needs, counted)
        if why:
            return footprint, f"not used: {who}: {why}", ()
        sources = {table.source.id: table.source for table in (*parts, base, needs)}
        said = "; ".join(
            f"{part.rows[group].sum():,.0f} {group} counted in {len(part.rows)} of {len(areas)} "
            f"areas, {part.what}"
            for group, part in counted.items()
        )
        told = f"by area: {country}: {said}; residents, {base.what}; in need, {needs.what}"
        return replace(footprint, areas=areas), told, tuple(sources.values())

    def _first(
        self, country: str, count: str, fits: Callable[[AreaTable], bool] = bool
    ) -> AreaTable | None:
        """Return the first table with a count of a country that fits."""
        tables = (table.of(country, count) for table in self.tables)
        return next((t for t in tables if t is not None and fits(t)), None)

    def _missing(self, country: str, who: str, beside: AreaTable, count: str) -> str:
        """Say which figures by area are not there, or which areas have no counterpart."""
        words = "people in need" if count == "in_need" else count
        tables = [t for table in self.tables if (t := table.of(country, count)) is not None]
        begin = f"not used: {who}: "
        if not tables:
            how = "COD-PS, or" if count == "residents" else "a file of needs by area, or"
            column = f"a column {count} of `gecam template by_area`"
            return f"{begin}no {words} by area: give {how} {column}."
        pairs = [(beside, t) if count == "residents" else (t, beside) for t in tables]
        part, whole = min(pairs, key=lambda pair: len(pair[0].unmatched(pair[1])))
        odd = part.unmatched(whole)
        some, like = ", ".join(odd[:_SHOWN]), ", ".join(whole.labels[:_SHOWN])
        return (
            f"{begin}{len(odd)} areas of {part.what} are none of those of {whole.what}: {some}. It "
            f"has areas such as {like}: use its codes or names."
        )


def _areas(
    footprint: Footprint, base: AreaTable, needs: AreaTable, counted: Mapping[str, AreaTable]
) -> tuple[tuple[AreaNeeds, ...], str]:
    """Return the areas of a country, or why they cannot be used.

    An area without people in need has none where the others add up to the country's figure.
    """
    columns = base.rows[["residents"]].assign(in_need=np.nan, migrants=np.nan, refugees=np.nan)
    for count, table in {"in_need": needs, **counted}.items():
        columns.loc[table.places_in(base), count] = table.rows[count].to_numpy()
    total, blank = columns["in_need"].sum(), int(columns["in_need"].isna().sum())
    if blank and total < (1 - AGREEMENT) * footprint.people:
        return (), (
            f"{blank} areas have no people in need in {needs.what}, and the others have {total:,.0f} "
            f"of {footprint.people:,.0f}: missing is not zero."
        )
    if not (columns["residents"] > 0).all():
        return (), f"an area has no residents in {base.what}."
    columns["in_need"] = columns["in_need"].fillna(0.0)
    return tuple(
        AreaNeeds(label, n, residents, *(None if np.isnan(x) else x for x in counted))
        for label, (residents, n, *counted) in zip(
            base.labels, columns.to_numpy(float).tolist(), strict=True
        )
    ), ""
