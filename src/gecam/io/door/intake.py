"""Checks of a file before any parser sees it: sizes, archives, markup, encodings.

Files come from mail and from the web. A spreadsheet of 1.4 kB can make a fast parser ask for
terabytes and take the process down with it, so every file passes here first, as a stream: nothing
is kept in memory before it has been accepted. What a check refuses is a `HostileFileError`.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Final, TypeAlias
from xml.etree import ElementTree as ET

from gecam.errors import FileAccessError, HostileFileError, InputError, LayoutError
from gecam.io.door.archives import GZIP, ZIP, gunzip, inflate, members_of
from gecam.io.door.encodings import WESTERN, western
from gecam.io.door.json_text import json_value
from gecam.io.door.limits import CHUNK, LIMITS, Limits
from gecam.io.door.markup import CellsWithoutValue, check_markup, refuse_many_cells

__all__ = [
    "LIMITS",
    "CheckedFile",
    "File",
    "Limits",
    "OpenFile",
    "file_name",
    "open_file",
    "path_of",
    "read_archive",
    "read_json",
    "read_text",
    "read_workbook_bytes",
    "read_xml",
    "regular",
    "rewindable",
    "sha256",
]

File: TypeAlias = str | Path | bytes | IO[bytes]

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


class OpenFile(io.BytesIO):
    """A file that was opened once; whoever reads it after that reads it from memory.

    Parameters
    ----------
    name
        File name without folder; ``"<buffer>"`` for bytes in memory.
    raw
        Contents as handed over.
    path
        Where it lies, for formats whose other files lie beside it; None for bytes in memory.
    """

    def __init__(self, name: str, raw: bytes, path: Path | None = None) -> None:
        super().__init__(raw)
        self.name, self.raw, self.path = name, raw, path
        self.encoding = ""  # of a text that is not UTF-8, as the user named it
        self.parsed: dict[Any, Any] = {}  # what was made of it so far, by limits and kind

    @cached_property
    def sha256(self) -> str:
        """Hash of the file as handed over."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def is_workbook(self) -> bool:
        """Whether the file starts like a zip archive, as .xlsx workbooks do."""
        return self.raw.startswith(ZIP)


def open_file(source: File, *, encoding: str = "", limits: Limits = LIMITS) -> OpenFile:
    """Open a file and take it into memory, unless it was opened so before.

    Parameters
    ----------
    source
        Path, bytes, a file open for reading bytes, or what this function returned.
    encoding
        Of a text that is not UTF-8, for whoever reads it; empty where it is not named.
    limits
        How large the file may be.

    Raises
    ------
    FileAccessError
        If there is no such file, it is a folder, or it may not be read.
    HostileFileError
        If the file is above the limit.
    InputError
        If it is empty, a pipe or a device, or no file at all.
    """
    if isinstance(source, OpenFile):
        file, size = source, len(source.raw)
    elif isinstance(source, bytes):
        file, size = OpenFile("<buffer>", source), len(source)
    elif isinstance(source, str | Path):
        file, size = _read_path(path_of(source), limits)
    else:
        raw = _stream(source).read(limits.file_bytes + 1)
        file, size = OpenFile(file_name(source), raw), len(raw)
    if size > limits.file_bytes:
        raise HostileFileError(
            f"{file.name} has more than {limits.file_bytes:,} bytes. "
            "Cut it, or pass larger limits in Python."
        )
    if not file.raw:
        raise InputError(f"{file.name} is empty.")
    file.encoding = encoding or file.encoding
    return file


def _read_path(path: Path, limits: Limits) -> tuple[OpenFile, int]:
    """Return a file on disk, and its size; one that is too large is not read."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            raw = stream.read() if size <= limits.file_bytes else b""
    except OSError as error:
        raise FileAccessError.of(path, error) from None
    return OpenFile(path.name, raw, path), size


def sha256(source: File) -> str:
    """Return the SHA-256 of a file as handed over, in hexadecimal.

    Examples
    --------
    >>> from gecam.io.door.intake import sha256
    >>> sha256(b"abc")[:8]
    'ba7816bf'
    """
    return open_file(source).sha256


def file_name(source: File) -> str:
    """Return the name for messages: of the file, without folder."""
    if isinstance(source, str | Path):
        return Path(source).name
    return Path(str(getattr(source, "name", "<buffer>"))).name


def rewindable(source: File) -> str | Path | bytes:
    """Return a source that can be read more than once: open files are read into memory."""
    if isinstance(source, str | Path | bytes):
        return source
    file = open_file(source)
    return file.path or file.raw


def path_of(source: str | Path) -> Path:
    """Return a path that may be opened: of a file, not of a pipe or a device.

    Raises
    ------
    InputError
        If it is a pipe or a device (those are read once, or never end), or no path at all.
    """
    try:
        path = Path(source)
        mode = path.stat().st_mode
    except OSError:
        return path  # opening it says what is wrong
    except (TypeError, ValueError):  # another kind of object; a NUL, or half a character
        raise InputError(f"{source!a} is not the path of a file.") from None
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InputError(f"{path.name} is a pipe or a device: save what it gives as a file first.")
    return path


def regular(source: str | Path) -> Path:
    """Return a path to a file that can be read, and not to a pipe or a device.

    Raises
    ------
    FileAccessError
        If there is no such file, it is a folder, or it may not be read.
    InputError
        If it is a pipe or a device (those are read once, or never end), or no path at all.
    """
    path = path_of(source)
    try:
        path.open("rb").close()  # which says what is wrong with the path
    except OSError as error:
        raise FileAccessError.of(path, error) from None
    return path


def _stream(source: Any) -> IO[bytes]:
    """Return an open file, unless it is none or gives text."""
    if isinstance(source, io.TextIOBase) or not hasattr(source, "read"):
        raise InputError(
            "a file is given by its path, as bytes, or open for reading bytes: got "
            f"{type(source).__name__}."
        )
    file: IO[bytes] = source
    return file


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
