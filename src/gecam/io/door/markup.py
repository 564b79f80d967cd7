"""XML as a stream: no DOCTYPE, bounded depth, and the rectangle that a sheet's cells span."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from gecam.errors import HostileFileError, InputError, Problem
from gecam.io.door.limits import CHUNK, Limits

_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 16_384  # of the spreadsheet format itself


_WITHOUT_VALUE: Final = (
    "a formula without a stored value",
    "an error of a spreadsheet",
    *(
        f"the error {word} of a spreadsheet"
        for word in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
    ),
)


@dataclass(frozen=True, slots=True)
class CellsWithoutValue:
    """Cells of a sheet that hold something and no value: errors, formulas never computed.

    Each is one integer, as a crafted sheet may have millions.
    """

    packed: array[int] = field(default_factory=lambda: array("Q"))

    def add(self, row: int, column: int, error: str = "") -> None:
        """Take a cell with the word of its error; empty for a formula."""
        what = f"the error {error} of a spreadsheet"
        code = 0 if not error else _WITHOUT_VALUE.index(what) if what in _WITHOUT_VALUE else 1
        self.packed.append(row << 24 | column << 8 | code)

    def __iter__(self) -> Iterator[tuple[int, int, str]]:
        """Yield row and column (1 is the first), and what the cell is."""
        for cell in self.packed:
            yield cell >> 24, cell >> 8 & 0xFFFF, _WITHOUT_VALUE[cell & 0xFF]


def check_markup(
    name: str, member: str, parts: Iterator[bytes], limits: Limits
) -> tuple[int, CellsWithoutValue]:
    """Check the XML of a member; return the cells of its rectangle, and those without a value."""
    parser = expat.ParserCreate("utf-8")  # whatever the file declares
    grid = _Grid(name, member, limits, parser)
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
    return grid.cells(), grid.without_value


def members_of_sheets(book: bytes, relations: bytes) -> dict[str, str]:
    """Return the member of the archive that holds each sheet, in lower case, by the sheet's name."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in ET.fromstring(relations)  # noqa: S314  (checked: no DOCTYPE, no entities)
    }
    members = {}
    for tag in ET.fromstring(book).iter():  # noqa: S314
        if tag.tag.rpartition("}")[2] == "sheet":
            ids = [value for key, value in tag.attrib.items() if key.endswith("}id")]
            target = targets.get(ids[0] if ids else None, "").lower().lstrip("/")
            members[tag.get("name", "")] = target if target.startswith("xl/") else f"xl/{target}"
    return members


_CELL_TAGS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")


def refuse_many_cells(where: str, parts: Iterator[bytes], limits: Limits) -> None:
    """Refuse a sheet with too many cells by counting bytes, long before its tags are parsed."""
    if sum(part.count(tag) for part in parts for tag in _CELL_TAGS) > limits.cells:
        raise HostileFileError(f"{where} has more than {limits.cells:,} cells. Cut the sheet.")


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


class _Grid:
    """What the tags of a sheet say about where its cells lie."""

    def __init__(self, name: str, member: str, limits: Limits, parser: expat.XMLParserType) -> None:
        self.where, self.limits, self.parser = f"{name}: {member}", limits, parser
        self.without_value = CellsWithoutValue()
        self.kind, self.value, self.has_formula = "", "", False  # of the cell that is open
        self.depth = self.row = self.column = self.count = 0
        self.top = self.left = 1 << 30
        self.bottom = self.right = 0
        self.columns: dict[str, int] = {}

    def doctype(self, *_: object) -> None:
        raise HostileFileError(f"{self.where} declares a DOCTYPE; spreadsheets have none.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise HostileFileError(f"{self.where} nests deeper than {self.limits.nesting} levels.")
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self.cell(attributes)
        elif tag == "f":
            self.has_formula = True
        elif tag == "v":
            if self.kind == "e" or self.has_formula:
                self.parser.CharacterDataHandler = self.characters
        elif tag == "row":
            self.open_row(attributes)
        elif tag == "dimension" and "ref" in attributes:
            self.check_dimension(attributes["ref"].split(":"))

    def open_row(self, attributes: dict[str, str]) -> None:
        """Go to the row that opens: the next one, or the one with its number."""
        self.row += 1
        self.column = 0
        if "r" in attributes:
            text = attributes["r"]
            if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _SHEET_ROWS):
                raise HostileFileError(f"{self.where} has a row numbered {text[:20]!r}.")
            self.row = int(text)

    def check_dimension(self, ends: list[str]) -> None:
        """Refuse a dimension that ends before it begins."""
        places = [self.place(end) for end in ends[:2]]
        if len(ends) > 2 or places[0][0] > places[-1][0] or places[0][1] > places[-1][1]:
            raise HostileFileError(f"{self.where} states an impossible dimension.")

    def end(self, tag: str) -> None:
        self.depth -= 1
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self.parser.CharacterDataHandler = None
        elif tag == "c":
            if self.kind == "e":
                self.without_value.add(self.row, self.column, self.value or "?")
            elif self.has_formula and not self.value and self.kind != "str":
                self.without_value.add(self.row, self.column)

    def characters(self, text: str) -> None:
        """Take the value of a cell that is an error, or the result of a formula."""
        self.value = (self.value + text)[:64]

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

    def cell(self, attributes: dict[str, str]) -> None:
        self.count += 1
        self.column += 1
        self.value, self.has_formula = "", False
        self.kind = attributes.get("t", "")
        if "r" in attributes:
            self.row, self.column = self.place(attributes["r"])
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
