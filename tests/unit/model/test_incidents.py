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
        [frame(record=f"r{m}", month=pd.Timestamp(2024, m, 1), dead=1) for m in (1, 2, 3)]
        + [frame(record="none", month=pd.NaT, dead=1)]
    )
    incidents = Incidents(rows)
    assert incidents.between("2024-02", "2024-03").dead_and_missing == 2
    assert len(incidents) == 4


def test_the_table_handed_over_is_not_changed():
    given = frame(dead=3)
    Incidents(given)
    assert np.isnan(given["dead_and_missing"].iloc[0])
