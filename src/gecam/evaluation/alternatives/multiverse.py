"""Multiverse analysis: estimates under every combination of defensible choices of method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from gecam._arguments import refuse_large, whole_number
from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import (
    apply_edits,
)
from gecam.evaluation.alternatives.choice_shares import ChoiceShares, choice_shares
from gecam.evaluation.alternatives.country_runs import CountryRun, country_runs
from gecam.evaluation.alternatives.regional_levels import regional_levels
from gecam.evaluation.alternatives.specifications import (
    REGIONAL,
    Alternatives,
    Choice,
    default_choices,
)
from gecam.evaluation.explanation.targets import Target, TargetKind, find_target
from gecam.model import Case
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL, Summary, summarize

STATISTICS = ("mean", "lower", "upper", "odds_ratio_1")
BLOCK = 4_096  # specifications that are summarized at a time: bounds memory, changes no bit


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
    countries = list(country_runs(case, asked, varied, alternatives))
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


def _default(countries: Sequence[CountryRun], seed: int, level: float) -> Summary:
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
