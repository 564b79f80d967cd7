"""Files written so that a crash leaves a whole file or none."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gecam.errors import DatabaseError

TEMPORARY = ".tmp-"  # names of unfinished files and folders begin so


def temporary_beside(path: Path) -> Path:
    """Return an unused name in the folder of `path`, for a file that is not finished yet."""
    return path.with_name(f"{TEMPORARY}{path.name}-{os.getpid()}-{secrets.token_hex(6)}")


def write_durably(path: Path, chunks: Iterable[bytes | memoryview]) -> None:
    """Write a file so that a crash leaves the old one or the new one, never a part.

    Temporary file, fsync, rename. The name itself is on disk after `sync_folder` of its folder.

    Raises
    ------
    OSError
        From the operating system; the temporary file is removed, `path` is as it was.
    """
    temporary = temporary_beside(path)
    try:
        with temporary.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def read_whole(path: Path) -> bytes:
    """Read a file; what is none, such as a pipe that nobody writes to, would be waited for.

    Raises
    ------
    OSError
        If there is no such file, or it is a pipe, a device or a folder.
    """
    if path.exists() and not path.is_file():
        raise OSError(f"{path.name} is not a file")
    return path.read_bytes()


def sync_file(path: Path) -> None:
    """Put the content of a file on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the names of a folder on disk; does nothing where folders cannot be opened (Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def place_new(temporary: Path, path: Path) -> bool:
    """Give a finished file its name, unless that name is taken; return whether it was given."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        temporary.rename(path)
    return True


@contextmanager
def explained(what: str, then: str) -> Iterator[None]:
    """Turn an error of the operating system into a `DatabaseError` that says what stands."""
    try:
        yield
    except OSError as error:
        raise DatabaseError(f"{what}: {error}. {then}") from error
