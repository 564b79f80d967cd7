"""Numbers of people as readers see them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.results import people_text

NAN = float("nan")


def text(mean, lower=NAN, upper=NAN, cv=NAN, mcse=NAN, status="estimated"):
    row = dict(mean=mean, lower=lower, upper=upper, cv=cv, mcse=mcse, status=status)  # noqa: C408
    return tuple(people_text(pd.DataFrame([row])).iloc[0])


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((212_345.0, 131_900.0, 333_001.0, 0.29, 620.0), ("210,000", "130,000 to 340,000")),
        (
            (1_234_567.0, 1_200_000.0, 1_300_000.0, 0.001, 1.0),
            ("1,230,000", "1,200,000 to 1,300,000"),
        ),
        ((125.5, 100.0, 150.0, 0.0, 0.0), ("126", "100 to 150")),  # halves away from zero
        ((99.6, 40.0, 140.0, 0.3, 1.0), ("<100", "40 to 140")),
        ((0.0, 0.0, 0.0, NAN, 0.0), ("0", "0 to 0")),
        ((5_607.0, 4_553.0, 6_598.0, 0.11, 6.0), ("5,600", "4,500 to 6,600")),
    ],
)
def test_value_and_interval_are_rounded_together(row, expected):
    assert text(*row) == expected


def test_five_things_that_are_not_a_number_of_people_differ():
    assert text(NAN, status="not_estimated")[0] == "not estimated"
    assert text(NAN, status="published")[0] == "not applicable"
    assert text(NAN, status="suppressed")[0] == "suppressed"
    assert text(NAN, status="below_threshold")[0] == "<100"
    assert text(0.0, 0.0, 0.0)[0] == "0"


def test_no_row_gives_no_text():
    frame = pd.DataFrame(columns=["mean", "lower", "upper", "cv", "mcse"], dtype=np.float64)
    assert len(people_text(frame.assign(status=""))) == 0
