"""Size and cost of a plan under an uncertain number of people in need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, NonNegative, Positive, PositiveShare, Probability
from gecam.errors import InputError
from gecam.preparedness.shortfall import expected_shortfall
from gecam.uncertainty import DEFAULT_LEVEL, equal_tailed

OF_CLASSES = (
    "label", "people", "people_lower", "people_upper", "unit_cost", "cost", "cost_lower", "cost_upper",
)  # fmt: skip
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
class ClassBudget:
    """People of one class, such as an age, whom a plan means to reach, and what that costs.

    Parameters
    ----------
    label
        Of the class, as rows of the estimates have it, such as ``0-17``.
    people, cost
        Draws of people to reach, persons, and of the cost of reaching them. Shape ``(draw,)``.
    unit_cost
        Mean cost per person of the class.
    """

    label: str
    people: FloatArray
    cost: FloatArray
    unit_cost: float


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
    unit_cost
        Mean cost per person.
    level
        Of the intervals.
    reach
        Share of the people in need whom the plan means to reach, in (0, 1]. The others are in none of
        the numbers.
    classes
        People and cost by class, where the cost per person is; they add to `people` and `cost` in
        every draw. Empty for one cost per person.
    """

    people: FloatArray
    cost: FloatArray
    cost_under: float
    cost_over: float
    unit_cost: float
    level: float = DEFAULT_LEVEL
    reach: float = 1.0
    classes: tuple[ClassBudget, ...] = ()

    @property
    def fractile(self) -> float:
        """Probability with which the best plan suffices: :math:`c_u / (c_u + c_o)`."""
        return self.cost_under / (self.cost_under + self.cost_over)

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

    @checked
    def target(self, people: NonNegative) -> PlanningFigure:
        """Return what follows from planning for a number of people.

        Raises
        ------
        InputError
            If the number is negative or missing.
        """
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

    def by_class(self) -> pd.DataFrame:
        """Return people and cost of each class, the share `reach` of those in need.

        Columns: ``label``, ``people`` (persons), ``unit_cost``, ``cost``, each of people and cost with
        ``_lower`` and ``_upper``; no rows for one cost per person. People and costs of all rows add to
        the means of the whole; ends of intervals do not add.
        """
        rows = [
            (x.label, *self._range(x.people), x.unit_cost, *self._range(x.cost))
            for x in self.classes
        ]
        return pd.DataFrame(rows, columns=list(OF_CLASSES))

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


@checked
def newsvendor(draws: ArrayLike, cost_under: Positive, cost_over: Positive) -> float:
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
    reach: PositiveShare = 1.0,
    level: Probability = DEFAULT_LEVEL,
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
    people, unit = _people(draws), np.asarray(unit_cost, dtype=np.float64)
    if not (np.isfinite(unit).all() and (unit >= 0).all() and unit.shape in {(), people.shape}):
        raise InputError("unit_cost must be 0 or more: one number, or one per draw")
    people = people * reach
    return PlanBudget(
        people, np.asarray(people * unit), cost_under, cost_over, float(unit.mean()), level, reach
    )


@checked
def budget_by_class(
    draws: Mapping[str, ArrayLike],
    unit_cost: Mapping[str, ArrayLike],
    *,
    cost_under: Positive = 3.0,
    cost_over: Positive = 1.0,
    reach: PositiveShare = 1.0,
    level: Probability = DEFAULT_LEVEL,
) -> PlanBudget:
    """Return the size and cost of a plan whose cost per person differs between classes of people.

    Parameters
    ----------
    draws
        By class, such as an age: draws of the people in need, persons, shape ``(draw,)``. The same draw
        of two classes belongs together.
    unit_cost
        By class: cost per person, a number or draws of it, shape ``(draw,)``; >= 0.
    cost_under, cost_over, reach, level
        As in `plan_budget`; one share `reach` of every class.

    Returns
    -------
    PlanBudget
        People and cost of all classes together, added draw by draw, with those of each class in
        `classes`. Its `unit_cost` is mean cost over mean people, so that targets of another size have
        the mean shares of the classes.

    Raises
    ------
    InputError
        If a class has people and no cost, or a cost and no people; and as in `plan_budget`.

    Examples
    --------
    >>> from gecam.preparedness import budget_by_class
    >>> people = {"0-17": [60.0, 80.0], "18-59": [40.0, 40.0]}
    >>> budget = budget_by_class(people, {"0-17": 30.0, "18-59": 10.0})
    >>> budget.cost.tolist(), round(budget.unit_cost, 2)
    ([2200.0, 2800.0], 22.73)
    """
    _check_classes(draws, unit_cost)
    weighing = {"cost_under": cost_under, "cost_over": cost_over, "reach": reach, "level": level}
    parts = {label: plan_budget(x, unit_cost[label], **weighing) for label, x in draws.items()}
    people = np.sum([part.people for part in parts.values()], axis=0)
    cost = np.sum([part.cost for part in parts.values()], axis=0)
    classes = tuple(ClassBudget(k, x.people, x.cost, x.unit_cost) for k, x in parts.items())
    unit = float(cost.mean() / people.mean()) if people.any() else 0.0
    return PlanBudget(people, cost, cost_under, cost_over, unit, level, reach, classes)


def _check_classes(draws: Mapping[str, ArrayLike], unit_cost: Mapping[str, ArrayLike]) -> None:
    """Refuse people and costs of other classes, and classes with other numbers of draws."""
    if not draws or set(draws) != set(unit_cost):
        raise InputError(
            "people and unit_cost must be of the same classes, one or more: got people of "
            f"{', '.join(draws) or 'none'} and unit_cost of {', '.join(unit_cost) or 'none'}"
        )
    if len({np.shape(people) for people in draws.values()}) > 1:
        raise InputError(
            "classes must have the same number of draws: people are added draw by draw"
        )


def _people(draws: ArrayLike) -> FloatArray:
    people = np.asarray(draws, dtype=np.float64)
    if (
        people.ndim != 1
        or people.size < 2
        or not (np.isfinite(people).all() and (people >= 0).all())
    ):
        raise InputError("draws must be two or more numbers of people, 0 or more, none missing")
    return people
