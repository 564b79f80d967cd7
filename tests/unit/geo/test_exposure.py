"""People exposed under a threshold that is not known exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from gecam.errors import InputError
from gecam.geo import Exposure


def table(levels, people, residents=(1000.0, 1000.0), **options):
    index = pd.Index(["A", "B"], name="area")
    return Exposure(
        pd.DataFrame(people, index, levels), pd.Series(residents, index), "MMI", **options
    )


LINE = table([5.0, 6.0, 7.0, 8.0], [[400, 300, 200, 100], [40, 30, 20, 10]], top=9.0)


def test_at_an_exact_threshold_people_are_those_above_it():
    found = LINE.at(6.5)
    assert found.people.to_dict() == {"A": 250.0, "B": 25.0}
    assert found.total_sd == 0


def test_where_people_fall_evenly_the_mean_is_that_at_the_threshold():
    found = LINE.at(7.0, sd=0.5)  # 4 sd from both ends: 1e-3
    assert found.people.sum() == pytest.approx(220, rel=1e-3)
    assert found.total_sd == pytest.approx(110 * 0.5, rel=5e-3)  # slope times sd; 400 nodes


def test_beyond_the_top_nobody_is_left_so_that_the_mean_is_above_the_centre():
    steep = table([5.0, 6.0], [[100, 0], [0, 0]])
    found = steep.at(6.0, sd=0.25)
    # E max(0, t - T) for T ~ N(t, s^2) is s times the density at 0
    expected = 100 * 0.25 * norm.pdf(0)
    assert found.people["A"] == pytest.approx(expected, rel=2e-3)
    assert steep.at(6.0).people["A"] == 0


def test_one_threshold_holds_for_all_areas():
    both, one = (
        LINE.at(7.0, sd=0.5),
        table([5.0, 6.0, 7.0, 8.0], [[400, 300, 200, 100], [0] * 4], top=9.0),
    )
    assert both.total_sd == pytest.approx(1.1 * one.at(7.0, sd=0.5).total_sd)


def test_a_threshold_that_may_lie_below_the_map_is_noted():
    assert LINE.at(7.0, sd=0.5).notes == ()
    note = LINE.at(5.5, sd=0.5).notes[0]
    assert note.code == "BELOW_THE_MAP"
    assert "16%" in note.text


@pytest.mark.parametrize("threshold", [8.8, 9.2, 10.0])
def test_a_threshold_whose_distribution_lies_partly_above_the_top_counts_the_part_below(threshold):
    """E max(0, 9 - T) for T ~ N(t, s^2) is s (phi(d) - d (1 - Phi(d))), d = (t - 9) / s."""
    d = (threshold - 9) / 0.5
    found = LINE.at(threshold, sd=0.5)
    assert found.people["A"] == pytest.approx(100 * 0.5 * (norm.pdf(d) - d * norm.sf(d)), rel=0.03)
    assert found.notes == ()


def test_above_a_map_without_a_top_a_note_says_how_probable_that_is():
    open_ended = table([5.0, 6.0, 7.0], [[400, 300, 200], [40, 30, 20]])
    (note,) = open_ended.at(6.75, sd=0.5).notes
    assert note.code == "ABOVE_THE_MAP"
    assert "31%" in note.text  # 1 - Phi(0.5)
    with pytest.raises(InputError, match="between 5 and 7 MMI"):
        open_ended.at(7.1, sd=0.5)


@pytest.mark.parametrize("threshold", [None, 4.9, 9.1, np.nan])
def test_a_threshold_outside_the_map_is_an_error(threshold):
    with pytest.raises(InputError, match=r"between 5 and 9 MMI|threshold must be a number"):
        LINE.at(threshold)


def test_an_uncertainty_below_zero_is_an_error():
    with pytest.raises(InputError, match="sd must be a number >= 0"):
        LINE.at(6.0, sd=-1)


def test_inside_or_outside_takes_no_threshold():
    index = pd.Index(["A"], name="area")
    flood = Exposure(pd.DataFrame({0.0: [5.0]}, index), pd.Series([10.0], index))
    assert flood.at().people["A"] == 5
    with pytest.raises(InputError, match="takes no threshold"):
        flood.at(1.0)


def test_figures_must_be_numbers_and_areas_the_same():
    with pytest.raises(InputError, match="0 or more"):
        table([5.0], [[np.nan], [1]])
    with pytest.raises(InputError, match="0 or more"):
        table([5.0], [[-1], [1]])
    index = pd.Index(["A"], name="area")
    with pytest.raises(InputError, match="same areas"):
        Exposure(pd.DataFrame({0.0: [1.0]}, index), pd.Series([1.0], ["B"]))
