"""Which reader takes a file, by the cells near its top."""

from __future__ import annotations

import csv
import io
import itertools
import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

from gecam.errors import GecamError, InputError, LayoutError
from gecam.io.door.intake import read_archive, read_text
from gecam.io.door.layouts import REGISTERED, Reader, Top
from gecam.io.door.open_files import File, open_file
from gecam.io.door.tables import Workbook
from gecam.io.maps.tops import geo_words

_ROWS_SEEN = 40
_SHEETS_SEEN = 8


@cache
def readers() -> tuple[Reader, ...]:
    """Return every reader, sorted by name: the modules of this room register theirs when imported."""
    room = Path(__file__).parent
    for module in pkgutil.walk_packages([str(room)], "gecam.io."):
        import_module(module.name)
    return tuple(REGISTERED[name] for name in sorted(REGISTERED))


def find_reader(source: File) -> Reader:
    """Return the reader that takes a file.

    Raises
    ------
    LayoutError
        If no reader knows the file, or two do.
    HostileFileError, InputError
        If the file cannot be opened safely.
    """
    seen = top_of(source)
    fitting = {reader.name: reader for reader in readers() if reader.takes(seen)}
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if fitting:
        raise LayoutError(
            f"the file could be for {' or '.join(fitting)}; call the reader yourself."
        )
    raise LayoutError(
        f"no reader of gecam knows this file; it begins with {list(seen.first)[:8]}. "
        "`gecam template` writes an empty table for figures of your own."
    )


def top_of(source: File) -> Top:
    """Return the cells near the top of a file that passed the checks of intake."""
    opened = open_file(source)
    words = geo_words(opened.raw)
    if words is not None:
        return Top(words, ())
    if opened.is_workbook:
        try:
            book = Workbook.open(opened)
        except LayoutError:
            table = _table_of_refugees(opened)
            if table is None:
                raise
            return top_of(table)
        rows = [row for name in book.names[:_SHEETS_SEEN] for row in book.top(name, _ROWS_SEEN)]
        return Top(_words(rows), _first(book.top(book.names[0], 1)), book.names)
    file = read_text(opened, encoding="latin-1")  # names of columns are ASCII in every layout
    lines = list(
        itertools.islice(
            io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding), _ROWS_SEEN
        )
    )
    mark = max(",;\t|", key="".join(lines).count)
    try:
        rows = list(csv.reader(lines, delimiter=mark))
    except csv.Error as error:
        raise InputError(f"{file.name} is not a well-formed table: {error}") from None
    return Top(_words(rows), _first(rows[:1]))


def _table_of_refugees(source: File) -> bytes | None:
    """Return the table of UNHCR's archive, which comes with a table of its footnotes."""
    try:
        members = read_archive(source).items()
    except GecamError:
        return None
    return next((data for name, data in members if name.endswith("population.csv")), None)


def _words(rows: list[list[str]]) -> frozenset[str]:
    return frozenset(" ".join(cell.split()) for row in rows for cell in row)


def _first(rows: list[list[str]]) -> tuple[str, ...]:
    return tuple(" ".join(cell.split()) for cell in rows[0]) if rows else ()
