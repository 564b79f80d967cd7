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
    assert row["incidents_with_missing_component"] == 3  # all but the first and the cumulative one
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


def test_sexes_add_up_to_the_whole_where_a_record_states_more_than_died(make_incidents):
    rows = [
        {"dead": 10, "females": 4, "males": 1, "children": 2},
        {"dead": 1, "females": 54},  # the age of the dead, as in the publisher's file of 2018
        {"dead": 3, "females": 2, "males": 2},
        {"dead": 2, "females": 1, "children": 3},
    ]
    row = totals(make_incidents(rows)).iloc[0]
    assert (row["females"], row["males"], row["sex_unstated"]) == (5, 1, 10)
    assert row["females"] + row["males"] + row["sex_unstated"] == row["at_least"] == 16
    assert row["children"] == 2
    assert row["sex_or_age_contradicts"] == 3
    alone = totals(make_incidents(rows[1:2])).iloc[0]
    assert (alone["sex_unstated"], alone["at_least"]) == (1, 1)
    assert math.isnan(alone["females"])


def test_cumulative_records_are_no_incidents_with_a_missing_component(make_incidents):
    rows = [{"dead": 1, "missing": 0}, *({"dead": 9, "kind": "cumulative"} for _ in range(3))]
    row = totals(make_incidents(rows)).iloc[0]
    assert (row["incidents"], row["incidents_with_missing_component"]) == (1, 0)


def test_unknown_columns_are_named(make_incidents):
    with pytest.raises(InputError, match=r"by must be among route, .*: got 'ship'"):
        totals(make_incidents([{}]), by="ship")
