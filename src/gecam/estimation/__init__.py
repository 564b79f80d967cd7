"""Stock x footprint -> estimates."""

from gecam.estimation.allocation import AreaShares, allocate, area_shares, gravity_prior
from gecam.estimation.ecological import EcologicalBias, ecological_bias
from gecam.estimation.elicitation import Elicitation, fit_elicited
from gecam.estimation.groups import GroupSplit, limited_mean, registered_at, split_stock
from gecam.estimation.imputation import RubinResult, rubin
from gecam.estimation.learning import LearnedOddsRatio, learn_odds_ratio
from gecam.estimation.margins import (
    MarginBounds,
    implied_odds_ratio,
    margin_bounds,
    migrants_affected,
)
from gecam.estimation.modelled import COVARIATES, ModelledCase, modelled_case
from gecam.estimation.opinion_pool import opinion_pool
from gecam.estimation.panel import estimate_panel, panel_draws
from gecam.estimation.pipeline import Progress, canonical, estimate, plan_row
from gecam.estimation.plan import DestinationPlan, LeafPlan, destination_plan, residents_of
from gecam.estimation.pooling import PooledEstimate, combine_sources
from gecam.estimation.projection import DatedStock, is_published_extrapolation, stock_at
from gecam.estimation.propagation import DestinationDraws, draw_destination, odds_ratio_draws
from gecam.estimation.screening import screen
from gecam.estimation.severity import PhaseShares, phase_shares
from gecam.estimation.shares import GroupShares, group_shares
from gecam.estimation.small_area import AreaModel, SelectionShift, fay_herriot
from gecam.estimation.undercount import Undercount
from gecam.estimation.unknown_origin import Redistribution, redistribute_unknown

__all__ = [
    "COVARIATES",
    "AreaModel",
    "AreaShares",
    "DatedStock",
    "DestinationDraws",
    "DestinationPlan",
    "EcologicalBias",
    "Elicitation",
    "GroupShares",
    "GroupSplit",
    "LeafPlan",
    "LearnedOddsRatio",
    "MarginBounds",
    "ModelledCase",
    "PhaseShares",
    "PooledEstimate",
    "Progress",
    "Redistribution",
    "RubinResult",
    "SelectionShift",
    "Undercount",
    "allocate",
    "area_shares",
    "canonical",
    "combine_sources",
    "destination_plan",
    "draw_destination",
    "ecological_bias",
    "estimate",
    "estimate_panel",
    "fay_herriot",
    "fit_elicited",
    "gravity_prior",
    "group_shares",
    "implied_odds_ratio",
    "is_published_extrapolation",
    "learn_odds_ratio",
    "limited_mean",
    "margin_bounds",
    "migrants_affected",
    "modelled_case",
    "odds_ratio_draws",
    "opinion_pool",
    "panel_draws",
    "phase_shares",
    "plan_row",
    "redistribute_unknown",
    "registered_at",
    "residents_of",
    "rubin",
    "screen",
    "split_stock",
    "stock_at",
]
