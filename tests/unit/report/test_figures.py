"""Figures: the numbers drawn are the numbers given."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

import gecam as gc
from gecam.evaluation import default_choices
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


def test_a_notebook_shows_a_figure_once(small_estimates):
    assert intervals(small_estimates)._repr_png_().startswith(b"\x89PNG")
    _, ax = plt.subplots()  # pyplot shows this one itself
    assert intervals(small_estimates, ax=ax)._repr_png_() is None
    plt.close("all")


ROWS = pd.DataFrame({
    "route": ["a", "b"], "deaths": [20.0, 10.0], "lower": [5.0, 0.0], "upper": [50.0, 30.0],
})  # fmt: skip
SIZES = pd.DataFrame({
    "month": pd.to_datetime(["2016-01-01", "2016-03-01"]), "dead_and_missing": [2, 90],
    "incidents": [3, 1],
})  # fmt: skip
AFFECTED = "Migrants affected by crises, "
TITLES = {
    "intervals": AFFECTED + "by country of residence, 2022",
    "world_map": AFFECTED + "by country of residence, 2022",
    "corridors": AFFECTED + "by origin and country of residence, 2022",
    "overlaps": AFFECTED + "in countries with several, 2022",
    "explanation": AFFECTED + "Chad (TCD), 2022: from the stock to the result",
    "sensitivity_bars": AFFECTED + "Chad (TCD), 2022: what makes the number uncertain",
    "specification_curve": AFFECTED + "Chad (TCD), 2022: 10 specifications",
    "series_lines": AFFECTED + "countries with plans, 2024 to 2025",
    "revisions": AFFECTED + "by destination: from 2022.1 to 2022.2",
    "monthly_deaths": "Recorded dead and missing during migration, January 2016 to March 2016",
    "route_comparison": "Recorded dead and missing during migration, by route",
}


@pytest.fixture(scope="module")
def figures(few_draws_2022):
    """Return calls that draw each figure of numbers of people, by its public name."""
    few = few_draws_2022.case.restrict(["TCD"])
    two = [gc.load_edition(year).restrict(["SDN", "TCD"]) for year in ("2024", "2025")]
    explained = gc.explain(few_draws_2022, "TCD", points=64)
    curve = gc.multiverse(few, "TCD", choices=default_choices(few)[:2], draws=20)
    rows = pd.DataFrame({
        "breakdown": "destination", "old": [20.0, 3000.0], "new": [30.0, 3500.0],
        "change": [10.0, 500.0],
        "old_lower": [1e-7, 2000.0], "old_upper": [35.0, 5000.0], "is_inside": True,
    }, index=["destination/TCD", "destination/SDN"])  # fmt: skip
    diff = SimpleNamespace(rows=rows, old_name="2022.1", new_name="2022.2")
    return {
        **dict.fromkeys(("intervals", "world_map", "corridors", "overlaps"), (few_draws_2022,)),
        "explanation": (explained,), "sensitivity_bars": (explained,), "specification_curve": (curve,),
        "series_lines": (gc.series(two, draws=20, by_cause=False),), "revisions": (diff,),
        "monthly_deaths": (SIZES,), "route_comparison": (ROWS,),
    }  # fmt: skip


def draw(figures, name, **options):
    words = {"label": "route"} if name == "route_comparison" else {}
    return getattr(gc.plot, name)(*figures[name], **words, **options).ax


@pytest.mark.parametrize("name", TITLES)
def test_a_title_says_what_where_and_when(name, figures):
    ax = draw(figures, name)
    assert ax.get_title(loc="left").replace("\n", " ") == TITLES[name]
    if "log" in {ax.get_xscale(), ax.get_yscale()}:  # and an axis says that it is logarithmic
        assert "(logarithmic)" in ax.get_xlabel() + ax.get_ylabel()
        people = ax.get_xlim() if ax.get_xscale() == "log" else ax.get_ylim()
        assert people[0] > 1e-3  # a bound near 0 is cut and marked
        line = draw(figures, name, scale="linear")
        assert {line.get_xscale(), line.get_yscale()} == {"linear"}
        assert 0 in {line.get_xlim()[0], line.get_ylim()[0]}
        assert "logarithmic" not in line.get_xlabel() + line.get_ylabel()
        line.figure.draw_without_rendering()


def test_every_figure_has_its_title_tested():
    elsewhere = {"calibration", "coverage", "footprint_map", "area_map"}  # of tests, of maps
    assert set(gc.plot.__all__) == TITLES.keys() | elsewhere
