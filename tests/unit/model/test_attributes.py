"""A further attribute of people, here schooling in three classes, is a column with its default.

What it takes is its classes and its column (`model/stock.py`), its noise (`model/assumptions.py`), and
its name (`results/columns.py`) and words
(`results/shown/class_words.py`): rows, draws and intervals by it follow, and the column of own tables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.io import template
from gecam.model import ATTRIBUTES, Assumptions, Stock
from gecam.model import stock as stock_module
from gecam.model.frames import Column
from gecam.results import CLASS_WORDS, Dimension

CLASSES = {"none": 0.2, "primary": 0.7, "secondary": 0.1}
COLUMN = Column("text", values=frozenset({*CLASSES, "total"}), unset="total")


@pytest.fixture
def with_schooling(monkeypatch):
    monkeypatch.setitem(stock_module.STOCK_COLUMNS, "schooling", COLUMN)
    monkeypatch.setitem(stock_module.ATTRIBUTES, "schooling", tuple(CLASSES))
    monkeypatch.setattr(Assumptions, "schooling_log_sd", 0.3, raising=False)


def fresh(stock: Stock, people: pd.DataFrame) -> Stock:
    return Stock(people, stock.basis, stock.source)


def by_class(people: pd.DataFrame) -> pd.DataFrame:
    parts = [
        people.assign(schooling=name, people=people["people"] * part)
        for name, part in CLASSES.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_column_with_its_default_leaves_the_hash_of_older_cases(small_case, request):
    before = estimate(small_case, draws=10, seed=1)
    old = small_case.stock.people.copy()
    request.getfixturevalue("with_schooling")
    case = replace(small_case, stock=fresh(small_case.stock, old))
    assert set(case.stock.people["schooling"]) == {"total"}
    after = estimate(case, draws=10, seed=1)
    assert after.provenance.config_sha256 == before.provenance.config_sha256
    assert (after.draws == before.draws).sum() == (before.draws == before.draws).sum()


@pytest.mark.usefixtures("with_schooling")
def test_people_of_all_classes_are_the_same_people(small_case):
    people = small_case.stock.people.drop(columns="schooling", errors="ignore")
    plain = replace(small_case, stock=fresh(small_case.stock, people))
    divided = replace(small_case, stock=fresh(small_case.stock, by_class(people)))
    one, other = (estimate(case, draws=10, seed=1) for case in (plain, divided))
    assert one.provenance.config_sha256 != other.provenance.config_sha256
    for dimension in ("destination", "origin", "sex"):
        means = [est.by(dimension).summary()["mean"] for est in (one, other)]
        pd.testing.assert_series_equal(*means, rtol=1e-9)


@pytest.mark.usefixtures("with_schooling")
def test_a_total_beside_its_classes_is_refused(small_case):
    people = small_case.stock.people.drop(columns="schooling", errors="ignore")
    mixed = pd.concat([by_class(people), people.assign(schooling="total")], ignore_index=True)
    with pytest.raises(
        InputError,
        match="rows of schooling 'total' stand beside 'none' or 'primary' or 'secondary'",
    ):
        fresh(small_case.stock, mixed)


@pytest.mark.usefixtures("with_schooling")
def test_rows_by_class_follow_from_the_column_and_their_sums_are_the_people_in_every_draw(
    small_case,
):
    people = small_case.stock.people.drop(columns="schooling", errors="ignore")
    case = replace(small_case, stock=fresh(small_case.stock, by_class(people)))
    est = estimate(case, draws=400, seed=1)
    whole = est.by("destination", "sex").draws.sum(axis=0)
    for dimensions in (
        ("schooling",),
        ("sex", "schooling"),
        ("origin", "schooling"),
        ("destination", "origin", "sex", "schooling"),
    ):
        drawn = est._origins.by(dimensions, "corridor", 1e9, None)
        np.testing.assert_allclose(drawn.draws.sum(axis=0), whole, rtol=1e-12)
        shown = est._origins.by(dimensions, "interval", 1e9, None)
        assert drawn.labels.equals(shown.labels)
        one, other = drawn.summary(), shown.summary()
        np.testing.assert_allclose(other["mean"], one["mean"], rtol=0.2)
        np.testing.assert_allclose(other["upper"], one["upper"], rtol=0.25)
    by_classes = (
        est._origins.by(("schooling",), "corridor", 1e9, None)
        .summary()
        .set_index("schooling")["mean"]
    )
    parts = by_classes[list(CLASSES)] / by_classes[list(CLASSES)].sum()
    np.testing.assert_allclose(parts, [*CLASSES.values()], atol=0.01)


def test_every_attribute_has_a_dimension_words_and_a_noise():
    for attribute, classes in ATTRIBUTES.items():
        assert attribute in get_args(Dimension)
        assert set(CLASS_WORDS[attribute]) == {*classes, "total"}
        assert getattr(Assumptions(), f"{attribute}_log_sd") >= 0
        assert attribute in template("stock").table.columns
