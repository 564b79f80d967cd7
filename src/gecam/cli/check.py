"""`gecam check`, `template`, `sources`: what a file holds, an empty table, and where files are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gecam.cli.answers import misuse, print_json, records
from gecam.cli.paths import to_read, to_write
from gecam.errors import InputError, distinct_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gecam.io import FileReport, Template

BAD_INPUT = 3
_DATES_SHOWN = 4
_READ = {"ok", "partly"}  # of these files something is read


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command("check")(check)
    app.command("template")(template)
    app.command("sources")(sources)


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Files of publishers, or tables of your own.",
            callback=to_read,
        ),
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Say which reader takes each file, what it would read, and everything wrong with it."""
    from gecam.io import check_file

    reports = [check_file(file) for file in files]
    if as_json:
        print_json("check", files=[report.to_dict() for report in reports])
    else:
        for report in reports:
            _show(report)
    if any(report.status not in _READ for report in reports):
        raise typer.Exit(BAD_INPUT)


def template(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="stock|population|needs|by_area|groups|pairs", help="Kind of table."
        ),
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            callback=to_write, help="File to write the empty table to; it must not exist."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Write an empty table to fill in; its columns are explained beside it."""
    from gecam.io import template as template_of

    try:
        form = template_of(kind)  # type: ignore[arg-type]  # `template` checks the words
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    if as_json:
        print_json("template", kind=kind, columns=records(form.columns))
        return
    if out is None:
        typer.echo(form.to_csv(), nl=False)
    else:
        with out.open("x", encoding="utf-8", newline="") as file:
            file.write(form.to_csv())
    _explain(form)


def sources(
    word: Annotated[
        str, typer.Argument(help="A word of publisher, title, file or option; all without it.")
    ] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """List the files of publishers that gecam reads: where they are, and how each is told.

    Nothing is downloaded: fetch a file from the publisher's page, and give it to the option named.
    """
    from gecam.io import publisher_files

    table = publisher_files()
    cells = table.apply(lambda row: " ".join(row).casefold(), axis=1)
    table = table[[word.casefold() in text for text in cells]]
    if as_json:
        print_json("sources", files=records(table))
        return
    for row in table.to_dict("records"):
        typer.echo(f"{row['publisher']}: {row['title']} ({row['goes_to']})")
        for name in ("page", "files", "licence", "known_by"):
            typer.echo(f"  {name.replace('_', ' ')}: {row[name]}")
    if table.empty:
        raise misuse("WORD", f"no file of a publisher has the word {word!r}")


def _show(report: FileReport) -> None:
    """Print a report for a reader."""
    taken = f"{report.reader} ({report.publisher}, {report.kind})" if report.reader else "no reader"
    typer.echo(f"{report.file}: {taken}: {report.status}")
    if report.message:
        typer.echo(f"  {report.message}")
    for line in (*_content(report), *_totals(report), *_remarks(report)):
        typer.echo(f"  {line}")


def _content(report: FileReport) -> Iterator[str]:
    """Yield what a file that can be read would give."""
    if report.status not in _READ:
        return
    span = report.first if report.first == report.last else f"{report.first} to {report.last}"
    dates = f", {span}" if span else ""
    yield f"{report.rows:,} rows, {report.places:,} places{dates}"
    if report.source is not None:
        yield f"source: {report.source.title}, {report.source.licence or 'no licence'}"


def _totals(report: FileReport) -> Iterator[str]:
    """Yield the totals of the last days, and of every day that is not as published."""
    days = sorted({total.as_of for total in report.totals})[-_DATES_SHOWN:]
    for total in report.totals:
        if total.as_of in days or total.differs:
            at = f" {total.as_of}" if total.as_of else ""
            yield f"total {total.column}{at}: {total.found:,.0f}{_beside(total.published)}"


def _remarks(report: FileReport) -> Iterator[str]:
    """Yield notes and problems, the latter by cause."""
    for note in report.notes:
        yield f"note {note.code}: {note.text} ({note.count:,})"
    for cause in distinct_problems(report.problems, None)[0]:
        yield f"problem: {cause}"


def _beside(published: float | None) -> str:
    return "" if published is None else f" (published: {published:,.0f})"


def _explain(form: Template) -> None:
    """Print what the columns of a template hold, beside the table itself."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Columns of a table of {form.kind}")
    for heading in ("column", "holds", "if left out", "example"):
        table.add_column(heading)
    for row in form.columns.to_dict("records"):
        words = f" ({row['words']})" if row["words"] else ""
        absent = "needed" if row["needed"] else row["default"] or "empty"
        table.add_row(row["column"], f"{row['holds']}{words}", absent, row["example"])
    Console(stderr=True).print(table)
