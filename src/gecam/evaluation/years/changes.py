"""What moved from one year to the next: changes of a fixed panel, their intervals and their causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, get_args

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, Probability
from gecam.errors import InputError
from gecam.estimation import (
    canonical,
    complete_estimates,
    destination_plan,
    draw_destination,
    estimate,
)
from gecam.evaluation.alternatives.shapley_difference import shapley_difference
from gecam.evaluation.years.mixed_years import YEAR_CAUSES, CountryYear, mixed
from gecam.model import Case, Group, RegionalPlans
from gecam.results import SELECTIONS, CompleteEstimates, Estimates, RegionalCell
from gecam.uncertainty import DEFAULT_LEVEL, RenamedStreams, addresses

CELL = ["destination", "group"]
CHANGE_COLUMNS = [
    "from", "to", *CELL, "what", "old", "new", "change", "lower", "upper", *YEAR_CAUSES,
]  # fmt: skip
OF_COUNTRY_PLAN = ""
# A cell by country, group, and what defines its figure: country plans, or an origin and its basis.
Cell = tuple[str, Group, str]


@dataclass(frozen=True, eq=False)
class AnsweredYear:
    """The inputs of a year and its answer.

    Parameters
    ----------
    case, answer
        Inputs, and their estimate.
    complete
        The answer with people of regional plans; None without them.
    """

    case: Case
    answer: Estimates
    complete: CompleteEstimates | None = None

    @property
    def year(self) -> int:
        """Year of its crises."""
        return self.case.crises[0].reference_date.year

    def cells(self) -> dict[Cell, FloatArray]:
        """Return the draws of the cells that were estimated, persons."""
        rows = self.answer.by("destination", "group")
        labels = rows.labels.itertuples(index=False, name=None)
        draws = {
            (place, group, OF_COUNTRY_PLAN): row
            for (place, group), row, is_estimated in zip(
                labels, rows.draws, rows.is_estimated, strict=True
            )
            if is_estimated
        }
        return draws | regional_draws(self.complete)

    def shared(self) -> dict[Cell, FloatArray]:
        """Return the same with the draws that years share: an assumption is one draw over the years.

        The share in need of refugees where it is not published, by country; the share of a regional
        plan, and what its register and that of a host differ by.
        """
        n, streams = self.answer.draws.shape[1], self.answer.provenance.streams
        draws: dict[Cell, FloatArray] = {}
        for place in self.case.destinations:
            plan = destination_plan(self.case, place, self.answer.scope)
            names = {
                addresses.share_of_refugees(c.crisis.id, place): addresses.share_of_refugees(
                    "every year", place
                )
                for c in plan.crises
                if c.shares.protection is not None and c.shares.protection.is_by_rule_of_plans
            }
            unions = draw_destination(plan, RenamedStreams(streams, names), n).unions
            for group in get_args(Group):
                if (SELECTIONS[1], group) in unions:
                    draws[place, group, OF_COUNTRY_PLAN] = unions[SELECTIONS[1], group].draws
        return draws | regional_draws(self._complete_shared())

    def _complete_shared(self) -> CompleteEstimates | None:
        """Return the people of regional plans, drawn by addresses without the year."""
        if self.complete is None or self.complete.regional is None:
            return None
        names = {}
        for cell in self.complete.cells:
            plan = cell.crisis.partition("-")[2]
            place = cell.destination, cell.who
            names[addresses.regional_share(cell.crisis)] = addresses.regional_share(plan)
            if cell.basis == "register":
                own = addresses.regional_cell(cell.crisis, *place)
                names[own] = addresses.regional_cell(plan, *place)
        streams = RenamedStreams(self.answer.provenance.streams, names)
        return complete_estimates(self.answer, self.complete.regional, streams=streams)

    def factors(self) -> dict[Cell, tuple[float, float]]:
        """Return people present and share in need of the register cells of regional plans."""
        return {
            (cell.destination, cell.group, _definition(cell)): (cell.present, cell.share)
            for cell, _ in _in_crisis(self.complete)
            if cell.basis == "register"
        }


def _why_missing(case: Case, destination: str) -> str:
    """Return why a year has no figure of a cell that another year has."""
    if destination in case.destinations:
        return "other scope"
    silent = {c.id for c in case.crises} - {f.crisis for f in case.footprints}
    is_silent = any(destination in case.crisis(key).located_in for key in silent)
    return "not published" if is_silent else "other crises"


def _in_crisis(complete: CompleteEstimates | None) -> Iterator[tuple[RegionalCell, FloatArray]]:
    """Yield the cells of countries in crisis that regional plans have, with their draws."""
    if complete is not None:
        for cell, row in zip(complete.cells, complete.draws, strict=True):
            if cell.total == "country in crisis":
                yield cell, row


def regional_draws(complete: CompleteEstimates | None) -> dict[Cell, FloatArray]:
    """Return the draws of cells of regional plans in countries in crisis, persons.

    Parameters
    ----------
    complete
        Estimates with the people of regional plans; None without them.
    """
    draws: dict[Cell, FloatArray] = {}
    for cell, row in _in_crisis(complete):
        key = (cell.destination, cell.group, _definition(cell))
        draws[key] = draws[key] + row if key in draws else row
    return draws


def _definition(cell: RegionalCell) -> str:
    """Return what defines the figure of a cell: another one is no change of the world."""
    return f"{cell.origin} {cell.name} {cell.basis}"


@checked
def answered_year(
    case: Case, answer: Estimates, regional_plans: RegionalPlans | None = None
) -> AnsweredYear:
    """Return a year with its answer, for `year_changes`.

    Parameters
    ----------
    case, answer
        Inputs of one year, and their estimate.
    regional_plans
        Regional plans of the same year; None leaves their people out.
    """
    complete = None if regional_plans is None else complete_estimates(answer, regional_plans)
    return AnsweredYear(case, answer, complete)


@checked
def year_changes(
    old: AnsweredYear,
    new: AnsweredYear,
    *,
    level: Probability = DEFAULT_LEVEL,
    by_cause: bool = True,
) -> pd.DataFrame:
    """Return the changes of all cells from one year to another, and their sums.

    Parameters
    ----------
    old, new
        Two years, with the same assumptions, seed and number of draws.
    level
        Of the intervals, in (0, 1).
    by_cause
        True (the default) to divide changes among their causes, which takes some seconds; else False.

    Returns
    -------
    pandas.DataFrame
        As `YearSeries.changes`.
    """
    plain = old.cells(), new.cells()
    shared = old.shared(), new.shared()
    rows, panel = [], []
    for place, cells in _by_place(plain).items():
        row = {"from": old.year, "to": new.year, "destination": place[0], "group": place[1]}
        both = [cell for cell in cells if all(cell in of_year for of_year in plain)]
        if both:
            before, after = (np.sum([of_year[c] for c in both], axis=0) for of_year in plain)
            spread = np.sum([shared[1][c] - shared[0][c] for c in both], axis=0)
            panel.append((after - before, spread))
            means = {"old": float(before.mean()), "new": float(after.mean())}
            rows.append(row | {"what": "in both"} | means | _spread(*panel[-1], level))
        rows += [row | one for one in _one_year(plain, (old, new), place)]
    table = pd.DataFrame(rows, columns=CHANGE_COLUMNS)
    if by_cause:
        _divide(table, old, new)
    return pd.concat([table, _sums(table, panel, level)], ignore_index=True)


def _by_place(
    years: tuple[Mapping[Cell, FloatArray], Mapping[Cell, FloatArray]],
) -> dict[tuple[str, Group], list[Cell]]:
    """Return the cells of each country and group, sorted."""
    cells: dict[tuple[str, Group], list[Cell]] = {}
    for cell in sorted(set().union(*years)):
        cells.setdefault(cell[:2], []).append(cell)
    return cells


def _one_year(
    plain: tuple[Mapping[Cell, FloatArray], Mapping[Cell, FloatArray]],
    years: tuple[AnsweredYear, AnsweredYear],
    place: tuple[str, Group],
) -> Iterator[dict[str, str | float]]:
    """Yield the figures of a country's group that one of two years has alone, and why."""
    for name, i in (("old", 0), ("new", 1)):
        cells, others, missing = plain[i], plain[1 - i], years[1 - i]
        alone = [c for c in cells if c not in others and c[:2] == place]
        if alone:
            people = float(sum(cells[c].mean() for c in alone))
            yield {"what": _why_missing(missing.case, place[0]), name: people}


def _spread(change: FloatArray, shared: FloatArray, level: float) -> dict[str, float]:
    """Return the mean of a change, and its interval from the draws that years share."""
    ends = np.quantile(shared, [(1 - level) / 2, (1 + level) / 2]) - shared.mean() + change.mean()
    return {"change": float(change.mean()), "lower": float(ends[0]), "upper": float(ends[1])}


def _sums(
    table: pd.DataFrame, panel: list[tuple[FloatArray, FloatArray]], level: float
) -> pd.DataFrame:
    """Return the sums over cells of each kind; only the panel's is a change."""
    sums = []
    for what, part in table.groupby("what", sort=True):
        row = {"from": part["from"].iloc[0], "to": part["to"].iloc[0], "what": what}
        row |= {"destination": "all", "group": "all"}
        row |= {name: part[name].sum(min_count=1) for name in ("old", "new")}
        if what == "in both":
            plain, shared = (np.sum(draws, axis=0) for draws in zip(*panel, strict=True))
            row |= _spread(plain, shared, level)
            row |= {cause: part[cause].sum(skipna=False) for cause in YEAR_CAUSES}
        sums.append(row)
    return pd.DataFrame(sums, columns=CHANGE_COLUMNS)


def _divide(table: pd.DataFrame, old: AnsweredYear, new: AnsweredYear) -> None:
    """Fill in the causes of the changes of cells that both years have."""
    both = table["what"].eq("in both")
    regional = _regional_causes(old, new)
    for destination in table.loc[both, "destination"].unique():
        parts = _causes(old, new, destination)
        for i in table.index[both & table["destination"].eq(destination)]:
            cell = destination, str(table.at[i, "group"])
            of_plans = parts.get(cell[1])
            if of_plans is not None or cell in regional:
                of_plans = np.zeros(len(YEAR_CAUSES)) if of_plans is None else of_plans
                table.loc[i, list(YEAR_CAUSES)] = of_plans + regional.get(cell, 0.0)


def _regional_causes(old: AnsweredYear, new: AnsweredYear) -> dict[tuple[str, str], FloatArray]:
    """Return the causes of the changes of cells of regional plans, by country and group.

    A published figure moves by people in need; of people present by a register times a share, the
    register by migrants and the share by other data (Shapley values of the two).
    """
    before, after = regional_draws(old.complete), regional_draws(new.complete)
    factors, later = old.factors(), new.factors()
    causes: dict[tuple[str, str], FloatArray] = {}
    for cell in before.keys() & after.keys():
        change = float(after[cell].mean() - before[cell].mean())
        parts = dict.fromkeys(YEAR_CAUSES, 0.0)
        if cell in factors and cell in later:
            (people, share), (now, share_now) = factors[cell], later[cell]
            parts["migrants"] = (now - people) * (share + share_now) / 2
            parts["other data"] = change - parts["migrants"]
        else:
            parts["people in need"] = change
        key = cell[0], str(cell[1])
        causes[key] = causes.get(key, 0.0) + np.array(list(parts.values()))
    return causes


def _causes(
    old_year: AnsweredYear, new_year: AnsweredYear, destination: str
) -> Mapping[str, FloatArray]:
    """Return the Shapley value of each cause for the groups of one country; none if not possible."""
    if not all(destination in year.case.destinations for year in (old_year, new_year)):
        return {}
    old, new = (CountryYear.of(year.case, destination) for year in (old_year, new_year))
    options = old_year.answer.sampling | {"scope": old_year.answer.scope}
    names = _differing(old, new)
    values = _means_of_mixtures(old, new, names, options)
    if not values:
        return {}
    groups = sorted(set.intersection(*map(set, values.values())))
    if not names or not groups:
        return {group: np.zeros(len(YEAR_CAUSES)) for group in groups}
    split = shapley_difference(lambda on: [values[on][group] for group in groups], names)
    parts = pd.DataFrame(split.parts, index=list(names), columns=groups)
    parts = parts.reindex(list(YEAR_CAUSES), fill_value=0.0)
    return {group: parts[group].to_numpy(np.float64) for group in groups}


def _means_of_mixtures(
    old: CountryYear, new: CountryYear, names: Sequence[str], options: Mapping[str, Any]
) -> Mapping[frozenset[str], Mapping[str, float]]:
    """Return means by group with each subset of causes as of the later year; none if one cannot be."""
    subsets = [frozenset(x) for size in range(len(names) + 1) for x in combinations(names, size)]
    cases = {some: _mixture(old, new, some) for some in subsets}
    if None in cases.values():
        return {}
    return {some: _means(case, options) for some, case in cases.items() if case is not None}


def _means(case: Case, options: Mapping[str, Any]) -> dict[str, float]:
    """Return the mean of each group of a case of one country, persons."""
    cells = AnsweredYear(case, estimate(case, **options)).cells()
    return {group: float(draws.mean()) for (_, group, _), draws in cells.items()}


def _mixture(old: CountryYear, new: CountryYear, on: frozenset[str]) -> Case | None:
    """Return the inputs of two years mixed; None where they make no case together."""
    try:
        return mixed(old, new, on)
    except InputError:
        return None


def _differing(old: CountryYear, new: CountryYear) -> tuple[str, ...]:
    """Return the causes that change the inputs of a country at all."""
    nothing = canonical(mixed(old, new, frozenset()))
    mixtures = {cause: _mixture(old, new, frozenset({cause})) for cause in YEAR_CAUSES}
    return tuple(c for c, case in mixtures.items() if case is None or canonical(case) != nothing)
