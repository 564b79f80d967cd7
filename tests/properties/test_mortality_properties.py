import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gecam.errors import InputError
from gecam.mortality import (
    AttemptedCrossings,
    CaptureHistories,
    chao,
    chapman,
    check_existence,
    compound_interval,
    death_rate,
    lincoln_petersen,
    loglinear,
    truncated_poisson,
    zelterman,
)

COUNTS = st.integers(1, 400)


@given(both=st.integers(1, 60), first=COUNTS, second=COUNTS, level=st.floats(0.8, 0.99))
def test_two_lists_never_give_fewer_than_were_seen(both, first, second, level):
    n1, n2 = both + first, both + second
    for size in (lincoln_petersen(n1, n2, both, level=level), chapman(n1, n2, both, level=level)):
        assert size.observed <= size.lower <= size.estimate * (1 + 1e-9)
        assert size.estimate <= size.upper * (1 + 1e-9)
    wider = chapman(n1, n2, both, level=(1 + level) / 2)
    assert wider.upper >= chapman(n1, n2, both, level=level).upper


@given(both=st.integers(1, 60), first=COUNTS, second=COUNTS)
def test_the_order_of_two_lists_does_not_matter(both, first, second):
    n1, n2 = both + first, both + second
    assert chapman(n1, n2, both) == chapman(n2, n1, both)


@given(f=st.lists(st.integers(1, 300), min_size=2, max_size=6))
def test_more_heterogeneity_in_the_same_data_means_more_unseen(f):
    n = sum(f)
    for size in (chao(f), zelterman(f), truncated_poisson(f)):
        assert n <= size.lower <= size.estimate <= size.upper
        assert math.isfinite(size.upper)


@given(counts=st.lists(st.integers(0, 30), min_size=7, max_size=7))
def test_a_model_that_passes_the_check_can_be_fitted_and_keeps_its_margins(counts):
    assume(sum(counts) > 0)
    cells = [(a, b, c) for a in (1, 0) for b in (1, 0) for c in (1, 0)][:-1]
    table = CaptureHistories.from_table(cells, counts)
    for pairs in ([], [("A", "B")], [("A", "B"), ("B", "C")]):
        if not check_existence(table, pairs).exists:
            continue
        fit = loglinear(table, pairs=pairs)
        assert fit.size.estimate > table.observed
        assert math.isfinite(fit.size.upper)
        finite = {name: b for name, b in fit.coefficients.items() if b > -math.inf}
        mean = np.exp(
            finite[""]
            + sum(finite[name] * table.histories[:, i] for i, name in enumerate("ABC"))
            + sum(
                finite[name] * table.histories[:, "ABC".index(name[0])]
                * table.histories[:, "ABC".index(name[2])]
                for name in finite if ":" in name
            )
        )  # fmt: skip
        infinite = np.zeros(7, dtype=bool)
        for one, other in fit.existence.infinite_pairs:
            infinite |= (
                table.histories[:, "ABC".index(one)] & table.histories[:, "ABC".index(other)]
            )
        # Newton steps stop at 1e-10 on the log scale
        assert mean[~infinite].sum() == pytest.approx(table.observed, rel=1e-7)


@given(sizes=st.lists(st.integers(0, 500), max_size=40), level=st.floats(0.5, 0.99))
def test_intervals_of_deaths_hold_the_recorded_number_and_widen_with_the_level(sizes, level):
    lower, upper = compound_interval(sizes, level=level)
    assert 0 <= lower <= sum(sizes) * (1 + 1e-9)
    assert sum(sizes) <= upper
    wider = compound_interval(sizes, level=(1 + level) / 2)
    assert wider[0] <= lower
    assert upper <= wider[1]


@given(
    sizes=st.lists(st.integers(1, 500), min_size=1, max_size=20),
    arrivals=st.integers(1_000, 10**6),
    factor=st.integers(2, 5),
)
def test_a_rate_scales_with_its_exposure(sizes, arrivals, factor):
    one = death_rate(sizes, AttemptedCrossings(arrivals=arrivals, interceptions=0, returns=0))
    more = death_rate(
        sizes, AttemptedCrossings(arrivals=factor * arrivals, interceptions=0, returns=0)
    )
    for name in ("rate", "lower", "upper"):
        assert getattr(one, name) == pytest.approx(factor * getattr(more, name), rel=1e-9)


@given(
    sizes=st.lists(st.integers(1, 60), max_size=40),
    parts=st.lists(st.integers(1, 200), min_size=2, max_size=30),
    level=st.floats(0.5, 0.99),
)
def test_no_composition_of_a_cumulative_record_has_a_wider_interval_than_one_incident(
    sizes, parts, level
):
    whole = compound_interval([*sizes, sum(parts)], level=level)
    apart = compound_interval([*sizes, *parts], level=level)
    assert whole[0] <= apart[0] * (1 + 1e-9)
    assert apart[1] <= whole[1] * (1 + 1e-9)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from("xyz"), st.sampled_from("abcd"), st.sampled_from(["", *"abcd"])),
        min_size=1,
        max_size=12,
    ),
    order=st.randoms(use_true_random=False),
)
def test_capture_histories_do_not_depend_on_the_order_of_reports(rows, order):
    def answer(reports):
        frame = pd.DataFrame(reports, columns=["unit", "source", "copied_from"])
        try:
            return CaptureHistories.from_reports(
                frame, list_of={"a": "A", "b": "B", "c": "C", "d": "C"}
            ).counts.tolist()
        except InputError as error:
            return str(error)

    shuffled = list(rows)
    order.shuffle(shuffled)
    assert answer(shuffled) == answer(rows)
