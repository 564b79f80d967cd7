"""The core formula: migrants affected, from the margins of a 2x2 table and an odds ratio."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from gecam._typing import ArrayLike, BoolArray, FloatArray
from gecam.errors import CoverageWarning, InputError, Problem, caller_level
from gecam.model import FIXED

FigureScope: TypeAlias = Literal["all", "nationals"]

ROUNDING = 1e-12  # relative excess of a margin over its limit that is rounding, not an error
BLOCK = 1 << 14  # elements worked on at a time: temporaries stay in the cache

REFUSED_SCOPES = {
    "residents_excl_refugees": "take refugees out of stock and population, pass pin_scope='all'.",
    "migrants_separate": "the plan counts migrants by themselves: use its published count.",
    "mixed_hosts": "people who fled and their hosts are in one figure: there is no national share.",
    "unknown": "compute 'all' and 'nationals', and draw which of them holds once per country.",
}


def migrants_affected(
    stock: ArrayLike,
    population: ArrayLike,
    in_need: ArrayLike,
    odds_ratio: ArrayLike,
    *,
    pin_scope: FigureScope = "all",
) -> FloatArray:
    r"""Estimate how many migrants a crisis affects, from published totals and an odds ratio.

    Parameters
    ----------
    stock
        Migrants present, people, >= 0. All four arguments broadcast against each other.
    population
        All residents, migrants among them, people; at least `stock`.
    in_need
        People in need, >= 0. Above the people whom it counts (the population, or nationals) but by
        no more than a tenth it is set to all of them, with a warning.
    odds_ratio
        Odds of being affected, migrants against non-migrants, in [0, inf]; 1 means like their
        neighbours.
    pin_scope
        Whom `in_need` counts: ``"all"`` residents, migrants among them, or ``"nationals"`` only.

    Returns
    -------
    FloatArray
        Affected migrants, people, in the broadcast shape; within `margin_bounds`.

    Raises
    ------
    InputError
        If a value is missing or negative, the stock exceeds the population, or people in need
        exceed those they are counted among by more than a tenth (the population figure is older
        than the arrivals). The message names the elements. Also for another `pin_scope`, with what
        to do instead.

    Warns
    -----
    CoverageWarning
        If people in need exceed those they are counted among by a tenth or less: the same rule as in
        `estimate`, whose rows say ``PIN_GT_POP``.

    Notes
    -----
    With ``"all"``, A fills the table with margins S (migrants), P (in need), N (people)

    ============  ===========  ===============
    \             in need      not in need
    ============  ===========  ===============
    migrants      A            S - A
    others        P - A        N - S - P + A
    ============  ===========  ===============

    so that :math:`A\,(N-S-P+A) = \psi\,(S-A)(P-A)`, a quadratic with one root within the bounds
    :math:`[\max(0, S+P-N),\ \min(S, P)]` [1]_, its limits as :math:`\psi \to 0` and
    :math:`\psi \to \infty`. The same table gives the overlap of two crises. With
    :math:`e = N-S-P`,

    .. math::

        A = \frac{2\psi S P}{s + \sqrt{D}}, \quad s = e + \psi(S+P), \quad
        D = e^2 + 2\psi\,[S(N-S) + P(N-P)] + \psi^2 (S-P)^2 ,

    and for :math:`s < 0` the conjugate :math:`(|s| + \sqrt D)\,/\,(2(1-\psi))`. D has no negative
    term and for :math:`\psi > 1` everything is divided by :math:`\psi`, so that nothing cancels
    from 0 to infinity.

    With ``"nationals"``, migrants are not part of P and only the odds carry over:
    :math:`\operatorname{logit}(A/S) = \operatorname{logit}(P/(N-S)) + \log\psi`.

    References
    ----------
    .. [1] Plackett, R. L. (1965). A class of bivariate distributions. *Journal of the American
       Statistical Association* 60, 516-522.

    Examples
    --------
    A country of 44 million with 1.4 million migrants, where 14 million are in need:

    >>> from gecam.estimation.methods.margins import migrants_affected
    >>> migrants_affected(1.4e6, 44e6, 14e6, [0, 0.5, 1, 2, np.inf]).round(-3)
    array([      0.,  269000.,  445000.,  667000., 1400000.])
    >>> migrants_affected(1.4e6, 44e6, 14e6, 1.0, pin_scope="nationals").round(-3)
    np.float64(460000.0)
    """
    formula = formula_of(pin_scope)
    margins = checked_margins(stock, population, in_need, pin_scope)
    psi = np.asarray(odds_ratio, dtype=np.float64)
    if (is_below := ~(psi >= 0)).any():
        refuse_broken(
            [Broken("odds_ratio must be >= 0", "ODDS_RATIO", is_below, {"odds_ratio": psi})]
        )
    views: Sequence[FloatArray] = (*margins, psi)
    if len({view.shape for view in views}) > 1:
        views = np.broadcast_arrays(*views)
    shape = views[0].shape
    if views[0].size <= BLOCK:
        return formula(*map(np.atleast_1d, views)).reshape(shape)[()]
    affected = np.empty(shape)
    step = max(1, BLOCK // max(1, math.prod(shape[1:])))
    for start in range(0, len(affected), step):
        rows = slice(start, start + step)
        affected[rows] = formula(*(view[rows] for view in views))
    return affected


def _table(S: FloatArray, N: FloatArray, P: FloatArray, psi: FloatArray) -> FloatArray:
    """Solve the 2x2 table; see the notes of `migrants_affected`.

    `a` and `b` are the weights of the terms without and with psi: (1, psi), or (1/psi, 1) above 1.
    """
    a, b = 1 / np.maximum(psi, 1.0), np.minimum(psi, 1.0)
    e = not_in_need_rest(S, N, P)
    discriminant = S * (N - S)
    discriminant += P * (N - P)
    discriminant *= 2 * a
    discriminant *= b
    s = a * e
    discriminant += np.square(s)
    discriminant += np.square(b * (S - P))
    root = np.sqrt(discriminant, out=discriminant)
    s += b * (S + P)
    root += np.abs(s)
    if not root.all():
        root[root == 0] = np.inf  # a table without people: none are affected
    affected = S * P
    affected /= root
    affected *= 2 * b
    is_minus = s < 0
    if is_minus.any():
        affected = np.where(is_minus, root / np.where(is_minus, 2 * (a - b), 1.0), affected)
    np.maximum(affected, -e, out=affected)  # what these three lines cut off is rounding
    np.maximum(affected, 0.0, out=affected)
    return np.minimum(affected, np.minimum(S, P), out=affected)


def not_in_need_rest(S: FloatArray, N: FloatArray, P: FloatArray) -> FloatArray:
    """Return N - S - P, with what rounding takes from N - P: tells where S + P is close to N."""
    not_in_need = N - P
    lost = (N - not_in_need) - P
    return (not_in_need - S) + lost


def _nationals(S: FloatArray, N: FloatArray, P: FloatArray, psi: FloatArray) -> FloatArray:
    """Carry the odds of nationals over to migrants, times psi."""
    in_need = np.minimum(psi, 1.0) * P
    total = (N - S - P) / np.maximum(psi, 1.0)
    total += in_need
    # nobody or everybody in need has no odds to multiply: the share stays 0 or 1
    everybody = np.where((N - S <= P) & (P > 0), 1.0, 0.0)
    share = np.divide(in_need, total, out=everybody, where=total > 0)
    return np.minimum(share, 1.0, out=share) * S


FORMULAS = {"all": _table, "nationals": _nationals}


def formula_of(pin_scope: str) -> Callable[..., FloatArray]:
    """Return the formula of a scope, or refuse with what to do instead."""
    if pin_scope not in FORMULAS:
        remedy = REFUSED_SCOPES.get(pin_scope, f"known: {', '.join([*FORMULAS, *REFUSED_SCOPES])}.")
        raise InputError(f"pin_scope must be 'all' or 'nationals': got {pin_scope!r}; {remedy}")
    return FORMULAS[pin_scope]


def checked_margins(
    stock: ArrayLike, population: ArrayLike, in_need: ArrayLike, pin_scope: str
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the margins as arrays, checked, with what exceeds its limit by rounding cut to it."""
    named = {"stock": stock, "population": population, "in_need": in_need}
    values = {name: np.asarray(value, dtype=np.float64) for name, value in named.items()}
    S, N, P = values.values()
    is_within = pin_scope == "all" and (S >= 0) & (S <= N) & np.isfinite(N) & (P >= 0) & (P <= N)
    if np.all(is_within):  # nothing to refuse, to cut or to warn of
        return S, N, P
    refuse_broken([
        Broken(f"{name} must be finite and >= 0", "NOT_A_COUNT", ~((x >= 0) & (x < np.inf)), {name: x})
        for name, x in values.items()
    ])  # fmt: skip
    rule, is_above = "stock must not exceed population", S > N * (1 + ROUNDING)
    refuse_broken([Broken(rule, "STOCK_GT_POP", is_above, {"stock": S, "population": N})])
    S = np.minimum(S, N)
    counted, whom = (N, "population") if pin_scope == "all" else (N - S, "nationals")
    rule = f"in_need must not exceed {whom} by more than a tenth (is the population figure stale?)"
    is_above = FIXED.people_over_residents * counted < P
    rules = [Broken(rule, "PIN_GT_POP", is_above, {"in_need": P, whom: counted})]
    if pin_scope == "nationals":
        rule, none_left = (
            "there must be nationals to compare migrants with",
            (counted == 0) & (S > 0),
        )
        rules.append(Broken(rule, "NO_NATIONALS", none_left, {"stock": S, "population": N}))
    refuse_broken(rules)
    is_excess = counted * (1 + ROUNDING) < P
    if is_excess.any():
        beyond = np.max((P - counted)[is_excess])
        warnings.warn(
            f"in_need exceeds {whom} in {is_excess.sum():,} of {is_excess.size:,} elements, by up to "
            f"{beyond:,.6g} people: set to all of them there (PIN_GT_POP)",
            CoverageWarning,
            stacklevel=caller_level(),
        )
    return S, N, np.minimum(P, counted)


class Broken(NamedTuple):
    """A rule, the elements that break it, and the values to show."""

    rule: str
    code: str
    where: BoolArray
    shown: dict[str, FloatArray]


def refuse_broken(rules: list[Broken]) -> None:
    """Raise one error that names the elements (at most 100 of each rule) that break a rule."""
    problems, headlines = [], []
    for rule, code, where, shown in rules:
        if not where.any():
            continue
        headlines.append(f"{rule}: {where.sum():,} of {where.size:,} elements")
        for index in np.argwhere(where)[:100]:
            place = tuple(int(i) for i in index)
            got = ", ".join(
                f"{name} {np.broadcast_to(x, where.shape)[place]:,.6g}" for name, x in shown.items()
            )
            problems.append(Problem(f"{rule}: got {got}", row=f"index {place}", code=code))
    if problems:
        raise InputError("; ".join(headlines), problems)
