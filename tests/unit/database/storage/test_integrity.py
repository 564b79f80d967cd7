"""What is not as it was written is an error, whoever changed it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from gecam.database import Database
from gecam.database.storage import schema
from gecam.database.storage.connection import writing
from gecam.database.storage.release_log import read_log
from gecam.errors import DatabaseError


@pytest.fixture(scope="module")
def made_two(made, tmp_path_factory, answer):
    """A folder with a database with two releases and a retraction; copied, never changed."""
    folder = tmp_path_factory.mktemp("made_two")
    shutil.copytree(made, folder, dirs_exist_ok=True)
    db = Database(folder / "estimates.gecam")
    db.release(answer, name="r2", reason="second", supersedes="r1")
    db.retract("r2", "test")
    return folder


@pytest.fixture
def two(made_two, tmp_path):
    """A database with two releases and a retraction."""
    shutil.copytree(made_two, tmp_path, dirs_exist_ok=True)
    return Database(tmp_path / "estimates.gecam", create=False)


def change(db: Database, statement: str) -> None:
    with closing(sqlite3.connect(db.path)) as connection, connection:
        connection.execute(statement)


def objects(db: Database):
    return sorted((db.path.parent / f"{db.path.name}.objects").glob("*.npy"))


def test_verify_counts_what_it_read(two):
    found = two.verify()
    assert (found.entries, found.releases, found.objects) == (3, 2, 7)
    assert found.rows == sum(len(rows) for r in two for rows in r.tables().values())
    assert found.root == two.root


ROW_CHANGES = (
    "UPDATE estimates SET mean = mean + 1 WHERE row = 1000000",
    "UPDATE estimates SET lower = NULL WHERE row = 1000000",
    "UPDATE estimates SET iso3 = 'TCD' WHERE iso3 = 'SDN'",
    "UPDATE estimates SET release = 'r9' WHERE row = 1000005",
    "DELETE FROM estimates WHERE row = 1000002",
    "DELETE FROM estimates WHERE row >= 1000000 AND row < 2000000",
    "UPDATE estimates SET row = row + 500000 WHERE row = 1000000",
    "INSERT INTO specifications VALUES (1500000, 'r1', 'x', 'y')",
    "UPDATE sources SET is_public = 1 - is_public",
    "UPDATE objects SET shape = '[2,25]' WHERE role = 'draws'",
    "UPDATE specifications SET value = '2' WHERE name = 'seed'",
)
LOG_CHANGES = (
    "UPDATE releases SET reason = 'x' WHERE name = 'r1'",
    "UPDATE releases SET released_on = '2020-01-01T00:00:00Z'",
    "UPDATE releases SET supersedes = '' WHERE name = 'r2'",
    "UPDATE releases SET estimates_rows = estimates_rows - 1",
    "UPDATE retractions SET reason = 'x'",
    "UPDATE retractions SET retracted_on = '2020-01-01T00:00:00Z'",
    "DELETE FROM retractions",
    "DELETE FROM releases WHERE name = 'r2'",
    "DELETE FROM releases",
    "DELETE FROM head",
    "UPDATE head SET entries = 2",
    "UPDATE releases SET entry = 9 WHERE name = 'r1'",
)


@pytest.mark.parametrize("statement", ROW_CHANGES)
def test_changed_rows_are_an_error(two, statement):
    change(two, statement)
    with pytest.raises(DatabaseError, match="rows of release 'r1' are absent or changed"):
        two["r1"].tables()
    with pytest.raises(DatabaseError, match="rows of release"):
        two.verify()


@pytest.mark.parametrize("statement", LOG_CHANGES)
def test_a_changed_log_is_an_error_wherever_it_is_read(two, statement):
    change(two, statement)
    for read in (two.releases, two.estimates, lambda: two["r1"], two.verify, lambda: two.root):
        with pytest.raises(DatabaseError, match="the catalogue is damaged"):
            read()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("ALTER TABLE estimates RENAME COLUMN lower TO low", "does not have the columns"),
        ("DROP TABLE retractions", "does not have the columns"),
        ("CREATE TRIGGER t AFTER INSERT ON head BEGIN SELECT 1; END", "has a trigger, 't'"),
        ("PRAGMA user_version = 99", "schema version 99; this gecam reads up to 3"),
        ("PRAGMA user_version = 0", "there is no schema version 0"),
        ("PRAGMA application_id = 1", "not a database of gecam"),
    ],
)
def test_a_changed_schema_is_an_error(two, answer, statement, message):
    change(two, statement)
    with pytest.raises(DatabaseError, match=message):
        two.releases()
    with pytest.raises(DatabaseError, match=message):
        two.release(answer, name="r3", reason="x")


def test_own_views_and_indexes_of_a_user_are_left_alone(two):
    change(two, "CREATE INDEX by_country ON estimates (iso3)")
    change(two, "CREATE VIEW countries AS SELECT * FROM estimates WHERE breakdown = 'destination'")
    assert two.verify().releases == 2


def test_a_catalogue_that_went_back_is_an_error(two, answer):
    old = two.path.read_bytes()
    two.release(answer, name="r3", reason="x")
    two.path.write_bytes(old)
    with pytest.raises(DatabaseError, match="holds 3 entries, but had 4"):
        two.releases()
    with pytest.raises(DatabaseError, match="holds 3 entries, but had 4"):
        two.release(answer, name="r4", reason="x")


def test_a_damaged_witness_is_an_error(two):
    head = two.path.parent / f"{two.path.name}.objects" / "HEAD"
    good = head.read_bytes()
    deep = b"[" * 100_000
    for bad in (b"", b"{}", b"[1]", good[:-1], good.replace(b"3", b"2", 1), b"\xff" * 9, deep):
        head.write_bytes(bad)
        with pytest.raises(DatabaseError, match=r"witness .* is damaged"):
            two.releases()
    head.unlink()
    assert len(two) == 2


def test_a_noted_root_is_found_in_the_history_or_not(two, answer):
    noted = two["r1"].root
    assert two.verify(expected_root=noted).releases == 2
    with pytest.raises(DatabaseError, match="no entry has the expected root"):
        two.verify(expected_root="f" * 64)


@pytest.mark.parametrize("position", [0, 20, 70, 130, 500, -1])
def test_a_changed_byte_of_an_object_is_an_error(two, position):
    draws = max(objects(two), key=lambda path: path.stat().st_size if path else 0)
    for path in {draws, objects(two)[0]}:
        content = bytearray(path.read_bytes())
        content[position] ^= 4
        path.write_bytes(content)
    with pytest.raises(DatabaseError, match="is damaged"):
        two.verify()


def test_an_object_cut_longer_or_absent_is_an_error(two):
    path = objects(two)[0]
    content = path.read_bytes()
    for changed in (content[:-1], content + b"\n", b""):
        path.write_bytes(changed)
        with pytest.raises(DatabaseError, match="is damaged"):
            two.verify()
    path.unlink()
    with pytest.raises(DatabaseError, match="cannot be read"):
        two.verify()


def test_a_damaged_object_is_mended_by_the_next_release_of_the_same(two, answer):
    for path in objects(two):
        path.write_bytes(b"x")
    two.release(answer, name="r3", reason="x")
    assert np.array_equal(two["r3"].load().draws, answer.draws, equal_nan=True)


def test_numpy_reads_an_object(two, answer):
    rows = {np.load(path).shape for path in objects(two)}
    assert any(len(shape) == 2 and shape[1] == 50 for shape in rows)


def test_several_problems_are_reported_at_once(two):
    shared = {row[2] for row in two["r2"].tables()["objects"]}
    change(two, ROW_CHANGES[0])
    next(path for path in objects(two) if path.stem in shared).unlink()
    with pytest.raises(DatabaseError, match=r"(?s)2 problem\(s\).*rows of release.*cannot be read"):
        two.verify()


def test_an_older_schema_is_brought_forward_once_and_roots_still_hold(two, monkeypatch, answer):
    root = two.root

    def add_a_table(connection):
        connection.execute("CREATE TABLE notes (entry INTEGER PRIMARY KEY, text TEXT) STRICT")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)
    monkeypatch.setattr(schema, "MIGRATIONS", {3: add_a_table})
    monkeypatch.setattr(schema, "TABLES", {**schema.TABLES, "notes": {"text": "TEXT"}})
    monkeypatch.setattr(schema, "SINCE", {**schema.SINCE, "notes": 4})
    before = two.path.read_bytes()
    assert two.root == root  # read as it is: a reader may have no right to write
    assert two.verify().releases == 2
    assert two.path.read_bytes() == before
    with writing(two.path) as connection:
        assert schema.version(connection) == 4
        assert read_log(connection, None).root == root
    two.release(answer, name="r3", reason="after the migration")


def test_a_migration_that_fails_changes_nothing(two, monkeypatch):
    def fail(connection):
        connection.execute("CREATE TABLE notes (entry INTEGER PRIMARY KEY) STRICT")
        connection.execute("CREATE TABLE notes (entry INTEGER PRIMARY KEY) STRICT")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", 4)
    monkeypatch.setattr(schema, "MIGRATIONS", {3: fail})
    with pytest.raises(DatabaseError, match="already exists"):
        two.retract("r1", "x")
    monkeypatch.undo()
    assert two.verify().releases == 2
