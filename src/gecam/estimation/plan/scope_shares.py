"""Proportion of each group in need, given whom the published figure covers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gecam._signature import check_fields
from gecam._typing import FloatArray, NonNegative, Share
from gecam.estimation.methods.margins import ROUNDING, migrants_affected
from gecam.estimation.plan.groups import GroupSplit
from gecam.estimation.plan.local_places import LocalPlace
from gecam.estimation.plan.need_shares import AreaMix, ProtectionShare, ResidentShare
from gecam.model import (
    FIXED,
    Assumptions,
    Footprint,
    Grade,
    Group,
    GroupCount,
    OddsRatioUse,
    PinScope,
)
from gecam.uncertainty import Fixed, LogitNormal, LogNormal, Mixture, ScalableQuantity

NEXT_GRADE: dict[Grade, Grade] = {"A": "B", "B": "C", "C": "D", "D": "E", "E": "E"}


NO_USE = OddsRatioUse("", 0)


@dataclass(frozen=True, slots=True)
class CountedPeople:
    """A figure of people in need, and the people among whom it can have counted them.

    Parameters
    ----------
    footprint
        The published figure and whom it counts.
    residents
        All residents of its denominator, persons, > 0.
    split
        The groups of the destination at the reference date.
    assumptions
        Grades, priors, and what to assume of refugees.
    population_log_sd
        Error of `residents` on the log scale, >= 0.
    refugee_part
        Part of the refugees whom the plan can count (`gecam.estimation.plan.division`), in [0, 1].
    use
        What decides the prior of the odds ratio, but for the areas.
    """

    footprint: Footprint
    residents: NonNegative
    split: GroupSplit
    assumptions: Assumptions
    population_log_sd: NonNegative = 0.0
    refugee_part: Share = 1.0
    use: OddsRatioUse = NO_USE

    def __post_init__(self) -> None:
        """Check the ranges of numbers."""
        check_fields(self)

    @property
    def in_need(self) -> float:
        """People in need, at most all residents; persons."""
        return min(self.footprint.people, self.residents)

    @property
    def nationals(self) -> float:
        """Share of nationals in need, if the figure counts no migrants."""
        return self.in_need / max(self.residents - self.split.people, self.in_need)

    @property
    def exceeds_nationals(self) -> bool:
        """Whether it has more people in need than there are nationals."""
        return self.in_need > self.residents - self.split.people


@dataclass(frozen=True, slots=True)
class GroupShares:
    """How both groups of one destination are affected by one crisis.

    Parameters
    ----------
    residents
        Of residents and, through the odds ratio, other migrants; None where the figure does not
        speak of them.
    protection
        Of refugees and others in need of protection; None where another plan covers them.
    count
        A published count of other migrants in need that replaces the formula; None without one.
    other
        A published share in need of other migrants that replaces the formula; None without one.
    refugees_in_need
        Refugees among the people in need, persons; 0 where the figure does not count refugees.
    is_limited
        Whether they were limited to a part of the people in need.
    """

    residents: ResidentShare | None = None
    protection: ProtectionShare | None = None
    count: LogNormal | None = None
    other: ScalableQuantity | None = None
    refugees_in_need: float = 0.0
    is_limited: bool = False

    def present(self, group: Group, people: FloatArray, in_need: FloatArray) -> FloatArray:
        """Return draws of the people of a group who are present: at least those whom a count found.

        Whom a plan counted was there, though the stock or the register of a draw may hold fewer.

        Parameters
        ----------
        group
            ``protection`` or ``other``.
        people, in_need
            Draws of the people of the group, and of those in need; persons, shape ``(draw,)``.
        """
        is_planned = self.protection is not None and self.protection.basis == "planned"
        is_count = self.count is not None if group == "other" else is_planned
        return np.maximum(people, in_need) if is_count else people

    @property
    def rests_on_odds_ratio(self) -> bool:
        """Whether the number of other migrants follows from the residents' share."""
        return self.count is None and self.other is None and self.residents is not None

    @property
    def is_reading_certain(self) -> bool:
        """Whether it is certain whom the figure covers, so that no draw decides it."""
        own = 1.0 if self.protection is None else self.protection.own_weight
        table = 1.0 if self.residents is None else self.residents.table_weight
        return {own, table} <= {0.0, 1.0}


def group_shares(figure: CountedPeople) -> GroupShares:
    """Derive the shares in need of both groups from a figure, by its scope.

    Parameters
    ----------
    figure
        People in need, and the people among whom they were counted.

    Returns
    -------
    GroupShares
        Those of `BY_SCOPE`, and what was published of other migrants.
    """
    footprint, a = figure.footprint, figure.assumptions
    count, other = footprint.count("other", "count"), footprint.count("other", "share")
    return replace(
        BY_SCOPE[footprint.pin_scope](figure),
        count=LogNormal(count.in_need, _grade_noise(footprint, a)) if count else None,
        other=_measured_share(other, a) if other else None,
    )


def of_everybody(figure: CountedPeople) -> GroupShares:
    """Return the shares where a figure counts everybody: refugees leave both sides of the share."""
    shares = _with_refugees(figure)
    residents = _residents(figure, shares.refugees_in_need, table_weight=1.0)
    return replace(shares, residents=residents)


def of_nationals(figure: CountedPeople) -> GroupShares:
    """Return the shares where a figure counts nationals: migrants and refugees come on top.

    Refugees have the share of nationals, unless a count of them was published or all are assumed to be
    in need.
    """
    own = _protection(figure)
    is_rule = own is not None and own.is_by_rule_of_plans
    return GroupShares(
        _residents(figure, 0.0, table_weight=0.0), ProtectionShare("residents") if is_rule else own
    )


def of_residents_without_refugees(figure: CountedPeople) -> GroupShares:
    """Return the shares where a figure counts all residents but refugees."""
    return GroupShares(_residents(figure, 0.0, table_weight=1.0), _protection(figure))


def of_unknown(figure: CountedPeople) -> GroupShares:
    """Return the shares where nobody says whom a figure counts: both readings, with their weights.

    A figure of more people than there are nationals counts everybody. The rule of plans for refugees
    belongs to that reading; in the other they have the share of nationals, unless all plans of the
    country that say whom they count counted refugees.
    """
    shares = _with_refugees(figure)
    is_inferred = figure.exceeds_nationals
    weight = 1.0 if is_inferred else figure.assumptions.unknown_scope_weight
    residents = _residents(figure, shares.refugees_in_need, table_weight=weight)
    own = shares.protection
    if own is not None and own.is_by_rule_of_plans:
        is_counted = bool(figure.footprint.refugees_counted_in)
        own = replace(own, own_weight=1.0 if is_counted else weight)
    residents = replace(residents, is_inferred=is_inferred)
    return replace(shares, residents=residents, protection=own)


def of_no_migrants(figure: CountedPeople) -> GroupShares:
    """Return the shares where a figure says nothing of migrants: a published share of refugees."""
    return GroupShares(protection=_protection(figure))


BY_SCOPE: Mapping[PinScope, Callable[[CountedPeople], GroupShares]] = {
    "all": of_everybody,
    "nationals": of_nationals,
    "residents_excl_refugees": of_residents_without_refugees,
    "migrants_separate": of_no_migrants,
    "mixed_hosts": of_no_migrants,
    "unknown": of_unknown,
}
"""Shares of both groups by whom a figure counts."""


def _with_refugees(figure: CountedPeople) -> GroupShares:
    """Return the share of refugees, and how many of the people in need they are."""
    own, refugees = _protection(figure), figure.split.registered_now
    if own is None or own.own is None:
        ratio = 1.0 if own is None or own.odds_ratio is None else own.odds_ratio.median
        like_residents = refugees * (figure.in_need / figure.residents)
        if ratio == 1.0:
            return GroupShares(protection=own, refugees_in_need=like_residents)
        among = min(refugees, figure.residents), figure.residents, figure.in_need
        return GroupShares(protection=own, refugees_in_need=float(migrants_affected(*among, ratio)))
    in_need = refugees * (figure.refugee_part * own.own.mean)
    most = FIXED.largest_part * figure.in_need
    if in_need <= most:
        return GroupShares(protection=own, refugees_in_need=in_need)
    limited = replace(own, own=own.own.times(most / in_need))
    return GroupShares(protection=limited, refugees_in_need=most, is_limited=True)


def _residents(
    figure: CountedPeople, refugees_in_need: float, *, table_weight: float
) -> ResidentShare:
    """Return the residents' share in need, once refugees are taken out of both its sides."""
    residents = figure.residents
    others = max(residents - figure.split.registered_now, 0.01 * residents)
    table = (figure.in_need - refugees_in_need) / others
    is_above = (table_weight > 0 and table > 1 + ROUNDING) or (
        table_weight < 1 and figure.exceeds_nationals
    )
    areas = AreaMix.of(figure.footprint, figure.assumptions)
    place = None if areas is not None and areas.is_counted else _place(figure)
    areas = areas if place is None else None
    return ResidentShare(
        min(table, 1.0), others, figure.nationals, table_weight, _spread(figure, place), areas,
        exceeds_people=figure.footprint.people > residents or is_above, place=place,
    )  # fmt: skip


def _place(figure: CountedPeople) -> LocalPlace | None:
    return LocalPlace.of(figure.footprint, figure.residents, figure.assumptions)


def _spread(figure: CountedPeople, place: LocalPlace | None) -> float:
    """Return the noise of the residents' share on the logit scale, beside where migrants live."""
    footprint, a = figure.footprint, figure.assumptions
    if footprint.modelled is not None:
        return footprint.modelled.logit_sd
    share = figure.in_need / figure.residents
    noise = _grade_noise(footprint, a, is_lower=footprint.pin_scope == "unknown")
    spread = np.hypot(noise, figure.population_log_sd / (1 - share * 0.99))
    if not footprint.is_national and place is None:
        spread = np.hypot(spread, a.subnational_logit_sd)
    return min(float(spread), FIXED.largest_logit_sd)


def _grade_noise(footprint: Footprint, a: Assumptions, *, is_lower: bool = False) -> float:
    """Return the noise of a figure by its grade; none where the next figure is drawn."""
    grade = NEXT_GRADE[footprint.grade] if is_lower else footprint.grade
    return 0.0 if footprint.next_figure is not None else a.grade_logit_sd[grade]


def _protection(figure: CountedPeople) -> ProtectionShare | None:
    """Return the share of refugees in need; None where the figure does not cover them."""
    share = protection_share(figure.footprint, figure.assumptions)
    if share is None:
        return None
    if share.own is None:
        is_counted = any(area.refugees for area in figure.footprint.areas)
        mix = AreaMix.of(figure.footprint, figure.assumptions, "refugees") if is_counted else None
        return replace(share, areas=mix)
    own = share.own
    if share.basis == "planned":
        own = _on_register(figure.split, figure.assumptions)
    return replace(share, own=own, part=figure.refugee_part)


def _on_register(split: GroupSplit, a: Assumptions) -> ScalableQuantity:
    """Return refugees in need by the rule of plans, over those registered at the reference date."""
    mean, log_sd = a.planned_factor
    now = split.registered_now
    of_register = [
        LogNormal(mean * (n / now if now > 0 else 1.0), log_sd) for n in split.registers_before
    ]
    latest, earlier = of_register
    if latest == earlier:
        return latest
    return Mixture(earlier, latest, a.planned_earlier_weight)


def protection_share(footprint: Footprint, a: Assumptions) -> ProtectionShare | None:
    """Return the share in need of all refugees; None where the figure does not cover them.

    Parameters
    ----------
    footprint
        The published figure, and the counts of refugees beside it.
    a
        What is assumed of refugees in need, and grades.
    """
    count = footprint.count("protection", "share")
    is_separate = BY_SCOPE[footprint.pin_scope] is of_no_migrants
    if count is None and (is_separate or footprint.pin_scope == "residents_excl_refugees"):
        return None
    assumed = _assumed(footprint, a)
    if assumed is not None and (assumed.own is not None or not is_separate):
        return assumed
    if count is not None:
        return ProtectionShare("published", _measured_share(count, a))
    if _counts_refugees_like_residents(footprint, a):
        return ProtectionShare("residents")
    if a.protection_in_need == "by_source" and not footprint.is_counted_by_rule:
        return _by_odds_ratio(footprint, a)
    if a.protection_in_need in {"planned", "by_source"}:
        return ProtectionShare("planned", LogNormal(*a.planned_factor))
    prior = LogitNormal.from_mean(a.protection_share_mean, a.protection_logit_sd)
    return ProtectionShare("prior", prior)


def _assumed(footprint: Footprint, a: Assumptions) -> ProtectionShare | None:
    """Return a share that is assumed whatever was published; None where none is."""
    if a.protection_in_need == "one":
        return ProtectionShare("everybody", Fixed(1.0))
    if a.protection_in_need == "national":
        return ProtectionShare("residents")
    if a.protection_in_need == "measured":
        return _by_odds_ratio(footprint, a)
    return None


def _by_odds_ratio(footprint: Footprint, a: Assumptions) -> ProtectionShare:
    """Return the residents' share with the odds ratio of refugees: of need, or of exposure."""
    kind = "need" if footprint.is_need and footprint.source_kind != "hazard" else "exposed"
    return ProtectionShare("odds_ratio", odds_ratio=a.refugee_odds_ratio[kind])


def counts_refugees_apart(footprint: Footprint, a: Assumptions) -> bool:
    """Whether a figure gives refugees a share of their own, and not that of residents.

    Parameters
    ----------
    footprint, a
        As of `protection_share`.
    """
    share = protection_share(footprint, a)
    if share is None or share.own is None:
        return False
    return not (footprint.pin_scope == "nationals" and share.is_by_rule_of_plans)


def _measured_share(count: GroupCount, a: Assumptions) -> ScalableQuantity:
    """Return the share in need of a group that was counted."""
    if count.is_by_rule or count.share == 0:
        return Fixed(count.share)
    return LogitNormal.from_mean(
        min(count.share, FIXED.largest_share), a.grade_logit_sd[count.grade]
    )


def _counts_refugees_like_residents(footprint: Footprint, a: Assumptions) -> bool:
    """Whether refugees have the residents' share: neither a rule nor a survey speaks of them.

    So in a modelled share, and in a figure of some areas, as where refugees live in the country is not
    known. By an explicit level, so are people exposed or affected, whom nobody counts by rule.
    """
    is_exposed = a.protection_in_need != "by_source" and not footprint.is_need
    return footprint.modelled is not None or not footprint.is_national or is_exposed
