"""What an answer is drawn with and summarized by, where nothing else is asked for."""

from typing import Final, Literal, TypeAlias

IntervalKind: TypeAlias = Literal["eti", "hdi"]  # equal tails, or the highest density

Sampler: TypeAlias = Literal["latin", "mc"]  # Latin hypercube samples, or independent draws

DEFAULT_SAMPLER: Final = "latin"
"""How the draws of an estimate are made where no other way is asked for."""

DEFAULT_LEVEL: Final = 0.9
"""Probability content of intervals where no other level is asked for."""

DEFAULT_DRAWS: Final = 8_000
"""Draws of an estimate where no other number is asked for."""
