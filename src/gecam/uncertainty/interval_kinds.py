"""Kinds of intervals, by which every answer is summarized."""

from typing import Literal, TypeAlias

IntervalKind: TypeAlias = Literal["eti", "hdi"]  # equal tails, or the highest density
