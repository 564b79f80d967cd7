"""Checks of a file before any parser sees it: sizes, archives, markup, encodings.

Files come from mail and from the web. A spreadsheet of 1.4 kB can make a fast parser ask for
terabytes and take the process down with it, so every file passes here first, as a stream: nothing
is kept in memory before it has been accepted. What a check refuses is a `HostileFileError`.
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree as ET

from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.io.door.archives import GZIP, gunzip, inflate, members_of
from gecam.io.door.encodings import WESTERN, western
from gecam.io.door.json_text import json_value
from gecam.io.door.limits import CHUNK, LIMITS, Limits
from gecam.io.door.markup import CellsWithoutValue, check_markup, refuse_many_cells
from gecam.io.door.open_files import File, OpenFile, open_file

_WORKBOOK_INFLATED: Final = 256 << 20
_OLE: Final = b"\xd0\xcf\x11\xe0"
_BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


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
    without_value
        Cells of a workbook that hold an error or a formula never computed, by member of the archive
        (in lower case).
    """

    name: str
    sha256: str
    data: bytes
    encoding: str = ""
    without_value: Mapping[str, CellsWithoutValue] = field(default_factory=dict)


def read_text(
    source: File,
    *,
    encoding: str | None = None,
    limits: Limits = LIMITS,
    is_western_told: bool = False,
) -> CheckedFile:
    """Return the checked contents of a text file, plain or compressed by gzip.

    Parameters
    ----------
    source
        Path, bytes, or a file open for reading bytes.
    encoding
        Encoding to fall back on where the file is not UTF-8 and has no byte-order mark, such as
        ``"cp1252"``; None takes the one that `open_file` was told. Without either such a file is an
        error: guessing turns "Côte" into "CÃ´te".
    limits
        How large the file may be.
    is_western_told
        Whether text in Windows' Western European encoding is told by itself (`encodings.western`).

    Raises
    ------
    HostileFileError
        If the file is above a limit or holds NUL bytes.
    InputError
        If the file cannot be decoded, or is damaged.
    LayoutError
        If it is a workbook.
    """
    opened = open_file(source, limits=limits)
    name = opened.name
    if (limits, "text") not in opened.parsed:
        opened.parsed[limits, "text"] = _plain_text(opened, limits)
    data, codec = opened.parsed[limits, "text"]
    try:
        data.decode(codec)  # strict
    except UnicodeDecodeError as error:
        told = WESTERN if is_western_told and western(data) else None
        encoding = encoding or opened.encoding or told
        if encoding is None or codec != "utf-8":
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError(
                f"{name} is not valid {codec.upper()}: byte {data[error.start]:#04x}, line {line}. "
                'Save it as UTF-8, or name its encoding: encoding="cp1252", on the command line '
                "`gecam estimate --encoding cp1252`."
            ) from None
        codec = encoding
        try:
            data.decode(codec)
        except (UnicodeDecodeError, LookupError) as again:
            raise InputError(f"{name} cannot be read as {encoding!r}: {again}") from None
    return CheckedFile(name, opened.sha256, data, codec)


def _plain_text(opened: OpenFile, limits: Limits) -> tuple[bytes, str]:
    """Return the contents of a text file, decompressed, and the encoding that its first bytes tell."""
    name, raw = opened.name, opened.raw
    _refuse_old_workbook(name, raw)
    if opened.is_workbook:
        raise LayoutError(f"{name} is a workbook, not a text file. Hand it to the reader as it is.")
    is_gzip = raw.startswith(GZIP)

    def chunks() -> Iterator[bytes]:
        return (
            gunzip(name, raw, limits)
            if is_gzip
            else (raw[at : at + CHUNK] for at in range(0, len(raw), CHUNK))
        )

    head = next(chunks(), b"")[:3]
    stated = next((codec for bom, codec in _BOMS.items() if head.startswith(bom)), "utf-8")
    _check_lines(name, chunks(), limits, is_wide=stated == "utf-16")
    return (b"".join(chunks()) if is_gzip else raw), stated


def read_json(source: File, *, limits: Limits = LIMITS) -> Any:
    """Return the value of a JSON file (`gecam.io.door.json_text.json_value` says what is refused)."""
    file = read_text(source, limits=limits)
    return json_value(file.name, file.data.decode(file.encoding), limits)


def read_xml(source: File, *, limits: Limits = LIMITS) -> ET.Element:
    """Return the root of an XML file; a DOCTYPE, entities and deep nesting are refused."""
    file = read_text(source, limits=limits)
    data = file.data.decode(file.encoding).encode()
    check_markup(file.name, file.name, iter([data]), limits)
    try:
        return ET.fromstring(data)  # noqa: S314  (no DOCTYPE, so no entities)
    except ET.ParseError as error:
        raise InputError(f"{file.name} is not valid XML: {error}") from error


def read_archive(source: File, *, limits: Limits = LIMITS) -> dict[str, bytes]:
    """Return the members of a zip archive by name, after the checks of an archive."""
    opened = open_file(source, limits=limits)
    if (limits, "members") not in opened.parsed:
        name, raw = opened.name, opened.raw
        members = members_of(name, raw, limits, limits.inflated_bytes)
        for member in members:
            _check(name, raw, member)
        opened.parsed[limits, "members"] = {
            member.filename: b"".join(inflate(name, raw, member)) for member in members
        }
    contents: dict[str, bytes] = opened.parsed[limits, "members"]
    return contents


def read_workbook_bytes(source: File, *, limits: Limits = LIMITS) -> CheckedFile:
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
    opened = open_file(source, limits=limits)
    name, raw = opened.name, opened.raw
    _refuse_old_workbook(name, raw)
    if not opened.is_workbook:
        raise LayoutError(f"{name} is not an .xlsx workbook.")
    members = members_of(name, raw, limits, min(limits.inflated_bytes, _WORKBOOK_INFLATED))
    if "xl/workbook.xml" not in {member.filename for member in members}:
        raise LayoutError(f"{name} has no member xl/workbook.xml: not an .xlsx workbook.")
    cells = 0
    without_value: dict[str, CellsWithoutValue] = {}
    for member in members:
        if not _is_markup(member.filename):
            _check(name, raw, member)
            continue
        refuse_many_cells(f"{name}: {member.filename}", inflate(name, raw, member), limits)
        spanned, without_value[member.filename.lower()] = check_markup(
            name, member.filename, inflate(name, raw, member), limits
        )
        cells += spanned
        if cells > 2 * limits.cells:
            raise HostileFileError(f"{name} spans more than {2 * limits.cells:,} cells.")
    rebuilt = io.BytesIO()
    with zipfile.ZipFile(rebuilt, "w", zipfile.ZIP_STORED) as archive:
        for member in members:
            if _is_markup(member.filename):
                archive.writestr(member.filename, b"".join(inflate(name, raw, member)))
    return CheckedFile(name, opened.sha256, rebuilt.getvalue(), without_value=without_value)


def _check(name: str, raw: bytes, member: zipfile.ZipInfo) -> None:
    """Inflate a member, which must be what the directory states, and keep nothing of it."""
    deque(inflate(name, raw, member), maxlen=0)


def _refuse_old_workbook(name: str, raw: bytes) -> None:
    if raw.startswith(_OLE):
        raise LayoutError(f"{name} is an .xls or protected workbook. Save it as plain .xlsx.")


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


def _is_markup(path: str) -> bool:
    return path.lower().endswith((".xml", ".rels"))
