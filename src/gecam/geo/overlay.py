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
from gecam.geo.projection import area_km2
from gecam.geo.shapes import Shapes


@checked
def overlay_share(
    areas: Shapes, inside: Any, *, population: PopulationGrid | None = None
) -> pd.Series:
    """Return the share of each area, or of its people, that lies inside a shape.

    Parameters
    ----------
    areas
        Areas with a name each.
    inside
        `Shapes`, or a shapely polygon in longitude and latitude.
    population
        Where people live; without it they are taken to live evenly over each area (areal
        weighting), which is wrong wherever towns are.

    Returns
    -------
    pandas.Series
        In [0, 1], by name of the area; NaN where an area has no people in the grid.

    Examples
    --------
    >>> import shapely
    >>> from gecam.geo import Shapes, overlay_share
    >>> areas = Shapes.of(["W", "E"], [shapely.box(0, 60, 1, 61), shapely.box(1, 60, 2, 61)])
    >>> overlay_share(areas, shapely.box(0.5, 60, 1.25, 61)).round(4).to_dict()
    {'W': 0.5, 'E': 0.25}
    """
    shape = inside.union() if isinstance(inside, Shapes) else inside
    sizes = crisis_zone_sums({"inside": shape}, areas, population=population)
    whole = sizes["residents"].to_numpy()
    with np.errstate(invalid="ignore"):
        share = sizes["inside"].to_numpy() / np.where(whole > 0, whole, np.nan)
    return pd.Series(np.clip(share, 0.0, 1.0), sizes.index, name="share")


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
