"""Every random input of the estimate has its address in one module, and keeps it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gecam.uncertainty import addresses

SOURCE = Path(__file__).resolve().parents[3] / "src" / "gecam"

# The strings of the first published draws. Another string is another stream: other numbers.
FIRST = {
    "ODDS_RATIO_SHARED": "odds_ratio|shared",
    "SELECTION_SHIFT": "small_area|selection shift",
    "odds_ratio_of_type": "odds_ratio|type:a",
    "odds_ratio_of_place": "odds_ratio|country:a",
    "stock_edition": "stock/a|edition",
    "stock_total": "stock/a/b|total",
    "stock_change": "stock/a/b|change",
    "change_of_edition": "stock/a|change",
    "stock_missed": "stock/a/b|missed",
    "stock_of_events": "stock/a|events",
    "refugees_inside": "protection/a|inside",
    "needs_of_publisher": "needs/a/b|shared",
    "share_in_need": "needs/a/b|share",
    "share_of_refugees": "needs/a/b|share:protection",
    "published_count": "needs/a/b|count:other",
    "areas_of_migrants": "needs/a/b/areas",
    "reading_of_scope": "scope/a|reading",
    "overlap_correlation": "overlap/a|correlation",
    "overlap_shared": "overlap/a|shared/b",
    "modelled_share": "small_area/a|own",
    "modelled_coefficient": "small_area|beta a",
    "composition": "composition/a/b",
    "origin": "origin:a",
    "class_share": "a:b",  # of the first class of an attribute; women: "sex:" and their origin
    "carried_figure": "needs/a/b|next",
    "place_of_group": "needs/a/areas|c:b",
    "phases": "severity/a/phases",
    "worst_phase": "severity/a/worst",
    "ages": "ages/a/b",
    "areas_of_table": "areas/a/b",
    "regional_cell": "regional/a/b|c",
    "regional_chapter": "regional/a/b/share|c",
    "regional_share": "regional/a|share",
    "register_shared": "register/a|shared",
}


SEVERAL_PARTS = {
    "NEXT_FIGURE": ["needs/next figure|shared", "needs/next figure|width"],
    "odds_ratio_of_refugees": [
        "odds_ratio/refugees|shared", "odds_ratio/refugees|hosts", "odds_ratio/refugees|country:a",
    ],
    "odds_ratio_of_severity": [
        "severity/odds_ratio|shared", "severity/odds_ratio|countries", "severity/odds_ratio|country:a",
    ],
}  # fmt: skip


def parts_of(name):
    value = getattr(addresses, name)
    if callable(value):
        value = value(*["a", "b", "c"][: value.__code__.co_argcount - (name == "class_share")],
                      *[0] * (name == "class_share"))  # fmt: skip
    parts = [value] if isinstance(value, str) or isinstance(value[0], str) else value
    return [part if isinstance(part, str) else "|".join(part) for part in parts]


@pytest.mark.parametrize("name", FIRST)
def test_an_address_is_what_it_was(name):
    assert parts_of(name) == [FIRST[name]]


@pytest.mark.parametrize("name", SEVERAL_PARTS)
def test_addresses_of_several_parts_are_what_they_were(name):
    assert parts_of(name) == SEVERAL_PARTS[name]


def test_every_address_of_the_module_is_among_them():
    public = {n for n in vars(addresses) if not n.startswith("_")} - {"annotations", "Address"}
    assert public == {*FIRST, *SEVERAL_PARTS}


ROOMS = ("aggregation", "estimation", "results", "preparedness")
OF_THE_ESTIMATE = r"(needs|stock|scope|protection|composition|overlap|small_area|odds_ratio)"


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_module_of_the_estimate_writes_one(room):
    pattern = re.compile(rf'f"{OF_THE_ESTIMATE}/{{|\.(normal|uniform)\(\s*f?"{OF_THE_ESTIMATE}')
    written = [
        f"{path.name}: {match[0]}"
        for path in (SOURCE / room).rglob("*.py")
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert written == []
