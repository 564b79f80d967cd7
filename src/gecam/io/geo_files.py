"""Polygons with a name each, from GeoJSON, shapefiles and GeoPackages."""

from __future__ import annotations

import sqlite3
import struct
import warnings
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from gecam.codes import is_iso3
from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.geo import LONGITUDE_LATITUDE, Shapes, library
from gecam.io.archives import ZIP
from gecam.io.intake import LIMITS, Limits, file_name, read_archive, read_json, rewindable, sha256
from gecam.io.intake import Source as File
from gecam.model import Note, Source

SQLITE: Final = b"SQLite format 3\0"
GEO_LIMITS: Final = replace(LIMITS, line_bytes=LIMITS.file_bytes)  # GeoJSON is often one line
NAMES: Final = (  # of publishers, the most specific first
    "ADM3_PCODE", "ADM2_PCODE", "ADM1_PCODE", "ADM0_PCODE", "pcode", "District", "name", "NAME",
    "ts_name",
)  # fmt: skip
_DEGREES = ("EPSG:4326", "CRS84", "EPSG::4326")
_ENVELOPE = (0, 32, 48, 48, 64)  # bytes before the shape in a GeoPackage
_STEPS = 50_000_000  # of SQLite's machine: a query that takes longer is no plain table


@dataclass(frozen=True, eq=False)
class Layer:
    """Features of a file as they stand in it: attributes, shapes, and the stated reference system."""

    table: pd.DataFrame
    geometry: list[Any]
    crs: Any


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
        GeoJSON (plain or compressed by gzip), a shapefile (the ``.shp`` with its other files beside
        it, or all of them in a zip archive), a GeoPackage, or a zip archive with one of them.
    name
        Column with the name or p-code of each area. Without it the first of the columns that
        publishers use; for Natural Earth's countries the ISO3 code.
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
    source = source or Source(
        f"shapes-{Path(file).stem}", "not stated", "shapes given by the user", is_public=False
    )
    raw = _with_siblings(path)
    found = _layer(raw, layer, limits)
    if crs is not None and found.crs is not None and not _is_same(crs, found.crs):
        raise InputError(
            f"{file} states the reference system {str(found.crs)[:60]!r}, crs= another: {crs!r}."
        )
    stated = found.crs if found.crs is not None else crs
    if stated is None:
        raise InputError(
            f"{file} states no coordinate reference system. Pass crs=, such as "
            'crs="EPSG:4326" for longitude and latitude.'
        )
    table, notes = _natural_earth(found.table)
    usual = ("iso3", *NAMES) if notes else NAMES
    column = name or next((label for label in usual if label in table), None)
    if column is None or column not in table:
        raise LayoutError(
            f"{file} has no column {name or 'with a name'}. Pass name=, one of {list(table)[:20]}."
        )
    names = table[column].astype(str).tolist()
    hashed = replace(source, sha256=sha256(raw), file=file)
    try:
        return Shapes.of(
            names, found.geometry, crs=stated, attributes=table, source=hashed, notes=notes
        )
    except InputError as error:
        raise InputError(f"{file}: {error.headline}", error.problems) from None


def _with_siblings(path: File) -> Any:
    """Return a file that can be read again; a .shp on disk as an archive with its siblings."""
    if not (isinstance(path, str | Path) and Path(path).suffix.lower() == ".shp"):
        return rewindable(path)
    import zipfile

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
    with Path(path).open("rb") as file:
        return file.read(100)


def _layer(path: Any, layer: str | None, limits: Limits) -> Layer:
    start = start_of(path)
    if start.startswith(ZIP):
        return _of_archive(read_archive(path, limits=limits), layer, limits)
    if start.startswith(SQLITE):
        data = path if isinstance(path, bytes) else Path(path).read_bytes()
        return _of_geopackage(data, layer)
    if start.startswith(b"\x00\x00\x27\x0a"):
        raise LayoutError(
            "a shapefile needs its .dbf and .prj: give the path, or a zip archive of all."
        )
    return _of_geojson(read_json(path, limits=limits))


def _of_archive(members: Mapping[str, bytes], layer: str | None, limits: Limits) -> Layer:
    """Read the shapefile, GeoPackage or GeoJSON of an archive."""
    shapefiles = {Path(name).stem: name for name in members if name.lower().endswith(".shp")}
    polygons = {stem: name for stem, name in shapefiles.items() if _is_of_polygons(members[name])}
    if polygons:
        if (layer is None and len(polygons) > 1) or (layer is not None and layer not in polygons):
            raise LayoutError(
                f"the archive has the shapefiles {sorted(polygons)}: name one with layer=."
            )
        return _of_shapefile(members, polygons[layer or next(iter(polygons))])
    for name, data in members.items():
        if name.lower().endswith(".gpkg"):
            return _of_geopackage(data, layer)
    for name, data in members.items():
        if name.lower().endswith((".geojson", ".json")):
            return _of_geojson(read_json(data, limits=limits))
    raise LayoutError(f"the archive holds no polygons gecam can read: {sorted(members)[:10]}.")


def _is_of_polygons(shp: bytes) -> bool:
    return len(shp) >= 100 and int.from_bytes(shp[32:36], "little") in {5, 15, 25}


def _of_shapefile(members: Mapping[str, bytes], shp: str) -> Layer:
    """Read one shapefile by pyshp, from memory."""
    reader_of = library("shapefile")
    stem = shp[: -len(".shp")]
    parts = {
        name[len(stem) + 1 :].lower(): data
        for name, data in members.items()
        if name[: len(stem) + 1] == f"{stem}."
    }
    if "dbf" not in parts:
        raise LayoutError(f"{shp} has no .dbf beside it: names of its areas are missing.")
    encoding = parts.get("cpg", b"utf-8").decode("ascii", "replace").strip() or "utf-8"
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            with reader_of.Reader(
                shp=BytesIO(parts["shp"]), dbf=BytesIO(parts["dbf"]), encoding=encoding
            ) as reader:
                records = [record.as_dict() for record in reader.iterRecords()]
                mappings = [shape.__geo_interface__ for shape in reader.iterShapes()]
    except (reader_of.ShapefileException, struct.error, LookupError, ValueError, OSError) as error:
        raise InputError(f"{shp} is damaged: {error}") from None
    corrupt = [str(item.message) for item in told if "Corrupt" in item.category.__name__]
    if corrupt:
        raise InputError(f"{shp} is damaged: {corrupt[0]}")
    shapes = [_of_mapping(mapping, i) for i, mapping in enumerate(mappings)]
    if len(records) != len(shapes):
        raise InputError(f"{shp} has {len(shapes)} shapes and {len(records)} records.")
    prj = parts.get("prj", b"").decode("utf-8", "replace").strip()
    return Layer(pd.DataFrame(records), shapes, _reference_system(prj or None))


def _of_geopackage(data: bytes, layer: str | None) -> Layer:
    """Read one layer of a GeoPackage from memory: no extension, view or trigger of the file runs."""
    shapely = library("shapely")
    if len(data) > LIMITS.file_bytes:
        raise HostileFileError(f"the GeoPackage has more than {LIMITS.file_bytes:,} bytes.")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(data)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA query_only = ON")
            connection.set_progress_handler(lambda: 1, _STEPS)
            layers = connection.execute(
                "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g "
                "JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table' "
                "AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1"
            ).fetchall()
            known = {table: (column, srs) for table, column, srs in layers}
            if (layer is None and len(known) != 1) or (layer is not None and layer not in known):
                raise LayoutError(
                    f"the GeoPackage has the layers {sorted(known)}: name one with layer=."
                )
            table = layer or next(iter(known))
            column, srs = known[table]
            quoted = table.replace('"', '""')
            cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 -- a quoted name
            labels = [item[0] for item in cursor.description]
            rows = cursor.fetchall()
            system = connection.execute(
                "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
                "WHERE srs_id = ?", (srs,),
            ).fetchone()  # fmt: skip
        except sqlite3.Error as error:
            raise InputError(f"the GeoPackage is damaged or is none: {error}") from None
    at = labels.index(column)
    blobs = [_wkb(row[at]) for row in rows]
    try:
        geometry = list(shapely.from_wkb(blobs))
    except shapely.errors.GEOSException as error:
        raise InputError(f"the GeoPackage holds a damaged shape: {error}") from None
    table_of = pd.DataFrame(rows, columns=labels).drop(columns=column)
    crs = None
    if system is not None and srs not in {-1, 0}:
        crs = f"{system[0]}:{system[1]}" if str(system[0]).upper() == "EPSG" else system[2]
    return Layer(table_of, geometry, _reference_system(crs))


def _wkb(blob: Any) -> bytes | None:
    """Return the shape inside a GeoPackage's cell."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise InputError("the GeoPackage holds a cell that is no shape.")
    kind = (blob[3] >> 1) & 7
    if kind >= len(_ENVELOPE):
        raise InputError("the GeoPackage holds a shape with an unknown envelope.")
    return blob[8 + _ENVELOPE[kind] :]


def _of_geojson(document: Any) -> Layer:
    features = features_of(document)
    geometry = [_of_mapping(feature.get("geometry"), i) for i, feature in enumerate(features)]
    table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    return Layer(table, geometry, crs_of(document))


def features_of(document: Any) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON document, which must be a collection of some."""
    is_collection = isinstance(document, dict) and document.get("type") == "FeatureCollection"
    features = document.get("features") if is_collection else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise LayoutError("not a GeoJSON FeatureCollection.")
    if not features:
        raise InputError("the GeoJSON file has no features.")
    return features


def crs_of(document: Any) -> Any:
    """Return the reference system of a GeoJSON document; longitude and latitude where none is named."""
    if "crs" not in document:
        return LONGITUDE_LATITUDE
    stated = document["crs"]
    try:
        return None if stated is None else _reference_system(stated["properties"]["name"])
    except (TypeError, KeyError):
        raise InputError(f"the file's crs is not understood: {str(stated)[:80]}.") from None


def _of_mapping(mapping: Any, position: int) -> Any:
    """Return the shapely shape of a GeoJSON geometry; None for none."""
    if mapping is None:
        return None
    shapely = library("shapely")
    try:
        with np.errstate(invalid="ignore"):  # NaN is reported with the shape's name later
            return shapely.geometry.shape(mapping)
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        shapely.errors.ShapelyError,
    ) as error:
        raise InputError(
            f"feature {position + 1} has a shape that cannot be read: {error}"
        ) from None


def _reference_system(name: Any) -> Any:
    """Return one word for longitude and latitude on WGS 84, whatever it is called."""
    if isinstance(name, str) and name.strip().upper().endswith(_DEGREES):
        return LONGITUDE_LATITUDE
    return name


def _is_same(first: Any, second: Any) -> bool:
    pyproj = library("pyproj")
    a, b = (pyproj.CRS.from_user_input(_reference_system(crs)) for crs in (first, second))
    return bool(a.equals(b, ignore_axis_order=True))


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
