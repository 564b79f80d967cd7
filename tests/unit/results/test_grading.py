"""Grades: by spread, capped by evidence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gecam.results import flag_text, grade, join_flags, worst
from gecam.results.grading import grades


@pytest.mark.parametrize(
    ("cv", "expected"), [(0.05, "A"), (0.051, "B"), (0.2, "C"), (0.3, "D"), (0.36, "E")]
)
def test_grade_by_spread(cv, expected):
    assert grade(cv, evidence_level=1) == expected


def test_a_narrow_interval_from_assumptions_earns_no_a():
    assert grade(0.01, evidence_level=3) == "C"
    assert grade(0.01, evidence_level=4) == "D"
    assert grade(0.01, evidence_level=1, cap="D") == "D"


def test_what_is_not_estimated_has_no_grade():
    assert grade(math.nan, evidence_level=5) == ""


def test_grades_of_a_table_are_those_of_its_rows():
    cv, evidence_level, cap = (
        np.array([0.05, 0.2, math.nan, 0.0]),
        np.array([1, 2, 5, 4]),
        list("ABCA"),
    )
    expected = [
        grade(c, evidence_level=int(r), cap=k)
        for c, r, k in zip(cv, evidence_level, cap, strict=True)
    ]
    assert (
        grades(cv, evidence_level, np.array(cap, dtype=object)) == expected == ["A", "C", "", "D"]
    )


def test_worst_of_none_is_the_best():
    assert worst() == "A"


def test_flags_are_sorted_once_and_known():
    assert join_flags(["SUPERSEDED", "NOT_ADDED", "SUPERSEDED"]) == "NOT_ADDED SUPERSEDED"
    assert flag_text("SUPERSEDED")
    with pytest.raises(KeyError):
        join_flags(["NO_SUCH_FLAG"])


def test_a_table_without_rows_has_no_grades():
    assert grades(np.array([]), np.array([], dtype=int), np.array([], dtype=object)) == []
