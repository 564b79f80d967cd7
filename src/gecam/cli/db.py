"""`gecam db`: releases of a database of estimates, listed, compared, checked and sent out."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from gecam.cli.answers import AsJson, country_option, print_json, records
from gecam.cli.paths import database_to_read, folder_to_write, to_read, to_write, write_option
from gecam.cli.releases.release_tables import in_words, print_sentence, print_table
from gecam.cli.settings import say

if TYPE_CHECKING:
    from gecam.database import Database, Replay

DIFFERENT = 1  # exit code of `replay --strict` for a release that came out different

File = Annotated[Path, typer.Option("--db", callback=database_to_read, help="The database.")]
Name = Annotated[str, typer.Option("--release", help="Name of a release.")]
Compared = Annotated[str, typer.Argument(help="Name of a release.", show_default=False)]
# What stood in the places after a verb before there were options; empty for what still does.
PLACES = {
    **dict.fromkeys(("log", "verify", "sweep"), ("--db",)),
    **dict.fromkeys(("show", "replay", "retract"), ("--db", "--release")),
    "export": ("--db", "--release", "--out"), "pack": ("--db", "--out"),
    "diff": ("--db", "", ""), "unpack": ("", "--db"),
}  # fmt: skip


class DatabaseCommands(TyperGroup):
    """Takes the earlier form ``VERB FILE RELEASE FOLDER`` for options, with a warning."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name what stands in a place that has an option now."""
        verb = self.commands.get(args[0]) if args else None
        if verb is None:
            return super().parse_args(ctx, args)
        options, words = _told_apart(verb, args[1:])
        given = {option.partition("=")[0] for option in options}
        places = [option for option in PLACES[args[0]] if option not in given]
        if len(words) > places.count(""):
            named = list(zip(places, words, strict=False))
            words = [word for option, word in named if not option] + words[len(named) :]
            options += [part for pair in named if pair[0] for part in pair]
            form = " ".join(f"{option} ..." for option in PLACES[args[0]] if option)
            say(f"an earlier form, which will go away: write gecam db {args[0]} {form}")
        return super().parse_args(ctx, [args[0], *words, *options])


def _told_apart(verb: Any, args: list[str]) -> tuple[list[str], list[str]]:
    """Return the options of a command with their values, and the words that stand by themselves."""
    options: list[str] = []
    words: list[str] = []
    takes_value = {name for x in verb.params if not getattr(x, "is_flag", True) for name in x.opts}
    rest = iter(args)
    for word in rest:
        if word.startswith("-"):
            options += [word, *islice(rest, int(word in takes_value))]
        else:
            words.append(word)
    return options, words


app = typer.Typer(
    help="Releases of estimates in a database.",
    cls=DatabaseCommands,
    no_args_is_help=True,
)


def register(parent: typer.Typer) -> None:
    """Add the group of commands."""
    parent.add_typer(app, name="db")


@app.command()
def log(
    file: File,
    known_on: Annotated[
        str, typer.Option(help="As it stood at the end of a day, YYYY-MM-DD.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the releases, in order."""
    releases = _open(file).releases(known_on=known_on)
    if as_json:
        _print_json("log", releases=records(releases))
    else:
        columns = ["name", "as_of", "scope", "rows", "standing", "reason", "released_on", "root"]
        shown = releases.assign(root=[root[:12] for root in releases["root"]])
        print_table(f"{file.name}: {len(releases)} releases", shown[columns])


@app.command()
def show(
    file: File,
    release: Name,
    by: Annotated[
        str, typer.Option(help="total, part, region, destination, origin, crisis, cell ...")
    ] = "destination",
    country: Annotated[str, typer.Option(help="Country, by ISO3 code or name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the rows of a release, rounded; --json has them exactly."""
    from gecam.results import ON_TERMINAL, people_text

    country = country_option(country, "--country")
    rows = _open(file).estimates(release, breakdown=by or (), country=country or ())
    if as_json:
        _print_json("show", release=release, rows=records(rows))
        return
    standing = rows["standing"].iloc[0] if len(rows) else ""
    shown = rows.join(people_text(rows))
    shown = shown.set_index("id")[[column for column in ON_TERMINAL if column != "id"]]
    print_table(f"{release} ({standing})" + (f", by {by}" if by else ""), in_words(shown))


@app.command()
def diff(
    file: File,
    old: Compared,
    new: Compared,
    country: Annotated[
        str, typer.Option(help="Only this country, by ISO3 code or name; that is fast.")
    ] = "",
    causes: Annotated[
        bool, typer.Option(help="Say which part data, method, seed and code have.")
    ] = True,
    by: Annotated[str, typer.Option(help="Which rows to show; empty: all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compare two releases, row by row, by cause, and as a revision."""
    from gecam.cli.releases.compared_releases import ComparedReleases

    country = country_option(country, "--country")
    changes = _open(file).diff(old, new, country=country, by_cause=causes)
    compared = ComparedReleases(changes, country, by)
    if as_json:
        _print_json("diff", old=old, new=new, **compared.record())
        return
    print_table(f"{old} to {new}", compared.shown())
    for text in compared.remarks(with_causes=causes):
        print_sentence(text, err=True)
    for text in compared.conclusion():
        print_sentence(text)


@app.command()
def verify(
    file: File,
    expected_root: Annotated[str, typer.Option(help="A root noted earlier.")] = "",
    as_json: AsJson = False,
) -> None:
    """Read and check everything in the database."""
    verified = _open(file).verify(expected_root=expected_root)
    if as_json:
        _print_json("verify", **asdict(verified))
    else:
        typer.echo(
            f"{file.name} is as it was written: {verified.releases} releases, {verified.rows} rows, "
            f"{verified.objects} objects.\nroot {verified.root}"
        )
        if verified.set_back:
            entries = ", ".join(map(str, verified.set_back))
            typer.echo(f"Dated before an entry that they follow: entries {entries}.", err=True)


@app.command()
def replay(
    file: File,
    release: Name,
    strict: Annotated[bool, typer.Option(help="Leave with 1 if it is different.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a release again from its stored inputs and compare."""
    again = _open(file).replay(release)
    if as_json:
        _print_json("replay", **replay_document(again))
    else:
        say_replay(again)
    if strict and again.verdict == "different":
        raise typer.Exit(DIFFERENT)


def replay_document(again: Replay) -> dict[str, Any]:
    """Return what making a release again gave, for programs."""
    return {
        "release": again.name,
        "verdict": again.verdict,
        "largest": again.largest,
        "differences": records(again.differences),
        "versions": records(again.versions),
        "methods": list(again.methods),
    }


def say_replay(again: Replay) -> None:
    """Print what making a release again gave: the verdict, and what differs."""
    typer.echo(f"{again.name}: {again.verdict} (largest relative difference {again.largest:.2g})")
    for change in again.methods:
        print_sentence(f"Changed in the method since: {change}")
    for title, table in (("versions", again.versions), ("differences", again.differences)):
        if len(table):
            print_table(title, table.head(20))


@app.command()
def export(
    file: File,
    release: Name,
    out: Annotated[Path, typer.Option(callback=folder_to_write, help="Folder to make.")],
    form: Annotated[
        str, typer.Option("--format", help="csv, parquet, xlsx, datapackage, sdmx or hdx.")
    ] = "csv",
    hxl: Annotated[bool, typer.Option(help="Add a row of HXL hashtags.")] = False,
    draws: Annotated[bool, typer.Option(help="Add the draws (parquet).")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a release for others: all files, or none."""
    written = _open(file).export(release, out, format=form, hxl=hxl, draws=draws)  # type: ignore[arg-type]  # `export` checks the word
    if as_json:
        _print_json("export", **{**asdict(written), "folder": str(written.folder)})
    else:
        typer.echo(f"{out}: {', '.join(written.files)}")
        for note in written.notes:
            typer.echo(note)


@app.command()
def retract(
    file: File,
    release: Name,
    reason: Annotated[str, typer.Option(help="Why; readers see it.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Say that a release must not be used; it stays as it is."""
    root = _open(file).retract(release, reason)
    if as_json:
        _print_json("retract", release=release, root=root)
    else:
        typer.echo(f"{release} is retracted; root {root}")


@app.command()
def pack(
    file: File,
    out: Annotated[Path, write_option("File to make.")],
) -> None:
    """Write the whole database, verified, into one file."""
    _open(file).pack(out)
    typer.echo(f"{out}: {out.stat().st_size:,} bytes")


@app.command()
def unpack(
    packed: Annotated[
        Path, typer.Argument(callback=to_read, help="A packed file.", show_default=False)
    ],
    file: Annotated[Path, typer.Option("--db", callback=to_write, help="Database to make.")],
    expected_root: Annotated[str, typer.Option(help="A root noted earlier.")] = "",
) -> None:
    """Make a database from a packed file, and verify it."""
    from gecam.database import Database

    typer.echo(f"root {Database.unpack(packed, file, expected_root=expected_root).root}")


@app.command()
def sweep(
    file: File,
    dry: Annotated[bool, typer.Option(help="Only say what would be removed.")] = False,
    minimum_age: Annotated[
        float, typer.Option(help="Seconds; younger objects are spared.")
    ] = 3600.0,
    as_json: AsJson = False,
) -> None:
    """Remove objects that no release needs."""
    swept = _open(file).sweep(minimum_age=minimum_age, is_dry=dry)
    if as_json:
        _print_json("sweep", **asdict(swept), is_dry=dry)
    else:
        did = "would remove" if dry else "removed"
        typer.echo(f"{did} {len(swept.removed)} files, {swept.size:,} bytes; {swept.young} spared")


def _open(file: Path) -> Database:
    from gecam.database import Database

    return Database(file, create=False)


def _print_json(command: str, **content: Any) -> None:
    print_json("db", indent=None, command=command, **content)
