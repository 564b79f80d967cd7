"""Any file that gecam reads, by the reader that takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gecam._signature import checked
from gecam.errors import LayoutError
from gecam.io.door import File, open_file
from gecam.io.own.own_tables import read_needs, read_population, read_stock
from gecam.io.readers import find_reader

_OWN = {"stock": read_stock, "population": read_population, "needs": read_needs}


@dataclass(frozen=True, eq=False)
class FileRead:
    """What a file holds, and who read it.

    Parameters
    ----------
    file, sha256
        Its name, and its hash as handed over.
    kind, reader, publisher
        As in `FileReport`: such as ``needs``, ``read_hno``, ``OCHA``.
    value
        What the reader returned, such as a `Stock`.
    """

    file: str
    sha256: str
    kind: str
    reader: str
    publisher: str
    value: Any


@checked
def read_file(source: File, *, kind: str = "", encoding: str | None = None) -> FileRead:
    """Read a file with the reader that takes it by its content.

    Parameters
    ----------
    source
        A publisher's file, or a table of your own with the columns of `template`.
    kind
        What it has to be, such as ``"stock"``; empty takes any. A table of your own whose columns are
        not those of a template is then read as one, for the message that says which column is missing.
    encoding
        Name of the encoding of tables of your own that are not UTF-8, such as ``"cp1252"``.

    Returns
    -------
    FileRead
        Of OCHA's tables of needs, faults in the figure of one country refuse that country alone
        (`NeedsTable.faults`).

    Raises
    ------
    LayoutError
        If no reader takes the file, or the one that does returns another kind.
    InputError
        With everything that is wrong in the file.
    """
    file = open_file(source)
    try:
        reader = find_reader(file)
    except LayoutError:
        if kind not in _OWN:
            raise
        value: Any = _OWN[kind](file, encoding=encoding)
        return FileRead(file.name, file.sha256, kind, _OWN[kind].__name__, "you", value)
    if kind and reader.kind != kind:
        form = (
            f" Make a table of your own from it: `gecam template {kind}`." if kind in _OWN else ""
        )
        raise LayoutError(f"a file for {reader.name} ({reader.kind}) was given as {kind}.{form}")
    if reader.publisher == "you" and reader.kind in _OWN:
        value = _OWN[reader.kind](file, encoding=encoding)
    elif reader.kind == "needs":
        value = reader.function(file, refuse="country")  # type: ignore[call-arg]
    else:
        value = reader.read(file)
    return FileRead(file.name, file.sha256, reader.kind, reader.name, reader.publisher, value)
