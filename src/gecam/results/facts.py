"""Metadata of an aggregated row, combined from its cells: flags, evidence, status, reason, bounds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import isnan
from typing import Any, TypeAlias

import pandas as pd

from gecam.model import FIXED
from gecam.results.columns import FACTS
from gecam.results.flags import join_flags
from gecam.results.messages import message
from gecam.results.trace import SHOWN, EstimationCell, PlanRow

Facts: TypeAlias = dict[str, Any]


def place_facts(cells: Sequence[EstimationCell], *, with_bounds: bool = True) -> Facts:
    """Return the facts of people in at least one of the crises that some cells stand for.

    Evidence level and cap are the worst of the cells that hold a twentieth of the row or more. The
    bounds are those of all people of the cells, and NaN where the row holds a part of them.
    """
    shown = [cell for cell in cells if cell.status in SHOWN]
    if not shown:
        return uncounted_facts(cells)
    at_one = sum(cell.odds_ratio_1 for cell in shown)
    large = [cell for cell in shown if cell.odds_ratio_1 >= FIXED.counts_in_sum * at_one]
    facts: Facts = {
        **FACTS,
        "odds_ratio_1": at_one,
        "evidence_level": max((cell.evidence_level for cell in large), default=3),
        "cap": max((cell.cap for cell in large), default="A"),
        "flags": _flags(cells),
        "status": "estimated",
        "reason": _reason(cells),
    }
    if not with_bounds:
        return facts
    # the union of crises is at least the largest and at most the sum; groups are disjoint
    return facts | {
        "lower_bound": _sum_of_largest(shown),
        "upper_bound": _sum_within_stock(shown),
    }


def _flags(cells: Sequence[EstimationCell]) -> str:
    return join_flags(chain.from_iterable(cell.flags for cell in cells))


def _reason(cells: Sequence[EstimationCell]) -> str:
    """Return what estimated cells say of themselves, and what is missing from the row."""
    is_one_place = len({cell.destination for cell in cells}) == 1
    missing = [cell for cell in cells if cell.status not in SHOWN]
    return _joined(
        [_said(cells, is_one_place=is_one_place), _missing(missing, is_one_place=is_one_place)]
    )


def uncounted_facts(cells: Sequence[EstimationCell]) -> Facts:
    """Return the facts of a row none of whose cells count in it: why not."""
    reason = _joined(cell.reason for cell in cells)
    return {**FACTS, "flags": _flags(cells), "reason": reason}


def crisis_facts(cells: Sequence[EstimationCell]) -> Facts:
    """Return the facts of a row of one crisis: as a place's, with the crisis' own status."""
    facts = place_facts(cells)
    shown = [cell for cell in cells if cell.status in SHOWN]
    if shown and shown[0].status != "estimated":
        facts["status"] = shown[0].status
        facts["reason"] = _joined([shown[0].reason, facts["reason"]])
    return facts


def sum_facts(rows: pd.DataFrame, counted: pd.DataFrame) -> Facts:
    """Return the facts of a sum of rows from theirs: the worst of those that count in it.

    Parameters
    ----------
    rows
        Facts of all rows, columns of `FACTS`: their flags and reasons.
    counted
        Facts of the rows with a number, one or more of `rows`; none where nobody is estimated.
    """
    facts = {
        **FACTS,
        "flags": join_flags(code for codes in rows["flags"] for code in codes.split()),
        "reason": "; ".join(dict.fromkeys(filter(None, rows["reason"]))),
    }
    if counted.empty:
        return facts
    return facts | {
        "odds_ratio_1": counted["odds_ratio_1"].sum(),
        "evidence_level": counted["evidence_level"].max(),
        "cap": counted["cap"].max(),
        "status": "estimated",
    }


def positions_of(keys: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], list[int]]:
    """Return the positions of each key, in the order in which keys first stand."""
    positions: dict[tuple[str, ...], list[int]] = {}
    for i, key in enumerate(keys):
        positions.setdefault(key, []).append(i)
    return positions


def plan_facts(plan: PlanRow) -> Facts:
    """Return the facts of a plan that is not a country's, or that states no people in need."""
    return {
        **FACTS,
        "status": plan.status,
        "reason": plan.reason,
        "published": plan.published_migrants,
        "flags": "" if isnan(plan.in_need) else "NOT_ADDED",
    }


def _sum_within_stock(cells: Sequence[EstimationCell]) -> float:
    """Add upper bounds; crises of one group of a place hold at most all of its people."""
    places: dict[tuple[str, str], list[EstimationCell]] = {}
    for cell in cells:
        places.setdefault((cell.destination, cell.group), []).append(cell)
    return sum(
        min(sum(x.upper_bound for x in here), max(max(x.stock, x.upper_bound) for x in here))
        for here in places.values()
    )


def _said(cells: Sequence[EstimationCell], *, is_one_place: bool) -> str:
    """Return what estimated cells say of themselves, each reason once, with its places."""
    reasons: dict[str, list[str]] = {}
    for cell in cells:
        if cell.status == "estimated" and cell.because is not None:
            reasons.setdefault(cell.reason.rstrip("."), []).append(cell.destination)
    return "; ".join(_placed(reasons, is_one_place=is_one_place))


def _placed(reasons: Mapping[str, Sequence[str]], *, is_one_place: bool) -> Iterator[str]:
    for reason, places in reasons.items():
        named = ", ".join(dict.fromkeys(places))
        yield reason if is_one_place else str(message("IN_PLACES", what=reason, places=named))


def _missing(cells: Sequence[EstimationCell], *, is_one_place: bool) -> str:
    """Return what a row lacks, reason by reason; a group that does not exist is not lacking."""
    groups: dict[str, list[str]] = {}
    for cell in cells:
        if cell.stock > 0:
            what = message("OF_GROUP", group=message(cell.group), reason=cell.reason.rstrip("."))
            groups.setdefault(str(what), []).append(cell.destination)
    placed = _placed(groups, is_one_place=is_one_place)
    return "; ".join(str(message("WITHOUT", what=text)) for text in placed)


def _sum_of_largest(cells: Sequence[EstimationCell]) -> float:
    """Return the largest lower bound of each place, summed over places in their order."""
    largest: dict[tuple[str, str], float] = {}
    for cell in cells:
        place = cell.destination, cell.group
        largest[place] = max(cell.lower_bound, largest.get(place, cell.lower_bound))
    return sum(largest[place] for place in sorted(largest))


def _joined(texts: Iterable[str]) -> str:
    """Join sentences, each once, in order."""
    return "; ".join(dict.fromkeys(text for text in texts if text))
