"""Counts of refugees and migrants in a needs overview: what each may be used for, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gecam.codes import fold
from gecam.model import (
    SHARE_OVER_PRESENT,
    CountedGroup,
    Footprint,
    GroupCount,
    NeedsTable,
    ProtectedPopulation,
    Stock,
)

_PROTECTION = ("refugees", "asylum_seekers", "refugees_and_asylum_seekers")
_GROUPS: dict[str, CountedGroup] = {
    **dict.fromkeys(_PROTECTION, "protection"), "migrants": "other",
    "refugees_and_migrants": "migrants",
}  # fmt: skip
_HOSTS = "more than UNHCR registers: the row holds hosts or planned arrivals"
_BY_RULE = "in need equals the people present: everybody counts by rule"
_SECTOR = "a sector's count: not of all sectors"


@dataclass(frozen=True)
class _Row:
    """People in need of one group in one country, as the file has them."""

    group: CountedGroup
    words: str
    in_need: float
    present: float | None
    is_implausible: bool = False
    is_of_sector: bool = False


@dataclass(frozen=True)
class _Present:
    """People of a country whom a count can be of: registered, and in the stock."""

    registered: float | None
    stock: float


def with_published_groups(
    footprints: Sequence[Footprint],
    table: NeedsTable,
    protected: ProtectedPopulation | None,
    stock: Stock,
) -> tuple[tuple[Footprint, ...], tuple[str, ...]]:
    """Give footprints of a needs overview the counts of groups that it publishes.

    Parameters
    ----------
    footprints
        Those of other files are returned as they are.
    table
        The overview.
    protected, stock
        Registered people and migrants, against which a count is checked.

    Returns
    -------
    footprints, told
        A count of refugees of all sectors is a ``share`` of the people present whom the file states, or
        whom UNHCR registers (grade C); one of migrants is a ``share`` or, without people present, a
        ``count``. It is ``related`` where it is of one sector, counts refugees and migrants together,
        has implausible labels, or exceeds the people whom it can be of by more than a tenth. `told`
        says for each which, and why.
    """
    result, told = [], []
    for footprint in footprints:
        here = footprint
        if footprint.source.file == table.source.file and footprint.is_need:
            present = _present(footprint, protected, stock)
            rows = list(_rows(table, footprint.destination))
            counts = tuple(_count(row, footprint, present) for row in rows)
            here = replace(footprint, counts=(*footprint.counts, *counts))
            told += [_line(footprint.destination, count) for count in counts]
        result.append(here)
    return tuple(result), tuple(told)


def _present(footprint: Footprint, protected: ProtectedPopulation | None, stock: Stock) -> _Present:
    place = footprint.destination
    registered = None
    if protected is not None:
        registered = float(protected.by_place.at(place, footprint.as_of)[1].sum())
    figures = stock.by_place[place].figures if place in stock.by_place else {}
    return _Present(registered, max(figures.values(), default=np.inf))


def _rows(table: NeedsTable, country: str) -> Iterator[_Row]:
    """Yield the counts of groups of a country: of all sectors, else of the largest sector."""
    rows = table.rows
    rows = rows[rows["iso3"].eq(country) & rows["level"].eq("admin0") & rows["in_need"].gt(0)]
    rows = rows.astype(dict.fromkeys(("population_group", "sector", "description"), object))
    everybody = rows[rows["sex"].eq("total") & rows["age"].eq("all") & rows["qualifier"].eq("")]
    of_group = everybody[everybody["population_group"].isin(list(_GROUPS))]
    of_group = of_group.assign(group=of_group["population_group"].map(_GROUPS))
    is_all = of_group["sector"].eq("intersectoral")
    for group, of_all in of_group[is_all].groupby("group"):
        yield _of_all_sectors(group, of_all)
    others = of_group[~is_all & ~of_group["group"].isin(of_group.loc[is_all, "group"])]
    responses = everybody[everybody["is_headline"] & ~everybody["sector"].eq("intersectoral")]
    named = responses.assign(group=responses["description"].map(_named_group)).dropna(
        subset="group"
    )
    has_all = set(of_group.loc[is_all, "group"])
    for group, of_sector in pd.concat([others, named]).groupby("group"):
        if group not in has_all:
            largest = of_sector.loc[of_sector["in_need"].idxmax()]
            yield _Row(group, str(largest["description"] or largest["sector"]),
                       float(largest["in_need"]), None, is_of_sector=True)  # fmt: skip


def _named_group(description: str) -> CountedGroup | None:
    """Return the group whose response a sector is, by its name; None for other sectors."""
    words = fold(description)
    if "migrant" in words and "refug" not in words:
        return "other"
    if "migrant" in words:
        return "migrants"
    return "protection" if "refug" in words else None


def _of_all_sectors(group: CountedGroup, rows: pd.DataFrame) -> _Row:
    """Return the count of a group: of everybody in it, or of refugees and asylum-seekers added."""
    whole = rows[rows["population_group"].eq("refugees_and_asylum_seekers")]
    chosen = whole.iloc[:1] if len(whole) else rows.drop_duplicates("population_group")
    present = chosen["population"].sum(min_count=len(chosen))
    return _Row(
        group, ", ".join(map(str, chosen["category"])), float(chosen["in_need"].sum()),
        None if np.isnan(present) or present < 1 else float(present),
        is_implausible=bool(chosen["flags"].astype(str).str.contains("GROUP_IMPLAUSIBLE").any()),
    )  # fmt: skip


def _count(row: _Row, footprint: Footprint, people: _Present) -> GroupCount:
    """Return a count with its use and the reason."""
    source = f"{footprint.source.title}: {row.words}"
    if related := _why_related(row, footprint, people):
        return GroupCount(
            row.group, row.in_need, "related", row.present, source=source, note=related
        )
    registered = people.registered if row.group == "protection" else None
    present = row.present or registered
    if present is None:
        note = "of all sectors; people present are not stated"
        return GroupCount(row.group, row.in_need, "count", source=source, note=note)
    is_by_rule, is_stated = row.in_need == row.present, row.present is not None
    note = "people present are " + ("stated beside it" if is_stated else "those UNHCR registers")
    return GroupCount(
        row.group, row.in_need, "share", present, is_by_rule=is_by_rule, source=source,
        note=_BY_RULE if is_by_rule else note, grade="A" if is_stated else "C",
    )  # fmt: skip


def _why_related(row: _Row, footprint: Footprint, people: _Present) -> str:
    """Return why a count is shown and not used, the first reason that holds; empty where it is used."""
    present, registered = row.present or np.nan, people.registered or 0.0
    is_unstated = row.group == "protection" and row.present is None
    reasons = {
        _SECTOR: row.is_of_sector,
        "above all sectors: the labels of the groups are wrong": row.is_implausible,
        "refugees and migrants are not told apart": row.group == "migrants",
        "more than all people in need": row.in_need > footprint.people,
        "more than the people present that the file states": row.in_need > SHARE_OVER_PRESENT * present,
        "more than the migrants of the stock: likely people who returned": row.group == "other"
        and row.in_need > SHARE_OVER_PRESENT * people.stock,
        "people present are not stated, and none are registered": is_unstated and not registered,
        _HOSTS: is_unstated and row.in_need > SHARE_OVER_PRESENT * registered,
    }  # fmt: skip
    return next((reason for reason, holds in reasons.items() if holds), "")


def _line(country: str, count: GroupCount) -> str:
    of = f" of {count.present:,.0f} present" if count.present else ""
    people = f"{count.group}, {count.in_need:,.0f}{of}"
    return f"published group: {country}: {people}: {count.use}: {count.note}"
