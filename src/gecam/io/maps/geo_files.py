"""Polygons with a name each, from GeoJSON, shapefiles and GeoPackages."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pandas as pd

from gecam._signature import checked
from gecam.codes import is_iso3
from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.geo import Shapes, library
from gecam.io.door import Top, reader
from gecam.io.door.archives import ZIP
from gecam.io.door.intake import read_archive, read_json
from gecam.io.door.limits import LIMITS, Limits
from gecam.io.door.open_files import File, file_name, regular, rewindable, sha256
from gecam.io.maps.geojson import Layer, agreed_system, geojson_layer, one_layer
from gecam.io.maps.geopackage import SQLITE, geopackage_layer
from gecam.io.maps.shapefiles import is_of_polygons, shapefile_layer
from gecam.model import Note, Source

GEO_LIMITS: Final = replace(LIMITS, line_bytes=LIMITS.file_bytes)  # GeoJSON is often one line
NAMES: Final = (  # of publishers, the most specific first
    "ADM3_PCODE", "ADM2_PCODE", "ADM1_PCODE", "ADM0_PCODE", "pcode", "District", "name", "NAME",
    "ts_name",
)  # fmt: skip


def _is_of_areas(top: Top) -> bool:
    lines_or_exposure = ("MultiLineString", "directly_aff_popn", "Buffers_ts")
    return top.has("shapes") and not any(top.has(word) for word in lines_or_exposure)


@reader("areas", "you", _is_of_areas)
@checked
def read_areas(
    path: File,
    *,
    name: str | None = None,
    crs: Any = None,
    layer: str | None = None,
    source: Source | None = None,
    limits: Limits = GEO_LIMITS,
) -> Shapes:
    """Read named polygons from GeoJSON, a shapefile or a GeoPackage.

    Parameters
    ----------
    path
        GeoJSON (features, one feature or a bare geometry; plain or compressed by gzip), a shapefile
        (the ``.shp`` with its other files beside it, or all of them in a zip archive), a GeoPackage, or
        a zip archive with one of them.
    name
        Column with the name or p-code of each area. Without it the first of the columns that
        publishers use, for Natural Earth's countries the ISO3 code, and without any a number.
    crs
        Coordinate reference system, as pyproj takes it, for files that state none. It must not
        contradict what the file states.
    layer
        Layer of a GeoPackage, or shapefile of an archive, where there are several.
    source
        Where the shapes come from. Without it they count as the user's own.
    limits
        How large the file may be.

    Returns
    -------
    Shapes
        In longitude and latitude. Notes say what was repaired, cut at the antimeridian or left out.

    Raises
    ------
    MissingExtraError
        If the extra `geo` is not installed.
    LayoutError
        If the file is of none of these formats, has no such layer or column, or no polygons.
    InputError
        If no coordinate reference system is known, or shapes cannot be used.
    HostileFileError
        If the file breaks a limit.

    Notes
    -----
    GeoJSON without a ``crs`` member is in longitude and latitude (RFC 7946); that its coordinates
    can be such is checked. Natural Earth writes -99 where it holds no code to be agreed upon (France,
    Norway, Kosovo): the country is then known by its other codes, and a note says so.

    Examples
    --------
    >>> from gecam.io import read_areas
    >>> text = '''{"type": "FeatureCollection", "features": [{"type": "Feature",
    ...   "properties": {"name": "A"}, "geometry": {"type": "Polygon",
    ...   "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}'''
    >>> read_areas(text.encode()).names.tolist()
    ['A']
    """
    library("shapely")
    file = file_name(path)
    raw = _with_siblings(path)
    read = _layer(raw, layer, limits)
    system = agreed_system(file, read.crs, crs)
    table, notes = _natural_earth(read.table)
    names = _names(file, table, name, ("iso3", *NAMES) if notes else NAMES)
    if names is None:
        names = [str(i + 1) for i in range(len(table))]
        text = "no column with names is known; shapes are numbered"
        notes += (Note("NAMES_NUMBERED", text, len(names)),)
    source = source or Source(
        f"shapes-{Path(file).stem}", "not stated", "shapes given by the user", is_public=False
    )
    hashed = replace(source, sha256=sha256(raw), file=file)
    try:
        return Shapes.of(
            names, read.geometry, crs=system, attributes=table, source=hashed, notes=notes
        )
    except InputError as error:
        raise InputError(f"{file}: {error.headline}", error.problems) from None


def _names(
    file: str, table: pd.DataFrame, name: str | None, usual: tuple[str, ...]
) -> list[str] | None:
    """Return the names of the areas: of the column that is named, or the first usual one, if any."""
    if name is not None and name not in table:
        has = ", ".join(map(str, table))[:200]
        raise LayoutError(f"{file} has no column {name!r}. Columns: {has}.")
    column = name or next((label for label in usual if label in table), None)
    return None if column is None else table[column].astype(str).tolist()


def _with_siblings(path: File) -> Any:
    """Return a file that can be read again; a .shp on disk as an archive with its siblings."""
    path = rewindable(path)
    if isinstance(path, bytes) or Path(path).suffix.lower() != ".shp":
        return path
    regular(path)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for sibling in sorted(Path(path).parent.glob(f"{Path(path).stem}.*")):
            if sibling.suffix.lower() in {".shp", ".shx", ".dbf", ".prj", ".cpg"}:
                archive.write(sibling, sibling.name)
    return packed.getvalue()


def start_of(path: Any) -> bytes:
    """Return the first bytes of a file."""
    if isinstance(path, bytes):
        return path[:100]
    with regular(path).open("rb") as file:
        return file.read(100)


def database_of(path: Any) -> bytes:
    """Return the contents of a GeoPackage of a bearable size."""
    size = len(path) if isinstance(path, bytes) else regular(path).stat().st_size
    if size > LIMITS.file_bytes:
        raise HostileFileError(f"the GeoPackage has more than {LIMITS.file_bytes:,} bytes.")
    return path if isinstance(path, bytes) else Path(path).read_bytes()


def _layer(path: Any, layer: str | None, limits: Limits) -> Layer:
    start = start_of(path)
    if start.startswith(ZIP):
        return _of_archive(read_archive(path, limits=limits), layer, limits)
    if start.startswith(SQLITE):
        return geopackage_layer(database_of(path), layer)
    if start.startswith(b"\x00\x00\x27\x0a"):
        raise LayoutError(
            "a shapefile needs its .dbf and .prj: give the path, or a zip archive of all."
        )
    return _geojson(path, layer, limits)


def _geojson(data: Any, layer: str | None, limits: Limits) -> Layer:
    """Return the features of GeoJSON, which has no layers to choose from."""
    if layer is not None:
        raise LayoutError(f"GeoJSON has no layers: got layer={layer!r}.")
    return geojson_layer(read_json(data, limits=limits))


def _of_archive(members: Mapping[str, bytes], layer: str | None, limits: Limits) -> Layer:
    """Read the shapefile, GeoPackage or GeoJSON of an archive."""
    shapefiles = {
        Path(name).stem: name
        for name, data in members.items()
        if name.lower().endswith(".shp") and is_of_polygons(data)
    }
    if shapefiles:
        stem = one_layer("the archive has the shapefiles", shapefiles, layer)
        return shapefile_layer(members, shapefiles[stem])
    for name, data in members.items():
        if name.lower().endswith(".gpkg"):
            return geopackage_layer(data, layer)
    for name, data in members.items():
        if name.lower().endswith((".geojson", ".json")):
            return _geojson(data, layer, limits)
    raise LayoutError(f"the archive holds no polygons gecam can read: {sorted(members)[:10]}.")


def _natural_earth(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Note, ...]]:
    """Add a column ``iso3`` to Natural Earth's countries."""
    if not {"ADM0_A3", "ISO_A3"} <= set(table):
        return table, ()
    code = table["ISO_A3"].astype(str)
    unsettled = code.eq("-99")
    for label in ("ISO_A3_EH", "ADM0_A3"):
        if label in table:
            code = code.mask(code.eq("-99"), table[label].astype(str))
    code = code.replace({"KOS": "XKX"})
    none = sorted(set(code[~code.map(is_iso3)]))
    settled = ", ".join(sorted(code[unsettled]))
    notes = (
        Note("NATURAL_EARTH", "countries known by ISO_A3", len(code)),
        Note(
            "CODE_MINUS_99", f"ISO_A3 is -99, so of another column: {settled}", int(unsettled.sum())
        ),
        Note("CODE_OF_NO_COUNTRY", f"codes not of ISO 3166: {', '.join(none)}", len(none)),
    )
    return table.assign(iso3=code), tuple(note for note in notes if note.count)
