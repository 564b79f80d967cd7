"""One-page briefs: a headline, a few tables, what they cannot say, and how to check each number."""

from __future__ import annotations

import html
from base64 import b64decode
from dataclasses import dataclass
from math import ceil, floor, isnan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from gecam._signature import checked
from gecam._typing import ArrayLike
from gecam.errors import InputError
from gecam.uncertainty import SMALL, SMALLEST_SHOWN, equal_tailed, people_cell, round_together

STYLE = """
body{font:16px/1.45 system-ui,sans-serif;color:#1a1a1a;max-width:52rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem;margin:1.4rem 0 .3rem}
.lead{font-size:1.1rem}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.2rem .5rem .2rem 0;border-bottom:1px solid #ccc;vertical-align:top}
code{background:#f2f2f2;padding:.1rem .25rem}.trace,footer{color:#4a4a4a;font-size:.88rem}
img{max-width:100%;height:auto}
@media print{body{font-size:11px;margin:0;max-width:none}h2{break-after:avoid}table{break-inside:avoid}}
""".strip()


@dataclass(frozen=True, eq=False)
class BriefQuestion:
    """One question of a brief.

    Parameters
    ----------
    title
        The question or topic.
    text
        Paragraphs.
    table
        Cells as text, ready to print; None for no table.
    trace
        Command that shows where the section's numbers come from; empty for none.
    image, image_text
        Picture (PNG) as a data URI, and what it shows in words; one per brief.
    """

    title: str
    text: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    trace: str = ""
    image: str = ""
    image_text: str = ""


@dataclass(frozen=True, eq=False)
class Brief:
    """A page for somebody who plans.

    Parameters
    ----------
    title
        Of the page.
    lead
        The answer in a sentence or two.
    sections
        In order.
    limits
        What the numbers cannot say.
    sources
        Publisher, title and licence of each source.
    trace
        Command that makes this page again.
    """

    title: str
    lead: tuple[str, ...]
    sections: tuple[BriefQuestion, ...]
    limits: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    trace: str = ""

    @checked
    def to_markdown(self, picture: str = "") -> str:
        """Return the page as Markdown; text is escaped.

        Parameters
        ----------
        picture
            Path of the picture to link; without it pictures are left to the HTML page.
        """
        lines = [f"# {_md(self.title)}", "", *_paragraphs(self.lead)]
        for section in self.sections:
            lines += [f"## {_md(section.title)}", "", *_paragraphs(section.text)]
            if section.image and picture:
                lines += [f"![{_md(section.image_text)}]({picture})", ""]
            if section.table is not None:
                lines += [*_md_table(section.table), ""]
            if section.trace:
                lines += [f"Where these numbers come from: {_code(section.trace)}", ""]
        if self.limits:
            lines += [
                "## What these numbers cannot say",
                "",
                *(f"- {_md(x)}" for x in self.limits),
                "",
            ]
        if self.sources:
            lines += ["## Sources", "", *(f"- {_md(x)}" for x in self.sources), ""]
        if self.trace:
            lines += [f"This page again: {_code(self.trace)}", ""]
        return "\n".join(lines)

    def to_html(self) -> str:
        """Return the page as one HTML file without scripts or outside links; all text is escaped."""
        from jinja2 import Environment

        environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
        tables = [_rows(s.table) for s in self.sections]
        page: str = environment.from_string(PAGE).render(
            brief=self, sections=list(zip(self.sections, tables, strict=True)), style=STYLE
        )
        return page

    def write(self, path: Path) -> None:
        """Write the page: ``.html``, or ``.md`` with a picture of the same name beside it.

        Raises
        ------
        InputError
            If the ending is another one.
        """
        if path.suffix not in {".html", ".md"}:
            raise InputError(f"a brief is written as .html or .md: got {path.name!r}")
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = path.with_suffix(".png")
        images = [section.image for section in self.sections if section.image]
        if path.suffix == ".md" and images:
            picture.write_bytes(b64decode(images[0].partition(",")[2]))
        text = self.to_html() if path.suffix == ".html" else self.to_markdown(picture.name)
        path.write_text(text, encoding="utf-8")


PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ brief.title }}</title>
<style>{{ style | safe }}</style>
</head>
<body>
<main>
<h1>{{ brief.title }}</h1>
{% for text in brief.lead %}
<p class="lead">{{ text }}</p>
{% endfor %}
{% for section, table in sections %}
<section>
<h2>{{ section.title }}</h2>
{% for text in section.text %}
<p>{{ text }}</p>
{% endfor %}
{% if section.image %}
<img src="{{ section.image }}" alt="{{ section.image_text }}">
{% endif %}
{% if table %}
<table>
<thead><tr>{% for cell in table[0] %}<th scope="col">{{ cell }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table[1:] %}
<tr><th scope="row">{{ row[0] }}</th>{% for cell in row[1:] %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
{% endif %}
{% if section.trace %}
<p class="trace">Where these numbers come from: <code>{{ section.trace }}</code></p>
{% endif %}
</section>
{% endfor %}
{% if brief.limits %}
<section>
<h2>What these numbers cannot say</h2>
<ul>{% for text in brief.limits %}<li>{{ text }}</li>{% endfor %}</ul>
</section>
{% endif %}
</main>
<footer>
{% if brief.sources %}
<h2>Sources</h2>
<ul>{% for text in brief.sources %}<li>{{ text }}</li>{% endfor %}</ul>
{% endif %}
{% if brief.trace %}
<p>This page again: <code>{{ brief.trace }}</code></p>
{% endif %}
</footer>
</body>
</html>
"""


def people_range(mean: float, lower: float, upper: float, *, sd: float = 0.0) -> str:
    """Return people and their interval as text, rounded together.

    Below 100 people the text is "<100" without an interval, since the ends would tell the number.

    Examples
    --------
    >>> from gecam.report.brief import people_range
    >>> people_range(13_818.6, 8_389.5, 19_531.8, sd=3_400.0)
    '13,800 (8,300 to 19,600)'
    >>> people_range(42.0, 12.0, 96.0), people_range(0.0, 0.0, 0.0)
    ('<100', '0')
    >>> people_range(float("nan"), 0.0, 0.0)
    'not estimated'
    """
    if isnan(mean) or mean == upper == 0:
        return people_cell(mean)
    if abs(mean) < SMALLEST_SHOWN:
        return SMALL if lower >= 0 else "no clear change"
    ((people, low, high),) = round_together(mean, lower, upper, sd=sd).texts(small="none")
    return f"{people} ({low} to {high})"


def percent_range(mean: float, lower: float, upper: float) -> str:
    """Return a share and its interval as text: whole percent, ends outwards.

    Examples
    --------
    >>> from gecam.report.brief import percent_range
    >>> percent_range(0.614, 0.522, 0.688)
    '61% (52 to 69)'
    """
    low, high = floor(100 * lower + 1e-9), ceil(100 * upper - 1e-9)
    return f"{100 * mean:.0f}% ({low} to {high})" if mean >= 0.01 else "<1%"


def people_interval(draws: ArrayLike, level: float) -> str:
    """Return the mean of draws and their interval as text; see `people_range`."""
    people = np.asarray(draws, dtype=np.float64)
    lower, upper = equal_tailed(people, level=level)
    return people_range(
        float(people.mean()), float(lower), float(upper), sd=float(people.std(ddof=1))
    )


def people_alone(people: float) -> str:
    """Return people as text without an interval."""
    return people_range(people, people, people).split(" (")[0]


def money(amount: float) -> str:
    """Return an amount of money as text.

    Examples
    --------
    >>> from gecam.report.brief import money
    >>> money(49_381_000.0), money(1_250.0)
    ('49.4 million', '1,250')
    """
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(amount) >= size:
            return f"{amount / size:.3g} {word}"
    return f"{amount:,.0f}"


def _rows(table: pd.DataFrame | None) -> list[list[str]]:
    if table is None:
        return []
    return [list(map(str, table.columns)), *([str(x) for x in row] for row in table.to_numpy())]


def _paragraphs(texts: tuple[str, ...]) -> list[str]:
    return [line for text in texts for line in (_md(text), "")]


def _md(text: Any) -> str:
    """Escape what Markdown or HTML would read as markup."""
    plain = html.escape(" ".join(str(text).split()), quote=False)
    for sign in "\\`*_[]|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"


def _md_table(table: pd.DataFrame) -> list[str]:
    head, *body = _rows(table)
    rows = [head, ["---"] * len(head), *body]
    return ["| " + " | ".join(_md(c) if c != "---" else c for c in row) + " |" for row in rows]
