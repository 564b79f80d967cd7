"""Removal of objects that no release needs."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gecam.database.storage.connection import writing
from gecam.database.storage.durable import explained, sync_folder
from gecam.database.storage.objects import SUFFIX, ObjectStore
from gecam.database.storage.release_log import (
    Entry,
    Log,
    read_log,
    read_tables,
    snapshot,
    stored_arrays,
)
from gecam.database.storage.witness import read_witness

YOUNG = 3600.0  # seconds: an object this young may belong to a release that is being written


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep removed, or would remove.

    Parameters
    ----------
    removed
        Names of the files.
    size
        Their bytes.
    young
        Files that no release needs yet, spared for their age.
    """

    removed: tuple[str, ...]
    size: int
    young: int


def sweep(path: Path, store: ObjectStore, *, minimum_age: float, is_dry: bool) -> Sweep:
    """Remove objects of no release and unfinished files, if they are old enough.

    What the releases need is read before it takes the writer lock, under which only releases that
    were made meanwhile are read: others do not wait for the whole database. A writer that finds an
    object stored makes it young, and looks again with the lock held before it commits: what a release
    needs is never removed.

    Raises
    ------
    DatabaseError
        If the catalogue cannot be read: what it needs is then not known, and nothing is removed.
    """
    sizes: dict[str, int] = {}
    young = 0
    with snapshot(path, store) as (connection, seen):
        needed = _needed(connection, seen.releases)
    with writing(path) as connection:
        log = read_log(connection, read_witness(store.folder))
        read = len(seen.entries) if _continues(log, seen) else 0
        needed |= _needed(connection, [r for r in log.releases if r.number > read])
        oldest = time.time() - minimum_age
        with explained("the sweep stopped", "No object of a release was touched."):
            for file, facts in _files(store):
                if file.name in needed:
                    continue
                if facts.st_mtime > oldest:
                    young += 1
                    continue
                sizes[file.name] = facts.st_size
                if not is_dry:
                    file.unlink(missing_ok=True)
            if sizes and not is_dry:
                sync_folder(store.folder)
    return Sweep(tuple(sizes), sum(sizes.values()), young)


def _continues(log: Log, seen: Log) -> bool:
    """Return whether a log goes on from one read before: entries are never edited."""
    n = len(seen.entries)
    return not n or (len(log.entries) >= n and log.entries[n - 1].text("root") == seen.root)


def _files(store: ObjectStore) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the files of the objects; not those that a writer has just given their name."""
    for file in store.files():
        with suppress(FileNotFoundError):
            yield file, file.stat()


def _needed(connection: sqlite3.Connection, releases: Iterable[Entry]) -> set[str]:
    """Return the names of the files that some releases need; their rows are checked."""
    return {
        f"{stored.sha256}{SUFFIX}"
        for release in releases
        for stored in stored_arrays(read_tables(connection, release)).values()
    }
