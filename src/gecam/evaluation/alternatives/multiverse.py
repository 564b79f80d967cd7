"""Multiverse analysis: estimates under every combination of defensible choices of method."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, get_args

import numpy as np
import pandas as pd

from gecam._arguments import refuse_large, whole_number
from gecam._signature import checked
from gecam._typing import FloatArray, IntArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import (
    CaseEdit,
    CellDraws,
    ChangeAssumptions,
    DestinationPlan,
    apply_edits,
    destination_plan,
    draw_cells,
)
from gecam.evaluation.alternatives.choice_shares import ChoiceShares, choice_shares
from gecam.evaluation.alternatives.regional_levels import regional_levels
from gecam.evaluation.alternatives.specifications import (
    ADDING,
    MODELLED,
    REGIONAL,
    Alternatives,
    Choice,
    Level,
    default_choices,
)
from gecam.evaluation.explanation.targets import Target, TargetKind, find_target
from gecam.model import Case, Group
from gecam.results import Scope
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL, Streams, Summary, summarize

STATISTICS = ("mean", "lower", "upper", "odds_ratio_1")
MOST_DRAWN = 100  # plans of a country whose draws of cells are held at a time
BLOCK = 4_096  # specifications that are summarized at a time: bounds memory, changes no bit
GROUPS: tuple[Group, ...] = get_args(Group)


@dataclass(frozen=True, eq=False)
class Multiverse:
    """Answers to one question under every combination of defensible choices.

    Two kinds of uncertainty stand side by side and are never mixed: the statistical interval of one
    specification, and the range of central values over specifications. Specifications have no
    probabilities.

    Parameters
    ----------
    target
        What was asked about.
    choices
        The choices and their levels.
    table
        One row per specification: the level of each choice, then ``mean``, ``lower``, ``upper``
        (statistical interval), ``odds_ratio_1``, persons. The first row is the default.
    shares
        What each choice explains of the variance and of the range of the means.
    mean, lower, upper
        The default specification with its statistical interval, from more draws than the table.
    level
        Of the intervals.
    draws, seed
        Of the table.
    case
        Name of the case.
    """

    target: Target
    choices: tuple[Choice, ...]
    table: pd.DataFrame
    shares: ChoiceShares
    mean: float
    lower: float
    upper: float
    level: float
    draws: int
    seed: int
    case: str = ""

    @property
    def low(self) -> float:
        """Lowest mean over the specifications."""
        return self.shares.low

    @property
    def high(self) -> float:
        """Highest mean over the specifications."""
        return self.shares.high

    @checked
    def quantiles(self, shares: Sequence[float] = (0.05, 0.5, 0.95)) -> pd.Series:
        """Return means below which some shares of the specifications lie; no probabilities."""
        return self.table["mean"].quantile(list(shares))

    def __repr__(self) -> str:
        """Return one line: the number of specifications and the two ranges."""
        return (
            f"Multiverse({self.target.words}: {len(self.table)} specifications, means "
            f"{self.low:,.0f}-{self.high:,.0f}; default {self.mean:,.0f}, {self.level:.0%} "
            f"{self.lower:,.0f}-{self.upper:,.0f})"
        )


@checked
def multiverse(
    case: Case,
    target: str = "world",
    *,
    kind: TargetKind | None = None,
    choices: Sequence[Choice] | None = None,
    alternatives: Alternatives | None = None,
    draws: PositiveInt = 1000,
    seed: WholeNumber = 2022,
    level: Probability = DEFAULT_LEVEL,
) -> Multiverse:
    r"""Estimate under every combination of defensible choices of method.

    Parameters
    ----------
    case
        The inputs; its assumptions are the default level of each choice.
    target, kind
        ``world``, a region or a country by code or name; see `gecam.evaluation.find_target`.
    choices
        Which choices to vary; `default_choices` by default.
    alternatives
        Other published figures for `default_choices`: other editions of the stocks, other tables of
        people in need, other populations, modelled shares.
    draws
        Draws of each specification, at least 2; the random numbers are common to all.
    seed
        Of the draws, 0 or more.
    level
        Of the intervals, in (0, 1).

    Returns
    -------
    Multiverse
        One row per specification, and the part of the range that each choice explains.

    Raises
    ------
    InputError
        If a choice has fewer than two levels, two choices have one name, or nothing of the target
        can be estimated.

    Notes
    -----
    A specification's total is the sum of its countries, draw by draw. A country is run once for all
    specifications that agree in the choices that can matter there, so thousands of specifications
    take about a minute. The range is divided by the Shapley values of switching from the lowest to the
    highest specification, the variance over specifications by those of its analysis of variance
    (`choice_shares`): both speak of this list of choices and levels alone.

    References
    ----------
    .. [1] Steegen, Tuerlinckx, Gelman & Vanpaemel (2016). Increasing transparency through a multiverse
       analysis. *Perspectives on Psychological Science* 11: 702-712.
    .. [2] Simonsohn, Simmons & Nelson (2020). Specification curve analysis. *Nature Human Behaviour*
       4: 1208-1214.

    Examples
    --------
    >>> from gecam.evaluation import default_choices, multiverse
    >>> case = gc.load_edition("2022")
    >>> refugees = [c for c in default_choices(case) if c.name == "refugees in need"]
    >>> answers = multiverse(case, "TCD", choices=refugees, draws=200)
    >>> answers.table["refugees in need"].tolist()[1:]
    ["the residents' share", 'all of them', 'published count or prior near 1', 'as measured']
    """
    asked = find_target(case, target, kind)
    if asked.kind not in {"world", "region", "subregion", "destination"}:
        raise InputError(f"a multiverse is of the world, a region or a country: got {asked.words}")
    varied = tuple(default_choices(case, alternatives) if choices is None else choices)
    _check_choices(varied, case)
    sizes = [len(choice.levels) for choice in varied]
    draws = whole_number(draws, "draws", least=2, example=1000)
    seed = whole_number(seed, "seed", least=0, example=2022)
    refuse_large(draws, 2 * math.prod(len(c.levels) for c in varied if c.name != REGIONAL))
    grid = np.array(list(product(*map(range, sizes))), dtype=np.int64)
    countries = list(_countries(case, asked, varied, alternatives))
    added = regional_levels(case, asked, varied, alternatives, draws=draws, seed=seed)
    plain = grid[added.without(grid)]
    totals, at_one = np.zeros((len(plain), draws)), np.zeros(len(plain))
    for run in countries:
        for members, people, central in run.answers(plain, draws, seed):
            totals[members] += people
            at_one[members] += central
    statistics = np.empty((len(STATISTICS), len(grid)))
    for rows, extra, mean in added.of_levels(grid):
        statistics[:, rows] = *_statistics(totals, extra, level), at_one + mean
    table = pd.DataFrame(
        {c.name: [c.levels[k].name for k in grid[:, i]] for i, c in enumerate(varied)}
    ).assign(**dict(zip(STATISTICS, statistics, strict=True)))
    if not table["mean"].max() > 0:
        raise InputError(f"nothing of {asked.words} can be estimated")
    default = _default(countries, seed, level)
    return Multiverse(
        target=asked,
        choices=varied,
        table=table,
        shares=choice_shares(table, choices=[c.name for c in varied], value="mean"),
        mean=float(default.mean[0]),
        lower=float(default.lower[0]),
        upper=float(default.upper[0]),
        level=level,
        draws=draws,
        seed=seed,
        case=case.name,
    )


def _statistics(totals: FloatArray, added: FloatArray | float, level: float) -> list[FloatArray]:
    """Return mean and ends of the interval of each specification, to which people are added."""
    blocks = [
        summarize(totals[start : start + BLOCK] + added, level=level)
        for start in range(0, len(totals), BLOCK)
    ]
    return [np.concatenate([getattr(block, name) for block in blocks]) for name in STATISTICS[:3]]


@dataclass(frozen=True, eq=False)
class _Country:
    """One country under all specifications.

    Parameters
    ----------
    case
        Of this country alone.
    choices
        All choices.
    distinct
        Per choice, the level that stands for each level here: the first where it cannot differ.
    only
        The choice of modelled countries and the level at which this one counts; None: always.
    plans
        Plans by the levels that they depend on: positions of choice and level.
    """

    case: Case
    choices: tuple[Choice, ...]
    distinct: tuple[IntArray, ...]
    only: tuple[int, int] | None
    plans: dict[tuple[tuple[int, int], ...], DestinationPlan | None] = field(default_factory=dict)

    def answers(
        self, grid: IntArray, draws: int, seed: int
    ) -> Iterator[tuple[IntArray, FloatArray, float]]:
        """Yield groups of specifications with their people, and the figure at odds ratio 1."""
        here = np.arange(len(grid))
        if self.only is not None:
            here = np.flatnonzero(grid[:, self.only[0]] == self.only[1])
        if not here.size:
            return
        levels_of = np.column_stack([d[grid[here, i]] for i, d in enumerate(self.distinct)])
        combinations, group = np.unique(levels_of, axis=0, return_inverse=True)
        drawn = _Drawn(Streams(seed), draws)
        for k, combination in enumerate(combinations.tolist()):
            levels = [c.levels[i] for c, i in zip(self.choices, combination, strict=True)]
            key = tuple((i, k) for i, k in enumerate(combination) if not levels[i].is_of_draws)
            if key not in self.plans:
                self.plans[key] = self._plan([levels[i] for i, _ in key])
            plan = self.plans[key]
            if plan is not None:
                people, at_one = drawn.people(key, _with_drawn(plan, levels))
                yield here[group.ravel() == k], people, at_one

    def _plan(self, levels: Sequence[Level]) -> DestinationPlan | None:
        """Derive the plan at some levels; None where they leave no crisis in the country."""
        edits: list[CaseEdit] = [level.change for level in levels if level.change is not None]
        if any(level.assumptions for level in levels):
            edits.append(_assumptions(levels))
        case = apply_edits(self.case, edits, is_part=True)
        scope: Scope = next((level.scope for level in levels if level.scope is not None), "all")
        return destination_plan(case, case.destinations[0], scope) if case.destinations else None


def _with_drawn(plan: DestinationPlan, levels: Sequence[Level]) -> DestinationPlan:
    """Return a plan with the assumptions that only its draws depend on."""
    wanted = _assumptions([level for level in levels if level.is_of_draws]).values
    return replace(plan, assumptions=replace(plan.assumptions, **wanted)) if wanted else plan


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Draws of one country, made once for all specifications that agree in what they depend on.

    Parameters
    ----------
    streams, n
        Where the numbers come from, and how many.
    cells
        Draws of cells by plan and odds ratio; by overlap too where they depend on it.
    unions
        Of several crises, shared by all draws of cells.
    """

    streams: Streams
    n: int
    cells: dict[Hashable, CellDraws] = field(default_factory=dict)
    unions: dict[Hashable, Any] = field(default_factory=dict)

    def people(self, key: Hashable, plan: DestinationPlan) -> tuple[FloatArray, float]:
        """Return people in at least one crisis under a plan, and the figure at odds ratio 1."""
        a = plan.assumptions
        united = (a.overlap, a.apply_relations) if len(plan.crises) > 1 else ()
        key = key, a.odds_ratio, united
        if key not in self.cells:
            if len(self.cells) == MOST_DRAWN:
                self.cells.clear()
            self.cells[key] = draw_cells(plan, self.streams, self.n, self.unions)
        cells = replace(self.cells[key], plan=plan)
        unions = [cells.union(chosen) for group in GROUPS if (chosen := cells.counted(group))]
        people = np.sum([np.zeros(self.n), *(union.draws for union in unions)], axis=0)
        return np.asarray(people), math.fsum(union.odds_ratio_1 for union in unions)


def _assumptions(levels: Sequence[Level]) -> ChangeAssumptions:
    """Return the assumptions that are changed at some levels; of two levels the later holds."""
    return ChangeAssumptions({k: v for level in levels for k, v in level.assumptions.items()})


def _countries(
    case: Case, target: Target, choices: tuple[Choice, ...], alternatives: Alternatives | None
) -> Iterator[_Country]:
    modelled = [i for i, c in enumerate(choices) if c.name == MODELLED]
    parts: list[tuple[Case, Sequence[str], tuple[int, int] | None]] = [
        (case, target.destinations, None)
    ]
    if modelled and alternatives is not None and alternatives.modelled is not None:
        other = alternatives.modelled
        added = find_target(other, target.id, target.kind).destinations
        parts.append((other, added, (modelled[0], 1)))
    for whole, destinations, only in parts:
        for destination in destinations:
            one = _of_one_country(whole, destination)
            distinct = tuple(_distinct(choice, one) for choice in choices)
            yield _Country(one, choices, distinct, only)


def _distinct(choice: Choice, case: Case) -> IntArray:
    """Return the level that stands for each level of a choice in a country."""
    is_other = choice.name not in ADDING
    return np.array(
        [
            k if is_other and k and level.differs(case) else 0
            for k, level in enumerate(choice.levels)
        ]
    )


def _of_one_country(case: Case, destination: str) -> Case:
    """Return the case of one country with the stock and residents of that country alone.

    Its numbers are the same; changing it is much sooner done. UNHCR's table stays whole: its dates
    say at which year-ends nobody was reported.
    """
    return replace(
        case.restrict([destination]),
        stock=case.stock.restrict([destination]),
        population=case.population.restrict(
            [destination] if destination in case.population.by_place else []
        ),
    )


def _default(countries: Sequence[_Country], seed: int, level: float) -> Summary:
    """Return the default specification from many draws."""
    total = np.zeros((1, DEFAULT_DRAWS))
    for country in countries:
        first = np.zeros((1, len(country.choices)), dtype=np.int64)
        for _, people, _ in country.answers(first, DEFAULT_DRAWS, seed):
            total += people
    return summarize(total, level=level)


def _check_choices(choices: Sequence[Choice], case: Case) -> None:
    """Refuse choices without alternatives, and edits that do not go with the case as a whole."""
    if not choices:
        raise InputError("choices need at least two levels each: got none")
    _check_different("names of choices", [choice.name for choice in choices])
    for choice in choices:
        if len(choice.levels) < 2:
            raise InputError(f"choice {choice.name!r} has too few levels: at least two are needed")
        _check_different(f"levels of {choice.name!r}", [level.name for level in choice.levels])
        for edit in (level.change for level in choice.levels if level.change is not None):
            apply_edits(case, [edit], is_part=True)


def _check_different(what: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise InputError(f"{what} repeat: {', '.join(names)}")
