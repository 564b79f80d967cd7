"""Distributions fitted to quantiles that an expert states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.estimation.methods.elicited import (
    FAMILIES,
    HAVE_SHAPES,
    NEEDS_LOWER,
    NEEDS_UPPER,
    ElicitedDistribution,
    Family,
)

EQUAL = 1e-10  # sums of squares below it all count as a perfect fit: the simplest family is best


@dataclass(frozen=True, slots=True, eq=False)
class Elicitation:
    """All families that were fitted to one expert's judgement, best first.

    Parameters
    ----------
    probs, values
        The judgement: P(X <= value) = prob.
    fits
        Fitted families by sum of squares; among perfect fits in the order of `FAMILIES`.
    skipped
        Families that could not be fitted, with the reason.
    """

    probs: FloatArray
    values: FloatArray
    fits: tuple[ElicitedDistribution, ...]
    skipped: tuple[tuple[Family, str], ...] = ()

    @property
    def best(self) -> ElicitedDistribution:
        """The family with the smallest sum of squares."""
        return self.fits[0]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per family: parameters, fit, mean, sd, and what it says in the tails.

        Families that fit three quantiles equally well can differ by much at 5 % and 95 %: show the
        expert these columns before using any.
        """
        return pd.DataFrame(
            [
                {
                    "family": fit.family,
                    "first": fit.first,
                    "second": fit.second,
                    "ssq": fit.ssq,
                    "mean": fit.mean,
                    "sd": fit.sd,
                    **{f"q{p:02.0f}": float(fit.quantile(p / 100)) for p in (5, 50, 95)},
                    "is_best": fit is self.best,
                }
                for fit in self.fits
            ]
        )


@checked
def fit_elicited(
    probs: ArrayLike,
    values: ArrayLike,
    *,
    families: Sequence[Family] = FAMILIES,
    lower: float | None = 0.0,
    upper: float | None = None,
) -> Elicitation:
    r"""Fit families of distributions to quantiles stated by an expert.

    Parameters
    ----------
    probs
        Probabilities, increasing, in (0, 1); at least two. Shape ``(k,)``.
    values
        What the expert holds X to lie below with these probabilities; increasing. Shape ``(k,)``.
    families
        Which to try. ``lognormal`` and ``gamma`` need `lower`; ``beta`` and ``logit-normal`` need
        both limits; a family is skipped, with its reason, where a limit is missing or not below
        (above) all values.
    lower, upper
        Limits of X: 0 and no limit for an odds ratio, 0 and 1 for a share, None and None for a log
        odds ratio.

    Returns
    -------
    Elicitation
        Fitted families, best first, and those that were skipped with their reason.

    Raises
    ------
    InputError
        If probabilities or values do not increase, or no family can be fitted.

    Notes
    -----
    Minimises :math:`\sum_i (F(v_i) - p_i)^2`. Two quantiles are met exactly; for the families that
    are normal on some scale, :math:`\sigma = (g(v_2) - g(v_1))/(z_2 - z_1)` with the family's
    link g. The t family has 4 degrees of freedom.

    References
    ----------
    .. [1] O'Hagan, A., et al. (2006). Uncertain Judgements: Eliciting Experts' Probabilities.
       Wiley.

    Examples
    --------
    An odds ratio that lies between 0.5 and 3 with 90 % probability:

    >>> from gecam.estimation.methods.elicitation import fit_elicited
    >>> judged = fit_elicited([0.05, 0.95], [0.5, 3.0])
    >>> judged.best.family, round(judged.best.first, 4), round(judged.best.second, 4)
    ('lognormal', 0.2027, 0.5447)
    >>> judged.to_frame()[["family", "mean", "q50"]].round(2)
          family  mean   q50
    0  lognormal  1.42  1.22
    1     normal  1.75  1.75
    2      gamma  1.52  1.39
    3         t4  1.75  1.75
    """
    p, v = _checked_quantiles(probs, values)
    reasons = {family: _unfit(family, v, lower, upper) for family in families}
    limits = (lower or 0.0, 1.0 if upper is None else upper)
    fits = [
        _fitted(ElicitedDistribution(family, 1.0, 1.0, *limits), p, v)
        for family in families
        if not reasons[family]
    ]
    if not fits:
        raise InputError(f"no family can be fitted: {reasons}")
    order = {family: rank for rank, family in enumerate(FAMILIES)}
    fits.sort(key=lambda fit: (fit.ssq if fit.ssq > EQUAL else 0.0, order[fit.family]))
    skipped = tuple((family, reason) for family, reason in reasons.items() if reason)
    return Elicitation(p, v, tuple(fits), skipped)


def _checked_quantiles(probs: ArrayLike, values: ArrayLike) -> tuple[FloatArray, FloatArray]:
    p, v = (np.asarray(part, dtype=np.float64) for part in (probs, values))
    if p.shape != v.shape or p.ndim != 1 or len(p) < 2:
        raise InputError(f"need at least two probabilities with values: got {p.shape}, {v.shape}")
    if not (np.all(np.diff(p) > 0) and p[0] > 0 and p[-1] < 1):
        raise InputError(f"probabilities must increase and lie in (0, 1): got {p.tolist()}")
    if not (np.all(np.isfinite(v)) and np.all(np.diff(v) > 0)):
        raise InputError(f"values must be finite and increase: got {v.tolist()}")
    return p, v


def _unfit(family: Family, v: FloatArray, lower: float | None, upper: float | None) -> str:
    """Return why a family cannot be fitted; empty if it can."""
    if family in NEEDS_LOWER and (lower is None or lower >= v[0]):
        return f"needs a lower limit below {v[0]:g}"
    if family in NEEDS_UPPER and (upper is None or upper <= v[-1]):
        return f"needs an upper limit above {v[-1]:g}"
    return ""


def _fitted(blank: ElicitedDistribution, p: FloatArray, v: FloatArray) -> ElicitedDistribution:
    """Return a distribution of the family and limits of `blank`, fitted to quantiles."""
    from scipy.optimize import least_squares

    is_shape = blank.family in HAVE_SHAPES

    def made(x: FloatArray) -> ElicitedDistribution:
        first = float(np.exp(x[0])) if is_shape else float(x[0])
        return replace(blank, first=first, second=float(np.exp(x[1])))

    def gap(x: FloatArray) -> FloatArray:
        return made(x).cdf(v) - p

    start = _start(blank, p, v)
    if len(p) == 2 and not is_shape:  # exact
        solution = start
    else:
        scale = np.array([1.0, 1.0]) if is_shape else np.array([np.exp(start[1]), 1.0])
        # Shapes far below 1 are not found from a start above it.
        moves = product((0.0, -2.0), repeat=2) if is_shape else ((0.0, 0.0),)
        fits = [
            least_squares(
                gap, start + move, x_scale=scale, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=2000
            )
            for move in moves
        ]
        solution = min(fits, key=lambda fit: float(fit.cost)).x
    return replace(made(solution), ssq=float(np.sum(gap(solution) ** 2)))


def _start(blank: ElicitedDistribution, p: FloatArray, v: FloatArray) -> FloatArray:
    """Return the line through quantiles against scores, as the parameters of the family."""
    scores = blank.score(p)
    y = blank.link(v)
    sigma = float(np.polyfit(scores, y, 1)[0])
    mean = float(y.mean() - sigma * scores.mean())
    if blank.family == "gamma":
        mean = max(mean - blank.lower, (v[0] - blank.lower) / 2)
        return np.log([mean**2 / sigma**2, mean / sigma**2])
    if blank.family == "beta":
        width = blank.upper - blank.lower
        share = np.clip((mean - blank.lower) / width, 0.01, 0.99)
        size = max(share * (1 - share) * (width / sigma) ** 2 - 1, 0.5)
        return np.log([share * size, (1 - share) * size])
    return np.array([mean, np.log(sigma)])
