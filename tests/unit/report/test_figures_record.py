"""Back-tests and revisions: the numbers drawn are those given."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from gecam.datasets import load_calibration
from gecam.errors import InputError, NotEstimatedError
from gecam.evaluation import backtest
from gecam.report.figures_record import calibration, plot_coverage, plot_revisions
from gecam.report.style import ORANGE
from gecam.results import message


class Compared(NamedTuple):
    old_name: str
    new_name: str
    rows: pd.DataFrame


@pytest.fixture(scope="module")
def test():
    return backtest(
        load_calibration("stock_totals"), load_calibration("stock_basis"),
        earlier="undesa-ims-2020", later="undesa-ims-2024",
    )  # fmt: skip


@pytest.fixture
def diff():
    rows = pd.DataFrame(
        {
            "breakdown": ["destination"] * 4 + ["crisis"],
            "old": [1000.0, 5000.0, np.nan, 300.0, 9.0],
            "new": [1100.0, 9000.0, 70.0, 310.0, 9.0],
            "old_lower": [800.0, 4000.0, np.nan, 200.0, 8.0],
            "old_upper": [1500.0, 6000.0, np.nan, 400.0, 10.0],
            "is_inside": [True, False, None, True, True],
        },
        index=[
            "destination/SDN",
            "destination/YEM",
            "destination/PER",
            "destination/TCD",
            "crisis/x",
        ],
    )
    return Compared("2022.1", "2022.2", rows.assign(change=rows["new"] - rows["old"]))


def test_bars_count_the_transforms(test):
    drawn = calibration(test, bins=5)
    counts = [bar.get_height() for bar in drawn.artists["counts"]]
    expected, _ = np.histogram(test.scored["pit"], 5, (0, 1))
    assert counts == expected.tolist()
    assert sum(counts) == test.n
    assert drawn.artists["expected"].get_ydata()[0] == test.n / 5
    assert f"{test.coverage.hits} of {test.n}" in drawn.ax.get_title(loc="left")


def test_the_band_holds_nine_in_ten_counts_of_chance(test):
    from scipy.stats import binom

    band = calibration(test, bins=5).artists["band"]
    low, high = band.get_y(), band.get_y() + band.get_height()
    distribution = binom(test.n, 0.2)
    assert distribution.cdf(high) - distribution.cdf(low - 1) >= 0.9


def test_coverage_is_drawn_with_its_interval_and_the_promise(test):
    drawn = plot_coverage([test, replace(test, name="again")])
    found = test.coverage
    assert drawn.artists["shares"].get_xdata().tolist() == [found.share] * 2
    ends = [segment[:, 0].tolist() for segment in drawn.artists["intervals"].get_segments()]
    assert ends == [[found.lower, found.upper]] * 2
    assert drawn.artists["promised"].get_xdata()[0] == test.level
    assert f"{test.n} cases" in drawn.ax.texts[0].get_text()


def test_tests_of_different_levels_do_not_share_axes(test):
    with pytest.raises(InputError, match="one level"):
        plot_coverage([test, replace(test, level=0.5)])


def test_revisions_are_both_means_and_the_earlier_interval(diff):
    drawn = plot_revisions(diff)
    assert drawn.artists["old"].get_xdata().tolist() == [5000.0, 1000.0, 300.0]
    assert drawn.artists["new"].get_offsets()[:, 0].tolist() == [9000.0, 1100.0, 310.0]
    ends = [segment[:, 0].tolist() for segment in drawn.artists["old_interval"].get_segments()]
    assert ends == [[4000.0, 6000.0], [800.0, 1500.0], [200.0, 400.0]]
    assert [text.get_text() for text in drawn.ax.get_yticklabels()] == ["Yemen", "Sudan", "Chad"]
    colours = [to_hex(c) for c in drawn.artists["new"].get_facecolors()]
    assert [c == ORANGE for c in colours] == [True, False, False]
    assert "1 rows of one release only not drawn" in drawn.ax.figure.get_supxlabel()


def test_the_largest_changes_are_kept(diff):
    drawn = plot_revisions(diff, rows=1)
    assert drawn.artists["old"].get_xdata().tolist() == [5000.0]
    assert "2 smaller changes not drawn" in drawn.ax.figure.get_supxlabel()
    with pytest.raises(NotEstimatedError, match="'origin'"):
        plot_revisions(diff, breakdown="origin")


def test_too_few_bins_or_cases_are_refused(test):
    with pytest.raises(InputError, match="at least 2: got 1"):
        calibration(test, bins=1)
    none = replace(test, cases=test.cases.assign(counts=False))
    with pytest.raises(NotEstimatedError, match="no case counts"):
        calibration(none)
    with pytest.raises(NotEstimatedError, match="no back-test"):
        plot_coverage([none])


def test_figures_draw_on_given_axes(test, diff):
    for draw, given in ((calibration, test), (plot_coverage, [test]), (plot_revisions, diff)):
        ax = Figure().subplots()
        assert draw(given, ax=ax).ax is ax
        ax.figure.draw_without_rendering()


def test_tests_in_sample_look_different(test):
    fitted = replace(test, name="fitted", notes=(message("IN_SAMPLE"),))
    drawn = plot_coverage([test, fitted])
    assert drawn.artists["in_sample"].get_ydata().tolist() == [1]
    assert drawn.artists["in_sample"].get_markerfacecolor() == "white"
