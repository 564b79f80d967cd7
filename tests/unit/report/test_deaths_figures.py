import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

from gecam.mortality import compound_interval, deaths_with_intervals
from gecam.report.deaths import plot_monthly_deaths, plot_route_comparison

SIZES = pd.DataFrame(
    {
        "month": pd.to_datetime(["2016-01-01", "2016-01-01", "2016-03-01"]),
        "route": ["sea", "sea", "desert"],
        "dead_and_missing": [1.0, 100.0, 2.0],
        "incidents": [40, 1, 3],
    }
)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def test_months_are_drawn_with_their_intervals_and_gaps_stay_gaps():
    _, axes = plt.subplots()
    drawn = plot_monthly_deaths(SIZES, ax=axes)
    assert drawn.ax is axes
    assert drawn.artists["recorded"].get_ydata().tolist() == [140, 6]
    lower, upper = compound_interval([1] * 40 + [100])
    first = drawn.artists["intervals"].get_segments()[0]
    assert first[:, 1] == pytest.approx([lower, upper])
    assert "at least" in axes.get_ylabel()
    # February has no record: a cross at the foot, not a zero among the points
    assert [str(day)[:7] for day in drawn.artists["without_record"].get_xdata()] == ["2016-02"]
    assert "January 2016 to March 2016" in axes.get_title(loc="left")


def test_level_changes_the_intervals():
    narrow = plot_monthly_deaths(SIZES, level=0.5).artists["intervals"].get_segments()[0]
    wide = plot_monthly_deaths(SIZES, level=0.95).artists["intervals"].get_segments()[0]
    assert np.ptp(wide[:, 1]) > np.ptp(narrow[:, 1])


def test_routes_are_ordered_and_few_incidents_are_open():
    rows = deaths_with_intervals(SIZES, by="route")
    drawn = plot_route_comparison(rows, label="route")
    axes = drawn.ax
    assert [text.get_text() for text in axes.get_yticklabels()] == ["desert", "sea"]
    assert drawn.artists["recorded"].get_xdata().tolist() == [6, 140]
    opened = axes.lines[1]
    assert opened.get_xdata().tolist() == [6]
    assert opened.get_markerfacecolor() == "white"
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert told == ["interval of chance", "recorded", "recorded, fewer than 30 incidents"]


def test_rates_can_be_compared_in_the_same_figure():
    rates = pd.DataFrame(
        {"route": ["a", "b"], "rate": [0.02, 0.01], "lower": [0.01, 0.0], "upper": [0.05, 0.03]}
    )
    drawn = plot_route_comparison(rates, label="route", value="rate", unit="per crossing")
    assert drawn.ax.get_xlabel() == "per crossing (logarithmic)"
    assert all(segment[0, 0] > 0 for segment in drawn.artists["intervals"].get_segments())
