"""Documents as HTML: a fragment, or a page of its own without scripts and outside links."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

from gecam.report.document.blocks import Block, Command, Document, Items, Paragraph, Picture, Table

RIGHT_TO_LEFT = ("ar",)
Escape = Callable[[str], str]
STYLE = """
body{font:16px/1.45 system-ui,sans-serif;color:#1a1a1a;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.4rem 0 .3rem}
.lead{font-size:1.1rem}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:start;padding:.2rem 0;padding-inline-end:.5rem}
th,td{border-bottom:1px solid #ccc;vertical-align:top}
code{background:#f2f2f2;padding:.1rem .25rem}.trace,footer{color:#4a4a4a;font-size:.88rem}
img{max-width:100%;height:auto}
@media print{body{font-size:11px;margin:0;max-width:none}h2{break-after:avoid}table{break-inside:avoid}}
""".strip()


def html_lines(document: Document) -> Iterator[str]:
    """Yield the lines of a document; all text is escaped."""
    yield from _page(document) if document.is_page else _fragment(document)


def _fragment(document: Document) -> Iterator[str]:
    e = html.escape
    yield f"<article><h1>{e(document.title)}</h1>"
    for section in document.sections:
        yield f"<section><h2>{e(section.title)}</h2>"
        for block in section.blocks:
            if isinstance(block, Table):
                head, body = _table(block, e, row_header="td")
                yield from (f"<table>{head}<tbody>", *body, "</tbody></table>")
            else:
                yield _element(block, e)
        yield "</section>"
    yield "</article>"


def _page(document: Document) -> Iterator[str]:
    e, direction = _escaped_on_page, ' dir="rtl"' if document.lang in RIGHT_TO_LEFT else ""
    yield from (
        "<!doctype html>", f'<html lang="{document.lang}"{direction}>', "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{e(document.title)}</title>", f"<style>{STYLE}</style>", "</head>", "<body>",
        "<main>", f"<h1>{e(document.title)}</h1>",
    )  # fmt: skip
    yield from (f'<p class="lead">{e(text)}</p>' for text in document.lead)
    for section in document.sections:
        yield from ("<section>", f"<h2>{e(section.title)}</h2>")
        for block in section.blocks:
            if isinstance(block, Table):
                head, body = _table(block, e, row_header='th scope="row"')
                yield from ("<table>", head, "<tbody>", *body, "</tbody>", "</table>")
            else:
                yield _element(block, e, ' class="trace"')
        yield "</section>"
    yield from ("</main>", "<footer>")
    if document.foot is not None:
        yield from [f"<h2>{e(document.foot.title)}</h2>"] if document.foot.title else []
        yield from (_element(block, e) for block in document.foot.blocks)
    yield from ("</footer>", "</body>", "</html>")


def _element(block: Block, e: Escape, trace: str = "") -> str:
    """Return a block of one line: any block but a table."""
    match block:
        case Paragraph(text):
            return f"<p>{e(text)}</p>"
        case Items(texts):
            return f"<ul>{''.join(f'<li>{e(text)}</li>' for text in texts)}</ul>"
        case Picture(source, words):
            return f'<img src="{e(source)}" alt="{e(words)}">'
        case Command(words, command):
            return f'<p{trace}>{e(words)} <code dir="ltr">{e(command)}</code></p>'
        case Table():
            raise AssertionError("a table takes several lines")


def _table(table: Table, e: Escape, *, row_header: str) -> tuple[str, list[str]]:
    """Return head and rows of a table; the first cell of a row is its header."""
    head = "".join(f'<th scope="col">{e(name)}</th>' for name in table.columns)
    tags = [row_header, *["td"] * (len(table.columns) - 1)]
    styles = [' style="text-align:end"' if i in table.numbers else "" for i in range(len(tags))]
    rows = [
        "".join(
            f"<{tag}{style}>{e(cell)}</{tag[:2]}>"
            for tag, style, cell in zip(tags, styles, row, strict=True)
        )
        for row in table.rows
    ]
    return f"<thead><tr>{head}</tr></thead>", [f"<tr>{row}</tr>" for row in rows]


def _escaped_on_page(text: str) -> str:
    """Escape a text as templates do."""
    from markupsafe import escape

    return str(escape(text))
