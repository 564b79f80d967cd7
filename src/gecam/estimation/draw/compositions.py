"""Who the migrants are: origins and sexes of each group of a destination."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from gecam.aggregation import Composition
from gecam.estimation.methods.unknown_origin import redistribute_unknown
from gecam.estimation.plan.groups import GroupSplit, registered_at
from gecam.model import Case, Group


def group_compositions(
    case: Case, destination: str, split: GroupSplit, when: date, *, is_part: bool = False
) -> dict[tuple[str, Group], Composition]:
    """Return the composition of both groups of a destination.

    Where a published count is of a part of the other migrants (`is_part`), their origins are not
    known and stand as ``OOO``.

    Notes
    -----
    The protection group has UNHCR's origins at the reference date. The other group has the stock's
    origins less the protected inside the stock, origin by origin; an origin with fewer people in
    the stock than in that part has none among the others, and the rest are scaled to the group's total.
    """
    rows = case.stock.people[case.stock.people["destination"].eq(destination)]
    figures_on = rows["as_of"][rows["as_of"].le(pd.Timestamp(split.stock_on))].max()
    rows = rows[rows["as_of"].eq(figures_on)]
    by_origin = rows.groupby("origin")["people"].sum()
    known = rows[rows["sex"].ne("total")]
    women = known[known["sex"].eq("female")].groupby("origin")["people"].sum()
    both = known.groupby("origin")["people"].sum()
    female = women.reindex(both.index, fill_value=0.0) / both.where(both > 0)
    others = by_origin
    found: dict[tuple[str, Group], Composition] = {}
    if case.protected is not None and split.registered_now > 0:
        now = registered_at(case.protected, destination, when)
        found[destination, "protection"] = _composition(case, now, female)
    if case.protected is not None and split.registered > 0:
        protected = registered_at(case.protected, destination, split.stock_on)
        inside = protected * (split.inside_mean / split.registered)
        others = by_origin.sub(inside.reindex(by_origin.index, fill_value=0.0)).clip(lower=0.0)
    if case.assumptions.redistribute_unknown_origins and others[others.index != "OOO"].sum() > 0:
        others = redistribute_unknown(others).expected()
    if is_part:  # of whom only the number was published
        others = pd.Series({"OOO": 1.0})
    if others.sum() > 0:
        found[destination, "other"] = _composition(case, others, female)
    return found


def _composition(case: Case, people: pd.Series, female: pd.Series) -> Composition:
    positive = people[people > 0].sort_index()
    share = (positive / positive.sum()).to_numpy(dtype="float64")
    a = case.assumptions
    return Composition(
        tuple(map(str, positive.index)),
        share,
        np.full(share.shape, a.composition_log_sd),
        female.reindex(positive.index).to_numpy(dtype="float64"),
        a.sex_log_sd,
    )
