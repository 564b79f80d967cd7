"""Tables of humanitarian needs as publishers give them, before any estimate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields
from gecam.codes import country_code, is_iso3
from gecam.errors import InputError, Problem
from gecam.model.crisis import Crisis
from gecam.model.footprint import Footprint
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

AdminLevel = Literal["admin0", "admin1", "admin2", "admin3", "unknown"]
LEVELS: tuple[AdminLevel, ...] = get_args(AdminLevel)
COUNTS = ("population", "in_need", "targeted", "affected", "reached")
LABELS = (
    "iso3", "level", "pcode", "place", "description", "sector", "category", "population_group",
    "sex", "age", "qualifier", "flags",
)  # fmt: skip
NEEDS_TABLE_COLUMNS = (*LABELS, "is_headline", *COUNTS, "line")


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
        for name in COUNTS:
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
        found = self.rows[_headline(self.rows, "admin0")]
        return _plain(found).set_index("iso3")[[*COUNTS, "line"]].sort_index()

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
        found = _plain(self.rows[_headline(self.rows, level)])
        total = self.national()["in_need"]
        found["share"] = found["in_need"] / found["population"]
        found["part_of_national"] = found["in_need"] / found["iso3"].map(total).to_numpy(
            dtype=float
        )
        columns = ["iso3", "pcode", "place", "population", "in_need", "share", "part_of_national"]
        return found[columns].sort_values(["iso3", "pcode"], ignore_index=True)

    def groups(self, iso3: str) -> pd.DataFrame:
        """Return a country's rows by category of people, all sectors, national. They overlap."""
        return self._parts(
            iso3, self.rows["sector"].eq("intersectoral") & ~self.rows["is_headline"]
        )

    def sectors(self, iso3: str) -> pd.DataFrame:
        """Return a country's national figures of everybody by sector. They overlap."""
        return self._parts(iso3, self.rows["sector"].ne("intersectoral") & self.rows["is_headline"])

    def _parts(self, iso3: str, kept: pd.Series) -> pd.DataFrame:
        kept = kept & self.rows["iso3"].eq(country_code(iso3)) & self.rows["level"].eq("admin0")
        return _plain(self.rows[kept])

    def crises_and_footprints(
        self, as_of: date
    ) -> tuple[tuple[Crisis, ...], tuple[Footprint, ...]]:
        """Return one crisis and one national footprint per country; what is not known stays so.

        Parameters
        ----------
        as_of
            Reference date: 1 July of the year for an annual overview.

        Returns
        -------
        crises, footprints
            Scope ``unknown``, no onset, denominator from the case's population: the publisher's own
            population is of another source, and can cover more than the plan does.
        """
        countries = self.national()["in_need"]
        countries = countries[countries > 0]
        crises = tuple(
            Crisis(f"{as_of.year}-{code}", f"{code} {as_of.year}", "complex", as_of, "country_plan")
            for code in countries.index
        )
        footprints = tuple(
            Footprint(f"{as_of.year}-{code}", code, float(people), as_of, source=self.source)
            for code, people in countries.items()
        )
        return crises, footprints


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
    kept = (
        rows["is_headline"] & rows["sector"].eq("intersectoral") & rows["level"].isin(LEVELS[1:4])
    )
    found = _plain(rows[kept]).groupby(["iso3", "level"], as_index=False)["in_need"]
    result = found.agg(places="count", subnational="sum")
    result["national"] = result["iso3"].map(national).to_numpy(dtype=np.float64)
    result["ratio"] = result["subnational"] / result["national"]
    return result
