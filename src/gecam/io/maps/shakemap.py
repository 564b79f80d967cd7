"""USGS ShakeMaps: contours of intensity, and the grid they are drawn from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from gecam._signature import checked
from gecam._typing import FloatArray
from gecam.errors import InputError, LayoutError
from gecam.geo import Extent, IntensityGrid, library, polygonised
from gecam.io.door import reader
from gecam.io.door.intake import read_json, read_xml
from gecam.io.door.open_files import File, file_name, rewindable, sha256
from gecam.io.maps.geo_files import GEO_LIMITS
from gecam.io.maps.geojson import crs_of, features_of, shape_of
from gecam.model import Note, Source

_LICENCE = "public domain (USGS)"
_DEGREES = 1e-3  # of a step: how far a point may lie off its place in the grid
_CELLS: Final = 4_000_000


@reader("extent", "USGS", ["shapes", "value", "units", "MultiLineString"])
def read_shakemap(path: File) -> Extent:
    """Read a ShakeMap's contours of intensity (``cont_mmi.json``) as nested areas.

    Parameters
    ----------
    path
        GeoJSON of lines with ``value`` and ``units``.

    Returns
    -------
    Extent
        Where the intensity is at least each level. The map ends at its frame: beyond it nothing is
        known.

    Raises
    ------
    LayoutError
        If the file has no contour lines with values, or mixes units.
    InputError
        If lines enclose nothing.

    Notes
    -----
    The file has lines, not polygons: rings inside rings, and lines that end at the frame. See
    `gecam.geo.polygonised`.
    """
    shapely = library("shapely")
    path = rewindable(path)
    file = file_name(path)
    document = read_json(path, limits=GEO_LIMITS)
    features = features_of(document)
    levels, unit = _levels(file, features)
    lines = [shape_of(feature.get("geometry"), i) for i, feature in enumerate(features)]
    if crs_of(document) != "OGC:CRS84":
        raise LayoutError(f"{file} is not in longitude and latitude, as ShakeMaps are.")
    if any(shapely.get_dimensions(line) != 1 for line in lines):
        raise LayoutError(f"{file} has shapes that are no lines. Polygons are for read_areas.")
    bounds = document.get("bbox") or shapely.total_bounds(lines).tolist()
    stated = document.get("metadata")
    about = stated if isinstance(stated, dict) else {}
    return polygonised(
        levels, lines, frame=_frame(bounds, file), peak=_peak(about), unit=unit,
        source=_source(str(about.get("eventid", "")), "contours", file, sha256(path)),
    )  # fmt: skip


@reader("intensity", "USGS", ["shakemap_grid"])
@checked
def read_shakemap_grid(path: File, *, field: str = "MMI") -> IntensityGrid:
    """Read a ShakeMap's ``grid.xml``, of the USGS or of another agency that runs ShakeMap.

    Parameters
    ----------
    path
        XML, plain or compressed by gzip: the path of the file, or its bytes.
    field
        Column of the grid, such as ``"MMI"`` or ``"PGA"``.

    Returns
    -------
    IntensityGrid
        Its `extent` gives the areas above any level.

    Raises
    ------
    LayoutError
        If the file is no ShakeMap grid, or lacks the field.
    InputError
        If points are missing, not numbers, or off their place.

    Notes
    -----
    Agencies write the same elements in namespaces of their own (BMKG, USGS): names are compared
    without them. The namespace is kept in the notes.
    """
    path = rewindable(path)
    file = file_name(path)
    root = read_xml(path)
    space, _, tag = root.tag.rpartition("}")
    if tag != "shakemap_grid":
        raise LayoutError(f"{file} is not a ShakeMap grid: its root is {tag!r}.")
    fields = _fields(file, root, field)
    points = _points(file, root, len(fields))
    lon, lat, value = (points[..., fields[name][0] - 1] for name in ("LON", "LAT", field.upper()))
    order = np.argsort(lat[:, 0], kind="stable")
    axis_lon, axis_lat = _axes(file, lon[order], lat[order])
    note = Note("NAMESPACE", f"elements are in the namespace {space.lstrip('{')}", 1)
    unit = "MMI" if field.upper() == "MMI" else fields[field.upper()][1] or field.upper()
    source = _source(root.get("event_id", ""), "grid", file, sha256(path))
    return IntensityGrid(
        axis_lon, axis_lat, value[order], unit, source, (note,) if space else ()
    )  # fmt: skip


def _children(root: Any) -> list[tuple[str, Any]]:
    """Return the elements inside the root with their names, without namespace."""
    return [(child.tag.rpartition("}")[2], child) for child in root]


def _fields(file: str, root: Any, field: str) -> dict[str, tuple[int, str]]:
    """Return number and unit of the columns of a grid, which must have the field and both axes."""
    parts = _children(root)
    fields = {
        child.get("name", "").upper(): (_whole(child, "index", file), child.get("units", ""))
        for tag, child in parts if tag == "grid_field"
    }  # fmt: skip
    present = fields.keys() | {f"<{tag}>" for tag, _ in parts}
    if not {"LON", "LAT", field.upper(), "<grid_specification>", "<grid_data>"} <= present:
        raise LayoutError(f"{file} has no field {field!r}. Fields: {', '.join(fields)}.")
    if {index for index, _ in fields.values()} != set(range(1, len(fields) + 1)):
        raise LayoutError(f"{file} does not number its fields from 1 to {len(fields)}, each once.")
    return fields


def _points(file: str, root: Any, n_fields: int) -> FloatArray:
    """Return the numbers of a grid; shape ``(latitude, longitude, field)``."""
    parts = dict(_children(root))
    n_lon, n_lat = (_whole(parts["grid_specification"], name, file) for name in ("nlon", "nlat"))
    if min(n_lon, n_lat) < 2 or n_lon * n_lat > _CELLS:
        raise InputError(f"{file} states a grid of {n_lon} by {n_lat} points.")
    try:
        flat = np.array((parts["grid_data"].text or "").split(), dtype=np.float64)
        return flat.reshape(n_lat, n_lon, n_fields)
    except ValueError:
        raise InputError(
            f"{file} does not hold {n_lat * n_lon:,} points of {n_fields} numbers, as it states."
        ) from None


def _axes(file: str, lon: FloatArray, lat: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the longitudes and latitudes of a grid whose points must lie where these cross."""
    lon = np.unwrap(lon, period=360, axis=1)  # over the antimeridian
    axis_lon, axis_lat = lon.mean(axis=0), lat.mean(axis=1)
    off = max(float(np.abs(lon - axis_lon).max()), float(np.abs(lat - axis_lat[:, None]).max()))
    if not off <= max(_DEGREES, 0.1 * abs(axis_lat[1] - axis_lat[0])):
        raise InputError(
            f"{file} has points off the grid by {off:g} degrees, or that are no numbers."
        )
    return axis_lon, axis_lat


def _levels(file: str, features: Sequence[Mapping[str, Any]]) -> tuple[list[float], str]:
    """Return the level of each contour line, and the one unit that they have."""
    try:
        levels = [float(feature["properties"]["value"]) for feature in features]
        units = {str(feature["properties"]["units"]) for feature in features}
    except (KeyError, TypeError, ValueError) as error:
        raise LayoutError(
            f"{file} is not a ShakeMap's contours: {error!r} is missing or wrong."
        ) from None
    if len(units) != 1 or not all(map(math.isfinite, levels)):
        raise LayoutError(
            f"{file} has contours of several units, or without a value: {sorted(units)}."
        )
    return levels, units.pop().upper()


def _whole(element: Any, attribute: str, file: str) -> int:
    """Return a whole number that an element states."""
    text = element.get(attribute, "0")
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise LayoutError(f"{file} states {attribute}={text[:40]!r}, which is no whole number.")
    return int(text)


def _frame(bounds: Any, file: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = map(float, bounds)
    except (TypeError, ValueError):
        raise LayoutError(f"{file} has a bbox that is no frame: {bounds!r}.") from None
    if not (west < east and south < north):
        raise LayoutError(f"{file} has a bbox that is no frame: {bounds!r}.")
    return west, south, east, north


def _peak(about: Any) -> tuple[float, float] | None:
    try:
        return float(about["longitude"]), float(about["latitude"])
    except (KeyError, TypeError, ValueError):
        return None


def _source(event: str, kind: str, file: str, digest: str) -> Source:
    return Source(
        f"shakemap-{event or 'event'}-{kind}", "USGS, or the agency named in the file",
        f"ShakeMap {event}, {kind}", licence=_LICENCE,
        url="https://earthquake.usgs.gov/data/shakemap/", sha256=digest, file=file,
    )  # fmt: skip
