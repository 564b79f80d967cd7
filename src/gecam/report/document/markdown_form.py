"""Documents as Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from gecam.report.document.blocks import Block, Command, Document, Items, Paragraph, Picture, Table

Escape = Callable[[str], str]
RESERVED = re.compile(r"([\\`*_{}\[\]<>#|~$])")  # characters with a meaning in Markdown
RESERVED_ON_PAGES = re.compile(r"([\\`*_\[\]|#])")  # there the others are entities
BREAKING = re.compile("[^\\S\u00a0\u202f]+")  # spaces where a line may break
LIST_MARK = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown_lines(document: Document, picture: str) -> Iterator[str]:
    """Yield the lines of a document; `picture` is the path of its picture, empty for none."""
    escape = _escaped_on_page if document.is_page else _escaped
    gap = " " if document.is_page else ""
    yield f"# {escape(document.title)}"
    for text in document.lead:
        yield from ("", escape(text))
    foot = [document.foot] if document.foot is not None else []
    for section in (*document.sections, *foot):
        if section.title:
            yield from ("", f"## {escape(section.title)}")
        for block in section.blocks:
            lines = list(_lines(block, escape, gap, picture))
            yield from ("", *lines) if lines else ()


def _lines(block: Block, escape: Escape, gap: str, picture: str) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield escape(text)
        case Items(texts):
            yield from (f"- {escape(text)}" for text in texts)
        case Table():
            yield from _table(block, escape, gap)
        case Picture(_, words) if picture:
            yield f"![{escape(words)}]({picture})"
        case Command(words, command):
            yield f"{escape(words)} `{command.replace('`', '')}`"


def _table(table: Table, escape: Escape, gap: str) -> Iterator[str]:
    marks = ("--:" if i in table.numbers else "---" for i in range(len(table.columns)))
    head, *body = (f"| {' | '.join(map(escape, row))} |" for row in (table.columns, *table.rows))
    yield from (head, f"|{gap}{f'{gap}|{gap}'.join(marks)}{gap}|", *body)


def _escaped(text: str) -> str:
    """Escape what Markdown would read as marks."""
    return LIST_MARK.sub(r"\1\\\2", RESERVED.sub(r"\\\1", text.replace("\n", " ")))


def _escaped_on_page(text: str) -> str:
    """Escape what Markdown or HTML would read as markup; line breaks and repeated blanks go."""
    return RESERVED_ON_PAGES.sub(r"\\\1", html.escape(BREAKING.sub(" ", text.strip()), quote=False))
