"""What the world is made of: stocks, populations, crises, footprints, assumptions, and the case."""

from gecam.model.assumptions import (
    DEFAULTS,
    Assumptions,
    CountryType,
    Default,
    OddsRatioPrior,
    ProtectionInNeed,
)
from gecam.model.case import Case, residents_at
from gecam.model.crisis import Crisis, CrisisKind, PlanType, Relation, RelationKind
from gecam.model.defaults import defaults
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
    PinScope,
    crises_and_footprints,
)
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source
from gecam.model.stock import Population, ProtectedPopulation, Stock

__all__ = [
    "DEFAULTS",
    "NEEDS_COLUMNS",
    "UNKNOWN_SOURCE",
    "AreaNeeds",
    "Assumptions",
    "Case",
    "Column",
    "CountUse",
    "CountedGroup",
    "CountryType",
    "Crisis",
    "CrisisKind",
    "Default",
    "Footprint",
    "Grade",
    "Group",
    "GroupCount",
    "Measure",
    "Note",
    "OddsRatioPrior",
    "PinScope",
    "PlanType",
    "Population",
    "ProtectedPopulation",
    "ProtectionInNeed",
    "Relation",
    "RelationKind",
    "Source",
    "Stock",
    "check_frame",
    "crises_and_footprints",
    "defaults",
    "residents_at",
]
