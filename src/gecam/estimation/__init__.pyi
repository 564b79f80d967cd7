# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .age_shares import AGE_LOGIT_SD as AGE_LOGIT_SD
from .age_shares import cells_by_age as cells_by_age
from .age_shares import with_ages as with_ages
from .area_draws import REFUGEE_CONCENTRATION as REFUGEE_CONCENTRATION
from .area_draws import YEAR_LOGIT_SD as YEAR_LOGIT_SD
from .copied_crisis import CopyCrisis as CopyCrisis
from .copied_crisis import Keep as Keep
from .country_areas import CountryAreas as CountryAreas
from .country_areas import areas_of_case as areas_of_case
from .draw.cell_draws import (
    CellDraws as CellDraws,
)
from .draw.destination_draws import (
    DestinationDraws as DestinationDraws,
)
from .draw.destination_draws import (
    draw_cells as draw_cells,
)
from .draw.destination_draws import (
    draw_destination as draw_destination,
)
from .draw.destination_draws import (
    odds_ratio_draws as odds_ratio_draws,
)
from .draw.destination_draws import (
    prior_draws as prior_draws,
)
from .edited_inputs import CaseEdit as CaseEdit
from .edits import (
    ChangeAssumptions as ChangeAssumptions,
)
from .edits import (
    ChangeNeeds as ChangeNeeds,
)
from .edits import (
    CustomEdit as CustomEdit,
)
from .edits import (
    ReplaceFootprint as ReplaceFootprint,
)
from .edits import (
    ReplaceStock as ReplaceStock,
)
from .edits import (
    ScaleCounts as ScaleCounts,
)
from .edits import (
    ScaleRegistered as ScaleRegistered,
)
from .edits import (
    ScaleStock as ScaleStock,
)
from .edits import (
    TouchNobody as TouchNobody,
)
from .edits import (
    UsePopulation as UsePopulation,
)
from .edits import (
    WithoutCrises as WithoutCrises,
)
from .edits import (
    apply_edits as apply_edits,
)
from .edits import (
    nobody_touched as nobody_touched,
)
from .gathering import plan_row as plan_row
from .method_version import FIRST_METHOD as FIRST_METHOD
from .method_version import METHOD as METHOD
from .method_version import METHOD_CHANGES as METHOD_CHANGES
from .method_version import METHOD_VERSION as METHOD_VERSION
from .method_version import changes_since as changes_since
from .methods.allocation import (
    AreaShares as AreaShares,
)
from .methods.allocation import (
    allocate as allocate,
)
from .methods.allocation import (
    area_shares as area_shares,
)
from .methods.allocation import (
    gravity_prior as gravity_prior,
)
from .methods.ecological import (
    EcologicalBias as EcologicalBias,
)
from .methods.ecological import (
    ecological_bias as ecological_bias,
)
from .methods.elicitation import (
    Elicitation as Elicitation,
)
from .methods.elicitation import (
    fit_elicited as fit_elicited,
)
from .methods.imputation import (
    RubinResult as RubinResult,
)
from .methods.imputation import (
    rubin as rubin,
)
from .methods.learning import (
    LearnedOddsRatio as LearnedOddsRatio,
)
from .methods.learning import (
    learn_odds_ratio as learn_odds_ratio,
)
from .methods.margin_limits import (
    MarginBounds as MarginBounds,
)
from .methods.margin_limits import (
    implied_odds_ratio as implied_odds_ratio,
)
from .methods.margin_limits import (
    margin_bounds as margin_bounds,
)
from .methods.margins import (
    migrants_affected as migrants_affected,
)
from .methods.odds_ratio_distribution import OddsRatioDistribution as OddsRatioDistribution
from .methods.odds_ratio_model import WITHIN_SD as WITHIN_SD
from .methods.odds_ratio_model import OddsRatioModel as OddsRatioModel
from .methods.odds_ratio_model import fit_odds_ratio as fit_odds_ratio
from .methods.odds_ratio_pairs import calibration_pairs as calibration_pairs
from .methods.odds_ratio_rows import odds_ratio_priors as odds_ratio_priors
from .methods.phases import (
    PhaseShares as PhaseShares,
)
from .methods.phases import (
    phase_shares as phase_shares,
)
from .methods.pooling import (
    PooledEstimate as PooledEstimate,
)
from .methods.pooling import (
    combine_sources as combine_sources,
)
from .methods.small_area import (
    AreaModel as AreaModel,
)
from .methods.small_area import (
    SelectionShift as SelectionShift,
)
from .methods.small_area import (
    fay_herriot as fay_herriot,
)
from .methods.undercount import (
    Undercount as Undercount,
)
from .methods.unknown_origin import (
    redistribute_unknown as redistribute_unknown,
)
from .modelled import (
    COVARIATES as COVARIATES,
)
from .modelled import (
    ModelledCase as ModelledCase,
)
from .modelled import (
    modelled_case as modelled_case,
)
from .needs_by_area import by_area as by_area
from .panel import (
    estimate_panel as estimate_panel,
)
from .panel import (
    panel_draws as panel_draws,
)
from .part_of_answer import estimate_part as estimate_part
from .pipeline import (
    Progress as Progress,
)
from .pipeline import (
    estimate as estimate,
)
from .plan.destination import (
    CellPlan as CellPlan,
)
from .plan.destination import (
    DestinationPlan as DestinationPlan,
)
from .plan.destination import (
    destination_plan as destination_plan,
)
from .plan.destination import (
    residents_of as residents_of,
)
from .plan.groups import (
    GroupSplit as GroupSplit,
)
from .plan.groups import (
    limited_mean as limited_mean,
)
from .plan.groups import (
    registered_at as registered_at,
)
from .plan.groups import (
    split_stock as split_stock,
)
from .plan.measured_stocks import is_published_extrapolation as is_published_extrapolation
from .plan.measured_stocks import stock_class as stock_class
from .plan.projection import (
    DatedStock as DatedStock,
)
from .plan.projection import (
    stock_at as stock_at,
)
from .plan.scope_shares import (
    BY_SCOPE as BY_SCOPE,
)
from .plan.scope_shares import (
    NEXT_GRADE as NEXT_GRADE,
)
from .plan.scope_shares import (
    CountedPeople as CountedPeople,
)
from .plan.scope_shares import (
    GroupShares as GroupShares,
)
from .plan.scope_shares import (
    group_shares as group_shares,
)
from .provenance import canonical as canonical
from .rates_of_need import rates as rates
from .rates_of_need import regional_rates as regional_rates
from .regional_cells import (
    complete_estimates as complete_estimates,
)
from .registered_origins import (
    registered_origins as registered_origins,
)
from .severe_need import SEVERE_ODDS_RATIO as SEVERE_ODDS_RATIO
from .severe_need import by_severity as by_severity
from .words_of_edits import edit_words as edit_words
from .zero_cells import (
    with_zero_cells as with_zero_cells,
)
