"""Skill score: how much better forecasts were than a naive rule, on the same cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, PositiveInt, Probability, WholeNumber
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.sensitivity.sampling import bootstrapped
from gecam.results import message
from gecam.uncertainty import DEFAULT_LEVEL


@dataclass(frozen=True, slots=True)
class Skill:
    """Skill of forecasts against a reference.

    Parameters
    ----------
    value
        1 is perfect, 0 as good as the reference, below 0 worse.
    lower, upper
        Paired bootstrap interval over cases; its confidence is `level`.
    n
        Cases.
    n_better
        Cases in which the forecast scored better than the reference.
    level
        Confidence of the interval.
    """

    value: float
    lower: float
    upper: float
    n: int
    n_better: int
    level: float

    def __str__(self) -> str:
        """Return one sentence with the figures a reader needs to judge it."""
        said = {"value": self.value, "lower": self.lower, "upper": self.upper}
        of = {"level": 100 * self.level, "better": self.n_better, "number": self.n}
        return str(message("SKILL", **said, **of))


@checked
def skill(
    scores: ArrayLike,
    reference: ArrayLike,
    *,
    level: Probability = DEFAULT_LEVEL,
    replicates: PositiveInt = 1000,
    seed: WholeNumber,
) -> Skill:
    r"""Return the skill of forecasts against a reference on the same cases.

    Parameters
    ----------
    scores, reference
        Scores of the forecasts and of the reference, case by case; smaller is better, 0 perfect
        (not log scores). Shape ``(case,)``, at least 2.
    level
        Confidence of the interval, in (0, 1).
    replicates
        Number of bootstrap replicates, at least 1.
    seed
        Seed of the resampling, a whole number of at least 0.

    Returns
    -------
    Skill
        Value, interval, and in how many cases the forecast was better.

    Raises
    ------
    InputError
        If the shapes differ, a score is not finite, or the reference is perfect.

    Notes
    -----
    :math:`1 - \bar S/\bar S_{ref}` [1]_: a ratio of means, which unlike a mean of ratios no nearly
    perfect case of the reference can decide. The interval resamples whole cases and takes them as
    independent; below about 20 cases it is itself rough.

    References
    ----------
    .. [1] Gneiting & Raftery (2007). Strictly proper scoring rules, prediction, and estimation.
       *JASA* 102: 359-378.

    Examples
    --------
    >>> from gecam.evaluation import skill
    >>> skill([1.0, 2.0, 1.0], [2.0, 2.0, 4.0], seed=1).value
    0.5
    """
    pairs = np.stack([finite(scores, "scores"), finite(reference, "reference")], axis=-1)
    if pairs.ndim != 2 or len(pairs) < 2:
        raise InputError(f"skill needs two vectors of at least 2 scores: got {pairs.shape[:-1]}")
    if not pairs[:, 1].mean() > 0:
        raise InputError(
            "the reference must have a mean score above 0: skill against it is undefined"
        )

    def ratio(means: FloatArray) -> FloatArray:
        # A replicate can hold only cases in which the reference is perfect: very bad, yet finite.
        floor = 1e-9 * pairs[:, 1].mean()
        return np.asarray(1 - means[:, 0] / np.maximum(means[:, 1], floor))

    index = bootstrapped(pairs, ratio, replicates=replicates, level=level, seed=seed)
    n_better = int(np.sum(pairs[:, 0] < pairs[:, 1]))
    return Skill(
        float(index.value), float(index.lower), float(index.upper), len(pairs), n_better, level
    )
