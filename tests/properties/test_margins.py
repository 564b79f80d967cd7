"""The core formula under any margins and any odds ratio."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gecam.estimation import implied_odds_ratio, margin_bounds, migrants_affected

parts = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]), st.floats(1e-12, 1e-6))
odds_ratios = st.one_of(
    st.floats(1e-280, np.inf),  # smaller ones underflow in products, long after they mattered
    st.floats(-40, 40).map(np.exp),
    st.sampled_from([0.0, 1.0, np.inf]),
)
scopes = st.sampled_from(["all", "nationals"])


@st.composite
def margins(draw, pin_scope="all"):
    """Stock, population, in need: any, and those at which a margin or their sum meets a limit."""
    population = draw(st.sampled_from([1.0, 1e4, 7.9e9])) * draw(st.floats(0.1, 1))
    stock = population * draw(parts)
    limit = population if pin_scope == "all" else population - stock
    in_need = draw(st.sampled_from([limit * draw(parts), min(limit, population - stock)]))
    return stock, population, in_need


def exact(S, N, P, psi):
    if psi == np.inf:
        return min(S, P)
    S, N, P, psi = map(mpmath.mpf, (S, N, P, psi))
    if psi == 1:
        return S * P / N
    s = N + (S + P) * (psi - 1)
    return (s - mpmath.sqrt(s * s - 4 * psi * (psi - 1) * S * P)) / (2 * (psi - 1))


@given(table=margins(), odds_ratio=odds_ratios)
def test_the_root_is_that_of_mpmath(table, odds_ratio):
    affected = float(migrants_affected(*table, odds_ratio))
    with mpmath.workdps(1000):
        expected = exact(*table, odds_ratio)
        if expected < 1e-250:  # products leave the range of floating-point numbers
            assert affected < 1e-120
        else:
            assert abs(mpmath.mpf(affected) / expected - 1) < 1e-10


@given(table=margins(), odds_ratio=odds_ratios)
def test_the_answer_lies_within_the_bounds(table, odds_ratio):
    lower, upper = margin_bounds(*table)
    assert lower <= migrants_affected(*table, odds_ratio) <= upper


@given(data=st.data(), pin_scope=scopes, psi=st.lists(odds_ratios, min_size=2, max_size=5))
def test_a_higher_odds_ratio_never_gives_fewer(data, pin_scope, psi):
    table = data.draw(margins(pin_scope))
    assume(pin_scope == "all" or table[0] < table[1])
    affected = migrants_affected(*table, np.sort(psi), pin_scope=pin_scope)
    assert (np.diff(affected) >= -1e-15 * affected[:-1]).all()  # but for rounding


@given(table=margins(), odds_ratio=odds_ratios)
def test_migrants_and_others_sum_to_the_published_count(table, odds_ratio):
    S, N, P = table
    inverse = np.inf if odds_ratio == 0 else 0.0 if odds_ratio == np.inf else 1 / odds_ratio
    others = migrants_affected(N - S, N, P, inverse)  # their odds ratio, seen from the other side
    # absolute error relative to P: N - S and 1/psi are rounded
    total = migrants_affected(S, N, P, odds_ratio) + others
    assert total == pytest.approx(P, rel=1e-7, abs=1e-15 * N + 1e-290)  # N - S is rounded to eps N


@given(data=st.data(), pin_scope=scopes, odds_ratio=odds_ratios, power=st.integers(-20, 20))
def test_counting_in_thousands_changes_nothing(data, pin_scope, odds_ratio, power):
    table = data.draw(margins(pin_scope))
    assume(pin_scope == "all" or table[0] < table[1])
    assume(min((x for x in table if x > 0), default=1.0) > 1e-100)
    scaled = migrants_affected(*(x * 2.0**power for x in table), odds_ratio, pin_scope=pin_scope)
    once = migrants_affected(*table, odds_ratio, pin_scope=pin_scope)
    assert scaled == pytest.approx(once * 2.0**power, rel=1e-15)


@given(table=margins(), odds_ratio=odds_ratios)
def test_migrants_and_people_in_need_may_change_places(table, odds_ratio):
    S, N, P = table
    swapped = migrants_affected(P, N, S, odds_ratio)
    assert swapped == pytest.approx(migrants_affected(S, N, P, odds_ratio), rel=1e-13, abs=1e-290)


@given(a=st.floats(1e-3, 0.999), b=st.floats(1e-3, 0.999), log_psi=st.floats(-10, 10))
def test_the_implied_odds_ratio_comes_back(a, b, log_psi):
    S, N, P = a * 1e6, 1e6, b * 1e6
    affected = migrants_affected(S, N, P, np.exp(log_psi))
    # where a cell holds one in 10^8, eight digits of the odds are left
    assert implied_odds_ratio(S, N, P, affected) == pytest.approx(np.exp(log_psi), rel=1e-6)


@given(order=st.permutations(range(6)), psi=st.lists(odds_ratios, min_size=6, max_size=6))
def test_order_and_company_change_no_element(order, psi):
    S, P = np.linspace(0, 60, 6), np.linspace(90, 5, 6)
    whole = migrants_affected(S, 100.0, P, psi)
    shuffled = migrants_affected(S[list(order)], 100.0, P[list(order)], np.array(psi)[list(order)])
    assert np.array_equal(whole[list(order)], shuffled)
