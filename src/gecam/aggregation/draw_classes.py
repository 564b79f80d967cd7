"""Draws of classes such as sexes within each origin of a composition."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import expit

from gecam._typing import FloatArray
from gecam.aggregation.composition import Composition
from gecam.uncertainty import Streams, addresses


def class_draws(
    composition: Composition,
    attribute: str,
    streams: Streams,
    input_id: str,
    start: int,
    stop: int,
) -> Iterator[list[FloatArray]]:
    """Yield draws of the share of each class for one origin after the other.

    Parameters
    ----------
    composition
        Published shares and their noise.
    attribute
        Whose classes: ``sex``.
    streams, input_id
        Where random numbers come from, and the name of the input: ``"composition/SDN/other"``.
    start, stop
        Draw numbers, ``0 <= start <= stop``.

    Yields
    ------
    list of FloatArray
        Per class, in the order of `ClassShares.means`, its share of this origin's people: shape
        ``(draw,)``, in [0, 1]. Ones alone where the classes are not published.

    Raises
    ------
    InputError
        If the composition does not have the attribute.
    """
    classes = composition.classes(attribute)
    everybody = np.ones(stop - start)
    for i, origin in enumerate(composition.origin):
        if not classes.is_published[i]:
            yield [everybody]
            continue
        rest, shares = everybody, []
        for k, (mean, distribution) in enumerate(
            zip(classes.step_means, classes.steps, strict=True)
        ):
            step = np.full(rest.size, mean[i])
            if distribution.logit_sd[i] > 0:
                component = addresses.class_share(attribute, origin, k)
                z = streams.normal(input_id, component, start, stop)
                step = expit(distribution.location[i] + classes.logit_sd * z)
            shares.append(rest * step)
            rest = rest * (1 - step)
        yield [*shares, rest]
