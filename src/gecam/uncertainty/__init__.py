"""Uncertain quantities, random numbers, dependence between quantities, and intervals."""

from gecam.uncertainty import addresses
from gecam.uncertainty.correlation import (
    NearestCorrelation,
    nearest_correlation,
)
from gecam.uncertainty.counts import (
    COCHRAN,
    LogNormal,
    LogSdLimits,
    largest_log_sd,
    lognormal_skewness,
    part_beyond,
)
from gecam.uncertainty.factor_model import factor_correlation, factor_normals, factor_normals_of
from gecam.uncertainty.intervals import (
    Interval,
    IntervalKind,
    Summary,
    equal_tailed,
    mcse_mean,
    mcse_quantile,
    summarize,
)
from gecam.uncertainty.logit_normal import (
    MAX_LOGIT_SD,
    logit_normal_location,
    logit_normal_moments,
    logit_sd_from_cv,
)
from gecam.uncertainty.quantities import Fixed, Mixture, Quantity
from gecam.uncertainty.rounding import (
    NOT_ESTIMATED,
    SMALL,
    SMALLEST_SHOWN,
    Rounded,
    people_cell,
    round_half_away,
    round_together,
    significant,
)
from gecam.uncertainty.shares import Beta, LogitNormal
from gecam.uncertainty.sobol_streams import MOST_FACTORS, SobolStreams, even_scores
from gecam.uncertainty.streams import Streams

__all__ = [
    "COCHRAN",
    "MAX_LOGIT_SD",
    "MOST_FACTORS",
    "NOT_ESTIMATED",
    "SMALL",
    "SMALLEST_SHOWN",
    "Beta",
    "Fixed",
    "Interval",
    "IntervalKind",
    "LogNormal",
    "LogSdLimits",
    "LogitNormal",
    "Mixture",
    "NearestCorrelation",
    "Quantity",
    "Rounded",
    "SobolStreams",
    "Streams",
    "Summary",
    "addresses",
    "equal_tailed",
    "even_scores",
    "factor_correlation",
    "factor_normals",
    "factor_normals_of",
    "largest_log_sd",
    "logit_normal_location",
    "logit_normal_moments",
    "logit_sd_from_cv",
    "lognormal_skewness",
    "mcse_mean",
    "mcse_quantile",
    "nearest_correlation",
    "part_beyond",
    "people_cell",
    "round_half_away",
    "round_together",
    "significant",
    "summarize",
]
