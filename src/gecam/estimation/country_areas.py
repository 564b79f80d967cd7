"""People in need, residents and counted migrants by area of a country, as one table published them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import Positive
from gecam.codes import country_code
from gecam.errors import InputError, Problem
from gecam.model import UNKNOWN_SOURCE, AreaNeeds, Case, Column, Footprint, Source, check_frame

AREA_COLUMNS = {
    "area": Column("text"),
    "name": Column("text", is_missing_allowed=True),
    "in_need": Column("count", is_missing_allowed=True),
    "residents": Column("count", is_missing_allowed=True),
    "migrants": Column("count", is_missing_allowed=True),
    "refugees": Column("count", is_missing_allowed=True),
}
MOST_ABOVE = 0.05  # areas together above the country's people in need by more overlap each other
ROUNDING = 0.001  # and below it by less are all of it


@dataclass(frozen=True, eq=False)
class CountryAreas:
    """People in need by area of one country, with residents and the migrants who were counted there.

    Parameters
    ----------
    destination
        ISO3 or name.
    as_of
        Day for which people in need speak.
    rows
        One row per area, such as those of the first administrative level: ``area`` (p-code),
        ``name``, and persons, >= 0, empty where not published: ``in_need`` (all people in need
        there), ``residents``, ``migrants`` (other migrants counted there), and ``refugees`` (refugees
        in need, or registered).
    national
        People in need of the whole country in the same table, persons, > 0.
    counted
        Migrants counted in the whole country, where that is more than ``migrants`` add up to: the
        others live in the other areas. None: nothing is said of those.
    source
        Where people in need come from.
    further
        Sources of residents and of migrants, where these are others.
    note
        What was read into the figures.

    Raises
    ------
    InputError
        If a cell breaks its rule, an area stands twice, no area has people in need, or the areas
        have more of them than the country: then areas of two levels are mixed.

    Examples
    --------
    >>> from datetime import date
    >>> from gecam.estimation import CountryAreas
    >>> rows = pd.DataFrame({"area": ["TCD07", "TCD14"], "name": ["Lac", "Ouaddai"],
    ...     "in_need": [674_484, 1_256_755], "residents": [755_753, 1_217_656],
    ...     "migrants": [None, None], "refugees": [26_799, 780_813]})
    >>> areas = CountryAreas("Chad", date(2025, 7, 1), rows, national=7_049_226)
    >>> round(areas.part_not_by_area, 3)
    0.726
    """

    destination: str
    as_of: date
    rows: pd.DataFrame
    national: Positive
    counted: Positive | None = None
    source: Source = UNKNOWN_SOURCE
    further: tuple[Source, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        check_fields(self)
        object.__setattr__(self, "destination", country_code(self.destination))
        table = f"areas of {self.destination}"
        rows = check_frame(self.rows, AREA_COLUMNS, table=table, key=["area"])
        object.__setattr__(self, "rows", rows)
        if problems := list(self._problems(table)):
            raise InputError(f"{table} have {len(problems)} problem(s)", problems)

    def _problems(self, table: str) -> Iterator[Problem]:
        total = float(self.rows["in_need"].sum())
        if not total > 0:
            what = "no area has people in need"
            yield Problem(
                what, "Leave the country out.", sheet=table, column="in_need", code="EMPTY"
            )
        if total > (1 + MOST_ABOVE) * self.national:
            yield Problem(
                f"the areas have {total:,.0f} people in need, the country {self.national:,.0f}",
                "Give areas of one level, each person in one of them.",
                sheet=table, column="in_need", code="ABOVE_COUNTRY",
            )  # fmt: skip
        if self.counted is not None and not 0 < float(self.rows["migrants"].sum()) < self.counted:
            what = f"{self.counted:,.0f} migrants in the country are no more than in its areas"
            yield Problem(what, "", sheet=table, column="migrants", code="ABOVE_COUNTRY")
        for row in self.rows[self.rows["residents"].eq(0)].itertuples():
            what, remedy = (
                "nobody lives there",
                "Leave residents empty where they are not published.",
            )
            yield Problem(
                what,
                remedy,
                sheet=table,
                row=str(row.area),
                column="residents",
                code="NOT_POSITIVE",
            )

    @property
    def is_divided(self) -> pd.Series:
        """Which areas have people in need and residents, so that migrants in need are divided."""
        return self.rows["in_need"].notna() & self.rows["residents"].notna()

    @property
    def part_not_by_area(self) -> float:
        """Part of the country's people in need that no such area holds, in [0, 1]."""
        part = 1 - float(self.rows.loc[self.is_divided, "in_need"].sum()) / self.national
        return part if part > ROUNDING else 0.0

    def inhabited(self) -> tuple[AreaNeeds, ...]:
        """Return the areas with residents; those without people in need hold none of them."""
        rows = self.rows[self.rows["residents"].notna()].fillna({"in_need": 0.0})
        counted = rows[["migrants", "refugees"]].astype(object).where(rows.notna(), None)
        return tuple(
            AreaNeeds(str(area), need, residents, migrants, refugees)
            for area, need, residents, migrants, refugees in zip(
                rows["area"], rows["in_need"], rows["residents"], counted["migrants"],
                counted["refugees"], strict=True,
            )
        )  # fmt: skip


@checked
def areas_of_case(case: Case) -> tuple[CountryAreas, ...]:
    """Return the areas of the figures of a case that have them.

    Parameters
    ----------
    case
        A case with people in need by area (`Footprint.areas`), such as one of `gecam.read_case`.

    Returns
    -------
    tuple of CountryAreas
        At most one for each country, of the figure with most people in need; sorted.
    """
    largest: dict[str, Footprint] = {}
    for footprint in case.footprints:
        before = largest.get(footprint.destination)
        if footprint.areas and (before is None or footprint.people > before.people):
            largest[footprint.destination] = footprint
    return tuple(_of_footprint(largest[place]) for place in sorted(largest))


def _of_footprint(footprint: Footprint) -> CountryAreas:
    columns = ["area", "in_need", "residents", "migrants", "refugees"]
    rows = [[getattr(area, name) for name in columns] for area in footprint.areas]
    frame = pd.DataFrame(rows, columns=columns)
    total = float(frame["in_need"].sum())
    areas = CountryAreas(
        footprint.destination, footprint.as_of, frame.assign(name=frame["area"]), total,
        source=footprint.source, note=footprint.note,
    )  # fmt: skip
    return replace(areas, national=max(footprint.people, total))
