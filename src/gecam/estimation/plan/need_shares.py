"""Shares in need of residents, of other migrants through them, and of refugees."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from gecam._typing import FloatArray, IntArray
from gecam.estimation.methods.margins import migrants_affected
from gecam.estimation.plan.local_places import LocalPlace
from gecam.model import FIXED, Assumptions, Footprint, OddsRatioPrior
from gecam.uncertainty import ScalableQuantity, Streams, logistic, logit_normal_location

if TYPE_CHECKING:
    from gecam.estimation.methods.allocation import AreaShares

RefugeeBasis = Literal["published", "prior", "planned", "everybody", "residents", "odds_ratio"]
"""What the share of refugees in need rests on."""


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
    def of(
        cls,
        footprint: Footprint,
        a: Assumptions,
        group: Literal["migrants", "refugees"] = "migrants",
    ) -> AreaMix | None:
        """Return the mix of a group in a footprint; None where it has no figures by area."""
        if not footprint.areas:
            return None
        names = [area.area for area in footprint.areas]
        residents = pd.Series([area.residents for area in footprint.areas], names)
        affected = pd.Series([area.share for area in footprint.areas], names)
        counted = [getattr(area, group) for area in footprint.areas]
        counts = pd.Series(counted, names, dtype="float64")
        national = float((affected * residents).sum() / residents.sum())
        if national <= 0:
            return None
        from gecam.estimation.methods.allocation import area_shares, gravity_prior

        is_counted = bool(counts.fillna(0).sum() > 0)
        shares = area_shares(
            gravity_prior(residents),
            kappa=a.area_concentration(is_counted=is_counted, is_need=footprint.is_need),
            counts=counts if is_counted else None,
        )
        return cls(shares, affected / national)

    @property
    def mean(self) -> float:
        """Mean factor on the residents' share."""
        return float((self.shares.share * self.ratio).sum())

    @property
    def is_counted(self) -> bool:
        """Whether migrants were counted in areas that hold half of them or more."""
        return float(self.shares.share[self.shares.is_covered].sum()) >= FIXED.part_counted

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
    is_inferred
        Whether the reading was inferred from the number: it has more people in need than nationals.
    exceeds_people
        Whether more people in need were published than there are people whom the figure can count.
    place
        Of an event that is confined to part of the country, where nobody counted migrants by area; None
        for others.
    """

    table: float
    table_residents: float
    nationals: float
    table_weight: float
    logit_sd: float
    areas: AreaMix | None = None
    is_inferred: bool = False
    exceeds_people: bool = False
    place: LocalPlace | None = None

    def affected(self, people: float, odds_ratio: FloatArray | float) -> FloatArray:
        """Return the affected among `people` at central values and each odds ratio; persons."""
        w = self.table_weight
        value = np.zeros(np.shape(odds_ratio))
        if w > 0:
            share, everybody = self._share(self.table, self.area_factor), value + people
            value += w * self._cell(share, everybody, people, odds_ratio, self.mean_part)
        if w < 1:
            share, there = self._share(self.nationals, self.area_factor), people * self.mean_part
            value += (1 - w) * there * _at_odds(share, np.log(odds_ratio))
        return value

    @property
    def mean_part(self) -> float:
        """Mean part of a group that lives where the figure is of: 1 without a `place`."""
        return 1.0 if self.place is None else self.place.mean

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
        part: FloatArray | float = 1.0,
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
            Draws of a factor on the share: where migrants live, and the next published figure.
        part
            Draws of the part of them who live in the places hit, where there is a `place`.
        """
        w = self.table_weight
        counts_all = u < w
        affected = np.empty_like(people)
        if counts_all.any():
            here = slice(None) if counts_all.all() else np.flatnonzero(counts_all)
            mean = self._share(self.table, _at(factor, here))
            share = _share_draws(mean, self.logit_sd, z[here])
            affected[here] = self._cell(
                share, people[here], centre, np.exp(log_odds[here]), _at(part, here)
            )
            if self.areas is not None and not self.areas.is_counted:
                of_event = _share_draws(self.table, self.logit_sd, z[here])
                of_event = of_event * self._residents(people[here], centre)
                affected[here] = np.minimum(affected[here], of_event)
        if not counts_all.all():
            here = np.flatnonzero(~counts_all) if counts_all.any() else slice(None)
            mean = self._share(self.nationals, _at(factor, here))
            share = _share_draws(mean, self.logit_sd, z[here])
            affected[here] = people[here] * _at(part, here) * _at_odds(share, log_odds[here])
        return affected

    def at_share(
        self,
        share: FloatArray,
        people: FloatArray,
        centre: float,
        log_odds: FloatArray,
        u: FloatArray,
    ) -> FloatArray:
        """Return the affected among draws of other migrants, given draws of the share in need.

        Parameters
        ----------
        share
            In need at odds ratio 1, in [0, 1].
        people, centre, log_odds, u
            As of `draws`.
        """
        on_top = people * _at_odds(share, log_odds)
        residents = self._residents(people, centre)
        in_table = migrants_affected(people, residents, share * residents, np.exp(log_odds))
        return np.where(u < self.table_weight, in_table, on_top)

    def _cell(
        self,
        share: FloatArray | float,
        people: FloatArray | float,
        centre: float,
        odds_ratio: FloatArray | float,
        part: FloatArray | float,
    ) -> FloatArray:
        """Return the cell of the 2x2 table whose margins are the people and the share in need.

        With a `place`, it is the table of those who live there.
        """
        residents = self._residents(people, centre)
        if self.place is None:
            return np.asarray(migrants_affected(people, residents, share * residents, odds_ratio))
        people, others = people * part, residents - people
        return self.place.in_table(share, people, others, self.table_residents, odds_ratio)

    def plain_draws(
        self, people: FloatArray, z: FloatArray, u: FloatArray, factor: FloatArray | float = 1.0
    ) -> FloatArray:
        """Draw the affected among `people` who are in need like residents (no odds ratio)."""
        share = np.where(
            u < self.table_weight,
            _share_draws(self._share(self.table, factor), self.logit_sd, z),
            _share_draws(self._share(self.nationals, factor), self.logit_sd, z),
        )
        return people * share

    @property
    def mean(self) -> float:
        """Mean share at odds ratio 1; with a `place`, of those who live there."""
        table, nationals = self.table, self.nationals
        if self.place is not None:
            table, nationals = (float(self._share(x, 1.0)) for x in (table, nationals))
        return self.table_weight * table + (1 - self.table_weight) * nationals

    @property
    def centres(self) -> tuple[float, float]:
        """Mean shares under the two readings, at most 1; with a `place`, of those who live there."""
        return float(self._share(self.table, 1.0)), float(self._share(self.nationals, 1.0))

    def _residents(self, people: FloatArray | float, centre: float) -> FloatArray:
        """Residents who go with a draw of the migrants: the other residents stay as published."""
        others = max(self.table_residents - centre, 0.01 * self.table_residents)
        return np.asarray(others + people)

    def _share(self, share: float, factor: FloatArray | float) -> FloatArray | float:
        """Residents' share times the factor of where migrants live, at most everybody.

        With a `place`, the share of those who live there.
        """
        if self.place is not None:
            share /= self.place.residents
        return np.minimum(share * factor, 1.0)


def _at_odds(share: FloatArray | float, log_odds: FloatArray | float) -> FloatArray:
    """Return the share whose odds are those of a share times an odds ratio; 0 and 1 stay."""
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(1 / (1 + (1 - share) / np.asarray(share) * np.exp(-log_odds)))


def _at(factor: FloatArray | float, where: IntArray | slice) -> FloatArray | float:
    return factor if isinstance(factor, float) else factor[where]


def _share_draws(mean: FloatArray | float, logit_sd: float, z: FloatArray) -> FloatArray:
    """Draw a share around its mean; everybody and nobody leave no room for noise."""
    location = _location(mean, logit_sd) if isinstance(mean, float) else _locations(mean, logit_sd)
    return logistic(location + logit_sd * z)


_LOCATIONS: dict[tuple[float, float], float] = {}  # by mean and logit sd, of the latest case


def find_locations(shares: Iterable[ResidentShare]) -> None:
    """Find the locations of the published shares of a case at once: quicker, and with the same bits.

    Parameters
    ----------
    shares
        Of all its figures.
    """
    pairs = sorted({(mean, x.logit_sd) for x in shares for mean in x.centres if 0 < mean < 1})
    if any(pair not in _LOCATIONS for pair in pairs):
        location = logit_normal_location(*np.array(pairs).T).tolist()
        _LOCATIONS.clear()
        _LOCATIONS.update(zip(pairs, location, strict=True))


@lru_cache(maxsize=4_096)  # of a plan: found once, however often the plan is drawn
def _location(mean: float, logit_sd: float) -> float:
    location = _LOCATIONS.get((mean, logit_sd))
    return float(_locations(np.asarray(mean), logit_sd)) if location is None else location


def _locations(mean: FloatArray, logit_sd: float) -> FloatArray:
    inside = (mean > 0) & (mean < 1)
    if inside.all():
        return logit_normal_location(mean, logit_sd)
    location = np.where(mean >= 1, np.inf, -np.inf)
    location[inside] = logit_normal_location(mean[inside], logit_sd)
    return location


@dataclass(frozen=True, slots=True)
class ProtectionShare:
    """Share in need of refugees and others in need of international protection.

    Parameters
    ----------
    basis
        ``published`` (a count of refugees in need), ``prior`` (near 1), ``planned`` (a factor on
        UNHCR's register before the plan), ``everybody`` (by assumption), ``residents`` (the residents'
        share), ``odds_ratio`` (an odds ratio on that).
    own
        The group's own share; None where the residents' share is used.
    own_weight
        Probability that `own` holds, else the nationals' share: below 1 where the scope is unknown.
    part
        Part of the group whom the plan can count, in [0, 1]: below 1 where disjoint plans divide the
        group. `own` is the share of that part.
    odds_ratio
        Of the group against residents, on the residents' share; None for 1.
    areas
        Where registered people live and how each area is affected; None where nobody counted them.
    """

    basis: RefugeeBasis
    own: ScalableQuantity | None = None
    own_weight: float = 1.0
    part: float = 1.0
    odds_ratio: OddsRatioPrior | None = None
    areas: AreaMix | None = None

    @property
    def is_by_rule_of_plans(self) -> bool:
        """Whether it is what plans count where they cover refugees and publish no count."""
        return self.basis in {"prior", "planned"}

    def mean(self, residents: ResidentShare | None) -> float:
        """Mean share at odds ratio 1; `residents` is needed unless `own` alone holds."""
        if self.own is not None and self.own_weight == 1:
            return self.part * self.own.mean
        national = self._like(residents)
        if self.own is None:
            factor = 1.0 if self.areas is None else self.areas.mean
            return min(national.mean * factor, 1.0) * national.mean_part
        own = self.part * self.own.mean
        return self.own_weight * own + (1 - self.own_weight) * national.nationals

    def _like(self, residents: ResidentShare | None) -> ResidentShare:
        """Return the residents whom the group is like: of the country where it was counted by area."""
        given = _given(residents)
        return given if self.areas is None else replace(given, place=None)

    def central(self, residents: ResidentShare | None) -> float:
        """Mean share at the median odds ratio."""
        share = self.mean(residents)
        part = 1.0 if self.own is not None else self._like(residents).mean_part
        if self.odds_ratio is None or not 0 < share < part:
            return share
        return part * float(_at_odds(share / part, np.log(self.odds_ratio.median)))

    def draws(
        self,
        people: FloatArray,
        residents: ResidentShare | None,
        own_z: FloatArray,
        z: FloatArray,
        u: FloatArray,
        factor: FloatArray | float = 1.0,
        part: FloatArray | float = 1.0,
    ) -> FloatArray:
        """Draw the affected among draws of the group.

        Parameters
        ----------
        people
            Draws of the group, persons.
        residents
            Needed unless `own` alone holds.
        own_z
            Scores of the group's own share; draws of the log odds ratio where it has one.
        z, u, factor, part
            As of `ResidentShare.draws`; factor and part are of residents' share.
        """
        if self.own is None:
            given = self._like(residents)
            in_need = given.plain_draws(np.ones_like(people), z, u, factor)
            share = in_need
            if self.odds_ratio is not None:
                share = _at_odds(share, own_z)
            affected = np.asarray(people * part * share)
            if given.place is None:
                return affected
            return np.minimum(affected, in_need * given.place.residents * given.table_residents)
        share = self.own.at_score(own_z)
        if self.part < 1:
            share = self.part * share
        if self.own_weight < 1:
            others = _given(residents)
            national = others.plain_draws(np.ones_like(people), z, np.ones_like(u), factor)
            share = np.where(u < self.own_weight, share, national)
        return people * share


def _given(residents: ResidentShare | None) -> ResidentShare:
    if residents is None:
        raise AssertionError("a group in need like residents has no share of residents")
    return residents
