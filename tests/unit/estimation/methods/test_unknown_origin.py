"""Unknown origins: the total stays, shares follow the listed origins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.unknown_origin import redistribute_unknown

STOCK = pd.Series({"ERI": 120_000.0, "SSD": 780_000.0, "TCD": 0.0, "OOO": 100_000.0})


def test_listed_origins_get_them_in_proportion():
    expected = redistribute_unknown(STOCK)
    np.testing.assert_allclose(expected[["ERI", "SSD"]], np.array([12, 78]) * 1e6 / 90)
    assert expected["TCD"] == 0
    assert "OOO" not in expected.index


def test_without_unknown_people_nothing_changes():
    pd.testing.assert_series_equal(redistribute_unknown(STOCK[:3]), STOCK[:3])


@pytest.mark.parametrize(
    ("people", "message"),
    [
        (STOCK * -1, "finite and >= 0"),
        (pd.concat([STOCK, STOCK]), "each origin once"),
        (STOCK[3:], "100,000 people have no listed origin"),
    ],
)
def test_bad_input_says_what_is_wrong(people, message):
    with pytest.raises(InputError, match=message):
        redistribute_unknown(people)
