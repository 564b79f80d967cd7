"""Shapley effects: shares of a variance that sum to 1, also where inputs interact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.evaluation.alternatives.shapley_difference import MAX_EXACT, shapley_of_subsets
from gecam.evaluation.sensitivity.sampling import (
    IndexEstimate,
    Model,
    PickFreeze,
    QuantileFunction,
    bootstrapped,
    child,
)
from gecam.uncertainty import Quantity

ShapleyMethod = Literal["exact", "permutation"]


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyEffects:
    """Shares of the variance of an output by input or group.

    Parameters
    ----------
    names
        Inputs, or groups.
    effect
        Shares, which sum to 1, with their sampling error. Shape ``(input,)``. NaN for a constant
        output.
    variance
        Variance that is shared out.
    method
        How subsets of inputs were valued.
    n, runs
        Points, and rows of the model evaluated.
    level
        Confidence of the intervals.
    """

    names: tuple[str, ...]
    effect: IndexEstimate
    variance: float
    method: str
    n: int
    runs: int
    level: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per input, the largest share first; the columns are always the same."""
        index = self.effect
        frame = pd.DataFrame(
            {"input": self.names, "effect": index.value, "effect_se": index.se,
             "effect_lower": index.lower, "effect_upper": index.upper}
        )  # fmt: skip
        return frame.sort_values("effect", ascending=False, kind="stable", ignore_index=True)


@checked
def shapley_effects(
    model: Model,
    inputs: Mapping[str, Quantity | QuantileFunction],
    *,
    n: int = 4096,
    groups: Mapping[str, Sequence[str]] | None = None,
    method: ShapleyMethod | None = None,
    level: Probability = 0.95,
    replicates: PositiveInt = 200,
    seed: WholeNumber,
) -> ShapleyEffects:
    r"""Estimate Shapley effects of a model with independent inputs.

    Parameters
    ----------
    model, inputs, groups
        As in `sobol`; the model returns one output, ``(n,)``.
    n
        Number of points, a power of 2; 4,096 by default.
    method
        ``exact`` values every subset of the groups in n 2\ :sup:`k` rows of the model (at most 12
        groups); ``permutation`` gives each point a random order in n (k + 1) rows. None: exact
        up to 6 groups.
    level, replicates
        Confidence in (0, 1), and number of replicates (at least 20), of the bootstrap over points.
    seed
        Seed of the points, the orders and the bootstrap, a whole number of at least 0.

    Returns
    -------
    ShapleyEffects
        Shares that sum to 1. A single one can be estimated below 0 by its error.

    Raises
    ------
    InputError
        As in `sobol`, or if ``exact`` is asked of more than 12 groups.

    Notes
    -----
    The value of a set of inputs is the variance that is left when all others are known,
    :math:`E[\operatorname{Var}(Y|X_{\sim S})] = \frac12 E[f(A) - f(A_B^S)]^2`; its Shapley values
    equal those of :math:`\operatorname{Var}(E[Y|X_S])` [1]_ [2]_. ``permutation`` walks from A to B
    one group at a time, in an order of its own at each point, and credits each group with the
    change of :math:`\frac12[f(A) - f(\cdot)]^2` [3]_. The sum over groups is the variance in every
    sample, so that the shares sum to 1 by construction, not by rescaling.

    References
    ----------
    .. [1] Owen (2014). Sobol' indices and Shapley value. *SIAM/ASA JUQ* 2: 245-251.
    .. [2] Song, Nelson & Staum (2016). Shapley effects for global sensitivity analysis: theory and
       computation. *SIAM/ASA JUQ* 4: 1060-1083.
    .. [3] Goda (2021). A simple algorithm for global sensitivity analysis with Shapley effects.
       *Reliability Engineering & System Safety* 213: 107702.

    Examples
    --------
    >>> from gecam.evaluation import shapley_effects
    >>> from gecam.uncertainty import LogNormal
    >>> inputs = {"stock": LogNormal(1000.0, 0.1), "share": LogNormal(0.3, 0.2)}
    >>> effects = shapley_effects(lambda x: x["stock"] * x["share"], inputs, n=1024, seed=1)
    >>> effects.effect.value.round(2)
    array([0.2, 0.8])
    """
    design = PickFreeze(model, inputs, groups, n=n, seed=seed)
    names = tuple(design.groups)
    k = len(names)
    method = method or ("exact" if k <= 6 else "permutation")
    if method == "exact" and k > MAX_EXACT:
        raise InputError(f"method 'exact' takes at most {MAX_EXACT} groups: got {k}")
    rows = _all_subsets(design) if method == "exact" else _random_orders(design, seed)
    whole = float(rows.mean(axis=0).sum())

    def shares(means: FloatArray) -> FloatArray:
        if whole == 0:
            return np.full_like(means, np.nan)
        return np.asarray(means / means.sum(axis=1, keepdims=True))

    effect = bootstrapped(rows, shares, replicates=replicates, level=level, seed=seed)
    return ShapleyEffects(names, effect, whole, method, n, design.runs, level)


def _all_subsets(design: PickFreeze) -> FloatArray:
    """Shapley values at each point, ``(n, group)``, from every subset."""
    names = tuple(design.groups)
    subsets = ([name for i, name in enumerate(names) if s >> i & 1] for s in range(1 << len(names)))
    base, *others = (_single(design, output) for output in design.run_each(subsets))
    values = [np.zeros(design.n), *((base - other) ** 2 / 2 for other in others)]
    return shapley_of_subsets(np.stack(values)).T


def _random_orders(design: PickFreeze, seed: int) -> FloatArray:
    """Contributions at each point, ``(n, group)``, in one random order of its own."""
    names, n = tuple(design.groups), design.n
    uniform = child(seed, "orders").uniform("order", "rank", 0, n * len(names))
    place = np.argsort(np.argsort(uniform.reshape(n, -1), axis=1), axis=1)
    steps = ({name: place[:, i] <= step for i, name in enumerate(names)}
             for step in range(-1, len(names)))  # fmt: skip
    base, *others = (_single(design, output) for output in design.run_each(steps))
    before, rows = np.zeros(n), np.zeros((n, len(names)))
    for step, other in enumerate(others):
        after = (base - other) ** 2 / 2
        rows += (after - before)[:, None] * (place == step)
        before = after
    return rows


def _single(design: PickFreeze, output: FloatArray) -> FloatArray:
    if not design.is_scalar:
        raise InputError(f"Shapley effects need a model with one output, shape ({design.n},)")
    return output[:, 0]
