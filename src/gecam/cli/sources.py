"""`gecam sources`: where publishers' files are, and how each is told."""

from __future__ import annotations

from typing import Annotated

import typer

from gecam.cli.answers import print_json, records


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sources")(sources)


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
    table = table[cells.str.contains(word.casefold(), regex=False)]
    if as_json:
        print_json("sources", files=records(table))
        return
    for row in table.to_dict("records"):
        typer.echo(f"{row['publisher']}: {row['title']} ({row['goes_to']})")
        for name in ("page", "files", "licence", "known_by"):
            typer.echo(f"  {name.replace('_', ' ')}: {row[name]}")
    if table.empty:
        raise typer.BadParameter(f"no file of a publisher has the word {word!r}", param_hint="WORD")
