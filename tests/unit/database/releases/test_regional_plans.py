"""Releases with people of regional plans: three totals and a row for each cell, stored and replayed."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import gecam as gc
from gecam.database import Database, published, published_answer
from gecam.errors import DatabaseError, InputError
from gecam.publish import Thresholds, sdmx_rows
from gecam.publish.relations import row_relations

COUNTRIES = ["COL", "LBN", "SDN"]
TOTALS = [
    "total/countries in crisis, complete", "total/all country-level plans", "total/country plans",
    "total/countries in crisis and hosts of regional plans",
]  # fmt: skip


def answer_of(seed=1, plans=None, case=None):
    case = gc.load_edition("2022").restrict(COUNTRIES) if case is None else case
    est = gc.estimate(case, draws=40, seed=seed)
    return gc.complete_estimates(est, gc.load_regional_plans("2022") if plans is None else plans)


@pytest.fixture(scope="module")
def complete():
    return answer_of()


@pytest.fixture(scope="module")
def made(complete, tmp_path_factory):
    """A folder with a database of one release; copied, never changed."""
    folder = tmp_path_factory.mktemp("made")
    Database(folder / "estimates.gecam").release(complete, name="r1", reason="first")
    return folder


@pytest.fixture
def db(made, tmp_path):
    return Database(shutil.copytree(made, tmp_path, dirs_exist_ok=True) / "estimates.gecam")


def test_rows_hold_the_three_totals_the_complete_one_first_and_each_cell(db, complete):
    totals = db.estimates("r1", breakdown="total")
    assert totals["id"].tolist() == TOTALS
    means = totals.set_index("id")["mean"]
    assert means.tolist() == complete.headline().draws.mean(axis=1).tolist()
    in_crisis, hosts = (
        db.estimates("r1", breakdown=name) for name in ("regional_in_crisis", "regional_hosts")
    )
    assert in_crisis["mean"].sum() == pytest.approx(means[TOTALS[0]] - means[TOTALS[1]])
    assert hosts["mean"].sum() == pytest.approx(means[TOTALS[3]] - means[TOTALS[0]])
    assert len(in_crisis) + len(hosts) == len(complete.cells)
    lebanon = in_crisis.set_index(["iso3", "origin"]).loc[("LBN", "SYR")]
    assert (lebanon["stock"], lebanon["odds_ratio_1"]) == (1_500_000, 1_500_000)
    assert lebanon["crisis_name"] == "Syria (3RP)"
    sudan = in_crisis.set_index(["iso3", "origin"]).loc[("SDN", "SSD")]
    assert (sudan["status"], np.isnan(sudan["mean"])) == ("in_country_plan", True)


def test_what_a_plan_publishes_and_no_country_has_stands_beside(db, complete):
    """3RP 2022: 7.1 million refugees, asylum-seekers and stateless people (Regional Needs Overview)."""
    rows = db.estimates("r1", breakdown="regional_plan").set_index("crisis")
    syria = rows.loc["2022-SYR-3RP"]
    assert (syria["status"], syria["published"]) == ("published", 7_100_000)
    by_country = sum(
        c.people for c in complete.cells if c.crisis == "2022-SYR-3RP" and c.people == c.people
    )
    assert f"{7_100_000 - by_country:,.0f} not by country" in syria["reason"]
    assert rows["mean"].isna().all()
    assert rows.loc["2022-SSD-RRP", "status"] == "not_estimated"
    assert "not published apart" in rows.loc["2022-SSD-RRP", "reason"]


def test_rows_that_rest_on_regional_plans_name_their_sources_and_hash(db, complete):
    rows = pd.concat([db.estimates("r1", breakdown=n) for n in ("total", "regional_in_crisis")])
    rows = rows.set_index("id")
    plans = complete.estimates.provenance.config_sha256
    assert rows.loc[TOTALS[1], "config_sha256"] == plans
    assert "regional-register@" not in rows.loc[TOTALS[1], "inputs"]
    for key in (TOTALS[0], TOTALS[3], *rows.index[4:]):
        assert rows.loc[key, "config_sha256"] == complete.config_sha256 != plans
        assert "regional-register@" in rows.loc[key, "inputs"]
    assert {"regional-register", "regional-chapters"} <= set(db["r1"].sources()["id"])


def test_what_is_read_is_what_was_released(db, complete):
    read = db["r1"].complete()
    assert db["r1"].has_regional_plans
    pd.testing.assert_frame_equal(read.table(), complete.table(), check_dtype=False)
    assert np.array_equal(read.draws, complete.draws, equal_nan=True)
    pd.testing.assert_frame_equal(
        read.totals().summary(), complete.totals().summary(), check_dtype=False
    )
    pd.testing.assert_frame_equal(read.plans, complete.plans, check_dtype=False)
    assert read.regional.year == 2022
    again = gc.complete_estimates(read.estimates, read.regional)
    assert again.config_sha256 == read.config_sha256
    assert np.array_equal(again.draws, read.draws, equal_nan=True)


def test_a_release_is_made_again_to_the_bit_and_verified(db, tmp_path):
    assert db.replay("r1").verdict == "identical"
    assert db.verify().objects >= 10
    db.pack(tmp_path / "e.gecam-pack")
    other = Database.unpack(tmp_path / "e.gecam-pack", tmp_path / "other.gecam")
    assert other.replay("r1").verdict == "identical"


def test_damage_to_the_regional_draws_is_noticed(db):
    sha256 = db["r1"]._frame("objects").set_index("role").loc["regional_draws", "sha256"]
    db._store.path(sha256).unlink()
    with pytest.raises(DatabaseError):
        db.verify()


def test_exports_have_the_totals_and_the_cells(db, tmp_path):
    db.export("r1", tmp_path / "out")
    rows = pd.read_csv(tmp_path / "out" / "estimates.csv")
    assert rows.loc[rows["breakdown"].eq("total"), "id"].tolist() == TOTALS
    assert {"regional_in_crisis", "regional_hosts"} <= set(rows["breakdown"])
    sdmx = db.export("r1", tmp_path / "sdmx", format="sdmx")
    assert "estimates.sdmx.csv" in sdmx.files


def test_every_observation_of_an_export_in_sdmx_has_a_key_of_its_own():
    """Lebanon's chapter of 2024 names two groups of Palestinians."""
    est = gc.estimate(gc.load_edition("2024").restrict(["SDN"]), draws=10, seed=1)
    complete = gc.complete_estimates(est, gc.load_regional_plans("2024"))
    rows = sdmx_rows(published_answer(complete).rows)
    key = ["REF_AREA", "BREAKDOWN", "CRISIS", "GROUP", "ORIGIN", "PART", "TIME_PERIOD"]
    assert not rows[key].duplicated().any()
    palestinians = rows[rows["REF_AREA"].eq("LBN") & rows["ORIGIN"].eq("PSE")]
    assert palestinians["PART"].tolist() == [
        "Palestine refugees in Lebanon", "Palestinian refugees from Syria",
    ]  # fmt: skip


def test_an_answer_without_regional_plans_is_released_as_before(complete, tmp_path):
    db = Database(tmp_path / "plain.gecam")
    db.release(complete.estimates, name="r1", reason="first")
    assert db.estimates("r1", breakdown="total")["id"].tolist() == [TOTALS[2], TOTALS[1]]
    assert not db["r1"].has_regional_plans
    with pytest.raises(InputError, match="holds no people of regional plans"):
        db["r1"].complete()
    with pytest.raises(InputError, match="does not hold the regional plans"):
        db.release(replace(complete, regional=None), name="r2", reason="second")


def test_a_change_of_a_complete_total_is_divided_among_its_causes(db):
    """A plan that is dropped is a change of needs; another seed is one of the seed; together all."""
    plans = gc.load_regional_plans("2022")
    fewer = replace(plans, chapters=plans.chapters[plans.chapters["host"].ne("LBN")])
    db.release(answer_of(seed=2, plans=fewer), name="r2", reason="second", supersedes="r1")
    parts = db.diff("r1", "r2").causes.parts.loc[TOTALS[0]]
    means = [db.estimates(name, breakdown="total").set_index("id")["mean"] for name in ("r1", "r2")]
    change = means[1][TOTALS[0]] - means[0][TOTALS[0]]
    assert parts[["data", "method", "seed", "code"]].sum() == pytest.approx(change)
    assert parts["data: needs"] == pytest.approx(parts["data"])
    # Syrians by the register (0.96 of 840,929, UNHCR) in place of 1.5 million, and no Palestinians
    assert parts["data"] == pytest.approx(0.96 * 840_929 - 1_500_000 - 207_000, rel=0.2)
    assert (parts["method"], parts["code"]) == (0, 0)


def test_a_hidden_total_of_country_plans_is_not_found_from_the_complete_one(complete):
    """The cells are public: who has the complete total has that of the plans."""
    rows = published_answer(complete).rows
    secret = rows.assign(is_public=~rows["breakdown"].isin(["destination_group", "total"]))
    sums, _ = row_relations(secret.reset_index(drop=True))
    ids = secret["id"].tolist()
    named = {ids[whole]: [ids[i] for i in parts] for whole, parts in sums}
    whole = next(parts for key, parts in named.items() if key == TOTALS[0])
    assert whole[0] == TOTALS[1]
    assert all(key.startswith("regional_in_crisis/") for key in whole[1:])


def test_published_rows_of_a_release_are_those_of_the_answer(db, complete):
    of_release = published(db["r1"], thresholds=Thresholds(0))
    of_answer = published_answer(complete, thresholds=Thresholds(0))
    assert of_release.rows["id"].tolist() == of_answer.rows["id"].tolist()
    assert of_release.rows["mean"].equals(of_answer.rows["mean"])
    assert of_release.specification["regional_plans"] == "2022"


def test_another_count_of_people_present_is_stored_replayed_and_a_change_of_needs(db, complete):
    """R4V counts 1,840,000 Venezuelans in Colombia, UNHCR 1,872,472; 0.70 of them are in need."""
    plans = gc.load_regional_plans("2022")
    other = gc.complete_estimates(complete.estimates, plans, present="second reading")
    db.release(other, name="r2", reason="second", supersedes="r1")
    db.release(other, name="r3", reason="without draws", draws=False)
    for name in ("r2", "r3"):
        assert db[name].present() == db[name].complete().present == "second reading"
        assert db.replay(name).verdict == "identical"
    parts = db.diff("r1", "r2").causes.parts.loc[TOTALS[0]]
    assert parts["data: needs"] == pytest.approx(0.70 * (1_840_000 - 1_872_472), rel=0.1)
    assert parts[["method", "seed", "code"]].tolist() == [0, 0, 0]


def test_rates_of_regional_plans_are_stored_with_them(db, complete):
    read = gc.regional_rates(db["r1"].complete())
    pd.testing.assert_frame_equal(read, gc.regional_rates(complete), check_exact=True)
    assert {"COL", "LBN"} <= set(read["destination"])


def test_severe_need_is_a_release_of_its_own_measure(db, complete, tmp_path):
    """Equal as it is read, in rows and export; without inputs, and apart from people in need."""
    phased = gc.by_severity(complete.estimates, gc.load_severity("2022"), complete=complete)
    severe = db.release(phased.complete, name="s1", reason="severe")
    assert (severe.measure, severe.is_replayable) == ("severe", False)
    read = severe.complete()
    np.testing.assert_array_equal(read.draws, phased.complete.draws)
    np.testing.assert_array_equal(read.estimates.draws, phased.severe.draws)
    pd.testing.assert_frame_equal(read.headline().summary(), phased.complete.headline().summary())
    rows = db.estimates("s1")
    assert set(rows["measure"]) == {"severe"}
    assert {x.publisher for x in phased.severe.sources} <= set(severe.sources()["publisher"])
    db.export("s1", tmp_path / "export")
    exported = pd.read_csv(tmp_path / "export" / "estimates.csv").set_index("id")["mean"]
    shown = exported.dropna().index
    np.testing.assert_allclose(exported[shown], rows.set_index("id")["mean"][shown])
    assert {"total/countries in crisis, complete", "destination/SDN"} <= set(shown)
    with pytest.raises(InputError, match="counts in_need, and the estimates are severe"):
        db.release(phased.severe, name="s2", reason="x", case=complete.estimates.case)
    with pytest.raises(InputError, match="of the measure in_need, and this one of severe"):
        db.release(phased.severe, name="s2", reason="x", supersedes="r1")
    with pytest.raises(InputError, match="'r1' is of the measure in_need and 's1' of severe"):
        db.diff("r1", "s1")
    with pytest.raises(InputError, match="holds no inputs"):
        db.replay("s1")
