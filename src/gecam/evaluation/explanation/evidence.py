"""Evidence level, bounds and formula of each estimation cell, with the numbers in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gecam.codes import name
from gecam.estimation import CellPlan, DestinationPlan, residents_of
from gecam.evaluation.explanation.account import CellAccount
from gecam.evaluation.explanation.targets import Target
from gecam.model import Case, prior_at
from gecam.results import EVIDENCE_LEVELS, GROUP_WORDS, Estimates, EstimationCell

# How an odds ratio is applied, by the probability that the figure counts everybody.
SOLVED: Mapping[float, str] = {
    1.0: "the 2x2 table with these margins, A (N - S - P + A) = odds ratio x (S - A)(P - A)",
    0.0: "p's odds times the odds ratio",
}
SOLVED_IN_PARTS = "the 2x2 table in the first reading, p's odds times the odds ratio in the second"


def cell_accounts(
    est: Estimates, case: Case, target: Target, plans: Mapping[str, DestinationPlan]
) -> tuple[CellAccount, ...]:
    """Return evidence and formula of every estimation cell of a country or crisis."""
    cells = [cell for cell in est.cells if _belongs(cell, target)]
    table = est.summary().set_index(["crisis", "destination", "group"])
    accounts = []
    for cell in cells:
        plan = plans[cell.destination]
        crisis = next(c for c in plan.crises if c.crisis.id == cell.crisis)
        row = table.loc[(cell.crisis, cell.destination, cell.group)]
        is_shown = not math.isnan(row["mean"])
        accounts.append(
            CellAccount(
                cell.id,
                f"{_where(crisis.crisis.name, name(cell.destination))}, {GROUP_WORDS[cell.group]}",
                cell.status,
                cell.reason,
                cell.evidence_level,
                EVIDENCE_LEVELS[cell.evidence_level],
                cell.why_not_higher,
                float(row["mean"]),
                float(row["lower"]),
                float(row["upper"]),
                float(row["cv"] * row["mean"]),
                float(row["mcse"]),
                cell.odds_ratio_1,
                cell.lower_bound,
                cell.upper_bound,
                tuple(_formula(case, crisis, cell)) if is_shown else (),
            )
        )
    return tuple(accounts)


def _where(crisis: str, country: str) -> str:
    """Return a crisis and its country, once if the crisis is named after it."""
    return crisis if country in crisis else f"{crisis}, {country}"


def _belongs(cell: EstimationCell, target: Target) -> bool:
    match target.kind:
        case "destination":
            return cell.destination == target.id
        case "crisis":
            return cell.crisis == target.id
        case "cell":
            return cell.id == target.id
        case _:
            return False


def _formula(case: Case, crisis: CellPlan, cell: EstimationCell) -> Iterator[str]:
    """Yield the formula of a cell, with its numbers."""
    shares, split = crisis.shares, crisis.split
    if cell.group == "other" and shares.count is not None:
        yield f"the published count: {shares.count.mean:,.0f}"
        return
    if cell.group == "protection" or shares.other is not None:
        is_refugees = cell.group == "protection"
        people, who = (split.protection, "refugees") if is_refugees else (split.other, "migrants")
        yield f"share in need: {next(step.text for step in cell.steps if step.name == 'share')}"
        yield (
            f"{who} x share in need = {people:,.0f} x {cell.odds_ratio_1 / people:.2%} = "
            f"{cell.odds_ratio_1:,.0f}"
        )
        return
    yield from _of_others(case, crisis, cell)


def _of_others(case: Case, crisis: CellPlan, cell: EstimationCell) -> Iterator[str]:
    """Yield the formula of other migrants whose share follows from that of residents."""
    yield from _of_residents(case, crisis)
    shares = crisis.shares.residents
    if shares is None:
        raise AssertionError("an estimated cell has no share")
    w = shares.table_weight
    halves = f" ({w:.0%} the first, {1 - w:.0%} the second)" if 0 < w < 1 else ""
    p = shares.mean * shares.area_factor
    if shares.place is not None:
        p = cell.odds_ratio_1 / crisis.split.other
    yield (
        f"odds ratio 1: migrants x p = {crisis.split.other:,.0f} x "
        f"{p:.2%} = {cell.odds_ratio_1:,.0f}{halves}"
    )
    ratio = prior_at(case.assumptions.odds_ratio, crisis.use).prior.median
    median = next((s.value for s in cell.steps if s.name == "odds_ratio_median"), math.nan)
    if "ODDS_RATIO_OF_COUNTRY" in cell.flags:
        yield f"its part of what the odds ratio makes of the country's united needs: {median:,.0f}"
    elif not math.isnan(median) and ratio != 1:
        yield f"odds ratio {ratio:.2f}: {median:,.0f} ({SOLVED.get(w, SOLVED_IN_PARTS)})"


def _of_residents(case: Case, crisis: CellPlan) -> Iterator[str]:
    """Yield the formula of the residents' share, and what where migrants live makes of it."""
    shares = crisis.shares.residents
    if shares is None:
        return
    residents, in_need = residents_of(case, crisis.footprint), crisis.footprint.people
    if shares.table_weight > 0:
        table = shares.table * shares.table_residents
        text = f"p = P / N = {table:,.0f} / {shares.table_residents:,.0f} = {shares.table:.2%}"
        if abs(shares.table_residents - residents) > 0.5:
            text += f" (of {in_need:,.0f} in need and {residents:,.0f} residents, less refugees)"
        yield f"if the figure counts everybody: {text}"
    if shares.table_weight < 1:
        yield (
            f"if it counts nationals only: p = P / (N - S) = {in_need:,.0f} / "
            f"({residents:,.0f} - {crisis.split.people:,.0f}) = {shares.nationals:.2%}"
        )
    if shares.place is not None:
        yield (
            f"in places with {shares.place.residents:.1%} of residents, share there {shares.mean:.2%}; "
            f"on average {shares.place.mean:.1%} of the migrants live there, from few to most"
        )
    if shares.areas is not None:
        yield f"where migrants live multiplies p by {shares.area_factor:.3f}"
