"""Figures: the numbers drawn are the numbers given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

from gecam.report.figures import intervals


def test_intervals_draw_the_summary(small_estimates):
    drawn = intervals(small_estimates)
    table = small_estimates.by("destination").summary().sort_values("mean")
    assert np.allclose(drawn.artists["mean"].get_xdata(), table["mean"])
    assert np.allclose(drawn.artists["odds_ratio_1"].get_xdata(), table["odds_ratio_1"])
    ends = np.array([segment[:, 0] for segment in drawn.artists["interval"].get_segments()])
    assert np.allclose(ends, table[["lower", "upper"]])
    assert "persons" in drawn.ax.get_xlabel()


def test_what_is_not_shown_is_said(small_estimates):
    drawn = intervals(small_estimates, rows=2)
    assert len(drawn.artists["mean"].get_xdata()) == 2
    assert "1 smaller countries are not shown" in drawn.ax.figure.get_supxlabel()


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_figure_is_written(small_estimates, tmp_path, ending, begins):
    path = tmp_path / f"f.{ending}"
    intervals(small_estimates).save(path)
    assert path.read_bytes().startswith(begins)


def test_the_axis_is_linear_on_request(small_estimates):
    ax = intervals(small_estimates, scale="linear").ax
    assert ax.get_xscale() == "linear"
    assert ax.get_xlim()[0] == 0
    assert "logarithmic" not in ax.get_xlabel()


def test_the_title_says_what_where_and_when(small_estimates):
    title = intervals(small_estimates).ax.get_title(loc="left").replace("\n", " ")
    assert title == "Migrants affected by crises, by country of residence, small"


def test_a_notebook_shows_a_figure_once(small_estimates):
    assert intervals(small_estimates)._repr_png_().startswith(b"\x89PNG")
    _, ax = plt.subplots()  # pyplot shows this one itself
    assert intervals(small_estimates, ax=ax)._repr_png_() is None
    plt.close("all")
