"""Kinds of intervals, by which every answer is summarized, their level, and the number of draws."""

from typing import Final, Literal, TypeAlias

IntervalKind: TypeAlias = Literal["eti", "hdi"]  # equal tails, or the highest density

DEFAULT_LEVEL: Final = 0.9
"""Probability content of intervals where no other level is asked for."""

DEFAULT_DRAWS: Final = 8_000
"""Draws of an estimate where no other number is asked for."""
