"""Record beside the catalogue of its number of entries, so that a cut catalogue is noticed.

A catalogue that lost its last releases - its log was cut, an old copy was put in its place - is a
valid SQLite file and a valid chain. The witness, a file beside the objects, shows that it went back.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from gecam.database.storage.canonical import canonical_json, digest, parsed_json
from gecam.database.storage.durable import read_whole, sync_folder, write_durably
from gecam.errors import DatabaseError

NAME = "HEAD"


@dataclass(frozen=True, slots=True)
class Witness:
    """Number of entries, and the root of the last, that the catalogue has had at least."""

    entries: int
    root: str


def read_witness(folder: Path) -> Witness | None:
    """Read the witness; None where there is none.

    Read it before the catalogue, which may only be further by then.

    Raises
    ------
    DatabaseError
        If it is damaged.
    """
    path = folder / NAME
    try:
        content = read_whole(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DatabaseError(f"the witness {path} cannot be read: {error}") from error
    try:
        value = parsed_json(content)
        witness = Witness(value["entries"], value["root"])
    except (DatabaseError, KeyError, TypeError):
        witness = None
    if witness is None or content != _content(witness):
        raise DatabaseError(
            f"the witness {path} is damaged. It says how many entries the database has had: compare "
            "the root that `gecam db log` would show with one you noted, then remove the file; the "
            "next release writes it anew."
        )
    return witness


def write_witness(folder: Path, witness: Witness) -> None:
    """Replace the witness, after the catalogue was committed."""
    write_durably(folder / NAME, [_content(witness)])
    sync_folder(folder)


def _content(witness: Witness) -> bytes:
    body = asdict(witness)
    return canonical_json({**body, "sha256": digest(canonical_json(body))}) + b"\n"
