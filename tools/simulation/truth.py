"""The equations of a simulated world, written anew: groups, needs, odds ratio, affected people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy.special import betaincinv, expit, logit, ndtri, stdtrit

from gecam.estimation import limited_mean
from gecam.evaluation.calibration.stock_errors import YEAR
from gecam.model import Assumptions, Footprint, OddsRatioUse, prior_at
from gecam.uncertainty import Streams, logit_normal_location, logit_normal_moments

WORSE = {"A": "B", "B": "C", "C": "D", "D": "E", "E": "E"}
CAP = 0.99  # published shares above it are read as this


@lru_cache(maxsize=1024)  # figures are shared by many truths
def _location(mean: float, sd: float) -> float:
    return float(logit_normal_location(mean, sd))


@lru_cache(maxsize=1024)
def _mean(location: float, sd: float) -> float:
    return float(logit_normal_moments(location, sd)[0])


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How published figures err.

    Parameters
    ----------
    scale
        Their errors over what the assumptions say.
    tails
        ``normal``, or ``t3``: Student's t with 3 degrees of freedom, scaled to the same sd.
    given
        ``figure``: the truth lies around the figure, which is its mean, as estimates take it.
        ``truth``: the figure lies around the truth, and is right on average.
    """

    scale: float = 1.0
    tails: Literal["normal", "t3"] = "normal"
    given: Literal["figure", "truth"] = "figure"

    def score(self, u: float) -> float:
        """Return the error of a uniform number, in assumed standard deviations."""
        z = float(ndtri(u)) if self.tails == "normal" else float(stdtrit(3, u)) / np.sqrt(3.0)
        return self.scale * z


@dataclass(frozen=True, slots=True)
class Site:
    """What is fixed about one destination in all worlds.

    Parameters
    ----------
    footprint, residents, when
        Its plan's figure, all residents, and the reference date.
    figures, registered
        People in the stock, and those whom UNHCR counts, by date; persons.
    last, before
        Date of the last figure that counts as measured, and of the one before it.
    target, is_frozen
        Day until which the stock's growth is carried, and whether an onset stopped it there.
    eve
        Residents on the eve of that onset, among whom the stock then was; None without one.
    log_sd, inside
        Error of the stock, and Beta(a, b) of the share of refugees inside it.
    country_type, use
        For the odds ratio.
    """

    footprint: Footprint
    residents: float
    when: date
    figures: Mapping[date, float]
    registered: Mapping[date, float]
    last: date
    before: date
    target: date
    is_frozen: bool
    eve: float | None
    log_sd: float
    inside: tuple[float, float]
    country_type: str
    use: OddsRatioUse


@dataclass(frozen=True, slots=True)
class WorldDraws:
    """Numbers of one world by name: `figures` where its figures lie, `streams` all others."""

    streams: Streams
    figures: Streams
    model: ErrorModel

    def uniform(self, place: str, name: str) -> float:
        """Draw a uniform number of one place."""
        return float(self.streams.uniform(place, name, 0, 1)[0])

    def own(self, place: str, name: str) -> float:
        """Draw a standard normal number of one place, whatever the error model."""
        return float(self.streams.normal(place, name, 0, 1)[0])

    def spread(self, place: str, name: str) -> float:
        """Draw a standard normal number that says where a figure of one place lies."""
        return float(self.figures.normal(place, name, 0, 1)[0])

    def error(self, place: str, name: str, shared: float) -> float:
        """Draw an error, a part of whose variance is shared by all places."""
        common = self.model.score(self.uniform("all places", name))
        own = self.model.score(self.uniform(place, name))
        return float(np.sqrt(shared) * common + np.sqrt(1 - shared) * own)


def figure_and_truth(
    spread: float, sd: float, z: float, given: Literal["figure", "truth"]
) -> tuple[float, float]:
    """Return log of figure and of truth, relative to the case's figure."""
    error = -(sd**2) / 2 + sd * z
    return (spread, spread + error) if given == "figure" else (spread + error, spread)


def true_groups(
    site: Site, figures: Mapping[date, float], real: float, draws: WorldDraws, a: Assumptions
) -> tuple[float, float, tuple[float, float]]:
    """Return true people of both groups, and the published means of (other, protection)."""
    place, s = site.footprint.destination, site.log_sd
    first, second = site.inside
    mean = first / (first + second)
    left = {
        d: figures[d] - mean * limited_mean(figures[d], s, site.registered[d])
        for d in (site.before, site.last)
    }
    interval = (site.last - site.before).days / YEAR
    h = (site.target - site.last).days / YEAR
    growth = np.log(max(left[site.last], 0.5) / max(left[site.before], 0.5)) / interval
    carried = float(np.exp(np.clip(growth, -a.growth_cap, a.growth_cap) * h))
    if site.eve is not None:
        carried *= site.residents / site.eve
    c1, c0 = 1 + h / interval, -h / interval
    variance = (c1**2 + c0**2 + 2 * c0 * c1 * a.end_correlation) * s**2
    variance += a.drift_log_sd**2 * (h + h**2 / interval)
    if site.is_frozen:
        variance = max(variance, a.frozen_log_sd**2)
    extra = np.sqrt(max(variance - s**2, 0.0))
    at_date, now = site.registered[site.last], site.registered[site.when]
    part = float(betaincinv(first, second, draws.uniform(place, "inside")))
    inside = part * min(at_date, real)
    change = draws.error(place, "change", a.change_correlation)
    other = (real - inside) * carried * np.exp(extra * change - extra**2 / 2)
    protection = now * (inside / at_date if at_date > 0 else part)
    expected = mean * limited_mean(figures[site.last], s, at_date)
    published = now * (expected / at_date if at_date > 0 else mean)
    return float(protection), float(other), (left[site.last] * carried, float(published))


def true_needs(
    site: Site,
    centre: tuple[float, float],
    spread: float,
    draws: WorldDraws,
    a: Assumptions,
    model: ErrorModel,
) -> tuple[float, float, bool]:
    """Return published people in need, the true share, and whether the plan counts everybody."""
    f, place = site.footprint, site.footprint.destination
    now = site.registered[site.when]
    grade = WORSE[f.grade] if f.pin_scope == "unknown" else f.grade
    is_wider = not f.is_national and a.local_place is None
    sd = float(np.hypot(a.grade_logit_sd[grade], a.subnational_logit_sd if is_wider else 0.0))
    own = _own_mean(site, a)
    counted = f.pin_scope in {"all", "unknown"}
    # The case's share, under the reading that everybody counts (else the only one there is).
    nationals = site.residents - sum(centre)
    if f.pin_scope == "nationals":
        middle = f.people / nationals
    elif counted and own is not None:
        middle = max(f.people - now * own, 0.05 * f.people) / (site.residents - now)
    elif counted:
        middle = f.people / site.residents
    else:
        middle = f.people / (site.residents - now)
    u, z = draws.spread(place, "share spread"), draws.error(place, "share", a.pin_correlation)
    where = _location(min(middle, 0.9), sd) + spread * u
    location = where if model.given == "figure" else where + sd * z
    published = _mean(location, sd)
    if f.pin_scope == "nationals":
        in_need = published * nationals
    elif counted and own is not None:
        in_need = published * (site.residents - now) + now * own
    elif counted:
        in_need = published * site.residents
    else:
        in_need = published * (site.residents - now)
    reading = f.pin_scope != "nationals"
    if f.pin_scope == "unknown":
        reading = draws.uniform(place, "reading") < a.unknown_scope_weight or in_need > nationals
        if not reading:
            other = _location(min(in_need / nationals, CAP), sd)
            where = other if model.given == "figure" else other - sd * z
    local = local_place(site, in_need, a)
    if local is not None:  # the share there, which the figure says up to its error
        rest = site.residents - (0.0 if counted else now)
        there = min(in_need / (rest if reading else nationals) / local[0], 1.0)
        if there == 1:
            return in_need, 1.0, bool(reading)
        where = _location(there, sd)
    real = where + (sd * z if model.given == "figure" else 0.0)
    return in_need, float(expit(real)), bool(reading)


def local_place(site: Site, in_need: float, a: Assumptions) -> tuple[float, float] | None:
    """Return the part of residents, and the mean part of a group, in the places of a local figure."""
    if site.footprint.is_national or a.local_place is None:
        return None
    part = min(in_need / site.residents / a.local_place["in_need"], 1.0)
    return part, max(part, a.local_place["least_share"])


def true_part(
    local: tuple[float, float] | None, group: str, site: Site, draws: WorldDraws, a: Assumptions
) -> float:
    """Draw the part of a group that lives where the figure is of; 1 for one of the country."""
    if local is None or a.local_place is None or local[1] >= 1:
        return 1.0
    u = draws.uniform(site.footprint.destination, f"where {group}")
    kappa = a.local_place["concentration"]
    return float(betaincinv(kappa * local[1], kappa * (1 - local[1]), u))


def _own_mean(site: Site, a: Assumptions) -> float | None:
    """Return the mean share in need of refugees, where the plan covers them with one of their own."""
    f = site.footprint
    if f.pin_scope in {"nationals", "residents_excl_refugees"}:
        return None
    count = f.count("protection", "share")
    if count is not None:
        return min(count.share, CAP)
    if not f.is_national:
        return None
    now, w = site.registered[site.when], a.planned_earlier_weight
    later, earlier = registers(site)
    rule = a.planned_factor[0] * ((1 - w) * later + w * earlier)
    return rule / now if now > 0 else a.planned_factor[0]


def registers(site: Site) -> tuple[float, float]:
    """Return those whom UNHCR counts at the two year-ends before the year of a plan."""
    later, earlier = (site.registered[date(site.when.year - n, 12, 31)] for n in (1, 2))
    return later, earlier


def true_own_share(site: Site, draws: WorldDraws, a: Assumptions) -> float | None:
    """Return the true share in need of refugees; None where they are like residents."""
    mean = _own_mean(site, a)
    if mean is None:
        return None
    count = site.footprint.count("protection", "share")
    z = draws.error(site.footprint.destination, "share of refugees", 0.0)
    if count is None:  # a plan takes one of two registers, and counts by it with an error
        now, (_, sd) = site.registered[site.when], a.planned_factor
        is_earlier = (
            draws.uniform(site.footprint.destination, "register") < a.planned_earlier_weight
        )
        register = registers(site)[int(is_earlier)]
        factor = a.planned_factor[0] * float(np.exp(sd * z - sd**2 / 2))
        return factor * (register / now if now > 0 else 1.0)
    sd = a.grade_logit_sd[count.grade]
    return float(expit(_location(mean, sd) + sd * z))


def true_log_odds(site: Site, people: float, draws: WorldDraws, a: Assumptions) -> float:
    """Draw the log odds ratio: parts shared by all, by the type, and the country's own.

    `people` are the other migrants as published: a country's own pair counts for less the more they
    differ from those among whom it was measured.
    """
    names = ("all", site.country_type, site.footprint.destination)
    prior = prior_at(a.odds_ratio, replace(site.use, people=people)).prior
    return float(prior.log_odds(*(draws.own("odds ratio", name) for name in names)))


def true_other(
    site: Site,
    people: float,
    centre: tuple[float, float],
    share: float,
    reading: bool,
    odds: float,
    local: tuple[float, float] | None = None,
) -> float:
    """Return other migrants in need: from the 2x2 table, or beside it where only nationals count.

    Of a local figure `people` and `share` are of the places.
    """
    if not reading:
        return float(people * expit(logit(share) + np.log(odds)))
    rest = site.residents - site.registered[site.when]
    residents = max(rest - centre[0], 0.01 * rest) + people
    in_need = share * residents
    if local is not None:
        residents = local[0] * max(rest - centre[0], 0.01 * rest) + people
        in_need = min(share * local[0] * rest, residents)
        share = in_need / residents
    if abs(odds - 1) < 1e-9:
        return people * share
    total = residents + (people + in_need) * (odds - 1)
    root = np.sqrt(total**2 - 4 * odds * (odds - 1) * people * in_need)
    if total > 0:  # the same root without a difference, of which few people would not be left
        return float(2 * odds * people * in_need / (total + root))
    return float((total - root) / (2 * (odds - 1)))
