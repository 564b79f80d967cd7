"""Log-linear models of the same lists with different interactions: selection, average, range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
import pandas as pd
from scipy.special import ndtr

from gecam._signature import checked
from gecam._typing import FloatArray, Probability
from gecam.errors import NotEstimatedError
from gecam.mortality.capture_histories import CaptureHistories
from gecam.mortality.existence import Pair, check_existence
from gecam.mortality.loglinear_fit import LoglinearFit, fit_existing
from gecam.mortality.population_size import PopulationSize
from gecam.uncertainty import DEFAULT_LEVEL

SUPPORTED = 10.0  # models within this distance of the best BIC are not ruled out (Raftery 1995)
MAX_EXHAUSTIVE = 10  # pairs: 1,024 models; beyond, steps forward from main effects


@dataclass(frozen=True, slots=True, eq=False)
class LoglinearModels:
    r"""What all log-linear models with interactions of two lists say about the number of units.

    Parameters
    ----------
    fits
        The models that could be estimated, best BIC first.
    not_estimated
        Interactions and reason of each model that could not.
    average
        Mean over models with weights :math:`\propto e^{-BIC/2}`, and an interval of the mixture.
    """

    fits: tuple[LoglinearFit, ...]
    not_estimated: tuple[tuple[tuple[Pair, ...], str], ...]
    average: PopulationSize

    @property
    def best(self) -> LoglinearFit:
        """The model with the lowest BIC."""
        return self.fits[0]

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest estimate of all models that could be estimated."""
        return _ends(self.fits)

    @property
    def supported_range(self) -> tuple[float, float]:
        """Lowest and highest estimate of the models within 10 of the best BIC."""
        return _ends(fit for fit in self.fits if fit.bic <= self.best.bic + SUPPORTED)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per model: name, estimate, interval, deviance, df, AIC, BIC, weight."""
        frame = pd.DataFrame(
            [
                {
                    "model": fit.name,
                    **{
                        name: getattr(fit.size, name)
                        for name in ("estimate", "lower", "upper", "se")
                    },
                    **{name: getattr(fit, name) for name in ("deviance", "df", "aic", "bic")},
                }
                for fit in self.fits
            ]
        )
        return frame.assign(weight=bic_weights(frame["bic"].to_numpy()))


@checked
def loglinear_models(
    histories: CaptureHistories, *, level: Probability = DEFAULT_LEVEL
) -> LoglinearModels:
    r"""Estimate a number of units from several lists, over all models with interactions of two.

    Parameters
    ----------
    histories
        Units by combination of lists.
    level
        Probability content of the intervals, in (0, 1).

    Returns
    -------
    LoglinearModels
        Report the range beside any single figure: models that fit equally well can differ by a
        factor of two, and no fit can tell which is right about the units that nobody saw.

    Raises
    ------
    NotEstimatedError
        If no model can be estimated.

    Notes
    -----
    Up to five lists all models are tried (1,024); with more, interactions are added one at a time,
    each time the one that lowers BIC most, and every model met on the way counts. Each is checked
    for existence before it is fitted. The interval of the average is that of the mixture of the
    models' log-normal distributions, so that it holds the uncertainty of the choice among them.

    References
    ----------
    .. [1] Raftery, A. E. (1995). Bayesian model selection in social research. *Sociological
       Methodology* 25, 111-163.

    Examples
    --------
    >>> from gecam.mortality import CaptureHistories, loglinear_models
    >>> table = CaptureHistories.from_table(
    ...     [[1, 1, 1], [1, 1, 0], [1, 0, 1], [1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 1]],
    ...     [72, 155, 7, 71, 13, 53, 43])
    >>> answer = loglinear_models(table)
    >>> len(answer.fits), [round(end) for end in answer.range]
    (8, [438, 1240])
    """
    everything = list(combinations(histories.lists, 2))
    if len(everything) <= MAX_EXHAUSTIVE:
        models: Iterable[tuple[Pair, ...]] = (
            chosen
            for number in range(len(everything) + 1)
            for chosen in combinations(everything, number)
        )
        fits, refused = _fit_all(histories, models, level)
    else:
        fits, refused = _forward(histories, everything, level)
    if not fits:
        raise NotEstimatedError(
            "no log-linear model of these lists can be estimated: "
            f"{refused[0][1]}. Combine lists that hardly overlap, or report a lower bound (chao)."
        )
    ranked = tuple(sorted(fits, key=lambda fit: (fit.bic, fit.name)))
    return LoglinearModels(ranked, tuple(refused), _average(ranked, level))


Refused = list[tuple[tuple[Pair, ...], str]]


def _fit_all(
    histories: CaptureHistories, models: Iterable[tuple[Pair, ...]], level: float
) -> tuple[list[LoglinearFit], Refused]:
    fits, refused = [], []
    for pairs in models:
        existence = check_existence(histories, pairs)
        if existence.exists:
            fits.append(fit_existing(histories, pairs, existence, level=level))
        else:
            refused.append((pairs, existence.reason))
    return fits, refused


def _forward(
    histories: CaptureHistories, everything: list[Pair], level: float
) -> tuple[list[LoglinearFit], Refused]:
    fits, refused = _fit_all(histories, [()], level)
    best = fits[0] if fits else None
    chosen: tuple[Pair, ...] = ()
    while len(chosen) < len(everything):
        models = [(*chosen, pair) for pair in everything if pair not in chosen]
        new, new_refused = _fit_all(histories, models, level)
        fits += new
        refused += new_refused
        step = min(new, key=lambda fit: fit.bic, default=None)
        if step is None or (best is not None and step.bic >= best.bic):
            break
        best, chosen = step, step.pairs
    return fits, refused


def bic_weights(bic: FloatArray) -> FloatArray:
    """Return weights proportional to exp(-BIC/2), which sum to 1."""
    weights = np.exp(-(bic - bic.min()) / 2)
    return np.asarray(weights / weights.sum())


def _average(fits: tuple[LoglinearFit, ...], level: float) -> PopulationSize:
    weights = bic_weights(np.array([fit.bic for fit in fits]))
    observed = fits[0].size.observed
    unseen = np.array([fit.size.unseen for fit in fits])
    se = np.array([fit.size.se for fit in fits])
    mean = float(weights @ unseen)
    total_se = sqrt(float(weights @ (se**2 + (unseen - mean) ** 2)))
    # Median and log-scale sd of each model's log-normal distribution of the number unseen.
    spread = np.sqrt(np.log1p((se / unseen) ** 2))
    ends = [
        _mixture_quantile(p, np.log(unseen), spread, weights)
        for p in ((1 - level) / 2, (1 + level) / 2)
    ]
    return PopulationSize(
        observed,
        observed + mean,
        observed + ends[0],
        observed + ends[1],
        total_se,
        level,
        f"average of {len(fits)} log-linear models",
        ("HIGHEST_ORDER_ASSUMED_ZERO",),
    )


def _mixture_quantile(
    p: float, centre: FloatArray, spread: FloatArray, weights: FloatArray
) -> float:
    from scipy.optimize import brentq

    def below(log_value: float) -> float:
        return float(weights @ ndtr((log_value - centre) / spread)) - p

    low, high = float((centre - 9 * spread).min()), float((centre + 9 * spread).max())
    return float(np.exp(brentq(below, low, high)))


def _ends(fits: Iterable[LoglinearFit]) -> tuple[float, float]:
    estimates = [fit.size.estimate for fit in fits]
    return min(estimates), max(estimates)
