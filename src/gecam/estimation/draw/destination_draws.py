"""Propagation: the draws of one destination, from its plan and the seed alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.estimation.draw.cell_draws import CellDraws, GroupInAnyCrisis
from gecam.estimation.draw.country_odds import odds_ratio_once
from gecam.estimation.draw.overlaps import CombinedCrises
from gecam.estimation.plan.cell_numbers import given
from gecam.estimation.plan.destination import GROUPS, CellPlan, DestinationPlan
from gecam.estimation.plan.groups import change_scores, stock_draws
from gecam.estimation.plan.local_places import LocalPlace
from gecam.estimation.plan.need_shares import ProtectionShare
from gecam.model import (
    CountryType,
    Group,
    ModelledShare,
    OddsRatioPrior,
    OddsRatioUse,
    prior_at,
)
from gecam.results import SELECTIONS, EstimationCell, Overlap, Selection, Step, message
from gecam.uncertainty import Streams, addresses


@dataclass(frozen=True, eq=False)
class DestinationDraws:
    """All that a run yields for one destination."""

    destination: str
    cells: tuple[EstimationCell, ...]
    draws: Mapping[str, FloatArray]
    unions: Mapping[tuple[Selection, Group], GroupInAnyCrisis]
    overlaps: tuple[Overlap, ...]


def draw_destination(plan: DestinationPlan, streams: Streams, n: int) -> DestinationDraws:
    """Draw the cells of one destination.

    Every draw is addressed by what it belongs to (`gecam.uncertainty.Streams`), so the result does
    not depend on the other destinations of the run, on workers, or on order.

    Parameters
    ----------
    plan
        What is computed before any draw: people, shares and rows of the destination.
    streams, n
        Random numbers by name, and number of draws.
    """
    drawn = draw_cells(plan, streams, n)
    unions: dict[tuple[Selection, Group], GroupInAnyCrisis] = {}
    overlaps: list[Overlap] = []
    for group in GROUPS:
        every = drawn.counted(group)
        if not every:
            continue
        all_plans = drawn.union(every)
        if len(every) > 1:
            overlaps.append(_overlap(plan.destination, group, all_plans))
        unions[SELECTIONS[1], group] = all_plans
        country = [pair for pair in every if pair[0].crisis.plan_type == "country_plan"]
        if country:
            unions[SELECTIONS[0], group] = (
                all_plans if len(country) == len(every) else drawn.union(country)
            )
    flagged = tuple(_with_overlap_flag(drawn.cells, unions.values()))
    return DestinationDraws(plan.destination, flagged, drawn.draws, unions, tuple(overlaps))


def _with_overlap_flag(
    cells: Iterable[EstimationCell], unions: Iterable[GroupInAnyCrisis]
) -> Iterator[EstimationCell]:
    """Yield the cells; those of crises whose overlap is assumed have a flag that says so."""
    assumed = {i for union in unions if union.is_assumed for i in union.cell_ids}
    for cell in cells:
        flags = tuple(sorted({*cell.flags, "OVERLAP_ASSUMED"}))
        yield replace(cell, flags=flags) if cell.id in assumed else cell


@checked
def draw_cells(
    plan: DestinationPlan,
    streams: Streams,
    n: int,
    unions: dict[Hashable, CombinedCrises] | None = None,
) -> CellDraws:
    """Draw every cell of a destination by itself, as `draw_destination` does.

    Parameters
    ----------
    plan
        What is computed before any draw: people, shares and rows of the destination.
    streams
        Random numbers by name, input and draw number.
    n
        Number of draws, >= 1.
    unions
        Of `CellDraws` of the same destination, streams and number of draws, to be shared; None, the
        default, for new ones.
    """
    log_odds = {c.use: odds_ratio_draws(plan, c.use, streams, n) for c in plan.crises}
    rows = _rows(plan, streams, n)
    draws = _affected(rows, log_odds)
    people = {(row.cell.crisis, row.cell.group): row.present(draws[row.cell.id]) for row in rows}
    once = [row for row in rows if row.has_odds_ratio] if plan.has_united_needs else []
    with np.errstate(invalid="ignore"):  # the odds of nobody in need stay nothing
        most = _affected(once, dict.fromkeys(log_odds, np.full(n, np.inf)))
    unions = {} if unions is None else unions
    drawn = CellDraws(plan, streams, n, plan.cells, draws, people, most=most, unions=unions)
    if len(once) > 1:
        at_one = _affected(once, dict.fromkeys(log_odds, np.zeros(n)))
        reading = _reading_draws(plan.destination, streams, n)
        drawn = odds_ratio_once(drawn, at_one, log_odds, reading)
    drawn = _without_border_changes(drawn)
    return replace(drawn, cells=tuple(_with_mean(cell, drawn.draws) for cell in drawn.cells))


def _without_border_changes(drawn: CellDraws) -> CellDraws:
    """Return draws of other migrants without those whom the scope leaves out, if it does."""
    rest = {
        crisis.crisis.id: 1 - crisis.left_out.draws(drawn.plan.destination, drawn.streams, drawn.n)
        for crisis in drawn.plan.crises
        if crisis.left_out
    }
    if not rest:
        return drawn
    of_cell = {
        cell.id: rest[cell.crisis]
        for cell in drawn.cells
        if cell.group == "other" and cell.crisis in rest
    }
    return replace(
        drawn,
        draws={i: x * of_cell.get(i, 1.0) for i, x in drawn.draws.items()},
        at_one={i: x * of_cell.get(i, 1.0) for i, x in drawn.at_one.items()},
        most={i: x * of_cell.get(i, 1.0) for i, x in drawn.most.items()},
        people={
            (crisis, group): x * (rest.get(crisis, 1.0) if group == "other" else 1.0)
            for (crisis, group), x in drawn.people.items()
        },
    )


def odds_ratio_draws(
    plan: DestinationPlan, use: OddsRatioUse, streams: Streams, n: int
) -> FloatArray:
    """Draw the log odds ratio of a row of a destination; rows of one destination share its scores.

    Parameters
    ----------
    plan
        What is computed before any draw; its country type and assumptions are used.
    use
        What decides the prior of the row.
    streams
        Random numbers by name, input and draw number.
    n
        Number of draws, >= 1.

    Returns
    -------
    ndarray
        Shape ``(n,)``.
    """
    prior = prior_at(plan.assumptions.odds_ratio, use).prior
    return prior_draws(prior, plan.country_type, plan.destination, streams, n)


def prior_draws(
    prior: OddsRatioPrior, country_type: CountryType, destination: str, streams: Streams, n: int
) -> FloatArray:
    """Draw the log odds ratio of a destination: shared, by type, and own parts.

    Parameters
    ----------
    prior
        Median, interval and tails of the odds ratio, and shares of its variance.
    country_type
        Countries of one type share a part.
    destination
        ISO3 code.
    streams
        Random numbers by name, input and draw number.
    n
        Number of draws, >= 1.

    Returns
    -------
    FloatArray
        Shape ``(n,)``.
    """
    parts = (
        addresses.ODDS_RATIO_SHARED,
        addresses.odds_ratio_of_type(country_type),
        addresses.odds_ratio_of_place(destination),
    )
    return prior.log_odds(*(streams.normal(*part, 0, n) for part in parts))


def modelled_scores(share: ModelledShare, destination: str, streams: Streams, n: int) -> FloatArray:
    """Draw the standard score of a modelled share: shared coefficients and shift, own effect."""
    z = share.own_sd * streams.normal(*addresses.modelled_share(destination), 0, n)
    z += share.shift_sd * streams.normal(*addresses.SELECTION_SHIFT, 0, n)
    for j, loading in enumerate(share.loadings):
        z += loading * streams.normal(*addresses.modelled_coefficient(j), 0, n)
    return np.asarray(z / share.logit_sd)


def _group_draws(
    plan: DestinationPlan, crisis: CellPlan, streams: Streams, n: int
) -> dict[Group, FloatArray]:
    a, place, source = plan.assumptions, plan.destination, plan.stock_source
    stock = stock_draws(crisis.split, place, source, streams, a.stock_correlation, n)
    inside = streams.normal(*addresses.refugees_inside(place), 0, n)
    change = change_scores(place, source, streams, a.change_correlation, n)
    missed = None
    if crisis.split.undercount is not None:
        missed = streams.uniform(*addresses.stock_missed(source, place), 0, n)
    protection, other = crisis.split.draws(stock, inside, change, missed)
    return {"protection": protection, "other": other}


@dataclass(frozen=True, eq=False)
class _CrisisDraws:
    """Draws of what the groups of one crisis share: the error of its figure, and how it is read."""

    crisis: CellPlan
    streams: Streams
    n: int

    @cached_property
    def error(self) -> FloatArray:
        """Scores of the error of the share in need, shape ``(draw,)``."""
        footprint = self.crisis.footprint
        z = self.crisis.error_scores(lambda of, part: self.streams.normal(of, part, 0, self.n))
        if footprint.modelled is None:
            return z
        return modelled_scores(footprint.modelled, footprint.destination, self.streams, self.n)

    @cached_property
    def next_figure(self) -> FloatArray | float:
        """The next published figure over the one that is carried forward; 1 within an edition."""
        distribution, f = self.crisis.footprint.next_figure, self.crisis.footprint
        if distribution is None:
            return 1.0
        common, width = addresses.NEXT_FIGURE
        return distribution.draws(
            self.streams.normal(*common, 0, self.n),
            self.streams.normal(*addresses.carried_figure(f.crisis, f.destination), 0, self.n),
            self.streams.uniform(*width, 0, self.n),
        )

    @cached_property
    def reading(self) -> FloatArray:
        """Uniform draws that decide whom the figure covers; 1/2 where that is certain."""
        if self.crisis.shares.is_reading_certain:
            return np.full(self.n, 0.5)
        return _reading_draws(self.crisis.footprint.destination, self.streams, self.n)


def _reading_draws(destination: str, streams: Streams, n: int) -> FloatArray:
    """Draw what decides whom the figures of a destination cover, in (0, 1)."""
    return streams.uniform(*addresses.reading_of_scope(destination), 0, n)


class _Row(NamedTuple):
    """A cell that has a figure, with the draws of its crisis and of the people of its group."""

    inputs: _CrisisDraws
    cell: EstimationCell
    people: FloatArray

    @property
    def crisis(self) -> CellPlan:
        return self.inputs.crisis

    @property
    def has_odds_ratio(self) -> bool:
        """Whether an odds ratio acts on its share in need."""
        return self.cell.group == "other" and self.crisis.shares.rests_on_odds_ratio

    def affected(self, log_odds: FloatArray) -> FloatArray:
        """Draw the affected of the group, given draws of the log odds ratio."""
        draw = _draws_of_others if self.cell.group == "other" else _draws_of_refugees
        return draw(self.inputs, self.people, log_odds)

    def present(self, affected: FloatArray) -> FloatArray:
        """Return draws of the people of the group whom the figure counts."""
        return self.crisis.shares.present(self.cell.group, self.people, affected)


def _rows(plan: DestinationPlan, streams: Streams, n: int) -> list[_Row]:
    """Return the cells of a destination that have a figure."""
    rows = []
    for crisis in plan.crises:
        groups = _group_draws(plan, crisis, streams, n)
        inputs = _CrisisDraws(crisis, streams, n)
        rows += [
            _Row(inputs, cell, groups[cell.group])
            for cell in crisis.cells
            if cell.status != "not_estimated"
        ]
    return rows


def _affected(
    rows: Iterable[_Row], log_odds: Mapping[OddsRatioUse, FloatArray]
) -> dict[str, FloatArray]:
    """Draw the affected of each row by its id, given draws of the log odds ratio by their use."""
    return {row.cell.id: row.affected(log_odds[row.crisis.use]) for row in rows}


def _draws_of_others(inputs: _CrisisDraws, people: FloatArray, log_odds: FloatArray) -> FloatArray:
    """Draw the affected other migrants: by a published count or share, or from the residents' share."""
    crisis, streams, n = inputs.crisis, inputs.streams, inputs.n
    shares, residents = crisis.shares, crisis.shares.residents
    address = addresses.published_count(crisis.footprint.crisis, crisis.footprint.destination)
    if shares.count is not None:
        return shares.count.draws(streams, *address, 0, n) * inputs.next_figure
    if shares.other is not None:
        return people * shares.other.draws(streams, *address, 0, n)
    residents = given(residents)
    factor = residents.areas.draws(streams, crisis.areas_input, n) if residents.areas else 1.0
    return residents.draws(
        people, crisis.split.other, log_odds, inputs.error, inputs.reading,
        factor * inputs.next_figure, _part_in_place(inputs, "other"),
    )  # fmt: skip


def _draws_of_refugees(inputs: _CrisisDraws, people: FloatArray, _: FloatArray) -> FloatArray:
    """Draw the affected refugees; registered people may have been counted by area."""
    crisis, share = inputs.crisis, given(inputs.crisis.shares.protection)
    factor, part = inputs.next_figure, _part_in_place(inputs, "protection")
    if share.areas is not None:
        areas = share.areas.draws(inputs.streams, f"{crisis.areas_input}/refugees/areas", inputs.n)
        factor, part = factor * areas, 1.0
    own = _own_of_refugees(inputs, share)
    return share.draws(
        people, crisis.shares.residents, own, inputs.error, inputs.reading, factor, part
    )


def _part_in_place(inputs: _CrisisDraws, group: Group) -> FloatArray | float:
    """Draw the part of a group that lives in the places hit; 1 where an event is not confined."""
    residents, destination = inputs.crisis.shares.residents, inputs.crisis.footprint.destination
    if residents is None or residents.place is None:
        return 1.0
    address = addresses.place_of_group(destination, residents.place.key, group)
    scores = inputs.streams.normal(*address, 0, inputs.n)
    return _part_draws(residents.place, scores.tobytes())


@lru_cache(maxsize=8)  # of one country: cells and specifications share them
def _part_draws(place: LocalPlace, scores: bytes) -> FloatArray:
    draws = place.at_score(np.frombuffer(scores))
    draws.flags.writeable = False
    return draws


def _own_of_refugees(inputs: _CrisisDraws, share: ProtectionShare) -> FloatArray:
    """Draw the scores of refugees' own share in need, or their log odds ratio."""
    footprint, streams, n = inputs.crisis.footprint, inputs.streams, inputs.n
    if share.odds_ratio is None:
        address = addresses.share_of_refugees(footprint.crisis, footprint.destination)
        return streams.normal(*address, 0, n)
    parts = addresses.odds_ratio_of_refugees(footprint.destination)
    return share.odds_ratio.log_odds(*(streams.normal(*part, 0, n) for part in parts))


def _with_mean(cell: EstimationCell, draws: Mapping[str, FloatArray]) -> EstimationCell:
    """Add the last step of a cell that was drawn: from central values to the mean of its draws."""
    if cell.id not in draws:
        return cell
    mean = float(draws[cell.id].mean())
    is_odds_ratio = cell.evidence_level == 3 and cell.group == "other"
    change = mean - cell.steps[-1].value
    side = "ABOVE" if change > 0 else "BELOW" if change < 0 else "AT"
    inputs = message("ODDS_RATIO_AND_INPUTS" if is_odds_ratio else "INPUTS")
    spread = Step("spread", mean, message(f"SPREAD_{side}", inputs=inputs))
    return replace(cell, steps=(*cell.steps, spread))


def _overlap(destination: str, group: Group, union: GroupInAnyCrisis) -> Overlap:
    return Overlap(
        destination, group, union.relations, union.sum_of_crises, float(union.draws.mean())
    )
