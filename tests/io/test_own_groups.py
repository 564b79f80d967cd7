"""Groups of one origin from a user's table, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.io import read_origin_groups
from gecam.model import OriginGroup

ROW = {"host": "Colombia", "origin": "VEN", "in_need": 1_960_000, "present": 2_800_000}
LAYOUT_SAMPLES = {
    "own groups": (
        read_origin_groups,
        "host,origin,in_need,name,group,present,confidence,plan\n"
        "COL,VEN,1960000,,protection,2800000,medium,2025-VEN-RMRP\n",
    )
}


def test_a_row_is_a_group():
    read = read_origin_groups(pd.DataFrame([ROW, {"host": "TCD", "origin": "NGA", "in_need": 5e3}]))
    assert read.groups == (
        OriginGroup("COL", "VEN", 1_960_000, present=2_800_000, source=read.source),
        OriginGroup("TCD", "NGA", 5_000, source=read.source),
    )
    assert not read.source.is_public


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([ROW | {"host": "VEN"}], "people of a country in it are no migrants"),
        ([ROW | {"in_need": 0}], "nobody is in need"),
        ([ROW | {"in_need": 3e6}], "more are in need than are present"),
        ([ROW, ROW | {"name": "in transit"}], "another row holds the same people"),
        ([ROW | {"confidence": "good"}], "'good'"),
    ],
)
def test_a_row_that_breaks_a_rule_is_told(rows, words):
    with pytest.raises(InputError, match=words):
        read_origin_groups(pd.DataFrame(rows))
