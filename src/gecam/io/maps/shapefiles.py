"""Shapefiles, by pyshp, from memory."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pandas as pd

from gecam.errors import InputError, LayoutError
from gecam.geo import library
from gecam.io.maps.geojson import Layer, reference_system_name, shape_of


def is_of_polygons(shp: bytes) -> bool:
    """Return whether a .shp says that its shapes are polygons (plain, with height, with measure)."""
    return len(shp) >= 100 and int.from_bytes(shp[32:36], "little") in {5, 15, 25}


def shapefile_layer(members: Mapping[str, bytes], shp: str) -> Layer:
    """Read one shapefile by pyshp, from memory."""
    stem = shp[: -len(".shp")]
    parts = {
        name[len(stem) + 1 :].lower(): data
        for name, data in members.items()
        if name[: len(stem) + 1] == f"{stem}."
    }
    if "dbf" not in parts:
        raise LayoutError(f"{shp} has no .dbf beside it: names of its areas are missing.")
    records, mappings = _read(shp, parts)
    shapes = [shape_of(mapping, i) for i, mapping in enumerate(mappings)]
    if len(records) != len(shapes):
        raise InputError(f"{shp} has {len(shapes)} shapes and {len(records)} records.")
    prj = parts.get("prj", b"").decode("utf-8", "replace").strip()
    return Layer(pd.DataFrame(records), shapes, reference_system_name(prj or None))


def _read(shp: str, parts: Mapping[str, bytes]) -> tuple[list[Any], list[Any]]:
    """Return the records and the shapes of a shapefile; what pyshp warns of is an error."""
    reader_of = library("shapefile")
    encoding = parts.get("cpg", b"").decode("ascii", "replace").strip() or "utf-8"
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
    for item in told:
        if "Corrupt" in item.category.__name__:
            raise InputError(f"{shp} is damaged: {item.message}")
    return records, mappings
