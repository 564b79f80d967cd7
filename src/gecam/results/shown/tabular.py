"""Tables as the bytes of a file; every text and header made safe."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam.errors import MissingExtraError
from gecam.results.shown.spreadsheet_text import safe_frame

WIDEST = 60  # characters of a column in a workbook


@checked
def csv_bytes(
    frame: pd.DataFrame, *, tags: Sequence[str] = (), quoting: Literal[0, 1, 2, 3] = csv.QUOTE_ALL
) -> bytes:
    """Return a table as CSV: UTF-8, comma, missing cells empty.

    Parameters
    ----------
    frame
        The table, rows of any kind.
    tags
        A row of hashtags below the header.
    quoting
        Which cells stand in quotes, as `csv` names it; all by default.
    """
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\n")
    safe = safe_frame(frame)
    writer.writerow(safe.columns)
    if tags:
        writer.writerow(tags)
    for row in safe.itertuples(index=False, name=None):
        writer.writerow([cell_text(value) for value in row])
    return text.getvalue().encode("utf-8")


def cell_text(value: Any) -> str:
    """Return a cell as text: numbers exactly, whole ones without a point, flags as true or false."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    return str(value)


@checked
def parquet_bytes(frame: pd.DataFrame, about: Mapping[str, str] | None = None) -> bytes:
    """Return a table as Parquet, with a checksum on every page.

    Parameters
    ----------
    frame
        The table, rows of any kind.
    about
        Texts by name that go into the metadata of the file; None for none.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError('Parquet needs pyarrow: pip install "gecam[export]"') from error
    sink = io.BytesIO()
    table = pa.Table.from_pandas(safe_frame(frame), preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **(about or {})})
    pq.write_table(table, sink, write_page_checksum=True)
    return sink.getvalue()


@checked
def xlsx_bytes(
    sheets: Mapping[str, pd.DataFrame],
    *,
    made_on: date,
    tags: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """Return a workbook, one sheet per table; text is written as text, whatever it looks like.

    Parameters
    ----------
    sheets
        Tables by name of the sheet.
    made_on
        Date that the file says it was made on: that of the release.
    tags
        By name of the sheet: a row of hashtags below its header.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        raise MissingExtraError('xlsx needs XlsxWriter: pip install "gecam[export]"') from error
    sink = io.BytesIO()
    options = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(sink, {**options, "in_memory": True}) as book:
        book.set_properties({"created": datetime(made_on.year, made_on.month, made_on.day)})
        bold = book.add_format({"bold": True})
        for name, frame in sheets.items():
            sheet = book.add_worksheet(name)
            safe = safe_frame(frame)
            rows = [list(safe.columns)]
            if tags and name in tags:
                rows.append(list(tags[name]))
            rows += safe.to_numpy(dtype=object).tolist()
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    _write(sheet, i, j, value, bold if i == 0 else None)
            sheet.freeze_panes(1, 0)
            for j in range(len(safe.columns)):
                longest = max(len(str(row[j])) for row in rows)
                sheet.set_column(j, j, min(longest + 1, WIDEST))
    return sink.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return
    if isinstance(value, (bool, np.bool_)):
        sheet.write_boolean(row, column, bool(value), style)
    elif isinstance(value, (int, float, np.number)):
        sheet.write_number(row, column, value, style)
    else:
        sheet.write_string(row, column, str(value), style)
