"""Named random factors of a destination, for runs that draw them quasi-randomly."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from gecam.estimation.plan import DestinationPlan
from gecam.uncertainty import MOST_FACTORS, SobolStreams, Streams

Address = tuple[str, str]  # input and component, as `gecam.estimation.propagation` names them


def shared_factors(plan: DestinationPlan) -> tuple[Address, ...]:
    """Return the factors that a destination shares with others, the most important first."""
    needs = {(c.footprint.source.id, c.footprint.as_of.year) for c in plan.crises}
    modelled = any(c.footprint.modelled is not None for c in plan.crises)
    return (
        ("odds_ratio", "shared"),
        (f"stock/{plan.stock_source}", "edition"),
        ("odds_ratio", f"type:{plan.country_type}"),
        *((f"needs/{source}/{year}", "shared") for source, year in sorted(needs)),
        *([("small_area", "selection shift")] if modelled else []),
    )


def own_factors(plan: DestinationPlan) -> tuple[Address, ...]:
    """Return the factors that only one destination draws, the most important first.

    Where migrants live among areas, and measured overlaps of pairs of crises, are not among them.
    """
    place = plan.destination
    stock = f"stock/{plan.stock_source}/{place}"
    needs = [f"needs/{c.footprint.crisis}/{place}" for c in plan.crises]
    first = [
        ("odds_ratio", f"country:{place}"),
        (needs[0], "share"),
        (stock, "total"),
        (f"protection/{place}", "inside"),
        (needs[0], "share:protection"),
        (stock, "change"),
        (f"scope/{place}", "reading"),
    ]
    if any(c.footprint.modelled is not None for c in plan.crises):
        first.append((f"small_area/{place}", "own"))
    if any(c.shares.count is not None for c in plan.crises):
        first.append((needs[0], "count:other"))
    if plan.crises[0].split.undercount is not None:
        first.append((stock, "missed"))
    if len(needs) > 1:
        first.append((f"overlap/{place}", "correlation"))
    return (*first, *((name, part) for name in needs[1:] for part in ("share", "share:protection")))


def quasi_random(
    plans: Sequence[DestinationPlan], seed: int, draws: int, replicates: int
) -> SobolStreams:
    """Return the streams of a quasi-random run; shared factors of all plans have a fixed order."""
    by_rank = zip_longest(*map(shared_factors, plans))
    ordered = [f for rank in by_rank for f in sorted({f for f in rank if f is not None})]
    return SobolStreams(seed, draws, replicates, tuple(dict.fromkeys(ordered))[:MOST_FACTORS])


def of_destination(streams: Streams, plan: DestinationPlan) -> Streams:
    """Return the streams of one destination: in a quasi-random run its own factors are so too."""
    if isinstance(streams, SobolStreams):
        return streams.of_place(plan.destination, shared_factors(plan), own_factors(plan))
    return streams
