"""Plans: everything deterministic about one destination, derived before a number is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from gecam.codes import BORDER_CHANGE
from gecam.estimation.groups import GroupSplit, at_day, split_stock, year_ends
from gecam.estimation.projection import is_published_extrapolation, measured_series
from gecam.estimation.shares import LARGEST_SHARE, GroupShares, group_shares
from gecam.model import Assumptions, Case, CountryType, Crisis, Footprint, Group, residents_at
from gecam.results import Leaf, Scope, Status, Step

GROUPS: tuple[Group, ...] = ("other", "protection")
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
    """

    crisis: Crisis
    footprint: Footprint
    split: GroupSplit
    shares: GroupShares
    leaves: tuple[Leaf, ...]
    pin_correlation: float


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


def destination_plan(case: Case, destination: str, scope: Scope) -> DestinationPlan:
    """Derive the plan of one destination of a case."""
    a = case.assumptions
    footprints = sorted(
        (f for f in case.footprints if f.destination == destination), key=lambda f: f.crisis
    )
    crises = []
    for footprint in footprints:
        crisis = case.crisis(footprint.crisis)
        split, flags = _split(case, destination, crisis, scope)
        residents = residents_of(case, footprint)
        shares = group_shares(footprint, residents, split, case.population.log_sd, a)
        crises.append(
            LeafPlan(
                crisis,
                footprint,
                split,
                shares,
                tuple(
                    _leaf(case, crisis, footprint, split, shares, residents, group, scope, flags)
                    for group in GROUPS
                ),
                a.pin_correlation,
            )
        )
    return DestinationPlan(
        destination,
        case.country_types.get(destination, "settled"),
        case.stock.source.id,
        tuple(crises),
        a,
    )


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
    figures = stock_figures(case, destination)
    basis = case.stock.basis[case.stock.basis["destination"].eq(destination)]
    is_imputed = bool(basis["is_imputed"].any())
    is_citizenship = bool(basis["basis"].eq("citizenship").any())
    is_known = bool(basis["basis"].isin(["birth", "citizenship"]).any())
    kind = (
        "imputed" if is_imputed
        else "citizenship" if is_citizenship
        else "extrapolated" if is_published_extrapolation(figures) or not is_known
        else "measured"
    )  # fmt: skip
    when = crisis.reference_date
    registered = dict.fromkeys([*figures, when], 0.0)
    if case.protected is not None:
        table = year_ends(case.protected, destination)
        counts = {d: at_day(table, d) for d in registered}
        registered = {d: float(count.sum()) for d, count in counts.items() if count is not None}
    split, flags = split_stock(
        figures,
        registered,
        when,
        log_sd=a.stock_log_sd[kind],
        refugees_added=bool(basis["refugees_added"].any()),
        onset=_onset(case, destination, when, figures),
        adds_outside=scope == "union",
        assumptions=a,
    )
    flags += ("ONSET_UNKNOWN",) if crisis.onset is None else ()
    flags += ("STOCK_IMPUTED",) if is_imputed else ()
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
    here = {f.crisis for f in case.footprints if f.destination == destination}
    onsets = sorted(
        c.onset for c in case.crises if c.id in here and c.onset is not None and c.onset <= when
    )
    later = [
        onset
        for onset in onsets
        if onset > measured_series(figures, onset, case.assumptions).dates[-1]
    ]
    return later[0] if later else (onsets[-1] if onsets else None)


def stock_figures(case: Case, destination: str) -> dict[date, float]:
    """Return people by date of one destination."""
    totals = case.stock.totals()
    return {
        pd.Timestamp(as_of).date(): float(people)
        for as_of, people in totals.loc[destination].items()
    }


def _leaf(
    case: Case,
    crisis: Crisis,
    footprint: Footprint,
    split: GroupSplit,
    shares: GroupShares,
    residents: float,
    group: Group,
    scope: Scope,
    flags: tuple[str, ...],
) -> Leaf:
    """Return the facts of one leaf, with the chain up to the median odds ratio."""
    people = split.protection if group == "protection" else split.other
    leaf = Leaf(
        f"{crisis.id}/{footprint.destination}/{group}",
        crisis.id,
        footprint.destination,
        group,
        "not_estimated",
        stock=people,
        counts=tuple(c for c in footprint.counts if c.group in {group, "migrants"}),
        flags=tuple(sorted({*flags, *shares.flags})),
        cap=shares.cap,
    )
    reason = _why_not(case, footprint, split, shares, group, scope)
    if reason:
        covered = shares.flags_protection if reason == shares.why_protection else ()
        return replace(leaf, reason=reason, flags=tuple(sorted({*leaf.flags, *covered})))
    steps = _stock_steps(case, split, group)
    if group == "other" and shares.count is not None:
        return _with_status(case, crisis, _counted(leaf, footprint, steps, shares.count.mean))
    residents_share = shares.residents
    if residents_share is None:
        raise AssertionError("an estimated leaf has no share")
    sources = (footprint.source.id, case.population.source.id)
    if group == "protection":
        if shares.protection is None:
            raise AssertionError("an estimated leaf has no share")
        share = shares.protection.mean(residents_share)
        at_one = people * share
        steps += (Step("share", at_one, shares.text_protection, sources),)
        return _with_status(case, crisis, replace(
            leaf, rung=shares.protection_rung, odds_ratio_1=at_one, steps=steps,
            lower_bound=0.0, upper_bound=people,
            flags=tuple(sorted({*leaf.flags, *shares.flags_protection})),
            why_not_higher=_WHY_NOT_1 if shares.protection_rung > 1 else "",
        ))  # fmt: skip
    theta = case.assumptions.odds_ratio
    steps += _undercount_step(split, people)
    at_one = residents_share.affected(people, 1.0)
    at_median = residents_share.affected(people, float(_exp(theta.mean)))
    steps += (
        Step("share", at_one, shares.text, sources),
        Step(
            "odds_ratio_median",
            at_median,
            f"median odds ratio {_exp(theta.mean):.2f} of migrants against neighbours (prior)",
        ),
    )
    lower, upper = _bounds(footprint, split, residents, people)
    judged = ("ODDS_RATIO_JUDGED",) if theta.sd > 0 or theta.mean != 0 else ()
    return _with_status(case, crisis, replace(
        leaf, rung=shares.other_rung, odds_ratio_1=at_one, lower_bound=lower, upper_bound=upper,
        steps=steps, flags=tuple(sorted({*leaf.flags, *judged})),
        why_not_higher=_WHY_NOT_1 + ("" if shares.other_rung == 2 else _WHY_NOT_2),
    ))  # fmt: skip


_WHY_NOT_1 = (
    "No published count of this group in need meets the rules (plan level, present in the country, "
    "stated scope, within 12 months)."
)
_WHY_NOT_2 = " Migrants by area within the country are not known."


def _exp(x: float) -> float:
    from math import exp

    return exp(x)


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
    if scope == "micic":
        basis = case.stock.basis[case.stock.basis["destination"].eq(footprint.destination)]
        if not basis["basis"].eq("citizenship").any():
            return (
                "The scope counts non-citizens, the stock people born abroad; how many of these are "
                "citizens is not known here."
            )
    if split.stock <= 0:
        return "The published stock is zero."
    return shares.why_other if shares.count is None else ""


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
    flags = {flag for flag in leaf.flags if flag != "SCOPE_UNKNOWN"}
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
    if count > leaf.stock:
        flags.add("COUNT_EXCEEDS_STOCK")
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


def _bounds(
    footprint: Footprint, split: GroupSplit, residents: float, people: float
) -> tuple[float, float]:
    """Return assumption-free bounds of other migrants."""
    if footprint.pin_scope in {"nationals", "unknown"}:
        return 0.0, people
    in_need = min(footprint.people, LARGEST_SHARE * residents)
    rest = residents - split.protection
    lower = max(0.0, people + max(in_need - split.protection, 0.0) - rest)
    return min(lower, people), min(people, in_need)


def _with_status(case: Case, crisis: Crisis, leaf: Leaf) -> Leaf:
    """Set the status of an estimated leaf: replaced by another plan, left out, or added."""
    status: Status = "estimated"
    reason, flags = "", leaf.flags
    here = {f.crisis for f in case.footprints if f.destination == leaf.destination}
    replaced_by = [
        c.name
        for c in case.crises
        if c.id in here and c.id not in case.left_out_of_totals
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
