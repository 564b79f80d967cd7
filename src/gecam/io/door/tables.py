"""Tables as the publisher wrote them: every cell as text, with its place."""

from __future__ import annotations

import csv
import io
import itertools
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from gecam.errors import InputError, LayoutError, Problem
from gecam.io.door.builder import HEADER_WITHIN, Builder, HeaderRow
from gecam.io.door.cells import text, unreadable
from gecam.io.door.encodings import WESTERN
from gecam.io.door.intake import CheckedFile, read_text, read_workbook_bytes
from gecam.io.door.limits import LIMITS, Limits
from gecam.io.door.markup import members_of_sheets
from gecam.io.door.open_files import File, open_file
from gecam.io.door.sheet import Sheet
from gecam.model import Note

__all__ = ["HeaderRow", "Sheet", "Workbook", "read_table", "sheets_with"]

_T = TypeVar("_T")
SheetName: TypeAlias = str | int | Callable[[str], bool]
"""Name or position of a sheet (0 is the first that is not hidden), or a function that knows it."""


def read_table(
    source: File,
    *,
    sheet: SheetName = 0,
    header_row: HeaderRow = 1,
    delimiter: str | None = None,
    encoding: str | None = None,
    limits: Limits = LIMITS,
) -> Sheet:
    r"""Read a sheet of an .xlsx workbook, or a table of delimited text (plain or gzip).

    Parameters
    ----------
    source
        Path, bytes, or a file open for reading bytes.
    sheet
        Which sheet of a workbook; hidden ones are skipped, and a note names them.
    header_row
        Number of the row that holds the labels, as a spreadsheet program shows it, or a function that
        knows it by its cells; rows above it become the title.
    delimiter
        One character between the cells of a text; None takes the one of comma, semicolon, tab and bar
        that the header holds most often.
    encoding
        Fallback for texts that are not UTF-8 (see `gecam.io.door.intake.read_text`). Without it text
        in Windows' Western European encoding is told by itself, and a note says so.
    limits
        How large the file may be.

    Raises
    ------
    HostileFileError
        If the file breaks a limit (see `gecam.io.door.intake`).
    InputError
        If a row has more or fewer cells than the header, a quotation mark is never closed, or a cell
        in quotation marks swallowed whole rows.
    LayoutError
        If there is no such sheet or no header row.

    Examples
    --------
    >>> from gecam.io.door.tables import read_table
    >>> sheet = read_table("place,people\nNA,1 200\n".encode())
    >>> sheet.text("place").item(), sheet.people("people").tolist()
    ('NA', [1200.0])
    """
    opened = open_file(source, limits=limits)
    if opened.is_workbook:
        return Workbook.open(opened, limits=limits).sheet(sheet, header_row=header_row)
    file = read_text(opened, encoding=encoding, limits=limits, is_western_told=True)
    lines = io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding, newline="")
    mark = delimiter or _delimiter(file, header_row)
    reader = csv.reader(lines, delimiter=mark, strict=True)
    table = Builder(file.name, "", limits)
    row = 1
    try:
        for record in reader:
            if reader.line_num > row:
                table.refuse_swallowed_rows(row, record, mark)
            table.row(row, record, header_row)
            row = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{file.name} is not a well-formed table",
            [Problem(str(error), file=file.name, row=reader.line_num, code="CSV")],
        ) from None
    result = table.sheet(file.sha256, file.encoding)
    is_told = file.encoding == WESTERN and not (encoding or opened.encoding)
    text = (
        "not UTF-8: read as cp1252 (Windows, Western Europe); name another encoding where it is not"
    )
    result.notes.append(Note("ENCODING", text, int(is_told)))
    return result


def sheets_with(
    source: File, is_header: Callable[[Sequence[str]], bool], *, limits: Limits = LIMITS
) -> tuple[str, ...]:
    """Return the sheets of a workbook with a header among their first rows; none for a text."""
    opened = open_file(source, limits=limits)
    if not opened.is_workbook:
        return ()
    book = Workbook.open(opened, limits=limits)
    tops = {name: book.top(name, HEADER_WITHIN) for name in book.names}
    return tuple(name for name, rows in tops.items() if any(map(is_header, rows)))


@dataclass(frozen=True, eq=False)
class Workbook:
    """A checked workbook, to read several sheets from."""

    name: str
    sha256: str
    names: tuple[str, ...]
    hidden: tuple[str, ...]
    book: Any = field(repr=False)
    without_value: Mapping[str, Iterable[tuple[int, int, str]]] = field(repr=False)
    limits: Limits = LIMITS
    parsed: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, source: File, *, limits: Limits = LIMITS) -> Workbook:
        """Check a workbook and open it; one that was opened so before is returned."""
        opened = open_file(source, limits=limits)
        if (limits, "workbook") not in opened.parsed:
            opened.parsed[limits, "workbook"] = cls._checked(opened, limits)
        workbook: Workbook = opened.parsed[limits, "workbook"]
        return workbook

    @classmethod
    def _checked(cls, opened: File, limits: Limits) -> Workbook:
        from python_calamine import CalamineWorkbook, SheetVisibleEnum

        file = read_workbook_bytes(opened, limits=limits)
        book = _guarded(file.name, lambda: CalamineWorkbook.from_filelike(io.BytesIO(file.data)))
        shown = str(SheetVisibleEnum.Visible)
        names = tuple(it.name for it in book.sheets_metadata if str(it.visible) == shown)
        hidden = tuple(name for name in book.sheet_names if name not in names)
        without_value = _without_value(file, names)
        return cls(file.name, file.sha256, names, hidden, book, without_value, limits)

    def top(self, name: str, rows: int) -> list[list[str]]:
        """Return the first rows of a sheet as text."""
        return [[text(cell) for cell in record] for record in self._grid(name, nrows=rows)]

    def _grid(self, name: str, **options: Any) -> list[list[Any]]:
        """Return the cells of a sheet, which is parsed once."""

        def read() -> list[list[Any]]:
            if name not in self.parsed:
                self.parsed[name] = self.book.get_sheet_by_name(name)
            grid: list[list[Any]] = self.parsed[name].to_python(skip_empty_area=False, **options)
            return grid

        return _guarded(self.name, read)

    def _name(self, which: SheetName) -> str:
        has = f"it has {list(self.names)}" + (
            f", and hidden: {list(self.hidden)}. Unhide the one that is meant." * bool(self.hidden)
        )
        if isinstance(which, int):
            if not 0 <= which < len(self.names):
                raise LayoutError(
                    f"{self.name} has {len(self.names)} sheets: no number {which}; {has}"
                )
            return self.names[which]
        chosen = [
            name for name in self.names if (which(name) if callable(which) else name == which)
        ]
        if len(chosen) != 1:
            wish = "that the reader knows" if callable(which) else repr(which)
            raise LayoutError(f"{self.name} has no one sheet {wish}; {has}")
        return chosen[0]

    def sheet(self, which: SheetName = 0, *, header_row: HeaderRow = 1) -> Sheet:
        """Return a sheet by name, position, or a function that picks the name."""
        name = self._name(which)
        grid = self._grid(name)
        for row, column, what in self.without_value[name]:
            grid.extend([] for _ in range(row - len(grid)))
            grid[row - 1].extend([""] * (column - len(grid[row - 1])))
            grid[row - 1][column - 1] = unreadable(what)
        table = Builder(self.name, name, self.limits)
        for row, record in enumerate(grid, start=1):
            cells = [text(cell) for cell in record]
            if table.labels and not any(cells[len(table.labels) :]):
                cells = cells[: len(table.labels)]  # the grid is as wide as its widest row
            elif not table.labels:
                while cells and not cells[-1]:
                    cells.pop()
            table.row(row, cells, header_row)
        sheet = table.sheet(self.sha256, "")
        names = ", ".join(map(repr, self.hidden))
        sheet.notes.append(
            Note("HIDDEN_SHEETS", f"hidden sheets, not read: {names}", len(self.hidden))
        )
        return sheet


def _without_value(
    file: CheckedFile, names: Iterable[str]
) -> dict[str, Iterable[tuple[int, int, str]]]:
    """Return the cells of each sheet that hold an error or a formula never computed."""
    archive = zipfile.ZipFile(io.BytesIO(file.data))
    read = {name.lower(): name for name in archive.namelist()}
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    try:
        members = members_of_sheets(archive.read(read[book]), archive.read(read[relations]))
        return {name: file.without_value[members[name]] for name in names}
    except KeyError as error:
        raise InputError(f"{file.name} does not say where its sheet {error} lies.") from None


def _guarded(name: str, read: Callable[[], _T]) -> _T:
    """Call the spreadsheet parser; its panics are errors of the file."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a Rust panic is not an Exception
        raise InputError(f"{name} cannot be read as a workbook: {error}") from None


def _delimiter(file: CheckedFile, header_row: HeaderRow) -> str:
    """Return the mark that the header row, or the rows it is searched in, holds most often."""
    lines = io.TextIOWrapper(io.BytesIO(file.data), encoding=file.encoding)
    start, stop = (0, HEADER_WITHIN) if callable(header_row) else (header_row - 1, header_row)
    header = "".join(itertools.islice(lines, start, stop))
    return max(",;\t|", key=header.count)
