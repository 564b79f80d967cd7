"""The map of the world: discs as large as the numbers given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from gecam.codes import world
from gecam.codes.places import countries
from gecam.errors import NotEstimatedError
from gecam.report.equal_earth import equal_earth
from gecam.report.figures_world import draw_world, world_map
from gecam.report.sentences import TEMPLATES


def table_of(places, mean=None):
    mean = np.arange(1.0, len(places) + 1) * 1e4 if mean is None else mean
    ends = {"lower": mean * 0.5, "upper": mean * 2}
    return pd.DataFrame({"place": places, "mean": mean, **ends, "cv": 0.0, "mcse": 0.0})


def test_areas_of_discs_are_the_statistics_at_one_scale(few_draws_2022):
    drawn = world_map(few_draws_2022)
    table = few_draws_2022.by("destination").summary().dropna(subset="mean")
    table = table.sort_values("mean", ascending=False, kind="stable")
    scale = drawn.artists["upper"].get_sizes().max() / table["upper"].max()
    for column in ("mean", "lower", "upper"):
        assert np.allclose(drawn.artists[column].get_sizes(), table[column] * scale)
    drawn.ax.figure.draw_without_rendering()


def test_discs_stand_at_their_countries_and_crosses_where_nothing_is_estimated(few_draws_2022):
    drawn = world_map(few_draws_2022)
    missing = few_draws_2022.by("destination").summary()
    missing = missing.loc[missing["mean"].isna(), "destination"].tolist()
    points = np.array([world().points[place] for place in missing])
    expected = np.column_stack(equal_earth(points[:, 0], points[:, 1]))
    assert len(missing) == 2
    assert np.allclose(drawn.artists["not_estimated"].get_offsets(), expected)


def test_no_place_is_lost_however_small():
    places = sorted(set(countries()) - {"ATA"})
    drawn = draw_world(table_of(places), title="all", level=0.9)
    assert len(drawn.artists["mean"].get_offsets()) == len(places) == 250
    assert "MLT" in world().without_shape


def test_the_largest_are_listed_with_their_intervals():
    drawn = draw_world(table_of(["SDN", "COD"], np.array([2e6, 1e6])), title="x", level=0.9)
    texts = "\n".join(text.get_text() for text in drawn.ax.texts)
    assert "1  Sudan  2 M  (1 M to 4 M)" in texts
    assert "2  Dem. Rep. of the Congo  1 M  (500 k to 2 M)" in texts


def test_the_note_on_borders_stands_on_the_map_in_the_words_of_the_united_nations(small_estimates):
    note = world_map(small_estimates).ax.figure.get_supxlabel()
    assert note.replace("\n", " ") == TEMPLATES["BORDERS"]
    note = TEMPLATES["BORDERS"]
    assert note == (
        "The boundaries and names shown and the designations used on this map do not imply official "
        "endorsement or acceptance by the United Nations."
    )


def test_it_draws_on_given_axes(small_estimates):
    ax = Figure().subplots()
    assert world_map(small_estimates, ax=ax).ax is ax


def test_nothing_estimated_is_no_map():
    with pytest.raises(NotEstimatedError, match="nothing is estimated"):
        draw_world(table_of(["SDN"], np.array([np.nan])), title="x", level=0.9)


def test_names_of_cases_are_no_mathematics(small_estimates):
    named = replace(
        small_estimates, provenance=replace(small_estimates.provenance, case="a $b_c$ " * 30)
    )
    drawn = world_map(named)
    drawn.ax.figure.draw_without_rendering()
    assert len(drawn.ax.get_title(loc="left")) <= 130


def test_the_levant_is_drawn_once_more_where_discs_lie_close(few_draws_2022, small_estimates):
    levant = world_map(few_draws_2022).artists["levant"]
    names = [text.get_text().partition("\n")[0] for text in levant.texts]
    assert "Syrian Arab Republic" in names
    assert len(names) >= 2
    assert world_map(small_estimates).artists["levant"] is None
