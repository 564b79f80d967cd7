"""Dependence between quantities through shared factors of their normal scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.uncertainty.streams import Streams

FACTOR = "factor"  # component name of the streams of shared factors
OWN = "own"  # component name of what is a quantity's alone
ROUNDING = 1e-12


@checked
def factor_normals(
    streams: Streams,
    factors: Mapping[str, float],
    own_id: str,
    start: int,
    stop: int,
    *,
    own: str = OWN,
) -> FloatArray:
    r"""Draw a standard normal score that shares part of its variance with others.

    Parameters
    ----------
    streams
        Keyed streams of the run: the same draws in any order.
    factors
        Name of each shared factor and the part of the variance that it explains, in [0, 1];
        together at most 1. The rest is the quantity's own.
    own_id
        Name of the quantity: ``"stock:SDN"``.
    start, stop
        Draw numbers, ``0 <= start <= stop``.
    own
        Name of the component that the quantity's own part is drawn from.

    Returns
    -------
    FloatArray
        Standard normal; shape ``(stop - start,)``.

    Raises
    ------
    InputError
        If a part is negative or missing, or the parts add to more than 1.

    Notes
    -----
    :math:`z = \sum_k \sqrt{w_k}\, f_k + \sqrt{1 - \sum_k w_k}\; o`. Two quantities correlate by
    :math:`\sum_k \sqrt{w_k w'_k}` over the factors that both name. As a factor is drawn by its
    name, a quantity that is added or left out changes no other.

    Examples
    --------
    Log odds ratios of three countries, two of one type: a quarter of the variance is shared by all,
    a quarter by type, half is the country's own.

    >>> from gecam.uncertainty import Streams, factor_normals
    >>> near = {"theta:shared": 0.25, "theta:type:settled": 0.25}
    >>> far = {"theta:shared": 0.25, "theta:type:transit": 0.25}
    >>> z = [
    ...     factor_normals(Streams(1), factors, f"theta:{iso3}", 0, 100_000)
    ...     for iso3, factors in (("SDN", near), ("TCD", near), ("LBY", far))
    ... ]
    >>> np.corrcoef(z).round(2)
    array([[1.  , 0.5 , 0.25],
           [0.5 , 1.  , 0.25],
           [0.25, 0.25, 1.  ]])
    """
    scores = factor_normals_of(streams, [factors], [own_id], start, stop, own=own)
    return scores.reshape(-1)


@checked
def factor_normals_of(
    streams: Streams,
    factors: Sequence[Mapping[str, float]],
    own_ids: Sequence[str],
    start: int,
    stop: int,
    *,
    own: str = OWN,
) -> FloatArray:
    """Draw the scores of many quantities, each shared factor once.

    Parameters
    ----------
    streams, start, stop, own
        As in `factor_normals`.
    factors
        The shared factors of each quantity; shape ``(quantity,)``.
    own_ids
        The name of each quantity; shape ``(quantity,)``.

    Returns
    -------
    FloatArray
        Shape ``(quantity, stop - start)``; each row has the bits that `factor_normals` gives alone.

    Raises
    ------
    InputError
        As `factor_normals`.
    """
    drawn: dict[str, FloatArray] = {}
    scores = np.empty((len(own_ids), stop - start))
    for row, (shares, own_id) in enumerate(zip(factors, own_ids, strict=True)):
        rest = max(0.0, 1 - _checked_total(shares, own_id))
        scores[row] = np.sqrt(rest) * streams.normal(own_id, own, start, stop)
        for name in sorted(shares):
            if name not in drawn:
                drawn[name] = streams.normal(name, FACTOR, start, stop)
            scores[row] += np.sqrt(shares[name]) * drawn[name]
    return scores


def _checked_total(shares: Mapping[str, float], name: str) -> float:
    """Return the part of the variance that is shared, after checking it."""
    total = float(sum(shares[factor] for factor in sorted(shares)))
    if not (all(share >= 0 for share in shares.values()) and total <= 1 + ROUNDING):
        raise InputError(
            f"shared parts of the variance must be >= 0 and add to at most 1: got {dict(shares)} "
            f"for {name!r}."
        )
    return total
