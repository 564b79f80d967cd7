"""Checks of a file before any parser sees it: sizes, archives, markup, encodings.

Files come from mail and from the web. A spreadsheet of 1.4 kB can make a fast parser ask for
terabytes and take the process down with it, so every file passes here first, as a stream: nothing
is kept in memory before it has been accepted. What a check refuses is a `HostileFileError`.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from xml.etree import ElementTree as ET
from xml.parsers import expat

from gecam.errors import HostileFileError, InputError, LayoutError, Problem

Source: TypeAlias = str | Path | bytes | IO[bytes]

CHUNK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; a file above a limit is refused.

    Parameters
    ----------
    file_bytes, inflated_bytes
        Size as handed over, and after decompression of all members.
    ratio
        Inflated over compressed size. Publishers' files lie between 2 and 15.
    members
        Members of an archive.
    cells
        Cells of the rectangle that holds all cells of a sheet, empty ones included; a workbook may
        hold twice as many.
    line_bytes, columns, rows
        Longest line of a text file, widest row, number of rows.
    nesting
        Depth of JSON and XML.
    token_bytes
        Longest tag or attribute of XML.
    """

    file_bytes: int = 256 << 20
    inflated_bytes: int = 512 << 20
    ratio: int = 100
    members: int = 2_000
    cells: int = 3_000_000
    line_bytes: int = 1 << 20
    columns: int = 4_096
    rows: int = 5_000_000
    nesting: int = 64
    token_bytes: int = 1 << 20


LIMITS: Final = Limits()
_RATIO_FREE = 4 << 20  # below this size a high ratio harms nobody
_WORKBOOK_INFLATED = 256 << 20
_SHEET_ROWS, _SHEET_COLUMNS = 1_048_576, 16_384  # of the format itself
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The bytes of a file that passed the checks.

    Parameters
    ----------
    name
        File name without folder; ``"<buffer>"`` for bytes in memory.
    sha256
        Hash of the file as handed over (compressed, where it is).
    data
        Contents, decompressed.
    encoding
        Encoding of a text file; empty for others.
    """

    name: str
    sha256: str
    data: bytes
    encoding: str = ""


def sha256(source: Source) -> str:
    """Return the SHA-256 of a file as handed over, in hexadecimal.

    Examples
    --------
    >>> from gecam.io.intake import sha256
    >>> sha256(b"abc")[:8]
    'ba7816bf'
    """
    return hashlib.sha256(_load(source, LIMITS)[1]).hexdigest()


def file_name(source: Source) -> str:
    """Return the name for messages: of the file, without folder."""
    if isinstance(source, str | Path):
        return Path(source).name
    return Path(str(getattr(source, "name", "<buffer>"))).name


def is_workbook(source: Source) -> bool:
    """Return whether a file starts like a zip archive, as .xlsx workbooks do."""
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return file.read(4) == _ZIP
    if isinstance(source, bytes):
        return source[:4] == _ZIP
    start = source.read(4)
    source.seek(-len(start), io.SEEK_CUR)
    return start == _ZIP


def read_text(
    source: Source, *, encoding: str | None = None, limits: Limits = LIMITS
) -> CheckedFile:
    """Return the checked contents of a text file, plain or compressed by gzip.

    Parameters
    ----------
    source
        Path, bytes, or a file open for reading bytes.
    encoding
        Encoding to fall back on where the file is not UTF-8 and has no byte-order mark, such as
        ``"cp1252"``. Without it such a file is an error: guessing turns "Côte" into "CÃ´te".
    limits
        How large the file may be.

    Raises
    ------
    HostileFileError
        If the file is above a limit or holds NUL bytes.
    InputError
        If the file cannot be decoded, or is damaged.
    LayoutError
        If it is a workbook.
    """
    name, raw = _load(source, limits)
    if raw.startswith((_ZIP, _OLE)):
        raise LayoutError(f"{name} is a workbook, not a text file. Hand it to the reader as it is.")
    is_gzip = raw.startswith(_GZIP)

    def chunks() -> Iterator[bytes]:
        return (
            _gunzip(name, raw, limits)
            if is_gzip
            else (raw[at : at + CHUNK] for at in range(0, len(raw), CHUNK))
        )

    head = next(chunks(), b"")[:3]
    found = next((codec for bom, codec in _BOMS.items() if head.startswith(bom)), "utf-8")
    _check_lines(name, chunks(), limits, is_wide=found == "utf-16")
    data = b"".join(chunks()) if is_gzip else raw
    try:
        data.decode(found)  # strict
    except UnicodeDecodeError as error:
        if encoding is None or found != "utf-8":
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"{name} is not valid {found.upper()}: byte {data[error.start]:#04x}, line {line}. "
                'Name its encoding, such as encoding="cp1252".'
            ) from None
        found = encoding
        try:
            data.decode(found)
        except (UnicodeDecodeError, LookupError) as again:
            raise InputError(f"{name} cannot be read as {encoding!r}: {again}") from None
    return CheckedFile(name, hashlib.sha256(raw).hexdigest(), data, found)


def read_json(source: Source, *, limits: Limits = LIMITS) -> Any:
    """Return the value of a JSON file; repeated keys, NaN and deep nesting are refused."""
    file = read_text(source, limits=limits)
    depth = deepest = 0
    for match in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]', file.data):
        token = match[0][:1]
        depth += (token in b"[{") - (token in b"]}")
        deepest = max(deepest, depth)
        if deepest > limits.nesting:
            raise HostileFileError(f"{file.name} nests deeper than {limits.nesting} levels.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise ValueError("a key occurs twice in one object")
        return result

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not a JSON number")

    try:
        return json.loads(
            file.data.decode(file.encoding), object_pairs_hook=unique, parse_constant=refuse
        )
    except ValueError as error:
        raise InputError(f"{file.name} is not valid JSON: {error}") from error


def read_xml(source: Source, *, limits: Limits = LIMITS) -> ET.Element:
    """Return the root of an XML file; a DOCTYPE, entities and deep nesting are refused."""
    file = read_text(source, limits=limits)
    data = file.data.decode(file.encoding).encode()
    _check_markup(file.name, file.name, iter([data]), limits)
    return ET.fromstring(data)  # noqa: S314  (no DOCTYPE, so no entities)


def read_archive(source: Source, *, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Return the members of a zip archive by name, after the checks of an archive."""
    name, raw = _load(source, limits)
    members = _members(name, raw, limits, limits.inflated_bytes)
    for member in members:
        for _ in _inflate(name, raw, member):
            pass
    return {member.filename: b"".join(_inflate(name, raw, member)) for member in members}


def read_workbook_bytes(source: Source, *, limits: Limits = LIMITS) -> CheckedFile:
    """Return a checked workbook, rebuilt from exactly the members that were checked.

    The archive is written anew without compression and without what is not markup, so that the
    parser cannot find another directory, member or length in it than the check did.

    Raises
    ------
    HostileFileError
        If the archive, its markup, or the rectangle of cells of a sheet breaks a limit.
    LayoutError
        If the file is not an .xlsx workbook.
    """
    name, raw = _load(source, limits)
    if raw.startswith(_OLE):
        raise LayoutError(f"{name} is an .xls or protected workbook. Save it as plain .xlsx.")
    if not raw.startswith(_ZIP):
        raise LayoutError(f"{name} is not an .xlsx workbook.")
    members = _members(name, raw, limits, min(limits.inflated_bytes, _WORKBOOK_INFLATED))
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise LayoutError(f"{name} has no member xl/workbook.xml: not an .xlsx workbook.")
    cells = 0
    for member in members:
        parts = _inflate(name, raw, member)
        if _is_markup(member.filename):
            cells += _check_markup(name, member.filename, parts, limits)
        else:
            for _ in parts:
                pass
        if cells > 2 * limits.cells:
            raise HostileFileError(f"{name} spans more than {2 * limits.cells:,} cells.")
    rebuilt = io.BytesIO()
    with zipfile.ZipFile(rebuilt, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            if _is_markup(member.filename):
                archive.writestr(member.filename, b"".join(_inflate(name, raw, member)))
    return CheckedFile(name, hashlib.sha256(raw).hexdigest(), rebuilt.getvalue())


def _load(source: Source, limits: Limits) -> tuple[str, bytes]:
    name = file_name(source)
    if isinstance(source, bytes):
        size, raw = len(source), source
    elif isinstance(source, str | Path):
        size = Path(source).stat().st_size
        raw = Path(source).read_bytes() if size <= limits.file_bytes else b""
    else:
        raw = source.read(limits.file_bytes + 1)
        size = len(raw)
    if size > limits.file_bytes:
        raise HostileFileError(
            f"{name} has more than {limits.file_bytes:,} bytes. Cut it, or pass larger limits."
        )
    if not raw:
        raise InputError(f"{name} is empty.")
    return name, raw


def _too_large(name: str, inflated: int, compressed: int, limits: Limits) -> None:
    if inflated > limits.inflated_bytes:
        raise HostileFileError(
            f"{name} inflates to more than {limits.inflated_bytes:,} bytes. "
            "Cut it, or pass larger limits."
        )
    if inflated > max(_RATIO_FREE, limits.ratio * compressed):
        raise HostileFileError(
            f"{name} inflates more than {limits.ratio}-fold: an archive bomb. "
            "Unpack it yourself if you trust it."
        )


def _gunzip(name: str, raw: bytes, limits: Limits) -> Iterator[bytes]:
    """Yield the contents of a gzip file, which may have several members."""
    inflated = 0
    rest: bytes = raw
    while rest:
        stream = zlib.decompressobj(wbits=31)
        consumed = len(raw) - len(rest)
        try:
            for at in range(0, len(rest), CHUNK):
                piece = rest[at : at + CHUNK]
                while piece and not stream.eof:
                    out = stream.decompress(piece, CHUNK)
                    piece = stream.unconsumed_tail
                    inflated += len(out)
                    _too_large(name, inflated, consumed + at + CHUNK, limits)
                    if out:
                        yield out
                if stream.eof:
                    rest = stream.unused_data + rest[at + CHUNK :]
                    break
            else:
                raise InputError(f"{name} ends in the middle of its compressed data.")
        except zlib.error as error:
            raise InputError(f"{name} has damaged compressed data: {error}.") from None
        if rest and not rest.startswith(_GZIP):
            if rest.strip(b"\0"):
                raise InputError(f"{name} has {len(rest)} bytes after its compressed data.")
            return


def _check_lines(
    name: str, chunks: Iterator[bytes], limits: Limits, *, is_wide: bool = False
) -> None:
    """Refuse NUL bytes and lines that are too long."""
    run = line = 0
    for chunk in chunks:
        if b"\0" in chunk and not is_wide:
            raise HostileFileError(f"{name} holds NUL bytes: it is not a text file.")
        ends = [at for at in (chunk.find(b"\n"), chunk.find(b"\r")) if at >= 0]
        if run + min(ends, default=len(chunk)) > limits.line_bytes:
            raise HostileFileError(
                f"{name} has a line of more than {limits.line_bytes:,} bytes (line {line + 1})."
            )
        line += chunk.count(b"\n")
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        run = len(chunk) - last - 1 if ends else run + len(chunk)


def _members(name: str, raw: bytes, limits: Limits, inflated_bytes: int) -> list[zipfile.ZipInfo]:
    """Return the members of an archive whose directory is plausible."""
    try:
        members = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise InputError(f"{name} is a damaged archive: {error}.") from None
    if len(members) > limits.members:
        raise HostileFileError(f"{name} has more than {limits.members:,} members.")
    seen: set[str] = set()
    end = 0
    inflated = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        path = member.filename.replace("\\", "/").casefold()
        if path in seen or path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise HostileFileError(f"{name} has a repeated or unsafe member {member.filename!r}.")
        seen.add(path)
        if member.flag_bits & 0x1 or member.compress_type not in {0, 8}:
            raise HostileFileError(
                f"{name}: member {member.filename!r} is encrypted or compressed in a rare way."
            )
        if member.header_offset < end:
            raise HostileFileError(f"{name} has members that overlap: an archive bomb.")
        end = member.header_offset + 30 + member.compress_size
        inflated += member.file_size
        if inflated > inflated_bytes:
            raise HostileFileError(f"{name} inflates to more than {inflated_bytes:,} bytes.")
        _too_large(f"{name}: {member.filename}", member.file_size, member.compress_size, limits)
    return members


def _inflate(name: str, raw: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's contents; they must have the size and checksum that the directory states."""
    start = member.header_offset
    header = raw[start : start + 30]
    where = f"{name}: {member.filename}"
    if len(header) < 30 or not header.startswith(_ZIP):
        raise InputError(f"{where} is damaged: it has no header.")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    data = memoryview(raw)[start : start + member.compress_size]
    if len(data) < member.compress_size:
        raise InputError(f"{where} ends too early.")
    stream = zlib.decompressobj(wbits=-15) if member.compress_type else None
    size = checksum = 0
    for at in range(0, len(data), CHUNK):
        piece: bytes = bytes(data[at : at + CHUNK])
        while piece:
            try:
                out = stream.decompress(piece, CHUNK) if stream else piece
            except zlib.error as error:
                raise InputError(f"{where} has damaged compressed data: {error}.") from None
            piece = stream.unconsumed_tail if stream else b""
            size += len(out)
            checksum = zlib.crc32(out, checksum)
            if size > member.file_size:
                raise HostileFileError(f"{where} is larger than the archive states: a bomb.")
            if out:
                yield out
            elif stream and stream.eof:
                break
    if size != member.file_size or checksum != member.CRC:
        raise InputError(f"{where} is damaged: size or checksum differ from what is stated.")


def _is_markup(path: str) -> bool:
    return path.lower().endswith((".xml", ".rels"))


def _check_markup(name: str, member: str, parts: Iterator[bytes], limits: Limits) -> int:
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
