"""Before and during a crisis: scenarios, how often, whom to include, languages, cost."""

from gecam.preparedness.aggregate import AnnualDistribution, annual_distribution, simulated_years
from gecam.preparedness.budget import PlanBudget, Target, newsvendor, plan_budget
from gecam.preparedness.changes import (
    Change,
    CrisisCopy,
    Keep,
    Nobody,
    hazard_footprint,
    in_need_of,
)
from gecam.preparedness.consular import NationalsAbroad, nationals_abroad
from gecam.preparedness.events import (
    EventSet,
    Unit,
    by_first_year,
    recorded_events,
    severity_events,
)
from gecam.preparedness.exceedance import (
    AnnualAverage,
    CurveKind,
    ExceedanceCurve,
    average_annual,
    average_from_curve,
    chance_within,
    exceedance,
)
from gecam.preparedness.hazard_map import map_footprint, rings
from gecam.preparedness.inclusion import Inclusion, Plan, Stated, inclusion
from gecam.preparedness.languages import (
    LIMITS,
    LanguageReach,
    language_name,
    language_reach,
    territory_languages,
)
from gecam.preparedness.migrant_events import migrant_events, migrants_of
from gecam.preparedness.paired import PairedDifference, paired_difference
from gecam.preparedness.scenarios import scenario, scenario_case
from gecam.preparedness.shortfall import (
    expected_shortfall,
    lognormal_shortfall,
    shortfall_contributions,
)
from gecam.preparedness.tail import ParetoTail, fit_tail, threshold_stability

__all__ = [
    "LIMITS",
    "AnnualAverage",
    "AnnualDistribution",
    "Change",
    "CrisisCopy",
    "CurveKind",
    "EventSet",
    "ExceedanceCurve",
    "Inclusion",
    "Keep",
    "LanguageReach",
    "NationalsAbroad",
    "Nobody",
    "PairedDifference",
    "ParetoTail",
    "Plan",
    "PlanBudget",
    "Stated",
    "Target",
    "Unit",
    "annual_distribution",
    "average_annual",
    "average_from_curve",
    "by_first_year",
    "chance_within",
    "exceedance",
    "expected_shortfall",
    "fit_tail",
    "hazard_footprint",
    "in_need_of",
    "inclusion",
    "language_name",
    "language_reach",
    "lognormal_shortfall",
    "map_footprint",
    "migrant_events",
    "migrants_of",
    "nationals_abroad",
    "newsvendor",
    "paired_difference",
    "plan_budget",
    "recorded_events",
    "rings",
    "scenario",
    "scenario_case",
    "severity_events",
    "shortfall_contributions",
    "simulated_years",
    "territory_languages",
    "threshold_stability",
]
