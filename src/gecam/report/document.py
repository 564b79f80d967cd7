"""Documents: sections of paragraphs, lists and tables, written as text, Markdown or HTML alike."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.errors import InputError

Format = Literal["text", "markdown", "html"]
GAP = 2  # blanks between columns of a table in text
NARROWEST = 40  # characters; narrower text does not read well
SMALLEST_COLUMN = 8
RESERVED = re.compile(r"([\\`*_{}\[\]<>#|~$])")  # characters with a meaning in Markdown
LIST_MARK = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short texts."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under headings.

    Parameters
    ----------
    columns
        Headings.
    rows
        One text per column.
    numbers
        Positions of the columns that hold numbers: they are aligned to the right and not broken.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


Block: TypeAlias = Paragraph | Items | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A title and sections."""

    title: str
    sections: tuple[Section, ...]


@checked
def write(document: Document, form: Format, *, width: PositiveInt = 80) -> str:
    """Write a document.

    Parameters
    ----------
    document
        What to write.
    form
        ``text`` (for a terminal), ``markdown``, or ``html`` (a fragment; everything is escaped).
    width
        Characters in a line of text, at least 40; the other forms do not break lines.

    Raises
    ------
    InputError
        If `form` is unknown or the text would be too narrow.
    """
    if width < NARROWEST:
        raise InputError(f"width must be at least {NARROWEST} characters: got {width}")
    writers: Mapping[str, Callable[[Document], Iterator[str]]] = {
        "text": lambda d: _text(d, width),
        "markdown": _markdown,
        "html": _html,
    }
    return "\n".join(writers[form](document)) + "\n"


def _text(document: Document, width: int) -> Iterator[str]:
    yield from textwrap.wrap(document.title, width)
    yield "=" * min(len(document.title), width)
    for section in document.sections:
        yield ""
        yield from textwrap.wrap(section.title, width)
        yield "-" * min(len(section.title), width)
        for i, block in enumerate(section.blocks):
            if i and not (isinstance(block, Items) and isinstance(section.blocks[i - 1], Items)):
                yield ""
            match block:
                case Paragraph(text):
                    yield from _wrapped(text, width)
                case Items(texts):
                    for text in texts:
                        yield from _wrapped(text, width, first="- ", rest="  ")
                case Table():
                    yield from _text_table(block, width)


def _wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _text_table(table: Table, width: int) -> Iterator[str]:
    widths = _widths(table, width)
    yield from _text_row(table.columns, widths, table.numbers)
    yield (" " * GAP).join("-" * w for w in widths)
    for row in table.rows:
        yield from _text_row(row, widths, table.numbers)


def _text_row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row; a long cell takes several."""
    lines = [
        textwrap.wrap(cell, w, break_on_hyphens=False) or [""]
        for cell, w in zip(cells, widths, strict=True)
    ]
    for k in range(max(map(len, lines))):
        parts = [
            (cell[k] if k < len(cell) else "").rjust(w)
            if i in numbers
            else (cell[k] if k < len(cell) else "").ljust(w)
            for i, (cell, w) in enumerate(zip(lines, widths, strict=True))
        ]
        yield (" " * GAP).join(parts).rstrip()


def _widths(table: Table, width: int) -> list[int]:
    """Return the width of each column: numbers as wide as they are, texts share what is left."""
    cells = list(zip(table.columns, *table.rows, strict=True))
    wanted = [max(map(len, column)) for column in cells]
    left = width - GAP * (len(wanted) - 1) - sum(wanted[i] for i in table.numbers)
    texts = sorted(
        (i for i in range(len(wanted)) if i not in table.numbers), key=wanted.__getitem__
    )
    widths = list(wanted)
    for k, i in enumerate(texts):  # the narrow ones first: what they leave goes to the wide ones
        share = max(left // (len(texts) - k), SMALLEST_COLUMN)
        widths[i] = min(wanted[i], share)
        left -= widths[i]
    return widths


def _markdown(document: Document) -> Iterator[str]:
    yield f"# {_plain(document.title)}"
    for section in document.sections:
        yield from ("", f"## {_plain(section.title)}")
        for block in section.blocks:
            yield ""
            match block:
                case Paragraph(text):
                    yield _plain(text)
                case Items(texts):
                    yield from (f"- {_plain(text)}" for text in texts)
                case Table(columns, rows, numbers):
                    yield _markdown_row(columns)
                    marks = ("--:" if i in numbers else "---" for i in range(len(columns)))
                    yield f"|{'|'.join(marks)}|"
                    yield from map(_markdown_row, rows)


def _markdown_row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_plain, cells))} |"


def _plain(text: str) -> str:
    """Escape what Markdown would read as marks."""
    return LIST_MARK.sub(r"\1\\\2", RESERVED.sub(r"\\\1", text.replace("\n", " ")))


def _html(document: Document) -> Iterator[str]:
    e = html.escape
    yield f"<article><h1>{e(document.title)}</h1>"
    for section in document.sections:
        yield f"<section><h2>{e(section.title)}</h2>"
        for block in section.blocks:
            match block:
                case Paragraph(text):
                    yield f"<p>{e(text)}</p>"
                case Items(texts):
                    yield f"<ul>{''.join(f'<li>{e(text)}</li>' for text in texts)}</ul>"
                case Table(columns, rows, numbers):
                    head = "".join(f'<th scope="col">{e(c)}</th>' for c in columns)
                    yield f"<table><thead><tr>{head}</tr></thead><tbody>"
                    for row in rows:
                        yield f"<tr>{''.join(_cell(c, i in numbers) for i, c in enumerate(row))}</tr>"
                    yield "</tbody></table>"
        yield "</section>"
    yield "</article>"


def _cell(text: str, is_number: bool) -> str:
    style = ' style="text-align:right"' if is_number else ""
    return f"<td{style}>{html.escape(text)}</td>"
