"""Names of the packaged editions; light, since the command line asks for them before anything runs."""

from __future__ import annotations

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
    name = str(name)
    if name not in EDITIONS:
        raise InputError(f"no edition {name!r}. There are: {', '.join(EDITIONS)}.")
    return files("gecam.datasets") / kind / name
