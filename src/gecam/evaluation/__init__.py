"""Questions put to an answer: how good, how often right, what drives it, what to learn next."""

from gecam.evaluation._sampling import IndexEstimate
from gecam.evaluation.backtest import backtest, backtest_imputation, calibrated_until
from gecam.evaluation.backtest_result import BackTest
from gecam.evaluation.calibration import (
    StockCalibration,
    calibrate_stocks,
    revisions,
    stock_class,
)
from gecam.evaluation.calibration_check import CalibrationCheck, simulation_based_calibration
from gecam.evaluation.calibration_needs import (
    GroupShare,
    ecological_table,
    group_shares_published,
    needs_noise,
    published_odds_ratios,
)
from gecam.evaluation.calibration_origins import CompositionNoise, composition_noise, sex_noise
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
from gecam.evaluation.exact_parts import exact_parts
from gecam.evaluation.explain import explain
from gecam.evaluation.explanation import (
    ChainStep,
    Driver,
    Explanation,
    InputFigure,
    Judgement,
    LeafAccount,
    Lever,
    PartRow,
    RelatedCount,
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
from gecam.evaluation.multiverse import Multiverse, multiverse
from gecam.evaluation.multiverse_choices import (
    Alternatives,
    Choice,
    Level,
    coverage_choices,
    default_choices,
)
from gecam.evaluation.next_figures import Loss
from gecam.evaluation.noise import Noise, noise
from gecam.evaluation.pit import pit_from_draws, randomised_pit
from gecam.evaluation.products import ProductShares, log_scale_shares, product_shares
from gecam.evaluation.random_inputs import INPUT_GROUPS
from gecam.evaluation.scenario import Comparison, compare, scenario
from gecam.evaluation.scores import crps_ensemble, crps_lognormal, crps_normal, energy_score
from gecam.evaluation.sensitivity import Sensitivity, sensitivity
from gecam.evaluation.shapley import ShapleyDifference, shapley_difference
from gecam.evaluation.shapley_draws import shapley_effects_from_draws
from gecam.evaluation.shapley_effects import ShapleyEffects, shapley_effects
from gecam.evaluation.simulated_truth import ErrorModel
from gecam.evaluation.simulated_world import World, simulate_world, sites_of
from gecam.evaluation.simulation import Simulation, broken_models, simulate
from gecam.evaluation.skill import Skill, skill
from gecam.evaluation.sobol import SobolResult, sobol
from gecam.evaluation.targets import Target, TargetKind, find_target
from gecam.evaluation.uniformity import UniformityTest, holm, uniformity_test

__all__ = [
    "INPUT_GROUPS",
    "Alternatives",
    "BackTest",
    "CalibrationCheck",
    "ChainStep",
    "Choice",
    "ChoiceShares",
    "Comparison",
    "CompositionNoise",
    "Coverage",
    "Driver",
    "ErrorModel",
    "Explanation",
    "Finding",
    "GroupShare",
    "IndexEstimate",
    "InformationValue",
    "InputFigure",
    "Judgement",
    "LeafAccount",
    "Level",
    "Lever",
    "Loss",
    "Multiverse",
    "Noise",
    "PartRow",
    "ProductShares",
    "RelatedCount",
    "Sensitivity",
    "ShapleyDifference",
    "ShapleyEffects",
    "Simulation",
    "Skill",
    "SobolResult",
    "StockCalibration",
    "Target",
    "TargetKind",
    "UniformityTest",
    "World",
    "WorstDecile",
    "backtest",
    "backtest_imputation",
    "broken_models",
    "calibrate_stocks",
    "calibrated_until",
    "check",
    "choice_shares",
    "clopper_pearson",
    "compare",
    "composition_noise",
    "coverage",
    "coverage_choices",
    "coverage_interval",
    "crps_ensemble",
    "crps_lognormal",
    "crps_normal",
    "dawid_sebastiani_score",
    "default_choices",
    "ecological_table",
    "energy_score",
    "evppi",
    "evppi_newsvendor",
    "evppi_two_actions",
    "exact_parts",
    "explain",
    "find_target",
    "flag_lines",
    "group_shares_published",
    "holm",
    "interval_score",
    "log_scale_shares",
    "log_score_lognormal",
    "log_score_mixture",
    "log_score_normal",
    "multiverse",
    "needs_noise",
    "next_figure",
    "noise",
    "pit_from_draws",
    "product_shares",
    "published_odds_ratios",
    "randomised_pit",
    "revisions",
    "scenario",
    "sensitivity",
    "sex_noise",
    "shapley_difference",
    "shapley_effects",
    "shapley_effects_from_draws",
    "simulate",
    "simulate_world",
    "simulation_based_calibration",
    "sites_of",
    "skill",
    "sobol",
    "stock_class",
    "uniformity_test",
    "weighted_interval_score",
    "worst_decile",
]
