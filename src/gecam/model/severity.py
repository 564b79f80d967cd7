"""Severity of crises, risk of countries and phases of food insecurity, as published."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from gecam._signature import check_fields
from gecam.model.frames import Column, check_frame
from gecam.model.published_rows import PublishedRows
from gecam.model.source import UNKNOWN_SOURCE, Note, Source

SEVERITY_LEVELS = tuple(f"level_{level}" for level in range(1, 6))
_PEOPLE = ("affected", "displaced", "injured", "fatalities", *SEVERITY_LEVELS, "in_need")
SEVERITY_COLUMNS = {
    "crisis": Column("text"),
    "crisis_name": Column("text", is_missing_allowed=True),
    "iso3": Column("iso3", is_missing_allowed=True),
    "countries": Column("text"),
    "drivers": Column("text", is_missing_allowed=True),
    "as_of": Column("date"),
    "severity": Column("number", is_missing_allowed=True),
    "scale": Column("number", is_missing_allowed=True),
    "severity_class": Column("text", is_missing_allowed=True),
    "reliability": Column("text", is_missing_allowed=True),
    "grade": Column("text", is_missing_allowed=True, values=frozenset("ABCD")),
    **{name: Column("count", is_missing_allowed=True) for name in _PEOPLE},
    "is_partial": Column("flag"),
    "overlaps": Column("text", is_missing_allowed=True),
    "flags": Column("text", is_missing_allowed=True),
    "line": Column("count", is_whole=True),
}


class SeverityTable(PublishedRows, columns=SEVERITY_COLUMNS, table="severity"):
    """Crises of the INFORM Severity Index: how severe, and how many people at which level.

    Parameters
    ----------
    rows
        One row per published row: ``crisis`` (the publisher's id, such as ``ETH001``),
        ``crisis_name``, ``iso3`` (empty for a crisis of several countries), ``countries`` (ISO3,
        blank between), ``drivers``, ``as_of`` (last day of the month of the release),
        ``severity`` with its ``scale`` (highest possible value: 5 until January 2026, then 10),
        ``severity_class``, ``reliability`` and the ``grade`` that goes with it (very high: A),
        ``affected`` to ``fatalities`` and ``level_1`` to ``level_5`` (persons),
        ``in_need`` (levels 3 to 5; NaN where none of them is published), ``is_partial`` (one of the
        three is missing: `in_need` is then at least that), ``overlaps`` (other crises that share a
        country at that date: never add them), ``flags``, ``line``.
    source, notes
        As in `Stock`.
    """

    def bounds(self) -> pd.DataFrame:
        """Return bounds on people in need by country and date, over crises that overlap.

        Returns
        -------
        DataFrame
            Index ``iso3``, ``as_of``; ``lower`` (the largest crisis), ``upper`` (their sum),
            ``crises``. The people in need of at least one crisis lie between, if the figures
            are right. Crises of several countries are left out, as are rows that repeat a crisis.
        """
        is_single = self.rows["iso3"].ne("") & ~self.rows["flags"].str.contains("REPEATED")
        by_country = self.rows[is_single].groupby(["iso3", "as_of"])["in_need"]
        return by_country.agg(
            lower="max", upper=lambda people: people.sum(min_count=1), crises="count"
        )


RISK_COLUMNS = {
    "iso3": Column("iso3"),
    "component": Column("text"),
    "value": Column("number", is_missing_allowed=True),
}


@dataclass(frozen=True, eq=False)
class RiskTable:
    """The INFORM Risk Index and its components: indices from 0 to 10, never persons.

    Parameters
    ----------
    components
        One row per ``iso3`` and ``component`` (as the publisher writes it): ``value``.
    source, notes
        As in `Stock`.
    """

    components: pd.DataFrame
    source: Source = UNKNOWN_SOURCE
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self)
        key = ["iso3", "component"]
        checked = check_frame(self.components, RISK_COLUMNS, table="risk", key=key)
        object.__setattr__(self, "components", checked)

    def component(self, name: str) -> pd.Series:
        """Return one component by country, in alphabetical order of ISO3."""
        values = self.components[self.components["component"].eq(name)]
        return values.set_index("iso3")["value"].sort_index().rename(name)


PHASE_COLUMNS = {
    "iso3": Column("iso3"),
    "level1": Column("text", is_missing_allowed=True),
    "area": Column("text", is_missing_allowed=True),
    "analysis": Column("text"),
    "period": Column(
        "text", values=frozenset({"current", "first projection", "second projection"})
    ),
    "start": Column("date"),
    "end": Column("date"),
    "population": Column("count", is_missing_allowed=True),
    "analysed": Column("count", is_missing_allowed=True),
    **{f"phase_{phase}": Column("count", is_missing_allowed=True) for phase in range(1, 6)},
    "phase_3_plus": Column("count", is_missing_allowed=True),
    "share": Column("number", is_missing_allowed=True),
    "flags": Column("text", is_missing_allowed=True),
    "line": Column("count", is_whole=True),
}


class PhaseTable(PublishedRows, columns=PHASE_COLUMNS, table="phases"):
    """People by phase of acute food insecurity (IPC), per analysis, period and area.

    Parameters
    ----------
    rows
        ``iso3``, ``level1`` (first administrative level), ``area`` (the lowest place that the
        publisher names; both are empty for the whole country), ``analysis`` (month of the analysis, as
        published), ``period`` (``current``, ``first projection``, ``second projection``),
        ``start`` and ``end`` of its validity, ``population`` (of the country), ``analysed``
        (people whom the analysis covers), ``phase_1`` to ``phase_5``, ``phase_3_plus`` (the sum of
        the last three: never add it to them), ``share`` (phase 3 and above over analysed),
        ``flags``, ``line``. Analyses and periods overlap: no two rows of one area add.
    source, notes
        As in `Stock`.
    """
