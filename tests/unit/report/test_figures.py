"""Figures: the numbers drawn are the numbers given."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np

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
    assert "1 smaller countries are not shown" in drawn.ax.get_xlabel()


def test_a_figure_is_written(small_estimates, tmp_path):
    intervals(small_estimates).save(tmp_path / "f.png")
    assert (tmp_path / "f.png").read_bytes().startswith(b"\x89PNG")


def test_a_notebook_shows_a_figure_once(small_estimates):
    assert intervals(small_estimates)._repr_png_().startswith(b"\x89PNG")
    _, ax = plt.subplots()  # pyplot shows this one itself
    assert intervals(small_estimates, ax=ax)._repr_png_() is None
    plt.close("all")
