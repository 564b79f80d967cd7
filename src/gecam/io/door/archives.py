"""Zip and gzip as streams: sizes, ratios, members, and whether they are what they state."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, Final

from gecam.errors import HostileFileError, InputError
from gecam.io.door.limits import CHUNK, Limits

GZIP: Final = b"\x1f\x8b"
ZIP: Final = b"PK\x03\x04"
_RATIO_FREE = 4 << 20  # below this size a high ratio harms nobody
_SMALL = 1 << 10  # bytes that a stream is given first


def too_large(name: str, inflated: int, compressed: int, limits: Limits) -> None:
    """Raise `HostileFileError` if the inflated size, or its ratio, is above the limit."""
    if inflated > limits.inflated_bytes:
        raise HostileFileError(
            f"{name} inflates to more than {limits.inflated_bytes:,} bytes. "
            "Cut it, or pass larger limits in Python."
        )
    if inflated > max(_RATIO_FREE, limits.ratio * compressed):
        raise HostileFileError(
            f"{name} inflates more than {limits.ratio}-fold: an archive bomb. "
            "Unpack it yourself if you trust it."
        )


def _decompressed(where: str, stream: Any, data: memoryview) -> Iterator[tuple[int, bytes]]:
    """Yield what a stream makes of data, a piece at a time, and how much of the data it was given.

    Pieces begin small: what a stream does not use is copied, and a file may hold a million streams.
    """
    given, size = 0, _SMALL
    while given < len(data):
        piece = bytes(data[given : given + size])
        given, size = given + len(piece), min(2 * size, CHUNK)
        while piece and not stream.eof:
            try:
                out = stream.decompress(piece, CHUNK)
            except zlib.error as error:
                raise InputError(f"{where} has damaged compressed data: {error}.") from None
            piece = stream.unconsumed_tail
            yield given, out
        if stream.eof:
            return


def gunzip(name: str, raw: bytes, limits: Limits) -> Iterator[bytes]:
    """Yield the contents of a gzip file, which may have several members."""
    inflated = start = streams = 0
    while start < len(raw):
        streams += 1
        if streams > limits.members + len(raw) // _SMALL:
            raise HostileFileError(f"{name} has {streams:,} members, most of them of a few bytes.")
        stream, given = zlib.decompressobj(wbits=31), 0
        for given, out in _decompressed(name, stream, memoryview(raw)[start:]):
            inflated += len(out)
            too_large(name, inflated, start + given, limits)
            if out:
                yield out
        if not stream.eof:
            raise InputError(f"{name} ends in the middle of its compressed data.")
        start += given - len(stream.unused_data)
        rest = raw[start : start + len(GZIP)]
        if rest and rest != GZIP:
            if raw[start:].strip(b"\0"):
                raise InputError(f"{name} has {len(raw) - start} bytes after its compressed data.")
            return


def members_of(name: str, raw: bytes, limits: Limits, inflated_bytes: int) -> list[zipfile.ZipInfo]:
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
        if path in seen or _is_unsafe(path):
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
        too_large(f"{name}: {member.filename}", member.file_size, member.compress_size, limits)
    return members


def _is_unsafe(path: str) -> bool:
    """Return whether a member's path leads out of the folder that it would be unpacked in."""
    return path.startswith("/") or ".." in path.split("/") or ":" in path


def inflate(name: str, raw: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's contents; they must have the size and checksum that the directory states."""
    where = f"{name}: {member.filename}"
    size = checksum = 0
    for out in _pieces(where, _data_of(where, raw, member), member):
        size += len(out)
        checksum = zlib.crc32(out, checksum)
        if size > member.file_size:
            raise HostileFileError(f"{where} is larger than the archive states: a bomb.")
        yield out
    if size != member.file_size or checksum != member.CRC:
        raise InputError(f"{where} is damaged: size or checksum differ from what is stated.")


def _data_of(where: str, raw: bytes, member: zipfile.ZipInfo) -> memoryview:
    """Return the data of a member, compressed or not, as they stand in the archive."""
    start = member.header_offset
    header = raw[start : start + 30]
    if len(header) < 30 or not header.startswith(ZIP):
        raise InputError(f"{where} is damaged: it has no header.")
    start += 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    data = memoryview(raw)[start : start + member.compress_size]
    if len(data) < member.compress_size:
        raise InputError(f"{where} ends too early.")
    return data


def _pieces(where: str, data: memoryview, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the contents of a member in pieces, none of them empty."""
    if member.compress_type:
        outputs = _decompressed(where, zlib.decompressobj(wbits=-15), data)
        yield from (out for _, out in outputs if out)
    else:
        yield from (bytes(data[at : at + CHUNK]) for at in range(0, len(data), CHUNK))
