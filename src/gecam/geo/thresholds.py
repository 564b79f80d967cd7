"""Weights of the levels of a hazard map under an uncertain threshold."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError


class Mapped(Protocol):
    """A hazard that is mapped at some levels: an extent, or people exposed."""

    @property
    def levels(self) -> FloatArray:
        """Levels, ascending."""

    @property
    def unit(self) -> str:
        """Unit of the levels; empty for inside or outside."""

    @property
    def top(self) -> float | None:
        """Level that is reached nowhere."""


def level_weights(
    hazard: Mapped, threshold: float | None, sd: float, scores: ArrayLike
) -> FloatArray:
    """Return the weight of each level of a map at equally probable thresholds.

    Parameters
    ----------
    hazard
        Levels, their unit, and the level that is reached nowhere.
    threshold, sd
        Level from which people count, and its standard deviation; None for inside or outside.
    scores
        Normal scores of the thresholds; where `sd` is 0 there is one threshold.

    Returns
    -------
    FloatArray
        Shape ``(threshold, level)``. People at a threshold are the weighted sum of those at the
        levels: linear between two of them, those of the lowest level below it, nobody from the top on.

    Raises
    ------
    InputError
        If the threshold lies outside the levels mapped (above the top where its distribution does not
        reach below), or one is given where there are none.
    """
    if len(hazard.levels) == 1 and not hazard.unit:
        if threshold is not None or sd:
            raise InputError(
                "this hazard is mapped as inside or outside: it takes no threshold. For an uncertain "
                "edge use Extent.with_edge."
            )
        return np.ones((1, 1))
    if not 0 <= sd < np.inf:
        raise InputError(f"the threshold's standard deviation must be >= 0: got {sd}.")
    central = np.nan if threshold is None else threshold
    at = central + sd * np.atleast_1d(np.asarray(scores, dtype=np.float64)) if sd else [central]
    _refuse_beyond(hazard, threshold, np.min(at))
    knots, people = hazard.levels, np.eye(len(hazard.levels))
    if hazard.top is not None:
        knots, people = np.r_[knots, hazard.top], np.column_stack([people, np.zeros(len(people))])
    return np.stack([np.interp(at, knots, row) for row in people], axis=1)


def _refuse_beyond(hazard: Mapped, threshold: float | None, lowest: float) -> None:
    """Refuse a threshold outside the levels; from one above the top the lowest must reach below it."""
    last = hazard.levels[-1] if hazard.top is None else hazard.top
    is_partly_below = hazard.top is not None and lowest < hazard.top
    if threshold is None or not (
        hazard.levels[0] <= threshold and (threshold <= last or is_partly_below)
    ):
        raise InputError(
            f"a threshold between {hazard.levels[0]:g} and {last:g} {hazard.unit} is needed: got "
            f"{threshold}."
        )
