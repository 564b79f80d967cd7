"""The tables of the catalogue, their versions, and what a catalogue must look like to be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping

from gecam.errors import DatabaseError
from gecam.results import BESIDE, OUTPUT, RELEASE_ROWS, ROW_FORMAT, ColumnKind

APPLICATION_ID = 0x6765636D  # "gecm": tells a catalogue from other SQLite files
SCHEMA_VERSION = 3
ROWS_PER_RELEASE = 1_000_000  # row ids of entry n are n * 1,000,000 and on

Columns = Mapping[str, str]

SQL_TYPES: Mapping[ColumnKind, str] = {
    "text": "TEXT", "codes": "TEXT", "number": "REAL", "whole": "INTEGER", "flag": "INTEGER",
}  # fmt: skip
ESTIMATES: Columns = {name: SQL_TYPES[OUTPUT[name].kind] for name in RELEASE_ROWS[ROW_FORMAT]}
# The rows of one release. The root is over them in this order.
RELEASE_TABLES: Mapping[str, Columns] = {
    "estimates": ESTIMATES,
    **{
        table: {name: SQL_TYPES[column.kind] for name, column in BESIDE[table].items()}
        for table in ("inputs", "sources", "specifications", "objects")
    },
}
# What is said of a release as a whole.
RELEASE_FACTS: Columns = {
    "name": "TEXT",
    "row_format": "INTEGER",
    "supersedes": "TEXT",
    "reason": "TEXT",
    "case_name": "TEXT",
    "scope": "TEXT",
    "measure": "TEXT",
    "as_of": "TEXT",
    "is_replayable": "INTEGER",
}
COUNTS = tuple(f"{table}_rows" for table in RELEASE_TABLES)
# An entry is a release, a retraction, or an export of a release that rests on inputs that are not
# public. Entries are numbered through and form one chain.
CHAIN: Columns = {"parent": "TEXT", "root": "TEXT"}
# Clocks are outside the chain: the same content has the same root whenever it is released. A check
# value of their own shows damage.
CLOCKS = {"releases": "released_on", "retractions": "retracted_on", "exports": "exported_on"}
LOG_TABLES: Mapping[str, Columns] = {
    "releases": {
        **RELEASE_FACTS, **dict.fromkeys(COUNTS, "INTEGER"), "rows_root": "TEXT", **CHAIN,
        "released_on": "TEXT", "clock_check": "TEXT",
    },
    "retractions": {
        "name": "TEXT", "reason": "TEXT", **CHAIN, "retracted_on": "TEXT", "clock_check": "TEXT",
    },
    "exports": {
        "name": "TEXT", "threshold": "REAL", "suppressed": "TEXT", **CHAIN, "exported_on": "TEXT",
        "clock_check": "TEXT",
    },
    "head": {"entries": "INTEGER", "root": "TEXT"},
}  # fmt: skip
TABLES: Mapping[str, Columns] = {**LOG_TABLES, **RELEASE_TABLES}
# What the root of an entry is over: all but the chain, which it is part of, and the clock.
SAID: Mapping[str, tuple[str, ...]] = {
    table: tuple(c for c in LOG_TABLES[table] if c not in {*CHAIN, clock, "clock_check"})
    for table, clock in CLOCKS.items()
}
SINCE = {"exports": 2}  # schema version that a table came with; the others are of version 1
# Columns that were renamed: the schema version since which they have their name, and the one before.
RENAMED_COLUMNS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "estimates": {"evidence_level": (3, "rung")}
}
# Breakdown -> what it is stored as, by itself and at the beginning of ids. Roots are over these words.
STORED_BREAKDOWNS: Mapping[str, str] = {"cell": "leaf"}
_BREAKDOWNS_OF_NOW = {stored: now for now, stored in STORED_BREAKDOWNS.items()}
PACKED = "packed_objects"  # a table of packed databases only
NULLABLE = frozenset(
    {"evidence_level", *(name for name, kind in ESTIMATES.items() if kind == "REAL")}
)

# Row format -> the columns of the release tables that it knows. A later schema adds a format here,
# so that the roots of old releases can still be computed.
ROW_FORMATS: Mapping[int, Mapping[str, tuple[str, ...]]] = {
    row_format: {table: tuple(columns) for table, columns in RELEASE_TABLES.items()}
    | {"estimates": columns}
    for row_format, columns in RELEASE_ROWS.items()
}
# Step n brings a catalogue from schema version n to n + 1. It may add tables and columns, and rename
# columns, as roots are over values; it never changes a row that a root is over.
MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {
    1: lambda connection: create_table(connection, "exports"),
    2: lambda connection: rename_column(connection, "estimates", "rung", "evidence_level"),
}


def quoted(name: str) -> str:
    """Return an identifier for SQL; ``group`` is a word of SQL itself."""
    return f'"{name}"'


def create_table(connection: sqlite3.Connection, table: str) -> None:
    """Make an empty table."""
    key = "row" if table in RELEASE_TABLES else "entry"
    body = "".join(
        f", {quoted(name)} {kind}{'' if name in NULLABLE else ' NOT NULL'}"
        for name, kind in TABLES[table].items()
    )
    connection.execute(f"CREATE TABLE {table} ({key} INTEGER PRIMARY KEY{body}) STRICT")


def rename_column(connection: sqlite3.Connection, table: str, old: str, new: str) -> None:
    """Give a column of a table another name."""
    connection.execute(f"ALTER TABLE {table} RENAME COLUMN {quoted(old)} TO {quoted(new)}")


def stored_name(connection: sqlite3.Connection, table: str, column: str) -> str:
    """Return the name of a column in a catalogue of its schema version."""
    since, before = RENAMED_COLUMNS.get(table, {}).get(column, (1, column))
    return column if version(connection) >= since else before


def stored_key(key: str) -> str:
    """Return a breakdown, or the id of a row that begins with one, as it is stored."""
    breakdown, slash, rest = key.partition("/")
    return f"{STORED_BREAKDOWNS.get(breakdown, breakdown)}{slash}{rest}"


def key_of_now(key: str) -> str:
    """Return a breakdown or id that was stored, by its name of now."""
    breakdown, slash, rest = key.partition("/")
    return f"{_BREAKDOWNS_OF_NOW.get(breakdown, breakdown)}{slash}{rest}"


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty catalogue."""
    for table in TABLES:
        create_table(connection, table)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def version(connection: sqlite3.Connection) -> int:
    """Return the schema version of a catalogue.

    Raises
    ------
    DatabaseError
        If the file is not a catalogue of gecam, or a newer gecam made it.
    """
    ((application,),) = connection.execute("PRAGMA application_id")
    ((stated,),) = connection.execute("PRAGMA user_version")
    if application != APPLICATION_ID:
        raise DatabaseError("this SQLite file is not a database of gecam, or its head is damaged")
    if stated > SCHEMA_VERSION:
        raise DatabaseError(
            f"the database has schema version {stated}; this gecam reads up to {SCHEMA_VERSION}. "
            "Install a newer gecam."
        )
    if stated < 1:
        raise DatabaseError(f"there is no schema version {stated}: the head is damaged")
    return int(stated)


def is_packed(connection: sqlite3.Connection) -> bool:
    """Whether the file is a packed database: complete, and not to be written to."""
    rows = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (PACKED,))
    return bool(rows.fetchall())


def check_writable(connection: sqlite3.Connection) -> None:
    """Raise `DatabaseError` for a packed database."""
    if is_packed(connection):
        raise DatabaseError("this is a packed database: unpack it to write to it")


def check_packed(connection: sqlite3.Connection) -> None:
    """Raise `DatabaseError` unless it is a packed database."""
    if not is_packed(connection):
        raise DatabaseError("this is no packed database: it holds no objects")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a catalogue to the current schema version; the caller holds the writer lock."""
    for step in range(version(connection), SCHEMA_VERSION):
        MIGRATIONS[step](connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def tables(connection: sqlite3.Connection) -> set[str]:
    """Return the tables that a catalogue of its schema version has."""
    stated = version(connection)
    return {table for table in TABLES if SINCE.get(table, 1) <= stated}


def check_schema(connection: sqlite3.Connection) -> None:
    """Check that the tables are those of its schema version, and that no trigger waits in it.

    Raises
    ------
    DatabaseError
        If a table or column is absent or has another type, or there is a trigger.
    """
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        raise DatabaseError(f"the catalogue has a trigger, {name!r}: gecam makes none. Drop it.")
    there = tables(connection)
    for table, columns in TABLES.items():
        if table not in there:
            continue
        key = "row" if table in RELEASE_TABLES else "entry"
        expected = {key: ("INTEGER", 1)} | {
            stored_name(connection, table, name): (kind, 0) for name, kind in columns.items()
        }
        actual = {
            name: (kind, is_key)
            for _, name, kind, _, _, is_key in connection.execute(f"PRAGMA table_info({table})")
        }
        if actual != expected:
            raise DatabaseError(
                f"the table {table!r} does not have the columns of its schema version: "
                "the catalogue is damaged. Restore it from a copy."
            )
