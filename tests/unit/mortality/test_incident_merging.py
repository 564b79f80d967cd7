import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import comparability_report, main_incidents, merge, size_table, totals


def month(text):
    return pd.Timestamp(f"{text}-01")


def test_parts_of_a_split_incident_add_up_and_keep_the_first_words(make_incidents):
    incidents = make_incidents(
        [
            {"incident": "a", "record": "a/1", "kind": "split", "dead": 17, "missing": -5,
             "route": "", "source_quality": 2},
            {"incident": "a", "record": "a/2", "kind": "split", "missing": 8, "route": "Sea",
             "source_quality": 4},
            {"incident": "b", "record": "b", "dead": 1},
        ]
    )  # fmt: skip
    main = main_incidents(incidents)
    assert main.loc["a", ["dead", "missing", "dead_and_missing"]].tolist() == [17, 3, 20]
    assert main.loc["a", "route"] == "Sea"
    assert main.loc["a", "source_quality"] == 4
    assert main["dead_and_missing"].sum() == incidents.dead_and_missing


def test_what_no_part_records_stays_missing(make_incidents):
    main = main_incidents(
        make_incidents(
            [
                {"incident": "a", "record": "a/1", "dead": 1},
                {"incident": "a", "record": "a/2", "dead": 2},
            ]
        )
    )
    assert np.isnan(main.loc["a", "missing"])
    assert np.isnan(main.loc["a", "children"])


def test_an_incident_with_a_cumulative_part_is_cumulative(make_incidents):
    incidents = make_incidents(
        [
            {"incident": "a", "record": "a/1", "kind": "cumulative", "dead": 40},
            {"incident": "a", "record": "a/2", "kind": "split", "dead": 2},
            {"incident": "b", "record": "b", "dead": 1},
        ]
    )
    assert main_incidents(incidents)["kind"].to_dict() == {"a": "cumulative", "b": "incident"}
    assert size_table(incidents).to_dict("list") == {
        "dead_and_missing": [1.0, 42.0], "incidents": [1, 0], "cumulative_records": [0, 1]
    }  # fmt: skip


def test_an_id_that_was_given_to_incidents_of_two_regions_does_not_join_them(make_incidents):
    # As in the publisher's files, where 2020.MMP00507 is a death in Arizona and a wreck off Libya.
    incidents = make_incidents(
        [
            {"incident": "x", "record": "x/1", "region": "North America", "route": "border",
             "dead": 1, "month": month("2024-07")},
            {"incident": "x", "record": "x/2", "region": "Mediterranean", "route": "sea",
             "missing": 9, "month": month("2024-08")},
            {"incident": "x", "record": "x/3", "region": "Mediterranean", "route": "sea",
             "missing": 1, "month": month("2024-08")},
        ]
    )  # fmt: skip
    main = main_incidents(incidents)["dead_and_missing"]
    assert main.to_dict() == {"x (North America)": 1, "x (Mediterranean)": 10}
    by_region = totals(incidents, by="region").set_index("region")["at_least"]
    assert by_region.to_dict() == {"Mediterranean": 10, "North America": 1}
    assert incidents.between("2024-08", "2024-08").dead_and_missing == 10
    sea = comparability_report(incidents, by="region", value="Mediterranean")
    assert (sea.incidents, sea.at_least) == (1, 10)


def test_parts_on_one_route_across_a_border_are_one_incident(make_incidents):
    # As 2022.MMP0352: bodies found on both banks of the Rio Grande.
    parts = [
        {"incident": "x", "record": "x/1", "region": "North America", "route": "border", "dead": 1},
        {
            "incident": "x",
            "record": "x/2",
            "region": "Central America",
            "route": "border",
            "dead": 1,
        },
    ]
    assert main_incidents(make_incidents(parts))["dead_and_missing"].to_dict() == {"x": 2}
    unstated = [part | {"route": ""} for part in parts]
    assert len(main_incidents(make_incidents(unstated))) == 2


def test_a_newer_file_replaces_what_an_older_one_had_under_an_id_of_two_regions(make_incidents):
    wreck = {"incident": "x", "record": "x/1", "region": "Mediterranean", "route": "sea", "dead": 9}
    other = {
        "incident": "x",
        "record": "x/2",
        "region": "North America",
        "route": "border",
        "dead": 1,
    }
    renamed = other | {"incident": "y", "record": "y"}
    assert merge(make_incidents([wreck]), make_incidents([wreck, other])).dead_and_missing == 10
    assert (
        merge(make_incidents([wreck, other]), make_incidents([wreck, renamed])).dead_and_missing
        == 10
    )


def test_a_later_file_replaces_all_records_of_an_incident(make_incidents):
    older = make_incidents(
        [
            {"incident": "a", "record": "a/1", "dead": 1},
            {"incident": "a", "record": "a/2", "dead": 2},
        ]
    )
    newer = make_incidents([{"incident": "a", "record": "a", "dead": 4}])
    merged = merge(older, newer)
    assert merged.dead_and_missing == 4
    assert len(merged) == 1
    assert "REPLACED" in {note.code for note in merged.notes}


def test_an_incident_that_a_complete_newer_file_lacks_is_dropped_and_noted(make_incidents):
    rows = [{"incident": f"i{n}", "record": f"i{n}", "dead": 1} for n in range(20)]
    merged = merge(make_incidents(rows), make_incidents(rows[1:]))
    assert merged.dead_and_missing == 19
    (note,) = [note for note in merged.notes if note.code == "WITHDRAWN"]
    assert note.count == 1
    assert "1 dead and missing" in note.text
    assert "i0" in note.text


def test_months_that_the_newer_file_hardly_covers_are_kept(make_incidents):
    rows = [{"incident": f"i{n}", "record": f"i{n}", "dead": 1} for n in range(20)]
    merged = merge(make_incidents(rows), make_incidents(rows[:5]))
    assert merged.dead_and_missing == 20
    assert "WITHDRAWN" not in {note.code for note in merged.notes}


def test_merging_a_file_with_itself_changes_nothing(make_incidents):
    rows = [{"incident": f"i{n}", "record": f"i{n}", "dead": n} for n in range(1, 6)]
    one = make_incidents(rows)
    pd.testing.assert_frame_equal(merge(one, one).records, one.records)


def test_files_whose_ids_cannot_be_compared_must_not_overlap(make_incidents):
    first = make_incidents(
        [{"dead": 1, "incident": "52776", "record": "52776"}], id_scheme="web", layout="old"
    )
    second = make_incidents([{"dead": 2, "month": month("2024-01")}], layout="new")
    with pytest.raises(InputError, match=r"'old' and 'new' share 1 months, such as 2024-01"):
        merge(first, second)
    later = make_incidents([{"dead": 2, "month": month("2024-02")}], layout="new")
    assert merge(first, later).dead_and_missing == 3


def test_two_files_without_ids_can_follow_each_other(make_incidents):
    first = make_incidents([{"record": "row 2", "incident": "row 2", "dead": 1}], id_scheme="none")
    second = make_incidents(
        [{"record": "row 2", "incident": "row 2", "dead": 2, "month": month("2024-02")}],
        id_scheme="none",
    )
    assert merge(first, second).dead_and_missing == 3


def test_merge_needs_a_file():
    with pytest.raises(InputError, match="at least one file"):
        merge()


def test_sizes_can_be_kept_apart(make_incidents):
    incidents = make_incidents(
        [{"dead": 1, "route": "x"}, {"dead": 1, "route": "x"}, {"dead": 3, "route": "y"}]
    )
    table = size_table(incidents, by="route")
    assert table.to_dict("list") == {
        "route": ["x", "y"], "dead_and_missing": [1.0, 3.0], "incidents": [2, 1],
        "cumulative_records": [0, 0],
    }  # fmt: skip
