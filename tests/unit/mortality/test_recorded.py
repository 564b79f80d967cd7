import math

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import totals

ROWS = [
    {"dead": 3, "missing": 7, "route": "sea", "source_quality": 4, "females": 2, "males": 1,
     "children": 1, "country": "TUN", "cause_group": "Drowning"},
    {"dead": 1, "route": "sea", "source_quality": 1},
    {"missing": 30, "route": "desert", "month": pd.NaT},
    {"dead": 40, "route": "desert", "kind": "cumulative"},
    {"route": ""},
]  # fmt: skip


def test_one_row_holds_the_whole(make_incidents):
    row = totals(make_incidents(ROWS)).iloc[0]
    assert row["incidents"] == 4
    assert row["cumulative_records"] == 1
    assert (row["dead"], row["missing"], row["at_least"]) == (44, 37, 81)
    assert row["incidents_with_missing_component"] == 4  # all but the first
    assert row["incidents_with_people_missing"] == 2
    assert (row["quality_4"], row["quality_1"], row["quality_unstated"]) == (10, 1, 70)
    assert (row["females"], row["males"], row["sex_unstated"], row["children"]) == (2, 1, 78, 1)


@pytest.mark.parametrize("by", ["route", "month", "country", ["route", "source_quality"], "kind"])
def test_parts_add_up_to_the_whole(make_incidents, by):
    incidents = make_incidents(ROWS)
    whole = totals(incidents).iloc[0]
    parts = totals(incidents, by=by)
    for name, value in whole.items():
        assert parts[name].sum() == value, name


def test_records_without_a_month_or_route_are_a_group_of_their_own(make_incidents):
    incidents = make_incidents(ROWS)
    by_month = totals(incidents, by="month")
    assert by_month["month"].isna().sum() == 1
    assert by_month.loc[by_month["month"].isna(), "at_least"].tolist() == [30]
    assert totals(incidents, by="route")["route"].tolist() == ["", "desert", "sea"]


def test_what_a_file_does_not_tell_is_empty_and_not_zero(make_incidents):
    row = totals(make_incidents([{"dead_and_missing": 3}, {"dead_and_missing": 2}])).iloc[0]
    assert row["at_least"] == 5
    for name in ("dead", "missing", "females", "children", "incidents_with_missing_component"):
        assert math.isnan(row[name]), name


def test_an_incident_without_any_count_is_an_incident_with_at_least_nobody(make_incidents):
    row = totals(make_incidents([{"route": "sea"}])).iloc[0]
    assert (row["incidents"], row["at_least"]) == (1, 0)


def test_unknown_columns_are_named():
    with pytest.raises(InputError, match=r"by must be among route, .*: got 'ship'"):
        totals(None, by="ship")
