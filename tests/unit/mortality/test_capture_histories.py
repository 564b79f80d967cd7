from itertools import permutations

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.mortality import CaptureHistories


def reports(*rows):
    return pd.DataFrame(rows, columns=["unit", "source", "copied_from"])


LIST_OF = {"agency": "press", "daily": "press", "navy": "authorities", "helpers": "helpers"}


def test_unseen_combinations_count_as_zero_and_equal_ones_add():
    table = CaptureHistories.from_table([[1, 0], [1, 0], [1, 1]], [3, 4, 1], lists=["a", "b"])
    assert table.list_totals() == {"a": 8, "b": 1}
    assert table.counts.tolist() == [1, 7, 0]
    assert table.pair("b", "a") == (1, 8, 1)


def test_a_copied_report_counts_for_its_origin_only():
    copied = CaptureHistories.from_reports(
        reports(("x", "agency", ""), ("x", "navy", "agency"), ("y", "navy", "")), list_of=LIST_OF
    )
    assert copied.pair("press", "authorities") == (1, 1, 0)
    independent = CaptureHistories.from_reports(
        reports(("x", "agency", ""), ("x", "navy", ""), ("y", "navy", "")), list_of=LIST_OF
    )
    assert independent.pair("press", "authorities") == (1, 2, 1)


def test_chains_of_copies_lead_to_an_origin_that_did_not_report_itself():
    table = CaptureHistories.from_reports(
        reports(("x", "daily", "agency"), ("x", "helpers", "daily")),
        list_of={"agency": "press", "helpers": "helpers"},
    )
    assert table.list_totals() == {"helpers": 0, "press": 1}


def test_copies_in_a_circle_are_an_error():
    with pytest.raises(InputError, match=r"copy each other in a circle: \['agency', 'daily'\]"):
        CaptureHistories.from_reports(
            reports(("x", "daily", "agency"), ("x", "agency", "daily")), list_of=LIST_OF
        )


def test_the_order_of_reports_does_not_matter():
    # The agency saw x itself, and later took over what the navy had said.
    rows = [
        ("x", "agency", ""),
        ("x", "agency", "navy"),
        ("x", "daily", "agency"),
        ("y", "navy", ""),
    ]
    for order in permutations(rows):
        table = CaptureHistories.from_reports(reports(*order), list_of=LIST_OF)
        assert table.pair("press", "authorities") == (1, 2, 1)


def test_an_own_observation_opens_a_circle_of_copies():
    rows = [("x", "daily", "agency"), ("x", "agency", "daily"), ("x", "agency", "")]
    for order in permutations(rows):
        table = CaptureHistories.from_reports(reports(*order), list_of=LIST_OF)
        assert table.list_totals() == {"authorities": 0, "helpers": 0, "press": 1}


@pytest.mark.parametrize("row", [(None, "navy", ""), ("x", "", "")])
def test_reports_without_a_unit_or_source_are_errors(row):
    with pytest.raises(InputError, match=r"name its unit and its source: row 1"):
        CaptureHistories.from_reports(reports(("x", "navy", ""), row), list_of=LIST_OF)


def test_a_source_without_a_list_is_an_error():
    with pytest.raises(InputError, match=r"'blog' .* belongs to no list"):
        CaptureHistories.from_reports(reports(("x", "blog", "")), list_of=LIST_OF)


def test_lists_that_copy_each_other_can_be_combined():
    table = CaptureHistories.from_table(
        [[1, 1, 0], [1, 0, 0], [0, 0, 1], [0, 1, 1]], [5, 3, 2, 1], lists=["a", "b", "c"]
    )
    joined = table.combine({"ab": ["a", "b"]})
    assert set(joined.lists) == {"ab", "c"}
    assert joined.observed == table.observed
    assert joined.pair("ab", "c") == (9, 3, 1)


def test_frequencies_count_units_by_how_many_lists_saw_them():
    table = CaptureHistories.from_table([[1, 1, 1], [1, 1, 0], [0, 0, 1]], [2, 3, 4])
    assert table.frequencies().tolist() == [4, 3, 2]


@pytest.mark.parametrize(
    ("histories", "counts", "message"),
    [
        ([[0, 0]], [1], "on no list"),
        ([[2, 0]], [1], "0 and 1"),
        ([[1, 0]], [1, 2], "0 and 1 per count"),
        ([[1]], [1], "2 to 12 lists"),
    ],
)
def test_impossible_tables_are_errors(histories, counts, message):
    with pytest.raises(InputError, match=message):
        CaptureHistories.from_table(histories, counts)


def test_unknown_lists_are_named():
    table = CaptureHistories.from_table([[1, 0]], [1], lists=["a", "b"])
    with pytest.raises(InputError, match=r"no list 'c'; the lists are \['a', 'b'\]"):
        table.pair("a", "c")
