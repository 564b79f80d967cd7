"""`gecam reproduce`: a published release made again with the installed version, and compared."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gecam.cli.answers import AsJson, print_json
from gecam.cli.db import DIFFERENT, replay_document, say_replay
from gecam.cli.paths import database_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gecam.database import Database, Release


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reproduce")(reproduce_command)


def reproduce_command(
    release: Annotated[
        str, typer.Argument(help="Name of a release, such as 2025.", show_default=False)
    ],
    db: Annotated[
        Path,
        typer.Option(
            callback=database_to_read,
            help="The published database: packed (.gecam-pack), or a database.",
            show_default=False,
        ),
    ],
    expected_root: Annotated[str, typer.Option(help="The root that was published with it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check a published release, make it again, and say what differs and why."""
    with _opened(db, expected_root) as database:
        again = database.replay(release)
        apart = _apart_from_packaged(database[release])
    if as_json:
        print_json("reproduce", **replay_document(again), inputs_apart=apart)
    else:
        say_replay(again)
        typer.echo(_words(apart))
    if again.verdict == "different":
        raise typer.Exit(DIFFERENT)


@contextmanager
def _opened(path: Path, expected_root: str) -> Iterator[Database]:
    """Open a database and verify it, or unpack one for the time being, which verifies it."""
    from tempfile import TemporaryDirectory

    from gecam.database import Database

    if path.suffix != ".gecam-pack":
        database = Database(path, create=False)
        database.verify(expected_root=expected_root)
        yield database
        return
    with TemporaryDirectory() as folder:
        yield Database.unpack(path, Path(folder) / "published.gecam", expected_root=expected_root)


def _apart_from_packaged(release: Release) -> list[str] | None:
    """Return which inputs differ from those packaged with this version; None without an edition."""
    from dataclasses import fields

    from gecam.datasets import EDITIONS, load_editions
    from gecam.estimation import canonical

    if release.name not in EDITIONS:
        return None
    stored, (packaged,) = release.case(), load_editions(release.name)
    return [
        field.name
        for field in fields(stored)
        if field.init
        and canonical(getattr(stored, field.name)) != canonical(getattr(packaged, field.name))
    ]


def _words(apart: list[str] | None) -> str:
    if apart is None:
        return "Its inputs are its own: no packaged edition has its name."
    if not apart:
        return "Its inputs are the figures that are packaged with the installed version."
    return f"Its inputs differ from those packaged with the installed version: {', '.join(apart)}."
