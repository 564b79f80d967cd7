"""What allocation must do whatever the areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from gecam.estimation.methods.allocation import allocate, area_shares
from gecam.uncertainty import Streams


@st.composite
def areas(draw):
    k = draw(st.integers(1, 12))
    names = [f"A{i:02d}" for i in range(k)]
    prior = pd.Series(draw(st.lists(st.floats(1e-6, 1e6), min_size=k, max_size=k)), names)
    counted = draw(
        st.lists(st.none() | st.just(0.0) | st.floats(1e-6, 1e6), min_size=k, max_size=k)
    )
    counts = pd.Series([np.nan if value is None else value for value in counted], names)
    return prior, counts if counts.sum() > 0 else None


@given(areas(), st.floats(1e-3, 1e4), st.just(0.0) | st.floats(1e-3, 1e9))
def test_areas_sum_to_the_total_and_none_is_negative(data, kappa, total):
    prior, counts = data
    people = allocate(
        np.full(8, total), prior, kappa=kappa, counts=counts, streams=Streams(1), input_id="x"
    )
    np.testing.assert_allclose(people.sum("area"), total, rtol=1e-12)
    assert (people >= 0).all()


@given(areas(), st.floats(0.1, 1e3), st.sampled_from((2.0**-10, 0.5, 8.0)))
def test_units_of_prior_and_counts_do_not_matter(data, kappa, factor):
    prior, counts = data
    one = area_shares(prior, kappa=kappa, counts=counts).share
    scaled = None if counts is None else counts * factor
    other = area_shares(prior * factor, kappa=kappa, counts=scaled).share
    np.testing.assert_allclose(other, one, rtol=1e-9, atol=1e-300)


@given(areas(), st.floats(0.1, 1e3))
def test_order_of_areas_does_not_matter(data, kappa):
    prior, counts = data
    args = {"kappa": kappa, "streams": Streams(1), "input_id": "x"}
    one = allocate(np.ones(4), prior, counts=counts, **args)
    other = allocate(np.ones(4), prior[::-1], counts=counts, **args)
    np.testing.assert_allclose(other.sel(area=one.area.values), one, rtol=1e-9, atol=1e-300)
