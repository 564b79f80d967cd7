"""Stock x footprint -> estimates."""

from gecam.estimation.groups import GroupSplit, limited_mean, registered_at, split_stock
from gecam.estimation.margins import (
    MarginBounds,
    implied_odds_ratio,
    margin_bounds,
    migrants_affected,
)
from gecam.estimation.modelled import COVARIATES, ModelledCase, modelled_case
from gecam.estimation.pipeline import Progress, canonical, estimate, plan_row
from gecam.estimation.projection import DatedStock, is_published_extrapolation, stock_at
from gecam.estimation.shares import GroupShares, group_shares

__all__ = [
    "COVARIATES",
    "DatedStock",
    "GroupShares",
    "GroupSplit",
    "MarginBounds",
    "ModelledCase",
    "Progress",
    "canonical",
    "estimate",
    "group_shares",
    "implied_odds_ratio",
    "is_published_extrapolation",
    "limited_mean",
    "margin_bounds",
    "migrants_affected",
    "modelled_case",
    "plan_row",
    "registered_at",
    "split_stock",
    "stock_at",
]
