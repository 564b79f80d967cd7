# Public names of this room, read by type checkers and, when it is imported, by `__init__.py`.

from .aggregate import (
    AnnualDistribution as AnnualDistribution,
)
from .aggregate import (
    annual_distribution as annual_distribution,
)
from .budget import (
    ClassBudget as ClassBudget,
)
from .budget import (
    PlanBudget as PlanBudget,
)
from .budget import (
    PlanningFigure as PlanningFigure,
)
from .budget import (
    budget_by_class as budget_by_class,
)
from .budget import (
    newsvendor as newsvendor,
)
from .budget import (
    plan_budget as plan_budget,
)
from .consular import (
    NationalsAbroad as NationalsAbroad,
)
from .consular import (
    nationals_abroad as nationals_abroad,
)
from .events import (
    EventSet as EventSet,
)
from .events import (
    Unit as Unit,
)
from .events import (
    by_first_year as by_first_year,
)
from .events import (
    recorded_events as recorded_events,
)
from .exceedance import (
    AnnualAverage as AnnualAverage,
)
from .exceedance import (
    CurveKind as CurveKind,
)
from .exceedance import (
    ExceedanceCurve as ExceedanceCurve,
)
from .exceedance import (
    average_annual as average_annual,
)
from .exceedance import (
    chance_within as chance_within,
)
from .exceedance import (
    exceedance as exceedance,
)
from .hazard_areas import (
    hazard_footprint as hazard_footprint,
)
from .hazard_areas import (
    in_need_of as in_need_of,
)
from .hazard_map import (
    map_footprint as map_footprint,
)
from .hazard_map import (
    rings as rings,
)
from .inclusion import (
    Inclusion as Inclusion,
)
from .inclusion import (
    Stated as Stated,
)
from .inclusion import (
    inclusion as inclusion,
)
from .languages import (
    LIMITS as LIMITS,
)
from .languages import (
    LanguageReach as LanguageReach,
)
from .languages import (
    language_name as language_name,
)
from .languages import (
    language_reach as language_reach,
)
from .migrant_events import (
    migrant_events as migrant_events,
)
from .migrant_events import (
    migrants_of as migrants_of,
)
from .plan_figures import (
    Plan as Plan,
)
from .regional_inclusion import (
    REGIONAL_NOTE as REGIONAL_NOTE,
)
from .regional_inclusion import (
    regional_inclusion as regional_inclusion,
)
from .shortfall import (
    expected_shortfall as expected_shortfall,
)
from .shortfall import (
    shortfall_contributions as shortfall_contributions,
)
from .tail import (
    ParetoTail as ParetoTail,
)
from .tail import (
    fit_tail as fit_tail,
)
