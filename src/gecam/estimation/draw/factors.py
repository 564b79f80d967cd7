"""Which random inputs of a destination a quasi-random run draws evenly, most important first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from gecam._typing import Address
from gecam.estimation.plan.destination import DestinationPlan, destination_plan
from gecam.model import Case
from gecam.results import Scope
from gecam.uncertainty import Streams, addresses


def shared_factors(plan: DestinationPlan) -> tuple[Address, ...]:
    """Return the factors that a destination shares with others, the most important first.

    Only those it uses: their scores put its draws in order.
    """
    needs = {(c.footprint.source.id, c.footprint.as_of.year) for c in plan.crises}
    has_shared_change = plan.assumptions.change_correlation > 0
    is_modelled = any(c.footprint.modelled is not None for c in plan.crises)
    return (
        addresses.ODDS_RATIO_SHARED,
        addresses.stock_edition(plan.stock_source),
        addresses.odds_ratio_of_type(plan.country_type),
        *(addresses.needs_of_publisher(source, year) for source, year in sorted(needs)),
        *([addresses.SELECTION_SHIFT] if is_modelled else []),
        *([addresses.change_of_edition(plan.stock_source)] if has_shared_change else []),
    )


def own_factors(plan: DestinationPlan) -> tuple[Address, ...]:
    """Return the factors that only one destination draws, the most important first.

    Each has its place in the list whether it is used or not, so that a changed assumption moves no
    other. Where migrants live among areas, and measured overlaps of pairs of crises, are not in it.
    """
    place, source = plan.destination, plan.stock_source
    first, *others = [c.footprint.crisis for c in plan.crises]
    of_figure = (addresses.share_in_need, addresses.share_of_refugees)
    return (
        addresses.odds_ratio_of_place(place),
        addresses.share_in_need(first, place),
        addresses.stock_total(source, place),
        addresses.refugees_inside(place),
        addresses.share_of_refugees(first, place),
        addresses.stock_change(source, place),
        addresses.reading_of_scope(place),
        addresses.overlap_correlation(place),
        addresses.modelled_share(place),
        addresses.published_count(first, place),
        addresses.stock_missed(source, place),
        *(address(crisis, place) for crisis in others for address in of_figure),
    )


def shared_of_all(plans: Sequence[DestinationPlan]) -> tuple[Address, ...]:
    """Return the factors that some plans share, in a fixed order, as many as can be quasi-random."""
    from gecam.uncertainty import MOST_FACTORS

    by_rank = zip_longest(*map(shared_factors, plans))
    ordered = [f for rank in by_rank for f in sorted({f for f in rank if f is not None})]
    return tuple(dict.fromkeys(ordered))[:MOST_FACTORS]


def have_same_factors(a: Case, b: Case, scope: Scope) -> bool:
    """Whether quasi-random draws of destinations that two cases share belong together.

    Points are given out by the place of a factor in a list: where a crisis, a stock or a publisher of
    needs has another name, another factor has its points.

    Parameters
    ----------
    a, b
        Two cases, by whose destinations their draws are compared.
    scope
        A word of `estimate`, such as ``all``.
    """
    first, second = (
        [destination_plan(case, d, scope) for d in case.destinations] for case in (a, b)
    )
    own = {plan.destination: own_factors(plan) for plan in first}
    return shared_of_all(first) == shared_of_all(second) and all(
        own.get(plan.destination, own_factors(plan)) == own_factors(plan) for plan in second
    )


def of_destination(streams: Streams, plan: DestinationPlan) -> Streams:
    """Return the streams of one destination: in a quasi-random run its own factors are so too."""
    if type(streams) is Streams:
        return streams
    from gecam.uncertainty import SobolStreams

    if isinstance(streams, SobolStreams):
        return streams.of_place(plan.destination, shared_factors(plan), own_factors(plan))
    return streams
