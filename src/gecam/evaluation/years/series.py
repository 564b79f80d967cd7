"""One series over years: totals, rows, and the change from one year to the next with its causes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Array, FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import canonical, estimate
from gecam.evaluation.alternatives.shapley_difference import shapley_difference
from gecam.evaluation.years.mixed_years import YEAR_CAUSES, CountryYear, mixed
from gecam.model import Case
from gecam.results import Estimates, Scope

CELL = ["destination", "group"]
CHANGE_COLUMNS = [
    "from", "to", *CELL, "what", "old", "new", "change", "lower", "upper", *YEAR_CAUSES,
]  # fmt: skip


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
    """

    totals: pd.DataFrame
    rows: pd.DataFrame
    changes: pd.DataFrame
    level: float

    def panel(self) -> pd.DataFrame:
        """Return the change of the fixed panel as a whole: one row per pair of years."""
        rows = self.changes
        return rows[rows["destination"].eq("all") & rows["what"].eq("in both")].reset_index(
            drop=True
        )


@checked
def series(
    cases: Iterable[Case],
    *,
    draws: PositiveInt = 10_000,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    level: Probability = 0.9,
    by_cause: bool = True,
) -> YearSeries:
    r"""Estimate several years as one series, and say what moved between them.

    Parameters
    ----------
    cases
        One case per year, of different years and with the same assumptions; a series takes the stocks
        of one revision (`gecam.load_editions`).
    draws, seed, scope
        As in `gecam.estimate`. What two years share has the same draws in both: the odds ratio, the
        errors of the stock and its revision, refugees inside the stock, and the reading of a scope
        that was not found. The error of each year's number in need, and a share of refugees in need
        that is not published, are its own.
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

    Examples
    --------
    >>> cases = [gc.load_edition(name).restrict(["SDN", "TCD"]) for name in ("2024", "2025")]
    >>> found = gc.series(cases, draws=200)
    >>> found.totals["year"].unique().tolist(), found.panel()["what"].tolist()
    ([2024, 2025], ['in both'])
    """
    by_year = _by_year(cases)
    answers = {
        year: estimate(case, draws=draws, seed=seed, scope=scope, level=level)
        for year, case in by_year.items()
    }
    totals = [
        _of_year(year, answer.total().summary(), ["total"]) for year, answer in answers.items()
    ]
    rows = [
        _of_year(year, answer.by("destination", "group").summary(), [*CELL, "status"])
        for year, answer in answers.items()
    ]
    changes = [
        _changes(
            {year: by_year[year] for year in pair}, {year: answers[year] for year in pair},
            level, by_cause=by_cause,
        )
        for pair in pairwise(answers)
    ]  # fmt: skip
    return YearSeries(
        pd.concat(totals, ignore_index=True),
        pd.concat(rows, ignore_index=True),
        pd.concat(changes, ignore_index=True),
        level,
    )


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


def _changes(
    cases: Mapping[int, Case], answers: Mapping[int, Estimates], level: float, *, by_cause: bool
) -> pd.DataFrame:
    """Return the changes of all cells from one year to the next, and their sums."""
    (first, old_case), (last, new_case) = cases.items()
    old, new = (_draws(answer) for answer in answers.values())
    rows, panel = [], []
    for cell in sorted({*old, *new}):
        row = {"from": first, "to": last, **dict(zip(CELL, cell, strict=True))}
        row["old"] = float(old[cell].mean()) if cell in old else np.nan
        row["new"] = float(new[cell].mean()) if cell in new else np.nan
        if cell in old and cell in new:
            panel.append(new[cell] - old[cell])
            rows.append(row | {"what": "in both"} | _spread(panel[-1], level))
        else:
            missing = old_case if cell in new else new_case
            rows.append(row | {"what": _why_missing(missing, cell[0])})
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    if by_cause:
        _divide(table, old_case, new_case, next(iter(answers.values())))
    return pd.concat([table, _sums(table, panel, level)], ignore_index=True)


def _divide(table: pd.DataFrame, old_case: Case, new_case: Case, answer: Estimates) -> None:
    """Fill in the causes of the changes of cells that both years have."""
    both = table["what"].eq("in both")
    for destination in table.loc[both, "destination"].unique():
        parts = _causes(old_case, new_case, destination, answer)
        for group, of_group in parts.items():
            cell = both & table["destination"].eq(destination) & table["group"].eq(group)
            table.loc[cell, list(YEAR_CAUSES)] = of_group


def _draws(answer: Estimates) -> dict[tuple[str, str], FloatArray]:
    """Return the draws of the cells that were estimated."""
    rows = answer.by(*CELL)  # type: ignore[arg-type]
    cells: Array = rows.labels[CELL].to_numpy()
    return {
        (str(place), str(group)): draws
        for (place, group), draws, is_estimated in zip(
            cells, rows.draws, rows.is_estimated, strict=True
        )
        if is_estimated
    }


def _spread(change: FloatArray, level: float) -> dict[str, float]:
    """Return the mean of a change and its interval."""
    ends = np.quantile(change, [(1 - level) / 2, (1 + level) / 2])
    return {"change": float(change.mean()), "lower": float(ends[0]), "upper": float(ends[1])}


def _why_missing(case: Case, destination: str) -> str:
    """Return why a year has no figure of a cell that the other year has."""
    if destination in case.destinations:
        return "other scope"
    silent = {c.id for c in case.crises} - {f.crisis for f in case.footprints}
    is_silent = any(destination in case.crisis(key).located_in for key in silent)
    return "not published" if is_silent else "other crises"


def _sums(table: pd.DataFrame, panel: list[FloatArray], level: float) -> pd.DataFrame:
    """Return the sums over cells of each kind; only the panel's is a change."""
    sums = []
    for what, part in table.groupby("what", sort=True):
        row = {"from": part["from"].iloc[0], "to": part["to"].iloc[0], "what": what}
        row |= {"destination": "all", "group": "all"}
        row |= {name: part[name].sum(min_count=1) for name in ("old", "new")}
        if what == "in both":
            row |= _spread(np.sum(panel, axis=0), level)
            row |= {cause: part[cause].sum(skipna=False) for cause in YEAR_CAUSES}
        sums.append(row)
    return pd.DataFrame(sums, columns=CHANGE_COLUMNS)


def _causes(
    old_case: Case, new_case: Case, destination: str, answer: Estimates
) -> dict[str, FloatArray]:
    """Return the Shapley value of each cause for the groups of one country; NaN if not possible."""
    old, new = (CountryYear.of(case, destination) for case in (old_case, new_case))
    options = answer.sampling | {"scope": answer.scope}
    names = _differing(old, new)
    values: dict[frozenset[str], dict[str, float]] = {}
    for size in range(len(names) + 1):
        for some in map(frozenset, combinations(names, size)):
            try:
                answered = estimate(mixed(old, new, some), **options)
            except InputError:
                return {}
            values[some] = {group: float(x.mean()) for (_, group), x in _draws(answered).items()}
    groups = sorted(set.intersection(*map(set, values.values())))
    if not names or not groups:
        return {group: np.zeros(len(YEAR_CAUSES)) for group in groups}
    split = shapley_difference(lambda on: [values[on][group] for group in groups], names)
    parts = pd.DataFrame(split.parts, index=list(names), columns=groups)
    parts = parts.reindex(list(YEAR_CAUSES), fill_value=0.0)
    return {group: parts[group].to_numpy(np.float64) for group in groups}


def _differing(old: CountryYear, new: CountryYear) -> tuple[str, ...]:
    """Return the causes that change the inputs of a country at all."""
    nothing = canonical(mixed(old, new, frozenset()))
    differing = []
    for cause in YEAR_CAUSES:
        try:
            is_same = canonical(mixed(old, new, frozenset({cause}))) == nothing
        except InputError:
            is_same = False
        if not is_same:
            differing.append(cause)
    return tuple(differing)
