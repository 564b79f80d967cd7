"""How much of each area lies inside shapes: by area, or by the people of a grid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import Array, FloatArray
from gecam.errors import InputError
from gecam.geo.grids import PopulationGrid
from gecam.geo.libraries import library
from gecam.geo.map_projection import area_km2
from gecam.geo.shapes import Shapes


@checked
def crisis_zone_sums(
    extents: Mapping[str, Any], areas: Shapes, *, population: PopulationGrid | None = None
) -> pd.DataFrame:
    """Return the people of each area, and those of them inside each of some shapes.

    Parameters
    ----------
    extents
        Name -> shapely polygon in longitude and latitude; they may overlap.
    areas
        Areas with a name each.
    population
        The grid, read once for all shapes and areas; a Dask grid chunk by chunk.

    Returns
    -------
    pandas.DataFrame
        Index areas; columns ``residents``, then the names of `extents`. Persons, or square
        kilometres without a grid.

    Notes
    -----
    Draws come after: a grid cell never has draws of its own, and what is stored grows with crises
    times areas, not with cells.
    """
    _refuse_repeated(areas)
    pieces: list[Array] = [
        areas.geometry,
        *(_inside(areas.geometry, shape) for shape in extents.values()),
    ]
    flat = np.concatenate(pieces)
    sizes: FloatArray = area_km2(flat) if population is None else population.sums(flat)
    table = sizes.reshape(len(pieces), len(areas)).T
    return pd.DataFrame(table, areas.names, ["residents", *extents])


def _inside(areas: Array, shape: Any) -> Array:
    """Return the part of each area inside a shape."""
    shapely = library("shapely")
    shapely.prepare(shape)
    pieces = areas.copy()
    whole = shapely.contains_properly(shape, areas)
    away = ~shapely.intersects(shape, areas)
    cut = ~(whole | away)
    pieces[away] = shapely.Polygon()
    pieces[cut] = shapely.intersection(areas[cut], shape)
    return np.asarray(pieces)


def _refuse_repeated(areas: Shapes) -> None:
    names: Sequence[str] = areas.names[areas.names.duplicated()].unique().tolist()
    if names:
        raise InputError(
            f"areas must have a name each: {names[:5]} occur more than once. Choose another column of "
            "the file with name= (--area-name)."
        )
