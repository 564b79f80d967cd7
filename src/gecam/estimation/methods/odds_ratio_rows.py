"""From the fitted models to the priors that rows of an estimate take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Positive
from gecam.estimation.methods.odds_ratio_distribution import OddsRatioDistribution
from gecam.estimation.methods.odds_ratio_model import (
    BETWEEN_SCALE,
    DRIFT_SD,
    LARGEST_SELECTION,
    WITHIN_SD,
    OddsRatioModel,
    fit_odds_ratio,
)
from gecam.estimation.methods.odds_ratio_pairs import OFFSETS
from gecam.model import OddsRatioEvidence, OddsRatioPrior, OddsRatioPriors

FEW_COUNTRIES = 3  # with fewer a prior counts as judged
TYPE_PART = 1 / 3
"""Part of the variance between countries that countries of one type share; expert judgement."""
# Migrants among whom a country's own pair was measured, where these are not the stock in use: persons.
PAIR_STOCKS = {
    "LBY": 610_128.0,
    "LBN": 135_420.0,
}  # IOM DTM 2021; IOM Migrant Presence Monitoring 2022


@checked
def odds_ratio_priors(
    pairs: pd.DataFrame,
    *,
    within_sd: Positive = WITHIN_SD,
    between_scale: Positive = BETWEEN_SCALE,
    largest_selection: float = LARGEST_SELECTION,
) -> OddsRatioPriors:
    """Fit the odds ratio to published pairs and return the prior of each kind of row.

    Parameters
    ----------
    pairs, within_sd, between_scale, largest_selection
        As of `fit_odds_ratio`: remove or add pairs to see what they do to an answer.

    Returns
    -------
    OddsRatioPriors
        To be used as ``Assumptions.odds_ratio``.

    Raises
    ------
    InputError
        If fewer than three countries have usable pairs of need or of exposure.

    Notes
    -----
    ``need`` and ``exposed`` are the predictive distributions of the two models. No pair of need stands
    behind the other rows: ``sudden_onset`` is half ``need``, half ``exposed``; ``border_change`` has
    median 1 (near naturalised citizens of the USA) and the spread between countries; ``same_places``
    has the median of its offset's prior (between one and the national figure) and the spread of the
    fit.

    Examples
    --------
    >>> pairs = gc.load_calibration("group_pairs")
    >>> priors = gc.odds_ratio_priors(pairs[pairs["country"].ne("LBY")])
    >>> priors.rows["need"].prior.median < gc.odds_ratio_priors(pairs).rows["need"].prior.median
    True
    """
    options: dict[str, Any] = {
        "within_sd": within_sd, "between_scale": between_scale, "largest_selection": largest_selection
    }  # fmt: skip
    need = fit_odds_ratio(pairs, **options)
    exposure = fit_odds_ratio(pairs, quantity="exposure", **options)
    return OddsRatioPriors(
        _rows(need, exposure),
        {
            "citizenship": 1.0,
            "unknown": _ratio(need, basis="birth") ** 0.5,
            "birth": _ratio(need, basis="birth"),
            "high_income": _ratio(need, is_high_income=True),
        },
        {country: _own(need, country) for country in need.countries.index},
        DRIFT_SD,
    )


def _rows(need: OddsRatioModel, exposure: OddsRatioModel) -> dict[str, OddsRatioEvidence]:
    """Return the kinds of rows."""
    new, exposed = need.predict(), exposure.predict()
    weights = _weights(need.shared_variance)
    k = {model.quantity: len(model.countries) for model in (need, exposure)}
    half = OddsRatioDistribution(
        np.concatenate([new.weight, exposed.weight]) / 2,
        np.concatenate([new.mean, exposed.mean]),
        np.concatenate([new.sd, exposed.sd]),
    )
    tau = float(need.weight @ need.between)
    places = need.predict(comparison="same_places").prior(weights)
    one_place = new.median * float(np.exp(OFFSETS["same_places"][0]))
    k_places = int(need.countries["same_places"].gt(0).sum())
    return {
        "need": _evidence(new.prior(weights), k["need"], "published pairs of need, hunger or poverty"),
        "same_places": _evidence(
            places.at(one_place), k_places,
            "between one and the national figure, which is shrunk to one; Colombia alone, 1.4 and 3.3",
        ),
        "sudden_onset": _evidence(
            half.prior(weights), 0,
            "half need of protracted crises, half exposure; no pair of need in a sudden crisis exists",
        ),
        "border_change": _evidence(
            OddsRatioPrior.from_logs(0.0, tau, weights=weights), 0,
            "near naturalised citizens (USA 1.0), with the spread between countries; no pair of people "
            "whom a border passed exists",
        ),
        "exposed": _evidence(
            exposed.prior(_weights(exposure.shared_variance)), k["exposure"],
            "published pairs of exposure, displacement and death",
        ),
    }  # fmt: skip


def _evidence(prior: OddsRatioPrior, k: int, basis: str) -> OddsRatioEvidence:
    return OddsRatioEvidence(prior, "estimated" if k >= FEW_COUNTRIES else "judged", k, basis)


def _own(model: OddsRatioModel, country: str) -> OddsRatioEvidence:
    """Return the prior of a country, updated by its own pairs."""
    held = model.countries.loc[country]
    used = model.pairs[model.pairs["left_out"].eq("") & model.pairs["country"].eq(country)]
    distribution = model.of_country(country, as_target=True)
    shared = model.shared_variance_of(country)
    year, k = int(used["year"].max()), len(model.countries)
    basis = (
        f"its own pairs ({int(held['rows'])} of {year} and before, median "
        f"{np.exp(held['log_odds_ratio']):.2f}) with those of {k - 1} other countries"
    )
    return OddsRatioEvidence(
        distribution.prior((shared, 0.0, 1 - shared)),
        "estimated",
        k,
        basis,
        year,
        PAIR_STOCKS.get(country),
    )


def _weights(shared: float) -> tuple[float, float, float]:
    of_type = TYPE_PART * (1 - shared)
    return shared, of_type, 1 - shared - of_type


def _ratio(model: OddsRatioModel, **options: Any) -> float:
    """Return what an offset does to the median."""
    return model.predict(**options).median / model.predict().median
