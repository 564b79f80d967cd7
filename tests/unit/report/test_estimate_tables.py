"""Tables and JSON: digits, words for what is missing, nothing lost."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gecam.report.records import rows_of, to_json
from gecam.results import published_table, row_name


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_digits_are_never_finer_than_the_estimate_carries(small_estimates):
    by = small_estimates.by("destination")
    table, exact = published_table(by), by.summary()
    for row, full in zip(table.to_dict("records"), exact.to_dict("records"), strict=True):
        value = number(row["estimate"])
        assert abs(value - full["mean"]) <= 0.05 * full["cv"] * full["mean"] + 0.5
        assert number(row["lower"]) <= full["lower"] + 1e-9
        assert full["upper"] <= number(row["upper"]) + 1e-9
        step = 10.0 ** np.floor(np.log10(full["cv"] * full["mean"]) - 1)
        assert value % step == pytest.approx(0, abs=1e-6)


def test_rows_that_were_not_estimated_say_so(small_estimates):
    table = published_table(small_estimates.by("crisis")).set_index("crisis")
    assert table.loc["region", "estimate"] == "not estimated"
    assert table.loc["region", "reason"]


def test_json_is_valid_and_complete(small_estimates):
    document = json.loads(to_json(small_estimates, ("crisis",)))
    assert document["schema"] == "gecam.estimate/6"
    assert len(document["rows"]) == 5
    row = next(r for r in document["rows"] if r["crisis"] == "region")
    assert row["mean"] is None
    assert row["flags"] == ["NOT_ADDED"]
    assert [t["total"] for t in document["totals"]] == [
        "country plans", "all country-level plans",
    ]  # fmt: skip
    assert document["provenance"]["seed"] == 7
    assert {s["id"] for s in document["sources"]} == {"stock", "population", "protected", "needs"}


def test_records_keep_full_precision(small_estimates):
    by = small_estimates.by("destination")
    assert [r["mean"] for r in rows_of(by)] == by.summary()["mean"].tolist()


def test_labels_are_names_with_their_code(small_estimates):
    assert row_name("destination", "SDN", small_estimates.about) == "Sudan (SDN)"
    assert row_name("crisis", "sdn", small_estimates.about) == "Sudan plan"
    assert row_name("group", "other", small_estimates.about) == "other"
