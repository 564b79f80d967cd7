"""Canonical bytes of rows and arrays, over which hashes are computed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from gecam.errors import DatabaseError

Value: TypeAlias = str | int | float | None  # what a cell of the catalogue can hold
Row: TypeAlias = Sequence[Value]

NO_PARENT = "0" * 64  # parent of the first entry of a database


def canonical_json(value: object) -> bytes:
    """Return JSON with sorted keys, no blanks, and no numbers that JSON does not know."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def parsed_json(text: str | bytes) -> Any:
    """Return the value of a JSON text of a database.

    Raises
    ------
    DatabaseError
        If it is damaged, or nests so deeply that no database of ours wrote it.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatabaseError(f"the database holds text that is no JSON of ours: {error}") from None


def digest(*parts: bytes | memoryview) -> str:
    """Return the SHA-256 of some parts, in hexadecimal."""
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part)
    return sha.hexdigest()


def canonical_row(row: Row) -> bytes:
    r"""Return the bytes of a row: each value with its type, floats exactly, one line.

    Examples
    --------
    >>> from gecam.database.storage.canonical import canonical_row
    >>> canonical_row(["SDN", 1, 0.5, None])
    b'["tSDN","i1","r0x1.0000000000000p-1",null]\n'
    """
    return canonical_json([_typed(value) for value in row]) + b"\n"


def _typed(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return "t" + value
    if isinstance(value, float):
        return "r" + (value + 0.0).hex()  # SQLite does not keep the sign of zero
    return f"i{value}"


def rows_hash(tables: Mapping[str, Iterable[Row]]) -> str:
    """Return the root over the rows of some tables: their names, order, number and content.

    A hash per row could not see that a row is absent.
    """
    sha = hashlib.sha256()
    for name, rows in tables.items():
        count = 0
        sha.update(canonical_row(["table", name]))
        for row in rows:
            sha.update(canonical_row(row))
            count += 1
        sha.update(canonical_row(["rows", count]))
    return sha.hexdigest()
