"""Compact HTML of objects in notebooks: a heading, tables, and parts that open on a click."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

LEFT, RIGHT = "text-align:left;padding:2px 10px 2px 0", "text-align:right;padding:2px 10px 2px 0"


def block(title: str, *parts: str) -> str:
    """Return HTML under a title; the title is text, the parts are HTML."""
    return f'<div style="max-width:60em"><b>{escape(title)}</b>{"".join(parts)}</div>'


def paragraph(text: str) -> str:
    """Return a text as a paragraph."""
    return f'<p style="margin:.3em 0">{escape(text)}</p>'


def folded(title: str, *parts: str) -> str:
    """Return parts that open on a click on a title; nothing where there are none."""
    inside = "".join(parts)
    return f"<details><summary>{escape(title)}</summary>{inside}</details>" if inside else ""


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int = 0) -> str:
    """Return a table of texts; the columns from `numbers` on are set to the right, 0: none."""
    head = "".join(
        f'<th style="{RIGHT if numbers and i >= numbers else LEFT}">{escape(cell)}</th>'
        for i, cell in enumerate(header)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{RIGHT if numbers and i >= numbers else LEFT}">{escape(str(cell))}</td>'
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def folded_table(
    title: str, header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int = 0
) -> str:
    """Return a table behind a title with the number of its rows; nothing where there are none."""
    return folded(f"{title} ({len(rows)})", table(header, rows, numbers=numbers)) if rows else ""
