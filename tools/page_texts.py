"""The words of pages that tools write: one file for each in tools/pages, with places for figures."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
TEXTS = ROOT / "tools" / "pages"


def filled(page: str, **figures: object) -> str:
    """Return the words of a page with its figures in their places."""
    return (TEXTS / f"{page}.md").read_text(encoding="utf-8").format(**figures)


def lines(rows: Iterable[Iterable[object]]) -> str:
    """Return rows of a table in Markdown."""
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)
