"""Pooling the opinions of several experts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import ndtr

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.estimation.methods.elicited import ElicitedDistribution
from gecam.uncertainty import Quantity, Streams


@dataclass(frozen=True, slots=True, eq=False)
class LinearPool:
    """A mixture of opinions: with the weights' probability, one expert or another is right.

    Parameters
    ----------
    parts
        The experts' distributions.
    weights
        Their weights; they sum to 1.
    """

    parts: tuple[Quantity, ...]
    weights: FloatArray

    @property
    def mean(self) -> float:
        """Weighted mean of the means."""
        return float(sum(w * part.mean for w, part in zip(self.weights, self.parts, strict=True)))

    @property
    def sd(self) -> float:
        """Standard deviation: within experts and between them."""
        square = sum(
            w * (part.sd**2 + (part.mean - self.mean) ** 2)
            for w, part in zip(self.weights, self.parts, strict=True)
        )
        return float(np.sqrt(square))

    def cdf(self, x: ArrayLike) -> FloatArray:
        """Return the probability of a value of at most `x`."""
        terms = [w * part.cdf(x) for w, part in zip(self.weights, self.parts, strict=True)]
        return np.asarray(sum(terms))

    def quantile(self, u: ArrayLike) -> FloatArray:
        """Return the value below which a part `u` lies, by bisection between the experts'."""
        p = np.asarray(u, dtype=np.float64)
        ends = np.array([part.quantile(p) for part in self.parts])
        low, high = ends.min(axis=0), ends.max(axis=0)
        for _ in range(100):  # to the spacing of floating-point numbers
            middle = (low + high) / 2
            reaches = self.cdf(middle) >= p
            low, high = np.where(reaches, low, middle), np.where(reaches, middle, high)
        return np.asarray(high)

    def at_score(self, z: ArrayLike) -> FloatArray:
        """Return the value at a standard normal score."""
        return self.quantile(ndtr(np.asarray(z, dtype=np.float64)))

    def draws(
        self, streams: Streams, input_id: str, component: str, start: int, stop: int
    ) -> FloatArray:
        """Return draws number `start` to `stop` - 1 of a stream; shape ``(stop - start,)``."""
        return self.quantile(streams.uniform(input_id, component, start, stop))


@checked
def opinion_pool(
    distributions: Sequence[Quantity],
    weights: ArrayLike | None = None,
    *,
    kind: Literal["linear", "log"] = "linear",
) -> LinearPool | ElicitedDistribution:
    r"""Pool the opinions of several experts.

    Parameters
    ----------
    distributions
        One for each expert. For ``log`` they must be of one family with one pair of limits.
    weights
        Weights, >= 0, in any unit; None: equal.
    kind
        ``linear``: the mixture, which keeps disagreement; ``log``: the normalised geometric mean of
        densities, which rewards agreement and is narrower.

    Returns
    -------
    LinearPool or ElicitedDistribution

    Raises
    ------
    InputError
        If weights do not fit, or a log pool is asked for families it is not closed for.

    Notes
    -----
    Linear: :math:`f = \sum_i w_i f_i`. Log: :math:`f \propto \prod_i f_i^{w_i}`. For normal
    families the precision is :math:`\sum_i w_i/\sigma_i^2` and the mean weighs by it; gamma
    parameters :math:`a - 1` and rate, and beta parameters :math:`a - 1` and :math:`b - 1`, are
    averaged. All of these follow from the exponential form of the density. With weights that sum
    to 1, k experts who agree count as one: the pool does not get narrower with their number.

    Examples
    --------
    >>> from gecam.estimation.methods.elicitation import fit_elicited
    >>> from gecam.estimation.methods.opinion_pool import opinion_pool
    >>> low = fit_elicited([0.05, 0.95], [0.5, 1.5]).best
    >>> high = fit_elicited([0.05, 0.95], [1.5, 4.5]).best
    >>> [[round(float(q), 2) for q in opinion_pool([low, high], kind=kind).quantile([0.05, 0.95])]
    ...  for kind in ("linear", "log")]
    [[0.56, 3.99], [0.87, 2.6]]
    """
    parts = tuple(distributions)
    given = np.ones(len(parts)) if weights is None else np.asarray(weights, dtype=np.float64)
    if not parts or given.shape != (len(parts),):
        raise InputError(f"need a weight for each of {len(parts)} experts: got {given.shape}")
    if not (np.all(given >= 0) and np.all(given < np.inf) and given.sum() > 0):
        raise InputError(f"weights must be finite, >= 0 and not all zero: got {given.tolist()}")
    share = given / given.sum()
    return LinearPool(parts, share) if kind == "linear" else _log_pool(parts, share)


def _log_pool(parts: tuple[Quantity, ...], weights: FloatArray) -> ElicitedDistribution:
    judged = [part for part in parts if isinstance(part, ElicitedDistribution)]
    kinds = {(part.family, part.lower, part.upper) for part in judged}
    if len(judged) < len(parts) or len(kinds) > 1 or judged[0].family == "t4":
        raise InputError(
            "a log pool needs one family with one pair of limits, and not t4: fit all experts with "
            f"families=['normal'] or another. Got {sorted(str(kind) for kind in kinds)}"
        )
    first, second = (
        np.array([getattr(part, name) for part in judged]) for name in ("first", "second")
    )
    family = judged[0].family
    if family == "gamma":
        pooled = (weights @ (first - 1) + 1, weights @ second)
    elif family == "beta":
        pooled = (weights @ (first - 1) + 1, weights @ (second - 1) + 1)
    else:
        precision = weights / second**2
        pooled = (precision @ first / precision.sum(), precision.sum() ** -0.5)
    return replace(judged[0], first=float(pooled[0]), second=float(pooled[1]), ssq=0.0)
