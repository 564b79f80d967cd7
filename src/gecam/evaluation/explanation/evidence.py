"""Evidence level, bounds and formula of each estimation cell, with the numbers in it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from gecam.estimation import CellPlan, DestinationPlan, residents_of
from gecam.evaluation.explanation.account import CellAccount
from gecam.evaluation.explanation.targets import Target, words_of_cell
from gecam.model import Case, prior_at
from gecam.results import EVIDENCE_LEVELS, Estimates, EstimationCell, Message, message

# How an odds ratio is applied, by the probability that the figure counts everybody.
SOLVED: Mapping[float, str] = {1.0: "SOLVED_IN_TABLE", 0.0: "SOLVED_BY_ODDS"}


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
                words_of_cell(crisis.crisis, cell.destination, cell.group),
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


def _formula(case: Case, crisis: CellPlan, cell: EstimationCell) -> Iterator[Message]:
    """Yield the formula of a cell, with its numbers."""
    shares, split = crisis.shares, crisis.split
    if cell.group == "other" and shares.count is not None:
        yield message("FORMULA_COUNT", people=shares.count.mean)
        return
    if cell.group == "protection" or shares.other is not None:
        is_refugees = cell.group == "protection"
        people = split.of(cell.group)
        share = next(step.message for step in cell.steps if step.name == "share")
        yield message("FORMULA_SHARE", share=share)
        yield message(
            "FORMULA_PRODUCT", who=message("protection" if is_refugees else "MIGRANTS"),
            people=people, share=cell.odds_ratio_1 / people, in_need=cell.odds_ratio_1,
        )  # fmt: skip
        return
    yield from _of_others(case, crisis, cell)


def _of_others(case: Case, crisis: CellPlan, cell: EstimationCell) -> Iterator[Message]:
    """Yield the formula of other migrants whose share follows from that of residents."""
    yield from _of_residents(case, crisis)
    shares = crisis.shares.residents
    if shares is None:
        raise AssertionError("an estimated cell has no share")
    w = shares.table_weight
    p = shares.mean * shares.area_factor
    if shares.place is not None:
        p = cell.odds_ratio_1 / crisis.split.other
    at_one = message(
        "FORMULA_AT_ONE", people=crisis.split.other, share=p, in_need=cell.odds_ratio_1
    )
    is_both = 0 < w < 1
    yield message("FORMULA_IN_HALVES", formula=at_one, first=w, second=1 - w) if is_both else at_one
    ratio = prior_at(case.assumptions.odds_ratio, crisis.use).prior.median
    median = next((s.value for s in cell.steps if s.name == "odds_ratio_median"), math.nan)
    if "ODDS_RATIO_OF_COUNTRY" in cell.flags:
        yield message("FORMULA_OF_COUNTRY", people=median)
    elif not math.isnan(median) and ratio != 1:
        solved = message(SOLVED.get(w, "SOLVED_IN_PARTS"))
        yield message("FORMULA_ODDS_RATIO", odds_ratio=ratio, people=median, solved=solved)


def _of_residents(case: Case, crisis: CellPlan) -> Iterator[Message]:
    """Yield the formula of the residents' share, and what where migrants live makes of it."""
    shares = crisis.shares.residents
    if shares is None:
        return
    residents, in_need = residents_of(case, crisis.footprint), crisis.footprint.people
    if shares.table_weight > 0:
        told = message(
            "FORMULA_EVERYBODY", in_need=shares.table * shares.table_residents,
            residents=shares.table_residents, share=shares.table,
        )  # fmt: skip
        if abs(shares.table_residents - residents) > 0.5:
            told = message(
                "FORMULA_LESS_REFUGEES", formula=told, in_need=in_need, residents=residents
            )
        yield told
    if shares.table_weight < 1:
        yield message(
            "FORMULA_NATIONALS", in_need=in_need, residents=residents, people=crisis.split.people,
            share=shares.nationals,
        )  # fmt: skip
    if (place := shares.place) is not None:
        yield message(
            "FORMULA_PLACES", residents=place.residents, share=shares.mean, mean=place.mean
        )
    if shares.areas is not None:
        yield message("FORMULA_AREAS", factor=shares.area_factor)
