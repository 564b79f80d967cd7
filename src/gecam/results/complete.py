"""Estimates with the people whom country plans leave to regional plans: three totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from gecam._signature import check_fields, checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.model import RegionalPlans, Source
from gecam.results.breakdown import Breakdown
from gecam.results.columns import FACTS
from gecam.results.estimates import SELECTIONS, Estimates
from gecam.results.facts import Facts
from gecam.results.followed_people import (
    CELL_LABELS,
    CellTotal,
    RegionalCell,
    facts_with_cells,
    followed_facts,
    followed_labels,
    followed_plan_facts,
)
from gecam.results.messages import Message, message
from gecam.results.read_only import make_read_only
from gecam.results.registered import registered_not_estimated, with_registered
from gecam.results.trace import SHOWN

CompleteTotal = Literal[
    "countries in crisis, complete", "all country-level plans",
    "countries in crisis and hosts of regional plans",
]  # fmt: skip
COMPLETE_TOTALS: tuple[CompleteTotal, ...] = get_args(CompleteTotal)
# Which cells each total adds to the country-level plans.
ADDED: Mapping[CompleteTotal, tuple[CellTotal, ...]] = {
    COMPLETE_TOTALS[0]: ("country in crisis",),
    COMPLETE_TOTALS[1]: (),
    COMPLETE_TOTALS[2]: ("country in crisis", "host country"),
}
PresentCount = Literal["register", "second reading"]
PlaceDimension = Literal["destination", "origin", "group", "region", "subregion"]
PLACE_DIMENSIONS: tuple[PlaceDimension, ...] = get_args(PlaceDimension)
# Cells by where their host stands: in a country in crisis, or in a country without a country plan.
CELL_ROWS: Mapping[str, bool] = {"regional_in_crisis": True, "regional_hosts": False}
PLAN_ROWS = "regional_plan"  # breakdown of the plans themselves


@dataclass(frozen=True, eq=False)
class CompleteEstimates:
    """Estimates, and beside them the people whom regional plans follow: each person in one cell.

    Parameters
    ----------
    estimates
        The answer of country-level plans; nothing in it is changed.
    cells
        People of regional plans, by plan, host, origin and group.
    draws
        Persons, shape ``(cell, draw)``; NaN rows for cells that the country plan has, and for those
        without a figure. The same draw as in `estimates`.
    plans
        One row per regional plan: ``crisis``, ``plan``, ``published`` (refugees and migrants in need,
        persons, NaN where not published), ``by_country`` (mean of its cells), ``not_by_country``.
    regional
        The regional plans that the cells were made from; None where they are not at hand.
    config_sha256
        Hash of everything that went in: the case and the run, and the regional plans.
    present
        Whose count of the people present it rests on, as in `gecam.complete_estimates`.
    """

    estimates: Estimates
    cells: tuple[RegionalCell, ...]
    draws: FloatArray
    plans: pd.DataFrame
    regional: RegionalPlans | None = None
    config_sha256: str = ""
    present: PresentCount = "register"

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "draws")

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where the regional plans come from; empty where they are not at hand."""
        return () if self.regional is None else self.regional.sources

    def drawn_cells(self) -> Iterator[tuple[RegionalCell, FloatArray]]:
        """Yield the cells that are added to a total, each with its draws, shape ``(draw,)``."""
        for cell, draws in zip(self.cells, self.draws, strict=True):
            if not np.isnan(draws[0]):
                yield cell, draws

    def totals(self) -> Breakdown:
        """Return the three totals: countries in crisis, complete; country-level plans; with hosts.

        The first answers how many migrants are in need in the countries in crisis. The second is
        `Estimates.total`, of which the first adds what country plans leave to regional plans. The
        third adds people in need in countries without a country plan, because of the crisis that
        they fled: another estimand.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
        >>> totals = gc.complete_estimates(est, gc.load_regional_plans("2022")).totals()
        >>> for total in totals.summary()["total"]:
        ...     print(total)
        countries in crisis, complete
        all country-level plans
        countries in crisis and hosts of regional plans
        """
        base = self.estimates.total().row(total=SELECTIONS[1])
        rows = [self._row(total, base) for total in COMPLETE_TOTALS]
        return Breakdown.of(
            self.estimates, pd.DataFrame({"total": list(COMPLETE_TOTALS)}),
            np.stack([draws for draws, _ in rows]), (facts for _, facts in rows), is_additive=False,
        )  # fmt: skip

    def __str__(self) -> str:
        """Return the answer as a table of 80 columns: the three totals first."""
        from gecam.results.shown.printing import answer_text

        return answer_text(self.estimates, total=self.headline())

    def __repr__(self) -> str:
        """Return one line: the plans and cells."""
        cells = f"{len(self.cells)} cells of {len(self.plans)} regional plans"
        return f"CompleteEstimates({cells}, {self.estimates!r})"

    def _repr_html_(self) -> str:
        from gecam.results.shown.notebook_view import estimates_html

        return estimates_html(self.estimates, self.headline())

    def headline(self) -> Breakdown:
        """Return the rows of a headline: the three totals, and country plans alone beside the second.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
        >>> rows = gc.complete_estimates(est, gc.load_regional_plans("2022")).headline()
        >>> rows.summary()["total"].tolist()[1:3]
        ['all country-level plans', 'country plans']
        """
        return _below(self.totals(), self.estimates.total().row(total=SELECTIONS[0]), at=2)

    @checked
    def by(self, *dimensions: PlaceDimension) -> Breakdown:
        """Return people in the countries in crisis, complete, along some dimensions.

        Parameters
        ----------
        *dimensions
            ``destination``, ``origin``, ``group``, ``region``, ``subregion``, in any combination.

        Returns
        -------
        Breakdown
            Rows that add to the total *countries in crisis, complete*: those of `Estimates.by`, and
            people of regional plans in the same countries, added draw by draw. Registered people of an
            origin who are in neither have a row with the reason.

        Raises
        ------
        InputError
            If there is no dimension, or one is given twice.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=400, seed=1)
        >>> complete = gc.complete_estimates(est, gc.load_regional_plans("2022"))
        >>> rows = complete.by("origin", "destination").summary()
        >>> rows.set_index(["origin", "destination"]).loc[("VEN", "COL"), "status"]
        'estimated'
        """
        if not dimensions or len(set(dimensions)) < len(dimensions):
            raise InputError(
                f"dimensions must be different words of {', '.join(PLACE_DIMENSIONS)}: "
                f"got {dimensions}"
            )
        est = self.estimates
        base = est.rows_of_plans(dimensions)
        added = [i for i, cell in enumerate(self.cells) if cell.total == "country in crisis"]
        of_row = defaultdict[tuple[str, ...], list[int]](list)
        for i in added:
            of_row[tuple(followed_labels(self.cells[i])[name] for name in dimensions)].append(i)
        rows = _with_keys(base, sorted(of_row))
        draws, facts = np.array(rows.draws), rows.facts.to_dict("records")
        position = {key: i for i, key in enumerate(rows.labels.itertuples(index=False, name=None))}
        for key, cells in of_row.items():
            at = position[key]
            draws[at] = np.nansum([draws[at], self.draws[cells].sum(axis=0)], axis=0)
            facts[at] |= facts_with_cells(
                facts[at], [self.cells[i] for i in cells], self._plans_of(cells)
            )
        rows = replace(rows, draws=draws, facts=pd.DataFrame(facts, columns=list(FACTS)))
        return with_registered(rows, self._left_over()) if "origin" in dimensions else rows

    @checked
    def by_cell(self, *, in_crisis: bool) -> Breakdown:
        """Return people of regional plans by plan, host, origin, group and name.

        Parameters
        ----------
        in_crisis
            True for cells in countries in crisis, which add to what the first total adds to the second;
            False for cells in countries without a country plan, which the third adds to the first.

        Returns
        -------
        Breakdown
            One row per cell. One that a country plan has is not estimated again: its status is
            ``in_country_plan``.
        """
        est = self.estimates
        countries = {place for place, _ in est.places}
        which = [i for i, c in enumerate(self.cells) if (c.destination in countries) == in_crisis]
        cells = [self.cells[i] for i in which]
        rows = [[getattr(cell, name) for name in CELL_LABELS] for cell in cells]
        labels = pd.DataFrame(rows, columns=list(CELL_LABELS), dtype=object)
        return Breakdown.of(est, labels, self.draws[which], map(followed_facts, cells))

    def by_plan(self) -> Breakdown:
        """Return regional plans with what they publish of refugees and migrants, as a figure beside.

        Returns
        -------
        Breakdown
            One row per plan (``crisis``), without draws: ``published``, and in its reason how many of
            them stand by country, and how many not.
        """
        rows = self.plans.to_dict("records")
        return Breakdown(
            pd.DataFrame({"crisis": list(self.plans["crisis"])}, dtype=object),
            np.full((len(rows), self.draws.shape[1]), np.nan),
            pd.DataFrame([followed_plan_facts(row) for row in rows], columns=list(FACTS)),
            is_additive=False,
            level=self.estimates.level,
        )

    def table(self) -> pd.DataFrame:
        """Return one row per cell: its fields, and ``lower`` and ``upper`` of its interval, persons."""
        fields = RegionalCell.__dataclass_fields__
        rows = pd.DataFrame(
            [{name: getattr(cell, name) for name in fields} for cell in self.cells],
            columns=list(fields),
        )
        rows["flags"] = [" ".join(cell.flags) for cell in self.cells]
        tail = (1 - self.estimates.level) / 2
        ends = np.full((2, len(rows)), np.nan)
        drawn = ~np.isnan(self.draws[:, 0])
        if drawn.any():
            ends[:, drawn] = np.quantile(self.draws[drawn], [tail, 1 - tail], axis=1)
        return rows.assign(lower=ends[0], upper=ends[1])

    def _row(self, total: CompleteTotal, base: Breakdown) -> tuple[FloatArray, Facts]:
        """Return draws and facts of a total: of all country-level plans, with what it adds."""
        added = [i for i, cell in enumerate(self.cells) if cell.total in ADDED[total]]
        facts = dict(base.facts.iloc[0])
        if not added:
            return base.draws[0], facts
        draws = np.nansum([base.draws[0], self.draws[added].sum(axis=0)], axis=0)
        cells = [self.cells[i] for i in added]
        said = message("REGIONAL_PLANS_ADDED", added=_listed(cells), left=self._left())
        return draws, facts | facts_with_cells(facts | {"reason": ""}, cells, said)

    def _left(self) -> str:
        """Return the countries with a group that no country-level plan estimates."""
        cells = self.estimates.cells
        left = {cell.destination for cell in cells if cell.status not in SHOWN and cell.stock > 0}
        return ", ".join(sorted(left)) or "none"

    def _left_over(self) -> pd.DataFrame:
        """Return registered people in countries in crisis who are in no total."""
        est = self.estimates
        left = registered_not_estimated(est.case, est.cells, est.scope)
        inside = {(c.origin, c.destination) for c in self.cells if c.total == "country in crisis"}
        is_in = [pair in inside for pair in zip(left["origin"], left["destination"], strict=True)]
        return left[~np.array(is_in, dtype=bool)]

    def _plans_of(self, cells: Sequence[int]) -> Message:
        """Return a message that names the plans of some cells."""
        names = dict.fromkeys(self.cells[i].plan for i in cells)
        return message("REGIONAL_CELLS", plans=", ".join(names))


def _with_keys(rows: Breakdown, keys: Sequence[tuple[str, ...]]) -> Breakdown:
    """Return rows, and below them those of some labels that are not there yet, without an estimate."""
    there = set(rows.labels.itertuples(index=False, name=None))
    new = [key for key in keys if key not in there]
    if not new:
        return rows
    empty = Breakdown(
        pd.DataFrame(new, columns=list(rows.labels.columns), dtype=object),
        np.full((len(new), rows.draws.shape[1]), np.nan),
        pd.DataFrame([dict(FACTS)] * len(new), columns=list(FACTS)),
    )
    return _below(rows, empty, at=len(rows))


def _below(rows: Breakdown, others: Breakdown, *, at: int) -> Breakdown:
    """Return rows with others put in at a position."""

    def joined(name: str) -> pd.DataFrame:
        whole, part = getattr(rows, name), getattr(others, name)
        return pd.concat([whole.iloc[:at], part, whole.iloc[at:]], ignore_index=True)

    return replace(
        rows, labels=joined("labels"), facts=joined("facts"),
        draws=np.insert(rows.draws, at, others.draws, axis=0),
    )  # fmt: skip


def _listed(cells: Sequence[RegionalCell]) -> str:
    """Return the host countries of some cells, each once."""
    return ", ".join(sorted({cell.destination for cell in cells}))
