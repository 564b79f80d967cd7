"""Shares: how large a part of each group a crisis affects, by whom its figure counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, Share
from gecam.estimation.methods.allocation import AreaShares, area_shares, gravity_prior
from gecam.estimation.methods.margins import ROUNDING, migrants_affected
from gecam.estimation.plan.groups import GroupSplit
from gecam.model import Assumptions, Footprint, Grade, GroupCount
from gecam.uncertainty import (
    Fixed,
    LogitNormal,
    LogNormal,
    Quantity,
    Streams,
    logit_normal_location,
)

LARGEST_SHARE = 0.99  # of a group that was counted: no survey finds everybody in need
LARGEST_PART = 0.9  # of people in need who may be refugees where a plan counts everybody (judged)
LARGEST_SPREAD = 1.4  # logit sd beyond which a distribution piles up at both ends
LEAST_MOVED = 0.005  # smaller changes are said in words
NEXT_GRADE: dict[Grade, Grade] = {"A": "B", "B": "C", "C": "D", "D": "E", "E": "E"}


@dataclass(frozen=True, eq=False)
class AreaMix:
    r"""Where migrants live in a country, and how much that moves their share in need.

    Parameters
    ----------
    shares
        Shares of migrants by area, with their uncertainty.
    ratio
        Share in need by area over the share of the country; same index.

    Notes
    -----
    The residents' share is multiplied by :math:`\sum_k \pi_k p_k / p`: 1 if migrants live where
    everybody lives. Its mean is exact under the Dirichlet distribution of :math:`\pi`.
    """

    shares: AreaShares
    ratio: pd.Series

    @classmethod
    def of(cls, footprint: Footprint, a: Assumptions) -> AreaMix | None:
        """Return the mix of a footprint; None where it has no figures by area."""
        if not footprint.areas:
            return None
        names = [area.area for area in footprint.areas]
        residents = pd.Series([area.residents for area in footprint.areas], names)
        affected = pd.Series([area.share for area in footprint.areas], names)
        counts = pd.Series([area.migrants for area in footprint.areas], names, dtype="float64")
        national = float((affected * residents).sum() / residents.sum())
        if national <= 0:
            return None
        shares = area_shares(
            gravity_prior(residents),
            kappa=a.area_kappa,
            counts=counts if counts.fillna(0).sum() > 0 else None,
        )
        return cls(shares, affected / national)

    @property
    def mean(self) -> float:
        """Mean factor on the residents' share."""
        return float((self.shares.share * self.ratio).sum())

    @property
    def is_counted(self) -> bool:
        """Whether migrants were counted in areas that hold half of them or more."""
        return float(self.shares.share[self.shares.is_covered].sum()) >= 0.5

    def draws(self, streams: Streams, input_id: str, n: int) -> FloatArray:
        """Draw the factor; shape ``(draw,)``."""
        return np.asarray(self.ratio.to_numpy() @ self.shares.draws(streams, input_id, 0, n))


@dataclass(frozen=True, slots=True)
class ResidentShare:
    r"""Share in need of residents who are not refugees, under the two readings of a figure.

    Parameters
    ----------
    table, table_residents
        If the figure counts everybody: share in need of the non-refugee residents, and how many of
        them there are. Other migrants are then part of the 2x2 table with these margins.
    nationals
        If it counts nationals: share in need of nationals; migrants come on top.
    table_weight
        Probability of the first reading: 1, 0, or between where the scope is unknown.
    logit_sd
        Noise of the share on the logit scale: grade, population figure, ecological term.
    areas
        Where migrants live and how each area is affected; None without figures by area.
    """

    table: float
    table_residents: float
    nationals: float
    table_weight: float
    logit_sd: float
    areas: AreaMix | None = None

    def affected(self, people: float, odds_ratio: float) -> float:
        """Return the affected among `people` at central values; persons."""
        w = self.table_weight
        value = 0.0
        if w > 0:
            residents = self._residents(people, people)
            in_need = self._of_migrants(self.table, self.area_factor) * residents
            value += w * float(migrants_affected(people, residents, in_need, odds_ratio))
        if w < 1:
            share = self._of_migrants(self.nationals, self.area_factor)
            value += (1 - w) * people * float(expit(logit(share) + np.log(odds_ratio)))
        return value

    @property
    def area_factor(self) -> float:
        """Mean factor of where migrants live; 1 without figures by area."""
        return self.areas.mean if self.areas is not None else 1.0

    def draws(
        self,
        people: FloatArray,
        centre: float,
        log_odds: FloatArray,
        z: FloatArray,
        u: FloatArray,
        factor: FloatArray | float = 1.0,
    ) -> FloatArray:
        """Draw the affected among draws of other migrants.

        Parameters
        ----------
        people
            Draws of the group, persons; `centre` is their mean.
        log_odds
            Draws of the log odds ratio.
        z, u
            Scores of the share's noise, and uniform draws that decide the reading.
        factor
            Draws of the factor of where migrants live.
        """
        w = self.table_weight
        counts_all = u < w
        affected = np.empty_like(people)
        factor = np.broadcast_to(factor, people.shape) if self.areas is not None else 1.0
        if counts_all.any():
            mean = self._of_migrants(self.table, _at(factor, counts_all))
            share = _share_draws(mean, self.logit_sd, z[counts_all])
            residents = self._residents(people[counts_all], centre)
            affected[counts_all] = migrants_affected(
                people[counts_all], residents, share * residents, np.exp(log_odds[counts_all])
            )
        rest = ~counts_all
        if rest.any():
            mean = self._of_migrants(self.nationals, _at(factor, rest))
            share = _share_draws(mean, self.logit_sd, z[rest])
            affected[rest] = people[rest] * expit(logit(share) + log_odds[rest])
        return affected

    def plain_draws(self, people: FloatArray, z: FloatArray, u: FloatArray) -> FloatArray:
        """Draw the affected among `people` who are in need like residents (no odds ratio)."""
        share = np.where(
            u < self.table_weight,
            _share_draws(self.table, self.logit_sd, z),
            _share_draws(self.nationals, self.logit_sd, z),
        )
        return people * share

    @property
    def mean(self) -> float:
        """Mean share at odds ratio 1."""
        return self.table_weight * self.table + (1 - self.table_weight) * self.nationals

    def _residents(self, people: FloatArray | float, centre: float) -> FloatArray:
        """Residents who go with a draw of the migrants: the other residents stay as published."""
        others = max(self.table_residents - centre, 0.01 * self.table_residents)
        return np.asarray(others + people)

    @staticmethod
    def _of_migrants(share: float, factor: FloatArray | float) -> FloatArray | float:
        """Residents' share times the factor of where migrants live, at most everybody."""
        return np.minimum(share * factor, 1.0)


def _at(factor: FloatArray | float, where: BoolArray) -> FloatArray | float:
    return factor if isinstance(factor, float) else factor[where]


def _share_draws(mean: FloatArray | float, logit_sd: float, z: FloatArray) -> FloatArray:
    """Draw a share around its mean; everybody and nobody leave no room for noise."""
    location = _location(mean, logit_sd) if isinstance(mean, float) else _locations(mean, logit_sd)
    return np.asarray(expit(location + logit_sd * z))


@lru_cache(maxsize=4_096)  # of a plan: found once, however often the plan is drawn
def _location(mean: float, logit_sd: float) -> float:
    return float(_locations(np.asarray(mean), logit_sd))


def _locations(mean: FloatArray, logit_sd: float) -> FloatArray:
    inside = (mean > 0) & (mean < 1)
    if inside.all():
        return logit_normal_location(mean, logit_sd)
    location = np.where(mean >= 1, np.inf, -np.inf)
    location[inside] = logit_normal_location(mean[inside], logit_sd)
    return location


@dataclass(frozen=True, slots=True)
class ProtectionShare:
    """Share in need of the protection group.

    Parameters
    ----------
    own
        The group's own share, where the figure covers the group; None where residents' share is used.
    own_weight
        Probability that `own` holds (else the residents' share): below 1 where the scope is unknown.
    part
        Part of the group whom the plan can count, in [0, 1]: below 1 where disjoint plans divide the
        group. `own` is the share of that part.
    """

    own: Quantity | None
    own_weight: float
    part: float = 1.0

    def mean(self, residents: ResidentShare | None) -> float:
        """Mean share at odds ratio 1; `residents` is needed unless `own` alone holds."""
        if self.own is not None and self.own_weight == 1:
            return self.part * self.own.mean
        national = _given(residents)
        if self.own is None:
            return national.mean
        own = self.part * self.own.mean
        return self.own_weight * own + (1 - self.own_weight) * national.nationals

    def draws(
        self,
        people: FloatArray,
        residents: ResidentShare | None,
        own_z: FloatArray,
        z: FloatArray,
        u: FloatArray,
    ) -> FloatArray:
        """Draw the affected among draws of the group."""
        if self.own is None:
            return _given(residents).plain_draws(people, z, u)
        share = self.own.at_score(own_z)
        if self.part < 1:
            share = self.part * share
        if self.own_weight < 1:
            others = _given(residents)
            national = _share_draws(others.nationals, others.logit_sd, z)
            share = np.where(u < self.own_weight, share, national)
        return people * share


def _given(residents: ResidentShare | None) -> ResidentShare:
    if residents is None:
        raise AssertionError("a group in need like residents has no share of residents")
    return residents


@dataclass(frozen=True, slots=True)
class GroupShares:
    """How both groups of one destination are affected by one crisis.

    Parameters
    ----------
    residents
        Of residents and, through the odds ratio, other migrants; None where the figure does not
        speak of them.
    protection
        Of the protection group; None where another plan covers it.
    count
        A published count of other migrants in need that replaces the formula; None without one.
    other
        A published share in need of other migrants that replaces the formula; None without one.
    why_protection, why_other
        Why a group is not estimated; empty where it is.
    flags, flags_protection
        Codes for both groups, and for the protection group only.
    cap
        Best grade that the footprint allows.
    text
        How the share came about, in plain words with its numbers.
    text_protection, text_other
        The same for the protection group, and of a published share of other migrants.
    protection_rung, other_rung
        Evidence rung of each group's share.
    """

    residents: ResidentShare | None
    protection: ProtectionShare | None
    count: LogNormal | None = None
    other: Quantity | None = None
    why_protection: str = ""
    why_other: str = ""
    flags: tuple[str, ...] = ()
    flags_protection: tuple[str, ...] = ()
    cap: Grade = "A"
    text: str = ""
    text_protection: str = ""
    text_other: str = ""
    protection_rung: int = 3
    other_rung: int = 3


@checked
def group_shares(
    footprint: Footprint,
    residents: float,
    split: GroupSplit,
    population_log_sd: float,
    assumptions: Assumptions,
    *,
    refugee_part: Share = 1.0,
) -> GroupShares:
    """Derive the shares of both groups from a footprint, by its scope (METHODS B1).

    Parameters
    ----------
    footprint
        The published figure and whom it counts.
    residents
        All residents of its denominator, persons.
    split
        The groups of the destination.
    population_log_sd
        Error of `residents` on the log scale.
    assumptions
        Grades, priors, and what to do about the protection group.
    refugee_part
        Part of the refugees whom the plan can count (`gecam.estimation.plan.division`), in [0, 1].
    """
    a, scope = assumptions, footprint.pin_scope
    count, other = footprint.count("other", "count"), footprint.count("other", "share")
    published = GroupShares(
        None,
        None,
        LogNormal(count.in_need, a.grade_logit_sd[footprint.grade]) if count else None,
        _measured_share(other, a) if other else None,
        flags=_facts(footprint),
        cap="A" if footprint.is_national else "D",
        text_other=_measured_text("other migrants", other) if other else "",
    )
    own = _divided(_own_share(footprint, a), refugee_part)
    if scope in _WITHOUT_MIGRANTS:
        return _published_only(published, own, scope, refugee_part)
    in_need = min(footprint.people, residents)
    refugees = split.registered_now
    refugees_in_need = 0.0
    flags: tuple[str, ...] = ()
    if scope in {"all", "unknown"}:
        mean = in_need / residents if own.share is None else refugee_part * own.share.mean
        refugees_in_need = refugees * mean
    if own.share is not None and refugees_in_need > LARGEST_PART * in_need:
        flags += ("REFUGEES_EXCEED_PIN",)
        own = replace(own, share=_scaled(own.share, LARGEST_PART * in_need / refugees_in_need))
        refugees_in_need = LARGEST_PART * in_need
    table_residents = max(residents - refugees, 0.01 * residents)
    table = (in_need - refugees_in_need) / table_residents
    nationals = in_need / max(residents - split.people, in_need)
    are_more = in_need > residents - split.people  # in need than nationals
    weight = {"nationals": 0.0, "unknown": a.unknown_scope_weight}.get(scope, 1.0)
    if scope == "unknown":
        flags += ("SCOPE_INFERRED" if are_more else "SCOPE_UNKNOWN",)
        weight = 1.0 if are_more else weight
    is_above = (weight > 0 and table > 1 + ROUNDING) or (weight < 1 and are_more)
    if footprint.people > residents or is_above:
        flags += ("PIN_GT_POP",)
    areas = AreaMix.of(footprint, a)
    spread = _spread(footprint, in_need / residents, population_log_sd, a)
    share = ResidentShare(min(table, 1.0), table_residents, nationals, weight, spread, areas)
    text = _share_text(footprint, in_need, residents, refugees, refugees_in_need, share)
    protection, own, why = _protection(own, share, footprint, a, refugee_part)
    is_modelled = footprint.modelled is not None
    return replace(
        published,
        residents=share,
        protection=protection,
        why_protection=why,
        flags=published.flags + flags,
        flags_protection=own.flags,
        text=text,
        text_protection=own.text,
        protection_rung=4 if is_modelled else own.rung,
        other_rung=4 if is_modelled else 2 if areas is not None and areas.is_counted else 3,
    )


_WITHOUT_MIGRANTS = {
    "migrants_separate": "The plan leaves refugees and migrants to another plan or figure; "
    "the residents' share does not apply to them.",
    "mixed_hosts": "The figure includes host communities; migrants cannot be told apart.",
}


def _published_only(
    published: GroupShares, own: _OwnShare, scope: str, refugee_part: float
) -> GroupShares:
    """Return the shares where the figure says nothing of migrants: only what was published of them."""
    why = _WITHOUT_MIGRANTS[scope]
    is_other = published.count is not None or published.other is not None
    shares = replace(published, why_other="" if is_other else why)
    if own.share is None:
        return replace(shares, why_protection=why, flags_protection=("COVERED_BY_REFUGEE_PLAN",))
    return replace(
        shares, protection=ProtectionShare(own.share, 1.0, refugee_part),
        flags_protection=own.flags, text_protection=own.text, protection_rung=own.rung,
    )  # fmt: skip


def _facts(footprint: Footprint) -> tuple[str, ...]:
    """Return the flags that a footprint has by itself."""
    flags = {
        "SUBNATIONAL_PLAN": not footprint.is_national,
        "MODELLED_SHARE": footprint.modelled is not None,
        "RELATED_COUNT": any(c.use == "related" for c in footprint.counts),
        "SCOPE_CARRIED_OVER": footprint.pin_scope_year is not None,
    }
    return tuple(flag for flag, holds in flags.items() if holds)


def _spread(footprint: Footprint, share: float, population_log_sd: float, a: Assumptions) -> float:
    """Return the noise of the residents' share on the logit scale."""
    if footprint.modelled is not None:
        return footprint.modelled.logit_sd
    is_unknown = footprint.pin_scope == "unknown"
    grade = NEXT_GRADE[footprint.grade] if is_unknown else footprint.grade
    spread = np.hypot(a.grade_logit_sd[grade], population_log_sd / (1 - share * 0.99))
    if not footprint.is_national:
        spread = np.hypot(spread, a.subnational_logit_sd)
    return min(float(spread), LARGEST_SPREAD)


@dataclass(frozen=True, slots=True)
class _OwnShare:
    """The protection group's own share.

    Parameters
    ----------
    share
        The share; None where the residents' share is used, or the plan does not cover the group.
    is_covered
        Whether the plan covers the group.
    flags, text, rung
        Of the leaf.
    """

    share: Quantity | None
    is_covered: bool = True
    flags: tuple[str, ...] = ()
    text: str = ""
    rung: int = 3


def _protection(
    own: _OwnShare, residents: ResidentShare, footprint: Footprint, a: Assumptions, part: float
) -> tuple[ProtectionShare | None, _OwnShare, str]:
    """Return the share of the protection group, its facts, and why there is none."""
    if not own.is_covered:
        why = "Refugees are left to a refugee plan, not covered by this one."
        return None, replace(own, flags=("COVERED_BY_REFUGEE_PLAN",)), why
    is_prior = a.protection_in_need == "published" and own.rung > 1
    if own.share is None or (footprint.pin_scope == "nationals" and is_prior):
        text = f"refugees like residents: {residents.mean:.1%}"
        return ProtectionShare(None, 1.0), _OwnShare(None, text=text), ""
    if not is_prior or residents.table_weight == 1 or footprint.pin_scope != "unknown":
        return ProtectionShare(own.share, 1.0, part), own, ""
    text = f"{own.text}, or like nationals ({residents.nationals:.1%}), half and half"
    return (
        ProtectionShare(own.share, residents.table_weight, part),
        replace(own, text=text),
        "",
    )


def counts_refugees_apart(footprint: Footprint, a: Assumptions) -> bool:
    """Whether a footprint gives refugees a share of their own, and not that of residents."""
    own = _own_share(footprint, a)
    is_prior = a.protection_in_need == "published" and own.rung > 1
    return own.share is not None and not (footprint.pin_scope == "nationals" and is_prior)


def _own_share(footprint: Footprint, a: Assumptions) -> _OwnShare:
    """Return the protection group's own share."""
    count = footprint.count("protection", "share")
    is_separate = footprint.pin_scope in _WITHOUT_MIGRANTS
    if count is None and (is_separate or footprint.pin_scope == "residents_excl_refugees"):
        return _OwnShare(None, is_covered=False, rung=5)
    if a.protection_in_need == "one":
        return _OwnShare(Fixed(1.0), text="all refugees counted as in need")
    if a.protection_in_need == "national" and not is_separate:
        return _OwnShare(None)
    if count is not None:
        text = f"{_measured_text('refugees', count)}, applied to those inside the stock"
        return _OwnShare(_measured_share(count, a), flags=by_rule(count), text=text, rung=1)
    if _counts_refugees_like_residents(footprint):
        return _OwnShare(None)
    prior = LogitNormal.from_mean(a.protection_share_mean, a.protection_logit_sd)
    text = f"prior of refugees in need: {prior.mean:.1%}"
    return _OwnShare(prior, flags=("PROTECTION_PRIOR",), text=text)


def _divided(own: _OwnShare, part: float) -> _OwnShare:
    """Say that a plan counts a part of the refugees, which only a published number settles."""
    if part == 1 or own.share is None:
        return own
    text = f"{own.text}, of the {part:.1%} of refugees whom this plan and no disjoint one counts"
    flags = own.flags if own.rung == 1 else (*own.flags, "REFUGEES_DIVIDED")
    return replace(own, flags=flags, text=text)


def _measured_share(count: GroupCount, a: Assumptions) -> Quantity:
    """Return the share in need of a group that was counted."""
    if count.is_by_rule or count.share == 0:
        return Fixed(count.share)
    return LogitNormal.from_mean(min(count.share, LARGEST_SHARE), a.grade_logit_sd[count.grade])


def _measured_text(group: str, count: GroupCount) -> str:
    text = f"published share of {group} in need, {count.in_need:,.0f} of {count.present:,.0f}"
    is_limited = not count.is_by_rule and count.share > LARGEST_SHARE
    return text + (f" (taken as {LARGEST_SHARE:.0%})" if is_limited else "")


def by_rule(count: GroupCount | None) -> tuple[str, ...]:
    """Return the flag of a share that is a planning rule."""
    return ("PLAN_SHARE_BY_RULE",) if count is not None and count.is_by_rule else ()


def _counts_refugees_like_residents(footprint: Footprint) -> bool:
    """Whether refugees have the residents' share: the prior near 1 is a rule of needs plans.

    It says nothing of a plan of some areas, as where refugees live in the country is not known, of
    people exposed or affected, whom nobody counts by rule, or of a modelled share.
    """
    is_plan_of_needs = footprint.measure in {"in_need", "severe"}
    return footprint.modelled is not None or not footprint.is_national or not is_plan_of_needs


def _scaled(own: Quantity, factor: float) -> Quantity:
    """Return a share whose mean is that of `own` times `factor`, below 1."""
    if isinstance(own, LogitNormal):
        return LogitNormal.from_mean(own.mean * factor, own.logit_sd)
    return Fixed(own.mean * factor)


def _share_text(
    footprint: Footprint,
    in_need: float,
    residents: float,
    refugees: float,
    refugees_in_need: float,
    share: ResidentShare,
) -> str:
    """Return the share's derivation in words with its numbers."""
    text = f"{footprint.people:,.0f} people {footprint.measure.replace('_', ' ')}"
    parts = []
    if share.table_weight > 0:
        subtracted = f" less {refugees_in_need:,.0f} refugees" if refugees_in_need > 0 else ""
        parts.append(
            f"{in_need:,.0f}{subtracted} of {residents:,.0f} residents"
            f"{f' less {refugees:,.0f} refugees' if refugees > 0 else ''}: {share.table:.1%}"
        )
    if share.table_weight < 1:
        parts.append(f"counted among nationals only: {share.nationals:.1%}")
    text = f"{text}; {' or '.join(parts)}"
    if share.areas is not None:
        moved = share.areas.mean - 1
        by = f"by {moved:+.0%}" if abs(moved) >= LEAST_MOVED else "by less than 0.5%"
        text += f"; where migrants live moves it {by}"
    return text
