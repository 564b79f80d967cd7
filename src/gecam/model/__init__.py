"""What the world is made of: stocks, populations, crises, footprints, assumptions, and the case."""

from gecam.model.crisis import Crisis, CrisisKind, PlanType, Relation, RelationKind
from gecam.model.footprint import (
    CountedGroup,
    CountUse,
    Footprint,
    Grade,
    Group,
    GroupCount,
    Measure,
    PinScope,
)
from gecam.model.frames import Column, check_frame
from gecam.model.source import UNKNOWN_SOURCE, Note, Source
from gecam.model.stock import Population, ProtectedPopulation, Stock

__all__ = [
    "UNKNOWN_SOURCE",
    "Column",
    "CountUse",
    "CountedGroup",
    "Crisis",
    "CrisisKind",
    "Footprint",
    "Grade",
    "Group",
    "GroupCount",
    "Measure",
    "Note",
    "PinScope",
    "PlanType",
    "Population",
    "ProtectedPopulation",
    "Relation",
    "RelationKind",
    "Source",
    "Stock",
    "check_frame",
]
