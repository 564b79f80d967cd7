"""Ecological bias: error of a national share where migrants live elsewhere than residents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam.errors import InputError

FEW_COUNTRIES = 5  # below it the widening stays expert judgement


@dataclass(frozen=True, slots=True)
class EcologicalBias:
    """Share affected of one country's migrants, by area and by the national product.

    Parameters
    ----------
    by_area
        Sum over areas of the share of migrants there times the share affected there.
    national
        Share affected of all residents, which the national product uses.
    """

    by_area: float
    national: float

    @property
    def log_ratio(self) -> float:
        """Log of by_area / national: what the national product must be multiplied by."""
        return float(np.log(self.by_area / self.national))

    @property
    def logit_difference(self) -> float:
        """Log odds ratio that stands for the difference in where people live."""
        return float(logit(self.by_area) - logit(self.national))


def ecological_bias(
    migrants: pd.Series, population: pd.Series, affected: pd.Series
) -> EcologicalBias:
    r"""Compare the share of migrants affected by area with the national share of residents.

    Parameters
    ----------
    migrants
        Migrants by area, in any unit, >= 0.
    population
        Residents by area, > 0.
    affected
        Share of residents affected by area, in [0, 1].

    Returns
    -------
    EcologicalBias
        Both shares, and their difference on the log and logit scales.

    Raises
    ------
    InputError
        If areas differ, or values are out of range.

    Notes
    -----
    :math:`p_m = \sum_k \pi_k p_k` against :math:`p = \sum_k P_k p_k / \sum_k P_k`, migrants being
    affected like their neighbours within an area. The difference is the covariance of where
    migrants live, relative to residents, with what the crisis hits:
    :math:`p_m - p = \mathrm{cov}_P(\pi_k/(P_k/P),\ p_k)`, the ecological bias [1]_.

    References
    ----------
    .. [1] Robinson, W. (1950). Ecological correlations and the behavior of individuals. American
       Sociological Review 15, 351-357.

    Examples
    --------
    >>> from gecam.estimation.methods.ecological import ecological_bias
    >>> areas = ["north", "south"]
    >>> bias = ecological_bias(pd.Series([10, 90], areas), pd.Series([5e6, 5e6], areas),
    ...                        pd.Series([0.6, 0.1], areas))
    >>> round(bias.by_area, 2), round(bias.national, 2), round(bias.logit_difference, 2)
    (0.15, 0.35, -1.12)
    """
    if len({frozenset(series.index) for series in (migrants, population, affected)}) > 1:
        raise InputError("migrants, population and affected must have the same areas")
    frame = pd.DataFrame({"m": migrants, "P": population, "p": affected}).astype("float64")
    if (
        frame.isna().any(axis=None)
        or not ((frame["m"] >= 0) & (frame["P"] > 0) & frame["p"].between(0, 1)).all()
    ):
        raise InputError("need migrants >= 0, population > 0 and affected in [0, 1] in every area")
    if frame["m"].sum() <= 0:
        raise InputError("there are no migrants in any area")
    return EcologicalBias(
        by_area=float((frame["m"] * frame["p"]).sum() / frame["m"].sum()),
        national=float((frame["P"] * frame["p"]).sum() / frame["P"].sum()),
    )


@dataclass(frozen=True, slots=True)
class EcologicalWidening:
    """How much wider the logit of a share must be where migrants by area are not known.

    Parameters
    ----------
    logit_sd
        Root mean square of the logit differences: bias and spread together.
    mean
        Mean logit difference.
    n
        Countries with data.
    status
        ``calibrated`` for at least 5 countries, else ``judged``: too few to rest a default on.
    """

    logit_sd: float
    mean: float
    n: int
    status: Literal["calibrated", "judged"]


def ecological_widening(countries: Sequence[EcologicalBias]) -> EcologicalWidening:
    """Summarise the ecological bias of countries with data, for use in those without.

    Parameters
    ----------
    countries
        One result of `ecological_bias` for each country, with shares strictly between 0 and 1.

    Examples
    --------
    >>> from gecam.estimation.methods.ecological import EcologicalBias, ecological_widening
    >>> ecological_widening([EcologicalBias(0.15, 0.35), EcologicalBias(0.5, 0.4)]).status
    'judged'
    """
    differences = np.array([country.logit_difference for country in countries])
    if not (differences.size and np.all(np.isfinite(differences))):
        raise InputError("need at least one country, and shares strictly between 0 and 1")
    return EcologicalWidening(
        logit_sd=float(np.sqrt(np.mean(differences**2))),
        mean=float(differences.mean()),
        n=len(differences),
        status="calibrated" if len(differences) >= FEW_COUNTRIES else "judged",
    )
