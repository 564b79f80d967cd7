"""Noise: how far two published figures of one thing lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike, FloatArray, WholeNumber
from gecam.errors import InputError
from gecam.evaluation._checks import finite
from gecam.evaluation.sensitivity.sampling import bootstrapped
from gecam.results import message

MAD_OF_NORMAL = 1.4826  # sd of a normal over its median absolute deviation
Z_90 = 1.6449  # half width of a 90 % interval of a normal, in sds
REPLICATES = 1000


@dataclass(frozen=True, slots=True)
class Noise:
    """Spread of differences between two figures of one thing, on the log or logit scale.

    Parameters
    ----------
    name
        Of what.
    n, n_clusters
        Differences, and groups of them that are not independent (destinations of corridors).
    rms
        Root mean square: bias and spread together. NaN without a difference.
    lower, upper
        90 % bootstrap interval of `rms` over clusters; NaN for fewer than 5. With heavy tails it is
        itself too short.
    robust
        The median absolute difference, scaled to the sd of a normal: what is usual.
    width_90
        The sd of a normal whose 90 % interval holds 90 % of the differences.
    mean, mean_ratio
        Mean difference, and mean of its exponential: 1 if figures are right on average.
    """

    name: str
    n: int
    n_clusters: int
    rms: float
    lower: float
    upper: float
    robust: float
    width_90: float
    mean: float
    mean_ratio: float

    def __str__(self) -> str:
        """Return one sentence with the figures a reader needs to judge it."""
        if self.n == 0:
            return str(message("NOISE_NO_CASE", name=self.name))
        code, interval = "NOISE", {}
        if not np.isnan(self.lower):
            code, interval = "NOISE_WITH_INTERVAL", {"lower": self.lower, "upper": self.upper}
        said = {"rms": self.rms, "robust": self.robust, "ratio": self.mean_ratio, **interval}
        return str(message(code, name=self.name, number=self.n, **said))


@checked
def noise(
    name: str,
    differences: ArrayLike,
    *,
    clusters: Sequence[str] | None = None,
    seed: WholeNumber = 1,
) -> Noise:
    r"""Summarise the differences between two published figures of the same quantity.

    Parameters
    ----------
    name
        What differs, a word that the result carries as its name.
    differences
        Logs of ratios, or differences of logits. Shape ``(n,)``.
    clusters
        Names of what differences belong to, where those of one name are not independent.
    seed
        Seed of the bootstrap, a whole number of at least 0.

    Returns
    -------
    Noise
        Root mean square, robust spread and tails, with the interval of a cluster bootstrap.

    Raises
    ------
    InputError
        If a difference is not finite, or there is not one cluster for each.

    Notes
    -----
    :math:`\sqrt{\sum d^2/n}` is what adds up to the variance of a total; where a few differences
    make most of it, `robust` is far smaller, and a normal with this sd is too wide in the middle
    and too narrow far out. If the later figure is nearer to the truth, d is the error of the
    earlier one. If both err alike and independently, the error of one is :math:`d/\sqrt2`. The
    interval is that of a bootstrap of whole clusters [1]_.

    References
    ----------
    .. [1] Davison & Hinkley (1997). *Bootstrap Methods and their Application*. Cambridge University
       Press.

    Examples
    --------
    >>> from gecam.evaluation.calibration.noise import noise
    >>> print(noise("stocks", [0.1, -0.1, 0.2, -0.3]))
    stocks: 0.194, n = 4; usual 0.222, mean ratio 0.99
    """
    d = finite(differences, "differences").ravel()
    if clusters is not None and len(clusters) != d.size:
        raise InputError(f"one cluster for each of {d.size} differences: got {len(clusters)}")
    if d.size == 0:
        return Noise(name, 0, 0, *[float("nan")] * 7)
    names = np.arange(d.size).astype(str) if clusters is None else np.asarray(clusters, dtype=str)
    sums = pd.DataFrame({"square": d**2, "n": 1.0}).groupby(names).sum().to_numpy()
    lower = upper = float("nan")
    if len(sums) >= 5:
        index = bootstrapped(sums, _rms, replicates=REPLICATES, level=0.9, seed=seed)
        lower, upper = float(index.lower), float(index.upper)
    return Noise(
        name, d.size, len(sums), float(np.sqrt(np.mean(d**2))), lower, upper,
        float(MAD_OF_NORMAL * np.median(np.abs(d))), float(np.quantile(np.abs(d), 0.9) / Z_90),
        float(d.mean()), float(np.exp(d).mean()),
    )  # fmt: skip


def _rms(means: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt(means[:, 0] / means[:, 1]))
