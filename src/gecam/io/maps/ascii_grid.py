"""ESRI ASCII grids, read number by number; what is no number is an error, never 0."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from gecam._typing import FloatArray
from gecam.errors import HostileFileError, InputError, LayoutError
from gecam.io.door.intake import read_text
from gecam.io.door.open_files import file_name
from gecam.io.maps.geo_files import GEO_LIMITS
from gecam.model import Note

_KEYS: Final = (
    "ncols", "nrows", "xllcorner", "xllcenter", "yllcorner", "yllcenter", "cellsize", "dx", "dy",
    "nodata_value",
)  # fmt: skip
_LABEL: Final = re.compile(rb"[A-Za-z_]")
_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|nan|inf)", re.IGNORECASE
)


class Raster(NamedTuple):
    """Cells of a raster file, from north to south, NaN where the file marks that there are no data."""

    values: Any  # (row, column): a FloatArray, or a Dask array
    x: FloatArray  # centres of columns
    y: FloatArray  # centres of rows
    crs: Any  # None if the file states none
    declares_nodata: bool
    notes: tuple[Note, ...] = ()


def is_ascii_grid(start: bytes) -> bool:
    """Return whether a file that starts so is an ESRI ASCII grid."""
    return start[:5].lower() == b"ncols"


def read_ascii_grid(path: str | Path | bytes, *, nodata: float | None, most_cells: int) -> Raster:
    """Read an ESRI ASCII grid, and the reference system of a ``.prj`` beside it.

    Parameters
    ----------
    path
        The file, or its bytes.
    nodata
        Mark of cells without data, beside that of the file.
    most_cells
        Cells that are read at most.

    Raises
    ------
    LayoutError
        If the header is not that of such a grid.
    InputError
        If a cell is no number, or there are more or fewer than the header says. Lines of words after
        the last cell are left out, with a note.
    HostileFileError
        If there are more than `most_cells`.
    """
    name = file_name(path)
    lines = read_text(path, limits=GEO_LIMITS).data.split(b"\n")
    length = next((at for at, line in enumerate(lines) if not _is_words(line)), len(lines))
    header = _header(name, lines[:length])
    shape = int(header["nrows"]), int(header["ncols"])
    if shape[0] * shape[1] > most_cells:
        raise HostileFileError(
            f"{name} has {shape[0]} by {shape[1]} cells, more than {most_cells:,}. Make it a GeoTIFF, "
            "which is read chunk by chunk."
        )
    end = _end_of_cells(lines)
    cells = _cells(name, lines[:end], length, shape)
    after = " ".join(b" ".join(lines[end:]).decode("utf-8", "replace").split())
    declared = header.get("nodata_value")
    for mark in (declared, nodata):
        if mark is not None:
            cells[cells == mark] = np.nan
    dx = header.get("cellsize", header.get("dx", np.nan))
    dy = header.get("cellsize", header.get("dy", np.nan))
    west, south = (_corner(header, axis, step) for axis, step in (("x", dx), ("y", dy)))
    x: FloatArray = west + dx * (np.arange(shape[1], dtype=np.float64) + 0.5)
    y: FloatArray = south + dy * (np.arange(shape[0], dtype=np.float64)[::-1] + 0.5)
    notes = (
        (Note("LINES_AFTER_CELLS", f"left out: {after[:60]}", len(lines) - end),) if after else ()
    )
    return Raster(cells, x, y, _stated_system(path), declared is not None, notes)


def _is_words(line: bytes) -> bool:
    """Return whether a line begins with a word that is no number."""
    first = line.split(maxsplit=1)[:1]
    return bool(first) and _LABEL.match(first[0]) is not None and not _is_number(first[0])


def _is_number(word: bytes) -> bool:
    return _NUMBER.fullmatch(word.decode("latin-1")) is not None


def _end_of_cells(lines: list[bytes]) -> int:
    """Return the number of lines up to the last one that begins with no word."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_words(lines[end - 1])):
        end -= 1
    return end


def _header(name: str, lines: list[bytes]) -> dict[str, float]:
    """Return the numbers of the header, which must say size and place of the cells."""
    header = _stated(name, lines)
    if not _is_complete(header):
        raise LayoutError(
            f"{name} is no ESRI ASCII grid: its header does not say ncols, nrows, cellsize and a "
            f"corner. It says {', '.join(header) or 'nothing'}."
        )
    steps = [header[key] for key in ("cellsize", "dx", "dy") if key in header]
    if not all(0 < step < np.inf for step in steps):
        raise InputError(f"{name} has cells without a size: cellsize is {steps[0]:g}.")
    return header


def _stated(name: str, lines: list[bytes]) -> dict[str, float]:
    """Return what the lines of a header state: one key each, and its number."""
    header: dict[str, float] = {}
    for at, line in enumerate(lines):
        words = line.decode("utf-8", "replace").split()
        key, stated = words[0].lower(), [_number(word) for word in words[1:]]
        if len(stated) != 1 or stated[0] is None or key not in _KEYS or key in header:
            raise LayoutError(
                f"{name} is no ESRI ASCII grid: line {at + 1} of its header is "
                f"{' '.join(words)[:60]!r}."
            )
        header[key] = stated[0]
    return header


def _is_complete(header: dict[str, float]) -> bool:
    """Return whether a header says numbers of cells, their size, and a corner for each axis."""
    sizes = [header.get(key, 0.0) for key in ("ncols", "nrows")]
    needed = (
        ("cellsize", "dx"),
        ("cellsize", "dy"),
        *((f"{a}llcorner", f"{a}llcenter") for a in "xy"),
    )
    has_all = all(not header.keys().isdisjoint(either) for either in needed)
    return has_all and all(n >= 1 and n.is_integer() for n in sizes)


def _number(word: str) -> float | None:
    return float(word) if _NUMBER.fullmatch(word) else None


def _corner(header: dict[str, float], axis: str, step: float) -> float:
    corner = header.get(f"{axis}llcorner")
    return corner if corner is not None else header[f"{axis}llcenter"] - step / 2


def _cells(name: str, lines: list[bytes], start: int, shape: tuple[int, int]) -> FloatArray:
    """Return the cells, which must be as many numbers as the header says."""
    rows = []
    for at, line in enumerate(lines[start:], start + 1):
        words = line.decode("utf-8", "replace").split()
        bad = next((word for word in words if not _NUMBER.fullmatch(word)), None)
        if bad is not None:
            raise InputError(
                f"{name} has a cell that is no number: {bad[:40]!r}, number {words.index(bad) + 1} of "
                f"line {at}."
            )
        rows.append(np.array(words, dtype=np.float64))
    cells = np.concatenate([np.zeros(0), *rows])
    if cells.size != shape[0] * shape[1]:
        raise InputError(
            f"{name} is damaged: it holds {cells.size:,} cells, and its header says {shape[0]:,} by "
            f"{shape[1]:,}."
        )
    return cells.reshape(shape)


def _stated_system(path: str | Path | bytes) -> str | None:
    """Return the reference system of the ``.prj`` beside a file; None where there is none."""
    beside = None if isinstance(path, bytes) else Path(path).with_suffix(".prj")
    if beside is None or not beside.is_file():
        return None
    return read_text(beside).data.decode("utf-8", "replace").strip() or None
