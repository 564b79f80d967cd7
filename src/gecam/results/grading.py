"""Grades of a result: by its coefficient of variation, capped by the evidence behind it."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from gecam._signature import checked
from gecam._typing import Array, FloatArray, IntArray, MaybeMissing, Within
from gecam.model import FIXED, Grade

GRADES = "ABCDE"
LEVEL_CAPS = {1: "A", 2: "B", 3: "C", 4: "D", 5: "E"}  # expert judgement

EVIDENCE_LEVELS = {
    1: "a published count of migrants in need",
    2: "migrants and needs by area within the country",
    3: "national stock and a share: of residents with an odds ratio, or a prior of refugees",
    4: "a modelled share",
    5: "not estimated",
}


@checked
def worst(*grades: Grade) -> str:
    """Return the worst of some grades; ``A`` for none.

    Examples
    --------
    >>> worst("B", "D", "A")
    'D'
    """
    return max(grades, default="A")


@checked
def grade(
    cv: MaybeMissing, *, evidence_level: Annotated[int, Within("[1, 5]")], cap: Grade = "A"
) -> str:
    """Grade a result.

    Parameters
    ----------
    cv
        Coefficient of variation: standard deviation over mean, >= 0.
    evidence_level
        Evidence level, 1 to 5: a narrow interval from assumed spreads must not earn an A.
    cap
        Best grade that the inputs allow, from ``A`` (the default) to ``E``.

    Returns
    -------
    str
        ``A`` (best) to ``E``; empty where `cv` is not a number.

    Examples
    --------
    >>> grade(0.03, evidence_level=1), grade(0.03, evidence_level=3), grade(0.3, evidence_level=3)
    ('A', 'C', 'D')
    """
    return grades(np.array([cv]), np.array([evidence_level]), np.array([cap], dtype=object))[0]


def grades(cv: FloatArray, evidence_level: IntArray, cap: Array) -> list[str]:
    """Grade many results as `grade` does one, without a check of each value."""
    letters = ["", *GRADES]  # the best first
    rank = {letter: i for i, letter in enumerate(letters)}
    by_cv = 1 + np.searchsorted(FIXED.cv_limits, cv)
    by_evidence = np.array([0, *(rank[x] for x in LEVEL_CAPS.values())])[evidence_level]
    by_cap = np.array([rank[letter] for letter in cap], dtype=int)
    worse = np.maximum(np.maximum(by_cv, by_evidence), by_cap)
    return np.array(letters, dtype=object)[np.where(np.isnan(cv), 0, worse)].tolist()  # type: ignore[no-any-return]
