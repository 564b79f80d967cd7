r"""Variance shares in closed form, where the total is a sum of products of independent factors.

The world total is :math:`T = \prod_g G_g \sum_c m_c \prod_j X_{cj}`: leaves :math:`c` with own
factors (stock, share) and factors that all leaves share (the odds ratio's common part). With
coefficients of variation alone, the variance explained by any set of factors is exact, and so are
Sobol' indices and Shapley effects; no draw is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gecam._typing import ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.shapley import MAX_EXACT, shapley_of_subsets


@dataclass(frozen=True, slots=True, eq=False)
class ProductShares:
    """How the variance of a sum of products divides among its factors.

    Parameters
    ----------
    names
        Factors: own ones (all leaves together), then shared ones.
    first, total, shapley
        Sobol' indices of first and total order, and Shapley effects, which sum to 1. NaN if
        nothing is uncertain. Shape ``(factor,)``.
    cv
        Coefficient of variation of the whole.
    """

    names: tuple[str, ...]
    first: FloatArray
    total: FloatArray
    shapley: FloatArray
    cv: float


def product_shares(
    cv: Mapping[str, ArrayLike],
    *,
    means: ArrayLike = 1.0,
    shared_cv: Mapping[str, float] | None = None,
) -> ProductShares:
    r"""Return variance shares of a product, or of a sum of products with shared factors.

    Parameters
    ----------
    cv
        Coefficient of variation of each own factor, >= 0: a number, or one per leaf. Factors are
        independent between names and between leaves.
    means
        Mean of each leaf, >= 0. Shape ``(leaf,)``; a number for a single product.
    shared_cv
        Coefficient of variation of each factor that multiplies all leaves alike.

    Returns
    -------
    ProductShares
        First order, total order, and Shapley shares by factor.

    Raises
    ------
    InputError
        If a value is negative or not finite, shapes differ, a name repeats, or there are more than
        12 factors.

    Notes
    -----
    With the factors of a set A uncertain and all others at their means [1]_,

    .. math::
        V(A) = \Bigl\{\bigl(\textstyle\sum_c m_c\bigr)^2 + \sum_c m_c^2
        \bigl[\prod_{j \in A}(1 + c_{cj}^2) - 1\bigr]\Bigr\}
        \prod_{g \in A}(1 + c_g^2) - \bigl(\textstyle\sum_c m_c\bigr)^2

    is the variance of the conditional mean given A, whatever the distributions. First order is
    :math:`V(i)/V`, total order :math:`1 - V(\sim i)/V`. For one product these are
    :math:`c_i^2/(\prod(1+c^2)-1)` and :math:`c_i^2\prod_{j\ne i}(1+c_j^2)/(\prod(1+c^2)-1)`.

    References
    ----------
    .. [1] Goodman (1960). On the exact variance of products. *JASA* 55: 708-713.

    Examples
    --------
    >>> from gecam.evaluation import product_shares
    >>> shares = product_shares({"stock": 0.1, "share": 0.3}, shared_cv={"odds ratio": 0.25})
    >>> dict(zip(shares.names, shares.shapley.round(3).tolist()))
    {'stock': 0.064, 'share': 0.55, 'odds ratio': 0.387}

    In a total over countries, own errors average out and shared ones do not:

    >>> world = product_shares({"stock": 0.1, "share": 0.3}, means=np.ones(28),
    ...                        shared_cv={"odds ratio": 0.25})
    >>> dict(zip(world.names, world.shapley.round(3).tolist()))
    {'stock': 0.006, 'share': 0.05, 'odds ratio': 0.944}
    """
    m = np.atleast_1d(finite(means, "means", at_least=0))
    own = {name: finite(c, f"cv of {name!r}", at_least=0) for name, c in cv.items()}
    common = {
        name: float(finite(c, f"shared cv of {name!r}", at_least=0))
        for name, c in (shared_cv or {}).items()
    }
    names = (*own, *common)
    if m.ndim != 1 or any(c.shape not in {(), m.shape} for c in own.values()):
        raise InputError(f"cv must be numbers or have one value per leaf, shape {m.shape}")
    if not 1 <= len(names) <= MAX_EXACT or set(own) & set(common) or not m.sum() > 0:
        raise InputError(
            f"needs 1 to {MAX_EXACT} factors of different names and a positive mean: "
            f"got {list(names)} and means that sum to {m.sum():g}"
        )

    def explained(subset: int) -> float:
        """Return V(A) relative to the squared mean, in a form that is exact for small cv."""
        on = {name for i, name in enumerate(names) if subset >> i & 1}
        log_own = sum((np.log1p(own[name] ** 2) for name in own if name in on), np.zeros(m.shape))
        log_common = sum(float(np.log1p(common[name] ** 2)) for name in common if name in on)
        leaves = float(np.sum((m / m.sum()) ** 2 * np.expm1(log_own)))
        return leaves + float(np.expm1(log_common)) * (1 + leaves)

    values = np.array([explained(subset) for subset in range(1 << len(names))])
    whole, bits = values[-1], 1 << np.arange(len(names))
    shares = np.full_like(values, np.nan) if whole == 0 else values / whole
    return ProductShares(
        names=names,
        first=shares[bits],
        total=1 - shares[shares.size - 1 - bits],
        shapley=shapley_of_subsets(shares),
        cv=float(np.sqrt(whole)),
    )


def log_scale_shares(cv: Mapping[str, float]) -> dict[str, float]:
    r"""Return the share of each factor of a product in the variance of its logarithm.

    Parameters
    ----------
    cv
        Coefficient of variation of each independent factor, >= 0, not all 0.

    Returns
    -------
    dict
        Shares by factor; they sum to 1, and shares of a group of factors add.

    Raises
    ------
    InputError
        If a coefficient is negative or not finite, or all are 0.

    Notes
    -----
    :math:`\ln(1+c_i^2)/\sum_j\ln(1+c_j^2)`: exact for lognormal factors on the log scale, and very
    close to the Shapley effects on the natural scale. The default explanation of a product.

    Examples
    --------
    >>> from gecam.evaluation import log_scale_shares
    >>> log_scale_shares({"stock": 0.1, "share": 0.1, "odds ratio": 0.0})
    {'stock': 0.5, 'share': 0.5, 'odds ratio': 0.0}
    """
    logs = {
        name: np.log1p(float(finite(c, f"cv of {name!r}", at_least=0)) ** 2)
        for name, c in cv.items()
    }
    whole = sum(logs.values())
    if not whole > 0:
        raise InputError(
            "at least one factor must be uncertain: all coefficients of variation are 0"
        )
    return {name: float(value / whole) for name, value in logs.items()}
