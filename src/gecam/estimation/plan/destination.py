"""Plans: everything deterministic about one destination, derived before a number is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp

from gecam._once import once_for_each
from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.codes import BORDER_CHANGE, country_code
from gecam.estimation.plan.division import refugee_parts
from gecam.estimation.plan.figure_errors import ErrorPart, error_parts, share_scores
from gecam.estimation.plan.groups import GroupSplit, split_stock
from gecam.estimation.plan.projection import is_published_extrapolation, measured_series
from gecam.estimation.plan.scope_shares import GroupShares, by_rule, group_shares
from gecam.model import (
    Assumptions,
    Case,
    CountedGroup,
    CountryType,
    Crisis,
    Footprint,
    Group,
    GroupCount,
    residents_at,
)
from gecam.results import Leaf, Scope, Status, Step

GROUPS: tuple[Group, ...] = ("other", "protection")
COUNT_OVER_PEOPLE = 1.1  # a count that exceeds its group by more is of other people
UNRWA_FIELDS = frozenset({"JOR", "LBN", "PSE", "SYR"})  # UNRWA's fields of operation


@dataclass(frozen=True, slots=True)
class LeafPlan:
    """One crisis in one destination: its groups, their shares, and the facts of its leaves.

    Parameters
    ----------
    crisis, footprint
        What happened, and how many people it touches.
    split
        The groups of the destination at the crisis' reference date.
    shares
        How they are affected.
    leaves
        Facts of the leaves by group; the last step of their chain is added when they are drawn.
    pin_correlation
        Correlation of the figure's error with others of the same publisher and year.
    error_parts
        What the score of its error is made of.
    areas_input
        Input of where migrants live: one for all figures of a country by the same areas.
    """

    crisis: Crisis
    footprint: Footprint
    split: GroupSplit
    shares: GroupShares
    leaves: tuple[Leaf, ...]
    pin_correlation: float
    error_parts: tuple[ErrorPart, ...]
    areas_input: str

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
    crises: tuple[LeafPlan, ...]
    assumptions: Assumptions


@checked
def destination_plan(case: Case, destination: str, scope: Scope) -> DestinationPlan:
    """Derive the plan of one destination of a case.

    Parameters
    ----------
    case
        The inputs; the plan is derived once for each case and scope.
    destination
        Country, by ISO3 code or name.
    scope
        As in `estimate`.
    """
    return _plan(case, country_code(destination), scope)


@once_for_each
def _plan(case: Case, destination: str, scope: Scope) -> DestinationPlan:
    a, published = case.assumptions, case.by_place.get(destination, ())
    splits = {f.crisis: _split(case, destination, case.crisis(f.crisis), scope) for f in published}
    footprints = {f.crisis: _with_plausible_counts(f, splits[f.crisis][0]) for f in published}
    given = {f.crisis: f for f in published}
    parts = refugee_parts(
        [case.crisis(i) for i in footprints],
        footprints,
        {crisis: split.registered_now for crisis, (split, _) in splits.items()},
        a,
    )
    crises = []
    errors = error_parts(
        [case.crisis(i) for i in footprints], [*footprints.values()], a.pin_correlation
    )
    areas = _areas_inputs([*footprints.values()])
    for (crisis_id, footprint), of_error, of_areas in zip(
        footprints.items(), errors, areas, strict=True
    ):
        crisis = case.crisis(crisis_id)
        split, flags = splits[crisis_id]
        residents = residents_of(case, footprint)
        shares = group_shares(
            footprint, residents, split, case.population.log_sd, a, refugee_part=parts[crisis_id]
        )
        row = _Row(case, crisis, footprint, split, shares, residents, scope)
        leaves = tuple(
            _leaf(row, group, (*flags, *_exceeding(given[crisis_id], split, group)))
            for group in GROUPS
        )
        crises.append(
            LeafPlan(
                crisis, footprint, split, shares, leaves, a.pin_correlation, of_error, of_areas
            )
        )
    return DestinationPlan(
        destination,
        case.country_types.get(destination, "settled"),
        case.stock.source.id,
        tuple(crises),
        a,
    )


def _with_plausible_counts(footprint: Footprint, split: GroupSplit) -> Footprint:
    """Return a footprint whose counts of more people than there can be are only shown."""

    def checked(count: GroupCount) -> GroupCount:
        there = most_people(split, count.group)
        if not count.is_used or _people_of(count) <= COUNT_OVER_PEOPLE * there:
            return count
        note = (
            f"Not used: a count of {_people_of(count):,.0f} people where there are {there:,.0f} is of "
            "other people."
        )
        return replace(count, use="related", note=f"{count.note} {note}".strip())

    return replace(footprint, counts=tuple(map(checked, footprint.counts)))


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
            f"needs/{f.crisis}/{f.destination}/areas",
        )
        for f in footprints
    ]


@checked
def residents_of(case: Case, footprint: Footprint) -> float:
    """Return the residents that a footprint is divided by; persons.

    Its own denominator where it is national, else the case's population at the reference date.
    """
    when = case.crisis(footprint.crisis).reference_date
    residents = residents_at(case.population, footprint.destination, when)
    if footprint.denominator is not None and (footprint.is_national or residents is None):
        residents = footprint.denominator
    if residents is None:
        raise AssertionError("a case with a footprint without denominator passed its check")
    return residents


def _split(
    case: Case, destination: str, crisis: Crisis, scope: Scope
) -> tuple[GroupSplit, tuple[str, ...]]:
    """Date the stock of a destination and split it into groups."""
    a = case.assumptions
    stock = case.stock.by_place[destination]
    figures, is_citizenship = stock.figures, stock.basis == "citizenship"
    kind = (
        "imputed" if stock.is_imputed
        else "citizenship" if is_citizenship
        else "extrapolated" if is_published_extrapolation(figures) or stock.basis == "unknown"
        else "measured"
    )  # fmt: skip
    when = crisis.reference_date
    registered = dict.fromkeys([*figures, when], 0.0)
    if case.protected is not None:
        ends = case.protected.by_place
        registered = {
            d: float(ends.at(destination, d)[1].sum()) for d in registered if ends.is_near(d)
        }
    split, flags = split_stock(
        figures,
        registered,
        when,
        log_sd=a.stock_log_sd[kind],
        refugees_added=stock.refugees_added,
        onset=_onset(case, destination, when, figures),
        adds_outside=scope == "union",
        assumptions=a,
    )
    flags += ("ONSET_UNKNOWN",) if crisis.onset is None else ()
    flags += ("STOCK_IMPUTED",) if stock.is_imputed else ()
    flags += ("BASIS_CITIZENSHIP",) if is_citizenship else ()
    flags += ("BORDER_CHANGE",) if destination in BORDER_CHANGE else ()
    flags += ("UNRWA",) if destination in UNRWA_FIELDS else ()
    flags += ("NO_PROTECTION_FIGURES",) if case.protected is None else ()
    return split, flags


def _onset(case: Case, destination: str, when: date, figures: Mapping[date, float]) -> date | None:
    """Return the onset that holds for a country's stock, whichever of its crises is asked about.

    The first one after the last measured figure, since a stock is not carried across it; else any
    onset that is known, which says that there was none since.
    """
    here = [case.crisis(f.crisis).onset for f in case.by_place[destination]]
    onsets = sorted(onset for onset in here if onset is not None and onset <= when)
    later = [
        onset
        for onset in onsets
        if onset > measured_series(figures, onset, case.assumptions).dates[-1]
    ]
    return later[0] if later else (onsets[-1] if onsets else None)


@dataclass(frozen=True, slots=True)
class _Row:
    """What the leaves of one crisis in one destination are made of."""

    case: Case
    crisis: Crisis
    footprint: Footprint
    split: GroupSplit
    shares: GroupShares
    residents: float
    scope: Scope


def _leaf(row: _Row, group: Group, flags: tuple[str, ...]) -> Leaf:
    """Return the facts of one leaf, with the chain up to the median odds ratio."""
    shares, split = row.shares, row.split
    leaf = Leaf(
        f"{row.crisis.id}/{row.footprint.destination}/{group}",
        row.crisis.id,
        row.footprint.destination,
        group,
        "not_estimated",
        stock=split.protection if group == "protection" else split.other,
        counts=tuple(c for c in row.footprint.counts if c.group in {group, "migrants"}),
        flags=_joined(flags, shares.flags),
        cap=shares.cap,
    )
    if reason := _why_not(row.case, row.footprint, split, shares, group, row.scope):
        covered = shares.flags_protection if reason == shares.why_protection else ()
        return replace(leaf, reason=reason, flags=_joined(leaf.flags, covered))
    steps = _stock_steps(row.case, split, group)
    if group == "protection":
        leaf = _of_protection(leaf, row, steps)
    elif shares.count is not None:
        leaf = _counted(leaf, row.footprint, steps, shares.count.mean)
    elif shares.other is not None:
        leaf = _with_published_share(leaf, row, steps)
    else:
        leaf = _from_odds_ratio(leaf, row, steps)
    return _with_status(row.case, row.crisis, leaf)


def _joined(*flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({flag for some in flags for flag in some}))


def _of_protection(leaf: Leaf, row: _Row, steps: tuple[Step, ...]) -> Leaf:
    """Return a leaf of refugees and others in need of protection."""
    shares = row.shares
    if shares.protection is None:
        raise AssertionError("an estimated leaf has no share")
    at_one = leaf.stock * shares.protection.mean(shares.residents)
    sources = (row.footprint.source.id, row.case.population.source.id)
    is_assumed = "REFUGEES_DIVIDED" in shares.flags_protection
    return replace(
        leaf, rung=shares.protection_rung, odds_ratio_1=at_one, lower_bound=0.0,
        cap=max(leaf.cap, "D") if is_assumed else leaf.cap,
        upper_bound=leaf.stock, flags=_joined(leaf.flags, shares.flags_protection),
        steps=(*steps, Step("share", at_one, shares.text_protection, sources)),
        why_not_higher=_WHY_NOT_1 if shares.protection_rung > 1 else "",
    )  # fmt: skip


def _with_published_share(leaf: Leaf, row: _Row, steps: tuple[Step, ...]) -> Leaf:
    """Return a leaf of other migrants whose share in need was published."""
    shares = row.shares
    if shares.other is None:
        raise AssertionError("an estimated leaf has no share")
    at_one = leaf.stock * shares.other.mean
    step = Step("share", at_one, shares.text_other, (row.footprint.source.id,))
    flags = _joined(leaf.flags, by_rule(row.footprint.count("other", "share")))
    return replace(
        leaf, rung=1, odds_ratio_1=at_one, lower_bound=0.0, upper_bound=leaf.stock,
        flags=tuple(flag for flag in flags if flag not in _OF_RESIDENTS),
        steps=(*steps, *_undercount_step(row.split, leaf.stock), step),
    )  # fmt: skip


def _from_odds_ratio(leaf: Leaf, row: _Row, steps: tuple[Step, ...]) -> Leaf:
    """Return a leaf of other migrants whose share follows from the residents' share."""
    people, residents, theta = leaf.stock, row.shares.residents, row.case.assumptions.odds_ratio
    if residents is None:
        raise AssertionError("an estimated leaf has no share")
    sources = (row.footprint.source.id, row.case.population.source.id)
    at_one = residents.affected(people, 1.0)
    steps += _undercount_step(row.split, people)
    steps += (
        Step("share", at_one, row.shares.text, sources),
        Step(
            "odds_ratio_median",
            residents.affected(people, exp(theta.mean)),
            f"median odds ratio {exp(theta.mean):.2f} of migrants against neighbours (prior)",
        ),
    )
    lower, upper = _bounds(row, people)
    judged = ("ODDS_RATIO_JUDGED",) if theta.sd > 0 or theta.mean != 0 else ()
    rung = row.shares.other_rung
    return replace(
        leaf, rung=rung, odds_ratio_1=at_one, lower_bound=lower, upper_bound=upper, steps=steps,
        flags=_joined(leaf.flags, judged),
        why_not_higher=_WHY_NOT_1 + ("" if rung == 2 else _WHY_NOT_2),
    )  # fmt: skip


# say nothing of a published count or share
_OF_RESIDENTS = {"SCOPE_UNKNOWN", "SCOPE_INFERRED", "SCOPE_CARRIED_OVER"}
_WHY_NOT_1 = (
    "No published count of this group in need meets the rules (plan level, present in the country, "
    "stated scope, within 12 months)."
)
_WHY_NOT_2 = " Migrants by area within the country are not known."


def _why_not(
    case: Case,
    footprint: Footprint,
    split: GroupSplit,
    shares: GroupShares,
    group: Group,
    scope: Scope,
) -> str:
    """Return why a leaf is not estimated; empty where it is."""
    if group == "protection":
        if scope in {"excluding_refugees", "micic"}:
            return f"Outside the scope {scope!r}."
        if split.protection <= 0:
            if split.registered_now > 0:
                return "The published stock is zero."
            return "UNHCR reports nobody of this group here."
        return shares.why_protection
    if scope == "micic" and case.stock.by_place[footprint.destination].basis != "citizenship":
        return (
            "The scope counts non-citizens, the stock people born abroad; how many of these are "
            "citizens is not known here."
        )
    if split.stock <= 0:
        return "The published stock is zero."
    return shares.why_other


def _stock_steps(case: Case, split: GroupSplit, group: Group) -> tuple[Step, ...]:
    """Return the steps from the published stock to the group at the reference date."""
    source = case.stock.source.id
    steps: tuple[Step, ...] = (
        Step("stock", split.stock, f"{split.stock:,.0f} migrants on {split.stock_on}", (source,)),
    )
    if case.protected is None:
        text = f"all count as other migrants, as there are no refugee figures: {split.dated.text}"
        dated = Step("dating", split.counted, text, (source,))
        return (*steps, dated, Step("group", split.counted, "the whole stock"))
    unhcr = case.protected.source.id
    steps += (
        Step(
            "dating",
            split.protection + split.counted,
            f"other migrants: {split.dated.text}; refugees and others in need of protection: UNHCR "
            f"counts {split.registered_now:,.0f} at the reference date, "
            f"{split.registered:,.0f} at the stock's",
            (source, unhcr),
        ),
    )
    if group == "other":
        text = "migrants other than refugees and others in need of protection"
        return (*steps, Step("group", split.counted, text, (unhcr,)))
    text = f"refugees and others in need of protection; of UNHCR's count {split.held_text}"
    text += ", and those outside it are added" if split.adds_outside else ""
    return (*steps, Step("group", split.protection, text, (unhcr,)))


def _counted(leaf: Leaf, footprint: Footprint, steps: tuple[Step, ...], count: float) -> Leaf:
    """Return a leaf whose number was published: it may be of a part of the group, or exceed it."""
    text = f"{count:,.0f} other migrants in need were published"
    flags = set(leaf.flags) - _OF_RESIDENTS
    reason = ""
    published = footprint.count("other", "count")
    present = published.present if published is not None else None
    if is_count_of_part(footprint, leaf.stock):
        flags.add("COUNT_OF_PART")
        reason = (
            f"The published count is of {present:,.0f} people present; the need of the other "
            f"{leaf.stock - (present or 0.0):,.0f} migrants of this group is not estimated."
        )
        text += f", of {present:,.0f} present"
    return replace(
        leaf, rung=1, odds_ratio_1=count, lower_bound=0.0, upper_bound=max(leaf.stock, count),
        reason=reason, flags=tuple(sorted(flags)),
        steps=(*steps, Step("published_count", count, text, (footprint.source.id,))),
    )  # fmt: skip


def is_count_of_part(footprint: Footprint, people: float) -> bool:
    """Whether the published count of other migrants is of less than half of them."""
    count = footprint.count("other", "count")
    return count is not None and count.present is not None and count.present < people / 2


def _undercount_step(split: GroupSplit, people: float) -> tuple[Step, ...]:
    """Return the step of people whom the stock misses; none without an assumption on them."""
    if split.undercount is None:
        return ()
    text = f"people whom the stock misses: {split.undercount.mean - 1:+.0%}"
    return (Step("undercount", people, text),)


def _bounds(row: _Row, people: float) -> tuple[float, float]:
    """Return assumption-free bounds of other migrants."""
    if row.footprint.pin_scope == "nationals" or "SCOPE_UNKNOWN" in row.shares.flags:
        return 0.0, people
    in_need = min(row.footprint.people, row.residents)
    rest = row.residents - row.split.protection
    lower = max(0.0, people + max(in_need - row.split.protection, 0.0) - rest)
    return min(lower, people), min(people, in_need)


def _with_status(case: Case, crisis: Crisis, leaf: Leaf) -> Leaf:
    """Set the status of an estimated leaf: replaced by another plan, left out, or added."""
    status: Status = "estimated"
    reason, flags = "", leaf.flags
    replaced_by = [
        c.name
        for c in (case.crisis(f.crisis) for f in case.by_place[leaf.destination])
        if c.id not in case.left_out_of_totals
        for r in c.relations
        if r.kind == "supersedes" and r.other == crisis.id and case.assumptions.apply_relations
    ]
    if replaced_by:
        status, flags = "superseded", (*flags, "SUPERSEDED")
        reason = f"Replaced by {replaced_by[0]} in country figures."
    elif crisis.id in case.left_out_of_totals:
        status, flags = "left_out", (*flags, "LEFT_OUT_OF_TOTALS")
        reason = case.left_out_of_totals[crisis.id]
    else:
        reason = leaf.reason
    return replace(leaf, status=status, reason=reason, flags=tuple(sorted(flags)))
