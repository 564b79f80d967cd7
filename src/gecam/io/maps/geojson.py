"""GeoJSON: features as they stand in a file, and the stated reference system."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from gecam.errors import InputError, LayoutError, ReferenceSystemError
from gecam.geo import LONGITUDE_LATITUDE, is_same_system, library

_GEOMETRIES = (
    "Polygon", "MultiPolygon", "GeometryCollection", "LineString", "MultiLineString", "Point",
    "MultiPoint",
)  # fmt: skip
_DEGREES = ("EPSG:4326", "CRS84", "EPSG::4326")


@dataclass(frozen=True, eq=False)
class Layer:
    """Features of a file as they stand in it: attributes, shapes, and the stated reference system."""

    table: pd.DataFrame
    geometry: list[Any]
    crs: Any


def geojson_layer(document: Any) -> Layer:
    """Return the features of a GeoJSON document."""
    features = features_of(document)
    geometry = [shape_of(feature.get("geometry"), i) for i, feature in enumerate(features)]
    table = pd.DataFrame([feature.get("properties") or {} for feature in features])
    return Layer(table, geometry, crs_of(document))


def features_of(document: Any) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON document: of a collection, a single one, or a bare geometry."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind in _GEOMETRIES:
        return [{"type": "Feature", "properties": None, "geometry": document}]
    features = [document] if kind == "Feature" else None
    if kind == "FeatureCollection":
        features = document.get("features")
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise LayoutError("not a GeoJSON FeatureCollection, Feature or geometry.")
    if not features:
        raise InputError("the GeoJSON file has no features.")
    return features


def crs_of(document: Any) -> Any:
    """Return the reference system of a GeoJSON document; longitude and latitude where none is named."""
    if "crs" not in document:
        return LONGITUDE_LATITUDE
    stated = document["crs"]
    try:
        return None if stated is None else reference_system_name(stated["properties"]["name"])
    except (TypeError, KeyError):
        raise InputError(f"the file's crs is not understood: {str(stated)[:80]}.") from None


def shape_of(mapping: Any, position: int) -> Any:
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


def agreed_system(file: str, stated: Any, given: Any) -> Any:
    """Return the reference system that a file states, or the user gives; they must not contradict."""
    if stated is None and given is None:
        raise ReferenceSystemError(
            f"{file} states no coordinate reference system. Pass crs= (--crs), such as "
            '"EPSG:4326" for longitude and latitude.'
        )
    if stated is None or given is None:
        return given if stated is None else stated
    if not is_same_system(reference_system_name(given), stated):
        raise InputError(
            f"{file} states the reference system {str(stated)[:60]!r}, crs= another: {given!r}."
        )
    return stated


def one_layer(has: str, layers: Collection[str], layer: str | None) -> str:
    """Return the layer that is meant: the one that is named, or the only one."""
    chosen = [name for name in layers if layer in {None, name}]
    if len(chosen) != 1:
        raise LayoutError(f"{has} {sorted(layers)}: name one with layer= (--area-layer).")
    return chosen[0]


def reference_system_name(name: Any) -> Any:
    """Return one word for longitude and latitude on WGS 84, whatever it is called."""
    if isinstance(name, str) and name.strip().upper().endswith(_DEGREES):
        return LONGITUDE_LATITUDE
    return name
