"""Regional plans: people who fled, by host country, and which figures can be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from gecam._signature import check_fields, checked
from gecam._typing import Positive
from gecam.codes import country_code, origin_code
from gecam.errors import InputError
from gecam.model.footprint import Group
from gecam.model.source import UNKNOWN_SOURCE, Source

Contents = Literal["people", "nationals", "hosts", "with_hosts", "all_groups", "on_the_move"]
FigureUse = Literal[
    "in_need", "not_stated", "by_plan", "nationals", "hosts", "with_hosts", "all_groups",
    "on_the_move", "projection",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegionalRow:
    """A figure of a country chapter, as far as it decides what the figure may be used for.

    Parameters
    ----------
    host
        Host country (ISO3); empty for a figure of the whole plan.
    origin
        Country whose people they are (ISO3), or words.
    contents
        Whom the figure counts: ``people`` (the named group alone), ``nationals`` (nationals or
        returnees), ``hosts``, ``with_hosts`` (the group and its hosts without a split), ``all_groups``
        (all groups of a chapter), ``on_the_move`` (in transit, pendular, expected).
    in_need
        People in need, persons; None where none is stated.
    is_projection
        Whether it is of people expected, and not of people present.
    """

    host: str
    origin: str
    contents: Contents
    in_need: float | None
    is_projection: bool = False

    def __post_init__(self) -> None:
        """Check the words."""
        check_fields(self)


def use_of_figure(row: RegionalRow) -> FigureUse:
    """Return ``in_need`` where a figure is a number in need of one group alone, else why it is not.

    Parameters
    ----------
    row
        The figure.

    Returns
    -------
    str
        ``in_need``, or the first that applies: ``by_plan`` (no host country), ``not_stated`` (people
        present or targeted only), ``nationals``, ``projection``, or the contents.

    Examples
    --------
    >>> from gecam.model import RegionalRow, use_of_figure
    >>> use_of_figure(RegionalRow("BGD", "MMR", "people", 902_947))
    'in_need'
    >>> use_of_figure(RegionalRow("BGD", "MMR", "with_hosts", 1_890_109))
    'with_hosts'
    """
    if not row.host:
        return "by_plan"
    if row.in_need is None:
        return "not_stated"
    if row.host == row.origin:
        return "nationals"
    if row.is_projection:
        return "projection"
    return "in_need" if row.contents == "people" else row.contents


def group_of_chapter(row: Mapping[str, Any]) -> Group:
    """Return the population group of a chapter's people, where none is stated by whom it names.

    Parameters
    ----------
    row
        Its cells by column of `RegionalPlans.chapters`. Migrants of several origins are no refugees of
        a crisis: they are ``other`` migrants.
    """
    if stated := row.get("population_group"):
        return cast("Group", stated)
    return "other" if row["origin"] == "various" else "protection"


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """People of one origin in one country, with a number in need of their own.

    Parameters
    ----------
    host, origin
        Country where they are and country that they come from, by code (ISO3) or name.
    in_need
        People in need, persons, > 0; not people targeted.
    name
        Who they are, as published, where they are a part of those of the origin; empty for all of them.
    group
        Population group that they belong to: ``protection`` (the default: people who fled) or
        ``other``. Where a country plan has a figure of that group in that country it holds them, and
        theirs is not added.
    present
        People present, persons, > 0; None where that was not published.
    confidence
        In the number: ``high``, ``medium`` or ``low`` (grade B, C or D, which decides its spread).
    plan
        Id of the regional plan that they belong to, such as ``"2025-VEN-RMRP"``; by default none.
    source
        Who counted them; figures of a source that is not public fall under the disclosure rules.

    Raises
    ------
    InputError
        If a country or number breaks its rule, more are in need than are present, or people of a
        country are in that country.

    Examples
    --------
    >>> plans = gc.load_regional_plans("2025")
    >>> counted = gc.OriginGroup("Colombia", "VEN", in_need=1_960_000, present=2_800_000)
    >>> est = gc.estimate(gc.load_edition("2025").restrict(["COL", "YEM"]), draws=100)
    >>> complete = gc.complete_estimates(est, plans.with_groups(counted))
    >>> complete.table().set_index(["destination", "origin"]).loc[("COL", "VEN"), "people"]
    np.float64(1960000.0)
    """

    host: str
    origin: str
    in_need: Positive
    name: str = ""
    group: Group = "protection"
    present: Positive | None = None
    confidence: Literal["high", "medium", "low"] = "medium"
    plan: str = ""
    source: Source = UNKNOWN_SOURCE

    def __post_init__(self) -> None:
        """Check the numbers, and bring the countries to codes."""
        check_fields(self)
        object.__setattr__(self, "host", country_code(self.host))
        object.__setattr__(self, "origin", origin_code(self.origin))
        where = f"people of {self.origin} in {self.host}"
        if self.host == self.origin:
            raise InputError(f"{where} are at home, and no migrants. Give another host or origin.")
        if self.present is not None and self.in_need > self.present:
            raise InputError(
                f"{where}: {self.in_need:,.0f} in need of {self.present:,.0f} present. Hosts or "
                "expected arrivals are likely in the first: give those in need of the people present."
            )

    def holds(self, chapter: Mapping[str, Any]) -> bool:
        """Whether it holds the people of a chapter, or of another group as a chapter."""
        people = chapter["host"], chapter["origin"], group_of_chapter(chapter)
        is_of_them = people == (self.host, self.origin, self.group)
        return is_of_them and self.name in {"", chapter["group"]}

    def chapter(self, year: int) -> dict[str, Any]:
        """Return the group as a row of `RegionalPlans.chapters`."""
        return {
            "crisis": self.plan or f"{year}-{self.host}-{self.origin}", "plan": self.source.title,
            "host": self.host, "origin": self.origin, "contents": "people", "group": self.name,
            "population_group": self.group, "in_need": self.in_need,
            "present": np.nan if self.present is None else self.present, "use": "in_need",
            "confidence": self.confidence, "source": self.source.title, "url": self.source.url,
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class RegionalPlans:
    """Regional plans of one year: hosts and origins, chapters by country, shares in need, register.

    Parameters
    ----------
    year
        Of the plans.
    plans
        One row per plan: ``crisis`` (id), ``plan``, ``hosts`` and ``origins`` (ISO3, joined by
        strokes), ``onset`` (date; NaT without one), ``source``.
    chapters
        Figures as published: ``crisis``, ``host``, ``origin``, ``contents``, ``group``, ``in_need``,
        ``targeted``, ``present`` (persons), ``counted_by`` (who counted the people present, where it is
        another count than the register: ``R4V``, ``government``, ``plan``; else empty), ``use``,
        ``confidence``, ``source``, ``url``; ``population_group`` where `with_groups` stated it (else
        ``protection``, and ``other`` for people of various origins).
    shares
        By plan: ``mean``, ``lower``, ``upper`` (shares in need of people present), ``logit_sd``,
        ``grade``, ``basis``.
    register
        UNHCR's ``refugees``, ``asylum_seekers`` and ``oip`` (others in need of international
        protection) by ``host``, ``origin`` and ``as_of``; persons, NaN where not reported.
    sources
        Where the tables come from; empty for tables of the user's own, which count as not public.

    Raises
    ------
    InputError
        If a table has not the columns that it needs.
    """

    year: int
    plans: pd.DataFrame
    chapters: pd.DataFrame
    shares: pd.DataFrame
    register: pd.DataFrame
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        """Check the columns."""
        check_fields(self)
        for table, needed in _NEEDED.items():
            absent = [name for name in needed if name not in getattr(self, table)]
            if absent:
                raise InputError(
                    f"the table {table} of regional plans must have the column {absent[0]!r}."
                )

    @checked
    def with_groups(self, *groups: OriginGroup) -> RegionalPlans:
        """Return the plans with further groups of one origin, each in place of what chapters state.

        Parameters
        ----------
        *groups
            People of one origin in one country with their number in need. A group of a name takes the
            place of a chapter of that name, and one without a name that of all chapters of the origin
            and population group in the country; a group of ``protection`` takes that of the
            register's people, too.

        Returns
        -------
        RegionalPlans
            The chapters with one row more for each group, and the sources.

        Raises
        ------
        InputError
            If two groups are of the same people, or a group names a plan that is not there.
        """
        if not groups:
            return self
        self._check(groups)
        unset = {
            name: np.nan if is_numeric_dtype(column) else ""
            for name, column in self.chapters.items()
        }
        stated = [
            row
            for row in self.chapters.to_dict("records")
            if not any(group.holds(row) for group in groups)
        ]
        rows = [*stated, *(unset | group.chapter(self.year) for group in groups)]
        columns = [*dict.fromkeys((*self.chapters, "population_group"))]
        chapters = pd.DataFrame(rows, columns=columns).fillna({"population_group": ""})
        sources = dict.fromkeys((*self.sources, *(group.source for group in groups)))
        return replace(self, chapters=chapters, sources=tuple(sources))

    def _check(self, groups: tuple[OriginGroup, ...]) -> None:
        """Refuse groups that hold the same people, and plans that are not there."""
        for i, group in enumerate(groups):
            own = group.chapter(self.year)
            if any(other.holds(own) for other in (*groups[:i], *groups[i + 1 :])):
                raise InputError(
                    f"two groups hold people of {group.origin} in {group.host}. Give each a name of "
                    "its own, or one group without a name for all of them."
                )
            if group.plan and group.plan not in set(self.plans["crisis"]):
                listed = ", ".join(self.plans["crisis"])
                raise InputError(f"{self.year} has no plan {group.plan!r}. There are: {listed}.")

    @cached_property
    def _by_year(self) -> dict[int, pd.Series[float]]:
        """People present by year-end, host and origin."""
        rows = self.register.assign(
            year=self.register["as_of"].dt.year,
            people=self.register[["refugees", "asylum_seekers", "oip"]].sum(axis=1),
        )
        people = rows.set_index(["host", "origin"])
        return {int(year): table["people"] for year, table in people.groupby("year")}

    def registered(self, year_end: int) -> pd.Series[float]:
        """Return people present by UNHCR's register at the end of a year, by host and origin.

        Parameters
        ----------
        year_end
            Year, whole number.

        Returns
        -------
        Series
            Persons; index ``host`` and ``origin``. A pair that was not reported is absent.
        """
        return self._by_year.get(year_end, pd.Series(dtype=float))

    def second_reading(self) -> pd.Series[float]:
        """Return people present as others than UNHCR count them, by host and origin.

        Returns
        -------
        Series
            Persons; index ``host`` and ``origin``. What R4V, a government or the plan itself counts of
            one group, where the chapters of the year tell it.

        Examples
        --------
        >>> gc.load_regional_plans("2022").second_reading()["PER", "VEN"]
        np.float64(1290000.0)
        """
        if "counted_by" not in self.chapters:
            return pd.Series(dtype=float)
        rows = self.chapters[self.chapters["counted_by"].ne("") & self.chapters["present"].notna()]
        return rows.set_index(["host", "origin"])["present"]


_NEEDED = {
    "plans": ("crisis", "plan", "hosts", "origins", "onset"),
    "chapters": ("crisis", "host", "origin", "contents", "group", "in_need", "use", "confidence"),
    "shares": ("plan", "mean", "logit_sd", "grade"),
    "register": ("host", "origin", "as_of", "refugees", "asylum_seekers", "oip"),
}
