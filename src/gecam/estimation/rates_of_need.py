"""Rates of need: migrants per 100 beside residents of the same places, and the ratio of the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError
from gecam.estimation.draw.cell_draws import CellDraws
from gecam.estimation.draw.destination_draws import draw_cells
from gecam.estimation.plan.cell_numbers import basis_of
from gecam.estimation.plan.destination import CellPlan, DestinationPlan, destination_plan
from gecam.estimation.plan.need_shares import ProtectionShare
from gecam.estimation.plan.scope_shares import GroupShares
from gecam.estimation.regional_cells import people_present
from gecam.model import FIXED, Case, Group, OddsRatioPrior
from gecam.results import (
    CELL_LABELS,
    PLACES,
    RATES,
    SELECTIONS,
    CompleteEstimates,
    Dimension,
    Estimates,
    dimension_words,
)
from gecam.uncertainty import equal_tailed

PUBLISHED, RULE, ASSUMED, MIXED = "published", "rule", "assumed", "partly assumed"


@checked
def rates(est: Estimates, *dimensions: Dimension) -> pd.DataFrame:
    r"""Return migrants in need per 100, the rate of residents beside it, and the ratio of the two.

    Parameters
    ----------
    est
        An answer of `estimate` with its case, persons.
    *dimensions
        ``destination``, ``group``, ``region``, ``subregion``, in any combination; none for one row of
        all country-level plans. A rate by sex, age or origin would be the same for all classes: an
        answer has one share in need for each group of a country, but for needs by age.

    Returns
    -------
    pandas.DataFrame
        The dimensions, then ``mean`` (people, persons), ``stock`` (mean migrants of the groups that
        are estimated, persons), ``per_100`` (people per 100 migrants), ``residents_per_100`` (per 100
        residents of the same places), ``ratio`` of the two, and ``per_100_in_need`` (migrants for each
        100 of the country's published people in need), each with ``_lower`` and ``_upper``;
        ``ratio_basis``, and ``level`` of the intervals. NaN where it does not apply: rows that are
        not estimated, residents of whom the plan has no figure, and people in need of several plans
        or countries together.

    Raises
    ------
    InputError
        If a dimension is unknown, or the answer has no case to draw its migrants from, such as one
        that was read from a database or divided by severity.

    Notes
    -----
    Migrants and residents are drawn as `estimate` draws them, so that each draw of a rate has the
    people and the migrants of one draw. Residents are everybody whom the figure of the plan counts,
    but refugees; with :math:`r_c` their share in need in country :math:`c`, and :math:`S_c` migrants,
    the residents' rate of a row of several countries is :math:`\sum S_c r_c / \sum S_c`, and the ratio
    is indirectly standardised [1]_: people over those whom the residents' rates would give. With
    figures by area, residents are those of the places where migrants live. Central values are ratios
    of means, so that ``per_100 * stock / 100`` is ``mean`` and ``ratio * residents_per_100`` is
    ``per_100``.

    ``ratio_basis`` says what a ratio rests on: ``published`` where the need of migrants was counted;
    ``rule`` where the plan counts everybody of a group by rule, or refugees have the share of such
    plans; ``assumed`` where it is the prior of the odds ratio or a share without evidence of its own:
    then the ratio is an input, and no result. A row is ``partly assumed`` where groups with a twentieth
    of its people or more differ.

    References
    ----------
    .. [1] Breslow, N. E. and Day, N. E. (1987). *Statistical Methods in Cancer Research II: The Design
       and Analysis of Cohort Studies*. IARC, chapter 2.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["TCD"]), draws=400, seed=1)
    >>> rows = gc.rates(est, "group")
    >>> rows[["group", "ratio_basis"]].to_numpy().tolist()
    [['other', 'assumed'], ['protection', 'published']]
    """
    asked = _dimensions(dimensions)
    needs = _places(est)
    labels = est.place_labels
    groups: Any = labels.groupby(list(asked), sort=True).indices if asked else {(): labels.index}
    rows = []
    for key, index in groups.items():
        names = key if isinstance(key, tuple) else (key,)
        chosen = [needs[i] for i in index if needs[i] is not None]
        is_country = "destination" in asked
        rows.append((*names, *_row(chosen, est.level, is_country=is_country)))
    return pd.DataFrame(rows, columns=[*asked, *RATES])


@checked
def regional_rates(complete: CompleteEstimates) -> pd.DataFrame:
    """Return rates of need of people of regional plans, by plan, host, origin, group and name.

    Parameters
    ----------
    complete
        The answer with people of regional plans (`gecam.complete_estimates`), persons.

    Returns
    -------
    pandas.DataFrame
        One row per cell that is added to a total: ``crisis``, ``destination``, ``origin``, ``group``,
        ``name``, then the columns of `rates`. ``stock`` are people present, by UNHCR's register or the
        chapter of the plan; NaN rates where a chapter does not tell them. Residents are those of the
        host's own plan, read as a count of nationals; NaN without one.

    Raises
    ------
    InputError
        If the answer has no case, or is of severe need.

    Notes
    -----
    People present are drawn with the error of the register by which the people in need were drawn, so
    that ``per_100`` has the spread of the share in need alone, the plan's or that of its chapter.
    ``ratio_basis`` is ``published`` where the plan's chapter publishes the people in need, and ``rule``
    where the register is multiplied by one share for all hosts of the plan.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2026").restrict(["COL"]), draws=400, seed=1)
    >>> complete = gc.complete_estimates(est, gc.load_regional_plans("2026"))
    >>> rows = gc.regional_rates(complete).set_index(["destination", "origin"])
    >>> round(rows.loc[("COL", "VEN"), "per_100"]), rows.loc[("COL", "VEN"), "ratio_basis"]
    (61, 'rule')
    """
    est = complete.estimates
    if est.case is None or est.measure == "severe":
        raise InputError(
            "rates of people of regional plans need the case of an answer of people in need: got one "
            "that was read from a database or divided by severity."
        )
    streams, n = est.provenance.streams, est.draws.shape[1]
    residents = _NationalsInNeed(est, est.case)
    rows = []
    for cell, people in complete.drawn_cells():
        in_need, share = residents.of(cell.destination)
        basis = ((PUBLISHED if cell.basis == "published" else RULE, cell.people),)
        present = people_present(cell, est.assumptions, streams, n)  # NaN where it is not told
        present = np.maximum(present, people)  # a chapter's number may err as a count
        drawn = _Need(people, present, share, basis, in_need)
        labels = (getattr(cell, name) for name in CELL_LABELS)
        rows.append((*labels, *_row([drawn], est.level, is_country=True)))
    return pd.DataFrame(rows, columns=[*CELL_LABELS, *RATES])


@dataclass(frozen=True, eq=False)
class _NationalsInNeed:
    """People in need of a country's own plan, and draws of their share of its nationals."""

    est: Estimates
    case: Case

    def of(self, destination: str) -> tuple[float, FloatArray]:
        """Return them for a country; NaN where it has no plan or several."""
        n = self.est.draws.shape[1]
        here = [f for f in self.case.footprints if f.destination == destination]
        if len(here) != 1:
            return np.nan, np.full(n, np.nan)
        alone = self.case.restrict([destination])
        footprints = tuple(replace(f, pin_scope="nationals") for f in alone.footprints)
        plan = _at_one(destination_plan(replace(alone, footprints=footprints), destination, "all"))
        drawn = draw_cells(plan, self.est.provenance.streams, n)
        ((_, cell),) = drawn.counted("other")
        people = drawn.people[cell.crisis, "other"]
        return here[0].people, drawn.draws[cell.id] / people


def _dimensions(words: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Return the dimensions that are asked for; none for everybody."""
    asked = dimension_words(*words) if words else ()
    if other := [word for word in asked if word not in PLACES]:
        raise InputError(
            f"rates are by {', '.join(PLACES)}: got {', '.join(other)}. Within a country and group all "
            "classes of people have one share in need."
        )
    return asked


@dataclass(frozen=True, eq=False)
class _Need:
    """One group of one country: draws of people in need, of migrants, and of the residents' share.

    `bases` are what the need of each crisis rests on, with its people at odds ratio 1; `in_need` is
    the plan's published figure, NaN of several plans.
    """

    people: FloatArray
    migrants: FloatArray
    residents: FloatArray
    bases: tuple[tuple[str, float], ...]
    in_need: float


def _places(est: Estimates) -> list[_Need | None]:
    """Return the need of each place of an answer; None where it has no estimate."""
    if est.case is None:
        raise InputError(
            "rates need the case of the answer, to draw its migrants again: got one that was divided "
            "by severity or released without its inputs. Give that of gc.estimate."
        )
    drawn = {d: DestinationAgain.of(est, est.case, d) for d in dict(est.places)}
    union = est.unions[SELECTIONS[1]]
    return [
        None if np.isnan(people[0]) else drawn[place].need(est, group, people, cells)
        for (place, group), people, cells in zip(est.places, union.draws, union.cells, strict=True)
    ]


@dataclass(frozen=True, eq=False)
class DestinationAgain:
    """Draws of one destination, made again, and of its migrants if they were in need like residents.

    Parameters
    ----------
    plan
        What is computed of the destination before any draw.
    drawn, like_residents
        Draws as `estimate` made them, and as if both groups were in need like residents.
    """

    plan: DestinationPlan
    drawn: CellDraws
    like_residents: CellDraws

    @classmethod
    def of(cls, est: Estimates, case: Case, destination: str) -> DestinationAgain:
        """Draw a destination of an answer again.

        Parameters
        ----------
        est, case
            The answer and its case.
        destination
            ISO3 code.
        """
        plan = destination_plan(case, destination, est.scope)
        streams, n = est.provenance.streams, est.draws.shape[1]
        return cls(plan, draw_cells(plan, streams, n), draw_cells(_at_one(plan), streams, n))

    def need(self, est: Estimates, group: Group, people: FloatArray, cells: Sequence[int]) -> _Need:
        """Return the need of a group, by its people in any crisis and the cells they stand for."""
        crises = {c.crisis.id: c for c in self.plan.crises}
        drawn = [(est.cells[j], est.draws[j]) for j in cells if est.cells[j].status == "estimated"]
        if any(not np.array_equal(self.drawn.draws[cell.id], x) for cell, x in drawn):
            raise InputError(
                f"the draws of {self.plan.destination} cannot be made again: case or seed are not "
                "those of the answer. Give an answer as gc.estimate returns it."
            )
        here = sorted(
            (cell for cell, _ in drawn),
            key=lambda x: (crises[x.crisis].crisis.reference_date, x.crisis),
        )
        migrants = self.drawn.people[here[-1].crisis, group]
        bases = tuple((_basis(crises[x.crisis], group), x.odds_ratio_1) for x in here)
        counted = {x.crisis for x in here}
        in_need = crises[here[0].crisis].footprint.people if len(counted) == 1 else np.nan
        # Whom a plan counts was there, though the register of a draw may hold fewer.
        residents = self._residents(counted, group)
        return _Need(people, np.maximum(migrants, people), residents, bases, in_need)

    def share_of_residents(self, crisis: str) -> FloatArray:
        """Return the share of residents in need in one crisis by draw, refugees apart; NaN for none.

        Parameters
        ----------
        crisis
            Id of the crisis.
        """
        return self._residents({crisis}, "other")

    def _residents(self, counted: set[str], group: Group) -> FloatArray:
        """Draw the share in need in any of some crises of residents where a group lives; else NaN."""
        chosen = [pair for pair in self.like_residents.counted(group) if pair[1].crisis in counted]
        nothing = np.full(self.drawn.n, np.nan)
        if {cell.crisis for _, cell in chosen} != counted:
            return nothing
        _, last = max(chosen, key=lambda x: (x[0].crisis.reference_date, x[1].crisis))
        people = self.like_residents.people[last.crisis, group]
        union = self.like_residents.union(chosen).draws
        return np.asarray(np.divide(union, people, out=nothing, where=people > 0))


def _at_one(plan: DestinationPlan) -> DestinationPlan:
    """Return a plan by which both groups are in need like residents where they live, in every draw."""
    assumptions = replace(
        plan.assumptions, odds_ratio=OddsRatioPrior.exactly(1.0), odds_ratio_acts_on="crisis"
    )
    crises = (crisis for crisis in plan.crises if crisis.shares.residents is not None)
    plain = tuple(replace(crisis, shares=_like_residents(crisis.shares)) for crisis in crises)
    return replace(plan, assumptions=assumptions, crises=plain)


def _like_residents(shares: GroupShares) -> GroupShares:
    """Return the shares where both groups have that of residents of the places where they live."""
    areas = None if shares.protection is None else shares.protection.areas
    plain = ProtectionShare("residents", areas=areas)
    return replace(shares, count=None, other=None, protection=plain)


def _basis(crisis: CellPlan, group: Group) -> str:
    """Return what the need of a group rests on: a published count, a rule, or what is assumed."""
    count = crisis.footprint.count(group, "share", "count")
    if group == "other":
        is_published = basis_of(crisis.shares, group) in {"published_count", "published_share"}
    else:
        share = crisis.shares.protection
        if share is not None and share.is_by_rule_of_plans:
            return RULE
        is_published = share is not None and share.basis == "published"
    if not is_published:
        return ASSUMED
    return RULE if count is not None and count.is_by_rule else PUBLISHED


def _row(needs: Sequence[_Need], level: float, *, is_country: bool) -> tuple[object, ...]:
    """Return the rates of the people of some groups, in the order of `RATES`."""
    if not needs:
        return (*[np.nan] * (len(RATES) - 2), "", level)
    people = np.sum([x.people for x in needs], axis=0)
    migrants = np.sum([x.migrants for x in needs], axis=0)
    expected = np.sum([x.migrants * x.residents for x in needs], axis=0)
    published = {x.in_need for x in needs} if is_country else {np.nan}
    in_need = published.pop() if len(published) == 1 else np.nan
    ratios = (
        (100 * people, migrants), (100 * expected, migrants), (people, expected),
        (100 * people, np.full_like(people, in_need)),
    )  # fmt: skip
    numbers = [x for above, below in ratios for x in _of_ratio(above, below, level)]
    return (float(people.mean()), float(migrants.mean()), *numbers, _basis_of_row(needs), level)


def _of_ratio(above: FloatArray, below: FloatArray, level: float) -> tuple[float, float, float]:
    """Return the ratio of two means, and the interval of the ratio by draw; NaN without a figure."""
    if np.isnan(above).any() or not (below > 0).all():  # a missing number is above nothing
        return np.nan, np.nan, np.nan
    lower, upper = equal_tailed(above / below, level=level)
    return float(above.mean() / below.mean()), float(lower), float(upper)


def _basis_of_row(needs: Sequence[_Need]) -> str:
    """Return what the need of a row rests on, by the groups that hold a twentieth of it or more."""
    every = [x for need in needs for x in need.bases]
    least = FIXED.counts_in_sum * sum(people for _, people in every)
    large = {basis for basis, people in every if people >= least}
    if len(large) == 1:
        return large.pop()
    return MIXED if ASSUMED in large else RULE
