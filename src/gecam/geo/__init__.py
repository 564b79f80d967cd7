"""Shapes on the ellipsoid: areas, overlays, exposure, and footprints from them (extra `geo`)."""

from gecam.geo.clean import Cleaned, cleaned
from gecam.geo.contours import polygonised
from gecam.geo.coverage import (
    Coverage,
    area_coverage,
    country_outline,
    country_ratio,
    grid_ratio,
)
from gecam.geo.exposure import ExposedPeople, Exposure, exposure
from gecam.geo.footprints import footprint
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.overlap import GeometricOverlap, footprint_overlap
from gecam.geo.overlay import crisis_zone_sums, overlay_share
from gecam.geo.projection import (
    LONGITUDE_LATITUDE,
    area_km2,
    buffered,
    circle,
    is_same_system,
    projected,
)
from gecam.geo.shapes import Extent, IntensityGrid, Shapes

__all__ = [
    "LONGITUDE_LATITUDE",
    "Cleaned",
    "Coverage",
    "ExposedPeople",
    "Exposure",
    "Extent",
    "GeometricOverlap",
    "IntensityGrid",
    "PopulationGrid",
    "Shapes",
    "area_coverage",
    "area_km2",
    "buffered",
    "circle",
    "cleaned",
    "country_outline",
    "country_ratio",
    "crisis_zone_sums",
    "exposure",
    "footprint",
    "footprint_overlap",
    "grid_ratio",
    "is_same_system",
    "library",
    "overlay_share",
    "polygonised",
    "projected",
]
