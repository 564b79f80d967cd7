"""A further attribute of people, here ages in three classes, is a column with its default."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.model import Stock
from gecam.model import stock as stock_module
from gecam.model.frames import Column

AGES = {"0-14": 0.2, "15-64": 0.7, "65+": 0.1}
COLUMN = Column("text", values=frozenset({*AGES, "total"}), unset="total")


@pytest.fixture
def with_ages(monkeypatch):
    monkeypatch.setitem(stock_module.STOCK_COLUMNS, "age", COLUMN)
    monkeypatch.setattr(stock_module, "ATTRIBUTES", (*stock_module.ATTRIBUTES, "age"))


def fresh(stock: Stock, people: pd.DataFrame) -> Stock:
    return Stock(people, stock.basis, stock.source)


def by_age(people: pd.DataFrame) -> pd.DataFrame:
    parts = [people.assign(age=age, people=people["people"] * part) for age, part in AGES.items()]
    return pd.concat(parts, ignore_index=True)


def test_a_column_with_its_default_leaves_the_hash_of_older_cases(small_case, request):
    before = estimate(small_case, draws=10, seed=1)
    old = small_case.stock.people.copy()
    request.getfixturevalue("with_ages")
    case = replace(small_case, stock=fresh(small_case.stock, old))
    assert set(case.stock.people["age"]) == {"total"}
    after = estimate(case, draws=10, seed=1)
    assert after.provenance.config_sha256 == before.provenance.config_sha256
    assert (after.draws == before.draws).sum() == (before.draws == before.draws).sum()


@pytest.mark.usefixtures("with_ages")
def test_people_of_all_classes_are_the_same_people(small_case):
    people = small_case.stock.people.drop(columns="age", errors="ignore")
    plain = replace(small_case, stock=fresh(small_case.stock, people))
    divided = replace(small_case, stock=fresh(small_case.stock, by_age(people)))
    one, other = (estimate(case, draws=10, seed=1) for case in (plain, divided))
    assert one.provenance.config_sha256 != other.provenance.config_sha256
    for dimension in ("destination", "origin", "sex"):
        means = [est.by(dimension).summary()["mean"] for est in (one, other)]
        pd.testing.assert_series_equal(*means, rtol=1e-9)


@pytest.mark.usefixtures("with_ages")
def test_a_total_beside_its_classes_is_refused(small_case):
    people = small_case.stock.people.drop(columns="age", errors="ignore")
    mixed = pd.concat([by_age(people), people.assign(age="total")], ignore_index=True)
    with pytest.raises(
        InputError, match="rows of age 'total' stand beside '0-14' or '15-64' or '65\\+'"
    ):
        fresh(small_case.stock, mixed)
