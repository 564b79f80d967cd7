"""Areas of one country in the draws of an answer: where its migrants live, and who is in need there."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import hypot, sqrt

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from gecam._once import once_for_each
from gecam._typing import BoolArray, FloatArray
from gecam.estimation.country_areas import CountryAreas
from gecam.estimation.draw.destination_draws import prior_draws
from gecam.estimation.methods.allocation import AreaShares, area_shares, gravity_prior
from gecam.estimation.methods.odds_shift import odds_shift
from gecam.estimation.plan.destination import CellPlan
from gecam.estimation.rates_of_need import DestinationAgain
from gecam.model import FIXED, AreaNeeds, Case, prior_at
from gecam.results import Estimates
from gecam.uncertainty import Streams, addresses, equal_tailed

YEAR_LOGIT_SD = 0.86
"""Error of an area's share in need, about the country's, for each year since its table; logit scale.

Between the overviews of 2024 and 2025, areas where 90 % of residents of 16 countries live moved by less
than 1.42 on that scale, about the mean of their country (278 areas); a normal error of 0.86 holds 90 %
within that.
"""
REFUGEE_CONCENTRATION = 2.7
"""Concentration of refugees over areas where nobody counted them, about the shares of residents.

Of the nine overviews of 2025 that publish refugees in need by area, by the method of moments: refugees
live where camps and borders are, and hardly where residents do.
"""
SMALLEST = 0.5  # people: a share in need between nobody and everybody, on the logit scale
RESIDENTS_RATE = ("residents_per_100", "residents_per_100_lower", "residents_per_100_upper")


@dataclass(frozen=True, slots=True)
class AreaErrors:
    """Errors of areas that are no assumptions of a case."""

    year_logit_sd: float
    refugee_concentration: float


@dataclass(frozen=True, eq=False)
class AreaDraws:
    """Areas of one country, and its migrants and residents in the draws of an answer."""

    est: Estimates
    case: Case
    areas: CountryAreas
    errors: AreaErrors
    is_own: bool  # the figure itself was moved by where migrants live
    again: DestinationAgain = field(init=False)

    def __post_init__(self) -> None:
        again = DestinationAgain.of(self.est, self.case, self.areas.destination)
        object.__setattr__(self, "again", again)

    @property
    def n(self) -> int:
        """Number of draws."""
        return int(self.est.draws.shape[1])

    @cached_property
    def streams(self) -> Streams:
        """Random numbers of the inputs that only areas have."""
        return self.est.provenance.streams

    @cached_property
    def crisis(self) -> CellPlan:
        """The figure that the areas divide: the largest of a country plan, else the largest."""
        return max(
            self.again.plan.crises,
            key=lambda c: (c.crisis.plan_type == "country_plan", c.footprint.people, c.crisis.id),
        )

    @property
    def is_local(self) -> bool:
        """Whether the figure is of part of the country, and national rows draw who lives there."""
        residents = self.crisis.shares.residents
        return residents is not None and residents.place is not None

    @cached_property
    def inhabited(self) -> tuple[AreaNeeds, ...]:
        """Areas with residents."""
        return self.areas.inhabited()

    @cached_property
    def is_divided(self) -> BoolArray:
        """Which of the inhabited areas have people in need."""
        rows = self.areas.rows
        return np.asarray(rows.loc[rows["residents"].notna(), "in_need"].notna())

    @cached_property
    def residents(self) -> FloatArray:
        """Residents by area, as a column."""
        return np.array([[area.residents] for area in self.inhabited])

    @cached_property
    def need_logits(self) -> FloatArray:
        """Log odds of residents in need by area, refugees apart; shape ``(area, draw)``.

        They make up the share in need that the country's residents have in the same draw.
        """
        crisis, a = self.crisis, self.again.plan.assumptions
        in_need = np.array([[area.in_need] for area in self.inhabited])
        if crisis.shares.refugees_in_need > 0:
            refugees = np.array([[area.refugees or 0.0] for area in self.inhabited])
            in_need = np.maximum(in_need - refugees, (1 - FIXED.largest_part) * in_need)
        in_need = np.clip(in_need, SMALLEST, np.maximum(self.residents - SMALLEST, SMALLEST))
        years = max(crisis.crisis.reference_date.year - self.areas.as_of.year, 0)
        sd = hypot(
            a.grade_logit_sd[crisis.footprint.grade], self.errors.year_logit_sd * sqrt(years)
        )
        name = addresses.areas_of_table(self.areas.destination, "in need")
        z = np.stack([self.streams.normal(name, x.area, 0, self.n) for x in self.inhabited])
        logits = logit(in_need / np.maximum(self.residents, 2 * SMALLEST)) + sd * z
        of_country = self.again.share_of_residents(crisis.crisis.id)
        if np.isnan(of_country).any() or self.is_local:
            return np.asarray(logits)
        # a figure that was moved by where migrants live has the residents of these places
        weights = self.homes("migrants") if self.is_own else self.residents
        goal = of_country * weights.sum(axis=0)
        return np.asarray(logits + np.clip(odds_shift(logits, weights, goal), -700.0, 700.0))

    @cached_property
    def log_odds(self) -> FloatArray:
        """Log odds ratio of migrants against residents of the same places, shape ``(draw,)``."""
        plan, use = self.again.plan, replace(self.crisis.use, is_by_area=True)
        prior = prior_at(plan.assumptions.odds_ratio, use).prior
        return prior_draws(
            prior, plan.country_type, plan.destination, self.again.drawn.streams, self.n
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas by code."""
        return dict(zip(self.areas.rows["area"], self.areas.rows["name"], strict=True))

    @cached_property
    def shares(self) -> dict[str, AreaShares]:
        """Where migrants and refugees live: as counted, else like residents."""
        return {kind: self._shares(kind) for kind in ("migrants", "refugees")}

    def _shares(self, kind: str) -> AreaShares:
        index = [area.area for area in self.inhabited]
        counts = pd.Series([getattr(x, kind) for x in self.inhabited], index, dtype="float64")
        prior = gravity_prior(pd.Series(self.residents[:, 0], index))
        is_counted = bool(counts.fillna(0).sum() > 0)
        if kind == "migrants" and self.areas.counted is not None:
            others = 1 - counts.sum() / self.areas.counted  # who live in areas without a count
            here = counts.notna()
            prior = (counts / self.areas.counted).where(here, others * prior / prior[~here].sum())
            prior = prior.clip(lower=np.finfo(float).tiny)
        a, is_need = self.again.plan.assumptions, self.crisis.footprint.is_need
        kappa = a.area_concentration(is_counted=is_counted, is_need=is_need)
        if not is_counted and kind == "refugees" and not self.is_own:
            kappa = self.errors.refugee_concentration
        return area_shares(prior, kappa=kappa, counts=counts if is_counted else None)

    @once_for_each
    def homes(self, kind: str) -> FloatArray:
        """Draw the part of a group that lives in each area; shape ``(area, draw)``."""
        if self.is_own:  # the draws that moved the national figure
            name = self.crisis.areas_input
            name = name if kind == "migrants" else f"{name}/refugees/areas"
        else:
            name = addresses.areas_of_table(self.areas.destination, kind)
        streams = self.again.drawn.streams if self.is_own else self.streams
        parts = self.shares[kind].draws(streams, name, 0, self.n)
        return self._with_part_in_place(parts, kind) if self.is_local else parts

    def _with_part_in_place(self, parts: FloatArray, kind: str) -> FloatArray:
        """Return homes of which the part that national rows draw lies in the areas of the figure."""
        residents, here = self.crisis.shares.residents, self.is_divided[:, None]
        if residents is None or residents.place is None:
            return parts
        group = "other" if kind == "migrants" else "protection"
        address = addresses.place_of_group(self.areas.destination, residents.place.key, group)
        part = residents.place.at_score(self.again.drawn.streams.normal(*address, 0, self.n))
        inside, outside = (np.where(x, parts, 0.0) for x in (here, ~here))
        return np.asarray(
            part * inside / inside.sum(axis=0)
            + (1 - part) * outside / np.maximum(outside.sum(axis=0), np.finfo(float).tiny)
        )

    def is_counted(self, kind: str) -> bool:
        """Whether migrants were counted where half of them or more live."""
        shares = self.shares[kind]
        return float(shares.share[shares.is_covered].sum()) >= FIXED.part_counted

    def flags(self, kind: str) -> list[str]:
        """Return the flags of rows that hold migrants or refugees."""
        is_old = self.areas.as_of.year < self.crisis.crisis.reference_date.year
        return [
            *([] if self.is_counted(kind) else ["AREAS_LIKE_RESIDENTS"]),
            *(["AREAS_OF_ANOTHER_YEAR"] if is_old else []),
        ]

    def residents_per_100(self) -> pd.DataFrame:
        """Return residents in need per 100 by area with intervals."""
        rates = 100 * expit(self.need_logits)
        ends = np.array([equal_tailed(x, level=self.est.level) for x in rates], dtype=np.float64)
        rows = [
            (self.areas.destination, area.area, float(x.mean()), *map(float, both))
            for area, x, both in zip(self.inhabited, rates, ends, strict=True)
        ]
        return pd.DataFrame(rows, columns=["destination", "area", *RESIDENTS_RATE])
