"""What the report opens with: one number, whom it counts, its date, and how the page is cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gecam._version import __version__
from gecam.results import COMPLETE_TOTALS, MEASURE_WORDS

if TYPE_CHECKING:
    from gecam.publish import Published
    from gecam.results import Estimates

BORN = "people born in another country (citizens of one, where a country counts these)"
WHO: Mapping[str, str] = {
    "all": f"{BORN}, and refugees and others in need of protection in the stock",
    "excluding_refugees": f"{BORN}, without refugees and others in need of protection",
    "excluding_border_changes": f"{BORN}, without those born beyond a border that moved",
    "union": f"{BORN}, and all refugees and others in need of protection",
    "micic": "citizens of another country, without refugees and others in need of protection",
}
WHERE: Mapping[str, str] = {
    COMPLETE_TOTALS[
        0
    ]: "who live in a country with a humanitarian plan of its own, also those whom "
    "that plan leaves to a regional plan",
    COMPLETE_TOTALS[1]: "who live in a country with a humanitarian plan",
}
AFFECTED: Mapping[str, str] = {
    "in_need": "and are in need of humanitarian assistance",
    "affected": "and are affected by its crises",
    "exposed": "and are exposed to its crises",
    "severe": "and are in severe need (phases 4 and 5)",
}


def opening(totals: list[dict[str, Any]], est: Estimates) -> dict[str, Any]:
    """Return the number that the page opens with: the row of a total, its date, and what it counts."""
    by_label = {row["label"]: row for row in totals}
    first = next((by_label[total] for total in WHERE if total in by_label), totals[0])
    where = WHERE.get(first["label"], "of the total")
    return first | {
        "what": MEASURE_WORDS["affected" if est.measure == "in_need" else est.measure],
        "counts": f"It counts {WHO[est.scope]}, {where}, {AFFECTED[est.measure]}; each person once.",
        "day": _days(est),
    }


def _days(est: Estimates) -> str:
    """Return the reference date of most crises, and how many have another one."""
    days = Counter(crisis.reference_date for crisis in est.crises)
    if not days:
        return ""
    (usual, times), *_ = days.most_common()
    others = days.total() - times
    beside = f" ({others} of {days.total()} crises: another date)" if others else ""
    return f"{_day(usual)}{beside}"


def about_page(published: Published, est: Estimates, *, made_on: date | None) -> dict[str, str]:
    """Return when the page was made, and how it is cited."""
    kind = "case" if published.name == est.provenance.case else "release"
    day = _day(made_on) if made_on else ""
    return {
        "made": f"{day}: " if day else "",
        "cite": f"The gecam authors. Crisis-affected migrants, {kind} {published.name}. gecam "
        f"{__version__}{f', {day}' if day else ''}. And the publishers of its figures, listed below.",
    }


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
