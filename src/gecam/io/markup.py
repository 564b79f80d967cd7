"""XML as a stream: no DOCTYPE, bounded depth, and the rectangle that a sheet's cells span."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from gecam.errors import HostileFileError, InputError, Problem
from gecam.io.limits import CHUNK, Limits

_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 16_384  # of the spreadsheet format itself


def check_markup(name: str, member: str, parts: Iterator[bytes], limits: Limits) -> int:
    """Check the XML of a member and return how many cells its rectangle of cells has."""
    grid = _Grid(name, member, limits)
    parser = expat.ParserCreate("utf-8")  # whatever the file declares
    parser.ordered_attributes = True
    parser.StartElementHandler = grid.start
    parser.EndElementHandler = grid.end
    parser.StartDoctypeDeclHandler = grid.doctype
    fed = 0
    try:
        for part in parts:
            parser.Parse(part, False)
            fed += len(part)
            if fed - max(parser.CurrentByteIndex, 0) > limits.token_bytes + CHUNK:
                raise HostileFileError(
                    f"{name}: {member} has a tag of more than {limits.token_bytes:,} bytes."
                )
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise InputError(
            f"{name} has damaged markup",
            [Problem(str(error), file=name, sheet=member, row=error.lineno, code="XML")],
        ) from None
    return grid.cells()


_CELL_TAGS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")


def refuse_many_cells(where: str, parts: Iterator[bytes], limits: Limits) -> None:
    """Refuse a sheet with too many cells by counting bytes, long before its tags are parsed."""
    if sum(part.count(tag) for part in parts for tag in _CELL_TAGS) > limits.cells:
        raise HostileFileError(f"{where} has more than {limits.cells:,} cells. Cut the sheet.")


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


class _Grid:
    """What the tags of a sheet say about where its cells lie."""

    def __init__(self, name: str, member: str, limits: Limits) -> None:
        self.where, self.limits = f"{name}: {member}", limits
        self.depth = self.row = self.column = self.count = 0
        self.top = self.left = 1 << 30
        self.bottom = self.right = 0
        self.columns: dict[str, int] = {}

    def doctype(self, *_: object) -> None:
        raise HostileFileError(f"{self.where} declares a DOCTYPE; spreadsheets have none.")

    def start(self, tag: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise HostileFileError(f"{self.where} nests deeper than {self.limits.nesting} levels.")
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.cell(attributes)
        elif tag == "row":
            self.row += 1
            self.column = 0
            if "r" in attributes[::2]:
                text = attributes[attributes.index("r") + 1]
                if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _SHEET_ROWS):
                    raise HostileFileError(f"{self.where} has a row numbered {text[:20]!r}.")
                self.row = int(text)
        elif tag == "dimension" and "ref" in attributes[::2]:
            ends = attributes[attributes.index("ref") + 1].split(":")
            places = [self.place(end) for end in ends[:2]]
            if len(ends) > 2 or places[0][0] > places[-1][0] or places[0][1] > places[-1][1]:
                raise HostileFileError(f"{self.where} states an impossible dimension.")

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def place(self, text: str) -> tuple[int, int]:
        """Return row and column of a cell reference."""
        match = _REFERENCE.fullmatch(text)
        if match:
            letters = match[1]
            column = self.columns.get(letters, 0)
            if not column:
                for letter in letters:
                    column = 26 * column + ord(letter) - 64
                self.columns[letters] = column
            row = int(match[2])
            if row <= _SHEET_ROWS and column <= _SHEET_COLUMNS:
                return row, column
        raise HostileFileError(f"{self.where} has an impossible cell reference {text[:20]!r}.")

    def cell(self, attributes: list[str]) -> None:
        self.count += 1
        self.column += 1
        if "r" in attributes[::2]:
            self.row, self.column = self.place(attributes[attributes.index("r") + 1])
        row, column = max(self.row, 1), self.column
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        if self.cells() > self.limits.cells:
            raise HostileFileError(
                f"{self.where} spans more than {self.limits.cells:,} cells (the cell in row {row}, "
                f"column {column} makes it so large). Delete stray cells, or cut the sheet."
            )

    def cells(self) -> int:
        """Return how many cells the rectangle around all cells has, or how many tags there are."""
        if not self.count:
            return 0
        return max(self.count, self.bottom * self.right)
