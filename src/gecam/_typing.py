"""Names for types of arrays and of numbers in a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Within:
    """A range of numbers, written as an interval: ``"(0, 1)"`` or, with its ends, ``"[0, 1]"``."""

    interval: str


@dataclass(frozen=True, slots=True)
class Numeric:
    """Values that NumPy reads as an array of numbers: no text."""


@dataclass(frozen=True, slots=True)
class OrMissing:
    """A number or, where there is none, NaN."""


ArrayLike: TypeAlias = Annotated[npt.ArrayLike, Numeric()]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]
Address: TypeAlias = tuple[str, str]  # of a stream of random numbers: input and component

MaybeMissing: TypeAlias = Annotated[float, OrMissing()]
Probability: TypeAlias = Annotated[float, Within("(0, 1)")]
Share: TypeAlias = Annotated[float, Within("[0, 1]")]
PositiveShare: TypeAlias = Annotated[float, Within("(0, 1]")]
NonNegative: TypeAlias = Annotated[float, Within("[0, inf)")]
Positive: TypeAlias = Annotated[float, Within("(0, inf)")]
WholeNumber: TypeAlias = Annotated[int, Within("[0, inf)")]
PositiveInt: TypeAlias = Annotated[int, Within("[1, inf)")]
Draws: TypeAlias = Annotated[int, Within("[2, inf)")]  # a standard deviation needs two

__all__ = [
    "Address", "Array", "ArrayLike", "BoolArray", "Draws", "FloatArray", "IntArray",
    "MaybeMissing", "NonNegative", "Numeric", "OrMissing", "Positive", "PositiveInt",
    "PositiveShare", "Probability", "Share", "WholeNumber", "Within",
]  # fmt: skip
