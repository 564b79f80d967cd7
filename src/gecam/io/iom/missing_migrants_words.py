"""Words of the Missing Migrants Project that changed over the years: routes and causes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

with (Path(__file__).parent / "missing_migrants_routes.csv").open(encoding="utf-8") as _lines:
    ROUTES = list(csv.DictReader(_lines))

# Route as written in older files -> as written in the files of 2025 and 2026.
_ROUTE_NOW = {old: row["route"] for row in ROUTES for old in row["earlier"].split("|") if old}
# The grouping of IOM's analysts (`iom/gdidata`), read off the incidents that its file shares with
# the others; routes that it leaves undefined stay so. It also groups incidents without a route.
_GROUP_OF = {row["route"]: row["group"] for row in ROUTES}
ROUTE_GROUPS = frozenset(_GROUP_OF.values())
UNDEFINED = "Undefined"

# The seven groups of the newer files, and what the free text of older ones says. Agreement with
# the newer files' own grouping, incident by incident, is under test on the real files (98 %).
MIXED = "Mixed or unknown"
DROWNING = "Drowning"
HARSH = "Harsh environmental conditions / lack of adequate shelter, food, water"
VEHICLE = "Vehicle accident / death linked to hazardous transport"
SICKNESS = "Sickness / lack of access to adequate healthcare"
VIOLENCE = "Violence"
ACCIDENT = "Accidental death"
CAUSE_GROUPS = (DROWNING, VEHICLE, HARSH, SICKNESS, VIOLENCE, ACCIDENT, MIXED)
_CAUSE_RULES = {
    VIOLENCE: re.compile(
        r"shot|shoot|gun|murder|kill|violen|stab|beat|assault|tortur|attacked|abuse|homicid"
        r"|rape|explo|mine\b|bomb|strangl|hanged|hanging|decapit|physical force|blunt force inj"
        r"|suicid|execut|bullet|artillery|air strike"
    ),
    VEHICLE: re.compile(
        r"vehic|\bcar\b|truck|train\b|railway|\bbus\b|\bvan\b|lorry|crash|traffic\b|road acc"
        r"|ran over|run over|hit by|plane|carbon|crush|transport|suffoc|asphyx|fumes|fuel"
    ),
    HARSH: re.compile(
        r"dehydr|hyp[eo]r?therm|exposure|starv|hunger|thirst|heat\b|\bcold|froze|frost"
        r"|environment|exhaust|harsh|weather|shelter|lack of (water|food)"
    ),
    SICKNESS: re.compile(
        r"sick|disease|medic|illness|heart|cardiac|health|malaria|infect|birth|pneumon"
        r"|natural|covid|respirat|pregnan|glycemia"
    ),
}
_ACCIDENT = re.compile(r"\bfall|\bfell|electr|fire|burn|accident|snake|trauma|blunt|drug|rock")


def route_now(route: str) -> str:
    """Return a route as the newest files spell it."""
    return _ROUTE_NOW.get(route, route)


def route_group(route: str) -> str:
    """Return the coarser route, in which all files can be compared; unknown ones are undefined."""
    if route in ROUTE_GROUPS:
        return route
    return _GROUP_OF.get(route_now(route), UNDEFINED)


def is_known_route(route: str) -> bool:
    """Return whether a route has a place in the groups."""
    return route in ROUTE_GROUPS or route_now(route) in _GROUP_OF


def cause_group(cause: str) -> str:
    """Return one of seven groups of causes; several groups at once are mixed.

    Examples
    --------
    >>> from gecam.io.iom.missing_migrants_words import cause_group
    >>> cause_group("Presumed drowning"), cause_group("Unknown (skeletal remains)")
    ('Drowning', 'Mixed or unknown')
    """
    if cause in CAUSE_GROUPS:
        return cause
    text = cause.casefold().replace("_", " ")
    if "drown" in text:
        return DROWNING
    groups = [group for group, rule in _CAUSE_RULES.items() if rule.search(text)]
    if not groups and _ACCIDENT.search(text):
        return ACCIDENT
    return groups[0] if len(groups) == 1 else MIXED
