"""Answers as notebooks show them: numbers first, what they rest on behind a click."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gecam._notebook import block, folded, folded_table, paragraph, table
from gecam.results.flags import flag_text
from gecam.results.messages import message
from gecam.results.shown.printing import remarks
from gecam.results.shown.rounded_tables import headline_note, published_table, row_name
from gecam.uncertainty import NOT_ESTIMATED

if TYPE_CHECKING:
    from gecam.results.shown.parts import ShownAnswer, ShownRows

MOST_ROWS = 20


def breakdown_html(breakdown: ShownRows, title: str = "") -> str:
    """Return the largest rows as a table, their reasons and flags folded."""
    return block(title or _title(breakdown), *_parts(breakdown))


def estimates_html(est: ShownAnswer, total: ShownRows | None = None) -> str:
    """Return the totals, and folded: countries, how the answer was made, sources."""
    made = est.provenance
    run: dict[str, str | int] = {
        "measure": est.measure.replace("_", " "), "scope": est.scope.replace("_", " "),
        "draws": made.draws, "seed": made.seed, "config": made.config_sha256[:16],
        "version": made.versions.get("gecam", ""),
    }  # fmt: skip
    return block(
        str(message("AFFECTED_MIGRANTS_OF", case=made.case)),
        *_parts(est.total() if total is None else total),
        folded("By country", *_parts(est.by("destination"))),
        folded(
            str(message("HOW_IT_WAS_MADE")),
            paragraph(headline_note(est.cells)),
            paragraph(str(message("RUN_OF_ANSWER", **run))),
        ),
        folded_table(
            "Sources",
            ("publisher", "title", "edition", "licence"),
            [(s.publisher, s.title, str(s.edition), str(s.licence)) for s in est.sources],
        ),
    )


def _title(breakdown: ShownRows) -> str:
    words = " and ".join(map(str, breakdown.labels.columns))
    title = message("AFFECTED_MIGRANTS")
    if breakdown.about:
        title = message("AFFECTED_MIGRANTS_OF", case=breakdown.about.provenance.case)
    said = message("BY_DIMENSIONS", title=title, dimensions=words)
    return str(message("TITLE_OF_ROWS", title=said, number=len(breakdown)))


def _parts(breakdown: ShownRows) -> Iterator[str]:
    """Yield the table of the largest rows, how many others there are, reasons, and flags."""
    shown = breakdown.largest(MOST_ROWS) if len(breakdown) > MOST_ROWS else breakdown
    rows = published_table(shown)
    columns = [str(column) for column in breakdown.labels.columns]
    names = [
        [row_name(column, row[column], breakdown.about) for column in columns]
        for row in rows.to_dict("records")
    ]
    level = f"{breakdown.level:.0%}"
    yield table(
        (*columns, "mean", f"{level} from", "to", "odds ratio 1", "grade"),
        [_cells(name, row) for name, row in zip(names, rows.to_dict("records"), strict=True)],
        numbers=len(columns),
    )
    for said in remarks(breakdown, len(shown)):
        yield paragraph(str(said))
    reasons = list(
        filter(lambda row: row[1], zip(map(", ".join, names), rows["reason"], strict=True))
    )
    yield folded_table("Reasons", ("row", "reason"), reasons)
    codes = sorted(set(" ".join(rows["flags"]).split()))
    meanings = [(code, flag_text(code)) for code in codes]
    yield folded_table("Flags", ("flag", "meaning"), meanings)


def _cells(name: Sequence[str], row: dict[str, str]) -> tuple[str, ...]:
    if row["estimate"] == NOT_ESTIMATED:
        return (*name, NOT_ESTIMATED, "", "", "", "")
    return (*name, row["estimate"], row["lower"], row["upper"], row["odds_ratio_1"], row["grade"])
