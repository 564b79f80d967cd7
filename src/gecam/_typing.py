"""Names for array types."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]
Array: TypeAlias = NDArray[Any]
Address: TypeAlias = tuple[str, str]  # of a stream of random numbers: input and component

__all__ = ["Address", "Array", "ArrayLike", "BoolArray", "FloatArray", "IntArray"]
