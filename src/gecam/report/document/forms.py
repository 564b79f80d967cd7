"""Documents written in one of three forms, or into a file."""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
from typing import Literal

from gecam._signature import checked
from gecam._typing import PositiveInt
from gecam.errors import InputError
from gecam.report.document.blocks import Document, Picture
from gecam.report.document.html_form import html_lines
from gecam.report.document.markdown_form import markdown_lines
from gecam.report.document.text_form import text_lines

Format = Literal["text", "markdown", "html"]
NARROWEST = 40  # characters; narrower text does not read well


@checked
def write(document: Document, form: Format, *, width: PositiveInt = 80, picture: str = "") -> str:
    """Write a document.

    Parameters
    ----------
    document
        Title, sections and their blocks, rows of tables among them.
    form
        ``text`` (for a terminal), ``markdown``, or ``html`` (a page of its own, or a fragment;
        everything is escaped).
    width
        Characters in a line of text, at least 40; the other forms do not break lines.
    picture
        Path of the picture that Markdown links; by default pictures are left to HTML.

    Returns
    -------
    str
        Lines, with a line break at the end.

    Raises
    ------
    InputError
        If `form` is unknown or the text would be too narrow.
    """
    if width < NARROWEST:
        raise InputError(f"width must be at least {NARROWEST} characters: got {width}")
    if form == "text":
        lines = text_lines(document, width)
    else:
        lines = html_lines(document) if form == "html" else markdown_lines(document, picture)
    return "\n".join(lines) + "\n"


@checked
def write_page(document: Document, path: Path) -> None:
    """Write a document into a file, and its picture beside it where the file cannot hold it.

    Parameters
    ----------
    document
        Title, sections and their blocks, rows of tables among them.
    path
        File that ends in ``.html``, or in ``.md`` with a PNG of the same name; folders are made.

    Raises
    ------
    InputError
        If the ending is another one.
    """
    if path.suffix not in {".html", ".md"}:
        raise InputError(f"a brief is written as .html or .md: got {path.name!r}")
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".png")
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    if path.suffix == ".md" and pictures:
        beside.write_bytes(b64decode(pictures[0].source.partition(",")[2]))
    form: Format = "html" if path.suffix == ".html" else "markdown"
    path.write_text(write(document, form, picture=beside.name), encoding="utf-8")
