"""Metadata of an aggregated row, combined from its cells: flags, evidence, status, reason, bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import isnan
from typing import Any, TypeAlias

from gecam.model import FIXED
from gecam.results.columns import FACTS
from gecam.results.flags import join_flags
from gecam.results.messages import message
from gecam.results.trace import SHOWN, Leaf, PlanRow

Facts: TypeAlias = dict[str, Any]


def place_facts(leaves: Sequence[Leaf], *, with_bounds: bool = True) -> Facts:
    """Return the facts of people in at least one of the crises that some cells stand for.

    Evidence level and cap are the worst of the cells that hold a twentieth of the row or more. The
    bounds are those of all people of the cells, and NaN where the row holds a part of them.
    """
    shown = [leaf for leaf in leaves if leaf.status in SHOWN]
    if not shown:
        return uncounted_facts(leaves)
    at_one = sum(leaf.odds_ratio_1 for leaf in shown)
    large = [leaf for leaf in shown if leaf.odds_ratio_1 >= FIXED.counts_in_sum * at_one]
    facts: Facts = {
        **FACTS,
        "odds_ratio_1": at_one,
        "evidence_level": max((leaf.evidence_level for leaf in large), default=3),
        "cap": max((leaf.cap for leaf in large), default="A"),
        "flags": _flags(leaves),
        "status": "estimated",
        "reason": _reason(leaves),
    }
    if not with_bounds:
        return facts
    # the union of crises is at least the largest and at most the sum; groups are disjoint
    return facts | {
        "lower_bound": _sum_of_largest(shown),
        "upper_bound": _sum_within_stock(shown),
    }


def _flags(leaves: Sequence[Leaf]) -> str:
    return join_flags(chain.from_iterable(leaf.flags for leaf in leaves))


def _reason(leaves: Sequence[Leaf]) -> str:
    """Return what estimated cells say of themselves, and what is missing from the row."""
    is_one_place = len({leaf.destination for leaf in leaves}) == 1
    missing = [leaf for leaf in leaves if leaf.status not in SHOWN]
    return _joined(
        [_said(leaves, is_one_place=is_one_place), _missing(missing, is_one_place=is_one_place)]
    )


def uncounted_facts(leaves: Sequence[Leaf]) -> Facts:
    """Return the facts of a row none of whose leaves count in it: why not."""
    reason = _joined(leaf.reason for leaf in leaves)
    return {**FACTS, "flags": _flags(leaves), "reason": reason}


def crisis_facts(leaves: Sequence[Leaf]) -> Facts:
    """Return the facts of a row of one crisis: as a place's, with the crisis' own status."""
    facts = place_facts(leaves)
    shown = [leaf for leaf in leaves if leaf.status in SHOWN]
    if shown and shown[0].status != "estimated":
        facts["status"] = shown[0].status
        facts["reason"] = _joined([shown[0].reason, facts["reason"]])
    return facts


def plan_facts(plan: PlanRow) -> Facts:
    """Return the facts of a plan that is not a country's, or that states no people in need."""
    return {
        **FACTS,
        "status": plan.status,
        "reason": plan.reason,
        "published": plan.published_migrants,
        "flags": "" if isnan(plan.in_need) else "NOT_ADDED",
    }


def _sum_within_stock(leaves: Sequence[Leaf]) -> float:
    """Add upper bounds; crises of one group of a place hold at most all of its people."""
    places: dict[tuple[str, str], list[Leaf]] = {}
    for leaf in leaves:
        places.setdefault((leaf.destination, leaf.group), []).append(leaf)
    return sum(
        min(sum(x.upper_bound for x in here), max(max(x.stock, x.upper_bound) for x in here))
        for here in places.values()
    )


def _said(leaves: Sequence[Leaf], *, is_one_place: bool) -> str:
    """Return what estimated leaves say of themselves, each reason once, with its places."""
    reasons: dict[str, list[str]] = {}
    for leaf in leaves:
        if leaf.status == "estimated" and leaf.because is not None:
            reasons.setdefault(leaf.reason.rstrip("."), []).append(leaf.destination)
    return "; ".join(_placed(reasons, is_one_place=is_one_place))


def _placed(reasons: Mapping[str, Sequence[str]], *, is_one_place: bool) -> Iterator[str]:
    for reason, places in reasons.items():
        named = ", ".join(dict.fromkeys(places))
        yield reason if is_one_place else str(message("IN_PLACES", what=reason, places=named))


def _missing(leaves: Sequence[Leaf], *, is_one_place: bool) -> str:
    """Return what a row lacks, reason by reason; a group that does not exist is not lacking."""
    groups: dict[str, list[str]] = {}
    for leaf in leaves:
        if leaf.stock > 0:
            what = message("OF_GROUP", group=message(leaf.group), reason=leaf.reason.rstrip("."))
            groups.setdefault(str(what), []).append(leaf.destination)
    placed = _placed(groups, is_one_place=is_one_place)
    return "; ".join(str(message("WITHOUT", what=text)) for text in placed)


def _sum_of_largest(leaves: Sequence[Leaf]) -> float:
    """Return the largest lower bound of each place, summed over places in their order."""
    largest: dict[tuple[str, str], float] = {}
    for leaf in leaves:
        place = leaf.destination, leaf.group
        largest[place] = max(leaf.lower_bound, largest.get(place, leaf.lower_bound))
    return sum(largest[place] for place in sorted(largest))


def _joined(texts: Iterable[str]) -> str:
    """Join sentences, each once, in order."""
    return "; ".join(dict.fromkeys(text for text in texts if text))
