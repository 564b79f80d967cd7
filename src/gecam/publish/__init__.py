"""What may leave the house, and in which form: rounding, disclosure, checklists, safe cells."""

from gecam.publish.cells import safe_cell, safe_frame, safe_header
from gecam.publish.disclosure import SUPPRESSED, Disclosed, Thresholds, disclose
from gecam.publish.gather import NOT_DONE, gather_checklist
from gecam.publish.hxl import hxl_tags
from gecam.publish.joint_audit import Exported
from gecam.publish.personal import personal_data, refuse_personal_data, refuse_personal_texts
from gecam.publish.protection import Relations, hide, recoverable
from gecam.publish.published import Published
from gecam.publish.rounding import people_text
from gecam.publish.sdmx import SDMX_COLUMNS, sdmx_rows

__all__ = [
    "NOT_DONE",
    "SDMX_COLUMNS",
    "SUPPRESSED",
    "Disclosed",
    "Exported",
    "Published",
    "Relations",
    "Thresholds",
    "disclose",
    "gather_checklist",
    "hide",
    "hxl_tags",
    "people_text",
    "personal_data",
    "recoverable",
    "refuse_personal_data",
    "refuse_personal_texts",
    "safe_cell",
    "safe_frame",
    "safe_header",
    "sdmx_rows",
]
