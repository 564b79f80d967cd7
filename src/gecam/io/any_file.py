"""Any file that gecam reads, by the reader that takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gecam._signature import checked
from gecam.errors import InputError, LayoutError, Problem
from gecam.io.door import File, open_file
from gecam.io.ocha.cod_ps import read_cod_ps
from gecam.io.ocha.residents import read_cod_ps_country, read_hapi_population
from gecam.io.own.own_areas import read_area_counts
from gecam.io.own.own_tables import read_needs, read_population, read_stock
from gecam.io.own.templates import COLUMNS
from gecam.io.readers import find_reader, top_of
from gecam.model import Population

_OWN = {
    "stock": read_stock, "population": read_population, "needs": read_needs,
    "by_area": read_area_counts,
}  # fmt: skip


_BY_LEVEL: dict[str, Callable[..., Population]] = {
    read.__name__: read for read in (read_cod_ps, read_cod_ps_country, read_hapi_population)
}


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
    further
        Of a file of residents with several administrative levels: those below the topmost.
    """

    file: str
    sha256: str
    kind: str
    reader: str
    publisher: str
    value: Any
    further: tuple[Any, ...] = ()


@checked
def read_file(
    source: File, *, kind: str | tuple[str, ...] = "", encoding: str | None = None
) -> FileRead:
    """Read a file with the reader that takes it by its content.

    Parameters
    ----------
    source
        A publisher's file, or a table of your own with the columns of `template`.
    kind
        What it has to be, such as ``"stock"``, or one of several; empty takes any. A table of your own
        whose columns are not those of a template is then read as the first, for the message that says
        which column is missing.
    encoding
        Name of the encoding of text files that are not UTF-8, such as ``"cp1252"``.

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
    file = open_file(source, encoding=encoding or "")
    kinds = (kind,) if isinstance(kind, str) else kind
    first = kinds[0]
    try:
        reader = find_reader(file)
    except LayoutError as error:
        if first not in _OWN:
            raise
        ours = COLUMNS[first]  # type: ignore[index]  # it is one of them
        needed = {name for name, column in ours.items() if column.default is None}
        if needed.isdisjoint(top_of(file).first):
            what, _, _ = str(error).partition(". ")
            columns = f"A table of your own has the columns {', '.join(sorted(needed))}"
            remedy = f"{columns}: `gecam template {first}`."
            problem = Problem(what, remedy, file=file.name, code="LAYOUT")
            raise LayoutError(f"{file.name}: {what}. {remedy}", [problem]) from None
        value: Any = _OWN[first](file, encoding=encoding)
        return FileRead(file.name, file.sha256, first, _OWN[first].__name__, "you", value)
    if first and reader.kind not in kinds:
        form = f"Make a table of your own from it: `gecam template {first}`." * (first in _OWN)
        text = f"a file for {reader.name} ({reader.kind}) was given as {first}. {form}"
        raise LayoutError(text.rstrip())
    value = reader.read_by_country(file)
    further = tuple(_lower_levels(file, _BY_LEVEL.get(reader.name)))
    return FileRead(
        file.name, file.sha256, reader.kind, reader.name, reader.publisher, value, further
    )


def _lower_levels(file: File, read: Callable[..., Population] | None) -> Iterator[Population]:
    """Yield residents of the administrative levels that a file of several levels has."""
    for level in (1, 2, 3) if read else ():
        with suppress(InputError):  # it has no row of that level
            yield read(file, level=level)  # type: ignore[misc]  # there is one
