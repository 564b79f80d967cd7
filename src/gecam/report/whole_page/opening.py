"""What the report opens with: one number, whom it counts, its date, and how the page is cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from gecam._version import __version__
from gecam.report.sentences import said
from gecam.report.words import day_words
from gecam.results import COMPLETE_TOTALS, MEASURE_WORDS, in_language, message

if TYPE_CHECKING:
    from gecam.publish import Published
    from gecam.results import Estimates

WHERE: Mapping[str, str] = {
    COMPLETE_TOTALS[0]: "WHERE_COMPLETE", COMPLETE_TOTALS[1]: "WHERE_COUNTRY_PLANS",
}  # fmt: skip


def opening(totals: list[dict[str, Any]], est: Estimates) -> dict[str, Any]:
    """Return the number that the page opens with: the row of a total, its date, and what it counts."""
    by_label = {row["label"]: row for row in totals}
    first = next((by_label[total] for total in WHERE if total in by_label), totals[0])
    return first | {
        "what": in_language(MEASURE_WORDS["affected" if est.measure == "in_need" else est.measure]),
        "counts": said(
            "COUNTS",
            who=said(f"WHO_{est.scope.upper()}"),
            where=said(WHERE.get(first["label"], "WHERE_TOTAL")),
            affected=message(f"AND_{est.measure.upper()}"),
        ),
        "day": _days(est),
    }


def _days(est: Estimates) -> str:
    """Return the reference date of most crises, and how many have another one."""
    days = Counter(crisis.reference_date for crisis in est.crises)
    if not days:
        return ""
    (usual, times), *_ = days.most_common()
    others = days.total() - times
    day = day_words(usual)
    return said("OTHER_DATES", day=day, others=others, number=days.total()) if others else day


def about_page(published: Published, est: Estimates, *, made_on: date | None) -> dict[str, str]:
    """Return when the page was made, and how it is cited."""
    code = "CITE_CASE" if published.name == est.provenance.case else "CITE_RELEASE"
    day = day_words(made_on) if made_on else ""
    return {
        "made": said("MADE_ON", day=day) if day else "",
        "cite": said(
            code,
            name=published.name,
            version=__version__,
            day=said("CITE_DAY", day=day) if day else "",
        ),
    }


def standing_words(standing: str) -> str:
    """Return that a release is replaced or retracted; empty for a current one."""
    for begin, code, name in (
        ("superseded by ", "SUPERSEDED_BY_RELEASE", "release"),
        ("retracted: ", "RETRACTED", "reason"),
    ):
        if standing.startswith(begin):
            return said(code, **{name: standing.removeprefix(begin)})
    return "" if standing == "current" else standing
