"""Objects that no release needs, removed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gecam.database.storage.connection import writing
from gecam.database.storage.durable import explained, sync_folder
from gecam.database.storage.objects import SUFFIX, ObjectStore
from gecam.database.storage.release_log import Entry, read_log, read_tables, snapshot, stored_arrays
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
    removed, size, young = [], 0, 0
    with snapshot(path, store) as (connection, seen):
        needed = _needed(connection, seen.releases)
    with writing(path) as connection:
        log = read_log(connection, read_witness(store.folder))
        # Entries are never edited: what was read holds, as long as it is the same chain.
        is_same = len(log.entries) >= len(seen.entries) and (
            not seen.entries or log.entries[len(seen.entries) - 1].text("root") == seen.root
        )
        known = len(seen.entries) if is_same else 0
        needed |= _needed(connection, [r for r in log.releases if r.number > known])
        oldest = time.time() - minimum_age
        with explained("the sweep stopped", "No object of a release was touched."):
            for file in store.files():
                if file.name in needed:
                    continue
                try:
                    facts = file.stat()
                except FileNotFoundError:
                    continue  # a writer has just given it its name
                if facts.st_mtime > oldest:
                    young += 1
                    continue
                removed.append(file.name)
                size += facts.st_size
                if not is_dry:
                    file.unlink(missing_ok=True)
            if removed and not is_dry:
                sync_folder(store.folder)
    return Sweep(tuple(removed), size, young)


def _needed(connection: sqlite3.Connection, releases: Iterable[Entry]) -> set[str]:
    """Return the names of the files that some releases need; their rows are checked."""
    return {
        f"{stored.sha256}{SUFFIX}"
        for release in releases
        for stored in stored_arrays(read_tables(connection, release)).values()
    }
