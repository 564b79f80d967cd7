"""Streams: any cut, any order, any company give the same draws."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gecam.uncertainty import Streams

names = st.text(max_size=12)


@given(
    seed=st.integers(0, 2**70),
    input_id=names,
    component=names,
    start=st.integers(0, 2**60),
    cuts=st.lists(st.integers(0, 40), min_size=1, max_size=6),
)
def test_blocks_of_any_size_make_the_whole(seed, input_id, component, start, cuts):
    streams, edges = Streams(seed), [start, *(start + c for c in sorted(cuts))]
    whole = streams.uniform(input_id, component, start, edges[-1])
    blocks = [streams.uniform(input_id, component, a, b) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(blocks), whole)
    assert ((whole > 0) & (whole < 1)).all()


@given(seed=st.integers(0, 1000), a=st.tuples(names, names), b=st.tuples(names, names))
def test_different_names_are_different_streams(seed, a, b):
    same = np.array_equal(Streams(seed).uniform(*a, 0, 4), Streams(seed).uniform(*b, 0, 4))
    assert same == (a == b)
