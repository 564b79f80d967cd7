"""Users' own counts by area: a count that is not there is missing, and an area stands once."""

from __future__ import annotations

import pytest

from gecam.errors import InputError
from gecam.io import read_area_counts

TABLE = (
    "country,area,as_of,migrants,residents\n"
    "Libya,LY01,2024-07-01,2500,90000\nLBY,LY02,2024-07-01,,8000\n"
)
LAYOUT_SAMPLES = {"own areas": (read_area_counts, TABLE)}


def test_counts_by_area_are_read_and_a_blank_is_no_zero():
    rows = read_area_counts(TABLE.encode()).rows
    assert rows["country"].tolist() == ["LBY", "LBY"]
    assert rows["migrants"].isna().tolist() == [False, True]
    assert rows["in_need"].isna().all()  # a column that the table does not have


@pytest.mark.parametrize(
    ("table", "what"),
    [
        (TABLE + "LBY,LY01,2024-07-01,1,9\n", "LBY has the area 'LY01' twice"),
        ("country,area,as_of\nLBY,LY01,2024-07-01\n", "counts nobody"),
        (TABLE.replace("2500", "2.500"), "migrants"),
    ],
)
def test_what_cannot_be_told_is_refused(table, what):
    with pytest.raises(InputError, match=what):
        read_area_counts(table.encode())
