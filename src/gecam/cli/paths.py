"""Paths of commands, checked while the arguments are read: before any work is done."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import typer

from gecam.cli.settings import SETTINGS
from gecam.errors import FileAccessError

FIGURES = (".png", ".svg", ".pdf")


def to_read(value: Any) -> Any:
    """Return one or several paths, or None, unless a file is missing, a folder, or closed to us.

    Raises
    ------
    FileAccessError
        If it is.
    """
    for path in [] if value is None else [value] if isinstance(value, Path) else value:
        _refuse_unnameable(path)
        try:
            if path.is_file() or path.is_dir() or not path.exists():  # a pipe would wait here
                path.open("rb").close()
        except OSError as error:
            raise FileAccessError.of(path, error) from None
    return value


def database_to_read(path: Path | None) -> Path | None:
    """Return the path of a database as `to_read`; where there is none, opening it says so.

    Raises
    ------
    FileAccessError
        If it is a folder or closed to us.
    """
    return to_read(path) if path is not None and path.exists() else path


def database_to_write(path: Path | None) -> Path | None:
    """Return the path of a file to make or to add to, unless it could not be written.

    Raises
    ------
    FileAccessError
        If so.
    """
    if path is not None:
        _refuse_unnameable(path)
        if path.is_dir():
            raise FileAccessError.of(path, IsADirectoryError())
        _require_folder(path.parent)
        if path.exists() and not os.access(path, os.W_OK):
            raise FileAccessError.of(path, PermissionError())
    return path


def to_write(path: Path | None) -> Path | None:
    """Return the path of a file to write, unless there is one already, or it could not be written.

    Raises
    ------
    FileAccessError
        If so; with ``--force`` a file that is there is written over.
    """
    if database_to_write(path) is not None and path is not None and path.exists():
        _refuse_overwriting(f"{path} exists already")
    return path


def _refuse_overwriting(what: str) -> None:
    """Raise `FileAccessError` without ``--force``."""
    if not SETTINGS.is_forced:
        raise FileAccessError(f"{what}: --force writes over it.")


def page_to_write(path: Path) -> Path:
    """Return the path of a page to write: a file as `to_write`, or ``report.html`` in a folder.

    Raises
    ------
    FileAccessError
        If it could not be written, or is there already, unless ``--force``.
    """
    _refuse_unnameable(path)
    if path.is_dir() or not (path.suffix or path.exists()):
        there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        _require_folder(there)
        path /= "report.html"
        return to_write(path) or path if path.parent.is_dir() else path
    return to_write(path) or path


def figure_file(path: Path | None) -> Path | None:
    """Return the path of a figure to write, as `to_write`, if its ending is that of a figure.

    Raises
    ------
    FileAccessError
        If it could not be written.
    """
    if path is not None and path.suffix.lower() not in FIGURES:
        raise typer.BadParameter(f"figures are written as {', '.join(FIGURES)}: got {path.name!r}")
    return to_write(path)


def folder_to_write(path: Path | None) -> Path | None:
    """Return the path of a folder to write to, there or to be made with those that lead to it.

    Raises
    ------
    FileAccessError
        If it is a file, could not be made or written to, or holds anything, unless ``--force``.
    """
    if path is not None:
        _refuse_unnameable(path)
        there = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        _require_folder(there)
        if path.is_dir() and any(path.iterdir()):
            _refuse_overwriting(f"{path} is not empty")
    return path


def _refuse_unnameable(path: Path) -> None:
    """Raise `FileAccessError` for a name that is no text: answers name their files."""
    from gecam._arguments import half_character

    if half_character(str(path)) or "\0" in str(path):
        raise FileAccessError(f"{str(path)!a} is not a name in {sys.getfilesystemencoding()}.")


def _require_folder(folder: Path) -> None:
    """Raise `FileAccessError` unless a folder is there and files can be made in it."""
    if folder.exists() and not folder.is_dir():
        raise FileAccessError(f"{folder} is a file, not a folder.")
    if not folder.exists():
        raise FileAccessError.of(folder, FileNotFoundError())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileAccessError.of(folder, PermissionError())


def read_option(text: str) -> Any:
    """Return an option for files to read, with its help."""
    return typer.Option(callback=to_read, help=text)


def write_option(text: str) -> Any:
    """Return an option for a file to write, with its help."""
    return typer.Option(callback=to_write, help=text)


def figure_option(text: str) -> Any:
    """Return an option for a figure to write, with its help."""
    return typer.Option(callback=figure_file, help=text)
