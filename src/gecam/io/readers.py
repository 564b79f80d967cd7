"""Which reader takes a file: each known layout, by the cells near its top."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from gecam.errors import GecamError, InputError, LayoutError
from gecam.io.door.intake import File, open_file, read_archive, read_text, rewindable
from gecam.io.door.tables import Workbook
from gecam.io.maps.tops import geo_words

_MAPS = frozenset({"exposure", "extent", "intensity", "areas", "grid"})
_ROWS_SEEN = 40
_SHEETS_SEEN = 8


@dataclass(frozen=True, slots=True)
class Top:
    """The cells near the top of a file: words of all rows, and of its first row."""

    words: frozenset[str]
    first: tuple[str, ...]
    sheets: tuple[str, ...] = ()

    def has(self, *words: str) -> bool:
        """Return whether all words stand in cells near the top."""
        return self.words.issuperset(words)


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader, and how its files are known.

    Parameters
    ----------
    name
        Function of `gecam.io`.
    kind
        What it returns: ``stock``, ``protected``, ``displaced``, ``population``, ``needs``,
        ``plans``, ``severity``, ``risk``, ``phases``, ``displacement``, ``places``, ``incidents``,
        ``facts``, ``shares``, ``events``, ``exposure``, ``extent``, ``intensity``,
        ``areas``, ``grid`` or ``pairs``.
    publisher
        Whose file it is; *you* for a user's own table.
    takes
        Whether it takes a file with such a top.
    """

    name: str
    kind: str
    publisher: str
    takes: Callable[[Top], bool]

    def read(self, source: File) -> Any:
        """Read a file; one of a map is opened by its own reader, which may need others beside it."""
        file = rewindable(source) if self.kind in _MAPS else source
        return getattr(import_module("gecam.io"), self.name)(file)


def _own(kind: str) -> Callable[[Top], bool]:
    def takes(top: Top) -> bool:
        from gecam.io.own.templates import COLUMNS

        columns = COLUMNS[kind]  # type: ignore[index]
        needed = {name for name, column in columns.items() if column.default is None}
        return needed <= set(top.first) <= set(columns)

    return takes


def _is_of_areas(top: Top) -> bool:
    lines_or_exposure = ("MultiLineString", "directly_aff_popn", "Buffers_ts")
    return top.has("shapes") and not any(top.has(word) for word in lines_or_exposure)


_DESA, _OCHA, _JRC = "UN DESA", "OCHA", "European Commission, JRC"
_WFP = "World Food Programme"
READERS: Final = (
    Reader("read_undesa_age", "stock", _DESA, lambda top: top.has("Total_(mf)", "Total_(f)")),
    Reader("read_undesa", "stock", _DESA, lambda top: top.has("Location code of origin")),
    Reader("read_undesa", "stock", _DESA, lambda top: top.has("destination_iso3", "origin_iso3")),
    Reader("read_undesa", "stock", _DESA, lambda top: top.has("Destination", "Other South")),
    Reader("read_undesa_totals", "stock", _DESA, lambda top: top.has("m49", "immigrants")),
    Reader(
        "read_undesa_totals",
        "stock",
        _DESA,
        lambda top: top.has("Location code", "Type of data") and "Table 1" in top.sheets,
    ),
    Reader(
        "read_unhcr",
        "protected",
        "UNHCR",
        lambda top: top.has("coo_iso", "coa_iso") or top.has("Country of asylum (ISO)", "Year"),
    ),
    Reader(
        "read_worldbank",
        "population",
        "World Bank",
        lambda top: top.has("Country Code", "Country Name"),
    ),
    Reader("read_wpp", "population", _DESA, lambda top: top.has("pop_median_thousands")),
    Reader("read_wpp", "population", _DESA, lambda top: top.has("ISO3_code", "PopTotal")),
    Reader("read_wpp", "population", _DESA, lambda top: top.has("iso3", "sex", "population")),
    Reader(
        "read_cod_ps", "population", _OCHA, lambda top: top.has("Population_group", "ADM1_PCODE")
    ),
    Reader("read_hapi", "needs", _OCHA, lambda top: top.has("location_code", "population_status")),
    Reader("read_hno", "needs", _OCHA, lambda top: top.has("Country ISO3", "In Need")),
    Reader(
        "read_gho_plans",
        "plans",
        _OCHA,
        lambda top: top.has("Interagency Response Plans", "In Need"),
    ),
    Reader("read_plan_history", "plans", _OCHA, lambda top: top.has("Crisis Country", "Metric")),
    Reader("read_plan_facts", "facts", "compiled", lambda top: top.has("pin_scope_evidence")),
    Reader(
        "read_published_shares", "shares", "compiled", lambda top: top.has("scope_note", "present")
    ),
    Reader(
        "read_severity",
        "severity",
        _JRC,
        lambda top: top.has("CRISIS ID") and (top.has("COUNTRY") or top.has("CRISIS")),
    ),
    Reader("read_risk", "risk", _JRC, lambda top: top.has("INFORM RISK", "ISO3")),
    Reader("read_ipc", "phases", "IPC", lambda top: top.has("Date of analysis", "Country")),
    Reader("read_gidd", "displacement", "IDMC", lambda top: top.has("iso3", "new_displacement")),
    Reader("read_dtm_api", "places", "IOM", lambda top: top.has("numPresentIdpInd")),
    Reader(
        "read_dtm_baseline",
        "places",
        "IOM",
        lambda top: any(name.startswith("IDPs_Returnees") for name in top.sheets),
    ),
    Reader(
        "read_missing_migrants",
        "incidents",
        "IOM",
        lambda top: (
            top.has("Number Dead")
            or top.has("Number of Dead")
            or top.has("number_dead")
            or top.has("dead_and_missing")
        ),
    ),
    Reader("read_ifrc", "events", "IFRC", lambda top: top.has("initial_num_beneficiaries")),
    Reader("read_gdacs", "events", "GDACS", lambda top: top.has("event_type", "gdacs_bbox")),
    Reader("read_ucdp", "events", "UCDP", lambda top: top.has("type_of_violence", "conflict_name")),
    Reader("read_emdat", "events", "CRED", lambda top: top.has("DisNo.", "Disaster Type")),
    Reader("read_fts", "plans", _OCHA, lambda top: top.has("countryCode", "percentFunded")),
    Reader(
        "read_adam_earthquake",
        "exposure",
        _WFP,
        lambda top: top.has("ADM2_NAME") and any(word.endswith("_MMI") for word in top.words),
    ),
    Reader("read_adam_flood", "exposure", _WFP, lambda top: top.has("directly_aff_popn")),
    Reader("read_adam_cyclone", "extent", _WFP, lambda top: top.has("shapes", "Buffers_ts")),
    Reader(
        "read_shakemap",
        "extent",
        "USGS",
        lambda top: top.has("shapes", "value", "units", "MultiLineString"),
    ),
    Reader("read_shakemap_grid", "intensity", "USGS", lambda top: top.has("shakemap_grid")),
    Reader("read_areas", "areas", "you", _is_of_areas),
    Reader("read_population_grid", "grid", "you", lambda top: top.has("raster")),
    Reader("read_stock", "stock", "you", _own("stock")),
    Reader("read_population", "population", "you", _own("population")),
    Reader("read_needs", "needs", "you", _own("needs")),
    Reader("read_pairs", "pairs", "you", _own("pairs")),
)


def find_reader(source: File) -> Reader:
    """Return the reader that takes a file.

    Raises
    ------
    LayoutError
        If no reader knows the file, or two do.
    HostileFileError, InputError
        If the file cannot be opened safely.
    """
    seen = top_of(source)
    found = {reader.name: reader for reader in READERS if reader.takes(seen)}
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise LayoutError(f"the file could be for {' or '.join(found)}; call the reader yourself.")
    raise LayoutError(
        f"no reader of gecam knows this file; it begins with {list(seen.first)[:8]}. "
        "`gecam template` writes an empty table for figures of your own."
    )


def read_any(source: File, kind: str, own: Callable[[File], Any]) -> Any:
    """Read a file of a kind with the publisher's reader that takes it, else as a user's table."""
    source = open_file(source)
    try:
        reader = find_reader(source)
    except LayoutError:
        return own(source)  # whose message says which columns are missing
    if reader.kind != kind:
        raise LayoutError(f"a file for {reader.name} ({reader.kind}) was given as {kind}.")
    if kind == "needs" and reader.publisher != "you":
        raise LayoutError(
            f"{reader.name} reads this file, but a case asks for one row per crisis and country, with "
            "its date and scope: make such a table from it (`gecam template needs`)."
        )
    return own(source) if reader.publisher == "you" else reader.read(source)


def top_of(source: File) -> Top:
    """Return the cells near the top of a file that passed the checks of intake."""
    opened = open_file(source)
    words = geo_words(opened.raw)
    if words is not None:
        return Top(words, ())
    if opened.is_workbook:
        try:
            book = Workbook.open(opened)
        except LayoutError:
            if _is_refugee_archive(opened):
                return Top(frozenset({"coo_iso", "coa_iso"}), ())
            raise
        rows = [row for name in book.names[:_SHEETS_SEEN] for row in book.top(name, _ROWS_SEEN)]
        return Top(_words(rows), _first(book.top(book.names[0], 1)), book.names)
    file = read_text(opened, encoding="latin-1")  # names of columns are ASCII in every layout
    lines = list(
        itertools.islice(
            io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding), _ROWS_SEEN
        )
    )
    mark = max(",;\t|", key="".join(lines).count)
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error as error:
        raise InputError(f"{file.name} is not a well-formed table: {error}") from None
    return Top(_words(rows), _first(rows[:1]))


def _is_refugee_archive(source: File) -> bool:
    try:
        return any(name.endswith("population.csv") for name in read_archive(source))
    except GecamError:
        return False


def _words(rows: list[list[str]]) -> frozenset[str]:
    return frozenset(" ".join(cell.split()) for row in rows for cell in row)


def _first(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in rows[0]) if rows else ()
