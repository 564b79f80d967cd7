r"""Variance shares in closed form, where the total is a sum of products of independent factors.

The world total is :math:`T = \sum_c m_c \prod_j X_{cj}`: leaves :math:`c`, and factors that each
leaf has for itself (its stock), that some leaves share (the odds ratio of a type of country), or
all (its common part). With coefficients of variation alone, the variance explained by any set of
factors is exact, and so are Sobol' indices and Shapley effects; no draw is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gecam._signature import checked
from gecam._typing import Array, ArrayLike, FloatArray
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.alternatives.shapley_difference import MAX_EXACT, shapley_of_subsets


@dataclass(frozen=True, slots=True, eq=False)
class ProductShares:
    """How the variance of a sum of products divides among its factors.

    Parameters
    ----------
    names
        Factors; each stands for its values in all leaves together.
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


@checked
def product_shares(
    cv: Mapping[str, ArrayLike],
    *,
    means: ArrayLike = 1.0,
    labels: Mapping[str, str | Sequence[str]] | None = None,
) -> ProductShares:
    r"""Return variance shares of a product, or of a sum of products that may share factors.

    Parameters
    ----------
    cv
        Coefficient of variation of each factor, >= 0: a number, or one per leaf. Factors of
        different names are independent.
    means
        Mean of each leaf, >= 0. Shape ``(leaf,)``; a number for a single product.
    labels
        For a factor that leaves share, one label per leaf, or a single one for all: leaves of one
        label have the factor in common, ``{"odds ratio": "world", "type": ["transit", "settled",
        ...]}``. A factor without labels is each leaf's own.

    Returns
    -------
    ProductShares
        First order, total order, and Shapley shares by factor.

    Raises
    ------
    InputError
        If a value is negative or not finite, shapes differ, labels name no factor, or there are
        more than 12 factors.

    Notes
    -----
    With the factors of a set A uncertain and all others at their means,

    .. math::
        V(A) = \sum_{c,d} m_c m_d \Bigl[\prod_{j \in A} (1 + c_{cj} c_{dj} \delta_{cdj}) - 1\Bigr]

    is the variance of the conditional mean given A, whatever the distributions, where
    :math:`\delta_{cdj}` is 1 if leaves c and d share factor j (or are one) and 0 otherwise. First
    order is :math:`V(i)/V`, total order :math:`1 - V(\sim i)/V`. For one product these are [1]_
    :math:`c_i^2/(\prod(1+c^2)-1)` and :math:`c_i^2\prod_{j\ne i}(1+c_j^2)/(\prod(1+c^2)-1)`. Time
    grows with leaves squared times 2 to the number of factors.

    References
    ----------
    .. [1] Goodman (1960). On the exact variance of products. *JASA* 55: 708-713.

    Examples
    --------
    >>> from gecam.evaluation import product_shares
    >>> shares = product_shares({"stock": 0.1, "share": 0.3, "odds ratio": 0.25})
    >>> dict(zip(shares.names, shares.shapley.round(3).tolist()))
    {'stock': 0.064, 'share': 0.55, 'odds ratio': 0.387}

    In a total over countries, own errors average out and shared ones do not:

    >>> world = product_shares({"stock": 0.1, "share": 0.3, "odds ratio": 0.25}, means=np.ones(28),
    ...                        labels={"odds ratio": "world"})
    >>> dict(zip(world.names, world.shapley.round(3).tolist()))
    {'stock': 0.006, 'share': 0.05, 'odds ratio': 0.944}
    """
    m = np.atleast_1d(finite(means, "means", at_least=0))
    names, given = tuple(cv), labels or {}
    unknown = sorted(set(given) - set(names))
    if not 1 <= len(names) <= MAX_EXACT or unknown or m.ndim != 1 or not m.sum() > 0:
        raise InputError(
            f"needs 1 to {MAX_EXACT} factors, labels of these alone, and a positive mean: got "
            f"{len(names)} factors, unknown labels {unknown}, means that sum to {m.sum():g}"
        )
    weights = np.outer(m, m) / m.sum() ** 2
    logs = []
    for name in names:
        c = _by_leaf(finite(cv[name], f"cv of {name!r}", at_least=0), m.shape, f"cv of {name!r}")
        label = _by_leaf(
            np.asarray(given.get(name, np.arange(m.size))), m.shape, f"labels {name!r}"
        )
        logs.append(np.log1p(np.outer(c, c) * (label[:, None] == label)))

    def explained(subset: int) -> float:
        """Return V(A) relative to the squared mean, in a form that is exact for small cv."""
        total = sum((log for i, log in enumerate(logs) if subset >> i & 1), np.zeros_like(weights))
        return float(np.sum(weights * np.expm1(total)))

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


def _by_leaf(values: Array, shape: tuple[int, ...], name: str) -> Array:
    """Return one value per leaf from one for each or one for all."""
    if values.shape not in {(), shape}:
        raise InputError(f"{name} must be one value or one per leaf, {shape}: got {values.shape}")
    return np.broadcast_to(values, shape)
