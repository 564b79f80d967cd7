"""Tables of a database on a terminal: no number and no word is cut, and no text is obeyed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import typer

from gecam.cli.answers import print_document, terminal_width

if TYPE_CHECKING:
    import pandas as pd


def print_table(title: str, frame: pd.DataFrame) -> None:
    """Print a table in the width of the terminal, in parts where it is wider.

    Parameters
    ----------
    title
        What stands above it.
    frame
        One row per line; its columns are the heads.
    """
    from gecam.report import Document, Section, Table, fitting

    columns = tuple(map(str, frame.columns))
    rows = tuple(
        tuple(_printable(_cell(value)) for value in row)
        for row in frame.itertuples(index=False, name=None)
    )
    numbers = tuple(i for i, name in enumerate(frame) if frame[name].dtype.kind in "if")
    parts = fitting(Table(columns, rows, numbers), terminal_width())
    print_document(Document(_printable(title), tuple(Section("", (part,)) for part in parts)))


def print_sentence(text: str, *, err: bool = False) -> None:
    """Print a sentence in the width of the terminal.

    Parameters
    ----------
    text
        The sentence.
    err
        Whether on the stream of errors.
    """
    from textwrap import fill

    typer.echo(fill(text, terminal_width(), break_on_hyphens=False), err=err)


def in_words(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows by their labels, with the breakdown where there are several.

    Parameters
    ----------
    rows
        Rows by id, such as ``destination/SDN``.
    """
    parts = [str(key).partition("/") for key in rows.index]
    is_one = len({breakdown for breakdown, *_ in parts} - {"panel"}) <= 1
    words = [
        label.replace("/", ", ") if is_one else f"{breakdown}: {label.replace('/', ', ')}"
        for breakdown, _, label in parts
    ]
    return rows.assign(row=words).set_index("row").reset_index()


def _cell(value: Any) -> str:
    """Write a cell."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:,.0f}" if isinstance(value, float) else str(value)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
