"""Many writers and readers of one database at once."""

from __future__ import annotations

import os
import time
from pathlib import Path

from world import World, fresh, in_child, other

from gecam.database import Database
from gecam.errors import DatabaseError


def run(
    template: Path, folder: Path, world: World, *, writers: int, each: int, readers: int
) -> dict:
    """Let writers release while readers read everything they find, and a sweeper sweeps."""
    file = fresh(template, folder / "work")
    told, stop = folder / "told", folder / "stop"
    told.mkdir()
    torn = folder / "torn"
    torn.mkdir()

    def write(k: int) -> None:
        db = Database(file)
        for i in range(each):
            name = f"w{k}-{i}"
            answer = other(world.answers[k % 2], 1 + k * each + i)
            while True:
                try:
                    release = db.release(answer, name=name, reason="x", case=world.case)
                    break
                except DatabaseError as error:
                    if "was removed while the release was written" not in str(error):
                        raise
            (told / name).write_text(release.root)

    def read(k: int) -> None:
        reads = 0
        while not stop.exists():
            db = Database(file, create=False)
            listed = db.releases()
            name = listed["name"].iloc[(7 * reads + k) % len(listed)]
            rows = db.estimates(name)
            draws = db[name].load().draws
            if len(rows) != listed["rows"].iloc[0] or not draws.shape[1]:
                raise AssertionError(f"{name} is torn")
            reads += 1
        (torn / f"reads-{k}").write_text(str(reads))

    def sweep() -> None:
        while not stop.exists():
            Database(file, create=False).sweep(minimum_age=5.0)
            time.sleep(0.3)

    started = time.perf_counter()
    helpers = [_start(lambda k=k: read(k)) for k in range(readers)] + [_start(sweep)]
    working = [_start(lambda k=k: write(k)) for k in range(writers)]
    failed = [said for said in map(_wait, working) if said != "done"]
    seconds = time.perf_counter() - started
    stop.touch()
    failed_readers = [said for said in map(_wait, helpers) if said != "done"]
    db = Database(file, create=False)
    verified = db.verify()
    roots = {release.name: release.root for release in db}
    lost = [p.name for p in told.iterdir() if roots.get(p.name) != p.read_text()]
    return {
        "released": writers * each,
        "kept": verified.releases - 1,
        "lost": len(lost),
        "reads": sum(int(p.read_text()) for p in torn.iterdir()),
        "releases_per_second": round(writers * each / seconds, 1),
        "problems": [*failed, *failed_readers, *lost],
    }


def _start(work) -> tuple[int, int]:
    """Start work in a process; return its id and the pipe of its answer."""
    incoming, outgoing = os.pipe()
    child = os.fork()
    if child:
        os.close(outgoing)
        return child, incoming
    os.close(incoming)
    status, said = in_child(work)
    os.write(outgoing, (said or f"status {status}").encode()[-2000:])
    os._exit(0)


def _wait(started: tuple[int, int]) -> str:
    child, incoming = started
    said = b""
    while part := os.read(incoming, 65536):
        said += part
    os.close(incoming)
    os.waitpid(child, 0)
    return said.decode()
