"""Composition of a stock: uncertain shares of origins that sum to 1 in every draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from scipy.special import expit, logit, ndtri

from gecam._signature import check_fields, checked
from gecam._typing import FloatArray, NonNegative
from gecam.aggregation.centring import CentredShares, centred_shares
from gecam.aggregation.share_noise import ShareNoise
from gecam.errors import InputError
from gecam.uncertainty import Streams, addresses, logit_normal_location


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
    sex_logit_sd: NonNegative = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        if len(set(self.origin)) < len(self.origin) or not self.origin:
            raise InputError("origins of a composition must be at least one, each once")
        if not (self.share > 0).all() or abs(self.share.sum() - 1) > 1e-9:
            raise InputError(
                f"shares of a composition must be > 0 and sum to 1: got a sum of {self.share.sum()}"
            )

    @cached_property
    def centred(self) -> CentredShares:
        """Where the weights lie, and the law of each share; found once for all runs."""
        return _centred([self])[0]

    @cached_property
    def women(self) -> ShareNoise:
        """Law of the share of women and girls by origin; NaN where it is unknown."""
        return _women([self])[0]


@checked
def find_laws(compositions: Sequence[Composition], *, with_sex: bool) -> None:
    """Find the laws of many compositions at once, several times as fast as one by one.

    Each composition keeps its own, `Composition.centred` and with sex `Composition.women`, with the
    same bits as if it had been asked alone.

    Parameters
    ----------
    compositions
        One of each group of a destination, at least one in all.
    with_sex
        True to find the laws of the shares of women and girls, too.

    Examples
    --------
    >>> from gecam.aggregation import Composition, find_laws
    >>> half = np.array([0.5, 0.5])
    >>> one = Composition(("ERI", "SSD"), half, 0.4 * half, 0.45 + 0 * half, 0.3)
    >>> find_laws([one], with_sex=True)
    >>> one.centred.location.round(6).tolist(), one.women.location.round(3).tolist()
    ([-0.713147, -0.713147], [-0.205, -0.205])
    """
    for name, find in (("centred", _centred), ("women", _women))[: 1 + with_sex]:
        new = [c for c in compositions if name not in c.__dict__]
        for composition, law in zip(new, find(new) if new else (), strict=True):
            composition.__dict__[name] = law


def _centred(compositions: Sequence[Composition]) -> list[CentredShares]:
    found = centred_shares(
        np.concatenate([c.share for c in compositions]),
        np.concatenate([c.log_sd for c in compositions]),
        np.repeat(np.arange(len(compositions)), [c.share.size for c in compositions]),
    )
    return [CentredShares(found.location[r], found.noise[r]) for r in _parts(compositions)]


def _women(compositions: Sequence[Composition]) -> list[ShareNoise]:
    female = np.concatenate([c.female for c in compositions])
    sd = np.concatenate([np.full(c.female.shape, c.sex_logit_sd) for c in compositions])
    is_inner = (female > 0) & (female < 1) & (sd > 0)
    with np.errstate(divide="ignore"):
        location = np.asarray(logit(female))
    location[is_inner] = logit_normal_location(female[is_inner], sd[is_inner])
    law = ShareNoise(location, np.where(is_inner, sd, 0.0), np.zeros(female.shape))
    return [law[rows] for rows in _parts(compositions)]


def _parts(compositions: Sequence[Composition]) -> list[slice]:
    ends = np.cumsum([0, *(c.share.size for c in compositions)]).tolist()
    return [slice(a, b) for a, b in pairwise(ends)]


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
        u = streams.uniform(input_id, addresses.origin(origin), start, stop)
        weight = ndtri(u, out=shares[i])
        weight *= composition.log_sd[i]
        weight += composition.centred.location[i]
        np.exp(weight, out=weight)
        total += weight
    shares /= total
    return shares


def female_draws(
    composition: Composition, streams: Streams, input_id: str, start: int, stop: int
) -> FloatArray:
    """Draw the share of women and girls by origin, centred on the published share.

    Parameters
    ----------
    composition
        Published shares and their noise.
    streams, input_id
        Where random numbers come from, and the name of the input: ``"composition/SDN/other"``.
    start, stop
        Draw numbers, ``0 <= start <= stop``.

    Returns
    -------
    FloatArray
        Shape ``(origin, draw)``, in [0, 1]; NaN where the share is not published.
    """
    out = np.repeat(composition.female[:, None], stop - start, axis=1)
    inner = composition.women.logit_sd > 0
    if inner.any():
        location = composition.women.location[inner]
        z = np.stack(
            [streams.normal(input_id, addresses.women(composition.origin[i]), start, stop)
             for i in np.flatnonzero(inner)]
        )  # fmt: skip
        out[inner] = expit(location[:, None] + composition.sex_logit_sd * z)
    return out
