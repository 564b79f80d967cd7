"""Addresses of the random inputs of an estimate: which stream each of them is drawn from.

An address is an input and a component of it (`gecam.uncertainty.Streams`). It decides the bits of every
draw, so that each is written here and nowhere else. A place is an ISO3 code.
"""

from __future__ import annotations

from gecam._typing import Address

ODDS_RATIO_SHARED: Address = ("odds_ratio", "shared")
"""Part of the odds ratio that all countries share."""
SELECTION_SHIFT: Address = ("small_area", "selection shift")
"""How far countries without a plan lie from those with one."""

NEXT_FIGURE: tuple[Address, Address] = (
    ("needs/next figure", "shared"),
    ("needs/next figure", "width"),
)
"""What the next figures of all countries share: a part of their errors, and how wide these are."""


def odds_ratio_of_type(country_type: str) -> Address:
    """Return the part of the odds ratio that countries of one type share."""
    return "odds_ratio", f"type:{country_type}"


def odds_ratio_of_place(place: str) -> Address:
    """Return the part of the odds ratio that is a country's own."""
    return "odds_ratio", f"country:{place}"


def odds_ratio_of_refugees(place: str) -> tuple[Address, Address, Address]:
    """Return the parts of refugees' odds ratio: of all countries, of all hosts, and a country's own.

    Every country with refugees is a host, so that the second part is shared as the first is.
    """
    return (
        ("odds_ratio/refugees", "shared"),
        ("odds_ratio/refugees", "hosts"),
        ("odds_ratio/refugees", f"country:{place}"),
    )


def stock_edition(source: str) -> Address:
    """Return the error that all stocks of an edition have in common, by the id of its source."""
    return f"stock/{source}", "edition"


def stock_total(source: str, place: str) -> Address:
    """Return the error of one country's stock."""
    return f"stock/{source}/{place}", "total"


def stock_change(source: str, place: str) -> Address:
    """Return the change of other migrants since the stock's date."""
    return f"stock/{source}/{place}", "change"


def change_of_edition(source: str) -> Address:
    """Return the change since the stocks' date that all stocks of an edition have in common."""
    return f"stock/{source}", "change"


def stock_missed(source: str, place: str) -> Address:
    """Return the number of migrants whom the stock misses."""
    return f"stock/{source}/{place}", "missed"


def stock_of_events(place: str) -> Address:
    """Return the error of the migrants whom hazards can touch."""
    return f"stock/{place}", "events"


def refugees_inside(place: str) -> Address:
    """Return the share of registered refugees whom the stock contains."""
    return f"protection/{place}", "inside"


def needs_of_publisher(source: str, year: int) -> Address:
    """Return the error that figures of one publisher and year have in common."""
    return f"needs/{source}/{year}", "shared"


def share_in_need(crisis: str, place: str) -> Address:
    """Return the error of one figure of people in need."""
    return f"needs/{crisis}/{place}", "share"


def carried_figure(crisis: str, place: str) -> Address:
    """Return the own part of the error of a figure that is carried forward."""
    return f"needs/{crisis}/{place}", "next"


def share_of_refugees(crisis: str, place: str) -> Address:
    """Return the share of refugees in need."""
    return f"needs/{crisis}/{place}", "share:protection"


def published_count(crisis: str, place: str) -> Address:
    """Return the error of a published count or share of other migrants in need."""
    return f"needs/{crisis}/{place}", "count:other"


def areas_of_migrants(crisis: str, place: str) -> str:
    """Return the input of where in a country migrants live; its components are areas."""
    return f"needs/{crisis}/{place}/areas"


def place_of_group(place: str, areas: str, group: str) -> Address:
    """Return which part of a group lives in some areas of a country, by the names of these."""
    return f"needs/{place}/areas", f"{group}:{areas}"


def reading_of_scope(place: str) -> Address:
    """Return whether figures of unknown scope count migrants."""
    return f"scope/{place}", "reading"


def overlap_correlation(place: str) -> Address:
    """Return the correlation of crises whose overlap is assumed."""
    return f"overlap/{place}", "correlation"


def overlap_shared(place: str, crises: str) -> Address:
    """Return the error of a measured overlap of two crises, by their ids joined by a stroke."""
    return f"overlap/{place}", f"shared/{crises}"


def modelled_share(place: str) -> Address:
    """Return the own effect of a country whose share is modelled."""
    return f"small_area/{place}", "own"


def modelled_coefficient(j: int) -> Address:
    """Return the error of a coefficient of the model of shares, from 0."""
    return "small_area", f"beta {j}"


def composition(place: str, group: str) -> str:
    """Return the input of origins and sexes of a group; its components are these."""
    return f"composition/{place}/{group}"


def origin(code: str) -> str:
    """Return the component of the share of an origin."""
    return f"origin:{code}"


def class_share(attribute: str, code: str, step: int) -> str:
    """Return the component of the share of a class of an origin, such as women: step 0 of ``sex``."""
    return f"{attribute}:{code}" if step == 0 else f"{attribute}:{code}/{step}"


def ages(place: str, group: str) -> str:
    """Return the input of ages of a group; its components are steps from one age to those after it."""
    return f"ages/{place}/{group}"


def phases(place: str) -> str:
    """Return the input of phases 4 and 5 among people in need; its components are phases."""
    return f"severity/{place}/phases"


def worst_phase(place: str) -> str:
    """Return the input of phase 5 among phases 4 and 5; its components are phases."""
    return f"severity/{place}/worst"


def odds_ratio_of_severity(place: str) -> tuple[Address, Address, Address]:
    """Return the parts of the odds ratio of severe need among people in need, as of refugees' own."""
    return (
        ("severity/odds_ratio", "shared"),
        ("severity/odds_ratio", "countries"),
        ("severity/odds_ratio", f"country:{place}"),
    )


def regional_cell(crisis: str, place: str, who: str) -> Address:
    """Return the error of people of a regional plan in one host country."""
    return f"regional/{crisis}/{place}", who


def regional_share(crisis: str) -> Address:
    """Return the share in need that all hosts of a regional plan have in common."""
    return f"regional/{crisis}", "share"


def regional_chapter(crisis: str, place: str, who: str) -> Address:
    """Return the share in need of people present, as a host's chapter of a regional plan has both."""
    return f"regional/{crisis}/{place}/share", who


def register_shared(year_end: int) -> Address:
    """Return the error of UNHCR's register that all hosts of a year-end have in common."""
    return f"register/{year_end}", "shared"


def areas_of_table(place: str, what: str) -> str:
    """Return the input of homes of a group, or of needs, by a table of areas: its components."""
    return f"areas/{place}/{what}"
