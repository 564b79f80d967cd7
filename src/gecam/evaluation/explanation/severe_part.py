"""Explanation of a number in severe need: that of people in need, and the share of phases 4 and 5."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from gecam.codes import name
from gecam.evaluation.exact_parts import exact_parts
from gecam.evaluation.explanation.account import (
    CellAccount,
    DecompositionStep,
    Explanation,
    PartRow,
)
from gecam.evaluation.explanation.decomposition import words_of
from gecam.results import (
    EVIDENCE_LEVELS,
    SHOWN,
    Estimates,
    EstimationCell,
    Message,
    flag_text,
    message,
)

STEP = "severity"


def severe_part(whole: Explanation, severe: Estimates, row: pd.Series) -> Explanation:
    """Return the explanation of the part of a number that is in severe need.

    Parameters
    ----------
    whole
        The explanation of the people in need, without shares of the variance.
    severe
        The answer of severe need that was divided from the same people in need, persons.
    row
        The summary of the target's row in it.

    Returns
    -------
    Explanation
        The steps to people in need, and one more; all other numbers are of severe need.
    """
    cells = {cell.id: cell for cell in severe.cells}
    here = [cells[x.id] for x in whole.cells]
    level = int(row["evidence_level"])
    own = {s.id for s in whole.sources}
    phases = tuple(s for s in severe.sources if "severity" in s.id or s.id.startswith("ipc"))
    return replace(
        whole,
        status=row["status"], reason=row["reason"], mean=row["mean"], lower=row["lower"],
        upper=row["upper"], odds_ratio_1=row["odds_ratio_1"], sd=row["cv"] * row["mean"],
        mcse=row["mcse"], grade=row["grade"], evidence_level=level,
        evidence=EVIDENCE_LEVELS[level], lower_bound=row["lower_bound"],
        upper_bound=row["upper_bound"],
        decomposition=_steps(whole.decomposition, float(row["mean"]), _how(here, whole, severe)),
        cells=tuple(_cells(whole.cells, cells, severe)),
        parts=tuple(_parts(whole.parts, severe, float(row["mean"]))),
        sources=(*whole.sources, *(s for s in phases if s.id not in own)),
        flags=tuple((code, flag_text(code)) for code in row["flags"].split()),
        provenance=severe.provenance, measure=severe.measure,
    )  # fmt: skip


def _steps(
    steps: Sequence[DecompositionStep], result: float, how: Sequence[Message]
) -> tuple[DecompositionStep, ...]:
    """Return the steps to people in need and that of severity; their changes add up to the result."""
    if not steps or math.isnan(result):
        return ()
    added = DecompositionStep(STEP, words_of(STEP), result - steps[-1].value, result, tuple(how))
    every = [*steps, added]
    changes = exact_parts([step.change for step in every], result)
    return tuple(replace(step, change=x) for step, x in zip(every, changes, strict=True))


def _how(
    cells: Sequence[EstimationCell], whole: Explanation, severe: Estimates
) -> tuple[Message, ...]:
    """Return the shares of a country, once; of several countries those that have no phases."""
    if cells:
        said = (step.message for cell in cells for step in cell.steps if step.name == STEP)
        return tuple(dict.fromkeys(said))
    told = {x.destination for x in severe.cells if x.status in SHOWN}
    silent = [part for part in whole.parts if part.id not in told and not math.isnan(part.mean)]
    if not silent:
        return ()
    people, names = math.fsum(x.mean for x in silent), ", ".join(name(x.id) for x in silent)
    return (message("WITHOUT_PHASES", people=people, places=names),)


def _cells(
    accounts: Sequence[CellAccount],
    cells: dict[str, EstimationCell],
    severe: Estimates,
) -> Iterator[CellAccount]:
    """Yield the accounts of cells with their numbers in severe need."""
    table = severe.summary().set_index(["crisis", "destination", "group"])
    for account in accounts:
        cell, row = cells[account.id], table.loc[tuple(account.id.split("/"))]
        shares = (x.message for x in cell.steps if x.name == STEP)
        said = tuple(message("SEVERE_NEED", share=share) for share in shares)
        yield replace(
            account, status=cell.status, reason=cell.reason, evidence_level=cell.evidence_level,
            evidence=EVIDENCE_LEVELS[cell.evidence_level], mean=float(row["mean"]),
            lower=float(row["lower"]), upper=float(row["upper"]), sd=float(row["cv"] * row["mean"]),
            mcse=float(row["mcse"]), odds_ratio_1=cell.odds_ratio_1, lower_bound=cell.lower_bound,
            upper_bound=cell.upper_bound, formula_messages=(*account.formula_messages, *said),
        )  # fmt: skip


def _parts(parts: Sequence[PartRow], severe: Estimates, whole: float) -> Iterator[PartRow]:
    """Yield the countries of an answer with their people in severe need, largest first."""
    rows = severe.by("destination").summary().set_index("destination")
    numbers = [
        replace(
            part, mean=float(rows.at[part.id, "mean"]), share=float(rows.at[part.id, "mean"]) / whole,
            odds_ratio_1=float(rows.at[part.id, "odds_ratio_1"]),
            note=str(rows.at[part.id, "reason"]) or part.note,
        )
        for part in parts
    ]  # fmt: skip
    yield from sorted(numbers, key=lambda x: (math.isnan(x.mean), -x.mean, x.id))
