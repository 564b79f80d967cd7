"""The invented answer that is released again and again, and what a database must say afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gecam.database import Database
from gecam.errors import GecamError
from gecam.model import Case
from gecam.results import Estimates

FILE = "e.gecam"


@dataclass(frozen=True)
class World:
    """A case, and answers to it that differ."""

    case: Case
    answers: tuple[Estimates, ...]


def make_world(path: Path, n: int = 3) -> None:
    """Write a world for other processes, made from the fixture of all tests."""
    import importlib.util

    from gecam.estimation import estimate

    place = Path(__file__).resolve().parents[2] / "conftest.py"
    spec = importlib.util.spec_from_file_location("torture_conftest", place)
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    case = conftest.make_small_case()
    world = World(case, tuple(estimate(case, draws=20, seed=seed) for seed in range(n)))
    path.write_bytes(pickle.dumps(world))


def load_world(path: Path) -> World:
    return pickle.loads(path.read_bytes())


def fresh(template: Path, folder: Path) -> Path:
    """Copy a database, and return the copy's file."""
    if folder.exists():
        shutil.rmtree(folder)
    shutil.copytree(template, folder)
    return folder / FILE


def reading(db: Database) -> str:
    """Return a hash over everything that can be read through the library."""
    content = hashlib.sha256(db.releases().to_csv().encode())
    for release in db:
        content.update(release.estimates().to_csv().encode())
        for table in (release.inputs(), release.sources(), release.specification()):
            content.update(table.to_csv().encode())
        answer = release.load()
        content.update(answer.draws.tobytes())
        content.update(answer.by("destination").draws.tobytes())
        content.update(repr((release.root, release.standing, release.released_on)).encode())
        if release.is_replayable:
            content.update(release.case().stock.people.to_csv().encode())
    return content.hexdigest()


def names(db: Database) -> list[str]:
    """Check a database as a whole, and return the names of its releases."""
    db.verify()
    return [release.name for release in db]


def is_usable(file: Path, world: World) -> bool:
    """Whether the next release works."""
    db = Database(file, create=False)
    db.release(world.answers[-1], name="afterwards", reason="the next one")
    return names(db)[-1] == "afterwards"


def other(answer: Estimates, k: int) -> Estimates:
    """An answer that differs from all others."""
    return replace(answer, draws=answer.draws + np.float64(k))


def in_child(work: Callable[[], None], *, after: float | None = None) -> tuple[int, str]:
    """Do work in a child, killed after some seconds if wanted.

    Returns
    -------
    status
        As of `os.waitpid`: 0 if it went well, 9 if it was killed, 256 * code if it failed.
    said
        ``done``, or the name of the error that it ended with, or nothing if it was killed before.
    """
    import select
    import signal

    incoming, outgoing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(incoming)
        said, code = "done", 0
        try:
            work()
        except GecamError as error:
            said, code = f"{type(error).__name__}: {error}", 1
        except BaseException:
            said, code = "foreign: " + traceback.format_exc(), 2
        os.write(outgoing, said.encode())
        os._exit(code)
    os.close(outgoing)
    if after is not None and not select.select([incoming], [], [], after)[0]:
        os.kill(child, signal.SIGKILL)
    said = b""
    while part := os.read(incoming, 65536):
        said += part
    os.close(incoming)
    _, status = os.waitpid(child, 0)
    return status, said.decode()


def report(result: dict[str, object]) -> None:
    """Print a result as one line of JSON."""
    os.write(1, (json.dumps(result) + "\n").encode())
