"""Existence, one log-linear model, and all of them."""

import math
from itertools import combinations, product

import numpy as np
import pytest

from gecam.errors import InputError, NotEstimatedError
from gecam.mortality import (
    CaptureHistories,
    check_existence,
    lincoln_petersen,
    loglinear,
    loglinear_models,
)

THREE = [cell for cell in product((1, 0), repeat=3) if any(cell)]


def three(counts, lists="ABC"):
    return CaptureHistories.from_table(THREE, counts, lists=list(lists))


# The cells of Table 2 of Chan, Silverman and Vincent (2021) that hold units: A, B, C and AB. The
# statements below are those that the paper makes about that table; they hold for any such counts.
SPARSE = CaptureHistories.from_table([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0]], [27, 37, 19, 4])


@pytest.mark.parametrize(
    ("pairs", "is_finite", "is_identifiable"),
    [
        ([("A", "B"), ("A", "C"), ("B", "C")], True, False),
        ([("A", "B")], False, True),
        ([("A", "B"), ("A", "C")], False, True),
        ([("A", "B"), ("B", "C")], False, True),
        ([], True, True),
        ([("A", "C")], True, True),
        ([("A", "C"), ("B", "C")], True, True),
    ],
)
def test_existence_of_sparse_tables_is_as_published(pairs, is_finite, is_identifiable):
    found = check_existence(SPARSE, pairs)
    assert (found.is_finite, found.is_identifiable) == (is_finite, is_identifiable)


def test_a_model_that_does_not_exist_is_refused_with_the_reason():
    with pytest.raises(NotEstimatedError, match=r"\['A:B'\] cannot be estimated: .* not finite"):
        loglinear(SPARSE, pairs=[("A", "B")])


def test_lists_without_overlap_have_an_infinite_interaction_and_are_flagged():
    fit = loglinear(SPARSE, pairs=[("A", "C"), ("B", "C")])
    assert fit.coefficients["A:C"] == -math.inf
    assert "LISTS_WITHOUT_OVERLAP" in fit.size.flags
    # Without the cells of C with others, A and B alone tell the unseen: 27 * 37 / 4.
    assert fit.size.unseen == pytest.approx(27 * 37 / 4)


def test_existence_is_decided_without_a_tolerance_on_the_scale_of_the_counts():
    for scale in (1, 1_000_000):
        table = CaptureHistories.from_table(
            SPARSE.histories, SPARSE.counts * scale, lists=SPARSE.lists
        )
        assert check_existence(table, []).exists
        assert not check_existence(table, [("A", "B")]).exists


def test_two_lists_give_lincoln_petersen():
    table = CaptureHistories.from_table([[1, 1], [1, 0], [0, 1]], [12, 48, 38])
    size = loglinear(table, interval="profile").size
    twin = lincoln_petersen(60, 50, 12)
    assert size.estimate == pytest.approx(twin.estimate)
    assert size.se == pytest.approx(twin.se)
    # Both profiles are found by root finding on the scale of 1e-6 of the size.
    assert (size.lower, size.upper) == pytest.approx((twin.lower, twin.upper), rel=1e-4)


def test_the_saturated_model_of_three_lists_has_a_closed_form():
    # Fienberg (1972): unseen = (n111 n100 n010 n001) / (n110 n101 n011).
    counts = dict(zip(THREE, [7, 11, 5, 40, 9, 30, 25], strict=True))
    fit = loglinear(three(list(counts.values())), pairs="all")
    unseen = counts[1, 1, 1] * counts[1, 0, 0] * counts[0, 1, 0] * counts[0, 0, 1]
    unseen /= counts[1, 1, 0] * counts[1, 0, 1] * counts[0, 1, 1]
    assert fit.size.unseen == pytest.approx(unseen)
    variance = unseen + unseen**2 * sum(1 / n for n in counts.values())
    assert fit.size.se == pytest.approx(math.sqrt(variance))
    assert fit.deviance == pytest.approx(0, abs=1e-9)
    assert fit.df == 0


def test_one_interaction_in_three_lists_has_a_closed_form():
    # A and B depend on each other, C on neither: those on A or B against C is a two-list problem.
    counts = dict(zip(THREE, [7, 11, 5, 40, 9, 30, 25], strict=True))
    fit = loglinear(three(list(counts.values())), pairs=[("B", "A")])
    not_c = sum(n for cell, n in counts.items() if not cell[2])
    both = sum(n for cell, n in counts.items() if cell[2] and (cell[0] or cell[1]))
    assert fit.size.unseen == pytest.approx(not_c * counts[0, 0, 1] / both)


def test_fitted_margins_equal_the_observed_ones():
    table = three([7, 11, 5, 40, 9, 30, 25])
    fit = loglinear(table, pairs=[("A", "C")])
    mean = np.exp(
        fit.coefficients[""]
        + sum(fit.coefficients[name] * table.histories[:, i] for i, name in enumerate("ABC"))
        + fit.coefficients["A:C"] * (table.histories[:, 0] & table.histories[:, 2])
    )
    for where in (table.histories[:, 1], table.histories[:, 0] & table.histories[:, 2]):
        assert mean[where].sum() == pytest.approx(table.counts[where].sum())


def test_every_estimate_says_that_the_highest_order_is_assumed_away():
    assert "HIGHEST_ORDER_ASSUMED_ZERO" in loglinear(three([7, 11, 5, 40, 9, 30, 25])).size.flags


def test_pairs_must_name_lists_and_not_repeat():
    table = three([7, 11, 5, 40, 9, 30, 25])
    with pytest.raises(InputError, match="does not name two of the lists"):
        loglinear(table, pairs=[("A", "Z")])
    with pytest.raises(InputError, match="must not repeat"):
        loglinear(table, pairs=[("A", "B"), ("B", "A")])
    with pytest.raises(InputError, match="interval must be"):
        loglinear(table, interval="wald")


def test_the_order_and_names_of_lists_do_not_matter():
    counts = [7, 11, 5, 40, 9, 30, 25]
    table = three(counts)
    shuffled = CaptureHistories.from_table(
        table.histories[:, [2, 0, 1]], counts, lists=["Z", "X", "Y"]
    )
    one, other = loglinear_models(table), loglinear_models(shuffled)
    assert one.average.estimate == pytest.approx(other.average.estimate)
    assert one.range == pytest.approx(other.range)


def test_all_models_are_tried_and_those_that_do_not_exist_are_listed():
    answer = loglinear_models(SPARSE)
    assert len(answer.fits) + len(answer.not_estimated) == 8
    assert (("A", "B"),) in [pairs for pairs, _ in answer.not_estimated]
    assert all(reason for _, reason in answer.not_estimated)


def test_average_lies_in_the_range_and_its_interval_holds_the_uncertainty_of_the_choice():
    answer = loglinear_models(three([7, 11, 5, 40, 9, 30, 25]))
    low, high = answer.range
    assert low <= answer.average.estimate <= high
    assert low <= answer.supported_range[0] <= answer.supported_range[1] <= high
    frame = answer.to_frame()
    assert frame["weight"].sum() == pytest.approx(1)
    assert frame["bic"].is_monotonic_increasing
    within = float((frame["weight"] * frame["se"] ** 2).sum())
    assert answer.average.se > math.sqrt(within)


def test_a_single_supported_model_makes_the_average_equal_to_it():
    # Strong dependence of A and B, nothing else: 100 times the counts leave no doubt.
    counts = np.array([200, 1800, 200, 1800, 200, 1800, 20_000])
    answer = loglinear_models(three(counts))
    best = answer.best
    assert best.pairs == (("A", "B"),)
    weight = answer.to_frame()["weight"].iloc[0]
    assert answer.average.estimate == pytest.approx(best.size.estimate, rel=1.5 * (1 - weight))


def test_six_lists_are_searched_step_by_step():
    rows = [cell for cell in product((1, 0), repeat=6) if sum(cell) in {1, 2}]
    counts = [60 if sum(cell) == 1 else 3 for cell in rows]
    table = CaptureHistories.from_table(rows, counts)
    answer = loglinear_models(table)
    assert len(answer.fits) + len(answer.not_estimated) < 2 ** len(list(combinations(range(6), 2)))
    assert any(not fit.pairs for fit in answer.fits)


def test_no_model_at_all_is_an_error_with_advice():
    table = CaptureHistories.from_table([[1, 0], [0, 1]], [10, 20])
    with pytest.raises(NotEstimatedError, match="Combine lists that hardly overlap"):
        loglinear_models(table)
