"""Names of the packaged editions; light, since the command line asks for them before anything runs."""

from __future__ import annotations

import csv
import io
from importlib.resources import files
from importlib.resources.abc import Traversable

from gecam.errors import InputError

EDITIONS: tuple[str, ...] = tuple(
    sorted(f.name for f in (files("gecam.datasets") / "editions").iterdir() if f.name.isdigit())
)
"""Years of the packaged editions, sorted; the latest is the last."""

DEFAULT_EDITION = "2025"
"""The latest year for which half of the country plans or more have a scope read in that year."""


def edition_folder(kind: str, name: str | int) -> Traversable:
    """Return the folder of tables of one kind, ``editions`` or ``world``, of a year."""
    return files("gecam.datasets") / kind / edition_name(name)


def edition_name(name: str | int) -> str:
    """Return the year of an edition as text; raise an `InputError` that lists them for another."""
    name = str(name)
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return name


def packaged_rows(*place: str) -> list[dict[str, str]]:
    """Return the rows of a packaged table, cells as text; `place` is folder and file in this room."""
    text = files("gecam.datasets").joinpath(*place).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))
