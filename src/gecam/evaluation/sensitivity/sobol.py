"""Sobol' indices: which inputs make an output uncertain, alone and in interaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, Positive, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.evaluation.sensitivity.sampling import (
    IndexEstimate,
    Model,
    PickFreeze,
    QuantileFunction,
    bootstrapped,
)
from gecam.uncertainty import Quantity

FirstOrder = Literal["saltelli", "janon"]


@dataclass(frozen=True, slots=True, eq=False)
class SobolResult:
    """First and total order indices by input (or group) and output.

    Parameters
    ----------
    names
        Inputs, or groups.
    outputs
        Names of the outputs; empty for a single output, whose arrays have no output axis.
    first, total
        Indices with bootstrap errors. Shape ``(input,)`` or ``(input, output)``.
    mean, variance
        Of the output. Shape ``()`` or ``(output,)``. Indices of a constant output are NaN.
    n, runs
        Points of each sample, and rows of the model evaluated in all.
    level
        Confidence of the intervals.
    is_converged
        Whether every interval is at most the tolerance to either side. Shape ``()`` or
        ``(output,)``.
    """

    names: tuple[str, ...]
    outputs: tuple[str, ...]
    first: IndexEstimate
    total: IndexEstimate
    mean: FloatArray
    variance: FloatArray
    n: int
    runs: int
    level: float
    is_converged: BoolArray

    @property
    def interaction(self) -> FloatArray:
        """Part of the variance that no input explains alone: 1 - sum of the first-order indices."""
        return np.asarray(1 - self.first.value.sum(axis=0))

    def of_output(self, position: int) -> SobolResult:
        """Return the indices of one of several outputs, without an output axis."""
        first, total = (
            IndexEstimate(*(part[:, position] for part in index.parts))
            for index in (self.first, self.total)
        )
        return replace(
            self, outputs=(), first=first, total=total, mean=self.mean[position],
            variance=self.variance[position], is_converged=np.asarray(self.is_converged[position]),
        )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return one row per output and input; the columns are always the same."""
        outputs = self.outputs or ("",)
        columns: dict[str, object] = {
            "output": np.repeat(outputs, len(self.names)),
            "input": np.tile(self.names, len(outputs)),
        }
        for order, index in (("first", self.first), ("total", self.total)):
            parts = {"": index.value, "_se": index.se, "_lower": index.lower, "_upper": index.upper}
            columns |= {order + end: values.ravel(order="F") for end, values in parts.items()}
        return pd.DataFrame(columns)


@checked
def sobol(
    model: Model,
    inputs: Mapping[str, Quantity | QuantileFunction],
    *,
    n: int = 4096,
    groups: Mapping[str, Sequence[str]] | None = None,
    outputs: Sequence[str] = (),
    first_order: FirstOrder = "saltelli",
    level: Probability = 0.95,
    replicates: PositiveInt = 200,
    tolerance: Positive = 0.05,
    seed: WholeNumber,
) -> SobolResult:
    r"""Estimate first and total order Sobol' indices of a model with independent inputs.

    Parameters
    ----------
    model
        Function of the inputs by name, each of shape ``(n,)``; returns ``(n,)``, or ``(n, output)``
        for several outputs at once.
    inputs
        By name, a quantity or a quantile function (from uniform values in (0, 1) to the input). The
        inputs are independent; for dependent ones give their independent factors.
    n
        Points of each of the two samples, a power of 2. The model is run in n (inputs + 2) rows.
    groups
        Names of inputs by group: one index for all of them together. A factor that many countries
        share is one input; inputs in no group stand alone.
    outputs
        Names of the outputs, needed if the model returns several; none by default.
    first_order
        ``saltelli`` (2010) or ``janon`` (2014), which also uses the mixed samples for the mean and
        the variance. Both on centred outputs. Total order is always Jansen's.
    level, replicates
        Confidence in (0, 1), and number of replicates (at least 20), of the bootstrap over points.
    tolerance
        Half-width of the intervals, in shares of the variance, up to which the result counts as
        converged, > 0.
    seed
        Seed of the scrambled Sobol' points and of the bootstrap, a whole number of at least 0.

    Returns
    -------
    SobolResult
        Indices, errors, and whether they converged. Nothing is clipped: a small index below 0 says
        how large the error is; raise `n`.

    Raises
    ------
    InputError
        If `n` is no power of 2, groups are inconsistent, or the model returns a wrong shape or
        values that are not finite.

    Notes
    -----
    With independent samples A and B, and :math:`A_B^i` = A with input i from B,

    .. math::
        S_i &= \frac{\frac1n\sum f(B)\,[f(A_B^i) - f(A)]}{V}\ \text{[1]}, &
        S_{Ti} &= \frac{\frac{1}{2n}\sum [f(A) - f(A_B^i)]^2}{V}\ \text{[2]},

    and ``janon`` is the correlation of :math:`f(B)` and :math:`f(A_B^i)`, with mean and variance of
    both together [3]_. Outputs are centred first: shifting the output changes nothing, and the
    error of :math:`S_i` falls. The bootstrap takes the points as independent, though they are more
    even than that: intervals tend to be too wide, not too narrow.

    References
    ----------
    .. [1] Saltelli et al. (2010). Variance based sensitivity analysis of model output. *Computer
       Physics Communications* 181: 259-270, table 2, row b.
    .. [2] Jansen (1999). Analysis of variance designs for model output. *Computer Physics
       Communications* 117: 35-43.
    .. [3] Janon, Klein, Lagnoux, Nodet & Prieur (2014). Asymptotic normality and efficiency of two
       Sobol index estimators. *ESAIM: P&S* 18: 342-364.

    Examples
    --------
    >>> from gecam.evaluation import sobol
    >>> from gecam.uncertainty import LogNormal
    >>> inputs = {"stock": LogNormal(1000.0, 0.1), "share": LogNormal(0.3, 0.2)}
    >>> result = sobol(lambda x: x["stock"] * x["share"], inputs, n=1024, seed=1)
    >>> result.first.value.round(1), result.total.value.round(1)
    (array([0.2, 0.8]), array([0.2, 0.8]))
    """
    design = PickFreeze(model, inputs, groups, n=n, seed=seed)
    names = tuple(design.groups)
    a, b, *of_names = design.run_each([(), names, *((name,) for name in names)])
    mixed = np.stack(of_names, axis=1)  # (n, input, output)
    if not design.is_scalar and len(outputs) != a.shape[1]:
        raise InputError(f"the model returns {a.shape[1]} outputs: got {len(outputs)} names")
    mean = (a.mean(axis=0) + b.mean(axis=0)) / 2
    a, b, mixed = a - mean, b - mean, mixed - mean
    rows = (_rows(a[:, j], b[:, j], mixed[:, :, j], first_order) for j in range(mean.size))
    both = [
        bootstrapped(terms, statistic, replicates=replicates, level=level, seed=seed)
        for terms, statistic in rows
    ]
    first, total = (IndexEstimate.stack([index[order] for index in both]) for order in (0, 1))
    widest = np.maximum(first.half_width.max(axis=0), total.half_width.max(axis=0))
    variance = (a**2 + b**2).mean(axis=0) / 2
    result = SobolResult(
        names, tuple(outputs), first, total, mean, variance, n, design.runs, level,
        is_converged=np.asarray(widest <= tolerance),
    )  # fmt: skip
    return result.of_output(0) if design.is_scalar else result


def _rows(
    a: FloatArray, b: FloatArray, mixed: FloatArray, first_order: FirstOrder
) -> tuple[FloatArray, Callable[[FloatArray], FloatArray]]:
    """Return rows of one centred output, and the indices as a function of their means."""
    k = mixed.shape[1]
    a, b = a[:, None], b[:, None]
    terms = [(a**2 + b**2) / 2, (a + b) / 2, (a - mixed) ** 2 / 2]
    if first_order == "saltelli":
        terms += [b * (mixed - a)]
    else:
        terms += [b * mixed, (b + mixed) / 2, (b**2 + mixed**2) / 2]
    is_constant = not (np.ptp(a) or np.ptp(b) or np.ptp(mixed))

    def indices(means: FloatArray) -> FloatArray:
        square, centre, jansen, *rest = means.reshape(len(means), len(terms), k).swapaxes(0, 1)
        variance = square - centre**2
        numerator, spread = rest[0], variance
        if first_order == "janon":
            numerator, spread = rest[0] - rest[1] ** 2, rest[2] - rest[1] ** 2
        if is_constant:
            return np.full((len(means), 2, k), np.nan)
        return np.stack([numerator / spread, jansen / variance], axis=1)

    rows = np.stack(np.broadcast_arrays(*terms), axis=1).reshape(len(a), -1)
    return rows, indices
