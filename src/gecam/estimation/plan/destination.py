"""Plans: everything deterministic about one destination, derived before a number is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, get_args

from gecam._once import once_for_each
from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import BORDER_CHANGE, country_code, latest_income_group
from gecam.estimation.draw.compositions import BorderChanges, border_changes
from gecam.estimation.plan.cell_facts import CrisisInputs, cell_facts
from gecam.estimation.plan.cell_numbers import odds_ratio_use
from gecam.estimation.plan.division import refugee_parts
from gecam.estimation.plan.figure_errors import ErrorPart, error_parts, share_scores
from gecam.estimation.plan.groups import GroupSplit, split_stock
from gecam.estimation.plan.measured_stocks import measured_series, stock_class
from gecam.estimation.plan.projection import ResidentsSince
from gecam.estimation.plan.scope_shares import CountedPeople, GroupShares, group_shares
from gecam.model import (
    FIXED,
    Assumptions,
    Case,
    CountedGroup,
    CountryType,
    Crisis,
    Footprint,
    Group,
    GroupCount,
    OddsRatioUse,
    ProtectedPopulation,
    residents_at,
    residents_before,
)
from gecam.results import EstimationCell, Scope, message
from gecam.uncertainty import addresses

GROUPS: tuple[Group, ...] = tuple(sorted(get_args(Group)))
UNRWA_FIELDS = frozenset({"JOR", "LBN", "PSE", "SYR"})  # UNRWA's fields of operation


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One crisis in one destination: its groups, their shares, and the facts of its cells.

    Parameters
    ----------
    crisis, footprint
        What happened, and how many people it touches.
    split
        The groups of the destination at the crisis' reference date.
    shares
        How they are affected.
    cells
        Facts of the cells by group; the last step of their decomposition is added when they are drawn.
    pin_correlation
        Correlation of the figure's error with others of the same publisher and year.
    error_parts
        What the score of its error is made of.
    areas_input
        Input of where migrants live: one for all figures of a country by the same areas.
    use
        What decides the prior of the odds ratio.
    left_out
        Other migrants who are left out, as a border moved past them; None for nobody.
    """

    crisis: Crisis
    footprint: Footprint
    split: GroupSplit
    shares: GroupShares
    cells: tuple[EstimationCell, ...]
    pin_correlation: float
    error_parts: tuple[ErrorPart, ...]
    areas_input: str
    use: OddsRatioUse
    left_out: BorderChanges | None = None

    def error_scores(self, normal: Callable[[str, str], FloatArray]) -> FloatArray:
        """Return standard scores of the figure's error, given those of an input and its component."""
        return share_scores(self.error_parts, self.pin_correlation, normal)


@dataclass(frozen=True, slots=True)
class DestinationPlan:
    """All crises of one destination.

    Parameters
    ----------
    destination, country_type
        ISO3, and its type for the odds-ratio prior.
    stock_source
        Id of the stock's source: errors of one edition are correlated.
    crises
        One plan per crisis, sorted by id.
    assumptions
        Of the case.
    """

    destination: str
    country_type: CountryType
    stock_source: str
    crises: tuple[CellPlan, ...]
    assumptions: Assumptions

    @property
    def cells(self) -> tuple[EstimationCell, ...]:
        """The cells of all crises: one for each group."""
        return tuple(cell for crisis in self.crises for cell in crisis.cells)

    @property
    def has_united_needs(self) -> bool:
        """Whether the odds ratio acts once, on the united needs of several crises."""
        return self.assumptions.odds_ratio_acts_on == "country" and len(self.crises) > 1


@checked
def destination_plan(case: Case, destination: str, scope: Scope) -> DestinationPlan:
    """Derive the plan of one destination of a case.

    Parameters
    ----------
    case
        All inputs: stocks, residents, refugees, crises and their people in need.
    destination
        Country, by code (ISO3) or name.
    scope
        A word of `estimate`, such as ``all``.
    """
    return _plan(case, country_code(destination), scope)


@once_for_each
def _plan(case: Case, destination: str, scope: Scope) -> DestinationPlan:
    a, published = case.assumptions, case.by_place.get(destination, ())
    crises = [case.crisis(f.crisis) for f in published]
    splits = {f.crisis: _split(case, f, scope) for f in published}
    footprints = {f.crisis: _with_plausible_counts(f, splits[f.crisis]) for f in published}
    registered = {crisis: split.registered_now for crisis, split in splits.items()}
    moved = {
        c.id: border_changes(case, destination, splits[c.id], c.reference_date) for c in crises
    }
    borders = {c.id: _beyond_border(case, destination, moved[c.id]) for c in crises}
    splits = {i: _present(case, destination, x, moved[i]) for i, x in splits.items()}
    parts = refugee_parts(crises, footprints, registered, a)
    figures = [*footprints.values()]
    plans = []
    for crisis, given, errors, areas in zip(
        crises, published, error_parts(crises, figures, a.pin_correlation), _areas_inputs(figures),
        strict=True,
    ):  # fmt: skip
        split, footprint = splits[crisis.id], footprints[crisis.id]
        figure = CountedPeople(
            footprint, _residents(case, footprint, split), split, a, case.population.log_sd,
            parts[crisis.id], _use(case, crisis, footprint, split, borders[crisis.id]),
        )  # fmt: skip
        shares = group_shares(figure)
        out = moved[crisis.id] if scope == "excluding_border_changes" else None
        inputs = CrisisInputs(case, crisis, figure, shares, scope, out)
        flags = (*split.flags, *_stock_flags(case, destination, crisis))
        cells = tuple(
            cell_facts(
                inputs,
                group,
                (*flags, *borders[crisis.id].flags(group, scope), *_exceeding(given, split, group)),
            )
            for group in GROUPS
        )
        use = odds_ratio_use(figure, shares)
        plans.append(
            CellPlan(
                crisis, footprint, split, shares, cells, a.pin_correlation, errors, areas, use, out
            )
        )
    country_type = case.country_types.get(destination, "settled")
    return DestinationPlan(destination, country_type, case.stock.source.id, tuple(plans), a)


def _present(
    case: Case, destination: str, split: GroupSplit, moved: BorderChanges | None
) -> GroupSplit:
    """Return the groups with the other migrants who are still present since an onset."""
    ratios, dated = case.assumptions.relative_presence, split.dated
    if dated.residents is None:
        return split
    beyond = 0.0 if moved is None else moved.part
    kind = case.country_types.get(destination, "settled")
    others = ratios["settled" if kind == "settled" else "other"]
    ratio = beyond * ratios["border_change"] + (1 - beyond) * others
    return split if ratio == 1 else replace(split, dated=dated.present(ratio))


class _BeyondBorder(NamedTuple):
    """Part of other migrants who were born beyond a border that moved, and whether rows go by it."""

    part: float
    is_by_corridor: bool

    def flags(self, group: Group, scope: Scope) -> tuple[str, ...]:
        """Return the flag of a group's row."""
        is_there = scope != "excluding_border_changes" or not self.is_by_corridor
        is_flagged = self.part >= FIXED.flagged_border and (
            group == "other" or not self.is_by_corridor
        )
        return ("BORDER_CHANGE",) if is_flagged and is_there else ()


def _beyond_border(case: Case, destination: str, moved: BorderChanges | None) -> _BeyondBorder:
    """Return the part of other migrants beyond a moved border; all or none where countries count."""
    if case.assumptions.border_changes == "by_country":
        return _BeyondBorder(float(destination in BORDER_CHANGE), is_by_corridor=False)
    return _BeyondBorder(0.0 if moved is None else moved.part, is_by_corridor=True)


def _use(
    case: Case, crisis: Crisis, footprint: Footprint, split: GroupSplit, border: _BeyondBorder
) -> OddsRatioUse:
    """Return what decides the prior of the odds ratio, but for the areas."""
    destination, year = footprint.destination, crisis.reference_date.year
    basis: Any = case.stock.by_place[destination].basis
    return OddsRatioUse(
        destination, year, basis,
        is_need=footprint.is_need,
        is_sudden=crisis.kind == "disaster",
        is_border_change=border.part >= FIXED.most_border,
        is_high_income=latest_income_group(destination, year) == "high",
        people=split.other,
    )  # fmt: skip


def _with_plausible_counts(footprint: Footprint, split: GroupSplit) -> Footprint:
    """Return a footprint whose counts of more people than there can be are only shown."""

    def checked(count: GroupCount) -> GroupCount:
        there = most_people(split, count.group)
        if not count.is_used or _people_of(count) <= FIXED.count_over_people * there:
            return count
        note = message("COUNT_OF_OTHER_PEOPLE", people=_people_of(count), there=there)
        return replace(count, use="related", note=f"{count.note} {note}".strip())

    counts = tuple(map(checked, footprint.counts))
    return footprint if counts == footprint.counts else replace(footprint, counts=counts)


def _exceeding(footprint: Footprint, split: GroupSplit, group: Group) -> tuple[str, ...]:
    """Return the flag of a group whose published count is of more people than there can be."""
    count = footprint.count(group, "share", "count")
    is_above = count is not None and _people_of(count) > most_people(split, group)
    return ("COUNT_EXCEEDS_STOCK",) if is_above else ()


def _people_of(count: GroupCount) -> float:
    """Return the people whom a count speaks of, persons."""
    return max(count.in_need, count.present or 0.0) if count.use == "share" else count.in_need


def most_people(split: GroupSplit, group: CountedGroup) -> float:
    """Return the people whom a published count of a group can be of, persons.

    Other migrants at the reference date. Of refugees the stock holds a part and UNHCR's register
    another, and either may be incomplete: both together.
    """
    return split.other if group == "other" else split.stock + split.registered_now


def _areas_inputs(footprints: Sequence[Footprint]) -> list[str]:
    """Return for each figure the input of where migrants live, the same for the same areas."""
    first: dict[object, str] = {}
    return [
        first.setdefault(
            tuple((a.area, a.residents, a.migrants) for a in f.areas) or f.crisis,
            addresses.areas_of_migrants(f.crisis, f.destination),
        )
        for f in footprints
    ]


@checked
def residents_of(case: Case, footprint: Footprint) -> float:
    """Return the residents that a footprint is divided by; persons.

    Its own denominator where it is national, else the case's population at the reference date, which
    is not interpolated across the onset of a crisis of the country.

    Parameters
    ----------
    case
        All inputs, with residents by country; people.
    footprint
        A figure of one country of the case, with the code (ISO3) of its destination.
    """
    when = case.crisis(footprint.crisis).reference_date
    onsets = _onsets(case, footprint.destination)
    residents = residents_at(case.population, footprint.destination, when, onsets)
    if footprint.denominator is not None and (footprint.is_national or residents is None):
        residents = footprint.denominator
    if residents is None:
        raise AssertionError("a case with a footprint without denominator passed its check")
    return residents


def _residents(case: Case, footprint: Footprint, split: GroupSplit) -> float:
    """Return the residents that a footprint is divided by: those of the onset where both are held."""
    if split.dated.is_held and case.assumptions.stock_after_onset == "both_held":
        before = residents_before(case.population, footprint.destination, split.dated.until)
        return before or residents_of(case, footprint)
    return residents_of(case, footprint)


def _split(case: Case, footprint: Footprint, scope: Scope) -> GroupSplit:
    """Bring the stock of a destination to a crisis' reference date and split it into groups."""
    a, destination = case.assumptions, footprint.destination
    stock, when = case.stock.by_place[destination], case.crisis(footprint.crisis).reference_date
    registered, before = dict.fromkeys([*stock.figures, when], 0.0), None
    if case.protected is not None:
        ends = case.protected.by_place
        registered = {
            d: float(ends.at(destination, d)[1].sum()) for d in registered if ends.is_near(d)
        }
        before = _registered_before(case.protected, destination, when)
    split = split_stock(
        stock.figures,
        registered,
        when,
        log_sd=a.stock_log_sd[stock_class(stock.figures, stock.basis, is_imputed=stock.is_imputed)],
        refugees_added=stock.refugees_added,
        onset=_onset(case, destination, when, stock.figures),
        adds_outside=scope == "union",
        assumptions=a,
        country_type=case.country_types.get(destination, "settled"),
    )
    dated = split.dated
    if dated.is_held and a.stock_after_onset == "with_residents":
        eve = residents_before(case.population, destination, dated.until)
        if eve:
            dated = dated.moved(ResidentsSince(eve, residents_of(case, footprint)))
    return replace(split, registered_before=before, dated=dated)


def _registered_before(
    protected: ProtectedPopulation, destination: str, when: date
) -> tuple[float, float] | None:
    """Return UNHCR's counts at the two year-ends before the year of a plan; persons."""
    ends = protected.by_place
    days = [date(when.year - n, 12, 31) for n in (1, 2)]
    if days[0] not in ends.days:
        return None
    latest, earlier = (float(ends.at(destination, d)[1].sum()) for d in days)
    return latest, earlier if days[1] in ends.days else latest


def _stock_flags(case: Case, destination: str, crisis: Crisis) -> Iterator[str]:
    """Yield the flags that a stock has by itself."""
    stock = case.stock.by_place[destination]
    holds = {
        "ONSET_UNKNOWN": crisis.onset is None,
        "STOCK_IMPUTED": stock.is_imputed,
        "BASIS_CITIZENSHIP": stock.basis == "citizenship",
        "UNRWA": destination in UNRWA_FIELDS,
        "NO_PROTECTION_FIGURES": case.protected is None,
    }
    return (flag for flag, is_so in holds.items() if is_so)


def _onset(case: Case, destination: str, when: date, figures: Mapping[date, float]) -> date | None:
    """Return the onset that holds for a country's stock, whichever of its crises is asked about.

    The first one after the last measured figure, since a stock is not carried across it; else any
    onset that is known, which says that there was none since.
    """
    onsets = sorted(onset for onset in _onsets(case, destination) if onset <= when)
    later = [
        onset for onset in onsets if onset > measured_series(figures, onset, case.assumptions).last
    ]
    return later[0] if later else (onsets[-1] if onsets else None)


def _onsets(case: Case, destination: str) -> list[date]:
    """Return when crises of a country began, as far as that is known."""
    onsets = (case.crisis(f.crisis).onset for f in case.by_place[destination])
    return [onset for onset in onsets if onset is not None]
