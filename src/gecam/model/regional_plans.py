"""Regional plans: people who fled, by host country, and which figures can be used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import pandas as pd

from gecam._signature import check_fields
from gecam.errors import InputError
from gecam.model.source import Source

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
        ``confidence``, ``source``, ``url``.
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
