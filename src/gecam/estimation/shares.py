"""Shares: how large a part of each group a crisis affects, by whom its figure counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from gecam._typing import BoolArray, FloatArray
from gecam.estimation.allocation import AreaShares, area_shares, gravity_prior
from gecam.estimation.groups import GroupSplit
from gecam.estimation.margins import migrants_affected
from gecam.model import Assumptions, Footprint, Grade, GroupCount
from gecam.uncertainty import (
    Fixed,
    LogitNormal,
    LogNormal,
    Quantity,
    Streams,
    logit_normal_location,
)

LARGEST_SHARE = 0.99  # published shares above are drawn around it: nobody measured 100 %
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
        """Residents' share times the factor of where migrants live."""
        return np.minimum(share * factor, LARGEST_SHARE)


def _at(factor: FloatArray | float, where: BoolArray) -> FloatArray | float:
    return factor if isinstance(factor, float) else factor[where]


def _share_draws(mean: FloatArray | float, logit_sd: float, z: FloatArray) -> FloatArray:
    if isinstance(mean, float):
        return np.asarray(expit(_location(mean, logit_sd) + logit_sd * z))
    return np.asarray(expit(logit_normal_location(mean, logit_sd) + logit_sd * z))


@lru_cache(maxsize=4_096)  # of a plan: found once, however often the plan is drawn
def _location(mean: float, logit_sd: float) -> float:
    return float(logit_normal_location(mean, logit_sd))


@dataclass(frozen=True, slots=True)
class ProtectionShare:
    """Share in need of the protection group.

    Parameters
    ----------
    own
        The group's own share, where the figure covers the group; None where residents' share is used.
    own_weight
        Probability that `own` holds (else the residents' share): below 1 where the scope is unknown.
    """

    own: Quantity | None
    own_weight: float

    def mean(self, residents: ResidentShare) -> float:
        """Mean share at odds ratio 1."""
        if self.own is None:
            return residents.mean
        return self.own_weight * self.own.mean + (1 - self.own_weight) * residents.nationals

    def draws(
        self,
        people: FloatArray,
        residents: ResidentShare,
        own_z: FloatArray,
        z: FloatArray,
        u: FloatArray,
    ) -> FloatArray:
        """Draw the affected among draws of the group."""
        if self.own is None:
            return residents.plain_draws(people, z, u)
        share = self.own.at_score(own_z)
        if self.own_weight < 1:
            national = _share_draws(residents.nationals, residents.logit_sd, z)
            share = np.where(u < self.own_weight, share, national)
        return people * share


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
    why_protection, why_other
        Why a group is not estimated; empty where it is.
    flags, flags_protection
        Codes for both groups, and for the protection group only.
    cap
        Best grade that the footprint allows.
    text
        How the share came about, in plain words with its numbers.
    text_protection
        The same for the protection group.
    protection_rung, other_rung
        Evidence rung of each group's share.
    """

    residents: ResidentShare | None
    protection: ProtectionShare | None
    count: LogNormal | None = None
    why_protection: str = ""
    why_other: str = ""
    flags: tuple[str, ...] = ()
    flags_protection: tuple[str, ...] = ()
    cap: Grade = "A"
    text: str = ""
    text_protection: str = ""
    protection_rung: int = 3
    other_rung: int = 3


def group_shares(
    footprint: Footprint,
    residents: float,
    split: GroupSplit,
    population_log_sd: float,
    assumptions: Assumptions,
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
    """
    a, scope = assumptions, footprint.pin_scope
    in_need = min(footprint.people, residents)
    flags = ["PIN_GT_POP"] if footprint.people > residents else []
    flags += ["SUBNATIONAL_PLAN"] if not footprint.is_national else []
    flags += ["MODELLED_SHARE"] if footprint.modelled is not None else []
    flags += ["SCOPE_UNKNOWN"] if scope == "unknown" else []
    flags += ["RELATED_COUNT"] if any(c.use == "related" for c in footprint.counts) else []
    grade = NEXT_GRADE[footprint.grade] if scope == "unknown" else footprint.grade
    cap: Grade = "A" if footprint.is_national else "D"
    if scope in {"migrants_separate", "mixed_hosts"}:
        why = {
            "migrants_separate": "The plan leaves refugees and migrants to another plan or figure; "
            "the residents' share does not apply to them.",
            "mixed_hosts": "The figure includes host communities; migrants cannot be told apart.",
        }[scope]
        count = _published_count(footprint, a)
        return GroupShares(
            None, None, count, why, "" if count else why, tuple(flags), ("COVERED_BY_REFUGEE_PLAN",),
            cap,
        )  # fmt: skip
    own, covered, own_flags, own_text, own_rung = _own_share(footprint, a)
    refugees = split.registered_now
    refugees_in_need = 0.0
    if scope in {"all", "unknown"}:
        refugees_in_need = refugees * (in_need / residents if own is None else own.mean)
    if own is not None and refugees_in_need > LARGEST_PART * in_need:
        flags.append("REFUGEES_EXCEED_PIN")
        own = _scaled(own, LARGEST_PART * in_need / refugees_in_need)
        refugees_in_need = LARGEST_PART * in_need
    table_residents = max(residents - refugees, 0.01 * residents)
    table = min((in_need - refugees_in_need) / table_residents, LARGEST_SHARE)
    nationals = min(in_need / max(residents - split.people, in_need), LARGEST_SHARE)
    weight = {"nationals": 0.0, "unknown": a.unknown_scope_weight}.get(scope, 1.0)
    spread = np.hypot(a.grade_logit_sd[grade], population_log_sd / (1 - in_need / residents * 0.99))
    if not footprint.is_national:
        spread = np.hypot(spread, a.subnational_logit_sd)
    spread = min(float(spread), LARGEST_SPREAD)
    if footprint.modelled is not None:
        spread = footprint.modelled.logit_sd
    areas = AreaMix.of(footprint, a)
    share = ResidentShare(table, table_residents, nationals, weight, spread, areas)
    text = _share_text(footprint, in_need, residents, refugees, refugees_in_need, share)
    count = _published_count(footprint, a)
    protection: ProtectionShare | None
    why = ""
    is_prior = a.protection_in_need == "published" and own_rung > 1
    if covered and (own is None or (scope == "nationals" and is_prior)):
        protection = ProtectionShare(None, 1.0)
        own_flags, own_text, own_rung = (), f"refugees like residents: {share.mean:.1%}", 3
    elif not covered:
        protection = None
        why = "Refugees are left to a refugee plan, not covered by this one."
        own_flags = ("COVERED_BY_REFUGEE_PLAN",)
    else:
        is_split = scope == "unknown" and is_prior
        protection = ProtectionShare(own, weight if is_split else 1.0)
        if is_split:
            own_text += f", or like nationals ({nationals:.1%}), half and half"
    if areas is not None:
        moved = areas.mean - 1
        by = f"by {moved:+.0%}" if abs(moved) >= LEAST_MOVED else "by less than 0.5%"
        text += f"; where migrants live moves it {by}"
    rung = 2 if areas is not None and areas.is_counted else 3
    if footprint.modelled is not None:
        rung = own_rung = 4
    return GroupShares(
        share, protection, count, why, "", tuple(flags), own_flags, cap, text, own_text, own_rung,
        rung,
    )  # fmt: skip


def _own_share(
    footprint: Footprint, a: Assumptions
) -> tuple[Quantity | None, bool, tuple[str, ...], str, int]:
    """Return the protection group's own share, whether the plan covers it, flags, text and rung."""
    count = footprint.count("protection", "share")
    if count is None and footprint.pin_scope == "residents_excl_refugees":
        return None, False, (), "", 5
    if a.protection_in_need == "one":
        return Fixed(1.0), True, (), "all refugees counted as in need", 3
    if a.protection_in_need == "national":
        return None, True, (), "", 3
    if count is not None:
        share = count.share
        text = (
            f"published share of refugees in need, {count.in_need:,.0f} of {count.present:,.0f}, "
            "applied to those inside the stock"
        )
        if count.is_by_rule:
            return Fixed(share), True, ("PLAN_SHARE_BY_RULE",), text, 1
        own = LogitNormal.from_mean(min(share, LARGEST_SHARE), a.grade_logit_sd[count.grade])
        return own, True, (), text, 1
    if _counts_refugees_like_residents(footprint):
        return None, True, (), "", 3
    prior = _protection_prior(a)
    text = f"prior of refugees in need: {prior.mean:.1%}"
    return prior, True, ("PROTECTION_PRIOR",), text, 3


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


def _protection_prior(a: Assumptions) -> Quantity:
    return LogitNormal.from_mean(a.protection_share_mean, a.protection_logit_sd)


def _published_count(footprint: Footprint, a: Assumptions) -> LogNormal | None:
    count: GroupCount | None = footprint.count("other", "count")
    if count is None:
        return None
    return LogNormal(count.in_need, a.grade_logit_sd[footprint.grade])


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
    return f"{text}; {' or '.join(parts)}"
