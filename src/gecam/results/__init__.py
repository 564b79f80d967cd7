"""What an answer looks like: estimates, breakdowns, the trace of how they were made."""

from gecam.results.breakdown import COLUMNS, Breakdown
from gecam.results.estimates import (
    SELECTIONS,
    Dimension,
    Estimates,
    PeopleInAnyCrisis,
    Scope,
    Selection,
)
from gecam.results.flags import FLAGS, flag_text, join_flags
from gecam.results.grading import RUNGS, grade, worst
from gecam.results.trace import SHOWN, Leaf, Overlap, PlanRow, Provenance, Status, Step

__all__ = [
    "COLUMNS",
    "FLAGS",
    "RUNGS",
    "SELECTIONS",
    "SHOWN",
    "Breakdown",
    "Dimension",
    "Estimates",
    "Leaf",
    "Overlap",
    "PeopleInAnyCrisis",
    "PlanRow",
    "Provenance",
    "Scope",
    "Selection",
    "Status",
    "Step",
    "flag_text",
    "grade",
    "join_flags",
    "worst",
]
