r"""The odds ratio of migrants against residents, estimated from countries that publish both groups.

One value per country enters: the median of the logarithms of its published odds ratios. A linear model
on the log scale with one random effect by country describes them; its few offsets are shrunk towards
stated values, since ten countries cannot estimate them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from scipy.special import ndtr

from gecam._signature import checked
from gecam._typing import FloatArray, Positive, Probability
from gecam.codes import country_code
from gecam.errors import InputError

CrisisClass = Literal["protracted_economic", "conflict"]
Outcome = Literal["need_plan", "food_insecurity", "poverty_income"]
StockBasis = Literal["citizenship", "birth"]
ComparisonGroup = Literal["nation", "same_places"]

WITHIN_SD = 0.3
"""Error of a country's log odds ratio: definition and sampling. Expert judgement; 0.15 to 0.5."""
BETWEEN_SCALE = 0.5
"""Scale of the half-normal prior of the standard deviation between countries."""
LARGEST_SELECTION = 0.2
"""Published odds ratios are too high by 0 to this share, since striking pairs are printed first."""
TARGET = "need by plan, protracted, by citizenship, against the nation, low and middle income"

# Offset of the log odds ratio against TARGET: prior mean, prior standard deviation, and its source.
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
INTERCEPT_SD = (
    2.0  # of the log odds ratio of TARGET: between 0.04 and 27 with 90 %, so no statement
)
NODES = 400  # of the standard deviation between countries
LARGEST_BETWEEN = 3.0  # a log standard deviation beyond which no prior mass is left
_SELECTION_NODES, _SELECTION_WEIGHTS = np.polynomial.legendre.leggauss(5)


@checked
def calibration_pairs(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the published pairs from which the odds ratio of people in need may be estimated.

    Parameters
    ----------
    pairs
        Table ``group_pairs`` of `gecam.datasets.load_calibration`, or rows with its columns.

    Returns
    -------
    DataFrame
        The same rows and columns, and ``left_out``: why a row is not used; empty where it is used.

    Notes
    -----
    Used are rows for calibration with an odds ratio, of migrants other than refugees and
    asylum-seekers, neither naturalised nor settled for decades, in protracted crises and conflict, of
    need, hunger or poverty. Exposure, displacement and death are another quantity: where people are,
    not how they fare.

    Examples
    --------
    >>> from gecam.estimation import calibration_pairs
    >>> pairs = calibration_pairs(gc.load_calibration("group_pairs"))
    >>> used = pairs[pairs["left_out"].eq("")]
    >>> len(pairs), len(used), used["country"].nunique()
    (120, 24, 10)
    """
    rules = {
        "no odds ratio can be formed": pairs["odds_ratio"].isna(),
        "not fit for calibration": pairs["use"].ne("calibration"),
        "naturalised, or settled for decades": pairs["is_settled"],
        "refugees or asylum-seekers": pairs["group"].isin(["refugees", "asylum_seekers"]),
        "another class of crisis": ~pairs["crisis_class"].isin(get_args(CrisisClass)),
        "another outcome": ~pairs["outcome"].isin(get_args(Outcome)),
    }
    reason = pd.Series("", index=pairs.index)
    for text, applies in rules.items():
        reason = reason.mask(reason.eq("") & applies, text)
    own = pairs["use_reason"].where(pairs["use"].ne("calibration"), "")
    is_unfit = reason.eq("not fit for calibration")
    return pairs.assign(left_out=reason.mask(is_unfit, reason + ": " + own))


@dataclass(frozen=True, slots=True, eq=False)
class OddsRatioDistribution:
    """Predictive distribution of an odds ratio: a mixture of log-normals.

    Parameters
    ----------
    weight
        Weights of the components; they sum to 1. Shape ``(component,)``.
    mean, sd
        Of the logarithm, by component. Shape ``(component,)``.
    """

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    @checked
    def cdf(self, odds_ratio: Positive) -> float:
        """Return the probability of an odds ratio of at most `odds_ratio` (> 0)."""
        return self._cdf(float(np.log(odds_ratio)))

    def _cdf(self, log_ratio: float) -> float:
        return float(self.weight @ ndtr((log_ratio - self.mean) / self.sd))

    @checked
    def quantile(self, q: float) -> float:
        """Return the odds ratio below which the distribution has probability `q`, in (0, 1)."""
        from scipy.optimize import brentq

        if not 0 < q < 1:
            raise InputError(f"q must lie in (0, 1): got {q}")
        low = float(np.min(self.mean - 40 * self.sd))
        high = float(np.max(self.mean + 40 * self.sd))
        return float(np.exp(brentq(lambda x: self._cdf(x) - q, low, high, xtol=1e-12)))

    @property
    def median(self) -> float:
        """Median odds ratio."""
        return self.quantile(0.5)

    @checked
    def interval(self, level: Probability = 0.9) -> tuple[float, float]:
        """Return the central interval of probability `level`, in (0, 1)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    @checked
    def log_density(self, odds_ratio: Positive) -> float:
        """Return the log density of the *logarithm* of the odds ratio at `odds_ratio` (> 0)."""
        z = (np.log(odds_ratio) - self.mean) / self.sd
        parts = np.log(self.weight) - 0.5 * z**2 - np.log(self.sd) - 0.5 * np.log(2 * np.pi)
        return float(np.logaddexp.reduce(parts))

    def __repr__(self) -> str:
        """Return one line."""
        low, high = self.interval()
        return f"OddsRatioDistribution({self.median:.2f}, 90 % {low:.2f} to {high:.2f})"


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
    within_sd, largest_selection
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

    @checked
    def between_interval(self, level: Probability = 0.9) -> tuple[float, float]:
        """Return the central posterior interval of the standard deviation between countries."""
        cumulated = np.cumsum(self.weight)
        ends = np.interp([(1 - level) / 2, (1 + level) / 2], cumulated, self.between)
        return float(ends[0]), float(ends[1])

    @checked
    def predict(
        self,
        *,
        crisis_class: CrisisClass = "protracted_economic",
        outcome: Outcome = "need_plan",
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
            ``need_plan``, ``food_insecurity`` or ``poverty_income``.
        basis
            How the stock counts migrants: ``citizenship`` or ``birth``.
        comparison
            Against residents of the ``nation`` or of the ``same_places``.
        is_high_income
            Whether the World Bank classes the country as of high income.

        Returns
        -------
        OddsRatioDistribution
        """
        row = _row(crisis_class, outcome, basis, comparison, is_high_income=is_high_income)
        mean = self.coefficients @ row
        variance = np.einsum("c,ncd,d->n", row, self.covariance, row) + self.between**2
        return self._selected(mean, variance)

    @checked
    def of_country(self, country: str) -> OddsRatioDistribution:
        """Return the distribution of the underlying odds ratio of a country with own pairs.

        Parameters
        ----------
        country
            A country in `countries`, by code or name; its own value enters with the error `within_sd`,
            and its covariates are those of its rows.

        Returns
        -------
        OddsRatioDistribution
        """
        country = country_code(country)
        if country not in self.countries.index:
            there = ", ".join(self.countries.index)
            raise InputError(f"no usable pair of {country!r}: countries with one are {there}")
        held = self.countries.loc[country]
        row = np.array([1.0, *held[list(OFFSETS)]])
        fixed = self.coefficients @ row
        spread = np.einsum("c,ncd,d->n", row, self.covariance, row)
        share = self.between**2 / (self.between**2 + self.within_sd**2)
        # posterior of x'beta + u given all values, by conditioning at each node
        mean = fixed + share * (float(held["log_odds_ratio"]) - fixed)
        variance = (1 - share) ** 2 * spread + share * self.within_sd**2
        return self._selected(mean, variance)

    def _selected(self, mean: FloatArray, variance: FloatArray) -> OddsRatioDistribution:
        """Lower the mean by the selection of published pairs, uniform up to its largest share."""
        share = 0.5 * self.largest_selection * (1 + _SELECTION_NODES)
        lowered = mean[:, None] + np.log1p(-share)
        weight = self.weight[:, None] * (0.5 * _SELECTION_WEIGHTS)
        sd = np.broadcast_to(np.sqrt(variance)[:, None], lowered.shape)
        return OddsRatioDistribution(weight.ravel(), lowered.ravel(), sd.ravel().copy())

    def __repr__(self) -> str:
        """Return one line."""
        return f"OddsRatioModel(k = {len(self.countries)}; {TARGET}: {self.predict()!r})"


@checked
def fit_odds_ratio(
    pairs: pd.DataFrame,
    *,
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
    ruled = calibration_pairs(pairs)
    countries = _by_country(ruled[ruled["left_out"].eq("")])
    if len(countries) < 3:
        raise InputError(
            f"at least 3 countries with usable pairs are needed: got {len(countries)}. The column "
            "left_out of calibration_pairs() says why rows are not used."
        )
    y = countries["log_odds_ratio"].to_numpy()
    X = np.column_stack([np.ones(len(countries)), countries[list(OFFSETS)].to_numpy()])
    prior_mean = np.array([0.0, *(mean for mean, _, _ in OFFSETS.values())])
    prior = np.diag([INTERCEPT_SD**2, *(sd**2 for _, sd, _ in OFFSETS.values())])
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
    )


def _by_country(used: pd.DataFrame) -> pd.DataFrame:
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
    ).astype("float64")
    table = indicators.groupby(used["country"]).mean()
    logs = np.log(used["odds_ratio"]).groupby(used["country"])
    return table.assign(log_odds_ratio=logs.median(), rows=logs.size())


def _row(
    crisis_class: str, outcome: str, basis: str, comparison: str, *, is_high_income: bool
) -> FloatArray:
    is_on = {crisis_class, outcome, basis, comparison, "high_income" if is_high_income else ""}
    return np.array([1.0, *(float(name in is_on) for name in OFFSETS)])
