"""How well the model of the odds ratio predicts a country that it has not seen.

What is tested stands here, before anything is scored: each country of a class is left out once, the
model is fitted to the others with its default parameters, and the country's published value (the
median of the logs of its rows) is scored under what the model says a further country would publish.
Compared are the prior by expert judgement of 2024, an odds ratio of 1, and one prior for all (no
offsets); each with the same error of a country's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gecam.estimation import (
    OddsRatioDistribution,
    OddsRatioModel,
    calibration_pairs,
    fit_odds_ratio,
)
from gecam.estimation.methods.odds_ratio_model import WITHIN_SD
from gecam.estimation.methods.odds_ratio_pairs import OFFSETS, QUANTITIES, PairQuantity
from gecam.model import OddsRatioPrior

LEVELS = (0.5, 0.9)
# Class -> quantity, and whether only countries of low and middle income are scored.
SCOPES: Mapping[str, tuple[PairQuantity, bool]] = {
    "need, all countries": ("need", False),
    "need, low and middle income": ("need", True),
    "exposure": ("exposure", False),
}
METHODS = ("the model", "prior of 2024", "odds ratio 1", "one prior for all")


@dataclass(frozen=True, slots=True)
class Score:
    """One country under one method: log score, prior-predictive p, and whether intervals hold it."""

    country: str
    method: str
    log_score: float
    p: float
    inside: tuple[bool, ...]


def scores(pairs: pd.DataFrame, scope: str) -> Iterator[Score]:
    """Yield the scores of each country of a scope under each method, left out of the fit."""
    quantity, is_poor = SCOPES[scope]
    for country, held in fit_odds_ratio(pairs, quantity=quantity).countries.iterrows():
        if is_poor and held["high_income"]:
            continue
        model = fit_odds_ratio(pairs[pairs["country"].ne(country)], quantity=quantity)
        for method, distribution in predictions(model, held).items():
            yield scored(str(country), method, distribution, float(held["log_odds_ratio"]))


def predictions(model: OddsRatioModel, held: pd.Series) -> dict[str, OddsRatioDistribution]:
    """Return what each method says a country would publish."""
    judged, one = OddsRatioPrior.judged_2024(), np.ones(1)
    wide = np.hypot(judged.log_scale, WITHIN_SD)
    nothing = dict.fromkeys(QUANTITIES[model.quantity].offsets, 0.0)
    return dict(zip(METHODS, (
        model.published(held.to_dict()),
        OddsRatioDistribution(one, one * judged.log_median, one * wide),
        OddsRatioDistribution(one, one * 0.0, one * WITHIN_SD),
        without_offsets(model).published(nothing),
    ), strict=True))  # fmt: skip


def without_offsets(model: OddsRatioModel) -> OddsRatioModel:
    """Return the model of the same countries with one mean for all."""
    rows = model.pairs[model.pairs["left_out"].eq("")]
    plain = {"outcome": "need_plan", "crisis_class": "protracted_economic", "income_group": "LIC",
             "group": "migrants_noncitizen", "comparison": "nation"}  # fmt: skip
    if model.quantity == "exposure":
        plain |= {"outcome": "displacement_exposure", "crisis_class": "sudden_onset"}
    fitted = fit_odds_ratio(rows.assign(**plain), quantity=model.quantity)
    return replace(fitted, pairs=model.pairs)


def scored(country: str, method: str, distribution: OddsRatioDistribution, value: float) -> Score:
    """Return the score of one published value, on the log scale."""
    ratio = float(np.exp(value))
    below = distribution.cdf(ratio)
    inside = tuple(abs(2 * below - 1) <= level for level in LEVELS)
    return Score(
        country, method, distribution.log_density(ratio), 2 * min(below, 1 - below), inside
    )


def p_of_pairs(pairs: pd.DataFrame) -> Iterator[tuple[int, float]]:
    """Yield the row of each pair in use, and its p under the model of the other countries."""
    ruled = calibration_pairs(pairs)
    used = ruled[ruled["left_out"].eq("")]
    for country, rows in used.groupby("country"):
        model = fit_odds_ratio(pairs[pairs["country"].ne(country)])
        for at, row in rows.iterrows():
            distribution = model.published(offsets_of(row))
            yield (
                int(str(at)),
                scored(str(country), "", distribution, float(np.log(row["odds_ratio"]))).p,
            )


def offsets_of(row: pd.Series) -> dict[str, float]:
    """Return the offsets of one pair of need."""
    is_on = {row["outcome"], row["crisis_class"], row["comparison"]}
    is_on |= {"high_income"} if row["income_group"] == "HIC" else set()
    is_on |= {"birth"} if row["group"] == "migrants_born_abroad" else set()
    return {name: float(name in is_on) for name in OFFSETS}


def summary(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return mean log score and coverage by scope and method."""
    rows = []
    for scope in SCOPES:
        of_scope = list(scores(pairs, scope))
        for method in METHODS:
            some = [score for score in of_scope if score.method == method]
            inside = np.mean([score.inside for score in some], axis=0)
            mean = float(np.mean([score.log_score for score in some]))
            rows.append((scope, len(some), method, mean, *inside))
    return pd.DataFrame(rows, columns=["scope", "k", "method", "log_score", "in_50", "in_90"])


if __name__ == "__main__":
    from gecam.datasets import load_calibration

    print(summary(load_calibration("group_pairs")).round(2).to_string(index=False))
