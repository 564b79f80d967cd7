"""Counts that the margins of a 2x2 table allow, and the odds ratio that a count implies."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.estimation.methods.margins import (
    ROUNDING,
    Broken,
    FigureScope,
    checked_margins,
    formula_of,
    not_in_need_rest,
    refuse_broken,
)


class MarginBounds(NamedTuple):
    """What the margins alone allow, whatever the odds ratio; people, broadcast shape."""

    lower: FloatArray
    upper: FloatArray


@checked
def margin_bounds(
    stock: ArrayLike,
    population: ArrayLike,
    in_need: ArrayLike,
    *,
    pin_scope: Literal["all", "nationals", "unknown"] = "all",
) -> MarginBounds:
    """Return the least and the most migrants who can be affected, whatever the odds ratio.

    Parameters
    ----------
    stock, population, in_need
        As in `migrants_affected`.
    pin_scope
        ``"all"``: what the table of `migrants_affected` allows. ``"nationals"``: from none to all
        migrants, as the figure does not speak of them. ``"unknown"``: what either allows; where there
        are more people in need than nationals, the first alone.

    Returns
    -------
    MarginBounds
        ``lower`` and ``upper``, people.

    Raises
    ------
    InputError
        As `migrants_affected`.

    Examples
    --------
    >>> from gecam.estimation import margin_bounds
    >>> lower, upper = margin_bounds(30.0, 100.0, 80.0)
    >>> float(lower), float(upper)
    (10.0, 30.0)
    """
    if pin_scope != "unknown":
        formula_of(pin_scope)
    S, N, P = checked_margins(
        stock, population, in_need, "nationals" if pin_scope == "nationals" else "all"
    )
    shape = np.broadcast_shapes(S.shape, N.shape, P.shape)
    lower, upper = np.zeros(shape), np.broadcast_to(S, shape).copy()
    is_table = np.full(shape, pin_scope == "all")
    if pin_scope == "unknown":
        is_table = np.broadcast_to(P > N - S, shape)
    np.maximum(-not_in_need_rest(S, N, P), 0.0, out=lower, where=is_table)
    np.minimum(S, P, out=upper, where=is_table)
    return MarginBounds(lower[()], upper[()])


def implied_odds_ratio(
    stock: ArrayLike,
    population: ArrayLike,
    in_need: ArrayLike,
    affected: ArrayLike,
    *,
    pin_scope: FigureScope = "all",
) -> FloatArray:
    """Return the odds ratio that a published count of affected migrants implies.

    The inverse of `migrants_affected` in its last argument.

    Parameters
    ----------
    stock, population, in_need, pin_scope
        As in `migrants_affected`.
    affected
        Affected migrants, people, within `margin_bounds`.

    Returns
    -------
    FloatArray
        Odds ratio in [0, inf]; missing (nan) where the bounds coincide, so that every odds ratio
        gives the same count.

    Raises
    ------
    InputError
        As `migrants_affected`, and if `affected` lies outside the bounds: such a count was taken of
        other people, or by another definition.

    Examples
    --------
    >>> from gecam.estimation import implied_odds_ratio
    >>> implied_odds_ratio(275_000, 6_300_000, 1_300_000, 195_000).round(1)
    np.float64(10.9)
    """
    formula_of(pin_scope)
    S, N, P = checked_margins(stock, population, in_need, pin_scope)
    A = np.asarray(affected, dtype=np.float64)
    lower, upper = margin_bounds(S, N, P, pin_scope=pin_scope)
    slack = ROUNDING * np.maximum(S, P)
    outside = ~((lower - slack <= A) & (upper + slack >= A))
    shown = {"affected": A, "lower": lower, "upper": upper}
    rule = "affected must lie within the bounds of the margins"
    refuse_broken([Broken(rule, "OUTSIDE_BOUNDS", outside, shown)])
    A = np.clip(A, lower, upper)
    if pin_scope == "all":
        others_in_need, others_not = P - A, np.maximum(not_in_need_rest(S, N, P) + A, 0.0)
    else:
        others_in_need, others_not = P, N - S - P
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(A / (S - A) * (others_not / others_in_need))[()]
