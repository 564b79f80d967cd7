"""GeoPackages: SQLite files with shapes, read from memory."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any, Final

import pandas as pd

from gecam.errors import InputError
from gecam.geo import library
from gecam.io.maps.geojson import Layer, one_layer, reference_system_name

SQLITE: Final = b"SQLite format 3\0"
_ENVELOPE = (0, 32, 48, 48, 64)  # bytes before a shape
_STEPS = 50_000_000  # of SQLite's machine: a query that takes longer is no plain table
_LAYERS = """
    SELECT g.table_name, g.column_name, g.srs_id, m.sql FROM gpkg_geometry_columns g
    JOIN sqlite_master m ON m.name = g.table_name AND m.type = 'table'
    AND m.sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1
"""  # plain tables only: a view of the file would run


def geopackage_layer(data: bytes, layer: str | None) -> Layer:
    """Read one layer of a GeoPackage from memory: no extension, view or trigger of the file runs."""
    shapely = library("shapely")
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            table, geometry, crs = _rows(connection, data, layer)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise InputError(f"the GeoPackage is damaged or is none: {error}") from None
    blobs = [_wkb(cell) for cell in geometry]
    try:
        shapes = list(shapely.from_wkb(blobs))
    except shapely.errors.GEOSException as error:
        raise InputError(f"the GeoPackage holds a damaged shape: {error}") from None
    return Layer(table, shapes, reference_system_name(crs))


def _layers(connection: sqlite3.Connection, data: bytes) -> list[tuple[str, str, int, str]]:
    """Open a GeoPackage; return table, column of shapes, reference system and SQL of its layers."""
    connection.deserialize(data)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    return connection.execute(_LAYERS).fetchall()


def _rows(
    connection: sqlite3.Connection, data: bytes, layer: str | None
) -> tuple[pd.DataFrame, list[Any], str | None]:
    """Return the attributes of a layer, its cells of shapes, and the reference system it states."""
    connection.set_progress_handler(lambda: 1, _STEPS)
    layers = {table: (column, srs) for table, column, srs, _ in _layers(connection, data)}
    table = one_layer("the GeoPackage has the layers", layers, layer)
    column, srs = layers[table]
    quoted = table.replace('"', '""')
    cursor = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 -- a quoted name
    labels = [item[0] for item in cursor.description]
    rows = cursor.fetchall()
    system = connection.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?", (srs,),
    ).fetchone()  # fmt: skip
    if column not in labels:
        raise InputError(
            f"the GeoPackage is damaged: its layer {table!r} has no column {column!r} of shapes."
        )
    crs = None
    if system is not None and srs not in {-1, 0}:
        crs = f"{system[0]}:{system[1]}" if str(system[0]).upper() == "EPSG" else system[2]
    at = labels.index(column)
    return pd.DataFrame(rows, columns=labels).drop(columns=column), [row[at] for row in rows], crs


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


def columns_of(data: bytes) -> set[str]:
    """Return the columns of a GeoPackage's layers; none if it is damaged."""
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            layers = _layers(connection, data)
        except (sqlite3.Error, UnicodeDecodeError):
            return set()
    return {word for *_, sql in layers for word in re.findall(r'"([^"]+)"', sql or "")}
