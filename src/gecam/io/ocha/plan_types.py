"""OCHA's words for types of plans and appeals."""

from __future__ import annotations

import re

from gecam.model import PlanType

_PLAN_TYPES: dict[str, PlanType] = {
    "humanitarian response plan": "country_plan",
    "hrp": "country_plan",
    "consolidated appeal process": "country_plan",  # the country plan's name until 2013
    "flash appeal": "flash_appeal",
    "humanitarian flash appeal": "flash_appeal",
    "fa": "flash_appeal",
    "regional response plan": "regional_plan",
    "regional refugee response plan": "regional_plan",
    "refugee response plan": "regional_plan",
    "rrp": "regional_plan",
    "non humanitarian response plan": "other_plan",
    "non-hrp": "other_plan",
    "covid-19": "other_plan",
    "other": "other_plan",
    "country_plan": "country_plan",
    "flash_appeal": "flash_appeal",
    "regional": "regional_plan",
}


def plan_type(words: str) -> PlanType | None:
    """Return our word for a type of plan or appeal, in any of OCHA's spellings; None if unknown.

    Examples
    --------
    >>> from gecam.io.ocha.plan_types import plan_type
    >>> plan_type("Humanitarian Response Plan (HRP)"), plan_type("Non Humanitarian response plan")
    ('country_plan', 'other_plan')
    """
    return _PLAN_TYPES.get(re.sub(r" ?\([^()]*\)", "", " ".join(words.split())).casefold())
