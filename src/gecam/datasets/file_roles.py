"""Which part of a case each file is: people in need, stock, residents, registered people, or areas."""

from __future__ import annotations

from collections.abc import Sequence

from gecam.codes import COUNTRIES
from gecam.datasets.area_evidence import tables_by_area
from gecam.errors import InputError, Problem
from gecam.io import File, FileRead, StockByAge, read_file
from gecam.model import PlanHistory, Population

KINDS = ("needs", "stock", "population", "protected")
ROLES = {
    **{kind: kind for kind in KINDS},
    **dict.fromkeys(("severity", "phases", "plans", "events"), "needs"),
    **dict.fromkeys(("places", "by_area"), "by_area"),
}  # fmt: skip
_KINDS_OF_ROLE = {
    "needs": ("needs", "severity", "phases", "plans", "events"),
    "by_area": ("by_area", "places", "population"),
}
_SEVERAL = {"needs", "by_area"}  # of these a case takes more than one file


def files_by_role(
    files: Sequence[tuple[str, File]], name: str, encoding: str | None
) -> dict[str, list[FileRead]]:
    """Return what the files hold by their part in a case; the problems of all are one error."""
    problems: list[Problem] = []
    parts: dict[str, list[FileRead]] = {}
    for kind, file in files:
        try:
            part = read_file(file, kind=_KINDS_OF_ROLE.get(kind, kind), encoding=encoding)
            role = _role(part)
        except InputError as error:
            problems += error.problems or [Problem(error.headline, code=type(error).__name__)]
            continue
        if role in parts and role not in _SEVERAL:
            what = f"{parts[role][0].file} is a file of {role} too"
            problems.append(
                Problem(what, "Give one of each kind.", file=part.file, code="DUPLICATE")
            )
        else:
            parts.setdefault(role, []).append(part)
    if problems:
        raise InputError(f"case {name!r} has {len(problems)} problem(s)", problems)
    return parts


def _role(part: FileRead) -> str:
    """Return which part of a case a file is."""
    role = ROLES.get(part.kind, "")
    if isinstance(part.value, PlanHistory) and not part.value.rows["metric"].eq("in_need").any():
        role = ""
    if isinstance(part.value, Population) and not set(part.value.people["place"]) & set(COUNTRIES):
        return "by_area"
    if isinstance(part.value, StockByAge):
        what, role = f"{part.reader} reads this file: migrants by age", "ages"
        remedy = "Give the table by destination and origin, or by destination, as the stock."
        raise InputError(what, [Problem(what, remedy, file=part.file, code="KIND")])
    if role == "by_area" and not any(True for _ in tables_by_area(part.value)):
        what = "it counts displaced people and returnees: neither migrants nor people in need"
        remedy = (
            "Give DTM's migrants by area (`read_dtm_migrants`), or a table of your own "
            "(`gecam template by_area`)."
        )
    elif role:
        return role
    else:
        what = f"{part.reader} reads this file ({part.kind})"
        remedy = REMEDIES.get(part.kind, _MAKE_A_TABLE)
    raise InputError(what, [Problem(what, remedy, file=part.file, code="KIND")])


_MAKE_A_TABLE = (
    f"A case takes {', '.join([*KINDS, 'by_area'])}: make a table of one row per crisis and country "
    "from it (`gecam template needs`)."
)
_MAP = "Maps are estimated with `gecam estimate --footprint MAP --destination COUNTRY`."
REMEDIES = {
    **dict.fromkeys(("extent", "intensity", "areas", "grid"), _MAP),
    "exposure": "`gecam.geo.footprint` makes a footprint of people exposed by area, in Python.",
    "ages": "Ages divide a stock by origin or destination: they are no stock of a case by themselves.",
    "incidents": "Deaths during migration are read by `gecam missing`.",
    "displacement": "It counts displaced people, or displacements: no share of residents. People "
    "displaced by an event can be a crisis of measure 'exposed' in `gecam template needs`.",
    "plans": "Requirements and funding are money: give OCHA's needs overviews, a table of plans "
    "with people in need, or a table of your own (`gecam template needs`).",
    "risk": "An index is no number of people. Countries without a plan are modelled from it by "
    "`gecam.estimation.modelled_case`.",
    "facts": "Facts on plans are packaged: `gecam.datasets.load_plan_registry`. What you know better "
    "goes into columns onset and pin_scope of OCHA's file.",
    "shares": "A published count of a group is a `gecam.model.GroupCount` of its footprint.",
    "groups": "Groups of one origin stand beside a case: `gecam estimate --groups FILE`, or "
    "`RegionalPlans.with_groups`.",
    "pairs": "Pairs of migrants and residents go to `gecam.estimation` for the odds ratio, not into a "
    "case.",
}  # fmt: skip
