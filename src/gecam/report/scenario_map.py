"""A map of a scenario: the areas of a country, and where the hazard reaches each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gecam.report.figures import GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from gecam.geo import Extent, Shapes


def scenario_map(areas: Shapes, hazard: Extent, threshold: float | None = None) -> Figure:
    """Draw the areas with the hazard's levels over them.

    Parameters
    ----------
    areas
        Areas of the country.
    hazard
        Nested extents; levels below `threshold` are drawn lighter.
    threshold
        Level from which people count.

    Returns
    -------
    matplotlib.figure.Figure
        Longitude and latitude, at the true proportions of the middle latitude.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.0, 4.5), layout="constrained")
    ax = figure.subplots()
    for shape in areas.geometry:
        for x, y in _outlines(shape):
            ax.fill(x, y, facecolor="#f4f4f4", edgecolor=GREY, lw=0.5)
    count = len(hazard.levels)
    for i, (level, shape) in enumerate(zip(hazard.levels, hazard.geometry, strict=True)):
        is_counted = threshold is None or level >= threshold
        label = f"{hazard.unit} {level:g}".strip() if hazard.unit else "hazard"
        for j, (x, y) in enumerate(_outlines(shape)):
            ax.fill(
                x, y, facecolor=ORANGE, alpha=0.2 if is_counted else 0.06, edgecolor=ORANGE,
                lw=0.6 + 0.4 * i / max(count, 1), label=label if j == 0 and count <= 8 else None,
            )  # fmt: skip
    west, south, east, north = np.array([shape.bounds for shape in areas.geometry]).T
    ax.set_xlim(west.min() - 0.3, east.max() + 0.3)
    ax.set_ylim(south.min() - 0.3, north.max() + 0.3)
    middle = np.radians((south.min() + north.max()) / 2)
    ax.set_aspect(1 / np.cos(middle))
    ax.set_xlabel("longitude, degrees")
    ax.set_ylabel("latitude, degrees")
    ax.spines[["top", "right"]].set_visible(False)
    if count <= 8:
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=count, frameon=False, fontsize=9)
    return figure


def _outlines(shape: Any) -> list[tuple[Any, Any]]:
    """Return the outer rings of a polygon or of several; holes are left out."""
    parts = getattr(shape, "geoms", [shape])
    return [part.exterior.xy for part in parts if part.geom_type == "Polygon"]
