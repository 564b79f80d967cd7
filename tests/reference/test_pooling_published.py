"""Pooling against published meta-analyses; the call that made each number stands beside it."""

from __future__ import annotations

import numpy as np
import pytest

from gecam.estimation.methods.between_variance import estimate_between_variance
from gecam.estimation.methods.pooling import combine_sources

# Colditz et al. (1994), JAMA 271, 698-702, Table 1: 13 trials of the BCG vaccine against
# tuberculosis; vaccinated ill and well, not vaccinated ill and well (metafor's `dat.bcg`).
BCG = np.array([
    [4, 119, 11, 128], [6, 300, 29, 274], [3, 228, 11, 209], [62, 13536, 248, 12619],
    [33, 5036, 47, 5761], [180, 1361, 372, 1079], [8, 2537, 10, 619], [505, 87886, 499, 87892],
    [29, 7470, 45, 7232], [17, 1699, 65, 1600], [186, 50448, 141, 27197], [5, 2493, 3, 2338],
    [27, 16886, 29, 17825],
])  # fmt: skip

# Viechtbauer (2005), JEBS 30, 261-293: the two examples of section 4 (metafor's
# tests/testthat/test_analysis_example_viechtbauer2005.r).
EXAMPLE_1 = (
    [-0.581, 0.530, 0.771, 1.031, 0.553, 0.295, 0.078, 0.573, -0.176, -0.232],
    [0.023, 0.052, 0.060, 0.115, 0.095, 0.203, 0.200, 0.211, 0.051, 0.040],
)
EXAMPLE_2 = (
    [0.100, -0.162, -0.090, -0.049, -0.046, -0.010, -0.431, -0.261, 0.134, 0.019, 0.175, 0.056,
     0.045, 0.103, 0.121, -0.482, 0.290, 0.342],
    [0.016, 0.015, 0.050, 0.050, 0.032, 0.052, 0.036, 0.024, 0.034, 0.033, 0.031, 0.034, 0.039,
     0.167, 0.134, 0.096, 0.016, 0.035],
)  # fmt: skip

# Raudenbush & Bryk (1985), J. Educ. Stat. 10, 75-98, Table 1: teacher expectancy and pupil IQ
# (metafor's `dat.raudenbush1985`, https://www.metafor-project.org/doku.php/analyses:raudenbush1985).
TEACHERS = (
    [0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23,
     -0.18, -0.06, 0.30, 0.07, -0.07],
    [0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912,
     0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303],
)  # fmt: skip


def bcg() -> tuple[np.ndarray, np.ndarray]:
    ill_v, well_v, ill_c, well_c = BCG.T
    y = np.log(ill_v / (ill_v + well_v)) - np.log(ill_c / (ill_c + well_c))
    return y, 1 / ill_v - 1 / (ill_v + well_v) + 1 / ill_c - 1 / (ill_c + well_c)


def pooled(y, v, method, **options):
    return combine_sources(y, np.sqrt(v), scale="identity", method=method, **options)


def test_bcg_reml_as_metafor_prints_it():
    # rma(yi, vi, data=dat.bcg): tau^2 0.3132, I^2 92.22%, Q(df = 12) = 152.2330,
    # estimate -0.7145, se 0.1798, ci.lb -1.0669, ci.ub -0.3622
    result = pooled(*bcg(), "REML", ci="z", level=0.95)
    printed = [result.tau2, result.Q, result.estimate, result.se, *result.interval]
    np.testing.assert_allclose(
        printed, [0.3132, 152.2330, -0.7145, 0.1798, -1.0669, -0.3622], atol=5e-5
    )
    np.testing.assert_allclose(result.I2, 0.9222, atol=5e-5)


def test_bcg_reml_prediction_interval_as_metafor_prints_it():
    # predict(rma(yi, vi, data=dat.bcg), transf=exp, digits=2): pred 0.49, ci 0.34 to 0.70,
    # pi.lb 0.15, pi.ub 1.55 (metafor manual, predict.rma)
    result = pooled(*bcg(), "REML", ci="z", level=0.95)
    ends = np.exp([result.estimate, *result.interval, *result.prediction_interval_z])
    np.testing.assert_allclose(ends, [0.49, 0.34, 0.70, 0.15, 1.55], atol=5e-3)


def test_bcg_other_methods():
    # rma(yi, vi, data=dat.bcg, method="DL"): tau^2 0.3088, estimate -0.7141, se 0.1787
    # rma(yi, vi, data=dat.bcg, method="FE"): estimate -0.4303, se 0.0405
    dl, fixed = pooled(*bcg(), "DL", ci="z"), pooled(*bcg(), "fixed")
    np.testing.assert_allclose([dl.tau2, dl.estimate, dl.se], [0.3088, -0.7141, 0.1787], atol=5e-5)
    np.testing.assert_allclose([fixed.estimate, fixed.se], [-0.4303, 0.0405], atol=5e-5)
    # the same two calls print I^2: 92.12% (DL: 1 - 12 / 152.2330, and so for FE)
    np.testing.assert_allclose([dl.I2, fixed.I2], 0.9212, atol=5e-5)


@pytest.mark.parametrize(
    ("example", "tau2", "I2"),
    [
        # pages 271 and 272: rma(yi, vi, method="DL" | "ML" | "REML" | "EB"); EB is the moment
        # equation that Paule and Mandel solve
        (EXAMPLE_1, (0.2768, 0.1967, 0.2232, 0.1920), (80.4447, 74.5098, 76.8399, 74.0511)),
        (EXAMPLE_2, (0.0126, 0.0132, 0.0157, 0.0104), (27.5275, 28.4505, 32.0203, 23.7198)),
    ],
)
def test_viechtbauer_2005(example, tau2, I2):
    results = [pooled(*example, method) for method in ("DL", "ML", "REML", "PM")]
    np.testing.assert_allclose([r.tau2 for r in results], tau2, atol=5e-5)
    # metafor stops iterating when tau2 moves by less than 1e-5, which is 0.002 points of I2 here
    np.testing.assert_allclose([100 * r.I2 for r in results], I2, atol=2e-3)


def test_raudenbush_and_bryk_1985():
    # rma(yi, vi, data=dat.raudenbush1985): tau2 0.0188, coef 0.0837, QE 35.8295, zval 1.6208;
    # predict(): -0.2036 to 0.3711 (metafor's test_analysis_example_raudenbush2009.r)
    result = pooled(*TEACHERS, "REML", ci="z", level=0.95)
    printed = [result.tau2, result.estimate, result.Q, result.estimate / result.se]
    np.testing.assert_allclose(printed, [0.0188, 0.0837, 35.8295, 1.6208], atol=5e-5)
    # metafor's tau2 is 0.01882 plus up to 1e-5 (where its iteration stops)
    np.testing.assert_allclose(result.prediction_interval_z, [-0.2036, 0.3711], atol=1.5e-4)


def test_raudenbush_and_bryk_1985_shrunken_values():
    # blup(rma(yi, vi, data=dat.raudenbush1985)): $pred, $pi.lb, $pi.ub
    # (metafor's test_analysis_example_raudenbush1985.r, Figure 2 of the paper)
    result = pooled(*TEACHERS, "REML", ci="z")
    np.testing.assert_allclose(
        result.blups,
        [0.0543, 0.1006, -0.0064, 0.2144, 0.1051, -0.0082, 0.0174, -0.0293, 0.1604, 0.2485,
         0.1618, 0.1102, 0.0646, 0.1105, -0.0288, 0.0258, 0.1905, 0.0744, 0.0248],
        atol=1e-4,
    )  # fmt: skip
    np.testing.assert_allclose(
        result.blups - 1.959964 * result.blup_se,
        [-0.1324, -0.1033, -0.2228, -0.0533, -0.1622, -0.1737, -0.1481, -0.2689, -0.0543, 0,
         -0.097, -0.1303, -0.192, -0.1463, -0.2405, -0.1906, -0.0076, -0.0808, -0.1954],
        atol=1e-4,
    )  # fmt: skip


@pytest.mark.parametrize("data", [bcg(), EXAMPLE_1, EXAMPLE_2, TEACHERS])
def test_statsmodels_gives_the_same_moments_and_hartung_knapp(data):
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = map(np.asarray, data)
    for ours, theirs in (("DL", "dl"), ("PM", "iterated")):
        # statsmodels' own tolerance: near rounding, its iteration steps below the root and returns 0
        oracle = combine_effects(y, v, method_re=theirs, use_t=True, alpha=0.1)
        result = pooled(y, v, ours, ci="HK")
        assert result.tau2 == pytest.approx(oracle.tau2, rel=1e-5, abs=1e-9)
        assert result.estimate == pytest.approx(oracle.mean_effect_re, rel=1e-5)
        assert result.se == pytest.approx(oracle.sd_eff_w_re_hksj, rel=1e-5)


@pytest.mark.parametrize("data", [bcg(), EXAMPLE_1, EXAMPLE_2, TEACHERS])
@pytest.mark.parametrize("method", ["ML", "REML"])
def test_likelihood_maximum_on_a_fine_grid(data, method):
    """An oracle that shares no formula with the code: dense covariance, brute-force search."""
    y, v = map(np.asarray, data)
    ones = np.ones(len(y))

    def log_likelihood(tau2: float) -> float:
        V = np.diag(v + tau2)
        information = ones @ np.linalg.inv(V) @ ones
        mean = ones @ np.linalg.inv(V) @ y / information
        value = -0.5 * (np.linalg.slogdet(V)[1] + (y - mean) @ np.linalg.inv(V) @ (y - mean))
        return value - 0.5 * np.log(information) * (method == "REML")

    grid = np.linspace(0, 1, 2001)
    best = grid[np.argmax([log_likelihood(t) for t in grid])]
    found = estimate_between_variance(y, ones[:, None], v, method=method)
    assert found.value == pytest.approx(best, abs=5.1e-4)  # half a step of the grid
