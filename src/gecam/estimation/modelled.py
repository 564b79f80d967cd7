"""Countries without a plan: a modelled share in need, of evidence level 4, apart from all totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import logit

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.estimation.methods.small_area import (
    AreaModel,
    AreaPrediction,
    SelectionShift,
    fay_herriot,
)
from gecam.estimation.plan.scope_shares import NEXT_GRADE
from gecam.model import FIXED, Case, Crisis, Footprint, ModelledShare, residents_at

COVARIATES = ("HAZARD & EXPOSURE", "Socio-Economic Vulnerability", "LACK OF COPING CAPACITY")
"""Components of INFORM Risk that rest on no count of people in need, displaced or affected."""


@dataclass(frozen=True, eq=False)
class ModelledCase:
    """A case of countries without a plan, and the model behind its shares.

    Parameters
    ----------
    case
        One crisis per country, of evidence level 4; estimate it with the same seed as the covered case,
        and add totals draw by draw.
    model
        The fitted area model.
    fitted
        Countries that the model was fitted on.
    left_out
        Countries without a plan that have no covariates, stock or population, with the reason.
    """

    case: Case
    model: AreaModel
    fitted: tuple[str, ...]
    left_out: dict[str, str]


@checked
def modelled_case(
    covered: Case,
    world: Case,
    risk: pd.DataFrame,
    *,
    covariates: Sequence[str] = COVARIATES,
    shift: SelectionShift | None = None,
) -> ModelledCase:
    r"""Model the share in need of countries without a plan.

    Parameters
    ----------
    covered
        The case with the plans: people in need of its national country plans are the data of the model.
    world
        A case without footprints, with stock, population and refugees of all countries; people.
    risk
        Covariates by country: index ISO3, columns `covariates`. Nothing in it may be derived from
        people in need.
    covariates
        Which columns to use.
    shift
        How much lower the log odds are where there is no plan; mean -1 and sd 0.5 by default
        (expert judgement): a plan exists because a crisis is bad enough.

    Returns
    -------
    ModelledCase
        Its shares have the grade E and are never part of the covered totals.

    Raises
    ------
    InputError
        If fewer plans than covariates plus three can be used, or a column is missing.

    Notes
    -----
    Fay-Herriot on the logit of the share in need of residents, with the grades' variances as known
    errors (`fay_herriot`). A modelled share is
    :math:`\operatorname{expit}(x'\beta + \delta + u)`: the errors of :math:`\beta` and
    :math:`\delta` are shared by all modelled countries, :math:`u` is a country's own.

    References
    ----------
    .. [1] Fay, R., Herriot, R. (1979). Estimates of income for small places. JASA 74, 269-277.
    """
    if missing := [name for name in covariates if name not in risk.columns]:
        raise InputError(f"risk lacks the columns {', '.join(missing)}")
    table = risk[list(covariates)].dropna()
    plans = _national_plans(covered, table)
    if len(plans) < len(covariates) + 4:
        raise InputError(
            f"{len(plans)} national plans with covariates are too few for {len(covariates)} "
            "covariates: use fewer."
        )
    names = [f.destination for f in plans]
    centre = table.loc[names].mean()
    model = _fitted(covered, plans, _design(table.loc[names] - centre))
    places, left_out = _places(covered, world, table)
    prediction = model.predict(_design(table.loc[places] - centre), shift=shift or SelectionShift())
    footprints = tuple(_footprints(model, prediction, places, world, _when(covered)))
    crises = tuple(
        Crisis(f.crisis, f"modelled, {f.destination}", "complex", f.as_of) for f in footprints
    )
    case = replace(
        world, crises=crises, footprints=footprints, assumptions=covered.assumptions,
        name=f"{covered.name} modelled",
    )  # fmt: skip
    return ModelledCase(case, model, tuple(names), left_out)


def _fitted(case: Case, plans: Sequence[Footprint], design: FloatArray) -> AreaModel:
    """Fit the shares of residents in need of national plans, with the errors of their grades."""
    sds = case.assumptions.grade_logit_sd
    y = [logit(min(f.people / _residents(case, f), FIXED.largest_share)) for f in plans]
    grades = [NEXT_GRADE[f.grade] if f.pin_scope == "unknown" else f.grade for f in plans]
    return fay_herriot(y, design, [max(sds[grade], 0.01) ** 2 for grade in grades])


def _footprints(
    model: AreaModel, prediction: AreaPrediction, places: Sequence[str], world: Case, when: date
) -> Iterator[Footprint]:
    """Yield the modelled people in need of each place."""
    root = np.linalg.cholesky(model.beta_cov)
    for i, place in enumerate(places):
        share = ModelledShare(
            float(prediction.mean[i]),
            tuple(map(float, prediction.X[i] @ root)),
            float(np.sqrt(model.A)),
            prediction.shift.sd,
        )
        residents = residents_at(world.population, place, when)
        if residents is None:
            raise AssertionError("a place without residents was not left out")
        yield Footprint(
            f"modelled-{place}", place, share.mean * residents, when, pin_scope="all",
            grade="E", modelled=share, source=world.population.source,
        )  # fmt: skip


def _national_plans(case: Case, table: pd.DataFrame) -> list[Footprint]:
    """Return national country plans of destinations with covariates, sorted by destination."""
    ids = {c.id for c in case.crises if c.plan_type == "country_plan"}
    national = [
        f
        for f in case.footprints
        if f.crisis in ids and f.is_national and f.destination in table.index
    ]
    return sorted(national, key=lambda f: f.destination)


def _when(case: Case) -> date:
    """Return the reference date of the country plans (their most frequent one)."""
    dates = sorted(c.reference_date for c in case.crises if c.plan_type == "country_plan")
    return max(dates, key=dates.count)


def _residents(case: Case, footprint: Footprint) -> float:
    residents = footprint.denominator or residents_at(
        case.population, footprint.destination, footprint.as_of
    )
    if residents is None:
        raise AssertionError("a case with a footprint without denominator passed its check")
    return residents


def _design(table: pd.DataFrame) -> FloatArray:
    return np.column_stack([np.ones(len(table)), table.to_numpy(dtype="float64")])


def _largest_stock(world: Case, place: str) -> float:
    return float(world.stock.totals().loc[place].max())


def _places(covered: Case, world: Case, table: pd.DataFrame) -> tuple[list[str], dict[str, str]]:
    """Return countries to model, and those that cannot be with the reason."""
    when = _when(covered)
    places, left_out = [], {}
    for place in world.stock.destinations:
        if place in covered.destinations:
            continue
        if place not in table.index:
            left_out[place] = "no covariates"
        elif residents_at(world.population, place, when) is None:
            left_out[place] = "no population"
        elif _largest_stock(world, place) > (residents_at(world.population, place, when) or 0.0):
            left_out[place] = "a stock above the population"
        else:
            places.append(place)
    return places, left_out
