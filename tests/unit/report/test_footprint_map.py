"""The map of a footprint."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')

from matplotlib.figure import Figure  # noqa: E402

from gecam.geo import Extent, Shapes, exposure, footprint  # noqa: E402
from gecam.report.footprint_map import footprint_map  # noqa: E402

AREAS = Shapes.of(
    ["W", "E", "far"],
    [shapely.box(30, 0, 31, 1), shapely.box(31, 0, 32, 1), shapely.box(32, 0, 33, 1)],
)
FLOOD = Extent.of_shapes(Shapes.of(["flood"], [shapely.box(30.5, 0, 31.25, 1)]))


def found(areas=AREAS, extent=FLOOD):
    people = dict.fromkeys(areas.names, 1000.0)
    exposed = exposure(areas, extent, residents=people)
    return footprint(exposed, crisis="x", destination="KEN", as_of=date(2022, 7, 1), residents=1e6)


def test_each_area_has_the_colour_of_its_share_and_the_hazard_its_outline():
    drawn = footprint_map(found(), AREAS, extent=FLOOD)
    assert drawn.artists["areas"].get_array().tolist() == pytest.approx([0.5, 0.25, 0.0])
    assert len(drawn.artists["outline"].get_paths()) == 1
    assert (
        drawn.ax.get_title(loc="left") == "750 people exposed, by area, Kenya, 1 July 2022; grade C"
    )
    drawn.ax.figure.draw_without_rendering()


def test_an_area_without_figures_is_grey_not_zero_and_the_map_says_so():
    more = Shapes.of([*AREAS.names, "new"], [*AREAS.geometry, shapely.box(33, 0, 34, 1)])
    drawn = footprint_map(found(), more)
    assert np.ma.getmaskarray(drawn.artists["areas"].get_array()).tolist() == [False] * 3 + [True]
    assert "1 areas without figures are grey" in drawn.ax.get_xlabel()


def test_it_draws_on_given_axes_with_the_aspect_of_the_latitude():
    north = Shapes.of(["N"], [shapely.box(20, 59.5, 21, 60.5)])
    extent = Extent.of_shapes(Shapes.of(["x"], [shapely.box(20, 59.5, 20.5, 60.5)]))
    ax = Figure().subplots()
    drawn = footprint_map(found(north, extent), north, ax=ax)
    assert drawn.ax is ax
    assert ax.get_aspect() == pytest.approx(2.0, rel=1e-3)  # 1 / cos 60


def test_a_country_across_the_antimeridian_is_drawn_in_one_piece():
    fiji = Shapes.of(["A", "B"], [shapely.box(177, -18, 183, -16), shapely.box(177, -16, 179, -15)])
    extent = Extent.of_shapes(Shapes.of(["x"], [shapely.box(178, -18, 182, -17)]))
    drawn = footprint_map(found(fiji, extent), fiji, extent=extent, level=0.0)
    west, east = drawn.ax.get_xlim()
    assert east - west < 7
