"""Shares of classes within those of another attribute, such as ages by sex, alike for all origins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from gecam._signature import check_fields
from gecam._typing import FloatArray, NonNegative
from gecam.aggregation.composition import NOT_PUBLISHED
from gecam.errors import InputError
from gecam.uncertainty import Streams, logit_normal_location


@dataclass(frozen=True, eq=False)
class NestedShares:
    """Shares of classes among the people of each class of another attribute, with their error.

    Parameters
    ----------
    share
        By class of the other attribute, such as ``female`` (``total`` where it is not published),
        and by class, in order: its share, in [0, 1]. They sum to 1 within each.
    logit_sd
        Error on the logit scale, >= 0, of each class among itself and those after it. One error for
        all origins, and for all classes of the other attribute: they rest on one table.
    input_id
        Name of the random numbers.

    Raises
    ------
    InputError
        If the classes differ, or their shares do not sum to 1.

    Notes
    -----
    Continuation ratios, as in `ClassShares`: each class has its given mean, and draws sum to 1.
    """

    share: Mapping[str, Mapping[str, float]]
    logit_sd: NonNegative
    input_id: str

    def __post_init__(self) -> None:
        check_fields(self)
        names = {tuple(shares) for shares in self.share.values()}
        sums = [sum(shares.values()) for shares in self.share.values()]
        if len(names) != 1 or any(abs(total - 1) > 1e-9 for total in sums):
            raise InputError(
                f"shares within {', '.join(self.share) or 'no class'} must be of the same classes and "
                f"sum to 1: got sums of {sums}"
            )

    def means(self, outer: str) -> list[tuple[str, float]]:
        """Return the classes within a class of the other attribute, with their mean shares."""
        return list(self._of(outer).items())

    def _of(self, outer: str) -> Mapping[str, float]:
        return self.share.get(outer) or self.share.get(NOT_PUBLISHED) or {NOT_PUBLISHED: 1.0}

    def draws(self, outer: str, streams: Streams, start: int, stop: int) -> list[FloatArray]:
        """Draw the share of each class within a class of the other attribute.

        Parameters
        ----------
        outer
            Class of the other attribute, such as ``female``.
        streams
            Random numbers by name.
        start, stop
            Draw numbers, ``0 <= start <= stop``.

        Returns
        -------
        list of FloatArray
            In the order of `means`, each of shape ``(stop - start,)``; they sum to 1.
        """
        shares = list(self._of(outer).values())
        rest, parts = np.ones(stop - start), list[FloatArray]()
        for k, share in enumerate(shares[:-1]):
            here = sum(shares[k:])
            step = np.full(rest.size, share / here if here > 0 else 0.0)
            if 0 < step[0] < 1 and self.logit_sd > 0:
                location = float(logit_normal_location(step[:1], self.logit_sd)[0])
                z = streams.normal(self.input_id, f"step {k}", start, stop)
                step = expit(location + self.logit_sd * z)
            parts.append(rest * step)
            rest = rest * (1 - step)
        return [*parts, rest]
