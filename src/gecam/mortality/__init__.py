"""Deaths and disappearances during migration: totals, undercount, rates, trends, comparability."""

from gecam.mortality.capture_histories import CaptureHistories
from gecam.mortality.clusters import bootstrap_totals, compound_interval, deaths_with_intervals
from gecam.mortality.comparability import ComparabilityReport, comparability_report, compare
from gecam.mortality.comparability_checks import Check
from gecam.mortality.crisis_countries import (
    CrisisCountryDeaths,
    beside_estimates,
    crisis_country_deaths,
    deaths_by_country,
)
from gecam.mortality.detection import SizeDependentDetection, size_dependent_detection
from gecam.mortality.existence import Existence, check_existence
from gecam.mortality.exposure import Exposure
from gecam.mortality.incidents import main_incidents, merge, size_table
from gecam.mortality.loglinear_fit import LoglinearFit, loglinear
from gecam.mortality.multiple_systems import LoglinearModels, loglinear_models
from gecam.mortality.population_size import PopulationSize
from gecam.mortality.rates import Rate, death_rate, garwood, incident_rate
from gecam.mortality.recorded import totals
from gecam.mortality.repeated_counts import chao, truncated_poisson, zelterman
from gecam.mortality.sources import (
    histories_of_kinds,
    named_sources,
    source_counts,
    source_kind,
)
from gecam.mortality.stated_detection import beta_from_interval, undetected
from gecam.mortality.trends import Trend, trend
from gecam.mortality.two_lists import chapman, lincoln_petersen

__all__ = [
    "CaptureHistories",
    "Check",
    "ComparabilityReport",
    "CrisisCountryDeaths",
    "Existence",
    "Exposure",
    "LoglinearFit",
    "LoglinearModels",
    "PopulationSize",
    "Rate",
    "SizeDependentDetection",
    "Trend",
    "beside_estimates",
    "beta_from_interval",
    "bootstrap_totals",
    "chao",
    "chapman",
    "check_existence",
    "comparability_report",
    "compare",
    "compound_interval",
    "crisis_country_deaths",
    "death_rate",
    "deaths_by_country",
    "deaths_with_intervals",
    "garwood",
    "histories_of_kinds",
    "incident_rate",
    "lincoln_petersen",
    "loglinear",
    "loglinear_models",
    "main_incidents",
    "merge",
    "named_sources",
    "size_dependent_detection",
    "size_table",
    "source_counts",
    "source_kind",
    "totals",
    "trend",
    "truncated_poisson",
    "undetected",
    "zelterman",
]
