"""Cells of zero people: where a scenario touches nobody, with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np

from gecam._signature import checked
from gecam.estimation.edited_inputs import new_crisis, usual_date
from gecam.estimation.edits import TouchNobody
from gecam.model import Case, Crisis, Group
from gecam.results import SELECTIONS, Estimates, EstimationCell, PeopleInAnyCrisis, Step, message

NO_DATE = date(2000, 1, 1)  # of a scenario without any crisis


@checked
def with_zero_cells(est: Estimates, case: Case, nobody: Sequence[TouchNobody]) -> Estimates:
    """Add estimation cells of zero people, each with its reason.

    Parameters
    ----------
    est
        Estimates of the edited case, with their draws.
    case
        The edited case, whose usual date is that of crises without any people.
    nobody
        Crises and countries in which its edits touch nobody, as `nobody_touched` returns them.

    Returns
    -------
    Estimates
        With one cell more for each group of each of them; `est` itself where there are none.
    """
    if not nobody:
        return est
    zeros = [_zero_cell(x, group) for x in nobody for group in get_args(Group)]
    cells = tuple(sorted([*est.cells, *zeros], key=lambda cell: cell.id))
    position = {cell.id: i for i, cell in enumerate(cells)}
    moved = [position[cell.id] for cell in est.cells]
    draws = np.zeros((len(cells), est.provenance.draws))
    draws[moved] = est.draws
    at_place: dict[tuple[str, Group], list[int]] = {}
    for zero in zeros:
        at_place.setdefault((zero.destination, zero.group), []).append(position[zero.id])
    places = tuple(sorted({*est.places, *at_place}))
    old = {place: i for i, place in enumerate(est.places)}
    rows = [(old.get(place), at_place.get(place, [])) for place in places]
    return replace(
        est, cells=cells, draws=draws, places=places,
        unions={s: _union_over(est.unions[s], rows, moved) for s in SELECTIONS},
        crises=(*est.crises, *_added(est, case, nobody)),
    )  # fmt: skip


def _added(est: Estimates, case: Case, nobody: Sequence[TouchNobody]) -> Iterator[Crisis]:
    """Yield the crises of cells of zero that the estimates do not have, each once."""
    present = {c.id for c in est.crises}
    for crisis in dict.fromkeys(x.crisis for x in nobody):
        if crisis not in present:
            yield new_crisis(crisis, usual_date(case) or NO_DATE)


def _zero_cell(nobody: TouchNobody, group: Group) -> EstimationCell:
    crisis, destination = nobody.crisis, nobody.destination
    because = message("TEXT", text=nobody.reason)
    return EstimationCell(
        f"{crisis}/{destination}/{group}", crisis, destination, group, "estimated", because, 3,
        odds_ratio_1=0.0, lower_bound=0.0, upper_bound=0.0, steps=(Step("footprint", 0.0, because),),
    )  # fmt: skip


def _union_over(
    union: PeopleInAnyCrisis, rows: Sequence[tuple[int | None, list[int]]], moved: Sequence[int]
) -> PeopleInAnyCrisis:
    """Return people in any crisis over more places: each with its old row and its cells of zero.

    Where nothing was estimated, a cell of zero makes the figure zero.
    """
    draws = np.zeros((len(rows), union.draws.shape[1]))
    numbers = np.zeros((2, len(rows)))
    members = []
    for i, (row, zeros) in enumerate(rows):
        if row is None:
            members.append(tuple(zeros))
            continue
        members.append((*(moved[m] for m in union.cells[row]), *zeros))
        if not zeros or not np.isnan(union.draws[row, 0]):
            draws[i] = union.draws[row]
            numbers[:, i] = union.odds_ratio_1[row], union.sum_of_crises[row]
    return PeopleInAnyCrisis(draws, numbers[0], numbers[1], tuple(members))
