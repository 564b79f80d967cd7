"""Paths of all commands: checked before the work, exit code 3, one line."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

import pytest
import typer.main
import typer.testing
from typer.models import ArgumentInfo, OptionInfo
from typer.testing import CliRunner

from gecam.cli import main as frame
from gecam.cli.main import app
from gecam.cli.paths import FIGURES

RUN = CliRunner()


class Taken(NamedTuple):
    """A parameter of a command that takes a path."""

    command: tuple[str, ...]
    name: str
    words: tuple[str, ...]  # that come before it on the command line
    others: tuple[tuple[str, ...], ...]  # needed parameters before and after it
    check: str


def commands(application: typer.Typer, above: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the registered commands with their names."""
    for info in application.registered_commands:
        yield (*above, info.name or info.callback.__name__), info
    for group in application.registered_groups:
        yield from commands(group.typer_instance, (*above, group.name))


def parameters(function: Any) -> Iterator[tuple[str, Any, bool, bool]]:
    """Yield the parameters of a command: name, declaration, whether of paths, whether needed."""
    hints = get_type_hints(function, include_extras=True)
    for parameter in inspect.signature(function).parameters.values():
        kind, *declared = get_args(hints[parameter.name])
        info = next(x for x in declared if isinstance(x, OptionInfo | ArgumentInfo))
        is_path = kind is Path or Path in get_args(kind) or list[Path] in get_args(kind)
        yield parameter.name, info, is_path, parameter.default is inspect.Parameter.empty


def taken() -> Iterator[Taken]:
    """Yield every parameter of every command that takes a path."""
    for command, info in commands(app):
        listed = list(parameters(info.callback))
        for at, (name, declared, is_path, _) in enumerate(listed):
            if is_path:
                words = tuple(option(name, declared))
                check = declared.callback.__name__ if declared.callback else ""
                others = (needed(listed[:at]), needed(listed[at + 1 :]))
                yield Taken(command, name, words, others, check)


def option(name: str, declared: Any) -> list[str]:
    """Return the word that stands before a value on the command line; none for an argument."""
    given = [declared.default, *(declared.param_decls or ())]  # typer's own order
    named = [x for x in given if isinstance(x, str) and x.startswith("--")]
    usual = f"--{name.replace('_', '-')}"
    return [next(iter(named), usual)] if isinstance(declared, OptionInfo) else []


def needed(listed: list[tuple[str, Any, bool, bool]]) -> tuple[str, ...]:
    """Return words that fill needed parameters; FILE stands for one that is there."""
    words: list[str] = []
    for name, declared, is_path, is_needed in listed:
        if is_needed:
            words += [*option(name, declared), "FILE" if is_path else "x"]
    return tuple(words)


TAKEN = list(taken())


@pytest.fixture(scope="module")
def without_work():
    """The commands, none of which may begin its work."""
    with pytest.MonkeyPatch.context() as patch:
        for _, info in commands(app):
            begun = functools.wraps(info.callback)(lambda **_: pytest.fail("the work began"))
            patch.setattr(info, "callback", begun)
        return typer.main.get_command(app)


@pytest.fixture
def refused(without_work, tmp_path, monkeypatch):
    """Return the message with which a path is refused; the command itself must not begin."""
    file = tmp_path / "other"
    file.write_text("other")
    monkeypatch.setattr(typer.testing, "_get_command", lambda _: without_work)

    def refuse(what: Taken, path: Path) -> str:
        before, after = ([str(file) if w == "FILE" else w for w in part] for part in what.others)
        result = RUN.invoke(
            app, ["--force", *what.command, *before, *what.words, str(path), *after]
        )
        assert (result.exit_code, result.stdout) == (frame.BAD_INPUT, "")
        assert result.stderr.startswith("gecam: ")
        assert result.stderr.count("\n") == 1
        return result.stderr

    return refuse


def test_every_path_of_every_command_is_checked() -> None:
    assert len(TAKEN) > 25
    assert [what for what in TAKEN if not what.check] == []


@pytest.mark.parametrize("what", TAKEN, ids=lambda what: " ".join((*what.command, what.name)))
def test_a_path_that_cannot_be_used_is_told_before_the_work(what, refused, tmp_path) -> None:
    file = tmp_path / "file.png"
    file.write_text("text")
    if what.check == "to_read":
        assert refused(what, tmp_path / "none.csv").endswith("none.csv does not exist.\n")
        assert "is a folder, not a file" in refused(what, tmp_path)
        assert "leads through a file" in refused(what, file / "more")
    elif what.check == "read_case_file":  # or its folder
        assert refused(what, tmp_path / "none.toml").endswith("none.toml does not exist.\n")
        assert refused(what, tmp_path).endswith("case.toml does not exist.\n")
    elif what.check == "page_to_write":  # or a folder for it
        assert "is a file, not a folder" in refused(what, file / "more.html")
    elif what.check == "database_to_read":
        assert "is a folder, not a file" in refused(what, tmp_path)
    elif what.check == "folder_to_write":
        assert "is a file, not a folder" in refused(what, file)
        assert "is a file, not a folder" in refused(what, file / "more")
    else:
        folder = tmp_path / "folder.png"
        folder.mkdir()
        assert "is a folder, not a file" in refused(what, folder)
        assert "is a file, not a folder" in refused(what, file / "more.png")
        assert refused(what, tmp_path / "none" / "x.png").endswith("none does not exist.\n")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write all")
@pytest.mark.parametrize("what", TAKEN, ids=lambda what: " ".join((*what.command, what.name)))
def test_a_path_that_is_closed_to_us_is_told_before_the_work(what, refused, tmp_path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (closed / "file.png").write_text("text")
    closed.chmod(0)
    try:
        assert "permission denied" in refused(what, closed / "file.png")
    finally:
        closed.chmod(0o700)


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text here")
@pytest.mark.parametrize("what", TAKEN, ids=lambda what: " ".join((*what.command, what.name)))
def test_a_name_that_is_no_text_is_told_before_the_work(what, refused, tmp_path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))
    if "to_read" in what.check:
        path.write_text("text")
    assert r"\udcff.png' is not a name in utf-8" in refused(what, path)


@pytest.mark.parametrize("command", [["explain", "SDN"], ["multiverse"]])
def test_figures_have_the_ending_of_a_figure(command, tmp_path) -> None:
    result = RUN.invoke(app, [*command, "--figure", str(tmp_path / "figure.doc")])
    assert result.exit_code == 2
    assert ", ".join(FIGURES) in " ".join(result.stderr.replace("│", " ").split())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "x.csv"), "x.csv cannot be used: No space left"),
        (PermissionError(13, "Permission denied", "x.csv"), "x.csv may not be read or written"),
        (OSError(5, "Input/output error"), "the output cannot be used: Input/output error"),
    ],
)
def test_other_errors_of_the_system_are_told_in_a_line(error, said, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("gecam.datasets.load_edition", fail)
    result = RUN.invoke(app, ["explain", "SDN"])
    assert (result.exit_code, result.stdout) == (frame.BAD_INPUT, "")
    assert result.stderr.startswith(f"gecam: {said}")
    assert result.stderr.count("\n") == 1
