"""Check of a whole database: structure, log, rows and objects."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gecam.database.storage.objects import ObjectStore, StoredArray
from gecam.database.storage.release_log import read_tables, snapshot, stored_arrays
from gecam.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of a check of the whole database, in which nothing was wrong.

    Parameters
    ----------
    entries, releases
        Entries of the log (releases, retractions and recorded exports), and releases.
    rows, objects
        Rows and objects that were read and hashed.
    root
        Root of the last entry: note it outside the database.
    set_back
        Entries that are dated before one that they follow: a clock was set back, or had been ahead.
        They are as they were written; what was known on a day goes by these dates.
    """

    entries: int
    releases: int
    rows: int
    objects: int
    root: str
    set_back: tuple[int, ...] = ()


def verify(path: Path, store: ObjectStore, expected_root: str = "") -> Verification:
    """Read and check everything: SQLite's own structure, log, rows, and every object.

    Raises
    ------
    DatabaseError
        With everything that is wrong.
    """
    problems: list[str] = []
    with snapshot(path, store) as (connection, log):
        problems += _structure(connection)
        rows, arrays = 0, dict[str, StoredArray]()
        for release in log.releases:
            with _noted(problems):
                tables = read_tables(connection, release)
                rows += sum(len(cells) for cells in tables.values())
                arrays |= {stored.sha256: stored for stored in stored_arrays(tables).values()}
        for stored in arrays.values():
            with _noted(problems):
                store.get(stored)
        if expected_root and all(e.facts["root"] != expected_root for e in log.entries):
            problems.append(
                f"no entry has the expected root {expected_root[:12]}: this history is not the one "
                "it was noted for"
            )
    if problems:
        raise _damaged(path.name, problems)
    return Verification(
        len(log.entries), len(log.releases), rows, len(arrays), log.root, log.set_back
    )


@contextmanager
def _noted(problems: list[str]) -> Iterator[None]:
    """Note an error of the database and go on after it."""
    try:
        yield
    except DatabaseError as error:
        problems.append(str(error))


def _damaged(name: str, problems: Sequence[str]) -> DatabaseError:
    shown = "\n".join(f"  {problem}" for problem in problems)
    return DatabaseError(f"database {name} has {len(problems)} problem(s)\n{shown}")


def _structure(connection: sqlite3.Connection) -> list[str]:
    """Return what SQLite finds wrong with its own file."""
    report = [str(text) for (text,) in connection.execute("PRAGMA integrity_check(5)")]
    return [] if report == ["ok"] else [f"SQLite: {text}" for text in report]
