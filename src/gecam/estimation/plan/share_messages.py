"""Messages that say how a share in need came about, with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gecam.estimation.plan.cell_numbers import given, is_counted_as_in_other_years
from gecam.estimation.plan.local_places import LocalPlace
from gecam.estimation.plan.need_shares import ResidentShare
from gecam.estimation.plan.scope_shares import CountedPeople, GroupShares
from gecam.model import FIXED, GroupCount
from gecam.results import Message, message

LEAST_MOVED = 0.005  # smaller changes are not given as a number


def residents_message(figure: CountedPeople, shares: GroupShares) -> Message:
    """Return how the residents' share came about.

    Parameters
    ----------
    figure
        The people in need, and among whom they were counted.
    shares
        Derived from it.
    """
    residents, footprint = given(shares.residents), figure.footprint
    share = message(
        "SHARE_OF_RESIDENTS", people=footprint.people, measure=message(footprint.measure),
        reading=_reading(figure, shares, residents),
    )  # fmt: skip
    if residents.place is not None:
        return _in_places(share, residents, residents.place)
    if residents.areas is None:
        return share
    change = residents.areas.mean - 1
    if abs(change) < LEAST_MOVED:
        return message("HARDLY_MOVED_BY_AREAS", share=share)
    return message("MOVED_BY_AREAS", share=share, change=change)


def _in_places(share: Message, residents: ResidentShare, place: LocalPlace) -> Message:
    """Return a share that is confined to places, with what is assumed of the group there."""
    how = message("RESIDENTS_STATED" if place.is_stated else "RESIDENTS_ASSUMED")
    return message(
        "CONFINED_TO_PLACES", share=share, residents=place.residents, how=how, in_need=residents.mean,
        mean=place.mean,
    )  # fmt: skip


def _reading(figure: CountedPeople, shares: GroupShares, residents: ResidentShare) -> Message:
    """Return the share under the readings of a figure that have a weight."""
    nationals = message("NATIONALS", share=residents.nationals)
    if residents.table_weight == 0:
        return nationals
    everybody = _everybody(figure, shares.refugees_in_need, residents.table)
    if residents.table_weight == 1:
        return everybody
    return message("EITHER", first=everybody, second=nationals)


def _everybody(figure: CountedPeople, refugees_in_need: float, share: float) -> Message:
    in_need, residents, refugees = figure.in_need, figure.residents, figure.split.registered_now
    if refugees_in_need > 0:
        return message(
            "EVERYBODY_LESS_REFUGEES_IN_NEED", in_need=in_need, refugees_in_need=refugees_in_need,
            residents=residents, refugees=refugees, share=share,
        )  # fmt: skip
    if refugees > 0:
        return message(
            "EVERYBODY_LESS_REFUGEES", in_need=in_need, residents=residents, refugees=refugees,
            share=share,
        )  # fmt: skip
    return message("EVERYBODY", in_need=in_need, residents=residents, share=share)


def refugees_message(figure: CountedPeople, shares: GroupShares) -> Message:
    """Return how the share of refugees in need came about.

    Parameters
    ----------
    figure
        The people in need, and among whom they were counted.
    shares
        Derived from it.
    """
    share = given(shares.protection)
    if share.own is None:
        residents = given(shares.residents)
        said = message("REFUGEES_LIKE_RESIDENTS", share=residents.mean)
        if share.areas is not None:
            share_of_all = residents.table if residents.table_weight else residents.nationals
            said = message("REFUGEES_LIKE_RESIDENTS", share=share_of_all)
            return message("MOVED_BY_AREAS", share=said, change=share.areas.mean - 1)
        return said if residents.place is None else _in_places(said, residents, residents.place)
    said = _OWN_SHARES.get(share.basis, _published_share)(figure)
    if share.part < 1:
        said = message("OF_PART", share=said, part=share.part)
    if is_counted_as_in_other_years(figure.footprint, share):
        years = ", ".join(figure.footprint.refugees_counted_in)
        return message("COUNTED_IN_OTHER_PLANS", share=said, years=years)
    if share.own_weight == 1:
        return said
    nationals = given(shares.residents).nationals
    if share.own_weight == 0.5:
        return message("OR_LIKE_NATIONALS", share=said, nationals=nationals)
    return message("ELSE_LIKE_NATIONALS", share=said, weight=share.own_weight, nationals=nationals)


def _by_register(figure: CountedPeople) -> Message:
    """Return the registers that refugees whom a plan counts are taken from."""
    a, (latest, earlier) = figure.assumptions, figure.split.registers_before
    factor = a.planned_factor[0]
    if figure.split.registered_before is None:
        return message("REFUGEES_BY_REGISTER_NOW", factor=factor, latest=latest)
    return message(
        "REFUGEES_BY_REGISTER", factor=factor, latest=latest, earlier=earlier,
        weight=a.planned_earlier_weight,
    )  # fmt: skip


def share_message(code: str, count: GroupCount) -> Message:
    """Return how the share of a group that was counted came about.

    Parameters
    ----------
    code
        Of the message of its group.
    count
        People of the group in need and present.
    """
    said = message(code, in_need=count.in_need, present=given(count.present))
    if count.is_by_rule or count.share <= FIXED.largest_share:
        return said
    return message("LIMITED_SHARE", share=said, limit=FIXED.largest_share)


def _published_share(figure: CountedPeople) -> Message:
    count = given(figure.footprint.count("protection", "share"))
    return message("OF_THOSE_INSIDE", share=share_message("PUBLISHED_SHARE_OF_REFUGEES", count))


_OWN_SHARES: Mapping[str, Callable[[CountedPeople], Message]] = {
    "everybody": lambda _: message("REFUGEES_ALL_IN_NEED"),
    "planned": _by_register,
    "prior": lambda f: message("REFUGEES_PRIOR", share=f.assumptions.protection_share_mean),
}
"""How a share of refugees' own came about, by its basis; other bases: a published share."""
