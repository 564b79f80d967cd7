"""Format, columns and kinds of shapes of a map file, as words by which its reader is chosen."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Any

from gecam.errors import GecamError, InputError
from gecam.io.door.archives import GZIP, ZIP
from gecam.io.door.intake import read_archive, read_text
from gecam.io.door.json_text import json_strings
from gecam.io.maps.geo_files import GEO_LIMITS, database_of, start_of
from gecam.io.maps.geopackage import SQLITE, columns_of

_HEAD = 1 << 16
_RASTERS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def geo_words(source: Any) -> frozenset[str] | None:
    """Return words of a file that is no table: formats, columns, kinds of shapes; None for a table.

    Parameters
    ----------
    source
        Path or bytes.
    """
    start = start_of(source)
    if start.startswith(SQLITE):
        return frozenset({"shapes", *columns_of(database_of(source))})
    if start.startswith(ZIP):
        return _of_archive(source)
    if start.startswith(_RASTERS) or start[:5].lower() == b"ncols":
        return frozenset({"raster"})
    if start.startswith(GZIP):
        start = _inflated_start(source)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"<"}:
        return _of_markup(source)
    return None


def _inflated_start(source: Any) -> bytes:
    """Return the first bytes inside a gzip file."""
    try:
        return zlib.decompressobj(31).decompress(start_of(source), 100)
    except zlib.error:
        return b""


def _of_archive(source: Any) -> frozenset[str] | None:
    try:
        members = read_archive(source)
    except GecamError:
        return None  # a workbook is checked, and refused, by its own reader
    if "xl/workbook.xml" in members:
        return None
    words: set[str] = set()
    for name, data in members.items():
        suffix = Path(name).suffix.lower()
        if suffix == ".shp":
            words |= {"shapes", Path(name).stem}
        elif suffix == ".gpkg":
            words |= {"shapes", *columns_of(data)}
        elif suffix in {".json", ".geojson"}:
            words |= _of_geojson(data)
    return frozenset(words) if "shapes" in words else None


def _of_markup(source: Any) -> frozenset[str] | None:
    try:
        data = read_text(source, limits=GEO_LIMITS).data
    except InputError:
        return None
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return frozenset(_of_geojson(data)) or None
    return (
        frozenset({"shakemap_grid"})
        if start == b"<" and b"<shakemap_grid" in data[:_HEAD]
        else None
    )


def _of_geojson(data: bytes) -> set[str]:
    if not re.search(
        rb'"type"\s*:\s*"(?:FeatureCollection|(?:Multi)?Polygon|GeometryCollection)"', data
    ):
        return set()
    head = data[:_HEAD].decode("utf-8", "ignore")
    return {"shapes", *json_strings(head)}
