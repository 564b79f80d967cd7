"""What the world is made of: stocks, populations, crises, footprints, assumptions, and the case."""

from gecam.model.assumptions import (
    DEFAULTS,
    Assumptions,
    CountryType,
    Default,
    ProtectionInNeed,
    StockClass,
)
from gecam.model.case import Case, residents_at
from gecam.model.crisis import (
    Crisis,
    CrisisKind,
    PlanType,
    Relation,
    RelationKind,
    disjoint_groups,
)
from gecam.model.defaults import defaults
from gecam.model.displacement import DisplacementTable, PlaceCounts
from gecam.model.footprint import (
    NEEDS_COLUMNS,
    AreaNeeds,
    CountedGroup,
    CountUse,
    Footprint,
    Grade,
    Group,
    GroupCount,
    Measure,
    ModelledShare,
    PinScope,
    crises_and_footprints,
)
from gecam.model.frames import PEOPLE_OF_THE_WORLD, Column, check_frame
from gecam.model.incidents import INCIDENT_COLUMNS, IdScheme, Incidents
from gecam.model.months import checked_month
from gecam.model.needs import NEEDS_COUNTS, NeedsTable, subnational_disagreement
from gecam.model.odds_ratio_prior import OddsRatioPrior
from gecam.model.odds_ratio_priors import (
    PRIOR_ROWS,
    OddsRatioAssumption,
    OddsRatioEvidence,
    OddsRatioPriors,
    OddsRatioUse,
    prior_at,
)
from gecam.model.response_plans import (
    Area,
    Confidence,
    Onset,
    PlanFacts,
    PlanFactsTable,
    PlanHistory,
    PlanRelation,
    PlansTable,
    PublishedShares,
    ShareTag,
)
from gecam.model.severity import SEVERITY_LEVELS, PhaseTable, RiskTable, SeverityTable
from gecam.model.source import UNKNOWN_SOURCE, Note, Source
from gecam.model.stock import Population, ProtectedPopulation, Stock

__all__ = [
    "DEFAULTS",
    "INCIDENT_COLUMNS",
    "NEEDS_COLUMNS",
    "NEEDS_COUNTS",
    "PEOPLE_OF_THE_WORLD",
    "PRIOR_ROWS",
    "SEVERITY_LEVELS",
    "UNKNOWN_SOURCE",
    "Area",
    "AreaNeeds",
    "Assumptions",
    "Case",
    "Column",
    "Confidence",
    "CountUse",
    "CountedGroup",
    "CountryType",
    "Crisis",
    "CrisisKind",
    "Default",
    "DisplacementTable",
    "Footprint",
    "Grade",
    "Group",
    "GroupCount",
    "IdScheme",
    "Incidents",
    "Measure",
    "ModelledShare",
    "NeedsTable",
    "Note",
    "OddsRatioAssumption",
    "OddsRatioEvidence",
    "OddsRatioPrior",
    "OddsRatioPriors",
    "OddsRatioUse",
    "Onset",
    "PhaseTable",
    "PinScope",
    "PlaceCounts",
    "PlanFacts",
    "PlanFactsTable",
    "PlanHistory",
    "PlanRelation",
    "PlanType",
    "PlansTable",
    "Population",
    "ProtectedPopulation",
    "ProtectionInNeed",
    "PublishedShares",
    "Relation",
    "RelationKind",
    "RiskTable",
    "SeverityTable",
    "ShareTag",
    "Source",
    "Stock",
    "StockClass",
    "check_frame",
    "checked_month",
    "crises_and_footprints",
    "defaults",
    "disjoint_groups",
    "prior_at",
    "residents_at",
    "subnational_disagreement",
]
