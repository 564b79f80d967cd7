"""Random streams in which some inputs take the draws of other inputs."""

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
    names
        By address, the address whose draws it has.

    Examples
    --------
    >>> from gecam.uncertainty import RenamedStreams, Streams
    >>> same = RenamedStreams(1, {("b", "total"): ("a", "total")})
    >>> bool((same.normal("b", "total", 0, 3) == Streams(1).normal("a", "total", 0, 3)).all())
    True
    """

    names: Mapping[Address, Address] = field(default_factory=dict)

    def uniform(self, input_id: str, component: str, start: int, stop: int) -> FloatArray:
        """Return uniform random numbers of an input, or of the one whose draws it has.

        Parameters
        ----------
        input_id, component, start, stop
            As in `Streams.uniform`.
        """
        address = self.names.get((input_id, component), (input_id, component))
        return super().uniform(*address, start, stop)
