"""Ecological bias: error of a national share where migrants live elsewhere than residents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam.errors import InputError


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
