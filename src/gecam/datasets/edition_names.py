"""Names of the packaged editions; light, since the command line asks for them before anything runs."""

from __future__ import annotations

from importlib.resources import files

EDITIONS: tuple[str, ...] = tuple(
    sorted(f.name for f in (files("gecam.datasets") / "editions").iterdir() if f.name.isdigit())
)
"""Years of the packaged editions, sorted; the latest is the last."""
