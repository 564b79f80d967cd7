r"""Which figure to collect next: the expected value of partial perfect information.

Knowing an input better is worth what the decision then gains, on average over what the input could
turn out to be. An input can make an estimate wide and still be worth nothing, if no value of it
would change the decision.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import linalg, special

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, Positive, PositiveInt, WholeNumber
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.sensitivity.sampling import child
from gecam.evaluation.sensitivity.surface import surface_terms

REPLICATES = 100  # of the regression's coefficients: the error of a standard error is then 7 %
REACH = 3.0  # plans reach to the quantiles of this normal score to either side


@dataclass(frozen=True, slots=True, eq=False)
class InformationValue:
    """What knowing each input exactly would be worth.

    Parameters
    ----------
    names
        Inputs, or groups that would be learnt together.
    value
        Expected value of knowing the input, in the unit of the net benefit. Shape ``(input,)``.
    se
        Standard error of `value`.
    upward_bias
        How much of `value` is noise that the choice of the best decision picked up; values of the
        size of this and of `se` are not told apart from 0.
    perfect
        Value of knowing everything: what cannot be exceeded.
    best_decision
        Position of the best decision as things stand.
    """

    names: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    upward_bias: FloatArray
    perfect: float
    best_decision: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row per input, the most valuable first; the columns are always the same."""
        share = self.value / self.perfect if self.perfect > 0 else np.full_like(self.value, np.nan)
        frame = pd.DataFrame(
            {"input": self.names, "value": self.value, "value_se": self.se,
             "upward_bias": self.upward_bias, "share_of_perfect": share}
        )  # fmt: skip
        return frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)


@checked
def evppi(
    net_benefit: ArrayLike, inputs: Mapping[str, ArrayLike], *, seed: WholeNumber
) -> InformationValue:
    r"""Estimate the expected value of partial perfect information by regression on given draws.

    Parameters
    ----------
    net_benefit
        Net benefit (minus the loss) of each decision in each draw, in one unit. Shape
        ``(draw, decision)``, at least 2 decisions.
    inputs
        Draws of each input or group, ``(draw,)`` or ``(draw, column)``, by name; independent rows.
    seed
        Seed of the draws behind the standard errors.

    Returns
    -------
    InformationValue
        Value by input with standard error, and the value of perfect information.

    Raises
    ------
    InputError
        If shapes differ, there are fewer than 2 decisions, or too few draws.

    Notes
    -----
    .. math:: \mathrm{EVPPI}_X = E_X \max_d E[NB_d \mid X] - \max_d E[NB_d] .

    The inner expectation is a spline regression of each decision's net benefit on X [1]_. Standard
    error and bias are those of the maximum when the coefficients are drawn from their joint normal
    distribution, plus the sampling error of X. Decisions that never differ are worth nothing to
    know. It is the value of *perfect* knowledge of the input, an upper bound for any study of it.

    References
    ----------
    .. [1] Strong, Oakley & Brennan (2014). Estimating multiparameter partial expected value of
       perfect information from a probabilistic sensitivity analysis sample: a nonparametric
       regression approach. *Medical Decision Making* 34: 311-326.

    Examples
    --------
    Two inputs make a programme worth 1 on average, with standard deviations 2 and 0.1. What decides
    between two actions is worth :math:`s\,[\varphi(z) - z\,\Phi(-z)]`, :math:`z = |\mu|/s`, here 0.4:

    >>> from gecam.evaluation import evppi
    >>> from gecam.uncertainty import Streams
    >>> x, y = (Streams(1).normal(name, "z", 0, 5000) for name in "xy")
    >>> gain = 1 + 2 * x + 0.1 * y
    >>> worth = evppi(np.column_stack([np.zeros(5000), gain]), {"x": x, "y": y}, seed=1)
    >>> worth.value.round(1)
    array([0.4, 0. ])
    """
    benefit = finite(net_benefit, "net_benefit")
    shapes = {np.shape(values)[:1] for values in inputs.values()}
    if benefit.ndim != 2 or benefit.shape[1] < 2 or shapes != {benefit.shape[:1]}:
        raise InputError(
            "net_benefit must have shape (draw, decision), at least 2 decisions, and the inputs as "
            f"many draws: got {benefit.shape} and {sorted(shapes)}"
        )
    # Relative to the best decision as things stand, so that only differences are regressed.
    best = int(np.argmax(benefit.mean(axis=0)))
    gain = benefit - benefit[:, best : best + 1]
    rows = [
        _regressed(gain, surface_terms(values, name), child(seed, f"evppi:{name}").seed)
        for name, values in inputs.items()
    ]
    value, se, bias = np.array(rows).T
    perfect = float(gain.max(axis=1).mean())
    return InformationValue(tuple(inputs), value, se, bias, perfect, best)


@checked
def next_figure(
    people: ArrayLike,
    inputs: Mapping[str, ArrayLike],
    *,
    cost_under: Positive,
    cost_over: Positive,
    plans: PositiveInt = 50,
    seed: WholeNumber,
) -> InformationValue:
    r"""Rank the figures to collect next by what they are worth to a plan sized by this estimate.

    Parameters
    ----------
    people
        Draws of the people to plan for. Shape ``(draw,)``; unit: people.
    inputs
        Draws of each figure, or group of figures, that could be collected. As in `evppi`.
    cost_under, cost_over
        Cost of each person left out of the plan, and of each place planned in vain; > 0, one unit.
    plans
        Sizes of the plan that are weighed, at quantiles of `people`; at least 2.
    seed
        As in `evppi`.

    Returns
    -------
    InformationValue
        Expected saving by figure, in the unit of the costs. `perfect` is the expected cost of the
        uncertainty as things stand.

    Raises
    ------
    InputError
        As in `evppi`, or if a cost is not positive.

    Notes
    -----
    The loss of planning for q when A are affected is :math:`c_u(A-q)_+ + c_o(q-A)_+`; the best q is
    the :math:`c_u/(c_u+c_o)` quantile of A (the newsvendor's), and of A given X once X is known.
    Weighing a grid of plans instead of all understates the value a little, more so the better X
    determines A: with 50 plans, a figure worth 90 % of perfect knowledge is understated by 3 %.

    References
    ----------
    .. [1] Arrow, Harris & Marschak (1951). Optimal inventory policy. *Econometrica* 19: 250-272.

    Examples
    --------
    >>> from gecam.evaluation import next_figure
    >>> from gecam.uncertainty import Streams
    >>> z = {name: Streams(1).normal(name, "z", 0, 5000) for name in ("stock", "odds ratio")}
    >>> people = 1000 * np.exp(0.1 * z["stock"] + 0.4 * z["odds ratio"])
    >>> worth = next_figure(people, z, cost_under=3.0, cost_over=1.0, seed=1)
    >>> worth.to_frame()["input"].tolist()
    ['odds ratio', 'stock']
    """
    a = finite(people, "people")
    if plans < 2:
        raise InputError(f"plans must be at least 2: got {plans}")
    best = cost_under / (cost_under + cost_over)
    levels = np.append(special.ndtr(np.linspace(-REACH, REACH, plans)), best)
    short = a[:, None] - np.quantile(a, np.sort(levels))
    benefit = np.minimum(-cost_under * short, cost_over * short)
    # Whoever knows everything plans exactly; the grid alone would understate that.
    return replace(evppi(benefit, inputs, seed=seed), perfect=float(-benefit.mean(axis=0).max()))


def _regressed(gain: FloatArray, terms: FloatArray, seed: int) -> tuple[float, float, float]:
    """Value, standard error and upward bias of one input; the best decision's gain is 0."""
    n = len(gain)
    design = np.column_stack([np.ones(n), terms])
    q, r = linalg.qr(design, mode="economic", check_finite=False)
    # Terms that the data do not tell apart carry nothing of their own.
    q = q[:, np.abs(np.diag(r)) > 1e-9 * math.sqrt(n)]
    coefficients = q.T @ gain
    fitted = q @ coefficients
    best = fitted.max(axis=1)
    value = float(best.mean() - fitted.mean(axis=0).max())
    residual = gain - fitted
    covariance = residual.T @ residual / max(1, n - q.shape[1])
    scale, axes = np.linalg.eigh(covariance)
    root = axes * np.sqrt(np.maximum(scale, 0))
    size = (q.shape[1], gain.shape[1])
    generator = np.random.Generator(np.random.Philox(seed))
    values = np.empty(REPLICATES)
    for i in range(REPLICATES):
        drawn = q @ (coefficients + generator.standard_normal(size) @ root.T)
        values[i] = drawn.max(axis=1).mean() - drawn.mean(axis=0).max()
    se = math.hypot(float(values.std(ddof=1)), float(best.std(ddof=1)) / math.sqrt(n))
    return value, se, float(values.mean()) - value
