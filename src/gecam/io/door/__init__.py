"""The door that every file passes: opened once, checked, and made a sheet once.

Readers import from here. A table comes in with `read_table` or `read_tagged`, is read column by column
through its `Sheet`, where every rule of cells, labels and rows stands, and leaves with `Sheet.source`,
which raises what was found to be wrong.
"""

from gecam._arguments import iso_day
from gecam.io.door.cells import year_of
from gecam.io.door.hxl import Field, locate, read_tagged, refuse_empty, untag
from gecam.io.door.intake import read_archive
from gecam.io.door.layouts import Top, reader
from gecam.io.door.open_files import File, file_name, open_file, rewindable
from gecam.io.door.rows import total_rows
from gecam.io.door.sheet import Sheet, allowed
from gecam.io.door.tables import read_table, sheets_with

__all__ = [
    "Field",
    "File",
    "Sheet",
    "Top",
    "allowed",
    "file_name",
    "iso_day",
    "locate",
    "open_file",
    "read_archive",
    "read_table",
    "read_tagged",
    "reader",
    "refuse_empty",
    "rewindable",
    "sheets_with",
    "total_rows",
    "untag",
    "year_of",
]
