"""Composition of a stock: uncertain shares of origins that sum to 1 in every draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from gecam._typing import FloatArray
from gecam.aggregation.centring import centred_shares
from gecam.errors import InputError
from gecam.uncertainty import Streams, logit_normal_location


@dataclass(frozen=True, eq=False)
class Composition:
    """Published shares of origins among one group of one destination, with their noise.

    Parameters
    ----------
    origin
        Codes, sorted, each once; shape ``(origin,)``.
    share
        Published share of each origin, > 0; they sum to 1. Shape ``(origin,)``.
    log_sd
        Noise of each origin's weight on the log scale, >= 0. Shape ``(origin,)``.
    female
        Published share of women and girls by origin, in [0, 1]; NaN where sex is not published.
        Shape ``(origin,)``.
    sex_logit_sd
        Noise of `female` on the logit scale, >= 0.

    Raises
    ------
    InputError
        If shares are not positive or do not sum to 1, or codes repeat.
    """

    origin: tuple[str, ...]
    share: FloatArray
    log_sd: FloatArray
    female: FloatArray
    sex_logit_sd: float = 0.0

    def __post_init__(self) -> None:
        if len(set(self.origin)) < len(self.origin) or not self.origin:
            raise InputError("origins of a composition must be at least one, each once")
        if not (self.share > 0).all() or abs(self.share.sum() - 1) > 1e-9:
            raise InputError(
                f"shares of a composition must be > 0 and sum to 1: got a sum of {self.share.sum()}"
            )


def composition_draws(
    composition: Composition, streams: Streams, input_id: str, start: int, stop: int
) -> FloatArray:
    r"""Draw the shares of origins: logistic-normal, centred on the published shares.

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
    noise = np.stack(
        [streams.normal(input_id, f"origin:{origin}", start, stop) for origin in composition.origin]
    )
    noise *= composition.log_sd[:, None]
    noise += centred_shares(composition.share, composition.log_sd).location[:, None]
    np.exp(noise, out=noise)
    noise /= noise.sum(axis=0)
    return noise


def female_draws(
    composition: Composition, streams: Streams, input_id: str, start: int, stop: int
) -> FloatArray:
    """Draw the share of women and girls by origin, centred; shape ``(origin, draw)``, NaN unknown."""
    female = composition.female
    out = np.repeat(female[:, None], stop - start, axis=1)
    inner = (female > 0) & (female < 1)
    if composition.sex_logit_sd > 0 and inner.any():
        location = logit_normal_location(female[inner], composition.sex_logit_sd)
        z = np.stack(
            [streams.normal(input_id, f"sex:{composition.origin[i]}", start, stop)
             for i in np.flatnonzero(inner)]
        )  # fmt: skip
        out[inner] = expit(location[:, None] + composition.sex_logit_sd * z)
    return out
