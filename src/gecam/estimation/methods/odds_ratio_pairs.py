"""Which published pairs of migrants and residents speak of an odds ratio, and by what they differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3

PairQuantity = Literal["need", "exposure"]

# Offset of the log odds ratio: prior mean, prior standard deviation, and its source.
OFFSETS: Mapping[str, tuple[float, float, str]] = {
    "food_insecurity": (0.0, 0.3, "expert judgement: hunger is near need by plan"),
    "poverty_income": (0.0, 0.3, "expert judgement: poverty is near need by plan"),
    "conflict": (0.0, 0.3, "expert judgement: the class of crisis shifts the median only"),
    "high_income": (0.0, 0.5, "expert judgement: rich countries lie higher, by an unknown amount"),
    "birth": (
        -np.log(1.3),
        0.1,
        "Spain 2014 and 2021, EU 2021: by citizenship 1.3 times that by birth",
    ),
    "same_places": (
        np.log(1.5 / 1.8),
        0.5,
        "expert judgement: between one and the national figure",
    ),
}
EXPOSURE_OFFSETS: Mapping[str, tuple[float, float, str]] = {
    "death": (0.0, 0.5, "expert judgement: who dies where people are, against who is there"),
}


@dataclass(frozen=True, slots=True)
class QuantityRules:
    """Which pairs speak of a quantity, and by what they may differ.

    Parameters
    ----------
    target
        What the intercept stands for.
    classes, outcomes
        Classes of crisis and outcomes of the pairs that may be used.
    offsets
        Offset of the log odds ratio against the target: prior mean, standard deviation, source.
    """

    target: str
    classes: frozenset[str]
    outcomes: frozenset[str]
    offsets: Mapping[str, tuple[float, float, str]]


QUANTITIES: Mapping[str, QuantityRules] = {
    "need": QuantityRules(
        "need by plan, protracted, by citizenship, against the nation, low and middle income",
        frozenset({"protracted_economic", "conflict"}),
        frozenset({"need_plan", "food_insecurity", "poverty_income"}),
        OFFSETS,
    ),
    "exposure": QuantityRules(
        "exposure to what happens of a sudden, or displacement",
        frozenset({"sudden_onset", "conflict"}),
        frozenset({"displacement_exposure", "death"}),
        EXPOSURE_OFFSETS,
    ),
}


@checked
def calibration_pairs(pairs: pd.DataFrame, *, quantity: PairQuantity = "need") -> pd.DataFrame:
    """Return the published pairs from which an odds ratio may be estimated.

    Parameters
    ----------
    pairs
        Table ``group_pairs`` of `gecam.datasets.load_calibration`, or rows with its columns.
    quantity
        Of people in ``need``, or of their ``exposure``.

    Returns
    -------
    DataFrame
        The same rows and columns, and ``left_out``: why a row is not used; empty where it is used.

    Notes
    -----
    Used are rows for calibration with an odds ratio, of migrants other than refugees and
    asylum-seekers, neither naturalised nor settled for decades, in protracted crises and conflict, of
    need, hunger or poverty. Exposure, displacement and death are another quantity: where people are,
    not how they fare; of a crisis of sudden onset every outcome speaks of it.

    Examples
    --------
    >>> from gecam.estimation import calibration_pairs
    >>> pairs = calibration_pairs(gc.load_calibration("group_pairs"))
    >>> used = pairs[pairs["left_out"].eq("")]
    >>> len(pairs), len(used), used["country"].nunique()
    (120, 24, 10)
    """
    rules_of = QUANTITIES[quantity]
    rules = {
        "no odds ratio can be formed": pairs["odds_ratio"].isna(),
        "not fit for calibration": pairs["use"].ne("calibration"),
        "naturalised, or settled for decades": pairs["is_settled"],
        "refugees or asylum-seekers": pairs["group"].isin(["refugees", "asylum_seekers"]),
        "another class of crisis": ~pairs["crisis_class"].isin(rules_of.classes),
        "another outcome": ~pairs["outcome"].isin(rules_of.outcomes)
        & ~(pairs["crisis_class"].eq("sudden_onset") & (quantity == "exposure")),
        "several countries together": ~pairs["country"].map(is_iso3).astype(bool),
    }
    reason = pd.Series("", index=pairs.index)
    for text, applies in rules.items():
        reason = reason.mask(reason.eq("") & applies, text)
    own = pairs["use_reason"].where(pairs["use"].ne("calibration"), "")
    is_unfit = reason.eq("not fit for calibration")
    return pairs.assign(left_out=reason.mask(is_unfit, reason + ": " + own))


def by_country(used: pd.DataFrame, offsets: Collection[str]) -> pd.DataFrame:
    """Return one value per country: the median of the logs, and the means of the indicators."""
    indicators = pd.DataFrame(
        {
            "food_insecurity": used["outcome"].eq("food_insecurity"),
            "poverty_income": used["outcome"].eq("poverty_income"),
            "conflict": used["crisis_class"].eq("conflict"),
            "high_income": used["income_group"].eq("HIC"),
            "birth": used["group"].eq("migrants_born_abroad"),
            "same_places": used["comparison"].eq("same_places"),
        }
        | {"death": used["outcome"].eq("death")}
    ).astype("float64")[list(offsets)]
    table = indicators.groupby(used["country"]).mean()
    logs = np.log(used["odds_ratio"]).groupby(used["country"])
    return table.assign(log_odds_ratio=logs.median(), rows=logs.size())
