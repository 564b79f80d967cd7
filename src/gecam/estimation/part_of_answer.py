"""The part of an answer that a question about some destinations needs."""

from __future__ import annotations

from collections.abc import Iterable

from gecam._arguments import MEMORY_BUDGET
from gecam._signature import checked
from gecam._typing import Draws, WholeNumber
from gecam.estimation.draw.destination_draws import draw_destination
from gecam.estimation.gathering import Run, gather
from gecam.estimation.pipeline import check_memory, compositions_of
from gecam.estimation.plan.destination import destination_plan
from gecam.estimation.provenance import provenance_of
from gecam.estimation.wide_counts import check_widths
from gecam.model import Case
from gecam.results import Estimates, Scope
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL, DEFAULT_SAMPLER, Sampler


@checked
def estimate_part(
    case: Case,
    destinations: str | Iterable[str],
    *,
    draws: Draws = DEFAULT_DRAWS,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    sampler: Sampler = DEFAULT_SAMPLER,
) -> Estimates:
    """Return the part of an answer that a question about some destinations needs.

    Parameters
    ----------
    case
        All inputs: stocks, residents, refugees, crises and their people in need.
    destinations
        Countries by code or name, a text is one; others are neither planned nor drawn.
    draws, seed, scope, sampler
        As in `estimate`.

    Returns
    -------
    Estimates
        The cells and draws that `estimate` gives these destinations, bit for bit, and the hash of the
        whole case. Totals and rows of origins are of these destinations alone; for an answer about them
        use `Case.restrict`.

    Raises
    ------
    InputError
        As `estimate`, or if the case has no footprint of a destination.

    Examples
    --------
    >>> from gecam.estimation import estimate_part
    >>> estimate_part(gc.load_edition("2022"), ["TCD"], draws=100)
    Estimates('2022': 2 of 2 cells in 1 destinations, scope 'all', 100 draws, seed 2022)
    """
    asked = case.restrict(destinations).destinations
    plans = [destination_plan(case, d, scope) for d in asked]
    check_memory(plans, draws, MEMORY_BUDGET)
    check_widths(plans, draws)
    provenance = provenance_of(case, seed, draws, scope, sampler)
    results = [draw_destination(plan, provenance.streams, draws) for plan in plans]
    run = Run(case, plans, compositions_of(case, asked, scope), scope, DEFAULT_LEVEL, provenance)
    return gather(run, results)
