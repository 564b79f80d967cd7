"""Kinds of intervals, by which every answer is summarized, and their level."""

from typing import Final, Literal, TypeAlias

IntervalKind: TypeAlias = Literal["eti", "hdi"]  # equal tails, or the highest density

DEFAULT_LEVEL: Final = 0.9
"""Probability content of intervals where no other level is asked for."""
