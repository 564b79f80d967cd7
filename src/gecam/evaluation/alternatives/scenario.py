"""Scenarios: the estimate of an edited case, and the difference of two answers draw by draw."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError, caller_level
from gecam.estimation import (
    CaseEdit,
    ChangeAssumptions,
    CustomEdit,
    apply_edits,
    estimate,
    nobody_touched,
    with_zero_cells,
)
from gecam.evaluation.explanation.targets import case_of
from gecam.model import Case, Footprint
from gecam.results import Breakdown, Dimension, Estimates, Scope
from gecam.uncertainty import summarize

Edit: TypeAlias = CaseEdit | Footprint  # a footprint stands for `ReplaceFootprint`
NUMBERS = (
    "before", "after", "difference", "lower", "upper", "relative", "share_higher", "mcse", "note",
)  # fmt: skip


@checked
def scenario(
    answer: Case | Estimates,
    change: Edit | Sequence[Edit] | Callable[[Case], Case] | None = None,
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
        A case; or an answer, whose case, scope, draws, seed, sampler and level stay where nothing
        else is said.
    change
        One edit of the case or several, made in their order, such as `gecam.estimation.ScaleStock`,
        `gecam.estimation.ChangeNeeds` or `gecam.estimation.CopyCrisis`; a footprint replaces that of
        its crisis and country, or comes on top of the others.
    scope, draws, seed, level, executor
        As in `estimate`: by default ``"all"``, 8,000 draws, the seed 2022 and the level 0.9.
    **assumptions
        Fields of `gecam.Assumptions`, in their units. ``odds_ratio`` also takes a number > 0: an odds
        ratio that is fixed, without spread.

    Returns
    -------
    Estimates
        To be set beside the first answer with `compare`. Where an edit touches nobody it has cells of
        zero people, with the reason.

    Raises
    ------
    InputError
        If there is no such assumption, a value breaks its rule, a crisis that is copied is unknown or
        would touch more people than live there, or measures are mixed.

    Notes
    -----
    .. deprecated:: 0.2
       A function of the case as `change`: give `gecam.estimation.CustomEdit`, which says in words what
       the function does.

    Examples
    --------
    >>> from gecam.estimation import CopyCrisis
    >>> from gecam.evaluation import compare, scenario
    >>> case = gc.load_edition("2022").restrict(["TCD"])
    >>> before = gc.estimate(case, draws=500)
    >>> after = scenario(before, odds_ratio=2)
    >>> compare(before, after).rows["difference"].round(-3).tolist()
    [20000.0]
    >>> worse = scenario(before, CopyCrisis("2022-TCD", "Chad", scale=1.2))
    >>> bool(compare(before, worse).rows["difference"].item() > 0)
    True
    """
    case = case_of(answer)
    edits = _edits(change)
    if assumptions:
        edits.append(ChangeAssumptions(assumptions))
    edited = apply_edits(case, edits)
    options: dict[str, Any] = {}
    if isinstance(answer, Estimates):
        options = {"scope": answer.scope, "level": answer.level, **answer.sampling}
    stated = {"scope": scope, "draws": draws, "seed": seed, "level": level}
    options |= {key: value for key, value in stated.items() if value is not None}
    made = estimate(edited, executor=executor, **options)
    return with_zero_cells(made, edited, nobody_touched(case, edits))


def _edits(change: Edit | Sequence[Edit] | Callable[[Case], Case] | None) -> list[Edit]:
    if change is None:
        return []
    if isinstance(change, CaseEdit | Footprint):
        return [change]
    if isinstance(change, Sequence):
        return list(change)
    warnings.warn(
        "scenario() with a function of the case will not work from version 0.4 on: give "
        "gecam.estimation.CustomEdit(function, description), or one of the edits in gecam.estimation.",
        FutureWarning,
        stacklevel=caller_level(),
    )
    return [CustomEdit(change, "a function of the case")]


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
        Of the intervals, in (0, 1).
    before, after
        The two answers.
    by
        Dimensions of the rows.
    """

    rows: pd.DataFrame
    totals: pd.DataFrame
    level: float
    before: Estimates
    after: Estimates
    by: tuple[Dimension, ...]

    @property
    def additional(self) -> FloatArray:
        """Additional people after, shape ``(row, draw)``.

        All people of the second answer where the first has no estimate; NaN where the second has none.
        """
        _, sides = _aligned(*(x.by(*self.by, draws="corridor") for x in (self.before, self.after)))
        n = self.before.provenance.draws
        missing = np.full(n, math.nan)
        old, new = (
            np.array([missing if row is None else row for row in side]).reshape(-1, n)
            for side in sides
        )
        return np.asarray(new - np.nan_to_num(old))

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
        Answers of one seed, one number of draws and one measure.
    by
        Dimensions of the rows, such as ``("destination", "group")``.
    level
        Of the intervals, in (0, 1); that of `before` by default.

    Returns
    -------
    Comparison
        Rows and totals of both answers with their differences.

    Raises
    ------
    InputError
        If the answers do not have the same seed, draws and sampler: their differences would be
        mostly noise. If they count different measures.

    Notes
    -----
    Random numbers are addressed by what they belong to, so two runs with one seed share those of
    everything that has the same name in both. The difference is taken draw by draw; its interval is
    about the change alone, and much narrower than the intervals of the two answers suggest. Where an
    input has another name in the second answer (another edition of the stocks), its numbers are
    drawn afresh, and the interval holds its noise too. Common random numbers are those of [1]_.

    References
    ----------
    .. [1] Glasserman & Yao (1992). Some guidelines and guarantees for common random numbers.
       *Management Science* 38: 884-908.

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
    if before.cells and after.cells and before.measure != after.measure:
        raise InputError(
            f"answers count different people: {before.measure} and {after.measure}. Compare like with "
            "like."
        )
    level = before.level if level is None else level
    return Comparison(
        _paired(before.by(*by, draws="corridor"), after.by(*by, draws="corridor"), level),
        _paired(before.total(), after.total(), level),
        level, before, after, tuple(by),
    )  # fmt: skip


def _words(sampling: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in sampling.items())


def _aligned(
    before: Breakdown, after: Breakdown
) -> tuple[list[tuple[Any, ...]], tuple[list[FloatArray | None], list[FloatArray | None]]]:
    """Return the labels of either breakdown, and the draws of both for each; None for an absent row."""
    rows = [
        dict(zip(map(tuple, b.labels.to_numpy()), b.draws, strict=True)) for b in (before, after)
    ]
    keys = list(dict.fromkeys([*rows[0], *rows[1]]))
    return keys, ([rows[0].get(key) for key in keys], [rows[1].get(key) for key in keys])


def _paired(before: Breakdown, after: Breakdown, level: float) -> pd.DataFrame:
    """Join two breakdowns by their labels and take differences draw by draw."""
    keys, sides = _aligned(before, after)
    rows = [
        (*key, *_difference(pair, level))
        for key, pair in zip(keys, zip(*sides, strict=True), strict=True)
    ]
    return pd.DataFrame(rows, columns=[*map(str, before.labels.columns), *NUMBERS])


NOTES = {  # by whether before, and after, are not estimated
    (True, True): "in neither answer estimated",
    (True, False): "estimated only after",
    (False, True): "estimated only before",
}


def _difference(
    sides: tuple[FloatArray | None, FloatArray | None], level: float
) -> tuple[float | str, ...]:
    old, new = (None if side is None or np.isnan(side[0]) else side for side in sides)
    means = tuple(math.nan if side is None else float(side.mean()) for side in (old, new))
    if old is None or new is None:
        return (*means, *[math.nan] * 6, NOTES[old is None, new is None])
    change = new - old
    s = summarize(change[None, :], level=level)
    higher = float(np.mean(change > 0) + np.mean(change == 0) / 2)
    relative = float(change.mean()) / means[0] if means[0] else math.nan
    return (
        *means, float(change.mean()), float(s.lower[0]), float(s.upper[0]), relative, higher,
        float(s.mcse[0]), "",
    )  # fmt: skip
