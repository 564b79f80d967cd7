"""Shapley values: a difference divided among the inputs that differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.exact_parts import exact_parts

MAX_EXACT = 12  # names whose 4096 subsets are all valued


@dataclass(frozen=True, slots=True, eq=False)
class ShapleyDifference:
    """A difference between two configurations, divided among the switches that make it.

    Parameters
    ----------
    names
        The switches.
    parts
        What each contributes. Shape ``(switch,)``, or ``(switch, ...)`` if the value is an array.
    before, after
        Value with all switches off, and with all on. Shape ``()`` or ``(...)``.
    """

    names: tuple[str, ...]
    parts: FloatArray
    before: FloatArray
    after: FloatArray

    @property
    def total(self) -> FloatArray:
        """The difference, after - before, to which the parts add up."""
        return np.asarray(self.after - self.before)

    def to_dict(self) -> dict[str, FloatArray]:
        """Return the parts by name."""
        return dict(zip(self.names, self.parts, strict=True))


def shapley_difference(
    value: Callable[[frozenset[str]], ArrayLike], names: Sequence[str]
) -> ShapleyDifference:
    r"""Divide the difference between two configurations among named switches.

    Parameters
    ----------
    value
        Value of a configuration, given the names of the switches that are on; a number, or an array
        of one shape (such as one value per country). It is called once for each subset.
    names
        The switches, at most 12: ``("data", "method", "seed")``.

    Returns
    -------
    ShapleyDifference
        Parts that add up to the difference as `exact_parts` promises. A switch that never changes
        the value has exactly 0.

    Raises
    ------
    InputError
        If there are no names, too many, or repeated ones, or a value is not finite.

    Notes
    -----
    The part of a switch is its effect averaged over all orders in which the switches can be turned
    on [1]_, :math:`\sum_{S \not\ni i} \frac{|S|!\,(k-|S|-1)!}{k!}[v(S \cup i) - v(S)]`: changing
    one at a time from either end would depend on the end, and leave a remainder.

    References
    ----------
    .. [1] Shapley (1953). A value for n-person games. *Annals of Mathematics Studies* 28: 307-317.

    Examples
    --------
    >>> from gecam.evaluation import shapley_difference
    >>> people = {"stock": (1000.0, 1500.0), "share": (0.2, 0.4)}
    >>> def affected(on):
    ...     return math.prod(pair[name in on] for name, pair in people.items())
    >>> import math
    >>> shapley_difference(affected, ("stock", "share")).to_dict()
    {'stock': np.float64(150.0), 'share': np.float64(250.0)}
    """
    names = tuple(names)
    k = len(names)
    if not 1 <= k <= MAX_EXACT or len(set(names)) < k:
        raise InputError(
            f"names must be 1 to {MAX_EXACT} different switches: got {k}, "
            f"{len(set(names))} different. Join switches that belong together into one."
        )
    values = [
        finite(value(subset), f"value with {sorted(subset)} on")
        for subset in map(frozenset, _subsets(names))
    ]
    if len({v.shape for v in values}) > 1:
        raise InputError("value must return one shape for all subsets")
    parts = shapley_of_subsets(np.stack(values))
    before, after = values[0], values[-1]
    flat = parts.reshape(k, -1)
    for j, total in enumerate((after - before).ravel()):
        flat[:, j] = exact_parts(flat[:, j].tolist(), float(total))
    return ShapleyDifference(names, parts, before, after)


def shapley_of_subsets(values: FloatArray) -> FloatArray:
    """Return Shapley values from the value of every subset.

    Parameters
    ----------
    values
        Value by subset: position s holds the subset of the bits of s. Shape ``(2**k, ...)``.

    Returns
    -------
    ndarray
        Shapley value of each member. Shape ``(k, ...)``. They sum to
        ``values[-1] - values[0]``, up to rounding.

    Examples
    --------
    >>> from gecam.evaluation.alternatives.shapley_difference import shapley_of_subsets
    >>> shapley_of_subsets(np.array([0.0, 1.0, 2.0, 4.0]))
    array([1.5, 2.5])
    """
    k = len(values).bit_length() - 1
    result = np.empty((k, *values.shape[1:]))
    for i in range(k):
        with_i, weights = _marginals(k, i)
        result[i] = np.tensordot(weights, values[with_i] - values[with_i ^ (1 << i)], axes=1)
    return result


def _subsets(names: tuple[str, ...]) -> list[list[str]]:
    """All subsets, at position s the names of the bits of s."""
    return [[name for i, name in enumerate(names) if s >> i & 1] for s in range(1 << len(names))]


@cache
def _marginals(k: int, i: int) -> tuple[np.ndarray, FloatArray]:
    """Subsets with member i, and the weight of what it adds to each."""
    subsets = np.arange(1 << k)
    with_i = subsets[subsets >> i & 1 == 1]
    others = np.array([int(s).bit_count() - 1 for s in with_i])
    weights = np.array([1 / (k * math.comb(k - 1, j)) for j in range(k)])
    return with_i, weights[others]
