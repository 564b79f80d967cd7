"""Composition of each group of a destination: origins, and sexes within each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import repeat

import numpy as np
import pandas as pd

from gecam._typing import Array, BoolArray, FloatArray
from gecam.aggregation import ClassShares, Composition
from gecam.codes import moved_border
from gecam.estimation.plan.groups import GroupSplit
from gecam.model import Assumptions, Case, Group, Origins
from gecam.uncertainty import Streams, addresses


@dataclass(frozen=True, eq=False)
class BorderChanges:
    """Other migrants of a destination who were born beyond a border that moved.

    Parameters
    ----------
    composition
        Of all other migrants.
    beyond
        Which of its origins they come from, shape ``(origin,)``.
    """

    composition: Composition
    beyond: BoolArray

    @property
    def part(self) -> float:
        """Mean part of the other migrants that they are, in [0, 1]."""
        return float(self.composition.share[self.beyond].sum())

    def draws(self, destination: str, streams: Streams, n: int) -> FloatArray:
        """Draw that part, as rows by origin have it; shape ``(draw,)``."""
        from gecam.aggregation import composition_draws  # if people beyond borders are asked for

        of = addresses.composition(destination, "other")
        shares = composition_draws(self.composition, streams, of, 0, n)
        return np.asarray(shares[self.beyond].sum(axis=0))


def border_changes(
    case: Case, destination: str, split: GroupSplit, when: date
) -> BorderChanges | None:
    """Return other migrants who were born beyond a border that moved; None if there are none.

    Parameters
    ----------
    case
        All inputs, with stocks by origin.
    destination
        Country, ISO3.
    split
        Its groups at the reference date.
    when
        The reference date, a date.
    """
    stock = case.stock.by_place[destination].origins
    if not any(moved_border(stock[max(stock)].code, destination)):
        return None
    composition = group_compositions(case, destination, split, when).get((destination, "other"))
    if composition is None:
        return None
    beyond = np.array(moved_border(composition.origin, destination))
    return BorderChanges(composition, beyond) if beyond.any() else None


def group_compositions(
    case: Case, destination: str, split: GroupSplit, when: date, *, is_part: bool = False
) -> dict[tuple[str, Group], Composition]:
    """Return the composition of both groups of a destination.

    Where a published count is of a part of the other migrants (`is_part`), their origins are not
    known and stand as ``OOO``.

    Notes
    -----
    Refugees and others in need of protection have UNHCR's origins at the reference date. Other migrants
    have the stock's origins less the protected inside the stock, origin by origin; an origin with
    fewer people in the stock than in that part has none among the others, and the rest are scaled to
    the group's total.
    """
    a, stock = case.assumptions, case.stock.by_place[destination]
    listed = stock.origins[max(day for day in stock.origins if day <= split.stock_on)]
    compositions: dict[tuple[str, Group], Composition] = {}
    if case.protected is not None and split.registered_now > 0:
        now = case.protected.by_place.at(destination, when)
        compositions[destination, "protection"] = _composition(a, *now, listed)
    code, others = _others(case, destination, split, listed)
    if is_part:  # of whom only the number was published
        code, others = np.array(["OOO"], dtype=object), np.ones(1)
    if others.sum() > 0:
        compositions[destination, "other"] = _composition(a, code, others, listed)
    return compositions


def _others(
    case: Case, destination: str, split: GroupSplit, listed: Origins
) -> tuple[Array, FloatArray]:
    """Return the stock by origin without the people registered in it: origins, and persons."""
    code, others = listed.code, listed.people
    if case.protected is not None and split.registered > 0:
        origins, people = case.protected.by_place.at(destination, split.stock_on)
        registered = people * (split.inside_mean / split.registered)
        others = others.copy()
        for origin, inside in zip(origins, registered, strict=True):
            if (i := listed.position.get(origin)) is not None:
                others[i] = max(others[i] - inside, 0.0)
    if case.assumptions.redistribute_unknown_origins and others[code != "OOO"].sum() > 0:
        from gecam.estimation.methods.unknown_origin import redistribute_unknown

        divided = redistribute_unknown(pd.Series(others, code)).sort_index()
        code, others = divided.index.to_numpy(), divided.to_numpy()
    return code, others


def _composition(a: Assumptions, code: Array, people: FloatArray, listed: Origins) -> Composition:
    """Return the composition of a group by origin, each divided as the stock's people of it."""
    code, people = code[people > 0], people[people > 0]
    rows = np.array([*map(listed.position.get, code, repeat(-1))])  # -1: not in the stock
    return Composition(
        tuple(code),
        people / people.sum(),
        np.full(people.shape, a.composition_log_sd),
        {
            attribute: ClassShares(
                {name: np.where(rows < 0, np.nan, share[rows]) for name, share in shares.items()},
                getattr(a, f"{attribute}_log_sd"),
            )
            for attribute, shares in listed.shares.items()
        },
    )
