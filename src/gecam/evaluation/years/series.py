"""One series over years: totals, rows, and the change from one year to the next with its causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from gecam._signature import checked
from gecam._typing import PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import canonical, estimate
from gecam.evaluation.years.changes import CELL, AnsweredYear, answered_year, year_changes
from gecam.model import Case, RegionalPlans
from gecam.results import Scope, count_sentence
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL

SINCE_LAST = (
    *CELL, "year", "mean", "lower", "upper", "last_year", "last_mean", "last_lower", "last_upper",
    "change", "change_lower", "change_upper", "what",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class YearSeries:
    """Answers of several years, and the change from each to the next.

    Parameters
    ----------
    totals
        One row per year and world total: ``year``, ``total``, ``mean``, ``lower``, ``upper``,
        ``odds_ratio_1``, ``cv``, ``mcse``; persons.
    rows
        The same per year, ``destination`` and ``group``, with ``status``.
    changes
        One row per pair of consecutive years and cell (``destination`` x ``group``), and sums. `what`
        is ``in both`` for the fixed panel, cells that are estimated in both years: ``old``, ``new``,
        ``change`` and its interval, and its causes, which add up to it (NaN where the inputs of two
        years cannot be mixed). Other cells have a figure in one year only and no change:
        ``other crises`` (a plan in one of the years), ``not published`` (a plan without a number in
        one), ``other scope`` (a group that is left to another figure in one). Their sums stand in
        the rows with the destination ``all``.
    level
        Of the intervals.
    count
        Which of the IASC's counts the people are, of which dates, and which they are not.
    """

    totals: pd.DataFrame
    rows: pd.DataFrame
    changes: pd.DataFrame
    level: float
    count: str = ""

    def panel(self) -> pd.DataFrame:
        """Return the change of the fixed panel as a whole: one row per pair of years."""
        rows = self.changes
        return rows[rows["destination"].eq("all") & rows["what"].eq("in both")].reset_index(
            drop=True
        )

    @checked
    def since_last(self, year: PositiveInt | None = None) -> pd.DataFrame:
        """Return the rows of a year beside those of the year before, and what changed.

        Parameters
        ----------
        year
            A year of the series but the first; None (the default) for the last.

        Returns
        -------
        pandas.DataFrame
            One row per ``destination`` and ``group`` with a figure in one of the two years: ``year``,
            ``mean``, ``lower``, ``upper``, ``last_year``, ``last_mean``, ``last_lower``,
            ``last_upper``, ``change``, ``change_lower``, ``change_upper`` (persons), and ``what``, as
            in `changes`. The interval of a change is from the draws that both years share; a change is
            NaN where the two figures cannot be compared, and ``what`` says why. Where a part of a row
            can be compared, the change is of that part, and ``what`` has both words, joined by commas.

        Raises
        ------
        InputError
            If the year is none of the series, or its first.

        Examples
        --------
        >>> cases = [gc.load_edition(name).restrict(["TCD"]) for name in ("2024", "2025")]
        >>> rows = gc.series(cases, draws=200, by_cause=False).since_last()
        >>> rows[["destination", "group", "last_year", "what"]].to_numpy().tolist()
        [['TCD', 'other', 2024, 'in both'], ['TCD', 'protection', 2024, 'in both']]
        """
        years = sorted(int(x) for x in self.rows["year"].unique())
        year = years[-1] if year is None else year
        if year not in years[1:]:
            raise InputError(
                f"year must be one of {', '.join(map(str, years[1:]))}, which have a year before "
                f"them: got {year}"
            )
        last_year = years[years.index(year) - 1]
        moved = self.changes[self.changes["to"].eq(year) & self.changes["destination"].ne("all")]
        of_cell = moved.groupby(CELL)
        ends = {"change": "change", "lower": "change_lower", "upper": "change_upper"}
        table = of_cell[list(ends)].first().rename(columns=ends)  # one row of a cell has a change
        table["what"] = of_cell["what"].agg(lambda words: ", ".join(dict.fromkeys(words)))
        for prefix, of in (("last_", last_year), ("", year)):
            rows = self.rows[self.rows["year"].eq(of)].set_index(CELL)[["mean", "lower", "upper"]]
            table = table.join(rows.add_prefix(prefix))
        table = table.reset_index().assign(year=year, last_year=last_year)
        return table[list(SINCE_LAST)]


@checked
def series(
    cases: Iterable[Case],
    *,
    regional_plans: Iterable[RegionalPlans] = (),
    draws: PositiveInt = DEFAULT_DRAWS,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    level: Probability = DEFAULT_LEVEL,
    by_cause: bool = True,
) -> YearSeries:
    r"""Estimate several years as one series, and say what moved between them.

    Parameters
    ----------
    cases
        One case per year, of different years and with the same assumptions; a series takes the stocks
        of one revision (`gecam.load_editions`).
    regional_plans
        Of the same years (`gecam.load_regional_plans`): totals, rows and changes then hold the people
        whom country plans leave to regional plans (`gecam.complete_estimates`); none by default.
    draws, seed, scope
        As in `gecam.estimate`. What two years share is one draw in the change between them: the odds
        ratio, the errors of the stock and its revision, refugees inside the stock, the reading of a
        scope that was not found, the share in need of refugees by the rule of plans, and of regional
        plans their share and the factor on a host's register. The error of each year's number in need,
        and of a published share, is its own.
    level
        Level of the intervals, in (0, 1).
    by_cause
        Whether to divide changes among their causes: some seconds for each pair of years.

    Returns
    -------
    YearSeries
        Totals and rows by year; changes of a fixed panel, with intervals and causes.

    Raises
    ------
    InputError
        If there are fewer than two cases, two are of one year, or their assumptions differ.

    Notes
    -----
    The interval of a change is that of the difference of the draws of two years. Causes are Shapley
    values (`shapley_difference`): the mean change when one kind of input is replaced by that of the
    later year, over all orders in which they can be. A difference between two definitions is no change
    of the world: it stands in ``scope`` or in cells without a change. Overlaps, where a country has
    several crises, are taken anew in every mixture.

    References
    ----------
    .. [1] Shapley (1953). A value for n-person games. *Annals of Mathematics Studies* 28: 307-317.

    Examples
    --------
    >>> cases = [gc.load_edition(name).restrict(["SDN", "TCD"]) for name in ("2024", "2025")]
    >>> found = gc.series(cases, draws=200)
    >>> found.totals["year"].unique().tolist(), found.panel()["what"].tolist()
    ([2024, 2025], ['in both'])
    """
    by_year = _by_year(cases)
    regional = _of_same_years(regional_plans, by_year)
    answered = [
        answered_year(
            case, estimate(case, draws=draws, seed=seed, scope=scope, level=level),
            regional.get(year),
        )
        for year, case in by_year.items()
    ]  # fmt: skip
    changes = [
        year_changes(old, new, level=level, by_cause=by_cause) for old, new in pairwise(answered)
    ]
    return YearSeries(
        pd.concat([_totals(year) for year in answered], ignore_index=True),
        pd.concat([_rows(year) for year in answered], ignore_index=True),
        pd.concat(changes, ignore_index=True),
        level,
        count_sentence(
            answered[0].answer.measure, (d for x in answered for d in x.answer.about.dates)
        ),
    )


def _of_same_years(
    plans: Iterable[RegionalPlans], cases: Iterable[int]
) -> dict[int, RegionalPlans]:
    """Return regional plans by year; refuse those of other years."""
    by_year, years = {of_year.year: of_year for of_year in plans}, list(cases)
    if by_year and set(by_year) != set(years):
        raise InputError(
            f"regional_plans must be of the years of the cases, {years}: got {sorted(by_year)}"
        )
    return by_year


def _totals(year: AnsweredYear) -> pd.DataFrame:
    """Return the world totals of a year."""
    if year.complete is None:
        return _of_year(year.year, year.answer.total().summary(), ["total"])
    return _of_year(year.year, year.complete.headline().summary(), ["total"])


def _rows(year: AnsweredYear) -> pd.DataFrame:
    """Return the rows of a year by country and group."""
    of_year = year.answer if year.complete is None else year.complete
    return _of_year(year.year, of_year.by("destination", "group").summary(), [*CELL, "status"])


def _by_year(cases: Iterable[Case]) -> dict[int, Case]:
    """Return the cases by year, in order; refuse what makes no series."""
    dated = ((case.crises[0].reference_date.year, case) for case in cases)  # a case has one year
    given = sorted(dated, key=lambda pair: pair[0])
    years = [year for year, _ in given]
    if len(given) < 2 or len(set(years)) < len(years):
        raise InputError(f"a series needs cases of at least two different years: got {years}")
    if len({str(canonical(case.assumptions)) for _, case in given}) > 1:
        raise InputError("the cases of a series need the same assumptions; these differ.")
    return dict(given)


def _of_year(year: int, summary: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Return some columns of a summary, after the year."""
    table = summary[[*labels, "mean", "lower", "upper", "odds_ratio_1", "cv", "mcse"]].copy()
    table.insert(0, "year", year)
    return table
