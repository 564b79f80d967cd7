"""The pipeline: from a case to estimates."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, Literal, Protocol, get_args

import numpy as np
import pandas as pd
import scipy

from gecam._arguments import MEMORY_BUDGET, half_character, refuse_large, whole_number
from gecam._once import once_for_each
from gecam._signature import checked
from gecam._typing import Draws, Positive, PositiveInt, Probability, WholeNumber
from gecam._version import __version__
from gecam.aggregation import Composition
from gecam.errors import InputError
from gecam.estimation.draw.compositions import group_compositions
from gecam.estimation.draw.destination_draws import DestinationDraws, draw_destination
from gecam.estimation.draw.factors import shared_of_all
from gecam.estimation.plan.cell_numbers import is_count_of_part
from gecam.estimation.plan.destination import GROUPS, DestinationPlan, destination_plan
from gecam.estimation.wide_counts import check_widths
from gecam.model import Case, Crisis, Footprint, Group, Population, ProtectedPopulation, Stock
from gecam.results import (
    SELECTIONS,
    Estimates,
    PeopleInAnyCrisis,
    PlanRow,
    Provenance,
    Scope,
    Selection,
    message,
)
from gecam.uncertainty import SobolStreams, Streams

Sampler = Literal["mc", "sobol"]


class Progress(Protocol):
    """What `estimate` tells of its progress: a callable with done and total."""

    def __call__(self, done: int, total: int) -> object:
        """Take note that `done` of `total` destinations are finished."""


@checked
def estimate(
    case: Case,
    *,
    draws: PositiveInt = 10_000,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
    level: Probability = 0.9,
    sampler: Sampler = "mc",
    replicates: PositiveInt = 8,
    memory_budget: Positive = MEMORY_BUDGET,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Estimates:
    r"""Estimate how many migrants each crisis of a case affects.

    Parameters
    ----------
    case
        All inputs.
    draws
        Number of draws, >= 2. At 10,000 the Monte Carlo error of a mean is 1 % of the standard
        deviation.
    seed
        Whole number >= 0. Same inputs, seed and versions give the same bits on one machine, for
        any executor; on another processor they are equal to 1e-12.
    scope
        ``all`` (everybody in the stock), ``excluding_refugees``, ``union`` (refugees outside the stock
        added), ``micic`` (non-citizens other than refugees; needs a stock by citizenship).
    level
        Default level of intervals, in (0, 1).
    sampler
        ``mc``: every draw is random. ``sobol``: named factors are quasi-random, those that
        destinations share (odds ratio, stock edition, publisher of needs) and the own ones of each;
        means err several times less, and bounds of 4,096 draws no more than those of 10,000 random
        ones. ``mcse`` comes from the spread of replicates. Only with ``mc`` has a subset of
        destinations the same draws.
    replicates
        Independent scrambles for ``sobol``; `draws` must be a power of two times this.
    memory_budget
        Most bytes that draws may take.
    executor
        Any `concurrent.futures.Executor`; one task per destination. None works in this process.
    progress
        Called with the number of destinations done and in all.

    Returns
    -------
    Estimates
        Leaves (crisis x destination x group) with draws; rows that could not be estimated are among
        them with their reason.

    Raises
    ------
    InputError
        If an option is out of range, the draws would take more memory than `memory_budget`, or a
        stock or count is so wide that the draws cannot carry its mean
        (`gecam.uncertainty.largest_log_sd`).

    Warns
    -----
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
    draws = whole_number(draws, "draws", least=2, example=10_000)
    seed = whole_number(seed, "seed", least=0, example=2022)
    _check_words(scope, sampler, level)
    plans = [destination_plan(case, d, scope) for d in case.destinations]
    _check_memory(plans, draws, memory_budget)
    parts = replicates if sampler == "sobol" else 1
    provenance = _provenance(case, seed, draws, scope, parts)
    check_widths(plans, draws)
    compositions = compositions_of(case, case.destinations, scope)
    streams = run_streams(plans, seed, draws, sampler, replicates)
    results = _run(plans, streams, draws, executor, progress)
    return gather(case, plans, compositions, results, provenance, scope, level, parts)


@checked
def estimate_part(
    case: Case,
    destinations: str | Iterable[str],
    *,
    draws: Draws = 10_000,
    seed: WholeNumber = 2022,
    scope: Scope = "all",
) -> Estimates:
    """Return the part of an answer that a question about some destinations needs.

    Parameters
    ----------
    case
        All inputs.
    destinations
        Countries by code or name, a text is one; others are neither planned nor drawn.
    draws, seed, scope
        As in `estimate`.

    Returns
    -------
    Estimates
        The leaves and draws that `estimate` gives these destinations, bit for bit, and the hash of the
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
    Estimates('2022': 2 of 2 leaves in 1 destinations, scope 'all', 100 draws, seed 2022)
    """
    asked = case.restrict(destinations).destinations
    plans = [destination_plan(case, d, scope) for d in asked]
    _check_memory(plans, draws, MEMORY_BUDGET)
    check_widths(plans, draws)
    results = _run(plans, Streams(seed), draws, None, None)
    provenance = _provenance(case, seed, draws, scope, 1)
    return gather(case, plans, compositions_of(case, asked, scope), results, provenance, scope, 0.9)


def compositions_of(
    case: Case, destinations: Iterable[str], scope: Scope
) -> dict[tuple[str, Group], Composition]:
    """Return the composition of each group of some destinations."""
    parts = (_compositions(case, d, scope) for d in destinations)
    return {place: composition for part in parts for place, composition in part.items()}


@once_for_each
def _compositions(
    case: Case, destination: str, scope: Scope
) -> Mapping[tuple[str, Group], Composition]:
    """Return the composition of each group of a destination, at its latest crisis."""
    crises = destination_plan(case, destination, scope).crises
    last = max(crises, key=lambda c: (c.crisis.reference_date, c.crisis.id))
    return group_compositions(
        case,
        destination,
        last.split,
        last.crisis.reference_date,
        is_part=is_count_of_part(last.footprint, last.split.other),
    )


def run_streams(
    plans: Sequence[DestinationPlan], seed: int, draws: int, sampler: Sampler, replicates: int
) -> Streams:
    """Return the random numbers of a run."""
    if sampler == "mc":
        return Streams(seed)
    return SobolStreams(seed, draws, replicates, shared_of_all(plans))


def gather(
    case: Case,
    plans: Sequence[DestinationPlan],
    compositions: Mapping[tuple[str, Group], Composition],
    results: Sequence[DestinationDraws],
    provenance: Provenance,
    scope: Scope,
    level: float,
    replicates: int = 1,
) -> Estimates:
    """Put the draws of all destinations together, in the order of ids."""
    draws = provenance.draws
    leaves = [leaf for result in results for leaf in result.leaves]
    leaves.sort(key=lambda leaf: leaf.id)
    by_id = {leaf_id: d for result in results for leaf_id, d in result.draws.items()}
    nothing = np.full(draws, np.nan)
    matrix = [by_id.get(leaf.id, nothing) for leaf in leaves]
    places = tuple((plan.destination, group) for plan in plans for group in sorted(GROUPS))
    position = {leaf.id: i for i, leaf in enumerate(leaves)}
    country, every = SELECTIONS
    all_plans = _joined(results, places, every, position, draws)
    is_same = all(
        r.unions.get((country, group)) is r.unions.get((every, group))
        for r in results
        for group in GROUPS
    )
    country_plans = all_plans if is_same else _joined(results, places, country, position, draws)
    return Estimates(
        leaves=tuple(leaves),
        draws=np.stack(matrix) if matrix else np.empty((0, draws)),
        unions={country: country_plans, every: all_plans},
        places=places,
        compositions=compositions,
        plans=tuple(plan_row(case, c) for c in case.crises if _is_regional(case, c)),
        overlaps=tuple(o for result in results for o in result.overlaps),
        crises=case.crises,
        scope=scope,
        measure=case.footprints[0].measure if case.footprints else "in_need",
        level=level,
        assumptions=case.assumptions,
        sources=case.sources,
        provenance=provenance,
        case=case,
        replicates=replicates,
    )


def _check_words(scope: str, sampler: str, level: float) -> None:
    if sampler not in get_args(Sampler):
        raise InputError(f"sampler must be one of {', '.join(get_args(Sampler))}: got {sampler!r}")
    if scope not in get_args(Scope):
        raise InputError(f"scope must be one of {', '.join(get_args(Scope))}: got {scope!r}")
    if not isinstance(level, float) or not 0 < level < 1:
        raise InputError(f"level must lie in (0, 1): got {level!r}")


def _check_memory(plans: Sequence[DestinationPlan], draws: int, budget: float) -> None:
    """Refuse draws that do not fit: of leaves, and of places for two selections of plans."""
    leaves = sum(len(plan.crises) for plan in plans) * len(GROUPS)
    places = len(plans) * len(GROUPS)
    # Twice: those of a destination are stacked with those of all others.
    refuse_large(
        draws,
        2 * (leaves + places),
        budget=budget,
        remedy=", or pass a larger memory_budget in Python",
    )


def _run(
    plans: Sequence[DestinationPlan],
    streams: Streams,
    n: int,
    executor: Executor | None,
    progress: Progress | None,
) -> list[DestinationDraws]:
    """Draw every destination, here or elsewhere, in the order of the plans."""
    mapped: Iterable[DestinationDraws]
    if executor is None:
        mapped = (draw_destination(plan, streams, n) for plan in plans)
    else:
        mapped = executor.map(draw_destination, plans, [streams] * len(plans), [n] * len(plans))
    results = []
    for result in mapped:
        results.append(result)
        if progress is not None:
            progress(len(results), len(plans))
    return results


def _joined(
    results: Sequence[DestinationDraws],
    places: Sequence[tuple[str, Group]],
    selection: Selection,
    position: Mapping[str, int],
    n: int,
) -> PeopleInAnyCrisis:
    """Stack the unions of all destinations in the order of `places`."""
    found = {
        (r.destination, group): union
        for r in results
        for (chosen, group), union in r.unions.items()
        if chosen == selection
    }
    not_estimated: dict[tuple[str, Group], list[str]] = {}
    for r in results:
        for leaf in r.leaves:
            if leaf.status == "not_estimated":
                not_estimated.setdefault((leaf.destination, leaf.group), []).append(leaf.id)
    draws = np.empty((len(places), n))
    numbers = np.full((2, len(places)), np.nan)
    members: list[tuple[int, ...]] = []
    for i, place in enumerate(places):
        union = found.get(place)
        draws[i] = np.nan if union is None else union.draws
        if union is not None:
            numbers[:, i] = union.odds_ratio_1, union.sum_of_crises
        ids = union.leaf_ids if union is not None else ()
        missing = not_estimated.get(place, [])
        members.append(tuple(position[leaf_id] for leaf_id in (*ids, *missing)))
    return PeopleInAnyCrisis(draws, numbers[0], numbers[1], tuple(members))


def _is_regional(case: Case, crisis: Crisis) -> bool:
    return not any(f.destination for f in case.footprints if f.crisis == crisis.id)


@checked
def plan_row(case: Case, crisis: Crisis) -> PlanRow:
    """Return the row of a plan that is not a country's, or that states no people in need."""
    footprints: list[Footprint] = [f for f in case.footprints if f.crisis == crisis.id]
    if not footprints:
        left_out = case.left_out_of_totals.get(crisis.id)
        because = message("TEXT", text=left_out) if left_out else message("NO_FIGURE")
        return PlanRow(crisis, "not_estimated", because, float("nan"))
    in_need = float(sum(f.people for f in footprints))
    counts = tuple(c for f in footprints for c in f.counts)
    hosts = ", ".join(crisis.located_in)
    if any(c.use == "plan_level" and c.group != "hosts" for c in counts):
        because = message("PUBLISHED_IN_PLAN", hosts=hosts or message("COUNTRIES"))
        return PlanRow(crisis, "published", because, in_need, counts)
    because = message(
        "HOSTS_NOT_SPLIT", in_need=in_need, hosts=hosts or message("SEVERAL_COUNTRIES")
    )
    return PlanRow(crisis, "not_estimated", because, in_need, counts)


def _provenance(case: Case, seed: int, draws: int, scope: Scope, replicates: int) -> Provenance:
    options: dict[str, Any] = {"draws": draws, "scope": scope, "seed": seed}
    if replicates > 1:  # only then, so that the hash of random draws stays what it was
        options |= {"sampler": "sobol", "replicates": replicates}
    text = f'{{"case":{_case_text(case)},{_text(options)[1:]}'  # names in the order of the alphabet
    return Provenance(
        case.name,
        seed,
        draws,
        hashlib.sha256(text.encode()).hexdigest(),
        {
            "gecam": __version__,
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "python": platform.python_version(),
        },
    )


@once_for_each
def _case_text(case: Case) -> str:
    """Return a case as text: equal inputs, in any order of crises and footprints, give the same."""
    inputs = _given(case) | {
        "crises": sorted(case.crises, key=lambda c: c.id),
        "footprints": sorted(case.footprints, key=lambda f: (f.crisis, f.destination)),
    }
    tables = (Stock, Population, ProtectedPopulation)
    parts = (
        f'"{name}":{_table_text(x) if isinstance(x, tables) else _text(x)}'
        for name, x in sorted(inputs.items())
    )
    text = f"{{{','.join(parts)}}}"
    if half := half_character(text):
        at = text.index(chr(int(half.removeprefix("U+"), 16)))
        raise InputError(
            f"a text of the case holds half a character, {half}: {text[max(0, at - 40) : at + 1]!a}."
        )
    return text


@once_for_each
def _table_text(table: Stock | Population | ProtectedPopulation) -> str:
    return _text(table)


def _text(value: Any) -> str:
    return json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> Any:
    """Return a value as plain JSON types with a fixed form, so that equal inputs hash alike."""
    if isinstance(value, (float, np.floating)):  # the many come first
        return None if math.isnan(value) else float(value).hex()
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, pd.DataFrame):
        return {str(c): _canonical_column(value[c]) for c in value.columns}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: canonical(field) for name, field in _given(value).items()}
    if isinstance(value, Mapping):
        return {str(k): canonical(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [canonical(v) for v in value]
    if isinstance(value, (pd.Timestamp, date)):
        return value.isoformat()[:10]
    return value


def _given(value: Any) -> dict[str, Any]:
    """Return the fields of a dataclass by name.

    One added later says what stands for "not given", and one with a new name how it was called, so
    that older inputs keep their hash.
    """
    values = {f: getattr(value, f.name) for f in fields(value)}
    return {
        f.metadata.get("hashed_as", f.name): x for f, x in values.items()
        if "unset" not in f.metadata or x != f.metadata["unset"]
    }  # fmt: skip


def _canonical_column(column: pd.Series) -> Any:
    if pd.api.types.is_datetime64_dtype(column.dtype):
        days, position = np.unique(column.to_numpy("datetime64[D]"), return_inverse=True)
        return np.datetime_as_string(days).astype(object)[position].tolist()
    values = column.tolist()
    if column.dtype == np.float64:
        texts: list[str | None] = list(map(float.hex, values))
        for i in np.flatnonzero(column.isna()).tolist():
            texts[i] = None
        return texts
    return values if set(map(type, values)) == {str} else canonical(values)
