"""Attempted crossings: the denominator of a rate of deaths."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite

from gecam._signature import check_fields
from gecam.errors import InputError


@dataclass(frozen=True, slots=True)
class AttemptedCrossings:
    """Attempted crossings of a route in a period: everyone who set out, not only who arrived.

    Parameters
    ----------
    arrivals
        People who arrived.
    interceptions
        People stopped on the way; None where nobody counts them.
    returns
        People who turned back or were turned back on arrival; None where nobody counts them.
    deaths
        Recorded dead and missing in the same period, who set out as well.
    log_sd
        Standard deviation of the error of the sum on the log scale: 0 for a complete count, 0.3
        where the sum may be a third too low or too high.

    Raises
    ------
    InputError
        If a number is negative or not finite, or nobody attempted.

    Examples
    --------
    >>> from gecam.mortality import AttemptedCrossings
    >>> AttemptedCrossings(arrivals=60_000, interceptions=20_000, deaths=1_200).attempts
    81200.0
    """

    arrivals: float
    interceptions: float | None = None
    returns: float | None = None
    deaths: float = 0.0
    log_sd: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self)
        parts = {
            name: getattr(self, name)
            for name in ("arrivals", "interceptions", "returns", "deaths", "log_sd")
        }
        for name, value in parts.items():
            if value is not None and not (isfinite(value) and value >= 0):
                raise InputError(f"{name} must be finite and >= 0: got {value}.")
        if self.attempts <= 0:
            raise InputError("attempts are 0: a rate needs people who set out.")

    @property
    def attempts(self) -> float:
        """Attempted crossings: the sum of what was counted."""
        return float(self.arrivals + (self.interceptions or 0) + (self.returns or 0) + self.deaths)

    @property
    def flags(self) -> tuple[str, ...]:
        """What is missing from the sum; a missing part makes the rate too high."""
        return tuple(
            f"{name.upper()}_MISSING"
            for name in ("interceptions", "returns")
            if getattr(self, name) is None
        )
