"""Random numbers by name: each input has its own stream, whatever else is drawn."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

import numpy as np
from scipy.special import ndtri

from gecam._arguments import whole_number
from gecam._signature import checked
from gecam._typing import FloatArray, WholeNumber
from gecam.errors import InputError

SCHEME = b"gecam.streams.1"  # a change of anything below changes every draw, and this name
LATEST_BYTES = 8_000_000  # of the normal draws used last, which stay for the next destination
PANEL_BYTES = 64_000_000  # the same, for the next year of a panel
PIECE = 16_384  # draws made at a time: small pieces of memory are used again
WORDS_PER_BLOCK = 4  # Philox 4x64 gives four words for each value of its counter
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

        def made() -> FloatArray:
            uniform = self.uniform(input_id, component, start, stop)
            return np.asarray(ndtri(uniform, out=uniform))

        if type(self) is not Streams:
            return made()
        return latest_normals((Streams, self.seed, input_id, component, start, stop), made)

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


# sampler, seed, input, component, first and last draw
_Address: TypeAlias = tuple[type[Streams], int, str, str, int, int]


class _LatestNormals:
    """Normal draws by address, those used last: destinations, years and scenarios share them."""

    def __init__(self) -> None:
        self.draws: OrderedDict[_Address, FloatArray] = OrderedDict()
        self.bytes, self.most = 0, LATEST_BYTES
        self.lock = threading.Lock()

    def get(self, address: _Address, made: Callable[[], FloatArray]) -> FloatArray:
        """Return the draws of an address, made if they are not here."""
        with self.lock:
            if (draws := self.draws.get(address)) is not None:
                self.draws.move_to_end(address)
                return draws
        draws = made()
        with self.lock:
            self.bytes += draws.nbytes if self.draws.setdefault(address, draws) is draws else 0
        self.limit(self.most)
        return draws

    def limit(self, most: int) -> None:
        """Hold at most so many bytes, the latest."""
        with self.lock:
            self.most = most
            while self.bytes > most:
                self.bytes -= self.draws.popitem(last=False)[1].nbytes


_LATEST = _LatestNormals()


def latest_normals(address: _Address, made: Callable[[], FloatArray]) -> FloatArray:
    """Return a copy of the normal draws of an address, made if they are not among those used last."""
    return _LATEST.get(address, made).copy()


@contextmanager
@checked
def shared_normals(most: WholeNumber = PANEL_BYTES) -> Iterator[None]:
    """Hold more normal draws inside a block, for cases that share them; no bit depends on it.

    Parameters
    ----------
    most
        Bytes that they may take, >= 0.

    Examples
    --------
    >>> from gecam.uncertainty import Streams, shared_normals
    >>> with shared_normals():
    ...     years = [Streams(1).normal("stock:SDN", "total", 0, 3) for _ in (2022, 2023)]
    >>> bool((years[0] == years[1]).all())
    True
    """
    before = _LATEST.most
    _LATEST.limit(most)
    try:
        yield
    finally:
        _LATEST.limit(before)
