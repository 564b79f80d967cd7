"""Log of releases, retractions and exports, and rows of a release, read with checks."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from gecam.database.storage import schema
from gecam.database.storage.canonical import (
    NO_PARENT,
    Value,
    canonical_row,
    digest,
    parsed_json,
    rows_hash,
)
from gecam.database.storage.connection import reading
from gecam.database.storage.dates import end_of
from gecam.database.storage.objects import ObjectStore, StoredArray
from gecam.database.storage.schema import quoted
from gecam.database.storage.witness import Witness, read_witness
from gecam.errors import DatabaseError, GecamWarning, InputError, caller_level

Tables = Mapping[str, Sequence[Sequence[Value]]]
Facts = dict[str, Value]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log: a release, or the retraction or export of one.

    Parameters
    ----------
    number
        1 for the first entry; entries are numbered through.
    table
        ``releases``, ``retractions`` or ``exports``.
    facts
        The cells of its row, by column.
    """

    number: int
    table: str
    facts: Facts

    def text(self, column: str) -> str:
        """Return a cell as text."""
        return str(self.facts[column])

    @property
    def clock(self) -> str:
        """When it was written, UTC."""
        return self.text(schema.CLOCKS[self.table])


@dataclass(frozen=True, slots=True)
class Log:
    """All entries in order, checked; and the root, which stands for all of them."""

    entries: tuple[Entry, ...] = ()
    root: str = NO_PARENT
    by_name: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def releases(self) -> tuple[Entry, ...]:
        """The releases, in order."""
        return tuple(self.by_name.values())

    @property
    def exports(self) -> list[Entry]:
        """The exports of releases that rest on inputs that are not public, in order."""
        return [entry for entry in self.entries if entry.table == "exports"]

    @property
    def current(self) -> list[Entry]:
        """The releases that are neither superseded nor retracted."""
        return [r for r in self.releases if self.standing(r.text("name")) == "current"]

    def release(self, name: str) -> Entry:
        """Return a release by name; raise `InputError` if there is none."""
        if name not in self.by_name:
            names = ", ".join(list(self.by_name)[-5:]) or "none"
            raise InputError(f"there is no release {name!r}. The last ones: {names}.")
        return self.by_name[name]

    @property
    def set_back(self) -> tuple[int, ...]:
        """Numbers of the entries that are dated before one that they follow."""
        latest = list(accumulate((entry.clock for entry in self.entries), max))
        return tuple(
            e.number for e, last in zip(self.entries, latest, strict=True) if e.clock < last
        )

    def known_on(self, day: str) -> Log:
        """Return the log as it stood at the end of a day, or at a moment (empty: now)."""
        if not day:
            return self
        end = end_of(day, "known_on")
        if self.set_back:
            warnings.warn(
                f"the clock was set back, or had been ahead, before entries {list(self.set_back)}: "
                f"what was known on {day} goes by the dates that were written",
                GecamWarning,
                stacklevel=caller_level(),
            )
        entries = tuple(entry for entry in self.entries if entry.clock <= end)
        root = entries[-1].text("root") if entries else NO_PARENT
        return Log(entries, root, _by_name(entries))

    def standing(self, name: str) -> str:
        """Return ``current``, ``superseded by ...`` or ``retracted: ...`` for a release."""
        for entry in self.entries:
            if entry.table == "retractions" and entry.facts["name"] == name:
                return f"retracted: {entry.facts['reason']}"
        later = [e.text("name") for e in self.releases if e.facts["supersedes"] == name]
        return f"superseded by {', '.join(later)}" if later else "current"


@contextmanager
def snapshot(path: Path, store: ObjectStore) -> Iterator[tuple[sqlite3.Connection, Log]]:
    """Open the catalogue as it is at one moment, with its log read and checked."""
    witness = read_witness(store.folder)  # first: the catalogue can only be further by then
    with reading(path) as connection:
        yield connection, read_log(connection, witness)


def entry_root(parent: str, table: str, facts: Mapping[str, Value]) -> str:
    """Return the root of an entry: over what it says and the root of the entry before."""
    said = [facts[column] for column in schema.SAID[table]]
    return digest(canonical_row([parent, table, *said]))


def clock_check(root: str, clock: str) -> str:
    """Return the check value of a clock, which the root leaves out."""
    return digest(canonical_row([root, clock]))


def read_log(connection: sqlite3.Connection, witness: Witness | None) -> Log:
    """Read the log and check it: numbers without a gap, chain, clocks, head and witness.

    The rows of a release are checked by `read_tables`; their root stands for them here.

    Raises
    ------
    DatabaseError
        If any of it is not as it was written.
    """
    entries = _entries(connection)
    root = NO_PARENT
    for position, entry in enumerate(entries, start=1):
        expected = entry_root(root, entry.table, entry.facts)
        written = (*(entry.facts[c] for c in ("parent", "root", "clock_check")), entry.number)
        if written != (root, expected, clock_check(expected, entry.clock), position):
            raise _damaged(f"entry {position} of its log is absent or not as it was written")
        root = expected
    head = _scan(connection, "head", ("entries", "root"), "entry", "")
    if head != ([(1, len(entries), root)] if entries else []):
        raise _damaged("its log and its head differ: entries are absent")
    if witness is not None and (
        witness.entries > len(entries) or entries[witness.entries - 1].facts["root"] != witness.root
    ):
        raise _damaged(
            f"it holds {len(entries)} entries, but had {witness.entries} with root "
            f"{witness.root[:12]}: its log was cut, or another catalogue was put in its place"
        )
    return Log(tuple(entries), root, _by_name(entries))


def _entries(connection: sqlite3.Connection) -> list[Entry]:
    """Return the entries of the tables that this catalogue has, by number."""
    there = schema.tables(connection)
    entries = [
        Entry(number, table, dict(zip(columns, cells, strict=True)))
        for table, columns in schema.LOG_TABLES.items()
        if table in schema.CLOCKS and table in there
        for number, *cells in _scan(connection, table, tuple(columns), "entry", "")
    ]
    return sorted(entries, key=lambda entry: entry.number)


def _by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.text("name"): entry for entry in entries if entry.table == "releases"}


def read_tables(connection: sqlite3.Connection, release: Entry) -> Tables:
    """Read all rows of a release by row id, and check their number and the root over them.

    Raises
    ------
    DatabaseError
        If a row is absent, added or changed.
    """
    row_format = int(release.text("row_format"))
    if row_format not in schema.ROW_FORMATS:
        raise _damaged(f"release {release.text('name')!r} has the unknown row format {row_format}")
    first = release.number * schema.ROWS_PER_RELEASE
    where = f"WHERE row >= {first} AND row < {first + schema.ROWS_PER_RELEASE}"
    tables = {
        table: [cells for _, *cells in _scan(connection, table, columns, "row", where)]
        for table, columns in schema.ROW_FORMATS[row_format].items()
    }
    is_complete = all(len(rows) == release.facts[f"{t}_rows"] for t, rows in tables.items())
    if not is_complete or rows_hash(tables) != release.facts["rows_root"]:
        raise _damaged(f"rows of release {release.text('name')!r} are absent or changed")
    return tables


def stored_arrays(tables: Tables) -> dict[str, StoredArray]:
    """Return the objects of a release by role."""
    return {
        str(role): StoredArray(str(sha256), str(name), str(kind), tuple(parsed_json(str(shape))))
        for _, role, sha256, name, kind, shape in tables["objects"]
    }


def addresses(connection: sqlite3.Connection) -> set[str]:
    """Return the addresses of the objects of all releases, without checking the rows."""
    return {str(address) for _, address in _scan(connection, "objects", ("sha256",), "row", "")}


def _scan(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], key: str, where: str
) -> list[tuple[Any, ...]]:
    """Read rows in the order of their ids, through the table itself and no index."""
    names = ", ".join(quoted(schema.stored_name(connection, table, name)) for name in columns)
    sql = f"SELECT {key}, {names} FROM {table} NOT INDEXED {where} ORDER BY {key}"  # noqa: S608
    return connection.execute(sql).fetchall()


def _damaged(what: str) -> DatabaseError:
    return DatabaseError(f"the catalogue is damaged: {what}. Restore it from a copy.")
