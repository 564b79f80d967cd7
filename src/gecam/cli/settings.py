"""Flags of all commands: ``--quiet`` (errors only) and ``--force`` (write over files)."""

from __future__ import annotations

from dataclasses import dataclass

import typer


@dataclass
class Settings:
    """Of the command that runs; the group sets them before it reads the other arguments."""

    is_quiet: bool = False
    is_forced: bool = False


SETTINGS = Settings()
FLAGS = {"--quiet": "is_quiet", "--force": "is_forced"}
QUIET = "Say nothing but the answer and errors; with every command."
FORCE = "Write over files and folders that are there; with every command."


def without_flags(arguments: list[str]) -> list[str]:
    """Return the other arguments, and remember the flags that stand anywhere among them."""
    for flag, name in FLAGS.items():
        setattr(SETTINGS, name, flag in arguments)
    return [argument for argument in arguments if argument not in FLAGS]


def say(text: str) -> None:
    """Print a remark beside the answer, on the other stream; nothing under ``--quiet``."""
    if not SETTINGS.is_quiet:
        typer.echo(text, err=True)
