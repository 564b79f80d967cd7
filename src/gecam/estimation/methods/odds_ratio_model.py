r"""The odds ratio of migrants against residents, estimated from countries that publish both groups.

One value per country enters: the median of the logarithms of its published odds ratios. A linear model
on the log scale with one random effect by country describes them; its few offsets are shrunk towards
stated values, since ten countries cannot estimate them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray, Positive, Probability
from gecam.codes import country_code
from gecam.errors import InputError
from gecam.estimation.methods.odds_ratio_distribution import OddsRatioDistribution
from gecam.estimation.methods.odds_ratio_pairs import (
    QUANTITIES,
    PairQuantity,
    QuantityRules,
    by_country,
    calibration_pairs,
)
from gecam.uncertainty import DEFAULT_LEVEL

CrisisClass = Literal["protracted_economic", "conflict"]
Outcome = Literal[
    "need_plan", "food_insecurity", "poverty_income", "displacement_exposure", "death"
]
StockBasis = Literal["citizenship", "birth"]
ComparisonGroup = Literal["nation", "same_places"]

WITHIN_SD = 0.3
"""Error of a country's log odds ratio: definition and sampling. Expert judgement; 0.15 to 0.5."""
BETWEEN_SCALE = 0.5
"""Scale of the half-normal prior of the standard deviation between countries."""
LARGEST_SELECTION = 0.2
"""Published odds ratios are too high by 0 to this share, since striking pairs are printed first."""
DRIFT_SD = 0.12
"""Change of a country's log odds ratio, per root year: national surveys of one series (n = 12)."""

INTERCEPT_SD = (
    2.0  # of the log odds ratio of TARGET: between 0.04 and 27 with 90 %, so no statement
)
NODES = 400  # of the standard deviation between countries
LARGEST_BETWEEN = 3.0  # a log standard deviation beyond which no prior mass is left
_SELECTION_NODES, _SELECTION_WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True, slots=True, eq=False)
class OddsRatioModel:
    """The fitted model: what `predict` and `of_country` answer from.

    Parameters
    ----------
    countries
        Index country: ``log_odds_ratio`` (median of its rows), ``rows`` (their number), and the mean
        of each offset's column over them (0 to 1).
    pairs
        All rows that were given, with ``left_out``.
    between, weight
        Nodes of the standard deviation between countries (log scale), and their posterior weights.
        Shape ``(node,)``.
    coefficients, covariance
        Posterior mean and covariance of intercept and offsets at each node. Shapes
        ``(node, coefficient)`` and ``(node, coefficient, coefficient)``.
    within_sd, largest_selection, quantity
        As given to `fit_odds_ratio`.
    """

    countries: pd.DataFrame
    pairs: pd.DataFrame
    between: FloatArray
    weight: FloatArray
    coefficients: FloatArray
    covariance: FloatArray
    within_sd: float
    largest_selection: float
    quantity: PairQuantity = "need"

    @checked
    def between_interval(self, level: Probability = DEFAULT_LEVEL) -> tuple[float, float]:
        """Return the central posterior interval of the standard deviation between countries."""
        cumulated = np.cumsum(self.weight)
        ends = np.interp([(1 - level) / 2, (1 + level) / 2], cumulated, self.between)
        return float(ends[0]), float(ends[1])

    @checked
    def predict(
        self,
        *,
        crisis_class: CrisisClass = "protracted_economic",
        outcome: Outcome | None = None,
        basis: StockBasis = "citizenship",
        comparison: ComparisonGroup = "nation",
        is_high_income: bool = False,
    ) -> OddsRatioDistribution:
        """Return the distribution for a country that publishes no pair.

        Parameters
        ----------
        crisis_class
            ``protracted_economic`` or ``conflict``.
        outcome
            ``need_plan`` (the default), ``food_insecurity`` or ``poverty_income``; of exposure
            ``displacement_exposure`` (the default) or ``death``.
        basis
            How the stock counts migrants: ``citizenship`` or ``birth``.
        comparison
            Against residents of the ``nation`` or of the ``same_places``.
        is_high_income
            True where the World Bank classes the country as of high income.

        Returns
        -------
        OddsRatioDistribution

        Raises
        ------
        InputError
            If the outcome is not of the model's quantity.
        """
        if outcome is not None and outcome not in self._rules.outcomes:
            raise InputError(
                f"outcome must be one of {', '.join(sorted(self._rules.outcomes))} in a model of "
                f"{self.quantity}: got {outcome!r}"
            )
        is_on = {crisis_class, outcome, basis, comparison, "high_income" if is_high_income else ""}
        row = self._row(is_on)
        mean = self.coefficients @ row
        variance = _spread(self.covariance, row) + self.between**2
        return self._selected(mean, variance)

    @checked
    def published(self, covariates: Mapping[str, float]) -> OddsRatioDistribution:
        """Return the distribution of what a further country would publish.

        Parameters
        ----------
        covariates
            Mean of each offset's column over the country's rows, 0 to 1, as in `countries`.

        Returns
        -------
        OddsRatioDistribution
            With the error `within_sd`, and not lowered by the selection of what is published.
        """
        row = np.array([1.0, *(float(covariates[name]) for name in self._rules.offsets)])
        variance = _spread(self.covariance, row) + self.between**2 + self.within_sd**2
        return OddsRatioDistribution(self.weight, self.coefficients @ row, np.sqrt(variance))

    @checked
    def of_country(self, country: str, *, as_target: bool = False) -> OddsRatioDistribution:
        """Return the distribution of the odds ratio of a country with own pairs.

        Parameters
        ----------
        country
            A country in `countries`, by code or name; its own value enters with the error `within_sd`.
        as_target
            Of what the model is about (need by plan, by citizenship, against the nation), where
            the country's rows may be of something near it; False: of what its rows are.

        Returns
        -------
        OddsRatioDistribution

        Notes
        -----
        The country's effect given its value and the coefficients is normal; the coefficients are those
        given all countries. The pair moves other countries through the coefficients alone.
        """
        country = country_code(country)
        if country not in self.countries.index:
            there = ", ".join(self.countries.index)
            raise InputError(f"no usable pair of {country!r}: countries with one are {there}")
        held, share = self.countries.loc[country], self._share
        rest = self._beyond_own(country, as_target=as_target)
        mean = np.einsum("nc,nc->n", rest, self.coefficients) + share * held["log_odds_ratio"]
        variance = np.einsum("nc,ncd,nd->n", rest, self.covariance, rest)
        variance += share * self.within_sd**2
        return self._selected(mean, variance)

    def shared_variance_of(self, country: str) -> float:
        """Return the share of the variance of a country with own pairs that others share, 0 to 1."""
        rest = self._beyond_own(country, as_target=True)
        of_all = self.weight @ np.einsum("nc,ncd,nd->n", rest, self.covariance, rest)
        return float(of_all / (of_all + self.weight @ (self._share * self.within_sd**2)))

    @property
    def _share(self) -> FloatArray:
        """What of a country's deviation its own value tells, at each node."""
        return self.between**2 / (self.between**2 + self.within_sd**2)

    def _beyond_own(self, country: str, *, as_target: bool) -> FloatArray:
        """Return the covariates through which the coefficients move a country with own pairs.

        Given all values, x'beta + u = share y + (x - share x_of_rows)'beta + an error of its own.
        """
        held = self.countries.loc[country]
        of_rows = asked = np.array([1.0, *held[list(self._rules.offsets)]])
        if as_target:
            asked = self._row({"high_income"} if held.get("high_income", 0) else set())
        return np.asarray(asked - self._share[:, None] * of_rows)

    @property
    def shared_variance(self) -> float:
        """Share of the variance of a new country's log odds ratio that all countries share, 0 to 1."""
        of_all = self.weight @ _spread(self.covariance, self._row(set()))
        return float(of_all / (of_all + self.weight @ self.between**2))

    @property
    def _rules(self) -> QuantityRules:
        return QUANTITIES[self.quantity]

    def _row(self, is_on: Collection[str | None]) -> FloatArray:
        return np.array([1.0, *(float(name in is_on) for name in self._rules.offsets)])

    def _selected(self, mean: FloatArray, variance: FloatArray) -> OddsRatioDistribution:
        """Lower the mean by the selection of published pairs, uniform up to its largest share."""
        share = 0.5 * self.largest_selection * (1 + _SELECTION_NODES)
        lowered = mean[:, None] + np.log1p(-share)
        weight = self.weight[:, None] * (0.5 * _SELECTION_WEIGHTS)
        sd = np.broadcast_to(np.sqrt(variance)[:, None], lowered.shape)
        return OddsRatioDistribution(weight.ravel(), lowered.ravel(), sd.ravel().copy())

    def __repr__(self) -> str:
        """Return one line."""
        return (
            f"OddsRatioModel(k = {len(self.countries)}; {self._rules.target}: {self.predict()!r})"
        )


@checked
def fit_odds_ratio(
    pairs: pd.DataFrame,
    *,
    quantity: PairQuantity = "need",
    within_sd: Positive = WITHIN_SD,
    between_scale: Positive = BETWEEN_SCALE,
    largest_selection: float = LARGEST_SELECTION,
) -> OddsRatioModel:
    r"""Fit the odds ratio of migrants other than refugees against residents.

    Parameters
    ----------
    pairs
        Table ``group_pairs`` of `gecam.datasets.load_calibration`, or rows with its columns; remove
        or add rows to see what a pair does. Rows that the rules of `calibration_pairs` exclude are
        left out.
    quantity
        People in ``need``, or their ``exposure``: which pairs are used, and which offsets.
    within_sd
        Error of a country's log odds ratio, > 0: definition and sampling (expert judgement).
    between_scale
        Scale of the half-normal prior of the standard deviation between countries (log scale), > 0.
    largest_selection
        Published odds ratios are too high by a share between 0 and this, uniformly; in [0, 1).

    Returns
    -------
    OddsRatioModel

    Raises
    ------
    InputError
        If fewer than three countries have usable rows, or an option is outside its range.

    Notes
    -----
    For country i with value :math:`y_i` and the means :math:`x_i` of its rows' indicators,

    .. math:: y_i = x_i'\beta + u_i + e_i,\quad u_i \sim N(0, \tau^2),\quad e_i \sim N(0, s^2),

    with normal priors of :math:`\beta` (`OFFSETS`; the intercept has standard deviation 2) and
    :math:`\tau` half-normal. Given :math:`\tau` everything is normal, so that the posterior is a
    finite mixture over nodes of :math:`\tau`, and predictions are mixtures of normals whose tails are
    heavier than normal. Nothing is drawn, so that equal pairs give equal results.
    Gelman (2006) discusses priors of :math:`\tau` with few groups; Higgins, Thompson and Spiegelhalter
    (2009) predictive distributions in random-effects pooling.

    References
    ----------
    .. [1] Gelman, A. (2006). Prior distributions for variance parameters in hierarchical models.
       *Bayesian Analysis* 1(3), 515-534.
    .. [2] Higgins, J. P. T., Thompson, S. G., Spiegelhalter, D. J. (2009). A re-evaluation of
       random-effects meta-analysis. *Journal of the Royal Statistical Society A* 172(1), 137-159.

    Examples
    --------
    >>> from gecam.estimation import fit_odds_ratio
    >>> model = fit_odds_ratio(gc.load_calibration("group_pairs"))
    >>> len(model.countries)
    10
    >>> 1.0 < model.predict(basis="birth").median < model.predict().median < 2.5
    True
    """
    if not 0 <= largest_selection < 1:
        raise InputError(f"largest_selection must lie in [0, 1): got {largest_selection}")
    ruled, offsets = calibration_pairs(pairs, quantity=quantity), QUANTITIES[quantity].offsets
    countries = by_country(ruled[ruled["left_out"].eq("")], offsets)
    if len(countries) < 3:
        raise InputError(
            f"at least 3 countries with usable pairs are needed: got {len(countries)}. The column "
            "left_out of calibration_pairs() says why rows are not used."
        )
    y = countries["log_odds_ratio"].to_numpy()
    X = np.column_stack([np.ones(len(countries)), countries[list(offsets)].to_numpy()])
    prior_mean = np.array([0.0, *(mean for mean, _, _ in offsets.values())])
    prior = np.diag([INTERCEPT_SD**2, *(sd**2 for _, sd, _ in offsets.values())])
    between = np.linspace(0, LARGEST_BETWEEN, 2 * NODES + 1)[1::2]
    total = (between**2 + within_sd**2)[:, None, None] * np.eye(len(y))
    covariance_y = X @ prior @ X.T + total
    residual = y - X @ prior_mean
    solved = np.linalg.solve(covariance_y, np.broadcast_to(residual[:, None], (NODES, len(y), 1)))[
        ..., 0
    ]
    log_weight = -0.5 * (solved @ residual + np.linalg.slogdet(covariance_y)[1])
    log_weight -= 0.5 * (between / between_scale) ** 2
    weight = np.exp(log_weight - log_weight.max())
    gain = prior @ X.T @ np.linalg.inv(covariance_y)
    return OddsRatioModel(
        countries,
        ruled,
        between,
        weight / weight.sum(),
        prior_mean + gain @ residual,
        prior - gain @ (X @ prior),
        within_sd,
        largest_selection,
        quantity,
    )


def _spread(covariance: FloatArray, row: FloatArray) -> FloatArray:
    """Return the variance of row'beta at each node."""
    return np.asarray(np.einsum("c,ncd,d->n", row, covariance, row))
