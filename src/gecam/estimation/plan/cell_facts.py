"""Facts of an estimation cell: status, flags, evidence level, and messages, from its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gecam.estimation.draw.compositions import BorderChanges
from gecam.estimation.plan.cell_numbers import (
    BORDER_STEP,
    Basis,
    CellNumbers,
    basis_of,
    cell_numbers,
    given,
    is_count_of_part,
    is_counted_as_in_other_years,
    is_scope_unknown,
    odds_ratio_evidence,
)
from gecam.estimation.plan.scope_shares import CountedPeople, GroupShares
from gecam.estimation.plan.share_messages import refugees_message, residents_message, share_message
from gecam.model import Case, Crisis, Footprint, Grade, Group, OddsRatioPriors
from gecam.results import EstimationCell, Message, Scope, Step, message


@dataclass(frozen=True, slots=True)
class CrisisInputs:
    """What the cells of one crisis in one destination are made of.

    Parameters
    ----------
    case, crisis
        All inputs, and the crisis.
    figure
        Its people in need, and the groups of the destination.
    shares
        How the groups are affected.
    scope
        Of the estimate.
    left_out
        Other migrants whom the scope leaves out, as a border moved past them; None for nobody.
    """

    case: Case
    crisis: Crisis
    figure: CountedPeople
    shares: GroupShares
    scope: Scope
    left_out: BorderChanges | None = None

    @property
    def footprint(self) -> Footprint:
        """The published figure."""
        return self.figure.footprint


def cell_facts(row: CrisisInputs, group: Group, flags: tuple[str, ...]) -> EstimationCell:
    """Return the facts of one cell, with its steps up to the central value.

    Parameters
    ----------
    row
        What the cell is made of.
    group
        ``protection`` or ``other``.
    flags
        Codes of its stock and of its published count.
    """
    footprint, shares = row.footprint, row.shares
    cap: Grade = "A" if footprint.is_national else "D"
    if _is_in_places(shares, group):
        cap, flags = "E", (*flags, "LOCAL_EVENT")
    cell = EstimationCell(
        f"{row.crisis.id}/{footprint.destination}/{group}", row.crisis.id, footprint.destination,
        group, "not_estimated", cap=cap, flags=(*flags, *_figure_flags(footprint, shares)),
        counts=tuple(c for c in footprint.counts if c.group in {group, "migrants"}),
    )  # fmt: skip
    because = _why_not(row, group)
    return _estimated(row, cell) if because is None else _not_estimated(row, cell, because)


def _not_estimated(row: CrisisInputs, cell: EstimationCell, because: Message) -> EstimationCell:
    """Return the facts of a cell that has no number, with the reason."""
    split, flags = row.figure.split, cell.flags
    if row.shares.protection is None and because.code in LEFT_TO_OTHERS:
        flags = (*flags, "COVERED_BY_REFUGEE_PLAN")
    stock = split.of(cell.group)
    return replace(cell, because=because, flags=_sorted(flags), stock=stock)


def _estimated(row: CrisisInputs, cell: EstimationCell) -> EstimationCell:
    """Return the facts of a cell that has a number: evidence, bounds, steps, status."""
    footprint, group, flags, cap = row.footprint, cell.group, cell.flags, cell.cap
    basis = basis_of(row.shares, group)
    numbers = cell_numbers(row.figure, row.shares, basis)
    if row.left_out is not None and group == "other":
        numbers = numbers.rest(row.left_out.part)
    level = evidence_level(footprint, row.shares, basis)
    own = tuple(_FLAGS_BY_BASIS[basis](row))
    if basis in {"published_count", "published_share"}:
        flags = tuple(flag for flag in flags if flag not in OF_RESIDENTS)
    if "REFUGEES_DIVIDED" in own and cap == "A":
        cap = "D"
    cell = replace(
        cell, status="estimated", because=_rest_message(footprint, numbers, basis),
        evidence_level=level, lacking=tuple(_lacking(basis, level)), cap=cap, stock=numbers.people,
        odds_ratio_1=numbers.odds_ratio_1, lower_bound=numbers.lower_bound,
        upper_bound=numbers.upper_bound, flags=_sorted((*flags, *own)),
        steps=tuple(_steps(row, group, numbers)),
    )  # fmt: skip
    return _with_status(row, cell)


def _is_in_places(shares: GroupShares, group: Group) -> bool:
    """Whether a number rests on which part of a group lives in the places of an event."""
    if shares.residents is None or shares.residents.place is None:
        return False
    if group == "other":
        return shares.rests_on_odds_ratio
    share = shares.protection
    return share is not None and share.own is None and share.areas is None


def _sorted(flags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(flags)))


OF_RESIDENTS = frozenset({"SCOPE_UNKNOWN", "SCOPE_INFERRED", "SCOPE_CARRIED_OVER"})
"""Flags that say nothing of a published count or share."""


def _figure_flags(footprint: Footprint, shares: GroupShares) -> Iterator[str]:
    """Yield the flags that both groups have from a figure."""
    is_unknown, distribution = is_scope_unknown(footprint, shares), footprint.next_figure
    holds = {
        "CARRIED_FORWARD": distribution is not None,
        "UNREVISED_AFTER_ONSET": distribution is not None and distribution.is_after_onset,
        "SUBNATIONAL_PLAN": not footprint.is_national,
        "MODELLED_SHARE": footprint.modelled is not None,
        "RELATED_COUNT": any(c.use == "related" for c in footprint.counts),
        "SCOPE_CARRIED_OVER": footprint.pin_scope_year is not None,
        "REFUGEES_EXCEED_PIN": shares.is_limited,
        "SCOPE_UNKNOWN": is_unknown,
        "SCOPE_INFERRED": footprint.pin_scope == "unknown" and not is_unknown,
        "PIN_GT_POP": shares.residents is not None and shares.residents.exceeds_people,
    }
    return (flag for flag, is_so in holds.items() if is_so)


_FLAG_OF_BASIS = {
    "prior": "PROTECTION_PRIOR",
    "planned": "REFUGEES_PLANNED",
    "odds_ratio": "REFUGEES_MEASURED",
}


def _flags_of_refugees(row: CrisisInputs) -> Iterator[str]:
    share, count = given(row.shares.protection), row.footprint.count("protection", "share")
    if (flag := _FLAG_OF_BASIS.get(share.basis)) is not None:
        yield flag
    if share.basis == "published" and count is not None and count.is_by_rule:
        yield "PLAN_SHARE_BY_RULE"
    if share.basis != "published" and share.part < 1:
        yield "REFUGEES_DIVIDED"
    if is_counted_as_in_other_years(row.footprint, share):
        yield "REFUGEES_AS_IN_OTHER_YEARS"


def _flags_of_count(row: CrisisInputs) -> Iterator[str]:
    if is_count_of_part(row.footprint, row.figure.split.other):
        yield "COUNT_OF_PART"


def _flags_of_share(row: CrisisInputs) -> Iterator[str]:
    count = row.footprint.count("other", "share")
    if count is not None and count.is_by_rule:
        yield "PLAN_SHARE_BY_RULE"


def _flags_of_odds_ratio(row: CrisisInputs) -> Iterator[str]:
    evidence = odds_ratio_evidence(row.figure, row.shares)
    if not evidence.prior.is_one:
        yield "ODDS_RATIO_JUDGED" if evidence.status == "judged" else "ODDS_RATIO_ESTIMATED"
    if evidence.year is not None:
        yield "ODDS_RATIO_OWN_PAIR"


_FLAGS_BY_BASIS: Mapping[Basis, Callable[[CrisisInputs], Iterator[str]]] = {
    "refugees": _flags_of_refugees,
    "published_count": _flags_of_count,
    "published_share": _flags_of_share,
    "odds_ratio": _flags_of_odds_ratio,
}


def evidence_level(footprint: Footprint, shares: GroupShares, basis: Basis) -> int:
    """Return the level of the evidence of an estimated cell, 1 (best) to 4: see `EVIDENCE_LEVELS`.

    Parameters
    ----------
    footprint
        The published figure.
    shares
        Derived from it.
    basis
        What the number of the cell rests on.
    """
    if basis in {"published_count", "published_share"}:
        return 1
    if footprint.modelled is not None:
        return 4
    if basis == "refugees" and given(shares.protection).basis == "published":
        return 1
    is_refugees = basis == "refugees"
    areas = given(shares.protection).areas if is_refugees else given(shares.residents).areas
    return 2 if areas is not None and areas.is_counted else 3


def _lacking(basis: Basis, level: int) -> Iterator[Message]:
    """Yield what better evidence would need."""
    if level > 1:
        yield message("NO_PUBLISHED_COUNT")
    if level > 2 and basis == "odds_ratio":
        yield message("NO_MIGRANTS_BY_AREA")


LEFT_TO_OTHERS = frozenset({"MIGRANTS_SEPARATE", "HOSTS_INCLUDED", "LEFT_TO_REFUGEE_PLAN"})
"""Reasons that a figure does not cover a group."""
_NOT_COVERED = {"migrants_separate": "MIGRANTS_SEPARATE", "mixed_hosts": "HOSTS_INCLUDED"}


def _why_not(row: CrisisInputs, group: Group) -> Message | None:
    """Return why a cell is not estimated; None where it is."""
    return _why_not_refugees(row) if group == "protection" else _why_not_others(row)


def _why_not_refugees(row: CrisisInputs) -> Message | None:
    split = row.figure.split
    if row.scope in {"excluding_refugees", "micic"}:
        return message("OUTSIDE_SCOPE", scope=row.scope)
    if row.case.protected is None:
        return message("NO_REGISTER")
    if split.protection <= 0:
        return message("STOCK_IS_ZERO" if split.registered_now > 0 else "NOBODY_REGISTERED")
    if row.shares.protection is not None:
        return None
    return message(_NOT_COVERED.get(row.footprint.pin_scope, "LEFT_TO_REFUGEE_PLAN"))


def _why_not_others(row: CrisisInputs) -> Message | None:
    stock, shares = row.case.stock.by_place[row.footprint.destination], row.shares
    if row.scope == "micic" and stock.basis != "citizenship":
        return message("CITIZENS_NOT_TOLD_APART")
    if row.figure.split.stock <= 0:
        return message("STOCK_IS_ZERO")
    if any(x is not None for x in (shares.residents, shares.count, shares.other)):
        return None
    return message(_NOT_COVERED[row.footprint.pin_scope])


def _rest_message(footprint: Footprint, numbers: CellNumbers, basis: Basis) -> Message | None:
    """Return what a published count leaves out; None where it leaves out nothing."""
    count = footprint.count("other", "count")
    if basis != "published_count" or not is_count_of_part(footprint, numbers.people):
        return None
    present = (count.present if count is not None else None) or 0.0
    return message("REST_NOT_ESTIMATED", present=present, others=numbers.people - present)


def _steps(row: CrisisInputs, group: Group, numbers: CellNumbers) -> Iterator[Step]:
    """Yield the steps of a cell with their messages and sources."""
    case = row.case
    stock, figure = case.stock.source.id, row.footprint.source.id
    unhcr = (case.protected.source.id,) if case.protected is not None else ()
    of_share = (figure,) if row.shares.other is not None else (figure, case.population.source.id)
    sources: dict[str, tuple[str, ...]] = {
        "stock": (stock,),
        "projection": (stock, *unhcr),
        "group": unhcr,
        "share": (figure, case.population.source.id) if group == "protection" else of_share,
        "published_count": (figure,),
    }
    for name, value in numbers.steps.items():
        yield Step(name, value, _MESSAGES[name](row, group), sources.get(name, ()))


def _stock_message(row: CrisisInputs, _: Group) -> Message:
    split = row.figure.split
    return message("STOCK", people=split.stock, on=split.stock_on)


def _projection_message(row: CrisisInputs, _: Group) -> Message:
    split = row.figure.split
    if row.case.protected is None:
        return message("PROJECTED", projection=split.dated.message)
    if split.dated.is_between:  # groups are told apart at the reference date
        projection, now = split.dated.message, split.registered_now
        return message("PROJECTED_TOGETHER", projection=projection, now=now)
    return message(
        "PROJECTED_BY_GROUP", projection=split.dated.message, now=split.registered_now,
        then=split.registered,
    )  # fmt: skip


def _group_message(row: CrisisInputs, group: Group) -> Message:
    if row.case.protected is None:
        return message("WHOLE_STOCK")
    if group == "other":
        return message("OTHER_MIGRANTS")
    split = row.figure.split
    code = "REFUGEES_AND_OUTSIDE" if split.adds_outside else "REFUGEES"
    return message(code, inside=split.held)


def _undercount_message(row: CrisisInputs, _: Group) -> Message:
    return message("UNDERCOUNT", change=given(row.figure.split.undercount).mean - 1)


def _share_message(row: CrisisInputs, group: Group) -> Message:
    if group == "protection":
        return refugees_message(row.figure, row.shares)
    published = row.footprint.count("other", "share")
    if published is not None:
        return share_message("PUBLISHED_SHARE_OF_OTHERS", published)
    return residents_message(row.figure, row.shares)


def _border_message(row: CrisisInputs, _: Group) -> Message:
    return message("WITHOUT_BORDER_CHANGES", part=given(row.left_out).part)


def _count_message(row: CrisisInputs, _: Group) -> Message:
    people, count = given(row.shares.count).mean, row.footprint.count("other", "count")
    if count is None or not is_count_of_part(row.footprint, row.figure.split.other):
        return message("PUBLISHED_COUNT", people=people)
    return message("PUBLISHED_COUNT_OF_PART", people=people, present=count.present or 0.0)


def _odds_ratio_message(row: CrisisInputs, group: Group) -> Message:
    if group == "protection":
        odds_ratio = given(given(row.shares.protection).odds_ratio)
        return message("MEDIAN_ODDS_RATIO_OF_REFUGEES", odds_ratio=odds_ratio.median)
    evidence = odds_ratio_evidence(row.figure, row.shares)
    ratio = evidence.prior.median
    if not isinstance(row.case.assumptions.odds_ratio, OddsRatioPriors):
        return message("MEDIAN_ODDS_RATIO", odds_ratio=ratio)
    return message(
        "MEDIAN_ODDS_RATIO_OF",
        odds_ratio=ratio,
        status=evidence.status,
        k=evidence.k,
        basis=evidence.basis,
    )


_MESSAGES: Mapping[str, Callable[[CrisisInputs, Group], Message]] = {
    "stock": _stock_message,
    "projection": _projection_message,
    "group": _group_message,
    "undercount": _undercount_message,
    "share": _share_message,
    "published_count": _count_message,
    "odds_ratio_median": _odds_ratio_message,
    BORDER_STEP: _border_message,
}


def _with_status(row: CrisisInputs, cell: EstimationCell) -> EstimationCell:
    """Set the status of an estimated cell: replaced by another plan, left out, or added."""
    case, crisis = row.case, row.crisis.id
    if (later := _replaced_by(case, crisis, cell.destination)) is not None:
        because, flags = message("REPLACED", crisis=later.name), (*cell.flags, "SUPERSEDED")
        return replace(cell, status="superseded", because=because, flags=_sorted(flags))
    if crisis in case.left_out_of_totals:
        reason, flags = case.left_out_of_totals[crisis], (*cell.flags, "LEFT_OUT_OF_TOTALS")
        because = message("TEXT", text=reason)
        return replace(cell, status="left_out", because=because, flags=_sorted(flags))
    return cell


def _replaced_by(case: Case, crisis: str, destination: str) -> Crisis | None:
    """Return the first crisis of a country that counts and replaces another; None without one."""
    if not case.assumptions.apply_relations:
        return None
    for later in (case.crisis(f.crisis) for f in case.by_place[destination]):
        if later.id not in case.left_out_of_totals and any(
            r.kind == "supersedes" and r.other == crisis for r in later.relations
        ):
            return later
    return None
