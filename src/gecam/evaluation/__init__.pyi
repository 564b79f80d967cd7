# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .alternatives.choice_shares import (
    ChoiceShares as ChoiceShares,
)
from .alternatives.choice_shares import (
    choice_shares as choice_shares,
)
from .alternatives.multiverse import (
    Multiverse as Multiverse,
)
from .alternatives.multiverse import (
    multiverse as multiverse,
)
from .alternatives.scenario import (
    Comparison as Comparison,
)
from .alternatives.scenario import (
    compare as compare,
)
from .alternatives.scenario import (
    scenario as scenario,
)
from .alternatives.shapley_difference import (
    ShapleyDifference as ShapleyDifference,
)
from .alternatives.shapley_difference import (
    shapley_difference as shapley_difference,
)
from .alternatives.specifications import (
    Alternatives as Alternatives,
)
from .alternatives.specifications import (
    Choice as Choice,
)
from .alternatives.specifications import (
    Level as Level,
)
from .alternatives.specifications import (
    coverage_choices as coverage_choices,
)
from .alternatives.specifications import (
    default_choices as default_choices,
)
from .calibration.composition_errors import (
    CompositionNoise as CompositionNoise,
)
from .calibration.composition_errors import (
    composition_noise as composition_noise,
)
from .calibration.composition_errors import (
    sex_noise as sex_noise,
)
from .calibration.need_errors import (
    GroupShare as GroupShare,
)
from .calibration.need_errors import (
    ecological_table as ecological_table,
)
from .calibration.need_errors import (
    group_shares_published as group_shares_published,
)
from .calibration.need_errors import (
    needs_noise as needs_noise,
)
from .calibration.need_errors import (
    published_odds_ratios as published_odds_ratios,
)
from .calibration.noise import (
    Noise as Noise,
)
from .calibration.noise import (
    noise as noise,
)
from .calibration.stock_errors import (
    StockCalibration as StockCalibration,
)
from .calibration.stock_errors import (
    calibrate_stocks as calibrate_stocks,
)
from .calibration.stock_errors import (
    revisions as revisions,
)
from .exact_parts import (
    exact_parts as exact_parts,
)
from .explanation.account import (
    CellAccount as CellAccount,
)
from .explanation.account import (
    DecompositionStep as DecompositionStep,
)
from .explanation.account import (
    Driver as Driver,
)
from .explanation.account import (
    Explanation as Explanation,
)
from .explanation.account import (
    InputFigure as InputFigure,
)
from .explanation.account import (
    Judgement as Judgement,
)
from .explanation.account import (
    PartRow as PartRow,
)
from .explanation.account import (
    RelatedCount as RelatedCount,
)
from .explanation.account import (
    TippingPoint as TippingPoint,
)
from .explanation.explain import (
    explain as explain,
)
from .explanation.findings import (
    Finding as Finding,
)
from .explanation.findings import (
    check as check,
)
from .explanation.foundations import (
    foundations as foundations,
)
from .explanation.targets import (
    Target as Target,
)
from .explanation.targets import (
    TargetKind as TargetKind,
)
from .explanation.targets import (
    find_target as find_target,
)
from .sensitivity.guesses import (
    cost_of_guesses as cost_of_guesses,
)
from .sensitivity.information import (
    InformationValue as InformationValue,
)
from .sensitivity.information import (
    evppi as evppi,
)
from .sensitivity.information import (
    next_figure as next_figure,
)
from .sensitivity.next_figures import (
    Loss as Loss,
)
from .sensitivity.random_inputs import (
    INPUT_GROUPS as INPUT_GROUPS,
)
from .sensitivity.sampling import (
    IndexEstimate as IndexEstimate,
)
from .sensitivity.sensitivity import (
    Sensitivity as Sensitivity,
)
from .sensitivity.sensitivity import (
    sensitivity as sensitivity,
)
from .sensitivity.shapley_effects import (
    ShapleyEffects as ShapleyEffects,
)
from .sensitivity.shapley_effects import (
    shapley_effects as shapley_effects,
)
from .sensitivity.sobol import (
    SobolResult as SobolResult,
)
from .sensitivity.sobol import (
    sobol as sobol,
)
from .verification.backtest import (
    backtest as backtest,
)
from .verification.backtest import (
    backtest_imputation as backtest_imputation,
)
from .verification.backtest import (
    calibrated_until as calibrated_until,
)
from .verification.backtest_result import (
    BackTest as BackTest,
)
from .verification.coverage import (
    Coverage as Coverage,
)
from .verification.coverage import (
    clopper_pearson as clopper_pearson,
)
from .verification.coverage import (
    coverage as coverage,
)
from .verification.coverage import (
    coverage_interval as coverage_interval,
)
from .verification.interval_scores import (
    interval_score as interval_score,
)
from .verification.interval_scores import (
    weighted_interval_score as weighted_interval_score,
)
from .verification.log_scores import (
    log_score_lognormal as log_score_lognormal,
)
from .verification.log_scores import (
    log_score_mixture as log_score_mixture,
)
from .verification.log_scores import (
    log_score_normal as log_score_normal,
)
from .verification.pit import (
    pit_from_draws as pit_from_draws,
)
from .verification.scores import (
    crps_ensemble as crps_ensemble,
)
from .verification.scores import (
    crps_lognormal as crps_lognormal,
)
from .verification.scores import (
    crps_normal as crps_normal,
)
from .verification.skill import (
    Skill as Skill,
)
from .verification.skill import (
    skill as skill,
)
from .verification.uniformity import (
    UniformityTest as UniformityTest,
)
from .verification.uniformity import (
    holm as holm,
)
from .verification.uniformity import (
    uniformity_test as uniformity_test,
)
from .years.changes import (
    AnsweredYear as AnsweredYear,
)
from .years.changes import (
    answered_year as answered_year,
)
from .years.changes import (
    year_changes as year_changes,
)
from .years.mixed_years import (
    YEAR_CAUSES as YEAR_CAUSES,
)
from .years.series import (
    YearSeries as YearSeries,
)
from .years.series import (
    series as series,
)
