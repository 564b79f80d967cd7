"""Assumptions on how crises overlap, under which people in at least one are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from gecam._signature import check_fields
from gecam._typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Independent:
    """Independence: being affected by one crisis says nothing about another, 1 - prod(1 - p)."""


@dataclass(frozen=True, slots=True)
class Comonotone:
    """Complete dependence: the union is the largest share. Wrong where regions differ."""


@dataclass(frozen=True, slots=True)
class Disjoint:
    """Disjoint crises, as of different provinces: nobody is in two, and shares add.

    Parameters
    ----------
    on_excess
        What to do with crises that add to more than everybody: ``"raise"`` refuses them where they do
        so on average over the draws, and cuts the sum in single draws; ``"cut"`` always cuts it, and
        `UnionShare.capped` says in how many draws.
    """

    on_excess: Literal["raise", "cut"] = "raise"


@dataclass(frozen=True, slots=True)
class Frechet:
    """No assumption: the Fréchet bounds, and as central value their middle, which is no estimate."""


@dataclass(frozen=True, slots=True, eq=False)
class GaussianCopula:
    """Gaussian copula: the normal scores behind the crises correlate.

    Parameters
    ----------
    r
        One correlation for all pairs, a number or one per draw, from -1/(k-1) to 1; or a
        correlation matrix of shape ``(k, k)``. 0 is `Independent`, 1 is `Comonotone`. For crises
        of which nothing else is known, pass one r per draw, uniform from 0 to 1.
    """

    r: ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Pairwise:
    """Some overlaps of two crises, or of more, are known.

    Parameters
    ----------
    overlaps
        For a pair of crises (by position) the share of people in both, a number or one per draw; for
        three or more the share of people in all of them.
    relative
        Whether overlaps are given as parts of the smallest of these crises instead: 0.3 says that
        three in ten people of the smaller one are also in the larger.
    """

    overlaps: Mapping[tuple[int, ...], ArrayLike]
    relative: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Footprints:
    """The share that each crisis affects is known by area.

    Parameters
    ----------
    area_shares
        Share affected by crisis and area, in [0, 1]; shape ``(k, area)``. Their pattern is used:
        log odds of a crisis are moved together until the areas add to its share.
    weights
        Part of the people who live in each area, >= 0; shape ``(area,)``; scaled to add to 1.
    within
        Dependence between crises inside an area.
    """

    area_shares: ArrayLike
    weights: ArrayLike
    within: Independent | Comonotone | Disjoint | Frechet | GaussianCopula = field(
        default_factory=Independent
    )

    def __post_init__(self) -> None:
        check_fields(self)


Dependence: TypeAlias = (
    Independent | Comonotone | Disjoint | Frechet | GaussianCopula | Pairwise | Footprints
)
