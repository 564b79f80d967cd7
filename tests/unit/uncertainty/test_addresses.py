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
    "women": "sex:a",
    "regional_cell": "regional/a/b|c",
    "regional_share": "regional/a|share",
    "register_shared": "register/a|shared",
}


@pytest.mark.parametrize("name", FIRST)
def test_an_address_is_what_it_was(name):
    value = getattr(addresses, name)
    if callable(value):
        value = value(*"abc"[: value.__code__.co_argcount])
    assert (value if isinstance(value, str) else "|".join(value)) == FIRST[name]


def test_refugees_share_two_parts_of_their_odds_ratio():
    parts = ["|".join(part) for part in addresses.odds_ratio_of_refugees("a")]
    first = "odds_ratio/refugees"
    assert parts == [f"{first}|shared", f"{first}|hosts", f"{first}|country:a"]


def test_every_address_of_the_module_is_among_them():
    public = {n for n in vars(addresses) if not n.startswith("_")} - {"annotations", "Address"}
    assert public == {*FIRST, "odds_ratio_of_refugees"}


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
