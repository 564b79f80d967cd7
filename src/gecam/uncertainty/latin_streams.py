"""Draws of which every two hundred are a Latin hypercube sample, and the samplers by name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from scipy.special import ndtri

from gecam._typing import FloatArray
from gecam.uncertainty.interval_kinds import Sampler
from gecam.uncertainty.streams import Streams, latest_normals

STRATA = 200  # parts of equal probability; each holds one of so many draws
NUMBER_BITS = 8  # of 32, which say which of the draws it is; the others put them in order


@dataclass(frozen=True, slots=True)
class LatinStreams(Streams):
    r"""Streams of which every two hundred draws are a Latin hypercube sample.

    Among draws 0 to 199, 200 to 399 and so on, each input has one draw in every two-hundredth of its
    distribution, in an order of its own. So what one input does to a mean by itself is evened out,
    and the error that is left is that of what inputs do together. Everything that `Streams` promises
    of addresses holds: a draw depends on its seed, input, component and number, and on nothing else.

    Parameters
    ----------
    seed
        A whole number >= 0, of any integer type.

    Raises
    ------
    InputError
        If the seed is not a whole number >= 0.

    Notes
    -----
    The mean of a Latin hypercube sample [1]_ of n draws has the variance of that of independent draws
    less what a sum of functions of one input each explains [2]_, and never more than
    :math:`n / (n - 1)` times the variance of independent draws [3]_. So the spread of the draws over
    the root of their number is an upper bound of the error of a mean. Draws of two hundred are
    exchangeable, so that an interval of them is like any other.

    The order of 200 random numbers of 32 bits, of the generator of `Streams`, gives each draw its
    stratum. Where a draw lies within a stratum is random too: drawn once for all inputs of a seed, and
    symmetric about the median, so that scores have the mean zero to the last bit. A score is the same
    for every input, and is computed once.

    References
    ----------
    .. [1] McKay, Beckman & Conover (1979). A comparison of three methods for selecting values of input
       variables in the analysis of output from a computer code. *Technometrics* 21, 239-245.
    .. [2] Stein (1987). Large sample properties of simulations using Latin hypercube sampling.
       *Technometrics* 29, 143-151.
    .. [3] Owen (1997). Monte Carlo variance of scrambled net quadrature. *SIAM Journal on Numerical
       Analysis* 34, 1884-1910.

    Examples
    --------
    >>> from gecam.uncertainty import LatinStreams
    >>> u = LatinStreams(2022).uniform("stock:SDN", "total", 0, 1000)
    >>> sorted((u[:200] * 200).astype(int).tolist()) == list(range(200))
    True
    >>> bool(abs(LatinStreams(2022).normal("stock:SDN", "total", 0, 1000).mean()) < 1e-12)
    True
    """

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform draws, one in each two-hundredth of (0, 1) among every two hundred.

        Parameters
        ----------
        input_id, component, start, stop
            As in `Streams.uniform`.
        """
        return self._drawn(0, input_id, component, start, stop)

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal draws: `uniform` through the inverse of the normal distribution.

        Parameters
        ----------
        input_id, component, start, stop
            As in `Streams.uniform`.
        """
        address = input_id, component, start, stop
        made = partial(self._drawn, 1, *address)
        return latest_normals((LatinStreams, self.seed, *address), made)

    def _drawn(self, kind: int, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return some uniform draws, or the scores that belong to them."""
        self._check(input_id, start, stop)
        begin, end = start - start % STRATA, stop + -stop % STRATA
        generator = self._generator(input_id, component, begin // 2)  # a word gives two draws
        words = generator.random_raw((end - begin) // 2)
        order = words.astype("<u8", copy=False).view("<u4").reshape(-1, STRATA)
        order <<= NUMBER_BITS
        order |= np.arange(STRATA, dtype=np.uint32)
        order.sort(axis=1)
        order &= (1 << NUMBER_BITS) - 1
        order += np.arange(0, end - begin, STRATA, dtype=np.uint32)[:, None]
        points = _points(self.seed, begin, end)[kind]
        return points.take(order.reshape(-1)[start - begin : stop - begin])


@lru_cache(maxsize=8)
def _points(seed: int, begin: int, end: int) -> tuple[FloatArray, FloatArray]:
    """Return the points of all strata, 200 after 200, and their scores: alike for every input."""
    half = STRATA // 2
    place = Streams(seed).uniform("latin", "place", begin // 2, end // 2).reshape(-1, half)
    lower = (np.arange(half) + place) / STRATA
    scores = ndtri(lower)
    both = (lower, 1.0 - lower), (scores, -scores)
    uniform, normal = (np.concatenate(halves, axis=1).reshape(-1) for halves in both)
    return uniform, normal


def streams_of(sampler: Sampler, seed: int) -> Streams:
    """Return the streams of a sampler by its name.

    Parameters
    ----------
    sampler
        ``latin`` or ``mc`` (independent draws).
    seed
        Whole number >= 0.

    Examples
    --------
    >>> from gecam.uncertainty import streams_of
    >>> streams_of("mc", 1)
    Streams(seed=1)
    """
    return LatinStreams(seed) if sampler == "latin" else Streams(seed)
