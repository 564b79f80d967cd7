"""Unknown origins: totals stay, shares follow the listed origins or a prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation.methods.unknown_origin import redistribute_unknown
from gecam.uncertainty import Streams

STOCK = pd.Series({"ERI": 120_000.0, "SSD": 780_000.0, "TCD": 0.0, "OOO": 100_000.0})


def test_listed_origins_get_them_in_proportion():
    expected = redistribute_unknown(STOCK).expected()
    np.testing.assert_allclose(expected[["ERI", "SSD"]], np.array([12, 78]) * 1e6 / 90)
    assert expected["TCD"] == 0
    assert "OOO" not in expected.index


def test_every_draw_has_the_published_total_and_the_expected_mean():
    result = redistribute_unknown(STOCK)
    people = result.draws(Streams(3), "stock:SDN", 0, 20_000)
    np.testing.assert_allclose(people.sum("origin"), 1e6, rtol=1e-14)
    p = 12 / 90
    sd = 1e5 * np.sqrt(p * (1 - p) / 51)
    drawn = people.sel(origin="ERI")
    assert float(drawn.mean()) == pytest.approx(120_000 + 1e5 * p, abs=4 * sd / np.sqrt(20_000))
    assert float(drawn.std()) == pytest.approx(sd, rel=0.02)
    assert (drawn >= 120_000).all()  # nobody whose origin is known is moved


def test_only_unlisted_origins_get_them_on_request():
    prior = pd.Series({"SSD": 50.0, "ETH": 3.0, "CAF": 1.0, "TCD": 4.0, "OOO": 9.0})
    result = redistribute_unknown(STOCK, exclude_listed=True, prior=prior)
    expected = result.expected()
    assert expected["SSD"] == 780_000  # listed: gets nothing
    np.testing.assert_allclose(expected[["ETH", "CAF", "TCD"]], [37_500, 12_500, 50_000])
    people = result.draws(Streams(3), "stock:SDN", 0, 10)
    np.testing.assert_allclose(people.sum("origin"), 1e6)
    assert set(people.origin.values) == {"ERI", "SSD", "TCD", "ETH", "CAF"}


def test_without_unknown_people_nothing_changes():
    result = redistribute_unknown(STOCK[:3])
    pd.testing.assert_series_equal(result.expected(), STOCK[:3])
    draws = result.draws(Streams(1), "x", 0, 2)
    np.testing.assert_array_equal(draws[:, 0], [120_000, 780_000, 0])


def test_draws_do_not_depend_on_blocks():
    result = redistribute_unknown(STOCK)
    whole = result.draws(Streams(3), "x", 0, 50)
    np.testing.assert_allclose(result.draws(Streams(3), "x", 20, 50), whole[:, 20:], rtol=1e-12)


@pytest.mark.parametrize(
    ("people", "options", "message"),
    [
        (STOCK, {"exclude_listed": True}, "needs a prior"),
        (STOCK, {"prior": STOCK}, "with exclude_listed=True only"),
        (STOCK * -1, {}, "finite and >= 0"),
        (pd.concat([STOCK, STOCK]), {}, "each origin once"),
        (STOCK[3:], {}, "100,000 people have no origin to be given to"),
        (STOCK, {"exclude_listed": True, "prior": STOCK[:2]}, "no origin to be given to"),
        (STOCK, {"exclude_listed": True, "prior": pd.Series({"ETH": -1.0})}, "the prior must be"),
    ],
)
def test_bad_input_says_what_is_wrong(people, options, message):
    with pytest.raises(InputError, match=message):
        redistribute_unknown(people, **options)
