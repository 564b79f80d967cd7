"""How large a file may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CHUNK: Final = 1 << 18  # bytes that a stream is read in


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
