"""Documents: what goes in comes out."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from datetime import date

import numpy as np
import pandas as pd
import pytest

from gecam.database.storage.canonical import canonical_row, parsed_json, rows_hash
from gecam.database.storage.codec import decode, encode
from gecam.errors import DatabaseError
from gecam.model import Assumptions, OddsRatioPrior, Relation, Source


def through(value):
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -7, 2**70, "", "ü", 0.1, 5e-324, 1e308, math.inf, -math.inf, (), (1, (2, "x")),
        {"a": 1}, {("SDN", "other"): (1.5, 2)}, {}, date(2022, 7, 1),
        Source("s", "p", "t", released_on=date(2021, 1, 2), is_public=False),
        (Relation("overlaps", "ken", is_certain=False),),
    ],
)  # fmt: skip
def test_a_value_comes_back_equal_and_of_its_type(value):
    again = through(value)
    assert again == value
    assert type(again) is type(value)


def test_not_a_number_stays_so():
    assert math.isnan(through(math.nan))
    np.testing.assert_array_equal(through(np.array([1.0, np.nan, -np.inf])), [1.0, np.nan, -np.inf])


def test_a_table_keeps_types_and_missing_cells():
    frame = pd.DataFrame({
        "text": pd.Series(["a", "", "a"], dtype=object),
        "number": [0.1, np.nan, 3.0],
        "flag": [True, False, True],
        "date": pd.to_datetime(pd.Series(["2020-07-01", None, "1999-12-31"])).astype("datetime64[s]"),
    })  # fmt: skip
    again = through(frame)
    assert list(again.columns) == list(frame.columns)
    assert again["text"].tolist() == ["a", "", "a"]
    np.testing.assert_array_equal(again["number"], frame["number"])
    assert again["flag"].dtype == bool
    assert again["date"].dt.date.tolist()[::2] == [date(2020, 7, 1), date(1999, 12, 31)]
    assert again["date"].isna().tolist() == [False, True, False]
    empty = through(frame.iloc[:0])
    assert list(empty.columns) == list(frame.columns)
    assert len(empty) == 0


def test_a_field_that_came_later_takes_its_default():
    document = encode(Source("s", "p", "t"))
    del document["is_public"]
    assert decode(document) == Source("s", "p", "t")


def test_assumptions_stored_before_a_field_existed_keep_the_meaning_they_had():
    stored = encode(Assumptions())
    meaning = {
        "odds_ratio_acts_on": "crisis",
        "chapter_in_need": "count",
        "stock_after_onset": "held",
        "border_changes": "by_country",
        "change_correlation": 0.0,
        "local_place": None,
        "relative_presence": {"settled": 1.0, "border_change": 1.0, "other": 1.0},
        "refugee_odds_ratio": {
            "need": OddsRatioPrior(median=2.0, lower=0.8, upper=5.0),
            "exposed": OddsRatioPrior(median=1.65, lower=0.5, upper=5.4),
        },
        "planned_factor": (1.03, 0.14),
        "planned_earlier_weight": 0.4,
    }
    unset = {f.name: f.metadata["unset"] for f in fields(Assumptions) if "unset" in f.metadata}
    assert unset == meaning  # written out: the default of today may move, this may not
    read = decode({k: v for k, v in stored.items() if k not in meaning})
    assert {name: getattr(read, name) for name in meaning} == meaning


def test_a_field_or_type_of_a_later_version_is_an_error():
    document = encode(Source("s", "p", "t"))
    with pytest.raises(DatabaseError, match="Source has colour, which this version"):
        decode(document | {"colour": "red"})
    with pytest.raises(DatabaseError, match="'Nonsense' is not known"):
        decode({"is": "Nonsense"})


def test_what_cannot_be_stored_is_an_error():
    with pytest.raises(DatabaseError, match="a set cannot be stored"):
        encode({"x": {1, 2}})


def test_rows_that_look_alike_hash_apart():
    rows = [
        ["1"],
        [1],
        [1.0],
        [None],
        ["n"],
        ["0x1.0000000000000p+0"],
        ["", ""],
        [","],
        ["1", None],
    ]
    assert len({canonical_row(row) for row in rows}) == len(rows)
    assert canonical_row([0.0]) == canonical_row([-0.0])  # SQLite stores no sign of zero
    tables = [
        {"a": [["x"], ["y"]], "b": []}, {"a": [["x"]], "b": [["y"]]}, {"a": [["y"], ["x"]], "b": []},
        {"a": [["x", "y"]], "b": []}, {"b": [], "a": [["x"], ["y"]]}, {"a": [["x"], ["y"]]},
    ]  # fmt: skip
    assert len({rows_hash(t) for t in tables}) == len(tables)


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000, b"{", b"\xff", ""])
def test_text_that_is_no_json_of_ours_is_an_error_of_the_database(text):
    with pytest.raises(DatabaseError, match="no JSON of ours"):
        parsed_json(text)


def test_a_composition_of_an_earlier_version_has_its_share_of_women_as_classes_of_sex():
    numbers = {name: {"is": "numbers", "values": values} for name, values in {
        "share": [0.5, 0.5], "log_sd": [0.4, 0.4], "female": [0.3, {"is": "float", "value": "nan"}],
    }.items()}  # fmt: skip
    stored = {"is": "Composition", "origin": ["ERI", "SSD"], **numbers, "sex_logit_sd": 0.28}
    composition = decode(stored)
    sex = composition.attributes["sex"]
    np.testing.assert_array_equal(sex.share["female"], [0.3, np.nan])
    assert sex.means(0) == [("female", 0.3), ("male", 0.7)]
    assert sex.means(1) == [("total", 1.0)]
    again = decode(encode(composition)).attributes["sex"]
    np.testing.assert_array_equal(again.share["male"], sex.share["male"])
    assert again.logit_sd == 0.28


def test_a_step_of_an_earlier_version_has_its_name_of_now():
    step = {"is": "Step", "name": "dating", "value": 5.0, "text": "as in 2020", "sources": []}
    assert (decode(step).name, str(decode(step).message)) == ("projection", "as in 2020")
