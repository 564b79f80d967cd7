"""Connections to the catalogue: opened for one task, checked, and closed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from gecam.database.storage import schema
from gecam.database.storage.durable import (
    explained,
    place_new,
    sync_file,
    sync_folder,
    temporary_beside,
)
from gecam.errors import DatabaseError

BUSY_SECONDS = 120.0  # how long a writer waits for the others
LOGS = ("-wal", "-journal")  # without which a file may be incomplete
IN_DOUBT = "there as a whole or not at all"
OLDEST_SQLITE = (3, 37, 0)  # strict tables


def create_catalogue(path: Path) -> None:
    """Make an empty catalogue, whole or not at all; leave one that is there."""
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseError(f"gecam needs SQLite 3.37 or newer: this is {sqlite3.sqlite_version}")
    if not path.parent.is_dir():
        raise DatabaseError(f"the database {path} was not made: there is no folder {path.parent}")
    temporary = temporary_beside(path)
    with explained(f"the database {path} was not made", "Nothing was written."), _translated(path):
        try:
            with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("BEGIN IMMEDIATE")
                schema.create(connection)
                connection.execute("COMMIT")
                set_journal(connection, "wal")
            sync_alone(temporary)
            place_new(temporary, path)
            sync_folder(path.parent)
        finally:
            remove_database(temporary)


def set_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Set how SQLite keeps its log, and see that it does: last, when all is in the file itself."""
    ((actual,),) = connection.execute(f"PRAGMA journal_mode = {mode}")
    if actual != mode:
        raise DatabaseError(f"SQLite keeps its log as {actual!r} here, not as {mode!r}")


def sync_alone(path: Path) -> None:
    """Put a closed file of SQLite on disk; raise if it still needs a log, which would be left behind.

    SQLite says nothing when it cannot bring a log home as it closes.
    """
    for suffix in LOGS:
        log = path.with_name(path.name + suffix)
        if log.exists() and log.stat().st_size:
            raise DatabaseError(f"{path.name} was not finished: its log could not be brought home")
    sync_file(path)


def remove_database(path: Path) -> None:
    """Remove a file of SQLite and its logs, as far as they are there."""
    for suffix in ("", *LOGS, "-shm"):
        with suppress(OSError):
            path.with_name(path.name + suffix).unlink()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open one snapshot of the catalogue: what is read in it belongs to one moment.

    Raises
    ------
    DatabaseError
        If the file cannot be opened, is damaged, or was made by a newer gecam.
    """
    with _translated(path), closing(_connect_to_read(path)) as connection:
        connection.execute("BEGIN")
        schema.check_schema(connection)
        yield connection


@contextmanager
def writing(path: Path, *, is_packed: bool = False) -> Iterator[sqlite3.Connection]:
    """Hold the writer lock; commit durably at the end, or leave the catalogue as it was.

    Parameters
    ----------
    path
        The catalogue; it is brought to the current schema version.
    is_packed
        Whether a packed database may be written to: a copy, as it is unpacked.

    Raises
    ------
    DatabaseError
        As `reading`, or if other writers hold the lock for two minutes.
    """
    with _translated(path), closing(_connect(path, "rw")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not is_packed:
                schema.check_writable(connection)
            schema.migrate(connection)
            schema.check_schema(connection)
            yield connection
            _commit(connection, path)
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        # What is in the database file no longer hangs on its log. Readers may forbid it: then later.
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _commit(connection: sqlite3.Connection, path: Path) -> None:
    """Commit; if that fails, say what nobody can know.

    Where the log was written but its sync failed, and the disk answers nothing any more, the entry is
    whole on the disk or it is not.
    """
    try:
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise DatabaseError(
            f"database {path.name}: {error}, at the last step of a commit. The entry is {IN_DOUBT}: "
            "look with `gecam db log` before you write it again."
        ) from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open a file that exists; `mode` is ``rw``, or ``ro`` with the file taken for unchanging."""
    if not path.is_file():
        raise DatabaseError(f"there is no database {path}")
    uri = f"{path.resolve().as_uri()}?mode={mode}{'&immutable=1' if mode == 'ro' else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS)
    try:
        for pragma in ("synchronous = FULL", "trusted_schema = OFF", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:  # such as a file that is no database
        connection.close()
        raise
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """Open for reading; also from a medium that cannot be written, where SQLite's log would fail."""
    is_fixed = path.is_file() and not os.access(path.parent, os.W_OK)
    has_log = path.with_name(path.name + "-wal").exists()
    return _connect(path, "ro" if is_fixed and not has_log else "rw")


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into `DatabaseError`."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # also of a message about a damaged name
        text = str(error)
        if "locked" in text or "busy" in text:
            advice = "Other writers hold it. Try again."
        elif "full" in text or "readonly" in text:
            advice = "Nothing was changed. Make room, or ask for the right to write."
        else:
            advice = "Run `gecam db verify`; restore a damaged file from a copy."
        raise DatabaseError(f"database {path.name}: {text}. {advice}") from error
