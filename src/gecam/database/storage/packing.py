"""A whole database as one file, and back."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gecam.database.storage.connection import remove_database, set_journal, sync_alone, writing
from gecam.database.storage.durable import (
    explained,
    place_new,
    sync_file,
    sync_folder,
    temporary_beside,
)
from gecam.database.storage.integrity import verify
from gecam.database.storage.objects import ObjectStore
from gecam.database.storage.release_log import (
    addresses,
    read_log,
    read_tables,
    snapshot,
    stored_arrays,
)
from gecam.database.storage.schema import PACKED, check_packed
from gecam.database.storage.witness import Witness, write_witness
from gecam.errors import DatabaseError

ADDRESS = re.compile(r"[0-9a-f]{64}")


def pack(path: Path, store: ObjectStore, file: Path) -> None:
    """Write a verified copy of a database into one SQLite file, objects included.

    Raises
    ------
    DatabaseError
        If anything in the database is damaged, `file` exists, or it cannot be written.
    """
    verify(path, store)
    with _new_file(file) as temporary, snapshot(path, store) as (connection, log):
        arrays = {
            stored.sha256: stored
            for release in log.releases
            for stored in stored_arrays(read_tables(connection, release)).values()
        }
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            connection.backup(copy)
            set_journal(copy, "delete")
            copy.execute("BEGIN IMMEDIATE")
            copy.execute(f"CREATE TABLE {PACKED} (sha256 TEXT PRIMARY KEY, content BLOB) STRICT")
            for stored in arrays.values():
                store.get(stored)
                content = store.path(stored.sha256).read_bytes()
                copy.execute(f"INSERT INTO {PACKED} VALUES (?, ?)", (stored.sha256, content))  # noqa: S608
            copy.execute("COMMIT")


def unpack(file: Path, path: Path, store: ObjectStore, expected_root: str) -> None:
    """Make a database from a packed file, and verify it.

    Raises
    ------
    DatabaseError
        If the file is damaged or not a packed database, its root is not `expected_root` (where one
        is given), or `path` exists.
    """
    if store.folder.exists():
        raise DatabaseError(f"{store.folder} exists already: give another name")
    try:
        with _new_file(path) as temporary:
            shutil.copyfile(file, temporary)
            with writing(
                temporary, is_packed=True
            ) as connection:  # of the current schema from here
                check_packed(connection)
                log = read_log(connection, None)
                _unpack_objects(connection, store)
            with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
                copy.execute(f"DROP TABLE {PACKED}")
                copy.execute("VACUUM")
                set_journal(copy, "wal")
            if log.entries:
                write_witness(store.folder, Witness(len(log.entries), log.root))
            verify(temporary, store, expected_root)
    except BaseException:
        shutil.rmtree(store.folder, ignore_errors=True)
        raise


def _unpack_objects(connection: sqlite3.Connection, store: ObjectStore) -> None:
    """Write the objects that releases need; what they hold is checked by `verify` afterwards."""
    store.make_folder()
    for address in sorted(addresses(connection)):
        if not ADDRESS.fullmatch(address):
            raise DatabaseError(f"the packed file has an object with a wrong name: {address!r}")
        sql = f"SELECT content FROM {PACKED} WHERE sha256 = ?"  # noqa: S608
        for (content,) in connection.execute(sql, (address,)):
            store.path(address).write_bytes(content)
            sync_file(store.path(address))
    store.sync()


@contextmanager
def _new_file(path: Path) -> Iterator[Path]:
    """Give a name for a file to be made; it gets the name `path` if all went well, else nothing."""
    if path.exists():
        raise DatabaseError(f"{path} exists already: give another name")
    temporary = temporary_beside(path)
    with explained(f"{path} was not written", "Nothing was left behind."):
        try:
            yield temporary
            sync_alone(temporary)
            if not place_new(temporary, path):
                raise DatabaseError(f"{path} was made by another process meanwhile")
            sync_folder(path.parent)
        finally:
            remove_database(temporary)
