"""Light outlines of all countries, and a point in each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gecam._typing import FloatArray


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
    >>> from gecam.codes import world
    >>> earth = world()
    >>> len(earth.shapes), len(earth.without_shape), earth.points["MLT"]
    (176, 74, (14.4, 35.9))
    """
    text = (files("gecam.codes") / "world.json").read_text(encoding="utf-8")
    document = json.loads(text)
    shapes = {
        code: [_degrees(ring, document["per_degree"]) for ring in rings]
        for code, rings in document["shapes"].items()
    }
    points = {code: (lon, lat) for code, (lon, lat) in document["points"].items()}
    return World(shapes, points, document["source"])


def _degrees(numbers: list[int], per_degree: int) -> FloatArray:
    """Return the points of a ring from its first one and the steps from there."""
    import numpy as np

    return np.cumsum(np.reshape(numbers, (-1, 2)), axis=0) / per_degree
