"""Estimates: the answer of one run, and the ways to read it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast, get_args

import numpy as np
import pandas as pd

from gecam._arguments import MEMORY_BUDGET
from gecam._once import without_derived
from gecam._signature import check_fields, checked
from gecam._typing import (
    FloatArray,
    IntArray,
    Positive,
    Probability,
    Share,
)
from gecam.aggregation import Composition
from gecam.codes import BORDER_CHANGE, region, subregion
from gecam.errors import InputError, caller_level
from gecam.model import ATTRIBUTES, Assumptions, Case, Crisis, Group, Measure, Source
from gecam.results.columns import GROUP_WORDS, Dimension
from gecam.results.read_only import make_read_only
from gecam.results.trace import SHOWN, EstimationCell, Overlap, PlanRow, Provenance
from gecam.uncertainty import IntervalKind

if TYPE_CHECKING:
    import xarray

    from gecam.aggregation import NestedShares
    from gecam.results.about import AboutAnswer
    from gecam.results.breakdown import Breakdown
    from gecam.results.facts import Facts
    from gecam.results.origin_rows import OriginRows

T = TypeVar("T")
Scope = Literal["all", "excluding_refugees", "excluding_border_changes", "union", "micic"]
OriginDraws = Literal["auto", "corridor", "interval", "sampled"]
Selection = Literal["country plans", "all country-level plans"]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)
BORDER_PART = "in countries whose borders changed"
PLACES: tuple[Dimension, ...] = ("destination", "group", "region", "subregion")


@dataclass(frozen=True, eq=False)
class PeopleInAnyCrisis:
    """People in at least one crisis, by place, for one selection of plans.

    Parameters
    ----------
    draws
        Persons, shape ``(place, draw)``; NaN rows where nothing could be estimated.
    odds_ratio_1, sum_of_crises
        Shape ``(place,)``: the deterministic figure, and the mean of the sum over crises.
    cells
        Per place: positions of the cells it stands for.
    """

    draws: FloatArray
    odds_ratio_1: FloatArray
    sum_of_crises: FloatArray
    cells: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        make_read_only(self, "draws", "odds_ratio_1", "sum_of_crises")


@dataclass(frozen=True, eq=False)
class Estimates:
    """Crisis-affected migrants of one case: estimation cells, their draws, and what they rest on.

    An estimation cell is one crisis in one destination for one group (``protection`` or ``other``).
    Country, region and world figures add people who are in at least one crisis, draw by draw.
    Everything here answers from what the object holds; questions that need another run are
    functions of the package (`gecam.explain`, `gecam.scenario`).

    Parameters
    ----------
    cells
        The facts of each cell, sorted by id; cells that could not be estimated are among them.
    draws
        Persons, shape ``(cell, draw)``, read-only; NaN rows where not estimated.
    unions
        Per selection of plans: people in at least one crisis, by place.
    places
        The destination and group of each row of `unions`.
    compositions
        Per destination and group: published shares of origin and sex, with their noise.
    plans
        Plans that are not a country's, as published.
    overlaps
        What happened where a destination has more than one crisis.
    crises
        All crises of the case, with names and relations.
    scope, measure
        What was estimated.
    level
        Default level of intervals.
    assumptions, sources, provenance
        What the numbers rest on.
    ages
        By destination and group: shares of ages within each sex among the affected; empty unless
        they were added (`gecam.with_ages`). They are not stored.
    case
        The inputs, for questions that need another run; None where they are not at hand (an answer
        that was read from a database).
    """

    cells: tuple[EstimationCell, ...]
    draws: FloatArray
    unions: Mapping[Selection, PeopleInAnyCrisis]
    places: tuple[tuple[str, Group], ...]
    compositions: Mapping[tuple[str, Group], Composition]
    plans: tuple[PlanRow, ...]
    overlaps: tuple[Overlap, ...]
    crises: tuple[Crisis, ...]
    scope: Scope
    measure: Measure
    level: float
    assumptions: Assumptions
    sources: tuple[Source, ...]
    provenance: Provenance
    case: Case | None = None
    ages: Mapping[tuple[str, Group], NestedShares] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the draws read-only."""
        check_fields(self)
        make_read_only(self, "draws")

    @property
    def sampling(self) -> dict[str, Any]:
        """Options of `gecam.estimate` that draw the same random numbers again.

        Examples
        --------
        >>> case = gc.load_edition("2022").restrict(["TCD"])
        >>> gc.estimate(case, draws=400, seed=1).sampling
        {'draws': 400, 'seed': 1, 'sampler': 'latin'}
        """
        return self.provenance.sampling

    @cached_property
    def place_labels(self) -> pd.DataFrame:
        """Labels of `places`: ``destination``, ``group``, ``region``, ``subregion``."""
        rows = [(place, group, region(place), subregion(place)) for place, group in self.places]
        return pd.DataFrame(rows, columns=list(PLACES), dtype=object)

    __getstate__ = without_derived

    # -- reading ---------------------------------------------------------------------------------

    def total(self) -> Breakdown:
        """Return the two world totals: country plans only, and all country-level plans.

        The second applies the relations between plans (a flash appeal that replaces a country plan,
        plans that overlap). They are two answers to two questions; adding them would be wrong.

        Examples
        --------
        >>> est = gc.estimate(gc.load_edition("2022"), draws=200, seed=1)
        >>> est.total().summary()["total"].tolist()
        ['country plans', 'all country-level plans']
        """
        rows = [self._place_row(np.arange(len(self.places)), s) for s in SELECTIONS]
        labels = pd.DataFrame({"total": list(SELECTIONS)})
        return self._breakdown(labels, rows, is_additive=False)

    def parts(self) -> Breakdown:
        """Return parts of the second world total: by group, and countries whose borders changed.

        How many of these were born beyond the border: `gecam.results.beyond_borders`.
        """
        groups = np.array([group for _, group in self.places], dtype=object)
        border = np.array([place in BORDER_CHANGE for place, _ in self.places], dtype=bool)
        masks = {
            **{words: groups == group for group, words in GROUP_WORDS.items()},
            BORDER_PART: border,
        }
        rows = [self._place_row(np.flatnonzero(x), SELECTIONS[1]) for x in masks.values()]
        return self._breakdown(pd.DataFrame({"part": list(masks)}), rows, is_additive=False)

    @checked
    def by(
        self,
        *dimensions: str | Sequence[str],
        draws: OriginDraws = "auto",
        memory_budget: Positive = MEMORY_BUDGET,
        executor: Executor | None = None,
    ) -> Breakdown:
        """Return the answer along some dimensions.

        Parameters
        ----------
        *dimensions
            ``crisis``, ``destination``, ``group``, ``origin``, ``sex``, ``age`` (after
            `gecam.with_ages`), ``region``, ``subregion`` (UN M49), in any combination, one by one or
            as a list; ``crisis`` goes with ``destination`` and ``group`` only.
        draws
            How rows by ``origin`` or ``sex`` are known (others, and those by ``age``, have draws):
            ``corridor``, by draws, coherent with all others; ``interval``, by their moments and
            quantiles, without draws; ``sampled``, by statistics of draws that are made one
            destination at a time and not kept; ``auto``, ``corridor`` up to 2,000 origins of
            destinations and groups, else ``interval``.
        memory_budget
            Most bytes that draws may take.
        executor
            Where destinations are drawn for ``sampled``; None for this process.

        Returns
        -------
        Breakdown
            With ``crisis``: one row per crisis, those that are not estimated or not added included,
            and plans that span countries; rows of overlapping crises do not add. Otherwise people
            in at least one crisis of all country-level plans; these rows add to the total. Origins
            differ only through who lives where and who is a refugee: they are not origin-specific
            risks. Rows by origin or sex are sorted by their labels, whatever `draws`. People of an
            origin whom UNHCR registers where refugees have no estimate keep
            their row: not estimated, with the reason, the flag ``REGISTERED_NOT_ESTIMATED`` and
            their number under ``published``; it stands beside the estimate of others of the row,
            and is not added.

        Raises
        ------
        InputError
            If a dimension is unknown, the combination is not offered, or the draws do not fit.
        """
        from gecam.results.shown.selecting import dimension_words

        words = dimension_words(*dimensions)
        if "crisis" in words:
            return self._by_crisis(words)
        if not {"origin", "age", *ATTRIBUTES}.isdisjoint(words):
            from gecam.results.registered import with_registered  # not needed where nobody asks

            rows = self._origins.by(words, draws, memory_budget, executor)
            rows = replace(rows, about=self.about)
            return with_registered(rows, self._origins.left) if "origin" in words else rows
        return self._by_place(words)

    @property
    def attributes(self) -> tuple[Dimension, ...]:
        """What divides the people of an origin: sex, and what its stock has beside it."""
        divided = {name for part in self.compositions.values() for name in part.attributes}
        names = (n for n, x in ATTRIBUTES.items() if x.unset is None or n in divided)
        return tuple(cast("Iterator[Dimension]", names))

    def rows_of_plans(self, dimensions: Sequence[Dimension]) -> Breakdown:
        """Return the rows of `by` with draws, before it is said who of an origin is not estimated.

        Parameters
        ----------
        dimensions
            Of ``destination``, ``group``, ``origin``, ``region``, ``subregion``; not empty.
        """
        if "origin" in dimensions:
            rows = self._origins.by(dimensions, "corridor", MEMORY_BUDGET, None)
            return replace(rows, about=self.about)
        return self.by(*dimensions)

    @checked
    def summary(
        self, *, level: Probability | None = None, kind: IntervalKind = "eti"
    ) -> pd.DataFrame:
        """Return one row per cell; see `Breakdown.summary` for the columns.

        Parameters
        ----------
        level
            Level of the interval, in (0, 1); that of the estimates by default.
        kind
            ``eti`` (equal tails) or ``hdi`` (highest density).
        """
        return self.by("crisis", "destination", "group").summary(level=level, kind=kind)

    @checked
    def conf_int(
        self,
        level: Probability | None = None,
        *,
        kind: IntervalKind = "eti",
        alpha: Probability | None = None,
    ) -> pd.DataFrame:
        """Return the interval of each cell, persons.

        Parameters
        ----------
        level
            Level of the interval, in (0, 1); that of the estimates by default.
        kind
            ``eti`` (equal tails) or ``hdi`` (highest density).
        alpha
            Not used, between 0 and 1; the error says which level to write.
        """
        return self.by("crisis", "destination", "group").conf_int(level, kind=kind, alpha=alpha)

    def to_frame(self) -> pd.DataFrame:
        """Return the summary of the cells, with names beside codes; see `Breakdown.to_frame`."""
        return self.by("crisis", "destination", "group").to_frame()

    def draws_frame(self) -> pd.DataFrame:
        """Return the draws of the cells as a long table: labels, ``draw``, ``people``."""
        return self.by("crisis", "destination", "group").draws_frame()

    def to_xarray(self) -> xarray.DataArray:
        """Return the draws of people in at least one crisis: dimensions destination, group, draw.

        Those of crises: ``by("crisis", "destination", "group").to_xarray(is_stacked=True)``.
        """
        array = self.by("destination", "group").to_xarray()
        return array.assign_attrs(
            title=f"Migrants affected by crises, case {self.provenance.case}",
            measure=self.measure,
            scope=self.scope,
            seed=self.provenance.seed,
            config_sha256=self.provenance.config_sha256,
            references="; ".join(f"{s.publisher}: {s.title}" for s in self.sources),
        )

    def to_arviz(self) -> Any:
        """Return the draws of `to_xarray` for ArviZ (extra ``arviz``): 8 bytes a draw, 4 MB of 2025."""
        return self.by("destination", "group").to_arviz()

    def bounds(self) -> pd.DataFrame:
        """Return bounds at the central figures by cell: ``lower_bound`` and ``upper_bound``, persons.

        They follow from the published margins alone, at the mean stock, whatever the odds ratio. An
        interval, in which the margins vary too, may reach beyond; each draw keeps to its own.
        """
        return pd.DataFrame(
            [(cell.crisis, cell.destination, cell.group, cell.lower_bound, cell.upper_bound)
             for cell in self.cells],
            columns=["crisis", "destination", "group", "lower_bound", "upper_bound"],
        )  # fmt: skip

    @checked
    def concentration(self, share: Share = 0.5) -> list[str]:
        """Return the fewest destinations that hold `share` of the total at odds ratio 1."""
        at_one = np.nan_to_num(self.unions[SELECTIONS[1]].odds_ratio_1)
        names = np.array([place for place, _ in self.places], dtype=object)
        values = {place: float(at_one[names == place].sum()) for place in set(names)}
        ranked = sorted(values, key=lambda place: (-values[place], place))
        cumulative = np.cumsum([values[place] for place in ranked])
        if not len(cumulative):
            return []
        return ranked[: int(np.searchsorted(cumulative, share * cumulative[-1])) + 1]

    def cell(self, cell_id: str) -> EstimationCell:
        """Return the facts of one cell, by ``crisis/destination/group``."""
        for cell in self.cells:
            if cell.id == cell_id:
                return cell
        raise InputError(f"no cell {cell_id!r}; see .summary() for crisis, destination and group")

    @property
    def leaves(self) -> tuple[EstimationCell, ...]:
        """The cells, by the name they had until version 0.2."""
        return _by_former_name("leaves", "cells", self.cells)

    def leaf(self, cell_id: str) -> EstimationCell:
        """Return the facts of one cell, by the name that `cell` had until version 0.2."""
        return _by_former_name("leaf()", "cell()", self.cell(cell_id))

    # -- building rows ----------------------------------------------------------------------------

    def _by_crisis(self, dimensions: Sequence[Dimension]) -> Breakdown:
        from gecam.results.facts import crisis_facts, plan_facts, positions_of

        positions = positions_of(tuple(getattr(x, d) for d in dimensions) for x in self.cells)
        order, rows = sorted(positions), []
        for index in map(positions.__getitem__, order.copy()):
            cells = [self.cells[i] for i in index]
            shown = [i for i in index if self.cells[i].status in SHOWN]
            draws = _sum_of_rows(self.draws, shown) if shown else self._nothing()
            rows.append((draws, crisis_facts(cells)))
        for plan in self.plans:
            order.append(tuple(plan.crisis.id if d == "crisis" else "" for d in dimensions))
            rows.append((self._nothing(), plan_facts(plan)))
        labels = pd.DataFrame(order, columns=list(dimensions), dtype=object)
        return self._breakdown(labels, rows, is_additive=False)

    def _by_place(self, dimensions: Sequence[Dimension]) -> Breakdown:
        from gecam.results.facts import positions_of

        table = self.place_labels
        positions = sorted(positions_of(map(tuple, table[list(dimensions)].to_numpy())).items())
        rows = [self._place_row(np.array(index), SELECTIONS[1]) for _, index in positions]
        labels = pd.DataFrame([key for key, _ in positions], columns=list(dimensions), dtype=object)
        return self._breakdown(labels, rows)

    @cached_property
    def _origins(self) -> OriginRows:
        """People of each place, and who they are."""
        from gecam.results.origin_rows import OriginRows  # not needed where nobody asks
        from gecam.results.registered import registered_not_estimated

        union = self.unions[SELECTIONS[1]]
        return OriginRows(
            labels=self.place_labels,
            people=union.draws,
            odds_ratio_1=union.odds_ratio_1,
            members=union.cells,
            cells=self.cells,
            ages={i: self.ages[p] for i, p in enumerate(self.places) if p in self.ages},
            compositions={
                i: self.compositions[place]
                for i, place in enumerate(self.places)
                if place in self.compositions and not np.isnan(union.draws[i, 0])
            },
            left=registered_not_estimated(self.case, self.cells, self.scope),
            streams=self.provenance.streams,
            level=self.level,
        )

    def _place_row(self, index: IntArray, selection: Selection) -> tuple[FloatArray, Facts]:
        """Return draws and facts of the sum of some places, given their positions."""
        from gecam.results.facts import place_facts, uncounted_facts

        union = self.unions[selection]
        present = index[~np.isnan(union.draws[index, 0])]
        if not present.size:  # such as a country whose only plan is left out of totals
            here = {self.places[i] for i in index}
            cells = [cell for cell in self.cells if (cell.destination, cell.group) in here]
            return self._nothing(), uncounted_facts(cells)
        members = sorted({j for i in index for j in union.cells[i]})
        facts = place_facts([self.cells[j] for j in members])
        draws = _sum_of_rows(union.draws, present)
        facts["odds_ratio_1"] = float(union.odds_ratio_1[present].sum())
        mean = float(draws.mean())
        facts["double_count"] = float(union.sum_of_crises[present].sum()) / mean if mean else np.nan
        return draws, facts

    def _nothing(self) -> FloatArray:
        return np.full(self.draws.shape[1], np.nan)

    def _breakdown(
        self,
        labels: pd.DataFrame,
        rows: Sequence[tuple[FloatArray, Facts]],
        *,
        is_additive: bool = True,
    ) -> Breakdown:
        from gecam.results.breakdown import Breakdown

        draws = np.array([d for d, _ in rows])
        return Breakdown.of(self, labels, draws, (f for _, f in rows), is_additive=is_additive)

    @cached_property
    def about(self) -> AboutAnswer:
        """Case, crises, sources and provenance, for the tables that are made of the answer."""
        from gecam.results.about import AboutAnswer, places_of_crises

        crises, places = self.crises, places_of_crises(self.crises, self.cells)
        by_id = {crisis.id: crisis for crisis in crises}
        shown = {cell.crisis for cell in self.cells if cell.status != "not_estimated"}
        dated = [crisis for crisis in crises if crisis.id in shown] or crises
        return AboutAnswer(
            self.measure, self.scope, by_id, places, self.sources, self.provenance,
            tuple(sorted({crisis.reference_date for crisis in dated})),
        )  # fmt: skip

    def __str__(self) -> str:
        """Return the answer as a table of 80 columns."""
        from gecam.results.shown.printing import answer_text

        return answer_text(self)

    def __repr__(self) -> str:
        """Return one line that is the same on every run."""
        shown = sum(cell.status in SHOWN for cell in self.cells)
        return (
            f"Estimates({self.provenance.case!r}: {shown} of {len(self.cells)} cells in "
            f"{len({place for place, _ in self.places})} destinations, scope {self.scope!r}, "
            f"{self.provenance.draws} draws, seed {self.provenance.seed})"
        )

    def _repr_html_(self) -> str:
        from gecam.results.shown.notebook_view import estimates_html

        return estimates_html(self)


def _by_former_name(former: str, now: str, value: T) -> T:
    """Return a value that is asked for by a former name of `Estimates`, with a warning."""
    warnings.warn(
        f"Estimates.{former} is called {now}, and the former name will not work from version 0.4 on: "
        f"write .{now}.",
        FutureWarning,
        stacklevel=caller_level(),
    )
    return value


def _sum_of_rows(draws: FloatArray, index: Sequence[int] | IntArray) -> FloatArray:
    """Return the sum of some rows, draw by draw, one row after the other: they are not copied."""
    first, *others = index
    total: FloatArray = draws[first].copy()
    for i in others:
        total += draws[i]
    return total
