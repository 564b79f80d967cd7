"""What an uncertain quantity is: quantities, keyed streams, dependence, intervals."""

from gecam.uncertainty.logit_normal import (
    MAX_LOGIT_SD,
    logit_normal_location,
    logit_normal_moments,
    logit_sd_from_cv,
)
from gecam.uncertainty.quantities import (
    Beta,
    Fixed,
    LogitNormal,
    LogNormal,
    Mixture,
    NormalLogOdds,
    Quantity,
)
from gecam.uncertainty.streams import Streams

__all__ = [
    "MAX_LOGIT_SD",
    "Beta",
    "Fixed",
    "LogNormal",
    "LogitNormal",
    "Mixture",
    "NormalLogOdds",
    "Quantity",
    "Streams",
    "logit_normal_location",
    "logit_normal_moments",
    "logit_sd_from_cv",
]
