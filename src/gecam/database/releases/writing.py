"""How a release, a retraction or an export is written."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

from gecam.database.releases.admission import check_texts, own_case
from gecam.database.releases.release_rows import (
    Answer,
    ReleaseNote,
    estimate_rows,
    last_date,
    of_plans,
    regional_sources,
    source_rows,
    specification_rows,
)
from gecam.database.storage import archive, schema
from gecam.database.storage.canonical import Value, rows_hash
from gecam.database.storage.connection import writing
from gecam.database.storage.dates import now, seconds_before
from gecam.database.storage.objects import ObjectStore, StoredArray
from gecam.database.storage.place import check_folder_here, check_objects_here
from gecam.database.storage.release_log import (
    Entry,
    Facts,
    Log,
    clock_check,
    entry_root,
    read_log,
    snapshot,
)
from gecam.database.storage.schema import quoted
from gecam.database.storage.witness import Witness, read_witness, write_witness
from gecam.errors import DatabaseError, GecamWarning, InputError, caller_level
from gecam.estimation import canonical
from gecam.model import Case
from gecam.results import ROW_FORMAT

LONGEST_NAME = 80
SKEW = 60.0  # seconds that the clocks of two writers may differ by


def check_name(name: str) -> None:
    """Raise `InputError` unless a name can stand in a table, a command and a file name."""
    allowed = name.isascii() and all(c.isalnum() or c in "._-" for c in name)
    if not (0 < len(name) <= LONGEST_NAME and allowed and name[0].isalnum()):
        raise InputError(
            f"the name of a release must be letters, digits, '.', '_' and '-', at most "
            f"{LONGEST_NAME}, beginning with a letter or digit: got {name!r}"
        )


def check_reason(reason: str) -> None:
    """Raise `InputError` unless a reason is given."""
    if not reason.strip():
        raise InputError("reason must say why: got an empty text. Readers will see it.")


def write_release(
    path: Path,
    store: ObjectStore,
    answer: Answer,
    revision: ReleaseNote,
    case: Case | None,
    *,
    has_draws: bool = True,
) -> Entry:
    """Write a release: objects first, durably; then its rows in one transaction.

    A crash at any moment leaves the catalogue without the release or with all of it.
    """
    check_name(revision.name)
    check_reason(revision.reason)
    estimates, sources = of_plans(answer), regional_sources(answer)
    about = [revision.reason, canonical(estimates.sources), canonical(estimates.crises)]
    check_texts(about, "release")
    case = own_case(estimates, case)
    if case is None and not has_draws:
        raise InputError(
            "a release without draws needs its inputs, to be made again: give the case"
        )
    try:
        rows = estimate_rows(answer, revision)
        arrays, parts = archive.stored_parts(answer, case, has_draws=has_draws)
        rows_hash({"estimates": rows})
    except UnicodeEncodeError as error:
        raise InputError(f"a text of the release is not Unicode: {error}") from error
    for part in parts:
        check_texts(part.document, "case")
    with snapshot(path, store) as (connection, _):
        schema.check_writable(connection)
        check_objects_here(connection, store)
    stored = {role: store.put(array, role) for role, array in arrays.items()}
    store.sync()
    tables: dict[str, Sequence[Sequence[Value]]] = {
        "estimates": rows,
        "inputs": archive.input_rows(revision.name, parts, stored),
        "sources": source_rows((*estimates.sources, *sources), revision),
        "specifications": specification_rows(answer, revision),
        "objects": archive.object_rows(revision.name, stored),
    }
    facts: Facts = {
        "name": revision.name,
        "row_format": ROW_FORMAT,
        "supersedes": revision.supersedes,
        "reason": revision.reason,
        "case_name": estimates.provenance.case,
        "scope": estimates.scope,
        "measure": estimates.measure,
        "as_of": last_date(estimates.crises),
        "is_replayable": int(case is not None),
        **{f"{table}_rows": len(cells) for table, cells in tables.items()},
        "rows_root": rows_hash(tables),
    }
    with writing(path) as connection:
        log = read_log(connection, read_witness(store.folder))
        _check_revision(log, revision, estimates.measure)
        _check_objects(store, stored)
        entry = _append(connection, log, "releases", facts)
        for table, cells in tables.items():
            _insert_rows(connection, table, entry.number, cells)
    _leave_witness(store, entry)
    return entry


def write_retraction(path: Path, store: ObjectStore, name: str, reason: str) -> Entry:
    """Write that a release is retracted; the release itself stays as it is."""
    check_reason(reason)
    check_texts(reason, "reason")
    with writing(path) as connection:
        log = read_log(connection, read_witness(store.folder))
        check_folder_here(connection, store)
        log.release(name)
        if log.standing(name).startswith("retracted"):
            raise InputError(f"release {name!r} is retracted already: {log.standing(name)}")
        entry = _append(connection, log, "retractions", {"name": name, "reason": reason})
    _leave_witness(store, entry)
    return entry


def write_export(path: Path, store: ObjectStore, seen: Log, facts: Facts) -> None:
    """Write which figures of a release an export suppressed: later ones must not give them away.

    Raises
    ------
    DatabaseError
        If another export was written after `seen` was read, or the database cannot be written to.
    """
    with writing(path) as connection:
        log = read_log(connection, read_witness(store.folder))
        if len(log.exports) != len(seen.exports):
            raise DatabaseError(
                f"another release was exported while {facts['name']!r} was: the two may tell more "
                "together. Export again."
            )
        entry = _append(connection, log, "exports", facts)
    _leave_witness(store, entry)


def _leave_witness(store: ObjectStore, entry: Entry) -> None:
    """Move the witness on; what was committed stands, whether or not this can be written."""
    try:
        write_witness(store.folder, Witness(entry.number, entry.text("root")))
    except OSError as error:
        warnings.warn(
            f"entry {entry.number} is committed, but its witness could not be written: {error}. "
            "A later loss of this entry would not be noticed until the next one is written.",
            GecamWarning,
            stacklevel=caller_level(),
        )


def _check_revision(log: Log, revision: ReleaseNote, measure: str) -> None:
    if revision.name in log.by_name:
        raise InputError(
            f"there is a release {revision.name!r} already, and releases are never edited. Give "
            "another name, and name this one as superseded."
        )
    if revision.supersedes:
        replaced = log.release(revision.supersedes).text("measure")
        if replaced != measure:
            raise InputError(
                f"release {revision.supersedes!r} is of the measure {replaced}, and this one of "
                f"{measure}: one does not replace the other. Leave `supersedes` out."
            )


def _check_objects(store: ObjectStore, stored: Mapping[str, StoredArray]) -> None:
    """Raise if an object is gone; with the writer lock held, no sweep can remove it from here on."""
    for array in stored.values():
        if not store.path(array.sha256).is_file():
            raise DatabaseError(
                f"object {array.name!r} was removed while the release was written. Release again."
            )


def _clock(log: Log, table: str) -> str:
    """Return the date of a new entry: the time, which must not lie before earlier releases.

    A retraction is never refused: readers must see it, whatever the clock says.
    """
    moment, latest = now(), max((entry.clock for entry in log.entries), default="")
    if moment >= latest:
        return moment
    if seconds_before(moment, latest) <= SKEW:
        return latest
    text = (
        f"the clock of this machine says {moment}, but an earlier entry is dated {latest}: the clock "
        "was set back, or was ahead then."
    )
    standing = [r for r in log.releases if not log.standing(r.text("name")).startswith("retracted")]
    ahead = [r.text("name") for r in standing if r.clock > moment]
    if table == "releases" and ahead:
        raise DatabaseError(
            f"{text} Set the clock. If it is right, the date of {', '.join(ahead)} is wrong: retract "
            "and release again under another name. Nothing was released."
        )
    warnings.warn(text, GecamWarning, stacklevel=caller_level())
    return moment


def _append(connection: sqlite3.Connection, log: Log, table: str, facts: Facts) -> Entry:
    """Add an entry at the end of the log, and move the head."""
    number = len(log.entries) + 1
    root, clock = entry_root(log.root, table, facts), _clock(log, table)
    cells = facts | {
        "parent": log.root,
        "root": root,
        schema.CLOCKS[table]: clock,
        "clock_check": clock_check(root, clock),
    }
    _insert(connection, table, "entry", [(number, *(cells[c] for c in schema.LOG_TABLES[table]))])
    connection.execute("DELETE FROM head")
    _insert(connection, "head", "entry", [(1, number, root)])
    return Entry(number, table, cells)


def _insert_rows(
    connection: sqlite3.Connection, table: str, entry: int, rows: Sequence[Sequence[Value]]
) -> None:
    if len(rows) >= schema.ROWS_PER_RELEASE:
        raise InputError(f"a release holds fewer than {schema.ROWS_PER_RELEASE:,} rows per table")
    first = entry * schema.ROWS_PER_RELEASE
    _insert(connection, table, "row", [(first + i, *cells) for i, cells in enumerate(rows)])


def _insert(
    connection: sqlite3.Connection, table: str, key: str, rows: Sequence[Sequence[Value]]
) -> None:
    columns = schema.LOG_TABLES.get(table) or schema.RELEASE_TABLES[table]
    names = ", ".join([key, *map(quoted, columns)])
    marks = ", ".join("?" * (len(columns) + 1))
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
