"""Errors of the figures of one country: which random numbers make each of them, and how they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from gecam._typing import Address, FloatArray
from gecam.model import Crisis, Footprint
from gecam.uncertainty import addresses

_SINGULAR = 1e-9


class ErrorPart(NamedTuple):
    """A part of the standard score of a figure's error.

    Parameters
    ----------
    publisher
        Address of the error that figures of one publisher and year have in common.
    own
        Address of the error of one figure alone.
    weight
        What the two, united into a standard score, are multiplied by.
    """

    publisher: Address
    own: Address
    weight: float


def error_parts(
    crises: Sequence[Crisis], footprints: Sequence[Footprint], shared: float
) -> list[tuple[ErrorPart, ...]]:
    """Return the parts of the score of each figure of one country.

    Parameters
    ----------
    crises, footprints
        Of the country, in the order of their ids.
    shared
        Correlation of the errors of one publisher and year.

    Notes
    -----
    Without stated correlations (`gecam.model.Relation.error_correlation`) each figure has a score of
    its own. With them the scores z, whose correlations are those of publishers, become
    :math:`L L_0^{-1} z`, where :math:`L L'` and :math:`L_0 L_0'` are the correlations wanted and those
    there are. The first figure keeps its score. Correlations that are not possible together are met in
    the order of ids as far as they can be.
    """
    alone = [
        ErrorPart(
            addresses.needs_of_publisher(f.source.id, f.as_of.year),
            addresses.share_in_need(f.crisis, f.destination),
            1.0,
        )
        for f in footprints
    ]
    stated = _stated_correlations(crises)
    if not stated:
        return [(part,) for part in alone]
    before = np.array([[float(a.publisher == b.publisher) for a in alone] for b in alone])
    before = shared * before + (1 - shared) * np.eye(len(alone))
    after = before.copy()
    for (i, j), correlation in stated.items():
        after[i, j] = after[j, i] = max(correlation, before[i, j], key=abs)
    return [_weighted(alone, weights) for weights in _weights(before, after)]


def _stated_correlations(crises: Sequence[Crisis]) -> dict[tuple[int, int], float]:
    """Return the correlations of errors that relations state, by position."""
    position = {crisis.id: i for i, crisis in enumerate(crises)}
    return {
        (i, position[r.other]): r.error_correlation
        for i, crisis in enumerate(crises)
        for r in crisis.relations
        if r.error_correlation and r.other in position
    }


def _weights(before: FloatArray, after: FloatArray) -> FloatArray:
    """Return what turns scores of one correlation into those of another."""
    root, wanted = _root(before), _root(after)
    if root.diagonal().min() > _SINGULAR:
        return np.asarray(np.linalg.solve(root.T, wanted.T).T)
    return np.asarray(np.linalg.lstsq(root.T, wanted.T)[0].T)


def _weighted(parts: Sequence[ErrorPart], weights: FloatArray) -> tuple[ErrorPart, ...]:
    return tuple(
        part._replace(weight=float(weight))
        for part, weight in zip(parts, weights, strict=True)
        if abs(weight) > _SINGULAR
    )


def share_scores(
    parts: Sequence[ErrorPart], shared: float, normal: Callable[[str, str], FloatArray]
) -> FloatArray:
    """Return standard scores of the error of a figure.

    Parameters
    ----------
    parts
        Of `error_parts`.
    shared
        Correlation of the errors of one publisher and year.
    normal
        Standard scores of an input and a component of it, shape ``(draw,)``.
    """
    first, *others = (
        part.weight
        * (np.sqrt(shared) * normal(*part.publisher) + np.sqrt(1 - shared) * normal(*part.own))
        for part in parts
    )
    return np.asarray(sum(others, start=first))


def _root(correlation: FloatArray) -> FloatArray:
    """Return the lower triangle whose rows have these products, as far as they are possible."""
    root = np.zeros_like(correlation)
    for i in range(len(root)):
        for j in range(i):
            rest = correlation[i, j] - root[i, :j] @ root[j, :j]
            root[i, j] = rest / root[j, j] if root[j, j] > _SINGULAR else 0.0
        length = float(np.sqrt(root[i, :i] @ root[i, :i]))
        if length > 1:
            root[i, :i] /= length
        root[i, i] = np.sqrt(max(1 - length**2, 0.0))
    return root
