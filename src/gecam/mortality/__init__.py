"""Deaths and disappearances during migration: totals, undercount, rates, trends, comparability."""

from gecam.mortality.capture_histories import CaptureHistories
from gecam.mortality.clusters import bootstrap_totals, compound_interval
from gecam.mortality.detection import SizeDependentDetection, size_dependent_detection
from gecam.mortality.existence import Existence, check_existence
from gecam.mortality.loglinear_fit import LoglinearFit, loglinear
from gecam.mortality.multiple_systems import LoglinearModels, loglinear_models
from gecam.mortality.population_size import PopulationSize
from gecam.mortality.rates import Exposure, Rate, death_rate, garwood, incident_rate
from gecam.mortality.repeated_counts import chao, truncated_poisson, zelterman
from gecam.mortality.stated_detection import beta_from_interval, undetected
from gecam.mortality.trends import Trend, trend
from gecam.mortality.two_lists import chapman, lincoln_petersen

__all__ = [
    "CaptureHistories",
    "Existence",
    "Exposure",
    "LoglinearFit",
    "LoglinearModels",
    "PopulationSize",
    "Rate",
    "SizeDependentDetection",
    "Trend",
    "beta_from_interval",
    "bootstrap_totals",
    "chao",
    "chapman",
    "check_existence",
    "compound_interval",
    "death_rate",
    "garwood",
    "incident_rate",
    "lincoln_petersen",
    "loglinear",
    "loglinear_models",
    "size_dependent_detection",
    "trend",
    "truncated_poisson",
    "undetected",
    "zelterman",
]
