"""Quasi-random points, pick-freeze samples and bootstrap intervals of the sensitivity methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np

from gecam._arguments import refuse_large, whole_number
from gecam._typing import ArrayLike, BoolArray, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.uncertainty import Quantity, Streams

QuantileFunction: TypeAlias = Callable[[FloatArray], ArrayLike]
Model: TypeAlias = Callable[[Mapping[str, FloatArray]], ArrayLike]
TakenFromB: TypeAlias = Sequence[str] | Mapping[str, BoolArray]  # groups, or rows of each, from B
BLOCK = 4_000_000  # resampling weights held at once: 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class IndexEstimate:
    """A sensitivity index of each input, with its sampling error.

    Parameters
    ----------
    value
        The estimate; not clipped: a small index can be estimated below 0. Shape ``(input,)``, or
        ``(input, output)`` for several outputs.
    se
        Standard error, same shape.
    lower, upper
        Interval, same shape.
    """

    value: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray

    def __getitem__(self, position: int | list[int]) -> IndexEstimate:
        """Return the estimate of one or some positions of the first axis."""
        return IndexEstimate(*(part[position] for part in self.parts))

    @property
    def parts(self) -> tuple[FloatArray, ...]:
        """Value, standard error, and the ends of the interval."""
        return self.value, self.se, self.lower, self.upper

    @classmethod
    def stack(cls, estimates: Sequence[IndexEstimate]) -> IndexEstimate:
        """Return one estimate with the given ones side by side along a last axis."""
        parts = zip(*(estimate.parts for estimate in estimates), strict=True)
        return cls(*(np.stack(part, axis=-1) for part in parts))

    @property
    def half_width(self) -> FloatArray:
        """Half the width of the interval."""
        return (self.upper - self.lower) / 2


def child(seed: int, name: str, position: int = 0) -> Streams:
    """Return streams of their own for one part of a computation."""
    u = Streams(seed).uniform("evaluation", name, position, position + 1)[0]
    return Streams(int(u * 2.0**52))


def sobol_points(n: int, dimension: int, *, seed: int) -> FloatArray:
    """Return n scrambled Sobol' points strictly inside the unit cube; n is a power of 2."""
    from scipy.stats import qmc

    n = whole_number(n, "n", least=2, example=4096)
    refuse_large(n, 3 * dimension, name="n")
    if n & (n - 1):
        raise InputError(
            f"n must be a power of 2: got {n}. Sobol' points are balanced only then; "
            f"use {1 << max(1, n - 1).bit_length()}."
        )
    keyword = "rng" if "rng" in inspect.signature(qmc.Sobol).parameters else "seed"
    generator = np.random.default_rng(child(seed, "sobol points").seed)
    sampler = qmc.Sobol(dimension, scramble=True, **{keyword: generator})
    # The points are multiples of 2^-30; the middle of each cell is never 0.
    return np.asarray(sampler.random(n) + 2.0**-31)


class PickFreeze:
    """Two independent samples A and B of the inputs, and mixtures of the two by group.

    Parameters
    ----------
    model
        Function of the inputs by name, each of shape ``(n,)``; returns ``(n,)`` or ``(n, output)``.
    inputs
        Quantity or quantile function of each independent input.
    groups
        Names of inputs by group; inputs in no group are a group of their own. None: no groups.
    n
        Points, a power of 2.
    seed
        Seed of the scrambling.
    """

    def __init__(
        self,
        model: Model,
        inputs: Mapping[str, Quantity | QuantileFunction],
        groups: Mapping[str, Sequence[str]] | None,
        *,
        n: int,
        seed: int,
    ) -> None:
        self.model, self.groups, self.n, self.runs = model, grouped(list(inputs), groups), n, 0
        points = sobol_points(n, 2 * len(inputs), seed=seed)
        self._a, self._b = (
            {
                name: _quantile(source, points[:, first + i], name)
                for i, (name, source) in enumerate(inputs.items())
            }
            for first in (0, len(inputs))
        )
        self.is_scalar = True

    def run(self, from_b: TakenFromB) -> FloatArray:
        """Return the output, shape ``(n, output)``, with the inputs of some groups taken from B."""
        return self.run_each([from_b])[0]

    def run_each(self, choices: Iterable[TakenFromB]) -> list[FloatArray]:
        """Return the outputs of some runs; a model that can compute several at a time says so."""
        runs_at_once = getattr(self.model, "runs_at_once", None)
        at_once = runs_at_once(self.n) if runs_at_once else 1
        left, outputs = iter(choices), list[FloatArray]()
        while part := [self._values(from_b) for from_b in islice(left, at_once)]:
            values = {name: np.concatenate([run[name] for run in part]) for name in self._a}
            outputs += np.split(self.evaluate(values, self.n * len(part)), len(part))
        return outputs

    def _values(self, from_b: TakenFromB) -> dict[str, FloatArray]:
        """Return the inputs of A, those of some groups taken from B, or in the rows of a mask."""
        masks = from_b if isinstance(from_b, Mapping) else dict.fromkeys(from_b, True)
        taken = {name: mask for group, mask in masks.items() for name in self.groups[group]}
        return {name: np.where(taken.get(name, False), self._b[name], a)
                for name, a in self._a.items()}  # fmt: skip

    def evaluate(self, values: Mapping[str, FloatArray], n: int) -> FloatArray:
        """Return the output of the model, checked, shape ``(n, output)``."""
        output = np.asarray(self.model(values), dtype=np.float64)
        if output.ndim not in {1, 2} or output.shape[0] != n:
            raise InputError(
                f"the model must return shape ({n},) or ({n}, outputs): got {output.shape}"
            )
        self.runs += n
        self.is_scalar = output.ndim == 1
        return finite(output, "output of the model").reshape(n, -1)


def grouped(
    names: Sequence[str], groups: Mapping[str, Sequence[str]] | None
) -> dict[str, tuple[str, ...]]:
    """Return the names of the inputs by group, in a fixed order, each name exactly once."""
    result = {group: tuple(members) for group, members in (groups or {}).items()}
    listed = [name for members in result.values() for name in members]
    unknown = sorted(set(listed) - set(names))
    if unknown or len(set(listed)) < len(listed) or not all(result.values()):
        raise InputError(
            "groups must hold known inputs, each once, and none may be empty: "
            f"got unknown {unknown}, {len(listed) - len(set(listed))} repeated"
        )
    if clash := sorted(set(result) & (set(names) - set(listed))):
        raise InputError(f"a group and an input outside it share the name {clash[0]!r}")
    return result | {name: (name,) for name in names if name not in listed}


def bootstrapped(
    rows: FloatArray,
    statistic: Callable[[FloatArray], FloatArray],
    *,
    replicates: int,
    level: float,
    seed: int,
) -> IndexEstimate:
    """Return a statistic of means of rows, with bootstrap standard error and percentile interval.

    `statistic` maps means ``(replicate, column)`` to values ``(replicate, ...)``.
    """
    tail = (1 - level) / 2
    if replicates < 20:
        raise InputError(f"a bootstrap needs at least 20 replicates: got {replicates}")
    value = statistic(rows.mean(axis=0, keepdims=True))[0]
    n = rows.shape[0]
    streams, step = child(seed, "bootstrap"), max(1, BLOCK // n)
    blocks = (range(first, replicates)[:step] for first in range(0, replicates, step))
    sample = np.concatenate(
        [
            statistic(np.stack([_resampled(streams, i, n) for i in block]) @ rows / n)
            for block in blocks
        ]
    )
    lower, upper = np.quantile(sample, (tail, 1 - tail), axis=0)
    return IndexEstimate(value, sample.std(axis=0, ddof=1), lower, upper)


def _resampled(streams: Streams, replicate: int, n: int) -> FloatArray:
    """How often each of n rows is drawn in one replicate."""
    u = streams.uniform("replicate", str(replicate), 0, n)
    return np.bincount((u * n).astype(np.int64), minlength=n).astype(np.float64)


def _quantile(source: Quantity | QuantileFunction, u: FloatArray, name: str) -> FloatArray:
    values = source(u) if callable(source) else source.quantile(u)
    return finite(np.broadcast_to(np.asarray(values, dtype=np.float64), u.shape), f"input {name!r}")
