import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.model.incidents import INCIDENT_COLUMNS, Incidents


def frame(**columns):
    base = {
        name: np.nan if column.kind in {"count", "number"} else ""
        for name, column in INCIDENT_COLUMNS.items()
    }
    base |= {
        "incident": "a", "record": "a", "kind": "incident", "year": 2024, "date": pd.NaT,
        "month": pd.Timestamp("2024-03-01"), "is_presumed_origin": False,
    }  # fmt: skip
    return pd.DataFrame([base | columns])


def test_an_empty_total_is_added_up_from_what_is_recorded():
    assert Incidents(frame(dead=3, missing=7)).dead_and_missing == 10
    assert Incidents(frame(dead=3)).dead_and_missing == 3
    assert np.isnan(Incidents(frame()).records["dead_and_missing"].iloc[0])


def test_a_total_alone_is_kept_without_inventing_its_parts():
    records = Incidents(frame(dead_and_missing=5)).records
    assert records["dead_and_missing"].iloc[0] == 5
    assert records[["dead", "missing"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"dead": 3, "missing": 7, "dead_and_missing": 11}, "do not add up to the total: 11"),
        ({"dead": -1}, "negative"),
        ({"month": pd.Timestamp("2024-03-05")}, "not the first day of a month"),
        ({"country": "Libya"}, "not an ISO3 code"),
        ({"kind": "wreck"}, "unknown word 'wreck'"),
        ({"year": np.nan}, "the cell is empty"),
    ],
)
def test_impossible_records_are_errors(columns, message):
    with pytest.raises(InputError, match=message):
        Incidents(frame(**columns))


def test_records_must_not_repeat():
    with pytest.raises(InputError, match="occurs more than once"):
        Incidents(pd.concat([frame(dead=1), frame(dead=1)]))


def test_between_holds_both_months_and_leaves_out_records_without_one():
    rows = pd.concat(
        [
            frame(incident=f"i{m}", record=f"r{m}", month=pd.Timestamp(2024, m, 1), dead=1)
            for m in (1, 2, 3)
        ]
        + [frame(incident="none", record="none", month=pd.NaT, dead=7)]
    )
    incidents = Incidents(rows)
    cut = incidents.between("2024-02", "2024-03")
    assert cut.dead_and_missing == 2
    (note,) = cut.notes
    assert (note.code, note.count) == ("WITHOUT_MONTH", 1)
    assert "2024-02 to 2024-03; they have 7 dead and missing" in note.text
    assert len(incidents) == 4


def test_between_holds_an_incident_whose_year_lies_in_the_span():
    incidents = Incidents(frame(month=pd.NaT, dead=7))  # of 2024
    assert incidents.between("2024-01", "2024-12").dead_and_missing == 7
    assert incidents.between("2023-06", "2025-06").notes == ()
    assert incidents.between("2022-01", "2023-12").notes == ()  # another year: nothing is unclear


def test_between_takes_whole_incidents_by_their_first_month():
    parts = pd.concat(
        [
            frame(record="a/1", dead=51),
            frame(record="a/2", month=pd.Timestamp("2024-04-01"), dead=9, missing=-9),
            frame(record="a/3", month=pd.NaT, dead=1),
        ]
    )
    incidents = Incidents(parts)
    assert incidents.between("2024-03", "2024-03").dead_and_missing == 52
    assert len(incidents.between("2024-04", "2024-12")) == 0


@pytest.mark.parametrize("bad", ["2024", 2024, "2024-13", "March 2024", "03/2024", None])
def test_months_are_parsed_strictly(bad):
    with pytest.raises(InputError, match=r"last must be a month such as '2024-12': got"):
        Incidents(frame(dead=1)).between("2024-01", bad)


def test_a_span_that_ends_before_it_begins_is_an_error():
    with pytest.raises(
        InputError, match="first must not be later than last: got 2024-05 and 2024-01"
    ):
        Incidents(frame(dead=1)).between("2024-05", "2024-01")


def test_the_table_handed_over_is_not_changed():
    given = frame(dead=3)
    Incidents(given)
    assert np.isnan(given["dead_and_missing"].iloc[0])
