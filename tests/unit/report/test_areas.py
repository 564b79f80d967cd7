"""People in need by area: what a brief says of them, and a map."""

from __future__ import annotations

import numpy as np
import pytest

from gecam import by_area, load_areas
from gecam.errors import InputError
from gecam.geo import Shapes
from gecam.publish import rows_by_area
from gecam.report import area_map, areas_table
from gecam.report.areas import areas_section

shapely = pytest.importorskip("shapely", reason='needs the extra "geo"')
pytest.importorskip("pyproj", reason='needs the extra "geo"')


@pytest.fixture(scope="module")
def areas(chad_and_colombia):
    return by_area(chad_and_colombia, load_areas("2026"))


def test_a_section_says_what_the_areas_rest_on(areas):
    (section,) = areas_section(areas, "TCD", explain="gecam explain TCD")
    text = " ".join(getattr(block, "text", "") for block in section.blocks)
    assert "as OCHA published them for 2025" in text
    assert "Nobody counted other migrants by area" in text
    row = areas.place.iloc[0]
    assert (
        f"multiplies their number by {row.effect:.2f} ({row.lower:.2f} to {row.upper:.2f})" in text
    )
    assert not list(areas_section(areas, "COL"))  # its people stand in a regional plan


def test_a_table_has_people_and_rates_of_each_area(areas):
    table = areas_table(rows_by_area(areas), is_one_country=True)
    assert table.columns[0] == "area"
    first = table.rows[0]
    assert first[0] == "Ouaddai"
    assert all("(" in cell for cell in first[1:4])


def test_a_map_colours_areas_by_code_or_name_and_leaves_others_grey(areas):
    shapes = Shapes.of(
        ["TCD14", "wadi fira", "elsewhere"], [shapely.box(i, 0, i + 1, 1) for i in range(3)]
    )
    drawn = area_map(areas, shapes, destination="Chad")
    assert "(logarithmic)" in drawn.artists["colorbar"].ax.get_ylabel()
    linear = area_map(areas, shapes, destination="Chad", scale="linear").artists
    assert linear["areas"].get_clim()[0] == 0
    assert linear["colorbar"].ax.get_ylabel() == "migrants in need, persons"
    values = drawn.artists["areas"].get_array()
    assert values.mask.tolist() == [False, False, True]
    people = rows_by_area(areas).set_index("area")["mean"]
    np.testing.assert_allclose(values[:2], people[["TCD14", "TCD17"]])
    assert "1 areas without figures are grey" in drawn.ax.get_xlabel()
    with pytest.raises(InputError, match="no shape has the code or name"):
        area_map(areas, Shapes.of(["X"], [shapely.box(0, 0, 1, 1)]), destination="Chad")
