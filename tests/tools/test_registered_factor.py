"""The factor on the register, and the test of it on held-out counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import registered_factor as factor
from gecam.datasets import load_calibration
from gecam.model import Assumptions

ROWS = load_calibration("planned_refugees")


def test_counts_over_the_register_are_the_published_ones():
    plans = ROWS[ROWS["kind"].isin(factor.OF_PLANS)].set_index(["iso3", "year"])
    ratio = (plans["in_need"] / plans["register"]).round(2)
    # by hand: 72,400 / 67,200; 925,000 / 1,130,537; 50,434 / 35,076; 1,362,883 / 1,105,837
    for place, value in {
        ("AFG", 2022): 1.08, ("SDN", 2022): 0.82, ("AFG", 2024): 1.44, ("TCD", 2024): 1.23,
        ("AFG", 2025): 1.66, ("TCD", 2025): 1.23, ("CMR", 2025): 0.95, ("SDN", 2025): 1.06,
    }.items():  # fmt: skip
        assert ratio[place] == value
    assert set(plans.index[plans["kind"].eq("with_arrivals")]) == {("SSD", 2024), ("TCD", 2025)}


def test_a_count_of_the_older_register_is_told_from_an_error_of_the_factor():
    # Ten counts at the later register, five at the older one, half as large: no noise but 2 %.
    noise = np.exp(0.02 * np.linspace(-1, 1, 15))
    is_older = np.arange(15) < 5
    rows = pd.DataFrame({"register": 100.0, "register_before": 200.0}, index=range(15))
    rows["in_need"] = np.where(is_older, 200.0, 100.0) * noise
    fitted = factor.fit(rows)
    assert fitted.weight == pytest.approx(6 / 17, abs=0.005)  # mean of Beta(1 + 5, 1 + 10)
    assert fitted.mean == pytest.approx(1.0, abs=0.02)
    assert fitted.log_sd < 0.05
    assert factor.fit(rows, two_dates=False).log_sd > 0.3


def test_one_distribution_is_the_normal_of_the_logs():
    fitted, _ = factor.split(ROWS)
    y = np.log(fitted["in_need"] / fitted["register"])
    found = factor.fit(fitted, two_dates=False)
    assert found.location == pytest.approx(y.mean(), abs=1e-3)
    # Predictive variance of a normal with flat mean and log sd: s^2 (n - 1) (1 + 1/n) / (n - 3).
    n = len(y)
    assert found.log_sd == pytest.approx(
        y.std() * np.sqrt((n - 1) / (n - 3) * (1 + 1 / n)), rel=0.05
    )


def test_the_held_out_counts_are_covered_and_score_better_than_before():
    results = {n: t[t["level"].eq(0.9)] for n, t in factor.tests(ROWS).items()}
    two, before = results["two dates"], results["method before"]
    assert len(two) == 9
    assert factor.COVERED[0] <= two["holds"].mean() <= factor.COVERED[1]
    assert two["score"].mean() < before["score"].mean()
    assert two["score"].mean() < results["one distribution"]["score"].mean()


def test_the_assumptions_are_the_fit():
    fitted, _ = factor.split(ROWS)
    two, a = factor.fit(fitted), Assumptions()
    assert (round(two.mean, 2), round(two.log_sd, 2)) == a.planned_factor
    assert round(two.weight, 1) == a.planned_earlier_weight


def test_interval_score_by_hand():
    # log 4 - log 1, and 2/0.1 times log 8 - log 4 for the miss
    assert factor.interval_score(1, 4, 2, 0.9) == pytest.approx(np.log(4))
    assert factor.interval_score(1, 4, 8, 0.9) == pytest.approx(np.log(4) + 20 * np.log(2))


def test_the_page_is_what_the_tool_writes():
    assert factor.PAGE.read_text("utf-8") == factor.page(ROWS)
