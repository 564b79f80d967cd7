"""Sweep removes what nothing needs; pack and unpack lose nothing."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from gecam.database import Database
from gecam.database.releases import writing
from gecam.database.storage import schema, sweeping
from gecam.errors import DatabaseError, InputError


def folder(db: Database):
    return db.path.parent / f"{db.path.name}.objects"


def orphan(db: Database, name: str, age: float):
    path = folder(db) / name
    path.write_bytes(b"orphan")
    when = time.time() - age
    os.utime(path, (when, when))
    return path


def test_a_sweep_removes_old_orphans_and_unfinished_files_only(db):
    needed = set(folder(db).glob("*.npy"))
    for path in needed:
        os.utime(path, (0, 0))
    old = orphan(db, "0" * 64 + ".npy", 7200)
    unfinished = orphan(db, ".tmp-x", 7200)
    young = orphan(db, "1" * 64 + ".npy", 60)
    other = orphan(db, "notes.txt", 7200)
    dry = db.sweep(is_dry=True)
    assert (dry.size, dry.young, old.exists()) == (12, 1, True)
    assert set(dry.removed) == {old.name, unfinished.name}
    assert db.sweep() == dry
    assert not old.exists()
    assert not unfinished.exists()
    assert young.exists()
    assert other.exists()
    assert needed <= set(folder(db).iterdir())
    assert db.verify().releases == 1
    assert db.sweep(minimum_age=0).removed == (young.name,)


def test_a_sweep_removes_nothing_when_rows_are_damaged(db):
    old = orphan(db, "0" * 64 + ".npy", 7200)
    with closing(sqlite3.connect(db.path)) as connection, connection:
        connection.execute("DELETE FROM objects")
    with pytest.raises(DatabaseError, match="rows of release"):
        db.sweep()
    assert old.exists()


def test_others_write_while_a_sweep_reads_and_what_they_need_stays(db, answer, monkeypatch):
    old = orphan(db, "0" * 64 + ".npy", 7200)
    read = sweeping.read_tables
    made = []

    def slowly(connection, release):
        if not made:  # the writer lock is free: this would wait for it otherwise
            made.append(release.text("name"))
            db.release(replace(answer, draws=answer.draws + 1), name="r2", reason="meanwhile")
        return read(connection, release)

    monkeypatch.setattr(sweeping, "read_tables", slowly)
    assert db.sweep(minimum_age=0).removed == (old.name,)
    assert made == ["r1"]
    assert db.verify().releases == 2


def test_a_file_that_gets_its_name_during_a_sweep_does_not_stop_it(db, monkeypatch):
    old = orphan(db, "0" * 64 + ".npy", 7200)
    gone = folder(db) / ".tmp-renamed"
    files = sweeping.ObjectStore.files
    monkeypatch.setattr(sweeping.ObjectStore, "files", lambda store: [gone, *files(store)])
    assert db.sweep().removed == (old.name,)


def test_an_age_below_zero_is_refused(db):
    with pytest.raises(InputError, match="minimum_age must be a number >= 0"):
        db.sweep(minimum_age=-1)


def test_a_reused_object_becomes_young(tmp_path, answer):
    db = Database(tmp_path / "x.gecam")
    other = Database(tmp_path / "y.gecam")
    other.release(answer, name="r1", reason="x")
    folder(other).rename(folder(db))
    (folder(db) / "HEAD").unlink()
    for path in folder(db).iterdir():
        os.utime(path, (0, 0))
    db.release(answer, name="r1", reason="finds its objects there")
    assert db.sweep().removed == ()
    assert all(path.stat().st_mtime > time.time() - 600 for path in folder(db).glob("*.npy"))


def test_a_release_whose_object_was_swept_away_is_refused(db, answer, monkeypatch):
    def swept(store, stored):
        for array in stored.values():
            store.path(array.sha256).unlink()
        check(store, stored)

    check = writing._check_objects
    monkeypatch.setattr(writing, "_check_objects", swept)
    with pytest.raises(DatabaseError, match="was removed while the release was written"):
        db.release(answer, name="r2", reason="x")
    assert [r.name for r in db] == ["r1"]


def test_a_packed_database_comes_back_as_it_was(db, answer, tmp_path):
    db.release(answer, name="r2", reason="x", supersedes="r1")
    db.retract("r2", "test")
    db.pack(tmp_path / "all.gecam-pack")
    again = Database.unpack(
        tmp_path / "all.gecam-pack", tmp_path / "b.gecam", expected_root=db.root
    )
    assert again.root == db.root
    assert again.verify() == db.verify()
    assert again.replay("r1").verdict == "identical"
    assert again.estimates("r1").equals(db.estimates("r1"))
    assert {p.name for p in folder(again).iterdir()} == {p.name for p in folder(db).iterdir()}
    again.release(answer, name="r3", reason="it can be written to")


def test_a_packed_database_can_be_read_but_not_written_to(db, answer, tmp_path):
    db.pack(tmp_path / "p")
    packed = Database(tmp_path / "p", create=False)
    assert packed.estimates("r1").equals(db.estimates("r1"))
    with pytest.raises(DatabaseError, match="packed database: unpack it"):
        packed.release(answer, name="r2", reason="x")
    with pytest.raises(DatabaseError, match="packed database: unpack it"):
        packed.retract("r1", "x")


def test_packing_leaves_what_is_there(db, tmp_path):
    (tmp_path / "p").write_bytes(b"mine")
    with pytest.raises(DatabaseError, match="exists already"):
        db.pack(tmp_path / "p")
    assert (tmp_path / "p").read_bytes() == b"mine"
    db.pack(tmp_path / "q")
    with pytest.raises(DatabaseError, match="exists already"):
        Database.unpack(tmp_path / "q", db.path)
    with pytest.raises(DatabaseError, match="exists already"):
        Database.unpack(tmp_path / "q", tmp_path / "p")


def test_a_damaged_database_is_not_packed(db, tmp_path):
    next(folder(db).glob("*.npy")).write_bytes(b"x")
    with pytest.raises(DatabaseError, match="is damaged"):
        db.pack(tmp_path / "p")
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE packed_objects SET content = x'00'", "is damaged"),
        ("DELETE FROM packed_objects", "cannot be read"),
        ("UPDATE packed_objects SET sha256 = '../' || sha256", "cannot be read"),
        ("UPDATE objects SET sha256 = '../' || sha256", "wrong name"),
        ("DROP TABLE packed_objects", "no packed database"),
        ("UPDATE estimates SET mean = 1", "rows of release"),
    ],
)
def test_what_was_done_to_a_packed_file_is_found_and_leaves_nothing(
    db, tmp_path, statement, message
):
    db.pack(tmp_path / "p")
    with closing(sqlite3.connect(tmp_path / "p")) as connection, connection:
        connection.execute(statement)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DatabaseError, match=message):
        Database.unpack(tmp_path / "p", tmp_path / "b.gecam")
    assert sorted(tmp_path.iterdir()) == before


def test_objects_that_no_release_needs_are_not_unpacked(db, tmp_path):
    db.pack(tmp_path / "p")
    with closing(sqlite3.connect(tmp_path / "p")) as connection, connection:
        for name in ("f" * 64, "../outside"):
            connection.execute("INSERT INTO packed_objects VALUES (?, x'00')", (name,))
    again = Database.unpack(tmp_path / "p", tmp_path / "b.gecam")
    assert {p.name for p in folder(again).iterdir()} == {p.name for p in folder(db).iterdir()}
    assert not (tmp_path / "outside.npy").exists()
    assert again.sweep(minimum_age=0).removed == ()


def test_another_history_is_not_unpacked(db, tmp_path):
    db.pack(tmp_path / "p")
    with pytest.raises(DatabaseError, match="no entry has the expected root"):
        Database.unpack(tmp_path / "p", tmp_path / "b.gecam", expected_root="0" * 64)


def test_an_empty_database_can_be_packed(tmp_path):
    Database(tmp_path / "a").pack(tmp_path / "p")
    assert len(Database.unpack(tmp_path / "p", tmp_path / "b")) == 0


def test_arrays_are_stored_once(db, answer):
    count = len(list(folder(db).glob("*.npy")))
    db.release(answer, name="r2", reason="the same")
    assert len(list(folder(db).glob("*.npy"))) == count
    assert np.array_equal(db["r2"].load().draws, answer.draws, equal_nan=True)


def test_a_packed_database_of_an_older_schema_is_brought_forward(db, tmp_path, monkeypatch):
    db.pack(tmp_path / "p")
    content, root = (tmp_path / "p").read_bytes(), db.root

    def add_a_table(connection):
        connection.execute("CREATE TABLE notes (entry INTEGER PRIMARY KEY, text TEXT) STRICT")

    monkeypatch.setattr(schema, "SCHEMA_VERSION", 3)
    monkeypatch.setattr(schema, "MIGRATIONS", {2: add_a_table})
    again = Database.unpack(tmp_path / "p", tmp_path / "b.gecam", expected_root=root)
    assert again.verify().releases == 1
    assert (tmp_path / "p").read_bytes() == content


def test_a_database_in_a_folder_that_cannot_be_written_can_be_read(db, monkeypatch):
    before = sorted(path.name for path in db.path.parent.iterdir())
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert len(db.estimates("r1")) > 0
    assert db.verify().releases == 1
    assert sorted(path.name for path in db.path.parent.iterdir()) == before
