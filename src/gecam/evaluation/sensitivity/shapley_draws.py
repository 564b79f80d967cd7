"""Shapley effects from given draws, whose inputs may depend on each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import linalg

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.evaluation._checks import finite, fraction
from gecam.evaluation.alternatives.shapley_difference import shapley_of_orders, shapley_of_subsets
from gecam.evaluation.sensitivity.sampling import IndexEstimate, child
from gecam.evaluation.sensitivity.shapley_effects import ShapleyEffects
from gecam.evaluation.sensitivity.surface import Surface, surface

MAX_INPUTS = 60  # one bit each
EXACT_INPUTS = 10
FOLDS = 10
RIDGE = 1e-8  # relative; copies of one column then share their effect instead of failing


@checked
def shapley_effects_from_draws(
    output: ArrayLike,
    inputs: Mapping[str, ArrayLike],
    *,
    orders: PositiveInt = 200,
    level: Probability = 0.95,
    seed: WholeNumber,
) -> ShapleyEffects:
    r"""Estimate Shapley effects from draws of an output and of its inputs, dependent or not.

    Parameters
    ----------
    output
        Draws of the output. Shape ``(draw,)``.
    inputs
        Draws of each input or group, ``(draw,)`` or ``(draw, column)``, by name; independent rows,
        no Sobol' points needed.
    orders
        Random orders of the inputs, used where there are more than 10 (all subsets otherwise).
    level
        Confidence of the intervals.
    seed
        Seed of the random orders.

    Returns
    -------
    ShapleyEffects
        Shares that sum to 1, of the part `explained` of the variance.

    Raises
    ------
    InputError
        If shapes differ, the output is constant, or there are too few draws for the inputs.

    Notes
    -----
    The value of a set of inputs is :math:`\operatorname{Var}(E[Y|X_S])`, which for dependent inputs
    [1]_ is estimated by the adjusted R² of a regression of Y on splines of the inputs' normal
    scores and on products of two. Errors come from leaving out tenths of the draws in turn
    (jackknife).

    Limits. (1) Effects of three inputs at once, and shapes finer than the splines, are not seen:
    `explained` says how much was; below 0.95, use `shapley_effects` on the model, or give
    logarithms of a product. (2) With many columns the surface becomes simpler, in steps; the
    method's name in the result says which. (3) Two inputs that move together share what either
    could explain: a Shapley effect is not a causal share. (4) Rows that are not independent (a
    Markov chain) have larger errors than stated.

    References
    ----------
    .. [1] Owen & Prieur (2017). On Shapley value for measuring importance of dependent inputs.
       *SIAM/ASA JUQ* 5: 986-1002.

    Examples
    --------
    >>> from gecam.evaluation import shapley_effects_from_draws
    >>> from gecam.uncertainty import Streams
    >>> z = [Streams(1).normal(name, "z", 0, 5000) for name in ("stock", "share")]
    >>> draws = {"stock": z[0], "share": 0.6 * z[0] + 0.8 * z[1]}
    >>> effects = shapley_effects_from_draws(draws["stock"] + draws["share"], draws, seed=1)
    >>> effects.effect.value.round(2)
    array([0.5, 0.5])
    """
    y = finite(output, "output")
    shapes = {np.shape(values)[:1] for values in inputs.values()}
    if y.ndim != 1 or shapes != {y.shape} or not 1 <= len(inputs) <= MAX_INPUTS:
        raise InputError(
            f"output and 1 to {MAX_INPUTS} inputs must have one number of draws: "
            f"got {y.shape} and {sorted(shapes)}"
        )
    if np.ptp(y) == 0:
        raise InputError("the output is constant: there is no variance to share out")
    regression = _Regression(surface(inputs), y)
    k = len(inputs)
    if k <= EXACT_INPUTS:
        parts = shapley_of_subsets(np.stack([regression.adjusted_r2(s) for s in range(1 << k)]))
    else:
        order_seed = child(seed, "orders").seed
        parts = shapley_of_orders(regression.adjusted_r2, k, orders=orders, seed=order_seed)
    explained = float(parts[:, -1].sum())
    if explained <= 0:
        raise InputError(
            "the inputs explain nothing of the output: shares of nothing are undefined"
        )
    return ShapleyEffects(
        names=tuple(inputs),
        effect=_jackknifed(parts / parts.sum(axis=0), level),
        variance=float(y.var()) * explained,
        explained=explained,
        method=f"regression on draws, {regression.surface.detail}",
        n=y.size,
        runs=0,
        level=level,
    )


class _Regression:
    """R² of the output on any subset of inputs: without each fold in turn, and on all draws."""

    def __init__(self, terms: Surface, y: FloatArray) -> None:
        self.surface = terms
        table = np.column_stack([np.ones_like(y), terms.terms, (y - y.mean()) / y.std()])
        folds = [table[fold::FOLDS] for fold in range(FOLDS)]
        grams = np.stack([rows.T @ rows for rows in folds])
        whole = grams.sum(axis=0)
        self._grams = [*(whole - grams), whole]

    def adjusted_r2(self, subset: int) -> FloatArray:
        """Return the adjusted R² on a subset of inputs (bits). Shape ``(fold + 1,)``."""
        columns = self.surface.within(subset)
        p = columns.size
        result = np.zeros(FOLDS + 1)
        if p == 0:
            return result
        chosen = np.concatenate([[0], columns + 1])
        for i, gram in enumerate(self._grams):
            n, total = gram[0, 0], gram[-1, -1] - gram[0, -1] ** 2 / gram[0, 0]
            cross, right = gram[np.ix_(chosen, chosen)], gram[chosen, -1]
            ridge = RIDGE * n * np.eye(p + 1)
            beta = linalg.solve(cross + ridge, right, assume_a="pos", check_finite=False)
            r2 = (beta @ right - gram[0, -1] ** 2 / n) / total
            result[i] = 1 - (1 - r2) * (n - 1) / (n - p - 1)
        return result


def _jackknifed(values: FloatArray, level: float) -> IndexEstimate:
    """Return the last column with the error that the leave-one-fold-out columns show."""
    from scipy.special import ndtri

    left_out, value = values[:, :-1], values[:, -1]
    deviations = left_out - left_out.mean(axis=1, keepdims=True)
    se = np.sqrt((FOLDS - 1) / FOLDS * np.sum(deviations**2, axis=1))
    reach = ndtri((1 + fraction(level, "level")) / 2) * se
    return IndexEstimate(value, se, value - reach, value + reach)
