"""Affected migrants by area of their country: needs and homes by area, raked to the national rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import hypot, sqrt

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from gecam._signature import checked
from gecam._typing import BoolArray, FloatArray, NonNegative, Positive
from gecam.errors import InputError
from gecam.estimation.country_areas import CountryAreas, areas_of_case
from gecam.estimation.draw.destination_draws import prior_draws
from gecam.estimation.methods.allocation import AreaShares, area_shares, gravity_prior
from gecam.estimation.methods.odds_shift import odds_shift
from gecam.estimation.plan.destination import CellPlan
from gecam.estimation.plan.need_shares import ProtectionShare
from gecam.estimation.provenance import hash_of
from gecam.estimation.rates_of_need import DestinationAgain
from gecam.model import (
    FIXED,
    AreaNeeds,
    Case,
    Group,
    prior_at,
)
from gecam.results import (
    COUNTRY_PLANS,
    FACTS,
    NOT_BY_AREA,
    REGIONAL_PLANS,
    SELECTIONS,
    AboutAnswer,
    AreaEstimates,
    Breakdown,
    CompleteEstimates,
    Estimates,
    RegionalCell,
    join_flags,
    message,
)
from gecam.uncertainty import Streams, addresses, equal_tailed

YEAR_LOGIT_SD = 0.86
"""Error of an area's share in need, about the country's, for each year since its table; logit scale.

Between the overviews of 2024 and 2025, areas where 90 % of residents of 16 countries live moved by less
than 1.42 on that scale, about the mean of their country (278 areas); a normal error of 0.86 holds 90 %
within that.
"""
REFUGEE_CONCENTRATION = 2.7
"""Concentration of refugees over areas where nobody counted them, about the shares of residents.

Of the nine overviews of 2025 that publish refugees in need by area, by the method of moments: refugees
live where camps and borders are, and hardly where residents do.
"""
SMALLEST = 0.5  # people: a share in need between nobody and everybody, on the logit scale
LEVEL_COUNTED, LEVEL_SPREAD = 2, 4  # evidence, at best, where migrants were counted by area, or not
LABELS = ["destination", "area", "area_name", "group", "plan"]
RESIDENTS_RATE = ("residents_per_100", "residents_per_100_lower", "residents_per_100_upper")
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
    errors = _Errors(year_logit_sd, refugee_concentration)
    given = _once_for_each_country(areas)
    own = {x.destination: x for x in areas_of_case(est.case)}
    chosen = {place: x for place, x in {**given, **own}.items() if place in est.case.destinations}
    countries = {
        place: _Country(est, est.case, x, errors, is_own=place in own)
        for place, x in chosen.items()
    }
    parts = [*_of_country_plans(est, countries), *_of_regional_plans(complete, countries)]
    return _answer(est, parts, countries, errors)


def _once_for_each_country(areas: Iterable[CountryAreas]) -> dict[str, CountryAreas]:
    """Return the areas of each country; refuse two tables of one."""
    chosen: dict[str, CountryAreas] = {}
    for x in areas:
        if x.destination in chosen:
            raise InputError(
                f"{x.destination} has areas of {chosen[x.destination].as_of} and of {x.as_of}. Give "
                "one table of each country."
            )
        chosen[x.destination] = x
    return chosen


@dataclass(frozen=True, slots=True)
class _Errors:
    """Errors of areas that are no assumptions of a case."""

    year_logit_sd: float
    refugee_concentration: float


@dataclass(frozen=True, eq=False)
class _Row:
    """People of one row, with all migrants of the group there, and the facts."""

    labels: tuple[str, ...]
    people: FloatArray
    migrants: FloatArray
    facts: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class _Part:
    """One national row and its areas; their sums where the effect of place is told."""

    rows: list[_Row]
    before: FloatArray | None = None  # sum of areas before raking
    goal: FloatArray | None = None
    not_by_area: float = 0.0


@dataclass(frozen=True, eq=False)
class _Country:
    """Areas of one country, and its migrants and residents in the draws of an answer."""

    est: Estimates
    case: Case
    areas: CountryAreas
    errors: _Errors
    is_own: bool  # the figure itself was moved by where migrants live
    again: DestinationAgain = field(init=False)

    def __post_init__(self) -> None:
        again = DestinationAgain.of(self.est, self.case, self.areas.destination)
        object.__setattr__(self, "again", again)

    @property
    def n(self) -> int:
        return int(self.est.draws.shape[1])

    @cached_property
    def streams(self) -> Streams:
        """Random numbers of the inputs that only areas have."""
        return Streams(self.est.provenance.seed)

    @cached_property
    def crisis(self) -> CellPlan:
        """The figure that the areas divide: the largest of a country plan, else the largest."""
        return max(
            self.again.plan.crises,
            key=lambda c: (c.crisis.plan_type == "country_plan", c.footprint.people, c.crisis.id),
        )

    @property
    def is_local(self) -> bool:
        """Whether the figure is of part of the country, and national rows draw who lives there."""
        residents = self.crisis.shares.residents
        return residents is not None and residents.place is not None

    @cached_property
    def inhabited(self) -> tuple[AreaNeeds, ...]:
        return self.areas.inhabited()

    @cached_property
    def is_divided(self) -> BoolArray:
        """Which of the inhabited areas have people in need."""
        rows = self.areas.rows
        return np.asarray(rows.loc[rows["residents"].notna(), "in_need"].notna())

    @cached_property
    def residents(self) -> FloatArray:
        """Residents by area, as a column."""
        return np.array([[area.residents] for area in self.inhabited])

    @cached_property
    def need_logits(self) -> FloatArray:
        """Log odds of residents in need by area, refugees apart; shape ``(area, draw)``.

        They make up the share in need that the country's residents have in the same draw.
        """
        crisis, a = self.crisis, self.again.plan.assumptions
        in_need = np.array([[area.in_need] for area in self.inhabited])
        if crisis.shares.refugees_in_need > 0:
            refugees = np.array([[area.refugees or 0.0] for area in self.inhabited])
            in_need = np.maximum(in_need - refugees, (1 - FIXED.largest_part) * in_need)
        in_need = np.clip(in_need, SMALLEST, np.maximum(self.residents - SMALLEST, SMALLEST))
        years = max(crisis.crisis.reference_date.year - self.areas.as_of.year, 0)
        sd = hypot(
            a.grade_logit_sd[crisis.footprint.grade], self.errors.year_logit_sd * sqrt(years)
        )
        name = addresses.areas_of_table(self.areas.destination, "in need")
        z = np.stack([self.streams.normal(name, x.area, 0, self.n) for x in self.inhabited])
        logits = logit(in_need / np.maximum(self.residents, 2 * SMALLEST)) + sd * z
        of_country = self.again.share_of_residents(crisis.crisis.id)
        if np.isnan(of_country).any() or self.is_local:
            return np.asarray(logits)
        # a figure that was moved by where migrants live has the residents of these places
        weights = self.homes("migrants") if self.is_own else self.residents
        goal = of_country * weights.sum(axis=0)
        return np.asarray(logits + _finite(odds_shift(logits, weights, goal)))

    @cached_property
    def log_odds(self) -> FloatArray:
        """Log odds ratio of migrants against residents of the same places, shape ``(draw,)``."""
        plan, use = self.again.plan, replace(self.crisis.use, is_by_area=True)
        prior = prior_at(plan.assumptions.odds_ratio, use).prior
        return prior_draws(
            prior, plan.country_type, plan.destination, self.again.drawn.streams, self.n
        )

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of areas by code."""
        return dict(zip(self.areas.rows["area"], self.areas.rows["name"], strict=True))

    @cached_property
    def shares(self) -> dict[str, AreaShares]:
        """Where migrants and refugees live: as counted, else like residents."""
        return {kind: self._shares(kind) for kind in ("migrants", "refugees")}

    def _shares(self, kind: str) -> AreaShares:
        index = [area.area for area in self.inhabited]
        counts = pd.Series([getattr(x, kind) for x in self.inhabited], index, dtype="float64")
        prior = gravity_prior(pd.Series(self.residents[:, 0], index))
        is_counted = bool(counts.fillna(0).sum() > 0)
        if kind == "migrants" and self.areas.counted is not None:
            others = 1 - counts.sum() / self.areas.counted  # who live in areas without a count
            here = counts.notna()
            prior = (counts / self.areas.counted).where(here, others * prior / prior[~here].sum())
            prior = prior.clip(lower=np.finfo(float).tiny)
        a, is_need = self.again.plan.assumptions, self.crisis.footprint.is_need
        kappa = a.area_concentration(is_counted=is_counted, is_need=is_need)
        if not is_counted and kind == "refugees" and not self.is_own:
            kappa = self.errors.refugee_concentration
        return area_shares(prior, kappa=kappa, counts=counts if is_counted else None)

    def homes(self, kind: str) -> FloatArray:
        """Draw the part of a group that lives in each area; shape ``(area, draw)``."""
        if self.is_own:  # the draws that moved the national figure
            name = self.crisis.areas_input
            name = name if kind == "migrants" else f"{name}/refugees/areas"
        else:
            name = addresses.areas_of_table(self.areas.destination, kind)
        streams = self.again.drawn.streams if self.is_own else self.streams
        parts = self.shares[kind].draws(streams, name, 0, self.n)
        return self._with_part_in_place(parts, kind) if self.is_local else parts

    def _with_part_in_place(self, parts: FloatArray, kind: str) -> FloatArray:
        """Return homes of which the part that national rows draw lies in the areas of the figure."""
        residents, here = self.crisis.shares.residents, self.is_divided[:, None]
        if residents is None or residents.place is None:
            return parts
        group = "other" if kind == "migrants" else "protection"
        address = addresses.place_of_group(self.areas.destination, residents.place.key, group)
        part = residents.place.quantile(self.again.drawn.streams.uniform(*address, 0, self.n))
        inside, outside = (np.where(x, parts, 0.0) for x in (here, ~here))
        return np.asarray(
            part * inside / inside.sum(axis=0)
            + (1 - part) * outside / np.maximum(outside.sum(axis=0), np.finfo(float).tiny)
        )

    def is_counted(self, kind: str) -> bool:
        """Whether migrants were counted where half of them or more live."""
        shares = self.shares[kind]
        return float(shares.share[shares.is_covered].sum()) >= FIXED.part_counted

    def flags(self, kind: str) -> list[str]:
        is_old = self.areas.as_of.year < self.crisis.crisis.reference_date.year
        return [
            *([] if self.is_counted(kind) else ["AREAS_LIKE_RESIDENTS"]),
            *(["AREAS_OF_ANOTHER_YEAR"] if is_old else []),
        ]

    def residents_per_100(self) -> pd.DataFrame:
        """Return residents in need per 100 by area with intervals."""
        rates = 100 * expit(self.need_logits)
        ends = np.array([equal_tailed(x, level=self.est.level) for x in rates], dtype=np.float64)
        rows = [
            (self.areas.destination, area.area, float(x.mean()), *map(float, both))
            for area, x, both in zip(self.inhabited, rates, ends, strict=True)
        ]
        return pd.DataFrame(rows, columns=["destination", "area", *RESIDENTS_RATE])


@dataclass(frozen=True, eq=False)
class _Group:
    """One national row to be divided: its people, all its migrants, and how the need of areas acts."""

    country: _Country
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

    def divided(self, base: Mapping[str, object]) -> _Part:
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
        self, k: int, people: FloatArray, migrants: FloatArray, base: Mapping[str, object]
    ) -> _Row:
        c, area = self.country, self.country.inhabited[k].area
        best = LEVEL_COUNTED if c.is_counted(self.kind) else LEVEL_SPREAD
        total = self.people.mean()
        facts = {
            **FACTS,
            "odds_ratio_1": _number(base["odds_ratio_1"]) * (people.mean() / total if total else 0),
            "evidence_level": max(int(str(base["evidence_level"])), best),
            "cap": base["cap"],
            "flags": join_flags([*str(base["flags"]).split(), *c.flags(self.kind)]),
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


def _of_country_plans(est: Estimates, countries: Mapping[str, _Country]) -> Iterator[_Part]:
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
    country: _Country, group: Group, own: FloatArray, people: FloatArray, base: Mapping[str, object]
) -> _Part:
    """Return the areas of the plan that they are of, and people in need in other crises alone."""
    crisis = country.crisis
    migrants = np.maximum(country.again.drawn.people[crisis.crisis.id, group], own)
    share = crisis.shares.protection if group == "protection" else None
    kind = "refugees" if group == "protection" else "migrants"
    return _Group(
        country, group, COUNTRY_PLANS, own, migrants, kind, share, elsewhere=people - own
    ).divided(base)


def _undivided(place: tuple[str, Group], people: FloatArray, base: Mapping[str, object]) -> _Row:
    """Return the row of a country without areas, or of a group that is not estimated."""
    why = str(base["reason"])
    if not np.isnan(people[0]):
        why = "; ".join(filter(None, (why, str(message("NEEDS_NOT_BY_AREA")))))
    labels = (place[0], NOT_BY_AREA, "", place[1], COUNTRY_PLANS)
    return _Row(labels, people, np.full(people.shape, np.nan), {**base, "reason": why})


def _of_regional_plans(
    complete: CompleteEstimates | None, countries: Mapping[str, _Country]
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
    every = [] if complete is None else zip(complete.cells, complete.draws, strict=True)
    for cell, people in every:
        if not np.isnan(people[0]) and cell.total in ("country in crisis", "host country"):
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
    def base(self) -> dict[str, object]:
        """Facts of all of them."""
        cells = [cell for cell, _ in self.cells]
        return {
            **FACTS, "odds_ratio_1": sum(cell.people for cell in cells), "status": "estimated",
            "cap": max(cell.grade for cell in cells), "evidence_level": 3,
            "flags": join_flags(code for cell in cells for code in cell.flags),
        }  # fmt: skip

    def of(self, country: _Country, group: Group) -> _Group:
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


def _finite(shift: FloatArray) -> FloatArray:
    return np.clip(shift, -700.0, 700.0)


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def _answer(
    est: Estimates, parts: list[_Part], countries: Mapping[str, _Country], errors: _Errors
) -> AreaEstimates:
    """Return the rows of all parts as one answer."""
    rows = [row for part in parts for row in part.rows]
    breakdown = Breakdown(
        pd.DataFrame([row.labels for row in rows], columns=LABELS, dtype=object),
        np.stack([row.people for row in rows]),
        pd.DataFrame([row.facts for row in rows], columns=list(FACTS)),
        level=est.level, replicates=est.replicates,
        about=_about(est, [country.areas for country in countries.values()], errors),
    )  # fmt: skip
    nowhere = pd.DataFrame(columns=["destination", "area", *RESIDENTS_RATE])
    residents = [nowhere, *(country.residents_per_100() for country in countries.values())]
    return AreaEstimates(
        breakdown,
        np.stack([row.migrants for row in rows]),
        pd.concat(residents[1:] or residents, ignore_index=True),
        pd.DataFrame(list(_effects(parts, est.level)), columns=PLACE_COLUMNS),
        {place: (x.areas.source, x.areas.as_of) for place, x in countries.items()},
    )


def _about(est: Estimates, tables: list[CountryAreas], errors: _Errors) -> AboutAnswer:
    """Return what an answer says of itself, with the hash and sources of its areas."""
    digest = hash_of(est.provenance.config_sha256, [tables, errors])
    further = [source for x in tables for source in (x.source, *x.further)]
    by_id = {source.id: source for source in (*est.sources, *further)}
    return replace(
        est.about,
        provenance=replace(est.provenance, config_sha256=digest),
        sources=tuple(by_id[key] for key in sorted(by_id)),
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
