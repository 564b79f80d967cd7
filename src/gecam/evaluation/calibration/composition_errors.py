"""Calibration of composition: origins and sexes of a destination that was measured again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from gecam._signature import checked
from gecam._typing import FloatArray, PositiveInt
from gecam.evaluation.calibration.noise import Noise, noise
from gecam.results import message
from gecam.uncertainty import Streams

SIZES = (0.0001, 0.001, 0.01, 0.1, 1.0)  # classes of an origin's share of its destination


@dataclass(frozen=True, slots=True, eq=False)
class CompositionNoise:
    r"""Noise of an origin's share of its destination's stock.

    Parameters
    ----------
    sizes
        Noise by class of share.
    at_one_percent, exponent
        Of the power law :math:`s = a\,(0.01/\pi)^b`, by normal likelihood; with heavy tails few
        corridors decide it.
    exponent_interval
        90 % bootstrap interval of b over destinations.
    n, n_destinations
        Corridors, and the destinations they belong to.
    """

    sizes: tuple[Noise, ...]
    at_one_percent: float
    exponent: float
    exponent_interval: tuple[float, float]
    n: int
    n_destinations: int


@checked
def composition_noise(
    corridors: pd.DataFrame, *, replicates: PositiveInt = 100
) -> CompositionNoise:
    r"""Return how far shares of origins move when a destination is measured again.

    Parameters
    ----------
    corridors
        Columns ``earlier_source``, ``destination``, ``origin``, ``earlier`` and ``later``: people,
        in destinations whose total was revised.
    replicates
        Number of bootstrap replicates for the interval of the exponent, at least 1.

    Returns
    -------
    CompositionNoise
        Over shares of 0.01 % and more.

    Notes
    -----
    Shares are taken among the origins that both revisions tell apart, so that the revised total and
    origins that moved into "others" cancel: :math:`l = \log(\pi_{later}/\pi_{earlier})`.
    Destinations where no share moved were not measured again and are left out. Corridors of one
    destination depend on each other; intervals resample destinations.

    References
    ----------
    .. [1] Davison & Hinkley (1997). *Bootstrap Methods and their Application*. Cambridge University
       Press.
    """
    keys = ["earlier_source", "destination"]
    rows = corridors[[*keys, "earlier", "later"]]
    share = {
        name: rows[name] / rows.groupby(keys)[name].transform("sum")
        for name in ("earlier", "later")
    }
    table = rows.assign(share=share["earlier"], log_ratio=np.log(share["later"] / share["earlier"]))
    largest = table["log_ratio"].abs().groupby([table[k] for k in keys]).transform("max")
    table = table[largest.gt(1e-3) & table["share"].gt(SIZES[0])]
    a, b = _size_law(table)
    by_destination = [part for _, part in table.groupby("destination")]
    streams = Streams(1)
    sample = []
    for i in range(replicates):
        u = streams.uniform("composition", f"replicate {i}", 0, len(by_destination))
        drawn = (u * len(by_destination)).astype(int)
        sample.append(_size_law(pd.concat([by_destination[j] for j in drawn]))[1])
    lower, upper = np.quantile(sample, (0.05, 0.95))
    return CompositionNoise(
        _by_size(table, pairwise(SIZES)),
        a,
        b,
        (float(lower), float(upper)),
        len(table),
        len(by_destination),
    )


def sex_noise(corridors: pd.DataFrame) -> tuple[Noise, ...]:
    """Return how far the ratio of women to men of an origin moves when it is measured again.

    Parameters
    ----------
    corridors
        As in `composition_noise`, with ``earlier_female`` and ``later_female``.

    Returns
    -------
    tuple of Noise
        Of log ratios, by class of an origin's share, and last of all shares of 0.1 % and more.
        Corridors with women or men alone, and destinations where no ratio moved, are left out.
    """
    keys = ["earlier_source", "destination"]
    ratio = {}
    for which in ("earlier", "later"):
        men = corridors[which] - corridors[f"{which}_female"]
        ratio[which] = (corridors[f"{which}_female"] / men.where(men > 0)).replace(0.0, np.nan)
    table = corridors[[*keys, "earlier"]].assign(
        share=corridors["earlier"] / corridors.groupby(keys)["earlier"].transform("sum"),
        log_ratio=np.log(ratio["later"] / ratio["earlier"]),
    )
    table = table[table["log_ratio"].notna()]
    largest = table["log_ratio"].abs().groupby([table[k] for k in keys]).transform("max")
    table = table[largest.gt(1e-3)]
    return _by_size(table, [*pairwise(SIZES), (SIZES[1], 1.0)])


def _by_size(table: pd.DataFrame, bounds: Iterable[tuple[float, float]]) -> tuple[Noise, ...]:
    """Return the noise of log ratios by class of an origin's share."""
    classes = {
        str(message("SHARES_FROM_TO", low=100 * low, high=100 * high)): table[
            table["share"].gt(low) & table["share"].le(high)
        ]
        for low, high in bounds
    }
    return tuple(
        noise(label, part["log_ratio"], clusters=list(part["destination"]))
        for label, part in classes.items()
    )


def _size_law(table: pd.DataFrame) -> tuple[float, float]:
    """Fit log ratios as normal with sd a (0.01 / share)^b; return a and b."""
    x = np.log(table["share"].to_numpy(dtype="float64") / 0.01)
    square = table["log_ratio"].to_numpy(dtype="float64") ** 2

    def loss(p: FloatArray) -> float:
        log_variance = 2 * (p[0] - p[1] * x)
        return float(np.mean(log_variance + square * np.exp(-log_variance)))

    fitted = minimize(loss, np.array([-1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-6})
    return float(np.exp(fitted.x[0])), float(fitted.x[1])
