"""Immutable arrays on disk, each under the hash of its content."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from gecam._typing import Array
from gecam.database.storage.canonical import canonical_json, digest, parsed_json
from gecam.database.storage.durable import (
    TEMPORARY,
    explained,
    read_whole,
    sync_folder,
    write_durably,
)
from gecam.errors import DatabaseError

KINDS = ("<f8", "<i8", "|u1")
MAGIC = b"\x93NUMPY\x01\x00"
ALIGNMENT = 64  # of the data in an .npy file
SUFFIX = ".npy"


@dataclass(frozen=True, slots=True)
class StoredArray:
    """Address of a stored array, with the name, kind and shape that the address is a hash of.

    Parameters
    ----------
    sha256
        SHA-256 over name, kind, shape, and the little-endian bytes of the values.
    name
        What the array is, such as ``"draws"``.
    kind
        Type of its values as numpy writes it: ``<f8``, ``<i8`` or ``|u1``.
    shape
        Its shape.
    """

    sha256: str
    name: str
    kind: str
    shape: tuple[int, ...]

    @property
    def header(self) -> dict[str, object]:
        """Name, kind and shape, as the JSON line of the file holds them."""
        return {"kind": self.kind, "name": self.name, "shape": list(self.shape)}


class ObjectStore:
    """A folder of objects: ``<address>.npy``, readable by `numpy.load`.

    A file is an .npy file (numpy's format 1.0), followed by one line of JSON with name, kind and
    shape. The address is over this content, never over bytes that depend on who wrote the file.
    Objects are never changed; two writers of one object write the same.

    Parameters
    ----------
    folder
        Made when the first object is put.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, address: str) -> Path:
        """Return the file of an address."""
        return self.folder / f"{address}{SUFFIX}"

    def put(self, array: Array, name: str) -> StoredArray:
        """Store an array durably, or find it stored; its name is on disk after `sync`.

        An object that is there is read and compared; a damaged one is replaced. Its time is set to
        now, so that `sweep` takes it for young.
        """
        array = np.ascontiguousarray(array)
        if array.dtype.str not in KINDS:
            raise DatabaseError(f"object {name!r} holds {array.dtype.str}: allowed are {KINDS}")
        data = memoryview(array.reshape(-1).view(np.uint8).data)
        stored = _describe(name, array.dtype.str, array.shape, data)
        path = self.path(stored.sha256)
        with explained(f"object {name!r} was not stored", "The database is unchanged."):
            self.make_folder()
            try:
                self.get(stored)
                os.utime(path)
            except (DatabaseError, OSError):
                write_durably(path, (_npy_header(stored), data, _json_line(stored)))
        return stored

    def get(self, stored: StoredArray) -> Array:
        """Read an object and check all of it.

        Raises
        ------
        DatabaseError
            If the file is absent or any byte of it is not as it was written.
        """
        path = self.path(stored.sha256)
        try:
            content = read_whole(path)
        except OSError as error:
            raise DatabaseError(
                f"object {stored.name!r} cannot be read: {error}. Restore {path.name} from a copy."
            ) from error
        header, line = _npy_header(stored), _json_line(stored)
        size = np.dtype(stored.kind).itemsize * prod(stored.shape)
        data = memoryview(content)[len(header) : len(header) + size]
        is_whole = (
            len(content) == len(header) + size + len(line)
            and content.startswith(header)
            and content.endswith(line)
            and _describe(stored.name, stored.kind, stored.shape, data) == stored
        )
        if not is_whole:
            raise DatabaseError(
                f"object {stored.name!r} is damaged: {path.name} is not what was written. "
                "Restore it from a copy."
            )
        return np.frombuffer(data, dtype=stored.kind).reshape(stored.shape)

    def make_folder(self) -> None:
        """Make the folder, and put its name on disk."""
        if not self.folder.is_dir():
            self.folder.mkdir(exist_ok=True)
            sync_folder(self.folder.parent)

    def sync(self) -> None:
        """Put the names of all objects on disk."""
        with explained("the folder of objects was not written", "The database is unchanged."):
            sync_folder(self.folder)

    def files(self) -> Iterator[Path]:
        """Yield all objects and unfinished files, sorted by name."""
        if self.folder.is_dir():
            for path in sorted(self.folder.iterdir()):
                if path.suffix == SUFFIX or path.name.startswith(TEMPORARY):
                    yield path


def _describe(name: str, kind: str, shape: tuple[int, ...], data: memoryview) -> StoredArray:
    unnamed = StoredArray("", name, kind, tuple(int(n) for n in shape))
    address = digest(canonical_json(unnamed.header), b"\n", data)
    return StoredArray(address, name, kind, unnamed.shape)


def _npy_header(stored: StoredArray) -> bytes:
    """Return the head of an .npy file, format 1.0, as numpy has written it since 2007."""
    text = f"{{'descr': '{stored.kind}', 'fortran_order': False, 'shape': {stored.shape}, }}"
    length = len(MAGIC) + 2 + len(text) + 1
    padded = text.encode() + b" " * (-length % ALIGNMENT) + b"\n"
    return MAGIC + len(padded).to_bytes(2, "little") + padded


def _json_line(stored: StoredArray) -> bytes:
    return canonical_json(stored.header) + b"\n"


def text_array(value: object) -> Array:
    """Return a JSON document as an array of bytes, to be stored as an object."""
    return np.frombuffer(canonical_json(value), dtype=np.uint8)


def array_text(array: Array) -> object:
    """Return the JSON document that `text_array` was given."""
    return parsed_json(array.tobytes())
