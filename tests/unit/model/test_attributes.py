"""A further attribute of people, here schooling in three classes, is a row of one table.

What it takes is its row (`model/stock.py`), the field of its error (`model/assumptions.py`), and its
name and words (`results/columns.py`): all else follows, from own tables to files, database and report.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
import pytest

from gecam.database import Database
from gecam.errors import InputError
from gecam.estimation import estimate
from gecam.io import read_stock, template
from gecam.io.own import templates
from gecam.io.own.templates import OwnColumn
from gecam.model import ATTRIBUTES, DEFAULTS, Assumptions, Attribute, Stock
from gecam.model import stock as stock_module
from gecam.report import parts_table
from gecam.results import CLASS_WORDS, Dimension
from gecam.results.shown import selecting

CLASSES = {"none": 0.2, "primary": 0.7, "not known": 0.1}
SCHOOLING = Attribute(tuple(CLASSES), 0.3, "error of the classes of schooling", "judged", "a test")
WORDS = {"none": "not at school", "primary": "of primary school", "not known": "of unknown schooling",
         "total": "schooling not published"}  # fmt: skip


@pytest.fixture
def with_schooling(monkeypatch):
    monkeypatch.setitem(ATTRIBUTES, "schooling", SCHOOLING)
    monkeypatch.setattr(Assumptions, "schooling_log_sd", SCHOOLING.log_sd, raising=False)
    monkeypatch.setattr(selecting, "Dimension", Literal[*get_args(Dimension), "schooling"])
    monkeypatch.setitem(CLASS_WORDS, "schooling", WORDS)
    # What follows from the row when the modules are imported.
    monkeypatch.setitem(stock_module.STOCK_COLUMNS, "schooling", SCHOOLING.column)
    monkeypatch.setitem(
        templates.COLUMNS["stock"], "schooling",
        OwnColumn("word", "", "total", "total", (*CLASSES, "total")),
    )  # fmt: skip


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
    assert after.attributes == ("sex",)
    assert parts_table(after) == parts_table(before)
    with pytest.raises(
        InputError, match="no shares by schooling: the stock of this answer has sex"
    ):
        after.by("schooling")


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
        match="rows of schooling 'total' stand beside 'none' or 'primary' or 'not known'",
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


@pytest.mark.usefixtures("with_schooling")
def test_a_class_goes_from_a_table_of_the_user_to_files_the_report_and_the_database(
    small_case, tmp_path
):
    people = by_class(small_case.stock.people.drop(columns="schooling", errors="ignore"))
    own = tmp_path / "own.csv"
    people.assign(people=people["people"].round(), basis="birth").to_csv(own, index=False)
    est = estimate(replace(small_case, stock=read_stock(own)), draws=20, seed=1)
    assert est.attributes == ("sex", "schooling")
    rows = est.by("destination", "schooling")
    rows.to_csv(tmp_path / "rows.csv")
    written = pd.read_csv(tmp_path / "rows.csv", keep_default_na=False)
    assert written["schooling"].tolist() == rows.labels["schooling"].tolist()
    assert "not known" in str(rows)
    sums = rows.to_frame().groupby("destination")["mean"].sum()
    whole = est.by("destination").to_frame().set_index("destination")["mean"]
    np.testing.assert_allclose(sums, whole[sums.index], rtol=1e-9)
    assert {WORDS[name] for name in CLASSES} <= {who for _, who, *_ in parts_table(est).rows}
    database = Database(tmp_path / "db")
    database.release(est, name="first", reason="A test.")
    stored = database["first"].load().by("destination", "schooling")
    np.testing.assert_array_equal(stored.draws, rows.draws)


def test_every_attribute_has_a_dimension_words_and_a_noise():
    for name, attribute in ATTRIBUTES.items():
        assert name in get_args(Dimension)
        assert set(CLASS_WORDS[name]) == {*attribute.classes, "total"}
        assert getattr(Assumptions(), f"{name}_log_sd") == attribute.log_sd
        assert f"{name}_log_sd" in [default.name for default in DEFAULTS]
        assert name in template("stock").table.columns
