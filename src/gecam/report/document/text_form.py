"""Documents as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from gecam.report.document.blocks import Block, Command, Document, Items, Paragraph, Picture, Table

GAP = 2  # blanks between columns of a table
SMALLEST_COLUMN = 8  # characters


def text_lines(document: Document, width: int) -> Iterator[str]:
    """Yield the lines of a document, each of at most `width` characters."""
    yield from _heading(document.title, "=", width)
    for text in document.lead:
        yield from ("", *_wrapped(text, width))
    foot = [document.foot] if document.foot is not None else []
    for section in (*document.sections, *foot):
        yield ""
        if section.title:
            yield from _heading(section.title, "-", width)
        before: Block | None = None
        for block in section.blocks:
            if before is not None and not (isinstance(block, Items) and isinstance(before, Items)):
                yield ""
            yield from _lines(block, width)
            before = block


def _heading(title: str, rule: str, width: int) -> Iterator[str]:
    yield from textwrap.wrap(title, width)
    yield rule * min(len(title), width)


def _lines(block: Block, width: int) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from _wrapped(text, width)
        case Items(texts):
            for text in texts:
                yield from _wrapped(text, width, first="- ", rest="  ")
        case Table():
            yield from _table(block, width)
        case Picture(_, words):
            yield from _wrapped(f"[{words}]", width)
        case Command(words, command):
            yield from _wrapped(f"{words} {command}", width)


def _wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _table(table: Table, width: int) -> Iterator[str]:
    widths = _widths(table, width)
    yield from _row(table.columns, widths, table.numbers)
    yield (" " * GAP).join("-" * w for w in widths)
    for row in table.rows:
        yield from _row(row, widths, table.numbers)


def _row(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[int]) -> Iterator[str]:
    """Yield the lines of one row; a long cell takes several."""
    columns = [
        textwrap.wrap(c, w, break_on_hyphens=False) for c, w in zip(cells, widths, strict=True)
    ]
    for k in range(max(1, *map(len, columns))):
        parts = [column[k] if k < len(column) else "" for column in columns]
        aligned = (
            part.rjust(w) if i in numbers else part.ljust(w)
            for i, (part, w) in enumerate(zip(parts, widths, strict=True))
        )
        yield (" " * GAP).join(aligned).rstrip()


def _widths(table: Table, width: int) -> list[int]:
    """Return the width of each column: numbers as wide as they are, texts share what is left.

    No word is broken where that can be avoided.
    """
    natural = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
    least = _least(table)
    if _sum(least) > width:
        least = [n if i in table.numbers else SMALLEST_COLUMN for i, n in enumerate(natural)]
    widths = [min(n, small) for n, small in zip(natural, least, strict=True)]
    left = max(width - _sum(widths), 0)
    texts = [i for i in range(len(widths)) if i not in table.numbers]
    # the narrow ones first: what they leave goes to the wide ones
    for k, i in enumerate(sorted(texts, key=natural.__getitem__)):
        more = min(natural[i] - widths[i], left // (len(texts) - k))
        widths[i] += more
        left -= more
    return widths


def _least(table: Table) -> list[int]:
    """Return the width that each column needs: of its numbers, or of its longest word."""
    return [
        max(
            len(x)
            for cell in column
            for x in ([cell] if i in table.numbers else [*cell.split(), ""])
        )
        for i, column in enumerate(zip(table.columns, *table.rows, strict=True))
    ]


def _sum(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def fitting(table: Table, width: int) -> list[Table]:
    """Return a table as one or more that fit a width without breaking a word or a number.

    Parameters
    ----------
    table
        Table of texts, of at least one column.
    width
        Characters, >= 1. A single column that is wider stays as it is.

    Returns
    -------
    list of Table
        Each begins with the first column; the others follow in their order.
    """
    least = _least(table)
    blocks = [[0]]
    for i in range(1, len(least)):
        if len(blocks[-1]) > 1 and _sum([least[j] for j in (*blocks[-1], i)]) > width:
            blocks.append([0])
        blocks[-1].append(i)
    return [
        Table(
            tuple(table.columns[i] for i in block),
            tuple(tuple(row[i] for i in block) for row in table.rows),
            tuple(k for k, i in enumerate(block) if i in table.numbers),
        )
        for block in blocks
    ]
