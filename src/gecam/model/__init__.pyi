# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .ages import AGES as AGES
from .ages import PLAUSIBLE_CHILDREN as PLAUSIBLE_CHILDREN
from .ages import PLAUSIBLE_OLDER as PLAUSIBLE_OLDER
from .ages import AgeTable as AgeTable
from .assumption_table import (
    DEFAULTS as DEFAULTS,
)
from .assumption_table import (
    Default as Default,
)
from .assumption_table import (
    default_or_given as default_or_given,
)
from .assumption_table import (
    defaults as defaults,
)
from .assumption_table import (
    status_text as status_text,
)
from .assumptions import (
    Assumptions as Assumptions,
)
from .assumptions import (
    CountryType as CountryType,
)
from .assumptions import (
    ProtectionInNeed as ProtectionInNeed,
)
from .assumptions import (
    StockClass as StockClass,
)
from .by_place import (
    Origins as Origins,
)
from .case import (
    Case as Case,
)
from .case import (
    residents_at as residents_at,
)
from .case import (
    residents_before as residents_before,
)
from .country_phases import EFFECTIVE_OBSERVATIONS as EFFECTIVE_OBSERVATIONS
from .country_phases import CountryPhases as CountryPhases
from .country_phases import phases_of_case as phases_of_case
from .country_phases import phases_of_tables as phases_of_tables
from .crisis import (
    Crisis as Crisis,
)
from .crisis import (
    CrisisKind as CrisisKind,
)
from .crisis import (
    PlanType as PlanType,
)
from .crisis import (
    Relation as Relation,
)
from .crisis import (
    RelationKind as RelationKind,
)
from .crisis import (
    disjoint_groups as disjoint_groups,
)
from .displacement import (
    DisplacementTable as DisplacementTable,
)
from .displacement import (
    PlaceCounts as PlaceCounts,
)
from .fixed import FIXED as FIXED
from .footprint import (
    AFTER_ONSET as AFTER_ONSET,
)
from .footprint import (
    NEXT_FIGURE as NEXT_FIGURE,
)
from .footprint import (
    SHARE_OVER_PRESENT as SHARE_OVER_PRESENT,
)
from .footprint import (
    AreaNeeds as AreaNeeds,
)
from .footprint import (
    CountedGroup as CountedGroup,
)
from .footprint import (
    CountUse as CountUse,
)
from .footprint import (
    FigureDistribution as FigureDistribution,
)
from .footprint import (
    Footprint as Footprint,
)
from .footprint import (
    Grade as Grade,
)
from .footprint import (
    Group as Group,
)
from .footprint import (
    GroupCount as GroupCount,
)
from .footprint import (
    Measure as Measure,
)
from .footprint import (
    ModelledShare as ModelledShare,
)
from .footprint import (
    PinScope as PinScope,
)
from .footprint import (
    SourceKind as SourceKind,
)
from .frames import (
    PEOPLE_OF_THE_WORLD as PEOPLE_OF_THE_WORLD,
)
from .frames import (
    Column as Column,
)
from .frames import (
    check_frame as check_frame,
)
from .incidents import (
    INCIDENT_COLUMNS as INCIDENT_COLUMNS,
)
from .incidents import (
    IdScheme as IdScheme,
)
from .incidents import (
    Incidents as Incidents,
)
from .incidents import checked_month as checked_month
from .needs import (
    NEEDS_COUNTS as NEEDS_COUNTS,
)
from .needs import (
    NeedsTable as NeedsTable,
)
from .needs import (
    subnational_disagreement as subnational_disagreement,
)
from .needs_frame import (
    NEEDS_COLUMNS as NEEDS_COLUMNS,
)
from .needs_frame import (
    crises_and_footprints as crises_and_footprints,
)
from .odds_ratio_prior import (
    OddsRatioPrior as OddsRatioPrior,
)
from .odds_ratio_priors import (
    PRIOR_ROWS as PRIOR_ROWS,
)
from .odds_ratio_priors import (
    OddsRatioAssumption as OddsRatioAssumption,
)
from .odds_ratio_priors import (
    OddsRatioEvidence as OddsRatioEvidence,
)
from .odds_ratio_priors import (
    OddsRatioPriors as OddsRatioPriors,
)
from .odds_ratio_priors import (
    OddsRatioUse as OddsRatioUse,
)
from .odds_ratio_priors import (
    prior_at as prior_at,
)
from .people_targeted import published_targets as published_targets
from .people_targeted import with_gaps as with_gaps
from .regional_plans import (
    OriginGroup as OriginGroup,
)
from .regional_plans import (
    RegionalPlans as RegionalPlans,
)
from .regional_plans import (
    RegionalRow as RegionalRow,
)
from .regional_plans import (
    group_of_chapter as group_of_chapter,
)
from .regional_plans import (
    use_of_figure as use_of_figure,
)
from .response_plans import (
    Area as Area,
)
from .response_plans import (
    Confidence as Confidence,
)
from .response_plans import (
    Onset as Onset,
)
from .response_plans import (
    PlanFacts as PlanFacts,
)
from .response_plans import (
    PlanFactsTable as PlanFactsTable,
)
from .response_plans import (
    PlanHistory as PlanHistory,
)
from .response_plans import (
    PlanRelation as PlanRelation,
)
from .response_plans import (
    PlansTable as PlansTable,
)
from .response_plans import (
    PublishedShares as PublishedShares,
)
from .response_plans import (
    ShareTag as ShareTag,
)
from .severity import (
    SEVERITY_LEVELS as SEVERITY_LEVELS,
)
from .severity import (
    PhaseTable as PhaseTable,
)
from .severity import (
    RiskTable as RiskTable,
)
from .severity import (
    SeverityTable as SeverityTable,
)
from .source import (
    UNKNOWN_SOURCE as UNKNOWN_SOURCE,
)
from .source import (
    Note as Note,
)
from .source import (
    Source as Source,
)
from .stock import (
    ATTRIBUTES as ATTRIBUTES,
)
from .stock import Attribute as Attribute
from .stock import (
    Population as Population,
)
from .stock import (
    ProtectedPopulation as ProtectedPopulation,
)
from .stock import (
    Stock as Stock,
)
