"""Releases: what is written is what is read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gecam.database import Database
from gecam.database.releases import writing
from gecam.database.storage import archive, schema, witness
from gecam.database.storage.codec import encode
from gecam.errors import DatabaseError, GecamWarning, InputError
from gecam.estimation import canonical, estimate, rates
from gecam.model import Assumptions


def sql(db: Database, statement: str, *values: object) -> list[tuple]:
    """Run a statement on the file itself, past the library."""
    with closing(sqlite3.connect(db.path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


def test_a_release_holds_what_the_answer_says(db, answer):
    rows = db.estimates("r1", breakdown="destination")
    summary = answer.by("destination").summary()
    assert rows["iso3"].tolist() == summary["destination"].tolist()
    for column in ("mean", "lower", "upper", "median", "cv", "mcse", "odds_ratio_1", "upper_bound"):
        np.testing.assert_array_equal(rows[column], summary[column])
    draws = answer.by("destination").draws
    # two ways of interpolating between two draws: the last bit may differ
    np.testing.assert_allclose(rows["q10"], np.quantile(draws, 0.10, axis=1), rtol=1e-14)
    assert rows["m49"].tolist() == ["404", "604", "729"]
    assert rows["flags"].tolist() == summary["flags"].tolist()


def test_every_breakdown_is_there_and_ids_are_unique(db, answer):
    rows = db.estimates("r1")
    assert rows["id"].is_unique
    counts = rows["breakdown"].value_counts()
    assert counts["cell"] == len(answer.cells)
    assert counts["total"] == 2
    assert counts["crisis"] == len(answer.by("crisis"))
    cell = rows.set_index("id").loc["cell/ken-flood/KEN/other"]
    assert (cell["crisis_name"], cell["as_of"], cell["grade"]) == ("Kenya flood", "2022-07-01", "E")
    assert cell["stock"] == answer.cell("ken-flood/KEN/other").stock


def test_a_row_names_its_inputs_and_what_it_was_made_with(db, answer):
    row = db.estimates("r1", breakdown="cell").iloc[0]
    assert set(row["inputs"].split()) <= {s.id for s in answer.sources}
    assert (row["seed"], row["draws"], row["scope"]) == ("1", 50, "all")
    assert "gecam=" in row["versions"]
    assert row["config_sha256"] == answer.provenance.config_sha256
    assert row["revision_reason"] == "first"


def test_the_answer_comes_back_equal(db, answer):
    loaded = db["r1"].load()
    np.testing.assert_array_equal(loaded.draws, answer.draws)
    assert canonical(loaded.cells) == canonical(answer.cells)
    assert canonical(loaded.plans) == canonical(answer.plans)
    assert loaded.provenance == answer.provenance
    assert loaded.assumptions == answer.assumptions
    for dimensions in (("destination",), ("origin", "sex"), ("crisis",)):
        pd.testing.assert_frame_equal(
            loaded.by(*dimensions).summary(), answer.by(*dimensions).summary()
        )
    pd.testing.assert_frame_equal(loaded.total().summary(), answer.total().summary())


def test_the_inputs_come_back_equal(db, small_case, answer):
    again = estimate(db["r1"].case(), draws=50, seed=1)
    assert again.provenance == answer.provenance  # its hash is over every input
    np.testing.assert_array_equal(again.draws, answer.draws)
    assert db["r1"].inputs()["part"].tolist() == [
        "stock", "population", "protected", "assumptions", "needs",
    ]  # fmt: skip


def test_draws_are_labelled_by_what_was_asked(db, answer):
    draws = db.draws("r1", "destination")
    np.testing.assert_array_equal(draws, answer.by("destination").draws)
    assert draws["destination"].values.tolist() == ["KEN", "PER", "SDN"]
    assert db.draws("r1").sizes["row"] == len(answer.by("crisis", "destination", "group"))


def test_a_release_without_its_case_cannot_be_replayed(db, answer):
    release = db.release(replace(answer, case=None), name="r2", reason="no inputs")
    assert not release.is_replayable
    assert release.load().case is None
    with pytest.raises(InputError, match="holds no inputs"):
        db.replay("r2")
    assert db.diff("r1", "r2").why_no_causes == "release 'r2' holds no inputs"


def test_the_inputs_can_be_given_where_the_estimates_hold_none(db, answer, small_case):
    bare = replace(answer, case=None)
    assert db.release(bare, name="r2", reason="x", case=small_case).is_replayable
    assert db.replay("r2").verdict == "identical"
    assert canonical(db["r2"].load().case) == canonical(small_case)


def test_another_case_is_refused(db, answer, small_case):
    other = replace(small_case, assumptions=replace(Assumptions(), pin_correlation=0.5))
    with pytest.raises(InputError, match="not the one that these estimates were made from"):
        db.release(answer, name="r2", reason="x", case=other)
    assert len(db) == 1


@pytest.mark.parametrize("name", ["", "a b", "../x", "é", "-x", "a" * 81, "=1+1", "a\n"])
def test_a_name_that_cannot_stand_in_a_command_is_refused(db, answer, name):
    with pytest.raises(InputError, match="the name of a release must be"):
        db.release(answer, name=name, reason="x")


def test_a_name_is_used_once(db, answer):
    with pytest.raises(InputError, match=r"'r1' already.*never edited"):
        db.release(answer, name="r1", reason="again")


def test_a_reason_must_be_given(db, answer):
    with pytest.raises(InputError, match="reason must say why"):
        db.release(answer, name="r2", reason="  ")
    with pytest.raises(InputError, match="reason must say why"):
        db.retract("r1", "")


def test_text_that_no_file_can_hold_is_refused(db, answer):
    with pytest.raises(InputError, match=r"release\[0\] holds half a character, U\+D800"):
        db.release(answer, name="r2", reason="half \ud800")
    with pytest.raises(InputError, match=r"reason holds half a character, U\+D800"):
        db.retract("r1", "half \ud800")
    assert len(db) == 1


def test_an_unknown_release_names_those_there_are(db):
    with pytest.raises(InputError, match=r"no release 'nope'.*r1"):
        db["nope"]
    with pytest.raises(InputError, match="no release 'nope'"):
        db.estimates("nope")
    assert "nope" not in db
    assert "r1" in db


def test_rows_can_be_chosen(db):
    assert set(db.estimates(country="SDN")["iso3"]) == {"SDN"}
    assert set(db.estimates(country=["SDN", "KEN"])["iso3"]) == {"SDN", "KEN"}
    assert set(db.estimates(crisis="ken-flood")["breakdown"]) == {"crisis", "cell"}
    assert len(db.estimates(year=2021)) == 0
    assert len(db.estimates(year=2022)) == len(db.estimates())
    assert set(db.estimates(grade="E")["grade"]) == {"E"}
    assert set(db.estimates(scope="all")["scope"]) == {"all"}
    assert set(db.estimates(group="other", breakdown="cell")["group"]) == {"other"}
    assert db.estimates(origin="SSD")["origin"].tolist() == ["SSD"]


def test_a_word_that_occurs_nowhere_is_an_error_and_not_an_empty_table(db):
    with pytest.raises(InputError, match=r"no row has iso3 'TCD'.*KEN, PER, SDN"):
        db.estimates(country="TCD")
    with pytest.raises(InputError, match=r"'SUD' is not a known name or code.*SDN \(Sudan\)"):
        db.estimates(country="SUD")


def test_superseded_and_retracted_releases_stay_and_say_so(db, answer):
    db.release(answer, name="r2", reason="better", supersedes="r1")
    assert db.releases()["standing"].tolist() == ["superseded by r2", "current"]
    assert set(db.estimates()["release"]) == {"r2"}
    assert set(db.estimates("r1")["standing"]) == {"superseded by r2"}
    db.retract("r2", "the stock was of another year")
    assert db["r2"].standing == "retracted: the stock was of another year"
    assert set(db["r2"].estimates()["standing"]) == {db["r2"].standing}
    assert len(db.estimates()) == 0
    with pytest.raises(InputError, match="retracted already"):
        db.retract("r2", "again")
    with pytest.raises(InputError, match="no release 'r9'"):
        db.release(answer, name="r3", reason="x", supersedes="r9")


def test_what_was_known_on_a_day(db, answer, monkeypatch):
    sql(db, "DELETE FROM releases")
    sql(db, "DELETE FROM head")
    for table in schema.RELEASE_TABLES:
        sql(db, f"DELETE FROM {table}")
    (db.path.with_name(db.path.name + ".objects") / witness.NAME).unlink()
    for day, name, supersedes in (("01", "a", ""), ("10", "b", "a")):
        monkeypatch.setattr(writing, "now", lambda day=day: f"2024-05-{day}T12:00:00Z")
        db.release(answer, name=name, reason="x", supersedes=supersedes)
    monkeypatch.setattr(writing, "now", lambda: "2024-05-20T12:00:00Z")
    db.retract("b", "wrong")
    for day, standing in (
        ("2024-04-30", []),
        ("2024-05-01", ["current"]),
        ("2024-05-10T11:00:00Z", ["current"]),
        ("2024-05-10", ["superseded by b", "current"]),
        ("2024-05-20", ["superseded by b", "retracted: wrong"]),
    ):
        assert db.releases(known_on=day)["standing"].tolist() == standing
    assert set(db.estimates(known_on="2024-05-05")["release"]) == {"a"}
    with pytest.raises(InputError, match="no release 'b'"):
        db.estimates("b", known_on="2024-05-05")


@pytest.mark.parametrize(
    "day",
    ["31/12/2019", "tomorrow", "2026-13-45", "2023-02-29", "2024-5-1", "2024", "20240501",
     "2024-W18-3", "2024-05-01T12:00", "2024-05-01T25:00:00Z", "2024-05-01T12:00:00+02:00",
     " 2024-05-01", "2024-05-01\n", "\u0662024-05-01"],
)  # fmt: skip
def test_what_is_no_day_is_refused_at_every_door(db, day):
    for ask in (db.releases, db.estimates):
        with pytest.raises(InputError, match=r"known_on must be a day that exists, YYYY-MM-DD"):
            ask(known_on=day)


@pytest.mark.parametrize("year", ["2022", 2022.0, True, 0, 20220])
def test_what_is_no_year_is_refused(db, year):
    with pytest.raises(InputError, match="year must be a whole number"):
        db.estimates(year=year)


def test_a_release_before_an_earlier_one_is_refused(db, answer, monkeypatch):
    """A clock that was set back would date it wrongly for ever."""
    before = sorted(path.name for path in db.path.parent.iterdir())
    monkeypatch.setattr(writing, "now", lambda: "2001-01-01T00:00:00Z")
    with pytest.raises(DatabaseError, match=r"clock of this machine says 2001-01-01T00:00:00Z"):
        db.release(answer, name="r2", reason="x")
    assert [r.name for r in db] == ["r1"]
    assert sorted(path.name for path in db.path.parent.iterdir()) == before


def test_clocks_of_two_machines_may_differ_by_a_minute(tmp_path, answer, monkeypatch):
    db = Database(tmp_path / "e.gecam")
    for name, clock in (("r1", "12:00:59"), ("r2", "12:00:01"), ("r3", "12:02:00")):
        monkeypatch.setattr(writing, "now", lambda clock=clock: f"2024-05-01T{clock}Z")
        db.release(answer, name=name, reason="x")
    times = [r.released_on[11:19] for r in db]
    assert times == ["12:00:59", "12:00:59", "12:02:00"]  # the order of entries is that of dates
    assert db.verify().set_back == ()


def test_a_release_that_a_clock_dated_ahead_is_retracted_and_the_database_goes_on(
    tmp_path, answer, monkeypatch
):
    db = Database(tmp_path / "e.gecam")
    monkeypatch.setattr(writing, "now", lambda: "2099-01-01T00:00:00Z")
    db.release(answer, name="r1", reason="the clock was ahead")
    monkeypatch.setattr(writing, "now", lambda: "2024-05-01T00:00:00Z")
    with pytest.raises(DatabaseError, match=r"the date of r1 is wrong: retract and release again"):
        db.release(answer, name="r2", reason="x")
    with pytest.warns(GecamWarning, match="the clock was set back, or was ahead then"):
        db.retract("r1", "dated 2099")
    with pytest.warns(GecamWarning, match="earlier entry is dated 2099"):
        db.release(answer, name="r2", reason="again")
    assert db.verify().set_back == (2, 3)
    with pytest.warns(GecamWarning, match=r"before entries \[2, 3\]"):
        assert db.releases(known_on="2024-05-01")["name"].tolist() == ["r2"]


def test_the_same_content_has_the_same_root_whenever_it_is_released(
    tmp_path, answer, small_case, monkeypatch
):
    roots = []
    for year in (2024, 2031):
        monkeypatch.setattr(writing, "now", lambda year=year: f"{year}-01-01T00:00:00Z")
        database = Database(tmp_path / f"{year}.gecam")
        roots.append(database.release(answer, name="r1", reason="first", case=small_case).root)
    assert roots[0] == roots[1]


def test_a_root_stands_for_the_release_and_its_past(tmp_path, answer):
    one, two = Database(tmp_path / "1.gecam"), Database(tmp_path / "2.gecam")
    one.release(answer, name="r1", reason="first")
    two.release(answer, name="r1", reason="another")
    a = one.release(answer, name="r2", reason="x")
    b = two.release(answer, name="r2", reason="x")
    assert a.rows_root == b.rows_root
    assert a.root != b.root


def test_the_documented_query_gives_affected_migrants_by_country(db, answer):
    found = sql(
        db,
        "SELECT iso3, mean, lower, upper FROM estimates "
        "WHERE release = 'r1' AND breakdown = 'destination' ORDER BY mean DESC",
    )
    summary = answer.by("destination").summary().sort_values("mean", ascending=False)
    assert [row[0] for row in found] == summary["destination"].tolist()
    assert [row[1] for row in found] == summary["mean"].tolist()


def test_settings_of_sqlite_are_those_that_keep_what_is_committed(db):
    from gecam.database.storage.connection import reading

    with reading(db.path) as connection:
        found = {
            pragma: connection.execute(f"PRAGMA {pragma}").fetchone()[0]
            for pragma in ("journal_mode", "synchronous", "user_version", "application_id")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "user_version": schema.SCHEMA_VERSION,
        "application_id": schema.APPLICATION_ID,
    }


def test_a_witness_that_cannot_be_written_does_not_undo_a_release(db, answer, monkeypatch):
    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(writing, "write_witness", fail)
    with pytest.warns(GecamWarning, match="entry 2 is committed.*no space left"):
        db.release(answer, name="r2", reason="x")
    assert "r2" in db


def test_a_database_that_is_not_there_is_made_or_missed(tmp_path):
    with pytest.raises(DatabaseError, match="there is no database"):
        Database(tmp_path / "x.gecam", create=False)
    with pytest.raises(DatabaseError, match="was not made"):
        Database(tmp_path / "absent" / "x.gecam")
    assert len(Database(tmp_path / "x.gecam")) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["x.gecam"]


def test_a_catalogue_that_is_gone_is_not_made_anew_over_its_objects(db):
    db.path.unlink()
    with pytest.raises(DatabaseError, match=r"catalogue .* is gone, but its objects are there"):
        Database(db.path)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "x.gecam"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="not a database"):
        Database(path).releases()
    assert path.read_bytes() == content


def test_one_line_says_what_it_is(db):
    assert repr(db) == "Database('estimates.gecam': 1 releases)"
    assert repr(db["r1"]).startswith("Release('r1': ")
    assert [release.name for release in db] == ["r1"]


def test_personal_data_are_refused_at_the_door(db, small_case, answer):
    with pytest.raises(InputError, match="personal data are not taken in"):
        db.release(answer, name="r2", reason="ask amna@example.org")
    with pytest.raises(InputError, match="a telephone number"):
        db.retract("r1", "call +249 91 234 5678")
    noted = replace(small_case.footprints[0], note="seen at 15.50123, 32.55678")
    case = replace(small_case, footprints=(noted, *small_case.footprints[1:]))
    with pytest.raises(InputError, match=r"case\.footprints\[0\]\.note.*coordinates") as error:
        db.release(estimate(case, draws=50, seed=1), name="r2", reason="x")
    assert "15.50123" not in str(error.value)
    assert [r.name for r in db] == ["r1"]


def test_every_field_of_a_case_and_of_an_answer_is_stored():
    from dataclasses import fields

    from gecam.database.storage import archive
    from gecam.model import Case

    stored = [field for part in archive.PARTS.values() for field in part]
    assert sorted(stored) == sorted(field.name for field in fields(Case))


def test_origins_of_many_corridors_have_all_their_numbers(tmp_path, small_case, monkeypatch):
    monkeypatch.setattr("gecam.results.origin_rows.PLAIN_CORRIDORS", 2)
    many = estimate(small_case, draws=400, seed=1)
    answer = many.by("origin")
    assert answer.drawless is not None  # their rows are known by statistics, not by draws
    db = Database(tmp_path / "e.gecam")
    db.release(many, name="r1", reason="first")
    rows = db.estimates("r1", breakdown="origin")
    summary = answer.summary()
    assert rows["origin"].tolist() == summary["origin"].tolist()
    for column in ("mean", "lower", "upper", "median", "cv", "odds_ratio_1"):
        np.testing.assert_array_equal(rows[column], summary[column])
    quantiles = rows[["q05", "q10", "q25", "q75", "q90", "q95"]].to_numpy(dtype=np.float64)
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    np.testing.assert_array_equal(rows["q05"], rows["lower"])
    np.testing.assert_array_equal(rows["q95"], rows["upper"])
    assert db.replay("r1").verdict == "identical"
    draws = db.draws("r1", "origin")
    assert draws.sizes == {"row": len(rows), "draw": 400}
    np.testing.assert_allclose(draws.mean("draw"), rows["mean"], rtol=0.2)


def test_a_release_says_how_its_random_numbers_were_drawn(db, small_case):
    options = {"draws": 64, "seed": 1}
    latin = estimate(small_case, **options)
    independent = estimate(small_case, **options, sampler="mc")
    assert latin.provenance.config_sha256 != independent.provenance.config_sha256
    db.release(independent, name="r2", reason="independent draws")
    chosen = {name: db[name].specification() for name in ("r1", "r2")}
    assert [chosen[name]["sampler"] for name in ("r1", "r2")] == ["latin", "mc"]
    assert db["r2"].load().sampling == independent.sampling


def test_quasi_random_draws_of_earlier_versions_are_read_and_not_drawn_again(answer):
    """Version 0.2 had no word for the sampler: more than one replicate told quasi-random draws."""
    stored = {k: v for k, v in encode(answer.provenance).items() if k != "sampler"}
    made, quasi = (archive._provenance({"provenance": stored, "replicates": n}) for n in (1, 8))
    assert made.sampler == "mc"
    assert quasi.sampling == {**made.sampling, "sampler": "sobol"}
    with pytest.raises(InputError, match="quasi-random draws of version"):
        replace(answer, provenance=quasi).by("origin")


def test_rates_of_a_release_that_is_read_are_those_of_its_answer(db, answer):
    read = rates(db["r1"].load(), "destination", "group")
    pd.testing.assert_frame_equal(read, rates(answer, "destination", "group"), check_exact=True)
