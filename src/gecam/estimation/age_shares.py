"""Ages of affected migrants: children, adults and older people by place, group and sex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit, logit

from gecam._signature import checked
from gecam._typing import FloatArray, NonNegative
from gecam.aggregation import NOT_PUBLISHED, NestedShares
from gecam.errors import InputError
from gecam.estimation.added_inputs import with_inputs
from gecam.model import AGES, AgeTable, Group
from gecam.results import (
    FACTS,
    SELECTIONS,
    Breakdown,
    CompleteEstimates,
    Estimates,
    RegionalCell,
)
from gecam.uncertainty import Streams, addresses, logit_normal_location

AGE_LOGIT_SD = 0.14
"""Error of a share by age one year after its table, on the logit scale, times the root of years.

UN DESA's shares of children among migrants moved by 0.42 on that scale from 2010 to 2019 (398
destinations and sexes that moved), those of older people among adults by 0.41.
"""
WIDEST = 12.0  # logarithm of an odds ratio that makes a share nothing or everything


@checked
def with_ages(est: Estimates, ages: AgeTable, *, logit_sd: NonNegative = AGE_LOGIT_SD) -> Estimates:
    r"""Return an answer that can be read by age; no draw of it changes.

    Parameters
    ----------
    est
        An answer of `estimate`, persons.
    ages
        Migrants by age, sex and group, and people in need by age (`gecam.load_ages`).
    logit_sd
        Error of shares by age one year after their table, on the logit scale, >= 0.

    Returns
    -------
    Estimates
        The same, with `Estimates.ages`: ``by("age")`` has rows ``0-17``, ``18-59``, ``60+``, and
        ``total`` for people whose ages are not published.

    Raises
    ------
    InputError
        If the answer is of severe need: ages come before severity.

    Notes
    -----
    Ages are shares within each sex, the same for all origins of a group in a destination, so that
    the published margins by origin and sex hold in every draw, and rows by age add to every other
    row. The shares among people in need follow from those among all migrants and from the plan's
    shares in need by age, where it publishes them, with one odds ratio for all ages: the one at
    which the ages of a group make up its mean share in need. No pair of migrants and residents by
    age was published, so that this is expert judgement. Without needs by age, migrants in need have
    the ages of all of them. The error of a share is logit-normal with the square root of the years
    since its table; it is one error for all origins and both sexes.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["TCD"]), draws=400, seed=1)
    >>> rows = gc.with_ages(est, gc.load_ages("2026")).by("age").summary()
    >>> rows["age"].tolist()
    ['0-17', '18-59', '60+']
    """
    if est.measure == "severe":
        raise InputError(
            "add ages to the people in need, and divide those by severity: with_ages, then by_severity."
        )
    years = {crisis.id: crisis.reference_date.year for crisis in est.crises}
    latest = {
        cell.destination: max(
            years[other.crisis] for other in est.cells if other.destination == cell.destination
        )
        for cell in est.cells
    }
    published = _Published.of(ages, logit_sd)
    shares: dict[tuple[str, Group], NestedShares] = {}
    for i, place in enumerate(est.places):
        if place in published.rows:
            needs = ages.needs_of(place[0])
            mean = np.nan if needs is None else _mean_share(est, i)
            shares[place] = published.shares(place, latest[place[0]], needs, mean)
    return replace(with_inputs(est, [ages, logit_sd], ages.sources), ages=shares)


@checked
def cells_by_age(
    complete: CompleteEstimates, ages: AgeTable, *, logit_sd: NonNegative = AGE_LOGIT_SD
) -> Breakdown:
    """Divide people of regional plans by sex and age, as the refugees of their host country are.

    Parameters
    ----------
    complete
        The answer with people of regional plans, or its part in severe need (`by_severity`);
        persons.
    ages
        As in `with_ages`; of its groups, ``protection``.
    logit_sd
        As in `with_ages`.

    Returns
    -------
    Breakdown
        Rows of destination, origin, ``name`` of the group, ``sex`` and ``age``; ``total`` where
        they are not published. They add to the cells with a figure in every draw. Cells without a
        figure are left out, as are those that stand in a country plan.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["COL"]), draws=400, seed=1)
    >>> complete = gc.complete_estimates(est, gc.load_regional_plans("2026"))
    >>> rows = gc.cells_by_age(complete, gc.load_ages("2026")).row(destination="COL")
    >>> rows.labels[["sex", "age"]].to_numpy().tolist()[:3]
    [['female', '0-17'], ['female', '18-59'], ['female', '60+']]
    """
    est = complete.estimates
    published = _Published.of(ages, logit_sd)
    labels, draws, facts = [], [], []
    for cell, people in complete.drawn_cells():
        for (sex, age), mean, part in _parts_of_cell(
            published, (cell.destination, cell.group), est
        ):
            labels.append((cell.destination, cell.origin, cell.name, sex, age))
            draws.append(people * part)
            facts.append(_cell_facts(cell, mean, is_told=age != NOT_PUBLISHED))
    columns = ["destination", "origin", "name", "sex", "age"]
    rows = pd.DataFrame(labels, columns=columns, dtype=object)
    return Breakdown.of(est, rows, np.array(draws), facts)


def _parts_of_cell(
    published: _Published, place: tuple[str, Group], est: Estimates
) -> Iterator[tuple[tuple[str, str], float, FloatArray]]:
    """Yield sex and age of each part of a group, with mean and draws of its share."""
    streams, n = est.provenance.streams, est.draws.shape[1]
    if place not in published.rows:
        yield (NOT_PUBLISHED, NOT_PUBLISHED), 1.0, np.ones(n)
        return
    within = published.shares(place, est.crises[0].reference_date.year, None, np.nan)
    for sex, of_sex, share in _sexes(published, place, (est, streams)):
        parts = within.draws(sex, streams, 0, n)
        for (age, of_age), part in zip(within.means(sex), parts, strict=True):
            yield (sex, age), of_sex * of_age, share * part


def _sexes(
    published: _Published, place: tuple[str, Group], run: tuple[Estimates, Streams]
) -> list[tuple[str, float, FloatArray]]:
    """Return the sexes of a group with published ages, with mean and draws of their shares."""
    est, streams = run
    n = est.draws.shape[1]
    by_sex = published.rows[place].groupby("sex")["people"].sum()
    if NOT_PUBLISHED in by_sex:
        return [(NOT_PUBLISHED, 1.0, np.ones(n))]
    women, sd = float(by_sex["female"] / by_sex.sum()), est.assumptions.sex_log_sd
    location = logit_normal_location(np.array([women]), sd)
    z = streams.normal(addresses.ages(*place), "female", 0, n)
    share = np.asarray(expit(location + sd * z))
    return [("female", women, share), ("male", 1 - women, 1 - share)]


def _cell_facts(cell: RegionalCell, share: float, *, is_told: bool) -> dict[str, object]:
    """Return the facts of a part of a cell."""
    flags = [*cell.flags, *(["AGES_JUDGED"] if is_told else [])]
    return {
        **FACTS, "odds_ratio_1": cell.people * share, "status": "estimated", "cap": cell.grade,
        "evidence_level": 3, "flags": " ".join(sorted(set(flags))),
    }  # fmt: skip


@dataclass(frozen=True)
class _Published:
    """Published ages by destination and group, and their error a year after their table."""

    rows: Mapping[tuple[str, Group], pd.DataFrame]
    logit_sd: float

    @classmethod
    def of(cls, ages: AgeTable, logit_sd: float) -> _Published:
        groups: Any = ages.people.groupby(["destination", "group"])
        return cls(dict(tuple(groups)), logit_sd)

    def shares(
        self, place: tuple[str, Group], year: int, needs: pd.Series | None, mean: float
    ) -> NestedShares:
        """Return shares by age within each sex, and of both, among people in need of a year."""
        rows = self.rows[place]
        since = max(year - int(rows["as_of"].dt.year.max()), 1)
        share = {str(sex): _shares(part) for sex, part in rows.groupby("sex")}
        share[NOT_PUBLISHED] = _shares(rows.groupby("age", as_index=False)["people"].sum())
        if needs is not None:
            share = _in_need(share, needs, mean)
        return NestedShares(
            {sex: dict(zip(AGES, x.tolist(), strict=True)) for sex, x in share.items()},
            self.logit_sd * sqrt(since), addresses.ages(*place),
        )  # fmt: skip


def _shares(rows: pd.DataFrame) -> FloatArray:
    """Return the share of each age, in the order of `AGES`."""
    people = rows.set_index("age")["people"].reindex(list(AGES)).to_numpy(np.float64)
    return np.asarray(people / people.sum())


def _mean_share(est: Estimates, i: int) -> float:
    """Return the mean share in need of a place's people; NaN where nothing was estimated."""
    place, group = est.places[i]
    here = [x for x in est.cells if (x.destination, x.group) == (place, group)]
    stock = max((x.stock for x in here if x.stock > 0), default=np.nan)
    return float(est.unions[SELECTIONS[1]].draws[i].mean() / stock)


def _in_need(
    share: Mapping[str, FloatArray], needs: pd.Series, mean: float
) -> dict[str, FloatArray]:
    """Return shares of ages among those in need, with the odds ratio that makes up their mean share."""
    p = needs.to_numpy(np.float64)
    everybody = share[NOT_PUBLISHED]
    if not 0 < mean < 1 or not ((p > 0) & (p < 1)).all():
        return dict(share)
    log_odds = brentq(lambda x: everybody @ expit(logit(p) + x) - mean, -WIDEST, WIDEST)
    of_migrants = expit(logit(p) + log_odds)
    return {sex: x * of_migrants / (x @ of_migrants) for sex, x in share.items()}
