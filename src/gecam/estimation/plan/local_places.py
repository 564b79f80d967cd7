r"""Share of a group living where an event of part of a country is, if nobody counted it there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gecam._typing import FloatArray, Share
from gecam.estimation.draw.beta_quantiles import beta_at_scores
from gecam.estimation.methods.margins import migrants_affected
from gecam.model import FIXED, Assumptions, Footprint

NOT_STATED = "not stated"  # in the place of the name of an area


@dataclass(frozen=True, slots=True)
class LocalPlace:
    r"""The places hit by an event, and what is assumed of the part of a group that lives there.

    Parameters
    ----------
    residents
        Part of all residents who live there, in (0, 1].
    mean
        Mean part of a group that lives there, in (0, 1].
    concentration
        How much the group is spread: 1 is one place known, large numbers spread it like residents, > 0.
    key
        Names of the places: figures of the same places share where groups live.
    is_stated
        Whether the residents of the places were given.

    Notes
    -----
    Refugees and migrants live together in few places. With a Dirichlet process of concentration
    :math:`\kappa` over places in proportion to residents, the part that lives in places with a part
    r of the residents is :math:`L \sim \mathrm{Beta}(\kappa r, \kappa(1-r))`: its mean is r, as if
    spread evenly, and at :math:`\kappa=1` it is few of them or most of them (Ferguson 1973, *Annals of
    Statistics* 1: 209-230). The mean is at least ``least_share`` of `Assumptions.local_place`, so that
    the interval reaches most of them for small places too.
    """

    residents: Share
    mean: Share
    concentration: float
    key: str
    is_stated: bool

    @classmethod
    def of(cls, footprint: Footprint, residents: float, a: Assumptions) -> LocalPlace | None:
        """Return the places of a figure; None for one of the country, or with migrants by area.

        Residents of the places are those of its areas, or its denominator.
        """
        if footprint.is_national or a.local_place is None or footprint.modelled is not None:
            return None
        in_need = min(footprint.people / residents, 1.0)
        hit = sum(area.residents for area in footprint.areas if area.in_need > 0)
        stated = (hit or footprint.denominator or residents) / residents
        is_stated = stated < FIXED.most_of_country
        assumed = a.local_place["in_need"] if footprint.is_need else 1.0
        part = max(stated, in_need) if is_stated else min(in_need / assumed, 1.0)
        names = "|".join(footprint.area)
        return cls(
            part,
            max(part, a.local_place["least_share"]),
            a.local_place["concentration"],
            footprint.crisis if NOT_STATED in names else names,
            is_stated,
        )

    def at_score(self, z: FloatArray) -> FloatArray:
        """Return the part of a group that lives there at standard normal scores; shape of `z`."""
        if self.mean >= 1:
            return np.ones_like(z)
        return beta_at_scores(
            self.concentration * self.mean, self.concentration * (1 - self.mean), z
        )

    def in_table(
        self,
        share: FloatArray | float,
        people: FloatArray | float,
        others: FloatArray | float,
        residents: float,
        odds_ratio: FloatArray | float,
    ) -> FloatArray:
        """Return the affected of a group there: a cell of the 2x2 table of the places.

        `share` and `people` are of the places; `others` and `residents` are of the country, persons.
        """
        there = self.residents * others + people
        in_need = np.minimum(share * (self.residents * residents), there)
        return np.asarray(migrants_affected(people, there, in_need, odds_ratio))
