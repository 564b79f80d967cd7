"""Affected migrants by area of their country: each national row divided among its areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from gecam._signature import checked
from gecam._typing import FloatArray, NonNegative, Positive
from gecam.errors import InputError
from gecam.estimation.added_inputs import with_inputs
from gecam.estimation.area_draws import (
    REFUGEE_CONCENTRATION,
    RESIDENTS_RATE,
    YEAR_LOGIT_SD,
    AreaDraws,
    AreaErrors,
)
from gecam.estimation.country_areas import CountryAreas, areas_of_case
from gecam.estimation.country_tables import one_of_each_country
from gecam.estimation.methods.odds_shift import odds_shift
from gecam.estimation.plan.need_shares import ProtectionShare
from gecam.model import Group
from gecam.results import (
    COUNTRY_PLANS,
    FACTS,
    NOT_BY_AREA,
    REGIONAL_PLANS,
    SELECTIONS,
    AreaEstimates,
    Breakdown,
    CompleteEstimates,
    Estimates,
    RegionalCell,
    join_flags,
    message,
)
from gecam.uncertainty import addresses, equal_tailed

LEVEL_COUNTED, LEVEL_SPREAD = 2, 4  # evidence, at best, where migrants were counted by area, or not
LABELS = ["destination", "area", "area_name", "group", "plan"]
PLACE_COLUMNS = [
    "destination", "group", "plan", "before_raking", "national", "effect", "lower", "upper",
    "part_not_by_area",
]  # fmt: skip


@checked
def by_area(
    est: Estimates,
    areas: Iterable[CountryAreas] = (),
    *,
    complete: CompleteEstimates | None = None,
    year_logit_sd: NonNegative = YEAR_LOGIT_SD,
    refugee_concentration: Positive = REFUGEE_CONCENTRATION,
) -> AreaEstimates:
    r"""Divide people in need among the areas of their country.

    Parameters
    ----------
    est
        An answer of `estimate` with its case, persons.
    areas
        People in need, residents and counted migrants by area, at most one table of each country
        (`gecam.load_areas`). Countries whose figure has areas of its own (`Footprint.areas`) have
        those.
    complete
        The same answer with people of regional plans (`gecam.complete_estimates`), who are then divided
        beside it; None without them.
    year_logit_sd
        Error of an area's share in need for each year between its table and the plan, >= 0: standard
        deviation on the logit scale, times the square root of the years.
    refugee_concentration
        Concentration of the Dirichlet distribution of refugees over areas where nobody counted
        them, > 0. That of other migrants is an assumption of the case.

    Returns
    -------
    AreaEstimates
        Rows of areas and groups, which add to the national ones in every draw; a row without an
        area for people whose area is not told. Rates, and the effect of place.

    Raises
    ------
    InputError
        If a country has two tables, or the answer has no case to draw its migrants from, such as
        one that was read from a database or divided by severity.

    Notes
    -----
    With :math:`N_k` residents of area :math:`k`, of whom :math:`p_k` are in need, and :math:`S`
    migrants of the country, of whom :math:`S_k = \pi_k S` live there, :math:`\pi` is Dirichlet
    about the counts of migrants or, without one, about the residents [1]_. The :math:`p_k` err by
    the grade of the plan's figure each, and make up the country's drawn share of residents.
    Migrants in need :math:`A_k` follow from :math:`p_k` and the odds ratio of migrants and
    residents of the same places, one for all areas. The national row :math:`A` over their sum is
    the effect of place. Areas are then raked to that row with one more odds ratio for all of them
    [2]_, so that nobody is in need who does not live there. Refugees whom plans count by rule are
    in need alike wherever they live.

    References
    ----------
    .. [1] Johnson, N., Kotz, S., Balakrishnan, N. (1997). *Discrete Multivariate Distributions*,
       chapter 35. Wiley.
    .. [2] Rao, J. N. K. and Molina, I. (2015). *Small Area Estimation*, section 6.4 (benchmarking).
       Wiley.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2025").restrict(["TCD"]), draws=400, seed=1)
    >>> by_area = gc.by_area(est, gc.load_areas("2025"))
    >>> rows = by_area.by("destination", "area").summary()
    >>> rows.nlargest(1, "mean")[["area", "area_name"]].to_numpy().tolist()
    [['TCD14', 'Ouaddai']]
    """
    if est.case is None:
        raise InputError(
            "areas need the case of the answer, to draw its migrants again: got an answer that was "
            "read from a database or divided by severity. Give that of gc.estimate."
        )
    errors = AreaErrors(year_logit_sd, refugee_concentration)
    given = one_of_each_country(areas, "areas", "table")
    own = {x.destination: x for x in areas_of_case(est.case)}
    chosen = {place: x for place, x in {**given, **own}.items() if place in est.case.destinations}
    countries = {
        place: AreaDraws(est, est.case, x, errors, is_own=place in own)
        for place, x in chosen.items()
    }
    parts = [*_of_country_plans(est, countries), *_of_regional_plans(complete, countries)]
    return _answer(est, parts, countries, errors)


@dataclass(frozen=True, eq=False)
class _Row:
    """People of one row, with all migrants of the group there, and the facts."""

    labels: tuple[str, ...]
    people: FloatArray
    migrants: FloatArray
    facts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class _Part:
    """One national row and its areas; their sums where the effect of place is told."""

    rows: list[_Row]
    before: FloatArray | None = None  # sum of areas before raking
    goal: FloatArray | None = None
    not_by_area: float = 0.0


@dataclass(frozen=True, eq=False)
class _Group:
    """One national row to be divided: its people, all its migrants, and how the need of areas acts."""

    country: AreaDraws
    group: Group
    plan: str
    people: FloatArray
    migrants: FloatArray
    kind: str  # the count that says where they live: migrants, or refugees
    share: ProtectionShare | None = None  # of refugees
    is_regional: bool = False
    elsewhere: FloatArray | float = 0.0  # people in need in other crises of the country alone

    @property
    def is_alike(self) -> bool:
        """Whether all of the group are in need alike, wherever they live: counted by rule or count."""
        return self.share is not None and self.share.own is not None

    @property
    def rests_on_place(self) -> bool:
        """Whether the national row, too, rests on the share of residents and an odds ratio."""
        if self.is_regional or self.country.is_local:
            return False
        return self.group == "protection" or self.country.crisis.shares.rests_on_odds_ratio

    def in_need(self, homes: FloatArray) -> FloatArray:
        """Return people in need by area before raking; shape ``(area, draw)``."""
        c = self.country
        here = homes * self.migrants
        residents = c.crisis.shares.residents
        if self.share is not None and not self.is_regional:
            log_odds = np.zeros(c.n)
            if self.share.odds_ratio is not None:
                parts = addresses.odds_ratio_of_refugees(c.areas.destination)
                streams = c.again.drawn.streams
                log_odds = self.share.odds_ratio.log_odds(
                    *(streams.normal(*part, 0, c.n) for part in parts)
                )
            return np.asarray(here * expit(c.need_logits + log_odds))
        if residents is None or self.is_regional:
            return np.asarray(here * expit(c.need_logits + c.log_odds))
        reading = addresses.reading_of_scope(c.areas.destination)
        u = c.again.drawn.streams.uniform(*reading, 0, c.n)
        share, mean = expit(c.need_logits), self.migrants.mean()
        return np.stack(
            [
                replace(residents, table_residents=area.residents, place=None).at_share(
                    share[k], here[k], mean * float(homes[k].mean()), c.log_odds, u
                )
                for k, area in enumerate(c.inhabited)
            ]
        )

    def divided(self, base: Mapping[str, Any]) -> _Part:
        """Return the rows of all areas, and of the people whose area is not told.

        Parameters
        ----------
        base
            Facts of the national row.
        """
        c = self.country
        homes, outside = c.homes(self.kind), c.areas.part_not_by_area
        goal, is_divided = self.people * (1 - outside), c.is_divided[:, None]
        sums: tuple[FloatArray | None, FloatArray | None] = (None, None)
        if self.is_alike:
            parts = np.where(is_divided, homes, 0.0)
            people = goal * parts / parts.sum(axis=0)
        else:
            before = np.where(is_divided, self.in_need(homes), 0.0)
            sums = (before.sum(axis=0), goal) if self.rests_on_place else sums
            people = _raked(before, homes * self.migrants, goal)
        rows = [
            self._row(k, people[k], np.maximum(homes[k] * self.migrants, people[k]), base)
            for k in np.flatnonzero(c.is_divided).tolist()
        ]
        rows += [
            self._without_figure(row) for row in c.areas.rows[~c.areas.is_divided].itertuples()
        ]
        rest = np.maximum(self.people - people.sum(axis=0), 0.0) + self.elsewhere
        if why := self._why_not_by_area(outside):
            labels, nothing = self._labels(NOT_BY_AREA, ""), np.full(c.n, np.nan)
            rows.append(_Row(labels, rest, nothing, {**base, "reason": why}))
        return _Part(rows, *sums, outside)

    def _why_not_by_area(self, outside: float) -> str:
        """Return why people stand in the row without an area; empty where nobody does."""
        part = [str(message("PART_NOT_BY_AREA", part=outside))] if outside > 0 else []
        is_elsewhere = bool(np.any(self.elsewhere > 0))
        return "; ".join(part + [str(message("OTHER_CRISES_NOT_BY_AREA"))] * is_elsewhere)

    def _labels(self, area: str, name: str) -> tuple[str, ...]:
        return (self.country.areas.destination, area, name, self.group, self.plan)

    def _row(
        self, k: int, people: FloatArray, migrants: FloatArray, base: Mapping[str, Any]
    ) -> _Row:
        c, area = self.country, self.country.inhabited[k].area
        best = LEVEL_COUNTED if c.is_counted(self.kind) else LEVEL_SPREAD
        total = self.people.mean()
        facts = {
            **FACTS,
            "odds_ratio_1": base["odds_ratio_1"] * (people.mean() / total if total else 0),
            "evidence_level": max(base["evidence_level"], best),
            "cap": base["cap"],
            "flags": join_flags([*base["flags"].split(), *c.flags(self.kind)]),
            "status": "estimated",
        }
        return _Row(self._labels(area, c.names[area]), people, migrants, facts)

    def _without_figure(self, row: object) -> _Row:
        """Return an area that has people in need and no residents, or residents alone."""
        nothing = np.full(self.country.n, np.nan)
        has_need = not np.isnan(row.in_need)  # type: ignore[attr-defined]
        code = "AREA_WITHOUT_RESIDENTS" if has_need else "AREA_WITHOUT_NEEDS"
        facts = {**FACTS, "reason": str(message(code))}
        labels = self._labels(row.area, row.name)  # type: ignore[attr-defined]
        return _Row(labels, nothing, nothing, facts)


def _of_country_plans(est: Estimates, countries: Mapping[str, AreaDraws]) -> Iterator[_Part]:
    """Yield the rows of country-level plans, people in any crisis of a country once."""
    national = est.by("destination", "group")
    facts = {
        (str(row.destination), str(row.group)): national.facts.iloc[i].to_dict()
        for i, row in enumerate(national.labels.itertuples())
    }
    union = est.unions[SELECTIONS[1]]
    for place, people, cells in zip(est.places, union.draws, union.cells, strict=True):
        base, country = facts[place], countries.get(place[0])
        if np.isnan(people[0]) or country is None:
            yield _Part([_undivided(place, people, base)])
            continue
        ids = {est.cells[j].crisis: est.draws[j] for j in cells}
        of_crisis = ids.get(country.crisis.crisis.id, np.full(country.n, np.nan))
        if np.isnan(of_crisis[0]):
            yield _Part([_undivided(place, people, base)])
            continue
        yield _of_crisis(country, place[1], np.minimum(of_crisis, people), people, base)


def _of_crisis(
    country: AreaDraws, group: Group, own: FloatArray, people: FloatArray, base: Mapping[str, Any]
) -> _Part:
    """Return the areas of the plan that they are of, and people in need in other crises alone."""
    crisis = country.crisis
    migrants = np.maximum(country.again.drawn.people[crisis.crisis.id, group], own)
    share = crisis.shares.protection if group == "protection" else None
    kind = "refugees" if group == "protection" else "migrants"
    return _Group(
        country, group, COUNTRY_PLANS, own, migrants, kind, share, elsewhere=people - own
    ).divided(base)


def _undivided(place: tuple[str, Group], people: FloatArray, base: Mapping[str, Any]) -> _Row:
    """Return the row of a country without areas, or of a group that is not estimated."""
    why = base["reason"]
    if not np.isnan(people[0]):
        why = "; ".join(filter(None, (why, str(message("NEEDS_NOT_BY_AREA")))))
    labels = (place[0], NOT_BY_AREA, "", place[1], COUNTRY_PLANS)
    return _Row(labels, people, np.full(people.shape, np.nan), {**base, "reason": why})


def _of_regional_plans(
    complete: CompleteEstimates | None, countries: Mapping[str, AreaDraws]
) -> Iterator[_Part]:
    """Yield the rows of people of regional plans whom no country plan counts, group by group."""
    for (place, group), followed in _followed(complete).items():
        country = countries.get(place)
        if country is not None:
            yield followed.of(country, group).divided(followed.base)
            continue
        row = _undivided((place, group), followed.people, followed.base)
        yield _Part([replace(row, labels=(*row.labels[:-1], REGIONAL_PLANS))])


def _followed(complete: CompleteEstimates | None) -> dict[tuple[str, Group], _Followed]:
    """Return people of regional plans by host country and group, sorted."""
    cells: dict[tuple[str, Group], list[tuple[RegionalCell, FloatArray]]] = {}
    for cell, people in () if complete is None else complete.drawn_cells():
        cells.setdefault((cell.destination, cell.group), []).append((cell, people))
    return {key: _Followed(cells[key]) for key in sorted(cells)}


@dataclass(frozen=True, eq=False)
class _Followed:
    """Cells of regional plans in one host country, with their draws."""

    cells: list[tuple[RegionalCell, FloatArray]]

    @cached_property
    def people(self) -> FloatArray:
        return np.asarray(np.sum([people for _, people in self.cells], axis=0))

    @cached_property
    def base(self) -> dict[str, Any]:
        """Facts of all of them."""
        cells = [cell for cell, _ in self.cells]
        return {
            **FACTS, "odds_ratio_1": sum(cell.people for cell in cells), "status": "estimated",
            "cap": max(cell.grade for cell in cells), "evidence_level": 3,
            "flags": join_flags(code for cell in cells for code in cell.flags),
        }  # fmt: skip

    def of(self, country: AreaDraws, group: Group) -> _Group:
        """Return them as a group of a country; the error of a cell is that of those present."""
        present = sum(x.people if np.isnan(x.present) else x.present for x, _ in self.cells)
        migrants = self.people * max(present / float(self.people.mean()), 1.0)
        kind = "migrants" if country.is_counted("migrants") else "refugees"
        return _Group(country, group, REGIONAL_PLANS, self.people, migrants, kind, is_regional=True)


def _raked(before: FloatArray, migrants: FloatArray, total: FloatArray) -> FloatArray:
    """Return people in need by area that make up a total, changed by one odds ratio in each draw."""
    some = (migrants > 0) & (before > 0)
    people = np.where(some, migrants, 0.0)
    share = np.divide(before, people, out=np.full(before.shape, 0.5), where=some)
    with np.errstate(divide="ignore"):
        logits = np.clip(logit(share), -700.0, 700.0)
    shift = odds_shift(logits, people, total)
    result = people * expit(logits + shift)
    together = result.sum(axis=0)
    factor = np.divide(total, together, out=np.zeros_like(total), where=together > 0)
    return np.asarray(result * factor)  # off by the rounding of the last step alone


def _answer(
    est: Estimates, parts: list[_Part], countries: Mapping[str, AreaDraws], errors: AreaErrors
) -> AreaEstimates:
    """Return the rows of all parts as one answer."""
    rows = [row for part in parts for row in part.rows]
    tables = [country.areas for country in countries.values()]
    further = [source for x in tables for source in (x.source, *x.further)]
    breakdown = Breakdown.of(
        with_inputs(est, [tables, errors], further),
        pd.DataFrame([row.labels for row in rows], columns=LABELS, dtype=object),
        np.stack([row.people for row in rows]),
        (row.facts for row in rows),
    )
    nowhere = pd.DataFrame(columns=["destination", "area", *RESIDENTS_RATE])
    residents = [nowhere, *(country.residents_per_100() for country in countries.values())]
    return AreaEstimates(
        breakdown,
        np.stack([row.migrants for row in rows]),
        pd.concat(residents[1:] or residents, ignore_index=True),
        pd.DataFrame(list(_effects(parts, est.level)), columns=PLACE_COLUMNS),
        {place: (x.areas.source, x.areas.as_of) for place, x in countries.items()},
    )


def _effects(parts: list[_Part], level: float) -> Iterator[tuple[object, ...]]:
    """Yield the effect of place of each national row that needs of areas divide."""
    for part in parts:
        if part.before is None or part.goal is None or not (part.before > 0).all():
            continue
        destination, _, _, group, plan = part.rows[0].labels
        lower, upper = equal_tailed(part.goal / part.before, level=level)
        before, national = float(part.before.mean()), float(part.goal.mean())
        yield (
            destination, group, plan, before, national, national / before, float(lower),
            float(upper), part.not_by_area,
        )  # fmt: skip
