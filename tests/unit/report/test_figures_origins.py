"""Origins by residence, and several crises in one country: the numbers drawn are those given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from gecam.datasets import load_edition
from gecam.errors import InputError, NotEstimatedError
from gecam.estimation import estimate
from gecam.report.figures_origins import NOT_KNOWN, OTHERS, corridors, overlaps


def height_at(band, side):
    """Return the height of a band at its left (0) or right (1) end."""
    x, y = band.get_xy()[:-1].T
    end = x.min() if side == 0 else x.max()
    return np.ptp(y[np.isclose(x, end)])


def test_bands_are_as_high_as_the_means_of_their_corridors():
    est = estimate(load_edition("2022").restrict(["ETH", "SDN", "TCD", "UKR"]), draws=50)
    drawn = corridors(est, origins=500, destinations=500)
    rows = est.by("origin", "destination").summary()
    given = rows.set_index(["origin", "destination"])["mean"]
    checked = 0
    for key, band in drawn.artists["bands"].items():
        if OTHERS in key:
            continue
        assert height_at(band, 0) == pytest.approx(given[key], abs=1e-6)
        assert height_at(band, 1) == pytest.approx(given[key], abs=1e-6)
        checked += 1
    assert checked > 100


def test_bars_are_the_answers_own_figures_not_sums_of_medians(few_draws_2022):
    drawn = corridors(few_draws_2022)
    table = drawn.artists["people"]
    for side, dimension in (("origins", "origin"), ("destinations", "destination")):
        own = few_draws_2022.by(dimension).summary().set_index(dimension)["mean"]
        sums = table.sum(axis=1 if side == "origins" else 0)
        for key, bar, total in zip(sums.index, drawn.artists[side], sums, strict=True):
            assert bar.get_height() == pytest.approx(-total)
            if key != OTHERS:
                assert total == pytest.approx(own[key], rel=1e-12)
    total = few_draws_2022.total().summary()["mean"].iloc[1]
    assert table.to_numpy().sum() == pytest.approx(total, rel=1e-12)
    drawn.ax.figure.draw_without_rendering()


def test_bars_beyond_the_number_asked_for_share_one(few_draws_2022):
    table = corridors(few_draws_2022, origins=3, destinations=2).artists["people"]
    assert list(table.columns[2:]) == [OTHERS]
    assert table.shape == (5, 3)  # three countries, others, and origins that are not told apart
    with pytest.raises(InputError, match="at least 1: got 0"):
        corridors(few_draws_2022, origins=0)


def test_people_whose_origin_no_source_tells_are_drawn_as_such(small_estimates):
    without = {key: c for key, c in small_estimates.compositions.items() if key[0] != "PER"}
    est = replace(small_estimates, compositions=without)
    table = corridors(est).artists["people"]
    peru = est.by("destination").row(destination="PER").summary()["mean"].iloc[0]
    assert table.loc[NOT_KNOWN, "PER"] == pytest.approx(peru)
    assert table.loc[NOT_KNOWN].sum() == pytest.approx(peru)


def test_overlaps_draw_both_sums_of_means(small_estimates):
    drawn = overlaps(small_estimates)
    by_place = {}
    for o in small_estimates.overlaps:
        a, b = by_place.get(o.destination, (0.0, 0.0))
        by_place[o.destination] = (a + o.sum_of_crises, b + o.union)
    assert list(by_place) == ["KEN"]
    assert drawn.artists["sum_of_crises"].get_xdata().tolist() == [by_place["KEN"][0]]
    assert drawn.artists["union"].get_xdata().tolist() == [by_place["KEN"][1]]
    union = small_estimates.by("destination").row(destination="KEN").summary()["mean"].iloc[0]
    assert drawn.artists["union"].get_xdata()[0] == pytest.approx(union)
    assert "persons" in drawn.ax.get_xlabel()
    assert any("counted twice" in text.get_text() for text in drawn.ax.texts)


def test_without_several_crises_there_is_nothing_to_draw(small_estimates):
    with pytest.raises(NotEstimatedError, match="no country has several crises"):
        overlaps(replace(small_estimates, overlaps=()))


@pytest.mark.parametrize("draw", [corridors, overlaps])
def test_figures_draw_on_given_axes(draw, small_estimates):
    ax = Figure().subplots()
    assert draw(small_estimates, ax=ax).ax is ax
