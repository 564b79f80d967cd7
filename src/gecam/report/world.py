"""Light shapes of all countries, and the projection they are drawn in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from gecam._typing import ArrayLike, FloatArray

# Equal Earth: the coefficients of its polynomial.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
BORDERS = (
    "The boundaries and names shown and the designations used on this map do not imply official "
    "endorsement or acceptance by the United Nations."
)


@dataclass(frozen=True, eq=False)
class World:
    """Countries and areas as rings of degrees, and a point in each.

    Parameters
    ----------
    shapes
        Rings by ISO3, outer and inner alike; each of shape ``(point, 2)``: longitude, latitude.
    points
        Longitude and latitude by ISO3, of all places that `gecam.codes` knows but Antarctica.
    source
        Where the shapes come from.
    """

    shapes: dict[str, list[FloatArray]]
    points: dict[str, tuple[float, float]]
    source: str

    @property
    def without_shape(self) -> list[str]:
        """ISO3 of places that are too small to have a shape: they have a point only."""
        return sorted(self.points.keys() - self.shapes.keys())


@cache
def world() -> World:
    """Return the packaged shapes (Natural Earth, 1:110m, public domain).

    Examples
    --------
    >>> from gecam.report.world import world
    >>> earth = world()
    >>> len(earth.shapes), len(earth.without_shape), earth.points["MLT"]
    (176, 74, (14.4, 35.9))
    """
    text = (files("gecam.report") / "world.json").read_text(encoding="utf-8")
    document = json.loads(text)
    shapes = {
        code: [_degrees(ring, document["per_degree"]) for ring in rings]
        for code, rings in document["shapes"].items()
    }
    points = {code: (lon, lat) for code, (lon, lat) in document["points"].items()}
    return World(shapes, points, document["source"])


def equal_earth(lon: ArrayLike, lat: ArrayLike) -> tuple[FloatArray, FloatArray]:
    r"""Project degrees so that areas keep their proportions.

    Parameters
    ----------
    lon, lat
        Degrees, in [-180, 180] and [-90, 90]; any shape.

    Returns
    -------
    x, y : FloatArray
        Same shape; radii of the Earth.

    Notes
    -----
    With :math:`\sin\theta = \frac{\sqrt3}{2}\sin\varphi`, y is an odd polynomial of
    :math:`\theta` and x is :math:`2\sqrt3\,\lambda\cos\theta / (3\,y'(\theta))` [1]_.

    References
    ----------
    .. [1] Šavrič, Patterson & Jenny (2019). The Equal Earth map projection. *International Journal
       of Geographical Information Science* 33: 454-465.

    Examples
    --------
    >>> from gecam.report.world import equal_earth
    >>> x, y = equal_earth([0, 180], [0, 0])
    >>> x.round(3).tolist(), y.tolist()
    ([0.0, 2.707], [0.0, 0.0])
    """
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(np.radians(lat)))
    square = theta**2
    slope = A1 + square * (3 * A2 + square**2 * (7 * A3 + 9 * A4 * square))
    x = 2 * np.sqrt(3) * np.radians(lon) * np.cos(theta) / (3 * slope)
    y = theta * (A1 + square * (A2 + square**2 * (A3 + A4 * square)))
    return np.asarray(x), np.asarray(y)


def _degrees(numbers: list[int], per_degree: int) -> FloatArray:
    """Return the points of a ring from its first one and the steps from there."""
    return np.cumsum(np.reshape(numbers, (-1, 2)), axis=0) / per_degree
