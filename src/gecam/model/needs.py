"""Tables of humanitarian needs as publishers give them, before any estimate."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam.codes import country_code, is_iso3
from gecam.errors import CoverageWarning, InputError, Problem, caller_level
from gecam.model.crisis import Crisis
from gecam.model.footprint import Footprint, PinScope
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

AdminLevel = Literal["admin0", "admin1", "admin2", "admin3", "unknown"]
LEVELS: tuple[AdminLevel, ...] = get_args(AdminLevel)
NEEDS_COUNTS = ("population", "in_need", "targeted", "affected", "reached")
LABELS = (
    "iso3", "level", "pcode", "place", "description", "sector", "category", "population_group",
    "sex", "age", "qualifier", "flags",
)  # fmt: skip
DAYS_OF_AN_OVERVIEW = 300  # a period in one year that is as long is that of an annual overview
NEEDS_TABLE_COLUMNS = (*LABELS, "is_headline", *NEEDS_COUNTS, "line")


@dataclass(frozen=True, eq=False)
class NeedsTable:
    """People in need by place, sector and category of people, as a needs overview gives them.

    Parameters
    ----------
    rows
        One row per published row. ``iso3``; ``level`` (``admin0`` to ``admin3``, ``unknown`` where
        the publisher lost the place); ``pcode`` and ``place`` (of the lowest level; empty for
        ``admin0``); ``description`` (the publisher's, of the caseload or sector); ``sector``
        (``intersectoral``, a cluster code such as ``FSC``, or ``unknown``); ``category`` (published
        words), read as ``population_group``, ``sex``, ``age`` and ``qualifier`` (see
        `gecam.codes.Category`; the group is ``unknown`` for words that are not known);
        ``is_headline`` (the one row of its place and caseload that counts everybody); the counts
        ``population``, ``in_need``, ``targeted``, ``affected``, ``reached`` (persons, may be
        fractions, NaN where blank); ``flags`` (codes, space between); ``line`` (of the file).
    source, notes
        As in `Stock`.
    periods
        By country: first and last day that its figures speak for; empty where the file does not say.
    faults
        By country: what is wrong with its national figure. Such a country has no figure in
        `by_country`, and no footprint, until `accepting` says which of its figures holds.
    accepted
        By country: in words, which figure stands in place of which, as `accepting` was told.
    onsets, scopes
        By country, where the file states them: the day on which the crisis began, and whom its figure
        counts (`Footprint.pin_scope`).

    Raises
    ------
    InputError
        If a column is missing, a code is none, a count is negative, or a country has two national
        intersectoral headlines.

    Notes
    -----
    Categories overlap, sectors overlap, and levels repeat each other: no sum over any of them
    counts people. Use `national`, `subnational`, `groups` and `sectors`, which never add.
    """

    rows: pd.DataFrame
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()
    periods: Mapping[str, tuple[date, date]] = field(default_factory=dict)
    faults: Mapping[str, Problem] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    onsets: Mapping[str, date] = field(default_factory=dict)
    scopes: Mapping[str, PinScope] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_fields(self)
        missing = [name for name in NEEDS_TABLE_COLUMNS if name not in self.rows.columns]
        if missing:
            raise InputError(f"table of needs lacks the columns {missing}")
        rows = self.rows.loc[:, list(NEEDS_TABLE_COLUMNS)].reset_index(drop=True)
        problems = [
            Problem(f"{code!r} is not an ISO3 code", sheet="needs", column="iso3", code="CODE")
            for code in pd.unique(rows["iso3"])
            if not is_iso3(code)
        ]
        problems += [
            Problem(f"unknown level {level!r}", sheet="needs", column="level", code="UNKNOWN_WORD")
            for level in pd.unique(rows["level"])
            if level not in LEVELS
        ]
        for name in NEEDS_COUNTS:
            problems += [
                Problem("negative", sheet="needs", row=int(line), column=name, code="NEGATIVE")
                for line in rows.loc[rows[name].lt(0), "line"]
            ]
        headline = rows[_headline(rows, "admin0")]
        problems += [
            Problem(
                "the country has another national row for all sectors and people",
                "Keep one.",
                sheet="needs",
                row=int(line),
                column="iso3",
                code="DUPLICATE",
            )
            for line in headline.loc[headline.duplicated("iso3"), "line"]
        ]
        if problems:
            raise InputError(f"table of needs has {len(problems)} problem(s)", problems)
        object.__setattr__(self, "rows", rows)

    def national(self) -> pd.DataFrame:
        """Return people in need by country: all sectors, everybody, one row each.

        Returns
        -------
        DataFrame
            Index ``iso3``, sorted; columns: the counts, and ``line``.
        """
        headlines = self.rows[_headline(self.rows, "admin0")]
        return _plain(headlines).set_index("iso3")[[*NEEDS_COUNTS, "line"]].sort_index()

    def subnational(self, level: AdminLevel) -> pd.DataFrame:
        """Return people in need by place of one level: all sectors, everybody.

        Parameters
        ----------
        level
            ``admin1``, ``admin2`` or ``admin3``. Levels repeat each other: use one.

        Returns
        -------
        DataFrame
            Columns ``iso3``, ``pcode``, ``place``, ``population``, ``in_need``, ``share`` (in need
            over the publisher's population, NaN where that is blank, not clipped) and
            ``part_of_national`` (in need over the national figure).
        """
        headlines = _plain(self.rows[_headline(self.rows, level)])
        total = self.national()["in_need"]
        headlines["share"] = headlines["in_need"] / headlines["population"]
        headlines["part_of_national"] = headlines["in_need"] / headlines["iso3"].map(
            total
        ).to_numpy(dtype=float)
        columns = ["iso3", "pcode", "place", "population", "in_need", "share", "part_of_national"]
        return headlines[columns].sort_values(["iso3", "pcode"], ignore_index=True)

    def groups(self, iso3: str) -> pd.DataFrame:
        """Return a country's rows by category of people, all sectors, national. They overlap."""
        return self._parts(
            iso3, self.rows["sector"].eq("intersectoral") & ~self.rows["is_headline"]
        )

    def sectors(self, iso3: str) -> pd.DataFrame:
        """Return a country's national figures of everybody by sector. They overlap."""
        return self._parts(iso3, self.rows["sector"].ne("intersectoral") & self.rows["is_headline"])

    def _parts(self, iso3: str, is_asked: pd.Series) -> pd.DataFrame:
        is_asked = (
            is_asked & self.rows["iso3"].eq(country_code(iso3)) & self.rows["level"].eq("admin0")
        )
        return _plain(self.rows[is_asked])

    @checked
    def accepting(self, figures: Mapping[str, Literal["areas"]]) -> NeedsTable:
        """Return the table with other figures of its own in place of national ones that are at fault.

        Parameters
        ----------
        figures
            By country (ISO3 or name) with a fault: ``"areas"`` for the sum over its areas, of the first
            level with figures of more than one (a person counts in one place of a level).

        Returns
        -------
        NeedsTable
            Without these faults; `accepted` says what was put in place of what, and so do
            footprints and their sources.

        Raises
        ------
        InputError
            If a text is no country, or a country has no fault.
        """
        chosen = {country_code(country): which for country, which in figures.items()}
        if sound := sorted(set(chosen) - set(self.faults)):
            raise InputError(
                f"{', '.join(sound)}: the national figure is not at fault: nothing to accept. "
                f"At fault: {', '.join(sorted(self.faults)) or 'none'}."
            )
        rows, told = self.rows.copy(), {}
        is_national, sums = _headline(rows, "admin0"), subnational_disagreement(self)
        for code in chosen:
            areas = sums[sums["iso3"].eq(code) & sums["places"].gt(1)].sort_values("level").iloc[0]
            at = rows.index[is_national & rows["iso3"].eq(code)][0]
            told[code] = (
                f"sum over {areas.places} places of {areas.level}, accepted in place of the national "
                f"{rows.loc[at, 'in_need']:,.0f} (row {rows.loc[at, 'line']})"
            )
            rows.loc[at, "in_need"] = areas.subnational
        faults = {code: fault for code, fault in self.faults.items() if code not in chosen}
        note = Note("ACCEPTED", "; ".join(f"{c}: {text}" for c, text in told.items()), len(told))
        return replace(
            self, rows=rows, faults=faults, accepted={**self.accepted, **told},
            notes=(*self.notes, note),
        )  # fmt: skip

    @checked
    def crises_and_footprints(
        self, as_of: date | None = None
    ) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
        """Return one crisis and one footprint per country; what is not known stays so.

        Parameters
        ----------
        as_of
            Reference date, in a year that the table speaks of. None takes that of `periods`: 1 July
            for an annual overview, else the middle of the period.

        Returns
        -------
        crises, footprints
            National where the table has a national row of all sectors and everybody. Else a footprint
            of areas: the sum over the places of the first level that has figures (a person counts in
            one place of a level), with their residents as denominator if the table has all of them.
            Without `scopes` and `onsets` the scope is ``unknown``, and there is no onset. A national
            denominator comes from the case's population: the publisher's own is of another source, and
            can cover more than the plan does.

        Raises
        ------
        InputError
            If neither `as_of` nor the table says the date, they contradict each other, a place stands
            twice, or no country has people in need of all sectors.

        Warns
        -----
        CoverageWarning
            If some of the countries have no people in need of all sectors; they are left out.
        """
        countries = sorted(set(self.rows["iso3"]) - set(self.faults))
        figures = self.by_country()
        without = [code for code in countries if code not in figures.index]
        if without:
            text = (
                "no people in need of all sectors and everybody, in the country or its areas: "
                f"{', '.join(without)}"
            )
            if figures.empty:
                raise InputError(f"{text}. Sectors and groups overlap: no sum of theirs is people.")
            warnings.warn(f"{text}; left out", CoverageWarning, stacklevel=caller_level())
        pairs = [
            self._crisis_and_footprint(figure, self._reference_date(str(figure.Index), as_of))
            for figure in figures[figures["in_need"] > 0].itertuples()
        ]
        return tuple(crisis for crisis, _ in pairs), tuple(footprint for _, footprint in pairs)

    def by_country(self) -> pd.DataFrame:
        """Return people in need by country: of the national row, else the sum over areas.

        Returns
        -------
        DataFrame
            Index ``iso3``, sorted; ``in_need`` of all sectors and everybody, persons; ``level`` of the
            rows that it is from, the first one that has figures; ``area``, their p-codes or names
            (none for ``admin0``); ``residents`` of these areas, NaN where one is not stated.
            Countries whose figure is at fault are left out.
        """
        national = self.national()["in_need"].dropna()
        rows: dict[Any, tuple[float, str, tuple[str, ...], float]] = {
            code: (people, "admin0", (), np.nan) for code, people in national.items()
        }
        rows |= dict.fromkeys(self.faults, (np.nan, "unknown", (), np.nan))
        for level in LEVELS[1:4] if set(self.rows["iso3"]) - set(rows) else ():
            places = self.subnational(level).dropna(subset="in_need")
            for code, of_country in places[~places["iso3"].isin(list(rows))].groupby("iso3"):
                rows[code] = _sum_over_areas(str(code), level, of_country)
        rows = {code: row for code, row in rows.items() if code not in self.faults}
        columns = ["in_need", "level", "area", "residents"]
        table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).sort_index()
        return table.rename_axis("iso3")

    def _crisis_and_footprint(self, figure: Any, when: date) -> tuple[Crisis, Footprint]:
        code = str(figure.Index)
        key = f"{when.year}-{code}"
        source, note = self.source, self.accepted.get(code, "")
        if note:  # results name the sources of their figures
            key_of_source, title = f"{source.id}-{code}-accepted", f"{source.title}; {code}: {note}"
            source = replace(source, id=key_of_source, title=title)
        if figure.area:
            note = f"sum over {len(figure.area)} places of {figure.level}"
        residents = None if np.isnan(figure.residents) else float(figure.residents)
        onset = self.onsets.get(code)
        crisis = Crisis(
            key, f"{code} {when.year}", "complex", when, "country_plan", onset=onset,
            onset_source=self.source.title if onset else "",
        )  # fmt: skip
        return crisis, Footprint(
            key, code, float(figure.in_need), when, area=figure.area, denominator=residents,
            source=source, note=note, pin_scope=self.scopes.get(code, "unknown"),
            pin_scope_source=self.source.title if code in self.scopes else "",
        )  # fmt: skip

    def _reference_date(self, iso3: str, as_of: date | None) -> date:
        first, last = self.periods.get(iso3, (None, None))
        if first is None or last is None:
            if as_of is None:
                raise InputError(
                    f"the table does not say of which date the figures of {iso3} are: give as_of, such "
                    "as date(2024, 7, 1) for the overview of 2024."
                )
            return as_of
        if as_of is None:
            is_annual = first.year == last.year and (last - first).days >= DAYS_OF_AN_OVERVIEW
            return date(first.year, 7, 1) if is_annual else first + (last - first) // 2
        if not first.year <= as_of.year <= last.year:
            raise InputError(
                f"the figures of {iso3} are of {first} to {last}: got as_of {as_of}. Leave as_of "
                "out, or take the table of that year."
            )
        return as_of


def _sum_over_areas(
    iso3: str, level: AdminLevel, places: pd.DataFrame
) -> tuple[float, str, tuple[str, ...], float]:
    """Return people in need, level, areas and their residents: a person counts in one of them."""
    names = places["pcode"].where(places["pcode"].ne(""), places["place"])
    if names.duplicated().any():
        raise InputError(
            f"{iso3}: the place {names[names.duplicated()].iloc[0]!r} of {level} has more than one "
            "row of all sectors and everybody. Keep one."
        )
    residents = places["population"].sum() if places["population"].gt(0).all() else np.nan
    return float(places["in_need"].sum()), level, tuple(names), float(residents)


def _headline(rows: pd.DataFrame, level: AdminLevel) -> pd.Series:
    return rows["is_headline"] & rows["level"].eq(level) & rows["sector"].eq("intersectoral")


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with plain text in place of categories, numbered anew."""
    texts = {name: rows[name].astype("object") for name in LABELS}
    return rows.assign(**texts).reset_index(drop=True)


def subnational_disagreement(table: NeedsTable) -> pd.DataFrame:
    """Compare sub-national sums with the national figures.

    Returns
    -------
    DataFrame
        One row per country and level with sub-national headlines: ``iso3``, ``level``, ``places``,
        ``subnational`` (their sum), ``national``, ``ratio``.
    """
    national = table.national()["in_need"]
    rows = table.rows
    is_headline = (
        rows["is_headline"] & rows["sector"].eq("intersectoral") & rows["level"].isin(LEVELS[1:4])
    )
    places = _plain(rows[is_headline]).groupby(["iso3", "level"], as_index=False)["in_need"]
    result = places.agg(places="count", subnational="sum")
    result["national"] = result["iso3"].map(national).to_numpy(dtype=np.float64)
    result["ratio"] = result["subnational"] / result["national"]
    return result
