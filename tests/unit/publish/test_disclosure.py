"""What of a release may leave the house."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from gecam.database.releases.release_rows import ReleaseNote, estimate_rows
from gecam.database.releases.selection import typed
from gecam.estimation import estimate
from gecam.model import Source
from gecam.publish import Relations, Thresholds, disclose, recoverable
from gecam.publish.relations import row_relations
from gecam.results import people_text, published_columns, threshold_of


def rows_of(case) -> pd.DataFrame:
    return typed(estimate_rows(estimate(case, draws=50, seed=1), ReleaseNote("r1", "x")))


@pytest.fixture(scope="module")
def public(small_case) -> pd.DataFrame:
    return rows_of(small_case)


@pytest.fixture(scope="module")
def private(small_case) -> pd.DataFrame:
    """Rows where one footprint is not public and small: Peru's migrants in need are about 40."""
    survey = Source("survey", "an office", "not published", sha256="5" * 64, is_public=False)
    footprints = tuple(
        replace(f, people=f.people / 300, source=survey) if f.destination == "PER" else f
        for f in small_case.footprints
    )
    return rows_of(replace(small_case, footprints=footprints))


def test_public_rows_below_the_threshold_are_a_rule_of_publication(public):
    small = public.assign(mean=np.where(public["id"].eq("destination/PER"), 99.0, public["mean"]))
    found = disclose(small)
    row = found.rows.set_index("id").loc["destination/PER"]
    assert (found.below_threshold, found.suppressed, found.has_secrets) == (1, 0, False)
    assert row["status"] == "below_threshold"
    assert np.isnan([row["mean"], row["upper"], row["odds_ratio_1"], row["cv"]]).all()
    assert "anyone can compute them" in found.notes[0]
    pd.testing.assert_frame_equal(
        found.rows[~found.rows["id"].eq("destination/PER")],
        small[~small["id"].eq("destination/PER")],
    )


def test_nothing_changes_where_nothing_is_small(public):
    large = public.assign(mean=public["mean"] * 1e6)
    found = disclose(large)
    pd.testing.assert_frame_equal(found.rows, large)
    assert found.notes == ()


def test_zero_is_shown(public):
    zero = public.assign(mean=0.0)
    assert disclose(zero).below_threshold == 0


def test_a_small_figure_from_a_private_input_is_hidden_with_what_gives_it_away(private):
    by_id = private.set_index("id")
    assert 0 < by_id.loc["destination/PER", "mean"] < 100
    assert not by_id.loc["destination/PER", "is_public"]
    assert by_id.loc["destination/SDN", "is_public"]
    found = disclose(private)
    status = found.rows.set_index("id")["status"]
    for key in ("destination/PER", "cell/per/PER/other", "crisis/per", "region/Americas",
                "total/all country-level plans", "total/country plans"):  # fmt: skip
        assert status[key] == "suppressed", key
    assert status["destination/SDN"] == "estimated"  # from public inputs: anyone can compute it
    assert found.has_secrets


def test_suppressed_rows_and_their_table_tell_nothing_else(private):
    rows = disclose(private).rows
    hidden = rows[rows["status"].eq("suppressed")]
    assert hidden.select_dtypes("float64").isna().all(axis=None)
    assert set(rows["seed"]) == set(rows["config_sha256"]) == {""}
    assert "5" * 64 not in rows.to_csv()
    shown = rows[~rows["is_public"] & rows["mean"].notna()]
    for row in shown.itertuples():  # an exact number would be a fingerprint of the input
        assert f"{row.mean:.3g}" == f"{row.mean:.12g}" or row.mean == float(f"{row.mean:.3g}")
    added = ["cv", "odds_ratio_1", "upper_bound", "double_count", "median", "q05", "stock", "mcse"]
    assert shown[added].isna().all(axis=None)


def audit(rows: pd.DataFrame, shown: pd.DataFrame) -> pd.Series:
    """Width of what a reader can find about each suppressed row."""
    known = np.flatnonzero(rows["mean"].notna())
    at = {int(old): new for new, old in enumerate(known)}
    sums, at_most = row_relations(rows)
    relations = Relations(
        [(at[t], [at[i] for i in p]) for t, p in sums],
        len(known),
        [(at[t], [at[i] for i in p]) for t, p in at_most],
    )
    hidden = shown["status"].eq("suppressed").to_numpy()[known]
    lower, upper = recoverable(rows["mean"].to_numpy()[known], hidden, relations)
    return pd.Series(upper - lower, index=rows["id"].to_numpy()[known])[hidden]


def test_no_suppressed_row_is_found_more_narrowly_than_the_threshold(private):
    widths = audit(private, disclose(private).rows)
    assert len(widths) > 5
    assert widths.min() >= 100


def test_rows_that_are_all_private_are_protected_too(public):
    rows = public.assign(is_public=False, mean=public["mean"] / 800)
    found = disclose(rows)
    assert found.suppressed > 0
    assert audit(rows, found.rows).min() >= 100
    assert found.rows["mean"].notna().any()


def test_relations_are_those_that_hold(public):
    sums, at_most = row_relations(public)
    ids, mean = public["id"].tolist(), public["mean"].to_numpy()
    for total, parts in sums:
        assert mean[total] == pytest.approx(mean[parts].sum(), rel=1e-9)
    for cell, others in at_most:
        assert mean[cell] < mean[others].sum()
    names = {(ids[t], ids[p[0]].partition("/")[0]) for t, p in sums}
    for expected in (
        ("total/all country-level plans", "destination"),
        ("total/all country-level plans", "region"),
        ("total/all country-level plans", "origin"),
        ("region/Africa", "destination"),
        ("destination/KEN", "destination_group"),
        ("crisis/ken", "cell"),
        ("destination_group/SDN/other", "cell"),
        ("part/other migrants", "destination_group"),
    ):
        assert expected in names
    bounds = {(ids[t], ids[p[0]]) for t, p in at_most}
    assert ("destination_group/KEN/other", "cell/ken/KEN/other") in bounds
    assert ("cell/ken-flood/KEN/other", "destination_group/KEN/other") in bounds


def test_every_threshold_moves_what_is_shown(public):
    shown = disclose(public).rows["mean"].gt(0).sum()
    for field in fields(Thresholds):
        higher = disclose(public, replace(Thresholds(), **{field.name: 1e9}))
        assert higher.rows["mean"].gt(0).sum() < shown


@pytest.mark.parametrize(
    ("threshold", "words"), [(100.0, "<100"), (5_000.0, "<5,000"), (2_000_000.5, "<2,000,001")]
)
def test_a_hidden_row_says_the_threshold_that_hid_it(public, threshold, words):
    small = public.assign(mean=np.where(public["id"].eq("destination/PER"), 99.0, public["mean"]))
    shown = disclose(small, Thresholds(threshold)).rows
    for rows in (shown, shown[shown["mean"].isna()], shown.assign(x=1).sort_values("mean")):
        hidden = rows["status"].eq("below_threshold")
        assert hidden.any()
        assert set(people_text(rows)["people"][hidden]) == {words}
        assert set(published_columns(rows)["estimate"][hidden]) == {words}
    assert f"below {words[1:]} people" in disclose(small, Thresholds(threshold)).notes[0]


def test_a_row_above_a_low_threshold_has_its_number(public):
    small = public.assign(mean=np.where(public["id"].eq("destination/PER"), 40.0, public["mean"]))
    small.loc[small["id"].eq("destination/PER"), ["lower", "upper", "cv"]] = [30.0, 60.0, 0.01]
    for threshold, text in ((20.0, "40"), (0.0, "40"), (50.0, "<50"), (100.0, "<100")):
        rows = disclose(small, Thresholds(threshold)).rows
        here = rows["id"].eq("destination/PER")
        assert people_text(rows)["people"][here].tolist() == [text]
        assert published_columns(rows)["estimate"][here].tolist() == [text]


def test_rows_that_are_hidden_twice_say_the_higher_threshold(public):
    small = public.assign(
        mean=np.where(public["id"].eq("destination/PER"), 1_865.0, public["mean"])
    )
    twice = disclose(disclose(small, Thresholds(5_000.0)).rows).rows
    assert threshold_of(twice) == 5_000.0
    assert "<100" not in set(people_text(twice)["people"])
    assert threshold_of(disclose(disclose(small, Thresholds(20.0)).rows).rows) == 100.0
