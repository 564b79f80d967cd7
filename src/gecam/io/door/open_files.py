"""A file that a reader is given, opened once and held in memory: by path, as bytes, or open already."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from functools import cached_property
from pathlib import Path
from typing import IO, Any, TypeAlias

from gecam.errors import FileAccessError, HostileFileError, InputError
from gecam.io.door.archives import ZIP
from gecam.io.door.limits import LIMITS, Limits

File: TypeAlias = str | Path | bytes | IO[bytes]


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
    >>> from gecam.io.door.open_files import sha256
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
