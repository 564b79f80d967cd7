"""The core formula: values against mpmath, limits, scopes, and errors that name the element."""

from __future__ import annotations

import mpmath
import numpy as np
import pandas as pd
import pytest

from gecam.errors import CoverageWarning, InputError
from gecam.estimation import implied_odds_ratio, margin_bounds, migrants_affected

ODDS_RATIOS = [
    0, 1e-300, 1e-100, 1e-16, 1e-8, 1e-3, 0.5, 1 - 1e-9, 1 - 1e-16, 1, 1 + 1e-15, 1 + 1e-9,
    2, 1e3, 1e8, 1e16, 1e100, 1e300, np.inf,
]  # fmt: skip
FRACTIONS = [0, 1e-14, 1e-6, 1e-3, 0.3, 0.5, 0.7, 0.999, 1 - 1e-9, 1 - 1e-13, 1]


def exact(stock: float, population: float, in_need: float, odds_ratio: float) -> mpmath.mpf:
    """Solve the textbook quadratic with more digits than any cancellation can take."""
    S, N, P = map(mpmath.mpf, (stock, population, in_need))
    if odds_ratio == np.inf:
        return min(S, P)
    psi = mpmath.mpf(odds_ratio)
    if psi == 0:
        return max(mpmath.mpf(0), S + P - N)
    if psi == 1:
        return S * P / N
    s = N + (S + P) * (psi - 1)
    return (s - mpmath.sqrt(s * s - 4 * psi * (psi - 1) * S * P)) / (2 * (psi - 1))


@pytest.mark.parametrize("odds_ratio", ODDS_RATIOS)
def test_all_corners_of_the_margins_agree_with_mpmath(odds_ratio):
    digits = 80 if 1e-16 <= odds_ratio <= 1e16 else 750
    with mpmath.workdps(digits):
        for population in (1.0, 7.9e9):
            for a in FRACTIONS:
                for b in FRACTIONS:
                    args = a * population, population, b * population, odds_ratio
                    expected = exact(*args)
                    if abs(expected) < 1e-290:  # below the range of floating-point numbers
                        assert migrants_affected(*args) < 1e-280
                    else:
                        error = (mpmath.mpf(float(migrants_affected(*args))) - expected) / expected
                        assert abs(error) < 2e-15, args  # a few roundings; the promise is 1e-10


def test_the_textbook_root_loses_what_the_stable_one_keeps():
    # S + P > N and a tiny odds ratio: the one-branch form gives 0.3026 at 1e-16, then nan
    assert migrants_affected(0.7, 1.0, 0.6, 1e-16) == pytest.approx(0.3, rel=1e-14)
    assert migrants_affected(0.7, 1.0, 0.6, 1e-300) == pytest.approx(0.3, rel=1e-14)


def test_few_in_need_keep_their_digits_above_an_odds_ratio_of_one():
    # subtracting the unaffected from the stock would leave eight digits here
    with mpmath.workdps(50):
        expected = float(exact(2e5, 1e8, 1.0, 2.0))
    assert migrants_affected(2e5, 1e8, 1.0, 2.0) == pytest.approx(expected, rel=2e-15)


def test_only_rounding_is_clipped():
    from gecam.estimation.methods import margins

    rng = np.random.default_rng(3)
    N = np.full(20_000, 1e6)
    S, P = rng.uniform(0, 1e6, (2, 20_000))
    psi = np.exp(rng.normal(0, 20, 20_000))
    with np.errstate(all="raise"):
        S_, P_ = S.copy(), P.copy()
        affected = margins.migrants_affected(S_, N, P_, psi)
    # substituting into the equation of the odds ratio, relative to its terms
    left, right = affected * (N - S - P + affected), psi * (S - affected) * (P - affected)
    scale = np.maximum(S * P, np.abs(left)) * np.maximum(1, psi)
    assert np.abs((left - right) / scale).max() < 1e-13


def test_odds_ratio_one_is_the_product():
    assert migrants_affected(2e6, 5e7, 1e7, 1.0) == pytest.approx(4e5, rel=1e-15)


def test_zero_and_infinity_are_the_bounds():
    S, N, P = np.array([30.0, 30.0]), 100.0, np.array([80.0, 20.0])
    bounds = margin_bounds(S, N, P)
    assert bounds.lower.tolist() == migrants_affected(S, N, P, 0.0).tolist() == [10, 0]
    assert bounds.upper.tolist() == migrants_affected(S, N, P, np.inf).tolist() == [30, 20]


@pytest.mark.parametrize("pin_scope", ["all", "nationals"])
@pytest.mark.parametrize("odds_ratio", [0.0, 0.3, 1.0, 7.0, np.inf])
def test_empty_and_full_tables(pin_scope, odds_ratio):
    def at(*margins):
        return float(migrants_affected(*margins, odds_ratio, pin_scope=pin_scope))

    assert at(0, 0, 0) == 0
    assert at(0, 100, 50) == 0
    assert at(30, 100, 0) == 0
    assert at(30, 100, 100 if pin_scope == "all" else 70) == 30
    if pin_scope == "all":
        assert at(100, 100, 40) == pytest.approx(40)


def test_everything_broadcasts():
    stock = np.array([[1e5], [2e5], [3e5]])
    out = migrants_affected(stock, 1e6, [2e5, 3e5], np.ones((4, 1, 1)))
    assert out.shape == (4, 3, 2)
    assert out[2, 1, 1] == migrants_affected(2e5, 1e6, 3e5, 1.0)
    assert np.ndim(migrants_affected(1, 2, 1, 1)) == 0
    assert migrants_affected(np.empty((0, 3)), 1.0, 1.0, 1.0).shape == (0, 3)


def test_blocks_leave_no_seam():
    from gecam.estimation.methods import margins

    rng = np.random.default_rng(1)
    S, P = rng.uniform(0, 1e6, (2, 2 * margins.BLOCK + 7))
    psi = np.exp(rng.normal(size=S.size))
    together = migrants_affected(S, 2e6, P, psi)
    some = [0, margins.BLOCK - 1, margins.BLOCK, S.size - 1]
    alone = [float(migrants_affected(S[i], 2e6, P[i], psi[i])) for i in some]
    assert together[some].tolist() == alone


def test_nationals_share_their_odds_and_are_not_reduced():
    S, N, P, psi = 5.0e6, 44.1e6, 15.7e6, 1.5  # Ukraine 2022, flash appeal
    affected = migrants_affected(S, N, P, psi, pin_scope="nationals")
    share, national = affected / S, P / (N - S)
    assert share / (1 - share) == pytest.approx(psi * national / (1 - national), rel=1e-13)
    one = migrants_affected(S, N, P, 1.0, pin_scope="nationals")
    assert one == pytest.approx(S * P / (N - S), rel=1e-14)
    assert one > migrants_affected(S, N, P, 1.0)
    bounds = margin_bounds(S, N, P, pin_scope="nationals")
    assert (bounds.lower, bounds.upper) == (0, S)


def test_unknown_scope_has_the_union_of_both_bounds():
    bounds = margin_bounds(30.0, 100.0, 60.0, pin_scope="unknown")
    assert (bounds.lower, bounds.upper) == (0, 30)


def test_a_reading_that_is_impossible_sets_no_bound():
    # 80 of 100 in need cannot all be among the 70 nationals: 10 migrants at least are in need
    bounds = margin_bounds(30.0, 100.0, [70.0, 80.0], pin_scope="unknown")
    assert bounds.lower.tolist() == [0, 10]
    assert margin_bounds(30.0, 100.0, 80.0) == (10, 30)


@pytest.mark.parametrize("pin_scope", ["all", "nationals"])
def test_the_implied_odds_ratio_inverts_the_formula(pin_scope):
    psi = np.array([0.0, 1e-6, 0.3, 1.0, 4.0, 1e6, np.inf])
    affected = migrants_affected(3e5, 1e6, 6e5, psi, pin_scope=pin_scope)
    implied = implied_odds_ratio(3e5, 1e6, 6e5, affected, pin_scope=pin_scope)
    assert implied == pytest.approx(psi, rel=1e-9)  # near the bounds few digits of A are left


def test_libya_2017_implies_a_large_odds_ratio():
    # 195,000 of some 275,000 migrants, 1.3 of 6.3 million people (HNO 2017)
    a, b, c, d = 195_000, 80_000, 1_105_000, 4_920_000
    implied = implied_odds_ratio(275_000, 6_300_000, 1_300_000, 195_000)
    assert implied == pytest.approx(a * d / (b * c), rel=1e-12)


def test_where_the_bounds_coincide_every_odds_ratio_fits():
    assert np.isnan(implied_odds_ratio(30.0, 100.0, 100.0, 30.0))


def test_up_to_a_tenth_more_people_in_need_than_residents_is_everybody():
    with pytest.warns(
        CoverageWarning, match=r"exceeds population in 1 of 1 .* 9 people.*PIN_GT_POP"
    ):
        assert migrants_affected(30.0, 100.0, 109.0, 0.5) == 30
    with pytest.warns(CoverageWarning, match="exceeds nationals"):
        assert migrants_affected(30.0, 100.0, 76.0, 0.5, pin_scope="nationals") == 30
    with pytest.warns(CoverageWarning, match="1 of 2 elements"):
        assert margin_bounds(30.0, 100.0, [100.0, 109.0]).lower.tolist() == [30, 30]
    assert migrants_affected(30.0, 100.0, 100.0, 0.5) == 30  # everybody, and nobody beyond


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        (([1.0, np.nan], 10, 3), r"index \(1,\)': stock must be finite and >= 0: got stock nan"),
        ((1, 10, [3.0, -2.0]), r"index \(1,\)': in_need must be finite and >= 0: got in_need -2"),
        ((1, np.inf, 3), r"index \(\)': population must be finite and >= 0: got population inf"),
        (([[1, 2], [3, 40]], 10, 3), r"\(1, 1\)': stock must not .*: got stock 40, population 10"),
        ((1, 10, [9, 11.5]), r"\(1,\)': in_need must not .* tenth .*: got in_need 11.5, popul"),
    ],
)
def test_a_broken_margin_names_its_element(margins, message):
    for call in (
        lambda: migrants_affected(*margins, 1.0),
        lambda: margin_bounds(*margins),
        lambda: implied_odds_ratio(*margins, 0.5),
    ):
        with pytest.raises(InputError, match=message):
            call()


def test_all_bad_elements_are_listed_with_codes():
    with pytest.raises(InputError) as caught:
        migrants_affected([-1, 5, np.nan], 10, [-1, 2, 3], 1.0)
    assert [(p.row, p.code) for p in caught.value.problems] == [
        ("index (0,)", "NOT_A_COUNT"),
        ("index (2,)", "NOT_A_COUNT"),
        ("index (0,)", "NOT_A_COUNT"),
    ]
    assert "2 of 3 elements" in caught.value.headline


def test_very_many_bad_elements_are_counted_not_listed():
    with pytest.raises(InputError, match="200,000 of 200,000 elements") as caught:
        migrants_affected(np.full(200_000, 20.0), 10, 3, 1.0)
    assert len(caught.value.problems) == 100


@pytest.mark.parametrize("odds_ratio", [-0.1, np.nan])
def test_an_impossible_odds_ratio_is_refused(odds_ratio):
    with pytest.raises(InputError, match=r"odds_ratio must be >= 0: got odds_ratio (-0.1|nan)"):
        migrants_affected(1.0, 10.0, 3.0, [1.0, odds_ratio])


@pytest.mark.parametrize("affected", [9.0, 31.0, np.nan])
def test_a_count_outside_the_bounds_was_taken_of_others(affected):
    with pytest.raises(InputError, match=r"affected must lie .* lower 10, upper 30"):
        implied_odds_ratio(30.0, 100.0, 80.0, affected)


def test_in_need_among_nationals_only_are_compared_with_nationals():
    with pytest.raises(InputError, match="must not exceed nationals by more than a tenth"):
        migrants_affected(30.0, 100.0, 80.0, 1.0, pin_scope="nationals")
    with pytest.raises(InputError, match="there must be nationals to compare migrants with"):
        migrants_affected(100.0, 100.0, 0.0, 1.0, pin_scope="nationals")


@pytest.mark.parametrize(
    ("pin_scope", "remedy"),
    [
        ("residents_excl_refugees", "take refugees out of stock and population"),
        ("migrants_separate", "use its published count"),
        ("mixed_hosts", "no national share"),
        ("unknown", "draw which of them holds once per country"),
        ("everyone", "known: all, nationals, residents_excl_refugees"),
    ],
)
def test_other_scopes_are_refused_with_what_to_do(pin_scope, remedy):
    with pytest.raises(InputError, match=f"got '{pin_scope}'; .*{remedy}"):
        migrants_affected(1.0, 10.0, 3.0, 1.0, pin_scope=pin_scope)


def test_inputs_are_not_changed_and_series_are_welcome():
    stock = pd.Series({"SDN": 1e6, "TCD": 5e5})
    in_need = np.array([1.05e7, 1e6])
    with pytest.warns(CoverageWarning):
        migrants_affected(stock, 1e7, in_need, 1.0)
    assert stock.tolist() == [1e6, 5e5]
    assert in_need.tolist() == [1.05e7, 1e6]
