"""The model of a document: sections of paragraphs, lists, tables and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias


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

    @classmethod
    def of_columns(cls, columns: Mapping[str, Iterable[object]]) -> Self:
        """Return a table of columns, each under its heading; cells are written as text."""
        cells = zip(*(columns[name] for name in columns), strict=True)
        return cls(tuple(columns), tuple(tuple(map(str, row)) for row in cells))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Parameters
    ----------
    source
        PNG as a data URI.
    words
        What it shows, for those who do not see it.
    """

    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command to check or repeat what is said, and what it shows, with its colon."""

    words: str
    command: str


Block: TypeAlias = Paragraph | Items | Table | Picture | Command


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it; without a heading where the title is empty."""

    title: str
    blocks: tuple[Block, ...]


def section_of(title: str, *parts: Block | str) -> Section:
    """Return a section of blocks in order; a text is a paragraph, an empty one none."""
    blocks = (Paragraph(part) if isinstance(part, str) else part for part in parts if part)
    return Section(title, tuple(blocks))


@dataclass(frozen=True, slots=True)
class Document:
    """A title and sections.

    Parameters
    ----------
    title
        Of the document.
    sections
        In order.
    lead
        The answer in a sentence or two, below the title.
    foot
        Sources and the like, below all sections; None for none.
    is_page
        Whether it is a page of its own (a brief), or a part of another page (an explanation). A page
        has a head and a style in HTML; in Markdown it escapes ``<``, ``>`` and ``&`` as entities.
    lang
        Language of its text, such as ``fr``; Arabic is set from right to left.
    """

    title: str
    sections: tuple[Section, ...]
    lead: tuple[str, ...] = ()
    foot: Section | None = None
    is_page: bool = False
    lang: str = "en"
