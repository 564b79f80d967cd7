"""Revisions of UN DESA's International Migrant Stock: coverage, world totals, codes of regions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gecam.io.door import Sheet
from gecam.io.known_totals import PUBLISHED
from gecam.model import Note, Source

_PUBLISHER = "United Nations, Department of Economic and Social Affairs, Population Division"
_FILES = "https://www.un.org/development/desa/pd/sites/www.un.org.development.desa.pd/files/"
_URL = (
    _FILES + "undesa_pd_{}_ims_stock_by_sex_and_destination.xlsx",
    _FILES + "undesa_pd_{}_ims_stock_by_sex_destination_and_origin.xlsx",
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision: its name, the destinations it covers, and the world totals it publishes.

    Parameters
    ----------
    name
        ``"2019"``, ``"2020"`` or ``"2024"``.
    n_destinations
        Countries and areas with figures.
    world
        Year -> migrants in the world at mid-year, both sexes, as printed in the WORLD row.
    """

    name: str
    n_destinations: int
    world: dict[int, int]

    def is_full(self, n_destinations: int) -> bool:
        """Return whether a year with so many destinations covers the world.

        South Sudan, Montenegro, Curaçao and Sint Maarten have no figures in early years.
        """
        return self.n_destinations - 4 <= n_destinations if self.n_destinations else False

    def source(self, sheet: Sheet, *, table: str) -> Source:
        """Return the source of a table of this revision, read from `sheet`."""
        return sheet.source(
            f"undesa-ims-{self.name}" if self.name else "undesa-ims",
            _PUBLISHER,
            f"International Migrant Stock {self.name}: {table}".replace(" :", ":"),
            f"POP/DB/MIG/Stock/Rev.{self.name}" if self.name else "revision not known",
            licence="CC BY 3.0 IGO",
            url=_URL[table == "destination and origin"].format(self.name)
            if self.name > "2019"
            else "",
        )


def _revision(name: str) -> Revision:
    """Return a revision, with the totals that are published of it."""
    n_destinations, totals = PUBLISHED[f"undesa-ims-{name}"]
    return Revision(name, n_destinations, {int(day[:4]): n for (day, _), n in totals.items()})


REVISIONS = tuple(map(_revision, ("2019", "2020", "2024")))
UNKNOWN_REVISION = Revision("", 0, {})

# Location codes that are no country: world, regions, development and income groups.
AGGREGATES = frozenset(
    str(code)
    for code in (
        *range(900, 958),
        *range(1500, 1519),
        1636,
        1637,
        *range(1828, 1838),
        1859,
        *range(5500, 5505),
    )
)
# The same by name, in tables without codes (folded: see `aggregate_name`).
_AGGREGATE_NAMES = frozenset(
    """
    world|un development groups|more developed regions|less developed regions|developed regions
    least developed countries|less developed regions excluding least developed countries
    world bank income groups|high income countries|middle income countries|low income countries
    upper middle income countries|lower middle income countries|no income group available
    geographic regions|sustainable development goal sdg regions|africa|asia|europe|oceania
    latin america and the caribbean|northern america|sub saharan africa|eastern africa
    middle africa|southern africa|western africa|northern africa and western asia|northern africa
    western asia|central and southern asia|central asia|southern asia|eastern asia
    eastern and south eastern asia|south eastern asia|caribbean|central america|south america
    australia new zealand|australia and new zealand|melanesia|micronesia|polynesia
    europe and northern america|eastern europe|northern europe|southern europe|western europe
    oceania excluding australia and new zealand
    """.strip().replace("\n", "|").replace("    ", "").split("|")
)  # fmt: skip


def is_aggregate_name(name: str) -> bool:
    """Return whether a name in UN DESA's tables is a region or group; there *Micronesia* is one."""
    return re.sub(r"[^a-z]+", " ", name.casefold()).strip() in _AGGREGATE_NAMES


def revision_of(years: Iterable[int], title: str, stated: str | None = None) -> Revision:
    """Return the revision of a table by its title rows, or by the last year it holds.

    A table with the years up to 2015 alone could be of any revision: then the revision is unknown
    unless `stated`.
    """
    by_name = {revision.name: revision for revision in REVISIONS}
    printed = re.search(r"Stock/Rev\.(\d{4})", title)
    if stated:
        return by_name[stated]
    if printed:
        return by_name.get(printed[1], UNKNOWN_REVISION)
    return by_name.get(str(max(years, default=0)), UNKNOWN_REVISION)


def coverage_notes(destinations: Iterable[str], years: Iterable[int]) -> list[Note]:
    """Return what the publisher's notes say about the coverage of some destinations."""
    places = set(destinations)
    early = [year for year in years if year <= 2005]
    notes = []
    if "SDN" in places and early:
        text = "Sudan up to 2005 includes South Sudan"
        notes.append(Note("SUDAN_WITH_SOUTH_SUDAN", text, len(early)))
    if "SRB" in places:
        notes.append(Note("KOSOVO_IN_SERBIA", "Serbia includes Kosovo", 1))
    if "PSE" in places:
        text = "State of Palestine: refugees are not part of the foreign-born stock"
        notes.append(Note("PALESTINE_REFUGEES_EXCLUDED", text, 1))
    return notes
