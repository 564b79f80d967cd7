"""Parts that add up to their total exactly, without an error of rounding."""

from __future__ import annotations

import math
from collections.abc import Sequence


def exact_parts(parts: Sequence[float], total: float) -> list[float]:
    """Return parts that add up to a total, with the rounding error in the smallest of them.

    Parameters
    ----------
    parts
        Numbers that add up to the total but for rounding, finite, in the unit of the total.
    total
        What they are to add up to, a finite number in the same unit.

    Returns
    -------
    list of float
        The parts. A part of exactly 0 stays 0, unless all are.

    Notes
    -----
    The sum is that of `math.fsum`: rounded once, and the same in any order of the parts. Plain
    addition from left to right may differ from it in the last digits.

    It is the total to the last bit wherever the smallest part that is not 0 is at most as large as
    the total. Where parts cancel, every part may be larger than the total, and all of them multiples
    of a spacing that the total is no multiple of: no double closes such a sum. The exact sum then
    differs from the total by at most half the spacing of doubles at the smallest part, 1.1e-16 of it.

    Examples
    --------
    >>> import math
    >>> from gecam.evaluation import exact_parts
    >>> math.fsum([0.3, -0.1]) == 0.2, math.fsum(exact_parts([0.3, -0.1], 0.2)) == 0.2
    (False, True)
    """
    result = [float(part) for part in parts]
    for _ in result:
        if math.fsum(result) == total:
            break
        smallest = min(range(len(result)), key=lambda i: (result[i] == 0, abs(result[i])))
        others = (-part for i, part in enumerate(result) if i != smallest)
        result[smallest] = math.fsum([total, *others])
    return result
