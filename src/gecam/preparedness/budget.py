"""Size and cost of a plan under an uncertain number of people in need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, Probability
from gecam.errors import InputError
from gecam.preparedness.shortfall import expected_shortfall
from gecam.uncertainty import equal_tailed

PLANS = ("mean", "best at the stated costs", "enough with 90%", "mean of the worst tenth")


@dataclass(frozen=True, slots=True)
class PlanningFigure:
    """One number of people to plan for, and what follows from it.

    Parameters
    ----------
    people
        Planned for, persons.
    cost
        Of that plan, in the currency of the unit cost.
    shortfall_probability
        Probability that more people are in need than planned for, in [0, 1].
    expected_unmet, expected_idle
        Mean persons in need beyond the plan, and mean places that stay empty.
    expected_loss
        Mean loss at the stated costs of a person left out and of an empty place.
    """

    people: float
    cost: float
    shortfall_probability: float
    expected_unmet: float
    expected_idle: float
    expected_loss: float


@dataclass(frozen=True, eq=False)
class PlanBudget:
    """A plan's size and cost under an uncertain number of people in need.

    Parameters
    ----------
    people, cost
        Draws of the people whom the plan means to reach, `reach` times the people in need, and of what
        reaching them costs; same draws as the estimates. Shape ``(draw,)``.
    cost_under, cost_over
        Loss for each person left out, and for each empty place.
    fractile
        :math:`c_u / (c_u + c_o)`: the probability with which the best plan suffices.
    unit_cost
        Mean cost per person.
    level
        Of the intervals.
    reach
        Share of the people in need whom the plan means to reach, in (0, 1]. The others are in none of
        the numbers.
    """

    people: FloatArray
    cost: FloatArray
    cost_under: float
    cost_over: float
    fractile: float
    unit_cost: float
    level: float = 0.9
    reach: float = 1.0

    @property
    def best(self) -> PlanningFigure:
        """The plan with the smallest expected loss."""
        return self.target(newsvendor(self.people, self.cost_under, self.cost_over))

    @property
    def cost_range(self) -> tuple[float, float, float]:
        """Mean, lower and upper cost of reaching the share `reach` of the people in need."""
        return self._range(self.cost)

    @property
    def cost_range_of_all(self) -> tuple[float, float, float]:
        """Mean, lower and upper cost of reaching everybody in need."""
        return self._range(self.cost / self.reach)

    def _range(self, cost: FloatArray) -> tuple[float, float, float]:
        lower, upper = equal_tailed(cost, level=self.level)
        return float(cost.mean()), float(lower), float(upper)

    def target(self, people: float) -> PlanningFigure:
        """Return what follows from planning for a number of people.

        Raises
        ------
        InputError
            If the number is negative or missing.
        """
        if not 0 <= people < np.inf:
            raise InputError(f"a plan is for 0 people or more: got {people}")
        unmet = np.maximum(self.people - people, 0.0)
        idle = np.maximum(people - self.people, 0.0)
        return PlanningFigure(
            float(people),
            float(people) * self.unit_cost,
            float((self.people > people).mean()),
            float(unmet.mean()),
            float(idle.mean()),
            float((self.cost_under * unmet + self.cost_over * idle).mean()),
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the mean, the best plan, the 90 % quantile and the expected shortfall as targets.

        Columns: ``plan``, then the fields of `PlanningFigure`, and ``reach``: the share of
        the people in need that all rows are about.
        """
        figures = (
            float(self.people.mean()),
            self.best.people,
            float(np.quantile(self.people, 0.9, method="inverted_cdf")),
            float(expected_shortfall(self.people, 0.9)),
        )
        named = dict(zip(PLANS, figures, strict=True))
        rows = [self.target(people) for people in named.values()]
        return pd.DataFrame(
            [
                {
                    "plan": name,
                    **{f: getattr(row, f) for f in PlanningFigure.__slots__},
                    "reach": self.reach,
                }
                for name, row in zip(named, rows, strict=True)
            ]
        )


def newsvendor(draws: ArrayLike, cost_under: float, cost_over: float) -> float:
    r"""Return the number of people to plan for that has the smallest expected loss.

    Parameters
    ----------
    draws
        Draws of the people in need, persons, shape ``(draw,)``.
    cost_under, cost_over
        Loss for each person left out, and for each empty place; > 0, one unit.

    Notes
    -----
    :math:`q^* = F^{-1}(c_u/(c_u + c_o))` [1]_, with the left-continuous inverse of the draws'
    distribution, which minimises :math:`E[c_u(A-q)_+ + c_o(q-A)_+]` exactly.

    References
    ----------
    .. [1] Arrow, Harris & Marschak (1951). Optimal inventory policy. *Econometrica* 19: 250-272.

    Examples
    --------
    >>> from gecam.preparedness import newsvendor
    >>> newsvendor([100.0, 200.0, 300.0, 400.0], 3.0, 1.0)
    300.0
    """
    _check_costs(cost_under, cost_over)
    people = _people(draws)
    # 1 - c_o/(c_u + c_o) would leave the grid of ranks by rounding: compare ranks exactly.
    rank = np.ceil(people.size * cost_under / (cost_under + cost_over) - 1e-9)
    return float(np.sort(people)[max(int(rank), 1) - 1])


@checked
def plan_budget(
    draws: ArrayLike,
    unit_cost: ArrayLike,
    *,
    cost_under: Positive = 3.0,
    cost_over: Positive = 1.0,
    reach: float = 1.0,
    level: Probability = 0.9,
) -> PlanBudget:
    """Return the size and cost of a plan for an uncertain number of people.

    Parameters
    ----------
    draws
        Draws of the people in need, shape ``(draw,)``; those of the estimates, so that sums over
        countries stay coherent.
    unit_cost
        Cost per person: a number, or draws of it, shape ``(draw,)``; >= 0.
    cost_under, cost_over
        Loss for each person left out and for each empty place, > 0. [judgement] The defaults say
        that a person left out weighs three times as much as an empty place; only their ratio moves
        the plan. State your own.
    reach
        Share of the people in need whom the plan means to reach, in (0, 1]. Targets, costs and the
        chance of too little are then about this share.
    level
        Of the intervals, in (0, 1).

    Returns
    -------
    PlanBudget
        Its `best` target, `cost_range`, and `target(n)` for any other size.

    Raises
    ------
    InputError
        If a number is out of range or draws are missing.

    Examples
    --------
    >>> from gecam.preparedness import plan_budget
    >>> budget = plan_budget(np.arange(1.0, 101.0), 20.0, cost_under=3.0, cost_over=1.0)
    >>> best = budget.best
    >>> best.people, best.cost, best.shortfall_probability
    (75.0, 1500.0, 0.25)
    """
    _check_costs(cost_under, cost_over)
    people, unit = _people(draws), np.asarray(unit_cost, dtype=np.float64)
    if not (np.isfinite(unit).all() and (unit >= 0).all() and unit.shape in {(), people.shape}):
        raise InputError("unit_cost must be 0 or more: one number, or one per draw")
    if not (0 < reach <= 1 and 0 < level < 1):
        raise InputError(f"reach must lie in (0, 1] and level in (0, 1): got {reach}, {level}")
    people = people * reach
    return PlanBudget(
        people, np.asarray(people * unit), cost_under, cost_over,
        cost_under / (cost_under + cost_over), float(unit.mean()), level, reach,
    )  # fmt: skip


def _people(draws: ArrayLike) -> FloatArray:
    people = np.asarray(draws, dtype=np.float64)
    if (
        people.ndim != 1
        or people.size < 2
        or not (np.isfinite(people).all() and (people >= 0).all())
    ):
        raise InputError("draws must be two or more numbers of people, 0 or more, none missing")
    return people


def _check_costs(cost_under: float, cost_over: float) -> None:
    if not (0 < cost_under < np.inf and 0 < cost_over < np.inf):
        raise InputError(f"costs must be positive: got {cost_under} and {cost_over}")
