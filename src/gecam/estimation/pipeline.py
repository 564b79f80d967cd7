"""The pipeline: from a case to estimates."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import Literal, Protocol

from gecam._arguments import MEMORY_BUDGET, refuse_large, whole_number
from gecam._once import once_for_each
from gecam._signature import checked
from gecam._typing import Positive, PositiveInt, Probability, WholeNumber
from gecam.aggregation import Composition
from gecam.errors import caller_level
from gecam.estimation.draw.compositions import group_compositions
from gecam.estimation.draw.destination_draws import DestinationDraws, draw_destination
from gecam.estimation.gathering import Run, gather
from gecam.estimation.plan.cell_numbers import is_count_of_part
from gecam.estimation.plan.destination import GROUPS, DestinationPlan, destination_plan
from gecam.estimation.plan.need_shares import find_locations
from gecam.estimation.provenance import provenance_of
from gecam.estimation.wide_counts import check_widths
from gecam.model import Case, Group
from gecam.results import Estimates, Scope
from gecam.uncertainty import DEFAULT_DRAWS, DEFAULT_LEVEL, DEFAULT_SAMPLER, Sampler


class Progress(Protocol):
    """What `estimate` tells of its progress: a callable with done and total."""

    def __call__(self, done: int, total: int) -> object:
        """Take note that `done` of `total` destinations are finished."""


@checked
def estimate(
    case: Case,
    *,
    draws: PositiveInt = DEFAULT_DRAWS,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    level: Probability = DEFAULT_LEVEL,
    sampler: Sampler | Literal["sobol"] = DEFAULT_SAMPLER,
    replicates: PositiveInt | None = None,
    memory_budget: Positive = MEMORY_BUDGET,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Estimates:
    r"""Estimate how many migrants each crisis of a case affects.

    Parameters
    ----------
    case
        All inputs: stocks, residents, refugees, crises and their people in need.
    draws
        Number of draws, >= 2, best a multiple of 200. The Monte Carlo error of a mean of
        independent draws is 1.1 % of the standard deviation at 8,000.
    seed
        Whole number >= 0. Same inputs, seed and versions give the same bits on one machine, for
        any executor; on another processor they are equal to 1e-12.
    scope
        ``all`` (everybody in the stock), ``excluding_refugees``, ``excluding_border_changes`` (without
        other migrants who were born beyond a border that moved, `gecam.codes.moved_border`), ``union``
        (refugees outside the stock added), ``micic`` (non-citizens other than refugees; needs a stock
        by citizenship).
    level
        Default level of intervals, in (0, 1).
    sampler
        ``latin``: every two hundred draws are a Latin hypercube sample of all inputs
        (`gecam.uncertainty.LatinStreams`), whose means err several times less than ``mcse`` says.
        ``mc``: every draw is independent of the others. With both, a country drawn alone has the draws
        that it has in the world. ``sobol``, of quasi-random draws until version 0.2, is read as
        ``latin`` with a warning until version 0.5.
    replicates
        Of quasi-random draws until version 0.2; not used any more, with a warning.
    memory_budget
        Most bytes that draws may take.
    executor
        Any `concurrent.futures.Executor`; one task per destination. None works in this process.
    progress
        Called with the number of destinations done and in all; None (the default) for nothing.

    Returns
    -------
    Estimates
        Estimation cells (crisis x destination x group) with draws; rows that could not be estimated
        are among them with their reason.

    Raises
    ------
    InputError
        If an option is out of range, the draws would take more memory than `memory_budget`, or a
        stock or count is so wide that the draws cannot carry its mean
        (`gecam.uncertainty.largest_log_sd`).

    Warns
    -----
    FutureWarning
        If `sampler` is ``sobol``, or `replicates` is given.
    PrecisionWarning
        If a stock or count is so wide that ``mcse`` understates the error of its mean.

    Notes
    -----
    For each destination: the stock is brought to the reference date (`stock_at`) and split into
    refugees and others in need of protection, and other migrants (`GroupSplit`); each group has its
    own share in need (`group_shares`); the odds ratio of other migrants against non-migrants enters
    through the 2x2 table (`migrants_affected`); people in several crises count once
    (`union_of_crises`). Published figures are the means of their distributions.

    Examples
    --------
    >>> est = gc.estimate(gc.load_edition("2022").restrict(["SDN", "YEM"]), draws=400, seed=1)
    >>> est.by("destination").summary()["destination"].tolist()
    ['SDN', 'YEM']
    """
    draws = whole_number(draws, "draws", least=2, example=DEFAULT_DRAWS)
    seed = whole_number(seed, "seed", least=0, example=2022)
    if sampler == "sobol" or replicates is not None:
        sampler = _of_now(sampler)
    plans = [destination_plan(case, d, scope) for d in case.destinations]
    check_memory(plans, draws, memory_budget)
    provenance = provenance_of(case, seed, draws, scope, sampler)
    check_widths(plans, draws)
    compositions = compositions_of(case, case.destinations, scope)
    figures = (crisis.shares.residents for plan in plans for crisis in plan.crises)
    find_locations(residents for residents in figures if residents is not None)
    mapped, n = map if executor is None else executor.map, len(plans)
    results = mapped(draw_destination, plans, [provenance.streams] * n, [draws] * n)
    run = Run(case, plans, compositions, scope, level, provenance)
    return gather(run, _told(results, progress, n))


def _of_now(sampler: Sampler | Literal["sobol"]) -> Sampler:
    """Return the sampler that stands for quasi-random draws, or the given one, with a warning."""
    warnings.warn(
        "sampler='sobol' and replicates are of quasi-random draws, which version 0.3 does not make any "
        "more, and will be refused from version 0.5 on: leave them out. Latin hypercube "
        "draws, the default, err as little, and a country alone has the draws it has in the world.",
        FutureWarning,
        stacklevel=caller_level(),
    )
    return "latin" if sampler == "sobol" else sampler


def compositions_of(
    case: Case, destinations: Iterable[str], scope: Scope
) -> dict[tuple[str, Group], Composition]:
    """Return the composition of each group of some destinations, by destination and group."""
    parts = (_compositions(case, d, scope) for d in destinations)
    return {place: composition for part in parts for place, composition in part.items()}


@once_for_each
def _compositions(
    case: Case, destination: str, scope: Scope
) -> Mapping[tuple[str, Group], Composition]:
    """Return the composition of each group of a destination, at its latest crisis."""
    crises = destination_plan(case, destination, scope).crises
    last = max(crises, key=lambda c: (c.crisis.reference_date, c.crisis.id))
    made = group_compositions(
        case,
        destination,
        last.split,
        last.crisis.reference_date,
        is_part=is_count_of_part(last.footprint, last.split.other),
    )
    if last.left_out is None:
        return made
    from gecam.estimation.draw.border_rest import without_border_changes

    rest = without_border_changes(last.left_out)
    others = {place: c for place, c in made.items() if place[1] != "other"}
    return others if rest is None else {**others, (destination, "other"): rest}


def check_memory(plans: Sequence[DestinationPlan], draws: int, budget: float) -> None:
    """Refuse draws that do not fit: of cells, and of places for two selections of plans."""
    cells = sum(len(plan.crises) for plan in plans) * len(GROUPS)
    places = len(plans) * len(GROUPS)
    # Twice: those of a destination are stacked with those of all others.
    refuse_large(
        draws,
        2 * (cells + places),
        budget=budget,
        remedy=", or pass a larger memory_budget in Python",
    )


def _told(
    results: Iterable[DestinationDraws], progress: Progress | None, n: int
) -> Iterator[DestinationDraws]:
    """Yield results as they come, and tell how many of `n` there are."""
    for done, result in enumerate(results, start=1):
        yield result
        if progress is not None:
            progress(done, n)
