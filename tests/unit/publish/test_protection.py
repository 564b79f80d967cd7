"""Hidden cells: protected against their totals, proved by another formulation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gecam.errors import InputError
from gecam.publish import Relations, hide, recoverable
from gecam.uncertainty import Streams

ROW = Relations(sums=[(3, [0, 1, 2])], n=4)


def table(seed: int, rows: int, columns: int) -> tuple[np.ndarray, Relations]:
    """A random table with margins: cells first, then rows, columns, and the grand total."""
    u = Streams(seed).uniform("table", "cells", 0, 2 * rows * columns)
    cells = np.where(
        u[: rows * columns] < 0.15, 0, np.floor(3 * 400 ** u[rows * columns :])
    ).reshape(rows, columns)
    values = np.concatenate([cells.ravel(), cells.sum(axis=1), cells.sum(axis=0), [cells.sum()]])
    index = np.arange(rows * columns).reshape(rows, columns)
    n = rows * columns
    sums = [(n + i, index[i].tolist()) for i in range(rows)]
    sums += [(n + rows + j, index[:, j].tolist()) for j in range(columns)]
    sums += [(n + rows + columns, list(range(n, n + rows)))]
    sums += [(n + rows + columns, list(range(n + rows, n + rows + columns)))]
    return values, Relations(sums, len(values))


def intervals_by_search(values, hidden, relations) -> dict[int, tuple[int, int]]:
    """Narrowest intervals of hidden cells of whole numbers, by trying all of them."""
    kept = np.flatnonzero(hidden)
    largest = int(values[hidden].sum())
    found: dict[int, set[int]] = {int(i): set() for i in kept}
    for guess in itertools.product(range(largest + 1), repeat=len(kept)):
        x = values.copy()
        x[kept] = guess
        if all(x[t] == x[list(p)].sum() for t, p in relations.sums):
            for i, v in zip(kept, guess, strict=True):
                found[int(i)].add(v)
    return {i: (min(v), max(v)) for i, v in found.items()}


def test_a_reader_finds_what_a_search_of_all_tables_finds():
    values = np.array([3.0, 4, 5, 1, 2, 6, 12, 9, 4, 6, 11, 21])
    sums = [(6, [0, 1, 2]), (7, [3, 4, 5]), (8, [0, 3]), (9, [1, 4]), (10, [2, 5]), (11, [6, 7])]
    relations = Relations(sums, 12)
    for cells in ([0, 1, 3, 4], [0, 1, 2], [0, 2, 3, 5], [0], [0, 1]):
        hidden = np.zeros(12, dtype=bool)
        hidden[cells] = True
        lower, upper = recoverable(values, hidden, relations)
        for i, (least, most) in intervals_by_search(values, hidden, relations).items():
            assert lower[i] == pytest.approx(least, abs=1e-9)
            assert upper[i] == pytest.approx(most, abs=1e-9)


def test_shown_cells_are_known_and_cells_in_no_sum_are_not():
    lower, upper = recoverable([40, 200, 500, 740], [True, False, False, False], ROW)
    assert (lower[0], upper[0]) == (40, 40)  # one hidden part: the total gives it away
    lower, upper = recoverable([5, 7], [True, False], Relations([], 2))
    assert (lower[0], upper[0]) == (0, np.inf)


def test_bounds_between_cells_are_used_by_a_reader():
    known = Relations([], 3, at_most=[(0, [1]), (1, [2])])
    lower, upper = recoverable([10, 30, 50], [False, True, False], known)
    assert (lower[1], upper[1]) == (10, 50)


# an origin of whom half are in the first place and a tenth in the second
ORIGIN = Relations([], 3, weighted=[(2, {0: 0.5, 1: 0.1})])


def test_a_weighted_sum_gives_its_parts_away_as_far_as_it_is_known():
    hidden = [True, False, False]
    lower, upper = recoverable([40, 1000, 120], hidden, ORIGIN)
    assert (lower[0], upper[0]) == (40, 40)
    lower, upper = recoverable([40, 1000, 120], hidden, ORIGIN, within=[0, 0, 5])
    assert (lower[0], upper[0]) == (30, 50)  # 5 / 0.5 on either side
    lower, upper = recoverable([40, 1000, 120], hidden, ORIGIN, within=[[0, 0, 1], [0, 0, 5]])
    assert (lower[0], upper[0]) == (38, 50)  # shown as what 119 to 125 are rounded to
    lower, upper = recoverable([40, 1000, 120], hidden, ORIGIN, within=[0, 0, 500])
    assert (lower[0], upper[0]) == (0, 1040)


@pytest.mark.parametrize(("within", "is_hidden"), [(0.0, True), (24.0, True), (51.0, False)])
def test_a_rounded_sum_is_hidden_where_it_tells_more_than_the_threshold(within, is_hidden):
    hidden = hide(
        [40, 1000, 120],
        [True, False, False],
        ORIGIN,
        threshold=100,
        fixed=[False, True, False],
        within=[0, 0, within],
    )
    assert hidden.tolist() == [True, False, is_hidden]


def test_a_cell_that_cannot_rise_may_fall():
    """The total is known, and the other part is 20: 500 may be 400, and cannot be 600."""
    relations = Relations([(2, [0, 1])], 3)
    lower, upper = recoverable([500, 20, 520], [True, True, False], relations)
    assert (lower[0], upper[0]) == (0, 520)
    hidden = hide(
        [500, 20, 520], [True, False, False], relations, threshold=100, fixed=[False, False, True]
    )
    assert hidden.tolist() == [True, True, False]


def test_thresholds_may_differ_by_cell():
    """Nobody asks how well the second is protected."""
    table = Relations([(3, [0, 1, 2])], 4)
    hidden = hide(
        [40, 30, 500, 570], [False, True, False, False], table, threshold=[100, 0, 100, 100]
    )
    assert hidden.tolist() == [False, True, False, False]


def test_figures_that_are_known_too_well_are_an_error():
    with pytest.raises(InputError, match="cell 0 cannot be protected"):
        hide(
            [40, 1000, 120],
            [True, False, False],
            ORIGIN,
            threshold=100,
            fixed=[False, True, True],
            within=[0, 0, 5],
        )
    with pytest.raises(InputError, match="within must be >= 0"):
        recoverable([1, 2, 3], [True, False, False], ORIGIN, within=-1)


def test_the_smallest_other_part_is_hidden_first():
    assert hide([40, 200, 500, 740], [True, False, False, False], ROW, threshold=100).tolist() == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_total_is_hidden_where_its_parts_are_too_small():
    hidden = hide([40, 20, 10, 70], [True, True, True, False], ROW, threshold=100)
    assert hidden.all()


def test_nothing_is_hidden_where_nothing_is_sensitive():
    assert not hide([40, 200, 500, 740], np.zeros(4, bool), ROW, threshold=100).any()


def test_public_margins_that_give_a_cell_away_are_an_error():
    with pytest.raises(InputError, match="cannot be protected"):
        hide(
            [40, 200, 500, 740],
            [True, False, False, False],
            ROW,
            threshold=100,
            fixed=[False, True, True, True],
        )
    with pytest.raises(InputError, match="both sensitive and known"):
        hide([1, 2, 3, 6], [True, False, False, False], ROW, threshold=100, fixed=True)


@pytest.mark.parametrize(
    ("values", "threshold"), [([-1, 2, 3, 4], 100), ([np.nan, 2, 3, 5], 100), ([1, 2, 3, 6], 0)]
)
def test_values_and_threshold_are_checked(values, threshold):
    with pytest.raises(InputError, match="finite values >= 0 and a threshold > 0"):
        hide(values, [True, False, False, False], ROW, threshold=threshold)


@settings(max_examples=settings().max_examples // 3)
@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(2, 5))
def test_no_hidden_cell_is_found_more_narrowly_than_the_threshold(seed, rows, columns):
    values, relations = table(seed, rows, columns)
    sensitive = (values > 0) & (values < 100)
    hidden = hide(values, sensitive, relations, threshold=100)
    assert (hidden | ~sensitive).all()
    lower, upper = recoverable(values, hidden, relations)
    assert (upper - lower)[hidden].min(initial=np.inf) >= 100
    assert (lower <= values + 1e-6).all()
    assert (upper >= values - 1e-6).all()


def test_hiding_is_the_same_on_every_run():
    values, relations = table(7, 5, 6)
    sensitive = (values > 0) & (values < 100)
    once, again = (hide(values, sensitive, relations, threshold=100) for _ in range(2))
    np.testing.assert_array_equal(once, again)
