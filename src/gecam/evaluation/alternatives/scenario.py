"""Scenarios: the same case with something changed, and two answers compared draw by draw."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.estimation import estimate, have_same_factors
from gecam.evaluation.alternatives.specifications import CaseEdit
from gecam.evaluation.explanation.targets import case_of
from gecam.model import Assumptions, Case, OddsRatioPrior
from gecam.results import Breakdown, Dimension, Estimates, Scope
from gecam.uncertainty import summarize

NAMES = tuple(field.name for field in fields(Assumptions))
NUMBERS = (
    "before", "after", "difference", "lower", "upper", "relative", "share_higher", "mcse", "note",
)  # fmt: skip


@checked
def scenario(
    answer: Case | Estimates,
    change: CaseEdit | None = None,
    *,
    scope: Scope | None = None,
    draws: PositiveInt | None = None,
    seed: WholeNumber | None = None,
    level: Probability | None = None,
    executor: Executor | None = None,
    **assumptions: Any,
) -> Estimates:
    """Estimate the same case with something changed, and the same random numbers.

    Parameters
    ----------
    answer
        A case; or an answer, whose case, scope, draws, seed, sampler and level are kept where nothing
        else is said.
    change
        A function that returns the changed case, for changes of the data.
    scope, draws, seed, level, executor
        As in `estimate`.
    **assumptions
        Fields of `gecam.Assumptions`. ``odds_ratio`` also takes a number: an odds ratio that is
        fixed, without spread.

    Returns
    -------
    Estimates
        To be set beside the first answer with `compare`.

    Raises
    ------
    InputError
        If there is no such assumption, or a value breaks its rule.

    Examples
    --------
    >>> from gecam.evaluation import compare, scenario
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> before = gc.estimate(case, draws=500)
    >>> after = scenario(before, odds_ratio=2)
    >>> compare(before, after).rows["difference"].round(-3).tolist()
    [22000.0]
    """
    case = case_of(answer)
    unknown = sorted(set(assumptions) - set(NAMES))
    if unknown:
        raise InputError(
            f"there is no assumption {unknown[0]!r}. There are: {', '.join(NAMES)}. For a change of "
            "the data give a function of the case."
        )
    if isinstance(ratio := assumptions.get("odds_ratio"), int | float):
        if not (math.isfinite(ratio) and ratio > 0):
            raise InputError(f"odds_ratio must be a number > 0 or an OddsRatioPrior: got {ratio}")
        assumptions["odds_ratio"] = OddsRatioPrior.exactly(ratio)
    if change is not None:
        case = change(case)
    if assumptions:
        case = replace(case, assumptions=replace(case.assumptions, **assumptions))
    made = answer if isinstance(answer, Estimates) else None
    sampling: dict[str, Any] = {"draws": 10_000, "seed": 2022} if made is None else made.sampling
    sampling |= {k: v for k, v in {"draws": draws, "seed": seed}.items() if v is not None}
    return estimate(
        case,
        scope=scope or (made.scope if made else "all"),
        level=level or (made.level if made else 0.9),
        executor=executor,
        **sampling,
    )


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two answers side by side, draw by draw.

    Parameters
    ----------
    rows
        One row per label of either answer: the dimensions; ``before`` and ``after`` (means),
        ``difference`` of the means, ``lower`` and ``upper`` (interval of the difference),
        ``relative`` (to before), ``share_higher`` (share of draws in which after is higher; equal ones
        count half), ``mcse`` (Monte Carlo error of the difference), ``note``. Persons; NaN where one
        side is not estimated.
    totals
        The same for the two world totals.
    level
        Of the intervals.
    """

    rows: pd.DataFrame
    totals: pd.DataFrame
    level: float

    def __repr__(self) -> str:
        """Return one line: the difference of the larger total."""
        total = self.totals.iloc[-1]
        return (
            f"Comparison({len(self.rows)} rows; total {total['difference']:+,.0f} people, "
            f"{self.level:.0%} {total['lower']:+,.0f} to {total['upper']:+,.0f})"
        )


@checked
def compare(
    before: Estimates,
    after: Estimates,
    *,
    by: Sequence[Dimension] = ("destination",),
    level: Probability | None = None,
) -> Comparison:
    r"""Compare two answers with intervals of their differences.

    Parameters
    ----------
    before, after
        Answers of one seed and one number of draws.
    by
        Dimensions of the rows.
    level
        Of the intervals; that of `before` by default.

    Returns
    -------
    Comparison

    Raises
    ------
    InputError
        If the answers do not have the same seed, draws and sampler: their differences would be
        mostly noise. If they are quasi-random and an input has another name in one of them.

    Notes
    -----
    Random numbers are addressed by what they belong to, so two runs with one seed share those of
    everything that has the same name in both. The difference is taken draw by draw; its interval is
    about the change alone, and much narrower than the intervals of the two answers suggest. Where an
    input has another name in the second answer (another edition of the stocks), its numbers are
    drawn afresh, and the interval holds its noise too.

    Examples
    --------
    >>> from gecam.evaluation import compare, scenario
    >>> before = gc.estimate(gc.load_edition("2022").restrict(["TCD", "YEM"]), draws=500)
    >>> compare(before, before)
    Comparison(2 rows; total +0 people, 90% +0 to +0)
    """
    made = [before.sampling, after.sampling]
    if made[0] != made[1]:
        raise InputError(
            "answers are compared draw by draw and need one seed, number of draws and sampler: got "
            f"{_words(made[0])} and {_words(made[1])}. Use gc.scenario(before, ...), which keeps them."
        )
    if before.replicates > 1 and not _have_same_factors(before, after):
        raise InputError(
            "quasi-random answers are compared draw by draw only where crises, stocks and publishers "
            "of needs have the same names in both, and both keep their case: use sampler='mc'."
        )
    level = before.level if level is None else level
    return Comparison(
        _paired(before.by(*by, draws="corridor"), after.by(*by, draws="corridor"), level),
        _paired(before.total(), after.total(), level),
        level,
    )


def _have_same_factors(before: Estimates, after: Estimates) -> bool:
    if before.case is None or after.case is None:
        return False
    return have_same_factors(before.case, after.case, before.scope)


def _words(sampling: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sampling.items())


def _paired(before: Breakdown, after: Breakdown, level: float) -> pd.DataFrame:
    """Join two breakdowns by their labels and take differences draw by draw."""
    keys = [list(map(tuple, b.labels.to_numpy())) for b in (before, after)]
    position = [{key: i for i, key in enumerate(found)} for found in keys]
    order = list(dict.fromkeys(key for found in keys for key in found))
    rows = []
    for key in order:
        sides = [
            b.draws[p[key]] if key in p else None
            for b, p in zip((before, after), position, strict=True)
        ]
        rows.append((*key, *_difference(sides, level)))
    columns = [*map(str, before.labels.columns), *NUMBERS]
    return pd.DataFrame(rows, columns=columns)


def _difference(sides: Sequence[np.ndarray | None], level: float) -> tuple[float | str, ...]:
    missing = [side is None or bool(np.isnan(side[0])) for side in sides]
    means = [
        math.nan if is_missing or side is None else float(side.mean())
        for side, is_missing in zip(sides, missing, strict=True)
    ]
    if any(missing):
        words = {
            (True, True): "in neither answer estimated",
            (True, False): "estimated only after",
            (False, True): "estimated only before",
        }[missing[0], missing[1]]
        return (*means, *[math.nan] * 6, words)
    old, new = (side for side in sides if side is not None)
    change = new - old
    s = summarize(change[None, :], level=level)
    higher = float(np.mean(change > 0) + np.mean(change == 0) / 2)
    relative = float(change.mean()) / means[0] if means[0] else math.nan
    return (
        *means, float(change.mean()), float(s.lower[0]), float(s.upper[0]), relative, higher,
        float(s.mcse[0]), "",
    )  # fmt: skip
