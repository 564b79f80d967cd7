"""Rows by area: a small area is hidden, and cannot be found from the country and the others."""

from __future__ import annotations

import numpy as np
import pytest

from gecam import by_area, load_areas
from gecam.datasets import load_edition
from gecam.estimation import estimate
from gecam.publish import Relations, recoverable, rows_by_area
from gecam.publish.small_areas import _hidden


@pytest.mark.parametrize(
    ("people", "hidden"),
    [
        ([40.0, 500.0, 3_000.0], [True, True, False]),  # 40 alone would be the rest of the sum
        ([40.0, 50.0, 3_000.0], [True, True, True]),  # of 90 people each is known within 90
        ([60.0, 70.0, 3_000.0], [True, True, False]),  # 130 are wide enough
        ([0.0, 500.0, np.nan], [False, False, False]),
        ([20.0, 30.0], [True, True]),  # the country itself is below
        ([5_000.0], [False]),
    ],
)
def test_small_areas_are_hidden_with_others(people, hidden):
    assert _hidden(np.array(people), 100.0).tolist() == hidden


def test_no_hidden_area_of_honduras_can_be_found_more_narrowly():
    # 148 refugees and some 8,000 others in need over 18 departments
    est = estimate(load_edition("2025").restrict(["HND"]), draws=400, seed=1)
    answer = by_area(est, load_areas("2025"))
    rows = rows_by_area(answer)
    hidden = rows["status"].eq("suppressed").to_numpy()
    assert hidden.sum() >= 2
    assert rows.loc[hidden, ["mean", "lower", "per_100", "migrants", "cv"]].isna().all(axis=None)
    assert rows.loc[hidden, "people"].eq("suppressed").all()
    assert rows.loc[hidden, "residents_per_100"].notna().all()
    true = answer.by("destination", "area")
    means = dict(zip(true.labels["area"], true.draws.mean(axis=1), strict=True))
    values = np.array([means[area] for area in rows["area"]])
    n = len(values)
    lower, upper = recoverable(
        np.append(values, values.sum()), np.append(hidden, False),
        Relations(sums=[(n, range(n))], n=n + 1),
    )  # fmt: skip
    assert ((upper - lower)[:-1][hidden] >= 100).all()
    shown = rows.loc[~hidden, "mean"]
    assert (shown >= 100).all()
    assert shown.is_monotonic_decreasing
