"""Questions put to an answer: how good, how often right, what drives it, what to learn next."""

from gecam.evaluation._sampling import IndexEstimate
from gecam.evaluation.calibration_check import CalibrationCheck, simulation_based_calibration
from gecam.evaluation.checks import Finding, check, flag_lines
from gecam.evaluation.choices import ChoiceShares, choice_shares
from gecam.evaluation.coverage import (
    Coverage,
    WorstDecile,
    clopper_pearson,
    coverage,
    coverage_interval,
    worst_decile,
)
from gecam.evaluation.information import (
    InformationValue,
    evppi,
    evppi_newsvendor,
    evppi_two_actions,
    next_figure,
)
from gecam.evaluation.interval_scores import interval_score, weighted_interval_score
from gecam.evaluation.log_scores import (
    dawid_sebastiani_score,
    log_score_lognormal,
    log_score_mixture,
    log_score_normal,
)
from gecam.evaluation.pit import pit_from_draws, randomised_pit
from gecam.evaluation.products import ProductShares, log_scale_shares, product_shares
from gecam.evaluation.scores import crps_ensemble, crps_lognormal, crps_normal, energy_score
from gecam.evaluation.shapley import ShapleyDifference, shapley_difference
from gecam.evaluation.shapley_draws import shapley_effects_from_draws
from gecam.evaluation.shapley_effects import ShapleyEffects, shapley_effects
from gecam.evaluation.skill import Skill, skill
from gecam.evaluation.sobol import SobolResult, sobol
from gecam.evaluation.uniformity import UniformityTest, holm, uniformity_test

__all__ = [
    "CalibrationCheck",
    "ChoiceShares",
    "Coverage",
    "Finding",
    "IndexEstimate",
    "InformationValue",
    "ProductShares",
    "ShapleyDifference",
    "ShapleyEffects",
    "Skill",
    "SobolResult",
    "UniformityTest",
    "WorstDecile",
    "check",
    "choice_shares",
    "clopper_pearson",
    "coverage",
    "coverage_interval",
    "crps_ensemble",
    "crps_lognormal",
    "crps_normal",
    "dawid_sebastiani_score",
    "energy_score",
    "evppi",
    "evppi_newsvendor",
    "evppi_two_actions",
    "flag_lines",
    "holm",
    "interval_score",
    "log_scale_shares",
    "log_score_lognormal",
    "log_score_mixture",
    "log_score_normal",
    "next_figure",
    "pit_from_draws",
    "product_shares",
    "randomised_pit",
    "shapley_difference",
    "shapley_effects",
    "shapley_effects_from_draws",
    "simulation_based_calibration",
    "skill",
    "sobol",
    "uniformity_test",
    "weighted_interval_score",
    "worst_decile",
]
