r"""Whose survey of migrants and residents would narrow an answer most: value of sample information.

A survey of both groups by one instrument gives a pair: the log odds ratio of its country with an error
of its own. The draws of the answer are weighted by the likelihood of each result that such a survey
could have, and its results by how probable they are. What countries share moves the other countries
too, because their odds ratios are drawn together.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.estimation import DestinationPlan
from gecam.evaluation.sensitivity.next_figures import counts
from gecam.evaluation.sensitivity.random_inputs import RandomInputs, Sample
from gecam.model import OddsRatioPriors

SURVEY_COLUMNS = (
    "destination", "uses_odds_ratio", "variance_reduction", "variance_reduction_se",
    "interval_reduction", "interval_reduction_se", "interval_after",
)  # fmt: skip
YEARS = 1.0  # from the survey to the figure that uses it
SMALLEST_ERROR = 0.05  # of a log odds ratio: below, too few draws lie near a result
STEPS = 2  # results of a survey that are weighed per standard error
REACH = 4.0  # standard errors beyond the draws
BLOCKS, LEAST_DRAWS = 8, 64  # for the standard errors
ENDS = (0.05, 0.95)


def values_of_surveys(model: RandomInputs, sample: Sample, *, survey_log_sd: float) -> pd.DataFrame:
    """Return by how much a survey in each country is expected to narrow the answer.

    Parameters
    ----------
    model
        The pipeline as a function of its random inputs.
    sample
        Points of these inputs, and the answer at each.
    survey_log_sd
        Standard error of a survey's log odds ratio, at least 0.05; the change of the odds ratio in a
        year is added.

    Returns
    -------
    DataFrame
        One row per country, the largest reduction of the variance first. A country whose rows use no
        odds ratio has 0: the answer holds none of its own that a pair would update.

    Raises
    ------
    InputError
        If the error is smaller than draws can resolve.
    """
    if survey_log_sd < SMALLEST_ERROR:
        raise InputError(
            f"survey_log_sd is the standard error of a log odds ratio, at least {SMALLEST_ERROR}: got "
            f"{survey_log_sd:g}. What exact knowledge would save stands in the table of figures."
        )
    values, people = sample
    width = float(np.diff(np.quantile(people, ENDS, method="hazen"))[0])
    rows = []
    for plan in model.plans:
        reduction, error = np.zeros(2), np.zeros(2)
        row = _row(plan, model)
        if row is not None:
            log_odds = model.log_odds(values, plan, row)
            sd = math.hypot(survey_log_sd, _drift(plan) * YEARS**0.5)
            reduction, error = _with_error(people, log_odds, sd)
        numbers = [x for pair in zip(reduction, error, strict=True) for x in pair]
        rows.append((plan.destination, row is not None, *numbers, width - reduction[1]))
    table = pd.DataFrame(rows, columns=list(SURVEY_COLUMNS))
    return table.sort_values(
        "variance_reduction", ascending=False, kind="stable", ignore_index=True
    )


def expected_reduction(people: FloatArray, log_odds: FloatArray, log_sd: float) -> FloatArray:
    r"""Return the expected reduction of the variance and of the 90 % interval by a survey.

    Parameters
    ----------
    people, log_odds
        Draws of the answer and of a country's log odds ratio, shape ``(draw,)``.
    log_sd
        Standard error of the survey's log odds ratio.

    Returns
    -------
    ndarray
        Share of the variance, and persons. Shape ``(2,)``. An answer without spread: 0.

    Notes
    -----
    The survey reads :math:`y = \theta + e`. With :math:`w_i(y) = \varphi((y - \theta_i)/s)` the answer
    after y has weights :math:`w_i / \sum w`, and y the density :math:`\sum w`; both are summed over a
    grid of y, so that nothing is drawn. The variance after y is the unbiased one of weighted draws.
    """
    order = np.argsort(people, kind="stable")
    a, theta = people[order], log_odds[order]
    equal = np.full(a.size, 1 / a.size)
    before = _spread(a, equal)
    if before[0] == 0 or np.ptp(theta) == 0:
        return np.zeros(2)
    reach = REACH * log_sd
    results = np.arange(theta.min() - reach, theta.max() + reach, log_sd / STEPS)
    weight, after = np.zeros(results.size), np.zeros((results.size, 2))
    for i, y in enumerate(results):
        likelihood = np.exp(-0.5 * ((y - theta) / log_sd) ** 2)
        weight[i] = likelihood.sum()
        if weight[i] > 0:
            after[i] = _spread(a, likelihood / weight[i])
    left = weight @ after / weight.sum()
    return np.array([1 - left[0] / before[0], before[1] - left[1]])


def _spread(ordered: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Return variance and width of the 90 % interval of weighted draws, in ascending order."""
    gap = ordered - weight @ ordered
    free = 1 - weight @ weight
    low, high = np.interp(ENDS, np.cumsum(weight) - weight / 2, ordered)
    return (float(weight @ gap**2 / free) if free > 1e-12 else 0.0), float(high - low)


def _with_error(
    people: FloatArray, log_odds: FloatArray, log_sd: float
) -> tuple[FloatArray, FloatArray]:
    """Return the expected reductions, and their standard errors over blocks of draws."""
    whole = expected_reduction(people, log_odds, log_sd)
    if people.size < LEAST_DRAWS:
        return whole, np.full(2, np.nan)
    blocks = zip(np.split(people, BLOCKS), np.split(log_odds, BLOCKS), strict=True)
    parts = np.array([expected_reduction(*block, log_sd) for block in blocks])
    return whole, parts.std(axis=0, ddof=1) / math.sqrt(BLOCKS)


def _row(plan: DestinationPlan, model: RandomInputs) -> int | None:
    """Return the first row of a country that counts and rests on the odds ratio; None without."""
    for i, crisis in enumerate(plan.crises):
        if crisis.shares.rests_on_odds_ratio and counts(crisis, model.target):
            return i
    return None


def _drift(plan: DestinationPlan) -> float:
    """Return the change of the log odds ratio per root year; none where one prior serves all rows."""
    given = plan.assumptions.odds_ratio
    return given.log_sd_per_root_year if isinstance(given, OddsRatioPriors) else 0.0
