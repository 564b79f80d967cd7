"""Unions of crises against closed forms of the normal distribution and of set theory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate
from scipy.special import ndtr, ndtri, owens_t

from gecam.aggregation import (
    Comonotone,
    Disjoint,
    Frechet,
    GaussianCopula,
    Independent,
    Pairwise,
    union_share,
)

CORRELATIONS = [0, 1e-9, 0.1, 0.3, 0.4999, 0.5, 0.5001, 0.7, 0.9, 0.99, 1 - 1e-6, 1 - 1e-12, 1]
EXACT = 1e-12  # one-dimensional quadrature
LATTICE = 5e-5  # quasi-Monte Carlo with 4096 points: largest error seen 2e-5


def central(shares, dependence) -> float:
    return float(union_share(shares, dependence=dependence).central)


@pytest.mark.parametrize("r", [*CORRELATIONS, -0.2, -0.7, -0.999999, -1])
def test_two_even_crises_follow_sheppards_orthant_probability(r):
    # P(X > 0, Y > 0) = 1/4 + asin(r) / (2 pi). Sheppard (1899), Phil. Trans. R. Soc. A 192, 101-167
    expected = 0.75 - np.arcsin(r) / (2 * np.pi)
    assert central([0.5, 0.5], GaussianCopula(r)) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("r", CORRELATIONS)
def test_three_even_crises_follow_the_trivariate_orthant_probability(r):
    # 1/8 + (asin r12 + asin r13 + asin r23) / (4 pi). David (1953), Biometrika 40, 458-459
    expected = 7 / 8 - 3 * np.arcsin(r) / (4 * np.pi)
    assert central([0.5] * 3, GaussianCopula(r)) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("k", range(2, 13))
def test_correlation_one_half_counts_the_highest_of_k_plus_one(k):
    # X_i - X_0 of independent normals correlate by 1/2; X_0 is the lowest with probability 1/(k+1)
    assert central([0.5] * k, GaussianCopula(0.5)) == pytest.approx(k / (k + 1), abs=EXACT)


@pytest.mark.parametrize("r", [-1 / 2, -0.4, -0.1])
def test_three_crises_may_avoid_each_other(r):
    expected = 7 / 8 - 3 * np.arcsin(r) / (4 * np.pi)
    assert central([0.5] * 3, GaussianCopula(r)) == pytest.approx(expected, abs=LATTICE)


@pytest.mark.parametrize(
    ("r12", "r13", "r23"), [(0.2, 0.5, -0.3), (0.9, 0.8, 0.6), (-0.5, -0.5, 0.1)]
)
def test_three_crises_of_any_correlations_follow_the_orthant_probability(r12, r13, r23):
    matrix = np.array([[1, r12, r13], [r12, 1, r23], [r13, r23, 1]])
    expected = 7 / 8 - (np.arcsin(r12) + np.arcsin(r13) + np.arcsin(r23)) / (4 * np.pi)
    assert central([0.5] * 3, GaussianCopula(matrix)) == pytest.approx(expected, abs=LATTICE)


def test_a_singular_matrix_costs_digits_not_the_answer():
    # 0.6^2 + 0.8^2 = 1: the third score follows from the other two, and the integrand jumps
    matrix = [[1, 0.6, 0.8], [0.6, 1, 0.0], [0.8, 0.0, 1]]
    expected = 7 / 8 - (np.arcsin(0.6) + np.arcsin(0.8)) / (4 * np.pi)
    assert central([0.5] * 3, GaussianCopula(matrix)) == pytest.approx(expected, abs=1e-3)


def bivariate_normal(h: float, k: float, r: float) -> float:
    """P(X <= h, Y <= k) by Owen's T. Owen (1956), Ann. Math. Statist. 27, 1075-1090."""
    root = np.sqrt(1 - r * r)
    different_sides = 0.5 if h * k < 0 or (h * k == 0 and h + k < 0) else 0.0
    return (
        (ndtr(h) + ndtr(k)) / 2
        - owens_t(h, (k - r * h) / (h * root))
        - owens_t(k, (h - r * k) / (k * root))
        - different_sides
    )


@pytest.mark.parametrize("r", [-0.99, -0.5, -1e-6, 1e-6, 0.2, 0.5, 0.8, 0.95, 0.9999])
@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.81, 0.04), (0.95, 0.9), (1e-6, 0.3)])
def test_two_crises_follow_the_bivariate_normal(p, q, r):
    both = bivariate_normal(float(ndtri(p)), float(ndtri(q)), r)
    assert central([p, q], GaussianCopula(r)) == pytest.approx(p + q - both, abs=EXACT)


def test_unequal_correlations_of_one_factor_follow_a_one_dimensional_integral():
    shares, loadings = np.array([0.3, 0.1, 0.6, 0.45]), np.array([0.9, -0.4, 0.6, 0.2])
    matrix = np.outer(loadings, loadings)
    np.fill_diagonal(matrix, 1)

    def none(z):
        free = (loadings * z - ndtri(shares)) / np.sqrt(1 - loadings**2)
        return np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * ndtr(free).prod()

    expected = 1 - integrate.quad(none, -10, 10, epsabs=1e-12)[0]
    assert central(shares, GaussianCopula(matrix)) == pytest.approx(expected, abs=LATTICE)


def test_the_ends_of_the_copula_are_independence_and_comonotonicity():
    shares = [0.31, 0.05, 0.6, 0.22]
    assert central(shares, GaussianCopula(0)) == pytest.approx(
        central(shares, Independent()), abs=EXACT
    )
    assert central(shares, GaussianCopula(1)) == pytest.approx(central(shares, Comonotone()))
    assert central(shares, Independent()) == pytest.approx(1 - 0.69 * 0.95 * 0.4 * 0.78)
    assert central(shares, Comonotone()) == 0.6


def test_frechet_bounds():
    # max p_i <= U <= min(1, sum p_i). Frechet (1935), Fundamenta Mathematicae 25, 379-387
    union = union_share([0.3, 0.2, 0.1], dependence=Frechet())
    assert (union.lower, union.upper) == pytest.approx((0.3, 0.6))
    assert union_share([0.7, 0.6], dependence=Frechet()).upper == 1
    assert central([0.3, 0.2, 0.1], Disjoint()) == pytest.approx(0.6)


def test_two_crises_of_known_overlap_follow_inclusion_and_exclusion():
    union = union_share([0.3, 0.2], dependence=Pairwise({(0, 1): 0.05}))
    assert [union.lower, union.central, union.upper] == pytest.approx([0.45] * 3, abs=1e-9)


def test_three_crises_of_known_overlaps_follow_inclusion_and_exclusion():
    p = [0.5, 0.4, 0.3]
    p12, p13, p23 = 0.2, 0.15, 0.1
    union = union_share(p, dependence=Pairwise({(0, 1): p12, (0, 2): p13, (2, 1): p23}))
    without_triple = sum(p) - p12 - p13 - p23
    # what the eight groups of people allow for those in all three
    least = max(0, p12 + p13 - p[0], p12 + p23 - p[1], p13 + p23 - p[2])
    most = min(p12, p13, p23, 1 - without_triple)
    assert union.lower == pytest.approx(without_triple + least, abs=1e-9)
    assert union.upper == pytest.approx(without_triple + most, abs=1e-9)
    assert union.lower < union.central < union.upper


def test_all_four_overlaps_of_three_crises_leave_one_union():
    # inclusion and exclusion: .5 + .4 + .3 - .2 - .15 - .1 + .05
    overlaps = {(0, 1): 0.2, (0, 2): 0.15, (2, 1): 0.1, (1, 0, 2): 0.05}
    union = union_share([0.5, 0.4, 0.3], dependence=Pairwise(overlaps))
    assert [union.lower, union.central, union.upper] == pytest.approx([0.8] * 3, abs=1e-9)


def test_a_triple_overlap_alone_bounds_the_union_and_has_the_largest_entropy():
    p, all_three = np.array([0.5, 0.3, 0.25]), 0.15
    union = union_share(p, dependence=Pairwise({(0, 1, 2): all_three}))
    # least: the rest of the smaller ones side by side in the largest; most: nobody else is in two
    assert union.lower == pytest.approx(0.5, abs=1e-9)
    assert union.upper == pytest.approx(min(1, p.sum() - 2 * all_three), abs=1e-9)
    assert union.central == pytest.approx(1 - nobody_at_largest_entropy(p, all_three), abs=1e-6)


def nobody_at_largest_entropy(p, all_three):
    """Nobody's part under the distribution of largest entropy, by maximising it numerically."""
    from scipy.optimize import LinearConstraint, minimize

    member = (np.arange(8) >> np.arange(3)[:, None]) & 1 == 1
    rows = np.vstack([np.ones(8), *member, member.all(axis=0)]).astype(float)
    found = minimize(
        lambda x: float(x @ np.log(x)), np.full(8, 1 / 8), jac=lambda x: np.log(x) + 1,
        hess=lambda x: np.diag(1 / x), method="trust-constr", bounds=[(1e-9, 1)] * 8,
        constraints=LinearConstraint(rows, *[[1, *p, all_three]] * 2),
        options={"gtol": 1e-12, "xtol": 1e-14, "maxiter": 3000},
    )  # fmt: skip
    return float(found.x[0])


def test_the_largest_entropy_has_no_interaction_of_three():
    # with all pairs known, the odds ratio of two crises is the same inside and outside the third
    from gecam.aggregation.pairwise import _constraints, largest_entropy

    rng = np.random.default_rng(8)
    atoms = rng.dirichlet(np.ones(8))
    member, _ = _constraints(3, [])
    log_odds = rng.normal(size=(3, 3))  # a table without triple interaction, built from its pairs
    weights = np.exp(
        sum(log_odds[i, j] * member[i] * member[j] for i in range(3) for j in range(i + 1))
    )
    atoms = weights / weights.sum()
    shares = np.array([atoms[m].sum() for m in member])[:, None]
    pairs = [(0, 1), (0, 2), (1, 2)]
    overlaps = np.array([atoms[member[i] & member[j]].sum() for i, j in pairs])[:, None]
    assert largest_entropy(shares, pairs, overlaps)[0] == pytest.approx(1 - atoms[0], abs=1e-9)
