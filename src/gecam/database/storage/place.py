"""Check that the objects of earlier releases are in the folder of the database.

A catalogue that was renamed or copied without its folder can be read. A release written to it would
have its objects in another place than those before it, and neither place would hold them all.
"""

from __future__ import annotations

import sqlite3

from gecam.database.storage.objects import ObjectStore
from gecam.database.storage.release_log import addresses
from gecam.errors import DatabaseError


def check_objects_here(connection: sqlite3.Connection, store: ObjectStore) -> None:
    """Raise `DatabaseError` if an object of an earlier release is absent."""
    check_folder_here(connection, store)
    needed = addresses(connection)
    if absent := needed - _present(store):
        raise DatabaseError(
            f"{len(absent)} of {len(needed)} objects of earlier releases are not in {store.folder}: "
            "restore them from a copy. Nothing was written."
        )


def check_folder_here(connection: sqlite3.Connection, store: ObjectStore) -> None:
    """Raise `DatabaseError` if there are earlier releases, and none of their objects is there."""
    needed = addresses(connection)
    if not needed or needed & _present(store):
        return
    where = [
        folder
        for folder in sorted(store.folder.parent.iterdir())
        if folder.is_dir() and needed & _present(ObjectStore(folder))
    ]
    raise DatabaseError(
        f"the objects of earlier releases are not in {store.folder}: the database was renamed or "
        "copied without its folder, or is opened by another name. "
        + (f"They are in {where[0]}; catalogue and folder need one name. " if where else "")
        + "Nothing was written."
    )


def _present(store: ObjectStore) -> set[str]:
    return {path.stem for path in store.files()}
