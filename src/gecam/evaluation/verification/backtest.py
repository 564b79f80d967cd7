"""Back-tests: forecasts from an earlier revision, compared with the figures of a later one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import logit, ndtr, ndtri

from gecam._signature import checked
from gecam._typing import FloatArray, NonNegative, Probability
from gecam.errors import InputError
from gecam.estimation import COVARIATES, NEXT_GRADE, DatedStock, fay_herriot, stock_at
from gecam.evaluation.calibration.stock_errors import (
    calibrate_stocks,
    classes_of,
    people_by_destination,
    revisions,
)
from gecam.evaluation.verification.backtest_result import BackTest
from gecam.evaluation.verification.scores import crps_normal
from gecam.model import FIXED, Assumptions, Case, residents_at
from gecam.results import message
from gecam.uncertainty import DEFAULT_LEVEL

FEW_OF_A_CLASS = 10  # revised figures: below, a class has the noise of all
Counting = Literal["revised", "updated"]


@checked
def backtest(
    totals: pd.DataFrame,
    basis: pd.DataFrame,
    *,
    earlier: str,
    later: str,
    crisis: Collection[str] = (),
    onsets: Mapping[str, date] | None = None,
    released: Mapping[str, date] | None = None,
    assumptions: Assumptions | None = None,
    drift_elsewhere: NonNegative | None = None,
    counting: Counting = "revised",
    level: Probability = DEFAULT_LEVEL,
) -> BackTest:
    r"""Forecast stocks with one revision and judge them by the last figures of a later one.

    Parameters
    ----------
    totals
        Migrants by ``source`` (revision), ``destination``, ``as_of`` and ``people``.
    basis
        How destinations count: ``source``, ``destination``, ``basis``, ``is_imputed``.
    earlier, later
        Names of revisions, as in the column ``source``: of the forecast, and of what judges it.
    crisis
        ISO3 of the destinations with a humanitarian plan.
    onsets
        Date by ISO3 when their crises began. Those after the release of the earlier revision are not
        known then.
    released
        First public day of each revision by name, so that the forecast knows nothing later.
    assumptions
        Noise, drift, growth cap; the defaults of the library where None.
    drift_elsewhere
        Drift per root year of destinations that are not in `crisis`; None: the same for all.
    counting
        ``revised``: only destinations whose figure of the last common date was changed, as nothing
        else shows a new measurement. ``updated``: also those with a new last figure that does not
        continue the growth before it, often new refugees on an old count.
    level
        Probability of the intervals, in (0, 1).

    Returns
    -------
    BackTest
        Scores on the log scale. Naive rules: ``last_value`` (carried forward) and ``log_linear``
        (the last growth carried on, uncapped). An odds ratio of 1 is no rule for stocks.

    Raises
    ------
    InputError
        If a revision is absent, or the later one was not released after the earlier one.

    Notes
    -----
    A later figure that continues its growth exactly is its publisher's extrapolation, and judges
    nothing. Each remaining one is an estimate itself, of the same publisher, and partly of the same
    data as the forecast: agreement is easier than with the truth.

    Examples
    --------
    >>> from gecam.evaluation.verification.backtest import backtest
    >>> test = backtest(gc.load_calibration("stock_totals"), gc.load_calibration("stock_basis"),
    ...                 earlier="undesa-ims-2020", later="undesa-ims-2024")
    >>> test.n, len(test.cases)
    (54, 233)
    """
    a = assumptions or Assumptions()
    elsewhere = a if drift_elsewhere is None else replace(a, drift_log_sd=drift_elsewhere)
    began = _known_onsets(onsets or {}, _release(released, earlier, later))
    old, new = people_by_destination(totals, earlier), people_by_destination(totals, later)
    classes = classes_of(totals, basis, earlier)
    compared = revisions(totals, basis, earlier=earlier, later=later).set_index("destination")
    rows = []
    for destination in sorted(new):
        row = {"case": destination, "is_crisis": destination in crisis, "counts": False}
        if destination not in compared.index or min(old[destination].values()) <= 0:
            rows.append(row | {"reason": str(message("NO_EARLIER_FIGURES"))})
            continue
        own = a if destination in crisis else elsewhere
        when = max(new[destination])
        forecast = stock_at(
            old[destination], when, log_sd=own.stock_log_sd[classes[destination]],
            onset=began.get(destination), assumptions=own,
        )  # fmt: skip
        reason = _why_not(compared.loc[destination], counting)
        observed = new[destination][when]
        row |= {"counts": not reason, "reason": reason, "observed": observed}
        row |= _judged_stock(forecast, observed, level) | _naive(old[destination], when, observed)
        rows.append(row)
    name = message("STOCKS_FORECAST", later=later, earlier=earlier)
    return BackTest(name, pd.DataFrame(rows), ("last_value", "log_linear"), level)


def _known_onsets(onsets: Mapping[str, date], until: date | None) -> dict[str, date]:
    """Return the onsets that were known on a day; all of them without one."""
    return {place: onset for place, onset in onsets.items() if until is None or onset <= until}


def _judged_stock(forecast: DatedStock, observed: float, level: float) -> dict[str, float]:
    """Return a forecast of a stock, its interval, and its scores on the log scale."""
    centre = np.log(forecast.people) - forecast.log_sd**2 / 2
    return {
        "central": forecast.people,
        **_interval(centre, forecast.log_sd, level, np.exp),
        **_scores(np.log(observed), centre, forecast.log_sd, np.log(forecast.people)),
    }


def _naive(figures: Mapping[date, float], when: date, observed: float) -> dict[str, float]:
    """Return the errors, on the log scale, of the last figure and of its last growth carried on."""
    before, last = sorted(figures)[-2:]
    growth = np.log(figures[last] / figures[before]) / (last - before).days
    at, carried = np.log(observed), np.log(figures[last])
    return {
        "error_last_value": abs(at - carried),
        "error_log_linear": abs(at - carried - growth * (when - last).days),
    }


@checked
def calibrated_until(
    totals: pd.DataFrame,
    basis: pd.DataFrame,
    *,
    released: Mapping[str, date],
    until: date,
    crisis: Collection[str] = (),
    base: Assumptions | None = None,
) -> tuple[Assumptions, float]:
    """Return assumptions calibrated on the revisions that were public on a day.

    Parameters
    ----------
    totals, basis, released, crisis
        As in `backtest`.
    until
        The day, inclusive.
    base
        Assumptions that stay where the revisions do not carry an own figure; by default those of the
        library.

    Returns
    -------
    assumptions, drift_elsewhere
        Noise of each class with at least 10 revised figures, else of all; `imputed` at least its
        base. The drift is that of all revised destinations, since crisis countries are too few.

    Raises
    ------
    InputError
        If fewer than two revisions were public on the day.
    """
    a = base or Assumptions()
    public = {name for name, day in released.items() if day <= until}
    figures = totals[totals["source"].isin(public)]
    if figures["source"].nunique() < 2:
        raise InputError(f"needs two revisions released by {until}: got {sorted(public)}")
    errors = calibrate_stocks(figures, basis, crisis=crisis, growth_cap=a.growth_cap)
    overall = errors.level[-1].rms
    noise = {
        n.name: n.rms if n.n >= FEW_OF_A_CLASS else overall for n in errors.level if n.name != "all"
    }
    noise["extrapolated"] = max(noise["measured"], noise["extrapolated"])
    noise["imputed"] = max(noise["imputed"], a.stock_log_sd["imputed"])
    n = np.array([part.n for part in errors.growth_capped], dtype="float64")
    rms = np.array([part.rms for part in errors.growth_capped], dtype="float64")
    drift = float(np.sqrt(np.sum((n * rms**2)[n > 0]) / n.sum()))
    correlation = errors.end_correlation
    correlation = a.end_correlation if np.isnan(correlation) else min(max(correlation, 0.0), 1.0)
    return replace(a, stock_log_sd=noise, end_correlation=correlation, drift_log_sd=drift), drift


@checked
def backtest_imputation(
    case: Case,
    risk: pd.DataFrame,
    *,
    covariates: Collection[str] = COVARIATES,
    level: Probability = DEFAULT_LEVEL,
) -> BackTest:
    """Predict the share in need of each country with a plan from the others, and compare.

    The model is that of `gecam.estimation.fay_herriot`.

    Parameters
    ----------
    case
        Inputs with national plans of countries, whose shares in need are predicted.
    risk
        Covariates by ISO3, not derived from people in need.
    covariates
        Columns of `risk`.
    level
        Probability of the intervals, in (0, 1).

    Returns
    -------
    BackTest
        Leave one country out, on the logit scale. Naive rule: ``same_share`` (the mean logit of the
        other countries). No forecast: covariates may be of a later year. All cases are countries
        with a plan: how well countries *without* one are modelled cannot be tested, as none
        publishes people in need.

    Raises
    ------
    InputError
        If no country has a national plan, residents and all covariates.
    """
    countries = list(_modelled_shares(case, risk[list(covariates)]))
    if not countries:
        raise InputError(
            f"no country of case {case.name!r} has a national plan, residents and all covariates"
        )
    names = [name for name, *_ in countries]
    figures, errors = (np.array(column) for column in list(zip(*countries, strict=True))[1:3])
    design = np.array([x for *_, x in countries])
    design = np.column_stack([np.ones(len(names)), design - design.mean(axis=0)])
    rows = []
    for i, name in enumerate(names):
        others = np.arange(len(names)) != i
        model = fay_herriot(figures[others], design[others], errors[others])
        predicted = model.predict(design[[i]])
        centre = float(predicted.mean[0])
        spread = float(np.sqrt(predicted.variance[0] + errors[i]))  # the figure itself errs by D
        rows.append(
            {
                "case": name, "is_crisis": True, "counts": True, "reason": "",
                "observed": _expit(figures[i]), "central": _expit(centre),
                **_interval(centre, spread, level, _expit),
                **_scores(figures[i], centre, spread, centre),
                "error_same_share": abs(figures[i] - figures[others].mean()),
            }
        )  # fmt: skip
    what, note = message("SHARES_LEFT_OUT", edition=case.name), message("ONLY_WITH_PLAN")
    return BackTest(what, pd.DataFrame(rows), ("same_share",), level, (note,))


def _modelled_shares(
    case: Case, covariates: pd.DataFrame
) -> Iterator[tuple[str, float, float, FloatArray]]:
    """Yield each country with a national plan: log odds in need, their variance, covariates."""
    plans = {c.id for c in case.crises if c.plan_type == "country_plan"}
    national = (f for f in case.footprints if f.crisis in plans and f.is_national)
    complete = covariates.dropna()
    for footprint in sorted(national, key=lambda f: f.crisis):
        place, grade = footprint.destination, footprint.grade
        residents = footprint.denominator or residents_at(case.population, place, footprint.as_of)
        if place in complete.index and residents:
            share = float(logit(min(footprint.people / residents, FIXED.largest_share)))
            grade = NEXT_GRADE[grade] if footprint.pin_scope == "unknown" else grade
            variance = case.assumptions.grade_logit_sd[grade] ** 2
            yield place, share, variance, complete.loc[place].to_numpy(dtype="float64")


def _release(released: Mapping[str, date] | None, earlier: str, later: str) -> date | None:
    if released is None:
        return None
    if missing := [name for name in (earlier, later) if name not in released]:
        raise InputError(f"no release date of {', '.join(missing)}")
    if not released[earlier] < released[later]:
        raise InputError(
            f"{later} ({released[later]}) must be released after {earlier} ({released[earlier]})"
        )
    return released[earlier]


def _why_not(row: pd.Series, counting: Counting) -> str:
    if bool(row["is_extrapolated"]):
        return str(message("LATER_EXTRAPOLATED"))
    if counting == "revised" and not bool(row["is_revised"]):
        return str(message("NOT_REVISED"))
    return ""


def _interval(
    centre: float, sd: float, level: float, back: Callable[[float], float]
) -> dict[str, float]:
    half = float(ndtri(0.5 + level / 2)) * sd
    return {"lower": float(back(centre - half)), "upper": float(back(centre + half))}


def _scores(at: float, centre: float, sd: float, central: float) -> dict[str, float]:
    """Return where the truth fell, the CRPS, and the error of the central value."""
    z = (at - centre) / sd if sd > 0 else np.sign(at - centre) * np.inf
    return {
        "pit": float(ndtr(z)),
        "crps": float(crps_normal(at, centre, sd)),
        "error": abs(at - central),
    }


def _expit(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))
