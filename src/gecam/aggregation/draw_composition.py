"""Draws of a composition: shares of origins that sum to 1 in every draw."""

from __future__ import annotations

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.aggregation.composition import Composition
from gecam.uncertainty import Streams, addresses


@checked
def composition_draws(
    composition: Composition,
    streams: Streams,
    input_id: str,
    start: int,
    stop: int,
    out: FloatArray | None = None,
) -> FloatArray:
    r"""Draw the shares of origins: logistic-normal, centred on the published shares.

    Parameters
    ----------
    composition
        Published shares and their noise.
    streams, input_id
        Where random numbers come from, and the name of the input: ``"composition/SDN/other"``.
    start, stop
        Draw numbers, ``0 <= start <= stop``.
    out
        Where the shares are written, shape ``(origin, draw)``; a new array if None.

    Returns
    -------
    FloatArray
        Shape ``(origin, draw)``; each column sums to 1.

    Notes
    -----
    Weights :math:`w_o = \exp(a_o + s_o z_o)` are divided by their sum. The locations :math:`a` are
    such that :math:`E[w_o / \sum w] = p_o` (see `gecam.aggregation.centring`), which errs by less
    than 0.1 % (tested).
    """
    shares = np.empty((len(composition.origin), stop - start)) if out is None else out
    total = np.zeros(stop - start)
    for i, origin in enumerate(composition.origin):  # a row at a time stays in the cache
        z = streams.normal(input_id, addresses.origin(origin), start, stop)
        weight = np.multiply(z, composition.log_sd[i], out=shares[i])
        weight += composition.centred.location[i]
        np.exp(weight, out=weight)
        total += weight
    shares /= total
    return shares
