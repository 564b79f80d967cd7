"""Random numbers by name: each input has its own stream, of independent or of Latin hypercube draws."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from scipy.special import ndtri

from gecam._arguments import whole_number
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.uncertainty.interval_kinds import Sampler

SCHEME = b"gecam.streams.1"  # a change of anything below changes every draw, and this name
PIECE = 16_384  # draws made at a time: small pieces of memory are used again
WORDS_PER_BLOCK = 4  # Philox 4x64 gives four words for each value of its counter
STRATA = 200  # parts of equal probability; each holds one of so many draws
NUMBER_BITS = 8  # of 32, which say which of the draws it is; the others put them in order
UNUSED_BITS, ONE = np.uint64(12), np.float64(1.0).view(np.uint64)


class _Generator(threading.local):
    """One generator of each thread, which is set anew for each stream: quicker than making one."""

    def __init__(self) -> None:
        self.philox = np.random.Philox(0)

    def at(self, key: int, block: int) -> np.random.Philox:
        """Return the generator with a key of 128 bits, before a block of four words."""
        self.philox.state = {
            "bit_generator": "Philox",
            "state": {
                "key": np.array([key % 2**64, key >> 64], dtype=np.uint64),
                "counter": np.array(
                    [(block >> shift) % 2**64 for shift in (0, 64, 128, 192)], dtype=np.uint64
                ),
            },
            "buffer": np.zeros(WORDS_PER_BLOCK, dtype=np.uint64),
            "buffer_pos": WORDS_PER_BLOCK,
            "has_uint32": 0,
            "uinteger": 0,
        }
        return self.philox


_GENERATOR = _Generator()


@dataclass(frozen=True, slots=True)
class Streams:
    r"""Uniform and normal draws, addressed by input, component and draw number.

    Nothing here has a state: a draw depends on its address alone. So results do not depend on how
    many workers share the work, in which order they run, how draws are cut into blocks, or which
    other countries are in the run; and two scenarios with one seed share their random numbers.

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
    Philox 4x64-10 [1]_ turns (key, counter) into random words. The key is the 128-bit BLAKE2b hash
    of the seed, the input's id and the component's name, each preceded by its length, so that
    ``("ab", "c")`` and ``("a", "bc")`` differ; the draw number is the position in the stream. The
    upper 52 bits :math:`b` of a word give :math:`u = (b + 1/2)\,2^{-52}`, which is never 0 or 1 and
    is symmetric about 1/2. Normals come by inverse transform.

    What is promised: uniforms are the same bits everywhere, as whole-number arithmetic and one
    exact scaling make them. Normals pass through `scipy.special.ndtri`: the same bits for the same
    scipy on the same processor, elsewhere equal to a relative 1e-12.

    References
    ----------
    .. [1] Salmon, Moraes, Dror & Shaw (2011). Parallel random numbers: as easy as 1, 2, 3. *SC11*.

    Examples
    --------
    >>> from gecam.uncertainty import Streams
    >>> streams = Streams(2022)
    >>> streams.uniform("stock:SDN", "total", 0, 3).round(3)
    array([0.214, 0.338, 0.305])
    >>> whole = streams.normal("stock:SDN", "total", 0, 1000)
    >>> bool((streams.normal("stock:SDN", "total", 900, 1000) == whole[900:]).all())
    True
    """

    seed: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "seed", whole_number(self.seed, "seed", least=0, example=2022))

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform random numbers of one component of one input, always the same ones.

        Parameters
        ----------
        input_id
            Name of what is uncertain: ``"stock:SDN"``.
        component
            Name of the part of it that is drawn: ``"total"``.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        FloatArray
            Shape ``(stop - start,)``; in the open interval (0, 1).

        Raises
        ------
        InputError
            If the draw numbers are not ``0 <= start <= stop``.
        """
        self._check(input_id, start, stop)
        generator = self._generator(input_id, component, start)
        uniform = np.empty(stop - start)
        for part in range(0, stop - start, PIECE):
            words = generator.random_raw(min(PIECE, stop - start - part))
            words >>= UNUSED_BITS
            words |= ONE  # the bits of the number 1 + b / 2**52, from which all but u is taken away
            np.subtract(words.view(np.float64), 1 - 2.0**-53, out=uniform[part : part + PIECE])
        return uniform

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal draws: `uniform` through the inverse of the normal distribution.

        Parameters
        ----------
        input_id, component, start, stop
            As in `uniform`.

        Returns
        -------
        FloatArray
            Shape ``(stop - start,)``; within -8.3 and 8.3.
        """
        for longest, latest in _LATEST.items():
            if stop - start <= longest:
                return latest(self, input_id, component, start, stop).copy()
        return self._scores(input_id, component, start, stop)

    def _scores(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        uniform = self.uniform(input_id, component, start, stop)
        return np.asarray(ndtri(uniform, out=uniform))

    def _generator(self, input_id: str, component: str, word: int) -> np.random.Philox:
        """Return a generator of the random words of a stream, before one of them."""
        block, skipped = divmod(word, WORDS_PER_BLOCK)
        generator = _GENERATOR.at(self._key(input_id, component), block)
        generator.random_raw(skipped)
        return generator

    @staticmethod
    def _check(input_id: str, start: int, stop: int) -> None:
        if not 0 <= start <= stop:
            raise InputError(
                f"draw numbers must be 0 <= start <= stop: got {start} and {stop} for {input_id!r}."
            )

    def _key(self, input_id: str, component: str) -> int:
        """Return the 128-bit key of a stream."""
        digest = blake2b(digest_size=16, person=SCHEME)
        for part in (str(self.seed), input_id, component):
            text = part.encode()
            digest.update(len(text).to_bytes(8, "little"))
            digest.update(text)
        return int.from_bytes(digest.digest(), "little")


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
    symmetric about the median, so that scores have the mean zero to rounding. A score is the same
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

    def _scores(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        return self._drawn(1, input_id, component, start, stop)

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


def _scores(streams: Streams, input_id: str, component: str, start: int, stop: int) -> FloatArray:
    return streams._scores(input_id, component, start, stop)  # noqa: SLF001 - of this module


# Normal draws that were used last, for the next destination, scenario or year of a panel: many of runs
# with few draws, few of longer ones, by their number of draws; none of the longest.
_LATEST = {2_000: lru_cache(maxsize=1_024)(_scores), 20_000: lru_cache(maxsize=16)(_scores)}


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
