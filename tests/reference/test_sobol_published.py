"""Sobol' indices and Shapley effects against analytic values, SALib and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gecam.evaluation import shapley_effects, sobol
from gecam.evaluation.sensitivity.sampling import PickFreeze

# Ishigami & Homma (1990). An importance quantification technique in uncertainty analysis for
# computer models. ISUMA'90: 398-403; a = 7, b = 0.1, uniform on (-pi, pi); closed-form variances.
A, B = 7.0, 0.1
V1 = 0.5 * (1 + B * math.pi**4 / 5) ** 2
V2 = A**2 / 8
V13 = 8 * B**2 * math.pi**8 / 225
V = V1 + V2 + V13
ISHIGAMI_FIRST = np.array([V1, V2, 0]) / V
ISHIGAMI_TOTAL = np.array([V1 + V13, V2, V13]) / V
ISHIGAMI_SHAPLEY = np.array([V1 + V13 / 2, V2, V13 / 2]) / V

# Sobol' g-function: Saltelli & Sobol' (1995), Reliability Engineering & System Safety 50: 225-239.
G_A = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
G_V = 1 / (3 * (1 + G_A) ** 2)
G_FIRST = G_V / (np.prod(1 + G_V) - 1)
G_TOTAL = G_V * np.prod(1 + G_V) / (1 + G_V) / (np.prod(1 + G_V) - 1)


def ishigami(x):
    return np.sin(x["x1"]) + A * np.sin(x["x2"]) ** 2 + B * x["x3"] ** 4 * np.sin(x["x1"])


def angle(u):
    return math.pi * (2 * u - 1)


ANGLES = dict.fromkeys(("x1", "x2", "x3"), angle)
UNIFORM = {f"x{i}": lambda u: u for i in range(8)}


def g_function(x):
    columns = np.column_stack([x[f"x{i}"] for i in range(8)])
    return np.prod((np.abs(4 * columns - 2) + G_A) / (1 + G_A), axis=1)


def test_the_analytic_values_of_ishigami_are_the_ones_everyone_quotes():
    # Formulas: https://openturns.github.io/openturns/latest/usecases/use_case_ishigami.html;
    # figures to four digits: Saltelli et al. (2008), Global Sensitivity Analysis: The Primer.
    np.testing.assert_allclose(ISHIGAMI_FIRST, [0.3139, 0.4424, 0.0], atol=5e-5)
    np.testing.assert_allclose(ISHIGAMI_TOTAL, [0.5576, 0.4424, 0.2437], atol=5e-5)
    assert pytest.approx(13.8446, abs=5e-5) == V


@pytest.mark.parametrize("first_order", ["saltelli", "janon"])
@pytest.mark.parametrize(
    ("model", "inputs", "first", "total"),
    [
        (ishigami, ANGLES, ISHIGAMI_FIRST, ISHIGAMI_TOTAL),
        (g_function, UNIFORM, G_FIRST, G_TOTAL),
    ],
)
def test_indices_lie_within_three_bootstrap_errors(model, inputs, first, total, first_order):
    result = sobol(model, inputs, n=8192, first_order=first_order, seed=2022)
    assert np.all(np.abs(result.first.value - first) <= 3 * result.first.se)
    assert np.all(np.abs(result.total.value - total) <= 3 * result.total.se)
    assert result.is_converged


def test_a_group_of_the_g_function_has_the_index_of_its_product():
    result = sobol(g_function, UNIFORM, n=8192, groups={"first two": ["x0", "x1"]}, seed=1)
    both = np.prod(1 + G_V[:2]) - 1
    expected = both / (np.prod(1 + G_V) - 1)
    assert abs(result.first.value[0] - expected) <= 3 * result.first.se[0]


@pytest.mark.parametrize("method", ["exact", "permutation"])
def test_shapley_effects_of_ishigami(method):
    # An interaction of two is split equally: Owen (2014), SIAM/ASA JUQ 2: 245-251.
    result = shapley_effects(ishigami, ANGLES, n=16384, method=method, seed=1)
    assert np.all(np.abs(result.effect.value - ISHIGAMI_SHAPLEY) <= 3 * result.effect.se)


def test_estimates_agree_with_salib_on_the_same_runs():
    analyze = pytest.importorskip("SALib.analyze.sobol")
    design = PickFreeze(ishigami, ANGLES, None, n=1024, seed=5)
    names = tuple(ANGLES)
    a, b = design.run(()), design.run(names)
    mixed = [design.run((name,)) for name in names]
    y = np.hstack([a, *mixed, b]).ravel()  # SALib's order: A, then A with each input from B, then B
    problem = {"num_vars": 3, "names": list(names), "bounds": [[-math.pi, math.pi]] * 3}
    theirs = analyze.analyze(problem, y, calc_second_order=False, seed=1)
    ours = sobol(ishigami, ANGLES, n=1024, seed=5)
    np.testing.assert_allclose(ours.total.value, theirs["ST"], rtol=1e-10)
    # SALib centres on the mean of all runs, we on that of A and B: the difference in closed form.
    shift = y.mean() - ours.mean
    moved = [shift * (ab - a).mean() / ours.variance for ab in mixed]
    np.testing.assert_allclose(ours.first.value - moved, theirs["S1"], rtol=1e-9)
    # Their interval is 1.96 standard deviations of a bootstrap, from 100 replicates.
    np.testing.assert_allclose(1.96 * ours.total.se, theirs["ST_conf"], rtol=0.4)


@pytest.mark.parametrize(("model", "inputs"), [(ishigami, ANGLES), (g_function, UNIFORM)])
def test_estimates_are_those_of_scipy_on_the_same_runs(model, inputs):
    from scipy.stats import sobol_indices

    design = PickFreeze(model, inputs, None, n=512, seed=3)
    names = tuple(inputs)
    runs = {
        "f_A": design.run(()).T,
        "f_B": design.run(names).T,
        "f_AB": np.stack([design.run((name,)).T for name in names]),
    }
    theirs = sobol_indices(func=runs, n=512, method="saltelli_2010")
    ours = sobol(model, inputs, n=512, seed=3)
    np.testing.assert_allclose(ours.first.value, theirs.first_order, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.total.value, theirs.total_order, rtol=1e-9)
