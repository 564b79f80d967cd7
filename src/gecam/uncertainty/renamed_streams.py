"""Streams in which some inputs take the draws of other inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gecam._typing import Address, FloatArray
from gecam.uncertainty.streams import Streams


@dataclass(frozen=True)
class RenamedStreams(Streams):
    """Streams in which some addresses have the draws of others; other draws stay as they are.

    Parameters
    ----------
    streams
        The draws by address; their seed is the seed of these.
    names
        By address, the address whose draws it has.

    Examples
    --------
    >>> from gecam.uncertainty import RenamedStreams, Streams
    >>> same = RenamedStreams(Streams(1), {("b", "total"): ("a", "total")})
    >>> bool((same.normal("b", "total", 0, 3) == Streams(1).normal("a", "total", 0, 3)).all())
    True
    """

    seed: int = field(init=False, repr=False)
    streams: Streams
    names: Mapping[Address, Address]

    def __post_init__(self) -> None:
        """Take over the seed."""
        object.__setattr__(self, "seed", self.streams.seed)

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform draws of an input, or of the one whose draws it has.

        Parameters
        ----------
        input_id, component, start, stop
            As in `Streams.uniform`.
        """
        return self.streams.uniform(*self._address(input_id, component), start, stop)

    def normal(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return standard normal draws of an input, or of the one whose draws it has.

        Parameters
        ----------
        input_id, component, start, stop
            As in `Streams.uniform`.
        """
        return self.streams.normal(*self._address(input_id, component), start, stop)

    def _address(self, input_id: str, component: str) -> Address:
        return self.names.get((input_id, component), (input_id, component))
