"""Numbers of an estimation cell (one crisis, one destination, one group) at central values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

import numpy as np

from gecam.estimation.plan.need_shares import ProtectionShare
from gecam.estimation.plan.scope_shares import CountedPeople, GroupShares
from gecam.model import FIXED, Footprint, Group, OddsRatioEvidence, OddsRatioUse, prior_at

T = TypeVar("T")
BORDER_STEP = "border_changes"
Basis = Literal["refugees", "published_count", "published_share", "odds_ratio"]
"""What the number of a cell rests on: the share of refugees, or one of three for other migrants."""


@dataclass(frozen=True, slots=True)
class CellNumbers:
    """Numbers of one cell at central values, persons.

    Parameters
    ----------
    people
        Mean of the group at the reference date.
    odds_ratio_1
        The affected at odds ratio 1.
    lower_bound, upper_bound
        Bounds from the published margins at the mean stock, whatever the odds ratio.
    steps
        People after each step by its name, in order, from the stock to the central value.
    """

    people: float
    odds_ratio_1: float
    lower_bound: float
    upper_bound: float
    steps: Mapping[str, float]

    def rest(self, part: float) -> CellNumbers:
        """Return the numbers without a part of the people, with a step that says so."""
        left = self.people * (1 - part)
        last = list(self.steps.values())[-1] * (1 - part)
        return CellNumbers(
            left, self.odds_ratio_1 * (1 - part), max(0.0, self.lower_bound - self.people * part),
            min(left, self.upper_bound), {**self.steps, BORDER_STEP: last},
        )  # fmt: skip


def basis_of(shares: GroupShares, group: Group) -> Basis:
    """Return what the number of an estimated cell rests on.

    Parameters
    ----------
    shares
        Of its crisis and destination.
    group
        ``protection`` or ``other``.
    """
    if group == "protection":
        return "refugees"
    if shares.count is not None:
        return "published_count"
    return "odds_ratio" if shares.other is None else "published_share"


def cell_numbers(figure: CountedPeople, shares: GroupShares, basis: Basis) -> CellNumbers:
    """Return the numbers of an estimated cell.

    Parameters
    ----------
    figure
        People in need and the groups of the destination.
    shares
        How the groups are affected.
    basis
        What the number rests on, as `basis_of` says.
    """
    return _BY_BASIS[basis](figure, shares)


def _of_refugees(figure: CountedPeople, shares: GroupShares) -> CellNumbers:
    people = figure.split.protection
    share = given(shares.protection)
    in_need = people * share.mean(shares.residents)
    place = shares.residents.place if shares.residents is not None else None
    if share.own is None and share.areas is None and place is not None:
        in_need = min(in_need, figure.in_need)  # never more than the people of the event
    steps = {**_stock_steps(figure), "group": people, "share": in_need}
    if share.odds_ratio is not None:
        steps["odds_ratio_median"] = people * share.central(shares.residents)
    return CellNumbers(people, in_need, 0.0, max(people, in_need), steps)


def _of_published_count(figure: CountedPeople, shares: GroupShares) -> CellNumbers:
    people, count = figure.split.other, given(shares.count).mean
    steps = {**_stock_steps(figure), "group": figure.split.counted, "published_count": count}
    return CellNumbers(people, count, 0.0, max(people, count), steps)


def _of_published_share(figure: CountedPeople, shares: GroupShares) -> CellNumbers:
    people = figure.split.other
    in_need = people * given(shares.other).mean
    return CellNumbers(people, in_need, 0.0, people, {**_people_steps(figure), "share": in_need})


def _of_odds_ratio(figure: CountedPeople, shares: GroupShares) -> CellNumbers:
    people, residents = figure.split.other, given(shares.residents)
    median = odds_ratio_evidence(figure, shares).prior.median
    at_one, at_median = residents.affected(people, np.array([1.0, median])).tolist()
    steps = {**_people_steps(figure), "share": at_one, "odds_ratio_median": at_median}
    return CellNumbers(people, at_one, *_bounds(figure, shares), steps)


def odds_ratio_use(figure: CountedPeople, shares: GroupShares) -> OddsRatioUse:
    """Return what decides the prior of the odds ratio of a cell.

    Parameters
    ----------
    figure
        People in need and the groups of the destination.
    shares
        Derived from it: with migrants by area, they are compared with residents of the same areas.
    """
    areas = shares.residents.areas if shares.residents is not None else None
    is_by_area = areas is not None and areas.is_counted
    use = figure.use
    return use if use.is_by_area == is_by_area else replace(use, is_by_area=is_by_area)


def odds_ratio_evidence(figure: CountedPeople, shares: GroupShares) -> OddsRatioEvidence:
    """Return the prior of the odds ratio of a cell, and what it rests on.

    Parameters
    ----------
    figure, shares
        As of `odds_ratio_use`.
    """
    return prior_at(figure.assumptions.odds_ratio, odds_ratio_use(figure, shares))


_BY_BASIS: Mapping[Basis, Callable[[CountedPeople, GroupShares], CellNumbers]] = {
    "refugees": _of_refugees,
    "published_count": _of_published_count,
    "published_share": _of_published_share,
    "odds_ratio": _of_odds_ratio,
}


def _stock_steps(figure: CountedPeople) -> dict[str, float]:
    """Return the steps from the published stock to all of its people at the reference date."""
    split = figure.split
    return {"stock": split.stock, "projection": split.protection + split.counted}


def _people_steps(figure: CountedPeople) -> dict[str, float]:
    """Return the steps from the published stock to other migrants at the reference date."""
    split = figure.split
    steps = {**_stock_steps(figure), "group": split.counted}
    return steps if split.undercount is None else {**steps, "undercount": split.other}


def _bounds(figure: CountedPeople, shares: GroupShares) -> tuple[float, float]:
    """Return bounds of other migrants at central values, whatever the odds ratio."""
    people, refugees = figure.split.other, figure.split.protection
    if figure.footprint.pin_scope == "nationals" or is_scope_unknown(figure.footprint, shares):
        return 0.0, people
    rest = figure.residents - refugees
    lower = max(0.0, people + max(figure.in_need - refugees, 0.0) - rest)
    return min(lower, people), min(people, figure.in_need)


def is_scope_unknown(footprint: Footprint, shares: GroupShares) -> bool:
    """Tell whether nobody says whom a figure counts, and its number does not tell either.

    Parameters
    ----------
    footprint
        The published figure.
    shares
        Derived from it.
    """
    residents = shares.residents
    return footprint.pin_scope == "unknown" and not (residents and residents.is_inferred)


def is_counted_as_in_other_years(footprint: Footprint, share: ProtectionShare) -> bool:
    """Tell whether refugees count as counted since other plans of the country counted them.

    Parameters
    ----------
    footprint
        The published figure.
    share
        Of refugees, derived from it.
    """
    is_unknown = footprint.pin_scope == "unknown" and bool(footprint.refugees_counted_in)
    return is_unknown and share.is_by_rule_of_plans


def is_count_of_part(footprint: Footprint, people: float) -> bool:
    """Whether the published count of other migrants is of less than half of them.

    Parameters
    ----------
    footprint
        The published figure, and the counts beside it.
    people
        Mean number of other migrants, persons.
    """
    count = footprint.count("other", "count")
    return (
        count is not None
        and count.present is not None
        and count.present < FIXED.part_counted * people
    )


def given(value: T | None) -> T:
    """Return a share that an estimated cell has; a cell without one is a fault of the package."""
    if value is None:
        raise AssertionError("an estimated cell has no share")
    return value
